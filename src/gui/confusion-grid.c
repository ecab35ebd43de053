/* SPDX-License-Identifier: MIT */
#include "gui/confusion-grid.h"

#include "gui/tooltip.h"

#include <glib/gi18n.h>

/* Steps of colour from none of a row to all of it, as in style.css. */
#define STEPS 10

static void attach_name(GtkGrid *grid, const char *name, int column, int row)
{
    GtkWidget *label = gtk_label_new(name);

    gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
    gtk_label_set_max_width_chars(GTK_LABEL(label), 14);
    gtk_label_set_width_chars(GTK_LABEL(label), MIN(6, (int)g_utf8_strlen(name, -1)));
    gtk_label_set_xalign(GTK_LABEL(label), column == 0 ? 1 : 0.5F);
    leat_tooltip_set(label, name);
    gtk_widget_add_css_class(label, "caption");
    gtk_widget_add_css_class(label, "dim-label");
    gtk_grid_attach(grid, label, column, row, 1, 1);
}

static void attach_count(GtkGrid *grid, unsigned frames, unsigned total, bool right,
                         const char *spoken, int column, int row)
{
    g_autofree char *text = g_strdup_printf("%u", frames);
    unsigned step = total > 0 ? (frames * STEPS + total - 1) / total : 0;
    g_autofree char *share = g_strdup_printf("share-%u", step);
    GtkWidget *label = gtk_label_new(text);

    gtk_widget_set_hexpand(label, TRUE);
    gtk_widget_add_css_class(label, "cell");
    gtk_widget_add_css_class(label, "numeric");
    gtk_widget_add_css_class(label, right ? "right" : "wrong");
    gtk_widget_add_css_class(label, share);
    leat_tooltip_set(label, spoken);
    gtk_accessible_update_property(GTK_ACCESSIBLE(label), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken,
                                   -1);
    gtk_grid_attach(grid, label, column, row, 1, 1);
}

void leat_confusion_grid_fill(GtkGrid *grid, const char *const *labels, const unsigned *confusion,
                              unsigned outputs)
{
    GtkWidget *child;

    while ((child = gtk_widget_get_first_child(GTK_WIDGET(grid))))
        gtk_grid_remove(grid, child);
    for (unsigned row = 0; row < outputs; row++) {
        unsigned total = 0;

        attach_name(grid, labels[row], (int)row + 1, 0);
        attach_name(grid, labels[row], 0, (int)row + 1);
        for (unsigned column = 0; column < outputs; column++)
            total += confusion[row * outputs + column];
        for (unsigned column = 0; column < outputs; column++) {
            unsigned frames = confusion[row * outputs + column];
            g_autofree char *spoken =
                row == column ? g_strdup_printf(_("“%s” taken for what it is: %u of %u frames"),
                                                labels[row], frames, total)
                              : g_strdup_printf(_("“%s” taken for “%s”: %u of %u frames"),
                                                labels[row], labels[column], frames, total);

            attach_count(grid, frames, total, row == column, spoken, (int)column + 1, (int)row + 1);
        }
    }
}
