/* SPDX-License-Identifier: MIT */
/* What the verbs of the command line share: their table, the reading of their options, and how an
 * error becomes an exit status. For this folder only; main thread. */
#ifndef LEAT_CLI_VERB_H
#define LEAT_CLI_VERB_H

#include "cli/cli.h"

#include <glib.h>
#include <stdbool.h>

typedef struct LeatVerb LeatVerb;

/* `argv[0]` is the verb. Returns the exit status. */
typedef int (*LeatVerbFunc)(const LeatVerb *verb, int argc, char **argv);

struct LeatVerb {
    const char *name;
    const char *arguments; /* "FILE REC OUT" */
    const char *summary;   /* a line */
    const char *details;   /* of --help, below the options; NULL for none */
    int min_arguments, max_arguments;
    LeatVerbFunc run;
};

/* The verbs, each in its own file. */
extern const LeatVerb leat_verb_run;
extern const LeatVerb leat_verb_sources;
extern const LeatVerb leat_verb_list;
extern const LeatVerb leat_verb_show;
extern const LeatVerb leat_verb_export;
extern const LeatVerb leat_verb_verify;
extern const LeatVerb leat_verb_label;
extern const LeatVerb leat_verb_train;
extern const LeatVerb leat_verb_models;
extern const LeatVerb leat_verb_predict;
extern const LeatVerb leat_verb_cpu_test;
extern const LeatVerb leat_verb_study;
extern const LeatVerb leat_verb_jobs;
extern const LeatVerb leat_verb_worker;
extern const LeatVerb leat_verb_child;

/* Takes the options out of argv and checks the number of arguments; argv[1] on are then the
 * arguments. `data` goes to the callbacks among the entries. False when the verb is over: --help
 * was asked for and printed, or the usage was wrong and has been told; `status` is then the exit
 * status. */
bool leat_verb_parse(const LeatVerb *verb, const GOptionEntry *entries, void *data, int *argc,
                     char ***argv, int *status);

/* Tells the error, frees it, and returns the exit status that fits: wrong usage for
 * LEAT_ERROR_INVALID, else failed. */
int leat_verb_fail(GError *error);

/* Tells wrong usage, and where to read about the right one. `verb` may be NULL. */
int leat_verb_misused(const char *verb, const char *format, ...) G_GNUC_PRINTF(2, 3);

#endif
