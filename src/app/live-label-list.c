/* SPDX-License-Identifier: MIT */
#include "app/live-label-list.h"

#include "app/label-orders.h"
#include "base/clock.h"

/* Commits come four times a second. One that goes on need not follow each. */
#define LOOK_EVERY_NS (200 * LEAT_NS_PER_MS)
#define FOLLOW_EVERY_NS LEAT_NS_PER_S

typedef struct {
    /* Set once. */
    int64_t number;
    char *path;

    /* The list's. */
    int64_t recording; /* 0 while it is not known */
    int64_t to_ns;
    int64_t ended_ns; /* when the recording ended; 0 before that */
    bool undone;
    LeatLabelStage stage;

    /* The thread's that writes. */
    LeatLabelWriting writing;
} Entry;

struct LeatLiveLabelList {
    GPtrArray *entries;
    int64_t last_number;
};

static void free_entry(gpointer data)
{
    Entry *entry = data;

    leat_label_writing_clear(&entry->writing);
    g_free(entry->writing.name);
    g_free(entry->path);
    g_free(entry);
}

LeatLiveLabelList *leat_live_label_list_new(void)
{
    LeatLiveLabelList *list = g_new0(LeatLiveLabelList, 1);

    list->entries = g_ptr_array_new_with_free_func(free_entry);
    return list;
}

void leat_live_label_list_free(LeatLiveLabelList *list)
{
    if (!list)
        return;
    g_ptr_array_unref(list->entries);
    g_free(list);
}

int64_t leat_live_label_list_add(LeatLiveLabelList *list, const LeatLiveLabel *label,
                                 const char *path, int64_t recording)
{
    Entry *entry = g_new0(Entry, 1);

    entry->number = ++list->last_number;
    entry->path = g_strdup(path);
    entry->recording = recording;
    entry->to_ns = label->to_ns;
    entry->writing = (LeatLabelWriting){
        .name = g_strdup(label->name),
        .has_value = label->has_value,
        .value = label->value,
        .next_ns = label->from_ns,
    };
    g_ptr_array_add(list->entries, entry);
    return entry->number;
}

void leat_live_label_list_set_recording(LeatLiveLabelList *list, int64_t recording)
{
    for (guint i = 0; i < list->entries->len; i++) {
        Entry *entry = list->entries->pdata[i];

        if (entry->ended_ns == 0)
            entry->recording = recording;
    }
}

void leat_live_label_list_end_recording(LeatLiveLabelList *list, int64_t now_ns)
{
    for (guint i = 0; i < list->entries->len; i++) {
        Entry *entry = list->entries->pdata[i];

        if (entry->ended_ns == 0) {
            entry->ended_ns = now_ns;
            entry->to_ns = MIN(entry->to_ns, now_ns);
        }
    }
}

/* NULL when it is not known any more. */
static Entry *find(LeatLiveLabelList *list, int64_t number)
{
    for (guint i = 0; i < list->entries->len; i++) {
        Entry *entry = list->entries->pdata[i];

        if (entry->number == number)
            return entry;
    }
    return NULL;
}

bool leat_live_label_list_close(LeatLiveLabelList *list, int64_t number, int64_t to_ns)
{
    Entry *entry = find(list, number);

    if (!entry || entry->to_ns != LEAT_FOREVER)
        return false;
    entry->to_ns = to_ns;
    return true;
}

bool leat_live_label_list_undo(LeatLiveLabelList *list, int64_t number)
{
    Entry *entry = find(list, number);

    if (entry)
        entry->undone = true;
    return entry != NULL;
}

bool leat_live_label_list_waits(const LeatLiveLabelList *list)
{
    bool waits = false;

    for (guint i = 0; i < list->entries->len; i++) {
        const Entry *entry = list->entries->pdata[i];

        waits = waits || entry->undone || entry->stage == LEAT_LABEL_WAITING;
    }
    return waits;
}

int64_t leat_live_label_list_patience(const LeatLiveLabelList *list)
{
    int64_t now_ns = leat_clock_now_ns(), patience_ns = LEAT_FOREVER;

    for (guint i = 0; i < list->entries->len; i++) {
        const Entry *entry = list->entries->pdata[i];
        /* Or it goes on, or no frame comes. */
        bool is_due = entry->to_ns <= now_ns && now_ns - entry->to_ns < FOLLOW_EVERY_NS;

        if (entry->undone || (entry->stage == LEAT_LABEL_WAITING && entry->recording))
            patience_ns = MIN(patience_ns, is_due ? LOOK_EVERY_NS : FOLLOW_EVERY_NS);
    }
    return patience_ns;
}

GArray *leat_live_label_list_orders(LeatLiveLabelList *list, bool last)
{
    GArray *orders = g_array_new(FALSE, FALSE, sizeof(LeatLabelOrder));

    for (guint i = 0; i < list->entries->len; i++) {
        Entry *entry = list->entries->pdata[i];
        LeatLabelOrder order = {
            .owner = entry,
            .path = entry->path,
            .writing = &entry->writing,
            .to_ns = entry->to_ns,
            .ended_ns = entry->ended_ns,
            .undone = entry->undone,
            .last = last,
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
static void forget_old(LeatLiveLabelList *list)
{
    guint kept = 0;

    for (guint i = list->entries->len; i > 0; i--) {
        const Entry *entry = list->entries->pdata[i - 1];

        if (entry->stage == LEAT_LABEL_OVER || (entry->stage == LEAT_LABEL_WRITTEN &&
                                                !entry->undone && ++kept > LEAT_LIVE_LABELS_KEPT))
            g_ptr_array_remove_index(list->entries, i - 1);
    }
}

void leat_live_label_list_obeyed(LeatLiveLabelList *list, const GArray *orders)
{
    for (guint i = 0; i < orders->len; i++) {
        const LeatLabelOrder *order = &g_array_index(orders, LeatLabelOrder, i);

        ((Entry *)order->owner)->stage = order->stage;
    }
    forget_old(list);
}
