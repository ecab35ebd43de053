/* SPDX-License-Identifier: MIT */
#include "app/study.h"

#include "app/study-run.h"
#include "base/clock.h"
#include "base/error.h"
#include "compute/cpu-test-kernel.h"

#include <glib/gstdio.h>

#define SEED 1

/* How long the trial lasts by which the number of rounds is chosen. */
#define TRIAL_NS (LEAT_NS_PER_S / 10)

struct LeatStudy {
    LeatStudyRequest request;
    LeatStudyCallbacks callbacks;
    LeatCancel *cancel;
    char *folder; /* for what is recorded; removed at the end */
    LeatStudyReport report;
    LeatStudyStep *step;
    guint next; /* idle source that begins the next run */
};

const char *leat_study_concurrency_name(LeatConcurrency concurrency)
{
    return concurrency == LEAT_CONCURRENCY_NONE ? "none" : "threads";
}

void leat_study_request_init(LeatStudyRequest *request)
{
    *request = (LeatStudyRequest){
        .width = 640,
        .height = 480,
        .rate = {30, 1},
        .duration_ns = 10 * LEAT_NS_PER_S,
    };
}

/* Rounds in a unit, such that all units take about the duration on one core. */
static uint32_t choose_rounds(const LeatStudyRequest *request, unsigned units, uint32_t size)
{
    int64_t start_ns = leat_clock_now_ns(), elapsed_ns = 0;
    uint32_t tried = 0;
    double rounds;

    while (elapsed_ns < TRIAL_NS) {
        leat_cpu_test_round(SEED, 0, tried++, size);
        elapsed_ns = leat_clock_now_ns() - start_ns;
    }
    rounds = (double)request->duration_ns * tried / (double)elapsed_ns / units;
    return (uint32_t)CLAMP(rounds, 1, LEAT_CPU_TEST_MAX_ROUNDS);
}

static void remove_folder(const char *folder)
{
    GDir *files = g_dir_open(folder, 0, NULL);
    const char *name;

    while (files && (name = g_dir_read_name(files))) {
        char *path = g_build_filename(folder, name, NULL);

        g_unlink(path);
        g_free(path);
    }
    if (files)
        g_dir_close(files);
    g_rmdir(folder);
}

static void complete(LeatStudy *study, const GError *error)
{
    study->callbacks.completed(error, study->callbacks.data);
}

static bool check_sums(const LeatStudyReport *report, GError **error)
{
    for (unsigned i = 1; i < report->run_count; i++) {
        if (report->runs[i].checksum == report->runs[0].checksum)
            continue;
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_CORRUPT,
                    "run %u computed %016" G_GINT64_MODIFIER "x, and run 1 %016" G_GINT64_MODIFIER
                    "x: this machine computes wrongly; test its memory and its cooling",
                    i + 1, report->runs[i].checksum, report->runs[0].checksum);
        return false;
    }
    return true;
}

static void on_progress(int64_t done, int64_t total, void *data)
{
    LeatStudy *study = data;

    if (study->callbacks.progress)
        study->callbacks.progress(study->report.run_count, done, total, study->callbacks.data);
}

static gboolean begin_next(gpointer data);

static void on_step_completed(const GError *error, void *data)
{
    LeatStudy *study = data;
    GError *differ = NULL;

    if (error) {
        complete(study, error);
        return;
    }
    study->report.run_count++;
    if (study->report.run_count < LEAT_STUDY_RUNS) {
        study->next = g_idle_add(begin_next, study);
        return;
    }
    check_sums(&study->report, &differ);
    complete(study, differ);
    g_clear_error(&differ);
}

static gboolean begin_next(gpointer data)
{
    LeatStudy *study = data;
    LeatStudyStepCallbacks callbacks = {
        .progress = on_progress,
        .completed = on_step_completed,
        .data = study,
    };
    char *name = g_strdup_printf("%u.leat", study->report.run_count + 1);
    char *file = g_build_filename(study->folder, name, NULL);
    LeatStudyRun *run = &study->report.runs[study->report.run_count];
    GError *error = NULL;

    study->next = 0;
    leat_study_step_free(study->step);
    study->step = leat_study_step_new(&study->request, &study->report, file, run, &callbacks,
                                      study->cancel, &error);
    if (!study->step || !leat_study_step_start(study->step, &error))
        complete(study, error);
    g_clear_error(&error);
    g_free(file);
    g_free(name);
    return G_SOURCE_REMOVE;
}

static void plan_runs(LeatStudyReport *report)
{
    static const struct {
        LeatConcurrency concurrency;
        LeatExecutorKind executor;
    } plan[LEAT_STUDY_RUNS] = {
        {LEAT_CONCURRENCY_NONE, LEAT_EXECUTOR_INLINE},
        {LEAT_CONCURRENCY_THREADS, LEAT_EXECUTOR_INLINE},
        {LEAT_CONCURRENCY_THREADS, LEAT_EXECUTOR_THREADS},
        {LEAT_CONCURRENCY_THREADS, LEAT_EXECUTOR_PROCESSES},
    };

    for (int i = 0; i < LEAT_STUDY_RUNS; i++) {
        report->runs[i].concurrency = plan[i].concurrency;
        report->runs[i].executor = plan[i].executor;
    }
}

LeatStudy *leat_study_new(const LeatStudyRequest *request, const LeatStudyCallbacks *callbacks,
                          LeatCancel *cancel, GError **error)
{
    char *folder = g_dir_make_tmp("leat-study-XXXXXX", error);
    LeatStudy *study;

    if (!folder)
        return NULL;
    study = g_new0(LeatStudy, 1);
    study->folder = folder;
    study->request = *request;
    study->callbacks = *callbacks;
    study->cancel = cancel ? leat_cancel_ref(cancel) : NULL;
    study->report.cores = leat_executor_count_cores();
    study->report.units =
        request->units ? request->units : LEAT_CPU_TEST_UNITS_A_CORE * study->report.cores;
    study->report.test = (LeatCpuTest){
        .seed = SEED,
        .size = LEAT_CPU_TEST_SIZE,
        .rounds = request->rounds ? request->rounds
                                  : choose_rounds(request, study->report.units, LEAT_CPU_TEST_SIZE),
    };
    plan_runs(&study->report);
    return study;
}

void leat_study_start(LeatStudy *study)
{
    study->next = g_idle_add(begin_next, study);
}

const LeatStudyReport *leat_study_report(LeatStudy *study)
{
    return &study->report;
}

void leat_study_free(LeatStudy *study)
{
    if (!study)
        return;
    if (study->next)
        g_source_remove(study->next);
    leat_study_step_free(study->step);
    if (study->cancel)
        leat_cancel_unref(study->cancel);
    remove_folder(study->folder);
    g_free(study->folder);
    g_free(study);
}
