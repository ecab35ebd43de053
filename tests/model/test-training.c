/* SPDX-License-Identifier: MIT */
#include "model/training.h"

#include "base/error.h"
#include "model-support.h"
#include "model/evaluation.h"

#include <math.h>
#include <stdatomic.h>
#include <string.h>

static const LeatNetworkShape four_classes = {LEAT_NETWORK_CLASSES, 4};
static const LeatNetworkShape two_classes = {LEAT_NETWORK_CLASSES, 2};
static const LeatNetworkShape a_value = {LEAT_NETWORK_VALUE, 1};

/* Two epochs of two steps, of three shards each, the last one not full. */
enum { SAMPLES = 24, EVERY = 6, BATCH = 11, EPOCHS = 2 };

static LeatTrainingOptions small(LeatNetworkShape shape)
{
    LeatTrainingOptions options = leat_training_defaults(shape.task);

    options.seed = 5;
    options.epochs = EPOCHS;
    options.batch = BATCH;
    options.augment |= LEAT_AUGMENT_FLIP;
    return options;
}

static LeatTrainer *trainer_for(const TestSamples *samples, const LeatTrainingOptions *options)
{
    GError *error = NULL;
    LeatTrainer *trainer =
        leat_trainer_new(samples->shape, options, &samples->samples, NULL, &error);

    g_assert_no_error(error);
    return trainer;
}

static void run(LeatTrainer *trainer, LeatExecutor *executor)
{
    GError *error = NULL;

    leat_trainer_run(trainer, executor, NULL, NULL, NULL, &error);
    g_assert_no_error(error);
}

/* The hash of the weights after a small training. */
static char *train(LeatNetworkShape shape, unsigned epochs, LeatExecutorKind kind, unsigned workers)
{
    LeatTrainingOptions options = small(shape);
    TestSamples *samples = test_samples_new(shape, SAMPLES, EVERY);
    LeatExecutor *executor = test_executor(kind, workers);
    LeatTrainer *trainer;
    char *sha256;

    options.epochs = epochs;
    trainer = trainer_for(samples, &options);
    run(trainer, executor);
    sha256 = g_strdup(leat_trainer_result(trainer)->sha256);
    leat_trainer_free(trainer);
    leat_executor_free(executor);
    test_samples_free(samples);
    return sha256;
}

/* One epoch: its second step begins with what the workers made of the first. */
static void expect_one_hash(gconstpointer data)
{
    const LeatExecutorKind kind = (LeatExecutorKind)GPOINTER_TO_INT(data);
    static const unsigned workers[] = {1, 2, 3, 7};
    char *expected = train(four_classes, 1, LEAT_EXECUTOR_INLINE, 1);

    for (size_t i = 0; i < G_N_ELEMENTS(workers); i++) {
        char *found = train(four_classes, 1, kind, workers[i]);

        g_assert_cmpstr(found, ==, expected);
        g_free(found);
    }
    g_free(expected);
}

/* The least that has two steps and a validation: portable kernels take their time. */
static char *train_little(void)
{
    LeatTrainingOptions options = small(two_classes);
    TestSamples *samples = test_samples_new(two_classes, 4, 4);
    LeatExecutor *executor = test_executor(LEAT_EXECUTOR_INLINE, 1);
    LeatTrainer *trainer;
    char *sha256;

    options.epochs = 1;
    options.batch = 2;
    trainer = trainer_for(samples, &options);
    run(trainer, executor);
    sha256 = g_strdup(leat_trainer_result(trainer)->sha256);
    leat_trainer_free(trainer);
    leat_executor_free(executor);
    test_samples_free(samples);
    return sha256;
}

static char *expected_little;

static void expect_little(LeatKernelsLevel level)
{
    char *found = train_little();

    g_test_message("%s: %s", leat_kernels_level_name(level), found);
    g_assert_cmpstr(found, ==, expected_little);
    g_free(found);
}

/* The hash is written down, so that another machine's processor is held to it, too. */
static void every_level_trains_the_same_weights(void)
{
    expected_little = train_little();
    test_on_each_level(expect_little);
    g_assert_cmpstr(expected_little, ==,
                    "2c9201fbf6a60934fc013998ce2a9f7d8f91f8f1f1927fe016cc53cf2e2baacf");
    g_free(expected_little);
}

