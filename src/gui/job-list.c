/* SPDX-License-Identifier: MIT */
#include "gui/job-list.h"

/* Those that have ended stay to be looked at, up to so many items in all. */
#define MAX_ITEMS 50

struct _LeatJobItem {
    GObject parent_instance;

    char *title;
    LeatJob *job; /* NULL once it has completed */
    LeatJobListener listener;
    LeatJobInfo info;
    char *error;
};

G_DEFINE_FINAL_TYPE(LeatJobItem, leat_job_item, G_TYPE_OBJECT)

static guint changed_signal;

const char *leat_job_item_title(LeatJobItem *item)
{
    return item->title;
}

LeatJobInfo leat_job_item_info(LeatJobItem *item)
{
    return item->info;
}

const char *leat_job_item_error(LeatJobItem *item)
{
    return item->error;
}

void leat_job_item_cancel(LeatJobItem *item)
{
    if (item->job)
        leat_job_cancel(item->job);
}

static void job_changed(LeatJob *job, const LeatJobInfo *info, void *data)
{
    LeatJobItem *item = data;

    item->info = *info;
    g_signal_emit(item, changed_signal, 0);
}

static void job_completed(LeatJob *job, const LeatJobInfo *info, const GError *error, void *data)
{
    LeatJobItem *item = data;

    leat_job_disconnect(job, &item->listener);
    item->job = NULL;
    item->info = *info;
    if (error && info->state == LEAT_JOB_FAILED)
        item->error = g_strdup(error->message);
    g_signal_emit(item, changed_signal, 0);
    /* The reference that kept the listener's memory. */
    g_object_unref(item);
}

static void leat_job_item_finalize(GObject *object)
{
    LeatJobItem *item = LEAT_JOB_ITEM(object);

    g_free(item->title);
    g_free(item->error);
    G_OBJECT_CLASS(leat_job_item_parent_class)->finalize(object);
}

static void leat_job_item_class_init(LeatJobItemClass *class)
{
    G_OBJECT_CLASS(class)->finalize = leat_job_item_finalize;
    changed_signal = g_signal_new("changed", LEAT_TYPE_JOB_ITEM, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 0);
}

static void leat_job_item_init(LeatJobItem *item)
{
}

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

        if (!item->job) {
            g_ptr_array_remove_index(list->items, i);
            g_list_model_items_changed(G_LIST_MODEL(list), i, 1, 0);
            return;
        }
    }
}

LeatJobItem *leat_job_list_add(LeatJobList *list, LeatJob *job, const char *title)
{
    LeatJobItem *item = g_object_new(LEAT_TYPE_JOB_ITEM, NULL);

    item->title = g_strdup(title);
    item->job = job;
    item->info = leat_job_get_info(job);
    item->listener = (LeatJobListener){job_changed, job_completed, g_object_ref(item), NULL};
    leat_job_connect(job, &item->listener);
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
        count += ((LeatJobItem *)list->items->pdata[i])->job != NULL;
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
