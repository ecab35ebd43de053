/* SPDX-License-Identifier: MIT */
#include "gui/concurrency-page.h"

#include "base/clock.h"
#include "gui/debug-report.h"
#include "gui/file-chooser.h"
#include "gui/job-row.h"
#include "gui/load-graphs.h"
#include "gui/pipeline-view.h"
#include "gui/thread-list.h"
#include "gui/thread-watch.h"
#include "gui/time-histogram.h"
#include "gui/trace-saver.h"

#include <glib/gi18n.h>

struct _LeatConcurrencyPage {
    AdwBin parent_instance;

    /* The template's. */
    LeatPipelineView *pipeline_view;
    LeatLoadGraphs *graphs;
    LeatTimeHistogram *gap_histogram;
    LeatTimeHistogram *latency_histogram;
    GtkColumnView *thread_table;
    GtkWidget *job_group;
    GtkListBox *job_list;

    LeatContext context;
    GActionMap *actions;
    LeatThreadList *threads;
    LeatThreadWatch *watch; /* NULL when it could not be made */
    LeatTraceSaver *saver;  /* NULL while none is at work */
    LeatSession *metered;   /* which session `links` is of; only compared */
    LeatLinkMeter links;
    unsigned readings;       /* of the threads, while it was shown */
    LeatDebugReport *report; /* NULL unless asked for */
};

G_DEFINE_FINAL_TYPE(LeatConcurrencyPage, leat_concurrency_page, ADW_TYPE_BIN)

/* The first look at a session has no rates yet. */
static int read_links(LeatConcurrencyPage *page, LeatSession *session,
                      LeatLinkFact facts[LEAT_PIPELINE_LINKS])
{
    if (session != page->metered)
        leat_link_meter_begin(&page->links);
    page->metered = session;
    return session ? leat_link_meter_read(&page->links, leat_session_pipeline(session), facts) : 0;
}

static void show_session(LeatConcurrencyPage *page)
{
    LeatSession *session = leat_session_controller_session(page->context.session);
    LeatLinkFact facts[LEAT_PIPELINE_LINKS];
    int count = read_links(page, session, facts);

    leat_pipeline_view_show_links(page->pipeline_view, facts, count);
    if (!session)
        return;
    leat_time_histogram_show(page->gap_histogram,
                             leat_heartbeat_histogram(leat_session_heartbeat(session)));
    leat_time_histogram_show(
        page->latency_histogram,
        leat_session_ledger_latencies(leat_pipeline_ledger(leat_session_pipeline(session))));
}

/* Four times a second, while the page is seen. The threads and the rest take turns, so that the
 * loop is held for half as long. */
static void threads_read(const LeatThreadFact *facts, size_t count, void *data)
{
    LeatConcurrencyPage *page = data;

    page->readings++;
    if (page->readings % 2) {
        leat_thread_list_update(page->threads, facts, count);
        leat_pipeline_view_show_threads(page->pipeline_view, facts, count);
    } else {
        show_session(page);
        leat_load_graphs_update(page->graphs);
    }
}

static void jobs_changed(LeatConcurrencyPage *page)
{
    gtk_widget_set_visible(page->job_group,
                           g_list_model_get_n_items(G_LIST_MODEL(page->context.jobs)) > 0);
}

static GtkWidget *new_job_row(gpointer item, gpointer data)
{
    return leat_job_row_new(item);
}

static void enable_saving(LeatConcurrencyPage *page)
{
    GAction *action = g_action_map_lookup_action(page->actions, "save-trace");

    g_simple_action_set_enabled(G_SIMPLE_ACTION(action),
                                !page->saver &&
                                    leat_session_controller_trace(page->context.session));
}

static void trace_saved(const char *path, const GError *error, void *data)
{
    LeatConcurrencyPage *page = data;
    g_autofree char *name = g_filename_display_basename(path);
    g_autofree char *text = g_strdup_printf(_("Saved the trace “%s”"), name);

    if (error)
        leat_session_controller_report(page->context.session, _("The trace was not saved"), error);
    else
        leat_session_controller_note(page->context.session, text);
    g_clear_pointer(&page->saver, leat_trace_saver_free);
    enable_saving(page);
}

