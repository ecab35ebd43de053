/* SPDX-License-Identifier: MIT */
/* seek LIBRARY RECORDING VIDEO FRAMES...: goes to each frame with Leat's player and, in turns, with
 * FFmpeg's libraries in VIDEO, the same recording exported (30 frames/s); both until the picture is
 * there as bgra of its own size. Prints the times as JSON. */
#include "app/player.h"
#include "base/clock.h"
#include "base/histogram.h"
#include "base/quantity.h"

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswscale/swscale.h>
#include <stdio.h>
#include <stdlib.h>

#define RATE 30

static int64_t shown = -1;

static void present(LeatFrame *picture, void *data)
{
    (void)data;
    shown = leat_frame_times(picture).seq;
}

static void wait_for(int64_t seq)
{
    while (shown != seq)
        g_main_context_iteration(NULL, TRUE);
}

typedef struct {
    AVFormatContext *format;
    AVCodecContext *decoder;
    struct SwsContext *scaler;
    AVPacket *packet;
    AVFrame *frame, *picture;
} Video;

static void check(int result, const char *what)
{
    if (result >= 0)
        return;
    fprintf(stderr, "seek: %s: %s\n", what, av_err2str(result));
    exit(1);
}

static Video open_video(const char *path)
{
    Video video = {
        .packet = av_packet_alloc(), .frame = av_frame_alloc(), .picture = av_frame_alloc()};
    const AVCodecParameters *parameters;

    check(avformat_open_input(&video.format, path, NULL, NULL), path);
    check(avformat_find_stream_info(video.format, NULL), path);
    parameters = video.format->streams[0]->codecpar;
    video.decoder = avcodec_alloc_context3(avcodec_find_decoder(parameters->codec_id));
    avcodec_parameters_to_context(video.decoder, parameters);
    video.decoder->thread_type = FF_THREAD_SLICE;
    check(avcodec_open2(video.decoder, NULL, NULL), "decoder");
    video.picture->width = parameters->width;
    video.picture->height = parameters->height;
    video.picture->format = AV_PIX_FMT_BGRA;
    check(av_frame_get_buffer(video.picture, 0), "picture");
    return video;
}

static void convert(Video *video)
{
    AVFrame *frame = video->frame;

    video->scaler = sws_getCachedContext(video->scaler, frame->width, frame->height, frame->format,
                                         frame->width, frame->height, AV_PIX_FMT_BGRA, SWS_BILINEAR,
                                         NULL, NULL, NULL);
    sws_scale(video->scaler, (const uint8_t *const *)frame->data, frame->linesize, 0, frame->height,
              video->picture->data, video->picture->linesize);
}

/* True when this is the frame, or one after it. */
static bool decode(Video *video, int64_t wanted)
{
    check(av_read_frame(video->format, video->packet), "read");
    check(avcodec_send_packet(video->decoder, video->packet), "decode");
    av_packet_unref(video->packet);
    while (avcodec_receive_frame(video->decoder, video->frame) >= 0)
        if (video->frame->pts >= wanted)
            return true;
    return false;
}

static void seek_video(Video *video, int64_t seq)
{
    AVRational base = video->format->streams[0]->time_base;
    int64_t wanted = av_rescale_q_rnd(seq, (AVRational){1, RATE}, base, AV_ROUND_DOWN);

    check(av_seek_frame(video->format, 0, wanted, AVSEEK_FLAG_BACKWARD), "seek");
    avcodec_flush_buffers(video->decoder);
    while (!decode(video, wanted))
        ;
    convert(video);
}

static void print(const char *name, LeatHistogram *times, const char *after)
{
    LeatHistogramSummary summary = leat_histogram_summary(times);

    printf("\"%s\": {\"p50\": %.3f, \"p99\": %.3f, \"max\": %.3f}%s", name, summary.p50,
           summary.p99, summary.max, after);
}

static int64_t number(const char *text)
{
    GError *error = NULL;
    int64_t value = 0;

    if (!leat_parse_integer(text, 0, INT64_MAX, &value, &error)) {
        fprintf(stderr, "%s\n", error->message);
        exit(2);
    }
    return value;
}

int main(int argc, char **argv)
{
    LeatPlayerCallbacks callbacks = {.present = present};
    LeatHistogram *ours = leat_histogram_new(NULL), *theirs = leat_histogram_new(NULL);
    LeatPlayer *player;
    Video video;

    if (argc < 5 || !ours || !theirs) {
        fprintf(stderr, "usage: seek LIBRARY RECORDING VIDEO FRAMES...\n");
        return 2;
    }
    av_log_set_level(AV_LOG_ERROR);
    video = open_video(argv[3]);
    player = leat_player_new(argv[1], number(argv[2]), &callbacks, NULL, NULL);
    leat_player_set_view(player, video.picture->width, video.picture->height);
    wait_for(0);
    for (int i = 4; i < argc; i++) {
        int64_t seq = number(argv[i]), start_ns = leat_clock_now_ns();

        leat_player_seek_frame(player, seq);
        wait_for(seq);
        leat_histogram_record(ours, leat_clock_now_ns() - start_ns);
        start_ns = leat_clock_now_ns();
        seek_video(&video, seq);
        leat_histogram_record(theirs, leat_clock_now_ns() - start_ns);
    }
    leat_player_free(player);
    printf("{");
    print("leat_ms", ours, ", ");
    print("ffmpeg_ms", theirs, "}\n");
    return 0;
}
