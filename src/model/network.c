/* SPDX-License-Identifier: MIT */
#include "model/network.h"

#include "base/error.h"
#include "base/random.h"
#include "model/layout-internal.h"
#include "model/streams-internal.h"

#include <math.h>
#include <string.h>

const LeatConv leat_convs[LEAT_CONVS] = {{64, 3, 16}, {32, 16, 32}, {16, 32, 64}};
const size_t leat_conv_weights[LEAT_CONVS] = {0, 448, 5088};
const size_t leat_conv_biases[LEAT_CONVS] = {432, 5056, 23520};
const size_t leat_conv_packed[LEAT_CONVS] = {0, 432, 432 + LEAT_KERNELS_PLACES * 16 * 32};

bool leat_network_check_shape(LeatNetworkShape shape, GError **error)
{
    if (shape.task == LEAT_NETWORK_VALUE
            ? shape.outputs == 1
            : shape.task == LEAT_NETWORK_CLASSES && shape.outputs >= 2 &&
                  shape.outputs <= LEAT_NETWORK_MAX_OUTPUTS)
        return true;
    if (shape.task == LEAT_NETWORK_CLASSES && shape.outputs < 2)
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                    "a model tells classes apart, and there %s: label frames of at least two",
                    shape.outputs == 1 ? "is only one" : "is none");
    else if (shape.task == LEAT_NETWORK_CLASSES)
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                    "%u classes are too many for one model: it can tell up to %d apart",
                    shape.outputs, LEAT_NETWORK_MAX_OUTPUTS);
    else
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID, "no model has %u outputs of kind %d",
                    shape.outputs, (int)shape.task);
    return false;
}

size_t leat_network_tail(LeatNetworkShape shape)
{
    return LEAT_HIDDEN + (size_t)(LEAT_HIDDEN + 1) * shape.outputs;
}

size_t leat_network_parameters(LeatNetworkShape shape)
{
    return LEAT_TAIL + leat_network_tail(shape);
}

/* `count` weights in +-bound, by 24 random bits each; returns how many numbers were used so far. */
static uint64_t fill(float *weights, size_t count, double bound, uint64_t start, uint64_t used)
{
    for (size_t i = 0; i < count; i++) {
        const double unit = (double)(leat_random_at(start, used + i) >> 40) / (1 << 24);

        weights[i] = (float)((2.0 * unit - 1.0) * bound);
    }
    return used + count;
}

void leat_network_initialise(LeatNetworkShape shape, uint64_t seed, float *parameters)
{
    const uint64_t start = leat_random_start(seed, LEAT_STREAM_WEIGHTS, 0);
    uint64_t used = 0;

    memset(parameters, 0, leat_network_parameters(shape) * sizeof *parameters);
    for (int l = 0; l < LEAT_CONVS; l++) {
        const unsigned inputs = 9 * leat_convs[l].inputs;

        used = fill(parameters + leat_conv_weights[l], (size_t)inputs * leat_convs[l].outputs,
                    sqrt(6.0 / inputs), start, used);
    }
    used = fill(parameters + LEAT_DENSE, (size_t)LEAT_HIDDEN * LEAT_FEATURES,
                sqrt(6.0 / LEAT_FEATURES), start, used);
    fill(parameters + LEAT_OUTPUT, (size_t)LEAT_HIDDEN * shape.outputs,
         0.1 * sqrt(6.0 / LEAT_HIDDEN), start, used);
}

/* G of Winograd's F(2, 3) times the three weights at `from`, `step` floats apart. */
static void transform_three(const float *from, size_t step, float to[4])
{
    const float a = from[0], b = from[step], c = from[2 * step];

    to[0] = a;
    to[1] = (a + b + c) * 0.5F;
    to[2] = (a - b + c) * 0.5F;
    to[3] = c;
}

/* GgG' of the 3x3 weights at `from`, whose neighbours are `step` floats apart. */
static void transform_weights(const float *from, size_t step, float places[LEAT_KERNELS_PLACES])
{
    float rows[3][4];

    for (size_t ky = 0; ky < 3; ky++)
        transform_three(from + 3 * ky * step, step, rows[ky]);
    for (size_t x = 0; x < 4; x++) {
        float column[4];

        transform_three(&rows[0][x], 4, column);
        for (size_t y = 0; y < 4; y++)
            places[4 * y + x] = column[y];
    }
}

