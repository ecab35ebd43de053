/* SPDX-License-Identifier: MIT */
#include "app/study-run.h"

#include "app/governor-loop.h"
#include "app/session.h"
#include "app/work-kinds.h"
#include "base/clock.h"
#include "base/error.h"
#include "compute/job.h"

/* The live picture is given this long to come to rest before the computation begins, and the main
 * loop this long to turn again after it. */
#define LEAD_IN_MS 500
#define TAIL_MS 250

struct LeatStudyStep {
    /* Set once. */
    const LeatStudyRequest *request;
    const LeatStudyReport *report;
    LeatStudyRun *run;
    LeatStudyStepCallbacks callbacks;
    LeatCancel *cancel;
    LeatSession *session;
    LeatExecutor *executor;

    guint timer; /* the next thing to do; 0 for none */
    bool began, computed;
    GError *error; /* the first thing that went wrong */

    /* While it computes. */
    LeatHeartbeat *heartbeat;
    LeatGovernorLoop *governor;
    LeatLedger at_start;
    int64_t start_ns;

    /* The job's, while it runs; not used without threads. */
    LeatJob *job;
    LeatJobListener listener;
    int64_t compute_ns;
    uint64_t checksum;
};

static LeatLedger ledger_now(LeatStudyStep *step)
{
    LeatLedger ledger;

    leat_session_ledger_snapshot(leat_pipeline_ledger(leat_session_pipeline(step->session)), false,
                                 &ledger, 0, NULL, NULL);
    return ledger;
}

/* Keeps the first error, and ends the session. */
static void fail(LeatStudyStep *step, const GError *error)
{
    if (!step->error)
        step->error = g_error_copy(error);
    leat_pipeline_stop(leat_session_pipeline(step->session));
}

static bool compute(LeatStudyStep *step, LeatCancel *cancel, LeatProgressFunc progress, void *data,
                    GError **error)
{
    int64_t start_ns = leat_clock_now_ns();
    bool good = leat_cpu_test_run(step->executor, &step->report->test, step->report->units, cancel,
                                  progress, data, &step->checksum, error);

    step->compute_ns = leat_clock_now_ns() - start_ns;
    return good;
}

static gboolean on_tail(gpointer data)
{
    LeatStudyStep *step = data;

    step->timer = 0;
    step->run->loop_gap_ms = leat_heartbeat_summary(step->heartbeat);
    if (step->governor) {
        const LeatGovernor *governor = leat_governor_loop_state(step->governor);

        step->run->governor.lowest = governor->lowest;
        step->run->governor.lowered = governor->lowered;
        step->run->governor.raised = governor->raised;
    }
    leat_pipeline_stop(leat_session_pipeline(step->session));
    return G_SOURCE_REMOVE;
}

static void end_computing(LeatStudyStep *step, const GError *error)
{
    LeatStudyRun *run = step->run;
    LeatLedger now = ledger_now(step);
    double elapsed_s = (double)(leat_clock_now_ns() - step->start_ns) / LEAT_NS_PER_S;

    if (error) {
        fail(step, error);
        return;
    }
    run->compute_s = (double)step->compute_ns / LEAT_NS_PER_S;
    run->checksum = step->checksum;
    step->computed = true;
    run->meanwhile.due = (int64_t)(elapsed_s * leat_rational_value(step->request->rate));
    run->meanwhile.captured = now.captured - step->at_start.captured;
    run->meanwhile.presented = now.present.presented - step->at_start.present.presented;
    run->meanwhile.stored = now.record.stored - step->at_start.record.stored;
    step->timer = g_timeout_add(TAIL_MS, on_tail, step);
}

static void report_units(int64_t done, int64_t total, void *data)
{
    LeatStudyStep *step = data;

    step->callbacks.progress(done, total, step->callbacks.data);
}

/* As a program without threads: nothing else happens on the loop until it has returned. */
static void compute_on_the_loop(LeatStudyStep *step)
{
    GError *error = NULL;

    compute(step, step->cancel, report_units, step, &error);
    end_computing(step, error);
    g_clear_error(&error);
}

static void report_to_job(int64_t done, int64_t total, void *data)
{
    leat_job_report(data, done, total);
}

static bool compute_in_job(LeatJob *job, void *data, GError **error)
{
    return compute(data, leat_job_cancel_object(job), report_to_job, job, error);
}

static bool run_job(LeatJob *job, void *data, GError **error)
{
    LeatStudyStep *step = data;

    /* An inline executor stands below the live side as any worker does. */
    if (step->run->executor == LEAT_EXECUTOR_INLINE && !step->request->normal_priority)
        return leat_job_run_below(job, compute_in_job, data, error);
    return compute_in_job(job, data, error);
}

static void on_job_changed(LeatJob *job, const LeatJobInfo *info, void *data)
{
    (void)job;
    if (info->total > 0)
        report_units((unsigned)info->done, (unsigned)info->total, data);
}

static void on_job_completed(LeatJob *job, const LeatJobInfo *info, const GError *error, void *data)
{
    (void)job;
    (void)info;
    end_computing(data, error);
}

static bool start_job(LeatStudyStep *step, GError **error)
{
    step->job = leat_job_new("study", run_job, step, step->cancel, NULL, error);
    if (!step->job)
        return false;
    step->listener = (LeatJobListener){
        .changed = on_job_changed,
        .completed = on_job_completed,
        .data = step,
    };
    leat_job_connect(step->job, &step->listener);
    return leat_job_start(step->job, error);
}

