/* SPDX-License-Identifier: MIT */
#include "gui/mode-rows.h"

#include "gui/mode-choice.h"
#include "gui/string-list.h"

typedef struct {
    AdwComboRow *row;
    char *(*text_of)(const char *);
    char **texts; /* of its entries but the first */
} Row;

struct LeatModeRows {
    Row size, rate;
    LeatModeRowsFunc chosen;
    void *data;
    char **formats; /* NULL: not known */
    bool filling;   /* a list changes, not the user's mind */
};

/* NULL for as it comes. */
static const char *chosen_of(const Row *row)
{
    guint selected = adw_combo_row_get_selected(row->row);

    if (!row->texts || selected == 0 || selected > g_strv_length(row->texts))
        return NULL;
    return row->texts[selected - 1];
}

/* Takes the texts. */
static void fill(LeatModeRows *rows, Row *row, char **texts)
{
    GtkStringList *names = GTK_STRING_LIST(adw_combo_row_get_model(row->row));
    g_autofree char *chosen = g_strdup(chosen_of(row));
    g_auto(GStrv) shown = g_new0(char *, g_strv_length(texts) + 1);
    guint selected = 0;

    for (guint i = 0; texts[i]; i++) {
        shown[i] = row->text_of(texts[i]);
        if (chosen && g_str_equal(texts[i], chosen))
            selected = i + 1;
    }
    rows->filling = true;
    leat_string_list_set(names, 1, (const char *const *)shown);
    g_strfreev(row->texts);
    row->texts = texts;
    adw_combo_row_set_selected(row->row, selected);
    rows->filling = false;
}

static const char *const *formats_of(const LeatModeRows *rows)
{
    return (const char *const *)rows->formats;
}

static void tell(LeatModeRows *rows)
{
    const char *size = chosen_of(&rows->size), *speed = chosen_of(&rows->rate);
    LeatRational rate = {0, 0};
    int width = 0, height = 0;

    if (size)
        leat_parse_size(size, &width, &height, NULL);
    if (speed)
        leat_parse_rate(speed, &rate, NULL);
    rows->chosen(width, height, rate, rows->data);
}

static void offer_rates(LeatModeRows *rows)
{
    fill(rows, &rows->rate, leat_mode_rates(formats_of(rows), chosen_of(&rows->size)));
}

static void size_selected(LeatModeRows *rows)
{
    if (rows->filling)
        return;
    offer_rates(rows);
    tell(rows);
}

static void rate_selected(LeatModeRows *rows)
{
    if (!rows->filling)
        tell(rows);
}

static bool is_offered(const LeatModeRows *rows, const char *const *formats)
{
    if (!rows->size.texts)
        return false;
    return rows->formats && formats ? g_strv_equal(formats_of(rows), formats)
                                    : !rows->formats && !formats;
}

void leat_mode_rows_offer(LeatModeRows *rows, const char *const *formats)
{
    if (is_offered(rows, formats))
        return;
    g_strfreev(rows->formats);
    rows->formats = g_strdupv((char **)(uintptr_t)formats);
    fill(rows, &rows->size, leat_mode_sizes(formats_of(rows)));
    offer_rates(rows);
    tell(rows);
}

LeatModeRows *leat_mode_rows_new(AdwComboRow *size_row, AdwComboRow *rate_row,
                                 LeatModeRowsFunc chosen, void *data)
{
    LeatModeRows *rows = g_new0(LeatModeRows, 1);

    rows->size = (Row){size_row, leat_mode_size_text, NULL};
    rows->rate = (Row){rate_row, leat_mode_rate_text, NULL};
    rows->chosen = chosen;
    rows->data = data;
    g_signal_connect_swapped(size_row, "notify::selected", G_CALLBACK(size_selected), rows);
    g_signal_connect_swapped(rate_row, "notify::selected", G_CALLBACK(rate_selected), rows);
    return rows;
}

void leat_mode_rows_free(LeatModeRows *rows)
{
    if (!rows)
        return;
    g_signal_handlers_disconnect_by_data(rows->size.row, rows);
    g_signal_handlers_disconnect_by_data(rows->rate.row, rows);
    g_strfreev(rows->size.texts);
    g_strfreev(rows->rate.texts);
    g_strfreev(rows->formats);
    g_free(rows);
}
