/* SPDX-License-Identifier: MIT */
/* Saves what a recent trace holds, as a job among a window's others. Main thread. */
#ifndef LEAT_GUI_TRACE_SAVER_H
#define LEAT_GUI_TRACE_SAVER_H

#include "concurrency/trace.h"
#include "gui/job-list.h"

typedef struct LeatTraceSaver LeatTraceSaver;

/* Once; `error` is NULL when the file is whole. */
typedef void (*LeatTraceSavedFunc)(const char *path, const GError *error, void *data);

/* The trace must outlive it. NULL when the system has no thread to give. */
LeatTraceSaver *leat_trace_saver_new(LeatTrace *trace, const char *path, LeatJobList *jobs,
                                     LeatTraceSavedFunc saved, void *data, GError **error);

/* Waits for the end when that has not come; also from within `saved`. NULL is fine. */
void leat_trace_saver_free(LeatTraceSaver *saver);

#endif
