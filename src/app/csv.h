/* SPDX-License-Identifier: MIT */
/* Comma-separated values after RFC 4180, in memory. Any thread; no state. */
#ifndef LEAT_APP_CSV_H
#define LEAT_APP_CSV_H

#include <glib.h>

/* The text as a field, in quotes where it needs them. Free with g_free. */
char *leat_csv_field(const char *text);

/* The fields of the line at `*text`, which is moved on to the next one: char *, free with
 * g_ptr_array_unref. NULL at the end of the text. */
GPtrArray *leat_csv_line(const char **text);

#endif
