/* SPDX-License-Identifier: MIT */
/* What it costs to hand a frame from one stage to the next; bench/hop runs it and prints a table.
 *
 * One thread hands a frame to another, which hands it back; each hop is timed from the call that
 * offers to the return of the call that takes. A taker of a link of the pipeline sleeps until the
 * frame comes, as a live stage does. That is the hand-over and the machine's waking of a sleeping
 * thread together, and so three more ways tell them apart: a taker that looks without sleeping pays
 * the hand-over alone; a bare futex, with nothing handed over, the waking alone; and with both
 * threads on one core no other core has to be woken. A pipe is what a program would use that has
 * only the kernel. Last, frame after frame in a flow, as at --pace fast. usage: hop [HOPS] */
#include "base/clock.h"
#include "base/histogram.h"
#include "base/quantity.h"
#include "concurrency/thread.h"
#include "media/test-pattern.h"
#include "pipeline/link.h"

#include <glib.h>
#include <linux/futex.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

/* From one thread to the other, by whichever means. */
typedef struct {
    LeatLink *link;
    int pipe[2];
    LeatFrame *frame; /* the futex's */
    _Atomic uint32_t full;
} Channel;

typedef struct {
    const char *name;
    void (*give)(Channel *channel, LeatFrame *frame);
    LeatFrame *(*take)(Channel *channel);
    bool one_core;
    int fewer; /* hops by so many times: whoever is awake may keep the other from its core */
} Way;

static void give_link(Channel *channel, LeatFrame *frame)
{
    leat_link_offer(channel->link, frame, LEAT_FOREVER, NULL);
}

static LeatFrame *take_link(Channel *channel)
{
    LeatFrame *frame = NULL;
    leat_link_take(channel->link, &frame, LEAT_FOREVER);
    return frame;
}

static LeatFrame *take_link_awake(Channel *channel)
{
    LeatFrame *frame = NULL;
    while (leat_link_take(channel->link, &frame, 0) != LEAT_QUEUE_OK)
        ;
    return frame;
}

static void give_futex(Channel *channel, LeatFrame *frame)
{
    channel->frame = frame;
    atomic_store(&channel->full, 1);
    syscall(SYS_futex, &channel->full, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

static LeatFrame *take_futex(Channel *channel)
{
    while (!atomic_exchange(&channel->full, 0))
        syscall(SYS_futex, &channel->full, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
    return channel->frame;
}

static void give_pipe(Channel *channel, LeatFrame *frame)
{
    if (write(channel->pipe[1], &frame, sizeof(frame)) != sizeof(frame))
        abort();
}

static LeatFrame *take_pipe(Channel *channel)
{
    LeatFrame *frame;
    if (read(channel->pipe[0], &frame, sizeof(frame)) != sizeof(frame))
        abort();
    return frame;
}

static const Way ways[] = {
    {"waiting", give_link, take_link, false, 1},
    {"bare", give_futex, take_futex, false, 1},
    {"waiting_one_core", give_link, take_link, true, 1},
    {"bare_one_core", give_futex, take_futex, true, 1},
    {"awake", give_link, take_link_awake, false, 10},
    {"pipe", give_pipe, take_pipe, false, 1},
};

typedef struct {
    Channel there, back;
    LeatHistogram *times[G_N_ELEMENTS(ways)], *flowing;
    cpu_set_t all_cores, one_core;
    _Atomic int64_t offered_ns;
    int hops;
} Bench;

static void choose_cores(const Bench *bench, const Way *way)
{
    const cpu_set_t *cores = way->one_core ? &bench->one_core : &bench->all_cores;
    sched_setaffinity(0, sizeof(*cores), cores);
}

static void take_all(void *data)
{
    Bench *bench = data;
    for (size_t w = 0; w < G_N_ELEMENTS(ways); w++) {
        choose_cores(bench, &ways[w]);
        for (int i = 0; i < bench->hops / ways[w].fewer; i++) {
            LeatFrame *frame = ways[w].take(&bench->there);
            leat_histogram_record(bench->times[w], leat_clock_now_ns() - bench->offered_ns);
            ways[w].give(&bench->back, frame);
        }
    }
    int64_t last_ns = 0;
    for (int i = 0; i < bench->hops; i++) {
        LeatFrame *frame = take_link(&bench->there);
        int64_t now_ns = leat_clock_now_ns();
        if (i > 0)
            leat_histogram_record(bench->flowing, now_ns - last_ns);
        last_ns = now_ns;
        leat_frame_unref(frame);
    }
}

static void offer_all(Bench *bench, LeatFrame *frame)
{
    for (size_t w = 0; w < G_N_ELEMENTS(ways); w++) {
        choose_cores(bench, &ways[w]);
        for (int i = 0; i < bench->hops / ways[w].fewer; i++) {
            bench->offered_ns = leat_clock_now_ns();
            ways[w].give(&bench->there, frame);
            frame = ways[w].take(&bench->back);
        }
    }
    for (int i = 0; i < bench->hops; i++)
        give_link(&bench->there, leat_frame_ref(frame));
    leat_frame_unref(frame);
}

static void print(const char *name, LeatHistogram *histogram)
{
    printf("  \"%s_us\": {\"p50\": %.2f, \"p99\": %.2f},\n", name,
           (double)leat_histogram_percentile(histogram, 0.5) / 1000,
           (double)leat_histogram_percentile(histogram, 0.99) / 1000);
    leat_histogram_free(histogram);
}

static void find_cores(Bench *bench)
{
    int first = 0;
    sched_getaffinity(0, sizeof(bench->all_cores), &bench->all_cores);
    while (!CPU_ISSET(first, &bench->all_cores))
        first++;
    CPU_ZERO(&bench->one_core);
    CPU_SET(first, &bench->one_core);
}

static bool open_channel(Channel *channel, const char *name)
{
    LeatQueueLimits limits = {8, (size_t)48 * 1024 * 1024};
    channel->link = leat_link_new(name, LEAT_LINK_EVERY, limits, NULL, NULL);
    return channel->link && pipe(channel->pipe) == 0;
}

int main(int argc, char **argv)
{
    int64_t hops = 100000;
    GError *error = NULL;
    if (argc > 1 && !leat_parse_integer(argv[1], 1, INT32_MAX, &hops, &error)) {
        fprintf(stderr, "%s\n", error->message);
        return 2;
    }
    Bench bench = {.hops = (int)hops};
    bench.flowing = leat_histogram_new(NULL);
    for (size_t w = 0; w < G_N_ELEMENTS(ways); w++)
        bench.times[w] = leat_histogram_new(NULL);
    find_cores(&bench);
    LeatTestPattern *pattern = leat_test_pattern_new(1920, 1080, (LeatRational){30, 1}, NULL);
    LeatFrameTimes times = {.time_base = {1, 30}};
    LeatFrame *frame = leat_test_pattern_draw(pattern, 0, &times, NULL);
    if (!frame || !open_channel(&bench.there, "hop") || !open_channel(&bench.back, "back"))
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
    for (size_t w = 0; w < G_N_ELEMENTS(ways); w++)
        print(ways[w].name, bench.times[w]);
    print("flowing", bench.flowing);
    printf("  \"copied_bytes\": %llu\n}\n",
           (unsigned long long)(leat_frame_copied_bytes() - copied));
    leat_test_pattern_free(pattern);
    leat_link_free(bench.there.link);
    leat_link_free(bench.back.link);
    return 0;
}
