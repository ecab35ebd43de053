/* SPDX-License-Identifier: MIT */
/* leat study */
#include "app/study.h"

#include "app/plot.h"
#include "base/error.h"
#include "cli/json.h"
#include "cli/table.h"
#include "cli/task.h"
#include "cli/verb.h"
#include "concurrency/thread.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    LeatStudyRequest request;
    char *plot, *trace;
    gboolean json, progress;

    LeatTask task;
    GMainLoop *loop;
    LeatStudy *study;
    GError *error;
} StudyVerb;

static bool set_by_name(LeatStudyRequest *request, const char *name, const char *text,
                        GError **error)
{
    int64_t count = 0;

    if (g_str_equal(name, "size"))
        return leat_parse_size(text, &request->width, &request->height, error);
    if (g_str_equal(name, "rate"))
        return leat_parse_rate(text, &request->rate, error);
    if (g_str_equal(name, "units")) {
        if (!leat_parse_integer(text, 1, LEAT_CPU_TEST_MAX_UNITS, &count, error))
            return false;
        request->units = (unsigned)count;
        return true;
    }
    if (g_str_equal(name, "rounds")) {
        if (!leat_parse_integer(text, 1, LEAT_CPU_TEST_MAX_ROUNDS, &count, error))
            return false;
        request->rounds = (uint32_t)count;
        return true;
    }
    if (!leat_parse_duration(text, &request->duration_ns, error))
        return false;
    if (request->duration_ns > 0)
        return true;
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID, "a duration of nothing; take 1s or more");
    return false;
}

static gboolean set_option(const char *option, const char *text, gpointer data, GError **error)
{
    StudyVerb *verb = data;

    if (set_by_name(&verb->request, option + strspn(option, "-"), text, error))
        return TRUE;
    g_prefix_error(error, "%s: ", option);
    return FALSE;
}

static void add_run(JsonBuilder *builder, const LeatStudyRun *run)
{
    char *checksum = g_strdup_printf("%016" G_GINT64_MODIFIER "x", run->checksum);

    json_builder_begin_object(builder);
    leat_json_text(builder, "concurrency", leat_study_concurrency_name(run->concurrency));
    leat_json_text(builder, "executor", leat_executor_kind_name(run->executor));
    leat_json_count(builder, "workers", run->workers);
    json_builder_set_member_name(builder, "loop_gap_ms");
    json_builder_begin_object(builder);
    leat_json_number(builder, "p50", run->loop_gap_ms.p50);
    leat_json_number(builder, "p99", run->loop_gap_ms.p99);
    leat_json_number(builder, "max", run->loop_gap_ms.max);
    json_builder_end_object(builder);
    leat_json_count(builder, "captured", run->captured);
    leat_json_count(builder, "presented", run->presented);
    leat_json_count(builder, "stored", run->stored);
    leat_json_count(builder, "lost", run->lost);
    json_builder_set_member_name(builder, "while_computing");
    json_builder_begin_object(builder);
    leat_json_count(builder, "due", run->meanwhile.due);
    leat_json_count(builder, "captured", run->meanwhile.captured);
    leat_json_count(builder, "presented", run->meanwhile.presented);
    leat_json_count(builder, "stored", run->meanwhile.stored);
    json_builder_end_object(builder);
    leat_json_number(builder, "compute_s", run->compute_s);
    leat_json_text(builder, "checksum", checksum);
    json_builder_set_member_name(builder, "governor");
    json_builder_begin_object(builder);
    leat_json_count(builder, "lowest", run->governor.lowest);
    leat_json_count(builder, "lowered", run->governor.lowered);
    leat_json_count(builder, "raised", run->governor.raised);
    json_builder_end_object(builder);
    json_builder_end_object(builder);
    g_free(checksum);
}

static void print_json(const LeatStudyReport *report)
{
    JsonBuilder *builder = json_builder_new();

    json_builder_begin_object(builder);
    leat_json_count(builder, "cores", report->cores);
    leat_json_count(builder, "units", report->units);
    leat_json_count(builder, "rounds", report->test.rounds);
    json_builder_set_member_name(builder, "runs");
    json_builder_begin_array(builder);
    for (unsigned i = 0; i < report->run_count; i++)
        add_run(builder, &report->runs[i]);
    json_builder_end_array(builder);
    json_builder_end_object(builder);
    leat_json_print(builder);
}

static char *governed(const LeatStudyRun *run)
{
    if (run->governor.lowered == 0)
        return g_strdup_printf("%u", run->workers);
    return g_strdup_printf("%u to %u", run->governor.lowest, run->workers);
}

static void print_table(const StudyVerb *verb, const LeatStudyReport *report)
{
    LeatTable *table =
        leat_table_new("CONCURRENCY", "EXECUTOR", ">WORKERS", ">LOOP GAP MAX", ">P99", ">DUE",
                       ">SHOWN", ">STORED", ">LOST", ">COMPUTED IN", "CHECKSUM", NULL);

    printf("%dx%d at %g frames/s, while %u units of %u rounds are computed; %u cores\n\n",
           verb->request.width, verb->request.height, leat_rational_value(verb->request.rate),
           report->units, report->test.rounds, report->cores);
    for (unsigned i = 0; i < report->run_count; i++) {
        const LeatStudyRun *run = &report->runs[i];

        leat_table_add(table, leat_study_concurrency_name(run->concurrency));
        leat_table_add(table, leat_executor_kind_name(run->executor));
        leat_table_take(table, governed(run));
        leat_table_take(table, g_strdup_printf("%.1f ms", run->loop_gap_ms.max));
        leat_table_take(table, g_strdup_printf("%.1f ms", run->loop_gap_ms.p99));
        leat_table_add_count(table, run->meanwhile.due);
        leat_table_add_count(table, run->meanwhile.presented);
        leat_table_add_count(table, run->meanwhile.stored);
        leat_table_add_count(table, run->lost);
        leat_table_take(table, g_strdup_printf("%.2f s", run->compute_s));
        leat_table_take(table, g_strdup_printf("%016" G_GINT64_MODIFIER "x", run->checksum));
    }
    leat_table_print(table, "");
    puts("\nDUE, SHOWN and STORED count frames while it computed.");
}

