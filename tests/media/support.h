/* SPDX-License-Identifier: MIT */
/* What the tests of media share: frames of the test pattern, the ffmpeg program, a folder. */
#ifndef LEAT_TESTS_MEDIA_SUPPORT_H
#define LEAT_TESTS_MEDIA_SUPPORT_H

#include "media/encoder.h"
#include "media/frame.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/* Test pattern frame `number` at 30 frames/s, captured at number + 1 ms, in a pixel format (NULL:
 * yuv420p). */
LeatFrame *test_frame(int width, int height, int64_t number, const char *pixel_format);

/* The frame number that the picture shows; fails the test when it shows none. Any planar YUV. */
int64_t test_shown_number(const LeatFrame *frame);

/* Whether two pictures of one size and format are equal in every pixel. */
bool test_same_pixels(const LeatFrame *a, const LeatFrame *b);

/* A recorded stream: LeatPackets with bytes of their own, and what the encoder said of them. */
typedef struct {
    LeatStreamInfo info;
    GPtrArray *packets;
} TestStream;

/* Test pattern frames 0..count-1 in a pixel format (NULL: yuv420p), encoded. */
TestStream *test_encode(const LeatEncoderOptions *options, int width, int height, int count,
                        const char *pixel_format);
void test_stream_free(TestStream *stream);

/* A new empty folder. Free with test_dir_free, which removes it with all that is in it. */
char *test_dir(void);
void test_dir_free(char *dir);

/* Runs a shell command, which must succeed, and returns what it printed. Free with g_free. */
char *test_run(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* Adds the picture's pixels, packed, to a file. */
void test_append_raw(const char *path, const LeatFrame *frame);

/* Peak signal-to-noise ratio of two luma planes, dB; 100 when they are equal. */
double test_psnr(const LeatFrame *a, const LeatFrame *b);

/* Fails unless `error` is one of ours with that code and its message holds `text`; clears it. */
#define test_error(error, code, text)                                          \
    do {                                                                       \
        g_assert_error(error, LEAT_ERROR, code);                               \
        if (!strstr((error)->message, text))                                   \
            g_error("'%s' is not in the message: %s", text, (error)->message); \
        g_clear_error(&(error));                                               \
    } while (0)

#endif
