/* SPDX-License-Identifier: MIT */
#include "gui/camera-group.h"

#include "base/error.h"
#include "base/log.h"
#include "gui/background.h"
#include "gui/device-watch.h"
#include "gui/file-chooser.h"
#include "gui/mode-rows.h"
#include "gui/source-choice.h"
#include "media/filter.h"
#include "media/source.h"

#include <glib/gi18n.h>

struct _LeatCameraGroup {
    AdwPreferencesGroup parent_instance;

    /* The template's. */
    GListStore *choices;
    AdwComboRow *source_row;
    AdwEntryRow *address_row;
    AdwComboRow *size_row, *rate_row, *effect_row;
    GtkStringList *effect_names;

    LeatSessionController *controller;
    LeatBackground *search;
    LeatDeviceWatch *watch;
    LeatModeRows *modes;
    bool searched_late; /* something changed while it was searched */
    char *usual;        /* the source of last time; NULL none */
    bool undecided;     /* choose what the search finds best */
    bool autostart;     /* and start it */
    bool filling;       /* the list changes, not the user's mind */
};

G_DEFINE_FINAL_TYPE(LeatCameraGroup, leat_camera_group, ADW_TYPE_PREFERENCES_GROUP)

static const char *selected_spec(LeatCameraGroup *group)
{
    LeatSourceChoice *choice = adw_combo_row_get_selected_item(group->source_row);

    return choice ? leat_source_choice_spec(choice) : NULL;
}

static void show_address_row(LeatCameraGroup *group)
{
    gtk_widget_set_visible(GTK_WIDGET(group->address_row), !selected_spec(group));
}

static void mode_chosen(int width, int height, LeatRational rate, void *data)
{
    leat_session_controller_set_mode(LEAT_CAMERA_GROUP(data)->controller, width, height, rate);
}

/* What the chosen source can do. */
static void offer_modes(LeatCameraGroup *group)
{
    LeatSourceChoice *choice = adw_combo_row_get_selected_item(group->source_row);

    leat_mode_rows_offer(group->modes, choice ? leat_source_choice_formats(choice) : NULL);
}

static void effect_selected(LeatCameraGroup *group)
{
    guint selected = adw_combo_row_get_selected(group->effect_row);

    if (!group->filling && group->controller && selected != GTK_INVALID_LIST_POSITION)
        leat_session_controller_set_effect(group->controller, leat_filter_presets()[selected].id);
}

/* Presets by the names that people read. */
static void fill_effects(LeatCameraGroup *group)
{
    static const char *const names[] = {N_("None"),  N_("Grey"), N_("Negative"),
                                        N_("Edges"), N_("Flip"), N_("Blur")};

    group->filling = true;
    for (guint i = 0; leat_filter_presets()[i].id; i++)
        gtk_string_list_append(group->effect_names, i < G_N_ELEMENTS(names)
                                                        ? _(names[i])
                                                        : leat_filter_presets()[i].name);
    group->filling = false;
}

/* The text to parse: of a choice, or what was typed. */
static char *chosen_text(LeatCameraGroup *group)
{
    const char *spec = selected_spec(group);

    return spec ? g_strdup(spec)
                : g_strstrip(g_strdup(gtk_editable_get_text(GTK_EDITABLE(group->address_row))));
}

/* Gives what is chosen to the controller, which restarts what runs. */
static bool apply(LeatCameraGroup *group, GError **error)
{
    const LeatSourceSpec *current = leat_session_controller_source(group->controller);
    g_autofree char *text = chosen_text(group);
    g_autoptr(LeatSourceSpec) spec = NULL;

    /* What is shown may lack a password that the source has. */
    if (current && g_str_equal(text, current->shown))
        return true;
    if (!*text) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                    "no file or address is given; type one (such as rtsp://camera.local/stream) "
                    "or choose another source");
        return false;
    }
    spec = leat_source_spec_parse(text, error);
    if (!spec)
        return false;
    leat_session_controller_set_source(group->controller, spec);
    return true;
}

static void source_selected(LeatCameraGroup *group)
{
    if (group->filling)
        return;
    group->undecided = false;
    show_address_row(group);
    offer_modes(group);
    /* What is to be typed is applied when the user is done with it. */
    if (!selected_spec(group))
        gtk_widget_grab_focus(GTK_WIDGET(group->address_row));
    else
        apply(group, NULL);
}

void leat_camera_group_start(LeatCameraGroup *group)
{
    g_autoptr(GError) error = NULL;

    if (apply(group, &error))
        leat_session_controller_start(group->controller);
    else
        leat_session_controller_report(group->controller, _("The source did not start"), error);
}

void leat_camera_group_set_locked(LeatCameraGroup *group, bool locked)
{
    gtk_widget_set_sensitive(GTK_WIDGET(group->source_row), !locked);
    gtk_widget_set_sensitive(GTK_WIDGET(group->address_row), !locked);
    gtk_widget_set_sensitive(GTK_WIDGET(group->size_row), !locked);
    gtk_widget_set_sensitive(GTK_WIDGET(group->rate_row), !locked);
}

static void address_activated(LeatCameraGroup *group)
{
    leat_camera_group_start(group);
}

static void fill(LeatCameraGroup *group, GPtrArray *found)
{
    g_autofree char *before = chosen_text(group);
    LeatSourceChoice *kept = adw_combo_row_get_selected_item(group->source_row);
    GListModel *model = G_LIST_MODEL(group->choices);
    guint position;

    if (kept)
        g_object_ref(kept);
    group->filling = true;
    leat_source_choices_fill(group->choices, found, kept);
    g_clear_object(&kept);
    position = group->undecided ? leat_source_choices_best(model, group->usual)
                                : leat_source_choices_find(model, before);
    adw_combo_row_set_selected(group->source_row, position);
    group->filling = false;
    show_address_row(group);
    offer_modes(group);
}