static void on_progress(unsigned run, int64_t done, int64_t total, void *data)
{
    StudyVerb *verb = data;

    leat_task_progress(run * total + done, LEAT_STUDY_RUNS * total, &verb->task);
}

static void on_completed(const GError *error, void *data)
{
    StudyVerb *verb = data;

    if (error)
        verb->error = g_error_copy(error);
    g_main_loop_quit(verb->loop);
}

static void run_study(StudyVerb *verb)
{
    LeatStudyCallbacks callbacks = {
        .progress = on_progress,
        .completed = on_completed,
        .data = verb,
    };

    leat_thread_adopt("main", LEAT_THREAD_LIVE);
    if (verb->trace && !(verb->request.trace = leat_trace_open(verb->trace, &verb->error)))
        return;
    verb->study = leat_study_new(&verb->request, &callbacks, verb->task.cancel, &verb->error);
    if (!verb->study)
        return;
    verb->loop = g_main_loop_new(NULL, FALSE);
    leat_study_start(verb->study);
    g_main_loop_run(verb->loop);
    g_main_loop_unref(verb->loop);
}

static int report_study(StudyVerb *verb)
{
    const LeatStudyReport *report;

    if (verb->error)
        return leat_verb_fail(verb->error);
    report = leat_study_report(verb->study);
    if (verb->plot && !leat_plot_study(verb->plot, report, &verb->error))
        return leat_verb_fail(verb->error);
    if (verb->json)
        print_json(report);
    else
        print_table(verb, report);
    return LEAT_CLI_DONE;
}

static int study_to_end(StudyVerb *verb)
{
    GError *error = NULL;
    int status;

    if (verb->plot && !leat_plot_check(verb->plot, &verb->error))
        return leat_verb_fail(verb->error);
    if (!leat_task_begin(&verb->task, "Studying", verb->progress, &verb->error))
        return leat_verb_fail(verb->error);
    verb->task.line.noun = "units";
    run_study(verb);
    leat_task_end(&verb->task);
    status = report_study(verb);
    leat_study_free(verb->study);
    if (!leat_trace_close(verb->request.trace, &error))
        status = leat_verb_fail(error);
    return status;
}

#define STUDY_OPTION(name, help, argument)                                                  \
    {                                                                                       \
        name, 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, (gpointer)set_option, help, \
            argument                                                                        \
    }

static int study(const LeatVerb *verb, int argc, char **argv)
{
    StudyVerb run = {.json = FALSE};
    gboolean equal = FALSE, ungoverned = FALSE;
    const GOptionEntry entries[] = {
        STUDY_OPTION("duration", "How long one core computes (default: 10s)", "T"),
        STUDY_OPTION("size", "Picture size in pixels (default: 640x480)", "WxH"),
        STUDY_OPTION("rate", "Frames a second (default: 30)", "FPS"),
        STUDY_OPTION("units", "Units of work (default: four a core)", "N"),
        STUDY_OPTION("rounds", "Products in a unit (default: by a trial, for the duration)", "N"),
        {"equal-priority", 0, 0, G_OPTION_ARG_NONE, &equal,
         "Compute at the priority of the rest, not below it", NULL},
        {"no-governor", 0, 0, G_OPTION_ARG_NONE, &ungoverned,
         "Never take workers away while the live picture suffers", NULL},
        {"plot", 0, 0, G_OPTION_ARG_FILENAME, &run.plot, "Draw gaps and frames into this file",
         "OUT.svg"},
        {"trace", 0, 0, G_OPTION_ARG_FILENAME, &run.trace,
         "Write a trace for https://ui.perfetto.dev", "OUT.json"},
        {"progress", 0, 0, G_OPTION_ARG_NONE, &run.progress,
         "Show progress even where stderr is no terminal", NULL},
        {"json", 0, 0, G_OPTION_ARG_NONE, &run.json, "Print a JSON object", NULL},
        {NULL},
    };
    int status;

    leat_study_request_init(&run.request);
    if (leat_verb_parse(verb, entries, &run, &argc, &argv, &status)) {
        run.request.normal_priority = equal;
        run.request.no_governor = ungoverned;
        status = study_to_end(&run);
    }
    g_free(run.plot);
    g_free(run.trace);
    return status;
}

const LeatVerb leat_verb_study = {
    .name = "study",
    .arguments = "",
    .summary = "Measures what a long computation does to a live picture, in four ways.",
    .details =
        "The test pattern is captured, recorded and presented while the CPU test runs: on the main\n"
        "loop itself (concurrency none), on one thread, on threads, and on processes. Without\n"
        "threads everything stands still until the computation has ended; with them nothing does,\n"
        "and every checksum is the same.\n"
        "\n"
        "The loop gap is the time between two turns of the main loop: what a user feels.\n",
    .run = study,
};
