/* SPDX-License-Identifier: MIT */
#include "gui/loop-watch.h"

#include "base/log.h"
#include "concurrency/cancel.h"
#include "concurrency/thread.h"
#include "gui/loop-handler.h"
#include "gui/stack-sampler.h"

#include <stdatomic.h>

#define LOOK_EVERY_NS LEAT_NS_PER_MS

/* Who held the loop for longer than the limit. */
typedef struct {
    char *name;
    bool ours;
    int64_t longest_ns;
    int times;
} Culprit;

struct LeatLoopWatch {
    /* Set once. */
    LeatLoopHandlers *handlers;
    LeatCancel *cancel;
    LeatThread *thread;

    /* Written by the main thread. Odd while a turn's handlers run. */
    atomic_uint_least64_t turns;

    /* The watch thread's; the main thread's once it was joined. */
    LeatLoopHandler handler; /* in which the last looks have found the loop */
    int64_t held_ns;         /* by it, so far */
    LeatTimeSpent seen;      /* at the last look */
    GHashTable *culprits;    /* name to Culprit */
};

/* GLib's poll functions are given nothing. Main thread. */
static struct {
    GPollFunc poll;
    LeatLoopWatch *watch;
} watched;

/* A turn's handlers run from the end of one poll to the start of the next. */
static gint watched_poll(GPollFD *fds, guint count, gint timeout)
{
    LeatLoopWatch *watch = watched.watch;
    gint ready;

    if (atomic_load_explicit(&watch->turns, memory_order_relaxed) % 2)
        atomic_fetch_add_explicit(&watch->turns, 1, memory_order_relaxed);
    ready = watched.poll(fds, count, timeout);
    atomic_fetch_add_explicit(&watch->turns, 1, memory_order_relaxed);
    return ready;
}

static void free_culprit(gpointer data)
{
    Culprit *culprit = data;

    g_free(culprit->name);
    g_free(culprit);
}

/* What the handler did is over. */
static void settle(LeatLoopWatch *watch)
{
    int64_t held_ns = watch->held_ns;
    g_autofree char *name = NULL;
    Culprit *culprit;

    watch->held_ns = 0;
    if (held_ns < LEAT_LOOP_LIMIT_NS)
        return;
    name = leat_loop_handler_name(&watch->handler);
    if (watch->handler.holder == LEAT_LOOP_OURS)
        leat_log(LEAT_LOG_WARNING, "loop watch: %s held the main loop for %.1f ms", name,
                 (double)held_ns / (double)LEAT_NS_PER_MS);
    culprit = g_hash_table_lookup(watch->culprits, name);
    if (!culprit) {
        culprit = g_new0(Culprit, 1);
        culprit->name = g_strdup(name);
        culprit->ours = watch->handler.holder == LEAT_LOOP_OURS;
        g_hash_table_insert(watch->culprits, culprit->name, culprit);
    }
    culprit->longest_ns = MAX(culprit->longest_ns, held_ns);
    culprit->times++;
}

/* Time on a core, and, where the thread gave that up by itself, time blocked. To the system inside
 * a virtual machine, time in which the machine itself was stopped looks like time on a core; so a
 * look counts for no more of that than for the time until the next, even if that comes late. */
static int64_t spent_between(const LeatTimeSpent *from, const LeatTimeSpent *to, bool at_lock)
{
    int64_t cpu_ns = to->cpu_ns - from->cpu_ns;
    int64_t queue_ns = to->queue_ns - from->queue_ns;
    int64_t blocked_ns = to->wall_ns - from->wall_ns - cpu_ns - queue_ns;

    /* Who waits long for a lock waits for its holder to get a core. */
    if (at_lock || to->blocks == from->blocks)
        blocked_ns = 0;
    return MIN(cpu_ns, 2 * LOOK_EVERY_NS) + MAX(blocked_ns, 0);
}

