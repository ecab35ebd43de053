/* SPDX-License-Identifier: MIT */
#include "gui/playback-view.h"

#include "app/player.h"
#include "gui/hold.h"
#include "gui/picture.h"
#include "gui/playback-commands.h"
#include "gui/playback-labels.h"
#include "gui/playback-queue.h"
#include "gui/playback-text.h"
#include "gui/playback-transport.h"
#include "gui/timeline-view.h"
#include "gui/tooltip.h"

#include <glib/gi18n.h>

struct _LeatPlaybackView {
    AdwBin parent_instance;

    /* The template's. */
    GtkLabel *name_label;
    LeatPicture *picture;
    AdwStatusPage *failure_page;
    GtkLabel *growing_badge;
    GtkLabel *damage_badge;
    GtkLabel *prediction_badge;
    LeatQueueBar *queue_bar;
    LeatTimelineView *timeline;
    LeatLabelStrip *strip;
    LeatLabelBar *label_bar;
    GtkLabel *time_label;
    GtkLabel *frame_label;
    GtkButton *play_button;
    GtkDropDown *speed_row;
    GtkMenuButton *menu_button;

    LeatPlayer *player; /* NULL while nothing is open */
    int64_t recording;
    LeatPlayerStatus told; /* as it is shown; what has not changed is not set again */
    LeatPlaybackTransport *transport;
    LeatPlaybackLabels *labels;
    LeatPlaybackQueue *queue;
};

G_DEFINE_FINAL_TYPE(LeatPlaybackView, leat_playback_view, ADW_TYPE_BIN)

static guint job_signal;

/* In the order of the list in the template. */
static const double speeds[] = {0.25, 0.5, 1, 2, 4, 8};
#define SPEED_1 2

int64_t leat_playback_view_recording(LeatPlaybackView *view)
{
    return view->recording;
}

static void show_place(LeatPlaybackView *view, const LeatPlayerStatus *status)
{
    g_autofree char *time = leat_playback_position(status);
    g_autofree char *frame = leat_playback_frame(status);
    g_autofree char *words = g_strdup_printf("%s, %s", time, frame);

    gtk_label_set_label(view->time_label, time);
    gtk_label_set_label(view->frame_label, frame);
    leat_timeline_view_set_duration(view->timeline, status->duration_ns);
    /* While it seeks, the slider stays where the user has put it. */
    if (status->settled || status->playing)
        leat_timeline_view_set_position(view->timeline, status->position_ns, words);
}

static void show_prediction(LeatPlaybackView *view, const LeatPlayerStatus *status)
{
    g_autofree char *text = leat_playback_prediction(status);

    gtk_widget_set_visible(GTK_WIDGET(view->prediction_badge), text != NULL);
    if (text)
        gtk_label_set_label(view->prediction_badge, text);
}

static void show_badges(LeatPlaybackView *view, const LeatPlayerStatus *status)
{
    g_autofree char *damaged =
        g_strdup_printf(ngettext("%lld damaged frame passed over",
                                 "%lld damaged frames passed over", (unsigned long)status->damaged),
                        (long long)status->damaged);

    gtk_widget_set_visible(GTK_WIDGET(view->growing_badge), status->growing);
    gtk_label_set_label(view->damage_badge, damaged);
    leat_tooltip_set(GTK_WIDGET(view->damage_badge), status->message);
    gtk_widget_set_visible(GTK_WIDGET(view->damage_badge), status->damaged > 0);
}

