/* SPDX-License-Identifier: MIT */
/* A Video4Linux camera as a source. */
#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "media/camera-buffers.h"
#include "media/camera-format.h"
#include "media/camera-items.h"
#include "media/camera-picture.h"
#include "media/camera-sequence.h"
#include "media/camera-set-up.h"
#include "media/camera.h"
#include "media/source-internal.h"
#include "media/source-time.h"

#include <errno.h>
#include <inttypes.h>
#include <libavutil/pixdesc.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

/* A camera that gives nothing for so long has failed. */
#define SILENCE_NS (5 * LEAT_NS_PER_S)

/* A driver that says so often that there is something to read, and has nothing, has failed. */
#define EMPTY_WAKES_MAX 1000

#define DROPPED "dropped by the driver"
#define MARKED_BAD "the driver marked the buffer as bad"
#define EMPTY "the driver gave an empty buffer"
#define INCOMPLETE "the driver gave an incomplete picture"
#define NO_MEMORY "no memory for the picture"

typedef struct {
    /* Set once. */
    LeatSourceSpec *spec;
    LeatCancel *cancel;
    LeatCameraIdentity identity;
    LeatCameraSettings settings;
    LeatCameraPicture picture; /* of a raw format */
    LeatDecoder *decoder;      /* of a compressed one, else NULL */
    int64_t silence_ns;
    int64_t start_ns;

    LeatCameraBuffers *buffers;
    LeatCameraSequence sequence;
    LeatCameraItems items;
    LeatTimeline timeline;
    int64_t first_captured_ns, last_captured_ns;
    char pixel_format[32]; /* of the last frame */
    unsigned empty_wakes;
    GError *failure; /* to be told once the items before it are */
} CameraSource;

static void camera_close(void *state)
{
    CameraSource *source = state;

    leat_camera_items_clear(&source->items);
    leat_decoder_free(source->decoder);
    leat_camera_buffers_close(source->buffers);
    g_clear_error(&source->failure);
    leat_source_spec_free(source->spec);
    free(source);
}

static bool open_decoder(CameraSource *source, const char *codec, GError **error)
{
    LeatStreamInfo stream = {
        .width = (int)source->settings.format.width,
        .height = (int)source->settings.format.height,
        .color_primaries = 2,
        .color_transfer = 2,
        .color_space = 2,
        .time_base = {1, 1000000},
        .rate = source->settings.rate,
    };

    g_strlcpy(stream.codec, codec, sizeof stream.codec);
    source->decoder = leat_decoder_open(&stream, 0, error);
    return source->decoder != NULL;
}

/* How the bytes of the format that was set become pictures. `least` gets the bytes that a buffer
 * must hold. */
static bool prepare(CameraSource *source, size_t *least, GError **error)
{
    const struct v4l2_pix_format *set = &source->settings.format;
    const LeatCameraFormat *format = leat_camera_format_find(set->pixelformat);

    g_strlcpy(source->pixel_format, av_get_pix_fmt_name(format->pixel_format),
              sizeof source->pixel_format);
    if (format->codec) {
        *least = 1;
        return open_decoder(source, format->codec, error);
    }
    source->picture.pixel_format = format->pixel_format;
    source->picture.about = *set;
    if (!leat_camera_layout(format->pixel_format, (int)set->width, (int)set->height,
                            set->bytesperline, &source->picture.layout)) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_UNSUPPORTED,
                    "cannot open camera %s: its driver says %ux%u px with %u bytes a row, which "
                    "cannot be; ask for another size or pixel format",
                    source->spec->shown, set->width, set->height, set->bytesperline);
        return false;
    }
    *least = source->picture.layout.size;
    return true;
}

static bool start(CameraSource *source, const LeatSourceRequest *request, GError **error)
{
    const char *shown = source->spec->shown;
    size_t least = 0;
    int fd = leat_camera_open(source->spec->target, shown, &source->identity, error);

    if (fd < 0)
        return false;
    if (leat_cancel_check(source->cancel, error) &&
        leat_camera_set_up(fd, request, shown, source->identity.card, &source->settings, error) &&
        prepare(source, &least, error)) {
        source->start_ns = leat_clock_now_ns();
        source->buffers = leat_camera_buffers_start(fd, least, shown, error);
    }
    if (!source->buffers)
        close(fd);
    return source->buffers != NULL;
}

