/* SPDX-License-Identifier: MIT */
/* leat jobs FILE */
#include "base/clock.h"
#include "cli/json.h"
#include "cli/listing.h"
#include "cli/recording.h"
#include "store/store-job.h"

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

static char *progress_text(const LeatStoredJob *job)
{
    if (job->units == 0)
        return g_strdup("");
    return g_strdup_printf("%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT, job->done, job->units);
}

static LeatTable *make_table(void)
{
    return leat_table_new(">ID", "NAME", "STATE", "STARTED", ">TIME", "EXECUTOR", ">WORKERS",
                          ">UNITS", "ERROR", NULL);
}

static void add_row(LeatTable *table, const void *item)
{
    const LeatStoredJob *job = item;
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

static void add_members(JsonBuilder *builder, const void *item)
{
    const LeatStoredJob *job = item;

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
}

static int list_jobs(const LeatVerb *verb, int argc, char **argv)
{
    static const LeatListing jobs = {"jobs", leat_store_jobs, make_table, add_row, add_members};

    return leat_listing_run(&jobs, verb, argc, argv);
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
