/* SPDX-License-Identifier: MIT */
#include "gui/queue-bar.h"

struct _LeatQueueBar {
    AdwBin parent_instance;

    /* The template's. */
    GtkRevealer *revealer;
    GtkLabel *text_label;
};

G_DEFINE_FINAL_TYPE(LeatQueueBar, leat_queue_bar, ADW_TYPE_BIN)

void leat_queue_bar_set_text(LeatQueueBar *bar, const char *text)
{
    gtk_revealer_set_reveal_child(bar->revealer, text != NULL);
    if (text)
        gtk_label_set_label(bar->text_label, text);
}

static void leat_queue_bar_class_init(LeatQueueBarClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    gtk_widget_class_set_template_from_resource(widget_class, "/org/leat/Leat/gui/queue-bar.ui");
    gtk_widget_class_bind_template_child(widget_class, LeatQueueBar, revealer);
    gtk_widget_class_bind_template_child(widget_class, LeatQueueBar, text_label);
}

static void leat_queue_bar_init(LeatQueueBar *bar)
{
    gtk_widget_init_template(GTK_WIDGET(bar));
}
