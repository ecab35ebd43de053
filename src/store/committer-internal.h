/* SPDX-License-Identifier: MIT */
/* The committer's own: what it is made of, and the statements that write its rows. All run inside
 * its transactions. */
#ifndef LEAT_STORE_COMMITTER_INTERNAL_H
#define LEAT_STORE_COMMITTER_INTERNAL_H

#include "store/committer.h"
#include "store/database.h"
#include "store/reserve.h"

typedef struct {
    int64_t stored, bytes;
    int64_t first_pts, last_pts, end_pts; /* of the stored frames */
} LeatStoredTotals;

struct LeatCommitter {
    LeatDatabase database;
    LeatReserve *reserve;
    int64_t batch_bytes;
    LeatLockedFunc locked;
    void *locked_data;

    /* From begin on. */
    int64_t id;
    char *name;
    LeatStreamInfo stream; /* without extradata */
    sqlite3_stmt *insert_frame, *replace_loss, *update_ledger;
    sqlite3_stmt *insert_prediction, *insert_model_use, *insert_program;

    LeatStoredTotals totals; /* committed */
    LeatLedger given;        /* the last one committed, before it was settled */
    int64_t last_commit_ns;
};

/* Of a new recording; sets its id. */
bool leat_rows_insert_recording(LeatCommitter *committer, const char *source, const char *filter,
                                LeatRational record_rate, const LeatStreamInfo *stream,
                                GError **error);

/* Makes the statements that the functions below run, and finalizes them. */
bool leat_rows_prepare(LeatCommitter *committer, GError **error);
void leat_rows_finish(LeatCommitter *committer);

/* Adds to `totals` what was written. */
bool leat_rows_write_packets(LeatCommitter *committer, const LeatBatch *batch,
                             LeatStoredTotals *totals, GError **error);

/* Those that are due, after the packets. */
bool leat_rows_write_predictions(LeatCommitter *committer, const LeatBatch *batch, GError **error);
bool leat_rows_write_losses(LeatCommitter *committer, const LeatBatch *batch, GError **error);
bool leat_rows_write_ledger(LeatCommitter *committer, const LeatLedger *ledger,
                            const LeatStoredTotals *totals, GError **error);

#endif
