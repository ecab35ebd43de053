/* SPDX-License-Identifier: MIT */
#include "media/muxer.h"

#include "base/error.h"
#include "media/libav.h"

#include <errno.h>
#include <fcntl.h>
#include <libavformat/avformat.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUFFER_BYTES = 256 * 1024 };

struct LeatMuxer {
    char *path;
    int fd;
    int failed_errno; /* of the first write that failed, 0 while none has */
    AVIOContext *io;
    AVFormatContext *context;
    AVPacket *packet;
    int64_t last_dts; /* in the container's ticks */
};

static int on_write(void *data, uint8_t *bytes, int size)
{
    LeatMuxer *muxer = data;
    for (int done = 0; done < size;) {
        ssize_t written = write(muxer->fd, bytes + done, (size_t)(size - done));
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0) {
            if (!muxer->failed_errno)
                muxer->failed_errno = errno;
            return AVERROR(errno);
        }
        done += (int)written;
    }
    return size;
}

static int64_t on_seek(void *data, int64_t offset, int whence)
{
    LeatMuxer *muxer = data;
    struct stat info;
    if (whence & AVSEEK_SIZE)
        return fstat(muxer->fd, &info) == 0 ? info.st_size : AVERROR(errno);
    off_t position = lseek(muxer->fd, offset, whence & ~AVSEEK_FORCE);
    return position < 0 ? AVERROR(errno) : position;
}

/* Where libavformat does not say that its I/O failed, we do. */
static bool fail(const LeatMuxer *muxer, int result, GError **error)
{
    if (muxer->failed_errno)
        leat_error_set_errno(error, muxer->failed_errno, "cannot write %s", muxer->path);
    else
        leat_av_error_set(error, result, "cannot write %s", muxer->path);
    return false;
}

static const char *container_of(const char *path)
{
    if (g_str_has_suffix(path, ".mkv"))
        return "matroska";
    return g_str_has_suffix(path, ".mp4") ? "mp4" : NULL;
}

/* The containers that can hold the codec, for people. */
static const char *containers_for(enum AVCodecID codec)
{
    const AVOutputFormat *mkv = av_guess_format("matroska", NULL, NULL);
    const AVOutputFormat *mp4 = av_guess_format("mp4", NULL, NULL);
    bool in_mkv = mkv && avformat_query_codec(mkv, codec, FF_COMPLIANCE_NORMAL) == 1;
    bool in_mp4 = mp4 && avformat_query_codec(mp4, codec, FF_COMPLIANCE_NORMAL) == 1;
    if (in_mkv && in_mp4)
        return "a name that ends in .mkv or .mp4";
    if (in_mkv)
        return "a name that ends in .mkv";
    return in_mp4 ? "a name that ends in .mp4" : "another codec";
}

static bool add_stream(LeatMuxer *muxer, const LeatStreamInfo *info, GError **error)
{
    AVCodecParameters *parameters = leat_stream_to_parameters(info, error);
    if (!parameters)
        return false;
    const AVOutputFormat *format = muxer->context->oformat;
    bool held = avformat_query_codec(format, parameters->codec_id, FF_COMPLIANCE_NORMAL) == 1;
    if (parameters->codec_id == AV_CODEC_ID_RAWVIDEO && !parameters->codec_tag)
        held = false;
    if (!held) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_UNSUPPORTED,
                    "cannot write %s: this kind of file cannot hold %s%s%s; choose %s", muxer->path,
                    info->codec, parameters->codec_id == AV_CODEC_ID_RAWVIDEO ? " of " : "",
                    parameters->codec_id == AV_CODEC_ID_RAWVIDEO ? info->pixel_format : "",
                    containers_for(parameters->codec_id));
        avcodec_parameters_free(&parameters);
        return false;
    }
    AVStream *stream = avformat_new_stream(muxer->context, NULL);
    int result = stream ? avcodec_parameters_copy(stream->codecpar, parameters) : AVERROR(ENOMEM);
    avcodec_parameters_free(&parameters);
    if (result < 0)
        return fail(muxer, result, error);
    stream->time_base = leat_av_rational(info->time_base);
    if (leat_rational_is_set(info->rate))
        stream->avg_frame_rate = stream->r_frame_rate = leat_av_rational(info->rate);
    if (leat_rational_is_set(info->sample_aspect))
        stream->sample_aspect_ratio = leat_av_rational(info->sample_aspect);
    return true;
}

static bool open_container(LeatMuxer *muxer, const LeatStreamInfo *stream, GError **error)
{
    const char *container = container_of(muxer->path);
    if (!container) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                    "cannot write %s: the name must end in .mkv or .mp4", muxer->path);
        return false;
    }
    int result = avformat_alloc_output_context2(&muxer->context, NULL, container, NULL);
    if (result < 0)
        return fail(muxer, result, error);
    /* The same packets make the same file. */
    muxer->context->flags |= AVFMT_FLAG_BITEXACT;
    muxer->context->avoid_negative_ts = AVFMT_AVOID_NEG_TS_MAKE_NON_NEGATIVE;
    return add_stream(muxer, stream, error);
}

