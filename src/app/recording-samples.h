/* SPDX-License-Identifier: MIT */
/* All frames of a recording as samples without targets, decoded as they are asked for. A frame that
 * cannot be decoded is grey, and counted as damaged.
 *
 * Owned by one thread at a time; its samples are read as model/samples.h says. */
#ifndef LEAT_APP_RECORDING_SAMPLES_H
#define LEAT_APP_RECORDING_SAMPLES_H

#include "concurrency/cancel.h"
#include "model/samples.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct LeatRecordingSamples LeatRecordingSamples;

LeatRecordingSamples *leat_recording_samples_open(const char *path, const char *recording,
                                                  LeatCancel *cancel, GError **error);
void leat_recording_samples_free(LeatRecordingSamples *samples);

const LeatSamples *leat_recording_samples_get(const LeatRecordingSamples *samples);
int64_t leat_recording_samples_recording(const LeatRecordingSamples *samples); /* its id */
int64_t leat_recording_samples_seq(const LeatRecordingSamples *samples, unsigned sample);

/* Of one that was read. */
bool leat_recording_samples_is_damaged(const LeatRecordingSamples *samples, unsigned sample);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LeatRecordingSamples, leat_recording_samples_free)

#endif
