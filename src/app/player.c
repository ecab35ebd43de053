/* SPDX-License-Identifier: MIT */
#include "app/player.h"

#include "app/parting.h"
#include "app/player-internal.h"
#include "base/error.h"
#include "concurrency/lock.h"
#include "concurrency/mailbox.h"
#include "concurrency/thread.h"
#include "concurrency/waker.h"

#include <stdlib.h>

struct LeatPlayer {
    /* Set once. */
    char *path;
    int64_t recording;
    LeatPlayerCallbacks callbacks;
    LeatThread *thread;
    LeatWaker *waker;
    LeatCancel *cancel;
    LeatMailbox *pictures;

    /* Under the lock. */
    LeatLock lock;
    LeatPlayerOrders orders;
    LeatPlayerStatus status;
    GPtrArray *marks; /* not yet handed on */
    bool news;        /* the status has changed since it was told */
    bool ordered;     /* there is something new in the orders */
    bool busy;        /* the thread obeys what it took */
    bool ending, ended;

    /* The main loop's. */
    bool stopping;
};

static void unref_picture(void *picture)
{
    leat_frame_unref(picture);
}

static void hand_on_marks(LeatPlayer *player, GPtrArray *marks)
{
    if (marks && player->callbacks.marked)
        player->callbacks.marked(marks, player->callbacks.data);
    if (marks)
        g_ptr_array_unref(marks);
}

/* On the main loop. */
static void dispatch(void *data)
{
    LeatPlayer *player = data;
    void (*stopped)(void *data);
    GPtrArray *marks;
    void *picture;
    bool news, ended;

    leat_lock_acquire(&player->lock);
    marks = g_steal_pointer(&player->marks);
    news = player->news;
    player->news = false;
    ended = player->ended;
    leat_lock_release(&player->lock);
    if (player->stopping) {
        if (marks)
            g_ptr_array_unref(marks);
        stopped = ended ? g_steal_pointer(&player->callbacks.stopped) : NULL;
        if (stopped) /* it may free the player */
            stopped(player->callbacks.data);
        return;
    }
    hand_on_marks(player, marks);
    if (leat_mailbox_take(player->pictures, &picture, 0) == LEAT_QUEUE_OK) {
        if (player->callbacks.present)
            player->callbacks.present(picture, player->callbacks.data);
        leat_frame_unref(picture);
    }
    if (news && player->callbacks.changed)
        player->callbacks.changed(player->callbacks.data);
}

static void run(void *data)
{
    LeatPlayer *player = data;

    leat_player_run(player);
    leat_lock_acquire(&player->lock);
    player->ended = true;
    leat_lock_release(&player->lock);
    leat_waker_wake(player->waker);
}

LeatPlayer *leat_player_new(const char *path, int64_t recording,
                            const LeatPlayerCallbacks *callbacks, GMainContext *context,
                            GError **error)
{
    LeatPlayer *player = g_new0(LeatPlayer, 1);

    if (!leat_lock_init(&player->lock, error)) {
        g_free(player);
        return NULL;
    }
    player->path = g_strdup(path);
    player->recording = recording;
    player->callbacks = *callbacks;
    player->orders.speed = player->status.speed = 1;
    player->status.seq = player->status.first_seq = player->status.last_seq = -1;
    player->waker = leat_waker_new(context, G_PRIORITY_DEFAULT, dispatch, player, error);
    player->cancel = player->waker ? leat_cancel_new(NULL, error) : NULL;
    player->pictures = player->cancel ? leat_mailbox_new(unref_picture, NULL, error) : NULL;
    player->thread =
        player->pictures ? leat_thread_new("player", LEAT_THREAD_NORMAL, run, player, error) : NULL;
    if (player->thread && leat_thread_start(player->thread, error))
        return player;
    leat_player_free(player);
    return NULL;
}

void leat_player_stop(LeatPlayer *player)
{
    player->stopping = true;
    leat_cancel_trigger(player->cancel);
    leat_lock_acquire(&player->lock);
    player->ending = true;
    leat_lock_wake(&player->lock);
    leat_lock_release(&player->lock);
}

void leat_player_free(LeatPlayer *player)
{
    if (!player)
        return;
    if (player->thread)
        leat_player_stop(player);
    leat_thread_free(player->thread);
    leat_waker_free(player->waker);
    leat_mailbox_free(player->pictures);
    if (player->cancel)
        leat_cancel_unref(player->cancel);
    if (player->marks)
        g_ptr_array_unref(player->marks);
    leat_lock_finish(&player->lock);
    g_free(player->path);
    g_free(player);
}

static void free_at_last(void *player)
{
    leat_player_free(player);
}

void leat_player_let_go(LeatPlayer *player, void (*gone)(void *data), void *data)
{
    player->callbacks = (LeatPlayerCallbacks){
        .stopped = leat_parting_end, .data = leat_parting_new(player, free_at_last, gone, data)};
    leat_player_stop(player);
}

LeatPlayerStatus leat_player_status(LeatPlayer *player)
{
    LeatPlayerStatus status;

    leat_lock_acquire(&player->lock);
    status = player->status;
    status.playing = player->orders.playing;
    status.speed = player->orders.speed;
    status.settled = !player->ordered && !player->busy;
    leat_lock_release(&player->lock);
    return status;
}

