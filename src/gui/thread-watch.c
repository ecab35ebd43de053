/* SPDX-License-Identifier: MIT */
#include "gui/thread-watch.h"

#include "base/clock.h"
#include "concurrency/lock.h"
#include "concurrency/mailbox.h"
#include "gui/hold.h"

#include <stdlib.h>

#define READ_EVERY_NS (LEAT_NS_PER_S / 4)

typedef struct {
    LeatThreadFact *facts;
    size_t count;
} Reading;

struct LeatThreadWatch {
    /* The main thread's. */
    LeatThreadWatchFunc func; /* NULL once it is freed, while the thread ends */
    void *data;

    /* Set once. */
    LeatThreadMeter *meter; /* the watch thread's */
    LeatMailbox *readings;
    LeatWaker *waker;     /* there is a reading */
    LeatWaker *end_waker; /* the thread's last act */
    LeatThread *thread;

    LeatLock lock;
    bool active, ending; /* under the lock */
};

static void free_reading(void *data)
{
    Reading *reading = data;

    free(reading->facts);
    g_free(reading);
}

/* False when it is to end. */
static bool wait_until_due(LeatThreadWatch *watch, int64_t due_ns)
{
    bool go_on;

    leat_lock_acquire(&watch->lock);
    while (!watch->ending) {
        if (!watch->active)
            leat_lock_wait(&watch->lock, LEAT_FOREVER);
        else if (!leat_lock_wait(&watch->lock, due_ns))
            break;
    }
    go_on = !watch->ending;
    leat_lock_release(&watch->lock);
    return go_on;
}

static void run(void *data)
{
    LeatThreadWatch *watch = data;
    int64_t due_ns = 0;

    while (wait_until_due(watch, due_ns)) {
        Reading *reading = g_new0(Reading, 1);

        reading->facts = leat_thread_meter_read(watch->meter, &reading->count);
        if (leat_mailbox_put(watch->readings, reading, NULL) != LEAT_QUEUE_OK)
            free_reading(reading);
        due_ns = leat_clock_deadline_ns(READ_EVERY_NS);
    }
    leat_waker_wake(watch->end_waker);
}

static void free_now(LeatThreadWatch *watch)
{
    leat_thread_let_go(watch->thread);
    leat_mailbox_free(watch->readings);
    leat_waker_free(watch->waker);
    leat_waker_free(watch->end_waker);
    leat_thread_meter_free(watch->meter);
    leat_lock_finish(&watch->lock);
    g_free(watch);
}

static void end(void *data)
{
    free_now(data);
    leat_hold_end(NULL);
}

static void deliver(void *data)
{
    LeatThreadWatch *watch = data;
    void *item;

    if (watch->func && leat_mailbox_take(watch->readings, &item, 0) == LEAT_QUEUE_OK) {
        Reading *reading = item;

        watch->func(reading->facts, reading->count, watch->data);
        free_reading(reading);
    }
}

LeatThreadWatch *leat_thread_watch_new(LeatThreadWatchFunc func, void *data, GError **error)
{
    LeatThreadWatch *watch = g_new0(LeatThreadWatch, 1);

    if (!leat_lock_init(&watch->lock, error)) {
        g_free(watch);
        return NULL;
    }
    watch->func = func;
    watch->data = data;
    watch->meter = leat_thread_meter_new();
    watch->waker = leat_waker_new(NULL, G_PRIORITY_DEFAULT, deliver, watch, error);
    if (watch->waker)
        watch->end_waker = leat_waker_new(NULL, G_PRIORITY_DEFAULT, end, watch, error);
    watch->readings = watch->end_waker ? leat_mailbox_new(free_reading, NULL, error) : NULL;
    if (watch->readings) {
        leat_mailbox_set_waker(watch->readings, watch->waker);
        watch->thread = leat_thread_new("thread-watch", LEAT_THREAD_NORMAL, run, watch, error);
    }
    if (!watch->thread || !leat_thread_start(watch->thread, error)) {
        free_now(watch);
        return NULL;
    }
    return watch;
}

void leat_thread_watch_set_active(LeatThreadWatch *watch, bool active)
{
    leat_lock_acquire(&watch->lock);
    watch->active = active;
    leat_lock_wake(&watch->lock);
    leat_lock_release(&watch->lock);
}

void leat_thread_watch_free(LeatThreadWatch *watch)
{
    if (!watch)
        return;
    leat_hold_begin();
    watch->func = NULL;
    leat_lock_acquire(&watch->lock);
    watch->ending = true;
    leat_lock_wake(&watch->lock);
    leat_lock_release(&watch->lock);
}
