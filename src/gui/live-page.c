/* SPDX-License-Identifier: MIT */
#include "gui/live-page.h"

#include "gui/camera-group.h"
#include "gui/labels-group.h"
#include "gui/live-view.h"
#include "gui/model-group.h"
#include "gui/power-group.h"
#include "gui/recording-group.h"

struct _LeatLivePage {
    AdwBin parent_instance;

    /* The template's. */
    AdwFlap *flap;
    LeatLiveView *live_view;
    LeatCameraGroup *camera_group;
    LeatRecordingGroup *recording_group;
    LeatLabelsGroup *labels_group;
    LeatModelGroup *model_group;
    LeatPowerGroup *power_group;

    LeatContext context;
    GActionMap *actions; /* the window's, which outlives its page */
};

G_DEFINE_FINAL_TYPE(LeatLivePage, leat_live_page, ADW_TYPE_BIN)

static void start_camera(GSimpleAction *action, GVariant *parameter, gpointer page)
{
    leat_camera_group_start(LEAT_LIVE_PAGE(page)->camera_group);
}

static void stop_camera(GSimpleAction *action, GVariant *parameter, gpointer page)
{
    leat_session_controller_hold(LEAT_LIVE_PAGE(page)->context.session);
}

static void close_camera(GSimpleAction *action, GVariant *parameter, gpointer page)
{
    leat_session_controller_close(LEAT_LIVE_PAGE(page)->context.session);
}

static void toggle_camera(GSimpleAction *action, GVariant *parameter, gpointer page)
{
    LeatLivePage *self = LEAT_LIVE_PAGE(page);
    bool live = leat_figures_is_live(leat_session_controller_figures(self->context.session));

    g_action_group_activate_action(G_ACTION_GROUP(self->actions),
                                   live ? "stop-camera" : "start-camera", NULL);
}

static void refresh_sources(GSimpleAction *action, GVariant *parameter, gpointer page)
{
    leat_camera_group_refresh(LEAT_LIVE_PAGE(page)->camera_group);
}

static void create_recording(GSimpleAction *action, GVariant *parameter, gpointer page)
{
    leat_recording_group_create_new(LEAT_LIVE_PAGE(page)->recording_group);
}

static void start_recording(GSimpleAction *action, GVariant *parameter, gpointer page)
{
    leat_recording_group_start(LEAT_LIVE_PAGE(page)->recording_group);
}

static void stop_recording(GSimpleAction *action, GVariant *parameter, gpointer page)
{
    leat_session_controller_stop_recording(LEAT_LIVE_PAGE(page)->context.session);
}

static void test_cpu(GSimpleAction *action, GVariant *parameter, gpointer page)
{
    leat_power_group_test_cpu(LEAT_LIVE_PAGE(page)->power_group);
}

static void train(GSimpleAction *action, GVariant *parameter, gpointer page)
{
    leat_model_group_train(LEAT_LIVE_PAGE(page)->model_group);
}

static void toggle_recording(GSimpleAction *action, GVariant *parameter, gpointer page)
{
    LeatLivePage *self = LEAT_LIVE_PAGE(page);
    const LeatFigures *figures = leat_session_controller_figures(self->context.session);

    g_action_group_activate_action(
        G_ACTION_GROUP(self->actions),
        leat_figures_is_recording(figures) ? "stop-recording" : "start-recording", NULL);
}

static const GActionEntry actions[] = {
    {.name = "start-camera", .activate = start_camera},
    {.name = "stop-camera", .activate = stop_camera},
    {.name = "close-camera", .activate = close_camera},
    {.name = "toggle-camera", .activate = toggle_camera},
    {.name = "refresh-sources", .activate = refresh_sources},
    {.name = "create-recording", .activate = create_recording},
    {.name = "start-recording", .activate = start_recording},
    {.name = "stop-recording", .activate = stop_recording},
    {.name = "toggle-recording", .activate = toggle_recording},
    {.name = "train", .activate = train},
    {.name = "test-cpu", .activate = test_cpu},
};

static void enable(LeatLivePage *page, const char *name, bool enabled)
{
    GAction *action = g_action_map_lookup_action(page->actions, name);

    g_simple_action_set_enabled(G_SIMPLE_ACTION(action), enabled);
}

