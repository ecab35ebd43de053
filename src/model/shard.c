/* SPDX-License-Identifier: MIT */
#include "model/shard-internal.h"

#include "model/loss.h"

#include <string.h>

/* The gradient of the pooled pictures, on the way back: their first pixel, and the next row. */
typedef struct {
    const float *pixels;
    size_t row;
} Pooled;

static int mean_of(const uint8_t *pixels)
{
    int sum = 0;

    for (size_t i = 0; i < LEAT_SAMPLE_BYTES; i++)
        sum += pixels[i];
    return (sum + (int)LEAT_SAMPLE_BYTES / 2) / (int)LEAT_SAMPLE_BYTES;
}

void leat_shard_set_sample(LeatShard *shard, unsigned i, const uint8_t *pixels)
{
    enum { ROW = LEAT_SAMPLE_EDGE * 3, BORDERED = ROW + 6 };
    const int mean = mean_of(pixels);

    for (int y = 0; y < LEAT_SAMPLE_EDGE; y++) {
        const uint8_t *from = pixels + (size_t)y * ROW;
        float *to = shard->input[i] + (size_t)(y + 1) * BORDERED + 3;

        for (int x = 0; x < ROW; x++)
            to[x] = (float)(from[x] - mean) * (1.0F / 64);
    }
}

/* The first pixel of a picture behind its border, and the floats of a row. */
static float *inside(float *bordered, unsigned edge, unsigned channels)
{
    return bordered + (size_t)(edge + 2 + 1) * channels;
}

static size_t bordered_row(unsigned edge, unsigned channels)
{
    return (size_t)(edge + 2) * channels;
}

static void forward_conv(int l, const LeatWeights *weights, const float *in, float *out,
                         size_t out_row, LeatWinners *winners)
{
    leat_kernels()->conv_forward(&leat_convs[l], in, weights->packed + leat_conv_packed[l],
                                 weights->parameters + leat_conv_biases[l], out, out_row, winners);
}

void leat_shard_forward(LeatShard *shard, const LeatWeights *weights, unsigned samples,
                        bool training)
{
    const float *tail = weights->parameters + LEAT_TAIL;
    const float *output = weights->parameters + LEAT_OUTPUT;
    const LeatNetworkShape shape = weights->shape;
    float *hidden = shard->hidden[0];

    for (unsigned i = 0; i < samples; i++) {
        forward_conv(0, weights, shard->input[i], inside(shard->pooled_1[i], 32, 16),
                     bordered_row(32, 16), training ? shard->winners_1[i] : NULL);
        forward_conv(1, weights, shard->pooled_1[i], inside(shard->pooled_2[i], 16, 32),
                     bordered_row(16, 32), training ? shard->winners_2[i] : NULL);
        forward_conv(2, weights, shard->pooled_2[i], shard->features[i], (size_t)8 * 64,
                     training ? shard->winners_3[i] : NULL);
    }
    leat_kernels()->dense_forward(samples, LEAT_HIDDEN, LEAT_FEATURES,
                                  weights->parameters + LEAT_DENSE, tail, shard->features[0],
                                  hidden);
    for (unsigned i = 0; i < samples * LEAT_HIDDEN; i++)
        hidden[i] = hidden[i] < 0 ? 0 : hidden[i];
    leat_kernels()->dense_forward(samples, shape.outputs, LEAT_HIDDEN, output,
                                  output + (size_t)LEAT_HIDDEN * shape.outputs, hidden,
                                  shard->outputs);
}

/* The dense layers, down to the gradient of the features. */
static void backward_dense(LeatShard *shard, const LeatWeights *weights, unsigned samples,
                           LeatShardGradient *gradient)
{
    const unsigned outputs = weights->shape.outputs;
    float *bias = gradient->tail, *output = bias + LEAT_HIDDEN;
    float *output_bias = output + (size_t)LEAT_HIDDEN * outputs;
    const float *out_rows[LEAT_SHARD], *hidden_rows[LEAT_SHARD];

    for (unsigned i = 0; i < samples; i++) {
        out_rows[i] = shard->output_gradient + (size_t)i * outputs;
        hidden_rows[i] = shard->hidden[i];
    }
    leat_kernels()->dense_weight_gradient(samples, outputs, LEAT_HIDDEN, out_rows, hidden_rows,
                                          output);
    leat_kernels()->dense_input_gradient(samples, outputs, LEAT_HIDDEN,
                                         weights->parameters + LEAT_OUTPUT, shard->output_gradient,
                                         gradient->hidden_gradient[0]);
    memset(bias, 0, LEAT_HIDDEN * sizeof *bias);
    memset(output_bias, 0, outputs * sizeof *output_bias);
    for (unsigned i = 0; i < samples; i++) {
        float *hidden = gradient->hidden_gradient[i];

        for (unsigned j = 0; j < outputs; j++)
            output_bias[j] += out_rows[i][j];
        for (unsigned j = 0; j < LEAT_HIDDEN; j++) {
            hidden[j] = shard->hidden[i][j] > 0 ? hidden[j] : 0;
            bias[j] += hidden[j];
        }
    }
    leat_kernels()->dense_input_gradient(samples, LEAT_HIDDEN, LEAT_FEATURES,
                                         weights->parameters + LEAT_DENSE,
                                         gradient->hidden_gradient[0], shard->feature_gradient[0]);
    memcpy(gradient->features, shard->features, samples * sizeof *shard->features);
}

