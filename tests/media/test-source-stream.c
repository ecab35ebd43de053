/* SPDX-License-Identifier: MIT */
/* Streams from real servers on loopback, good ones and bad ones. */
#include "source-support.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static Server http;

static char *http_address(const char *path)
{
    return g_strdup_printf("http://127.0.0.1:%d/%s", http.port, path);
}

static void test_http_file(void)
{
    static const char *const names[] = {"clip.mkv", "clip.mp4"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *address = http_address(names[i]);
        LeatSourceRequest request = {.reconnect = true};
        g_autoptr(LeatSource) source = open_source(address, &request, NULL, NULL);
        g_assert_nonnull(source);
        g_assert_false(leat_source_format(source).live);
        g_autoptr(Reading) reading = read_all(source, 0, false);
        g_assert_no_error(reading->error);
        g_assert_true(reading->ended);
        g_assert_cmpint(reading->frames, ==, 60);
        g_assert_cmpstr(reading->notes->str, ==, "");
    }
}

static void test_http_refused(void)
{
    g_autofree char *none = http_address("no-such.mkv?token=secret");
    g_autofree char *login = g_strdup_printf("http://user:secret@127.0.0.1:%d/login", http.port);
    g_autofree char *no_video = http_address("text.txt");
    assert_refused(none, LEAT_ERROR_NOT_FOUND, "cannot open stream", "404", "token=***", NULL);
    assert_refused(login, LEAT_ERROR_PERMISSION, "user:***@", "401", "password", NULL);
    assert_refused(no_video, LEAT_ERROR_CORRUPT, "not a video", NULL);
}

static void test_no_server(void)
{
    assert_refused("http://127.0.0.1:1/x", LEAT_ERROR_LOST, "connection refused",
                   "is the server running", NULL);
    assert_refused("rtsp://user:secret@127.0.0.1:1/x", LEAT_ERROR_LOST, "user:***@127.0.0.1",
                   "connection refused", NULL);
    assert_refused("foo://user:secret@host/x", LEAT_ERROR_UNSUPPORTED, "foo://user:***@host",
                   "no such kind of address", NULL);
    /* RFC 6761 keeps this name free. Where no name server can be asked, that is told. */
    GError *error = NULL;
    g_assert_null(open_source("http://no-such-host.invalid/", NULL, NULL, &error));
    g_assert_nonnull(strstr(error->message, "no-such-host.invalid"));
    g_error_free(error);
}

static void test_cut(void)
{
    g_autofree char *address = http_address("cut/clip.mkv");
    g_autoptr(LeatSource) source = open_source(address, NULL, NULL, NULL);
    g_autoptr(Reading) reading = read_all(source, 0, false);
    g_assert_false(reading->ended);
    g_assert_cmpint(reading->frames, >, 5);
    g_assert_error(reading->error, LEAT_ERROR, LEAT_ERROR_LOST);
}

static void test_silent(void)
{
    g_autofree char *silent = http_address("silent");
    g_autofree char *stuck = http_address("stuck/clip.mkv");
    assert_obeys_cancel(silent, NULL);
    assert_obeys_cancel(stuck, NULL);
}

/* A port whose queue is full drops those who want to connect, as a firewall does. */
static void test_black_hole(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g_assert_cmpint(bind(listener, (struct sockaddr *)&address, size), ==, 0);
    g_assert_cmpint(listen(listener, 0), ==, 0);
    g_assert_cmpint(getsockname(listener, (struct sockaddr *)&address, &size), ==, 0);

    int clients[16];
    size_t count = 0;
    bool full = false;
    while (!full && count < G_N_ELEMENTS(clients)) {
        int client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        clients[count++] = client;
        struct pollfd ready = {.fd = client, .events = POLLOUT};
        full = connect(client, (struct sockaddr *)&address, size) != 0 && errno == EINPROGRESS &&
               poll(&ready, 1, 200) == 0;
    }
    g_autofree char *rtsp = g_strdup_printf("rtsp://127.0.0.1:%d/x", ntohs(address.sin_port));
    g_autofree char *web = g_strdup_printf("http://127.0.0.1:%d/x", ntohs(address.sin_port));
    if (full) {
        assert_obeys_cancel(rtsp, NULL);
        assert_obeys_cancel(web, NULL);
    } else {
        g_test_skip("this kernel accepts without end");
    }
    while (count > 0)
        close(clients[--count]);
    close(listener);
}

static void test_rtsp_file(void)
{
    g_autofree char *file = temp_path("clip.mp4");
    Server server = server_start("../support/rtsp_server.py", 0, file);
    g_autofree char *address = g_strdup_printf("rtsp://127.0.0.1:%d/file", server.port);
    g_autofree char *none = g_strdup_printf("rtsp://127.0.0.1:%d/nothing", server.port);
    LeatSourceRequest request = {.reconnect = true};
    g_autoptr(LeatSource) source = open_source(address, &request, NULL, NULL);
    g_assert_nonnull(source);
    g_assert_cmpstr(leat_source_format(source).native_format, ==, "h264");
    g_autoptr(Reading) reading = read_all(source, 0, false);
    g_assert_no_error(reading->error);
    g_assert_true(reading->ended);
    g_assert_cmpint(reading->frames + reading->lost, ==, 60);
    assert_refused(none, LEAT_ERROR_NOT_FOUND, "404", NULL);
    server_stop(&server);
}

static void test_rtsp_login(void)
{
    g_setenv("LEAT_TEST_LOGIN", "user:secret", TRUE);
    Server server = server_start("../support/rtsp_server.py", 0, NULL);
    g_unsetenv("LEAT_TEST_LOGIN");
    g_autofree char *right = g_strdup_printf("rtsp://user:secret@127.0.0.1:%d/live", server.port);
    g_autofree char *wrong = g_strdup_printf("rtsp://user:secrets@127.0.0.1:%d/live", server.port);
    g_autoptr(LeatSource) source = open_source(right, NULL, NULL, NULL);
    g_assert_nonnull(source);
    g_assert_true(leat_source_format(source).live);
    assert_refused(wrong, LEAT_ERROR_PERMISSION, "user:***@127.0.0.1", "401", NULL);
    server_stop(&server);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    temp_init();
    static const char clip[] = "-f lavfi -i testsrc2=size=160x120:rate=30:duration=2 -pix_fmt "
                               "yuv420p -c:v libx264 -preset veryfast -g 15 -bf 0";
    g_free(make_video("clip.mkv", clip));
    g_free(make_video("clip.mp4", clip));
    g_autofree char *text = temp_path("text.txt");
    g_autofree char *folder = g_path_get_dirname(text);
    g_file_set_contents(text, "hello\n", -1, NULL);
    http = server_start("http_server.py", 0, folder);

    g_test_add_func("/source-stream/a-file-over-http-is-read-whole", test_http_file);
    g_test_add_func("/source-stream/what-a-server-refuses-is-told-without-password",
                    test_http_refused);
    g_test_add_func("/source-stream/no-server-is-told", test_no_server);
    g_test_add_func("/source-stream/a-file-that-is-cut-on-the-way-is-an-error", test_cut);
    g_test_add_func("/source-stream/a-silent-server-does-not-hold-up-the-cancel", test_silent);
    g_test_add_func("/source-stream/a-black-hole-does-not-hold-up-the-cancel", test_black_hole);
    g_test_add_func("/source-stream/a-file-over-rtsp-ends", test_rtsp_file);
    g_test_add_func("/source-stream/a-password-opens-and-is-never-shown", test_rtsp_login);
    int failed = g_test_run();
    server_stop(&http);
    temp_finish();
    return failed;
}
