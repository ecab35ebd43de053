/* SPDX-License-Identifier: MIT */
/* A real screen without hardware: Xvfb. */
#include "source-support.h"

#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static char *display;
static GPid server;

static void start_screen(void)
{
    /* With -displayfd the server chooses a number that is free, and tells it when it is ready.
     * setpriv has it end with this program, also when a test breaks off. */
    const char *words[] = {"setpriv", "--pdeathsig", "TERM", "Xvfb",       "-displayfd",
                           "1",       "-screen",     "0",    "320x240x24", NULL};
    GError *error = NULL;
    char line[16] = "";
    int out = -1;
    g_spawn_async_with_pipes(NULL, (char **)words, NULL,
                             G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_SEARCH_PATH |
                                 G_SPAWN_STDERR_TO_DEV_NULL,
                             NULL, NULL, &server, NULL, &out, NULL, &error);
    g_assert_no_error(error);
    for (size_t i = 0; i < sizeof line - 1 && !strchr(line, '\n'); i++)
        g_assert_cmpint(read(out, line + i, 1), ==, 1);
    close(out);
    display = g_strdup_printf(":%s", g_strstrip(line));
}

static void stop_screen(void)
{
    kill(server, SIGTERM);
    waitpid(server, NULL, 0);
    g_free(display);
}

static void test_frames(void)
{
    g_setenv("DISPLAY", display, TRUE);
    LeatSourceRequest request = {.rate = {20, 1}};
    g_autoptr(LeatSource) source = open_source("screen", &request, NULL, NULL);
    g_assert_nonnull(source);
    LeatSourceFormat format = leat_source_format(source);
    g_assert_cmpint(format.width, ==, 320);
    g_assert_cmpint(format.height, ==, 240);
    g_assert_cmpfloat(leat_rational_value(format.rate), ==, 20.0);
    g_assert_true(format.live);
    int64_t start_ns = leat_clock_now_ns();
    g_autoptr(Reading) reading = read_all(source, 11, false);
    g_assert_no_error(reading->error);
    g_assert_cmpint(leat_clock_now_ns() - start_ns, >=, LEAT_NS_PER_S / 2 - LEAT_NS_PER_MS);
    g_unsetenv("DISPLAY");
}

static void test_named(void)
{
    g_autofree char *text = g_strconcat("screen:", display, NULL);
    LeatSourceRequest region = {.width = 64, .height = 48};
    g_autoptr(LeatSource) source = open_source(text, &region, NULL, NULL);
    g_assert_nonnull(source);
    g_assert_cmpint(leat_source_format(source).width, ==, 64);
    g_assert_cmpint(leat_source_format(source).height, ==, 48);
    g_assert_cmpfloat(leat_rational_value(leat_source_format(source).rate), ==, 30.0);
}

static void test_cancel(void)
{
    g_autofree char *text = g_strconcat("screen:", display, NULL);
    LeatSourceRequest slow = {.rate = {1, 10}};
    assert_obeys_cancel(text, &slow);
}

/* A listening socket that nobody accepts from: the system still connects to it. */
static int mute_server(int *number)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g_assert_cmpint(bind(fd, (struct sockaddr *)&address, size), ==, 0);
    g_assert_cmpint(listen(fd, 0), ==, 0);
    g_assert_cmpint(getsockname(fd, (struct sockaddr *)&address, &size), ==, 0);
    *number = ntohs(address.sin_port) - 6000;
    g_assert_cmpint(*number, >=, 0);
    return fd;
}

static void test_mute(void)
{
    int number = 0;
    int server_fd = mute_server(&number);
    g_autofree char *text = g_strdup_printf("screen:127.0.0.1:%d", number);
    assert_obeys_cancel(text, NULL);
    close(server_fd);
}

/* Answers the first who asks, and nobody after. */
static void *answer_once(void *data)
{
    char hello[12];
    int fd = accept(*(const int *)data, NULL, NULL);
    g_assert_cmpint(recv(fd, hello, sizeof hello, MSG_WAITALL), ==, sizeof hello);
    g_assert_cmpint(send(fd, "", 1, MSG_NOSIGNAL), ==, 1);
    close(fd);
    return NULL;
}

