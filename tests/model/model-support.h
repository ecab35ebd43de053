/* SPDX-License-Identifier: MIT */
/* What the tests of this layer share: made-up samples, and the network once more, in doubles and
 * plain loops. */
#ifndef LEAT_TESTS_MODEL_SUPPORT_H
#define LEAT_TESTS_MODEL_SUPPORT_H

#include "compute/executor.h"
#include "model/kernels.h"
#include "model/samples.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* Any sample: noise, with a bright square in one of four places if `place` is 0 to 3. */
void test_fill_sample(uint64_t seed, unsigned sample, int place, uint8_t *pixels);

/* Calls `func` once on each level that this processor has. */
void test_on_each_level(void (*func)(LeatKernelsLevel level));

/* The loss of one sample by the definition of the network in model/network.h. */
double test_reference_loss(LeatNetworkShape shape, const double *parameters, const uint8_t *pixels,
                           LeatTarget target);

/* The first parameter and the count of each of the ten arrays that the parameters are made of. */
typedef struct {
    const char *name;
    size_t first, count;
} TestArray;

enum { TEST_ARRAYS = 10 };

void test_arrays(LeatNetworkShape shape, TestArray arrays[TEST_ARRAYS]);

/* Samples that the tests train on: `count` of them, of which every `every`-th is for validation,
 * with targets that a network can learn. Free with test_samples_free. */
typedef struct {
    LeatSamples samples;
    LeatSampleInfo *infos;
    LeatNetworkShape shape;
} TestSamples;

TestSamples *test_samples_new(LeatNetworkShape shape, unsigned count, unsigned every);
void test_samples_free(TestSamples *samples);

/* The main function of a test: `argv[1]` "--worker" makes it a worker. `add` adds the tests. */
int test_main(int argc, char **argv, void (*add)(void));

/* At normal priority, since a test does not yield to what else is going on. */
LeatExecutor *test_executor(LeatExecutorKind kind, unsigned workers);

#endif
