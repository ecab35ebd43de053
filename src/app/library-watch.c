/* SPDX-License-Identifier: MIT */
#include "app/library-watch.h"

#include "app/parting.h"
#include "app/thumbnail.h"
#include "base/clock.h"
#include "base/error.h"
#include "concurrency/lock.h"
#include "concurrency/thread.h"
#include "concurrency/waker.h"

#include <string.h>
#include <sys/stat.h>

#define LOOK_EVERY_NS LEAT_NS_PER_S

/* What the main loop is told. */
typedef struct {
    char *path;
    GPtrArray *recordings; /* of a list */
    GError *error;
    int64_t recording; /* of a thumbnail, else 0 */
    LeatFrame *picture;
} News;

struct LeatLibraryWatch {
    /* Set once. */
    LeatLibraryWatchCallbacks callbacks;
    int width, height;
    LeatThread *thread;
    LeatWaker *waker;
    LeatCancel *cancel;

    /* Under the lock. */
    LeatLock lock;
    char *path;
    bool close, refresh, ending, ended;
    GQueue wanted; /* gint64 *: recordings, the latest first */
    GQueue news;   /* News *; as many lists as changes that nobody looked at become one */

    /* The main loop's. */
    bool stopping;
};

/* The thread's own. */
typedef struct {
    LeatLibraryWatch *watch;
    char *path; /* of the state below */
    bool listed, close;
    struct stat file, journal; /* as they were when it was last listed */
} Look;

static void free_news(void *data)
{
    News *news = data;

    if (news->recordings)
        g_ptr_array_unref(news->recordings);
    g_clear_error(&news->error);
    leat_frame_unref(news->picture);
    g_free(news->path);
    g_free(news);
}

static void tell(LeatLibraryWatch *watch, News *news)
{
    GList *last;

    leat_lock_acquire(&watch->lock);
    last = watch->news.tail;
    if (news->recording == 0 && last && ((News *)last->data)->recording == 0)
        free_news(g_queue_pop_tail(&watch->news));
    g_queue_push_tail(&watch->news, news);
    leat_lock_release(&watch->lock);
    leat_waker_wake(watch->waker);
}

/* On the main loop. */
static void hand_on(LeatLibraryWatch *watch, News *news)
{
    if (news->recording)
        watch->callbacks.thumbnail(news->path, news->recording, news->picture,
                                   watch->callbacks.data);
    else
        watch->callbacks.listed(news->path, g_steal_pointer(&news->recordings), news->error,
                                watch->callbacks.data);
}

static void dispatch(void *data)
{
    LeatLibraryWatch *watch = data;
    News *news;
    bool ended;

    do {
        leat_lock_acquire(&watch->lock);
        news = g_queue_pop_head(&watch->news);
        ended = watch->ended;
        leat_lock_release(&watch->lock);
        if (news && !watch->stopping)
            hand_on(watch, news);
        if (news)
            free_news(news);
    } while (news);
    if (watch->stopping && ended) {
        void (*stopped)(void *) = g_steal_pointer(&watch->callbacks.stopped);

        if (stopped) /* it may free the watch */
            stopped(watch->callbacks.data);
    }
}

/* What failed is tried again at the next look: another program may have let go of the file. */
static void list(Look *look)
{
    News *news = g_new0(News, 1);
    LeatStore *store;
    GError *error = NULL;

    news->path = g_strdup(look->path);
    store = leat_store_open(look->path, look->watch->cancel, &error);
    news->recordings = store ? leat_store_list(store, &error) : NULL;
    leat_store_close(store);
    if (error && error->code == LEAT_ERROR_NOT_FOUND)
        g_clear_error(&error); /* it is made when something is recorded */
    news->error = error;
    look->listed = !error;
    if (leat_cancel_is_set(look->watch->cancel))
        free_news(news);
    else
        tell(look->watch, news);
}

/* What it had the file at, so that a change is seen without opening it. */
static void take_state(const char *path, struct stat *file, struct stat *journal)
{
    char *name = g_strconcat(path, "-wal", NULL);

    if (stat(path, file) != 0)
        memset(file, 0, sizeof(*file));
    if (stat(name, journal) != 0)
        memset(journal, 0, sizeof(*journal));
    g_free(name);
}

static bool is_same(const struct stat *one, const struct stat *other)
{
    return one->st_ino == other->st_ino && one->st_dev == other->st_dev &&
           one->st_size == other->st_size && one->st_mtim.tv_sec == other->st_mtim.tv_sec &&
           one->st_mtim.tv_nsec == other->st_mtim.tv_nsec;
}

/* The state is taken first: what changes meanwhile is seen at the next look. */
static void look_again(Look *look, bool asked)
{
    struct stat file, journal;

    take_state(look->path, &file, &journal);
    if (!asked && look->listed && is_same(&file, &look->file) && is_same(&journal, &look->journal))
        return;
    look->file = file;
    look->journal = journal;
    list(look);
}

static void make_thumbnail(const Look *look, int64_t recording)
{
    LeatLibraryWatch *watch = look->watch;
    News *news = g_new0(News, 1);

    news->path = g_strdup(look->path);
    news->recording = recording;
    news->picture = leat_thumbnail_make(look->path, recording, watch->width, watch->height,
                                        watch->cancel, NULL);
    tell(watch, news);
}

/* Waits for something to do; false when it shall end. Sets `asked` for a refresh, and `thumbnail`
 * to a recording, or 0. */
