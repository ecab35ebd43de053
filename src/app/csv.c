/* SPDX-License-Identifier: MIT */
#include "app/csv.h"

#include <string.h>

char *leat_csv_field(const char *text)
{
    GString *field;

    if (!strpbrk(text, ",\"\r\n"))
        return g_strdup(text);
    field = g_string_new("\"");
    for (const char *c = text; *c; c++) {
        if (*c == '"')
            g_string_append_c(field, '"');
        g_string_append_c(field, *c);
    }
    g_string_append_c(field, '"');
    return g_string_free(field, FALSE);
}

/* In quotes, after the first one; returns what follows the last. */
static const char *take_quoted(const char *c, GString *field)
{
    for (; *c; c++) {
        if (*c == '"' && c[1] != '"')
            return c + 1;
        if (*c == '"')
            c++;
        g_string_append_c(field, *c);
    }
    return c;
}

GPtrArray *leat_csv_line(const char **text)
{
    GPtrArray *fields;
    const char *c = *text;
    GString *field;

    if (!*c)
        return NULL;
    fields = g_ptr_array_new_with_free_func(g_free);
    field = g_string_new(NULL);
    for (; *c && *c != '\n'; c++) {
        if (*c == '"' && field->len == 0) {
            c = take_quoted(c + 1, field) - 1;
        } else if (*c == ',') {
            g_ptr_array_add(fields, g_string_free(field, FALSE));
            field = g_string_new(NULL);
        } else if (*c != '\r') {
            g_string_append_c(field, *c);
        }
    }
    g_ptr_array_add(fields, g_string_free(field, FALSE));
    *text = *c ? c + 1 : c;
    return fields;
}
