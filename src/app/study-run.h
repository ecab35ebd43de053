/* SPDX-License-Identifier: MIT */
/* One run of the study: a session that records, a computation in its midst, and the figures of
 * both. For study.c alone, on the main loop's thread. */
#ifndef LEAT_APP_STUDY_RUN_H
#define LEAT_APP_STUDY_RUN_H

#include "app/study.h"

typedef struct LeatStudyStep LeatStudyStep;

typedef struct {
    LeatProgressFunc progress;
    /* Once; `error` is NULL when `run` is complete. It may free the step. */
    void (*completed)(const GError *error, void *data);
    void *data;
} LeatStudyStepCallbacks;

/* Fills in `run`, whose concurrency and executor are set. `file` is the library that it records
 * into. All of it must outlive the step. */
LeatStudyStep *leat_study_step_new(const LeatStudyRequest *request, const LeatStudyReport *report,
                                   const char *file, LeatStudyRun *run,
                                   const LeatStudyStepCallbacks *callbacks, LeatCancel *cancel,
                                   GError **error);
bool leat_study_step_start(LeatStudyStep *step, GError **error);

/* Only when never started or completed. NULL is fine. */
void leat_study_step_free(LeatStudyStep *step);

#endif
