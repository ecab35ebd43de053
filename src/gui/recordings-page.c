/* SPDX-License-Identifier: MIT */
#include "gui/recordings-page.h"

#include "gui/css-class.h"
#include "gui/job-bar.h"
#include "gui/playback-view.h"
#include "gui/recording-card.h"
#include "gui/recording-tasks.h"

#include <glib/gi18n.h>

struct _LeatRecordingsPage {
    AdwBin parent_instance;

    /* The template's. */
    GtkStack *stack;
    GtkStack *content;
    GtkWidget *search_bar;
    GtkEditable *search_entry;
    GtkLabel *title_label;
    AdwStatusPage *status_page;
    GtkWidget *retry_button;
    GtkWidget *open_button;
    GtkGridView *grid;
    LeatPlaybackView *playback;
    LeatJobBar *job_bar;

    LeatContext context;
    GtkStringFilter *filter;
    GtkFilterListModel *filtered;
    GtkSingleSelection *selection;
    LeatRecordingTasks *tasks;
    LeatRecordingLight light; /* of the recording, at the last look */
    bool shown;               /* the page */
};

G_DEFINE_FINAL_TYPE(LeatRecordingsPage, leat_recordings_page, ADW_TYPE_BIN)

/* What is shown: the grid, or why there is none. */

typedef struct {
    const char *icon, *title;
    char *description; /* markup; to be freed */
    bool retry, open;
} Empty;

static Empty why_empty(LeatRecordingsPage *page)
{
    LeatLibraryModel *library = page->context.library;
    const GError *error = leat_library_model_error(library);
    guint all = g_list_model_get_n_items(leat_library_model_recordings(library));
    Empty empty = {.icon = "folder-videos-symbolic", .title = _("No Recordings")};

    if (error) {
        empty.icon = "dialog-warning-symbolic";
        empty.title = _("This Library Cannot Be Opened");
        empty.description = g_markup_escape_text(error->message, -1);
        empty.retry = empty.open = true;
    } else if (all > 0) {
        empty.icon = "edit-find-symbolic";
        empty.title = _("Nothing Found");
        empty.description = g_strdup(_("No recording has such a name."));
    } else {
        empty.description =
            g_markup_escape_text(_("Record something on the Live page, and it appears here."), -1);
        empty.open = true;
    }
    return empty;
}

static void show_empty(LeatRecordingsPage *page)
{
    Empty empty = why_empty(page);

    adw_status_page_set_icon_name(page->status_page, empty.icon);
    adw_status_page_set_title(page->status_page, empty.title);
    adw_status_page_set_description(page->status_page, empty.description);
    gtk_widget_set_visible(page->retry_button, empty.retry);
    gtk_widget_set_visible(page->open_button, empty.open);
    gtk_stack_set_visible_child_name(page->content, "empty");
    g_free(empty.description);
}

static void show_title(LeatRecordingsPage *page, guint count)
{
    const char *path = leat_library_model_path(page->context.library);
    g_autofree char *name = path ? g_filename_display_basename(path) : g_strdup("");
    g_autofree char *title =
        g_strdup_printf(ngettext("%u recording in %s", "%u recordings in %s", count), count, name);

    gtk_label_set_label(page->title_label, count > 0 ? title : name);
}

static void update(LeatRecordingsPage *page)
{
    LeatLibraryModel *library = page->context.library;
    guint all = g_list_model_get_n_items(leat_library_model_recordings(library));
    guint found = g_list_model_get_n_items(G_LIST_MODEL(page->filtered));

    show_title(page, all);
    gtk_widget_set_visible(page->search_bar, all > 0);
    if (found > 0)
        gtk_stack_set_visible_child_name(page->content, "grid");
    else if (leat_library_model_state(library) == LEAT_LIBRARY_LOADING)
        gtk_stack_set_visible_child_name(page->content, "loading");
    else
        show_empty(page);
}

/* Not on the buttons below the picture that is played. */
static void place_toasts(LeatRecordingsPage *page)
{
    GtkWidget *overlay = gtk_widget_get_ancestor(GTK_WIDGET(page), ADW_TYPE_TOAST_OVERLAY);

    if (!overlay)
        return;
    leat_css_class_set(
        overlay, "above-controls",
        page->shown && g_strcmp0(gtk_stack_get_visible_child_name(page->stack), "playback") == 0);
}

