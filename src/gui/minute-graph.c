/* SPDX-License-Identifier: MIT */
#include "gui/minute-graph.h"

#include "base/clock.h"
#include "gui/draw.h"

#include <math.h>

/* A minute at two a second, and room for some that come early. */
#define POINTS 150
#define SPAN_NS (60 * LEAT_NS_PER_S)

/* Values further apart are not joined. */
#define JOIN_NS (2 * LEAT_NS_PER_S)

typedef struct {
    int64_t at_ns;
    double value;
} Point;

struct _LeatMinuteGraph {
    AdwBin parent_instance;

    /* The template's. */
    GtkLabel *title_label;
    GtkLabel *value_label;
    GtkWidget *area;

    double limit, top;
    Point points[POINTS]; /* a ring */
    unsigned added;       /* so far */
};

G_DEFINE_FINAL_TYPE(LeatMinuteGraph, leat_minute_graph, ADW_TYPE_BIN)

enum {
    TITLE = 1,
    LIMIT,
    TOP,
    PROPERTIES,
};

static GParamSpec *properties[PROPERTIES];

static const Point *point(LeatMinuteGraph *graph, unsigned back)
{
    return &graph->points[(graph->added - 1 - back) % POINTS];
}

static unsigned count_points(LeatMinuteGraph *graph)
{
    return MIN(graph->added, POINTS);
}

void leat_minute_graph_add(LeatMinuteGraph *graph, int64_t at_ns, double value, const char *text)
{
    graph->points[graph->added++ % POINTS] = (Point){at_ns, value};
    if (!gtk_widget_get_mapped(GTK_WIDGET(graph)))
        return;
    gtk_label_set_label(graph->value_label, text);
    gtk_widget_queue_draw(graph->area);
}

static double highest(LeatMinuteGraph *graph)
{
    double value = MAX(graph->top, 1e-9);

    for (unsigned i = 0; i < count_points(graph); i++)
        value = fmax(value, point(graph, i)->value);
    return value;
}

static void draw_frame(cairo_t *cr, LeatMinuteGraph *graph, double width, double height,
                       double highest_value)
{
    double limit_y = height - graph->limit / highest_value * (height - 2) - 1;

    leat_draw_set_color(cr, graph->area, NULL, 0.15);
    cairo_move_to(cr, 0, height - 0.5);
    cairo_line_to(cr, width, height - 0.5);
    cairo_stroke(cr);
    if (graph->limit <= 0)
        return;
    leat_draw_set_color(cr, graph->area, "warning_color", 0.8);
    cairo_set_dash(cr, (double[]){3, 3}, 2, 0);
    cairo_move_to(cr, 0, round(limit_y) + 0.5);
    cairo_line_to(cr, width, round(limit_y) + 0.5);
    cairo_stroke(cr);
    cairo_set_dash(cr, NULL, 0, 0);
}

/* One stretch without a hole, from its newest point on; returns how many it took. */
static unsigned trace_stretch(cairo_t *cr, LeatMinuteGraph *graph, unsigned from, double width,
                              double height, double highest_value)
{
    const Point *newest = point(graph, 0);
    unsigned i = from;

    cairo_new_sub_path(cr);
    for (; i < count_points(graph); i++) {
        const Point *this = point(graph, i);
        double x = width - (double)(newest->at_ns - this->at_ns) / (double)SPAN_NS * width;
        double y = height - 1 - this->value / highest_value * (height - 2);

        if (isnan(this->value) || x < 0 ||
            (i > from && point(graph, i - 1)->at_ns - this->at_ns > JOIN_NS))
            break;
        cairo_line_to(cr, x, y);
    }
    return i - from;
}

static void draw(GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer data)
{
    LeatMinuteGraph *graph = data;
    double highest_value = highest(graph);

    cairo_set_line_width(cr, 1);
    draw_frame(cr, graph, width, height, highest_value);
    cairo_set_line_width(cr, 1.5);
    cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
    leat_draw_set_color(cr, graph->area, "accent_color", 1);
    for (unsigned i = 0; i < count_points(graph);)
        i += MAX(trace_stretch(cr, graph, i, width, height, highest_value), 1);
    cairo_stroke(cr);
}

static void leat_minute_graph_set_property(GObject *object, guint id, const GValue *value,
                                           GParamSpec *property)
{
    LeatMinuteGraph *graph = LEAT_MINUTE_GRAPH(object);

    switch (id) {
    case TITLE:
        gtk_label_set_label(graph->title_label, g_value_get_string(value));
        gtk_accessible_update_property(GTK_ACCESSIBLE(graph->area), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       g_value_get_string(value), -1);
        break;
    case LIMIT:
        graph->limit = g_value_get_double(value);
        break;
    case TOP:
        graph->top = g_value_get_double(value);
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, property);
    }
}

static void leat_minute_graph_class_init(LeatMinuteGraphClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);
    const GParamFlags flags = G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS;

    G_OBJECT_CLASS(class)->set_property = leat_minute_graph_set_property;
    properties[TITLE] = g_param_spec_string("title", NULL, NULL, NULL, flags);
    properties[LIMIT] = g_param_spec_double("limit", NULL, NULL, 0, 1e9, 0, flags);
    properties[TOP] = g_param_spec_double("top", NULL, NULL, 0, 1e9, 0, flags);
    g_object_class_install_properties(G_OBJECT_CLASS(class), PROPERTIES, properties);
    gtk_widget_class_set_template_from_resource(widget_class, "/org/leat/Leat/gui/minute-graph.ui");
    gtk_widget_class_bind_template_child(widget_class, LeatMinuteGraph, title_label);
    gtk_widget_class_bind_template_child(widget_class, LeatMinuteGraph, value_label);
    gtk_widget_class_bind_template_child(widget_class, LeatMinuteGraph, area);
}

static void leat_minute_graph_init(LeatMinuteGraph *graph)
{
    gtk_widget_init_template(GTK_WIDGET(graph));
    gtk_drawing_area_set_draw_func(GTK_DRAWING_AREA(graph->area), draw, graph, NULL);
}
