/* SPDX-License-Identifier: MIT */
/* What the tests of the pipeline share: a session on the main loop, commanded by what it shows and
 * says, that must end in time and with sums that agree. */
#ifndef LEAT_TESTS_PIPELINE_SUPPORT_H
#define LEAT_TESTS_PIPELINE_SUPPORT_H

#include "pipeline/pipeline.h"

#include "../store/store-support.h"

typedef struct Run Run;
struct Run {
    Place place;
    LeatRecordingRequest request; /* to place.path */

    GMainLoop *loop;
    LeatPipeline *pipeline;
    LeatPipelineStatus status; /* as of the last change */
    int presented;
    int64_t last_shown;

    /* A test's commands, after each change and each shown frame; its own state. */
    void (*on_changed)(Run *run);
    void (*on_shown)(Run *run, LeatFrame *frame);
    int phase;
    void *data;
};

void run_set_up(Run *run, gconstpointer data);
void run_tear_down(Run *run, gconstpointer data);

/* "/pipeline/none/NAME" and "/pipeline/threads/NAME", or one of them; the function's data is the
 * concurrency. */
#define ADD_RUN(concurrency, name, function)                                                   \
    g_test_add("/pipeline/" concurrency "/" name, Run, GINT_TO_POINTER(concurrency[0] == 't'), \
               run_set_up, function, run_tear_down)
#define ADD_RUNS(name, function)            \
    do {                                    \
        ADD_RUN("none", name, function);    \
        ADD_RUN("threads", name, function); \
    } while (0)

/* Makes the pipeline for a source; the options' callbacks are filled in. */
void run_make(Run *run, const char *source, LeatPipelineOptions options);

/* Asks for a recording to the place's path. */
void run_record(Run *run);

/* Starts, turns the loop until it has finished, checks the sums and that each loss is told, and
 * frees the pipeline. Returns the figures of the session. */
LeatLedger run_to_end(Run *run);

/* Now, while it runs. */
LeatLedger run_figures(Run *run);

/* Checks the file, and returns its recording 1. */
LeatRecording *sound_recording(Run *run);

/* Whether the recording has a loss with this in its reason. */
bool has_loss(Run *run, const char *text);

/* Frames of the recording that are lost with this in the reason. */
int64_t count_losses(Run *run, const char *text);

/* `ffmpeg ARGUMENTS path` in the place, where words are split at spaces. Free the path with
 * g_free. */
char *make_video(Run *run, const char *name, const char *arguments);

#endif
