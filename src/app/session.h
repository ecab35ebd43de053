/* SPDX-License-Identifier: MIT */
/* A session as every front end has it: options in the user's words, the pipeline made from them,
 * the meters beside it, and the report at the end.
 *
 * On the main loop's thread. Nothing here waits, except in concurrency mode `none`. */
#ifndef LEAT_APP_SESSION_H
#define LEAT_APP_SESSION_H

#include "concurrency/trace.h"
#include "pipeline/heartbeat.h"
#include "pipeline/pipeline.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* The options of `leat run` under their names. Free what it holds with
 * leat_session_options_clear; all zeros are the defaults. */
typedef struct {
    LeatSourceSpec *source; /* NULL: the test pattern */
    int width, height;
    LeatRational rate;
    char *pixel_format;
    char *filter;
    char *record; /* the library file; NULL: do not record */
    char *name;
    LeatRational record_rate;
    LeatCodec codec;
    int quality;
    int64_t duration_ns;
    int64_t frames;
    LeatConcurrency concurrency;
    LeatPace pace;
    bool pace_set;           /* else live or fast, by the kind of source */
    char *trace;             /* a file */
    char *model;             /* asked what frames show; NULL for none */
    char *model_file;        /* the library that it is in; NULL: the one recorded into */
    LeatTrace *recent_trace; /* to which it adds when it has no file; must outlive the session */
} LeatSessionOptions;

void leat_session_options_init(LeatSessionOptions *options); /* threads, mjpeg, the rest 0 */
void leat_session_options_clear(LeatSessionOptions *options);

/* Sets one option from text, by its name on the command line without dashes ("size", "640x480").
 * False with LEAT_ERROR_INVALID that names the option, the text and what is accepted. */
bool leat_session_options_set(LeatSessionOptions *options, const char *name, const char *text,
                              GError **error);

typedef struct LeatSession LeatSession;

typedef struct {
    void (*changed)(void *data);                   /* see LeatPipelineOptions */
    void (*present)(LeatFrame *frame, void *data); /* the same */
    void *data;
    LeatCancel *stop; /* the same; may be NULL */
} LeatSessionCallbacks;

/* Everything that `leat run` reports. Free what it holds with leat_session_report_clear. */
typedef struct {
    char *source;
    double wall_s;
    LeatLedger ledger;
    LeatLoss *losses; /* holes among them: count 0 */
    size_t loss_count;
    LeatHistogramSummary latency_ms, loop_gap_ms;
    double peak_rss_mb;
    LeatPipelineStatus status;
    LeatLinkFigures links[LEAT_PIPELINE_LINKS];
    int link_count;
} LeatSessionReport;

/* Checks all options, opens the trace, and, when options->record is set, checks the file and the
 * name. Does not touch the source. */
LeatSession *leat_session_new(const LeatSessionOptions *options,
                              const LeatSessionCallbacks *callbacks, GError **error);
bool leat_session_start(LeatSession *session, GError **error);

/* The pipeline, to command (recording, filter, view, stop) and to look at. */
LeatPipeline *leat_session_pipeline(LeatSession *session);
LeatHeartbeat *leat_session_heartbeat(LeatSession *session);

/* At any time; final once the status says finished. */
void leat_session_report(LeatSession *session, LeatSessionReport *report);
void leat_session_report_clear(LeatSessionReport *report);

/* Only when never started or finished. False when the trace could not be written. NULL is fine. */
bool leat_session_close(LeatSession *session, GError **error);

#endif
