/* SPDX-License-Identifier: MIT */
/* A program that is spoken with over pipes: bytes to it, lines from it, and the last line of what
 * it complains of (stderr). Nothing here waits for longer than it is told to.
 *
 * Owned by one thread at a time; only leat_external_program_hurry is for any. */
#ifndef LEAT_APP_EXTERNAL_PROGRAM_H
#define LEAT_APP_EXTERNAL_PROGRAM_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct LeatExternalProgram LeatExternalProgram;

/* The longest line that it may answer with, bytes. */
#define LEAT_EXTERNAL_LINE 500

/* `command` is NULL-terminated, and must outlive it. None runs yet. */
LeatExternalProgram *leat_external_program_new(const char *const *command, GError **error);
void leat_external_program_free(LeatExternalProgram *program);

bool leat_external_program_start(LeatExternalProgram *program, GError **error);
bool leat_external_program_runs(const LeatExternalProgram *program);

/* Nothing is waited for past this time (CLOCK_MONOTONIC) any more; of several, the first one
 * counts. Any thread. */
void leat_external_program_hurry(LeatExternalProgram *program, int64_t deadline_ns);

typedef enum {
    LEAT_TALK_LINE,   /* it has answered: `line` */
    LEAT_TALK_ENDED,  /* it has, or has closed a pipe */
    LEAT_TALK_LATE,   /* nothing by the deadline */
    LEAT_TALK_EARLY,  /* it answered before it had all of the frame, or more than it was asked */
    LEAT_TALK_LONG,   /* a line that is longer than any may be */
    LEAT_TALK_HURRIED /* told to hurry, and there was no answer by then */
} LeatTalk;

/* Gives it the bytes (0: none), and reads one line, whose end is taken off. The line is the
 * program's until the next call. */
LeatTalk leat_external_program_talk(LeatExternalProgram *program, const uint8_t *bytes, size_t size,
                                    int64_t deadline_ns, const char **line);

/* Ends it, and tells how it ended by itself ("ended with exit status 1"); NULL when it had to be
 * killed. `complaint` (may be NULL) is the last line that it complained in, or NULL. Free both with
 * g_free. */
char *leat_external_program_end(LeatExternalProgram *program, char **complaint);

#endif
