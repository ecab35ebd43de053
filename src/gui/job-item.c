/* SPDX-License-Identifier: MIT */
#include "gui/job-item.h"

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

bool leat_job_item_is_active(LeatJobItem *item)
{
    return item->job != NULL;
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

LeatJobItem *leat_job_item_new(LeatJob *job, const char *title)
{
    LeatJobItem *item = g_object_new(LEAT_TYPE_JOB_ITEM, NULL);

    item->title = g_strdup(title);
    item->job = job;
    item->info = leat_job_get_info(job);
    item->listener = (LeatJobListener){job_changed, job_completed, g_object_ref(item), NULL};
    leat_job_connect(job, &item->listener);
    return item;
}
