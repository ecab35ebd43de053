/* SPDX-License-Identifier: MIT */
#include "base/log.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define CLEAR_LINE "\r\033[K"

static const char *const level_names[] = {"error", "warning", "info", "debug"};

static pthread_once_t threshold_once = PTHREAD_ONCE_INIT;
static atomic_int threshold = LEAT_LOG_WARNING;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char *status; /* under the lock; what the terminal shows as its last line */

static void read_threshold(void)
{
    const char *wanted = g_getenv("LEAT_LOG");

    for (size_t i = 0; wanted && i < G_N_ELEMENTS(level_names); i++)
        if (strcmp(wanted, level_names[i]) == 0)
            atomic_store(&threshold, (int)i);
}

/* Appends `text` as one line's worth: what a file or a stream calls itself must not be able to
 * move the cursor or to forge a second line. At most `columns` characters. */
static void append_plain(GString *line, const char *text, size_t columns)
{
    while (*text && columns-- > 0) {
        gunichar c = g_utf8_get_char_validated(text, -1);

        if (c == (gunichar)-1 || c == (gunichar)-2) {
            g_string_append_c(line, '?');
            text++;
            continue;
        }
        if (g_unichar_iscntrl(c))
            g_string_append_c(line, ' ');
        else
            g_string_append_unichar(line, c);
        text = g_utf8_next_char(text);
    }
}

static void write_all(const GString *text)
{
    size_t done = 0;

    while (done < text->len) {
        ssize_t n = write(STDERR_FILENO, text->str + done, text->len - done);

        if (n > 0)
            done += (size_t)n;
        else if (n < 0 && errno != EINTR)
            return; /* there is nowhere left to say so */
    }
}

static size_t terminal_columns(void)
{
    struct winsize size;

    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1)
        return size.ws_col - 1u; /* a full last column would wrap on some terminals */
    return 79;
}

void leat_log(LeatLogLevel level, const char *format, ...)
{
    va_list arguments;
    char *message;
    GString *line;

    pthread_once(&threshold_once, read_threshold);
    if ((int)level > atomic_load_explicit(&threshold, memory_order_relaxed))
        return;
    va_start(arguments, format);
    message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_strchomp(message);
    line = g_string_new(NULL);
    g_string_printf(line, "leat: %s: ", level_names[level]);
    append_plain(line, message, SIZE_MAX);
    g_string_append_c(line, '\n');
    g_free(message);

    pthread_mutex_lock(&lock);
    if (status) {
        g_string_prepend(line, CLEAR_LINE);
        g_string_append(line, status);
    }
    write_all(line);
    pthread_mutex_unlock(&lock);
    g_string_free(line, TRUE);
}

void leat_log_set_threshold(LeatLogLevel level)
{
    /* First, or the environment would win over the caller later. */
    pthread_once(&threshold_once, read_threshold);
    atomic_store_explicit(&threshold, (int)level, memory_order_relaxed);
}

void leat_log_set_status(const char *text, gboolean force)
{
    gboolean terminal = isatty(STDERR_FILENO);
    GString *shown;

    if (!terminal && !(force && text))
        return;
    shown = g_string_new(NULL);
    if (text)
        append_plain(shown, text, terminal ? terminal_columns() : SIZE_MAX);

    pthread_mutex_lock(&lock);
    g_free(status);
    status = terminal && text ? g_strdup(shown->str) : NULL;
    if (terminal)
        g_string_prepend(shown, CLEAR_LINE);
    else
        g_string_append_c(shown, '\n');
    write_all(shown);
    pthread_mutex_unlock(&lock);
    g_string_free(shown, TRUE);
}
