/* SPDX-License-Identifier: MIT */
#include "app/live-labels.h"

#include "app/label-orders.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "concurrency/lock.h"
#include "concurrency/thread.h"
#include "concurrency/waker.h"

/* Commits come four times a second. One that goes on need not follow each. */
#define LOOK_EVERY_NS (200 * LEAT_NS_PER_MS)
#define FOLLOW_EVERY_NS LEAT_NS_PER_S

typedef struct {
    /* Set once. */
    int64_t number;
    char *path;

    /* Under the lock. */
    int64_t recording; /* 0 while it is not known */
    int64_t to_ns;
    int64_t ended_ns; /* when the recording ended; 0 before that */
    bool undone;
    LeatLabelStage stage;

    /* The thread's. */
    LeatLabelWriting writing;
} Entry;

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
    int64_t last_number;
    bool open;         /* something is being recorded */
    char *path;        /* of the current or last recording's library */
    int64_t recording; /* its id; 0 while it is not known */
    LeatWaker *waker;
    LeatThread *thread; /* NULL before the first label */

    /* Under the lock. */
    LeatLock lock;
    GPtrArray *entries; /* Entry, in the order in which they were made; the thread removes */
    bool asked, ending;
    GQueue failures;    /* Failure */
    GHashTable *counts; /* char * to int64_t *: frames with a class, of the recording looked at */
    int64_t counts_of;  /* its id */
    char *counts_path;
};

static void free_entry(gpointer data)
{
    Entry *entry = data;

    leat_label_writing_clear(&entry->writing);
    g_free(entry->writing.name);
    g_free(entry->path);
    g_free(entry);
}

static void free_failure(gpointer data)
{
    Failure *failure = data;

    g_error_free(failure->error);
    g_free(failure->name);
    g_free(failure);
}

/* The thread's side. */

/* What has something to do, in its order. */
static GArray *take_orders(LeatLiveLabels *labels)
{
    GArray *orders = g_array_new(FALSE, FALSE, sizeof(LeatLabelOrder));

    for (guint i = 0; i < labels->entries->len; i++) {
        Entry *entry = labels->entries->pdata[i];
        LeatLabelOrder order = {
            .owner = entry,
            .path = entry->path,
            .writing = &entry->writing,
            .to_ns = entry->to_ns,
            .ended_ns = entry->ended_ns,
            .undone = entry->undone,
            .last = labels->ending,
            .stage = entry->stage,
        };

        entry->writing.recording = entry->recording;
        if (entry->undone ||
            (entry->stage == LEAT_LABEL_WAITING && (entry->recording || entry->ended_ns)))
            g_array_append_val(orders, order);
    }
    return orders;
}

/* Only the latest can be taken back. */
static void forget_old(LeatLiveLabels *labels)
{
    guint kept = 0;

    for (guint i = labels->entries->len; i > 0; i--) {
        const Entry *entry = labels->entries->pdata[i - 1];

        if (entry->stage == LEAT_LABEL_OVER || (entry->stage == LEAT_LABEL_WRITTEN &&
                                                !entry->undone && ++kept > LEAT_LIVE_LABELS_KEPT))
            g_ptr_array_remove_index(labels->entries, i - 1);
    }
}

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

        ((Entry *)order->owner)->stage = order->stage;
        if (order->error)
            note_failure(labels, order);
    }
    forget_old(labels);
    leat_lock_release(&labels->lock);
}

/* When to look again without being asked, ns from now. */
static int64_t patience(LeatLiveLabels *labels)
{
    int64_t now_ns = leat_clock_now_ns(), patience_ns = LEAT_FOREVER;

    for (guint i = 0; i < labels->entries->len; i++) {
        const Entry *entry = labels->entries->pdata[i];
        /* Or it goes on, or no frame comes. */
        bool is_due = entry->to_ns <= now_ns && now_ns - entry->to_ns < FOLLOW_EVERY_NS;

        if (entry->undone || (entry->stage == LEAT_LABEL_WAITING && entry->recording))
            patience_ns = MIN(patience_ns, is_due ? LOOK_EVERY_NS : FOLLOW_EVERY_NS);
    }
    return patience_ns;
}