static void show_grid(LeatRecordingsPage *page)
{
    leat_playback_view_close(page->playback);
    gtk_stack_set_visible_child_name(page->stack, "browse");
    gtk_widget_grab_focus(GTK_WIDGET(page->grid));
}

/* What is played must not be of a library that is no longer looked at, or be gone. */
static void library_loaded(LeatRecordingsPage *page)
{
    int64_t playing = leat_playback_view_recording(page->playback);
    LeatRecordingItem *item =
        playing ? leat_library_model_find(page->context.library, playing) : NULL;

    if (playing && !item && leat_library_model_state(page->context.library) == LEAT_LIBRARY_READY)
        show_grid(page);
    else if (item)
        leat_playback_view_set_name(page->playback, leat_recording_item_name(item));
    update(page);
}

static void library_changed(LeatRecordingsPage *page)
{
    show_grid(page);
    gtk_editable_set_text(page->search_entry, "");
    update(page);
}

static void search(LeatRecordingsPage *page)
{
    gtk_string_filter_set_search(page->filter, gtk_editable_get_text(page->search_entry));
    update(page);
}

/* What is done to recordings. */

static void open_recording(LeatRecordingsPage *page, LeatRecordingItem *item)
{
    gtk_stack_set_visible_child_name(page->stack, "playback"); /* or nothing takes the focus */
    leat_playback_view_open(page->playback, leat_library_model_path(page->context.library),
                            leat_recording_item_id(item), leat_recording_item_name(item));
}

static void activated(LeatRecordingsPage *page, guint position)
{
    g_autoptr(LeatRecordingItem) item =
        g_list_model_get_item(G_LIST_MODEL(page->selection), position);

    if (item)
        open_recording(page, item);
}

static void rename_recording(LeatRecordingsPage *page, LeatRecordingItem *item)
{
    leat_recording_tasks_rename(page->tasks, item);
}

static void export_recording(LeatRecordingsPage *page, LeatRecordingItem *item)
{
    leat_recording_tasks_export(page->tasks, item);
}

static void delete_recording(LeatRecordingsPage *page, LeatRecordingItem *item)
{
    if (!leat_recording_tasks_may_delete(page->tasks, item))
        return;
    if (leat_playback_view_recording(page->playback) == leat_recording_item_id(item))
        show_grid(page);
    leat_recording_tasks_delete(page->tasks, item);
}

/* A comparison that was asked for in the playback. */
static void job_begun(LeatRecordingsPage *page, LeatJobItem *item)
{
    leat_job_bar_set_item(page->job_bar, item);
}

/* The actions: the recording's number as the parameter, or 0 for the selected one. */

static LeatRecordingItem *item_of(LeatRecordingsPage *page, GVariant *parameter)
{
    gint64 id = g_variant_get_int64(parameter);

    if (id == 0)
        id = leat_playback_view_recording(page->playback);
    if (id == 0)
        return gtk_single_selection_get_selected_item(page->selection);
    return leat_library_model_find(page->context.library, id);
}

static void act(GSimpleAction *action, GVariant *parameter, gpointer data)
{
    static const struct {
        const char *name;
        void (*func)(LeatRecordingsPage *page, LeatRecordingItem *item);
    } acts[] = {
        {"open", open_recording},
        {"rename", rename_recording},
        {"export", export_recording},
        {"delete", delete_recording},
    };
    LeatRecordingItem *item = item_of(data, parameter);

    for (size_t i = 0; item && i < G_N_ELEMENTS(acts); i++)
        if (g_str_equal(acts[i].name, g_action_get_name(G_ACTION(action))))
            acts[i].func(data, item);
}

static void refresh(GSimpleAction *action, GVariant *parameter, gpointer data)
{
    leat_library_model_refresh(LEAT_RECORDINGS_PAGE(data)->context.library);
}

static void back(GSimpleAction *action, GVariant *parameter, gpointer data)
{
    show_grid(data);
}

static void open_folder(GSimpleAction *action, GVariant *parameter, gpointer data)
{
    g_autofree char *uri = g_filename_to_uri(g_variant_get_string(parameter, NULL), NULL, NULL);

    if (uri)
        gtk_show_uri(GTK_WINDOW(gtk_widget_get_root(data)), uri, GDK_CURRENT_TIME);
}

