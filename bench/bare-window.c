/* SPDX-License-Identifier: MIT */
/* What a window costs by itself: libadwaita's, with a header bar, of the studio's size, and nothing
 * of ours. bench/studio-start measures the studio beside it. */
#include <adwaita.h>

static void activate(GtkApplication *application)
{
    GtkWidget *window = adw_application_window_new(application);
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 0);

    gtk_box_append(GTK_BOX(box), adw_header_bar_new());
    adw_application_window_set_content(ADW_APPLICATION_WINDOW(window), box);
    gtk_window_set_default_size(GTK_WINDOW(window), 1280, 800);
    gtk_window_present(GTK_WINDOW(window));
}

int main(void)
{
    g_autoptr(AdwApplication) application =
        adw_application_new("org.leat.BareWindow", G_APPLICATION_NON_UNIQUE);

    g_signal_connect(application, "activate", G_CALLBACK(activate), NULL);
    return g_application_run(G_APPLICATION(application), 0, NULL);
}
