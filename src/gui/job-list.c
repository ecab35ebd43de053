/* SPDX-License-Identifier: MIT */
#include "gui/job-list.h"

/* Those that have ended stay to be looked at, up to so many items in all. */
#define MAX_ITEMS 50

struct _LeatJobList {
    GObject parent_instance;

    GPtrArray *items; /* LeatJobItem, the newest first */
};

static GType get_item_type(GListModel *model)
{
    return LEAT_TYPE_JOB_ITEM;
}

static guint get_n_items(GListModel *model)
{
    return LEAT_JOB_LIST(model)->items->len;
}

static gpointer get_item(GListModel *model, guint position)
{
    GPtrArray *items = LEAT_JOB_LIST(model)->items;

    return position < items->len ? g_object_ref(items->pdata[position]) : NULL;
}

static void list_model_init(GListModelInterface *interface)
{
    interface->get_item_type = get_item_type;
    interface->get_n_items = get_n_items;
    interface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE(LeatJobList, leat_job_list, G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(G_TYPE_LIST_MODEL, list_model_init))

static void forget_oldest(LeatJobList *list)
{
    for (guint i = list->items->len; i-- > 0;) {
        LeatJobItem *item = list->items->pdata[i];

        if (!leat_job_item_is_active(item)) {
            g_ptr_array_remove_index(list->items, i);
            g_list_model_items_changed(G_LIST_MODEL(list), i, 1, 0);
            return;
        }
    }
}

LeatJobItem *leat_job_list_add(LeatJobList *list, LeatJob *job, const char *title)
{
    LeatJobItem *item = leat_job_item_new(job, title);

    if (list->items->len >= MAX_ITEMS)
        forget_oldest(list);
    g_ptr_array_insert(list->items, 0, item);
    g_list_model_items_changed(G_LIST_MODEL(list), 0, 0, 1);
    return item;
}

guint leat_job_list_count_active(LeatJobList *list)
{
    guint count = 0;

    for (guint i = 0; i < list->items->len; i++)
        count += leat_job_item_is_active(list->items->pdata[i]);
    return count;
}

static void leat_job_list_finalize(GObject *object)
{
    g_ptr_array_unref(LEAT_JOB_LIST(object)->items);
    G_OBJECT_CLASS(leat_job_list_parent_class)->finalize(object);
}

static void leat_job_list_class_init(LeatJobListClass *class)
{
    G_OBJECT_CLASS(class)->finalize = leat_job_list_finalize;
}

static void leat_job_list_init(LeatJobList *list)
{
    list->items = g_ptr_array_new_with_free_func(g_object_unref);
}

LeatJobList *leat_job_list_new(void)
{
    return g_object_new(LEAT_TYPE_JOB_LIST, NULL);
}
