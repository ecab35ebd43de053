/* SPDX-License-Identifier: MIT */
/* A recording's rows as values: what can be one, and reading one without trusting the file. */
#ifndef LEAT_STORE_RECORDING_H
#define LEAT_STORE_RECORDING_H

#include "store/database.h"
#include "store/store.h"

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bounds of what Leat writes, and so of what it believes. */
#define LEAT_RECORDING_NAME_BYTES 200
#define LEAT_RECORDING_EXTRADATA_BYTES ((size_t)16 * 1024 * 1024)
#define LEAT_PACKET_BYTES 900000000
#define LEAT_TICKS_MAX (INT64_C(1) << 62)

/* False with INVALID for a name that is empty, only digits (it would be taken for an id), too long,
 * not UTF-8, or has control characters. */
bool leat_recording_check_name(const char *name, GError **error);

/* The columns of one recording and its ledger, for leat_recording_read; end it with WHERE or ORDER
 * BY. */
extern const char leat_recording_query[];

/* From a statement of that query that stands on a row; its state as it is in the row. NULL with
 * CORRUPT when a value is of the wrong type or out of range, or with NO_MEMORY. */
LeatRecording *leat_recording_read(const LeatDatabase *database, sqlite3_stmt *row, GError **error);

/* Sets the state that a reader should be told: a recording whose writer is gone is interrupted,
 * whatever its row says. Call it outside of a transaction. */
bool leat_recording_settle_state(const LeatDatabase *database, LeatRecording *recording,
                                 GError **error);

#endif
