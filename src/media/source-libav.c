/* SPDX-License-Identifier: MIT */
/* Files, streams and the screen as sources: packets in, items out. What a decoder cannot make a
 * frame of is lost and told; a frame that it could only make with damage is handed out with a note
 * before it. */
#include "base/clock.h"
#include "base/error.h"
#include "media/frame-internal.h"
#include "media/source-account.h"
#include "media/source-input.h"
#include "media/source-internal.h"
#include "media/source-time.h"

#include <errno.h>
#include <libavutil/pixdesc.h>
#include <stdlib.h>
#include <string.h>

/* Near its known end a stream that says nothing has ended. */
#define NEAR_END_NS LEAT_NS_PER_S
#define PATIENCE_AT_END_NS (2 * LEAT_NS_PER_S)

/* A demuxer that fails so often in a row will not recover. */
#define MAX_READ_FAILURES 32

/* How often a demuxer is asked again that has nothing yet but does not wait. */
#define ASK_AGAIN_NS (10 * LEAT_NS_PER_MS)

typedef struct {
    /* Set by opening. */
    LeatInput input;
    LeatCancel *cancel;
    LeatSourceFormat format; /* size and pixel format follow the frames */
    bool paced;              /* to the clock, by timestamps */
    bool screen;
    int64_t frame_ns; /* of the screen: from frame to frame */

    AVPacket *packet;
    LeatAccount account;
    LeatTimeline timeline;
    LeatPacer pacer;
    int64_t next_due_ns; /* of the screen */
    int64_t next_seq;
    int64_t first_pts, end_pts; /* what was read so far, in ticks; unset is AV_NOPTS_VALUE */
    int read_failures;          /* in a row */

    /* Found, but not handed out yet; in this order. */
    int64_t lost;
    char *note;
    AVFrame *picture;
    bool has_picture;

    bool draining;
    GError *failure; /* what ends it, once the decoder is empty; NULL for a good end */
    char *end_note;  /* to be told before a good end, or NULL */
    bool ended;
    int64_t frames; /* handed out */
} LibavSource;

static LeatRational sane_rate(AVRational rate)
{
    LeatRational own = leat_rational_from_av(rate);
    return leat_rational_is_set(own) && leat_rational_value(own) <= LEAT_MAX_RATE
               ? own
               : (LeatRational){0, 1};
}

/* The nominal rate, unless frames come at another one on average. */
static LeatRational nominal_rate(const AVStream *stream)
{
    LeatRational average = sane_rate(stream->avg_frame_rate);
    LeatRational lowest = sane_rate(stream->r_frame_rate);
    if (!leat_rational_is_set(average) || !leat_rational_is_set(lowest))
        return leat_rational_is_set(average) ? average : lowest;
    double ratio = leat_rational_value(average) / leat_rational_value(lowest);
    return ratio > 0.98 && ratio < 1.02 ? lowest : (LeatRational){0, 1};
}

static void fill_format(LibavSource *source, const LeatSourceRequest *request)
{
    const LeatInput *input = &source->input;
    const AVCodecParameters *about = input->stream->codecpar;
    const char *pixels = av_get_pix_fmt_name((enum AVPixelFormat)about->format);
    LeatSourceFormat *format = &source->format;

    *format = (LeatSourceFormat){
        .width = about->width,
        .height = about->height,
        .time_base = leat_rational_from_av(input->stream->time_base),
        .rate = nominal_rate(input->stream),
        .duration_ns = leat_input_duration_ns(input),
        .frames = MAX(input->stream->nb_frames, 0),
        .live = !input->finite,
    };
    g_strlcpy(format->pixel_format, pixels ? pixels : "", sizeof format->pixel_format);
    g_strlcpy(format->native_format, avcodec_get_name(about->codec_id),
              sizeof format->native_format);
    if (source->screen)
        format->rate = leat_rational_is_set(request->rate) ? request->rate : (LeatRational){30, 1};
}

static void libav_close(void *state)
{
    LibavSource *source = state;
    leat_input_close(&source->input);
    av_packet_free(&source->packet);
    av_frame_free(&source->picture);
    g_clear_error(&source->failure);
    g_free(source->note);
    g_free(source->end_note);
    free(source);
}

