/* SPDX-License-Identifier: MIT */
#include "gui/thread-list.h"

typedef struct {
    LeatThreadItem *item;
    int missed; /* updates since it was last seen alive */
} Row;

struct _LeatThreadList {
    GObject parent_instance;

    GArray *rows;
};

static GType get_item_type(GListModel *model)
{
    return LEAT_TYPE_THREAD_ITEM;
}

static guint get_n_items(GListModel *model)
{
    return LEAT_THREAD_LIST(model)->rows->len;
}

static gpointer get_item(GListModel *model, guint position)
{
    GArray *rows = LEAT_THREAD_LIST(model)->rows;

    return position < rows->len ? g_object_ref(g_array_index(rows, Row, position).item) : NULL;
}

static void list_model_init(GListModelInterface *interface)
{
    interface->get_item_type = get_item_type;
    interface->get_n_items = get_n_items;
    interface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE(LeatThreadList, leat_thread_list, G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(G_TYPE_LIST_MODEL, list_model_init))

static Row *find(LeatThreadList *list, const LeatThreadFact *fact)
{
    for (guint i = 0; i < list->rows->len; i++) {
        Row *row = &g_array_index(list->rows, Row, i);

        if (leat_thread_item_is_of(row->item, fact))
            return row;
    }
    return NULL;
}

static void append(LeatThreadList *list, const LeatThreadFact *fact)
{
    Row row = {.item = leat_thread_item_new(fact)};

    g_array_append_val(list->rows, row);
}

static void mourn(Row *row)
{
    LeatThreadFact fact = *leat_thread_item_fact(row->item);

    fact.info.state = LEAT_THREAD_DEAD;
    fact.share = 0;
    leat_thread_item_update(row->item, &fact);
}

static bool is_long_dead(LeatThreadList *list, guint position)
{
    return g_array_index(list->rows, Row, position).missed > LEAT_THREAD_LIST_MOURNS;
}

static void remove_rows(LeatThreadList *list, guint first, guint count)
{
    for (guint i = first; i < first + count; i++)
        g_object_unref(g_array_index(list->rows, Row, i).item);
    g_array_remove_range(list->rows, first, count);
    g_list_model_items_changed(G_LIST_MODEL(list), first, count, 0);
}

/* Those of a session stand together, and go together. */
static void remove_long_dead(LeatThreadList *list)
{
    guint end = list->rows->len;

    while (end > 0) {
        guint first = end;

        while (first > 0 && is_long_dead(list, first - 1))
            first--;
        if (first < end)
            remove_rows(list, first, end - first);
        end = MAX(first, 1) - 1;
    }
}

void leat_thread_list_update(LeatThreadList *list, const LeatThreadFact *facts, size_t count)
{
    guint before = list->rows->len;

    for (guint i = 0; i < before; i++)
        g_array_index(list->rows, Row, i).missed++;
    for (size_t i = 0; i < count; i++) {
        Row *row = find(list, &facts[i]);

        if (row) {
            leat_thread_item_update(row->item, &facts[i]);
            row->missed = 0;
        } else {
            append(list, &facts[i]);
        }
    }
    for (guint i = 0; i < before; i++)
        if (g_array_index(list->rows, Row, i).missed > 0)
            mourn(&g_array_index(list->rows, Row, i));
    /* All at once: each telling makes GTK lay its rows out. */
    if (list->rows->len > before)
        g_list_model_items_changed(G_LIST_MODEL(list), before, 0, list->rows->len - before);
    remove_long_dead(list);
}

static void leat_thread_list_finalize(GObject *object)
{
    GArray *rows = LEAT_THREAD_LIST(object)->rows;

    for (guint i = 0; i < rows->len; i++)
        g_object_unref(g_array_index(rows, Row, i).item);
    g_array_unref(rows);
    G_OBJECT_CLASS(leat_thread_list_parent_class)->finalize(object);
}

static void leat_thread_list_class_init(LeatThreadListClass *class)
{
    G_OBJECT_CLASS(class)->finalize = leat_thread_list_finalize;
}

static void leat_thread_list_init(LeatThreadList *list)
{
    list->rows = g_array_new(FALSE, FALSE, sizeof(Row));
}

LeatThreadList *leat_thread_list_new(void)
{
    return g_object_new(LEAT_TYPE_THREAD_LIST, NULL);
}
