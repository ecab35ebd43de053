/* SPDX-License-Identifier: MIT */
#include "gui/background.h"

#include "concurrency/thread.h"
#include "concurrency/waker.h"

struct LeatBackground {
    /* Set once. */
    LeatBackgroundCall call;
    void *target;
    LeatThread *thread;
    LeatWaker *waker;

    /* The thread's until it is joined. */
    void *result;
};

static void work(void *data)
{
    LeatBackground *background = data;

    background->result = background->call.work(background->call.data);
    leat_waker_wake(background->waker);
}

static void answer(void *data)
{
    LeatBackground *background = data;
    void *result;

    leat_thread_join(background->thread);
    result = background->result;
    background->result = NULL;
    background->call.done(result, background->target);
}

LeatBackground *leat_background_new(const LeatBackgroundCall *call, void *target, GError **error)
{
    LeatBackground *background = g_new0(LeatBackground, 1);

    background->call = *call;
    background->target = target;
    background->waker = leat_waker_new(NULL, G_PRIORITY_DEFAULT, answer, background, error);
    if (background->waker)
        background->thread =
            leat_thread_new(call->name, LEAT_THREAD_NORMAL, work, background, error);
    if (!background->thread || !leat_thread_start(background->thread, error)) {
        leat_background_free(background);
        return NULL;
    }
    return background;
}

void leat_background_free(LeatBackground *background)
{
    if (!background)
        return;
    leat_thread_free(background->thread);
    leat_waker_free(background->waker);
    if (background->result)
        background->call.destroy(background->result);
    if (background->call.free_data)
        background->call.free_data(background->call.data);
    g_free(background);
}
