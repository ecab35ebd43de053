/* SPDX-License-Identifier: MIT */
/* What the tests of this layer share: work kinds that behave and others that do not, and the worker
 * that knows them, which is the test's own program. */
#ifndef LEAT_TESTS_COMPUTE_SUPPORT_H
#define LEAT_TESTS_COMPUTE_SUPPORT_H

#include "base/clock.h"
#include "base/error.h"
#include "compute/executor.h"

#include <glib.h>
#include <stdint.h>

/* The input of most of the kinds. */
typedef struct {
    int64_t spin_ns;
    unsigned special; /* the unit that misbehaves */
    char path[256];
} TestInput;

/* mix: bytes from unit and input, as many as the unit says. nothing: returns none. spin: computes
 * until spin_ns are over, and looks at its cancel. stubborn: the same without looking. crash: the
 * special unit dies by SIGSEGV. crash-once: it does while the file `path` is there, which it
 * removes. hang-once: the same, but it hangs. fail: the special unit and those after it fail.
 * greedy: the special unit returns too much. leak: it takes all memory that it gets and says so;
 * leak-abort: it dies of it. look: tells of the process that it runs in, see TestLook. */
extern const LeatWorkKind *const test_kinds[];

typedef struct {
    int pid, policy, descriptors;
} TestLook;

/* The main function of a test: `argv[1]` "--worker" makes it a worker. `add` adds the tests. */
int test_main(int argc, char **argv, void (*add)(void));

/* Adds PATH/inline, PATH/threads, PATH/processes; the data is the LeatExecutorKind. */
void test_add_for_each(const char *path, GTestDataFunc func);

/* Options with the test's kinds and its worker, at normal priority, since a test does not yield to
 * what else is going on. */
LeatExecutorOptions test_options(LeatExecutorKind kind, unsigned workers);

LeatExecutor *test_executor(LeatExecutorKind kind, unsigned workers);
LeatExecutor *test_executor_with(const LeatExecutorOptions *options);

/* A workset of a kind that takes a TestInput. */
LeatWorkset *test_workset(LeatExecutor *executor, const char *kind, unsigned units,
                          const TestInput *input);

void test_run(LeatWorkset *workset, unsigned units);

/* Fails unless the round fails with an error of that code whose message has all the texts in it;
 * NULL ends them. */
void test_run_fails(LeatWorkset *workset, unsigned units, LeatError code,
                    ...) G_GNUC_NULL_TERMINATED;

/* All outputs of the last round, one after the other, as a checksum; free with g_free. */
char *test_checksum(LeatWorkset *workset, unsigned units);

/* Fails unless each unit returned what `spin` and its kin do. */
void test_expect_spun(LeatWorkset *workset, unsigned units);

/* A file that a unit may remove once; free with g_free. */
char *test_make_file(void);

#endif
