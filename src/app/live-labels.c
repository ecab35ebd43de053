/* SPDX-License-Identifier: MIT */
#include "app/live-labels.h"

#include "app/label-orders.h"
#include "app/live-label-list.h"
#include "app/parting.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "concurrency/lock.h"
#include "concurrency/thread.h"
#include "concurrency/waker.h"

/* What the main loop is told of a failure. */
typedef struct {
    char *name;
    bool undone;
    GError *error;
} Failure;

struct LeatLiveLabels {
    /* Set once. */
    LeatLiveLabelsCallbacks callbacks;
    GMainContext *context;

    /* The main loop's. */
    bool open;         /* something is being recorded */
    char *path;        /* of the current or last recording's library */
    int64_t recording; /* its id; 0 while it is not known */
    LeatWaker *waker;
    LeatThread *thread;   /* NULL before the first label */
    LeatParting *parting; /* after leat_live_labels_let_go */

    /* Under the lock. */
    LeatLock lock;
    LeatLiveLabelList *list; /* the thread removes */
    bool asked, ending, ended;
    GQueue failures;    /* Failure */
    GHashTable *counts; /* char * to int64_t *: frames with a class, of the recording looked at */
    int64_t counts_of;  /* its id */
    char *counts_path;
};

static void free_failure(gpointer data)
{
    Failure *failure = data;

    g_error_free(failure->error);
    g_free(failure->name);
    g_free(failure);
}

/* The thread's side. */

/* Under the lock; takes the error. */
static void note_failure(LeatLiveLabels *labels, LeatLabelOrder *order)
{
    Failure *failure = g_new(Failure, 1);

    *failure = (Failure){g_strdup(order->writing->name), order->undone, order->error};
    g_queue_push_tail(&labels->failures, failure);
}

/* Under the lock; takes the counts. */
static void note_counts(LeatLiveLabels *labels, const LeatLabelOrder *order, GHashTable *counts)
{
    if (labels->counts)
        g_hash_table_unref(labels->counts);
    labels->counts = counts;
    labels->counts_of = order->writing->recording;
    g_free(labels->counts_path);
    labels->counts_path = g_strdup(order->path);
}

static void note_results(LeatLiveLabels *labels, GArray *orders, GHashTable *counts)
{
    leat_lock_acquire(&labels->lock);
    if (counts)
        note_counts(labels, &g_array_index(orders, LeatLabelOrder, orders->len - 1), counts);
    for (guint i = 0; i < orders->len; i++) {
        LeatLabelOrder *order = &g_array_index(orders, LeatLabelOrder, i);

        if (order->error)
            note_failure(labels, order);
    }
    leat_live_label_list_obeyed(labels->list, orders);
    leat_lock_release(&labels->lock);
}

/* Waits for something to do; NULL when it shall end and nothing is left. */
static GArray *wait_for_orders(LeatLiveLabels *labels)
{
    GArray *orders;
    int64_t deadline_ns;

    leat_lock_acquire(&labels->lock);
    deadline_ns = leat_clock_deadline_ns(leat_live_label_list_patience(labels->list));
    while (!labels->ending && !labels->asked && leat_lock_wait(&labels->lock, deadline_ns))
        ;
    labels->asked = false;
    orders = leat_live_label_list_orders(labels->list, labels->ending);
    if (labels->ending && orders->len == 0)
        g_clear_pointer(&orders, g_array_unref);
    leat_lock_release(&labels->lock);
    return orders;
}

static void run(void *data)
{
    LeatLiveLabels *labels = data;
    GArray *orders;

    while ((orders = wait_for_orders(labels))) {
        note_results(labels, orders, leat_label_orders_obey(orders));
        g_array_unref(orders);
        leat_waker_wake(labels->waker);
    }
    leat_lock_acquire(&labels->lock);
    labels->ended = true;
    leat_lock_release(&labels->lock);
    leat_waker_wake(labels->waker);
}

/* The main loop's side. */

static void free_at_last(void *labels)
{
    leat_live_labels_free(labels);
}

static bool has_ended(LeatLiveLabels *labels)
{
    bool ended;

    leat_lock_acquire(&labels->lock);
    ended = labels->ended;
    leat_lock_release(&labels->lock);
    return ended;
}

static void dispatch(void *data)
{
    LeatLiveLabels *labels = data;
    Failure *failure;

    if (labels->parting) {
        if (has_ended(labels))
            leat_parting_end(labels->parting);
        return;
    }
    do {
        leat_lock_acquire(&labels->lock);
        failure = g_queue_pop_head(&labels->failures);
        leat_lock_release(&labels->lock);
        if (failure && labels->callbacks.failed)
            labels->callbacks.failed(failure->name, failure->undone, failure->error,
                                     labels->callbacks.data);
        if (failure)
            free_failure(failure);
    } while (failure);
    if (labels->callbacks.changed)
        labels->callbacks.changed(labels->callbacks.data);
}

LeatLiveLabels *leat_live_labels_new(const LeatLiveLabelsCallbacks *callbacks,
                                     GMainContext *context, GError **error)
{
    LeatLiveLabels *labels = g_new0(LeatLiveLabels, 1);

    if (!leat_lock_init(&labels->lock, error)) {
        g_free(labels);
        return NULL;
    }
    labels->callbacks = *callbacks;
    labels->context = context;
    labels->list = leat_live_label_list_new();
    g_queue_init(&labels->failures);
    return labels;
}

