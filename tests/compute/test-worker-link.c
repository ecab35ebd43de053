/* SPDX-License-Identifier: MIT */
#include "compute/worker-link.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int ends[2];

static void open_link(void)
{
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), ==, 0);
}

static void close_link(void)
{
    close(ends[0]);
    close(ends[1]);
}

static int receive(LeatMessage *message)
{
    int fds[LEAT_MESSAGE_FDS];

    return leat_message_receive(ends[1], MSG_DONTWAIT, message, fds);
}

static void test_messages_arrive_in_order(void)
{
    LeatMessage message = {.type = LEAT_MESSAGE_ROUND, .workset = 3, .units = 8, .unit = -1};

    open_link();
    g_assert_cmpint(receive(&message), ==, -1);
    message = (LeatMessage){.type = LEAT_MESSAGE_ROUND, .workset = 3, .units = 8, .unit = -1};
    g_assert_true(leat_message_send(ends[0], &message, NULL));
    message.type = LEAT_MESSAGE_CLOSE;
    g_assert_true(leat_message_send(ends[0], &message, NULL));
    g_assert_cmpint(receive(&message), ==, 1);
    g_assert_cmpuint(message.type, ==, LEAT_MESSAGE_ROUND);
    g_assert_cmpint(message.unit, ==, -1);
    g_assert_cmpint(receive(&message), ==, 1);
    g_assert_cmpuint(message.type, ==, LEAT_MESSAGE_CLOSE);
    close_link();
}

static void test_error_keeps_its_code_and_text(void)
{
    LeatMessage message = {.type = LEAT_MESSAGE_DONE, .unit = 5};
    char *text = g_strnfill(5000, 'x');
    GError *error;

    open_link();
    leat_message_set_error(&message,
                           g_error_new_literal(LEAT_ERROR, LEAT_ERROR_NO_SPACE, "disk full"));
    g_assert_true(leat_message_send(ends[0], &message, NULL));
    leat_message_set_error(&message, g_error_new_literal(g_quark_from_string("other"), 77, text));
    g_assert_true(leat_message_send(ends[0], &message, NULL));
    g_assert_cmpint(receive(&message), ==, 1);
    error = leat_message_get_error(&message);
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_NO_SPACE);
    g_assert_cmpstr(error->message, ==, "disk full");
    g_clear_error(&error);
    g_assert_cmpint(receive(&message), ==, 1);
    error = leat_message_get_error(&message);
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_FAILED);
    g_assert_cmpuint(strlen(error->message), ==, sizeof message.text - 1);
    g_error_free(error);
    g_free(text);
    close_link();
}

static void test_descriptors_travel_with_open(void)
{
    LeatMessage message = {.type = LEAT_MESSAGE_OPEN};
    int sent[LEAT_MESSAGE_FDS] = {open("/dev/null", O_RDONLY | O_CLOEXEC), STDERR_FILENO};
    int fds[LEAT_MESSAGE_FDS] = {-1, -1};

    open_link();
    memset(message.open.kind, 'k', sizeof message.open.kind);
    g_assert_true(leat_message_send(ends[0], &message, sent));
    g_assert_cmpint(leat_message_receive(ends[1], 0, &message, fds), ==, 1);
    g_assert_cmpuint(strlen(message.open.kind), ==, sizeof message.open.kind - 1);
    for (int i = 0; i < LEAT_MESSAGE_FDS; i++) {
        g_assert_cmpint(fcntl(fds[i], F_GETFD), ==, FD_CLOEXEC);
        close(fds[i]);
    }
    close(sent[0]);
    close_link();
}

static void test_nonsense_is_the_end(void)
{
    static const size_t lengths[] = {1,
                                     4,
                                     offsetof(LeatMessage, setup) - 1,
                                     offsetof(LeatMessage, setup) + 1,
                                     sizeof(LeatMessage),
                                     sizeof(LeatMessage) + 100};
    unsigned char bytes[sizeof(LeatMessage) + 100] = {0};
    LeatMessage message;

    for (unsigned type = 0; type < 12; type++) {
        for (size_t i = 0; i < G_N_ELEMENTS(lengths); i++) {
            bytes[0] = (unsigned char)type;
            open_link();
            g_assert_cmpint(send(ends[0], bytes, lengths[i], 0), ==, (ssize_t)lengths[i]);
            /* The only one that is a message: an error in full. */
            if ((type == LEAT_MESSAGE_OPENED || type == LEAT_MESSAGE_DONE) &&
                lengths[i] == sizeof(LeatMessage))
                g_assert_cmpint(receive(&message), ==, 1);
            else
                g_assert_cmpint(receive(&message), ==, 0);
            close_link();
        }
    }
}

static void test_descriptors_without_open_are_closed(void)
{
    LeatMessage message = {.type = LEAT_MESSAGE_CLOSE};
    int sent[LEAT_MESSAGE_FDS] = {STDERR_FILENO, STDERR_FILENO}, next, after;

    open_link();
    g_assert_true(leat_message_send(ends[0], &message, sent));
    next = dup(STDERR_FILENO);
    close(next);
    g_assert_cmpint(receive(&message), ==, 0);
    after = dup(STDERR_FILENO);
    g_assert_cmpint(after, ==, next);
    close(after);
    close_link();
}

static void test_end_of_the_other_side(void)
{
    LeatMessage message = {.type = LEAT_MESSAGE_CLOSE};

    open_link();
    close(ends[0]);
    g_assert_cmpint(receive(&message), ==, 0);
    g_assert_false(leat_message_send(ends[1], &message, NULL));
    g_assert_cmpint(errno, ==, EPIPE);
    close(ends[1]);
}

static void test_sending_never_waits(void)
{
    LeatMessage message = {.type = LEAT_MESSAGE_CLOSE};

    open_link();
    while (leat_message_send(ends[0], &message, NULL))
        ;
    g_assert_cmpint(errno, ==, EAGAIN);
    close_link();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/worker-link/messages-arrive-in-order", test_messages_arrive_in_order);
    g_test_add_func("/worker-link/error-keeps-its-code-and-text",
                    test_error_keeps_its_code_and_text);
    g_test_add_func("/worker-link/descriptors-travel-with-open", test_descriptors_travel_with_open);
    g_test_add_func("/worker-link/nonsense-is-the-end", test_nonsense_is_the_end);
    g_test_add_func("/worker-link/descriptors-without-open-are-closed",
                    test_descriptors_without_open_are_closed);
    g_test_add_func("/worker-link/end-of-the-other-side", test_end_of_the_other_side);
    g_test_add_func("/worker-link/sending-never-waits", test_sending_never_waits);
    return g_test_run();
}
