/* SPDX-License-Identifier: MIT */
/* From the driver's sequence numbers to Leat's. A driver counts from 0 (the kernel's rule for
 * streaming), frames that it dropped included, in 32 bits that wrap. Real drivers also repeat a
 * number, step back by one, or start again: none of that may make a loss negative, hide a frame or
 * count it twice. A value type of pure functions; one thread at a time. */
#ifndef LEAT_MEDIA_CAMERA_SEQUENCE_H
#define LEAT_MEDIA_CAMERA_SEQUENCE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    int64_t next;     /* Leat's number for the next frame, lost or not */
    uint32_t highest; /* of the driver's numbers since its counter (re)started */
    bool started;
} LeatCameraSequence;

typedef enum {
    LEAT_CAMERA_STEP_FORWARD,  /* as it should be, with or without a gap */
    LEAT_CAMERA_STEP_REPEATED, /* the same number again */
    LEAT_CAMERA_STEP_BACK,     /* one less than the highest */
    LEAT_CAMERA_STEP_RESTART,  /* far from the last one: how many were lost cannot be told */
} LeatCameraStepKind;

typedef struct {
    int64_t seq;        /* Leat's number of this frame */
    int64_t lost_first; /* Leat's number of the first frame lost before it */
    int64_t lost;       /* how many; 0: none */
    LeatCameraStepKind kind;
    uint32_t previous; /* the driver's highest number before this one */
} LeatCameraStep;

/* `first_seq`: Leat's number of the first frame, lost or not. */
void leat_camera_sequence_start(LeatCameraSequence *sequence, int64_t first_seq);

/* A frame came with the driver's number `number`. */
LeatCameraStep leat_camera_sequence_step(LeatCameraSequence *sequence, uint32_t number);

#endif
