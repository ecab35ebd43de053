/* SPDX-License-Identifier: MIT */
/* What is in a library, kept up to date for a front end: a thread with a connection of its own
 * lists the recordings, looks again when asked or (while watching closely) when the file has
 * changed, and makes the thumbnails that are asked for.
 *
 * Made, commanded and freed on the main loop's thread. No command waits. */
#ifndef LEAT_APP_LIBRARY_WATCH_H
#define LEAT_APP_LIBRARY_WATCH_H

#include "media/frame.h"
#include "store/store.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct LeatLibraryWatch LeatLibraryWatch;

/* How many thumbnails may be asked for and not be made yet; the oldest is given up. */
#define LEAT_LIBRARY_WATCH_WAITING 64

/* All on the main loop. */
typedef struct {
    /* The recordings (LeatRecording, now the callee's), or NULL with an error; NULL without one
     * when the file is not there. Each time there is something new. `path` is what it is about. */
    void (*listed)(const char *path, GPtrArray *recordings, const GError *error, void *data);

    /* bgra, at most as large as asked for; NULL when the recording has none that can be shown. */
    void (*thumbnail)(const char *path, int64_t recording, LeatFrame *picture, void *data);

    /* After leat_library_watch_stop: it can be freed without a wait. */
    void (*stopped)(void *data);
    void *data;
} LeatLibraryWatchCallbacks;

/* Thumbnails are made to fit the size, px. `context` NULL is the default one. */
LeatLibraryWatch *leat_library_watch_new(const LeatLibraryWatchCallbacks *callbacks, int width,
                                         int height, GMainContext *context, GError **error);

/* Ends the thread; nothing but `stopped` is called from then on. */
void leat_library_watch_stop(LeatLibraryWatch *watch);

/* Waits for the thread, for which it takes no longer than a frame. NULL is fine. */
void leat_library_watch_free(LeatLibraryWatch *watch);

/* In place of leat_library_watch_free, and without a wait: it is freed once its thread has ended,
 * and then `gone` is called from the loop, which has to go on until then. Nothing else is called
 * any more. */
void leat_library_watch_let_go(LeatLibraryWatch *watch, void (*gone)(void *data), void *data);

/* NULL for none. Lists it. */
void leat_library_watch_set_path(LeatLibraryWatch *watch, const char *path);

/* Whether to look for changes by itself, once a second. */
void leat_library_watch_set_close(LeatLibraryWatch *watch, bool close);

/* Lists it again. */
void leat_library_watch_refresh(LeatLibraryWatch *watch);

void leat_library_watch_want_thumbnail(LeatLibraryWatch *watch, int64_t recording);

#endif
