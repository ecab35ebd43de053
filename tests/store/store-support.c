/* SPDX-License-Identifier: MIT */
#include "store-support.h"

#include "base/error.h"

#include "concurrency/process.h"
#include "store/store-label.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

void place_set_up(Place *place, gconstpointer data)
{
    GError *error = NULL;

    (void)data;
    place->folder = g_dir_make_tmp("leat-store-XXXXXX", &error);
    g_assert_no_error(error);
    place->path = g_build_filename(place->folder, "test.leat", NULL);
}

static GPtrArray *names_in(const char *folder)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    GDir *dir = g_dir_open(folder, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir)))
        g_ptr_array_add(names, g_strdup(name));
    if (dir)
        g_dir_close(dir);
    return names;
}

void place_tear_down(Place *place, gconstpointer data)
{
    GPtrArray *names = names_in(place->folder);

    (void)data;
    for (guint i = 0; i < names->len; i++) {
        char *path = g_build_filename(place->folder, names->pdata[i], NULL);

        g_remove(path);
        g_free(path);
    }
    g_ptr_array_unref(names);
    g_assert_cmpint(g_rmdir(place->folder), ==, 0);
    g_free(place->folder);
    g_free(place->path);
}

static int compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

char *place_contents(const Place *place)
{
    GPtrArray *names = names_in(place->folder);
    char *joined;

    g_ptr_array_sort(names, compare_names);
    g_ptr_array_add(names, NULL);
    joined = g_strjoinv(" ", (char **)names->pdata);
    g_ptr_array_unref(names);
    return joined;
}

LeatStreamInfo make_stream(void)
{
    return (LeatStreamInfo){
        .codec = "mjpeg",
        .pixel_format = "yuvj422p",
        .width = 640,
        .height = 480,
        .color_range = 2,
        .color_space = 5,
        .color_primaries = 2,
        .color_transfer = 2,
        .time_base = {1, 30},
        .rate = {30, 1},
    };
}

/* Eight at a time: a sanitizer looks at each step. */
static void fill(uint8_t *bytes, int64_t seq, size_t size)
{
    uint64_t state = (uint64_t)seq * 0x9e3779b97f4a7c15u + 1;

    for (size_t i = 0; i < size; i += sizeof(state)) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        memcpy(bytes + i, &state, MIN(sizeof(state), size - i));
    }
}

LeatPacket make_packet(int64_t seq, size_t size)
{
    uint8_t *bytes = g_malloc(size);

    fill(bytes, seq, size);
    return (LeatPacket){
        .times = {.seq = seq,
                  .captured_ns = 1000 + seq * 33333333,
                  .wall_ns = INT64_C(1700000000000000000) + seq * 33333333,
                  .pts = seq,
                  .time_base = {1, 30}},
        .dts = seq,
        .duration = 1,
        .key = true,
        .data = bytes,
        .size = size,
    };
}

void assert_packet_is(const LeatPacket *packet, int64_t seq, size_t size)
{
    LeatPacket expected = make_packet(seq, size);

    g_assert_cmpint(packet->times.seq, ==, expected.times.seq);
    g_assert_cmpint(packet->times.captured_ns, ==, expected.times.captured_ns);
    g_assert_cmpint(packet->times.wall_ns, ==, expected.times.wall_ns);
    g_assert_cmpint(packet->times.pts, ==, expected.times.pts);
    g_assert_cmpint(packet->times.time_base.num, ==, expected.times.time_base.num);
    g_assert_cmpint(packet->times.time_base.den, ==, expected.times.time_base.den);
    g_assert_cmpint(packet->dts, ==, expected.dts);
    g_assert_cmpint(packet->duration, ==, expected.duration);
    g_assert_cmpint(packet->key, ==, expected.key);
    g_assert_cmpmem(packet->data, packet->size, expected.data, expected.size);
    g_free((void *)expected.data);
}

LeatStoreWriter *start_writer(const char *path, const char *name, bool threaded)
{
    LeatStoreWriterOptions options = {
        .path = path, .name = name, .source = "test", .threaded = threaded};
    LeatStreamInfo stream = make_stream();
    GError *error = NULL;
    LeatStoreWriter *writer = leat_store_writer_open(&options, &error);

    g_assert_no_error(error);
    leat_store_writer_begin(writer, &stream, &error);
    g_assert_no_error(error);
    return writer;
}

void add_packets(LeatStoreWriter *writer, int64_t first, int64_t last, size_t size)
{
    for (int64_t seq = first; seq <= last; seq++) {
        LeatPacket packet = make_packet(seq, size);
        GError *error = NULL;

        leat_store_writer_add(writer, &packet, &error);
        g_assert_no_error(error);
        g_free((void *)packet.data);
    }
}

LeatLedger make_ledger(int64_t frames)
{
    return (LeatLedger){
        .captured = frames,
        .process = {.in = frames, .out = frames},
        .record = {.offered = frames, .stored = frames},
        .present = {.offered = frames, .presented = frames},
    };
}

void finish_writer(LeatStoreWriter *writer, int64_t frames)
{
    LeatLedger ledger = make_ledger(frames);
    GError *error = NULL;

    leat_store_writer_set_ledger(writer, &ledger, NULL, 0, 0);
    leat_store_writer_finish(writer, &error);
    g_assert_no_error(error);
}

