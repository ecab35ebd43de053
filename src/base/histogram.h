/* SPDX-License-Identifier: MIT */
/* A histogram of durations in ns: buckets in powers of two, each cut in 32 linear parts, so that
 * any reported value is within 1/32 (3.2 %) of a recorded one, from 1 ns to 292 years, in about
 * 15 kB and constant time (the scheme of Gil Tene's HdrHistogram). The maximum is exact.
 *
 * Recording takes no lock and may happen on any number of threads while others read; a reader sees
 * each value that was recorded before its call. */
#ifndef LEAT_BASE_HISTOGRAM_H
#define LEAT_BASE_HISTOGRAM_H

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

typedef struct LeatHistogram LeatHistogram;

/* The figures that the ledger prints, in ms. All 0 when nothing was recorded. */
typedef struct {
    uint64_t count;
    double p50, p99, max;
} LeatHistogramSummary;

LeatHistogram *leat_histogram_new(GError **error);
void leat_histogram_free(LeatHistogram *histogram);

/* Negative values count as 0. */
void leat_histogram_record(LeatHistogram *histogram, int64_t value_ns);

uint64_t leat_histogram_count(const LeatHistogram *histogram);
int64_t leat_histogram_max(const LeatHistogram *histogram);

/* The smallest bucket value that at least `fraction` (0 to 1) of the recorded values do not
 * exceed, never above the maximum; 0 when empty. */
int64_t leat_histogram_percentile(const LeatHistogram *histogram, double fraction);

LeatHistogramSummary leat_histogram_summary(const LeatHistogram *histogram);

/* Walks the non-empty buckets in order, for drawing: give the index 0 first and the returned one
 * after; -1 ends. `upper_ns` receives the bucket's largest value, `count` its content. */
int leat_histogram_next_bucket(const LeatHistogram *histogram, int index, int64_t *upper_ns,
                               uint64_t *count);

#endif