static void *libav_open(const LeatSourceSpec *spec, const LeatSourceRequest *request,
                        int64_t first_seq, LeatCancel *cancel, GError **error)
{
    LibavSource *source = calloc(1, sizeof *source);
    if (!source)
        return leat_error_no_memory(error, sizeof *source, "a source");
    source->cancel = cancel;
    source->screen = spec->kind == LEAT_SOURCE_SCREEN;
    source->next_seq = first_seq;
    source->first_pts = source->end_pts = AV_NOPTS_VALUE;
    source->packet = av_packet_alloc();
    source->picture = av_frame_alloc();
    if (!source->packet || !source->picture) {
        leat_error_no_memory(error, sizeof(AVFrame), "decoding");
        libav_close(source);
        return NULL;
    }
    if (!leat_input_open(&source->input, spec, request, cancel, error)) {
        libav_close(source);
        return NULL;
    }
    fill_format(source, request);
    source->paced = request->realtime && source->input.finite;
    source->frame_ns =
        leat_ticks_to_ns(1, (LeatRational){source->format.rate.den, source->format.rate.num});
    leat_account_init(&source->account, source->input.stream->codecpar);
    leat_timeline_init(&source->timeline, source->format.time_base, source->format.rate);
    return source;
}

/* --- the end */

static int64_t read_ns(const LibavSource *source)
{
    if (source->first_pts == AV_NOPTS_VALUE)
        return 0;
    return leat_ticks_to_ns(source->end_pts - source->first_pts, source->format.time_base);
}

static bool is_near_end(const LibavSource *source)
{
    int64_t duration_ns = source->format.duration_ns;
    return duration_ns > 0 && read_ns(source) >= duration_ns - NEAR_END_NS;
}

/* Nothing more will come; the decoder gives what it holds. `failure` may be NULL. */
static void drain(LibavSource *source, GError *failure)
{
    source->draining = true;
    source->failure = failure;
    avcodec_send_packet(source->input.decoder, NULL);
}

/* A file that was cut off says more than it holds. Some containers count frames, others tell a
 * duration; a few frames more or less are no proof. */
static void note_missing_rest(LibavSource *source)
{
    const LeatSourceFormat *format = &source->format;
    int64_t read = source->account.packets;
    int64_t missing_ns = format->duration_ns - read_ns(source);
    /* Where it was not measured on the pictures, another stream may be the longer one. */
    bool has_duration = format->duration_ns > 0 && (source->input.stream->duration > 0 ||
                                                    source->input.demuxer->nb_streams == 1);

    if (format->frames > 0) {
        if (read < format->frames - 2 - format->frames / 50)
            source->end_note = g_strdup_printf("the file is cut off: %" G_GINT64_FORMAT
                                               " of %" G_GINT64_FORMAT " frames are in it",
                                               read, format->frames);
    } else if (has_duration && missing_ns > MAX(LEAT_NS_PER_S / 5, 3 * source->frame_ns)) {
        source->end_note = g_strdup_printf("the file is cut off: %.2f of %.2f s are in it",
                                           (double)read_ns(source) / LEAT_NS_PER_S,
                                           (double)format->duration_ns / LEAT_NS_PER_S);
    }
}

static void end_by_eof(LibavSource *source)
{
    const LeatInput *input = &source->input;
    GError *failure = NULL;

    if (input->spec->kind == LEAT_SOURCE_FILE) {
        note_missing_rest(source);
    } else if (input->spec->kind == LEAT_SOURCE_STREAM && !is_near_end(source)) {
        AVIOContext *bytes = input->demuxer->pb;
        int64_t size = bytes ? avio_size(bytes) : 0;
        bool whole = input->finite && (size <= 0 || avio_tell(bytes) >= size);
        if (!whole)
            g_set_error(&failure, LEAT_ERROR, LEAT_ERROR_LOST, "stream %s ended",
                        input->spec->shown);
    }
    drain(source, failure);
}

static void end_by_silence(LibavSource *source)
{
    GError *failure = NULL;
    if (!is_near_end(source))
        g_set_error(&failure, LEAT_ERROR, LEAT_ERROR_LOST, "stream %s said nothing for %d s",
                    source->input.spec->shown, (int)(LEAT_INPUT_PATIENCE_NS / LEAT_NS_PER_S));
    drain(source, failure);
}