static bool start_computing(LeatStudyStep *step, GError **error)
{
    step->heartbeat = leat_heartbeat_new(NULL, error);
    if (!step->heartbeat)
        return false;
    /* Without threads nobody could listen to a governor. */
    if (step->run->concurrency == LEAT_CONCURRENCY_THREADS && !step->request->no_governor) {
        LeatGovernorOptions options = leat_governor_defaults(step->run->workers);

        step->governor =
            leat_governor_loop_new(&options, step->executor, leat_session_pipeline(step->session),
                                   step->heartbeat, step->request->trace);
    }
    report_units(0, step->report->units, step);
    step->at_start = ledger_now(step);
    step->start_ns = leat_clock_now_ns();
    if (step->run->concurrency == LEAT_CONCURRENCY_THREADS)
        return start_job(step, error);
    compute_on_the_loop(step);
    return true;
}

static gboolean on_lead_in(gpointer data)
{
    LeatStudyStep *step = data;
    GError *error = NULL;

    step->timer = 0;
    if (!start_computing(step, &error)) {
        fail(step, error);
        g_error_free(error);
    }
    return G_SOURCE_REMOVE;
}

static void note_failure(LeatStudyStep *step, const LeatPipelineStatus *status)
{
    if (step->error)
        return;
    if (status->source == LEAT_SOURCE_STATE_FAILED)
        step->error = g_error_new(LEAT_ERROR, status->source_error, "%s", status->source_reason);
    else if (status->recorder == LEAT_RECORDER_FAILED)
        step->error =
            g_error_new(LEAT_ERROR, status->recording_error, "%s", status->recording_reason);
}

static void finish(LeatStudyStep *step)
{
    LeatStudyRun *run = step->run;
    LeatLedger total = ledger_now(step);

    if (!step->error && !step->computed && leat_cancel_check(step->cancel, &step->error))
        g_set_error(&step->error, LEAT_ERROR, LEAT_ERROR_FAILED,
                    "the session ended before the computation");
    run->captured = total.captured;
    run->presented = total.present.presented;
    run->stored = total.record.stored;
    run->lost = leat_ledger_lost(&total);
    step->callbacks.completed(step->error, step->callbacks.data);
}

/* A session that ends by itself in mid-computation takes the computation with it. */
static gboolean on_finished(gpointer data)
{
    LeatStudyStep *step = data;

    step->timer = 0;
    if (step->job)
        leat_job_disconnect(step->job, &step->listener);
    leat_job_free(step->job);
    step->job = NULL;
    finish(step);
    return G_SOURCE_REMOVE;
}

static void on_changed(void *data)
{
    LeatStudyStep *step = data;
    LeatPipelineStatus status;

    leat_pipeline_get_status(leat_session_pipeline(step->session), &status);
    note_failure(step, &status);
    if (!step->began && status.source == LEAT_SOURCE_STATE_LIVE &&
        status.recorder == LEAT_RECORDER_ON) {
        step->began = true;
        step->timer = g_timeout_add(LEAD_IN_MS, on_lead_in, step);
    }
    if (!status.finished)
        return;
    /* Not from inside the session's own call, since it is freed next. */
    if (step->timer)
        g_source_remove(step->timer);
    step->timer = g_idle_add(on_finished, step);
}

static void on_present(LeatFrame *frame, void *data)
{
    LeatStudyStep *step = data;
    LeatFrameTimes times = leat_frame_times(frame);

    if (step->governor)
        leat_governor_loop_note_frame(step->governor, &times, step->request->rate);
}

static LeatSession *make_session(LeatStudyStep *step, const char *file, GError **error)
{
    LeatSessionOptions options;
    LeatSession *session;

    leat_session_options_init(&options);
    options.width = step->request->width;
    options.height = step->request->height;
    options.rate = step->request->rate;
    options.record = g_strdup(file);
    options.concurrency = step->run->concurrency;
    session = leat_session_new(&options,
                               &(LeatSessionCallbacks){
                                   .changed = on_changed,
                                   .present = on_present,
                                   .data = step,
                                   .stop = step->cancel,
                               },
                               error);
    leat_session_options_clear(&options);
    return session;
}

LeatStudyStep *leat_study_step_new(const LeatStudyRequest *request, const LeatStudyReport *report,
                                   const char *file, LeatStudyRun *run,
                                   const LeatStudyStepCallbacks *callbacks, LeatCancel *cancel,
                                   GError **error)
{
    LeatStudyStep *step = g_new0(LeatStudyStep, 1);

    step->request = request;
    step->report = report;
    step->run = run;
    step->callbacks = *callbacks;
    step->cancel = cancel;
    step->executor = leat_executor_new(
        &(LeatExecutorOptions){
            .kind = run->executor,
            .kinds = leat_work_kinds(),
            .normal_priority = request->normal_priority,
            .trace = request->trace,
        },
        error);
    if (step->executor)
        step->session = make_session(step, file, error);
    if (!step->session) {
        leat_study_step_free(step);
        return NULL;
    }
    run->workers = leat_executor_figures(step->executor).workers;
    run->governor.lowest = run->workers;
    return step;
}

bool leat_study_step_start(LeatStudyStep *step, GError **error)
{
    return leat_session_start(step->session, error);
}

void leat_study_step_free(LeatStudyStep *step)
{
    if (!step)
        return;
    leat_job_free(step->job);
    leat_governor_loop_free(step->governor);
    leat_heartbeat_free(step->heartbeat);
    leat_session_close(step->session, NULL);
    leat_executor_free(step->executor);
    g_clear_error(&step->error);
    g_free(step);
}
