/* SPDX-License-Identifier: MIT */
/* A frame as a network sees it: the whole picture in 64x64 px RGB, whatever its shape. One way for
 * training, for predictions over a recording and for those on the live picture. */
#ifndef LEAT_APP_SAMPLE_FRAME_H
#define LEAT_APP_SAMPLE_FRAME_H

#include "app/frame-reader.h"
#include "concurrency/cancel.h"
#include "media/frame.h"
#include "media/scaler.h"
#include "model/network.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* The quality of the scaler to use. */
#define LEAT_SAMPLE_QUALITY LEAT_SCALER_GOOD

/* Decodes frame `seq`; a new reference, or NULL when it is damaged or not there. False with an
 * error when the file cannot be read, or `cancel` (may be NULL) was triggered. */
bool leat_sample_read_frame(LeatFrameReader *reader, int64_t seq, LeatFrame **frame,
                            LeatCancel *cancel, GError **error);

/* Writes LEAT_SAMPLE_BYTES. */
bool leat_sample_from_frame(LeatScaler *scaler, LeatFrame *frame, uint8_t *pixels, GError **error);

#endif
