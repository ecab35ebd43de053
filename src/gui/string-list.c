/* SPDX-License-Identifier: MIT */
#include "gui/string-list.h"

static bool has(GtkStringList *list, guint from, guint count, const char *const *texts)
{
    for (guint i = 0; i < count; i++)
        if (!texts[i] || !g_str_equal(gtk_string_list_get_string(list, from + i), texts[i]))
            return false;
    return !texts[count];
}

bool leat_string_list_set(GtkStringList *list, guint from, const char *const *texts)
{
    guint count = g_list_model_get_n_items(G_LIST_MODEL(list)) - from;

    if (has(list, from, count, texts))
        return false;
    gtk_string_list_splice(list, from, count, texts);
    return true;
}
