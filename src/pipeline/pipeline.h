/* SPDX-License-Identifier: MIT */
/* The pipeline: a source, the stages behind it, the links between them, and their account.
 *
 *     source -> [capture] -> [process] -+-> record link (every)   -> [record]  -> store
 *                                       +-> predict link (latest) -> [predict] -> predictions
 *                                       +-> present link (latest) -> [present] -> main loop
 *
 * The same stage functions run in both concurrency modes: `threads` gives each stage a thread of
 * its own; `none` runs all of them on the main loop, one after the other, and so stands still when
 * the loop does.
 *
 * Made, commanded and freed on the thread of its main context. Commands return at once; what comes
 * of them is seen in leat_pipeline_get_status after the `changed` call. (In mode `none` they may
 * take as long as the work does.) */
#ifndef LEAT_PIPELINE_PIPELINE_H
#define LEAT_PIPELINE_PIPELINE_H

#include "concurrency/trace.h"
#include "media/encoder.h"
#include "media/source.h"
#include "pipeline/link.h"
#include "pipeline/predictor.h"
#include "pipeline/session-ledger.h"
#include "store/store-writer.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct LeatPipeline LeatPipeline;

typedef enum {
    LEAT_CONCURRENCY_NONE,
    LEAT_CONCURRENCY_THREADS,
} LeatConcurrency;

typedef enum {
    LEAT_PACE_LIVE, /* keep the clock's pace; lose loudly what cannot be kept up with */
    LEAT_PACE_FAST, /* the source waits; nothing is lost */
} LeatPace;

typedef enum {
    LEAT_SOURCE_STATE_CONNECTING,
    LEAT_SOURCE_STATE_LIVE,
    LEAT_SOURCE_STATE_AWAY,   /* it failed, and is tried again at retry_at_ns */
    LEAT_SOURCE_STATE_ENDED,  /* its end, a limit, or stop */
    LEAT_SOURCE_STATE_FAILED, /* see source_error */
} LeatSourceState;

typedef enum {
    LEAT_RECORDER_OFF,
    LEAT_RECORDER_STARTING, /* asked for; nothing is kept yet */
    LEAT_RECORDER_ON,       /* commits happen */
    LEAT_RECORDER_STOPPING, /* what was offered is being stored */
    LEAT_RECORDER_FAILED,   /* it stopped by itself: see recording_error */
} LeatRecorderState;

/* Texts are redacted and live in the struct: a plain copy. */
typedef struct {
    LeatSourceState source;
    int source_error; /* LeatError code when FAILED */
    char source_reason[256];
    int64_t retry_at_ns;       /* CLOCK_MONOTONIC */
    bool paused;               /* held still, as leat_pipeline_set_paused asked */
    int64_t resumed_ns;        /* when it was let go on last, CLOCK_MONOTONIC; 0 never */
    LeatSourceFormat format;   /* from LIVE on */
    int out_width, out_height; /* of processed frames; 0 before the first */

    char predict_reason[256]; /* why the model does not answer; empty while it does */

    LeatRecorderState recorder;
    int recording_error; /* LeatError code when FAILED */
    char recording_reason[256];
    int64_t recording_id; /* of the current or last recording; 0 when none */
    int64_t pre_roll_ns;  /* what it began with, of the stream's time */
    char recording_name[256];
    char recording_file[256];
    LeatStoreProgress progress;

    bool finished; /* all stages have ended and been joined: it may be freed */
} LeatPipelineStatus;

typedef struct {
    const LeatSourceSpec *spec;
    int width, height;        /* asked of the source, and made by the filter if it cannot */
    LeatRational rate;        /* the same */
    const char *pixel_format; /* asked of a camera; NULL for the best */
    const char *filter;       /* preset or graph; NULL for none */
    LeatConcurrency concurrency;
    LeatPace pace;
    int64_t max_frames;      /* ends after so many captured frames; 0 for no limit */
    int64_t max_duration_ns; /* ends after so much of the stream's time; 0 for no limit */
    LeatPredictor predictor; /* asked from the first frame on, and taken over, also when the
                              * pipeline cannot be made; all zeros for none */
    LeatTrace *trace;        /* NULL for none; must outlive the pipeline */
    GMainContext *context;   /* NULL for the default one */
    LeatCancel *stop;        /* may be NULL; triggered on any thread, it is leat_pipeline_stop:
                              * the way to reach a loop that stands still in mode `none` */

    /* On the context's thread. `changed`: the status has changed. `present`: a frame to show, of
     * the view's size when one is set; the reference stays the pipeline's, take another to keep
     * it. Either may be NULL. */
    void (*changed)(void *data);
    void (*present)(LeatFrame *frame, void *data);
    void *data;
} LeatPipelineOptions;