/* The commands: each changes the orders under the lock. */

static LeatPlayerOrders *begin_order(LeatPlayer *player)
{
    leat_lock_acquire(&player->lock);
    return &player->orders;
}

static void end_order(LeatPlayer *player)
{
    player->ordered = true;
    leat_lock_wake(&player->lock);
    leat_lock_release(&player->lock);
}

void leat_player_set_view(LeatPlayer *player, int width, int height)
{
    LeatPlayerOrders *orders = begin_order(player);

    orders->view_width = width;
    orders->view_height = height;
    orders->resized = true;
    end_order(player);
}

static void set_playing(LeatPlayer *player, bool playing)
{
    LeatPlayerOrders *orders = begin_order(player);

    orders->turned = orders->turned || orders->playing != playing;
    orders->playing = playing;
    end_order(player);
}

void leat_player_play(LeatPlayer *player)
{
    set_playing(player, true);
}

void leat_player_pause(LeatPlayer *player)
{
    set_playing(player, false);
}

void leat_player_set_speed(LeatPlayer *player, double speed)
{
    LeatPlayerOrders *orders = begin_order(player);

    orders->speed = CLAMP(speed, LEAT_PLAYER_SLOWEST, LEAT_PLAYER_FASTEST);
    orders->turned = true;
    end_order(player);
}

static void go(LeatPlayer *player, LeatPlayerGo where, int64_t to)
{
    LeatPlayerOrders *orders = begin_order(player);

    orders->go = where;
    orders->go_to = to;
    orders->step = 0;
    end_order(player);
}

void leat_player_seek_frame(LeatPlayer *player, int64_t seq)
{
    go(player, LEAT_GO_TO_FRAME, MAX(seq, 0));
}

void leat_player_seek_time(LeatPlayer *player, int64_t ns)
{
    go(player, LEAT_GO_TO_TIME, MAX(ns, 0));
}

void leat_player_step(LeatPlayer *player, int frames)
{
    LeatPlayerOrders *orders = begin_order(player);

    orders->step = CLAMP(orders->step + frames, -1000, 1000);
    orders->turned = orders->turned || orders->playing;
    orders->playing = false;
    end_order(player);
}

void leat_player_look_again(LeatPlayer *player)
{
    LeatPlayerOrders *orders = begin_order(player);

    orders->look = true;
    end_order(player);
}

/* The thread's side. */

bool leat_player_take_orders(LeatPlayer *player, int64_t deadline_ns, LeatPlayerOrders *orders)
{
    bool go_on, tell;

    leat_lock_acquire(&player->lock);
    tell = player->busy;
    player->busy = false;
    player->news = player->news || tell;
    leat_lock_release(&player->lock);
    if (tell) /* that what was ordered is done */
        leat_waker_wake(player->waker);
    leat_lock_acquire(&player->lock);
    while (!player->ordered && !player->ending && leat_lock_wait(&player->lock, deadline_ns))
        ;
    *orders = player->orders;
    player->busy = player->ordered;
    player->ordered = false;
    player->orders.go = LEAT_GO_NOWHERE;
    player->orders.step = 0;
    player->orders.turned = player->orders.resized = player->orders.look = false;
    go_on = !player->ending;
    leat_lock_release(&player->lock);
    return go_on;
}

bool leat_player_is_overtaken(LeatPlayer *player)
{
    bool overtaken;

    leat_lock_acquire(&player->lock);
    overtaken = player->ending || player->orders.go != LEAT_GO_NOWHERE;
    leat_lock_release(&player->lock);
    return overtaken;
}

void leat_player_tell(LeatPlayer *player, const LeatPlayerStatus *status)
{
    leat_lock_acquire(&player->lock);
    player->status = *status;
    player->news = true;
    leat_lock_release(&player->lock);
    leat_waker_wake(player->waker);
}

void leat_player_tell_end(LeatPlayer *player)
{
    leat_lock_acquire(&player->lock);
    if (!player->orders.turned)
        player->orders.playing = false;
    player->news = true;
    leat_lock_release(&player->lock);
    leat_waker_wake(player->waker);
}

void leat_player_tell_picture(LeatPlayer *player, LeatFrame *picture)
{
    if (leat_mailbox_put(player->pictures, picture, NULL) != LEAT_QUEUE_OK)
        leat_frame_unref(picture);
    leat_waker_wake(player->waker);
}

void leat_player_tell_marks(LeatPlayer *player, GPtrArray *marks)
{
    GPtrArray *old;

    leat_lock_acquire(&player->lock);
    old = player->marks;
    player->marks = marks;
    leat_lock_release(&player->lock);
    if (old)
        g_ptr_array_unref(old);
    leat_waker_wake(player->waker);
}

const char *leat_player_path(const LeatPlayer *player)
{
    return player->path;
}

int64_t leat_player_recording(const LeatPlayer *player)
{
    return player->recording;
}

LeatCancel *leat_player_cancel(const LeatPlayer *player)
{
    return player->cancel;
}
