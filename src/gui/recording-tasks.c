/* SPDX-License-Identifier: MIT */
#include "gui/recording-tasks.h"

#include "base/error.h"
#include "gui/deletions.h"
#include "gui/export-dialog.h"
#include "gui/library-task.h"
#include "gui/rename-dialog.h"

#include <glib/gi18n.h>

/* Of one with a button, s. */
#define TOAST_TIMEOUT_S 12

struct _LeatRecordingTasks {
    GObject parent_instance;

    GtkWidget *page;
    LeatContext context;
    LeatJobBar *job_bar;
    LeatDeletions *deletions;
    GPtrArray *under_way; /* LeatLibraryTask */
    bool ending;          /* nothing more can be deleted and had back */
};

G_DEFINE_FINAL_TYPE(LeatRecordingTasks, leat_recording_tasks, G_TYPE_OBJECT)

static void show_failure(LeatRecordingTasks *tasks, const char *doing, const GError *error)
{
    leat_session_controller_report(tasks->context.session, doing, error);
}

static void add_toast(LeatRecordingTasks *tasks, AdwToast *toast)
{
    GtkWidget *overlay = gtk_widget_get_ancestor(tasks->page, ADW_TYPE_TOAST_OVERLAY);

    if (overlay)
        adw_toast_overlay_add_toast(ADW_TOAST_OVERLAY(overlay), toast);
    else
        g_object_unref(g_object_ref_sink(toast));
}

static void tell_exported(LeatRecordingTasks *tasks, const LeatTaskRequest *request)
{
    g_autofree char *text = g_strdup_printf(_("Exported “%s”"), request->name);
    g_autofree char *title = g_markup_escape_text(text, -1);
    AdwToast *toast = adw_toast_new(title);
    g_autofree char *folder = g_str_has_suffix(request->text, "/")
                                  ? g_strdup(request->text)
                                  : g_path_get_dirname(request->text);

    adw_toast_set_timeout(toast, TOAST_TIMEOUT_S);
    adw_toast_set_button_label(toast, _("Open _Folder"));
    adw_toast_set_action_name(toast, "win.open-folder");
    adw_toast_set_action_target(toast, "s", folder);
    add_toast(tasks, toast);
}

static void task_done(LeatLibraryTask *task, const GError *error, void *data)
{
    static const char *const doing[] = {
        [LEAT_TASK_RENAME] = N_("The recording was not renamed"),
        [LEAT_TASK_DELETE] = N_("The recording was not deleted"),
        [LEAT_TASK_EXPORT] = N_("The recording was not exported"),
    };
    LeatRecordingTasks *tasks = data;
    const LeatTaskRequest *request = leat_library_task_request(task);

    leat_library_model_refresh(tasks->context.library);
    if (error && request->kind == LEAT_TASK_DELETE) /* what is left of it */
        leat_library_model_unhide(tasks->context.library, request->recording);
    if (error && !g_error_matches(error, LEAT_ERROR, LEAT_ERROR_CANCELLED))
        show_failure(tasks, _(doing[request->kind]), error);
    else if (!error && request->kind == LEAT_TASK_EXPORT)
        tell_exported(tasks, request);
    g_ptr_array_remove_fast(tasks->under_way, task);
}

static void begin_task(LeatRecordingTasks *tasks, const LeatTaskRequest *request, bool listed)
{
    g_autoptr(GError) error = NULL;
    LeatLibraryTask *task = leat_library_task_new(request, listed ? tasks->context.jobs : NULL,
                                                  task_done, tasks, &error);

    if (!task) {
        show_failure(tasks, _("It could not be begun"), error);
        if (request->kind == LEAT_TASK_DELETE)
            leat_library_model_unhide(tasks->context.library, request->recording);
        return;
    }
    g_ptr_array_add(tasks->under_way, task);
    if (listed)
        leat_job_bar_set_item(tasks->job_bar, leat_library_task_item(task));
}