static const GActionEntry actions[] = {
    {.name = "open", .activate = act, .parameter_type = "x"},
    {.name = "rename", .activate = act, .parameter_type = "x"},
    {.name = "export", .activate = act, .parameter_type = "x"},
    {.name = "delete", .activate = act, .parameter_type = "x"},
    {.name = "refresh", .activate = refresh},
    {.name = "back", .activate = back},
};

static void show_page(LeatRecordingsPage *page)
{
    g_action_group_change_action_state(G_ACTION_GROUP(gtk_widget_get_root(GTK_WIDGET(page))),
                                       "page", g_variant_new_string("recordings"));
}

/* One that has only just ended may not be in the list yet: it is the first there. */
static void watch(GSimpleAction *action, GVariant *parameter, gpointer data)
{
    LeatRecordingsPage *page = data;
    LeatRecordingItem *item =
        leat_library_model_find(page->context.library, g_variant_get_int64(parameter));

    show_page(page);
    if (item)
        open_recording(page, item);
    else
        show_grid(page);
}

/* (recording, frame) */
static void show_frame(GSimpleAction *action, GVariant *parameter, gpointer data)
{
    LeatRecordingsPage *page = data;
    LeatRecordingItem *item;
    gint64 recording, seq;

    g_variant_get(parameter, "(xx)", &recording, &seq);
    item = leat_library_model_find(page->context.library, recording);
    if (!item)
        return;
    show_page(page);
    open_recording(page, item);
    leat_playback_view_go_to(page->playback, seq);
}

/* Asked for elsewhere in the window: by another page, and by a toast. */
static const GActionEntry window_actions_of_page[] = {
    {.name = "show-frame", .activate = show_frame, .parameter_type = "(xx)"},
    {.name = "watch", .activate = watch, .parameter_type = "x"},
    {.name = "open-folder", .activate = open_folder, .parameter_type = "s"},
};

void leat_recordings_page_end(LeatRecordingsPage *page)
{
    leat_recording_tasks_end(page->tasks);
}

/* A recording that begins or ends changes what is in the library. */
static void session_changed(LeatRecordingsPage *page)
{
    LeatRecordingLight light = leat_session_controller_figures(page->context.session)->light;

    if (light != page->light)
        leat_library_model_refresh(page->context.library);
    page->light = light;
}

/* The grid. */

static void set_up_card(GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
    gtk_list_item_set_child(list_item, leat_recording_card_new());
}

static void bind_card(GtkSignalListItemFactory *factory, GtkListItem *list_item, gpointer page)
{
    LeatRecordingItem *item = gtk_list_item_get_item(list_item);

    leat_recording_card_set_item(LEAT_RECORDING_CARD(gtk_list_item_get_child(list_item)), item);
    if (!leat_recording_item_thumbnail(item))
        leat_library_model_want_thumbnail(LEAT_RECORDINGS_PAGE(page)->context.library, item);
}

static void unbind_card(GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
    leat_recording_card_set_item(LEAT_RECORDING_CARD(gtk_list_item_get_child(list_item)), NULL);
}

static void set_up_grid(LeatRecordingsPage *page)
{
    GListModel *recordings = g_object_ref(leat_library_model_recordings(page->context.library));
    GtkExpression *name = gtk_property_expression_new(LEAT_TYPE_RECORDING_ITEM, NULL, "name");

    page->filter = gtk_string_filter_new(name);
    page->filtered = gtk_filter_list_model_new(recordings, g_object_ref(GTK_FILTER(page->filter)));
    page->selection = gtk_single_selection_new(g_object_ref(G_LIST_MODEL(page->filtered)));
    gtk_single_selection_set_autoselect(page->selection, FALSE);
    gtk_single_selection_set_can_unselect(page->selection, TRUE);
    gtk_grid_view_set_model(page->grid, GTK_SELECTION_MODEL(page->selection));
}

