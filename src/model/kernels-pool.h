/* SPDX-License-Identifier: MIT */
/* ReLU and pooling of a window, for the instruction set of kernels-vector.h. */
#ifndef LEAT_MODEL_KERNELS_POOL_H
#define LEAT_MODEL_KERNELS_POOL_H

#include "model/kernels-internal.h"
#include "model/kernels-vector.h"

/* Which of a window's four sums is the largest, for a register of channels from `channel` on. The
 * first ones begin the window's winners. */
ALWAYS_INLINE void note_winners(const Vector *window, unsigned channel, LeatWinners *winners)
{
    const Mask upper_right = is_greater(window[1], window[0]);
    const Mask lower_right = is_greater(window[3], window[2]);
    const Vector upper = larger(window[1], window[0]), below = larger(window[3], window[2]);
    const Mask lower = is_greater(below, upper);

    if (channel == 0)
        *winners = (LeatWinners){0};
    winners->alive |= mask_bits(is_greater(larger(below, upper), spread(0))) << channel;
    winners->right |= mask_bits(choose_mask(lower, lower_right, upper_right)) << channel;
    winners->lower |= mask_bits(lower) << channel;
}

/* The pooled pixel of a window's four sums, row by row. `winners` may be NULL: nobody asks. */
ALWAYS_INLINE Vector pool(const Vector *window, unsigned channel, LeatWinners *winners)
{
    if (winners)
        note_winners(window, channel, winners);
    return larger(spread(0), larger(larger(window[3], window[2]), larger(window[1], window[0])));
}

#endif