/* Samples that trigger a cancel when the given one is read for the n-th time. */
typedef struct {
    TestSamples *inner;
    LeatSamples samples;
    LeatCancel *cancel;
    atomic_uint left; /* reads until it triggers */
} Canceller;

static bool read_and_cancel(void *data, unsigned sample, uint8_t *pixels, GError **error)
{
    Canceller *canceller = data;

    if (atomic_fetch_sub(&canceller->left, 1) == 1)
        leat_cancel_trigger(canceller->cancel);
    return canceller->inner->samples.read(canceller->inner, sample, pixels, error);
}

static void canceller_init(Canceller *canceller, LeatNetworkShape shape, unsigned reads)
{
    GError *error = NULL;

    canceller->inner = test_samples_new(shape, SAMPLES, EVERY);
    canceller->samples = canceller->inner->samples;
    canceller->samples.read = read_and_cancel;
    canceller->samples.data = canceller;
    canceller->cancel = leat_cancel_new(NULL, &error);
    g_assert_no_error(error);
    atomic_init(&canceller->left, reads);
}

static void canceller_finish(Canceller *canceller)
{
    leat_cancel_unref(canceller->cancel);
    test_samples_free(canceller->inner);
}

/* Cancels a training when that many samples have been read, and goes on: with the trainer itself,
 * or with another one, from a checkpoint, on another executor. */