static void end_by_failure(LibavSource *source, int result)
{
    GError *failure = NULL;
    char text[AV_ERROR_MAX_STRING_SIZE];

    if (source->input.spec->kind == LEAT_SOURCE_FILE)
        source->end_note = g_strdup_printf("the file is damaged and cannot be read any further: %s",
                                           leat_av_error_text(result, text, sizeof text));
    else if (result == AVERROR(EIO) && source->input.spec->kind == LEAT_SOURCE_STREAM)
        /* FFmpeg says so also when a server that told no length is done. */
        g_set_error(&failure, LEAT_ERROR, LEAT_ERROR_LOST,
                    "stream %s ended, or its connection broke", source->input.spec->shown);
    else
        leat_input_fail(&source->input, &failure, "read", result, NULL);
    drain(source, failure);
}

/* The decoder is empty. */
static void finish(LibavSource *source)
{
    LeatAccount *account = &source->account;
    bool no_picture = source->frames == 0 && !source->failure;

    source->ended = true;
    source->lost += leat_account_ended(account);
    source->note = g_steal_pointer(&source->end_note);
    if (no_picture && account->packets == 0)
        g_set_error(&source->failure, LEAT_ERROR, LEAT_ERROR_CORRUPT,
                    "cannot read %s: there is no picture in it; get it again",
                    source->input.spec->shown);
    else if (no_picture)
        g_set_error(&source->failure, LEAT_ERROR, LEAT_ERROR_CORRUPT,
                    "cannot decode %s: none of its %" G_GINT64_FORMAT
                    " packets gave a picture%s%s; get it again",
                    source->input.spec->shown, account->packets, *account->reason ? ": " : "",
                    account->reason);
}

/* --- reading */

static void send_packet(LibavSource *source)
{
    AVPacket *packet = source->packet;
    int64_t pts = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;

    if (pts != AV_NOPTS_VALUE) {
        int64_t end = pts + (packet->duration > 0 ? packet->duration : source->timeline.step);
        if (source->first_pts == AV_NOPTS_VALUE || pts < source->first_pts)
            source->first_pts = pts;
        if (source->end_pts == AV_NOPTS_VALUE || end > source->end_pts)
            source->end_pts = end;
    }
    source->lost += leat_account_sent(&source->account, packet);
    int result = avcodec_send_packet(source->input.decoder, packet);
    if (result < 0)
        source->lost += leat_account_failed(&source->account, result);
    av_packet_unref(packet);
}

/* The screen has no pace of its own; what is late is not made up for. */
static void wait_for_screen(LibavSource *source)
{
    int64_t now_ns = leat_clock_now_ns();
    if (source->next_due_ns > now_ns)
        leat_cancel_wait(source->cancel, source->next_due_ns - now_ns);
    else
        source->next_due_ns = now_ns;
    source->next_due_ns += source->frame_ns;
}

static void read_packet(LibavSource *source)
{
    bool stream = source->input.spec->kind == LEAT_SOURCE_STREAM;
    int64_t patience_ns = !stream               ? LEAT_FOREVER
                          : is_near_end(source) ? PATIENCE_AT_END_NS
                                                : LEAT_INPUT_PATIENCE_NS;
    if (source->screen)
        wait_for_screen(source);
    int result = leat_input_read(&source->input, source->packet, patience_ns);
    if (result == 0) {
        source->read_failures = 0;
        send_packet(source);
    } else if (result == AVERROR_EXIT) {
        if (!leat_cancel_is_set(source->cancel))
            end_by_silence(source);
    } else if (result == AVERROR_EOF) {
        end_by_eof(source);
    } else if (result == AVERROR(EAGAIN)) {
        leat_cancel_wait(source->cancel, ASK_AGAIN_NS);
    } else if (result != AVERROR_INVALIDDATA || ++source->read_failures == MAX_READ_FAILURES) {
        end_by_failure(source, result);
    }
}

static void note_picture(LibavSource *source)
{
    const AVFrame *picture = source->picture;

    source->has_picture = true;
    source->lost += leat_account_came(&source->account, picture, source->input.decoder);
    if ((picture->flags & AV_FRAME_FLAG_CORRUPT) || picture->decode_error_flags)
        source->note = g_strdup_printf("frame %" G_GINT64_FORMAT " was decoded with damage",
                                       source->next_seq + source->lost);
}

