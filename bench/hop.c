/* SPDX-License-Identifier: MIT */
/* What it costs to hand a frame from one stage to the next; bench/hop runs it and prints a table.
 * One thread offers frames to a link of
 * the pipeline, another takes them; each hop is timed from the call that offers to the return of
 * the call that takes, once with a taker that waits for each frame, as a live stage does (this
 * includes the kernel's wake-up of a sleeping thread), and once in a flow, as at --pace fast.
 *
 * Beside them, in the same run: the same hand-over through a pipe, as a program would do it that
 * has only the kernel. usage: hop [HOPS] */
#include "base/clock.h"
#include "base/histogram.h"
#include "concurrency/thread.h"
#include "media/test-pattern.h"
#include "pipeline/link.h"

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct {
    LeatLink *link; /* the hop that is measured */
    LeatLink *back; /* the same frame goes back, so that the offering side can wait */
    int pipe[2], pipe_back[2];
    LeatHistogram *waiting, *flowing, *piped;
    _Atomic int64_t offered_ns;
    int hops;
} Bench;

static void take_all(void *data)
{
    Bench *bench = data;
    LeatFrame *frame = NULL;
    for (int i = 0; i < bench->hops; i++) {
        leat_link_take(bench->link, &frame, LEAT_FOREVER);
        leat_histogram_record(bench->waiting, leat_clock_now_ns() - bench->offered_ns);
        leat_link_offer(bench->back, frame, LEAT_FOREVER, NULL);
    }
    int64_t last_ns = 0;
    for (int i = 0; i < bench->hops; i++) {
        leat_link_take(bench->link, &frame, LEAT_FOREVER);
        int64_t now_ns = leat_clock_now_ns();
        if (i > 0)
            leat_histogram_record(bench->flowing, now_ns - last_ns);
        last_ns = now_ns;
        leat_frame_unref(frame);
    }
    for (int i = 0; i < bench->hops; i++) {
        if (read(bench->pipe[0], &frame, sizeof(frame)) != sizeof(frame))
            abort();
        leat_histogram_record(bench->piped, leat_clock_now_ns() - bench->offered_ns);
        if (write(bench->pipe_back[1], &frame, sizeof(frame)) != sizeof(frame))
            abort();
    }
}

static void offer_all(Bench *bench, LeatFrame *frame)
{
    for (int i = 0; i < bench->hops; i++) {
        bench->offered_ns = leat_clock_now_ns();
        leat_link_offer(bench->link, frame, LEAT_FOREVER, NULL);
        leat_link_take(bench->back, &frame, LEAT_FOREVER);
    }
    for (int i = 0; i < bench->hops; i++)
        leat_link_offer(bench->link, leat_frame_ref(frame), LEAT_FOREVER, NULL);
    for (int i = 0; i < bench->hops; i++) {
        bench->offered_ns = leat_clock_now_ns();
        if (write(bench->pipe[1], &frame, sizeof(frame)) != sizeof(frame) ||
            read(bench->pipe_back[0], &frame, sizeof(frame)) != sizeof(frame))
            abort();
    }
    leat_frame_unref(frame);
}

static void print(const char *name, const LeatHistogram *histogram, const char *end)
{
    printf("  \"%s_us\": {\"p50\": %.2f, \"p99\": %.2f}%s\n", name,
           (double)leat_histogram_percentile(histogram, 0.5) / 1000,
           (double)leat_histogram_percentile(histogram, 0.99) / 1000, end);
}

int main(int argc, char **argv)
{
    Bench bench = {.hops = argc > 1 ? atoi(argv[1]) : 100000};
    LeatQueueLimits limits = {8, 48 * 1024 * 1024};
    bench.link = leat_link_new("hop", LEAT_LINK_EVERY, limits, NULL, NULL);
    bench.back = leat_link_new("back", LEAT_LINK_EVERY, limits, NULL, NULL);
    bench.waiting = leat_histogram_new(NULL);
    bench.flowing = leat_histogram_new(NULL);
    bench.piped = leat_histogram_new(NULL);
    LeatTestPattern *pattern = leat_test_pattern_new(1920, 1080, (LeatRational){30, 1}, NULL);
    LeatFrameTimes times = {.time_base = {1, 30}};
    LeatFrame *frame = leat_test_pattern_draw(pattern, 0, &times, NULL);
    if (!frame || pipe(bench.pipe) < 0 || pipe(bench.pipe_back) < 0)
        return 1;

    uint64_t copied = leat_frame_copied_bytes();
    leat_thread_adopt("offer", LEAT_THREAD_LIVE);
    LeatThread *taker = leat_thread_new("take", LEAT_THREAD_LIVE, take_all, &bench, NULL);
    if (!taker || !leat_thread_start(taker, NULL))
        return 1;
    offer_all(&bench, frame);
    leat_thread_free(taker);

    printf("{\n  \"bench\": \"hop\", \"hops\": %d, \"frame_bytes\": %d,\n", bench.hops,
           1920 * 1080 * 3 / 2);
    print("waiting", bench.waiting, ",");
    print("flowing", bench.flowing, ",");
    print("pipe", bench.piped, ",");
    printf("  \"copied_bytes\": %llu\n}\n",
           (unsigned long long)(leat_frame_copied_bytes() - copied));
    leat_histogram_free(bench.waiting);
    leat_histogram_free(bench.flowing);
    leat_histogram_free(bench.piped);
    leat_test_pattern_free(pattern);
    leat_link_free(bench.link);
    leat_link_free(bench.back);
    return 0;
}
