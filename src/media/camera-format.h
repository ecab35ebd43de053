/* SPDX-License-Identifier: MIT */
/* The pixel formats of cameras that Leat reads, as the kernel names them (four characters) and as
 * libav does. Pure functions over a constant table; any thread. */
#ifndef LEAT_MEDIA_CAMERA_FORMAT_H
#define LEAT_MEDIA_CAMERA_FORMAT_H

#include <linux/videodev2.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <libavutil/frame.h>
#include <libavutil/pixfmt.h>

typedef struct {
    uint32_t fourcc;
    enum AVPixelFormat pixel_format; /* of a compressed format: the usual one of its pictures */
    const char *codec;               /* libavcodec's decoder; NULL when the pixels come raw */
} LeatCameraFormat;

/* NULL when Leat does not read it. */
const LeatCameraFormat *leat_camera_format_find(uint32_t fourcc);

/* By the kernel's name ("YUYV", also "MJPEG") or libavutil's ("yuyv422"), whatever the case. */
const LeatCameraFormat *leat_camera_format_named(const char *name);

/* Which of two formats to take when size and rate are the same: the lower rank. Raw colour comes
 * first (nothing to decode, nothing lost), then compressed, then the rest. */
unsigned leat_camera_format_rank(uint32_t fourcc);

#define LEAT_CAMERA_NAME_SIZE 8

/* "YUYV"; without the blanks that fill short names ("Y16"). */
void leat_camera_format_name(uint32_t fourcc, char name[LEAT_CAMERA_NAME_SIZE]);

/* Where the planes of a raw picture lie in a buffer. */
typedef struct {
    size_t offset[4];
    int stride[4]; /* bytes; 0 ends the planes */
    size_t size;   /* bytes of a whole picture */
} LeatCameraLayout;

/* `stride`: of the first plane as the driver says, bytes; 0 for no padding. False when these
 * numbers cannot be. */
bool leat_camera_layout(enum AVPixelFormat format, int width, int height, uint32_t stride,
                        LeatCameraLayout *layout);

/* Tells the picture how the driver says its colours are meant. */
void leat_camera_set_colours(AVFrame *picture, const struct v4l2_pix_format *format);

#endif
