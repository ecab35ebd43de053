/* SPDX-License-Identifier: MIT */
#include "base/clock.h"

#include <glib.h>
#include <time.h>

static int64_t read_clock(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * LEAT_NS_PER_S + now.tv_nsec;
}

int64_t leat_clock_now_ns(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

int64_t leat_clock_wall_ns(void)
{
    return read_clock(CLOCK_REALTIME);
}

int64_t leat_clock_deadline_ns(int64_t timeout_ns)
{
    int64_t now = leat_clock_now_ns();

    if (timeout_ns <= 0)
        return now;
    /* A timeout so long that the sum would overflow is as good as none. */
    if (timeout_ns >= LEAT_FOREVER - now)
        return LEAT_FOREVER;
    return now + timeout_ns;
}

char *leat_clock_format_wall(int64_t wall_ns)
{
    int64_t seconds = wall_ns / LEAT_NS_PER_S;
    int64_t rest = wall_ns % LEAT_NS_PER_S;
    time_t time;
    struct tm utc;

    if (rest < 0) {
        rest += LEAT_NS_PER_S;
        seconds--;
    }
    time = (time_t)seconds;
    gmtime_r(&time, &utc);
    return g_strdup_printf("%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", utc.tm_year + 1900,
                           utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec,
                           (int)(rest / LEAT_NS_PER_MS));
}
