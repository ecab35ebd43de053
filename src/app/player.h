/* SPDX-License-Identifier: MIT */
/* Plays one recording of a library: a thread with a connection and a decoder of its own finds,
 * decodes and scales frames, and hands pictures to the main loop, where the latest one wins. The
 * recording may go on being written meanwhile: its end moves.
 *
 * Made, commanded and freed on the main loop's thread. No command waits; each is obeyed in the
 * order in which it was given, and a newer place to go to replaces an older one. */
#ifndef LEAT_APP_PLAYER_H
#define LEAT_APP_PLAYER_H

#include "app/timeline.h"
#include "media/frame.h"
#include "store/store-prediction.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct LeatPlayer LeatPlayer;

typedef enum {
    LEAT_PLAYER_OPENING,
    LEAT_PLAYER_READY,
    LEAT_PLAYER_FAILED, /* nothing more comes; see message */
} LeatPlayerState;

/* A copy of how it stands. */
typedef struct {
    LeatPlayerState state;
    bool playing;
    bool settled;                /* every command so far has been obeyed */
    bool ended;                  /* it stands at the end */
    bool growing;                /* the recording is being written */
    double speed;                /* asked for; 1 as it was recorded */
    int64_t seq;                 /* number of the frame shown, -1 before there is one */
    int64_t position_ns;         /* its place since the recording's first frame */
    int64_t duration_ns;         /* of the recording, as of now */
    int64_t frame_ns;            /* about how long one frame is shown */
    int64_t frames;              /* stored, as of now */
    int64_t first_seq, last_seq; /* their numbers, -1 when there are none */
    int64_t damaged;             /* frames that could not be decoded, and were passed over */
    bool predicted;              /* a model spoke of the frame shown: */
    LeatFramePrediction prediction;
    int error;         /* LeatError's code, when failed */
    char message[400]; /* why it failed, or of the last damage */
} LeatPlayerStatus;

/* All on the main loop. */
typedef struct {
    void (*present)(LeatFrame *picture, void *data); /* as large as fits the view, bgra */
    void (*changed)(void *data);                     /* the status has changed */
    void (*marked)(GPtrArray *marks, void *data);    /* LeatMark; a reference for the call */
    void (*stopped)(void *data); /* after leat_player_stop: it can be freed without a wait */
    void *data;
} LeatPlayerCallbacks;

/* Shows the first frame as soon as the view's size is known, and waits for commands. What is wrong
 * with the file is told by the status. `context` NULL is the default one. */
LeatPlayer *leat_player_new(const char *path, int64_t recording,
                            const LeatPlayerCallbacks *callbacks, GMainContext *context,
                            GError **error);

/* Asks the thread to end; nothing but `stopped` is called from then on. */
void leat_player_stop(LeatPlayer *player);

/* Waits for the thread, for which it takes no longer than a frame. Not from within a callback other
 * than `stopped`. NULL is fine. */
void leat_player_free(LeatPlayer *player);

/* In place of leat_player_free, and without a wait: it is freed once its thread has ended, and then
 * `gone` is called from the loop, which has to go on until then. Nothing else is called any more.
 */
void leat_player_let_go(LeatPlayer *player, void (*gone)(void *data), void *data);

LeatPlayerStatus leat_player_status(LeatPlayer *player);

/* Device px. */
void leat_player_set_view(LeatPlayer *player, int width, int height);

/* From the end it begins again. */
void leat_player_play(LeatPlayer *player);
void leat_player_pause(LeatPlayer *player);

#define LEAT_PLAYER_SLOWEST 0.25
#define LEAT_PLAYER_FASTEST 8.0

/* What cannot be decoded so fast is shown with fewer pictures a second. */
void leat_player_set_speed(LeatPlayer *player, double speed);

/* To that frame, or else the next one there is, or the last; to the frame shown at that time. */
void leat_player_seek_frame(LeatPlayer *player, int64_t seq);
void leat_player_seek_time(LeatPlayer *player, int64_t ns);

/* What is marked and said of the recording has changed: reads it anew. */
void leat_player_look_again(LeatPlayer *player);

/* So many stored frames on, or back when negative; pauses. */
void leat_player_step(LeatPlayer *player, int frames);

#endif
