/* SPDX-License-Identifier: MIT */
/* leat cpu-test */
#include "app/cpu-test.h"

#include "app/plot.h"
#include "base/quantity.h"
#include "cli/json.h"
#include "cli/table.h"
#include "cli/task.h"
#include "cli/verb.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    LeatCpuTestSeries series;
    char *plot, *trace, *library;
    gboolean json, progress;

    LeatTask task;
    GError *error;
} CpuTest;

static bool parse_count(const char *text, int64_t max, int64_t *count, GError **error)
{
    return leat_parse_integer(text, 1, max, count, error);
}

static bool set_by_name(LeatCpuTestSeries *series, const char *name, const char *text,
                        GError **error)
{
    int64_t count = 0;

    if (g_str_equal(name, "executor"))
        return leat_executor_kind_parse(text, &series->executor, error);
    if (g_str_equal(name, "workers"))
        return leat_cpu_test_series_set_workers(series, text, error);
    if (g_str_equal(name, "units")) {
        if (!parse_count(text, LEAT_CPU_TEST_MAX_UNITS, &count, error))
            return false;
        series->units = (unsigned)count;
    } else if (g_str_equal(name, "rounds")) {
        if (!parse_count(text, LEAT_CPU_TEST_MAX_ROUNDS, &count, error))
            return false;
        series->test.rounds = (uint32_t)count;
    } else {
        if (!parse_count(text, LEAT_CPU_TEST_MAX_SIZE, &count, error))
            return false;
        series->test.size = (uint32_t)count;
    }
    return true;
}

static gboolean set_option(const char *option, const char *text, gpointer data, GError **error)
{
    CpuTest *test = data;

    if (set_by_name(&test->series, option + strspn(option, "-"), text, error))
        return TRUE;
    g_prefix_error(error, "%s: ", option);
    return FALSE;
}

static void print_json(const LeatCpuTestSeries *series)
{
    JsonBuilder *builder = json_builder_new();

    json_builder_begin_object(builder);
    leat_json_count(builder, "cores", leat_executor_count_cores());
    leat_json_count(builder, "units", series->units);
    leat_json_count(builder, "rounds", series->test.rounds);
    leat_json_count(builder, "size", series->test.size);
    json_builder_set_member_name(builder, "runs");
    json_builder_begin_array(builder);
    for (unsigned i = 0; i < series->run_count; i++) {
        const LeatCpuTestRun *run = &series->runs[i];
        char *checksum = g_strdup_printf("%016" G_GINT64_MODIFIER "x", run->checksum);

        json_builder_begin_object(builder);
        leat_json_text(builder, "executor", leat_executor_kind_name(run->executor));
        leat_json_count(builder, "workers", run->workers);
        leat_json_number(builder, "wall_s", run->wall_s);
        leat_json_number(builder, "speedup", run->speedup);
        leat_json_number(builder, "efficiency", run->efficiency);
        leat_json_text(builder, "checksum", checksum);
        json_builder_end_object(builder);
        g_free(checksum);
    }
    json_builder_end_array(builder);
    json_builder_end_object(builder);
    leat_json_print(builder);
}

static void print_table(const LeatCpuTestSeries *series)
{
    LeatTable *table = leat_table_new("EXECUTOR", ">WORKERS", ">TIME", ">SPEED-UP", ">EFFICIENCY",
                                      "CHECKSUM", NULL);

    printf("%u units of %u rounds with %ux%u matrices, on a machine of %u cores\n\n", series->units,
           series->test.rounds, series->test.size, series->test.size, leat_executor_count_cores());
    for (unsigned i = 0; i < series->run_count; i++) {
        const LeatCpuTestRun *run = &series->runs[i];

        leat_table_add(table, leat_executor_kind_name(run->executor));
        leat_table_add_count(table, run->workers);
        leat_table_take(table, g_strdup_printf("%.3f s", run->wall_s));
        leat_table_take(table, g_strdup_printf("%.2f", run->speedup));
        leat_table_take(table, g_strdup_printf("%.0f %%", run->efficiency * 100));
        leat_table_take(table, g_strdup_printf("%016" G_GINT64_MODIFIER "x", run->checksum));
    }
    leat_table_print(table, "");
}