static void test_mute_later(void)
{
    int number = 0;
    int server_fd = mute_server(&number);
    pthread_t thread;
    g_assert_cmpint(pthread_create(&thread, NULL, answer_once, &server_fd), ==, 0);
    g_autofree char *text = g_strdup_printf("screen:127.0.0.1:%d", number);
    g_autoptr(LeatCancel) cancel = leat_cancel_new(NULL, NULL);
    CancelLater *later = cancel_later(cancel, LEAT_NS_PER_S / 2);
    GError *error = NULL;
    g_assert_null(open_source(text, NULL, cancel, &error));
    g_assert_cmpint(cancel_later_finish(later), <, CANCEL_BOUND_NS);
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_CANCELLED);
    g_clear_error(&error);
    pthread_join(thread, NULL);
    close(server_fd);
}

/* The server stands still while pictures are read from it, and another source of the same display
 * is open. */
static void test_stopped(void)
{
    g_autofree char *text = g_strconcat("screen:", display, NULL);
    g_autoptr(LeatCancel) cancel = leat_cancel_new(NULL, NULL);
    g_autoptr(LeatSource) other = open_source(text, NULL, NULL, NULL);
    g_autoptr(LeatSource) source = open_source(text, NULL, cancel, NULL);
    g_autoptr(Reading) before = read_all(source, 2, false);
    g_assert_cmpint(before->frames, ==, 2);
    kill(server, SIGSTOP);
    CancelLater *later = cancel_later(cancel, LEAT_NS_PER_S / 5);
    g_autoptr(Reading) reading = read_all(source, 0, false);
    int64_t took_ns = cancel_later_finish(later);
    kill(server, SIGCONT);
    g_assert_cmpint(took_ns, <, CANCEL_BOUND_NS);
    g_assert_error(reading->error, LEAT_ERROR, LEAT_ERROR_CANCELLED);
    g_autoptr(Reading) of_other = read_all(other, 2, false);
    g_assert_cmpint(of_other->frames, ==, 2);
    g_assert_cmpint(of_other->lost, ==, 0);
}

static void test_unreachable(void)
{
    int number = 0;
    int server_fd = mute_server(&number);
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                  .sin_port = htons((uint16_t)(6000 + number))};
    /* These fill its queue; from then on, nobody is connected any more. */
    int fill[8];
    for (size_t i = 0; i < G_N_ELEMENTS(fill); i++) {
        fill[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        connect(fill[i], (struct sockaddr *)&address, sizeof address);
    }
    g_autofree char *text = g_strdup_printf("screen:localhost:%d", number);
    assert_obeys_cancel(text, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(fill); i++)
        close(fill[i]);
    close(server_fd);
}

static void test_no_host(void)
{
    assert_refused("screen:no-such-host.invalid:0", LEAT_ERROR_NOT_FOUND,
                   "cannot open screen screen:no-such-host.invalid:0", "no host is named", NULL);
    assert_refused("screen:127.0.0.1:4711", LEAT_ERROR_FAILED, "no such display", NULL);
}

static void test_no_display(void)
{
    g_unsetenv("DISPLAY");
    assert_refused("screen", LEAT_ERROR_NOT_FOUND, "cannot open screen", "DISPLAY is not set",
                   NULL);
    assert_refused("screen::4711", LEAT_ERROR_FAILED, "screen::4711", "no such display", NULL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_autofree char *program = g_find_program_in_path("Xvfb");
    g_test_add_func("/source-screen/no-display-is-told", test_no_display);
    g_test_add_func("/source-screen/a-host-that-says-nothing-obeys-the-cancel", test_mute);
    g_test_add_func("/source-screen/a-host-that-cannot-be-reached-obeys-the-cancel",
                    test_unreachable);
    g_test_add_func("/source-screen/a-host-or-display-that-is-not-there-is-told", test_no_host);
    g_test_add_func("/source-screen/a-host-that-falls-silent-obeys-the-cancel", test_mute_later);
    if (!program)
        return g_test_run();
    start_screen();
    g_test_add_func("/source-screen/gives-pictures-at-the-rate-asked", test_frames);
    g_test_add_func("/source-screen/a-display-and-a-size-can-be-named", test_named);
    g_test_add_func("/source-screen/obeys-the-cancel-between-pictures", test_cancel);
    g_test_add_func("/source-screen/a-display-that-falls-silent-obeys-the-cancel", test_stopped);
    int failed = g_test_run();
    stop_screen();
    return failed;
}
