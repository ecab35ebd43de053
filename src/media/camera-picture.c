/* SPDX-License-Identifier: MIT */
#include "media/camera-picture.h"

#include "base/error.h"
#include "base/log.h"
#include "media/frame-internal.h"

#include <inttypes.h>
#include <libavutil/imgutils.h>

/* Of a decoder that never says that it is empty. */
#define MOST_AT_ONCE 64

static void describe(const LeatCameraPicture *kind, AVFrame *picture)
{
    uint32_t field = kind->about.field;

    picture->interlaced_frame = field == V4L2_FIELD_INTERLACED ||
                                field == V4L2_FIELD_INTERLACED_TB ||
                                field == V4L2_FIELD_INTERLACED_BT;
    picture->top_field_first = field == V4L2_FIELD_INTERLACED_TB;
    leat_camera_set_colours(picture, &kind->about);
}

LeatFrame *leat_camera_picture_wrap(const LeatCameraPicture *kind, AVBufferRef *memory,
                                    const LeatFrameTimes *times, GError **error)
{
    AVFrame *picture = av_frame_alloc();

    if (!picture) {
        av_buffer_unref(&memory);
        return leat_error_no_memory(error, sizeof *picture, "a picture");
    }
    picture->format = kind->pixel_format;
    picture->width = (int)kind->about.width;
    picture->height = (int)kind->about.height;
    picture->buf[0] = memory;
    for (int i = 0; i < 4 && kind->layout.stride[i] > 0; i++) {
        picture->data[i] = memory->data + kind->layout.offset[i];
        picture->linesize[i] = kind->layout.stride[i];
    }
    describe(kind, picture);
    return leat_frame_wrap(picture, times, error);
}

LeatFrame *leat_camera_picture_copy(const LeatCameraPicture *kind, const uint8_t *data,
                                    const LeatFrameTimes *times, GError **error)
{
    const uint8_t *planes[4] = {0};
    AVFrame *picture = leat_picture_new((int)kind->about.width, (int)kind->about.height,
                                        kind->pixel_format, error);

    if (!picture)
        return NULL;
    for (int i = 0; i < 4 && kind->layout.stride[i] > 0; i++)
        planes[i] = data + kind->layout.offset[i];
    av_image_copy(picture->data, picture->linesize, planes, kind->layout.stride, kind->pixel_format,
                  picture->width, picture->height);
    leat_frame_count_copied(kind->layout.size);
    describe(kind, picture);
    return leat_frame_wrap(picture, times, error);
}

void leat_camera_picture_decode(LeatDecoder *decoder, const uint8_t *data, size_t size,
                                const LeatFrameTimes *times, LeatCameraItems *items)
{
    LeatPacket packet = {.times = *times, .dts = times->pts, .data = data, .size = size};
    GError *error = NULL;

    leat_camera_items_expect(items, times->seq);
    if (!leat_decoder_send(decoder, &packet, &error)) {
        leat_log(LEAT_LOG_DEBUG, "camera: frame %" PRId64 ": %s", times->seq, error->message);
        g_clear_error(&error);
        leat_camera_items_damaged(items, times->seq);
    }
    for (int i = 0; i < MOST_AT_ONCE; i++) {
        LeatFrame *frame = NULL;
        if (!leat_decoder_receive(decoder, &frame, &error)) {
            leat_log(LEAT_LOG_DEBUG, "camera: frame %" PRId64 ": %s", times->seq, error->message);
            g_clear_error(&error);
            leat_camera_items_damaged(items, times->seq);
            continue;
        }
        if (!frame)
            return;
        leat_camera_items_decoded(items, frame);
    }
}
