/* SPDX-License-Identifier: MIT */
#include "gui/deletions.h"

#include <glib/gi18n.h>

/* Long enough to see a mistake, s. */
#define TOAST_TIMEOUT_S 10

/* One that can still be undone. */
typedef struct {
    LeatDeletions *deletions; /* whose it is */
    AdwToast *toast;
    char *path, *name;
    int64_t recording;
    gulong undo_id, dismissed_id;
} Deletion;

struct LeatDeletions {
    LeatLibraryModel *library;
    void (*show)(AdwToast *toast, void *data);
    void (*begin)(const LeatTaskRequest *request, void *data);
    void *data;
    GPtrArray *waiting; /* Deletion */
};

static void free_deletion(gpointer data)
{
    Deletion *deletion = data;

    g_signal_handler_disconnect(deletion->toast, deletion->undo_id);
    g_signal_handler_disconnect(deletion->toast, deletion->dismissed_id);
    g_object_unref(deletion->toast);
    g_free(deletion->path);
    g_free(deletion->name);
    g_free(deletion);
}

static LeatTaskRequest request_of(const Deletion *deletion)
{
    return (LeatTaskRequest){
        .kind = LEAT_TASK_DELETE,
        .path = deletion->path,
        .recording = deletion->recording,
        .name = deletion->name,
    };
}

static void undo(AdwToast *toast, gpointer data)
{
    Deletion *deletion = data;
    LeatDeletions *deletions = deletion->deletions;

    leat_library_model_unhide(deletions->library, deletion->recording);
    g_ptr_array_remove(deletions->waiting, deletion);
}

static void dismissed(AdwToast *toast, gpointer data)
{
    Deletion *deletion = data;
    LeatDeletions *deletions = deletion->deletions;
    LeatTaskRequest request = request_of(deletion);

    deletions->begin(&request, deletions->data);
    g_ptr_array_remove(deletions->waiting, deletion);
}

void leat_deletions_add(LeatDeletions *deletions, LeatRecordingItem *item)
{
    g_autofree char *text = g_strdup_printf(_("Deleted “%s”"), leat_recording_item_name(item));
    g_autofree char *title = g_markup_escape_text(text, -1);
    Deletion *deletion = g_new0(Deletion, 1);

    deletion->deletions = deletions;
    deletion->path = g_strdup(leat_library_model_path(deletions->library));
    deletion->name = g_strdup(leat_recording_item_name(item));
    deletion->recording = leat_recording_item_id(item);
    deletion->toast = g_object_ref_sink(adw_toast_new(title));
    adw_toast_set_button_label(deletion->toast, _("_Undo"));
    adw_toast_set_priority(deletion->toast, ADW_TOAST_PRIORITY_HIGH);
    adw_toast_set_timeout(deletion->toast, TOAST_TIMEOUT_S);
    deletion->undo_id =
        g_signal_connect(deletion->toast, "button-clicked", G_CALLBACK(undo), deletion);
    deletion->dismissed_id =
        g_signal_connect(deletion->toast, "dismissed", G_CALLBACK(dismissed), deletion);
    g_ptr_array_add(deletions->waiting, deletion);
    leat_library_model_hide(deletions->library, deletion->recording);
    deletions->show(g_object_ref(deletion->toast), deletions->data);
}

void leat_deletions_finish(LeatDeletions *deletions)
{
    while (deletions->waiting->len > 0) {
        Deletion *deletion = deletions->waiting->pdata[0];

        adw_toast_set_button_label(deletion->toast, NULL);
        dismissed(deletion->toast, deletion);
    }
}

LeatDeletions *leat_deletions_new(LeatLibraryModel *library,
                                  void (*show)(AdwToast *toast, void *data),
                                  void (*begin)(const LeatTaskRequest *request, void *data),
                                  void *data)
{
    LeatDeletions *deletions = g_new0(LeatDeletions, 1);

    deletions->library = g_object_ref(library);
    deletions->show = show;
    deletions->begin = begin;
    deletions->data = data;
    deletions->waiting = g_ptr_array_new_with_free_func(free_deletion);
    return deletions;
}

void leat_deletions_free(LeatDeletions *deletions)
{
    if (!deletions)
        return;
    g_ptr_array_unref(deletions->waiting);
    g_object_unref(deletions->library);
    g_free(deletions);
}
