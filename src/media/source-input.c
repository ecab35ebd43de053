/* SPDX-License-Identifier: MIT */
#include "media/source-input.h"

#include "base/clock.h"
#include "base/error.h"
#include "media/libav.h"
#include "media/screen-display.h"
#include "media/screen-grabber.h"

#include <errno.h>
#include <libavutil/opt.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Closing may say goodbye to a server, but not wait for one that is gone. */
#define GOODBYE_NS (LEAT_NS_PER_S / 4)

#define HOST_BYTES 512

/* x11grab sleeps to keep its rate, deaf to any cancel; at this rate it hardly does, and the reader
 * keeps the rate that was asked for. */
#define SCREEN_RATE "1000"

static int on_interrupt(void *data)
{
    LeatInterrupt *interrupt = data;
    if (leat_cancel_is_set(interrupt->cancel))
        return 1;
    if (interrupt->deadline_ns == LEAT_FOREVER || leat_clock_now_ns() < interrupt->deadline_ns)
        return 0;
    interrupt->late = true;
    return 1;
}

static void set_patience(LeatInput *input, int64_t patience_ns)
{
    input->interrupt.deadline_ns = leat_clock_deadline_ns(patience_ns);
    input->interrupt.late = false;
}

static bool fail(const LeatInput *input, GError **error, LeatError code, const char *cause)
{
    g_set_error(error, LEAT_ERROR, (int)code, "cannot open %s %s: %s",
                leat_source_kind_name(input->spec->kind), input->spec->shown, cause);
    return false;
}

/* What libavformat would tell with less care, or not at all. */
static bool check_file(LeatInput *input, bool *is_pipe, GError **error)
{
    const char *path = input->spec->target;
    struct stat about;

    if (stat(path, &about) != 0) {
        /* It may be the pattern of a row of images. */
        if (errno == ENOENT && strchr(path, '%'))
            return true;
        if (errno == ENOENT)
            return fail(input, error, LEAT_ERROR_NOT_FOUND, "no such file; check the path");
        leat_error_set_errno(error, errno, "cannot open file %s", input->spec->shown);
        return false;
    }
    if (S_ISDIR(about.st_mode))
        return fail(input, error, LEAT_ERROR_INVALID, "it is a folder; give a file in it");
    if (S_ISREG(about.st_mode) && about.st_size == 0)
        return fail(input, error, LEAT_ERROR_CORRUPT, "it is empty; get it again");
    if (access(path, R_OK) != 0 && errno == EACCES)
        return fail(input, error, LEAT_ERROR_PERMISSION,
                    "permission denied; ask its owner to let you read it (chmod +r)");
    *is_pipe = !S_ISREG(about.st_mode) && !S_ISBLK(about.st_mode);
    return true;
}

static bool open_demuxer(LeatInput *input, const char *url, const AVInputFormat *format,
                         AVDictionary **options, GError **error)
{
    input->demuxer = avformat_alloc_context();
    if (!input->demuxer) {
        leat_error_no_memory(error, sizeof *input->demuxer, "a demuxer");
        return false;
    }
    input->demuxer->interrupt_callback = (AVIOInterruptCB){on_interrupt, &input->interrupt};
    if (input->pipe)
        input->demuxer->pb = input->pipe;

    g_autoptr(GString) heard = g_string_new(NULL);
    leat_av_listen(heard);
    int result = avformat_open_input(&input->demuxer, url, format, options);
    leat_av_listen(NULL);
    return result >= 0 || leat_input_fail(input, error, "open", result, heard->str);
}

static bool open_file(LeatInput *input, GError **error)
{
    bool is_pipe = false;
    if (!check_file(input, &is_pipe, error))
        return false;
    if (is_pipe) {
        input->pipe = leat_pipe_open(input->spec->target, input->interrupt.cancel, error);
        if (!input->pipe)
            return false;
    }
    /* So that a name with a colon is not taken for an address. */
    g_autofree char *url = g_strconcat("file:", input->spec->target, NULL);
    input->finite = true;
    return open_demuxer(input, url, NULL, NULL, error);
}

static bool is_known_scheme(const char *address)
{
    static const char *const by_demuxer[] = {"rtsp://", "rtsps://", "sap://"};
    for (size_t i = 0; i < G_N_ELEMENTS(by_demuxer); i++)
        if (g_ascii_strncasecmp(address, by_demuxer[i], strlen(by_demuxer[i])) == 0)
            return true;
    return avio_find_protocol_name(address) != NULL;
}

