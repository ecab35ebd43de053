/* SPDX-License-Identifier: MIT */
/* How each codec is set up; for the encoder's own files only. */
#ifndef LEAT_MEDIA_ENCODER_INTERNAL_H
#define LEAT_MEDIA_ENCODER_INTERNAL_H

#include "media/encoder.h"
#include "media/libav.h"

#include <libavutil/frame.h>

/* An open libavcodec encoder for pictures like `first`; not for rawvideo. */
AVCodecContext *leat_encoder_context(const LeatEncoderOptions *options, const AVFrame *first,
                                     GError **error);

/* Full range, whether the format's name or the picture's tag says so. */
bool leat_picture_is_full_range(const AVFrame *picture);

#endif
