/* SPDX-License-Identifier: MIT */
/* Quantities as people write them: sizes, rates, durations, byte counts. Any thread; no state.
 * Parsers accept the whole text or nothing and say in the error what would be accepted. */
#ifndef LEAT_BASE_QUANTITY_H
#define LEAT_BASE_QUANTITY_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* The largest picture edge that Leat accepts, px; also the bound of most codecs. */
#define LEAT_MAX_EDGE 16384

/* The highest rate that Leat accepts, frames/s. */
#define LEAT_MAX_RATE 1000

/* A rational number: a rate in frames/s, or a time base in s. {0, 0} or {0, 1} means "not given".
 */
typedef struct {
    int num, den;
} LeatRational;

static inline bool leat_rational_is_set(LeatRational r)
{
    return r.num > 0 && r.den > 0;
}

static inline double leat_rational_value(LeatRational r)
{
    return r.den ? (double)r.num / r.den : 0.0;
}

/* ticks * time_base in ns, rounded to nearest, ties away from zero, without overflow for any span
 * of under 292 years. The time base must be set. */
int64_t leat_ticks_to_ns(int64_t ticks, LeatRational time_base);
int64_t leat_ns_to_ticks(int64_t ns, LeatRational time_base);

/* "640x480": both edges 1 to LEAT_MAX_EDGE px. */
bool leat_parse_size(const char *text, int *width, int *height, GError **error);

/* "30", "29.97", "30000/1001": above 0, up to LEAT_MAX_RATE frames/s. Decimals become the exact
 * fraction, but 23.976, 29.97 and 59.94 the NTSC rates they stand for. */
bool leat_parse_rate(const char *text, LeatRational *rate, GError **error);

/* "500ms", "10s", "2m", "1h", "1.5s"; a bare number is seconds. At least 0, in ns. */
bool leat_parse_duration(const char *text, int64_t *ns, GError **error);

/* A whole number from min to max. */
bool leat_parse_integer(const char *text, int64_t min, int64_t max, int64_t *value, GError **error);

/* "812 kB", "1.4 GB" (powers of 1000); "1:02:03", "0:07". Free with g_free. */
char *leat_format_bytes(uint64_t bytes);
char *leat_format_duration(int64_t ns);

#endif