static void ask(LeatLiveLabels *labels)
{
    labels->asked = true;
    leat_lock_wake(&labels->lock);
}

static void end_thread(LeatLiveLabels *labels)
{
    leat_lock_acquire(&labels->lock);
    labels->ending = true;
    ask(labels);
    leat_lock_release(&labels->lock);
}

void leat_live_labels_free(LeatLiveLabels *labels)
{
    Failure *failure;

    if (!labels)
        return;
    leat_live_labels_end(labels, leat_clock_now_ns());
    if (labels->thread) {
        end_thread(labels);
        leat_thread_join(labels->thread);
    }
    while ((failure = g_queue_pop_head(&labels->failures))) {
        leat_log(LEAT_LOG_ERROR, "%s", failure->error->message);
        free_failure(failure);
    }
    leat_thread_free(labels->thread);
    leat_waker_free(labels->waker);
    leat_live_label_list_free(labels->list);
    if (labels->counts)
        g_hash_table_unref(labels->counts);
    leat_lock_finish(&labels->lock);
    g_free(labels->counts_path);
    g_free(labels->path);
    g_free(labels);
}

void leat_live_labels_let_go(LeatLiveLabels *labels, void (*gone)(void *data), void *data)
{
    if (!labels->thread) {
        leat_live_labels_free(labels);
        gone(data);
        return;
    }
    labels->parting = leat_parting_new(labels, free_at_last, gone, data);
    leat_live_labels_end(labels, leat_clock_now_ns());
    end_thread(labels);
}

static bool begin_thread(LeatLiveLabels *labels, GError **error)
{
    if (labels->thread)
        return true;
    if (!labels->waker)
        labels->waker =
            leat_waker_new(labels->context, G_PRIORITY_DEFAULT, dispatch, labels, error);
    if (labels->waker)
        labels->thread = leat_thread_new("labels", LEAT_THREAD_NORMAL, run, labels, error);
    if (labels->thread && leat_thread_start(labels->thread, error))
        return true;
    leat_thread_free(g_steal_pointer(&labels->thread));
    return false;
}

void leat_live_labels_begin(LeatLiveLabels *labels, const char *path)
{
    leat_live_labels_end(labels, leat_clock_now_ns());
    g_free(labels->path);
    labels->path = g_strdup(path);
    labels->recording = 0;
    labels->open = true;
}

void leat_live_labels_set_recording(LeatLiveLabels *labels, int64_t recording)
{
    if (!labels->open || labels->recording == recording)
        return;
    labels->recording = recording;
    leat_lock_acquire(&labels->lock);
    leat_live_label_list_set_recording(labels->list, recording);
    ask(labels);
    leat_lock_release(&labels->lock);
}

void leat_live_labels_end(LeatLiveLabels *labels, int64_t now_ns)
{
    if (!labels->open)
        return;
    labels->open = false;
    leat_lock_acquire(&labels->lock);
    leat_live_label_list_end_recording(labels->list, now_ns);
    ask(labels);
    leat_lock_release(&labels->lock);
}

static bool check(const LeatLiveLabels *labels, const LeatLiveLabel *label, GError **error)
{
    LeatLabel checked = {.name = (char *)(uintptr_t)label->name,
                         .has_value = label->has_value,
                         .value = label->value};

    if (!leat_label_check(&checked, error))
        return false;
    if (labels->open)
        return true;
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND,
                "nothing to label with '%s': nothing is being recorded", label->name);
    return false;
}

int64_t leat_live_labels_add(LeatLiveLabels *labels, const LeatLiveLabel *label, GError **error)
{
    int64_t number;

    if (!check(labels, label, error) || !begin_thread(labels, error))
        return 0;
    leat_lock_acquire(&labels->lock);
    number = leat_live_label_list_add(labels->list, label, labels->path, labels->recording);
    ask(labels);
    leat_lock_release(&labels->lock);
    return number;
}

void leat_live_labels_close(LeatLiveLabels *labels, int64_t number, int64_t to_ns)
{
    leat_lock_acquire(&labels->lock);
    if (leat_live_label_list_close(labels->list, number, to_ns))
        ask(labels);
    leat_lock_release(&labels->lock);
}

void leat_live_labels_undo(LeatLiveLabels *labels, int64_t number)
{
    leat_lock_acquire(&labels->lock);
    if (leat_live_label_list_undo(labels->list, number))
        ask(labels);
    leat_lock_release(&labels->lock);
}

int64_t leat_live_labels_frames(LeatLiveLabels *labels, const char *name)
{
    int64_t frames = 0, *found = NULL;

    leat_lock_acquire(&labels->lock);
    if (labels->counts && labels->counts_of == labels->recording &&
        g_strcmp0(labels->counts_path, labels->path) == 0)
        found = g_hash_table_lookup(labels->counts, name);
    if (found)
        frames = *found;
    leat_lock_release(&labels->lock);
    return frames;
}

bool leat_live_labels_wait(LeatLiveLabels *labels)
{
    bool waits;

    leat_lock_acquire(&labels->lock);
    waits = leat_live_label_list_waits(labels->list);
    leat_lock_release(&labels->lock);
    return waits;
}
