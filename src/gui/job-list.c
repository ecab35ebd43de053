/* SPDX-License-Identifier: MIT */
#include "gui/job-list.h"

#include "app/job-record.h"
#include "base/log.h"

/* Those that have ended stay to be looked at, up to so many items in all. */
#define MAX_ITEMS 50

struct _LeatJobList {
    GObject parent_instance;

    GPtrArray *items;   /* LeatJobItem, the newest first */
    GPtrArray *records; /* LeatJobRecord, not yet written to their ends */
    char *library;
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

static guint settled_signal;

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

void leat_job_list_set_library(LeatJobList *list, const char *path)
{
    char *old = list->library;

    list->library = g_strdup(path);
    g_free(old);
}

static void tell_if_settled(LeatJobList *list)
{
    if (leat_job_list_is_settled(list))
        g_signal_emit(list, settled_signal, 0);
}

static void recorded(LeatJobRecord *record, const GError *error, void *data)
{
    LeatJobList *list = data;

    if (error)
        leat_log(LEAT_LOG_WARNING, "the job is not recorded: %s", error->message);
    g_ptr_array_remove_fast(list->records, record);
    tell_if_settled(list);
}

static void record(LeatJobList *list, LeatJob *job, const char *executor, unsigned workers)
{
    g_autoptr(GError) error = NULL;
    LeatJobRecord *row;

    if (!list->library)
        return;
    row = leat_job_record_new_if_there(list->library, job, leat_job_name(job), executor, workers,
                                       recorded, list, &error);
    if (row)
        g_ptr_array_add(list->records, row);
    else
        leat_log(LEAT_LOG_WARNING, "the job is not recorded: %s", error->message);
}

static LeatJobItem *add(LeatJobList *list, LeatJob *job, const char *title)
{
    LeatJobItem *item = leat_job_item_new(job, title);

    if (list->items->len >= MAX_ITEMS)
        forget_oldest(list);
    g_ptr_array_insert(list->items, 0, item);
    g_list_model_items_changed(G_LIST_MODEL(list), 0, 0, 1);
    g_signal_connect_object(item, "changed", G_CALLBACK(tell_if_settled), list, G_CONNECT_SWAPPED);
    return item;
}

LeatJobItem *leat_job_list_add(LeatJobList *list, LeatJob *job, const char *title)
{
    record(list, job, "", 0);
    return add(list, job, title);
}

LeatJobItem *leat_job_list_add_computation(LeatJobList *list, LeatJob *job, const char *title,
                                           const char *executor, unsigned workers)
{
    record(list, job, executor, workers);
    return add(list, job, title);
}

guint leat_job_list_count_active(LeatJobList *list)
{
    guint count = 0;

    for (guint i = 0; i < list->items->len; i++)
        count += leat_job_item_is_active(list->items->pdata[i]);
    return count;
}

bool leat_job_list_is_settled(LeatJobList *list)
{
    return list->records->len == 0 && leat_job_list_count_active(list) == 0;
}

static void leat_job_list_finalize(GObject *object)
{
    LeatJobList *list = LEAT_JOB_LIST(object);

    g_ptr_array_unref(list->records);
    g_ptr_array_unref(list->items);
    g_free(list->library);
    G_OBJECT_CLASS(leat_job_list_parent_class)->finalize(object);
}

static void leat_job_list_class_init(LeatJobListClass *class)
{
    G_OBJECT_CLASS(class)->finalize = leat_job_list_finalize;
    settled_signal = g_signal_new("settled", LEAT_TYPE_JOB_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 0);
}

static void leat_job_list_init(LeatJobList *list)
{
    list->items = g_ptr_array_new_with_free_func(g_object_unref);
    list->records = g_ptr_array_new_with_free_func((GDestroyNotify)leat_job_record_free);
}

LeatJobList *leat_job_list_new(void)
{
    return g_object_new(LEAT_TYPE_JOB_LIST, NULL);
}
