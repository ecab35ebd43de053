/* SPDX-License-Identifier: MIT */
#include "base/log.h"

#include <fcntl.h>
#include <pthread.h>
#include <pty.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* Stderr goes to `write_end` between begin and end. */
typedef struct {
    int saved, read_end;
} Capture;

static Capture begin_capture(int read_end, int write_end)
{
    Capture capture = {dup(STDERR_FILENO), read_end};

    g_assert_cmpint(dup2(write_end, STDERR_FILENO), ==, STDERR_FILENO);
    close(write_end);
    return capture;
}

static Capture begin_pipe(void)
{
    int ends[2];

    g_assert_cmpint(pipe(ends), ==, 0);
    return begin_capture(ends[0], ends[1]);
}

static Capture begin_terminal(unsigned short columns)
{
    struct winsize size = {.ws_col = columns, .ws_row = 24};
    struct termios raw;
    int master, slave;

    g_assert_cmpint(openpty(&master, &slave, NULL, NULL, &size), ==, 0);
    tcgetattr(slave, &raw);
    cfmakeraw(&raw);
    tcsetattr(slave, TCSANOW, &raw);
    return begin_capture(master, slave);
}

static char *end_capture(Capture capture)
{
    GString *text = g_string_new(NULL);
    char bytes[4096];
    ssize_t length;

    /* A terminal's slave end closing discards what was not read yet, so read first. */
    fcntl(capture.read_end, F_SETFL, O_NONBLOCK);
    while ((length = read(capture.read_end, bytes, sizeof bytes)) > 0)
        g_string_append_len(text, bytes, length);
    dup2(capture.saved, STDERR_FILENO);
    close(capture.saved);
    close(capture.read_end);
    return g_string_free(text, FALSE);
}

static void expect(Capture capture, const char *expected)
{
    char *text = end_capture(capture);

    g_assert_cmpstr(text, ==, expected);
    g_free(text);
}

static void test_threshold_is_warning(void)
{
    Capture capture = begin_pipe();

    leat_log(LEAT_LOG_DEBUG, "d");
    leat_log(LEAT_LOG_INFO, "i");
    leat_log(LEAT_LOG_WARNING, "lost %d frames", 3);
    leat_log(LEAT_LOG_ERROR, "e");
    expect(capture, "leat: warning: lost 3 frames\nleat: error: e\n");
}

static void test_threshold_can_be_set(void)
{
    Capture capture = begin_pipe();

    leat_log_set_threshold(LEAT_LOG_ERROR);
    leat_log(LEAT_LOG_WARNING, "w");
    leat_log_set_threshold(LEAT_LOG_DEBUG);
    leat_log(LEAT_LOG_DEBUG, "d");
    leat_log_set_threshold(LEAT_LOG_WARNING);
    expect(capture, "leat: debug: d\n");
}

static void test_environment_sets_the_threshold(void)
{
    if (g_test_subprocess()) {
        leat_log(LEAT_LOG_DEBUG, "unseen");
        leat_log(LEAT_LOG_INFO, "seen");
        return;
    }
    g_setenv("LEAT_LOG", "info", TRUE);
    g_test_trap_subprocess(NULL, 0, 0);
    g_unsetenv("LEAT_LOG");
    g_test_trap_assert_passed();
    g_test_trap_assert_stderr("*leat: info: seen\n*");
    g_test_trap_assert_stderr_unmatched("*unseen*");
}

static void test_a_message_stays_one_plain_line(void)
{
    Capture capture = begin_pipe();

    leat_log(LEAT_LOG_ERROR, "%s", "a\nleat: error: forged\033[2J \xff caf\xc3\xa9\n\n");
    expect(capture, "leat: error: a leat: error: forged [2J ? caf\xc3\xa9\n");
}

