/* SPDX-License-Identifier: MIT */
/* FILE-reserve, a file beside the library while a recording is written to it. It holds disk space
 * that is given up for the recording's end once the disk is full, and its locks tell a live writer
 * from a dead one: byte N is locked as long as the writer of recording N lives, whatever ends it,
 * and byte 2^62 + N as long as that of job N does.
 * (Not in the library itself: a process that closes a file gives up SQLite's locks on it.)
 *
 * The last writer removes it. Used by one thread at a time. */
#ifndef LEAT_STORE_RESERVE_H
#define LEAT_STORE_RESERVE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct LeatReserve LeatReserve;

/* Sets aside an eighth of what the disk has free, at most 32 MB; NO_SPACE
 * when there is too little for even a short recording. */
LeatReserve *leat_reserve_open(const char *library, GError **error);

/* The same without setting any space aside: for the locks only. */
LeatReserve *leat_reserve_join(const char *library, GError **error);
void leat_reserve_close(LeatReserve *reserve);

int64_t leat_reserve_bytes(const LeatReserve *reserve);

/* The byte of a recording is its id; that of a job lies far behind. */
#define LEAT_RESERVE_MAX_ID (INT64_C(1) << 61)
#define LEAT_RESERVE_JOB(id) ((INT64_C(1) << 62) + (id))

/* Says that the writer whose byte this is lives, until close. */
bool leat_reserve_mark(LeatReserve *reserve, int64_t byte, GError **error);

/* Gives the space back to the disk. */
void leat_reserve_spend(LeatReserve *reserve);

/* Whether a live writer has marked the byte. True also when that cannot be found out. */
bool leat_reserve_is_marked(const char *library, int64_t byte);

#endif
