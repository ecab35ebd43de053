/* SPDX-License-Identifier: MIT */
#include "model/network.h"

#include "base/error.h"
#include "base/random.h"
#include "model-support.h"

#include <math.h>
#include <string.h>

enum { SAMPLES = 6 };

static const LeatNetworkShape four_classes = {LEAT_NETWORK_CLASSES, 4};
static const LeatNetworkShape a_value = {LEAT_NETWORK_VALUE, 1};

/* A network with random weights, some samples, and the gradient that they give. */
typedef struct {
    LeatNetworkShape shape;
    LeatNetwork *network;
    float *parameters, *gradient;
    uint8_t *samples;
    LeatTarget targets[SAMPLES];
    double loss;
} Fixture;

static Fixture *fixture_new(LeatNetworkShape shape, unsigned samples)
{
    Fixture *fixture = g_new0(Fixture, 1);
    GError *error = NULL;

    fixture->shape = shape;
    fixture->network = leat_network_new(shape, &error);
    g_assert_no_error(error);
    fixture->parameters = g_new(float, leat_network_parameters(shape));
    fixture->gradient = g_new(float, leat_network_parameters(shape));
    leat_network_initialise(shape, 3, fixture->parameters);
    fixture->samples = g_malloc(SAMPLES * LEAT_SAMPLE_BYTES);
    for (unsigned i = 0; i < SAMPLES; i++) {
        test_fill_sample(5, i, -1, fixture->samples + i * LEAT_SAMPLE_BYTES);
        fixture->targets[i] = (LeatTarget){i % shape.outputs, (float)i - 2};
    }
    leat_network_load(fixture->network, fixture->parameters);
    leat_network_gradient(fixture->network, fixture->samples, fixture->targets, samples,
                          &fixture->loss, fixture->gradient, &error);
    g_assert_no_error(error);
    return fixture;
}

static void fixture_free(Fixture *fixture)
{
    leat_network_free(fixture->network);
    g_free(fixture->parameters);
    g_free(fixture->gradient);
    g_free(fixture->samples);
    g_free(fixture);
}

static double reference_loss(const Fixture *fixture, const double *parameters, unsigned samples)
{
    double sum = 0;

    for (unsigned i = 0; i < samples; i++)
        sum += test_reference_loss(fixture->shape, parameters,
                                   fixture->samples + i * LEAT_SAMPLE_BYTES, fixture->targets[i]);
    return sum / samples;
}

/* Two parameters of each array: one with a large gradient, and one that chance picks. */
static void compare_array(const Fixture *fixture, const TestArray *array, double *parameters,
                          unsigned samples)
{
    const double step = 1e-6;
    size_t chosen[2] = {array->first,
                        array->first +
                            leat_random_below(leat_random_at(1, array->first), array->count)};
    double largest;

    for (size_t i = array->first; i < array->first + array->count; i++)
        if (fabsf(fixture->gradient[i]) > fabsf(fixture->gradient[chosen[0]]))
            chosen[0] = i;
    largest = fabsf(fixture->gradient[chosen[0]]);
    for (int i = 0; i < 2; i++) {
        const double at = parameters[chosen[i]];
        double up, down;

        parameters[chosen[i]] = at + step;
        up = reference_loss(fixture, parameters, samples);
        parameters[chosen[i]] = at - step;
        down = reference_loss(fixture, parameters, samples);
        parameters[chosen[i]] = at;
        g_test_message("%s %zu: %.7g by differences, %.7g", array->name, chosen[i] - array->first,
                       (up - down) / (2 * step), fixture->gradient[chosen[i]]);
        g_assert_cmpfloat(fabs((up - down) / (2 * step) - fixture->gradient[chosen[i]]) / largest,
                          <, 2e-4);
    }
}

static void compare_with_differences(LeatNetworkShape shape, unsigned samples)
{
    Fixture *fixture = fixture_new(shape, samples);
    const size_t count = leat_network_parameters(shape);
    double *parameters = g_new(double, count);
    TestArray arrays[TEST_ARRAYS];

    test_arrays(shape, arrays);
    for (size_t i = 0; i < count; i++)
        parameters[i] = fixture->parameters[i];
    g_assert_cmpfloat(fabs(reference_loss(fixture, parameters, samples) - fixture->loss), <, 1e-5);
    for (int i = 0; i < TEST_ARRAYS; i++)
        compare_array(fixture, &arrays[i], parameters, samples);
    g_free(parameters);
    fixture_free(fixture);
}

static void the_gradient_of_classes_is_that_of_finite_differences(void)
{
    compare_with_differences(four_classes, 1);
}

static void the_gradient_of_a_value_is_that_of_finite_differences(void)
{
    compare_with_differences(a_value, 1);
}

static char *sum_of(const void *data, size_t bytes)
{
    return g_compute_checksum_for_data(G_CHECKSUM_SHA256, data, bytes);
}

/* Of gradient, loss and scores on the level that is selected. */
static char *results(unsigned samples)
{
    Fixture *fixture = fixture_new(four_classes, samples);
    float scores[SAMPLES * 4];
    char *gradient, *predicted, *all;

    leat_network_predict(fixture->network, fixture->samples, samples, scores);
    gradient = sum_of(fixture->gradient, leat_network_parameters(four_classes) * sizeof(float));
    predicted = sum_of(scores, sizeof *scores * samples * 4);
    all = g_strdup_printf("%s %s %.17g", gradient, predicted, fixture->loss);
    g_free(gradient);
    g_free(predicted);
    fixture_free(fixture);
    return all;
}

static char *expected;

static void expect_same(LeatKernelsLevel level)
{
    char *found = results(SAMPLES);

    g_test_message("%s: %s", leat_kernels_level_name(level), found);
    g_assert_cmpstr(found, ==, expected);
    g_free(found);
}

