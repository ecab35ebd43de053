/* SPDX-License-Identifier: MIT */
/* The options of a session, set from text. */
#include "app/session.h"
#include "base/clock.h"
#include "base/error.h"

#include <glib.h>
#include <string.h>

static void test_defaults(void)
{
    LeatSessionOptions options;

    leat_session_options_init(&options);
    g_assert_null(options.source);
    g_assert_cmpint(options.concurrency, ==, LEAT_CONCURRENCY_THREADS);
    g_assert_cmpint(options.codec, ==, LEAT_CODEC_MJPEG);
    g_assert_false(options.pace_set);
    leat_session_options_clear(&options);
}

static void test_each_is_set(void)
{
    static const char *const texts[][2] = {
        {"source", "test:320x240@30"},
        {"size", "640x480"},
        {"rate", "30000/1001"},
        {"filter", "grey"},
        {"record", "a.leat"},
        {"name", "mouse"},
        {"record-rate", "5"},
        {"codec", "ffv1"},
        {"quality", "80"},
        {"duration", "2m"},
        {"frames", "1000"},
        {"concurrency", "none"},
        {"pace", "fast"},
        {"trace", "out.json"},
    };
    LeatSessionOptions options;

    leat_session_options_init(&options);
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        GError *error = NULL;

        g_assert_true(leat_session_options_set(&options, texts[i][0], texts[i][1], &error));
        g_assert_no_error(error);
    }
    g_assert_cmpint(options.source->kind, ==, LEAT_SOURCE_TEST);
    g_assert_cmpint(options.width, ==, 640);
    g_assert_cmpint(options.height, ==, 480);
    g_assert_cmpint(options.rate.num, ==, 30000);
    g_assert_cmpint(options.rate.den, ==, 1001);
    g_assert_cmpstr(options.filter, ==, "grey");
    g_assert_cmpstr(options.record, ==, "a.leat");
    g_assert_cmpstr(options.name, ==, "mouse");
    g_assert_cmpint(options.record_rate.num, ==, 5);
    g_assert_cmpint(options.codec, ==, LEAT_CODEC_FFV1);
    g_assert_cmpint(options.quality, ==, 80);
    g_assert_cmpint(options.duration_ns, ==, 120 * LEAT_NS_PER_S);
    g_assert_cmpint(options.frames, ==, 1000);
    g_assert_cmpint(options.concurrency, ==, LEAT_CONCURRENCY_NONE);
    g_assert_true(options.pace_set);
    g_assert_cmpint(options.pace, ==, LEAT_PACE_FAST);
    g_assert_cmpstr(options.trace, ==, "out.json");
    leat_session_options_clear(&options);
}

static void test_the_last_one_counts(void)
{
    LeatSessionOptions options;

    leat_session_options_init(&options);
    g_assert_true(leat_session_options_set(&options, "name", "one", NULL));
    g_assert_true(leat_session_options_set(&options, "name", "two", NULL));
    g_assert_true(leat_session_options_set(&options, "source", "test", NULL));
    g_assert_true(leat_session_options_set(&options, "source", "film.mp4", NULL));
    g_assert_cmpstr(options.name, ==, "two");
    g_assert_cmpint(options.source->kind, ==, LEAT_SOURCE_FILE);
    leat_session_options_clear(&options);
}

static void test_bad_text_is_named(void)
{
    static const char *const texts[][2] = {
        {"size", "0x0"},
        {"size", "100000x100000"},
        {"size", "640"},
        {"size", "-1x5"},
        {"rate", "0"},
        {"rate", "-5"},
        {"rate", "fast"},
        {"rate", "99999"},
        {"duration", "0"},
        {"duration", "ten"},
        {"duration", "-3s"},
        {"frames", "-1"},
        {"frames", "0"},
        {"frames", "1.5"},
        {"quality", "0"},
        {"quality", "101"},
        {"codec", "mpeg2"},
        {"pace", "slow"},
        {"concurrency", "2"},
        {"concurrency", "many"},
        {"source", ""},
        {"source", "test:0x0@30"},
        {"source", "test:9x9@0"},
        {"source", "test:100000x100000"},
        {"record-rate", ""},
        {"record-rate", "0"},
        {"no-such-option", "1"},
    };
    LeatSessionOptions options;

    leat_session_options_init(&options);
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        GError *error = NULL;

        g_assert_false(leat_session_options_set(&options, texts[i][0], texts[i][1], &error));
        g_assert_error(error, LEAT_ERROR, LEAT_ERROR_INVALID);
        g_assert_nonnull(strstr(error->message, texts[i][0]));
        g_error_free(error);
    }
    leat_session_options_clear(&options);
}

static void test_refused_text_changes_nothing(void)
{
    static const char *const good[][2] = {
        {"source", "test:64x48"}, {"size", "640x480"}, {"rate", "30"},     {"record-rate", "5"},
        {"codec", "ffv1"},        {"quality", "70"},   {"duration", "2s"}, {"frames", "9"},
        {"concurrency", "none"},  {"pace", "fast"},
    };
    static const char *const bad[][2] = {
        {"source", ""},        {"size", "640x"},   {"rate", "-1"},     {"record-rate", "0"},
        {"codec", "mpeg2"},    {"quality", "0"},   {"duration", "0s"}, {"frames", "9x"},
        {"concurrency", "on"}, {"pace", "faster"},
    };
    LeatSessionOptions options, before;

    leat_session_options_init(&options);
    for (size_t i = 0; i < G_N_ELEMENTS(good); i++)
        g_assert_true(leat_session_options_set(&options, good[i][0], good[i][1], NULL));
    before = options;
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
        g_assert_false(leat_session_options_set(&options, bad[i][0], bad[i][1], NULL));
    g_assert_true(options.source == before.source);
    g_assert_cmpint(options.width, ==, 640);
    g_assert_cmpint(options.height, ==, 480);
    g_assert_cmpint(options.rate.num, ==, before.rate.num);
    g_assert_cmpint(options.record_rate.num, ==, before.record_rate.num);
    g_assert_cmpint(options.codec, ==, LEAT_CODEC_FFV1);
    g_assert_cmpint(options.quality, ==, 70);
    g_assert_cmpint(options.duration_ns, ==, 2 * LEAT_NS_PER_S);
    g_assert_cmpint(options.frames, ==, 9);
    g_assert_cmpint(options.concurrency, ==, LEAT_CONCURRENCY_NONE);
    g_assert_cmpint(options.pace, ==, LEAT_PACE_FAST);
    g_assert_true(options.pace_set);
    leat_session_options_clear(&options);
}

static void test_clearing_gives_the_defaults_again(void)
{
    LeatSessionOptions options;

    leat_session_options_init(&options);
    g_assert_true(leat_session_options_set(&options, "record", "a.leat", NULL));
    g_assert_true(leat_session_options_set(&options, "concurrency", "none", NULL));
    leat_session_options_clear(&options);
    g_assert_null(options.record);
    g_assert_cmpint(options.concurrency, ==, LEAT_CONCURRENCY_THREADS);
    leat_session_options_clear(&options);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/session-options/have-defaults", test_defaults);
    g_test_add_func("/session-options/each-is-set-by-its-name", test_each_is_set);
    g_test_add_func("/session-options/the-last-one-counts", test_the_last_one_counts);
    g_test_add_func("/session-options/bad-text-is-refused-by-name", test_bad_text_is_named);
    g_test_add_func("/session-options/refused-text-changes-nothing",
                    test_refused_text_changes_nothing);
    g_test_add_func("/session-options/clearing-gives-the-defaults-again",
                    test_clearing_gives_the_defaults_again);
    return g_test_run();
}
