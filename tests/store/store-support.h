/* SPDX-License-Identifier: MIT */
/* What the tests of the store share: a folder of their own, packets that can be told apart, and
 * the sqlite3 program as an outside opinion. */
#ifndef LEAT_TESTS_STORE_SUPPORT_H
#define LEAT_TESTS_STORE_SUPPORT_H

#include "store/store-writer.h"
#include "store/store.h"

typedef struct {
    char *folder;
    char *path; /* of a library in it that does not exist yet */
} Place;

void place_set_up(Place *place, gconstpointer data);
void place_tear_down(Place *place, gconstpointer data);

/* A g_test case with a place of its own. */
#define ADD_TEST(name, function) \
    g_test_add(name, Place, NULL, place_set_up, function, place_tear_down)

/* Names in the folder, in order, joined by spaces. Free with g_free. */
char *place_contents(const Place *place);

/* 640x480 mjpeg with a time base of 1/30 s. */
LeatStreamInfo make_stream(void);

/* Packet `seq`: bytes that only this number has; `size` of them. Free the data with g_free. */
LeatPacket make_packet(int64_t seq, size_t size);
void assert_packet_is(const LeatPacket *packet, int64_t seq, size_t size);

/* A writer that has begun; `name` may be NULL. */
LeatStoreWriter *start_writer(const char *path, const char *name, bool threaded);

/* Adds packets first..last of `size` bytes each, and asserts that each was taken. */
void add_packets(LeatStoreWriter *writer, int64_t first, int64_t last, size_t size);

/* A ledger in which `frames` came through all stages. */
LeatLedger make_ledger(int64_t frames);

/* Sets a ledger of that many frames without losses, finishes, and asserts that it worked. */
void finish_writer(LeatStoreWriter *writer, int64_t frames);

/* A complete recording of that many frames. */
void record(const char *path, const char *name, int64_t frames, size_t size);

/* The output of sqlite3's shell without its last newline. Free with g_free. */
char *sqlite_shell(const char *path, const char *sql);
void assert_sql(const char *path, const char *sql, const char *expected);

/* sqlite3's shell as another program that stays: says each line to it, and waits until it is done.
 */
typedef struct Shell Shell;
Shell *shell_start(const char *path);
void shell_say(Shell *shell, const char *line);
void shell_end(Shell *shell);

/* Looks at the writer's progress again and again, until the field is at least so much or true. */
void wait_until_stored(LeatStoreWriter *writer, int64_t frames);
void wait_until_stalled(LeatStoreWriter *writer);

LeatStore *open_store(const char *path);

/* Asserts that a check of the whole file finds nothing. */
void assert_sound(const char *path);

/* All faults of the file joined by newlines, "" for none. Free with g_free. */
char *faults_of(const char *path);

/* Asserts that the file cannot be opened for reading or for writing (or both), with this code and
 * with this in the message. */
void assert_not_read(const char *path, int code, const char *text);
void assert_not_written(const char *path, const char *name, int code, const char *text);

/* The labels of recording 1 as "name first-last", numbers as "name=value first-last". */
void assert_stored_labels(LeatStore *store, const char *expected);

#endif