static void every_level_gives_the_same_bits(void)
{
    expected = results(SAMPLES);
    test_on_each_level(expect_same);
    g_free(expected);
}

static void a_sample_scores_the_same_alone_and_among_others(void)
{
    Fixture *fixture = fixture_new(four_classes, 1);
    float together[SAMPLES * 4], alone[4];

    leat_network_predict(fixture->network, fixture->samples, SAMPLES, together);
    for (unsigned i = 0; i < SAMPLES; i++) {
        leat_network_predict(fixture->network, fixture->samples + i * LEAT_SAMPLE_BYTES, 1, alone);
        g_assert_cmpmem(alone, sizeof alone, together + (size_t)4 * i, sizeof alone);
    }
    fixture_free(fixture);
}

static void probabilities_add_up_to_one(void)
{
    Fixture *fixture = fixture_new(four_classes, 1);
    float scores[4];

    leat_network_predict(fixture->network, fixture->samples, 1, scores);
    g_assert_cmpfloat(fabsf(scores[0] + scores[1] + scores[2] + scores[3] - 1), <, 1e-6F);
    g_assert_cmpfloat(scores[leat_network_best(scores, 4)], >=, 0.25F);
    fixture_free(fixture);
}

static void the_seed_decides_the_first_weights(void)
{
    const size_t count = leat_network_parameters(four_classes);
    float *one = g_new(float, count), *two = g_new(float, count);
    char *sum;

    leat_network_initialise(four_classes, 1, one);
    sum = leat_network_sha256(four_classes, one);
    g_assert_cmpstr(sum, ==, "a91fa634d002fb41152a3b86dec25fac065305d038cd1f79d9a9724877c6c280");
    g_free(sum);
    leat_network_initialise(four_classes, 2, two);
    g_assert_true(memcmp(one, two, count * sizeof *one) != 0);
    g_free(one);
    g_free(two);
}

static void shapes_that_make_no_sense_are_refused(void)
{
    static const struct {
        LeatNetworkShape shape;
        const char *says;
    } bad[] = {
        {{LEAT_NETWORK_CLASSES, 0}, "at least two"}, {{LEAT_NETWORK_CLASSES, 1}, "at least two"},
        {{LEAT_NETWORK_CLASSES, 65}, "up to 64"},    {{LEAT_NETWORK_VALUE, 2}, "2 outputs"},
        {{(LeatNetworkTask)7, 1}, "kind 7"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        GError *error = NULL;

        g_assert_false(leat_network_check_shape(bad[i].shape, &error));
        g_assert_error(error, LEAT_ERROR, LEAT_ERROR_INVALID);
        g_assert_nonnull(strstr(error->message, bad[i].says));
        g_error_free(error);
    }
    g_assert_true(leat_network_check_shape(four_classes, NULL));
    g_assert_true(leat_network_check_shape(a_value, NULL));
}

static void packed_weights_come_back(void)
{
    const size_t count = leat_network_parameters(a_value);
    float *weights = g_new(float, count), *back = g_new(float, count);
    char *sum;
    GBytes *packed;
    GError *error = NULL;

    leat_network_initialise(a_value, 1, weights);
    sum = leat_network_sha256(a_value, weights);
    packed = leat_network_pack(a_value, weights);
    leat_network_unpack(a_value, g_bytes_get_data(packed, NULL), g_bytes_get_size(packed), sum,
                        back, &error);
    g_assert_no_error(error);
    g_assert_cmpmem(weights, count * sizeof *weights, back, count * sizeof *back);
    g_bytes_unref(packed);
    g_free(sum);
    g_free(weights);
    g_free(back);
}

static void damaged_weights_are_found(void)
{
    const size_t count = leat_network_parameters(a_value);
    float *weights = g_new(float, count);
    char *sum;
    GError *error = NULL;

    leat_network_initialise(a_value, 1, weights);
    sum = leat_network_sha256(a_value, weights);
    g_assert_false(leat_network_unpack(a_value, weights, 100, sum, weights, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_CORRUPT);
    g_clear_error(&error);
    weights[1000] += 1;
    g_assert_false(
        leat_network_unpack(a_value, weights, count * sizeof *weights, sum, weights, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_CORRUPT);
    g_clear_error(&error);
    weights[1000] = NAN;
    g_assert_false(
        leat_network_unpack(a_value, weights, count * sizeof *weights, NULL, weights, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_CORRUPT);
    g_clear_error(&error);
    g_free(sum);
    g_free(weights);
}

static void add(void)
{
    g_test_add_func("/network/the-gradient-of-classes-is-that-of-finite-differences",
                    the_gradient_of_classes_is_that_of_finite_differences);
    g_test_add_func("/network/the-gradient-of-a-value-is-that-of-finite-differences",
                    the_gradient_of_a_value_is_that_of_finite_differences);
    g_test_add_func("/network/every-level-gives-the-same-bits", every_level_gives_the_same_bits);
    g_test_add_func("/network/a-sample-scores-the-same-alone-and-among-others",
                    a_sample_scores_the_same_alone_and_among_others);
    g_test_add_func("/network/probabilities-add-up-to-one", probabilities_add_up_to_one);
    g_test_add_func("/network/the-seed-decides-the-first-weights",
                    the_seed_decides_the_first_weights);
    g_test_add_func("/network/shapes-that-make-no-sense-are-refused",
                    shapes_that_make_no_sense_are_refused);
    g_test_add_func("/network/packed-weights-come-back", packed_weights_come_back);
    g_test_add_func("/network/damaged-weights-are-found", damaged_weights_are_found);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv, add);
}
