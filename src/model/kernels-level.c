/* SPDX-License-Identifier: MIT */
/* Compiled once for each instruction set, with LEAT_KERNELS_TABLE as the name of its table. */
#include "model/kernels-conv.h"
#include "model/kernels-dense.h"
#include "model/kernels-internal.h"

const LeatKernels LEAT_KERNELS_TABLE = {
    .conv_forward = conv_forward,
    .conv_weight_gradient = conv_weight_gradient,
    .conv_prepare = conv_prepare,
    .conv_input_gradient = conv_input_gradient,
    .dense_forward = dense_forward,
    .dense_input_gradient = dense_input_gradient,
    .dense_weight_gradient = dense_weight_gradient,
    .descend = descend,
};
