/* SPDX-License-Identifier: MIT */
#include "base/quantity.h"

#include "base/clock.h"
#include "base/error.h"

#include <stdlib.h>
#include <string.h>

typedef __int128 Wide;

/* value / divisor to nearest, ties away from zero, held within int64_t. */
static int64_t divide_rounded(Wide value, Wide divisor)
{
    Wide half = divisor / 2;
    Wide result;

    if (value >= 0)
        result = (value + half) / divisor;
    else
        result = -((-value + half) / divisor);
    return (int64_t)CLAMP(result, INT64_MIN, INT64_MAX);
}

int64_t leat_ticks_to_ns(int64_t ticks, LeatRational time_base)
{
    g_assert(leat_rational_is_set(time_base));
    return divide_rounded((Wide)ticks * time_base.num * LEAT_NS_PER_S, time_base.den);
}

int64_t leat_ns_to_ticks(int64_t ns, LeatRational time_base)
{
    g_assert(leat_rational_is_set(time_base));
    return divide_rounded((Wide)ns * time_base.den, (Wide)time_base.num * LEAT_NS_PER_S);
}

/* Digits with at most one point among them: the number is *digits / *scale. NULL unless there is
 * a digit, and at most 18 of them so that nothing overflows; else the first byte after. */
static const char *read_decimal(const char *text, int64_t *digits, int64_t *scale)
{
    int count = 0;
    bool point = false;

    *digits = 0;
    *scale = 1;
    for (;; text++) {
        if (g_ascii_isdigit(*text)) {
            if (++count > 18)
                return NULL;
            *digits = *digits * 10 + (*text - '0');
            if (point)
                *scale *= 10;
        } else if (*text == '.' && !point) {
            point = true;
        } else {
            return count > 0 ? text : NULL;
        }
    }
}

/* Digits only, from 1 to max; else NULL. */
static const char *read_whole(const char *text, int64_t max, int64_t *value)
{
    int64_t scale;
    const char *end = read_decimal(text, value, &scale);

    if (!end || memchr(text, '.', (size_t)(end - text)) || *value < 1 || *value > max)
        return NULL;
    return end;
}

bool leat_parse_size(const char *text, int *width, int *height, GError **error)
{
    int64_t w, h;
    const char *end = read_whole(text, LEAT_MAX_EDGE, &w);

    if (end && *end == 'x')
        end = read_whole(end + 1, LEAT_MAX_EDGE, &h);
    else
        end = NULL;
    if (!end || *end) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                    "'%s' is not a size; write WIDTHxHEIGHT in pixels, such as 640x480, each from "
                    "1 to %d",
                    text, LEAT_MAX_EDGE);
        return false;
    }
    *width = (int)w;
    *height = (int)h;
    return true;
}

/* People write three of the NTSC rates rounded; the rates themselves are these. */
static const struct {
    LeatRational written, meant;
} ntsc_rates[] = {
    {{2997, 125}, {24000, 1001}},
    {{2997, 100}, {30000, 1001}},
    {{2997, 50}, {60000, 1001}},
};

static int64_t common_divisor(int64_t a, int64_t b)
{
    while (b) {
        int64_t rest = a % b;

        a = b;
        b = rest;
    }
    return a;
}

static bool read_rate(const char *text, LeatRational *rate)
{
    int64_t num, den, divisor;
    const char *end = read_decimal(text, &num, &den);
    bool decimal;

    if (!end)
        return false;
    decimal = den > 1;
    if (*end == '/') {
        if (memchr(text, '.', (size_t)(end - text)))
            return false;
        end = read_whole(end + 1, INT32_MAX, &den);
        if (!end)
            return false;
    }
    if (*end || num < 1 || num / LEAT_MAX_RATE > den ||
        (num / LEAT_MAX_RATE == den && num % LEAT_MAX_RATE))
        return false;
    divisor = common_divisor(num, den);
    num /= divisor;
    den /= divisor;
    if (num > INT32_MAX || den > INT32_MAX)
        return false;
    *rate = (LeatRational){(int)num, (int)den};
    for (size_t i = 0; decimal && i < G_N_ELEMENTS(ntsc_rates); i++)
        if (num == ntsc_rates[i].written.num && den == ntsc_rates[i].written.den)
            *rate = ntsc_rates[i].meant;
    return true;
}

