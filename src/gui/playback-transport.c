/* SPDX-License-Identifier: MIT */
#include "gui/playback-transport.h"

#include "base/clock.h"
#include "gui/playback-commands.h"

struct LeatPlaybackTransport {
    GSimpleActionGroup *actions;
    LeatPlayer *player; /* NULL while nothing is open */
    GPtrArray *marks;   /* LeatMark; NULL for none */
};

static void play(void *data, int number)
{
    LeatPlaybackTransport *transport = data;

    if (!transport->player)
        return;
    if (leat_player_status(transport->player).playing)
        leat_player_pause(transport->player);
    else
        leat_player_play(transport->player);
}

static void step(void *data, int frames)
{
    LeatPlaybackTransport *transport = data;

    if (transport->player)
        leat_player_step(transport->player, frames);
}

static void go_by(void *data, int seconds)
{
    LeatPlaybackTransport *transport = data;

    if (transport->player)
        leat_player_seek_time(transport->player, leat_player_status(transport->player).position_ns +
                                                     seconds * LEAT_NS_PER_S);
}

static void go_to_end(void *data, int last)
{
    LeatPlaybackTransport *transport = data;

    if (transport->player)
        leat_player_seek_frame(transport->player, last ? INT64_MAX : 0);
}

static void go_to_loss(void *data, int next)
{
    LeatPlaybackTransport *transport = data;
    const LeatMark *mark =
        transport->player
            ? leat_timeline_find_loss(transport->marks,
                                      leat_player_status(transport->player).position_ns, next)
            : NULL;

    if (!mark)
        return;
    leat_player_pause(transport->player);
    leat_player_seek_frame(transport->player, mark->after);
}

static const LeatPlaybackCommand commands[] = {
    {"play", play, 0, GDK_KEY_space, 0},
    {"next-frame", step, 1, GDK_KEY_Right, 0},
    {"previous-frame", step, -1, GDK_KEY_Left, 0},
    {"next-second", go_by, 1, GDK_KEY_Right, GDK_SHIFT_MASK},
    {"previous-second", go_by, -1, GDK_KEY_Left, GDK_SHIFT_MASK},
    {"first-frame", go_to_end, false, GDK_KEY_Home, 0},
    {"last-frame", go_to_end, true, GDK_KEY_End, 0},
    {"next-loss", go_to_loss, true, GDK_KEY_l, 0},
    {"previous-loss", go_to_loss, false, GDK_KEY_l, GDK_SHIFT_MASK},
};

static void enable(LeatPlaybackTransport *transport, const char *name, bool enabled)
{
    leat_playback_commands_enable(transport->actions, name, enabled);
}

void leat_playback_transport_show(LeatPlaybackTransport *transport, const LeatPlayerStatus *status)
{
    bool failed = status->state == LEAT_PLAYER_FAILED;
    bool empty = status->state == LEAT_PLAYER_READY && status->frames == 0;

    enable(transport, "play", !failed && !empty);
    enable(transport, "next-frame", status->seq >= 0 && status->seq < status->last_seq);
    enable(transport, "previous-frame", status->seq > status->first_seq);
    enable(transport, "next-loss",
           leat_timeline_find_loss(transport->marks, status->position_ns, true) != NULL);
    enable(transport, "previous-loss",
           leat_timeline_find_loss(transport->marks, status->position_ns, false) != NULL);
}

static void forget_marks(LeatPlaybackTransport *transport)
{
    g_clear_pointer(&transport->marks, g_ptr_array_unref);
}

void leat_playback_transport_mark(LeatPlaybackTransport *transport, GPtrArray *marks)
{
    forget_marks(transport);
    transport->marks = g_ptr_array_ref(marks);
}

void leat_playback_transport_open(LeatPlaybackTransport *transport, LeatPlayer *player)
{
    transport->player = player;
    forget_marks(transport);
}

LeatPlaybackTransport *leat_playback_transport_new(GtkWidget *view)
{
    LeatPlaybackTransport *transport = g_new0(LeatPlaybackTransport, 1);

    transport->actions =
        leat_playback_commands_add(view, "playback", commands, G_N_ELEMENTS(commands), transport);
    return transport;
}

void leat_playback_transport_free(LeatPlaybackTransport *transport)
{
    if (!transport)
        return;
    forget_marks(transport);
    g_object_unref(transport->actions);
    g_free(transport);
}
