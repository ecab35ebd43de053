/* SPDX-License-Identifier: MIT */
/* The governor: a closed loop that protects the live side when priorities alone do not. It is fed
 * readings of the live side at even intervals, and says how many workers may compute: half as many
 * as soon as a reading is above its bound, and one more each time that all have been calm for a
 * while. (Additive increase, multiplicative decrease, as TCP shares a line: Chiu, Jain 1989.)
 *
 * Pure: no clock, no thread; what it decides follows from what it is fed. One thread at a time. */
#ifndef LEAT_APP_GOVERNOR_H
#define LEAT_APP_GOVERNOR_H

#include <stdbool.h>

/* What the live side shows, the worst since the last reading. */
typedef struct {
    double loop_gap_ms;       /* of the main loop */
    double capture_jitter_ms; /* a frame's time against the source's rate */
    double link_fill;         /* of the fullest every-link, 0 to 1 */
} LeatGovernorReading;

typedef struct {
    LeatGovernorReading bound;
    unsigned calm_readings; /* in a row, below half of each bound, for one worker more */
    unsigned workers;       /* the most; the least is 1 */
} LeatGovernorOptions;

typedef struct {
    /* Set once. */
    LeatGovernorOptions options;

    unsigned limit;
    unsigned calm; /* readings in a row */
    unsigned lowest;
    unsigned lowered, raised; /* decisions */
} LeatGovernor;

/* Bounds: loop gap 16.7 ms (a picture of a 60 Hz screen), jitter 8 ms, fill 0.5; five calm
 * readings. */
LeatGovernorOptions leat_governor_defaults(unsigned workers);

/* All workers may compute. */
void leat_governor_init(LeatGovernor *governor, const LeatGovernorOptions *options);

/* True when `limit` has changed. */
bool leat_governor_step(LeatGovernor *governor, const LeatGovernorReading *reading);

#endif
