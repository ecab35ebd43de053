/* SPDX-License-Identifier: MIT */
#include "gui/job-row.h"

#include "base/clock.h"

#include <glib/gi18n.h>

struct _LeatJobRow {
    AdwActionRow parent_instance;

    /* The template's. */
    GtkProgressBar *progress_bar;
    GtkButton *cancel_button;

    LeatJobItem *item;
};

G_DEFINE_FINAL_TYPE(LeatJobRow, leat_job_row, ADW_TYPE_ACTION_ROW)

static char *duration_text(int64_t ns)
{
    int64_t seconds = (ns + LEAT_NS_PER_S - 1) / LEAT_NS_PER_S;

    if (seconds < 100)
        return g_strdup_printf(_("%d s"), (int)seconds);
    return g_strdup_printf(_("%d min"), (int)MIN((seconds + 59) / 60, G_MAXINT));
}

static char *running_text(const LeatJobInfo *info)
{
    g_autofree char *left = info->left_ns >= 0 ? duration_text(info->left_ns) : NULL;
    g_autofree char *done = g_strdup_printf("%" G_GINT64_FORMAT, info->done);
    g_autofree char *total = g_strdup_printf("%" G_GINT64_FORMAT, info->total);

    if (info->total <= 0)
        return g_strdup(_("Running"));
    if (!left)
        return g_strdup_printf(_("Running, %s of %s"), done, total);
    return g_strdup_printf(_("Running, %s of %s, %s left"), done, total, left);
}

char *leat_job_text(const LeatJobInfo *info, const char *error)
{
    g_autofree char *took = duration_text(MAX(info->ended_ns - info->started_ns, 0));

    switch (info->state) {
    case LEAT_JOB_QUEUED:
        return g_strdup(_("Waiting for its turn"));
    case LEAT_JOB_RUNNING:
        return info->cancel_asked ? g_strdup(_("Stopping…")) : running_text(info);
    case LEAT_JOB_DONE:
        return g_strdup_printf(_("Done in %s"), took);
    case LEAT_JOB_CANCELLED:
        return g_strdup(_("Cancelled"));
    case LEAT_JOB_FAILED:
        break;
    }
    return g_strdup_printf(_("Failed: %s"), error ? error : "");
}

static void show_progress(LeatJobRow *row, const LeatJobInfo *info, bool active)
{
    gtk_widget_set_visible(GTK_WIDGET(row->progress_bar), active);
    if (!active)
        return;
    if (info->total > 0)
        gtk_progress_bar_set_fraction(row->progress_bar, (double)info->done / (double)info->total);
    else
        gtk_progress_bar_pulse(row->progress_bar);
}

static void update(LeatJobRow *row)
{
    LeatJobInfo info = leat_job_item_info(row->item);
    bool active = leat_job_item_is_active(row->item);
    g_autofree char *text = leat_job_text(&info, leat_job_item_error(row->item));
    g_autofree char *subtitle = g_markup_escape_text(text, -1);

    adw_action_row_set_subtitle(ADW_ACTION_ROW(row), subtitle);
    show_progress(row, &info, active);
    gtk_widget_set_visible(GTK_WIDGET(row->cancel_button), active);
    gtk_widget_set_sensitive(GTK_WIDGET(row->cancel_button), !info.cancel_asked);
}

static void cancel_pressed(LeatJobRow *row)
{
    leat_job_item_cancel(row->item);
}

static void leat_job_row_dispose(GObject *object)
{
    g_clear_object(&LEAT_JOB_ROW(object)->item);
    G_OBJECT_CLASS(leat_job_row_parent_class)->dispose(object);
}

static void leat_job_row_class_init(LeatJobRowClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    G_OBJECT_CLASS(class)->dispose = leat_job_row_dispose;
    gtk_widget_class_set_template_from_resource(widget_class, "/org/leat/Leat/gui/job-row.ui");
    gtk_widget_class_bind_template_child(widget_class, LeatJobRow, progress_bar);
    gtk_widget_class_bind_template_child(widget_class, LeatJobRow, cancel_button);
    gtk_widget_class_bind_template_callback(widget_class, cancel_pressed);
}

static void leat_job_row_init(LeatJobRow *row)
{
    gtk_widget_init_template(GTK_WIDGET(row));
}

GtkWidget *leat_job_row_new(LeatJobItem *item)
{
    LeatJobRow *row = g_object_new(LEAT_TYPE_JOB_ROW, NULL);
    g_autofree char *title = g_markup_escape_text(leat_job_item_title(item), -1);
    g_autofree char *name = g_strdup_printf(_("Cancel: %s"), leat_job_item_title(item));

    row->item = g_object_ref(item);
    adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), title);
    gtk_accessible_update_property(GTK_ACCESSIBLE(row->cancel_button),
                                   GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
    g_signal_connect_object(item, "changed", G_CALLBACK(update), row, G_CONNECT_SWAPPED);
    update(row);
    return GTK_WIDGET(row);
}