/* One input channel of one output channel; the places go `stride` floats apart. */
static void pack_transformed(const float *from, size_t inputs, float *to, size_t stride)
{
    float places[LEAT_KERNELS_PLACES];

    transform_weights(from, inputs, places);
    for (size_t place = 0; place < LEAT_KERNELS_PLACES; place++)
        to[place * stride] = places[place];
}

static void pack_conv(const LeatConv *conv, const float *weights, float *packed)
{
    const size_t inputs = conv->inputs, block = LEAT_KERNELS_BLOCK;
    const size_t places = inputs == 3 ? 9 : LEAT_KERNELS_PLACES;

    for (size_t channel = 0; channel < conv->outputs; channel++) {
        const float *from = weights + channel * 9 * inputs;
        float *to = packed + channel / block * places * inputs * block + channel % block;

        if (inputs == 3)
            for (size_t i = 0; i < 9 * inputs; i++)
                to[i * block] = from[i];
        else
            for (size_t i = 0; i < inputs; i++)
                pack_transformed(from + i, inputs, to + i * block, inputs * block);
    }
}

void leat_network_pack_convs(const float *parameters, float *packed)
{
    for (int l = 0; l < LEAT_CONVS; l++)
        pack_conv(&leat_convs[l], parameters + leat_conv_weights[l], packed + leat_conv_packed[l]);
}

/* Floats as bytes, the lowest first. */
static uint8_t *to_bytes(const float *parameters, size_t count)
{
    uint8_t *bytes = g_new(uint8_t, count * sizeof(uint32_t));

    for (size_t i = 0; i < count; i++) {
        uint32_t bits;

        memcpy(&bits, &parameters[i], sizeof bits);
        bits = GUINT32_TO_LE(bits);
        memcpy(bytes + i * sizeof bits, &bits, sizeof bits);
    }
    return bytes;
}

char *leat_network_sha256(LeatNetworkShape shape, const float *parameters)
{
    GBytes *packed = leat_network_pack(shape, parameters);
    char *sum = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, packed);

    g_bytes_unref(packed);
    return sum;
}

GBytes *leat_network_pack(LeatNetworkShape shape, const float *parameters)
{
    const size_t count = leat_network_parameters(shape);

    return g_bytes_new_take(to_bytes(parameters, count), count * sizeof(uint32_t));
}

static bool is_sum(const void *data, size_t bytes, const char *sha256)
{
    char *sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, data, bytes);
    const bool same = strcmp(sum, sha256) == 0;

    g_free(sum);
    return same;
}

bool leat_network_unpack(LeatNetworkShape shape, const void *data, size_t bytes, const char *sha256,
                         float *parameters, GError **error)
{
    const size_t count = leat_network_parameters(shape);

    if (bytes != count * sizeof(uint32_t)) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_CORRUPT,
                    "the model's weights are damaged: %zu bytes, where %zu belong", bytes,
                    count * sizeof(uint32_t));
        return false;
    }
    if (sha256 && !is_sum(data, bytes, sha256)) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_CORRUPT,
                    "the model's weights are damaged: their SHA-256 is not %s", sha256);
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        uint32_t bits;

        memcpy(&bits, (const uint8_t *)data + i * sizeof bits, sizeof bits);
        bits = GUINT32_FROM_LE(bits);
        memcpy(&parameters[i], &bits, sizeof bits);
        if (!isfinite(parameters[i])) {
            g_set_error(error, LEAT_ERROR, LEAT_ERROR_CORRUPT,
                        "the model's weights are damaged: number %zu is not finite", i);
            return false;
        }
    }
    return true;
}

unsigned leat_network_best(const float *scores, unsigned outputs)
{
    unsigned best = 0;

    for (unsigned i = 1; i < outputs; i++)
        if (scores[i] > scores[best])
            best = i;
    return best;
}
