/* SPDX-License-Identifier: MIT */
#include "concurrency/trace.h"

#include "concurrency/process.h"
#include "faults.h"
#include "support.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RECORDERS = 3, EVENTS = 5000 };

static char *folder;

static char *trace_path(void)
{
    return g_build_filename(folder, "trace.json", NULL);
}

static LeatTrace *open_trace(void)
{
    char *path = trace_path();
    GError *error = NULL;
    LeatTrace *trace = leat_trace_open(path, &error);

    g_assert_no_error(error);
    g_free(path);
    return trace;
}

static void close_trace(LeatTrace *trace)
{
    GError *error = NULL;

    g_assert_true(leat_trace_close(trace, &error));
    g_assert_no_error(error);
}

/* What Python's own reader of JSON makes of the trace `t`: the value of an expression. */
static char *ask(const char *expression)
{
    char *path = trace_path(), *answer = g_build_filename(folder, "answer", NULL), *text;
    char *script =
        g_strdup_printf("import json\nt = json.load(open('%s'))\nprint(%s)", path, expression);
    const char *const argv[] = {"/usr/bin/python3", "-c", script, NULL};
    int fd = open(answer, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const LeatProcessFd out = {fd, 1};
    GError *error = NULL;
    LeatProcess *process =
        leat_process_start(argv, &(LeatProcessOptions){.fds = &out, .fd_count = 1}, &error);
    LeatProcessEnd end;

    g_assert_no_error(error);
    g_assert_cmpint(leat_process_join(process, NULL, LEAT_FOREVER, &end), ==, 1);
    g_assert_true(end.exited);
    g_assert_cmpint(end.status, ==, 0);
    leat_process_free(process);
    close(fd);
    g_assert_true(g_file_get_contents(answer, &text, NULL, NULL));
    g_unlink(answer);
    g_unlink(path);
    g_free(answer);
    g_free(path);
    g_free(script);
    return g_strchomp(text);
}

static void expect(const char *expression, const char *expected)
{
    char *text = ask(expression);

    g_assert_cmpstr(text, ==, expected);
    g_free(text);
}

static void test_an_empty_trace_is_a_document(void)
{
    close_trace(open_trace());
    expect("[e['ph'] for e in t], t[-1]['args']", "['M', 'i'] {'dropped': 0}");
}

static void test_no_trace_is_fine(void)
{
    GError *error = NULL;

    leat_trace_slice(NULL, "x", 0, 0, 1);
    leat_trace_counter(NULL, "x", 0);
    g_assert_true(leat_trace_close(NULL, &error));
    g_assert_no_error(error);
}

static void test_slices_and_counters_are_told(void)
{
    LeatTrace *trace = open_trace();

    leat_trace_slice(trace, "filter", 17, INT64_C(1234567), INT64_C(3234568));
    leat_trace_slice(trace, "idle", -1, 5000, 4000);
    leat_trace_counter(trace, "link", 42);
    close_trace(trace);
    expect("[[e['name'], e['ph'], e.get('dur'), e.get('args')] for e in t if e['ph'] in 'XC'] "
           "+ [t[1]['ts']]",
           "[['filter', 'X', 2000.001, {'seq': 17}], ['idle', 'X', 0.0, None], "
           "['link', 'C', None, {'value': 42}], 1234.567]");
}

static void record_one(void *data)
{
    leat_trace_counter(data, "value", 1);
    leat_trace_counter(data, "value", 2);
}

static void test_each_thread_is_named_once(void)
{
    LeatTrace *trace = open_trace();

    leat_thread_free(start_thread("capture", record_one, trace));
    leat_thread_free(start_thread("a\"b\\c\n\xff\xc3\xa9", record_one, trace));
    close_trace(trace);
    expect("[e['args']['name'] for e in t if e['name'] == 'thread_name'] == "
           "['capture', 'a\\x22b\\x5cc\\x0a?\\xe9'], "
           "len({e['tid'] for e in t if e['ph'] == 'C'})",
           "True 2");
}

static void test_a_second_trace_names_the_thread_again(void)
{
    LeatTrace *trace;

    leat_thread_adopt("main", LEAT_THREAD_NORMAL);
    for (int i = 0; i < 2; i++) {
        trace = open_trace();
        record_one(trace);
        close_trace(trace);
        expect("[e['args']['name'] for e in t if e['name'] == 'thread_name']", "['main']");
    }
}

static void record_many(void *data)
{
    for (int i = 0; i < EVENTS; i++)
        leat_trace_slice(data, "work", i, i, i + 1);
}

static void test_events_of_many_threads_are_written_or_counted(void)
{
    LeatTrace *trace = open_trace();
    LeatThread *threads[RECORDERS];

    for (int i = 0; i < RECORDERS; i++)
        threads[i] = start_thread("recorder", record_many, trace);
    join_threads(threads, RECORDERS);
    close_trace(trace);
    expect("sum(e['ph'] == 'X' for e in t) + t[-1]['args']['dropped']", "15000");
}

static void test_what_cannot_be_kept_up_with_is_dropped_and_counted(void)
{
    LeatTrace *trace = open_trace();
    char *text;

    for (int i = 0; i < 300000; i++)
        leat_trace_counter(trace, "flood", i);
    close_trace(trace);
    text = ask("sum(e['ph'] == 'C' for e in t) + t[-1]['args']['dropped']");
    g_assert_cmpstr(text, ==, "300000");
    g_free(text);
}

static void test_events_reach_the_file_in_order_of_each_thread(void)
{
    LeatTrace *trace = open_trace();

    for (int i = 0; i < 20000; i++)
        leat_trace_slice(trace, "work", i, i, i);
    close_trace(trace);
    expect("(lambda s: s == sorted(s))([e['args']['seq'] for e in t if e['ph'] == 'X'])", "True");
}

static void test_a_path_that_cannot_be_written_is_named(void)
{
    size_t before = count_registered();
    GError *error = NULL;

    g_assert_null(leat_trace_open("/nonexistent/trace.json", &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND);
    g_assert_nonnull(strstr(error->message, "/nonexistent/trace.json"));
    g_clear_error(&error);
    g_assert_cmpuint(count_registered(), ==, before);
}

static void test_a_full_disk_is_told_at_the_close(void)
{
    GError *error = NULL;
    LeatTrace *trace = leat_trace_open("/dev/full", &error);

    g_assert_no_error(error);
    for (int i = 0; i < 10000; i++)
        leat_trace_counter(trace, "x", i);
    g_assert_false(leat_trace_close(trace, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_NO_SPACE);
    g_clear_error(&error);
}

static LeatTrace *new_recent(void)
{
    GError *error = NULL;
    LeatTrace *trace = leat_trace_new_recent(&error);

    g_assert_no_error(error);
    return trace;
}

static void save(LeatTrace *trace)
{
    char *path = trace_path();
    GError *error = NULL;

    g_assert_true(leat_trace_save(trace, path, &error));
    g_assert_no_error(error);
    g_free(path);
}

static void test_a_recent_trace_is_saved_as_often_as_is_asked(void)
{
    LeatTrace *trace = new_recent();

    save(trace);
    expect("[e['ph'] for e in t]", "['M', 'i']");
    leat_thread_free(start_thread("capture", record_one, trace));
    leat_trace_name_process(trace, 77, "worker-1");
    for (int i = 1; i <= 2; i++) {
        leat_trace_slice_of(trace, 77, "unit", i, 0, 1);
        save(trace);
        expect("[e['args']['name'] for e in t if e['ph'] == 'M'], "
               "sum(e['ph'] == 'X' for e in t), sum(e['ph'] == 'C' for e in t)",
               i == 1 ? "['leat', 'capture', 'worker-1'] 1 2"
                      : "['leat', 'capture', 'worker-1'] 2 2");
    }
    close_trace(trace);
}

static void test_a_recent_trace_keeps_the_latest_and_every_name(void)
{
    LeatTrace *trace = new_recent();

    leat_thread_free(start_thread("capture", record_one, trace));
    for (int i = 0; i < 100000; i++)
        leat_trace_slice(trace, "work", i, i, i);
    save(trace);
    expect("(lambda s: (s == list(range(s[0], 100000)), len(s) > 28000))"
           "([e['args']['seq'] for e in t if e['ph'] == 'X']), "
           "'capture' in [e['args']['name'] for e in t if e['ph'] == 'M']",
           "(True, True) True");
    close_trace(trace);
}

static void test_a_recent_trace_goes_on_while_it_is_saved(void)
{
    LeatTrace *trace = new_recent();
    LeatThread *threads[RECORDERS];

    for (int i = 0; i < RECORDERS; i++)
        threads[i] = start_thread("recorder", record_many, trace);
    save(trace);
    join_threads(threads, RECORDERS);
    expect("t[-1]['name']", "end of trace");
    save(trace);
    expect("sum(e['ph'] == 'X' for e in t)", "15000");
    close_trace(trace);
}

static void test_a_recent_trace_tells_what_it_cannot_save(void)
{
    LeatTrace *trace = new_recent();
    GError *error = NULL;

    g_assert_false(leat_trace_save(trace, "/nonexistent/trace.json", &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND);
    g_clear_error(&error);
    for (int i = 0; i < 1000; i++)
        leat_trace_counter(trace, "value", i);
    g_assert_false(leat_trace_save(trace, "/dev/full", &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_NO_SPACE);
    g_clear_error(&error);
    close_trace(trace);
}

static void test_every_failure_of_open_is_clean(void)
{
    int descriptors = count_descriptors(), failures = 0;
    size_t threads = count_registered();
    char *path = trace_path();
    LeatTrace *trace = NULL;

    for (int n = 1; !trace; n++) {
        GError *error = NULL;

        leat_faults_arm(n);
        trace = leat_trace_open(path, &error);
        g_assert_true(leat_faults_disarm() == !trace);
        g_assert_true(!trace == (error != NULL));
        if (!trace) {
            g_assert_cmpint(count_descriptors(), ==, descriptors);
            g_assert_cmpuint(count_registered(), ==, threads);
            failures++;
        }
        g_clear_error(&error);
    }
    g_assert_cmpint(failures, ==, 5);
    close_trace(trace);
    g_unlink(path);
    g_free(path);
}

int main(int argc, char **argv)
{
    int result;

    g_test_init(&argc, &argv, NULL);
    folder = g_dir_make_tmp("leat-trace-XXXXXX", NULL);
    g_assert_nonnull(folder);
    g_test_add_func("/trace/an-empty-trace-is-a-document", test_an_empty_trace_is_a_document);
    g_test_add_func("/trace/no-trace-is-fine", test_no_trace_is_fine);
    g_test_add_func("/trace/slices-and-counters-are-told", test_slices_and_counters_are_told);
    g_test_add_func("/trace/each-thread-is-named-once", test_each_thread_is_named_once);
    g_test_add_func("/trace/events-of-many-threads-are-written-or-counted",
                    test_events_of_many_threads_are_written_or_counted);
    g_test_add_func("/trace/what-cannot-be-kept-up-with-is-dropped-and-counted",
                    test_what_cannot_be_kept_up_with_is_dropped_and_counted);
    g_test_add_func("/trace/events-reach-the-file-in-order-of-each-thread",
                    test_events_reach_the_file_in_order_of_each_thread);
    g_test_add_func("/trace/a-path-that-cannot-be-written-is-named",
                    test_a_path_that_cannot_be_written_is_named);
    g_test_add_func("/trace/a-full-disk-is-told-at-the-close",
                    test_a_full_disk_is_told_at_the_close);
    g_test_add_func("/trace/every-failure-of-open-is-clean", test_every_failure_of_open_is_clean);
    g_test_add_func("/trace/a-recent-trace-is-saved-as-often-as-is-asked",
                    test_a_recent_trace_is_saved_as_often_as_is_asked);
    g_test_add_func("/trace/a-recent-trace-keeps-the-latest-and-every-name",
                    test_a_recent_trace_keeps_the_latest_and_every_name);
    g_test_add_func("/trace/a-recent-trace-goes-on-while-it-is-saved",
                    test_a_recent_trace_goes_on_while_it_is_saved);
    g_test_add_func("/trace/a-recent-trace-tells-what-it-cannot-save",
                    test_a_recent_trace_tells_what_it_cannot_save);
    g_test_add_func("/trace/a-second-trace-names-the-thread-again",
                    test_a_second_trace_names_the_thread_again);
    result = g_test_run();
    g_rmdir(folder);
    g_free(folder);
    return result;
}
