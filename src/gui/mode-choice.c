/* SPDX-License-Identifier: MIT */
#include "gui/mode-choice.h"

#include "base/quantity.h"

#include <glib/gi18n.h>
#include <string.h>

static const char *const common_sizes[] = {"1920x1080", "1280x720", "960x540",
                                           "640x480",   "320x240",  NULL};
static const char *const common_rates[] = {"60", "30", "25", "15", "10", "5", "1", NULL};

static double area(const char *size)
{
    int width = 0, height = 0;

    leat_parse_size(size, &width, &height, NULL);
    return (double)width * height;
}

static double speed(const char *rate)
{
    LeatRational value = {0, 1};

    leat_parse_rate(rate, &value, NULL);
    return leat_rational_is_set(value) ? leat_rational_value(value) : 0;
}

static int by_area(const void *a, const void *b)
{
    double first = area(*(const char *const *)a), second = area(*(const char *const *)b);

    return (first < second) - (first > second);
}

static int by_speed(const void *a, const void *b)
{
    double first = speed(*(const char *const *)a), second = speed(*(const char *const *)b);

    return (first < second) - (first > second);
}

/* Takes `text`; what cannot be used, or is there already, is left out. */
static void add(GPtrArray *list, char *text, double value)
{
    if (value > 0 && !g_ptr_array_find_with_equal_func(list, text, g_str_equal, NULL))
        g_ptr_array_add(list, text);
    else
        g_free(text);
}

static char **finish(GPtrArray *list, GCompareFunc compare)
{
    g_ptr_array_sort(list, compare);
    g_ptr_array_add(list, NULL);
    return (char **)g_ptr_array_free(list, FALSE);
}

char **leat_mode_sizes(const char *const *formats)
{
    GPtrArray *list = g_ptr_array_new();

    if (!formats)
        return g_strdupv((char **)common_sizes);
    for (; *formats; formats++) {
        const char *size = strchr(*formats, ' ');
        const char *end = size ? strchr(size, '@') : NULL;
        char *text = end ? g_strndup(size + 1, (gsize)(end - size - 1)) : NULL;

        if (text)
            add(list, text, area(text));
    }
    return finish(list, by_area);
}

char **leat_mode_rates(const char *const *formats, const char *size)
{
    GPtrArray *list = g_ptr_array_new();
    g_autofree char *infix = size ? g_strdup_printf(" %s@", size) : g_strdup("@");

    if (!formats)
        return g_strdupv((char **)common_rates);
    for (; *formats; formats++) {
        const char *found = strstr(*formats, infix);

        if (found)
            add(list, g_strdup(found + strlen(infix)), speed(found + strlen(infix)));
    }
    return finish(list, by_speed);
}

char *leat_mode_size_text(const char *size)
{
    int width = 0, height = 0;

    leat_parse_size(size, &width, &height, NULL);
    return g_strdup_printf(_("%d × %d"), width, height);
}

char *leat_mode_rate_text(const char *rate)
{
    return g_strdup_printf(_("%.4g frames/s"), speed(rate));
}
