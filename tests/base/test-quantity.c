/* SPDX-License-Identifier: MIT */
#include "base/quantity.h"

#include "base/clock.h"
#include "base/error.h"

#include <string.h>

static void test_ticks_become_exact_nanoseconds(void)
{
    const LeatRational ninety_khz = {1, 90000}, ntsc = {1001, 30000}, ns = {1, 1000000000};

    g_assert_cmpint(leat_ticks_to_ns(90000, ninety_khz), ==, LEAT_NS_PER_S);
    g_assert_cmpint(leat_ticks_to_ns(1, ninety_khz), ==, 11111);
    g_assert_cmpint(leat_ticks_to_ns(1, ntsc), ==, 33366667);
    g_assert_cmpint(leat_ticks_to_ns(30000, ntsc), ==, 1001 * LEAT_NS_PER_S);
    g_assert_cmpint(leat_ticks_to_ns(INT64_C(123456789012345678), ns), ==,
                    INT64_C(123456789012345678));
    /* 200 years of 90 kHz: the product does not fit 64 bits. */
    g_assert_cmpint(leat_ticks_to_ns(INT64_C(6311520000) * 90000 + 1, ninety_khz), ==,
                    INT64_C(6311520000) * LEAT_NS_PER_S + 11111);
}

static void test_ties_round_away_from_zero(void)
{
    const LeatRational half = {1, 2000000000}, third = {1, INT32_MAX};

    g_assert_cmpint(leat_ticks_to_ns(1, half), ==, 1);
    g_assert_cmpint(leat_ticks_to_ns(-1, half), ==, -1);
    g_assert_cmpint(leat_ticks_to_ns(3, half), ==, 2);
    g_assert_cmpint(leat_ticks_to_ns(-3, half), ==, -2);
    g_assert_cmpint(leat_ticks_to_ns(1, third), ==, 0);
    g_assert_cmpint(leat_ticks_to_ns(0, half), ==, 0);
}

static void test_ticks_survive_the_way_to_nanoseconds_and_back(void)
{
    static const LeatRational bases[] = {
        {1, 90000}, {1001, 30000}, {1, 1000000}, {1, 44100}, {7, 3}};
    GRand *random = g_rand_new_with_seed(11);

    for (size_t b = 0; b < G_N_ELEMENTS(bases); b++) {
        for (int i = 0; i < 10000; i++) {
            int64_t ticks = (int64_t)g_rand_int(random) - INT32_MAX;

            g_assert_cmpint(leat_ns_to_ticks(leat_ticks_to_ns(ticks, bases[b]), bases[b]), ==,
                            ticks);
        }
    }
    g_rand_free(random);
}

static void test_what_does_not_fit_is_held_at_the_limit(void)
{
    g_assert_cmpint(leat_ticks_to_ns(INT64_MAX, (LeatRational){INT32_MAX, 1}), ==, INT64_MAX);
    g_assert_cmpint(leat_ticks_to_ns(INT64_MIN, (LeatRational){INT32_MAX, 1}), ==, INT64_MIN);
    g_assert_cmpint(leat_ns_to_ticks(INT64_MAX, (LeatRational){1, INT32_MAX}), ==, INT64_MAX);
}

static void test_size(void)
{
    static const char *const bad[] = {
        "",        "x",        "640",           "640x",     "x480",     "0x480",
        "640x0",   "-640x480", "+640x480",      " 640x480", "640x480 ", "640x480x3",
        "16385x1", "1x16385",  "100000x100000", "6.4x480",  "640X480",  "99999999999999999999x1"};
    GError *error = NULL;
    int width, height;

    g_assert_true(leat_parse_size("640x480", &width, &height, &error));
    g_assert_cmpint(width, ==, 640);
    g_assert_cmpint(height, ==, 480);
    g_assert_true(leat_parse_size("16384x1", &width, &height, NULL));
    g_assert_cmpint(width, ==, LEAT_MAX_EDGE);
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        width = height = 77;
        g_assert_false(leat_parse_size(bad[i], &width, &height, &error));
        g_assert_error(error, LEAT_ERROR, LEAT_ERROR_INVALID);
        g_assert_nonnull(strstr(error->message, "640x480"));
        g_assert_cmpint(width, ==, 77);
        g_clear_error(&error);
    }
}

static void test_rate(void)
{
    static const struct {
        const char *text;
        LeatRational rate;
    } good[] = {
        {"30", {30, 1}},
        {"29.97", {30000, 1001}},
        {"23.976", {24000, 1001}},
        {"59.94", {60000, 1001}},
        {"59.940", {60000, 1001}},
        {"30000/1001", {30000, 1001}},
        {"12.5", {25, 2}},
        {"0.1", {1, 10}},
        {"1000", {1000, 1}},
        {"60/2", {30, 1}},
        {".5", {1, 2}},
        {"2997/100", {2997, 100}},
        {"30.", {30, 1}},
        {"1/2147483647", {1, INT32_MAX}},
    };
    static const char *const bad[] = {"",
                                      "0",
                                      "0.0",
                                      "-1",
                                      "+1",
                                      "1001",
                                      "1000.001",
                                      "30/0",
                                      "0/1",
                                      "30/",
                                      "/1",
                                      "1/2/3",
                                      "1.5/2",
                                      "30fps",
                                      " 30",
                                      "30 ",
                                      "1e3",
                                      "nan",
                                      "inf",
                                      ".",
                                      "2001/2",
                                      "0.12345678901234567",
                                      "99999999999999999999",
                                      "1/2147483648"};
    GError *error = NULL;
    LeatRational rate;

    for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
        g_assert_true(leat_parse_rate(good[i].text, &rate, &error));
        g_assert_cmpint(rate.num, ==, good[i].rate.num);
        g_assert_cmpint(rate.den, ==, good[i].rate.den);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_assert_false(leat_parse_rate(bad[i], &rate, &error));
        g_assert_error(error, LEAT_ERROR, LEAT_ERROR_INVALID);
        g_clear_error(&error);
    }
}

