/* SPDX-License-Identifier: MIT */
#include "gui/live-view.h"

#include "gui/annotation.h"
#include "gui/css-class.h"
#include "gui/live-text.h"
#include "gui/picture.h"
#include "gui/recording-text.h"

struct _LeatLiveView {
    AdwBin parent_instance;

    /* The template's. */
    LeatPicture *picture;
    AdwStatusPage *empty_page;
    GtkWidget *retry_button;
    GtkLabel *source_badge;
    GtkLabel *recording_badge;
    GtkLabel *label_badge;
    GtkLabel *figures_badge;
    GtkLabel *annotation_badge;

    LeatSessionController *controller;
    LeatAnnotation annotation;
    GdkFrameClock *clock; /* while it is realized */
    bool undrawn;         /* a picture has come that is not on the screen yet */
    bool outdated;        /* the badges, which are drawn with the next picture */
};

G_DEFINE_FINAL_TYPE(LeatLiveView, leat_live_view, ADW_TYPE_BIN)

/* NULL hides it. */
static void show_badge(GtkLabel *badge, const char *text)
{
    if (text)
        gtk_label_set_label(badge, text);
    gtk_widget_set_visible(GTK_WIDGET(badge), text != NULL);
}

static void set_class(GtkLabel *badge, const char *name, bool on)
{
    leat_css_class_set(GTK_WIDGET(badge), name, on);
}

bool leat_live_view_is_empty(LeatLiveView *view)
{
    return leat_picture_is_empty(view->picture);
}

void leat_live_view_set_label(LeatLiveView *view, const char *text, bool lit)
{
    show_badge(view->label_badge, text);
    set_class(view->label_badge, "lit", lit);
}

static void update_badges(LeatLiveView *view, const LeatFigures *figures, bool empty)
{
    g_autofree char *state = leat_live_state(figures);
    g_autofree char *recording = leat_recording_badge(figures);
    g_autofree char *account = leat_live_figures(figures);
    LeatSourceState source = figures->status.source;

    show_badge(view->source_badge, empty ? NULL : state);
    set_class(view->source_badge, "live",
              figures->phase == LEAT_PHASE_RUNNING && !figures->held &&
                  source == LEAT_SOURCE_STATE_LIVE);
    set_class(view->source_badge, "stopped",
              figures->held && figures->phase != LEAT_PHASE_STOPPING);
    set_class(view->source_badge, "troubled",
              source == LEAT_SOURCE_STATE_AWAY || source == LEAT_SOURCE_STATE_FAILED);
    show_badge(view->recording_badge, recording);
    set_class(view->recording_badge, "recording", figures->light == LEAT_LIGHT_ON);
    set_class(view->recording_badge, "troubled",
              figures->light == LEAT_LIGHT_FAILED || figures->light == LEAT_LIGHT_STALLED ||
                  figures->light == LEAT_LIGHT_WAITING || figures->light == LEAT_LIGHT_PAUSED);
    show_badge(view->figures_badge, empty || !figures->status.out_width ? NULL : account);
    set_class(view->figures_badge, "troubled", figures->lost > 0);
}

static void update_annotation(LeatLiveView *view)
{
    g_autofree char *text = NULL;

    if (!leat_annotation_look(&view->annotation, view->controller))
        return;
    if (!leat_picture_is_empty(view->picture))
        text = leat_annotation_text(&view->annotation);
    show_badge(view->annotation_badge, text);
    set_class(view->annotation_badge, "stale", view->annotation.stale);
}

static void update_empty_page(LeatLiveView *view, const LeatFigures *figures)
{
    LeatEmptyText text = leat_live_empty(figures);
    g_autofree char *description = g_markup_escape_text(text.description, -1);

    adw_status_page_set_icon_name(view->empty_page, text.icon);
    adw_status_page_set_title(view->empty_page, text.title);
    adw_status_page_set_description(view->empty_page, description);
    gtk_widget_set_visible(view->retry_button, text.retry);
    g_free(text.description);
}

