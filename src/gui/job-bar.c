/* SPDX-License-Identifier: MIT */
#include "gui/job-bar.h"

struct _LeatJobBar {
    AdwBin parent_instance;

    /* The template's. */
    GtkRevealer *revealer;
    GtkLabel *title_label;
    GtkProgressBar *progress_bar;
    GtkWidget *cancel_button;

    LeatJobItem *item;
    gulong changed_id;
};

G_DEFINE_FINAL_TYPE(LeatJobBar, leat_job_bar, ADW_TYPE_BIN)

static void update(LeatJobBar *bar)
{
    LeatJobInfo info = leat_job_item_info(bar->item);

    gtk_revealer_set_reveal_child(bar->revealer, leat_job_item_is_active(bar->item));
    gtk_label_set_label(bar->title_label, leat_job_item_title(bar->item));
    if (info.total > 0)
        gtk_progress_bar_set_fraction(bar->progress_bar,
                                      MIN((double)info.done / (double)info.total, 1.0));
    gtk_widget_set_sensitive(bar->cancel_button, !info.cancel_asked);
}

static void disconnect_item(LeatJobBar *bar)
{
    if (bar->changed_id)
        g_signal_handler_disconnect(bar->item, bar->changed_id);
    bar->changed_id = 0;
}

void leat_job_bar_set_item(LeatJobBar *bar, LeatJobItem *item)
{
    disconnect_item(bar);
    g_set_object(&bar->item, item);
    if (!item)
        return;
    bar->changed_id =
        g_signal_connect_object(item, "changed", G_CALLBACK(update), bar, G_CONNECT_SWAPPED);
    gtk_progress_bar_set_fraction(bar->progress_bar, 0);
    update(bar);
}

static void cancel(LeatJobBar *bar)
{
    if (bar->item)
        leat_job_item_cancel(bar->item);
}

static void leat_job_bar_dispose(GObject *object)
{
    LeatJobBar *bar = LEAT_JOB_BAR(object);

    disconnect_item(bar);
    g_clear_object(&bar->item);
    G_OBJECT_CLASS(leat_job_bar_parent_class)->dispose(object);
}

static void leat_job_bar_class_init(LeatJobBarClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    G_OBJECT_CLASS(class)->dispose = leat_job_bar_dispose;
    gtk_widget_class_set_template_from_resource(widget_class, "/org/leat/Leat/gui/job-bar.ui");
    gtk_widget_class_bind_template_child(widget_class, LeatJobBar, revealer);
    gtk_widget_class_bind_template_child(widget_class, LeatJobBar, title_label);
    gtk_widget_class_bind_template_child(widget_class, LeatJobBar, progress_bar);
    gtk_widget_class_bind_template_child(widget_class, LeatJobBar, cancel_button);
    gtk_widget_class_bind_template_callback(widget_class, cancel);
}

static void leat_job_bar_init(LeatJobBar *bar)
{
    gtk_widget_init_template(GTK_WIDGET(bar));
}
