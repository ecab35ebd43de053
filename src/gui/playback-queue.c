/* SPDX-License-Identifier: MIT */
#include "gui/playback-queue.h"

#include "app/predict.h"
#include "base/error.h"
#include "gui/compare-dialog.h"
#include "gui/playback-commands.h"

#include <glib/gi18n.h>

/* One comparison, which may outlast the recording's being open. */
typedef struct {
    LeatPlaybackQueue *queue;
    LeatPredict *predict;
    LeatJob *job;
    LeatJobListener listener;
} Comparison;

struct LeatPlaybackQueue {
    LeatPlaybackQueuePlace place;
    LeatContext context; /* the session and the jobs are ours as long as we need them */
    GSimpleActionGroup *actions;

    GtkWindow *dialog; /* while it is open; a weak pointer */
    char *path;
    int64_t recording;  /* 0: none */
    GSList *running;    /* Comparison */
    Comparison *wanted; /* of them, whose answer is waited for */

    /* The queue that is gone through. */
    LeatPredict *predict;
    GArray *places; /* size_t */
    guint at;
};

static void free_comparison(gpointer data)
{
    Comparison *comparison = data;

    if (comparison->job)
        leat_job_disconnect(comparison->job, &comparison->listener);
    leat_job_free(comparison->job);
    leat_predict_free(comparison->predict);
    g_free(comparison);
}

static const LeatPredictedFrame *frame_at(const LeatPlaybackQueue *queue, unsigned model)
{
    size_t place = g_array_index(queue->places, size_t, queue->at);

    return &leat_predict_result(queue->predict, model)->frames[place];
}

static char *answer_of(const LeatPlaybackQueue *queue, unsigned model)
{
    const LeatPredictedFrames *result = leat_predict_result(queue->predict, model);
    const LeatPredictedFrame *frame = frame_at(queue, model);

    return g_strdup_printf("%s: %s %.2f", result->model, result->labels[frame->label],
                           frame->score);
}

static void show(LeatPlaybackQueue *queue)
{
    bool open = queue->places != NULL;

    leat_playback_commands_enable(queue->actions, "previous", open && queue->at > 0);
    leat_playback_commands_enable(queue->actions, "next",
                                  open && queue->at + 1 < queue->places->len);
    leat_playback_commands_enable(queue->actions, "close", open);
    if (open) {
        g_autofree char *one = answer_of(queue, 0);
        g_autofree char *other = answer_of(queue, 1);
        g_autofree char *text =
            g_strdup_printf(_("%u of %u · %s · %s"), queue->at + 1, queue->places->len, one, other);

        leat_queue_bar_set_text(queue->place.bar, text);
        queue->place.go_to(frame_at(queue, 0)->seq, queue->place.data);
    } else {
        leat_queue_bar_set_text(queue->place.bar, NULL);
    }
}

bool leat_playback_queue_frame(LeatPlaybackQueue *queue, int64_t *seq)
{
    if (!queue->places)
        return false;
    *seq = frame_at(queue, 0)->seq;
    return true;
}

static void close_queue(LeatPlaybackQueue *queue)
{
    g_clear_pointer(&queue->places, g_array_unref);
    g_clear_pointer(&queue->predict, leat_predict_free);
    show(queue);
}

void leat_playback_queue_go_on(LeatPlaybackQueue *queue)
{
    if (!queue->places)
        return;
    if (queue->at + 1 < queue->places->len) {
        queue->at++;
        show(queue);
        return;
    }
    leat_session_controller_note(queue->context.session, _("That was the last one of the queue"));
    close_queue(queue);
}

/* The comparison. */

static void open_queue(LeatPlaybackQueue *queue, LeatPredict *predict)
{
    GArray *places = leat_predict_disagreements(predict);

    close_queue(queue);
    if (places->len == 0) {
        leat_session_controller_note(queue->context.session,
                                     _("The models say the same of every frame"));
        g_array_unref(places);
        leat_predict_free(predict);
        return;
    }
    queue->predict = predict;
    queue->places = places;
    queue->at = 0;
    show(queue);
}

static void completed(LeatJob *job, const LeatJobInfo *info, const GError *error, void *data)
{
    Comparison *comparison = data;
    LeatPlaybackQueue *queue = comparison->queue;
    bool wanted = queue->wanted == comparison;

    queue->running = g_slist_remove(queue->running, comparison);
    if (wanted)
        queue->wanted = NULL;
    if (wanted && !error)
        open_queue(queue, g_steal_pointer(&comparison->predict));
    else if (wanted && !g_error_matches(error, LEAT_ERROR, LEAT_ERROR_CANCELLED))
        leat_session_controller_report(queue->context.session, _("The models were not compared"),
                                       error);
    free_comparison(comparison);
}