static void show_playing(LeatPlaybackView *view, bool playing)
{
    const char *name = playing ? _("Pause") : _("Play");

    gtk_button_set_icon_name(view->play_button, playing ? "media-playback-pause-symbolic"
                                                        : "media-playback-start-symbolic");
    leat_tooltip_set(GTK_WIDGET(view->play_button), name);
    gtk_accessible_update_property(GTK_ACCESSIBLE(view->play_button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   name, -1);
}

static void show_failure(LeatPlaybackView *view, const LeatPlayerStatus *status)
{
    bool failed = status->state == LEAT_PLAYER_FAILED;
    bool empty = status->state == LEAT_PLAYER_READY && status->frames == 0;
    g_autofree char *cause = g_markup_escape_text(status->message, -1);

    gtk_widget_set_visible(GTK_WIDGET(view->failure_page), failed || empty);
    adw_status_page_set_title(view->failure_page,
                              failed ? _("This Recording Cannot Be Played") : _("No Frames Yet"));
    adw_status_page_set_description(view->failure_page, failed ? cause : NULL);
    gtk_widget_set_sensitive(GTK_WIDGET(view->timeline), !failed && !empty);
}

static void changed(void *data)
{
    LeatPlaybackView *view = data;
    LeatPlayerStatus status = leat_player_status(view->player);

    show_place(view, &status);
    show_prediction(view, &status);
    leat_playback_labels_show(view->labels, &status);
    leat_playback_transport_show(view->transport, &status);
    if (status.damaged != view->told.damaged || status.growing != view->told.growing)
        show_badges(view, &status);
    if (status.playing != view->told.playing)
        show_playing(view, status.playing);
    if (status.state != view->told.state || status.frames != view->told.frames)
        show_failure(view, &status);
    view->told = status;
}

/* Before anything is known of a recording. */
static void show_nothing(LeatPlaybackView *view)
{
    view->told = leat_player_status(view->player);
    show_place(view, &view->told);
    show_prediction(view, &view->told);
    leat_playback_labels_show(view->labels, &view->told);
    leat_playback_transport_show(view->transport, &view->told);
    show_badges(view, &view->told);
    show_playing(view, false);
    show_failure(view, &view->told);
}

static void present(LeatFrame *picture, void *data)
{
    leat_picture_set_frame(LEAT_PLAYBACK_VIEW(data)->picture, picture);
}

static void marked(GPtrArray *marks, void *data)
{
    LeatPlaybackView *view = data;

    leat_timeline_view_set_marks(view->timeline, marks);
    leat_playback_transport_mark(view->transport, marks);
    leat_playback_labels_mark(view->labels, marks);
    changed(view);
}

static void resized(LeatPlaybackView *view, int width, int height)
{
    if (view->player)
        leat_player_set_view(view->player, width, height);
}

static void sought(LeatPlaybackView *view, gint64 ns)
{
    if (view->player)
        leat_player_seek_time(view->player, ns);
}

static void speed_chosen(LeatPlaybackView *view)
{
    guint chosen = gtk_drop_down_get_selected(view->speed_row);

    if (view->player && chosen < G_N_ELEMENTS(speeds))
        leat_player_set_speed(view->player, speeds[chosen]);
}

static void end_player(LeatPlaybackView *view)
{
    if (!view->player)
        return;
    leat_hold_begin();
    leat_player_let_go(g_steal_pointer(&view->player), leat_hold_end, NULL);
}

void leat_playback_view_close(LeatPlaybackView *view)
{
    if (!view->player)
        return;
    leat_playback_queue_open(view->queue, NULL, 0);
    leat_playback_labels_open(view->labels, NULL, 0, NULL);
    leat_playback_transport_open(view->transport, NULL);
    end_player(view);
    view->recording = 0;
    leat_picture_set_frame(view->picture, NULL);
}

static void set_menu(LeatPlaybackView *view)
{
    static const struct {
        const char *label, *action;
        bool no_key; /* the action's own has another meaning here */
    } items[] = {
        {N_("_Rename…"), "recordings.rename", false},
        {N_("_Export…"), "recordings.export", false},
        {N_("_Delete"), "recordings.delete", true},
    };
    g_autoptr(GMenu) menu = g_menu_new();

    for (size_t i = 0; i < G_N_ELEMENTS(items); i++) {
        g_autoptr(GMenuItem) item = g_menu_item_new(_(items[i].label), NULL);

        g_menu_item_set_action_and_target(item, items[i].action, "x", (gint64)0);
        if (items[i].no_key)
            g_menu_item_set_attribute(item, "accel", "s", "");
        g_menu_append_item(menu, item);
    }
    g_menu_append(menu, _("_Compare Models…"), "queue.compare");
    gtk_menu_button_set_menu_model(view->menu_button, G_MENU_MODEL(menu));
}

void leat_playback_view_set_name(LeatPlaybackView *view, const char *name)
{
    gtk_label_set_label(view->name_label, name);
}

void leat_playback_view_open(LeatPlaybackView *view, const char *path, int64_t recording,
                             const char *name)
{
    LeatPlayerCallbacks callbacks = {present, changed, marked, NULL, view};
    g_autoptr(GError) error = NULL;
    int width, height;

    leat_playback_view_close(view);
    leat_playback_view_set_name(view, name);
    leat_timeline_view_set_marks(view->timeline, NULL);
    gtk_drop_down_set_selected(view->speed_row, SPEED_1);
    view->player = leat_player_new(path, recording, &callbacks, NULL, &error);
    if (!view->player) {
        LeatPlayerStatus status = {.state = LEAT_PLAYER_FAILED};

        g_strlcpy(status.message, error->message, sizeof(status.message));
        show_failure(view, &status);
        leat_playback_transport_show(view->transport, &status);
        return;
    }
    view->recording = recording;
    leat_playback_labels_open(view->labels, path, recording, view->player);
    leat_playback_queue_open(view->queue, path, recording);
    leat_playback_transport_open(view->transport, view->player);
    leat_picture_get_room(view->picture, &width, &height);
    leat_player_set_view(view->player, width, height);
    show_nothing(view);
    gtk_widget_grab_focus(GTK_WIDGET(view->timeline));
}

void leat_playback_view_set_shown(LeatPlaybackView *view, bool shown)
{
    if (view->player && shown)
        gtk_widget_grab_focus(GTK_WIDGET(view->timeline));
    if (view->labels && shown)
        leat_playback_labels_reload(view->labels);
    if (view->player && !shown)
        leat_player_pause(view->player);
}

/* Labels and their queue. */

void leat_playback_view_go_to(LeatPlaybackView *view, int64_t seq)
{
    if (!view->player)
        return;
    leat_player_pause(view->player);
    leat_player_seek_frame(view->player, seq);
}

static void go_to_frame(int64_t seq, void *data)
{
    leat_playback_view_go_to(data, seq);
}

static void job_begun(LeatJobItem *item, void *data)
{
    g_signal_emit(data, job_signal, 0, item);
}

/* In the queue, a key answers for its frame and goes on. */
static bool answered(const char *label, void *data)
{
    LeatPlaybackView *view = data;
    LeatPlayerStatus status;
    int64_t seq;

    if (!view->player || !leat_playback_queue_frame(view->queue, &seq))
        return false;
    status = leat_player_status(view->player);
    if (status.seq != seq) /* on its way there; or the user has gone elsewhere */
        return !status.settled;
    leat_playback_labels_give(view->labels, seq, label);
    leat_playback_queue_go_on(view->queue);
    return true;
}

void leat_playback_view_set_up(LeatPlaybackView *view, const LeatContext *context)
{
    LeatPlaybackLabelsPlace labels = {GTK_WIDGET(view), view->strip, view->label_bar, answered,
                                      view};
    LeatPlaybackQueuePlace queue = {GTK_WIDGET(view), view->queue_bar, go_to_frame, job_begun,
                                    view};

    view->queue = leat_playback_queue_new(&queue, context);
    view->labels = leat_playback_labels_new(&labels, context);
}

static void leat_playback_view_dispose(GObject *object)
{
    LeatPlaybackView *view = LEAT_PLAYBACK_VIEW(object);

    g_clear_pointer(&view->queue, leat_playback_queue_free);
    g_clear_pointer(&view->labels, leat_playback_labels_free);
    end_player(view);
    g_clear_pointer(&view->transport, leat_playback_transport_free);
    G_OBJECT_CLASS(leat_playback_view_parent_class)->dispose(object);
}

static void leat_playback_view_class_init(LeatPlaybackViewClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    G_OBJECT_CLASS(class)->dispose = leat_playback_view_dispose;
    g_type_ensure(LEAT_TYPE_PICTURE);
    g_type_ensure(LEAT_TYPE_TIMELINE_VIEW);
    g_type_ensure(LEAT_TYPE_LABEL_STRIP);
    g_type_ensure(LEAT_TYPE_LABEL_BAR);
    g_type_ensure(LEAT_TYPE_QUEUE_BAR);
    gtk_widget_class_set_template_from_resource(widget_class,
                                                "/org/leat/Leat/gui/playback-view.ui");
    gtk_widget_class_bind_template_child(widget_class, LeatPlaybackView, name_label);
    gtk_widget_class_bind_template_child(widget_class, LeatPlaybackView, picture);
    gtk_widget_class_bind_template_child(widget_class, LeatPlaybackView, failure_page);
    gtk_widget_class_bind_template_child(widget_class, LeatPlaybackView, growing_badge);
    gtk_widget_class_bind_template_child(widget_class, LeatPlaybackView, damage_badge);
    gtk_widget_class_bind_template_child(widget_class, LeatPlaybackView, prediction_badge);
    gtk_widget_class_bind_template_child(widget_class, LeatPlaybackView, queue_bar);
    gtk_widget_class_bind_template_child(widget_class, LeatPlaybackView, timeline);
    gtk_widget_class_bind_template_child(widget_class, LeatPlaybackView, strip);
    gtk_widget_class_bind_template_child(widget_class, LeatPlaybackView, label_bar);
    gtk_widget_class_bind_template_child(widget_class, LeatPlaybackView, time_label);
    gtk_widget_class_bind_template_child(widget_class, LeatPlaybackView, frame_label);
    gtk_widget_class_bind_template_child(widget_class, LeatPlaybackView, play_button);
    gtk_widget_class_bind_template_child(widget_class, LeatPlaybackView, speed_row);
    gtk_widget_class_bind_template_child(widget_class, LeatPlaybackView, menu_button);
    gtk_widget_class_bind_template_callback(widget_class, resized);
    gtk_widget_class_bind_template_callback(widget_class, sought);
    gtk_widget_class_bind_template_callback(widget_class, speed_chosen);
    gtk_widget_class_set_css_name(widget_class, "playbackview");
    job_signal = g_signal_new("job", LEAT_TYPE_PLAYBACK_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                              NULL, G_TYPE_NONE, 1, LEAT_TYPE_JOB_ITEM);
}

static void leat_playback_view_init(LeatPlaybackView *view)
{
    gtk_widget_init_template(GTK_WIDGET(view));
    view->transport = leat_playback_transport_new(GTK_WIDGET(view));
    leat_playback_commands_add_key(GTK_WIDGET(view), GDK_KEY_Escape, 0, "recordings.back");
    leat_label_strip_set_range(view->strip, leat_timeline_view_range(view->timeline));
    gtk_drop_down_set_selected(view->speed_row, SPEED_1);
    set_menu(view);
}
