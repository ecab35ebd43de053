/* SPDX-License-Identifier: MIT */
#include "app/recording-samples.h"

#include "app/frame-reader.h"
#include "app/sample-frame.h"
#include "base/error.h"
#include "store/store-range.h"

#include <string.h>

struct LeatRecordingSamples {
    LeatCancel *cancel; /* not owned; may be NULL */
    LeatStore *store;
    LeatRecording *recording;
    LeatFrameReader *reader;
    LeatScaler *scaler;
    GArray *numbers; /* int64_t */
    bool *damaged;   /* of each sample */
    LeatSamples samples;
};

void leat_recording_samples_free(LeatRecordingSamples *samples)
{
    if (!samples)
        return;
    leat_frame_reader_free(samples->reader);
    leat_scaler_free(samples->scaler);
    leat_recording_free(samples->recording);
    leat_store_close(samples->store);
    if (samples->numbers)
        g_array_unref(samples->numbers);
    g_free(samples->damaged);
    g_free(samples);
}

static bool read_sample(void *data, unsigned sample, uint8_t *pixels, GError **error)
{
    LeatRecordingSamples *samples = data;
    g_autoptr(LeatFrame) frame = NULL;
    int64_t seq = g_array_index(samples->numbers, int64_t, sample);

    if (!leat_sample_read_frame(samples->reader, seq, &frame, samples->cancel, error))
        return false;
    if (frame)
        return leat_sample_from_frame(samples->scaler, frame, pixels, error);
    samples->damaged[sample] = true;
    memset(pixels, 128, LEAT_SAMPLE_BYTES);
    return true;
}

static bool open_all(LeatRecordingSamples *samples, const char *path, const char *recording,
                     GError **error)
{
    return (samples->store = leat_store_open(path, samples->cancel, error)) &&
           (samples->recording = leat_store_find(samples->store, recording, error)) &&
           (samples->numbers = leat_store_frame_numbers(samples->store, samples->recording->id, 0,
                                                        INT64_MAX, error)) &&
           (samples->reader = leat_frame_reader_open(samples->store, samples->recording, error)) &&
           (samples->scaler = leat_scaler_new(LEAT_SAMPLE_QUALITY, error));
}

LeatRecordingSamples *leat_recording_samples_open(const char *path, const char *recording,
                                                  LeatCancel *cancel, GError **error)
{
    LeatRecordingSamples *samples = g_new0(LeatRecordingSamples, 1);

    samples->cancel = cancel;
    if (!open_all(samples, path, recording, error)) {
        leat_recording_samples_free(samples);
        return NULL;
    }
    samples->damaged = g_new0(bool, samples->numbers->len + 1);
    samples->samples = (LeatSamples){
        .count = samples->numbers->len,
        .read = read_sample,
        .data = samples,
    };
    return samples;
}

const LeatSamples *leat_recording_samples_get(const LeatRecordingSamples *samples)
{
    return &samples->samples;
}

int64_t leat_recording_samples_recording(const LeatRecordingSamples *samples)
{
    return samples->recording->id;
}

int64_t leat_recording_samples_seq(const LeatRecordingSamples *samples, unsigned sample)
{
    return g_array_index(samples->numbers, int64_t, sample);
}

bool leat_recording_samples_is_damaged(const LeatRecordingSamples *samples, unsigned sample)
{
    return samples->damaged[sample];
}