static void test_status_is_silent_without_a_terminal(void)
{
    Capture capture = begin_pipe();

    leat_log_set_status("30 frames/s", FALSE);
    leat_log(LEAT_LOG_ERROR, "e");
    leat_log_set_status(NULL, FALSE);
    expect(capture, "leat: error: e\n");
}

static void test_forced_status_is_a_line(void)
{
    Capture capture = begin_pipe();

    leat_log_set_status("30 frames/s", TRUE);
    leat_log(LEAT_LOG_ERROR, "e");
    leat_log_set_status(NULL, TRUE);
    expect(capture, "30 frames/s\nleat: error: e\n");
}

static void test_status_stays_below_the_lines_of_a_terminal(void)
{
    Capture capture = begin_terminal(80);

    leat_log_set_status("one", FALSE);
    leat_log(LEAT_LOG_ERROR, "e");
    leat_log_set_status("two", FALSE);
    leat_log_set_status(NULL, FALSE);
    leat_log(LEAT_LOG_ERROR, "f");
    expect(capture, "\r\033[Kone"
                    "\r\033[Kleat: error: e\none"
                    "\r\033[Ktwo"
                    "\r\033[K"
                    "leat: error: f\n");
}

static void test_status_is_cut_to_the_terminal(void)
{
    Capture capture = begin_terminal(5);

    leat_log_set_status("\xc3\xa9"
                        "bcdefgh",
                        FALSE);
    leat_log_set_status(NULL, FALSE);
    expect(capture, "\r\033[K\xc3\xa9"
                    "bcd\r\033[K");
}

enum { WRITERS = 4, LINES = 200 };

static void *write_lines(void *data)
{
    for (int i = 0; i < LINES; i++)
        leat_log(LEAT_LOG_ERROR, "%s says %03d", (const char *)data, i);
    return NULL;
}

static void test_lines_of_many_threads_stay_whole(void)
{
    static char names[WRITERS][4] = {"ann", "bob", "eve", "joe"};
    FILE *file = tmpfile();
    Capture capture = begin_capture(dup(fileno(file)), dup(fileno(file)));
    pthread_t threads[WRITERS];
    char **lines, *text;

    for (int i = 0; i < WRITERS; i++)
        g_assert_cmpint(pthread_create(&threads[i], NULL, write_lines, names[i]), ==, 0);
    for (int i = 0; i < WRITERS; i++)
        pthread_join(threads[i], NULL);
    lseek(capture.read_end, 0, SEEK_SET);
    text = end_capture(capture);
    lines = g_strsplit(text, "\n", -1);
    g_assert_cmpuint(g_strv_length(lines), ==, WRITERS * LINES + 1);
    for (int i = 0; i < WRITERS * LINES; i++) {
        char name[4], rest;
        int number;

        g_assert_cmpint(sscanf(lines[i], "leat: error: %3s says %3d%c", name, &number, &rest), ==,
                        2);
    }
    g_strfreev(lines);
    g_free(text);
    fclose(file);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!g_test_subprocess())
        g_unsetenv("LEAT_LOG");
    g_test_add_func("/log/threshold-is-warning", test_threshold_is_warning);
    g_test_add_func("/log/threshold-can-be-set", test_threshold_can_be_set);
    g_test_add_func("/log/environment-sets-the-threshold", test_environment_sets_the_threshold);
    g_test_add_func("/log/a-message-stays-one-plain-line", test_a_message_stays_one_plain_line);
    g_test_add_func("/log/status-is-silent-without-a-terminal",
                    test_status_is_silent_without_a_terminal);
    g_test_add_func("/log/forced-status-is-a-line", test_forced_status_is_a_line);
    g_test_add_func("/log/status-stays-below-the-lines-of-a-terminal",
                    test_status_stays_below_the_lines_of_a_terminal);
    g_test_add_func("/log/status-is-cut-to-the-terminal", test_status_is_cut_to_the_terminal);
    g_test_add_func("/log/lines-of-many-threads-stay-whole", test_lines_of_many_threads_stay_whole);
    return g_test_run();
}
