/* SPDX-License-Identifier: MIT */
#include "gui/trace-saver.h"

#include <glib/gi18n.h>

struct LeatTraceSaver {
    LeatTrace *trace;
    char *path;
    LeatTraceSavedFunc saved;
    void *data;
    LeatJob *job;
    LeatJobListener listener;
};

static bool save(LeatJob *job, void *data, GError **error)
{
    LeatTraceSaver *saver = data;

    return leat_trace_save(saver->trace, saver->path, error);
}

static void completed(LeatJob *job, const LeatJobInfo *info, const GError *error, void *data)
{
    LeatTraceSaver *saver = data;

    saver->saved(saver->path, error, saver->data);
}

LeatTraceSaver *leat_trace_saver_new(LeatTrace *trace, const char *path, LeatJobList *jobs,
                                     LeatTraceSavedFunc saved, void *data, GError **error)
{
    LeatTraceSaver *saver = g_new0(LeatTraceSaver, 1);

    *saver = (LeatTraceSaver){
        .trace = trace,
        .path = g_strdup(path),
        .saved = saved,
        .data = data,
        .listener = {.completed = completed, .data = saver},
    };
    saver->job = leat_job_new("save-trace", save, saver, NULL, NULL, error);
    if (saver->job) {
        leat_job_list_add(jobs, saver->job, _("Saving the trace"));
        if (leat_job_start(saver->job, error)) {
            leat_job_connect(saver->job, &saver->listener);
            return saver;
        }
    }
    leat_trace_saver_free(saver);
    return NULL;
}

void leat_trace_saver_free(LeatTraceSaver *saver)
{
    if (!saver)
        return;
    if (saver->job)
        leat_job_disconnect(saver->job, &saver->listener);
    leat_job_free(saver->job);
    g_free(saver->path);
    g_free(saver);
}