static void *camera_open(const LeatSourceSpec *spec, const LeatSourceRequest *request,
                         int64_t first_seq, LeatCancel *cancel, GError **error)
{
    CameraSource *source = calloc(1, sizeof *source);

    if (!source)
        return leat_error_no_memory(error, sizeof *source, "a camera");
    source->spec = leat_source_spec_copy(spec);
    source->cancel = cancel;
    leat_camera_items_init(&source->items);
    if (!start(source, request, error)) {
        camera_close(source);
        return NULL;
    }
    leat_camera_sequence_start(&source->sequence, first_seq);
    leat_timeline_init(&source->timeline, (LeatRational){1, 1000000}, source->settings.rate);
    source->silence_ns = SILENCE_NS;
    if (leat_rational_is_set(source->settings.rate)) {
        LeatRational period = {source->settings.rate.den, source->settings.rate.num};
        source->silence_ns = MAX(SILENCE_NS, leat_ticks_to_ns(3, period));
    }
    return source;
}

/* When the picture was taken: as the driver says, unless that cannot be. */
static int64_t capture_time(const CameraSource *source, const struct v4l2_buffer *about,
                            int64_t now_ns)
{
    int64_t taken_ns =
        (int64_t)about->timestamp.tv_sec * LEAT_NS_PER_S + (int64_t)about->timestamp.tv_usec * 1000;
    bool monotonic =
        (about->flags & V4L2_BUF_FLAG_TIMESTAMP_MASK) == V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;

    /* An exposure may have begun before the stream did. */
    return monotonic && taken_ns <= now_ns && taken_ns >= source->start_ns - LEAT_NS_PER_S
               ? taken_ns
               : now_ns;
}

static LeatFrameTimes times_of(CameraSource *source, const struct v4l2_buffer *about, int64_t seq)
{
    int64_t now_ns = leat_clock_now_ns(), wall_ns = leat_clock_wall_ns();
    int64_t captured_ns = MAX(capture_time(source, about, now_ns), source->last_captured_ns);

    if (source->first_captured_ns == 0)
        source->first_captured_ns = captured_ns;
    source->last_captured_ns = captured_ns;
    return (LeatFrameTimes){
        .seq = seq,
        .captured_ns = captured_ns,
        .wall_ns = wall_ns - (now_ns - captured_ns),
        .pts = leat_timeline_next(&source->timeline, true,
                                  (captured_ns - source->first_captured_ns) / 1000),
        .time_base = source->timeline.time_base,
    };
}

static int64_t count(CameraSource *source, uint32_t number)
{
    LeatCameraStep step = leat_camera_sequence_step(&source->sequence, number);

    if (step.lost > 0)
        leat_camera_items_lost(&source->items, step.lost_first, step.lost, DROPPED);
    if (step.kind == LEAT_CAMERA_STEP_REPEATED)
        leat_camera_items_note(&source->items,
                               "the driver gave the sequence number %u twice; both frames count",
                               number);
    else if (step.kind == LEAT_CAMERA_STEP_BACK)
        leat_camera_items_note(&source->items,
                               "the driver's sequence number stepped back from %u to %u; the "
                               "frame counts as a new one",
                               step.previous, number);
    else if (step.kind == LEAT_CAMERA_STEP_RESTART)
        leat_camera_items_note(&source->items,
                               "the driver's sequence number jumped from %u to %u; whether "
                               "frames were lost there cannot be told",
                               step.previous, number);
    return step.seq;
}

/* What is wrong with a buffer, or NULL. */
static const char *fault_of(const CameraSource *source, const LeatCameraTaken *taken)
{
    if (taken->about.flags & V4L2_BUF_FLAG_ERROR)
        return MARKED_BAD;
    if (taken->size == 0)
        return EMPTY;
    if (!source->decoder && taken->size < source->picture.layout.size)
        return INCOMPLETE;
    return NULL;
}

static const char *cause_of(int errnum)
{
    return errnum == ENODEV ? "it is gone (unplugged, or its driver was removed)"
                            : g_strerror(errnum);
}