static void run_job(CpuTest *test)
{
    LeatCpuTestSeries *series = &test->series;
    LeatTaskRow row = {
        .library = test->library,
        .what = "cpu-test",
        .executor = leat_executor_kind_name(series->executor),
    };

    for (unsigned i = 0; i < series->run_count; i++)
        row.workers = MAX(row.workers, series->workers[i]);
    leat_task_run_job(&test->task, &row, leat_cpu_test_series_run, series, &test->error);
}

/* What was written of a trace is worth keeping even when the test failed. */
static void run_with_trace(CpuTest *test)
{
    if (test->trace && !(test->series.trace = leat_trace_open(test->trace, &test->error)))
        return;
    run_job(test);
    leat_trace_close(test->series.trace, test->error ? NULL : &test->error);
}

static int run_test(CpuTest *test)
{
    if (test->plot && !leat_plot_check(test->plot, &test->error))
        return leat_verb_fail(test->error);
    if (!leat_task_begin(&test->task, "Computing", test->progress, &test->error))
        return leat_verb_fail(test->error);
    test->task.line.noun = "units";
    run_with_trace(test);
    leat_task_end(&test->task);
    if (!test->error && test->plot)
        leat_plot_speedup(test->plot, &test->series, &test->error);
    if (test->error)
        return leat_verb_fail(test->error);
    if (test->json)
        print_json(&test->series);
    else
        print_table(&test->series);
    return LEAT_CLI_DONE;
}

#define SERIES_OPTION(name, help, argument)                                                 \
    {                                                                                       \
        name, 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, (gpointer)set_option, help, \
            argument                                                                        \
    }

static int cpu_test(const LeatVerb *verb, int argc, char **argv)
{
    CpuTest test = {.json = FALSE};
    const GOptionEntry entries[] = {
        SERIES_OPTION("executor", "inline, threads (default) or processes", "E"),
        SERIES_OPTION("workers", "Numbers of workers to try (default: 1, 2, 4, … all cores)",
                      "1,2,4"),
        SERIES_OPTION("units", "Units of work (default: four a core), the same in each run", "N"),
        SERIES_OPTION("rounds", "Products in a unit (default: 1000)", "N"),
        SERIES_OPTION("size", "Rows and columns of a matrix (default: 600)", "N"),
        {"plot", 0, 0, G_OPTION_ARG_FILENAME, &test.plot, "Draw the speed-up into this file",
         "OUT.svg"},
        {"trace", 0, 0, G_OPTION_ARG_FILENAME, &test.trace,
         "Write a trace for https://ui.perfetto.dev", "OUT.json"},
        {"library", 0, 0, G_OPTION_ARG_FILENAME, &test.library,
         "Keep a record of the job in this file (see 'leat jobs')", "FILE"},
        {"progress", 0, 0, G_OPTION_ARG_NONE, &test.progress,
         "Show progress even where stderr is no terminal", NULL},
        {"json", 0, 0, G_OPTION_ARG_NONE, &test.json, "Print a JSON object", NULL},
        {NULL},
    };
    int status;

    leat_cpu_test_series_init(&test.series);
    if (leat_verb_parse(verb, entries, &test, &argc, &argv, &status))
        status = run_test(&test);
    g_free(test.plot);
    g_free(test.trace);
    g_free(test.library);
    return status;
}

const LeatVerb leat_verb_cpu_test = {
    .name = "cpu-test",
    .arguments = "",
    .summary = "Loads the cores with the same work by more and more workers, and compares.",
    .details =
        "A unit multiplies two random matrices element by element, and again, as many rounds as\n"
        "asked for. Every run does the same units, so every checksum must be the same, whatever\n"
        "the executor and the number of workers.\n"
        "\n"
        "The speed-up is against the run with the fewest workers; the efficiency is the speed-up\n"
        "for each worker.\n"
        "\n"
        "Examples:\n"
        "  leat cpu-test\n"
        "  leat cpu-test --executor processes --workers 1,2,4,8 --plot speed-up.svg\n",
    .run = cpu_test,
};
