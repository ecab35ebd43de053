/* SPDX-License-Identifier: MIT */
#include "concurrency/waker.h"

#include "base/error.h"

#include <errno.h>
#include <glib-unix.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct LeatWaker {
    /* Set once. */
    LeatWakerFunc func;
    void *data;
    int fd;
    GSource *source;

    /* Orders what a thread did before waking with what `func` reads: C11 makes no such promise
     * for the write and read of a descriptor. */
    atomic_uint wakes;
};

static gboolean run(gint fd, GIOCondition condition, gpointer data)
{
    LeatWaker *waker = data;
    uint64_t count;

    (void)condition;
    while (read(fd, &count, sizeof count) < 0 && errno == EINTR)
        ;
    atomic_load_explicit(&waker->wakes, memory_order_acquire);
    waker->func(waker->data);
    return G_SOURCE_CONTINUE;
}

LeatWaker *leat_waker_new(GMainContext *context, int priority, LeatWakerFunc func, void *data,
                          GError **error)
{
    LeatWaker *waker = calloc(1, sizeof *waker);

    if (!waker)
        return leat_error_no_memory(error, sizeof *waker, "a waker");
    waker->func = func;
    waker->data = data;
    waker->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (waker->fd < 0) {
        leat_error_set_errno(error, errno, "cannot make an event descriptor for the main loop");
        free(waker);
        return NULL;
    }
    atomic_init(&waker->wakes, 0);
    waker->source = g_unix_fd_source_new(waker->fd, G_IO_IN);
    g_source_set_priority(waker->source, priority);
    g_source_set_callback(waker->source, G_SOURCE_FUNC(run), waker, NULL);
    g_source_attach(waker->source, context);
    return waker;
}

void leat_waker_wake(LeatWaker *waker)
{
    const uint64_t one = 1;

    atomic_fetch_add_explicit(&waker->wakes, 1, memory_order_release);
    /* A counter that is full (EAGAIN) is readable as it is. */
    while (write(waker->fd, &one, sizeof one) < 0 && errno == EINTR)
        ;
}

void leat_waker_free(LeatWaker *waker)
{
    if (!waker)
        return;
    g_source_destroy(waker->source);
    g_source_unref(waker->source);
    close(waker->fd);
    free(waker);
}