static void fail(CameraSource *source, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void fail(CameraSource *source, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *what = g_strdup_vprintf(format, arguments);
    va_end(arguments);

    leat_camera_items_give_up(&source->items);
    if (!source->failure)
        g_set_error(&source->failure, LEAT_ERROR, LEAT_ERROR_LOST, "camera %s %s",
                    source->spec->shown, what);
}

/* Whether the buffer was lent to the frame. */
static bool add_raw(CameraSource *source, const LeatCameraTaken *taken, const LeatFrameTimes *times)
{
    AVBufferRef *memory = NULL;
    LeatFrame *frame;

    if (leat_camera_buffers_can_lend(source->buffers))
        memory = leat_camera_buffers_lend(source->buffers, taken);
    frame = memory ? leat_camera_picture_wrap(&source->picture, memory, times, NULL)
                   : leat_camera_picture_copy(&source->picture, taken->data, times, NULL);
    if (frame)
        leat_camera_items_frame(&source->items, frame);
    else
        leat_camera_items_lost(&source->items, times->seq, 1, NO_MEMORY);
    return memory != NULL;
}

static void use(CameraSource *source, const LeatCameraTaken *taken)
{
    int64_t seq = count(source, taken->about.sequence);
    const char *fault = fault_of(source, taken);
    bool lent = false;

    if (fault) {
        leat_camera_items_lost(&source->items, seq, 1, fault);
    } else {
        LeatFrameTimes times = times_of(source, &taken->about, seq);
        if (source->decoder)
            leat_camera_picture_decode(source->decoder, taken->data, taken->size, &times,
                                       &source->items);
        else
            lent = add_raw(source, taken, &times);
    }
    int failed = lent ? 0 : leat_camera_buffers_give_back(source->buffers, taken);
    if (failed)
        fail(source, "did not take its buffer back: %s", cause_of(failed));
}

static void take(CameraSource *source)
{
    LeatCameraTaken taken;
    int failed = leat_camera_buffers_take(source->buffers, &taken);

    if (failed == EAGAIN) {
        if (++source->empty_wakes > EMPTY_WAKES_MAX)
            fail(source, "says again and again that it has a frame, and has none");
        return;
    }
    if (failed) {
        fail(source, "failed: %s", cause_of(failed));
        return;
    }
    source->empty_wakes = 0;
    use(source, &taken);
}

static bool next(CameraSource *source, LeatSourceItem *item)
{
    if (!leat_camera_items_next(&source->items, item))
        return false;
    if (item->frame)
        g_strlcpy(source->pixel_format, leat_frame_pixel_format(item->frame),
                  sizeof source->pixel_format);
    return true;
}

static bool camera_read(void *state, LeatSourceItem *item, GError **error)
{
    CameraSource *source = state;

    for (;;) {
        if (next(source, item))
            return true;
        if (!leat_cancel_check(source->cancel, error))
            return false;
        if (source->failure) {
            g_propagate_error(error, g_error_copy(source->failure));
            return false;
        }
        int ready = leat_cancel_poll(source->cancel, leat_camera_buffers_fd(source->buffers),
                                     POLLIN, source->silence_ns);
        if (ready > 0)
            take(source);
        else if (ready == 0)
            fail(source, "gave no frame for %" PRId64 " s", source->silence_ns / LEAT_NS_PER_S);
    }
}

static bool camera_pause(void *state)
{
    CameraSource *source = state;

    if (leat_camera_items_has_next(&source->items))
        return false;
    if (!source->failure)
        leat_camera_buffers_pause(source->buffers);
    return true;
}

static void camera_resume(void *state)
{
    CameraSource *source = state;
    int failed;

    if (source->failure)
        return;
    /* The driver counts from 0 again. */
    leat_camera_sequence_start(&source->sequence, source->sequence.next);
    source->start_ns = leat_clock_now_ns();
    source->empty_wakes = 0;
    failed = leat_camera_buffers_resume(source->buffers);
    if (failed)
        fail(source, "did not start again: %s", cause_of(failed));
}

static void camera_format(const void *state, LeatSourceFormat *format)
{
    const CameraSource *source = state;
    char name[LEAT_CAMERA_NAME_SIZE];

    leat_camera_format_name(source->settings.format.pixelformat, name);
    format->width = (int)source->settings.format.width;
    format->height = (int)source->settings.format.height;
    g_strlcpy(format->pixel_format, source->pixel_format, sizeof format->pixel_format);
    g_strlcpy(format->native_format, name, sizeof format->native_format);
    format->time_base = source->timeline.time_base;
    format->rate = source->settings.rate;
    format->live = true;
}

static LeatSourceSpec *camera_same_again(const void *state)
{
    const CameraSource *source = state;
    LeatSourceSpec *spec = leat_source_spec_copy(source->spec);

    g_free(spec->target);
    spec->target = leat_camera_identity_text(&source->identity);
    return spec;
}

const LeatSourceOps leat_source_camera_ops = {
    .open = camera_open,
    .read = camera_read,
    .format = camera_format,
    .same_again = camera_same_again,
    .pause = camera_pause,
    .resume = camera_resume,
    .close = camera_close,
};