static bool open_file(LeatMuxer *muxer, GError **error)
{
    muxer->fd = open(muxer->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (muxer->fd < 0) {
        int code = errno;
        if (code == EEXIST)
            g_set_error(error, LEAT_ERROR, LEAT_ERROR_EXISTS,
                        "cannot write %s: it is there already; remove it or choose another name",
                        muxer->path);
        else
            leat_error_set_errno(error, code, "cannot create %s", muxer->path);
        return false;
    }
    uint8_t *buffer = av_malloc(BUFFER_BYTES);
    if (buffer)
        muxer->io = avio_alloc_context(buffer, BUFFER_BYTES, 1, muxer, NULL, on_write, on_seek);
    if (!muxer->io) {
        av_free(buffer);
        leat_error_no_memory(error, BUFFER_BYTES, "a file's buffer");
        return false;
    }
    muxer->context->pb = muxer->io;
    return true;
}

static bool write_header(LeatMuxer *muxer, GError **error)
{
    GString *heard = g_string_new(NULL);
    leat_av_listen(heard);
    int result = avformat_write_header(muxer->context, NULL);
    if (result < 0 && !muxer->failed_errno)
        return leat_av_error_set_heard(error, result, heard, "cannot write %s", muxer->path);
    leat_av_listen_end(heard);
    return result >= 0 || fail(muxer, result, error);
}

LeatMuxer *leat_muxer_open(const char *path, const LeatStreamInfo *stream, GError **error)
{
    LeatMuxer *muxer = calloc(1, sizeof *muxer);
    if (!muxer)
        return leat_error_no_memory(error, sizeof *muxer, "a file's description");
    muxer->path = g_strdup(path);
    muxer->fd = -1;
    muxer->last_dts = INT64_MIN;
    muxer->packet = av_packet_alloc();
    if (!muxer->packet) {
        leat_muxer_abandon(muxer);
        return leat_error_no_memory(error, sizeof *muxer->packet, "a packet");
    }
    if (!open_container(muxer, stream, error) || !open_file(muxer, error) ||
        !write_header(muxer, error)) {
        leat_muxer_abandon(muxer);
        return NULL;
    }
    return muxer;
}

bool leat_muxer_write(LeatMuxer *muxer, const LeatPacket *packet, GError **error)
{
    if (packet->size > INT_MAX) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_UNSUPPORTED,
                    "cannot write %s: frame %" G_GINT64_FORMAT " has %zu bytes", muxer->path,
                    packet->times.seq, packet->size);
        return false;
    }
    AVPacket *out = muxer->packet;
    av_packet_unref(out);
    /* libavformat does not write into a packet that is not reference counted. */
    out->data = (uint8_t *)packet->data;
    out->size = (int)packet->size;
    out->flags = packet->key ? AV_PKT_FLAG_KEY : 0;
    out->pts = packet->times.pts;
    out->dts = packet->dts;
    out->duration = packet->duration;
    av_packet_rescale_ts(out, leat_av_rational(packet->times.time_base),
                         muxer->context->streams[0]->time_base);
    /* Containers want rising times; ones that are equal after rounding move by a tick. */
    if (out->dts <= muxer->last_dts) {
        out->dts = muxer->last_dts + 1;
        out->pts = MAX(out->pts, out->dts);
    }
    muxer->last_dts = out->dts;
    int result = av_write_frame(muxer->context, out);
    if (result >= 0 && muxer->failed_errno)
        result = AVERROR(muxer->failed_errno);
    return result >= 0 || fail(muxer, result, error);
}

static void free_muxer(LeatMuxer *muxer)
{
    avformat_free_context(muxer->context);
    if (muxer->io)
        av_freep(&muxer->io->buffer);
    avio_context_free(&muxer->io);
    av_packet_free(&muxer->packet);
    g_free(muxer->path);
    free(muxer);
}

bool leat_muxer_finish(LeatMuxer *muxer, GError **error)
{
    int result = av_write_trailer(muxer->context);
    avio_flush(muxer->io);
    int fd = muxer->fd;
    muxer->fd = -1;
    if (close(fd) != 0 && !muxer->failed_errno)
        muxer->failed_errno = errno;
    bool whole = result >= 0 && !muxer->failed_errno;
    if (!whole) {
        fail(muxer, result, error);
        unlink(muxer->path);
    }
    free_muxer(muxer);
    return whole;
}

void leat_muxer_abandon(LeatMuxer *muxer)
{
    if (!muxer)
        return;
    if (muxer->fd >= 0) {
        close(muxer->fd);
        unlink(muxer->path);
    }
    free_muxer(muxer);
}
