/* SPDX-License-Identifier: MIT */
#include "cli/table.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

typedef struct {
    char *header;
    bool right;
    int width; /* columns of the terminal */
} Column;

struct LeatTable {
    GArray *columns;  /* Column */
    GPtrArray *cells; /* char *, row after row */
};

char *leat_table_plain(const char *text)
{
    char *valid = g_utf8_make_valid(text, -1);
    GString *plain = g_string_new(NULL);

    for (const char *p = valid; *p; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);

        g_string_append_unichar(plain, g_unichar_iscntrl(c) ? ' ' : c);
    }
    g_free(valid);
    return g_string_free(plain, FALSE);
}

static int text_width(const char *text)
{
    int width = 0;

    for (const char *p = text; *p; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);

        if (!g_unichar_iszerowidth(c))
            width += g_unichar_iswide(c) ? 2 : 1;
    }
    return width;
}

static void clear_column(void *data)
{
    Column *column = data;

    g_free(column->header);
}

LeatTable *leat_table_new(const char *header, ...)
{
    LeatTable *table = g_new0(LeatTable, 1);
    va_list more;

    table->columns = g_array_new(FALSE, TRUE, sizeof(Column));
    g_array_set_clear_func(table->columns, clear_column);
    table->cells = g_ptr_array_new_with_free_func(g_free);
    va_start(more, header);
    for (; header; header = va_arg(more, const char *)) {
        Column column = {.right = *header == '>'};

        column.header = g_strdup(column.right ? header + 1 : header);
        column.width = text_width(column.header);
        g_array_append_val(table->columns, column);
    }
    va_end(more);
    return table;
}

void leat_table_take(LeatTable *table, char *cell)
{
    guint i = table->cells->len % table->columns->len;
    Column *column = &g_array_index(table->columns, Column, i);
    char *plain = leat_table_plain(cell);

    column->width = MAX(column->width, text_width(plain));
    g_ptr_array_add(table->cells, plain);
    g_free(cell);
}

void leat_table_add(LeatTable *table, const char *cell)
{
    leat_table_take(table, g_strdup(cell));
}

void leat_table_add_count(LeatTable *table, int64_t count)
{
    leat_table_take(table, g_strdup_printf("%" G_GINT64_FORMAT, count));
}

static void append_cell(GString *line, const Column *column, const char *text, bool first)
{
    int padding = column->width - text_width(text);

    g_string_append_printf(line, "%s%*s%s%*s", first ? "" : "  ", column->right ? padding : 0, "",
                           text, column->right ? 0 : padding, "");
}

/* Adds the line to the text, without blanks at its end. */
static void end_line(GString *text, GString *line, const char *indent)
{
    g_strchomp(line->str);
    g_string_append_printf(text, "%s%s\n", indent, line->str);
    g_string_truncate(line, 0);
}

char *leat_table_text(LeatTable *table, const char *indent)
{
    guint width = table->columns->len;
    GString *line = g_string_new(NULL), *text = g_string_new(NULL);
    bool headed = false;

    g_assert(width > 0);
    for (guint i = 0; i < width; i++) {
        const Column *column = &g_array_index(table->columns, Column, i);

        headed |= *column->header != '\0';
        append_cell(line, column, column->header, i == 0);
    }
    if (headed)
        end_line(text, line, indent);
    g_string_truncate(line, 0);
    for (guint i = 0; i < table->cells->len; i++) {
        guint at = i % width;

        append_cell(line, &g_array_index(table->columns, Column, at),
                    g_ptr_array_index(table->cells, i), at == 0);
        if (at + 1 == width)
            end_line(text, line, indent);
    }
    g_string_free(line, TRUE);
    g_array_unref(table->columns);
    g_ptr_array_unref(table->cells);
    g_free(table);
    return g_string_free(text, FALSE);
}

void leat_table_print(LeatTable *table, const char *indent)
{
    char *text = leat_table_text(table, indent);

    fputs(text, stdout);
    g_free(text);
}
