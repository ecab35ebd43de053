/* SPDX-License-Identifier: MIT */
/* The study: what a long computation does to a live picture, with and without concurrency. Four
 * times the test pattern is captured, recorded and presented while the CPU test runs:
 *
 *     concurrency none,    executor inline      all on the main loop, one after the other
 *     concurrency threads, executor inline      one thread computes
 *     concurrency threads, executor threads     every core computes, in this process
 *     concurrency threads, executor processes   every core computes, in worker processes
 *
 * The units are the same in each, so the checksums must agree. In the first one the main loop
 * stands still until the computation has ended, as a program without threads does.
 *
 * Made, started and freed on the thread of the default main context, whose loop must run. */
#ifndef LEAT_APP_STUDY_H
#define LEAT_APP_STUDY_H

#include "base/histogram.h"
#include "compute/cpu-test.h"
#include "pipeline/pipeline.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define LEAT_STUDY_RUNS 4

typedef struct {
    int width, height;
    LeatRational rate;
    int64_t duration_ns;  /* about how long the computation takes on one core */
    unsigned units;       /* 0: four a core */
    uint32_t rounds;      /* in a unit; 0: as many as the duration asks for, by a short trial */
    bool normal_priority; /* compute at the same priority as the rest: to see what it is good for */
    bool no_governor;
    LeatTrace *trace; /* may be NULL; must outlive the study */
} LeatStudyRequest;

/* 640x480 at 30 frames/s, 10 s. */
void leat_study_request_init(LeatStudyRequest *request);

typedef struct {
    LeatConcurrency concurrency;
    LeatExecutorKind executor;
    unsigned workers;
    LeatHistogramSummary loop_gap_ms; /* of the main loop, while it computed */

    /* Of the whole session, from before the computation until after it: captured = stored + lost.
     */
    int64_t captured, presented, stored, lost;

    /* While it computed: the frames that were due by the clock, and what became of them. Frames are
     * stored in commits, a few times a second, so that their number comes in steps. */
    struct {
        int64_t due, captured, presented, stored;
    } meanwhile;

    double compute_s;
    uint64_t checksum;

    /* The governor's: the fewest workers that it allowed, and its decisions. */
    struct {
        unsigned lowest, lowered, raised;
    } governor;
} LeatStudyRun;

typedef struct {
    unsigned cores;
    unsigned units;
    LeatCpuTest test;
    LeatStudyRun runs[LEAT_STUDY_RUNS];
    unsigned run_count; /* that are complete */
} LeatStudyReport;

const char *leat_study_concurrency_name(LeatConcurrency concurrency);

typedef struct LeatStudy LeatStudy;

typedef struct {
    /* `done` of `total` units of run `run` (from 0). In the first run it is called while the loop
     * stands still. May be NULL. */
    void (*progress)(unsigned run, int64_t done, int64_t total, void *data);
    /* Once. `error` is NULL when all runs are complete. */
    void (*completed)(const GError *error, void *data);
    void *data;
} LeatStudyCallbacks;

/* `cancel` (may be NULL) ends it soon; it then completes with LEAT_ERROR_CANCELLED. */
LeatStudy *leat_study_new(const LeatStudyRequest *request, const LeatStudyCallbacks *callbacks,
                          LeatCancel *cancel, GError **error);
void leat_study_start(LeatStudy *study);

/* Final once it has completed. */
const LeatStudyReport *leat_study_report(LeatStudy *study);

/* Only when never started or completed. NULL is fine. */
void leat_study_free(LeatStudy *study);

#endif
