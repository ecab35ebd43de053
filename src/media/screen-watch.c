/* SPDX-License-Identifier: MIT */
#include "media/screen-watch.h"

#include "base/error.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#define DESCRIPTORS "/proc/self/fd"

/* Most connections of this program to one display that a watch can tell apart. */
enum { MOST = 64 };

/* A socket's own numbers: a descriptor is given again when it was closed. */
typedef struct {
    int fd;
    ino_t inode;
} Connection;

struct LeatScreenWatch {
    LeatDisplay display;
    LeatCancel *cancel;
    LeatCancelListener listener;
    /* Not changed while the listener is added. */
    Connection others[MOST]; /* were there before */
    size_t others_count;
    Connection own; /* -1 before it is known */
};

static bool leads_to(int fd, const LeatDisplay *display)
{
    union {
        struct sockaddr any;
        struct sockaddr_un here;
        struct sockaddr_in ip4;
        struct sockaddr_in6 ip6;
    } peer = {0};
    socklen_t size = sizeof peer;
    char path[32];
    const int port = LEAT_DISPLAY_PORT + display->number;

    if (getpeername(fd, &peer.any, &size) != 0)
        return false;
    if (peer.any.sa_family == AF_INET)
        return ntohs(peer.ip4.sin_port) == port;
    if (peer.any.sa_family == AF_INET6)
        return ntohs(peer.ip6.sin6_port) == port;
    snprintf(path, sizeof path, LEAT_DISPLAY_PATH, display->number);
    /* In the file system, or with a zero before it in a name space without files. */
    return peer.any.sa_family == AF_UNIX &&
           strcmp(peer.here.sun_path + (peer.here.sun_path[0] == '\0'), path) == 0;
}

/* This program's connections to the display; how many were put in `found`. */
static size_t list(const LeatDisplay *display, Connection *found)
{
    GDir *folder = g_dir_open(DESCRIPTORS, 0, NULL);
    size_t count = 0;

    for (const char *name; folder && count < MOST && (name = g_dir_read_name(folder));) {
        const int fd = (int)g_ascii_strtoll(name, NULL, 10);
        char path[64];
        struct stat about;

        /* By its name: the descriptor may be another thread's that has just made it. */
        snprintf(path, sizeof path, DESCRIPTORS "/%s", name);
        if (stat(path, &about) == 0 && S_ISSOCK(about.st_mode) && leads_to(fd, display))
            found[count++] = (Connection){fd, about.st_ino};
    }
    if (folder)
        g_dir_close(folder);
    return count;
}

static bool was_there(const LeatScreenWatch *watch, const Connection *connection)
{
    for (size_t i = 0; i < watch->others_count; i++)
        if (watch->others[i].inode == connection->inode)
            return true;
    return false;
}

/* The first connection that was not there before; -1 when there is none. */
static Connection find_own(const LeatScreenWatch *watch)
{
    Connection found[MOST];
    const size_t count = list(&watch->display, found);

    for (size_t i = 0; i < count; i++)
        if (!was_there(watch, &found[i]))
            return found[i];
    return (Connection){.fd = -1};
}

static void shut_down(void *data)
{
    const LeatScreenWatch *watch = data;
    const Connection own = watch->own.fd >= 0 ? watch->own : find_own(watch);

    if (own.fd >= 0)
        shutdown(own.fd, SHUT_RDWR);
}

LeatScreenWatch *leat_screen_watch_new(const LeatDisplay *display, LeatCancel *cancel,
                                       GError **error)
{
    LeatScreenWatch *watch = calloc(1, sizeof *watch);

    if (!watch)
        return leat_error_no_memory(error, sizeof *watch, "a screen");
    watch->display = *display;
    watch->cancel = cancel;
    watch->listener = (LeatCancelListener){.wake = shut_down, .data = watch};
    watch->own.fd = -1;
    watch->others_count = list(display, watch->others);
    leat_cancel_add_listener(cancel, &watch->listener);
    return watch;
}

void leat_screen_watch_opened(LeatScreenWatch *watch)
{
    leat_cancel_remove_listener(watch->cancel, &watch->listener);
    watch->own = find_own(watch);
    leat_cancel_add_listener(watch->cancel, &watch->listener);
}

void leat_screen_watch_free(LeatScreenWatch *watch)
{
    if (!watch)
        return;
    leat_cancel_remove_listener(watch->cancel, &watch->listener);
    free(watch);
}
