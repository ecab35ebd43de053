/* SPDX-License-Identifier: MIT */
/* How the next recording is to be made. A plain value; free what it holds with
 * leat_recording_plan_clear. All zeros are the defaults: an automatic name, every frame, MJPEG. */
#ifndef LEAT_GUI_RECORDING_PLAN_H
#define LEAT_GUI_RECORDING_PLAN_H

#include "base/quantity.h"
#include "media/encoder.h"

typedef struct {
    char *name;        /* NULL for an automatic one */
    LeatRational rate; /* frames to keep in a second; not set for every one */
    LeatCodec codec;
    int quality; /* as in LeatEncoderOptions */
} LeatRecordingPlan;

void leat_recording_plan_copy(LeatRecordingPlan *to, const LeatRecordingPlan *from);
void leat_recording_plan_clear(LeatRecordingPlan *plan);

/* "“take” · every frame · MJPEG"; free with g_free. */
char *leat_recording_plan_text(const LeatRecordingPlan *plan);

/* What people call a codec, and what it is good for. */
const char *leat_recording_plan_codec_name(LeatCodec codec);
const char *leat_recording_plan_codec_use(LeatCodec codec);

/* What a quality that was not chosen comes to, 1 to 100; 0 for a codec that has none. */
int leat_recording_plan_default_quality(LeatCodec codec);

#endif