bool leat_parse_rate(const char *text, LeatRational *rate, GError **error)
{
    if (read_rate(text, rate))
        return true;
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                "'%s' is not a rate; write frames per second, such as 30, 29.97 or 30000/1001, "
                "above 0 and up to %d",
                text, LEAT_MAX_RATE);
    return false;
}

static const struct {
    const char *name;
    int64_t ns;
} duration_units[] = {
    {"", LEAT_NS_PER_S},       {"ms", LEAT_NS_PER_MS},      {"s", LEAT_NS_PER_S},
    {"m", 60 * LEAT_NS_PER_S}, {"h", 3600 * LEAT_NS_PER_S},
};

bool leat_parse_duration(const char *text, int64_t *ns, GError **error)
{
    int64_t digits, scale;
    const char *end = read_decimal(text, &digits, &scale);

    for (size_t i = 0; end && i < G_N_ELEMENTS(duration_units); i++) {
        if (strcmp(end, duration_units[i].name) == 0) {
            int64_t value = divide_rounded((Wide)digits * duration_units[i].ns, scale);

            if (value == LEAT_FOREVER)
                break; /* out of range, and not to be taken for "no limit" */
            *ns = value;
            return true;
        }
    }
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                "'%s' is not a length of time; write a number with ms, s, m or h, such as 500ms, "
                "10s, 2m or 1.5h, of at most 292 years",
                text);
    return false;
}

bool leat_parse_integer(const char *text, int64_t min, int64_t max, int64_t *value, GError **error)
{
    const char *digits = *text == '-' ? text + 1 : text;
    guint64 magnitude = 0;
    bool fits = *digits != '\0';

    for (; fits && *digits; digits++) {
        fits = g_ascii_isdigit(*digits) && g_uint64_checked_mul(&magnitude, magnitude, 10) &&
               g_uint64_checked_add(&magnitude, magnitude, (guint64)(*digits - '0'));
    }
    if (fits) {
        Wide number = *text == '-' ? -(Wide)magnitude : (Wide)magnitude;

        if (number >= min && number <= max) {
            *value = (int64_t)number;
            return true;
        }
    }
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                "'%s' is not a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, text,
                min, max);
    return false;
}

char *leat_format_bytes(uint64_t bytes)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    uint64_t unit = 1;
    size_t i = 0;

    /* The next unit takes over where this one would round up to 1000. */
    while (i + 1 < G_N_ELEMENTS(units) && bytes / unit >= 1000 - (i > 0) &&
           (bytes / unit >= 1000 || bytes % unit >= unit / 2)) {
        unit *= 1000;
        i++;
    }
    if (i > 0) {
        uint64_t tenths = bytes / (unit / 10) + (bytes % (unit / 10) >= unit / 20);

        if (tenths < 100)
            return g_strdup_printf("%d.%d %s", (int)(tenths / 10), (int)(tenths % 10), units[i]);
        return g_strdup_printf("%d %s", (int)(bytes / unit + (bytes % unit >= unit / 2)), units[i]);
    }
    return g_strdup_printf("%d B", (int)bytes);
}

char *leat_format_duration(int64_t ns)
{
    const char *sign = ns <= -LEAT_NS_PER_S ? "-" : "";
    int64_t seconds = ABS(ns / LEAT_NS_PER_S);
    int hours = (int)(seconds / 3600), minutes = (int)(seconds / 60 % 60);

    if (hours > 0)
        return g_strdup_printf("%s%d:%02d:%02d", sign, hours, minutes, (int)(seconds % 60));
    return g_strdup_printf("%s%d:%02d", sign, minutes, (int)(seconds % 60));
}
