/* SPDX-License-Identifier: MIT */
/* Files, streams and the screen as sources: packets in, items out. What a decoder cannot make a
 * frame of is lost and told; a frame that it could only make with damage is handed out with a note
 * before it. */
#include "base/clock.h"
#include "base/error.h"
#include "media/frame-internal.h"
#include "media/source-internal.h"
#include "media/source-libav.h"

#include <errno.h>
#include <libavutil/pixdesc.h>
#include <stdlib.h>
#include <string.h>

/* Near its known end a stream that says nothing has ended. */
#define PATIENCE_AT_END_NS (2 * LEAT_NS_PER_S)

/* A demuxer that fails so often in a row will not recover. */
#define MAX_READ_FAILURES 32

/* How often a demuxer is asked again that has nothing yet but does not wait. */
#define ASK_AGAIN_NS (10 * LEAT_NS_PER_MS)

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

static void fill_format(LeatLibavSource *source, const LeatSourceRequest *request)
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
    LeatLibavSource *source = state;
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
    LeatLibavSource *source = calloc(1, sizeof *source);
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

/* --- reading */

static void send_packet(LeatLibavSource *source)
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
static void wait_for_screen(LeatLibavSource *source)
{
    int64_t now_ns = leat_clock_now_ns();
    if (source->next_due_ns > now_ns)
        leat_cancel_wait(source->cancel, source->next_due_ns - now_ns);
    else
        source->next_due_ns = now_ns;
    source->next_due_ns += source->frame_ns;
}

static void read_packet(LeatLibavSource *source)
{
    bool stream = source->input.spec->kind == LEAT_SOURCE_STREAM;
    int64_t patience_ns = !stream                                 ? LEAT_FOREVER
                          : leat_libav_source_is_near_end(source) ? PATIENCE_AT_END_NS
                                                                  : LEAT_INPUT_PATIENCE_NS;
    if (source->screen)
        wait_for_screen(source);
    int result = leat_input_read(&source->input, source->packet, patience_ns);
    if (result == 0) {
        source->read_failures = 0;
        send_packet(source);
    } else if (result == AVERROR_EXIT) {
        if (!leat_cancel_is_set(source->cancel))
            leat_libav_source_end_by_silence(source);
    } else if (result == AVERROR_EOF) {
        leat_libav_source_end_by_eof(source);
    } else if (result == AVERROR(EAGAIN)) {
        leat_cancel_wait(source->cancel, ASK_AGAIN_NS);
    } else if (result != AVERROR_INVALIDDATA || ++source->read_failures == MAX_READ_FAILURES) {
        leat_libav_source_end_by_failure(source, result);
    }
}

static void note_picture(LeatLibavSource *source)
{
    const AVFrame *picture = source->picture;

    source->has_picture = true;
    source->lost += leat_account_came(&source->account, picture, source->input.decoder);
    if ((picture->flags & AV_FRAME_FLAG_CORRUPT) || picture->decode_error_flags)
        source->note = g_strdup_printf("frame %" G_GINT64_FORMAT " was decoded with damage",
                                       source->next_seq + source->lost);
}

static void step(LeatLibavSource *source)
{
    int result = avcodec_receive_frame(source->input.decoder, source->picture);
    if (result == 0)
        note_picture(source);
    else if (result == AVERROR_EOF || (result == AVERROR(EAGAIN) && source->draining))
        leat_libav_source_finish(source);
    else if (result == AVERROR(EAGAIN))
        read_packet(source);
    else
        source->lost += leat_account_failed(&source->account, result);
}

static void tell_lost(LeatLibavSource *source, LeatSourceItem *item)
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

static bool tell_frame(LeatLibavSource *source, LeatSourceItem *item, GError **error)
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
    LeatLibavSource *source = state;

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
    const LeatLibavSource *source = state;
    return source->lost == 0 && !source->note && !source->has_picture;
}

static void drop_what_was_found(LeatLibavSource *source)
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
    LeatLibavSource *source = state;
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
    LeatLibavSource *source = state;
    source->pacer.started = false;
}

static void libav_format(const void *state, LeatSourceFormat *format)
{
    const LeatLibavSource *source = state;
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
