/* SPDX-License-Identifier: MIT */
#include "gui/job-list.h"

#include "base/clock.h"
#include "base/error.h"
#include "store/store-job.h"

#include <glib/gstdio.h>

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

static void run_until_settled(LeatJobList *list)
{
    while (!leat_job_list_is_settled(list))
        g_main_context_iteration(NULL, TRUE);
}

/* An empty library. */
static char *make_library(const char *folder)
{
    char *path = g_build_filename(folder, "test.leat", NULL);
    LeatStoredJob row = {.name = "earlier", .executor = ""};
    GError *error = NULL;

    leat_store_job_close(leat_store_job_begin(path, &row, &error));
    g_assert_no_error(error);
    return path;
}

static GPtrArray *read_rows(const char *path)
{
    GError *error = NULL;
    LeatStore *store = leat_store_open(path, NULL, &error);
    GPtrArray *rows = store ? leat_store_jobs(store, &error) : NULL;

    g_assert_no_error(error);
    leat_store_close(store);
    return rows;
}

static void remove_folder(char *folder, char *path)
{
    g_remove(path);
    g_assert_cmpint(g_rmdir(folder), ==, 0);
    g_free(path);
    g_free(folder);
}

static void each_job_has_its_row_in_the_library_that_is_open(void)
{
    char *folder = g_dir_make_tmp("leat-jobs-XXXXXX", NULL);
    char *path = make_library(folder);
    LeatJobList *list = leat_job_list_new();
    bool good = false, bad = true;
    LeatJob *one = make(count_to_three, &good), *other = make(count_to_three, &bad);
    const LeatStoredJob *row;
    GPtrArray *rows;

    leat_job_list_set_library(list, path);
    leat_job_list_add_computation(list, one, "Counting", "processes", 3);
    start(one);
    run_until_settled(list);
    leat_job_list_add(list, other, "Counting again");
    start(other);
    run_until_settled(list);
    leat_job_free(one);
    leat_job_free(other);
    rows = read_rows(path);
    g_assert_cmpuint(rows->len, ==, 3);
    row = rows->pdata[1];
    g_assert_cmpstr(row->name, ==, "test");
    g_assert_cmpstr(row->executor, ==, "processes");
    g_assert_cmpuint(row->workers, ==, 3);
    g_assert_cmpint(row->state, ==, LEAT_STORED_JOB_DONE);
    g_assert_cmpint(row->done, ==, 3);
    row = rows->pdata[2];
    g_assert_cmpstr(row->executor, ==, "");
    g_assert_cmpint(row->state, ==, LEAT_STORED_JOB_FAILED);
    g_assert_cmpstr(row->error, ==, "the unit 1 burst");
    g_ptr_array_unref(rows);
    g_object_unref(list);
    remove_folder(folder, path);
}

static void a_library_that_is_not_there_is_not_made_for_a_row(void)
{
    char *folder = g_dir_make_tmp("leat-jobs-XXXXXX", NULL);
    char *path = g_build_filename(folder, "test.leat", NULL);
    LeatJobList *list = leat_job_list_new();
    bool fails = false;
    LeatJob *job = make(count_to_three, &fails);

    leat_job_list_set_library(list, path);
    leat_job_list_add(list, job, "Counting");
    start(job);
    run_until_settled(list);
    leat_job_free(job);
    g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
    g_object_unref(list);
    remove_folder(folder, path);
}

/* As when the window is gone before the job: the row says what became of it, not that it runs. */
static void a_row_that_nobody_ends_is_interrupted(void)
{
    char *folder = g_dir_make_tmp("leat-jobs-XXXXXX", NULL);
    char *path = make_library(folder);
    LeatJobList *list = leat_job_list_new();
    LeatJob *job = make(wait_for_cancel, NULL);
    GPtrArray *rows;

    leat_job_list_set_library(list, path);
    leat_job_list_add(list, job, "Waiting");
    start(job);
    g_object_unref(list);
    leat_job_free(job);
    rows = read_rows(path);
    g_assert_cmpuint(rows->len, <=, 2); /* the row may not have been begun yet */
    for (guint i = 0; i < rows->len; i++)
        g_assert_cmpint(((const LeatStoredJob *)rows->pdata[i])->state, ==,
                        LEAT_STORED_JOB_INTERRUPTED);
    g_ptr_array_unref(rows);
    remove_folder(folder, path);
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
    g_test_add_func("/job-list/each-job-has-its-row-in-the-library-that-is-open",
                    each_job_has_its_row_in_the_library_that_is_open);
    g_test_add_func("/job-list/a-library-that-is-not-there-is-not-made-for-a-row",
                    a_library_that_is_not_there_is_not_made_for_a_row);
    g_test_add_func("/job-list/a-row-that-nobody-ends-is-interrupted",
                    a_row_that_nobody_ends_is_interrupted);
    return g_test_run();
}
