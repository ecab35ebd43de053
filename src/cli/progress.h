/* SPDX-License-Identifier: MIT */
/* A line on stderr that says how far a long task is and when it will be done. Shown from the first
 * second on, on a terminal; where there is none, only when asked for. Main thread. */
#ifndef LEAT_CLI_PROGRESS_H
#define LEAT_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    const char *verb; /* "Exporting" */
    const char *noun; /* what is counted: "frames", unless changed */
    bool force;       /* --progress: lines even where there is no terminal */
    int64_t started_ns, next_ns;
    bool shown;
} LeatProgressLine;

LeatProgressLine leat_progress_line_begin(const char *verb, bool force);
void leat_progress_line_show(LeatProgressLine *line, int64_t done, int64_t total);
void leat_progress_line_end(LeatProgressLine *line);

/* "0:12 left", "" when it cannot be said yet. Free with g_free. */
char *leat_progress_left(int64_t elapsed_ns, int64_t done, int64_t total);

#endif
