/* SPDX-License-Identifier: MIT */
/* Finds filters in the text of a graph: descriptions are parted by ',' and ';', may have labels in
 * brackets around them, and quote with '' and \. */
#include "media/filter-internal.h"

#include <string.h>

static const char *skip_space(const char *text)
{
    return text + strspn(text, " \n\t\r");
}

static const char *skip_labels(const char *text)
{
    text = skip_space(text);
    while (*text == '[') {
        const char *end = strchr(text, ']');
        if (!end)
            return text + strlen(text);
        text = skip_space(end + 1);
    }
    return text;
}

/* The end of a description that starts here. */
static const char *skip_description(const char *text)
{
    bool quoted = false;
    for (; *text; text++) {
        if (*text == '\\' && !quoted) {
            if (!*++text)
                return text;
        } else if (*text == '\'') {
            quoted = !quoted;
        } else if (!quoted && strchr(",;[", *text)) {
            return text;
        }
    }
    return text;
}

int leat_filter_place(const char *text, int index, int *length)
{
    const char *at = skip_space(text);
    if (g_str_has_prefix(at, "sws_flags=")) {
        const char *end = strchr(at, ';');
        at = end ? end + 1 : at + strlen(at);
    }
    for (;;) {
        at = skip_labels(at);
        const char *end = skip_description(at);
        if (index-- == 0) {
            *length = (int)(end - at);
            return (int)(at - text);
        }
        at = skip_labels(end);
        if (*at != ',' && *at != ';')
            return -1;
        at++;
    }
}
