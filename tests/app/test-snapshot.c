/* SPDX-License-Identifier: MIT */
#include "app/child-processes.h"
#include "app/snapshot.h"

#include "base/clock.h"
#include "concurrency/cancel.h"
#include "concurrency/process.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const LeatThreadFact *find(const LeatThreadFact *facts, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (g_str_equal(facts[i].info.name, name))
            return &facts[i];
    return NULL;
}

static void sleep_until_cancelled(void *data)
{
    leat_cancel_wait(data, LEAT_FOREVER);
}

/* Uses so much of this thread's core. */
static void work(int64_t ns)
{
    struct timespec used;
    int64_t end_ns = 0, now_ns;

    do {
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
        now_ns = used.tv_sec * LEAT_NS_PER_S + used.tv_nsec;
        end_ns = end_ns ? end_ns : now_ns + ns;
    } while (now_ns < end_ns);
}

static void a_thread_at_work_has_a_share_and_one_that_waits_has_none(void)
{
    GError *error = NULL;
    LeatCancel *cancel = leat_cancel_new(NULL, &error);
    LeatThread *thread =
        leat_thread_new("sleeper", LEAT_THREAD_NORMAL, sleep_until_cancelled, cancel, &error);
    LeatThreadMeter *meter;
    LeatThreadFact *facts;
    size_t count;

    g_assert_no_error(error);
    leat_thread_adopt("tester", LEAT_THREAD_NORMAL);
    leat_thread_start(thread, &error);
    g_assert_no_error(error);
    meter = leat_thread_meter_new();
    work(20 * LEAT_NS_PER_MS);
    facts = leat_thread_meter_read(meter, &count);
    g_assert_cmpfloat(find(facts, count, "tester")->share, >, 0.02);
    g_assert_cmpfloat(find(facts, count, "tester")->share, <, 1.2);
    g_assert_false(find(facts, count, "tester")->process);
    g_assert_cmpfloat(find(facts, count, "sleeper")->share, <, find(facts, count, "tester")->share);
    free(facts);
    leat_thread_meter_free(meter);
    leat_cancel_trigger(cancel);
    leat_thread_free(thread);
    leat_cancel_unref(cancel);
}

static void a_started_process_is_listed_under_its_name(void)
{
    const char *const argv[] = {"sleep", "1000", NULL};
    GError *error = NULL;
    LeatProcess *process;
    LeatThreadMeter *meter = leat_thread_meter_new();
    const LeatThreadFact *fact;
    LeatThreadFact *facts;
    LeatProcessEnd end;
    size_t count;

    leat_thread_adopt("tester", LEAT_THREAD_NORMAL);
    process = leat_process_start(argv, &(LeatProcessOptions){0}, &error);
    g_assert_no_error(error);
    facts = leat_thread_meter_read(meter, &count);
    fact = find(facts, count, "sleep");
    g_assert_nonnull(fact);
    g_assert_true(fact->process);
    g_assert_cmpint(fact->info.tid, ==, leat_process_pid(process));
    g_assert_cmpint(fact->info.started_ns, >, 0);
    free(facts);
    leat_process_kill(process, SIGKILL);
    leat_process_join(process, NULL, LEAT_FOREVER, &end);
    leat_process_free(process);
    facts = leat_thread_meter_read(meter, &count);
    g_assert_null(find(facts, count, "sleep"));
    free(facts);
    leat_thread_meter_free(meter);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/snapshot/a-thread-at-work-has-a-share-and-one-that-waits-has-none",
                    a_thread_at_work_has_a_share_and_one_that_waits_has_none);
    g_test_add_func("/snapshot/a-started-process-is-listed-under-its-name",
                    a_started_process_is_listed_under_its_name);
    return g_test_run();
}
