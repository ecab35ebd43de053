/* SPDX-License-Identifier: MIT */
#include "gui/recent-files.h"

#include "base/log.h"
#include "gui/background.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <stdbool.h>

#define MIME_TYPE "application/x-leat"
#define MAX_ITEMS 8

struct LeatRecentFiles {
    GMenu *menu;
    GQueue waiting; /* paths to add */
    LeatBackground *io;
};

static char *list_path(void)
{
    return g_build_filename(g_get_user_data_dir(), "recently-used.xbel", NULL);
}

/* On the thread. Another program's list may be long, and is left as it is. */
static void add_to(GBookmarkFile *bookmarks, const char *list, const char *path)
{
    g_autofree char *uri = g_filename_to_uri(path, NULL, NULL);
    g_autofree char *folder = g_path_get_dirname(list);
    g_autoptr(GError) error = NULL;

    if (!uri || g_access(path, R_OK) != 0)
        return;
    g_bookmark_file_set_mime_type(bookmarks, uri, MIME_TYPE);
    g_bookmark_file_add_application(bookmarks, uri, "Leat", "leat studio %f");
    if (g_mkdir_with_parents(folder, 0700) != 0)
        leat_log(LEAT_LOG_WARNING, "cannot keep the recent files in %s: %s", folder,
                 g_strerror(errno));
    else if (!g_bookmark_file_to_file(bookmarks, list, &error))
        leat_log(LEAT_LOG_WARNING, "cannot keep the recent files: %s", error->message);
}

typedef struct {
    char *uri;
    GDateTime *visited; /* the bookmarks' */
} Entry;

static int latest_first(gconstpointer a, gconstpointer b)
{
    return g_date_time_compare(((const Entry *)b)->visited, ((const Entry *)a)->visited);
}

static void clear_entry(gpointer entry)
{
    g_free(((Entry *)entry)->uri);
}

static bool is_library(GBookmarkFile *bookmarks, const char *uri)
{
    g_autofree char *type = g_bookmark_file_get_mime_type(bookmarks, uri, NULL);
    g_autofree char *path = g_filename_from_uri(uri, NULL, NULL);

    return g_strcmp0(type, MIME_TYPE) == 0 && path && g_access(path, R_OK) == 0;
}

/* The addresses of the libraries that are still there. */
static char **libraries_of(GBookmarkFile *bookmarks)
{
    g_auto(GStrv) uris = g_bookmark_file_get_uris(bookmarks, NULL);
    g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(Entry));
    g_autoptr(GStrvBuilder) found = g_strv_builder_new();

    g_array_set_clear_func(entries, clear_entry);
    for (char **uri = uris; *uri; uri++) {
        Entry entry = {*uri, g_bookmark_file_get_modified_date_time(bookmarks, *uri, NULL)};

        if (!entry.visited || !is_library(bookmarks, *uri))
            continue;
        entry.uri = g_strdup(*uri);
        g_array_append_val(entries, entry);
    }
    g_array_sort(entries, latest_first);
    for (guint i = 0; i < MIN(entries->len, MAX_ITEMS); i++)
        g_strv_builder_add(found, g_array_index(entries, Entry, i).uri);
    return g_strv_builder_end(found);
}

/* On the thread: adds the path, when there is one, and answers the addresses to show. */
static void *read_list(void *path)
{
    g_autoptr(GBookmarkFile) bookmarks = g_bookmark_file_new();
    g_autofree char *list = list_path();
    g_autoptr(GError) error = NULL;

    if (!g_bookmark_file_load_from_file(bookmarks, list, &error) &&
        !g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT)) {
        /* It is every program's: what cannot be read is not written over. */
        leat_log(LEAT_LOG_WARNING, "cannot read the recent files: %s", error->message);
        return g_new0(char *, 1);
    }
    if (path)
        add_to(bookmarks, list, path);
    return libraries_of(bookmarks);
}

/* Where it is, as people write it. */
static char *label_of(const char *uri)
{
    g_autofree char *path = g_filename_from_uri(uri, NULL, NULL);
    g_autofree char *shown = g_filename_display_name(path);
    const char *home = g_get_home_dir();
    g_autoptr(GString) label = g_string_new(shown);

    if (g_str_has_prefix(shown, home) && shown[strlen(home)] == '/') {
        g_string_erase(label, 0, (gssize)strlen(home));
        g_string_prepend_c(label, '~');
    }
    /* A single one would mark the key that chooses the item. */
    g_string_replace(label, "_", "__", 0);
    return g_string_free(g_steal_pointer(&label), FALSE);
}

static void begin(LeatRecentFiles *recent, char *path);

static void fill_menu(LeatRecentFiles *recent, char **uris)
{
    g_menu_remove_all(recent->menu);
    for (char **uri = uris; *uri; uri++) {
        g_autofree char *label = label_of(*uri);
        g_autoptr(GMenuItem) item = g_menu_item_new(label, NULL);

        g_menu_item_set_action_and_target(item, "win.open", "s", *uri);
        g_menu_append_item(recent->menu, item);
    }
    /* No such action, so that it cannot be chosen. */
    if (!*uris)
        g_menu_append(recent->menu, _("No Recent Libraries"), "win.none");
}

static void list_read(void *result, void *target)
{
    LeatRecentFiles *recent = target;

    g_clear_pointer(&recent->io, leat_background_free);
    fill_menu(recent, result);
    g_strfreev(result);
    if (!g_queue_is_empty(&recent->waiting))
        begin(recent, g_queue_pop_head(&recent->waiting));
}

static void free_list(void *list)
{
    g_strfreev(list);
}

/* Takes the path. */
static void begin(LeatRecentFiles *recent, char *path)
{
    LeatBackgroundCall call = {"recent-files", read_list, list_read, free_list, path, g_free};
    g_autoptr(GError) error = NULL;

    recent->io = leat_background_new(&call, recent, &error);
    if (!recent->io)
        leat_log(LEAT_LOG_WARNING, "cannot read the recent files: %s", error->message);
}

LeatRecentFiles *leat_recent_files_new(void)
{
    LeatRecentFiles *recent = g_new0(LeatRecentFiles, 1);

    recent->menu = g_menu_new();
    g_queue_init(&recent->waiting);
    begin(recent, NULL);
    return recent;
}

void leat_recent_files_free(LeatRecentFiles *recent)
{
    if (!recent)
        return;
    leat_background_free(recent->io);
    g_queue_clear_full(&recent->waiting, g_free);
    g_object_unref(recent->menu);
    g_free(recent);
}

GMenuModel *leat_recent_files_menu(LeatRecentFiles *recent)
{
    return G_MENU_MODEL(recent->menu);
}

void leat_recent_files_add(LeatRecentFiles *recent, const char *path)
{
    if (recent->io)
        g_queue_push_tail(&recent->waiting, g_strdup(path));
    else
        begin(recent, g_strdup(path));
}
