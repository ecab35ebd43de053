/* SPDX-License-Identifier: MIT */
#include "media/camera-sequence.h"

/* A first number below this tells how many frames the driver dropped before; from there on the
 * driver more likely did not begin at 0. */
#define FIRST_MAX 64

/* A gap this long would last hours, while a camera that gives nothing for seconds counts as lost:
 * the counter has started again. */
#define GAP_MAX (INT32_C(1) << 20)

void leat_camera_sequence_start(LeatCameraSequence *sequence, int64_t first_seq)
{
    *sequence = (LeatCameraSequence){.next = first_seq};
}

LeatCameraStep leat_camera_sequence_step(LeatCameraSequence *sequence, uint32_t number)
{
    LeatCameraStep step = {.kind = LEAT_CAMERA_STEP_FORWARD, .previous = sequence->highest};

    if (!sequence->started) {
        step.lost = number < FIRST_MAX ? number : 0;
    } else {
        int32_t ahead = (int32_t)(number - sequence->highest);
        if (ahead == 0)
            step.kind = LEAT_CAMERA_STEP_REPEATED;
        else if (ahead == -1)
            step.kind = LEAT_CAMERA_STEP_BACK;
        else if (ahead < 0 || ahead > GAP_MAX)
            step.kind = LEAT_CAMERA_STEP_RESTART;
        else
            step.lost = ahead - 1;
    }
    /* After a repeat or a step back the highest number stays, so that the way forward to it is not
     * taken for a gap. */
    if (step.kind == LEAT_CAMERA_STEP_FORWARD || step.kind == LEAT_CAMERA_STEP_RESTART)
        sequence->highest = number;
    sequence->started = true;
    step.lost_first = sequence->next;
    step.seq = sequence->next + step.lost;
    sequence->next = step.seq + 1;
    return step;
}
