/* SPDX-License-Identifier: MIT */
#include "base/histogram.h"

#include "base/error.h"
#include "faults.h"

#include <pthread.h>
#include <stdlib.h>

#define RECORDERS 4
#define RECORDS 50000

static LeatHistogram *make(void)
{
    GError *error = NULL;
    LeatHistogram *histogram = leat_histogram_new(&error);

    g_assert_no_error(error);
    return histogram;
}

static void test_empty_is_all_zero(void)
{
    LeatHistogram *histogram = make();
    LeatHistogramSummary summary = leat_histogram_summary(histogram);
    int64_t upper;
    uint64_t count;

    g_assert_cmpuint(summary.count, ==, 0);
    g_assert_cmpfloat(summary.p50, ==, 0);
    g_assert_cmpfloat(summary.max, ==, 0);
    g_assert_cmpint(leat_histogram_percentile(histogram, 0.99), ==, 0);
    g_assert_cmpint(leat_histogram_next_bucket(histogram, 0, &upper, &count), ==, -1);
    leat_histogram_free(histogram);
    leat_histogram_free(NULL);
}

static void test_one_value_is_every_percentile(void)
{
    static const int64_t values[] = {
        0, 1, 31, 32, 63, 64, 1000003, 2147483648, INT64_MAX, INT64_MAX - 1, INT64_C(1) << 62};

    for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
        LeatHistogram *histogram = make();

        leat_histogram_record(histogram, values[i]);
        g_assert_cmpint(leat_histogram_max(histogram), ==, values[i]);
        g_assert_cmpint(leat_histogram_percentile(histogram, 0), ==, values[i]);
        g_assert_cmpint(leat_histogram_percentile(histogram, 0.5), ==, values[i]);
        g_assert_cmpint(leat_histogram_percentile(histogram, 1), ==, values[i]);
        leat_histogram_free(histogram);
    }
}

static void test_negative_values_count_as_zero(void)
{
    LeatHistogram *histogram = make();

    leat_histogram_record(histogram, -5);
    leat_histogram_record(histogram, INT64_MIN);
    g_assert_cmpuint(leat_histogram_count(histogram), ==, 2);
    g_assert_cmpint(leat_histogram_percentile(histogram, 1), ==, 0);
    leat_histogram_free(histogram);
}

static int compare(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

    return (left > right) - (left < right);
}

static void test_percentiles_are_within_a_thirty_second(void)
{
    enum { COUNT = 9973 };
    static int64_t values[COUNT];
    LeatHistogram *histogram = make();
    GRand *random = g_rand_new_with_seed(7);

    for (int i = 0; i < COUNT; i++) {
        uint64_t bits = (uint64_t)g_rand_int(random) << 32 | g_rand_int(random);

        values[i] = (int64_t)(bits >> g_rand_int_range(random, 1, 64));
        leat_histogram_record(histogram, values[i]);
    }
    qsort(values, COUNT, sizeof *values, compare);
    for (int rank = 1; rank <= COUNT; rank += 7) {
        int64_t exact = values[rank - 1];
        int64_t got = leat_histogram_percentile(histogram, (double)rank / COUNT);

        g_assert_cmpint(got, >=, exact);
        g_assert_cmpint(got - exact, <=, exact / 32);
    }
    g_assert_cmpint(leat_histogram_percentile(histogram, 1), ==, values[COUNT - 1]);
    g_rand_free(random);
    leat_histogram_free(histogram);
}

static void test_percentile_takes_the_rank_that_is_meant(void)
{
    LeatHistogram *histogram = make();

    for (int i = 1; i <= 50; i++)
        leat_histogram_record(histogram, i);
    for (int i = 1; i <= 50; i++)
        g_assert_cmpint(leat_histogram_percentile(histogram, i / 50.0), ==, i);
    g_assert_cmpint(leat_histogram_percentile(histogram, 0.07 * 2), ==, 7);
    leat_histogram_free(histogram);
}