/* Sorts the gradient of some rows of pooled pixels by channel, and adds it to the biases. */
static void route(const LeatConv *conv, const LeatWinners *winners, Pooled pooled, unsigned first,
                  LeatRoute *routes, size_t stride, unsigned *counts, float *biases)
{
    const unsigned edge = conv->edge / 2, inputs = conv->inputs;
    const uint32_t row = (conv->edge + 2) * inputs;

    memset(counts, 0, conv->outputs * sizeof *counts);
    for (unsigned y = first; y < first + LEAT_BAND; y++)
        for (unsigned x = 0; x < edge; x++) {
            const LeatWinners *won = &winners[y * edge + x];
            const float *from = pooled.pixels + y * pooled.row + (size_t)x * conv->outputs;
            const uint32_t corner = 2 * y * row + 2 * x * inputs;

            for (uint64_t left = won->alive; left != 0; left &= left - 1) {
                const unsigned channel = (unsigned)__builtin_ctzll(left);
                const uint32_t right = won->right >> channel & 1, lower = won->lower >> channel & 1;

                routes[channel * stride + counts[channel]++] = (LeatRoute){
                    .offset = corner + lower * row + right * inputs,
                    .gradient = from[channel],
                };
                biases[channel] += from[channel];
            }
        }
}

/* Band by band, so that the routes and what they lead to stay in the first cache. */
static void backward_weights(LeatShard *shard, int l, const float *in, const LeatWinners *winners,
                             Pooled pooled, LeatShardGradient *gradient)
{
    const LeatConv *conv = &leat_convs[l];
    const size_t stride = (size_t)LEAT_BAND * conv->edge / 2;
    unsigned counts[64];

    for (unsigned y = 0; y < conv->edge / 2; y += LEAT_BAND) {
        route(conv, winners, pooled, y, shard->routes, stride, counts,
              gradient->head + leat_conv_biases[l]);
        leat_kernels()->conv_weight_gradient(conv, in, shard->routes, stride, counts,
                                             gradient->head + leat_conv_weights[l]);
    }
}

/* The gradient by the picture that convolution l reads: the pooled one of the layer below. */
static Pooled backward_input(int l, const LeatWinners *winners, Pooled pooled,
                             const float *prepared, float *to)
{
    const LeatConv *conv = &leat_convs[l];
    const size_t row = bordered_row(conv->edge, conv->inputs);

    memset(to, 0, (conv->edge + 2) * row * sizeof *to);
    leat_kernels()->conv_input_gradient(conv, winners, pooled.pixels, pooled.row, prepared, to);
    return (Pooled){inside(to, conv->edge, conv->inputs), row};
}

void leat_shard_backward(LeatShard *shard, const LeatWeights *weights, unsigned samples,
                         const LeatTarget *targets, const double *factors,
                         LeatShardGradient *gradient)
{
    const unsigned outputs = weights->shape.outputs;

    gradient->loss = 0;
    for (unsigned i = 0; i < samples; i++)
        gradient->loss +=
            leat_loss_gradient(weights->shape, shard->outputs + (size_t)i * outputs, targets[i],
                               factors[i], shard->output_gradient + (size_t)i * outputs);
    backward_dense(shard, weights, samples, gradient);

    memset(gradient->head, 0, sizeof gradient->head);
    leat_kernels()->conv_prepare(&leat_convs[2], weights->parameters + leat_conv_weights[2],
                                 shard->prepared_3);
    leat_kernels()->conv_prepare(&leat_convs[1], weights->parameters + leat_conv_weights[1],
                                 shard->prepared_2);
    for (unsigned i = 0; i < samples; i++) {
        Pooled pooled = {shard->feature_gradient[i], (size_t)8 * 64};

        backward_weights(shard, 2, shard->pooled_2[i], shard->winners_3[i], pooled, gradient);
        pooled =
            backward_input(2, shard->winners_3[i], pooled, shard->prepared_3, shard->gradient_2);
        backward_weights(shard, 1, shard->pooled_1[i], shard->winners_2[i], pooled, gradient);
        pooled =
            backward_input(1, shard->winners_2[i], pooled, shard->prepared_2, shard->gradient_1);
        backward_weights(shard, 0, shard->input[i], shard->winners_1[i], pooled, gradient);
    }
}

static unsigned count_shards(unsigned samples)
{
    return (samples + LEAT_SHARD - 1) / LEAT_SHARD;
}

void leat_shards_sum_head(const LeatShardGradient *const *shards, unsigned samples, float *to)
{
    memcpy(to, shards[0]->head, sizeof shards[0]->head);
    for (unsigned s = 1; s < count_shards(samples); s++)
        for (size_t i = 0; i < LEAT_HEAD; i++)
            to[i] += shards[s]->head[i];
}

void leat_shards_sum_tail(const LeatShardGradient *const *shards, unsigned samples,
                          LeatNetworkShape shape, float *to)
{
    const size_t count = leat_network_tail(shape);

    memcpy(to, shards[0]->tail, count * sizeof *to);
    for (unsigned s = 1; s < count_shards(samples); s++)
        for (size_t i = 0; i < count; i++)
            to[i] += shards[s]->tail[i];
}

void leat_shards_sum_dense(const LeatShardGradient *const *shards, unsigned samples,
                           unsigned column, unsigned columns, float *to)
{
    const float *gradients[LEAT_TRAINING_MAX_BATCH], *features[LEAT_TRAINING_MAX_BATCH];

    for (unsigned i = 0; i < samples; i++) {
        gradients[i] = shards[i / LEAT_SHARD]->hidden_gradient[i % LEAT_SHARD];
        features[i] = shards[i / LEAT_SHARD]->features[i % LEAT_SHARD] + column;
    }
    leat_kernels()->dense_weight_gradient(samples, LEAT_HIDDEN, columns, gradients, features, to);
}

double leat_shards_sum_loss(const LeatShardGradient *const *shards, unsigned samples)
{
    double loss = 0;

    for (unsigned s = 0; s < count_shards(samples); s++)
        loss += shards[s]->loss;
    return loss;
}