static bool check_host(const LeatInput *input, GError **error)
{
    const char *address = input->spec->target;
    char host[HOST_BYTES] = "";
    /* A proxy looks names up itself. */
    if (g_str_has_prefix(address, "http") && (g_getenv("http_proxy") || g_getenv("https_proxy")))
        return true;
    av_url_split(NULL, 0, NULL, 0, host, sizeof host, NULL, NULL, 0, address);
    return leat_host_check(input->spec, host, input->interrupt.cancel, error);
}

static bool open_stream(LeatInput *input, GError **error)
{
    const LeatSourceSpec *spec = input->spec;
    if (!is_known_scheme(spec->target))
        return fail(input, error, LEAT_ERROR_UNSUPPORTED,
                    "this FFmpeg knows no such kind of address; use rtsp://, http:// or https://");
    if (!check_host(input, error))
        return false;

    AVDictionary *options = NULL;
    av_dict_set(&options, "rtsp_transport", "tcp", 0);
    set_patience(input, LEAT_INPUT_PATIENCE_NS);
    bool opened = open_demuxer(input, spec->target, NULL, &options, error);
    av_dict_free(&options);
    if (!opened)
        return false;
    bool ended_list =
        strcmp(input->demuxer->iformat->name, "hls") == 0 && input->demuxer->duration > 0;
    input->finite = ended_list || (input->demuxer->pb && avio_size(input->demuxer->pb) > 0);
    return true;
}

/* x11grab waits for a display without end, so it is only let at one that answers, and watched. */
static bool check_display(LeatInput *input, const char *name, GError **error)
{
    LeatCancel *cancel = input->interrupt.cancel;
    LeatDisplay display;
    if (!leat_display_parse(&display, name))
        return true;
    if (*display.host && !leat_host_check(input->spec, display.host, cancel, error))
        return false;
    int answer = leat_display_wait(&display, cancel, LEAT_INPUT_PATIENCE_NS);
    input->interrupt.late = answer == 0;
    if (answer <= 0)
        return leat_input_fail(input, error, "open", AVERROR_EXIT, NULL);
    input->watch = leat_screen_watch_new(&display, cancel, error);
    return input->watch && leat_cancel_check(cancel, error);
}

static bool open_screen(LeatInput *input, const LeatSourceRequest *request, GError **error)
{
    const char *display = input->spec->target ? input->spec->target : g_getenv("DISPLAY");
    if (!display || !*display)
        return fail(input, error, LEAT_ERROR_NOT_FOUND,
                    "there is no display here (DISPLAY is not set); run it in a desktop session, "
                    "or name a display, as in screen::0");
    g_autofree char *cause = NULL;
    const AVInputFormat *grabber = leat_screen_grabber(&cause);
    if (!grabber)
        return fail(input, error, LEAT_ERROR_UNSUPPORTED, cause);
    if (!check_display(input, display, error))
        return false;

    AVDictionary *options = NULL;
    av_dict_set(&options, "framerate", SCREEN_RATE, 0);
    av_dict_set(&options, "draw_mouse", "1", 0);
    if (request->width && request->height) {
        g_autofree char *size = g_strdup_printf("%dx%d", request->width, request->height);
        av_dict_set(&options, "video_size", size, 0);
    }
    bool opened = open_demuxer(input, display, grabber, &options, error);
    av_dict_free(&options);
    if (opened && input->watch)
        leat_screen_watch_opened(input->watch);
    return opened;
}

/* libavformat takes texts and pictures made of letters for video. */
static bool is_text_art(enum AVCodecID codec)
{
    return codec == AV_CODEC_ID_ANSI || codec == AV_CODEC_ID_XBIN || codec == AV_CODEC_ID_IDF ||
           codec == AV_CODEC_ID_BINTEXT;
}

static bool find_stream(LeatInput *input, GError **error)
{
    if (input->spec->kind != LEAT_SOURCE_SCREEN) {
        if (input->spec->kind == LEAT_SOURCE_STREAM)
            set_patience(input, LEAT_INPUT_PATIENCE_NS);
        g_autoptr(GString) heard = g_string_new(NULL);
        leat_av_listen(heard);
        int result = avformat_find_stream_info(input->demuxer, NULL);
        leat_av_listen(NULL);
        if (result < 0 || on_interrupt(&input->interrupt))
            return leat_input_fail(input, error, "open", result, heard->str);
    }
    int index = av_find_best_stream(input->demuxer, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);
    if (index >= 0)
        input->stream = input->demuxer->streams[index];
    if (!input->stream || (input->stream->disposition & AV_DISPOSITION_ATTACHED_PIC))
        return fail(input, error, LEAT_ERROR_CORRUPT,
                    input->demuxer->nb_streams > 0 ? "it has no video, only sound or text"
                                                   : "it has no video that FFmpeg can find");
    const AVCodecParameters *about = input->stream->codecpar;
    if (is_text_art(about->codec_id))
        return fail(input, error, LEAT_ERROR_CORRUPT, "it is not a video but a text");
    if (about->width < 1 || about->height < 1)
        return fail(input, error, LEAT_ERROR_CORRUPT,
                    "no picture can be found in it; it is damaged, or not a video");
    if (about->width > LEAT_MAX_EDGE || about->height > LEAT_MAX_EDGE) {
        g_autofree char *cause =
            g_strdup_printf("its pictures are %dx%d; Leat takes up to %dx%d px", about->width,
                            about->height, LEAT_MAX_EDGE, LEAT_MAX_EDGE);
        return fail(input, error, LEAT_ERROR_UNSUPPORTED, cause);
    }
    for (unsigned i = 0; i < input->demuxer->nb_streams; i++)
        if (input->demuxer->streams[i] != input->stream)
            input->demuxer->streams[i]->discard = AVDISCARD_ALL;
    return true;
}

