/* SPDX-License-Identifier: MIT */
#include "source-support.h"

#include "concurrency/thread.h"

#include <glib/gstdio.h>
#include <libavutil/common.h>
#include <libavutil/pixdesc.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char *temp_dir;

/* By their endings and arguments; a test gets a copy of its own. */
static GHashTable *videos;

void temp_init(void)
{
    GError *error = NULL;
    temp_dir = g_dir_make_tmp("leat-test-XXXXXX", &error);
    g_assert_no_error(error);
    videos = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
}

char *temp_path(const char *name)
{
    return g_build_filename(temp_dir, name, NULL);
}

void temp_finish(void)
{
    GDir *dir = g_dir_open(temp_dir, 0, NULL);
    for (const char *name; (name = g_dir_read_name(dir));) {
        g_autofree char *path = temp_path(name);
        g_remove(path);
    }
    g_dir_close(dir);
    g_rmdir(temp_dir);
    g_free(temp_dir);
    g_hash_table_unref(videos);
}

static char *run_words(char **words)
{
    GError *error = NULL;
    char *output = NULL;
    g_autofree char *complaint = NULL;
    int status = 0;

    g_spawn_sync(NULL, words, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, &complaint, &status,
                 &error);
    g_assert_no_error(error);
    if (status != 0)
        g_error("%s: %s", words[0], complaint);
    return output;
}

char *run(const char *program, ...)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    va_list arguments;

    va_start(arguments, program);
    for (const char *word = program; word; word = va_arg(arguments, const char *))
        g_ptr_array_add(words, (char *)word);
    va_end(arguments);
    g_ptr_array_add(words, NULL);
    return run_words((char **)words->pdata);
}

static GBytes *encode_video(const char *path, const char *arguments)
{
    g_autofree char *command = g_strconcat("ffmpeg -nostdin -loglevel error -y ", arguments, NULL);
    g_auto(GStrv) all = g_strsplit(command, " ", -1);
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    GError *error = NULL;
    char *bytes;
    gsize size;

    for (char **word = all; *word; word++)
        if (**word)
            g_ptr_array_add(words, *word);
    g_ptr_array_add(words, (char *)path);
    g_ptr_array_add(words, NULL);
    g_free(run_words((char **)words->pdata));
    g_file_get_contents(path, &bytes, &size, &error);
    g_assert_no_error(error);
    return g_bytes_new_take(bytes, size);
}

char *make_video(const char *name, const char *arguments)
{
    char *path = temp_path(name);
    g_autofree char *kind = g_strconcat(strrchr(name, '.'), arguments, NULL);
    GBytes *video = g_hash_table_lookup(videos, kind);
    GError *error = NULL;
    gsize size;

    if (!video) {
        video = encode_video(path, arguments);
        g_hash_table_insert(videos, g_steal_pointer(&kind), video);
        return path;
    }
    const char *bytes = g_bytes_get_data(video, &size);
    g_file_set_contents(path, bytes, (gssize)size, &error);
    g_assert_no_error(error);
    return path;
}

/* --- servers */

Server server_start(const char *script, int port, const char *argument)
{
    GError *error = NULL;
    Server server = {0};
    g_autofree char *path = g_test_build_filename(G_TEST_DIST, script, NULL);
    g_autofree char *port_text = g_strdup_printf("%d", port);
    char *words[] = {(char *)"/usr/bin/python3", path, port_text, (char *)argument, NULL};
    char line[32] = "";
    int out = -1;

    g_spawn_async_with_pipes(NULL, words, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &server.pid,
                             &server.leash, &out, NULL, &error);
    g_assert_no_error(error);
    for (size_t i = 0; i < sizeof line - 1 && !strchr(line, '\n'); i++)
        g_assert_cmpint(read(out, line + i, 1), ==, 1);
    close(out);
    server.port = atoi(line);
    g_assert_cmpint(server.port, >, 0);
    return server;
}

void server_stop(Server *server)
{
    kill(server->pid, SIGKILL);
    waitpid(server->pid, NULL, 0);
    g_spawn_close_pid(server->pid);
    close(server->leash);
}

/* --- reading */

LeatSource *open_source(const char *text, const LeatSourceRequest *request, LeatCancel *cancel,
                        GError **error)
{
    GError *bad = NULL;
    g_autoptr(LeatSourceSpec) spec = leat_source_spec_parse(text, &bad);
    g_assert_no_error(bad);
    return leat_source_open(spec, request, cancel, error);
}

void assert_refused(const char *text, LeatError code, ...)
{
    GError *error = NULL;
    LeatSource *source = open_source(text, NULL, NULL, &error);
    g_assert_null(source);
    g_assert_error(error, LEAT_ERROR, (int)code);

    va_list words;
    va_start(words, code);
    for (const char *word; (word = va_arg(words, const char *));)
        if (!strstr(error->message, word))
            g_error("no '%s' in: %s", word, error->message);
    va_end(words);
    g_assert_null(strstr(error->message, "secret"));
    g_error_free(error);
}

/* As ffmpeg's framemd5 does: the rows of each plane without padding. */
static char *frame_md5(const LeatFrame *frame)
{
    const AVPixFmtDescriptor *format =
        av_pix_fmt_desc_get(av_get_pix_fmt(leat_frame_pixel_format(frame)));
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_MD5);
    int stride;
    const uint8_t *pixels;

    for (int plane = 0; (pixels = leat_frame_plane(frame, plane, &stride)); plane++) {
        bool chroma = plane == 1 || plane == 2;
        int width = chroma ? AV_CEIL_RSHIFT(leat_frame_width(frame), format->log2_chroma_w)
                           : leat_frame_width(frame);
        int height = chroma ? AV_CEIL_RSHIFT(leat_frame_height(frame), format->log2_chroma_h)
                            : leat_frame_height(frame);
        for (int y = 0; y < height; y++)
            g_checksum_update(sum, pixels + (ptrdiff_t)y * stride,
                              width * format->comp[plane].step);
    }
    return g_strdup(g_checksum_get_string(sum));
}

