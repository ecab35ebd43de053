/* SPDX-License-Identifier: MIT */
#include "app/label-orders.h"

#include "base/clock.h"
#include "base/error.h"
#include "store/store-range.h"

/* How long another program may hold the file after the recording has ended. */
#define LOCKED_NS (10 * LEAT_NS_PER_S)

/* Later is soon enough, as long as the recording goes on. */
static bool can_wait(const LeatLabelOrder *order, const GError *error)
{
    return error->code == LEAT_ERROR_LOCKED && !order->last &&
           (order->ended_ns == 0 || leat_clock_now_ns() - order->ended_ns < LOCKED_NS);
}

static bool write_further(LeatLabelOrder *order, LeatStore *store, GError **error)
{
    LeatLabelWriting *writing = order->writing;
    bool whole;

    if (!leat_label_writing_go_on(writing, store, order->to_ns, &whole, error))
        return false;
    if (!whole && order->ended_ns == 0)
        return true;
    order->stage = LEAT_LABEL_WRITTEN;
    if (writing->frames > 0)
        return true;
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND,
                "nothing to label with '%s': no frame of that time was recorded", writing->name);
    return false;
}

static bool take_off(LeatLabelOrder *order, LeatStore *store, GError **error)
{
    if (!leat_label_writing_take_off(order->writing, store, error))
        return false;
    order->stage = LEAT_LABEL_OVER;
    return true;
}

static bool act(LeatLabelOrder *order, LeatStore *store, const GError *unopened, GError **error)
{
    if (order->writing->recording == 0) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND,
                    "nothing to label with '%s': nothing was recorded", order->writing->name);
        return false;
    }
    if (!store) {
        g_propagate_error(error, g_error_copy(unopened));
        return false;
    }
    return order->undone ? take_off(order, store, error) : write_further(order, store, error);
}

/* False when it is to be tried again. */
static bool obey(LeatLabelOrder *order, LeatStore *store, const GError *unopened)
{
    GError *error = NULL;

    if (order->undone && order->writing->frames == 0) {
        order->stage = LEAT_LABEL_OVER;
        return true;
    }
    if (act(order, store, unopened, &error))
        return true;
    if (can_wait(order, error)) {
        g_error_free(error);
        return false;
    }
    order->stage = LEAT_LABEL_OVER;
    order->error = error;
    return true;
}

static GHashTable *count(LeatStore *store, int64_t recording)
{
    g_autoptr(GPtrArray) labels = leat_store_labels(store, recording, NULL);
    GHashTable *counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

    for (guint i = 0; labels && i < labels->len; i++) {
        const LeatLabel *label = labels->pdata[i];
        int64_t *sum = g_hash_table_lookup(counts, label->name);
        int64_t first, last, frames = 0;

        if (label->has_value ||
            !leat_store_frames_between(store, recording, label->first, label->last, &first, &last,
                                       &frames, NULL))
            continue;
        frames += sum ? *sum : 0;
        g_hash_table_replace(counts, g_strdup(label->name), g_memdup2(&frames, sizeof(frames)));
    }
    return counts;
}

GHashTable *leat_label_orders_obey(GArray *orders)
{
    g_autoptr(LeatStore) store = NULL;
    GHashTable *counts = NULL;
    GError *unopened = NULL;
    const char *path = NULL;
    bool go_on = true;

    for (guint i = 0; go_on && i < orders->len; i++) {
        LeatLabelOrder *order = &g_array_index(orders, LeatLabelOrder, i);

        if (g_strcmp0(path, order->path) != 0) {
            path = order->path;
            leat_store_close(g_steal_pointer(&store));
            g_clear_error(&unopened);
            store = leat_store_open_to_edit(path, &unopened);
        }
        go_on = obey(order, store, unopened);
    }
    g_clear_error(&unopened);
    if (store && go_on && orders->len > 0)
        counts =
            count(store, g_array_index(orders, LeatLabelOrder, orders->len - 1).writing->recording);
    return counts;
}
