/* SPDX-License-Identifier: MIT */
#include "gui/library-model.h"

#include "app/library-watch.h"
#include "base/error.h"
#include "base/log.h"
#include "gui/frame-texture.h"
#include "gui/hold.h"

/* Thumbnails in memory; 130 kB each. The first made goes first. */
#define MAX_THUMBNAILS 256

struct _LeatLibraryModel {
    GObject parent_instance;

    char *path;
    LeatLibraryState state;
    GError *error;
    LeatLibraryWatch *watch; /* NULL before the first path */
    bool shown;

    GPtrArray *items;    /* LeatRecordingItem, all of them, the newest first */
    GListStore *visible; /* those that are not hidden */
    GHashTable *hidden;  /* their numbers */
    GQueue thumbnails;   /* LeatRecordingItem, references, that have one */
};

G_DEFINE_FINAL_TYPE(LeatLibraryModel, leat_library_model, G_TYPE_OBJECT)

enum {
    CHANGED,
    LOADED,
    SIGNALS,
};

static guint signals[SIGNALS];

const char *leat_library_model_path(LeatLibraryModel *library)
{
    return library->path;
}

LeatLibraryState leat_library_model_state(LeatLibraryModel *library)
{
    return library->state;
}

const GError *leat_library_model_error(LeatLibraryModel *library)
{
    return library->error;
}

GListModel *leat_library_model_recordings(LeatLibraryModel *library)
{
    return G_LIST_MODEL(library->visible);
}

LeatRecordingItem *leat_library_model_find(LeatLibraryModel *library, int64_t recording)
{
    for (guint i = 0; i < library->items->len; i++)
        if (leat_recording_item_id(library->items->pdata[i]) == recording)
            return library->items->pdata[i];
    return NULL;
}

bool leat_library_model_has_name(LeatLibraryModel *library, const char *name)
{
    for (guint i = 0; i < library->items->len; i++)
        if (g_str_equal(leat_recording_item_name(library->items->pdata[i]), name))
            return true;
    return false;
}

static bool is_hidden(LeatLibraryModel *library, LeatRecordingItem *item)
{
    gint64 id = leat_recording_item_id(item);

    return g_hash_table_contains(library->hidden, &id);
}

/* Replaces only what differs, so that a view keeps its place. */
static void show_items(LeatLibraryModel *library)
{
    GListModel *list = G_LIST_MODEL(library->visible);
    g_autoptr(GPtrArray) wanted = g_ptr_array_new();
    guint count = g_list_model_get_n_items(list), same = 0, end = 0;

    for (guint i = 0; i < library->items->len; i++)
        if (!is_hidden(library, library->items->pdata[i]))
            g_ptr_array_add(wanted, library->items->pdata[i]);
    for (; same < MIN(count, wanted->len); same++) {
        g_autoptr(GObject) item = g_list_model_get_item(list, same);

        if (item != wanted->pdata[same])
            break;
    }
    for (; end < MIN(count, wanted->len) - same; end++) {
        g_autoptr(GObject) item = g_list_model_get_item(list, count - 1 - end);

        if (item != wanted->pdata[wanted->len - 1 - end])
            break;
    }
    if (count == wanted->len && same == count)
        return;
    g_list_store_splice(library->visible, same, count - same - end,
                        wanted->pdata ? wanted->pdata + same : NULL, wanted->len - same - end);
}

/* Takes the recording. What has just begun had no frame to make a thumbnail of when it was shown.
 */
static void update_item(LeatLibraryModel *library, LeatRecordingItem *item,
                        LeatRecording *recording, GHashTable *known)
{
    bool empty = leat_recording_item_recording(item)->frames == 0;

    g_hash_table_remove(known, &recording->id);
    leat_recording_item_update(item, recording);
    if (empty)
        leat_library_model_want_thumbnail(library, item);
}

/* Those that are known stay the same items. Takes the recordings. */
static void take_recordings(LeatLibraryModel *library, GPtrArray *recordings)
{
    g_autoptr(GHashTable) known = g_hash_table_new(g_int64_hash, g_int64_equal);
    GPtrArray *old = library->items;

    for (guint i = 0; i < old->len; i++) {
        const LeatRecording *recording = leat_recording_item_recording(old->pdata[i]);

        g_hash_table_insert(known, (gpointer)&recording->id, old->pdata[i]);
    }
    library->items = g_ptr_array_new_with_free_func(g_object_unref);
    for (guint i = recordings ? recordings->len : 0; i > 0; i--) {
        LeatRecording *recording = recordings->pdata[i - 1];
        LeatRecordingItem *item = g_hash_table_lookup(known, &recording->id);

        g_ptr_array_add(library->items,
                        item ? g_object_ref(item) : leat_recording_item_new(recording));
        if (item)
            update_item(library, item, recording, known);
    }
    if (recordings) { /* the items have what was in it */
        g_ptr_array_set_free_func(recordings, NULL);
        g_ptr_array_unref(recordings);
    }
    show_items(library);
    g_ptr_array_unref(old);
}