static void update(LeatLivePage *page)
{
    const LeatFigures *figures = leat_session_controller_figures(page->context.session);
    bool running = figures->phase == LEAT_PHASE_RUNNING;
    bool live = leat_figures_is_live(figures);
    bool recording = leat_figures_is_recording(figures);

    enable(page, "start-camera", !live);
    enable(page, "stop-camera", live);
    enable(page, "close-camera", running || !leat_live_view_is_empty(page->live_view));
    enable(page, "create-recording", !recording);
    enable(page, "start-recording", live && !recording);
    enable(page, "stop-recording", recording && figures->light != LEAT_LIGHT_STOPPING);
    /* Another source would end the recording behind the user's back. */
    leat_camera_group_set_locked(page->camera_group, recording);
}

/* So that single keys are commands and labels again. */
static bool leave_entry(LeatLivePage *page)
{
    GtkRoot *root = gtk_widget_get_root(GTK_WIDGET(page));

    if (!GTK_IS_EDITABLE(gtk_root_get_focus(root)))
        return false;
    gtk_root_set_focus(root, NULL);
    return true;
}

static void picture_pressed(LeatLivePage *page)
{
    leave_entry(page);
}

static gboolean escaped(GtkWidget *widget, GVariant *args, gpointer data)
{
    return leave_entry(LEAT_LIVE_PAGE(widget));
}

static void show_label(LeatLivePage *page)
{
    bool lit;
    g_autofree char *text = leat_labelling_badge(page->context.labelling, &lit);

    leat_live_view_set_label(page->live_view, text, lit);
}

static void mapped(LeatLivePage *page)
{
    leat_labels_group_set_shown(page->labels_group, true);
}

static void unmapped(LeatLivePage *page)
{
    leat_labels_group_set_shown(page->labels_group, false);
}

void leat_live_page_set_up(LeatLivePage *page, const LeatContext *context, GActionMap *action_map,
                           const char *source, bool start)
{
    LeatSessionController *session = context->session;
    g_autofree char *usual = leat_settings_text(context->settings, LEAT_SETTING_SOURCE);
    g_autoptr(GPropertyAction) show_controls = NULL;

    page->context = *context;
    page->actions = action_map;
    g_action_map_add_action_entries(action_map, actions, G_N_ELEMENTS(actions), page);
    show_controls = g_property_action_new("show-controls", page->flap, "reveal-flap");
    g_action_map_add_action(action_map, G_ACTION(show_controls));
    g_signal_connect_object(session, "show", G_CALLBACK(update), page, G_CONNECT_SWAPPED);
    leat_live_view_set_controller(page->live_view, session);
    leat_recording_group_set_up(page->recording_group, context);
    leat_labels_group_set_up(page->labels_group, context, action_map, page->recording_group);
    g_signal_connect_object(context->labelling, "changed", G_CALLBACK(show_label), page,
                            G_CONNECT_SWAPPED);
    g_signal_connect(page, "map", G_CALLBACK(mapped), NULL);
    g_signal_connect(page, "unmap", G_CALLBACK(unmapped), NULL);
    leat_model_group_set_up(page->model_group, context);
    leat_power_group_set_up(page->power_group, context);
    leat_camera_group_set_controller(page->camera_group, session, source, usual, start);
    update(page);
}

void leat_live_page_open(LeatLivePage *page, const char *source)
{
    leat_camera_group_open(page->camera_group, source);
}

static void leat_live_page_class_init(LeatLivePageClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    g_type_ensure(LEAT_TYPE_LIVE_VIEW);
    g_type_ensure(LEAT_TYPE_CAMERA_GROUP);
    g_type_ensure(LEAT_TYPE_RECORDING_GROUP);
    g_type_ensure(LEAT_TYPE_LABELS_GROUP);
    g_type_ensure(LEAT_TYPE_MODEL_GROUP);
    g_type_ensure(LEAT_TYPE_POWER_GROUP);
    gtk_widget_class_set_template_from_resource(widget_class, "/org/leat/Leat/gui/live-page.ui");
    gtk_widget_class_bind_template_callback(widget_class, picture_pressed);
    gtk_widget_class_add_binding(widget_class, GDK_KEY_Escape, 0, escaped, NULL);
    gtk_widget_class_bind_template_child(widget_class, LeatLivePage, flap);
    gtk_widget_class_bind_template_child(widget_class, LeatLivePage, live_view);
    gtk_widget_class_bind_template_child(widget_class, LeatLivePage, camera_group);
    gtk_widget_class_bind_template_child(widget_class, LeatLivePage, recording_group);
    gtk_widget_class_bind_template_child(widget_class, LeatLivePage, labels_group);
    gtk_widget_class_bind_template_child(widget_class, LeatLivePage, model_group);
    gtk_widget_class_bind_template_child(widget_class, LeatLivePage, power_group);
}

static void leat_live_page_init(LeatLivePage *page)
{
    gtk_widget_init_template(GTK_WIDGET(page));
}
