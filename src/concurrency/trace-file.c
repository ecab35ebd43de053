/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/error.h"
#include "concurrency/trace-internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What a JSON string may hold as it is, and names are made of. */
#define PLAIN " ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.,:;/()#+*"

struct LeatTraceFile {
    FILE *stream;
    char *path;
    int pid;
    int failure; /* the first errno value, 0 for none */
};

static void keep_failure(LeatTraceFile *file, bool failed)
{
    if (failed && !file->failure)
        file->failure = errno ? errno : EIO;
}

static void print(LeatTraceFile *file, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void print(LeatTraceFile *file, const char *format, ...)
{
    va_list arguments;

    /* After a failure there is no telling where a new line would land. */
    if (file->failure)
        return;
    va_start(arguments, format);
    keep_failure(file, vfprintf(file->stream, format, arguments) < 0);
    va_end(arguments);
}

/* As a JSON string; a name may hold anything that fits a thread's. */
static void print_string(LeatTraceFile *file, const char *text)
{
    print(file, "\"");
    while (*text) {
        size_t plain = strspn(text, PLAIN);
        gunichar c = g_utf8_get_char_validated(text + plain, -1);

        print(file, "%.*s", (int)plain, text);
        text += plain;
        if (c == 0)
            break;
        if (c == (gunichar)-1 || c == (gunichar)-2) {
            print(file, "?");
            text++;
        } else {
            /* JSON counts in UTF-16. */
            glong units;
            gunichar2 *utf16 =
                g_utf8_to_utf16(text, g_utf8_next_char(text) - text, NULL, &units, NULL);

            for (glong i = 0; utf16 && i < units; i++)
                print(file, "\\u%04x", (unsigned)utf16[i]);
            g_free(utf16);
            text = g_utf8_next_char(text);
        }
    }
    print(file, "\"");
}

/* The format counts in microseconds; written from integers, as a locale may have no point. */
static void print_us(LeatTraceFile *file, const char *key, int64_t ns)
{
    print(file, ",\"%s\":%" PRId64 ".%03d", key, ns / 1000, (int)(ns % 1000));
}

static void print_head(LeatTraceFile *file, const char *name, char phase, int pid, int tid)
{
    print(file, ",\n{\"name\":");
    print_string(file, name);
    print(file, ",\"ph\":\"%c\",\"pid\":%d,\"tid\":%d", phase, pid > 0 ? pid : file->pid, tid);
}

LeatTraceFile *leat_trace_file_open(const char *path, GError **error)
{
    LeatTraceFile *file = calloc(1, sizeof *file);

    if (!file)
        return leat_error_no_memory(error, sizeof *file, "a trace's file");
    file->stream = fopen(path, "we");
    if (!file->stream) {
        leat_error_set_errno(error, errno, "cannot write the trace '%s'", path);
        free(file);
        return NULL;
    }
    file->path = g_strdup(path);
    file->pid = getpid();
    print(file,
          "[\n{\"name\":\"process_name\",\"ph\":\"M\",\"pid\":%d,\"args\":{\"name\":\"leat\"}}",
          file->pid);
    return file;
}

void leat_trace_file_write(LeatTraceFile *file, const LeatTraceEvent *event)
{
    switch ((LeatTraceKind)event->kind) {
    case LEAT_TRACE_SLICE:
        print_head(file, event->name, 'X', event->pid, event->tid);
        print_us(file, "ts", event->time_ns);
        print_us(file, "dur", event->duration_ns);
        if (event->value >= 0)
            print(file, ",\"args\":{\"seq\":%" PRId64 "}", event->value);
        break;
    case LEAT_TRACE_COUNTER:
        print_head(file, event->name, 'C', event->pid, event->tid);
        print_us(file, "ts", event->time_ns);
        print(file, ",\"args\":{\"value\":%" PRId64 "}", event->value);
        break;
    case LEAT_TRACE_THREAD_NAME:
    case LEAT_TRACE_PROCESS_NAME:
        print_head(file, event->kind == LEAT_TRACE_THREAD_NAME ? "thread_name" : "process_name",
                   'M', event->pid, event->tid);
        print(file, ",\"args\":{\"name\":");
        print_string(file, event->thread_name);
        print(file, "}");
        break;
    }
    print(file, "}");
}

void leat_trace_file_flush(LeatTraceFile *file)
{
    if (!file->failure)
        keep_failure(file, fflush(file->stream) != 0);
}

void leat_trace_file_write_end(LeatTraceFile *file, uint64_t dropped)
{
    print_head(file, "end of trace", 'i', 0, file->pid);
    print_us(file, "ts", leat_clock_now_ns());
    print(file, ",\"s\":\"p\",\"args\":{\"dropped\":%" PRIu64 "}}", dropped);
}

bool leat_trace_file_close(LeatTraceFile *file, GError **error)
{
    bool written;

    print(file, "\n]\n");
    keep_failure(file, fclose(file->stream) != 0);
    written = file->failure == 0;
    if (!written)
        leat_error_set_errno(error, file->failure, "cannot write all of the trace '%s'",
                             file->path);
    g_free(file->path);
    free(file);
    return written;
}
