/* SPDX-License-Identifier: MIT */
/* The log: lines on stderr, never on stdout, which belongs to --json.
 *
 * Levels follow the user's need: an error says that something asked for was not done, a warning
 * that something was lost or degraded, info what happened, debug how. The threshold is warning;
 * LEAT_LOG=error|warning|info|debug changes it. On a terminal a status line (see
 * leat_log_set_status) stays below the log lines.
 *
 * Any thread. Owns its lock; a line is written whole. Addresses must be redacted by the caller
 * (base/address.h). */
#ifndef LEAT_BASE_LOG_H
#define LEAT_BASE_LOG_H

#include <glib.h>

typedef enum {
    LEAT_LOG_ERROR,
    LEAT_LOG_WARNING,
    LEAT_LOG_INFO,
    LEAT_LOG_DEBUG,
} LeatLogLevel;

void leat_log(LeatLogLevel level, const char *format, ...) G_GNUC_PRINTF(2, 3);

void leat_log_set_threshold(LeatLogLevel level);

/* Shows `text` as the last line of the terminal, replacing what was there; NULL removes it.
 * Does nothing when stderr is not a terminal, unless `force`: then it is printed as a line. */
void leat_log_set_status(const char *text, gboolean force);

#endif
