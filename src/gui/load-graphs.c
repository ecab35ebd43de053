/* SPDX-License-Identifier: MIT */
#include "gui/load-graphs.h"

#include "base/clock.h"
#include "gui/minute-graph.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>
#include <time.h>

#define READ_EVERY_NS (450 * LEAT_NS_PER_MS)

struct _LeatLoadGraphs {
    AdwBin parent_instance;

    /* The template's. */
    LeatMinuteGraph *gap_graph;
    LeatMinuteGraph *rate_graph;
    LeatMinuteGraph *fill_graph;
    LeatMinuteGraph *cpu_graph;

    LeatSessionController *controller;
    int64_t last_ns, last_cpu_ns;
};

G_DEFINE_FINAL_TYPE(LeatLoadGraphs, leat_load_graphs, ADW_TYPE_BIN)

static int64_t process_cpu_ns(void)
{
    struct timespec used = {0};

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (int64_t)used.tv_sec * LEAT_NS_PER_S + used.tv_nsec;
}

static void add(LeatMinuteGraph *graph, int64_t now_ns, double value, int decimals,
                const char *unit)
{
    g_autofree char *text =
        isnan(value) ? g_strdup("–") : g_strdup_printf("%.*f%s", decimals, value, unit);

    leat_minute_graph_add(graph, now_ns, value, text);
}

/* Of the link that a slow disk fills; percent. */
static double read_fill(LeatSession *session)
{
    LeatLinkFigures figures[LEAT_PIPELINE_LINKS];
    int count = session ? leat_pipeline_links(leat_session_pipeline(session), figures) : 0;

    for (int i = 0; i < count; i++)
        if (g_str_equal(figures[i].name, "record"))
            return 100.0 * (double)figures[i].items / (double)MAX(figures[i].max_items, 1);
    return NAN;
}

void leat_load_graphs_update(LeatLoadGraphs *graphs)
{
    LeatSession *session = leat_session_controller_session(graphs->controller);
    const LeatFigures *figures = leat_session_controller_figures(graphs->controller);
    int64_t now_ns = leat_clock_now_ns(), elapsed_ns = now_ns - graphs->last_ns, cpu_ns;

    if (elapsed_ns < READ_EVERY_NS)
        return;
    cpu_ns = process_cpu_ns();
    add(graphs->gap_graph, now_ns,
        session && figures->loop_gap_ms >= 0 ? figures->loop_gap_ms : NAN, 1, _(" ms"));
    add(graphs->rate_graph, now_ns, session ? figures->rate : NAN, 1, _("/s"));
    add(graphs->fill_graph, now_ns, read_fill(session), 0, _(" %"));
    add(graphs->cpu_graph, now_ns,
        100.0 * (double)(cpu_ns - graphs->last_cpu_ns) / (double)elapsed_ns, 0, _(" %"));
    graphs->last_ns = now_ns;
    graphs->last_cpu_ns = cpu_ns;
}

void leat_load_graphs_set_controller(LeatLoadGraphs *graphs, LeatSessionController *controller)
{
    graphs->controller = g_object_ref(controller);
    graphs->last_ns = leat_clock_now_ns();
    graphs->last_cpu_ns = process_cpu_ns();
    g_signal_connect_object(controller, "show", G_CALLBACK(leat_load_graphs_update), graphs,
                            G_CONNECT_SWAPPED);
}

static void leat_load_graphs_dispose(GObject *object)
{
    g_clear_object(&LEAT_LOAD_GRAPHS(object)->controller);
    G_OBJECT_CLASS(leat_load_graphs_parent_class)->dispose(object);
}

static void leat_load_graphs_class_init(LeatLoadGraphsClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    G_OBJECT_CLASS(class)->dispose = leat_load_graphs_dispose;
    g_type_ensure(LEAT_TYPE_MINUTE_GRAPH);
    gtk_widget_class_set_template_from_resource(widget_class, "/org/leat/Leat/gui/load-graphs.ui");
    gtk_widget_class_bind_template_child(widget_class, LeatLoadGraphs, gap_graph);
    gtk_widget_class_bind_template_child(widget_class, LeatLoadGraphs, rate_graph);
    gtk_widget_class_bind_template_child(widget_class, LeatLoadGraphs, fill_graph);
    gtk_widget_class_bind_template_child(widget_class, LeatLoadGraphs, cpu_graph);
}

static void leat_load_graphs_init(LeatLoadGraphs *graphs)
{
    gtk_widget_init_template(GTK_WIDGET(graphs));
}
