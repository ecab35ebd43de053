/* SPDX-License-Identifier: MIT */
#include "pipeline/pause-switch.h"

#include "base/clock.h"
#include "base/error.h"
#include "concurrency/lock.h"

#include <stdlib.h>

struct LeatPauseSwitch {
    /* Set once. */
    LeatCancel *stop;
    LeatCancelListener listener;

    LeatLock lock;
    /* Under the lock. */
    bool on;
    bool stopped;
};

static void on_stop(void *data)
{
    LeatPauseSwitch *pause = data;
    leat_lock_acquire(&pause->lock);
    pause->stopped = true;
    leat_lock_wake(&pause->lock);
    leat_lock_release(&pause->lock);
}

LeatPauseSwitch *leat_pause_switch_new(LeatCancel *stop, GError **error)
{
    LeatPauseSwitch *pause = calloc(1, sizeof(*pause));
    if (!pause)
        return leat_error_no_memory(error, sizeof(*pause), "the pause");
    if (!leat_lock_init(&pause->lock, error)) {
        free(pause);
        return NULL;
    }
    pause->stop = leat_cancel_ref(stop);
    pause->listener = (LeatCancelListener){.wake = on_stop, .data = pause};
    leat_cancel_add_listener(stop, &pause->listener);
    return pause;
}

void leat_pause_switch_free(LeatPauseSwitch *pause)
{
    if (!pause)
        return;
    leat_cancel_remove_listener(pause->stop, &pause->listener);
    leat_cancel_unref(pause->stop);
    leat_lock_finish(&pause->lock);
    free(pause);
}

void leat_pause_switch_set(LeatPauseSwitch *pause, bool on)
{
    leat_lock_acquire(&pause->lock);
    pause->on = on;
    leat_lock_wake(&pause->lock);
    leat_lock_release(&pause->lock);
}

bool leat_pause_switch_is_on(LeatPauseSwitch *pause)
{
    leat_lock_acquire(&pause->lock);
    bool on = pause->on && !pause->stopped;
    leat_lock_release(&pause->lock);
    return on;
}

void leat_pause_switch_wait(LeatPauseSwitch *pause, int64_t timeout_ns)
{
    int64_t deadline_ns = leat_clock_deadline_ns(timeout_ns);
    bool in_time = timeout_ns != 0;
    leat_lock_acquire(&pause->lock);
    while (pause->on && !pause->stopped && in_time)
        in_time = leat_lock_wait(&pause->lock, deadline_ns);
    leat_lock_release(&pause->lock);
}