static void look(LeatLoopWatch *watch, bool goes_on)
{
    const LeatStackSample *sample = leat_stack_sampler_take(watch->cancel);
    LeatLoopHandler handler;

    if (!sample)
        return;
    handler = leat_loop_handlers_find(watch->handlers, sample->frames, sample->depth);
    if (goes_on && leat_loop_handler_is_same(&handler, &watch->handler)) {
        /* What little it did at one lock all along was to be looked at. */
        if (!watch->handler.at_lock || !handler.at_lock)
            watch->held_ns += spent_between(&watch->seen, &sample->before,
                                            watch->handler.at_lock || handler.at_lock);
        leat_loop_handler_narrow(&watch->handler, &handler);
        watch->handler.at_lock = handler.at_lock;
    } else {
        settle(watch);
        watch->handler = handler;
    }
    watch->seen = sample->after;
}

static void watch_loop(void *data)
{
    LeatLoopWatch *watch = data;
    uint64_t last = 0, looked_at = 0;

    while (!leat_cancel_wait(watch->cancel, LOOK_EVERY_NS)) {
        uint64_t turn = atomic_load_explicit(&watch->turns, memory_order_relaxed);

        if (turn != looked_at)
            settle(watch);
        /* The same handlers as a millisecond ago. */
        if (turn % 2 && turn == last) {
            look(watch, turn == looked_at);
            looked_at = turn;
        }
        last = turn;
    }
    settle(watch);
}

LeatLoopWatch *leat_loop_watch_new(GError **error)
{
    LeatLoopWatch *watch = g_new0(LeatLoopWatch, 1);

    atomic_init(&watch->turns, 0);
    watch->culprits = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_culprit);
    watch->handlers = leat_loop_handlers_new(error);
    if (!watch->handlers || !leat_stack_sampler_open(error))
        goto fail;
    watch->cancel = leat_cancel_new(NULL, error);
    if (watch->cancel)
        watch->thread = leat_thread_new("loop-watch", LEAT_THREAD_LIVE, watch_loop, watch, error);
    if (!watch->thread || !leat_thread_start(watch->thread, error))
        goto close;
    watched.watch = watch;
    watched.poll = g_main_context_get_poll_func(NULL);
    g_main_context_set_poll_func(NULL, watched_poll);
    return watch;

close:
    leat_thread_free(watch->thread);
    leat_cancel_unref(watch->cancel);
    leat_stack_sampler_close();
fail:
    leat_loop_handlers_free(watch->handlers);
    g_hash_table_unref(watch->culprits);
    g_free(watch);
    return NULL;
}

static void sum_up(LeatLoopWatch *watch)
{
    uint64_t turns = atomic_load_explicit(&watch->turns, memory_order_relaxed);
    GHashTableIter each;
    gpointer value;
    int ours = 0;

    g_hash_table_iter_init(&each, watch->culprits);
    while (g_hash_table_iter_next(&each, NULL, &value)) {
        const Culprit *culprit = value;

        leat_log(LEAT_LOG_WARNING, "loop watch: %s: %d times, at most %.1f ms", culprit->name,
                 culprit->times, (double)culprit->longest_ns / (double)LEAT_NS_PER_MS);
        ours += culprit->ours ? culprit->times : 0;
    }
    leat_log(LEAT_LOG_WARNING,
             "loop watch: in %" G_GUINT64_FORMAT " turns, handlers of Leat held the main loop for "
             "over %d ms %d times",
             (turns + 1) / 2, (int)(LEAT_LOOP_LIMIT_NS / LEAT_NS_PER_MS), ours);
}

void leat_loop_watch_free(LeatLoopWatch *watch)
{
    if (!watch)
        return;
    g_main_context_set_poll_func(NULL, watched.poll);
    watched.watch = NULL;
    leat_cancel_trigger(watch->cancel);
    leat_thread_free(watch->thread);
    leat_stack_sampler_close();
    sum_up(watch);
    leat_cancel_unref(watch->cancel);
    leat_loop_handlers_free(watch->handlers);
    g_hash_table_unref(watch->culprits);
    g_free(watch);
}
