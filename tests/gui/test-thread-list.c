/* SPDX-License-Identifier: MIT */
#include "gui/job-row.h"
#include "gui/thread-list.h"

#include "base/clock.h"

static LeatThreadFact fact(const char *name, int tid, LeatThreadState state)
{
    LeatThreadFact fact = {.info = {.tid = tid, .started_ns = tid, .state = state}, .share = 0.5};

    g_strlcpy(fact.info.name, name, sizeof fact.info.name);
    return fact;
}

static char *text_at(LeatThreadList *list, guint position, const char *property)
{
    g_autoptr(GObject) item = g_list_model_get_item(G_LIST_MODEL(list), position);
    char *text;

    g_assert_nonnull(item);
    g_object_get(item, property, &text, NULL);
    return text;
}

static void expect_at(LeatThreadList *list, guint position, const char *property,
                      const char *expected)
{
    g_autofree char *text = text_at(list, position, property);

    g_assert_cmpstr(text, ==, expected);
}

static void count_call(int *calls)
{
    ++*calls;
}

static void threads_are_listed_in_words(void)
{
    LeatThreadList *list = leat_thread_list_new();
    LeatThreadFact facts[] = {fact("main", 10, LEAT_THREAD_RUNNING),
                              fact("capture", 11, LEAT_THREAD_WAITING)};

    leat_thread_list_update(list, facts, G_N_ELEMENTS(facts));
    g_assert_cmpuint(g_list_model_get_n_items(G_LIST_MODEL(list)), ==, 2);
    expect_at(list, 0, "name", "main");
    expect_at(list, 0, "state", "Running");
    expect_at(list, 1, "state", "Waiting");
    expect_at(list, 1, "share", "50.0 %");
    expect_at(list, 1, "number", "11");
    g_object_unref(list);
}

static void what_goes_on_changes_in_its_place(void)
{
    LeatThreadList *list = leat_thread_list_new();
    LeatThreadFact facts[] = {fact("main", 10, LEAT_THREAD_RUNNING),
                              fact("capture", 11, LEAT_THREAD_WAITING)};
    g_autoptr(GObject) first = NULL;
    int changes = 0, states = 0, names = 0;

    leat_thread_list_update(list, facts, G_N_ELEMENTS(facts));
    first = g_list_model_get_item(G_LIST_MODEL(list), 0);
    g_signal_connect_swapped(list, "items-changed", G_CALLBACK(count_call), &changes);
    g_signal_connect_swapped(first, "notify::state", G_CALLBACK(count_call), &states);
    g_signal_connect_swapped(first, "notify::name", G_CALLBACK(count_call), &names);
    facts[0].info.state = LEAT_THREAD_WAITING;
    leat_thread_list_update(list, facts, G_N_ELEMENTS(facts));
    leat_thread_list_update(list, facts, G_N_ELEMENTS(facts));
    g_assert_cmpint(changes, ==, 0);
    g_assert_cmpint(states, ==, 1);
    g_assert_cmpint(names, ==, 0);
    expect_at(list, 0, "state", "Waiting");
    g_object_unref(list);
}

static void one_that_has_ended_is_seen_as_dead_and_then_goes(void)
{
    LeatThreadList *list = leat_thread_list_new();
    LeatThreadFact facts[] = {fact("main", 10, LEAT_THREAD_RUNNING),
                              fact("capture", 11, LEAT_THREAD_WAITING)};

    leat_thread_list_update(list, facts, 2);
    for (int i = 0; i < LEAT_THREAD_LIST_MOURNS; i++) {
        leat_thread_list_update(list, facts, 1);
        expect_at(list, 1, "state", "Dead");
        expect_at(list, 1, "share", "0.0 %");
    }
    leat_thread_list_update(list, facts, 1);
    g_assert_cmpuint(g_list_model_get_n_items(G_LIST_MODEL(list)), ==, 1);
    g_object_unref(list);
}

