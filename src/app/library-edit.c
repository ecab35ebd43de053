/* SPDX-License-Identifier: MIT */
#include "app/library-edit.h"

#include "base/clock.h"
#include "store/store-recordings.h"

/* Those who wait for the database's lock look for it every 10 ms. */
#define LEAST_PAUSE_NS (25 * LEAT_NS_PER_MS)

bool leat_library_check_name(const char *name, GError **error)
{
    return leat_store_check_name(name, error);
}

bool leat_library_rename(const char *path, int64_t recording, const char *name, GError **error)
{
    g_autoptr(LeatStore) store = leat_store_open_to_edit(path, error);

    return store && leat_store_rename(store, recording, name, error);
}

bool leat_library_delete(const char *path, int64_t recording, LeatProgressFunc progress, void *data,
                         LeatCancel *cancel, GError **error)
{
    g_autoptr(LeatStore) store = leat_store_open_to_edit(path, error);
    int64_t left = -1, total = 0;

    while (store && left != 0) {
        int64_t start_ns = leat_clock_now_ns();

        if (!leat_cancel_check(cancel, error) ||
            !leat_store_delete_some(store, recording, &left, error))
            return false;
        total = MAX(total, left);
        if (progress && total > 0)
            progress(total - left, total, data);
        /* Half of the time is for others. */
        if (left > 0)
            leat_cancel_wait(cancel, MAX(leat_clock_now_ns() - start_ns, LEAST_PAUSE_NS));
    }
    return store != NULL;
}
