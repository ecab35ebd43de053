/* SPDX-License-Identifier: MIT */
#include "base/histogram.h"

#include "base/clock.h"
#include "base/error.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

/* Values below 64 have a bucket each; each power of two above has 32. */
#define PART_BITS 5
#define PARTS (1 << PART_BITS)
#define BUCKETS ((63 - PART_BITS + 1) * PARTS)

struct LeatHistogram {
    atomic_int_fast64_t max;
    atomic_uint_fast64_t buckets[BUCKETS];
};

static int bucket_of(int64_t value)
{
    int shift;

    if (value < PARTS)
        return (int)value;
    shift = 63 - __builtin_clzll((unsigned long long)value) - PART_BITS;
    return shift * PARTS + (int)(value >> shift);
}

static int64_t bucket_upper(int bucket)
{
    int shift = bucket / PARTS - 1;

    if (shift <= 0)
        return bucket;
    /* Unsigned, as one past the last bucket is one past INT64_MAX. */
    return (int64_t)(((uint64_t)(bucket - shift * PARTS + 1) << shift) - 1);
}

static uint64_t load_bucket(const LeatHistogram *histogram, int bucket)
{
    return atomic_load_explicit(&histogram->buckets[bucket], memory_order_acquire);
}

LeatHistogram *leat_histogram_new(GError **error)
{
    LeatHistogram *histogram = calloc(1, sizeof *histogram);

    if (!histogram)
        return leat_error_no_memory(error, sizeof *histogram, "a histogram");
    return histogram;
}

void leat_histogram_free(LeatHistogram *histogram)
{
    free(histogram);
}

void leat_histogram_record(LeatHistogram *histogram, int64_t value_ns)
{
    int_fast64_t value = MAX(value_ns, 0);
    int_fast64_t max = atomic_load_explicit(&histogram->max, memory_order_relaxed);

    while (value > max &&
           !atomic_compare_exchange_weak_explicit(&histogram->max, &max, value,
                                                  memory_order_relaxed, memory_order_relaxed))
        ;
    /* Released after the maximum, so that a reader never sees a value above it. */
    atomic_fetch_add_explicit(&histogram->buckets[bucket_of(value)], 1, memory_order_release);
}

uint64_t leat_histogram_count(const LeatHistogram *histogram)
{
    uint64_t count = 0;

    for (int i = 0; i < BUCKETS; i++)
        count += load_bucket(histogram, i);
    return count;
}

int64_t leat_histogram_max(const LeatHistogram *histogram)
{
    return atomic_load_explicit(&histogram->max, memory_order_relaxed);
}

int64_t leat_histogram_percentile(const LeatHistogram *histogram, double fraction)
{
    uint64_t count = leat_histogram_count(histogram);
    uint64_t seen = 0;
    double rank;
    uint64_t target;

    if (count == 0)
        return 0;
    /* 0.07 * 100 is a little above 7 in binary; the 7th value is meant, not the 8th. */
    rank = ceil(CLAMP(fraction, 0.0, 1.0) * (double)count * (1.0 - 1e-12));
    target = rank < 1.0 ? 1 : MIN((uint64_t)rank, count);
    for (int i = 0; i < BUCKETS; i++) {
        seen += load_bucket(histogram, i);
        if (seen >= target)
            return MIN(bucket_upper(i), leat_histogram_max(histogram));
    }
    return leat_histogram_max(histogram);
}

LeatHistogramSummary leat_histogram_summary(const LeatHistogram *histogram)
{
    LeatHistogramSummary summary = {.count = leat_histogram_count(histogram)};

    summary.p50 = (double)leat_histogram_percentile(histogram, 0.5) / LEAT_NS_PER_MS;
    summary.p99 = (double)leat_histogram_percentile(histogram, 0.99) / LEAT_NS_PER_MS;
    summary.max = (double)leat_histogram_max(histogram) / LEAT_NS_PER_MS;
    return summary;
}

int leat_histogram_next_bucket(const LeatHistogram *histogram, int index, int64_t *upper_ns,
                               uint64_t *count)
{
    for (int i = MAX(index, 0); i < BUCKETS; i++) {
        uint64_t content = load_bucket(histogram, i);

        if (content > 0) {
            *upper_ns = bucket_upper(i);
            *count = content;
            return i + 1;
        }
    }
    return -1;
}
