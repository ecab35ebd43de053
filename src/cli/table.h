/* SPDX-License-Identifier: MIT */
/* Columns of text for people. What is printed comes from files and devices, so characters that
 * would command the terminal are made harmless. Main thread. */
#ifndef LEAT_CLI_TABLE_H
#define LEAT_CLI_TABLE_H

#include <glib.h>
#include <stdint.h>

typedef struct LeatTable LeatTable;

/* Headers, ended by NULL; one that starts with '>' heads a column of numbers, aligned right.
 * Headers that are all empty are not printed. */
LeatTable *leat_table_new(const char *header, ...) G_GNUC_NULL_TERMINATED;

/* Takes a cell, in order of columns and rows. Takes ownership of the text. */
void leat_table_take(LeatTable *table, char *cell);
void leat_table_add(LeatTable *table, const char *cell);
void leat_table_add_count(LeatTable *table, int64_t count);

/* Prints the rows on stdout, each after `indent`, and frees the table. */
void leat_table_print(LeatTable *table, const char *indent);

/* The same rows as a text, each ended by a new line; frees the table. Free with g_free. */
char *leat_table_text(LeatTable *table, const char *indent);

/* A copy that is one line of valid UTF-8 without control characters. Free with g_free. */
char *leat_table_plain(const char *text);

#endif
