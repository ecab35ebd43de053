/* SPDX-License-Identifier: MIT */
/* The command line: finds the verb, runs it, returns the program's exit status. Main thread. */
#ifndef LEAT_CLI_CLI_H
#define LEAT_CLI_CLI_H

/* Exit statuses. */
#define LEAT_CLI_DONE 0
#define LEAT_CLI_FAILED 1
#define LEAT_CLI_USAGE 2

/* Opens the studio and returns its exit status. Both texts may be NULL. A front end does not know
 * the other one, so the program hands this in. */
typedef int (*LeatCliStudioFunc)(const char *file, const char *source);

/* Call it before any thread is started: verbs block the signals that they wait for. */
int leat_cli_main(int argc, char **argv, LeatCliStudioFunc studio);

#endif
