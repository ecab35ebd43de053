/* SPDX-License-Identifier: MIT */
#include "model/augment.h"

#include "base/random.h"
#include "model/streams-internal.h"
#include "model/training.h"

#include <string.h>

enum {
    EDGE = LEAT_SAMPLE_EDGE,
    MOST_SHIFT = 4,       /* px */
    MOST_CONTRAST = 51,   /* of 256 */
    MOST_BRIGHTNESS = 24, /* of 255 */
};

typedef struct {
    bool flip;
    int x, y;                 /* px */
    int contrast, brightness; /* 256 and 0 change nothing */
} Change;

/* From -most to most. */
static int around_zero(uint64_t number, int most)
{
    return (int)leat_random_below(number, (uint64_t)most * 2 + 1) - most;
}

/* Each number is drawn whether it is used or not, so that one flag does not change another's. */
static Change draw(unsigned flags, uint64_t seed, uint64_t epoch, unsigned sample)
{
    const uint64_t start =
        leat_random_start(leat_random_start(seed, LEAT_STREAM_AUGMENT, epoch), sample, 0);
    Change change = {.contrast = 256};

    if (flags & LEAT_AUGMENT_FLIP)
        change.flip = leat_random_at(start, 0) >> 63;
    if (flags & LEAT_AUGMENT_SHIFT) {
        change.x = around_zero(leat_random_at(start, 1), MOST_SHIFT);
        change.y = around_zero(leat_random_at(start, 2), MOST_SHIFT);
    }
    if (flags & LEAT_AUGMENT_BRIGHTNESS) {
        change.contrast += around_zero(leat_random_at(start, 3), MOST_CONTRAST);
        change.brightness = around_zero(leat_random_at(start, 4), MOST_BRIGHTNESS);
    }
    return change;
}

static int clamp(int value, int most)
{
    if (value < 0)
        return 0;
    return value > most ? most : value;
}

void leat_augment(unsigned flags, uint64_t seed, uint64_t epoch, unsigned sample,
                  const uint8_t *from, uint8_t *to)
{
    const Change change = draw(flags, seed, epoch, sample);
    uint8_t table[256];

    for (int i = 0; i < 256; i++)
        table[i] = (uint8_t)clamp(128 + (i - 128) * change.contrast / 256 + change.brightness, 255);
    for (int y = 0; y < EDGE; y++) {
        const uint8_t *row = from + (size_t)clamp(y + change.y, EDGE - 1) * EDGE * 3;

        for (int x = 0; x < EDGE; x++) {
            const int shifted = clamp(x + change.x, EDGE - 1);
            const uint8_t *pixel = row + (size_t)(change.flip ? EDGE - 1 - shifted : shifted) * 3;

            *to++ = table[pixel[0]];
            *to++ = table[pixel[1]];
            *to++ = table[pixel[2]];
        }
    }
}