static void test_duration(void)
{
    static const struct {
        const char *text;
        int64_t ns;
    } good[] = {
        {"500ms", 500 * LEAT_NS_PER_MS},
        {"10s", 10 * LEAT_NS_PER_S},
        {"2m", 120 * LEAT_NS_PER_S},
        {"1h", 3600 * LEAT_NS_PER_S},
        {"1.5s", 1500 * LEAT_NS_PER_MS},
        {"0.1", 100 * LEAT_NS_PER_MS},
        {"7", 7 * LEAT_NS_PER_S},
        {"0", 0},
        {"0.000000001s", 1},
        {"0.1h", 360 * LEAT_NS_PER_S},
        {"2562047h", INT64_C(2562047) * 3600 * LEAT_NS_PER_S},
    };
    static const char *const bad[] = {"",         "s",   "-1s",        "1 s",  "1d",
                                      "1sec",     "1s ", "1e3s",       "..1s", "1.2.3s",
                                      "2562048h", "nan", "10000000000"};
    GError *error = NULL;
    int64_t ns;

    for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
        g_assert_true(leat_parse_duration(good[i].text, &ns, &error));
        g_assert_cmpint(ns, ==, good[i].ns);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_assert_false(leat_parse_duration(bad[i], &ns, &error));
        g_assert_error(error, LEAT_ERROR, LEAT_ERROR_INVALID);
        g_clear_error(&error);
    }
}

static void test_integer(void)
{
    static const char *const bad[] = {
        "", "-", "1.0", " 1", "1 ", "+1", "0x10", "11", "-11", "--1", "99999999999999999999999"};
    GError *error = NULL;
    int64_t value;

    g_assert_true(leat_parse_integer("-10", -10, 10, &value, &error));
    g_assert_cmpint(value, ==, -10);
    g_assert_true(leat_parse_integer("010", -10, 10, &value, &error));
    g_assert_cmpint(value, ==, 10);
    g_assert_true(leat_parse_integer("-9223372036854775808", INT64_MIN, INT64_MAX, &value, &error));
    g_assert_cmpint(value, ==, INT64_MIN);
    g_assert_true(leat_parse_integer("9223372036854775807", INT64_MIN, INT64_MAX, &value, &error));
    g_assert_cmpint(value, ==, INT64_MAX);
    g_assert_false(leat_parse_integer("9223372036854775808", INT64_MIN, INT64_MAX, &value, NULL));
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_assert_false(leat_parse_integer(bad[i], -10, 10, &value, &error));
        g_assert_error(error, LEAT_ERROR, LEAT_ERROR_INVALID);
        g_assert_nonnull(strstr(error->message, "from -10 to 10"));
        g_clear_error(&error);
    }
}

static void test_bytes_are_written_for_people(void)
{
    static const struct {
        uint64_t bytes;
        const char *text;
    } cases[] = {
        {0, "0 B"},         {999, "999 B"},     {1000, "1.0 kB"},       {1449, "1.4 kB"},
        {1450, "1.5 kB"},   {9949, "9.9 kB"},   {9950, "10 kB"},        {812000, "812 kB"},
        {999499, "999 kB"}, {999500, "1.0 MB"}, {1400000000, "1.4 GB"}, {UINT64_MAX, "18 EB"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        char *text = leat_format_bytes(cases[i].bytes);

        g_assert_cmpstr(text, ==, cases[i].text);
        g_free(text);
    }
}

static void test_durations_are_written_for_people(void)
{
    static const struct {
        int64_t ns;
        const char *text;
    } cases[] = {
        {0, "0:00"},
        {7 * LEAT_NS_PER_S + 999999999, "0:07"},
        {62 * LEAT_NS_PER_S, "1:02"},
        {3723 * LEAT_NS_PER_S, "1:02:03"},
        {-7 * LEAT_NS_PER_S, "-0:07"},
        {-1, "0:00"},
        {INT64_MAX, "2562047:47:16"},
        {INT64_MIN, "-2562047:47:16"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        char *text = leat_format_duration(cases[i].ns);

        g_assert_cmpstr(text, ==, cases[i].text);
        g_free(text);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/quantity/ticks-become-exact-nanoseconds",
                    test_ticks_become_exact_nanoseconds);
    g_test_add_func("/quantity/ties-round-away-from-zero", test_ties_round_away_from_zero);
    g_test_add_func("/quantity/ticks-survive-the-way-to-nanoseconds-and-back",
                    test_ticks_survive_the_way_to_nanoseconds_and_back);
    g_test_add_func("/quantity/what-does-not-fit-is-held-at-the-limit",
                    test_what_does_not_fit_is_held_at_the_limit);
    g_test_add_func("/quantity/size-is-taken-whole-or-refused", test_size);
    g_test_add_func("/quantity/rate-is-an-exact-fraction-or-refused", test_rate);
    g_test_add_func("/quantity/duration-is-exact-or-refused", test_duration);
    g_test_add_func("/quantity/integer-is-in-range-or-refused", test_integer);
    g_test_add_func("/quantity/bytes-are-written-for-people", test_bytes_are_written_for_people);
    g_test_add_func("/quantity/durations-are-written-for-people",
                    test_durations_are_written_for_people);
    return g_test_run();
}