static void forget_comparison(LeatPlaybackQueue *queue)
{
    if (queue->wanted)
        leat_job_cancel(queue->wanted->job);
    queue->wanted = NULL;
}

static bool begin(LeatPlaybackQueue *queue, Comparison *comparison, GError **error)
{
    LeatJobItem *item;

    comparison->job =
        leat_job_new("predict", leat_predict_run, comparison->predict, NULL, NULL, error);
    if (!comparison->job)
        return false;
    comparison->listener = (LeatJobListener){NULL, completed, comparison, NULL};
    leat_job_connect(comparison->job, &comparison->listener);
    item = leat_job_list_add_computation(
        queue->context.jobs, comparison->job, _("Comparing two models"),
        leat_executor_kind_name(LEAT_EXECUTOR_THREADS), leat_executor_count_cores());
    if (!leat_job_start(comparison->job, error))
        return false;
    queue->place.begun(item, queue->place.data);
    return true;
}

static void compare(LeatPlaybackQueue *queue, const char *one, const char *other)
{
    g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, queue->recording);
    LeatPredictOptions options = {
        .path = queue->path,
        .recording = id,
        .models = {one, other},
        .executor = LEAT_EXECUTOR_THREADS,
    };
    g_autoptr(GError) error = NULL;
    Comparison *comparison;

    if (queue->recording == 0)
        return;
    forget_comparison(queue);
    comparison = g_new0(Comparison, 1);
    comparison->queue = queue;
    comparison->predict = leat_predict_new(&options);
    if (begin(queue, comparison, &error)) {
        queue->running = g_slist_prepend(queue->running, comparison);
        queue->wanted = comparison;
        return;
    }
    leat_session_controller_report(queue->context.session, _("The models were not compared"),
                                   error);
    free_comparison(comparison);
}

/* Commands. */

static void models_chosen(LeatCompareDialog *dialog, const char *one, const char *other,
                          gpointer data)
{
    compare(data, one, other);
}

static void ask(void *data, int number)
{
    LeatPlaybackQueue *queue = data;
    GtkWindow *window = GTK_WINDOW(gtk_widget_get_root(queue->place.view));
    LeatCompareDialog *dialog;

    if (queue->dialog)
        return;
    dialog = leat_compare_dialog_new(window, queue->context.library);
    g_set_weak_pointer(&queue->dialog, GTK_WINDOW(dialog));
    g_signal_connect(dialog, "chosen", G_CALLBACK(models_chosen), queue);
    gtk_window_present(GTK_WINDOW(dialog));
}

static void move(void *data, int by)
{
    LeatPlaybackQueue *queue = data;

    queue->at = (guint)((int)queue->at + by);
    show(queue);
}

static void finish(void *data, int number)
{
    close_queue(data);
}

static const LeatPlaybackCommand commands[] = {
    {"compare", ask, 0, 0, 0},
    {"previous", move, -1, GDK_KEY_Page_Up, 0},
    {"next", move, 1, GDK_KEY_Page_Down, 0},
    {"close", finish, 0, 0, 0},
};

void leat_playback_queue_open(LeatPlaybackQueue *queue, const char *path, int64_t recording)
{
    forget_comparison(queue);
    close_queue(queue);
    g_free(queue->path);
    queue->path = g_strdup(path);
    queue->recording = recording;
}

LeatPlaybackQueue *leat_playback_queue_new(const LeatPlaybackQueuePlace *place,
                                           const LeatContext *context)
{
    LeatPlaybackQueue *queue = g_new0(LeatPlaybackQueue, 1);

    queue->place = *place;
    queue->context = *context;
    g_object_ref(context->session);
    g_object_ref(context->jobs);
    queue->actions =
        leat_playback_commands_add(place->view, "queue", commands, G_N_ELEMENTS(commands), queue);
    show(queue);
    return queue;
}

void leat_playback_queue_free(LeatPlaybackQueue *queue)
{
    if (!queue)
        return;
    if (queue->dialog) {
        g_signal_handlers_disconnect_by_data(queue->dialog, queue);
        g_clear_weak_pointer(&queue->dialog);
    }
    g_slist_free_full(queue->running, free_comparison);
    g_clear_pointer(&queue->places, g_array_unref);
    leat_predict_free(queue->predict);
    g_object_unref(queue->actions);
    g_object_unref(queue->context.session);
    g_object_unref(queue->context.jobs);
    g_free(queue->path);
    g_free(queue);
}
