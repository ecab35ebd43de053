/* SPDX-License-Identifier: MIT */
/* The units of every executor in a trace, and figures to go with them. */
#include "compute-support.h"
#include "concurrency/process.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

enum { UNITS = 40, WORKERS = 3 };

/* What Python's own reader of JSON makes of the trace `t`: the value of an expression. */
static char *ask(const char *path, const char *expression)
{
    char *answer = g_strconcat(path, ".answer", NULL), *text = NULL;
    char *script = g_strdup_printf("import json\nt = json.load(open('%s'))\n"
                                   "units = [e for e in t if e['name'] == 'spin']\n"
                                   "print(%s)",
                                   path, expression);
    const char *const argv[] = {"/usr/bin/python3", "-c", script, NULL};
    int fd = open(answer, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const LeatProcessFd out = {fd, STDOUT_FILENO};
    LeatProcess *process =
        leat_process_start(argv, &(LeatProcessOptions){.fds = &out, .fd_count = 1}, NULL);
    LeatProcessEnd end;

    g_assert_nonnull(process);
    g_assert_cmpint(leat_process_join(process, NULL, LEAT_FOREVER, &end), ==, 1);
    g_assert_cmpint(end.status, ==, 0);
    leat_process_free(process);
    close(fd);
    g_assert_true(g_file_get_contents(answer, &text, NULL, NULL));
    g_unlink(answer);
    g_free(answer);
    g_free(script);
    return g_strchomp(text);
}

static void expect(const char *path, const char *expression, const char *expected)
{
    char *text = ask(path, expression);

    g_assert_cmpstr(text, ==, expected);
    g_free(text);
}

static void test_each_unit_is_a_slice(gconstpointer data)
{
    LeatExecutorOptions options = test_options((LeatExecutorKind)GPOINTER_TO_INT(data), WORKERS);
    char *path = test_make_file();
    LeatExecutor *executor;
    LeatWorkset *workset;
    GError *error = NULL;

    options.trace = leat_trace_open(path, &error);
    g_assert_no_error(error);
    executor = test_executor_with(&options);
    workset = test_workset(executor, "spin", UNITS, &(TestInput){.spin_ns = LEAT_NS_PER_MS});
    test_run(workset, UNITS);
    leat_workset_free(workset);
    leat_executor_free(executor);
    g_assert_true(leat_trace_close(options.trace, NULL));

    expect(path, "sorted(e['args']['seq'] for e in units) == list(range(40))", "True");
    expect(path, "all(e['ph'] == 'X' and e['dur'] >= 1000 for e in units)", "True");
    /* Whoever did a unit has a name. */
    if (options.kind == LEAT_EXECUTOR_PROCESSES) {
        expect(path,
               "{e['pid'] for e in units} <= {e['pid'] for e in t if e['name'] == 'process_name' "
               "and e['args']['name'].startswith('leat-worker-')}",
               "True");
        expect(path, "t[0]['pid'] in {e['pid'] for e in units}", "False");
        expect(path, "all(e['pid'] == e['tid'] for e in units)", "True");
    } else if (options.kind == LEAT_EXECUTOR_THREADS) {
        expect(path,
               "{e['tid'] for e in units} <= {e['tid'] for e in t if e['name'] == 'thread_name' "
               "and e['args']['name'].startswith('compute-')}",
               "True");
    }
    g_unlink(path);
    g_free(path);
}

static void test_lost_unit_is_a_slice_too(void)
{
    LeatExecutorOptions options = test_options(LEAT_EXECUTOR_PROCESSES, 1);
    char *path = test_make_file();
    LeatExecutor *executor;
    LeatWorkset *workset;

    options.trace = leat_trace_open(path, NULL);
    g_assert_nonnull(options.trace);
    executor = test_executor_with(&options);
    workset = test_workset(executor, "crash", 10, &(TestInput){.special = 6});
    test_run_fails(workset, 10, LEAT_ERROR_FAILED, "killed 3 workers", NULL);
    leat_workset_free(workset);
    leat_executor_free(executor);
    g_assert_true(leat_trace_close(options.trace, NULL));
    expect(path, "[e['args']['seq'] for e in t if e['name'] == 'lost with its worker']",
           "[6, 6, 6]");
    expect(path, "len({e['pid'] for e in t if e['name'] == 'lost with its worker'})", "3");
    expect(path, "len([e for e in t if e['name'] == 'crash'])", "6");
    g_unlink(path);
    g_free(path);
}

static void add_tests(void)
{
    test_add_for_each("/executor-trace/each-unit-is-a-slice", test_each_unit_is_a_slice);
    g_test_add_func("/executor-trace/lost-unit-is-a-slice-too", test_lost_unit_is_a_slice_too);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv, add_tests);
}
