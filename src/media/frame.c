/* SPDX-License-Identifier: MIT */
#include "media/frame.h"

#include "base/error.h"
#include "media/frame-internal.h"
#include "media/pixel-pool.h"

#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>
#include <stdatomic.h>
#include <stdlib.h>

struct LeatFrame {
    /* Set once, before publishing. */
    LeatFrame *pixels_of; /* the frame whose picture this one shares, or NULL */
    AVFrame *picture;     /* its own when pixels_of is NULL */
    LeatFrameTimes times;
    LeatFrameReleaseFunc release;
    void *release_data;

    /* Any holder. */
    atomic_uint refs;
    _Atomic int64_t finished_ns;
};

static _Atomic uint64_t copied_bytes;

static LeatFrame *frame_new(const LeatFrameTimes *times, GError **error)
{
    LeatFrame *frame = calloc(1, sizeof *frame);
    if (!frame)
        return leat_error_no_memory(error, sizeof *frame, "a frame");
    frame->times = *times;
    atomic_init(&frame->refs, 1);
    atomic_init(&frame->finished_ns, 0);
    return frame;
}

LeatFrame *leat_frame_wrap(AVFrame *picture, const LeatFrameTimes *times, GError **error)
{
    g_assert(picture->buf[0]);
    LeatFrame *frame = frame_new(times, error);
    if (frame)
        frame->picture = picture;
    else
        av_frame_free(&picture);
    return frame;
}

LeatFrame *leat_frame_with_times(LeatFrame *frame, const LeatFrameTimes *times, GError **error)
{
    LeatFrame *other = frame_new(times, error);
    if (!other)
        return NULL;
    other->pixels_of = leat_frame_ref(frame->pixels_of ? frame->pixels_of : frame);
    other->picture = frame->picture;
    return other;
}

LeatFrame *leat_frame_ref(LeatFrame *frame)
{
    atomic_fetch_add_explicit(&frame->refs, 1, memory_order_relaxed);
    return frame;
}

void leat_frame_unref(LeatFrame *frame)
{
    /* Whatever any holder did with the pixels happens before they are freed or used again. */
    if (!frame || atomic_fetch_sub_explicit(&frame->refs, 1, memory_order_acq_rel) != 1)
        return;
    if (frame->release)
        frame->release(frame->times.captured_ns, atomic_load(&frame->finished_ns),
                       frame->release_data);
    if (frame->pixels_of)
        leat_frame_unref(frame->pixels_of);
    else
        leat_pixels_let_go(&frame->picture);
    free(frame);
}

LeatFrameTimes leat_frame_times(const LeatFrame *frame)
{
    return frame->times;
}

int leat_frame_width(const LeatFrame *frame)
{
    return frame->picture->width;
}

int leat_frame_height(const LeatFrame *frame)
{
    return frame->picture->height;
}

const char *leat_frame_pixel_format(const LeatFrame *frame)
{
    const char *name = av_get_pix_fmt_name((enum AVPixelFormat)frame->picture->format);
    return name ? name : "unknown";
}

size_t leat_frame_bytes(const LeatFrame *frame)
{
    size_t bytes = 0;
    for (size_t i = 0; i < AV_NUM_DATA_POINTERS; i++) {
        const AVBufferRef *buffer = frame->picture->buf[i];
        bytes += buffer ? (size_t)buffer->size : 0;
    }
    return bytes;
}

const uint8_t *leat_frame_plane(const LeatFrame *frame, int plane, int *stride)
{
    if (plane < 0 || plane >= AV_NUM_DATA_POINTERS || !frame->picture->data[plane])
        return NULL;
    *stride = frame->picture->linesize[plane];
    return frame->picture->data[plane];
}

const AVFrame *leat_frame_picture(const LeatFrame *frame)
{
    return frame->picture;
}

void leat_frame_set_release(LeatFrame *frame, LeatFrameReleaseFunc release, void *data)
{
    frame->release = release;
    frame->release_data = data;
}

void leat_frame_note_finished(LeatFrame *frame, int64_t now_ns)
{
    int64_t known = atomic_load(&frame->finished_ns);
    while (known < now_ns && !atomic_compare_exchange_weak(&frame->finished_ns, &known, now_ns))
        ;
}

void leat_frame_count_copied(size_t bytes)
{
    atomic_fetch_add_explicit(&copied_bytes, bytes, memory_order_relaxed);
}

uint64_t leat_frame_copied_bytes(void)
{
    return atomic_load_explicit(&copied_bytes, memory_order_relaxed);
}

static void return_reference(void *frame, uint8_t *bytes)
{
    (void)bytes;
    leat_frame_unref(frame);
}

AVFrame *leat_frame_lend(LeatFrame *frame, GError **error)
{
    const AVFrame *picture = frame->picture;
    AVFrame *lent = av_frame_alloc();
    if (!lent || av_frame_copy_props(lent, picture) < 0)
        goto no_memory;
    lent->format = picture->format;
    lent->width = picture->width;
    lent->height = picture->height;
    for (size_t i = 0; i < AV_NUM_DATA_POINTERS; i++) {
        lent->data[i] = picture->data[i];
        lent->linesize[i] = picture->linesize[i];
        if (!picture->buf[i])
            continue;
        lent->buf[i] = av_buffer_create(picture->buf[i]->data, picture->buf[i]->size,
                                        return_reference, frame, AV_BUFFER_FLAG_READONLY);
        if (!lent->buf[i])
            goto no_memory;
        leat_frame_ref(frame);
    }
    lent->pts = frame->times.pts;
    return lent;

no_memory:
    av_frame_free(&lent);
    return leat_error_no_memory(error, sizeof *lent, "a picture's description");
}

bool leat_picture_check(int width, int height, enum AVPixelFormat format, GError **error)
{
    const AVPixFmtDescriptor *description = av_pix_fmt_desc_get(format);
    if (width < 1 || height < 1 || width > LEAT_MAX_EDGE || height > LEAT_MAX_EDGE) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                    "cannot make a picture of %dx%d: both edges must be 1 to %d px", width, height,
                    LEAT_MAX_EDGE);
        return false;
    }
    if (!description || description->flags & AV_PIX_FMT_FLAG_HWACCEL ||
        av_image_get_buffer_size(format, width, height, 1) <= 0) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_UNSUPPORTED,
                    "cannot make a picture of %dx%d in pixel format %s", width, height,
                    description ? description->name : "unknown");
        return false;
    }
    return true;
}

AVFrame *leat_picture_new(int width, int height, enum AVPixelFormat format, GError **error)
{
    if (!leat_picture_check(width, height, format, error))
        return NULL;
    AVFrame *picture = av_frame_alloc();
    if (picture) {
        picture->width = width;
        picture->height = height;
        picture->format = format;
    }
    if (!picture || av_frame_get_buffer(picture, 0) < 0) {
        av_frame_free(&picture);
        return leat_error_no_memory(
            error, (size_t)av_image_get_buffer_size(format, width, height, 1), "a picture");
    }
    return picture;
}
