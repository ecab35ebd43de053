/* SPDX-License-Identifier: MIT */
/* Verify: the store checks itself, then every frame is decoded, in shards that run side by side,
 * each thread with a connection of its own. */
#include "app/library-shard.h"
#include "app/library.h"

#include "base/clock.h"
#include "base/error.h"
#include "concurrency/pool.h"

#include <unistd.h>

#define PROGRESS_NS (LEAT_NS_PER_S / 10)

typedef struct {
    const char *path;
    unsigned threads; /* of a decoder */
    GArray *shards; /* LeatShard: the array is fixed while threads work, each has its own shards */
    atomic_uint next;
    atomic_llong frames;
} Work;

/* Damage is a fault of the file, not of the checking. */
static bool is_damage(const GError *error)
{
    return g_error_matches(error, LEAT_ERROR, LEAT_ERROR_CORRUPT) ||
           g_error_matches(error, LEAT_ERROR, LEAT_ERROR_UNSUPPORTED);
}

static void *check_shards(void *data, LeatCancel *cancel, GError **error)
{
    Work *work = data;
    g_autoptr(LeatStore) store = leat_store_open(work->path, cancel, error);
    unsigned i;

    if (!store)
        return NULL;
    while ((i = atomic_fetch_add(&work->next, 1)) < work->shards->len) {
        LeatShard *shard = &g_array_index(work->shards, LeatShard, i);
        GError *own = NULL;

        if (leat_library_check_shard(store, shard, work->threads, &work->frames, cancel, &own))
            continue;
        if (!is_damage(own)) {
            g_propagate_error(error, own);
            return NULL;
        }
        g_ptr_array_add(shard->faults, g_strdup_printf("recording %" G_GINT64_FORMAT " (%s): %s",
                                                       shard->recording->id, shard->recording->name,
                                                       own->message));
        g_error_free(own);
    }
    return NULL;
}

/* Waits for them all, so that nobody works on the shards any more. False with the first error. */
static bool join(LeatFuture **futures, unsigned count, const Work *work, int64_t total,
                 LeatProgressFunc progress, void *data, GError **error)
{
    bool good = true;

    for (unsigned i = 0; i < count; i++) {
        while (!leat_future_wait(futures[i], PROGRESS_NS))
            if (progress)
                progress(MIN(atomic_load(&work->frames), total), total, data);
        good = leat_future_take(futures[i], NULL, good ? error : NULL) && good;
        leat_future_unref(futures[i]);
    }
    return good;
}

static bool run_work(Work *work, int64_t total, LeatProgressFunc progress, void *data,
                     LeatCancel *cancel, GError **error)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned count = (unsigned)CLAMP(cores, 1, (long)MAX(work->shards->len, 1));
    LeatPool *pool = leat_pool_new("verify", LEAT_THREAD_BACKGROUND, count, count, cancel, error);
    LeatFuture **futures;
    unsigned started = 0;
    bool good = true;

    if (!pool)
        return false;
    work->threads = count > 1 ? 1 : 0;
    futures = g_new0(LeatFuture *, count);
    while (good && started < count) {
        futures[started] = leat_pool_submit(pool, check_shards, work, NULL, error);
        good = futures[started] != NULL;
        started += good;
    }
    good = join(futures, started, work, total, progress, data, good ? error : NULL) && good;
    leat_pool_free(pool);
    g_free(futures);
    return good;
}

static bool add_shards(LeatStore *store, const GPtrArray *recordings, GArray *shards,
                       LeatVerifyResult *result, GError **error)
{
    for (guint i = 0; i < recordings->len; i++) {
        GError *own = NULL;

        if (leat_library_shards(store, g_ptr_array_index(recordings, i), shards, &own))
            continue;
        if (!is_damage(own) && !g_error_matches(own, LEAT_ERROR, LEAT_ERROR_NOT_FOUND)) {
            g_propagate_error(error, own);
            return false;
        }
        g_ptr_array_add(result->faults, g_strdup(own->message));
        g_error_free(own);
    }
    return true;
}

static bool decode_all(const char *path, LeatStore *store, const GPtrArray *recordings,
                       LeatProgressFunc progress, void *data, LeatCancel *cancel,
                       LeatVerifyResult *result, GError **error)
{
    Work work = {.path = path, .shards = leat_library_shards_new()};
    int64_t total = 0;
    bool good;

    atomic_init(&work.next, 0);
    atomic_init(&work.frames, 0);
    for (guint i = 0; i < recordings->len; i++)
        total += ((LeatRecording *)g_ptr_array_index(recordings, i))->frames;
    good = add_shards(store, recordings, work.shards, result, error) &&
           run_work(&work, total, progress, data, cancel, error);
    for (guint i = 0; good && i < work.shards->len; i++) {
        GPtrArray *faults = g_array_index(work.shards, LeatShard, i).faults;

        for (guint j = 0; j < faults->len; j++)
            g_ptr_array_add(result->faults, g_strdup(g_ptr_array_index(faults, j)));
    }
    result->frames = atomic_load(&work.frames);
    g_array_unref(work.shards);
    return good;
}

bool leat_library_verify(const char *path, LeatProgressFunc progress, void *data,
                         LeatCancel *cancel, LeatVerifyResult *result, GError **error)
{
    g_autoptr(LeatStore) store = NULL;
    g_autoptr(GPtrArray) recordings = NULL;
    GError *own = NULL;

    *result = (LeatVerifyResult){.faults = g_ptr_array_new_with_free_func(g_free)};
    store = leat_store_open(path, cancel, error);
    if (!store || !leat_store_check(store, -1, result->faults, error))
        return false;
    recordings = leat_store_list(store, &own);
    if (!recordings && is_damage(own)) {
        g_ptr_array_add(result->faults, g_strdup(own->message));
        g_error_free(own);
        return true;
    }
    if (!recordings) {
        g_propagate_error(error, own);
        return false;
    }
    result->recordings = recordings->len;
    return decode_all(path, store, recordings, progress, data, cancel, result, error);
}

void leat_verify_result_clear(LeatVerifyResult *result)
{
    if (result->faults)
        g_ptr_array_unref(result->faults);
    *result = (LeatVerifyResult){.faults = NULL};
}
