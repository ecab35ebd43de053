/* SPDX-License-Identifier: MIT */
/* The two clocks. Any thread. */
#ifndef LEAT_BASE_CLOCK_H
#define LEAT_BASE_CLOCK_H

#include <stdint.h>

#define LEAT_NS_PER_MS INT64_C(1000000)
#define LEAT_NS_PER_S INT64_C(1000000000)

/* "Wait without limit", where a function takes a timeout in ns. */
#define LEAT_FOREVER INT64_MAX

/* CLOCK_MONOTONIC in ns: for intervals, capture times and deadlines. */
int64_t leat_clock_now_ns(void);

/* CLOCK_REALTIME in ns since 1970-01-01 UTC: for people. */
int64_t leat_clock_wall_ns(void);

/* The monotonic time `timeout_ns` from now, LEAT_FOREVER staying LEAT_FOREVER. */
int64_t leat_clock_deadline_ns(int64_t timeout_ns);

/* ISO 8601 in UTC with milliseconds ("2026-01-31T12:00:00.123Z"); free with g_free. */
char *leat_clock_format_wall(int64_t wall_ns);

#endif
