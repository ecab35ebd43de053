/* SPDX-License-Identifier: MIT */
/* An encoded packet and the description of the stream it belongs to, in plain values that know no
 * library: media makes them, a store keeps them and gives them back. */
#ifndef LEAT_BASE_PACKET_H
#define LEAT_BASE_PACKET_H

#include "base/quantity.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where a frame stands in its stream and in time. */
typedef struct {
    int64_t seq;         /* the source's count from 0, frames that the driver lost included */
    int64_t captured_ns; /* CLOCK_MONOTONIC */
    int64_t wall_ns;     /* since 1970-01-01 UTC */
    int64_t pts;         /* presentation time in time_base ticks */
    LeatRational time_base;
} LeatFrameTimes;

/* One encoded frame. The bytes belong to whoever handed the packet over: an encoder keeps them
 * until its next call, a caller keeps them during the call. */
typedef struct {
    LeatFrameTimes times; /* of the frame that it encodes */
    int64_t dts;          /* decoding time, in times.time_base ticks */
    int64_t duration;     /* in ticks, 0 when unknown */
    bool key;             /* decodable without others */
    const uint8_t *data;
    size_t size;
} LeatPacket;

/* What a decoder or muxer must know. A value type: copy it with leat_stream_info_copy, free what
 * it holds with leat_stream_info_clear. */
typedef struct {
    char codec[32];             /* libavcodec's decoder name: "mjpeg", "ffv1", "h264", "rawvideo" */
    char pixel_format[32];      /* libavutil's name */
    int width, height;          /* px */
    int color_range;            /* AVColorRange's numbers: 0 unspecified, 1 limited, 2 full */
    int color_space;            /* AVColorSpace's numbers (ISO/IEC 23091-2): 2 unspecified */
    int color_primaries;        /* the same */
    int color_transfer;         /* the same */
    LeatRational sample_aspect; /* of a pixel; not set means square */
    LeatRational time_base;
    LeatRational rate;  /* frames/s, not set when it varies or is unknown */
    uint8_t *extradata; /* codec headers outside the packets, or NULL; g_free */
    size_t extradata_size;
} LeatStreamInfo;

void leat_stream_info_copy(LeatStreamInfo *to, const LeatStreamInfo *from);
void leat_stream_info_clear(LeatStreamInfo *info);

#endif
