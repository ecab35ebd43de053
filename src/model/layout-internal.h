/* SPDX-License-Identifier: MIT */
/* Where things lie in the network's parameters, and the sizes that its shape does not change. */
#ifndef LEAT_MODEL_LAYOUT_INTERNAL_H
#define LEAT_MODEL_LAYOUT_INTERNAL_H

#include "model/kernels-internal.h"
#include "model/network.h"

enum {
    LEAT_CONVS = 3,
    LEAT_FEATURES = 8 * 8 * 64, /* inputs of dense 1 */
    LEAT_HIDDEN = 64,           /* outputs of dense 1 */

    /* Offsets in floats. The convolutions are the head, and what is behind the weights of dense 1
     * is the tail. */
    LEAT_HEAD = 432 + 16 + 4608 + 32 + 18432 + 64,
    LEAT_DENSE = LEAT_HEAD,
    LEAT_TAIL = LEAT_DENSE + LEAT_HIDDEN * LEAT_FEATURES,
    LEAT_OUTPUT = LEAT_TAIL + LEAT_HIDDEN,

    /* The largest that a shape may ask for. */
    LEAT_MAX_TAIL = LEAT_HIDDEN + (LEAT_HIDDEN + 1) * LEAT_NETWORK_MAX_OUTPUTS,
    LEAT_MAX_PARAMETERS = LEAT_TAIL + LEAT_MAX_TAIL,
};

/* The weights of the convolutions once more, as the forward pass reads them. */
#define LEAT_PACKED (432 + LEAT_KERNELS_PLACES * (16 * 32 + 32 * 64))

extern const LeatConv leat_convs[LEAT_CONVS];

/* In floats: where the weights and the biases of a convolution are, and its packed weights. */
extern const size_t leat_conv_weights[LEAT_CONVS], leat_conv_biases[LEAT_CONVS],
    leat_conv_packed[LEAT_CONVS];

/* Fills LEAT_PACKED floats. */
void leat_network_pack_convs(const float *parameters, float *packed);

/* How many floats the tail has. */
size_t leat_network_tail(LeatNetworkShape shape);

#endif
