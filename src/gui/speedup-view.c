/* SPDX-License-Identifier: MIT */
#include "gui/speedup-view.h"

#include "app/speedup-plot.h"

#include <adwaita.h>
#include <glib/gi18n.h>

/* Logical px. */
#define MINIMUM_WIDTH 280
#define NATURAL_WIDTH 420
#define HEIGHT 260

struct _LeatSpeedupView {
    GtkWidget parent_instance;

    GArray *runs; /* LeatCpuTestRun */
};

G_DEFINE_FINAL_TYPE(LeatSpeedupView, leat_speedup_view, GTK_TYPE_WIDGET)

/* The same in words. */
static void describe(LeatSpeedupView *view)
{
    GString *text = g_string_new(_("Speed-up over cores"));

    for (guint i = 0; i < view->runs->len; i++) {
        const LeatCpuTestRun *run = &g_array_index(view->runs, LeatCpuTestRun, i);
        /* Translators: a number of cores, and how many times as fast as one core they were. */
        g_autofree char *part = g_strdup_printf(_("%u: %.2f"), run->workers, run->speedup);

        g_string_append_printf(text, "%s%s", i > 0 ? ", " : ": ", part);
    }
    gtk_accessible_update_property(GTK_ACCESSIBLE(view), GTK_ACCESSIBLE_PROPERTY_LABEL, text->str,
                                   -1);
    g_string_free(text, TRUE);
}

void leat_speedup_view_set_runs(LeatSpeedupView *view, const LeatCpuTestRun *runs, unsigned count)
{
    g_array_set_size(view->runs, 0);
    g_array_append_vals(view->runs, runs, count);
    describe(view);
    gtk_widget_queue_draw(GTK_WIDGET(view));
}

static void leat_speedup_view_measure(GtkWidget *widget, GtkOrientation orientation, int for_size,
                                      int *minimum, int *natural, int *minimum_baseline,
                                      int *natural_baseline)
{
    bool across = orientation == GTK_ORIENTATION_HORIZONTAL;

    *minimum = across ? MINIMUM_WIDTH : HEIGHT;
    *natural = across ? NATURAL_WIDTH : HEIGHT;
}

static void leat_speedup_view_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
    LeatSpeedupView *view = LEAT_SPEEDUP_VIEW(widget);
    LeatSpeedupPlot plot = {
        .width = gtk_widget_get_width(widget),
        .height = gtk_widget_get_height(widget),
        .workers = _("cores"),
        .on_dark = adw_style_manager_get_dark(adw_style_manager_get_default()),
        .most = leat_executor_count_cores(),
    };
    cairo_t *cairo = gtk_snapshot_append_cairo(
        snapshot, &GRAPHENE_RECT_INIT(0, 0, (float)plot.width, (float)plot.height));

    leat_speedup_plot_draw(&plot, cairo, (const LeatCpuTestRun *)(void *)view->runs->data,
                           view->runs->len);
    cairo_destroy(cairo);
}

static void leat_speedup_view_finalize(GObject *object)
{
    g_array_unref(LEAT_SPEEDUP_VIEW(object)->runs);
    G_OBJECT_CLASS(leat_speedup_view_parent_class)->finalize(object);
}

static void leat_speedup_view_class_init(LeatSpeedupViewClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    G_OBJECT_CLASS(class)->finalize = leat_speedup_view_finalize;
    widget_class->measure = leat_speedup_view_measure;
    widget_class->snapshot = leat_speedup_view_snapshot;
    gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void leat_speedup_view_init(LeatSpeedupView *view)
{
    view->runs = g_array_new(FALSE, FALSE, sizeof(LeatCpuTestRun));
    g_signal_connect_object(adw_style_manager_get_default(), "notify::dark",
                            G_CALLBACK(gtk_widget_queue_draw), view, G_CONNECT_SWAPPED);
    describe(view);
}
