/* SPDX-License-Identifier: MIT */
/* A writer that is killed in the middle. WRITE_FOREVER is the program to kill. */
#include "store-support.h"

#include "concurrency/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    LeatProcess *process;
    int from;
    int64_t told; /* the writer said that so many frames are stored */
} Victim;

static Victim start_victim(const char *path, const char *name)
{
    const char *const argv[] = {g_getenv("WRITE_FOREVER"), path, name, NULL};
    GError *error = NULL;
    int out[2];
    Victim victim = {0};

    g_assert_nonnull(argv[0]);
    g_assert_cmpint(pipe2(out, O_CLOEXEC), ==, 0);
    LeatProcessFd fds[] = {{out[1], 1}};
    LeatProcessOptions options = {.fds = fds, .fd_count = 1};

    victim.process = leat_process_start(argv, &options, &error);
    g_assert_no_error(error);
    victim.from = out[0];
    close(out[1]);
    return victim;
}

/* Until it has told of at least so many frames, or, when it is dead, all that it has told. */
static void listen(Victim *victim, int64_t frames)
{
    static char line[64]; /* what came of a line so far */
    size_t length = 0;
    char byte;

    while (victim->told < frames && read(victim->from, &byte, 1) == 1) {
        if (byte != '\n') {
            line[length++] = byte;
            g_assert_cmpuint(length, <, sizeof(line));
            continue;
        }
        line[length] = '\0';
        length = 0;
        victim->told = g_ascii_strtoll(line, NULL, 10);
    }
}

static void kill_victim(Victim *victim)
{
    LeatProcessEnd end;

    leat_process_kill(victim->process, SIGKILL);
    g_assert_cmpint(leat_process_join(victim->process, NULL, LEAT_FOREVER, &end), ==, 1);
    g_assert_false(end.exited);
    listen(victim, INT64_MAX);
    close(victim->from);
    leat_process_free(victim->process);
}

static LeatRecordingState state_of(const char *path, const char *name, int64_t *frames)
{
    LeatStore *store = open_store(path);
    GError *error = NULL;
    LeatRecording *recording = leat_store_find(store, name, &error);
    LeatRecordingState state;

    g_assert_no_error(error);
    state = recording->state;
    *frames = recording->frames;
    leat_recording_free(recording);
    leat_store_close(store);
    return state;
}

/* Its own ledger and losses, settled, besides. */
static void test_random(Place *place, gconstpointer data)
{
    (void)data;
    for (int i = 0; i < 20; i++) {
        char *name = g_strdup_printf("try %d", i);
        Victim victim = start_victim(place->path, name);
        int64_t frames;

        listen(&victim, 1);
        poll(NULL, 0, g_test_rand_int_range(0, 300));
        kill_victim(&victim);
        g_assert_cmpint(state_of(place->path, name, &frames), ==, LEAT_RECORDING_INTERRUPTED);
        g_assert_cmpint(frames, >=, victim.told);
        assert_sound(place->path);
        g_free(name);
    }
    assert_sql(place->path, "SELECT count(*) FROM recording", "20");
    assert_sql(place->path, "PRAGMA integrity_check", "ok");
}

static void test_states(Place *place, gconstpointer data)
{
    Victim victim = start_victim(place->path, "night");
    int64_t frames;

    (void)data;
    listen(&victim, 1);
    g_assert_cmpint(state_of(place->path, "night", &frames), ==, LEAT_RECORDING_ACTIVE);
    /* Another writer beside it does not take it for dead. */
    record(place->path, "day", 3, 100);
    assert_sql(place->path, "SELECT state FROM recording WHERE name = 'night'", "recording");
    g_assert_cmpint(state_of(place->path, "night", &frames), ==, LEAT_RECORDING_ACTIVE);
    listen(&victim, frames + 1);
    kill_victim(&victim);
    g_assert_cmpint(state_of(place->path, "night", &frames), ==, LEAT_RECORDING_INTERRUPTED);
    /* Readers do not write; the next writer does. */
    assert_sql(place->path, "SELECT state FROM recording WHERE name = 'night'", "recording");
    record(place->path, "next day", 3, 100);
    assert_sql(place->path, "SELECT state FROM recording WHERE name = 'night'", "interrupted");
    assert_sound(place->path);
}

static void test_leftovers(Place *place, gconstpointer data)
{
    Victim victim = start_victim(place->path, "night");
    char *contents;

    (void)data;
    listen(&victim, 1);
    kill_victim(&victim);
    record(place->path, "day", 3, 100);
    contents = place_contents(place);
    g_assert_cmpstr(contents, ==, "test.leat");
    g_free(contents);
}

/* What the copy has not got: the journal, and a writer. */
static void test_copy(Place *place, gconstpointer data)
{
    Victim victim = start_victim(place->path, "night");
    char *copy = g_build_filename(place->folder, "copy.leat", NULL), *bytes;
    GError *error = NULL;
    gsize size;

    (void)data;
    record(place->path, "day", 3, 100);
    listen(&victim, 1);
    g_assert_true(g_file_get_contents(place->path, &bytes, &size, &error));
    g_assert_true(g_file_set_contents(copy, bytes, (gssize)size, &error));
    g_free(bytes);
    assert_sound(copy);
    kill_victim(&victim);
    g_free(copy);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_TEST("/store-killed/keeps-what-was-committed-20-times", test_random);
    ADD_TEST("/store-killed/is-told-from-a-live-one-and-marked-by-the-next-writer", test_states);
    ADD_TEST("/store-killed/leaves-nothing-that-the-next-writer-does-not-remove", test_leftovers);
    ADD_TEST("/store-killed/a-copy-without-the-journal-can-be-read", test_copy);
    return g_test_run();
}
