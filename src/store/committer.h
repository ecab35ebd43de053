/* SPDX-License-Identifier: MIT */
/* The transactions of one recording on one connection. Used by one thread at a time; it may be
 * handed from one to another. */
#ifndef LEAT_STORE_COMMITTER_H
#define LEAT_STORE_COMMITTER_H

#include "store/batch.h"
#include "store/store-writer.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct LeatCommitter LeatCommitter;

/* Called while another program has the lock, again and again; does the waiting. False gives up. */
typedef bool (*LeatLockedFunc)(void *data);

/* See leat_store_writer_open. */
LeatCommitter *leat_committer_open(const char *path, const char *name, GError **error);

/* From then on; before, opening waits for 5 s. */
void leat_committer_set_locked_func(LeatCommitter *committer, LeatLockedFunc func, void *data);

/* Makes the recording's rows. */
bool leat_committer_begin(LeatCommitter *committer, const char *source, const char *filter,
                          LeatRational record_rate, const LeatStreamInfo *stream, GError **error);

int64_t leat_committer_id(const LeatCommitter *committer);

/* As given, or as found by begin; NULL before. */
const char *leat_committer_name(const LeatCommitter *committer);

/* Packets of this many bytes are enough for a transaction; with more, the space set aside might
 * not suffice to end the recording on a full disk. */
int64_t leat_committer_batch_bytes(const LeatCommitter *committer);

/* Commits all of the batch, or, on an error, nothing; the batch stays as it is. A recording that
 * goes on is committed with a ledger in which nothing is in flight, so that it passes a check if
 * this was the last commit. */
bool leat_committer_commit(LeatCommitter *committer, const LeatBatch *batch, GError **error);

/* Commits the batch's ledger (as it is, but for record.stored) and losses, and ends the recording,
 * with the help of the space set aside. */
bool leat_committer_end(LeatCommitter *committer, const LeatBatch *batch, GError **error);

/* What has been committed and the room that is left; `stalled` and `failed` are not its own. */
LeatStoreProgress leat_committer_progress(const LeatCommitter *committer);

/* Closes the file and, with the last connection, clears away its journals. */
void leat_committer_close(LeatCommitter *committer);

#endif
