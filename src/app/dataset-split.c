/* SPDX-License-Identifier: MIT */
#include "app/dataset-internal.h"

/* One in so many blocks is kept apart. */
#define BLOCKS 5

/* The margin around a block that is kept apart, in parts of a block. */
#define MARGIN 10

/* The longest block, frames: five seconds of the usual 30 a second. */
#define MOST_FRAMES (LEAT_DATASET_MARGIN * MARGIN)

static LeatSplit *split_of(LeatDataset *dataset, unsigned sample)
{
    return &g_array_index(dataset->infos, LeatSampleInfo, sample).split;
}

static void mark(LeatDataset *dataset, unsigned first, unsigned last, LeatSplit from, LeatSplit to)
{
    for (unsigned i = first; i <= last; i++)
        if (*split_of(dataset, i) == from)
            *split_of(dataset, i) = to;
}

/* Cuts a run into blocks of at most `most` frames; `block` counts them over all runs of a class. */
static void split_run(LeatDataset *dataset, const LeatRun *run, unsigned most, unsigned *block)
{
    unsigned blocks = (run->count + most - 1) / most;

    for (unsigned k = 0; k < blocks; k++) {
        uint64_t from = (uint64_t)run->count * k / blocks;
        uint64_t to = (uint64_t)run->count * (k + 1) / blocks;

        mark(dataset, run->first + (unsigned)from, run->first + (unsigned)to - 1, LEAT_SPLIT_NONE,
             *block % BLOCKS == BLOCKS - 1 ? LEAT_SPLIT_VALIDATE : LEAT_SPLIT_TRAIN);
        (*block)++;
    }
}

static void leave_margins(LeatDataset *dataset, const LeatRun *run, unsigned margin)
{
    unsigned last = run->first + run->count - 1;

    for (unsigned i = run->first; margin > 0 && i < last; i++) {
        LeatSplit here = *split_of(dataset, i), next = *split_of(dataset, i + 1);

        if (here == LEAT_SPLIT_TRAIN && next == LEAT_SPLIT_VALIDATE)
            mark(dataset, i - MIN(margin - 1, i - run->first), i, LEAT_SPLIT_TRAIN,
                 LEAT_SPLIT_NONE);
        else if (here == LEAT_SPLIT_VALIDATE && next == LEAT_SPLIT_TRAIN)
            mark(dataset, i + 1, MIN(i + margin, last), LEAT_SPLIT_TRAIN, LEAT_SPLIT_NONE);
    }
}

void leat_dataset_split_runs(LeatDataset *dataset, const GArray *runs, unsigned output)
{
    unsigned total = 0, most, block = 0;

    for (guint i = 0; i < runs->len; i++) {
        const LeatRun *run = &g_array_index(runs, LeatRun, i);

        if (run->output == output)
            total += run->count;
    }
    most = CLAMP(total / BLOCKS, 1, MOST_FRAMES);
    for (guint i = 0; i < runs->len; i++) {
        const LeatRun *run = &g_array_index(runs, LeatRun, i);

        if (run->output != output || run->count == 0)
            continue;
        split_run(dataset, run, most, &block);
        leave_margins(dataset, run, most / MARGIN);
    }
}

void leat_dataset_split(LeatDataset *dataset)
{
    for (unsigned output = 0; output < dataset->shape.outputs; output++)
        leat_dataset_split_runs(dataset, dataset->runs, output);
}
