/* SPDX-License-Identifier: MIT */
/* What the window shows of a session: its status and what can be worked out from it. A plain value
 * that outlives the session, so that a held picture keeps its figures. Main thread. */
#ifndef LEAT_GUI_FIGURES_H
#define LEAT_GUI_FIGURES_H

#include "app/session.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum {
    LEAT_PHASE_IDLE, /* no session, and the device is free */
    LEAT_PHASE_RUNNING,
    LEAT_PHASE_STOPPING, /* told to stop: what was offered is being stored */
} LeatPhase;

/* The recorder's state, held to the promise that "recording" means that commits happen. */
typedef enum {
    LEAT_LIGHT_OFF,
    LEAT_LIGHT_STARTING,
    LEAT_LIGHT_ON,
    LEAT_LIGHT_PAUSED,  /* asked for, but the user has stopped the camera */
    LEAT_LIGHT_WAITING, /* asked for, but no frame has come for a while */
    LEAT_LIGHT_STALLED, /* another program holds the file */
    LEAT_LIGHT_STOPPING,
    LEAT_LIGHT_FAILED,
} LeatRecordingLight;

/* `record_interval_ns` is the time between two frames to keep, 0 for every one. */
LeatRecordingLight leat_recording_light(const LeatPipelineStatus *status,
                                        int64_t record_interval_ns, int64_t now_ns);

/* A reading of a growing count. */
typedef struct {
    int64_t at_ns, count;
} LeatReading;

#define LEAT_READINGS 5

typedef struct {
    LeatPhase phase;
    bool held; /* by the user: while it runs, by Stop; once it is idle, it did not end by itself */
    LeatPipelineStatus status;
    int64_t captured; /* frames of the session */
    double rate;      /* captured, frames/s */
    int64_t lost;     /* frames of the session */
    LeatRecordingLight light;
    int64_t recorded_ns;    /* since the recording was asked for, but for pauses;
                             * what it began with is status.pre_roll_ns */
    int64_t recording_lost; /* frames of the recording */
    int64_t full_in_ns;     /* until the disk is full at this pace; -1 unknown */
    double loop_gap_ms;     /* the longest since the last update; -1 unknown */

    /* figures.c's own. */
    LeatReading readings[LEAT_READINGS];
    int reading_count;
    int64_t recording_began_ns;
    int64_t recorded_until_ns;  /* what recorded_ns counts */
    int64_t record_interval_ns; /* between two frames to keep; 0 for every one */
} LeatFigures;

/* All unknown. */
void leat_figures_reset(LeatFigures *figures);

/* Reads the status alone. */
void leat_figures_read_status(LeatFigures *figures, LeatSession *session);

/* Reads the meters too: once every LEAT_FIGURES_MS. */
void leat_figures_read_meters(LeatFigures *figures, LeatSession *session);
#define LEAT_FIGURES_MS 500

/* A recording was asked for now. */
void leat_figures_begin_recording(LeatFigures *figures, LeatRational record_rate);

bool leat_figures_is_recording(const LeatFigures *figures);

/* A session runs, and the user has not stopped it. */
bool leat_figures_is_live(const LeatFigures *figures);

#endif