void leat_recordings_page_set_up(LeatRecordingsPage *page, const LeatContext *context,
                                 GActionMap *window_actions)
{
    page->context = *context;
    g_action_map_add_action_entries(window_actions, window_actions_of_page,
                                    G_N_ELEMENTS(window_actions_of_page), page);
    page->tasks = leat_recording_tasks_new(GTK_WIDGET(page), context, page->job_bar);
    set_up_grid(page);
    leat_playback_view_set_up(page->playback, context);
    g_signal_connect_object(page->playback, "job", G_CALLBACK(job_begun), page, G_CONNECT_SWAPPED);
    g_signal_connect_object(context->library, "changed", G_CALLBACK(library_changed), page,
                            G_CONNECT_SWAPPED);
    g_signal_connect_object(context->library, "loaded", G_CALLBACK(library_loaded), page,
                            G_CONNECT_SWAPPED);
    g_signal_connect_object(context->session, "changed", G_CALLBACK(session_changed), page,
                            G_CONNECT_SWAPPED);
    update(page);
}

void leat_recordings_page_set_shown(LeatRecordingsPage *page, bool shown)
{
    if (page->context.library)
        leat_library_model_set_shown(page->context.library, shown);
    page->shown = shown;
    place_toasts(page);
    if (shown) /* or the keys are those of the page's tab */
        gtk_widget_grab_focus(GTK_WIDGET(page->grid));
    leat_playback_view_set_shown(page->playback, shown);
}

static void leat_recordings_page_dispose(GObject *object)
{
    LeatRecordingsPage *page = LEAT_RECORDINGS_PAGE(object);

    g_clear_object(&page->tasks);
    g_clear_object(&page->filter);
    g_clear_object(&page->filtered);
    g_clear_object(&page->selection);
    G_OBJECT_CLASS(leat_recordings_page_parent_class)->dispose(object);
}

static void leat_recordings_page_class_init(LeatRecordingsPageClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    G_OBJECT_CLASS(class)->dispose = leat_recordings_page_dispose;
    g_type_ensure(LEAT_TYPE_PLAYBACK_VIEW);
    g_type_ensure(LEAT_TYPE_JOB_BAR);
    gtk_widget_class_set_template_from_resource(widget_class,
                                                "/org/leat/Leat/gui/recordings-page.ui");
    /* Of the recording that is selected or played. */
    gtk_widget_class_add_binding_action(widget_class, GDK_KEY_F2, 0, "recordings.rename", "x",
                                        (gint64)0);
    gtk_widget_class_add_binding_action(widget_class, GDK_KEY_Delete, 0, "recordings.delete", "x",
                                        (gint64)0);
    gtk_widget_class_add_binding_action(widget_class, GDK_KEY_e, GDK_CONTROL_MASK,
                                        "recordings.export", "x", (gint64)0);
    gtk_widget_class_bind_template_child(widget_class, LeatRecordingsPage, stack);
    gtk_widget_class_bind_template_child(widget_class, LeatRecordingsPage, content);
    gtk_widget_class_bind_template_child(widget_class, LeatRecordingsPage, search_bar);
    gtk_widget_class_bind_template_child(widget_class, LeatRecordingsPage, search_entry);
    gtk_widget_class_bind_template_child(widget_class, LeatRecordingsPage, title_label);
    gtk_widget_class_bind_template_child(widget_class, LeatRecordingsPage, status_page);
    gtk_widget_class_bind_template_child(widget_class, LeatRecordingsPage, retry_button);
    gtk_widget_class_bind_template_child(widget_class, LeatRecordingsPage, open_button);
    gtk_widget_class_bind_template_child(widget_class, LeatRecordingsPage, grid);
    gtk_widget_class_bind_template_child(widget_class, LeatRecordingsPage, playback);
    gtk_widget_class_bind_template_child(widget_class, LeatRecordingsPage, job_bar);
    gtk_widget_class_bind_template_callback(widget_class, place_toasts);
    gtk_widget_class_bind_template_callback(widget_class, search);
    gtk_widget_class_bind_template_callback(widget_class, activated);
    gtk_widget_class_bind_template_callback(widget_class, set_up_card);
    gtk_widget_class_bind_template_callback(widget_class, bind_card);
    gtk_widget_class_bind_template_callback(widget_class, unbind_card);
}

static void leat_recordings_page_init(LeatRecordingsPage *page)
{
    g_autoptr(GSimpleActionGroup) group = g_simple_action_group_new();

    gtk_widget_init_template(GTK_WIDGET(page));
    g_action_map_add_action_entries(G_ACTION_MAP(group), actions, G_N_ELEMENTS(actions), page);
    gtk_widget_insert_action_group(GTK_WIDGET(page), "recordings", G_ACTION_GROUP(group));
}