typedef struct {
    const char *path;
    const char *name;           /* NULL for a free one */
    LeatRational record_rate;   /* not set for every frame */
    LeatEncoderOptions encoder; /* threads and may_delay are the pipeline's to choose */
} LeatRecordingRequest;

/* Refuses a bad filter graph at once, before the source is touched. Copies what it needs. */
LeatPipeline *leat_pipeline_new(const LeatPipelineOptions *options, GError **error);

/* Starts the stages. The source is opened by the capture stage: its errors come as status. */
bool leat_pipeline_start(LeatPipeline *pipeline, GError **error);

/* Asked before leat_pipeline_start, the recording begins with the first frame and its path and
 * name are checked before the source is opened: a failure then fails the start. BUSY while another
 * recording has not ended, CANCELLED once the source has ended. */
bool leat_pipeline_start_recording(LeatPipeline *pipeline, const LeatRecordingRequest *request,
                                   GError **error);
void leat_pipeline_stop_recording(LeatPipeline *pipeline);

/* While nothing is recorded, the latest frames are encoded as a recording would encode them and
 * kept in memory, so that a recording can begin with what just happened: the latest `ns` of the
 * stream (of packets that build on one another, from the key frame before on), in packets of
 * `bytes` at the most. What ages out is no loss, and counts nowhere. */
typedef struct {
    int64_t ns;                 /* 0: no pre-roll */
    size_t bytes;               /* the same */
    LeatEncoderOptions encoder; /* threads and may_delay are the pipeline's to choose */
    LeatRational record_rate;   /* not set for every frame */
} LeatPreRoll;

/* From now on there is this pre-roll; NULL for none (the start). At any time before or after
 * leat_pipeline_start; copied. The record stage owns what is kept, on its thread.
 *
 * A recording asked for after leat_pipeline_start with the same codec, quality, rate and record
 * rate begins with what is kept and goes on with the same encoder: no frame is missing in between,
 * or there twice. Its account begins with its first frame too: offered counts what was kept, and
 * losses and holes since then are told. A recording with other ones begins at once. Once a
 * recording has ended, the pre-roll is kept anew; so it is when the filter or the picture's size
 * changes, when the encoder fails and when memory runs out: none of these fails anything. */
void leat_pipeline_set_pre_roll(LeatPipeline *pipeline, const LeatPreRoll *pre_roll);

/* Holds the capture still, or lets it go on. What was captured goes its way, then no frame comes,
 * none counts, and none is lost; the source stays open. A frame that was under way when this was
 * called may still come; the status then says paused. A recording waits, and stays to be stopped.
 * What was left out is a hole in the account. */
void leat_pipeline_set_paused(LeatPipeline *pipeline, bool paused);

/* Another preset or graph from the next frame on; refused like in leat_pipeline_new. A preset costs
 * no time here. */
bool leat_pipeline_set_filter(LeatPipeline *pipeline, const char *filter, GError **error);

/* From the next frame on this one is asked what frames show; NULL for none. Takes it over. While
 * recording, what it says is stored with the frames, if the library has the model that it names,
 * and so is from which frame on it was asked. */
void leat_pipeline_set_predictor(LeatPipeline *pipeline, const LeatPredictor *predictor);

/* A copy of what was said last. False when there is nothing. Any thread. */
bool leat_pipeline_get_prediction(LeatPipeline *pipeline, LeatPrediction *prediction);

/* Frames are presented as bgra pictures that fit in this box, px; 0 x 0 (the start) hands them on
 * as they are. */
void leat_pipeline_set_view(LeatPipeline *pipeline, int width, int height);

/* Ends it cleanly: the source closes, the links drain, the recording is committed. Then the status
 * says finished. What takes longer than LEAT_STOP_LIMIT_NS is cut off, loudly. */
void leat_pipeline_stop(LeatPipeline *pipeline);
#define LEAT_STOP_LIMIT_NS (10 * LEAT_NS_PER_S)

/* Ends it now: what is under way is lost, loudly. */
void leat_pipeline_abort(LeatPipeline *pipeline);

/* Only when never started or finished. NULL is fine. */
void leat_pipeline_free(LeatPipeline *pipeline);

void leat_pipeline_get_status(LeatPipeline *pipeline, LeatPipelineStatus *status);

/* The account; owned by the pipeline. */
LeatSessionLedger *leat_pipeline_ledger(LeatPipeline *pipeline);

#define LEAT_PIPELINE_LINKS 4

/* The figures of the process, record and present links, and of the predict link where there is a
 * predictor. Returns their number. */
int leat_pipeline_links(LeatPipeline *pipeline, LeatLinkFigures figures[LEAT_PIPELINE_LINKS]);

#endif