static char *train_in_two_parts(LeatNetworkShape shape, unsigned reads, bool elsewhere)
{
    const LeatTrainingOptions options = small(shape);
    LeatExecutor *executor = test_executor(LEAT_EXECUTOR_INLINE, 1);
    LeatExecutor *other = test_executor(LEAT_EXECUTOR_THREADS, 2);
    Canceller canceller;
    LeatTrainer *trainer;
    GError *error = NULL;
    char *sha256;

    canceller_init(&canceller, shape, reads);
    trainer = leat_trainer_new(shape, &options, &canceller.samples, NULL, &error);
    g_assert_no_error(error);
    g_assert_false(leat_trainer_run(trainer, executor, canceller.cancel, NULL, NULL, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_CANCELLED);
    g_clear_error(&error);
    g_assert_null(leat_trainer_result(trainer));
    if (elsewhere) {
        GBytes *checkpoint = leat_trainer_checkpoint(trainer);

        leat_trainer_free(trainer);
        trainer = trainer_for(canceller.inner, &options);
        leat_trainer_restore(trainer, g_bytes_get_data(checkpoint, NULL),
                             g_bytes_get_size(checkpoint), &error);
        g_assert_no_error(error);
        g_bytes_unref(checkpoint);
    }
    run(trainer, other);
    sha256 = g_strdup(leat_trainer_result(trainer)->sha256);
    leat_trainer_free(trainer);
    canceller_finish(&canceller);
    leat_executor_free(executor);
    leat_executor_free(other);
    return sha256;
}

/* In the first batch, the second, the validation after the first epoch, and in what is measured at
 * the end. */
static const unsigned stops[] = {1, BATCH + 5, 22, 50};

static void expect_same_in_two_parts(LeatNetworkShape shape, bool elsewhere)
{
    char *expected = train(shape, EPOCHS, LEAT_EXECUTOR_INLINE, 1);

    /* A sanitizer's run has every other one. */
    for (size_t i = 0; i < G_N_ELEMENTS(stops); i += g_getenv("LEAT_SANITIZED") ? 2 : 1) {
        char *found = train_in_two_parts(shape, stops[i], elsewhere);

        g_assert_cmpstr(found, ==, expected);
        g_free(found);
    }
    g_free(expected);
}

static void a_cancelled_training_goes_on_to_the_same_weights(void)
{
    expect_same_in_two_parts(four_classes, false);
}

static void a_checkpoint_goes_on_elsewhere_to_the_same_weights(void)
{
    expect_same_in_two_parts(a_value, true);
}

static void expect_refused(LeatTrainer *trainer, const uint8_t *data, size_t bytes, LeatError code)
{
    GError *error = NULL;

    g_assert_false(leat_trainer_restore(trainer, data, bytes, &error));
    g_assert_error(error, LEAT_ERROR, (int)code);
    g_error_free(error);
}

static void a_checkpoint_of_something_else_is_refused(void)
{
    LeatTrainingOptions options = small(four_classes);
    TestSamples *samples = test_samples_new(four_classes, SAMPLES, EVERY);
    LeatTrainer *trainer = trainer_for(samples, &options), *other;
    GBytes *checkpoint = leat_trainer_checkpoint(trainer);
    size_t bytes;
    uint8_t *data = g_bytes_unref_to_data(checkpoint, &bytes);

    options.seed++;
    other = trainer_for(samples, &options);
    expect_refused(other, data, bytes, LEAT_ERROR_INVALID);
    expect_refused(trainer, data, 7, LEAT_ERROR_CORRUPT);
    expect_refused(trainer, data, bytes - 1, LEAT_ERROR_CORRUPT);
    data[bytes / 2] ^= 1;
    expect_refused(trainer, data, bytes, LEAT_ERROR_CORRUPT);
    g_free(data);
    leat_trainer_free(other);
    leat_trainer_free(trainer);
    test_samples_free(samples);
}

static void keep_last(const LeatTrainingProgress *progress, void *data)
{
    *(LeatTrainingProgress *)data = *progress;
}

static void it_learns_classes_and_says_how_well(void)
{
    LeatTrainingOptions options = leat_training_defaults(LEAT_NETWORK_CLASSES);
    TestSamples *samples = test_samples_new(four_classes, 64, 4);
    LeatExecutor *executor = test_executor(LEAT_EXECUTOR_THREADS, 2);
    LeatTrainingProgress progress;
    const LeatTrainingResult *result;
    const LeatTrainingEpoch *curve;
    LeatTrainer *trainer;
    unsigned epochs;
    GError *error = NULL;

    /* The classes go round in fours, as what is for validation does: shift the latter. */
    for (unsigned i = 0; i < 64; i++)
        samples->infos[i].split = i / 4 % 4 == 3 ? LEAT_SPLIT_VALIDATE : LEAT_SPLIT_TRAIN;
    options.epochs = 2;
    options.batch = 8;
    options.augment = LEAT_AUGMENT_SHIFT;
    trainer = trainer_for(samples, &options);
    leat_trainer_run(trainer, executor, NULL, keep_last, &progress, &error);
    g_assert_no_error(error);
    result = leat_trainer_result(trainer);
    curve = leat_trainer_curve(trainer, &epochs);
    g_test_message("accuracy %g after %u epochs, loss %g", result->validation->accuracy, epochs,
                   result->validation->loss);
    g_assert_cmpfloat(result->validation->accuracy, ==, 1);
    g_assert_cmpfloat(result->train->accuracy, ==, 1);
    g_assert_cmpuint(result->validation->samples, ==, 16);
    for (unsigned i = 0; i < 16; i++)
        g_assert_cmpuint(result->validation->confusion[i], ==, i % 5 == 0 ? 4 : 0);
    g_assert_cmpuint(result->validation->worst_count, ==, 16);
    g_assert_cmpfloat(result->validation->worst[0].loss, >=, result->validation->worst[15].loss);
    g_assert_cmpuint(epochs, ==, result->epochs);
    g_assert_cmpfloat(curve[epochs - 1].train_loss, <, curve[0].train_loss);
    g_assert_cmpfloat(result->samples_per_s, >, 0);
    g_assert_true(progress.epoch_ended);
    g_assert_cmpuint(progress.samples_done, ==, (uint64_t)48 * epochs);
    leat_trainer_free(trainer);
    leat_executor_free(executor);
    test_samples_free(samples);
}

static void it_learns_values_in_their_units(void)
{
    LeatTrainingOptions options = leat_training_defaults(LEAT_NETWORK_VALUE);
    TestSamples *samples = test_samples_new(a_value, 60, 5);
    LeatExecutor *executor = test_executor(LEAT_EXECUTOR_INLINE, 1);
    LeatTrainer *trainer;
    double error_made;

    options.epochs = 5;
    options.batch = 8;
    options.augment = LEAT_AUGMENT_NONE;
    trainer = trainer_for(samples, &options);
    run(trainer, executor);
    error_made = leat_trainer_result(trainer)->validation->mean_absolute_error;
    g_test_message("mean absolute error %g of 20 to 50", error_made);
    g_assert_cmpfloat(error_made, <, 2.5);
    g_assert_cmpfloat(error_made, >, 0);
    leat_trainer_free(trainer);
    leat_executor_free(executor);
    test_samples_free(samples);
}

/* Targets that nothing in the pictures tells: the first epochs are as good as it gets. */
static void it_stops_when_validation_gets_no_better(void)
{
    LeatTrainingOptions options = small(two_classes);
    TestSamples *samples = test_samples_new(two_classes, 16, 4);
    LeatExecutor *executor = test_executor(LEAT_EXECUTOR_INLINE, 1);
    const LeatTrainingResult *result;
    LeatTrainer *trainer;

    samples->infos[0].target.class_index = 1;
    options.epochs = 40;
    options.patience = 2;
    trainer = trainer_for(samples, &options);
    run(trainer, executor);
    result = leat_trainer_result(trainer);
    g_assert_true(result->stopped_early);
    g_assert_cmpuint(result->epochs, <, 40);
    g_assert_cmpuint(result->best_epoch, ==, result->epochs - 2);
    leat_trainer_free(trainer);
    leat_executor_free(executor);
    test_samples_free(samples);
}

static void it_goes_on_from_another_models_weights(void)
{
    const LeatTrainingOptions options = small(a_value);
    TestSamples *samples = test_samples_new(a_value, SAMPLES, EVERY);
    LeatExecutor *executor = test_executor(LEAT_EXECUTOR_INLINE, 1);
    LeatTrainer *first = trainer_for(samples, &options), *second;
    const LeatTrainingEpoch *curve;
    unsigned epochs;
    double loss;
    GError *error = NULL;

    run(first, executor);
    curve = leat_trainer_curve(first, &epochs);
    loss = curve[0].train_loss;
    second = leat_trainer_new(a_value, &options, &samples->samples,
                              leat_trainer_result(first)->parameters, &error);
    g_assert_no_error(error);
    run(second, executor);
    curve = leat_trainer_curve(second, &epochs);
    g_assert_cmpfloat(curve[0].train_loss, <, loss);
    leat_trainer_free(first);
    leat_trainer_free(second);
    leat_executor_free(executor);
    test_samples_free(samples);
}

static void a_loss_that_diverges_stops_it_with_advice(void)
{
    LeatTrainingOptions options = small(a_value);
    TestSamples *samples = test_samples_new(a_value, SAMPLES, EVERY);
    LeatExecutor *executor = test_executor(LEAT_EXECUTOR_INLINE, 1);
    LeatTrainer *trainer;
    GError *error = NULL;

    options.learning_rate = 1e4;
    options.epochs = 20;
    trainer = trainer_for(samples, &options);
    for (int time = 0; time < 2; time++) {
        g_assert_false(leat_trainer_run(trainer, executor, NULL, NULL, NULL, &error));
        g_assert_error(error, LEAT_ERROR, LEAT_ERROR_FAILED);
        g_test_message("%s", error->message);
        g_assert_nonnull(strstr(error->message, "lower learning rate"));
        g_clear_error(&error);
    }
    g_assert_null(leat_trainer_checkpoint(trainer));
    leat_trainer_free(trainer);
    leat_executor_free(executor);
    test_samples_free(samples);
}

static void expect_no_trainer(LeatNetworkShape shape, const LeatTrainingOptions *options,
                              const LeatSamples *samples, const char *says)
{
    GError *error = NULL;

    g_assert_null(leat_trainer_new(shape, options, samples, NULL, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_INVALID);
    g_test_message("%s", error->message);
    g_assert_nonnull(strstr(error->message, says));
    g_error_free(error);
}

static void bad_samples_are_refused(void)
{
    static const char *const names[] = {"empty", "mouse"};
    const LeatTrainingOptions options = small(two_classes);
    TestSamples *samples = test_samples_new(two_classes, 8, 0);

    expect_no_trainer((LeatNetworkShape){LEAT_NETWORK_CLASSES, 1}, &options, &samples->samples,
                      "at least two");
    samples->infos[3].target.value = NAN;
    expect_no_trainer(a_value, &options, &samples->samples, "sample 3 is no finite number");
    samples->infos[5].target.class_index = 2;
    expect_no_trainer(two_classes, &options, &samples->samples, "sample 5 is of class 2");
    for (unsigned i = 0; i < 8; i++)
        samples->infos[i].target.class_index = 0;
    samples->samples.class_names = names;
    expect_no_trainer(two_classes, &options, &samples->samples, "class 1 ('mouse')");
    for (unsigned i = 0; i < 8; i++)
        samples->infos[i].split = LEAT_SPLIT_VALIDATE;
    expect_no_trainer(two_classes, &options, &samples->samples, "no samples to train on");
    samples->samples.count = 0;
    expect_no_trainer(two_classes, &options, &samples->samples, "no samples to train on");
    test_samples_free(samples);
}

static void bad_options_are_refused(void)
{
    const LeatTrainingOptions good = small(two_classes);
    TestSamples *samples = test_samples_new(two_classes, 8, 0);
    LeatTrainingOptions bad = good;

    bad.epochs = 0;
    expect_no_trainer(two_classes, &bad, &samples->samples, "epochs 0");
    bad = good;
    bad.batch = LEAT_TRAINING_MAX_BATCH + 1;
    expect_no_trainer(two_classes, &bad, &samples->samples, "batch 257");
    bad = good;
    bad.learning_rate = NAN;
    expect_no_trainer(two_classes, &bad, &samples->samples, "learning rate");
    bad = good;
    bad.momentum = 1;
    expect_no_trainer(two_classes, &bad, &samples->samples, "momentum 1");
    test_samples_free(samples);
}

static bool fail_to_read(void *data, unsigned sample, uint8_t *pixels, GError **error)
{
    if (sample != 7)
        return read_and_cancel(data, sample, pixels, error);
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND, "sample 7 is gone");
    return false;
}

static void a_sample_that_cannot_be_read_ends_it_with_its_error(void)
{
    const LeatTrainingOptions options = small(four_classes);
    LeatExecutor *executor = test_executor(LEAT_EXECUTOR_THREADS, 2);
    Canceller canceller;
    LeatTrainer *trainer;
    GError *error = NULL;

    canceller_init(&canceller, four_classes, 0);
    canceller.samples.read = fail_to_read;
    trainer = leat_trainer_new(four_classes, &options, &canceller.samples, NULL, &error);
    g_assert_no_error(error);
    g_assert_false(leat_trainer_run(trainer, executor, NULL, NULL, NULL, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND);
    g_assert_cmpstr(error->message, ==, "sample 7 is gone");
    g_clear_error(&error);
    leat_trainer_free(trainer);
    canceller_finish(&canceller);
    leat_executor_free(executor);
}

static void add(void)
{
    g_test_add_data_func("/training/one-hash-on-any-number-of-threads",
                         GINT_TO_POINTER(LEAT_EXECUTOR_THREADS), expect_one_hash);
    g_test_add_data_func("/training/one-hash-on-any-number-of-processes",
                         GINT_TO_POINTER(LEAT_EXECUTOR_PROCESSES), expect_one_hash);
    g_test_add_func("/training/every-level-trains-the-same-weights",
                    every_level_trains_the_same_weights);
    g_test_add_func("/training/a-cancelled-training-goes-on-to-the-same-weights",
                    a_cancelled_training_goes_on_to_the_same_weights);
    g_test_add_func("/training/a-checkpoint-goes-on-elsewhere-to-the-same-weights",
                    a_checkpoint_goes_on_elsewhere_to_the_same_weights);
    g_test_add_func("/training/a-checkpoint-of-something-else-is-refused",
                    a_checkpoint_of_something_else_is_refused);
    g_test_add_func("/training/it-learns-classes-and-says-how-well",
                    it_learns_classes_and_says_how_well);
    g_test_add_func("/training/it-learns-values-in-their-units", it_learns_values_in_their_units);
    g_test_add_func("/training/it-stops-when-validation-gets-no-better",
                    it_stops_when_validation_gets_no_better);
    g_test_add_func("/training/it-goes-on-from-another-models-weights",
                    it_goes_on_from_another_models_weights);
    g_test_add_func("/training/a-loss-that-diverges-stops-it-with-advice",
                    a_loss_that_diverges_stops_it_with_advice);
    g_test_add_func("/training/bad-samples-are-refused", bad_samples_are_refused);
    g_test_add_func("/training/bad-options-are-refused", bad_options_are_refused);
    g_test_add_func("/training/a-sample-that-cannot-be-read-ends-it-with-its-error",
                    a_sample_that_cannot_be_read_ends_it_with_its_error);
}

int main(int argc, char **argv)
{
    return test_main(argc, argv, add);
}
