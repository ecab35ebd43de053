/* SPDX-License-Identifier: MIT */
/* What bench/train measures of Leat:
 *     train EXECUTOR WORKERS EPOCHS   trains on 512 samples in batches of 32
 *     train predict COUNT             scores one picture COUNT times
 * It prints one JSON document. */
#include "base/clock.h"
#include "base/quantity.h"
#include "base/random.h"
#include "compute/worker.h"
#include "model/evaluation.h"
#include "model/kernels.h"
#include "model/training.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SAMPLES = 512, CLASSES = 4 };

static const LeatNetworkShape shape = {LEAT_NETWORK_CLASSES, CLASSES};
static const LeatWorkKind *const kinds[] = {&leat_model_kind, NULL};
static const char *const worker_command[] = {"/proc/self/exe", "--worker", NULL};

static int fail(const GError *error)
{
    fprintf(stderr, "%s\n", error->message);
    return 1;
}

static bool read_sample(void *data, unsigned sample, uint8_t *pixels, GError **error)
{
    memcpy(pixels, (const uint8_t *)data + sample * LEAT_SAMPLE_BYTES, LEAT_SAMPLE_BYTES);
    return true;
}

static uint8_t *make_pixels(void)
{
    uint8_t *pixels = g_malloc(SAMPLES * LEAT_SAMPLE_BYTES);

    for (size_t i = 0; i < SAMPLES * LEAT_SAMPLE_BYTES; i++)
        pixels[i] = (uint8_t)(leat_random_at(1, i) >> 56);
    return pixels;
}

static int train(const LeatExecutorOptions *executor_options, unsigned epochs)
{
    const LeatTrainingOptions options = {
        .seed = 1,
        .epochs = epochs,
        .batch = 32,
        .learning_rate = 0.01,
        .momentum = 0.9,
    };
    g_autofree uint8_t *pixels = make_pixels();
    LeatSampleInfo infos[SAMPLES] = {0};
    const LeatSamples samples = {SAMPLES, infos, read_sample, pixels, NULL};
    const LeatTrainingResult *result;
    g_autoptr(LeatExecutor) executor = NULL;
    g_autoptr(LeatTrainer) trainer = NULL;
    g_autoptr(GError) error = NULL;

    for (unsigned i = 0; i < SAMPLES; i++)
        infos[i].target.class_index = i % CLASSES;
    executor = leat_executor_new(executor_options, &error);
    if (!executor)
        return fail(error);
    trainer = leat_trainer_new(shape, &options, &samples, NULL, &error);
    if (!trainer || !leat_trainer_run(trainer, executor, NULL, NULL, NULL, &error))
        return fail(error);
    result = leat_trainer_result(trainer);
    printf("{\"kernels\": \"%s\", \"samples_per_s\": %.1f, \"sha256\": \"%s\"}\n",
           leat_kernels_level_name(leat_kernels_level()), result->samples_per_s, result->sha256);
    return 0;
}

static int compare_times(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static int predict(unsigned count)
{
    g_autofree float *parameters = NULL;
    g_autofree int64_t *times = NULL;
    g_autofree uint8_t *pixels = NULL;
    float scores[CLASSES];
    int64_t median_ns;
    g_autoptr(GError) error = NULL;
    g_autoptr(LeatNetwork) network = leat_network_new(shape, &error);

    if (!network)
        return fail(error);
    parameters = g_new(float, leat_network_parameters(shape));
    times = g_new(int64_t, count);
    pixels = make_pixels();
    leat_network_initialise(shape, 1, parameters);
    leat_network_load(network, parameters);
    for (unsigned i = 0; i < count; i++) {
        const int64_t start_ns = leat_clock_now_ns();

        leat_network_predict(network, pixels + i % SAMPLES * LEAT_SAMPLE_BYTES, 1, scores);
        times[i] = leat_clock_now_ns() - start_ns;
    }
    qsort(times, count, sizeof *times, compare_times);
    median_ns = times[count / 2];
    printf("{\"kernels\": \"%s\", \"ms\": %.4f}\n", leat_kernels_level_name(leat_kernels_level()),
           (double)median_ns / LEAT_NS_PER_MS);
    return 0;
}

int main(int argc, char **argv)
{
    LeatExecutorOptions options = {
        .kinds = kinds,
        .worker_command = worker_command,
        .normal_priority = true,
    };
    g_autoptr(GError) error = NULL;
    int64_t count, workers;

    if (argc > 1 && strcmp(argv[1], "--worker") == 0)
        return leat_worker_main(kinds);
    if (argc == 3 && strcmp(argv[1], "predict") == 0)
        return leat_parse_integer(argv[2], 1, 1000000, &count, &error) ? predict((unsigned)count)
                                                                       : fail(error);
    if (argc != 4) {
        fprintf(stderr, "usage: %s EXECUTOR WORKERS EPOCHS | predict COUNT\n", argv[0]);
        return 2;
    }
    if (!leat_executor_kind_parse(argv[1], &options.kind, &error) ||
        !leat_parse_integer(argv[2], 1, LEAT_EXECUTOR_MAX_WORKERS, &workers, &error) ||
        !leat_parse_integer(argv[3], 1, LEAT_TRAINING_MAX_EPOCHS, &count, &error))
        return fail(error);
    options.workers = (unsigned)workers;
    return train(&options, (unsigned)count);
}
