/* SPDX-License-Identifier: MIT */
/* Changes to a sample that leave what it shows: mirrored, shifted, brighter or darker. In whole
 * numbers, decided by the seed, the epoch and the sample alone. No state; any thread. */
#ifndef LEAT_MODEL_AUGMENT_H
#define LEAT_MODEL_AUGMENT_H

#include "model/network.h"

/* `flags`: LeatAugment. `from` and `to` (not the same) are LEAT_SAMPLE_BYTES each. */
void leat_augment(unsigned flags, uint64_t seed, uint64_t epoch, unsigned sample,
                  const uint8_t *from, uint8_t *to);

#endif
