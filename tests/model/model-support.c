/* SPDX-License-Identifier: MIT */
#include "model-support.h"

#include "base/random.h"
#include "compute/worker.h"
#include "model/evaluation.h"

#include <math.h>
#include <string.h>

static const LeatWorkKind *const kinds[] = {&leat_model_kind, NULL};
static const char *const worker_command[] = {"/proc/self/exe", "--worker", NULL};

void test_fill_sample(uint64_t seed, unsigned sample, int place, uint8_t *pixels)
{
    const uint64_t start = leat_random_start(seed, sample, 0);

    for (size_t i = 0; i < LEAT_SAMPLE_BYTES; i++) {
        const unsigned x = i / 3 % LEAT_SAMPLE_EDGE, y = (unsigned)(i / 3 / LEAT_SAMPLE_EDGE);
        const bool inside = place >= 0 && x / 32 == (unsigned)place % 2 && x % 32 >= 8 &&
                            x % 32 < 24 && y / 32 == (unsigned)place / 2 && y % 32 >= 8 &&
                            y % 32 < 24;

        pixels[i] =
            (uint8_t)((leat_random_at(start, i) >> 56) / (place < 0 ? 1 : 2) + (inside ? 127 : 0));
    }
}

void test_on_each_level(void (*func)(LeatKernelsLevel level))
{
    const LeatKernelsLevel best = leat_kernels_level();

    for (int level = 0; level < LEAT_KERNELS_LEVELS; level++) {
        if (leat_kernels_select((LeatKernelsLevel)level))
            func((LeatKernelsLevel)level);
        else
            g_test_message("no kernels '%s' here",
                           leat_kernels_level_name((LeatKernelsLevel)level));
    }
    leat_kernels_select(best);
}

void test_arrays(LeatNetworkShape shape, TestArray arrays[TEST_ARRAYS])
{
    const size_t counts[TEST_ARRAYS] = {
        432, 16, 4608, 32, 18432, 64, 262144, 64, (size_t)64 * shape.outputs, shape.outputs};
    static const char *const names[TEST_ARRAYS] = {
        "conv 1 weights", "conv 1 biases",   "conv 2 weights", "conv 2 biases",   "conv 3 weights",
        "conv 3 biases",  "dense 1 weights", "dense 1 biases", "dense 2 weights", "dense 2 biases",
    };
    size_t first = 0;

    for (int i = 0; i < TEST_ARRAYS; i++) {
        arrays[i] = (TestArray){names[i], first, counts[i]};
        first += counts[i];
    }
    g_assert_cmpuint(first, ==, leat_network_parameters(shape));
}

/* The reference is held against what is tested and is not tested itself: a sanitizer in its
 * innermost loops would take most of the time of the tests. */
#define NOT_SANITIZED __attribute__((no_sanitize("address", "thread", "undefined")))

/* The largest of the four convolutions at pooled pixel (x, y), at least 0. */
NOT_SANITIZED
static double pooled(const double *in, int edge, int inputs, const double *weights, double bias,
                     int x, int y)
{
    double best = 0;

    for (int corner = 0; corner < 4; corner++) {
        const int cx = 2 * x + corner % 2, cy = 2 * y + corner / 2;
        double sum = bias;

        for (int k = 0; k < 9; k++) {
            const int px = cx + k % 3 - 1, py = cy + k / 3 - 1;

            if (px >= 0 && px < edge && py >= 0 && py < edge)
                for (int c = 0; c < inputs; c++)
                    sum += weights[k * inputs + c] * in[((size_t)py * edge + px) * inputs + c];
        }
        best = fmax(best, sum);
    }
    return best;
}