static void update(LeatLiveView *view)
{
    const LeatFigures *figures = leat_session_controller_figures(view->controller);
    bool empty = leat_picture_is_empty(view->picture);

    view->outdated = false;
    gtk_widget_set_visible(GTK_WIDGET(view->empty_page), empty);
    if (empty)
        update_empty_page(view, figures);
    update_badges(view, figures, empty);
    update_annotation(view);
}

/* The badges stand on the picture, and change with it. */
static void show(LeatLiveView *view)
{
    if (leat_session_controller_has_pictures(view->controller))
        view->outdated = true;
    else
        update(view);
}

static void present(LeatLiveView *view, gpointer frame)
{
    bool first = leat_picture_is_empty(view->picture);

    leat_picture_set_frame(view->picture, frame);
    view->undrawn = true;
    if (first || view->outdated)
        update(view);
    else
        update_annotation(view);
}

static void clear(LeatLiveView *view)
{
    leat_picture_set_frame(view->picture, NULL);
    update(view);
}

static void resized(LeatLiveView *view, int width, int height)
{
    if (view->controller)
        leat_session_controller_set_view(view->controller, width, height);
}

void leat_live_view_set_controller(LeatLiveView *view, LeatSessionController *controller)
{
    view->controller = g_object_ref(controller);
    g_signal_connect_object(controller, "show", G_CALLBACK(show), view, G_CONNECT_SWAPPED);
    g_signal_connect_object(controller, "present", G_CALLBACK(present), view, G_CONNECT_SWAPPED);
    g_signal_connect_object(controller, "cleared", G_CALLBACK(clear), view, G_CONNECT_SWAPPED);
    update(view);
}

static void painted(LeatLiveView *view)
{
    if (!view->undrawn || !view->controller)
        return;
    view->undrawn = false;
    leat_session_controller_picture_drawn(view->controller);
}

static void leat_live_view_realize(GtkWidget *widget)
{
    LeatLiveView *view = LEAT_LIVE_VIEW(widget);

    GTK_WIDGET_CLASS(leat_live_view_parent_class)->realize(widget);
    view->clock = g_object_ref(gtk_widget_get_frame_clock(widget));
    g_signal_connect_swapped(view->clock, "after-paint", G_CALLBACK(painted), view);
}

static void leat_live_view_unrealize(GtkWidget *widget)
{
    LeatLiveView *view = LEAT_LIVE_VIEW(widget);

    g_signal_handlers_disconnect_by_data(view->clock, view);
    g_clear_object(&view->clock);
    GTK_WIDGET_CLASS(leat_live_view_parent_class)->unrealize(widget);
}

static void leat_live_view_dispose(GObject *object)
{
    g_clear_object(&LEAT_LIVE_VIEW(object)->controller);
    G_OBJECT_CLASS(leat_live_view_parent_class)->dispose(object);
}

static void leat_live_view_class_init(LeatLiveViewClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    G_OBJECT_CLASS(class)->dispose = leat_live_view_dispose;
    widget_class->realize = leat_live_view_realize;
    widget_class->unrealize = leat_live_view_unrealize;
    g_type_ensure(LEAT_TYPE_PICTURE);
    gtk_widget_class_set_css_name(widget_class, "liveview");
    gtk_widget_class_set_template_from_resource(widget_class, "/org/leat/Leat/gui/live-view.ui");
    gtk_widget_class_bind_template_child(widget_class, LeatLiveView, picture);
    gtk_widget_class_bind_template_child(widget_class, LeatLiveView, empty_page);
    gtk_widget_class_bind_template_child(widget_class, LeatLiveView, retry_button);
    gtk_widget_class_bind_template_child(widget_class, LeatLiveView, source_badge);
    gtk_widget_class_bind_template_child(widget_class, LeatLiveView, recording_badge);
    gtk_widget_class_bind_template_child(widget_class, LeatLiveView, label_badge);
    gtk_widget_class_bind_template_child(widget_class, LeatLiveView, figures_badge);
    gtk_widget_class_bind_template_child(widget_class, LeatLiveView, annotation_badge);
    gtk_widget_class_bind_template_callback(widget_class, resized);
}

static void leat_live_view_init(LeatLiveView *view)
{
    gtk_widget_init_template(GTK_WIDGET(view));
}
