/* SPDX-License-Identifier: MIT */
#include "gui/job-list.h"

#include "base/clock.h"
#include "base/error.h"

/* A computation of 3 units; `fails` after the first. */
static bool count_to_three(LeatJob *job, void *data, GError **error)
{
    const bool *fails = data;

    leat_job_report(job, 1, 3);
    if (*fails) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_FAILED, "the unit 1 burst");
        return false;
    }
    leat_job_report(job, 3, 3);
    return true;
}

static bool wait_for_cancel(LeatJob *job, void *data, GError **error)
{
    LeatCancel *cancel = leat_job_cancel_object(job);

    while (!leat_cancel_is_set(cancel))
        leat_cancel_wait(cancel, LEAT_FOREVER);
    return leat_cancel_check(cancel, error);
}

static LeatJob *make(LeatJobFunc func, void *data)
{
    GError *error = NULL;
    LeatJob *job = leat_job_new("test", func, data, NULL, NULL, &error);

    g_assert_no_error(error);
    return job;
}

static void start(LeatJob *job)
{
    GError *error = NULL;

    leat_job_start(job, &error);
    g_assert_no_error(error);
}

static void run_until_ended(LeatJobList *list)
{
    while (leat_job_list_count_active(list) > 0)
        g_main_context_iteration(NULL, TRUE);
}

static void count_call(int *calls)
{
    ++*calls;
}

static void an_item_follows_its_job_and_keeps_the_end(void)
{
    LeatJobList *list = leat_job_list_new();
    bool fails = false;
    LeatJob *job = make(count_to_three, &fails);
    LeatJobItem *item = leat_job_list_add(list, job, "Counting");
    int changes = 0;

    g_signal_connect_swapped(item, "changed", G_CALLBACK(count_call), &changes);
    g_assert_cmpstr(leat_job_item_title(item), ==, "Counting");
    g_assert_cmpint(leat_job_item_info(item).state, ==, LEAT_JOB_QUEUED);
    g_assert_cmpuint(leat_job_list_count_active(list), ==, 1);
    start(job);
    run_until_ended(list);
    leat_job_free(job);
    g_assert_cmpint(changes, >, 0);
    g_assert_cmpint(leat_job_item_info(item).state, ==, LEAT_JOB_DONE);
    g_assert_cmpint(leat_job_item_info(item).done, ==, 3);
    g_assert_null(leat_job_item_error(item));
    g_object_unref(list);
}

static void a_failure_is_kept_in_words(void)
{
    LeatJobList *list = leat_job_list_new();
    bool fails = true;
    LeatJob *job = make(count_to_three, &fails);
    LeatJobItem *item = leat_job_list_add(list, job, "Counting");

    start(job);
    run_until_ended(list);
    leat_job_free(job);
    g_assert_cmpint(leat_job_item_info(item).state, ==, LEAT_JOB_FAILED);
    g_assert_cmpstr(leat_job_item_error(item), ==, "the unit 1 burst");
    g_object_unref(list);
}

static void a_job_is_cancelled_through_its_item(void)
{
    LeatJobList *list = leat_job_list_new();
    LeatJob *job = make(wait_for_cancel, NULL);
    LeatJobItem *item = leat_job_list_add(list, job, "Waiting");

    start(job);
    leat_job_item_cancel(item);
    run_until_ended(list);
    leat_job_free(job);
    g_assert_cmpint(leat_job_item_info(item).state, ==, LEAT_JOB_CANCELLED);
    g_assert_null(leat_job_item_error(item));
    leat_job_item_cancel(item);
    g_object_unref(list);
}

/* As when the window closes: the list goes first, the maker frees the job after. */
static void an_item_outlives_the_list_until_its_job_ends(void)
{
    LeatJobList *list = leat_job_list_new();
    LeatJob *job = make(wait_for_cancel, NULL);
    LeatJobItem *item = leat_job_list_add(list, job, "Waiting");
    gpointer seen = item;

    g_object_add_weak_pointer(G_OBJECT(item), &seen);
    start(job);
    g_object_unref(list);
    g_assert_nonnull(seen);
    leat_job_free(job);
    g_assert_null(seen);
}

static void only_those_that_have_ended_are_forgotten(void)
{
    enum { MANY = 60, KEPT = 50 };
    LeatJobList *list = leat_job_list_new();
    GListModel *model = G_LIST_MODEL(list);
    LeatJob *waiting = make(wait_for_cancel, NULL);
    LeatJobItem *first = leat_job_list_add(list, waiting, "The first"), *last;
    bool fails = false;

    start(waiting);
    for (int i = 0; i < MANY; i++) {
        LeatJob *job = make(count_to_three, &fails);

        leat_job_list_add(list, job, "One more");
        leat_job_free(job);
    }
    g_assert_cmpuint(g_list_model_get_n_items(model), ==, KEPT);
    last = g_list_model_get_item(model, KEPT - 1);
    g_assert_true(last == first);
    g_object_unref(last);
    g_assert_cmpuint(leat_job_list_count_active(list), ==, 1);
    leat_job_free(waiting);
    g_object_unref(list);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/job-list/an-item-follows-its-job-and-keeps-the-end",
                    an_item_follows_its_job_and_keeps_the_end);
    g_test_add_func("/job-list/a-failure-is-kept-in-words", a_failure_is_kept_in_words);
    g_test_add_func("/job-list/a-job-is-cancelled-through-its-item",
                    a_job_is_cancelled_through_its_item);
    g_test_add_func("/job-list/an-item-outlives-the-list-until-its-job-ends",
                    an_item_outlives_the_list_until_its_job_ends);
    g_test_add_func("/job-list/only-those-that-have-ended-are-forgotten",
                    only_those_that_have_ended_are_forgotten);
    return g_test_run();
}