static void named(LeatRenameDialog *dialog, const char *name, gpointer data)
{
    LeatRecordingTasks *tasks = data;
    LeatTaskRequest request = {
        .kind = LEAT_TASK_RENAME,
        .path = leat_library_model_path(tasks->context.library),
        .recording = leat_rename_dialog_recording(dialog),
        .name = name,
        .text = name,
    };

    begin_task(tasks, &request, false);
}

void leat_recording_tasks_rename(LeatRecordingTasks *tasks, LeatRecordingItem *item)
{
    LeatRenameDialog *dialog = leat_rename_dialog_new(GTK_WINDOW(gtk_widget_get_root(tasks->page)),
                                                      tasks->context.library, item);

    g_signal_connect_object(dialog, "named", G_CALLBACK(named), tasks, 0);
    gtk_window_present(GTK_WINDOW(dialog));
}

static void export_chosen(LeatExportDialog *dialog, gpointer data)
{
    LeatRecordingTasks *tasks = data;
    LeatTaskRequest request = leat_export_dialog_request(dialog);

    request.path = leat_library_model_path(tasks->context.library);
    begin_task(tasks, &request, true);
}

void leat_recording_tasks_export(LeatRecordingTasks *tasks, LeatRecordingItem *item)
{
    LeatExportDialog *dialog =
        leat_export_dialog_new(GTK_WINDOW(gtk_widget_get_root(tasks->page)), item);

    g_signal_connect_object(dialog, "chosen", G_CALLBACK(export_chosen), tasks, 0);
    gtk_window_present(GTK_WINDOW(dialog));
}

bool leat_recording_tasks_may_delete(LeatRecordingTasks *tasks, LeatRecordingItem *item)
{
    g_autoptr(GError) error = NULL;

    if (tasks->ending)
        return false;
    if (leat_recording_item_recording(item)->state != LEAT_RECORDING_ACTIVE)
        return true;
    error = g_error_new(LEAT_ERROR, LEAT_ERROR_BUSY,
                        _("cannot delete recording %s: it is being recorded; stop it first"),
                        leat_recording_item_name(item));
    show_failure(tasks, _("The recording was not deleted"), error);
    return false;
}

void leat_recording_tasks_delete(LeatRecordingTasks *tasks, LeatRecordingItem *item)
{
    leat_deletions_add(tasks->deletions, item);
}

void leat_recording_tasks_end(LeatRecordingTasks *tasks)
{
    tasks->ending = true;
    leat_deletions_finish(tasks->deletions);
}

static void show_toast(AdwToast *toast, void *tasks)
{
    add_toast(tasks, toast);
}

static void begin_deletion(const LeatTaskRequest *request, void *tasks)
{
    begin_task(tasks, request, true);
}

LeatRecordingTasks *leat_recording_tasks_new(GtkWidget *page, const LeatContext *context,
                                             LeatJobBar *job_bar)
{
    LeatRecordingTasks *tasks = g_object_new(LEAT_TYPE_RECORDING_TASKS, NULL);

    tasks->page = page;
    tasks->context = *context;
    tasks->job_bar = job_bar;
    tasks->deletions = leat_deletions_new(context->library, show_toast, begin_deletion, tasks);
    return tasks;
}

static void leat_recording_tasks_dispose(GObject *object)
{
    LeatRecordingTasks *tasks = LEAT_RECORDING_TASKS(object);

    g_clear_pointer(&tasks->deletions, leat_deletions_free);
    /* A renaming, which the window has not waited for: another program may hold the library. */
    while (tasks->under_way && tasks->under_way->len > 0)
        leat_library_task_let_go(g_ptr_array_steal_index_fast(tasks->under_way, 0));
    g_clear_pointer(&tasks->under_way, g_ptr_array_unref);
    G_OBJECT_CLASS(leat_recording_tasks_parent_class)->dispose(object);
}

static void leat_recording_tasks_class_init(LeatRecordingTasksClass *class)
{
    G_OBJECT_CLASS(class)->dispose = leat_recording_tasks_dispose;
}

static void leat_recording_tasks_init(LeatRecordingTasks *tasks)
{
    tasks->under_way = g_ptr_array_new_with_free_func((GDestroyNotify)leat_library_task_free);
}
