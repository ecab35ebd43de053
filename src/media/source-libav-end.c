/* SPDX-License-Identifier: MIT */
#include "media/source-libav.h"

#include "base/clock.h"
#include "base/error.h"
#include "media/libav.h"

#define NEAR_END_NS LEAT_NS_PER_S

static int64_t read_ns(const LeatLibavSource *source)
{
    if (source->first_pts == AV_NOPTS_VALUE)
        return 0;
    return leat_ticks_to_ns(source->end_pts - source->first_pts, source->format.time_base);
}

bool leat_libav_source_is_near_end(const LeatLibavSource *source)
{
    int64_t duration_ns = source->format.duration_ns;
    return duration_ns > 0 && read_ns(source) >= duration_ns - NEAR_END_NS;
}

/* Nothing more will come; the decoder gives what it holds. `failure` may be NULL. */
static void drain(LeatLibavSource *source, GError *failure)
{
    source->draining = true;
    source->failure = failure;
    avcodec_send_packet(source->input.decoder, NULL);
}

/* A file that was cut off says more than it holds. Some containers count frames, others tell a
 * duration; a few frames more or less are no proof. */
static void note_missing_rest(LeatLibavSource *source)
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

void leat_libav_source_end_by_eof(LeatLibavSource *source)
{
    const LeatInput *input = &source->input;
    GError *failure = NULL;

    if (input->spec->kind == LEAT_SOURCE_FILE) {
        note_missing_rest(source);
    } else if (input->spec->kind == LEAT_SOURCE_STREAM && !leat_libav_source_is_near_end(source)) {
        AVIOContext *bytes = input->demuxer->pb;
        int64_t size = bytes ? avio_size(bytes) : 0;
        bool whole = input->finite && (size <= 0 || avio_tell(bytes) >= size);
        if (!whole)
            g_set_error(&failure, LEAT_ERROR, LEAT_ERROR_LOST, "stream %s ended",
                        input->spec->shown);
    }
    drain(source, failure);
}

void leat_libav_source_end_by_silence(LeatLibavSource *source)
{
    GError *failure = NULL;
    if (!leat_libav_source_is_near_end(source))
        g_set_error(&failure, LEAT_ERROR, LEAT_ERROR_LOST, "stream %s said nothing for %d s",
                    source->input.spec->shown, (int)(LEAT_INPUT_PATIENCE_NS / LEAT_NS_PER_S));
    drain(source, failure);
}

void leat_libav_source_end_by_failure(LeatLibavSource *source, int result)
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

void leat_libav_source_finish(LeatLibavSource *source)
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
