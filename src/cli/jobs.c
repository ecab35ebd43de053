/* SPDX-License-Identifier: MIT */
/* leat jobs FILE */
#include "base/clock.h"
#include "cli/json.h"
#include "cli/recording.h"
#include "cli/table.h"
#include "cli/verb.h"
#include "store/store-job.h"

#include <stdio.h>

/* -1 for one that has not begun, or whose end nobody knows. */
static int64_t length_ns(const LeatStoredJob *job)
{
    return job->started_wall_ns && job->ended_wall_ns ? job->ended_wall_ns - job->started_wall_ns
                                                      : -1;
}

static int64_t began_wall_ns(const LeatStoredJob *job)
{
    return job->started_wall_ns ? job->started_wall_ns : job->queued_wall_ns;
}

static void print_json(const GPtrArray *jobs)
{
    JsonBuilder *builder = json_builder_new();

    json_builder_begin_array(builder);
    for (guint i = 0; i < jobs->len; i++) {
        const LeatStoredJob *job = g_ptr_array_index(jobs, i);

        json_builder_begin_object(builder);
        leat_json_count(builder, "id", job->id);
        leat_json_text(builder, "name", job->name);
        leat_json_text(builder, "state", leat_stored_job_state_name(job->state));
        leat_json_text(builder, "executor", job->executor);
        leat_json_count(builder, "workers", job->workers);
        leat_json_count(builder, "units", job->units);
        leat_json_count(builder, "done", job->done);
        leat_json_wall(builder, "started", began_wall_ns(job));
        if (length_ns(job) >= 0)
            leat_json_seconds(builder, "wall_s", length_ns(job));
        else
            leat_json_text(builder, "wall_s", NULL);
        leat_json_text(builder, "error", job->error);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
    leat_json_print(builder);
}

static char *progress_text(const LeatStoredJob *job)
{
    if (job->units == 0)
        return g_strdup("");
    return g_strdup_printf("%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT, job->done, job->units);
}

static void print_table(const GPtrArray *jobs)
{
    LeatTable *table = leat_table_new(">ID", "NAME", "STATE", "STARTED", ">TIME", "EXECUTOR",
                                      ">WORKERS", ">UNITS", "ERROR", NULL);

    for (guint i = 0; i < jobs->len; i++) {
        const LeatStoredJob *job = g_ptr_array_index(jobs, i);
        int64_t length = length_ns(job);

        leat_table_add_count(table, job->id);
        leat_table_add(table, job->name);
        leat_table_add(table, leat_stored_job_state_name(job->state));
        leat_table_take(table, leat_recording_local_time(began_wall_ns(job)));
        leat_table_take(table, length >= 0 ? leat_recording_length(length) : g_strdup(""));
        leat_table_add(table, job->executor);
        leat_table_add_count(table, job->workers);
        leat_table_take(table, progress_text(job));
        leat_table_add(table, job->error ? job->error : "");
    }
    leat_table_print(table, "");
}

static int list_jobs(const LeatVerb *verb, int argc, char **argv)
{
    gboolean json = FALSE;
    const GOptionEntry entries[] = {
        {"json", 0, 0, G_OPTION_ARG_NONE, &json, "Print a JSON array", NULL},
        {NULL},
    };
    GError *error = NULL;
    GPtrArray *jobs;
    LeatStore *store;
    int status;

    if (!leat_verb_parse(verb, entries, NULL, &argc, &argv, &status))
        return status;
    store = leat_store_open(argv[1], NULL, &error);
    if (!store)
        return leat_verb_fail(error);
    jobs = leat_store_jobs(store, &error);
    leat_store_close(store);
    if (!jobs)
        return leat_verb_fail(error);
    if (json)
        print_json(jobs);
    else if (jobs->len == 0)
        printf("No jobs in %s yet.\n", argv[1]);
    else
        print_table(jobs);
    g_ptr_array_unref(jobs);
    return LEAT_CLI_DONE;
}

const LeatVerb leat_verb_jobs = {
    .name = "jobs",
    .arguments = "FILE",
    .summary = "Lists the computations that a library file has a record of.",
    .details =
        "A job whose program was killed is shown as interrupted. 'leat cpu-test --library FILE'\n"
        "keeps such a record.\n",
    .min_arguments = 1,
    .max_arguments = 1,
    .run = list_jobs,
};
