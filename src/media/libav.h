/* SPDX-License-Identifier: MIT */
/* What every user of libav* in this folder needs: its errors as ours, its log, its descriptions of
 * streams as our plain values. For this folder only. Any thread.
 *
 * FFmpeg's own messages never reach stderr by themselves: from the program's start they go to our
 * log at debug level, with passwords redacted. */
#ifndef LEAT_MEDIA_LIBAV_H
#define LEAT_MEDIA_LIBAV_H

#include "base/error.h"
#include "base/packet.h"

#include <glib.h>
#include <libavcodec/avcodec.h>
#include <stdbool.h>
#include <stddef.h>

/* FFmpeg's text for an AVERROR, written into `buffer` of at least AV_ERROR_MAX_STRING_SIZE
 * bytes and returned. */
const char *leat_av_error_text(int code, char *buffer, size_t size);

/* The Leat error code that fits an AVERROR. */
int leat_av_error_code(int code);

/* Sets an error with the code for `result` and the text "MESSAGE: FFmpeg's text". Returns false. */
bool leat_av_error_set(GError **error, int result, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* Collects what libav says on the calling thread at level error, one line a message, until it is
 * given NULL. */
void leat_av_listen(GString *heard);

/* The name of the thing inside libav that was heard first, "" when it had none. Valid until the
 * thread listens again. */
const char *leat_av_listen_speaker(void);

/* Ends listening, and frees what was heard. */
void leat_av_listen_end(GString *heard);

/* Ends listening too, and sets an error as leat_av_error_set does, with the last line heard as the
 * cause where there is one. Returns false. */
bool leat_av_error_set_heard(GError **error, int result, GString *heard, const char *format, ...)
    G_GNUC_PRINTF(4, 5);

/* How many threads libav may use where `asked` were asked for, 0 for one a core: up to 16. In a
 * build for ThreadSanitizer it is one, since that cannot see how libav's threads agree: our own are
 * what it is to judge. */
int leat_av_threads(unsigned asked);

static inline AVRational leat_av_rational(LeatRational r)
{
    return (AVRational){r.num, r.den};
}

static inline LeatRational leat_rational_from_av(AVRational r)
{
    return (LeatRational){r.num, r.den};
}

/* FFmpeg has second names for full-range formats ("yuvj420p"). The plain name of a format, itself
 * when it is one. */
enum AVPixelFormat leat_format_plain(enum AVPixelFormat format);
bool leat_format_is_full_range(enum AVPixelFormat format);

/* New codec parameters for a stream; NULL with LEAT_ERROR_UNSUPPORTED for a codec or pixel format
 * that FFmpeg does not know, INVALID for sizes it refuses. Free with avcodec_parameters_free. */
AVCodecParameters *leat_stream_to_parameters(const LeatStreamInfo *stream, GError **error);

/* The stream that an opened encoder makes. Clear it with leat_stream_info_clear. */
void leat_stream_from_encoder(LeatStreamInfo *stream, const AVCodecContext *encoder);

#endif
