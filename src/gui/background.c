/* SPDX-License-Identifier: MIT */
#include "gui/background.h"

#include "concurrency/thread.h"
#include "concurrency/waker.h"

#include <stdatomic.h>
#include <stdbool.h>

/* Whoever comes second, the thread that is done or the owner that gives up, has it all. */
enum { WORKING, DONE, GIVEN_UP };

struct LeatBackground {
    /* Set once. */
    LeatBackgroundCall call;

    /* The main thread's. */
    void *target;
    LeatThread *thread;
    LeatWaker *waker;
    bool answered;

    atomic_int state;

    /* The thread's while it works. */
    void *result;
};

static void dispose(LeatBackground *background)
{
    if (background->result)
        background->call.destroy(background->result);
    if (background->call.free_data)
        background->call.free_data(background->call.data);
    g_free(background);
}

static void work(void *data)
{
    LeatBackground *background = data;

    background->result = background->call.work(background->call.data);
    if (atomic_exchange(&background->state, DONE) == GIVEN_UP)
        dispose(background);
    else
        leat_waker_wake(background->waker);
}

static void answer(void *data)
{
    LeatBackground *background = data;

    background->answered = true;
    background->call.done(g_steal_pointer(&background->result), background->target);
}

LeatBackground *leat_background_new(const LeatBackgroundCall *call, void *target, GError **error)
{
    LeatBackground *background = g_new0(LeatBackground, 1);

    background->call = *call;
    background->target = target;
    atomic_init(&background->state, WORKING);
    background->waker = leat_waker_new(NULL, G_PRIORITY_DEFAULT, answer, background, error);
    if (background->waker)
        background->thread =
            leat_thread_new(call->name, LEAT_THREAD_NORMAL, work, background, error);
    if (!background->thread || !leat_thread_start(background->thread, error)) {
        leat_thread_free(background->thread);
        leat_waker_free(background->waker);
        dispose(background);
        return NULL;
    }
    return background;
}

void leat_background_free(LeatBackground *background)
{
    LeatThread *thread;
    LeatWaker *waker;

    if (!background)
        return;
    thread = background->thread;
    waker = background->waker;
    if (background->answered) {
        leat_thread_let_go(thread);
        dispose(background);
    } else if (atomic_exchange(&background->state, GIVEN_UP) == DONE) {
        /* It is about to wake us, or has. */
        leat_thread_free(thread);
        dispose(background);
    } else {
        leat_thread_let_go(thread);
    }
    leat_waker_free(waker);
}