/* Waits for something to do; NULL when it shall end and nothing is left. */
static GArray *wait_for_orders(LeatLiveLabels *labels)
{
    GArray *orders;
    int64_t deadline_ns;

    leat_lock_acquire(&labels->lock);
    deadline_ns = leat_clock_deadline_ns(patience(labels));
    while (!labels->ending && !labels->asked && leat_lock_wait(&labels->lock, deadline_ns))
        ;
    labels->asked = false;
    orders = take_orders(labels);
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
}

/* The main loop's side. */

static void dispatch(void *data)
{
    LeatLiveLabels *labels = data;
    Failure *failure;

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
    labels->entries = g_ptr_array_new_with_free_func(free_entry);
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
    leat_thread_join(labels->thread);
}

void leat_live_labels_free(LeatLiveLabels *labels)
{
    Failure *failure;

    if (!labels)
        return;
    leat_live_labels_end(labels, leat_clock_now_ns());
    if (labels->thread)
        end_thread(labels);
    while ((failure = g_queue_pop_head(&labels->failures))) {
        leat_log(LEAT_LOG_ERROR, "%s", failure->error->message);
        free_failure(failure);
    }
    leat_thread_free(labels->thread);
    leat_waker_free(labels->waker);
    g_ptr_array_unref(labels->entries);
    if (labels->counts)
        g_hash_table_unref(labels->counts);
    leat_lock_finish(&labels->lock);
    g_free(labels->counts_path);
    g_free(labels->path);
    g_free(labels);
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
    for (guint i = 0; i < labels->entries->len; i++) {
        Entry *entry = labels->entries->pdata[i];

        if (entry->ended_ns == 0)
            entry->recording = recording;
    }
    ask(labels);
    leat_lock_release(&labels->lock);
}

void leat_live_labels_end(LeatLiveLabels *labels, int64_t now_ns)
{
    if (!labels->open)
        return;
    labels->open = false;
    leat_lock_acquire(&labels->lock);
    for (guint i = 0; i < labels->entries->len; i++) {
        Entry *entry = labels->entries->pdata[i];

        if (entry->ended_ns == 0) {
            entry->ended_ns = now_ns;
            entry->to_ns = MIN(entry->to_ns, now_ns);
        }
    }
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
    Entry *entry;

    if (!check(labels, label, error) || !begin_thread(labels, error))
        return 0;
    entry = g_new0(Entry, 1);
    entry->number = ++labels->last_number;
    entry->path = g_strdup(labels->path);
    entry->recording = labels->recording;
    entry->to_ns = label->to_ns;
    entry->writing = (LeatLabelWriting){
        .name = g_strdup(label->name),
        .has_value = label->has_value,
        .value = label->value,
        .next_ns = label->from_ns,
    };
    leat_lock_acquire(&labels->lock);
    g_ptr_array_add(labels->entries, entry);
    ask(labels);
    leat_lock_release(&labels->lock);
    return labels->last_number;
}

/* Under the lock; NULL when it is not known any more. */
static Entry *find(LeatLiveLabels *labels, int64_t number)
{
    for (guint i = 0; i < labels->entries->len; i++) {
        Entry *entry = labels->entries->pdata[i];

        if (entry->number == number)
            return entry;
    }
    return NULL;
}

void leat_live_labels_close(LeatLiveLabels *labels, int64_t number, int64_t to_ns)
{
    Entry *entry;

    leat_lock_acquire(&labels->lock);
    entry = find(labels, number);
    if (entry && entry->to_ns == LEAT_FOREVER) {
        entry->to_ns = to_ns;
        ask(labels);
    }
    leat_lock_release(&labels->lock);
}

void leat_live_labels_undo(LeatLiveLabels *labels, int64_t number)
{
    Entry *entry;

    leat_lock_acquire(&labels->lock);
    entry = find(labels, number);
    if (entry) {
        entry->undone = true;
        ask(labels);
    }
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
    bool wait = false;

    leat_lock_acquire(&labels->lock);
    for (guint i = 0; i < labels->entries->len; i++) {
        const Entry *entry = labels->entries->pdata[i];

        wait = wait || entry->undone || entry->stage == LEAT_LABEL_WAITING;
    }
    leat_lock_release(&labels->lock);
    return wait;
}
