/* SPDX-License-Identifier: MIT */
#include "compute/worker-link.h"

#include "base/error.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef union {
    char bytes[CMSG_SPACE(LEAT_MESSAGE_FDS * sizeof(int))];
    struct cmsghdr header; /* for the alignment */
} Ancillary;

/* The bytes of a message: its head, and what its type has behind it. */
static size_t message_bytes(const LeatMessage *message)
{
    size_t head = offsetof(LeatMessage, setup);

    switch ((LeatMessageType)message->type) {
    case LEAT_MESSAGE_SETUP:
        return head + sizeof message->setup;
    case LEAT_MESSAGE_OPEN:
        return head + sizeof message->open;
    case LEAT_MESSAGE_OPENED:
    case LEAT_MESSAGE_DONE:
        return message->code < 0 ? head : head + sizeof message->text;
    case LEAT_MESSAGE_READY:
    case LEAT_MESSAGE_ROUND:
    case LEAT_MESSAGE_CLOSE:
        return head;
    }
    return 0;
}

bool leat_message_send(int socket, const LeatMessage *message, const int *fds)
{
    struct iovec bytes = {(void *)message, message_bytes(message)};
    struct msghdr packet = {.msg_iov = &bytes, .msg_iovlen = 1};
    Ancillary ancillary = {0};
    ssize_t sent;

    if (fds) {
        packet.msg_control = ancillary.bytes;
        packet.msg_controllen = sizeof ancillary.bytes;
        ancillary.header.cmsg_level = SOL_SOCKET;
        ancillary.header.cmsg_type = SCM_RIGHTS;
        ancillary.header.cmsg_len = CMSG_LEN(LEAT_MESSAGE_FDS * sizeof(int));
        memcpy(CMSG_DATA(&ancillary.header), fds, LEAT_MESSAGE_FDS * sizeof(int));
    }
    do
        sent = sendmsg(socket, &packet, MSG_NOSIGNAL | MSG_DONTWAIT);
    while (sent < 0 && errno == EINTR);
    return sent == (ssize_t)bytes.iov_len;
}

/* How many descriptors came with the packet; they are in `fds`. */
static size_t take_fds(struct msghdr *packet, int fds[LEAT_MESSAGE_FDS])
{
    struct cmsghdr *header = CMSG_FIRSTHDR(packet);
    size_t count;

    if (!header || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
        return 0;
    count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    memcpy(fds, CMSG_DATA(header), MIN(count, LEAT_MESSAGE_FDS) * sizeof(int));
    return MIN(count, LEAT_MESSAGE_FDS);
}

static bool makes_sense(const LeatMessage *message, size_t bytes, size_t fd_count)
{
    size_t expected_fds = message->type == LEAT_MESSAGE_OPEN ? LEAT_MESSAGE_FDS : 0;

    return bytes >= offsetof(LeatMessage, setup) && bytes == message_bytes(message) &&
           fd_count == expected_fds;
}

int leat_message_receive(int socket, int flags, LeatMessage *message, int fds[LEAT_MESSAGE_FDS])
{
    struct iovec bytes = {message, sizeof *message};
    Ancillary ancillary;
    struct msghdr packet = {
        .msg_iov = &bytes,
        .msg_iovlen = 1,
        .msg_control = ancillary.bytes,
        .msg_controllen = sizeof ancillary.bytes,
    };
    ssize_t received;
    size_t fd_count;

    do
        received = recvmsg(socket, &packet, flags | MSG_CMSG_CLOEXEC);
    while (received < 0 && errno == EINTR);
    if (received < 0)
        return errno == EAGAIN || errno == EWOULDBLOCK ? -1 : 0;
    if (received == 0)
        return 0;
    fd_count = take_fds(&packet, fds);
    if ((packet.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0 ||
        !makes_sense(message, (size_t)received, fd_count)) {
        for (size_t i = 0; i < fd_count; i++)
            close(fds[i]);
        return 0;
    }
    if (message->type == LEAT_MESSAGE_OPEN)
        message->open.kind[sizeof message->open.kind - 1] = '\0';
    else if (message->type != LEAT_MESSAGE_SETUP && message->code >= 0)
        message->text[sizeof message->text - 1] = '\0';
    return 1;
}

void leat_message_set_error(LeatMessage *message, GError *error)
{
    message->code = error->domain == LEAT_ERROR ? error->code : LEAT_ERROR_FAILED;
    memset(message->text, 0, sizeof message->text);
    g_strlcpy(message->text, error->message, sizeof message->text);
    g_error_free(error);
}

GError *leat_message_get_error(const LeatMessage *message)
{
    return g_error_new_literal(LEAT_ERROR, message->code, message->text);
}
