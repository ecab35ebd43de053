/* SPDX-License-Identifier: MIT */
/* What the tests of sources share. Each call asserts that it worked. */
#ifndef LEAT_TESTS_MEDIA_SOURCE_SUPPORT_H
#define LEAT_TESTS_MEDIA_SOURCE_SUPPORT_H

#include "base/clock.h"
#include "base/error.h"
#include "media/source.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* The promise for every opening and reading. */
#define CANCEL_BOUND_NS (LEAT_NS_PER_S / 2)

/* A folder for this test program, removed by temp_finish. */
void temp_init(void);
void temp_finish(void);
char *temp_path(const char *name);

/* Runs a program to its end and returns its stdout. The words follow, then NULL. */
char *run(const char *program, ...) G_GNUC_NULL_TERMINATED;

/* `ffmpeg INPUT OUTPUT-OPTIONS path`, where words are split at spaces; run once for all files of
 * that ending that are asked for with the same arguments. Returns the path. */
char *make_video(const char *name, const char *arguments);

/* A server of tests/support or tests/media on loopback. */
typedef struct {
    GPid pid;
    int port;
    int leash; /* its stdin; it ends when this closes, so that none outlives a test that fails */
} Server;

/* `port` 0 takes a free one. `argument` may be NULL. */
Server server_start(const char *script, int port, const char *argument);
void server_stop(Server *server);

LeatSource *open_source(const char *text, const LeatSourceRequest *request, LeatCancel *cancel,
                        GError **error);

/* Asserts that opening fails with the code, and that the message has each of the words (the last
 * is NULL) and not "secret". */
void assert_refused(const char *text, LeatError code, ...) G_GNUC_NULL_TERMINATED;

/* What came out of a source. */
typedef struct {
    GArray *pts;    /* int64_t, of the frames */
    GPtrArray *md5; /* of the frames' pixels as rawvideo would have them; empty when not asked */
    int64_t frames, lost;
    GString *notes; /* reasons of notes and losses, a line each */
    bool ended;     /* by END; else by `error` or the limit */
    GError *error;
} Reading;

/* Reads until END, an error, or `max` frames (0: no limit); asserts that sequence numbers have no
 * hole but those told, and that timestamps rise. */
Reading *read_all(LeatSource *source, int64_t max, bool with_md5);
Reading *read_all_of(const char *text, bool with_md5);
void reading_free(Reading *reading);

/* Triggers a cancel from another thread after a while. */
typedef struct CancelLater CancelLater;
CancelLater *cancel_later(LeatCancel *cancel, int64_t delay_ns);

/* Joins; how long ago the trigger was, in ns. */
int64_t cancel_later_finish(CancelLater *later);

/* Opens (and reads, when that works) until the cancel ends it, and asserts that it does so in time.
 * Machines that run tests may be busy: the best of three tries counts. */
void assert_obeys_cancel(const char *text, const LeatSourceRequest *request);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Reading, reading_free)

#endif
