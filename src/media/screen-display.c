/* SPDX-License-Identifier: MIT */
#include "media/screen-display.h"

#include "base/clock.h"

#include <errno.h>
#include <glib.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define LAST_NUMBER (65535 - LEAT_DISPLAY_PORT)

bool leat_display_parse(LeatDisplay *display, const char *name)
{
    const char *colon = strrchr(name, ':');
    const char *slash = strchr(name, '/');
    const char *host = slash ? slash + 1 : name;
    if (!colon || host > colon || !g_ascii_isdigit(colon[1]))
        return false;
    guint64 number = g_ascii_strtoull(colon + 1, NULL, 10);
    size_t length = (size_t)(colon - host);
    if (length > 1 && host[0] == '[' && colon[-1] == ']') {
        host++;
        length -= 2;
    }
    if (number > LAST_NUMBER || length >= sizeof display->host || memchr(host, '/', length))
        return false;
    /* With a protocol before it, "unix" is a host's name. */
    if (!slash && length == strlen("unix") && g_str_has_prefix(host, "unix"))
        length = 0;
    display->number = (int)number;
    memcpy(display->host, host, length);
    display->host[length] = '\0';
    return true;
}

/* The socket begins to connect. -1 when it cannot. */
static int begin(const struct sockaddr *address, socklen_t size)
{
    int fd = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    if (connect(fd, address, size) == 0 || errno == EINPROGRESS)
        return fd;
    close(fd);
    return -1;
}

static int wait_for(int fd, short events, LeatCancel *cancel, int64_t deadline_ns)
{
    return leat_cancel_poll(cancel, fd, events, MAX(deadline_ns - leat_clock_now_ns(), 0));
}

/* Connects, says hello, and waits for whatever is said to it. As leat_display_wait, and -2 when
 * there is nobody. */
static int ask(const struct sockaddr *address, socklen_t size, LeatCancel *cancel,
               int64_t deadline_ns)
{
    /* A client that writes its numbers with the low byte first, of a protocol that never was: the
     * server refuses it at once. One that is taken in and leaves as the last one would have a
     * server start anew. */
    static const unsigned char hello[12] = {'l'};
    int fd = begin(address, size);
    if (fd < 0)
        return -2;
    int result = wait_for(fd, POLLOUT, cancel, deadline_ns);
    if (result == 1 && send(fd, hello, sizeof hello, MSG_NOSIGNAL) != sizeof hello)
        result = -2;
    if (result == 1)
        result = wait_for(fd, POLLIN, cancel, deadline_ns);
    close(fd);
    return result;
}

static int ask_here(int number, LeatCancel *cancel, int64_t deadline_ns)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, LEAT_DISPLAY_PATH, number);
    return ask((const struct sockaddr *)&address, sizeof address, cancel, deadline_ns);
}

static int ask_host(const LeatDisplay *display, LeatCancel *cancel, int64_t deadline_ns)
{
    struct addrinfo wanted = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    char port[16];
    int result = -2;

    snprintf(port, sizeof port, "%d", LEAT_DISPLAY_PORT + display->number);
    if (getaddrinfo(display->host, port, &wanted, &found) != 0)
        return -2;
    for (struct addrinfo *each = found; each && result == -2; each = each->ai_next)
        result = ask(each->ai_addr, each->ai_addrlen, cancel, deadline_ns);
    freeaddrinfo(found);
    return result;
}

int leat_display_wait(const LeatDisplay *display, LeatCancel *cancel, int64_t timeout_ns)
{
    int64_t deadline_ns = leat_clock_deadline_ns(timeout_ns);
    int result = *display->host ? ask_host(display, cancel, deadline_ns)
                                : ask_here(display->number, cancel, deadline_ns);
    return result == -2 ? 1 : result;
}