/* Decoding frames side by side helps most, but each waits for the next ones to come: for files
 * only. And until FFmpeg 8, a picture of H.264 may then be handed out before its damage is marked.
 */
static bool marks_damage_at_once(const AVCodec *codec)
{
    return codec->id != AV_CODEC_ID_H264 || LIBAVCODEC_VERSION_MAJOR >= 62;
}

static bool open_decoder(LeatInput *input, GError **error)
{
    const AVCodecParameters *about = input->stream->codecpar;
    const AVCodec *codec = avcodec_find_decoder(about->codec_id);
    if (!codec) {
        g_autofree char *cause =
            g_strdup_printf("this FFmpeg has no decoder for its codec, %s; convert it with the "
                            "program that made it",
                            avcodec_get_name(about->codec_id));
        return fail(input, error, LEAT_ERROR_UNSUPPORTED, cause);
    }
    input->decoder = avcodec_alloc_context3(codec);
    if (!input->decoder) {
        leat_error_no_memory(error, sizeof *input->decoder, "a decoder");
        return false;
    }
    if (!(input->pixels = leat_pixel_pool_new(error)))
        return false;
    int result = avcodec_parameters_to_context(input->decoder, about);
    leat_pixel_pool_serve(input->pixels, input->decoder);
    input->decoder->pkt_timebase = input->stream->time_base;
    input->decoder->max_pixels = (int64_t)LEAT_MAX_EDGE * LEAT_MAX_EDGE;
    input->decoder->thread_count = leat_av_threads(0);
    input->decoder->thread_type = FF_THREAD_SLICE;
    if (input->finite && marks_damage_at_once(codec))
        input->decoder->thread_type |= FF_THREAD_FRAME;
    if (result >= 0)
        result = avcodec_open2(input->decoder, codec, NULL);
    return result >= 0 || leat_input_fail(input, error, "decode", result, NULL);
}

bool leat_input_open(LeatInput *input, const LeatSourceSpec *spec, const LeatSourceRequest *request,
                     LeatCancel *cancel, GError **error)
{
    input->spec = spec;
    input->interrupt = (LeatInterrupt){.cancel = cancel, .deadline_ns = LEAT_FOREVER};

    bool opened = spec->kind == LEAT_SOURCE_STREAM   ? open_stream(input, error)
                  : spec->kind == LEAT_SOURCE_SCREEN ? open_screen(input, request, error)
                                                     : open_file(input, error);
    return opened && find_stream(input, error) && open_decoder(input, error);
}

void leat_input_close(LeatInput *input)
{
    set_patience(input, GOODBYE_NS);
    avcodec_free_context(&input->decoder);
    leat_pixel_pool_free(input->pixels);
    input->pixels = NULL;
    leat_screen_watch_free(input->watch);
    input->watch = NULL;
    avformat_close_input(&input->demuxer);
    leat_pipe_close(input->pipe);
    input->pipe = NULL;
}

int leat_input_read(LeatInput *input, AVPacket *packet, int64_t patience_ns)
{
    set_patience(input, patience_ns);
    for (;;) {
        int result = av_read_frame(input->demuxer, packet);
        if (result < 0)
            return on_interrupt(&input->interrupt) ? AVERROR_EXIT : result;
        if (packet->stream_index == input->stream->index)
            return 0;
        av_packet_unref(packet);
    }
}

int64_t leat_input_duration_ns(const LeatInput *input)
{
    const AVStream *stream = input->stream;
    const AVFormatContext *demuxer = input->demuxer;
    if (stream->duration > 0)
        return leat_ticks_to_ns(stream->duration, leat_rational_from_av(stream->time_base));
    if (demuxer->duration > 0 && demuxer->duration_estimation_method != AVFMT_DURATION_FROM_BITRATE)
        return leat_ticks_to_ns(demuxer->duration, (LeatRational){1, AV_TIME_BASE});
    return 0;
}
