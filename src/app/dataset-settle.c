/* SPDX-License-Identifier: MIT */
/* Which frames the samples are. */
#include "app/dataset-internal.h"

/* Those that stay move up. */
static void leave_out_unsplit(LeatDataset *dataset)
{
    LeatStoredSample *frames = (LeatStoredSample *)(void *)dataset->frames->data;
    LeatSampleInfo *infos = (LeatSampleInfo *)(void *)dataset->infos->data;
    unsigned kept = 0;

    for (unsigned i = 0; i < dataset->frames->len; i++) {
        if (infos[i].split == LEAT_SPLIT_NONE)
            continue;
        frames[kept] = frames[i];
        infos[kept] = infos[i];
        kept++;
    }
    g_array_set_size(dataset->frames, kept);
    g_array_set_size(dataset->infos, kept);
}

static bool find_start(LeatStore *store, int64_t recording, int64_t *started_wall_ns,
                       GError **error)
{
    g_autoptr(LeatRecording) found = leat_store_find_id(store, recording, error);

    if (found)
        *started_wall_ns = found->started_wall_ns;
    return found != NULL;
}

static bool sum_frames(const LeatDataset *dataset, LeatStore *store, GChecksum *sum, GError **error)
{
    LeatSampleKey key = {0};

    for (guint i = 0; i < dataset->frames->len; i++) {
        const LeatStoredSample *frame = &g_array_index(dataset->frames, LeatStoredSample, i);

        if ((i == 0 || key.recording != frame->recording) &&
            !find_start(store, frame->recording, &key.started_wall_ns, error))
            return false;
        key.recording = frame->recording;
        key.seq = frame->seq;
        g_checksum_update(sum, (const guchar *)&key, sizeof(key));
    }
    return true;
}

void leat_dataset_offer_samples(LeatDataset *dataset, LeatSampleFunc read)
{
    dataset->samples = (LeatSamples){
        .count = dataset->frames->len,
        .infos = (const LeatSampleInfo *)(const void *)dataset->infos->data,
        .read = read,
        .data = dataset,
        .class_names = leat_dataset_labels(dataset),
    };
}

bool leat_dataset_settle_in(LeatDataset *dataset, LeatStore *store, GError **error)
{
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);

    if (dataset->frames_sha256)
        return true;
    leave_out_unsplit(dataset);
    if (!sum_frames(dataset, store, sum, error))
        return false;
    dataset->frames_sha256 = g_strdup(g_checksum_get_string(sum));
    leat_dataset_offer_samples(dataset, NULL);
    return true;
}

bool leat_dataset_settle(LeatDataset *dataset, GError **error)
{
    g_autoptr(LeatStore) store = leat_store_open(dataset->path, NULL, error);

    return store && leat_dataset_settle_in(dataset, store, error);
}