static void save_trace_to(GtkWidget *widget, const char *path)
{
    LeatConcurrencyPage *page = LEAT_CONCURRENCY_PAGE(widget);
    g_autoptr(GError) error = NULL;

    if (page->saver)
        return;
    page->saver = leat_trace_saver_new(leat_session_controller_trace(page->context.session), path,
                                       page->context.jobs, trace_saved, page, &error);
    if (!page->saver)
        leat_session_controller_report(page->context.session, _("The trace was not saved"), error);
    enable_saving(page);
}

static void save_trace(GSimpleAction *action, GVariant *parameter, gpointer data)
{
    const LeatFileChooser chooser = {
        .title = _("Save the Latest Events as a Trace"),
        .accept = _("_Save"),
        .filter_name = _("Traces"),
        .pattern = "*.json",
        .folder = g_get_home_dir(),
        .new_name = "leat-trace.json",
    };

    leat_file_chooser_show(GTK_WIDGET(data), &chooser, save_trace_to);
}

static const GActionEntry actions[] = {
    {.name = "save-trace", .activate = save_trace},
};

static void set_up_threads(LeatConcurrencyPage *page)
{
    g_autoptr(GError) error = NULL;
    GtkNoSelection *model;

    page->threads = leat_thread_list_new();
    model = gtk_no_selection_new(G_LIST_MODEL(g_object_ref(page->threads)));
    gtk_column_view_set_model(page->thread_table, GTK_SELECTION_MODEL(model));
    g_object_unref(model);
    page->watch = leat_thread_watch_new(threads_read, page, &error);
    if (!page->watch)
        leat_session_controller_report(page->context.session, _("The threads are not shown"),
                                       error);
}

void leat_concurrency_page_set_up(LeatConcurrencyPage *page, const LeatContext *context,
                                  GActionMap *action_map)
{
    page->context = *context;
    page->actions = action_map;
    g_action_map_add_action_entries(action_map, actions, G_N_ELEMENTS(actions), page);
    set_up_threads(page);
    leat_load_graphs_set_controller(page->graphs, context->session);
    gtk_list_box_bind_model(page->job_list, G_LIST_MODEL(context->jobs), new_job_row, NULL, NULL);
    g_signal_connect_object(context->jobs, "items-changed", G_CALLBACK(jobs_changed), page,
                            G_CONNECT_SWAPPED);
    jobs_changed(page);
    enable_saving(page);
    page->report = leat_debug_report_new(context->session);
}

void leat_concurrency_page_set_shown(LeatConcurrencyPage *page, bool shown)
{
    if (page->watch)
        leat_thread_watch_set_active(page->watch, shown);
}

static void leat_concurrency_page_dispose(GObject *object)
{
    LeatConcurrencyPage *page = LEAT_CONCURRENCY_PAGE(object);

    g_clear_pointer(&page->report, leat_debug_report_free);
    g_clear_pointer(&page->watch, leat_thread_watch_free);
    g_clear_pointer(&page->saver, leat_trace_saver_free);
    g_clear_object(&page->threads);
    G_OBJECT_CLASS(leat_concurrency_page_parent_class)->dispose(object);
}

static void leat_concurrency_page_class_init(LeatConcurrencyPageClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    G_OBJECT_CLASS(class)->dispose = leat_concurrency_page_dispose;
    g_type_ensure(LEAT_TYPE_PIPELINE_VIEW);
    g_type_ensure(LEAT_TYPE_LOAD_GRAPHS);
    g_type_ensure(LEAT_TYPE_TIME_HISTOGRAM);
    g_type_ensure(LEAT_TYPE_THREAD_ITEM);
    gtk_widget_class_set_template_from_resource(widget_class,
                                                "/org/leat/Leat/gui/concurrency-page.ui");
    gtk_widget_class_bind_template_child(widget_class, LeatConcurrencyPage, pipeline_view);
    gtk_widget_class_bind_template_child(widget_class, LeatConcurrencyPage, graphs);
    gtk_widget_class_bind_template_child(widget_class, LeatConcurrencyPage, gap_histogram);
    gtk_widget_class_bind_template_child(widget_class, LeatConcurrencyPage, latency_histogram);
    gtk_widget_class_bind_template_child(widget_class, LeatConcurrencyPage, thread_table);
    gtk_widget_class_bind_template_child(widget_class, LeatConcurrencyPage, job_group);
    gtk_widget_class_bind_template_child(widget_class, LeatConcurrencyPage, job_list);
}

static void leat_concurrency_page_init(LeatConcurrencyPage *page)
{
    gtk_widget_init_template(GTK_WIDGET(page));
}
