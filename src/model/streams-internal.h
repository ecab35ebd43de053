/* SPDX-License-Identifier: MIT */
/* The streams of random numbers that a training takes from its seed (base/random.h): the first word
 * after the seed. */
#ifndef LEAT_MODEL_STREAMS_INTERNAL_H
#define LEAT_MODEL_STREAMS_INTERNAL_H

enum {
    LEAT_STREAM_WEIGHTS = 1,
    LEAT_STREAM_ORDER,   /* of an epoch's samples */
    LEAT_STREAM_AUGMENT, /* by epoch; the sample's number starts a stream in it */
};

#endif
