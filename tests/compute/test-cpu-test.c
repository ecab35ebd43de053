/* SPDX-License-Identifier: MIT */
#include "compute/cpu-test.h"

#include "base/error.h"
#include "compute/cpu-test-kernel.h"

#include <string.h>

static const LeatWorkKind *const kinds[] = {&leat_cpu_test_kind, NULL};

/* The definition, as plainly as it can be written: SplitMix64 from the published code. */
static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static const uint64_t gamma64 = UINT64_C(0x9e3779b97f4a7c15);

static uint64_t next(uint64_t *state)
{
    *state += gamma64;
    return mix(*state);
}

static double uniform(uint64_t *state)
{
    return (double)(next(state) >> 12) / (double)(UINT64_C(1) << 52);
}

static uint64_t plain_round(uint64_t seed, uint64_t unit, uint64_t round, uint32_t size)
{
    uint64_t key = mix(mix(seed + gamma64) + unit * gamma64);
    uint64_t a = mix(key + 2 * round * gamma64), b = mix(key + (2 * round + 1) * gamma64);
    uint64_t checksum = 0;

    for (uint32_t row = 0; row < size; row++) {
        uint64_t sum = 0;

        for (uint32_t column = 0; column < size; column++) {
            double product = uniform(&a) * uniform(&b);
            uint64_t bits;

            memcpy(&bits, &product, sizeof bits);
            sum += bits;
        }
        checksum = mix(checksum + gamma64 + sum);
    }
    return checksum;
}

static void generator_is_the_published_one(void)
{
    /* The first outputs of SplitMix64 from state 1234567, as its users publish them. */
    static const uint64_t expected[] = {
        UINT64_C(6457827717110365317),  UINT64_C(3203168211198807973),
        UINT64_C(9817491932198370423),  UINT64_C(4593380528125082431),
        UINT64_C(16408922859458223821),
    };
    uint64_t state = 1234567;

    for (size_t i = 0; i < G_N_ELEMENTS(expected); i++)
        g_assert_cmphex(next(&state), ==, expected[i]);
}

static void every_instruction_set_gives_the_plain_sum(void)
{
    static const uint32_t sizes[] = {1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 63, 100};

    for (int isa = 0; isa < LEAT_CPU_TEST_ISAS; isa++) {
        for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
            bool done;
            uint64_t sum = leat_cpu_test_round_on((LeatCpuTestIsa)isa, 42, 3, 5, sizes[i], &done);

            if (!done)
                g_test_message("this processor lacks instruction set %d", isa);
            else
                g_assert_cmphex(sum, ==, plain_round(42, 3, 5, sizes[i]));
        }
    }
    g_assert_cmphex(leat_cpu_test_round(42, 3, 5, 100), ==, plain_round(42, 3, 5, 100));
}

static void seed_unit_and_round_each_matter(void)
{
    uint64_t sum = leat_cpu_test_round(1, 2, 3, 50);

    g_assert_cmphex(sum, !=, leat_cpu_test_round(2, 2, 3, 50));
    g_assert_cmphex(sum, !=, leat_cpu_test_round(1, 3, 3, 50));
    g_assert_cmphex(sum, !=, leat_cpu_test_round(1, 2, 4, 50));
    g_assert_cmphex(sum, !=, leat_cpu_test_round(1, 2, 3, 51));
}

static void combining_depends_on_the_order(void)
{
    uint64_t ab = leat_cpu_test_combine(leat_cpu_test_combine(0, 1), 2);
    uint64_t ba = leat_cpu_test_combine(leat_cpu_test_combine(0, 2), 1);

    g_assert_cmphex(ab, !=, ba);
}

static uint64_t run(LeatExecutorKind kind, unsigned workers)
{
    const LeatCpuTest test = {.seed = 7, .rounds = 3, .size = 33};
    GError *error = NULL;
    LeatExecutor *executor = leat_executor_new(
        &(LeatExecutorOptions){.kind = kind, .workers = workers, .kinds = kinds}, &error);
    uint64_t checksum = 0;

    g_assert_no_error(error);
    leat_cpu_test_run(executor, &test, 10, NULL, NULL, NULL, &checksum, &error);
    g_assert_no_error(error);
    leat_executor_free(executor);
    return checksum;
}

static void any_number_of_threads_gives_the_inline_sum(void)
{
    static const unsigned workers[] = {1, 2, 3, 7};
    uint64_t expected = 0;

    for (unsigned unit = 0; unit < 10; unit++) {
        uint64_t sum = 0;

        for (unsigned round = 0; round < 3; round++)
            sum = leat_cpu_test_combine(sum, plain_round(7, unit, round, 33));
        expected = leat_cpu_test_combine(expected, sum);
    }
    g_assert_cmphex(run(LEAT_EXECUTOR_INLINE, 1), ==, expected);
    for (size_t i = 0; i < G_N_ELEMENTS(workers); i++)
        g_assert_cmphex(run(LEAT_EXECUTOR_THREADS, workers[i]), ==, expected);
}

static void a_cancel_ends_it_in_mid_unit(void)
{
    const LeatCpuTest test = {.seed = 7, .rounds = LEAT_CPU_TEST_MAX_ROUNDS, .size = 33};
    GError *error = NULL;
    LeatCancel *cancel = leat_cancel_new(NULL, &error);
    LeatExecutor *executor = leat_executor_new(
        &(LeatExecutorOptions){.kind = LEAT_EXECUTOR_INLINE, .kinds = kinds}, &error);
    uint64_t checksum;

    g_assert_no_error(error);
    leat_cancel_trigger(cancel);
    g_assert_false(leat_cpu_test_run(executor, &test, 2, cancel, NULL, NULL, &checksum, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_CANCELLED);
    g_clear_error(&error);
    leat_executor_free(executor);
    leat_cancel_unref(cancel);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cpu-test/generator-is-the-published-one", generator_is_the_published_one);
    g_test_add_func("/cpu-test/every-instruction-set-gives-the-plain-sum",
                    every_instruction_set_gives_the_plain_sum);
    g_test_add_func("/cpu-test/seed-unit-and-round-each-matter", seed_unit_and_round_each_matter);
    g_test_add_func("/cpu-test/combining-depends-on-the-order", combining_depends_on_the_order);
    g_test_add_func("/cpu-test/any-number-of-threads-gives-the-inline-sum",
                    any_number_of_threads_gives_the_inline_sum);
    g_test_add_func("/cpu-test/a-cancel-ends-it-in-mid-unit", a_cancel_ends_it_in_mid_unit);
    return g_test_run();
}