static void search_done(void *result, void *target)
{
    LeatCameraGroup *group = target;
    GPtrArray *found = result;

    leat_background_free(group->search);
    group->search = NULL;
    fill(group, found);
    g_ptr_array_unref(found);
    if (group->undecided && group->autostart)
        leat_camera_group_start(group);
    group->undecided = false;
    if (group->searched_late) {
        group->searched_late = false;
        leat_camera_group_refresh(group);
    }
}

static void *search(void *data)
{
    return leat_source_list();
}

static void free_found(void *found)
{
    g_ptr_array_unref(found);
}

void leat_camera_group_refresh(LeatCameraGroup *group)
{
    static const LeatBackgroundCall call = {"find-sources", search, search_done, free_found};
    g_autoptr(GError) error = NULL;

    group->searched_late = group->search != NULL;
    if (group->search)
        return;
    group->search = leat_background_new(&call, group, &error);
    if (!group->search)
        leat_log(LEAT_LOG_ERROR, "cannot look for cameras: %s", error->message);
}

/* Chooses an entry, with that text for the one to fill in, which nobody is about to type in. */
static void choose(LeatCameraGroup *group, guint position, const char *text)
{
    group->filling = true;
    gtk_editable_set_text(GTK_EDITABLE(group->address_row), text);
    adw_combo_row_set_selected(group->source_row, position);
    group->filling = false;
    show_address_row(group);
    offer_modes(group);
}

static void begin_with(LeatCameraGroup *group, const char *source, bool start)
{
    g_autoptr(LeatSourceSpec) spec = leat_source_spec_parse(source, NULL);
    guint position = leat_source_choices_find(G_LIST_MODEL(group->choices), source);

    if (spec)
        leat_session_controller_set_source(group->controller, spec);
    choose(group, position, spec ? spec->shown : source);
    if (start)
        leat_camera_group_start(group);
}

static void devices_changed(void *group)
{
    leat_camera_group_refresh(group);
}

static bool is_camera(const char *source)
{
    g_autoptr(LeatSourceSpec) spec = leat_source_spec_parse(source, NULL);

    return spec && spec->kind == LEAT_SOURCE_CAMERA;
}

void leat_camera_group_set_controller(LeatCameraGroup *group, LeatSessionController *controller,
                                      const char *source, const char *usual, bool start)
{
    group->usual = g_strdup(usual);
    /* A camera may be gone: it is chosen only where it is found. */
    if (!source && usual && !is_camera(usual))
        source = usual;
    group->controller = g_object_ref(controller);
    group->modes = leat_mode_rows_new(group->size_row, group->rate_row, mode_chosen, group);
    fill(group, NULL);
    group->undecided = !source;
    group->autostart = start;
    if (source)
        begin_with(group, source, start);
    group->watch = leat_device_watch_new(devices_changed, group);
    leat_camera_group_refresh(group);
}

void leat_camera_group_open(LeatCameraGroup *group, const char *source)
{
    group->undecided = false;
    choose(group, leat_source_choices_find(G_LIST_MODEL(group->choices), NULL), source);
    leat_camera_group_start(group);
}

static void file_chosen(GtkWidget *widget, const char *path)
{
    leat_camera_group_open(LEAT_CAMERA_GROUP(widget), path);
}

static void choose_file(LeatCameraGroup *group)
{
    const LeatFileChooser chooser = {
        .title = _("Choose a Video File"),
        .accept = _("_Open"),
        .filter_name = _("Videos"),
        .mime_type = "video/*",
    };

    leat_file_chooser_show(GTK_WIDGET(group), &chooser, file_chosen);
}

static void leat_camera_group_dispose(GObject *object)
{
    LeatCameraGroup *group = LEAT_CAMERA_GROUP(object);

    g_clear_pointer(&group->watch, leat_device_watch_free);
    g_clear_pointer(&group->search, leat_background_free);
    g_clear_pointer(&group->modes, leat_mode_rows_free);
    g_clear_object(&group->controller);
    g_clear_pointer(&group->usual, g_free);
    G_OBJECT_CLASS(leat_camera_group_parent_class)->dispose(object);
}

static void leat_camera_group_class_init(LeatCameraGroupClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    G_OBJECT_CLASS(class)->dispose = leat_camera_group_dispose;
    g_type_ensure(LEAT_TYPE_SOURCE_CHOICE);
    gtk_widget_class_set_template_from_resource(widget_class, "/org/leat/Leat/gui/camera-group.ui");
    gtk_widget_class_bind_template_child(widget_class, LeatCameraGroup, choices);
    gtk_widget_class_bind_template_child(widget_class, LeatCameraGroup, source_row);
    gtk_widget_class_bind_template_child(widget_class, LeatCameraGroup, address_row);
    gtk_widget_class_bind_template_child(widget_class, LeatCameraGroup, size_row);
    gtk_widget_class_bind_template_child(widget_class, LeatCameraGroup, rate_row);
    gtk_widget_class_bind_template_child(widget_class, LeatCameraGroup, effect_row);
    gtk_widget_class_bind_template_child(widget_class, LeatCameraGroup, effect_names);
    gtk_widget_class_bind_template_callback(widget_class, effect_selected);
    gtk_widget_class_bind_template_callback(widget_class, source_selected);
    gtk_widget_class_bind_template_callback(widget_class, address_activated);
    gtk_widget_class_bind_template_callback(widget_class, choose_file);
}

static void leat_camera_group_init(LeatCameraGroup *group)
{
    gtk_widget_init_template(GTK_WIDGET(group));
    fill_effects(group);
}
