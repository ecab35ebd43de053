/* SPDX-License-Identifier: MIT */
#include "gui/time-histogram.h"

#include "base/clock.h"
#include "gui/draw.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

/* From 1/2 ms to 512 ms, two bars a power of two; what is beyond stands at the ends. The template's
 * scale says the same. */
#define FIRST_MS 0.5
#define BARS_PER_OCTAVE 2
#define BARS 20

struct _LeatTimeHistogram {
    AdwBin parent_instance;

    /* The template's. */
    GtkLabel *title_label;
    GtkLabel *summary_label;
    GtkWidget *area;

    uint64_t bars[BARS];
};

G_DEFINE_FINAL_TYPE(LeatTimeHistogram, leat_time_histogram, ADW_TYPE_BIN)

enum {
    TITLE = 1,
    PROPERTIES,
};

static GParamSpec *properties[PROPERTIES];

static double place_of(double ms)
{
    return log2(MAX(ms, FIRST_MS) / FIRST_MS) * BARS_PER_OCTAVE;
}

static void sort_in(const LeatHistogram *histogram, uint64_t bars[BARS])
{
    uint64_t count;
    int64_t upper_ns;

    memset(bars, 0, BARS * sizeof *bars);
    if (!histogram)
        return;
    for (int i = leat_histogram_next_bucket(histogram, 0, &upper_ns, &count); i >= 0;
         i = leat_histogram_next_bucket(histogram, i, &upper_ns, &count))
        bars[MIN((int)place_of((double)upper_ns / (double)LEAT_NS_PER_MS), BARS - 1)] += count;
}

static char *summary_text(const LeatHistogram *histogram)
{
    LeatHistogramSummary summary;

    if (!histogram || leat_histogram_count(histogram) == 0)
        return g_strdup(_("Nothing measured yet"));
    summary = leat_histogram_summary(histogram);
    return g_strdup_printf(_("median %.1f, 99 %% %.1f, longest %.1f ms"), summary.p50, summary.p99,
                           summary.max);
}

void leat_time_histogram_show(LeatTimeHistogram *view, const LeatHistogram *histogram)
{
    g_autofree char *summary = summary_text(histogram);
    uint64_t bars[BARS];

    gtk_label_set_label(view->summary_label, summary);
    sort_in(histogram, bars);
    if (memcmp(bars, view->bars, sizeof bars) == 0)
        return;
    memcpy(view->bars, bars, sizeof bars);
    gtk_widget_queue_draw(view->area);
}

/* A single long one must be seen beside thousands of short ones: heights are logarithms. */
static void draw(GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer data)
{
    LeatTimeHistogram *view = data;
    GtkWidget *widget = GTK_WIDGET(area);
    double bottom = height - 1, step = (double)width / BARS;
    uint64_t most = 1;

    leat_draw_set_color(cr, widget, NULL, 0.15);
    cairo_rectangle(cr, 0, bottom, width, 1);
    cairo_fill(cr);
    for (int i = 0; i < BARS; i++)
        most = MAX(most, view->bars[i]);
    leat_draw_set_color(cr, widget, "accent_color", 0.85);
    for (int i = 0; i < BARS; i++) {
        double part = log1p((double)view->bars[i]) / log1p((double)most);

        if (view->bars[i] > 0)
            cairo_rectangle(cr, i * step + 1, bottom - part * bottom, step - 2, part * bottom);
    }
    cairo_fill(cr);
}

static void leat_time_histogram_set_property(GObject *object, guint id, const GValue *value,
                                             GParamSpec *property)
{
    LeatTimeHistogram *view = LEAT_TIME_HISTOGRAM(object);

    gtk_label_set_label(view->title_label, g_value_get_string(value));
    gtk_accessible_update_property(GTK_ACCESSIBLE(view->area), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   g_value_get_string(value), -1);
}

static void leat_time_histogram_class_init(LeatTimeHistogramClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    G_OBJECT_CLASS(class)->set_property = leat_time_histogram_set_property;
    properties[TITLE] =
        g_param_spec_string("title", NULL, NULL, NULL, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
    g_object_class_install_properties(G_OBJECT_CLASS(class), PROPERTIES, properties);
    gtk_widget_class_set_template_from_resource(widget_class,
                                                "/org/leat/Leat/gui/time-histogram.ui");
    gtk_widget_class_bind_template_child(widget_class, LeatTimeHistogram, title_label);
    gtk_widget_class_bind_template_child(widget_class, LeatTimeHistogram, summary_label);
    gtk_widget_class_bind_template_child(widget_class, LeatTimeHistogram, area);
}

static void leat_time_histogram_init(LeatTimeHistogram *view)
{
    gtk_widget_init_template(GTK_WIDGET(view));
    gtk_drawing_area_set_draw_func(GTK_DRAWING_AREA(view->area), draw, view, NULL);
}