void record(const char *path, const char *name, int64_t frames, size_t size)
{
    LeatStoreWriter *writer = start_writer(path, name, true);

    add_packets(writer, 0, frames - 1, size);
    finish_writer(writer, frames);
}

char *sqlite_shell(const char *path, const char *sql)
{
    const char *argv[] = {"sqlite3", "-batch", path, sql, NULL};
    char *output = NULL, *messages = NULL;
    GError *error = NULL;
    int status;

    g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, &messages,
                 &status, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(messages, ==, "");
    g_free(messages);
    return g_strchomp(output);
}

void assert_sql(const char *path, const char *sql, const char *expected)
{
    char *output = sqlite_shell(path, sql);

    g_assert_cmpstr(output, ==, expected);
    g_free(output);
}

struct Shell {
    LeatProcess *process;
    int to, from;
};

Shell *shell_start(const char *path)
{
    const char *const argv[] = {"sqlite3", "-batch", path, NULL};
    Shell *shell = g_new0(Shell, 1);
    GError *error = NULL;
    int in[2], out[2];

    g_assert_cmpint(pipe2(in, O_CLOEXEC), ==, 0);
    g_assert_cmpint(pipe2(out, O_CLOEXEC), ==, 0);
    LeatProcessFd fds[] = {{in[0], 0}, {out[1], 1}};
    LeatProcessOptions options = {.fds = fds, .fd_count = G_N_ELEMENTS(fds)};

    shell->process = leat_process_start(argv, &options, &error);
    g_assert_no_error(error);
    close(in[0]);
    close(out[1]);
    shell->to = in[1];
    shell->from = out[0];
    return shell;
}

void shell_say(Shell *shell, const char *line)
{
    /* Said by a program of its own, since the shell keeps what it prints itself in a buffer. */
    char *text = g_strconcat(line, "\n.shell echo done\n", NULL);
    char answer[5] = "";

    g_assert_cmpint(write(shell->to, text, strlen(text)), ==, (ssize_t)strlen(text));
    g_free(text);
    for (size_t got = 0; got < sizeof(answer);) {
        ssize_t n = read(shell->from, answer + got, sizeof(answer) - got);

        g_assert_cmpint(n, >, 0);
        got += (size_t)n;
    }
    g_assert_cmpmem(answer, sizeof(answer), "done\n", 5);
}

void shell_end(Shell *shell)
{
    close(shell->to);
    close(shell->from);
    leat_process_join(shell->process, NULL, LEAT_FOREVER, NULL);
    leat_process_free(shell->process);
    g_free(shell);
}

void wait_until_stored(LeatStoreWriter *writer, int64_t frames)
{
    while (leat_store_writer_progress(writer).stored < frames) {
        g_assert_false(leat_store_writer_progress(writer).failed);
        poll(NULL, 0, 1);
    }
}

void wait_until_stalled(LeatStoreWriter *writer)
{
    while (!leat_store_writer_progress(writer).stalled)
        poll(NULL, 0, 1);
}

LeatStore *open_store(const char *path)
{
    GError *error = NULL;
    LeatStore *store = leat_store_open(path, NULL, &error);

    g_assert_no_error(error);
    g_assert_nonnull(store);
    return store;
}

char *faults_of(const char *path)
{
    GPtrArray *faults = g_ptr_array_new_with_free_func(g_free);
    LeatStore *store = open_store(path);
    GError *error = NULL;
    char *joined;

    leat_store_check(store, -1, faults, &error);
    g_assert_no_error(error);
    leat_store_close(store);
    g_ptr_array_add(faults, NULL);
    joined = g_strjoinv("\n", (char **)faults->pdata);
    g_ptr_array_unref(faults);
    return joined;
}

void assert_sound(const char *path)
{
    char *faults = faults_of(path);

    g_assert_cmpstr(faults, ==, "");
    g_free(faults);
}

static void assert_error(GError *error, int code, const char *text)
{
    g_assert_error(error, LEAT_ERROR, code);
    if (!strstr(error->message, text))
        g_error("'%s' does not say '%s'", error->message, text);
    g_error_free(error);
}

void assert_not_read(const char *path, int code, const char *text)
{
    GError *error = NULL;

    g_assert_null(leat_store_open(path, NULL, &error));
    assert_error(error, code, text);
}

void assert_not_written(const char *path, const char *name, int code, const char *text)
{
    LeatStoreWriterOptions options = {.path = path, .name = name, .source = "test"};
    GError *error = NULL;

    g_assert_null(leat_store_writer_open(&options, &error));
    assert_error(error, code, text);
}

void assert_stored_labels(LeatStore *store, const char *expected)
{
    GError *error = NULL;
    g_autoptr(GPtrArray) labels = leat_store_labels(store, 1, &error);
    GString *text = g_string_new(NULL);

    g_assert_no_error(error);
    for (guint i = 0; i < labels->len; i++) {
        const LeatLabel *one = labels->pdata[i];

        g_string_append_printf(text, "%s%s", i ? ", " : "", one->name);
        if (one->has_value)
            g_string_append_printf(text, "=%g", one->value);
        g_string_append_printf(text, " %d-%d", (int)one->first, (int)one->last);
    }
    g_assert_cmpstr(text->str, ==, expected);
    g_string_free(text, TRUE);
}