static void a_number_used_again_is_another_thread(void)
{
    LeatThreadList *list = leat_thread_list_new();
    LeatThreadFact old = fact("old", 10, LEAT_THREAD_RUNNING), new = old;

    new.info.started_ns++;
    leat_thread_list_update(list, &old, 1);
    leat_thread_list_update(list, &new, 1);
    g_assert_cmpuint(g_list_model_get_n_items(G_LIST_MODEL(list)), ==, 2);
    expect_at(list, 0, "state", "Dead");
    expect_at(list, 1, "state", "Running");
    g_object_unref(list);
}

static void those_that_ended_together_go_together(void)
{
    LeatThreadList *list = leat_thread_list_new();
    LeatThreadFact facts[] = {
        fact("main", 10, LEAT_THREAD_RUNNING), fact("capture", 11, LEAT_THREAD_WAITING),
        fact("process", 12, LEAT_THREAD_WAITING), fact("library", 13, LEAT_THREAD_WAITING)};
    LeatThreadFact left[] = {facts[0], facts[3]};
    int changes = 0;

    leat_thread_list_update(list, facts, G_N_ELEMENTS(facts));
    g_signal_connect_swapped(list, "items-changed", G_CALLBACK(count_call), &changes);
    for (int i = 0; i <= LEAT_THREAD_LIST_MOURNS; i++)
        leat_thread_list_update(list, left, G_N_ELEMENTS(left));
    g_assert_cmpuint(g_list_model_get_n_items(G_LIST_MODEL(list)), ==, 2);
    expect_at(list, 0, "name", "main");
    expect_at(list, 1, "name", "library");
    g_assert_cmpint(changes, ==, 1);
    leat_thread_list_update(list, NULL, 0);
    for (int i = 0; i < LEAT_THREAD_LIST_MOURNS; i++)
        leat_thread_list_update(list, NULL, 0);
    g_assert_cmpuint(g_list_model_get_n_items(G_LIST_MODEL(list)), ==, 0);
    g_object_unref(list);
}

static void expect_job(const LeatJobInfo *info, const char *error, const char *expected)
{
    g_autofree char *text = leat_job_text(info, error);

    g_assert_cmpstr(text, ==, expected);
}

static void a_job_is_told_in_words(void)
{
    LeatJobInfo info = {.state = LEAT_JOB_QUEUED, .left_ns = -1};

    expect_job(&info, NULL, "Waiting for its turn");
    info.state = LEAT_JOB_RUNNING;
    expect_job(&info, NULL, "Running");
    info.total = 100;
    info.done = 34;
    expect_job(&info, NULL, "Running, 34 of 100");
    info.left_ns = 12 * LEAT_NS_PER_S - 1;
    expect_job(&info, NULL, "Running, 34 of 100, 12 s left");
    info.left_ns = 7200 * LEAT_NS_PER_S;
    expect_job(&info, NULL, "Running, 34 of 100, 120 min left");
    info.cancel_asked = true;
    expect_job(&info, NULL, "Stopping…");
    info.state = LEAT_JOB_CANCELLED;
    expect_job(&info, NULL, "Cancelled");
    info.state = LEAT_JOB_FAILED;
    expect_job(&info, "the disk is full", "Failed: the disk is full");
    info.state = LEAT_JOB_DONE;
    info.ended_ns = 3 * LEAT_NS_PER_S;
    expect_job(&info, NULL, "Done in 3 s");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/thread-list/threads-are-listed-in-words", threads_are_listed_in_words);
    g_test_add_func("/thread-list/what-goes-on-changes-in-its-place",
                    what_goes_on_changes_in_its_place);
    g_test_add_func("/thread-list/one-that-has-ended-is-seen-as-dead-and-then-goes",
                    one_that_has_ended_is_seen_as_dead_and_then_goes);
    g_test_add_func("/thread-list/a-number-used-again-is-another-thread",
                    a_number_used_again_is_another_thread);
    g_test_add_func("/thread-list/those-that-ended-together-go-together",
                    those_that_ended_together_go_together);
    g_test_add_func("/job-row/a-job-is-told-in-words", a_job_is_told_in_words);
    return g_test_run();
}