static void test_summary_is_in_milliseconds(void)
{
    LeatHistogram *histogram = make();
    LeatHistogramSummary summary;

    for (int i = 0; i < 98; i++)
        leat_histogram_record(histogram, 1000000);
    leat_histogram_record(histogram, 4000000);
    leat_histogram_record(histogram, 7500000);
    summary = leat_histogram_summary(histogram);
    g_assert_cmpuint(summary.count, ==, 100);
    g_assert_cmpfloat_with_epsilon(summary.p50, 1.0, 1.0 / 32);
    g_assert_cmpfloat_with_epsilon(summary.p99, 4.0, 4.0 / 32);
    g_assert_cmpfloat(summary.max, ==, 7.5);
    leat_histogram_free(histogram);
}

static void test_buckets_can_be_walked(void)
{
    LeatHistogram *histogram = make();
    int64_t upper, last = -1;
    uint64_t count, sum = 0;
    int buckets = 0;

    for (int bit = 0; bit < 63; bit++)
        leat_histogram_record(histogram, INT64_C(1) << bit);
    leat_histogram_record(histogram, INT64_MAX);
    for (int i = 0; (i = leat_histogram_next_bucket(histogram, i, &upper, &count)) >= 0;) {
        g_assert_cmpint(upper, >, last);
        last = upper;
        sum += count;
        buckets++;
    }
    g_assert_cmpint(buckets, ==, 64);
    g_assert_cmpuint(sum, ==, 64);
    g_assert_cmpint(last, ==, INT64_MAX);
    leat_histogram_free(histogram);
}

static void *record_many(void *data)
{
    LeatHistogram *histogram = data;

    for (int i = 1; i <= RECORDS; i++)
        leat_histogram_record(histogram, i * INT64_C(1000));
    return NULL;
}

static void test_recording_on_many_threads_loses_nothing(void)
{
    LeatHistogram *histogram = make();
    pthread_t threads[RECORDERS];

    for (int i = 0; i < RECORDERS; i++)
        g_assert_cmpint(pthread_create(&threads[i], NULL, record_many, histogram), ==, 0);
    for (int i = 0; i < 100; i++)
        g_assert_cmpint(leat_histogram_percentile(histogram, 0.5), <=,
                        leat_histogram_max(histogram));
    for (int i = 0; i < RECORDERS; i++)
        pthread_join(threads[i], NULL);
    g_assert_cmpuint(leat_histogram_count(histogram), ==, RECORDERS * RECORDS);
    g_assert_cmpint(leat_histogram_max(histogram), ==, RECORDS * INT64_C(1000));
    leat_histogram_free(histogram);
}

static void test_no_memory_is_an_error(void)
{
    GError *error = NULL;
    LeatHistogram *histogram;

    leat_faults_arm(1);
    histogram = leat_histogram_new(&error);
    g_assert_true(leat_faults_disarm());
    g_assert_null(histogram);
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_NO_MEMORY);
    g_clear_error(&error);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/histogram/empty-is-all-zero", test_empty_is_all_zero);
    g_test_add_func("/histogram/one-value-is-every-percentile", test_one_value_is_every_percentile);
    g_test_add_func("/histogram/negative-values-count-as-zero", test_negative_values_count_as_zero);
    g_test_add_func("/histogram/percentiles-are-within-a-thirty-second",
                    test_percentiles_are_within_a_thirty_second);
    g_test_add_func("/histogram/percentile-takes-the-rank-that-is-meant",
                    test_percentile_takes_the_rank_that_is_meant);
    g_test_add_func("/histogram/summary-is-in-milliseconds", test_summary_is_in_milliseconds);
    g_test_add_func("/histogram/buckets-can-be-walked", test_buckets_can_be_walked);
    g_test_add_func("/histogram/recording-on-many-threads-loses-nothing",
                    test_recording_on_many_threads_loses_nothing);
    g_test_add_func("/histogram/no-memory-is-an-error", test_no_memory_is_an_error);
    return g_test_run();
}
