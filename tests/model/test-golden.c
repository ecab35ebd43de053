/* SPDX-License-Identifier: MIT */
#include "base/random.h"
#include "golden.h"
#include "model-support.h"
#include "model/training.h"

#include <math.h>

static const LeatNetworkShape four_classes = {LEAT_NETWORK_CLASSES, 4};

/* The sum of numbers of which chance decides which count as negative, so that each one matters. */
static double signed_sum(const float *numbers, size_t count, unsigned sum)
{
    const uint64_t start = leat_random_start(99, sum, 0);
    double total = 0;

    for (size_t i = 0; i < count; i++)
        total += leat_random_at(start, i) >> 63 ? numbers[i] : -numbers[i];
    return total;
}

static void compare(const float *parameters, const double golden[TEST_ARRAYS][GOLDEN_FIGURES],
                    double tolerance)
{
    TestArray arrays[TEST_ARRAYS];

    test_arrays(four_classes, arrays);
    for (int i = 0; i < TEST_ARRAYS; i++) {
        const float *array = parameters + arrays[i].first;
        double squares = 0, worst;

        for (size_t j = 0; j < arrays[i].count; j++)
            squares += (double)array[j] * array[j];
        worst = fabs(sqrt(squares) - golden[i][0]);
        for (unsigned sum = 0; sum < GOLDEN_SUMS; sum++)
            worst = fmax(worst, fabs(signed_sum(array, arrays[i].count, sum) - golden[i][sum + 1]));
        g_test_message("%s: %.1e of the norm off", arrays[i].name, worst / golden[i][0]);
        g_assert_cmpfloat(worst / golden[i][0], <, tolerance);
    }
}

static void compare_batch(LeatNetwork *network, unsigned batch)
{
    const GoldenGradient *golden = &golden_gradients[batch];
    float *gradient = g_new(float, leat_network_parameters(four_classes));
    uint8_t *samples = g_malloc(GOLDEN_BATCH * LEAT_SAMPLE_BYTES);
    LeatTarget targets[GOLDEN_BATCH];
    GError *error = NULL;
    double loss;

    for (unsigned i = 0; i < GOLDEN_BATCH; i++) {
        test_fill_sample(20 + batch, i, -1, samples + i * LEAT_SAMPLE_BYTES);
        targets[i].class_index = i % 4;
    }
    leat_network_gradient(network, samples, targets, GOLDEN_BATCH, &loss, gradient, &error);
    g_assert_no_error(error);
    g_test_message("batch %u: loss %.9f, %.9f by PyTorch", batch, loss, golden->loss);
    g_assert_cmpfloat(fabs(loss - golden->loss), <, 1e-6);
    compare(gradient, golden->figures, 1e-4);
    g_free(samples);
    g_free(gradient);
}

static void the_gradients_of_three_batches_are_pytorchs(void)
{
    GError *error = NULL;
    LeatNetwork *network = leat_network_new(four_classes, &error);
    float *parameters = g_new(float, leat_network_parameters(four_classes));

    g_assert_no_error(error);
    leat_network_initialise(four_classes, 3, parameters);
    leat_network_load(network, parameters);
    for (unsigned batch = 0; batch < G_N_ELEMENTS(golden_gradients); batch++)
        compare_batch(network, batch);
    g_free(parameters);
    leat_network_free(network);
}

static void two_steps_of_training_end_where_pytorchs_do(void)
{
    const LeatTrainingOptions options = {
        .seed = 7,
        .epochs = 1,
        .batch = GOLDEN_BATCH,
        .learning_rate = 0.05,
        .momentum = 0.9,
        .weight_decay = 1e-4,
    };
    TestSamples *samples = test_samples_new(four_classes, 2 * GOLDEN_BATCH, 0);
    LeatExecutor *executor = test_executor(LEAT_EXECUTOR_INLINE, 1);
    GError *error = NULL;
    LeatTrainer *trainer =
        leat_trainer_new(four_classes, &options, &samples->samples, NULL, &error);

    g_assert_no_error(error);
    leat_trainer_run(trainer, executor, NULL, NULL, NULL, &error);
    g_assert_no_error(error);
    compare(leat_trainer_result(trainer)->parameters, golden_training, 1e-5);
    leat_trainer_free(trainer);
    leat_executor_free(executor);
    test_samples_free(samples);
}

static void add(void)
{
    g_test_add_func("/golden/the-gradients-of-three-batches-are-pytorchs",
                    the_gradients_of_three_batches_are_pytorchs);
    g_test_add_func("/golden/two-steps-of-training-end-where-pytorchs-do",
                    two_steps_of_training_end_where_pytorchs_do);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv, add);
}