static bool take_orders(Look *look, bool *asked, int64_t *thumbnail)
{
    LeatLibraryWatch *watch = look->watch;
    int64_t deadline_ns =
        look->close && look->path ? leat_clock_now_ns() + LOOK_EVERY_NS : LEAT_FOREVER;
    gint64 *wanted;
    bool go_on;

    leat_lock_acquire(&watch->lock);
    while (!watch->ending && !watch->refresh && g_queue_is_empty(&watch->wanted) &&
           leat_lock_wait(&watch->lock, deadline_ns))
        ;
    go_on = !watch->ending;
    *asked = watch->refresh;
    watch->refresh = false;
    look->close = watch->close;
    if (g_strcmp0(look->path, watch->path) != 0) {
        g_free(look->path);
        look->path = g_strdup(watch->path);
        look->listed = false;
    }
    wanted = *asked ? NULL : g_queue_pop_head(&watch->wanted);
    leat_lock_release(&watch->lock);
    *thumbnail = wanted ? *wanted : 0;
    g_free(wanted);
    return go_on;
}

static void run(void *data)
{
    LeatLibraryWatch *watch = data;
    Look look = {.watch = watch};
    int64_t thumbnail;
    bool asked;

    while (take_orders(&look, &asked, &thumbnail)) {
        if (!look.path)
            continue;
        if (thumbnail)
            make_thumbnail(&look, thumbnail);
        else
            look_again(&look, asked);
    }
    g_free(look.path);
    leat_lock_acquire(&watch->lock);
    watch->ended = true;
    leat_lock_release(&watch->lock);
    leat_waker_wake(watch->waker);
}

LeatLibraryWatch *leat_library_watch_new(const LeatLibraryWatchCallbacks *callbacks, int width,
                                         int height, GMainContext *context, GError **error)
{
    LeatLibraryWatch *watch = g_new0(LeatLibraryWatch, 1);

    if (!leat_lock_init(&watch->lock, error)) {
        g_free(watch);
        return NULL;
    }
    watch->callbacks = *callbacks;
    watch->width = width;
    watch->height = height;
    g_queue_init(&watch->wanted);
    g_queue_init(&watch->news);
    watch->waker = leat_waker_new(context, G_PRIORITY_DEFAULT, dispatch, watch, error);
    watch->cancel = watch->waker ? leat_cancel_new(NULL, error) : NULL;
    watch->thread =
        watch->cancel ? leat_thread_new("library", LEAT_THREAD_NORMAL, run, watch, error) : NULL;
    if (watch->thread && leat_thread_start(watch->thread, error))
        return watch;
    leat_library_watch_free(watch);
    return NULL;
}

void leat_library_watch_stop(LeatLibraryWatch *watch)
{
    watch->stopping = true;
    leat_cancel_trigger(watch->cancel);
    leat_lock_acquire(&watch->lock);
    watch->ending = true;
    leat_lock_wake(&watch->lock);
    leat_lock_release(&watch->lock);
}

void leat_library_watch_free(LeatLibraryWatch *watch)
{
    if (!watch)
        return;
    if (watch->thread)
        leat_library_watch_stop(watch);
    leat_thread_free(watch->thread);
    leat_waker_free(watch->waker);
    if (watch->cancel)
        leat_cancel_unref(watch->cancel);
    g_queue_clear_full(&watch->wanted, g_free);
    g_queue_clear_full(&watch->news, free_news);
    leat_lock_finish(&watch->lock);
    g_free(watch->path);
    g_free(watch);
}

static void free_at_last(void *watch)
{
    leat_library_watch_free(watch);
}

void leat_library_watch_let_go(LeatLibraryWatch *watch, void (*gone)(void *data), void *data)
{
    watch->callbacks = (LeatLibraryWatchCallbacks){
        .stopped = leat_parting_end, .data = leat_parting_new(watch, free_at_last, gone, data)};
    leat_library_watch_stop(watch);
}

static void ask_for_refresh(LeatLibraryWatch *watch)
{
    watch->refresh = true;
    leat_lock_wake(&watch->lock);
}

void leat_library_watch_set_path(LeatLibraryWatch *watch, const char *path)
{
    leat_lock_acquire(&watch->lock);
    g_free(watch->path);
    watch->path = g_strdup(path);
    g_queue_clear_full(&watch->wanted, g_free);
    ask_for_refresh(watch);
    leat_lock_release(&watch->lock);
}

void leat_library_watch_set_close(LeatLibraryWatch *watch, bool close)
{
    leat_lock_acquire(&watch->lock);
    watch->close = close;
    if (close) /* what has happened since is seen at once */
        ask_for_refresh(watch);
    leat_lock_release(&watch->lock);
}

void leat_library_watch_refresh(LeatLibraryWatch *watch)
{
    leat_lock_acquire(&watch->lock);
    ask_for_refresh(watch);
    leat_lock_release(&watch->lock);
}

void leat_library_watch_want_thumbnail(LeatLibraryWatch *watch, int64_t recording)
{
    leat_lock_acquire(&watch->lock);
    g_queue_push_head(&watch->wanted, g_memdup2(&recording, sizeof(recording)));
    if (watch->wanted.length > LEAT_LIBRARY_WATCH_WAITING)
        g_free(g_queue_pop_tail(&watch->wanted));
    leat_lock_wake(&watch->lock);
    leat_lock_release(&watch->lock);
}