static void note_frame(Reading *reading, LeatFrame *frame, int64_t *next_seq, bool with_md5)
{
    LeatFrameTimes times = leat_frame_times(frame);

    g_assert_cmpint(times.seq, ==, *next_seq);
    *next_seq = times.seq + 1;
    if (reading->pts->len > 0)
        g_assert_cmpint(times.pts, >, g_array_index(reading->pts, int64_t, reading->pts->len - 1));
    g_assert_cmpint(times.captured_ns, <=, leat_clock_now_ns());
    g_assert_cmpint(times.captured_ns, >, 0);
    g_assert_cmpint(times.wall_ns, >, 0);
    g_array_append_val(reading->pts, times.pts);
    if (with_md5)
        g_ptr_array_add(reading->md5, frame_md5(frame));
    reading->frames++;
    leat_frame_unref(frame);
}

Reading *read_all(LeatSource *source, int64_t max, bool with_md5)
{
    Reading *reading = g_new0(Reading, 1);
    LeatSourceItem item;
    int64_t next_seq = 0;

    reading->pts = g_array_new(FALSE, FALSE, sizeof(int64_t));
    reading->md5 = g_ptr_array_new_with_free_func(g_free);
    reading->notes = g_string_new(NULL);
    while ((max == 0 || reading->frames < max) &&
           leat_source_read(source, &item, &reading->error)) {
        if (item.type == LEAT_SOURCE_ITEM_FRAME) {
            note_frame(reading, item.frame, &next_seq, with_md5);
            continue;
        }
        if (item.type == LEAT_SOURCE_ITEM_END) {
            reading->ended = true;
            break;
        }
        g_assert_cmpstr(item.reason, !=, "");
        g_string_append_printf(reading->notes, "%s\n", item.reason);
        if (item.type == LEAT_SOURCE_ITEM_LOST) {
            g_assert_cmpint(item.first, ==, next_seq);
            g_assert_cmpint(item.count, ==, item.last - item.first + 1);
            next_seq = item.last + 1;
            reading->lost += item.count;
        }
    }
    return reading;
}

Reading *read_all_of(const char *text, bool with_md5)
{
    GError *error = NULL;
    LeatSource *source = open_source(text, NULL, NULL, &error);
    g_assert_no_error(error);
    Reading *reading = read_all(source, 0, with_md5);
    leat_source_close(source);
    return reading;
}

void reading_free(Reading *reading)
{
    g_array_unref(reading->pts);
    g_ptr_array_unref(reading->md5);
    g_string_free(reading->notes, TRUE);
    g_clear_error(&reading->error);
    g_free(reading);
}

/* --- cancels */

struct CancelLater {
    LeatCancel *cancel;
    LeatCancel *never;
    int64_t delay_ns;
    int64_t triggered_ns; /* the thread's, until it was joined */
    LeatThread *thread;
};

static void trigger_later(void *data)
{
    CancelLater *later = data;
    leat_cancel_wait(later->never, later->delay_ns);
    later->triggered_ns = leat_clock_now_ns();
    leat_cancel_trigger(later->cancel);
}

CancelLater *cancel_later(LeatCancel *cancel, int64_t delay_ns)
{
    GError *error = NULL;
    CancelLater *later = g_new0(CancelLater, 1);
    later->cancel = cancel;
    later->delay_ns = delay_ns;
    later->never = leat_cancel_new(NULL, &error);
    g_assert_no_error(error);
    later->thread = leat_thread_new("cancel", LEAT_THREAD_NORMAL, trigger_later, later, &error);
    g_assert_no_error(error);
    leat_thread_start(later->thread, &error);
    g_assert_no_error(error);
    return later;
}

int64_t cancel_later_finish(CancelLater *later)
{
    int64_t now_ns = leat_clock_now_ns();
    leat_thread_free(later->thread);
    int64_t ago_ns = now_ns - later->triggered_ns;
    leat_cancel_unref(later->never);
    g_free(later);
    return ago_ns;
}

static int64_t time_cancel(const char *text, const LeatSourceRequest *request)
{
    GError *error = NULL;
    g_autoptr(LeatCancel) cancel = leat_cancel_new(NULL, &error);
    g_assert_no_error(error);
    CancelLater *later = cancel_later(cancel, LEAT_NS_PER_S / 5);
    LeatSource *source = open_source(text, request, cancel, &error);
    LeatSourceItem item = {0};

    while (source && leat_source_read(source, &item, &error)) {
        g_assert_cmpint((int)item.type, !=, (int)LEAT_SOURCE_ITEM_END);
        if (item.frame)
            leat_frame_unref(item.frame);
    }
    int64_t taken_ns = cancel_later_finish(later);
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_CANCELLED);
    g_clear_error(&error);

    int64_t closing_ns = leat_clock_now_ns();
    leat_source_close(source);
    return taken_ns + leat_clock_now_ns() - closing_ns;
}

void assert_obeys_cancel(const char *text, const LeatSourceRequest *request)
{
    int64_t best_ns = LEAT_FOREVER;
    for (int i = 0; i < 3 && best_ns > CANCEL_BOUND_NS; i++)
        best_ns = MIN(best_ns, time_cancel(text, request));
    g_assert_cmpint(best_ns, <=, CANCEL_BOUND_NS);
}
