/* SPDX-License-Identifier: MIT */
#include "base/clock.h"

#include <glib.h>
#include <time.h>

static void test_monotonic_time_never_steps_back(void)
{
    int64_t last = leat_clock_now_ns();

    for (int i = 0; i < 10000; i++) {
        int64_t now = leat_clock_now_ns();

        g_assert_cmpint(now, >=, last);
        last = now;
    }
}

static void test_wall_time_is_the_systems(void)
{
    int64_t before = (int64_t)time(NULL) - 1, wall = leat_clock_wall_ns() / LEAT_NS_PER_S;

    g_assert_cmpint(wall, >=, before);
    g_assert_cmpint(wall, <=, (int64_t)time(NULL) + 1);
}

static void test_deadline_is_now_plus_the_timeout(void)
{
    int64_t now = leat_clock_now_ns(), deadline = leat_clock_deadline_ns(5 * LEAT_NS_PER_S);

    g_assert_cmpint(deadline, >=, now + 5 * LEAT_NS_PER_S);
    g_assert_cmpint(deadline, <=, leat_clock_now_ns() + 5 * LEAT_NS_PER_S);
}

static void test_deadline_without_limit_stays_so(void)
{
    g_assert_cmpint(leat_clock_deadline_ns(LEAT_FOREVER), ==, LEAT_FOREVER);
    g_assert_cmpint(leat_clock_deadline_ns(LEAT_FOREVER - 1), ==, LEAT_FOREVER);
}

static void test_deadline_of_a_negative_timeout_is_now(void)
{
    int64_t now = leat_clock_now_ns();

    g_assert_cmpint(leat_clock_deadline_ns(-LEAT_NS_PER_S), >=, now);
    g_assert_cmpint(leat_clock_deadline_ns(INT64_MIN), <=, leat_clock_now_ns());
}

static void check_format(int64_t ns, const char *expected)
{
    char *text = leat_clock_format_wall(ns);

    g_assert_cmpstr(text, ==, expected);
    g_free(text);
}

static void test_wall_time_is_written_in_utc(void)
{
    check_format(0, "1970-01-01T00:00:00.000Z");
    check_format(INT64_C(1769860800123456789), "2026-01-31T12:00:00.123Z");
    check_format(INT64_C(951827696999999999), "2000-02-29T12:34:56.999Z");
    check_format(-1, "1969-12-31T23:59:59.999Z");
    check_format(INT64_MAX, "2262-04-11T23:47:16.854Z");
    check_format(INT64_MIN, "1677-09-21T00:12:43.145Z");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/clock/monotonic-time-never-steps-back", test_monotonic_time_never_steps_back);
    g_test_add_func("/clock/wall-time-is-the-systems", test_wall_time_is_the_systems);
    g_test_add_func("/clock/deadline-is-now-plus-the-timeout",
                    test_deadline_is_now_plus_the_timeout);
    g_test_add_func("/clock/deadline-without-limit-stays-so", test_deadline_without_limit_stays_so);
    g_test_add_func("/clock/deadline-of-a-negative-timeout-is-now",
                    test_deadline_of_a_negative_timeout_is_now);
    g_test_add_func("/clock/wall-time-is-written-in-utc", test_wall_time_is_written_in_utc);
    return g_test_run();
}
