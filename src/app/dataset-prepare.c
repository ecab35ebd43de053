/* SPDX-License-Identifier: MIT */
/* From frames to samples in the cache. */
#include "app/dataset-internal.h"
#include "app/frame-reader.h"
#include "app/sample-frame.h"
#include "base/error.h"
#include "base/log.h"

/* How often progress is told, samples. */
#define PROGRESS_STEP 16

typedef struct {
    LeatDataset *dataset;
    LeatStore *store;
    LeatCancel *cancel;
    LeatScaler *scaler;
    LeatRecording *recording; /* of the reader, or NULL */
    LeatFrameReader *reader;  /* opened with the first frame that is not in the cache */
    uint8_t pixels[LEAT_SAMPLE_BYTES];
} Preparation;

static void close_recording(Preparation *preparation)
{
    g_clear_pointer(&preparation->reader, leat_frame_reader_free);
    g_clear_pointer(&preparation->recording, leat_recording_free);
}

static bool open_recording(Preparation *preparation, int64_t id, GError **error)
{
    if (preparation->recording && preparation->recording->id == id)
        return true;
    close_recording(preparation);
    preparation->recording = leat_store_find_id(preparation->store, id, error);
    return preparation->recording != NULL;
}

/* The sample's place in the cache; -1 when its frame is damaged. False with an error. */
static bool find_place(Preparation *preparation, const LeatStoredSample *sample, int64_t *place,
                       GError **error)
{
    LeatSampleCache *cache = preparation->dataset->cache;
    g_autoptr(LeatFrame) frame = NULL;
    LeatSampleKey key;

    *place = -1;
    if (!open_recording(preparation, sample->recording, error))
        return false;
    key = (LeatSampleKey){sample->recording, preparation->recording->started_wall_ns, sample->seq};
    *place = leat_sample_cache_find(cache, &key);
    if (*place >= 0)
        return true;
    if (!preparation->reader)
        preparation->reader =
            leat_frame_reader_open(preparation->store, preparation->recording, error);
    if (!preparation->reader || !leat_sample_read_frame(preparation->reader, sample->seq, &frame,
                                                        preparation->cancel, error))
        return false;
    if (!frame)
        return true;
    if (!leat_sample_from_frame(preparation->scaler, frame, preparation->pixels, error))
        return false;
    *place = leat_sample_cache_add(cache, &key, preparation->pixels, error);
    return *place >= 0;
}

static bool leave_out(LeatDataset *dataset, const LeatStoredSample *sample, GError **error)
{
    dataset->damaged++;
    if (!dataset->exact)
        return true;
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_CORRUPT,
                "frame %" G_GINT64_FORMAT " of recording %" G_GINT64_FORMAT
                ", which the model was made from, cannot be decoded any more",
                sample->seq, sample->recording);
    return false;
}

static bool read_sample(void *data, unsigned sample, uint8_t *pixels, GError **error)
{
    const LeatDataset *dataset = data;

    return leat_sample_cache_read(dataset->cache, g_array_index(dataset->places, int64_t, sample),
                                  pixels, error);
}

/* Goes through all samples; those that stay move up. */
static bool fill_in(Preparation *preparation, LeatProgressFunc progress, void *data, GError **error)
{
    LeatDataset *dataset = preparation->dataset;
    unsigned total = dataset->frames->len, kept = 0;

    for (unsigned i = 0; i < total; i++) {
        LeatStoredSample *frames = (LeatStoredSample *)(void *)dataset->frames->data;
        LeatSampleInfo *infos = (LeatSampleInfo *)(void *)dataset->infos->data;
        int64_t place = -1;

        if (progress && i % PROGRESS_STEP == 0)
            progress(i, total, data);
        if (!leat_cancel_check(preparation->cancel, error) ||
            !find_place(preparation, &frames[i], &place, error) ||
            (place < 0 && !leave_out(dataset, &frames[i], error)))
            return false;
        if (place < 0)
            continue;
        frames[kept] = frames[i];
        infos[kept] = infos[i];
        g_array_append_val(dataset->places, place);
        kept++;
    }
    g_array_set_size(dataset->frames, kept);
    g_array_set_size(dataset->infos, kept);
    if (progress)
        progress(total, total, data);
    return true;
}

bool leat_dataset_prepare(LeatDataset *dataset, LeatProgressFunc progress, void *data,
                          LeatCancel *cancel, GError **error)
{
    Preparation *preparation = g_new0(Preparation, 1);
    bool good;

    preparation->dataset = dataset;
    preparation->cancel = cancel;
    preparation->store = leat_store_open(dataset->path, cancel, error);
    preparation->scaler = preparation->store ? leat_scaler_new(LEAT_SAMPLE_QUALITY, error) : NULL;
    dataset->cache = preparation->scaler ? leat_sample_cache_open(dataset->path, error) : NULL;
    good = dataset->cache && leat_dataset_settle_in(dataset, preparation->store, error) &&
           fill_in(preparation, progress, data, error);
    close_recording(preparation);
    leat_scaler_free(preparation->scaler);
    leat_store_close(preparation->store);
    g_free(preparation);
    if (good && dataset->damaged > 0)
        leat_log(LEAT_LOG_WARNING,
                 "%u labelled frames cannot be decoded and are left out ('leat verify' lists them)",
                 dataset->damaged);
    leat_dataset_offer_samples(dataset, read_sample);
    return good;
}