static void step(LibavSource *source)
{
    int result = avcodec_receive_frame(source->input.decoder, source->picture);
    if (result == 0)
        note_picture(source);
    else if (result == AVERROR_EOF || (result == AVERROR(EAGAIN) && source->draining))
        finish(source);
    else if (result == AVERROR(EAGAIN))
        read_packet(source);
    else
        source->lost += leat_account_failed(&source->account, result);
}

static void tell_lost(LibavSource *source, LeatSourceItem *item)
{
    const char *reason = source->account.reason;
    if (*reason)
        leat_source_item_lost(item, source->next_seq, source->lost, "damaged packet: %s", reason);
    else
        leat_source_item_lost(item, source->next_seq, source->lost,
                              "packet without a picture (no key frame before it)");
    source->next_seq += source->lost;
    source->lost = 0;
}

static bool tell_frame(LibavSource *source, LeatSourceItem *item, GError **error)
{
    AVFrame *picture = source->picture;
    int64_t stamp = picture->best_effort_timestamp;
    int64_t pts = leat_timeline_next(&source->timeline, stamp != AV_NOPTS_VALUE, stamp);

    if (source->paced &&
        !leat_pacer_wait(&source->pacer, pts, source->format.time_base, source->cancel))
        return leat_cancel_check(source->cancel, error);
    LeatFrameTimes times = {
        .seq = source->next_seq,
        .captured_ns = leat_clock_now_ns(),
        .wall_ns = leat_clock_wall_ns(),
        .pts = pts,
        .time_base = source->format.time_base,
    };
    const char *pixels = av_get_pix_fmt_name((enum AVPixelFormat)picture->format);
    g_strlcpy(source->format.pixel_format, pixels ? pixels : "",
              sizeof source->format.pixel_format);
    source->format.width = picture->width;
    source->format.height = picture->height;

    source->has_picture = false;
    source->picture = av_frame_alloc();
    item->frame = leat_frame_wrap(picture, &times, error);
    if (!item->frame)
        return false;
    if (!source->picture) {
        leat_frame_unref(g_steal_pointer(&item->frame));
        leat_error_no_memory(error, sizeof *picture, "decoding");
        return false;
    }
    item->type = LEAT_SOURCE_ITEM_FRAME;
    source->next_seq++;
    source->frames++;
    return true;
}

static bool libav_read(void *state, LeatSourceItem *item, GError **error)
{
    LibavSource *source = state;

    while (leat_cancel_check(source->cancel, error)) {
        if (source->lost > 0) {
            tell_lost(source, item);
            return true;
        }
        if (source->note) {
            leat_source_item_set(item, LEAT_SOURCE_ITEM_NOTE, "%s", source->note);
            g_clear_pointer(&source->note, g_free);
            return true;
        }
        if (source->has_picture)
            return tell_frame(source, item, error);
        if (source->ended && source->failure) {
            g_propagate_error(error, g_error_copy(source->failure));
            return false;
        }
        if (source->ended) {
            item->type = LEAT_SOURCE_ITEM_END;
            return true;
        }
        step(source);
    }
    return false;
}

static bool libav_pause(void *state)
{
    const LibavSource *source = state;
    return source->lost == 0 && !source->note && !source->has_picture;
}

static void drop_what_was_found(LibavSource *source)
{
    source->lost = 0;
    g_clear_pointer(&source->note, g_free);
    if (source->has_picture)
        av_frame_unref(source->picture);
    source->has_picture = false;
}

/* A live stream is decoded on, so that it can be shown at once when it is resumed: most pictures
 * need those before them. A file, and a screen, wait by themselves. */
static bool libav_skip(void *state)
{
    LibavSource *source = state;
    bool goes_on = source->format.live && !source->screen && !source->ended &&
                   !leat_cancel_is_set(source->cancel);

    if (goes_on) {
        step(source);
        drop_what_was_found(source);
    }
    return goes_on;
}

/* The pace begins anew with the next frame. */
static void libav_resume(void *state)
{
    LibavSource *source = state;
    source->pacer.started = false;
}

static void libav_format(const void *state, LeatSourceFormat *format)
{
    const LibavSource *source = state;
    *format = source->format;
}

const LeatSourceOps leat_source_libav_ops = {
    .open = libav_open,
    .read = libav_read,
    .format = libav_format,
    .pause = libav_pause,
    .skip = libav_skip,
    .resume = libav_resume,
    .close = libav_close,
};