NOT_SANITIZED
static double *conv(double *in, int edge, int inputs, int outputs, const double *weights)
{
    const double *biases = weights + (size_t)9 * inputs * outputs;
    double *out = g_new(double, (size_t)edge / 2 * edge / 2 * outputs);

    for (int y = 0; y < edge / 2; y++)
        for (int x = 0; x < edge / 2; x++)
            for (int o = 0; o < outputs; o++)
                out[((size_t)y * edge / 2 + x) * outputs + o] =
                    pooled(in, edge, inputs, weights + (size_t)9 * inputs * o, biases[o], x, y);
    g_free(in);
    return out;
}

NOT_SANITIZED
static void dense(const double *in, int inputs, int outputs, const double *weights, double *out)
{
    for (int o = 0; o < outputs; o++) {
        out[o] = weights[(size_t)inputs * outputs + o];
        for (int i = 0; i < inputs; i++)
            out[o] += weights[(size_t)o * inputs + i] * in[i];
    }
}

double test_reference_loss(LeatNetworkShape shape, const double *parameters, const uint8_t *pixels,
                           LeatTarget target)
{
    double *picture = g_new(double, LEAT_SAMPLE_BYTES), hidden[64], outputs[64], sum = 0;

    for (size_t i = 0; i < LEAT_SAMPLE_BYTES; i++)
        sum += pixels[i];
    for (size_t i = 0; i < LEAT_SAMPLE_BYTES; i++)
        picture[i] = (pixels[i] - floor(sum / (double)LEAT_SAMPLE_BYTES + 0.5)) / 64.0;
    sum = 0;
    picture = conv(picture, 64, 3, 16, parameters);
    picture = conv(picture, 32, 16, 32, parameters + 448);
    picture = conv(picture, 16, 32, 64, parameters + 5088);
    dense(picture, 4096, 64, parameters + 23584, hidden);
    g_free(picture);
    for (int i = 0; i < 64; i++)
        hidden[i] = fmax(hidden[i], 0);
    dense(hidden, 64, (int)shape.outputs, parameters + 285792, outputs);
    if (shape.task == LEAT_NETWORK_VALUE)
        return 0.5 * (outputs[0] - target.value) * (outputs[0] - target.value);
    for (unsigned i = 0; i < shape.outputs; i++)
        sum += exp(outputs[i] - outputs[target.class_index]);
    return log(sum);
}

static bool read_sample(void *data, unsigned sample, uint8_t *pixels, GError **error)
{
    const TestSamples *samples = data;

    test_fill_sample(1, sample,
                     samples->shape.task == LEAT_NETWORK_CLASSES
                         ? (int)samples->infos[sample].target.class_index % 4
                         : (int)sample % 4,
                     pixels);
    return true;
}

TestSamples *test_samples_new(LeatNetworkShape shape, unsigned count, unsigned every)
{
    TestSamples *samples = g_new0(TestSamples, 1);

    samples->shape = shape;
    samples->infos = g_new0(LeatSampleInfo, count);
    for (unsigned i = 0; i < count; i++) {
        samples->infos[i].target.class_index = i % shape.outputs;
        samples->infos[i].target.value = 20 + 10.0F * (float)(i % 4);
        samples->infos[i].split = every && i % every == 0 ? LEAT_SPLIT_VALIDATE : LEAT_SPLIT_TRAIN;
    }
    samples->samples = (LeatSamples){count, samples->infos, read_sample, samples, NULL};
    return samples;
}

void test_samples_free(TestSamples *samples)
{
    g_free(samples->infos);
    g_free(samples);
}

int test_main(int argc, char **argv, void (*add)(void))
{
    if (argc > 1 && strcmp(argv[1], "--worker") == 0)
        return leat_worker_main(kinds);
    g_test_init(&argc, &argv, NULL);
    add();
    return g_test_run();
}

LeatExecutor *test_executor(LeatExecutorKind kind, unsigned workers)
{
    GError *error = NULL;
    LeatExecutor *executor = leat_executor_new(
        &(LeatExecutorOptions){
            .kind = kind,
            .workers = workers,
            .kinds = kinds,
            .worker_command = worker_command,
            .normal_priority = true,
        },
        &error);

    g_assert_no_error(error);
    return executor;
}