static void listed(const char *path, GPtrArray *recordings, const GError *error, void *data)
{
    LeatLibraryModel *library = data;

    if (g_strcmp0(path, library->path) != 0) {
        if (recordings)
            g_ptr_array_unref(recordings);
        return;
    }
    g_clear_error(&library->error);
    library->error = error ? g_error_copy(error) : NULL;
    library->state = error ? LEAT_LIBRARY_FAILED : LEAT_LIBRARY_READY;
    take_recordings(library, recordings);
    g_signal_emit(library, signals[LOADED], 0);
}

static void forget_thumbnail(LeatRecordingItem *item)
{
    leat_recording_item_set_thumbnail(item, NULL);
    g_object_unref(item);
}

static void thumbnail_made(const char *path, int64_t recording, LeatFrame *picture, void *data)
{
    LeatLibraryModel *library = data;
    LeatRecordingItem *item = leat_library_model_find(library, recording);
    g_autoptr(GdkTexture) texture = NULL;

    if (!item || !picture || g_strcmp0(path, library->path) != 0)
        return;
    texture = leat_frame_texture_new(picture);
    if (!leat_recording_item_thumbnail(item))
        g_queue_push_tail(&library->thumbnails, g_object_ref(item));
    leat_recording_item_set_thumbnail(item, texture);
    if (library->thumbnails.length > MAX_THUMBNAILS)
        forget_thumbnail(g_queue_pop_head(&library->thumbnails));
}

void leat_library_model_want_thumbnail(LeatLibraryModel *library, LeatRecordingItem *item)
{
    if (library->watch && leat_recording_item_recording(item)->frames > 0)
        leat_library_watch_want_thumbnail(library->watch, leat_recording_item_id(item));
}

static void clear_items(LeatLibraryModel *library)
{
    g_list_store_remove_all(library->visible);
    g_ptr_array_set_size(library->items, 0);
    g_hash_table_remove_all(library->hidden);
    g_queue_clear_full(&library->thumbnails, g_object_unref);
}

static void begin_watch(LeatLibraryModel *library)
{
    LeatLibraryWatchCallbacks callbacks = {listed, thumbnail_made, NULL, library};

    library->watch = leat_library_watch_new(&callbacks, LEAT_THUMBNAIL_WIDTH, LEAT_THUMBNAIL_HEIGHT,
                                            NULL, &library->error);
    if (library->watch) {
        leat_library_watch_set_close(library->watch, library->shown);
        return;
    }
    leat_log(LEAT_LOG_ERROR, "%s", library->error->message);
    library->state = LEAT_LIBRARY_FAILED;
}

void leat_library_model_set_path(LeatLibraryModel *library, const char *path)
{
    if (g_strcmp0(library->path, path) == 0)
        return;
    g_free(library->path);
    library->path = g_strdup(path);
    library->state = LEAT_LIBRARY_LOADING;
    g_clear_error(&library->error);
    clear_items(library);
    if (!library->watch)
        begin_watch(library);
    if (library->watch)
        leat_library_watch_set_path(library->watch, path);
    g_signal_emit(library, signals[CHANGED], 0);
    g_signal_emit(library, signals[LOADED], 0);
}

void leat_library_model_set_shown(LeatLibraryModel *library, bool shown)
{
    library->shown = shown;
    if (library->watch)
        leat_library_watch_set_close(library->watch, shown);
}

void leat_library_model_refresh(LeatLibraryModel *library)
{
    if (library->watch)
        leat_library_watch_refresh(library->watch);
}

void leat_library_model_hide(LeatLibraryModel *library, int64_t recording)
{
    g_hash_table_add(library->hidden, g_memdup2(&recording, sizeof(recording)));
    show_items(library);
    g_signal_emit(library, signals[LOADED], 0);
}

void leat_library_model_unhide(LeatLibraryModel *library, int64_t recording)
{
    if (!g_hash_table_remove(library->hidden, &recording))
        return;
    show_items(library);
    g_signal_emit(library, signals[LOADED], 0);
}

static void leat_library_model_finalize(GObject *object)
{
    LeatLibraryModel *library = LEAT_LIBRARY_MODEL(object);

    if (library->watch) {
        leat_hold_begin();
        leat_library_watch_let_go(library->watch, leat_hold_end, NULL);
    }
    clear_items(library);
    g_ptr_array_unref(library->items);
    g_object_unref(library->visible);
    g_hash_table_unref(library->hidden);
    g_clear_error(&library->error);
    g_free(library->path);
    G_OBJECT_CLASS(leat_library_model_parent_class)->finalize(object);
}

static guint new_signal(const char *name)
{
    return g_signal_new(name, LEAT_TYPE_LIBRARY_MODEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                        G_TYPE_NONE, 0);
}

static void leat_library_model_class_init(LeatLibraryModelClass *class)
{
    G_OBJECT_CLASS(class)->finalize = leat_library_model_finalize;
    signals[CHANGED] = new_signal("changed");
    signals[LOADED] = new_signal("loaded");
}

static void leat_library_model_init(LeatLibraryModel *library)
{
    library->items = g_ptr_array_new_with_free_func(g_object_unref);
    library->visible = g_list_store_new(LEAT_TYPE_RECORDING_ITEM);
    library->hidden = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    g_queue_init(&library->thumbnails);
}

LeatLibraryModel *leat_library_model_new(void)
{
    return g_object_new(LEAT_TYPE_LIBRARY_MODEL, NULL);
}
