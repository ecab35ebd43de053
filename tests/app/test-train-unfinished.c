/* SPDX-License-Identifier: MIT */
/* What a training would go on with is known before it is begun. The pictures are made up: which
 * training it is follows from the frames' numbers. */
#include "app/dataset.h"
#include "app/train-checkpoint.h"
#include "app/train-choice.h"
#include "app/train-unfinished.h"
#include "app/work-kinds.h"
#include "base/error.h"
#include "store-support.h"
#include "store/store-label.h"

#include <glib/gstdio.h>
#include <string.h>

#define FRAMES 60
#define EPOCHS 5
#define EPOCH 2 /* in which it is ended */

static LeatTrainOptions options_of(const Place *place)
{
    return (LeatTrainOptions){.path = place->path, .seed = -1, .patience = -1, .epochs = EPOCHS};
}

static void add_label(const Place *place, const char *name, int64_t first, int64_t last)
{
    LeatLabel label = {
        .recording = 1, .name = (char *)(uintptr_t)name, .first = first, .last = last};
    g_autoptr(GError) error = NULL;
    g_autoptr(LeatStore) store = leat_store_open_to_edit(place->path, &error);

    g_assert_no_error(error);
    leat_store_add_label(store, &label, &error);
    g_assert_no_error(error);
}

static void make_library(const Place *place)
{
    record(place->path, "one", FRAMES, 100);
    add_label(place, "rose", 0, 29);
    add_label(place, "grass", 30, 49);
}

static bool make_up(void *data, unsigned sample, uint8_t *pixels, GError **error)
{
    (void)data;
    (void)error;
    memset(pixels, (int)(sample % 256), LEAT_SAMPLE_BYTES);
    return true;
}

static void end_in_epoch(const LeatTrainingProgress *progress, void *data)
{
    if (progress->epoch_ended && progress->epoch == EPOCH - 1)
        leat_cancel_trigger(data);
}

static void run(LeatTrainer *trainer)
{
    g_autoptr(GError) error = NULL;
    LeatExecutorOptions options = {.kind = LEAT_EXECUTOR_INLINE, .kinds = leat_work_kinds()};
    LeatExecutor *executor = leat_executor_new(&options, &error);
    LeatCancel *cancel = leat_cancel_new(NULL, &error);

    g_assert_no_error(error);
    leat_trainer_run(trainer, executor, cancel, end_in_epoch, cancel, &error);
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_CANCELLED);
    leat_cancel_unref(cancel);
    leat_executor_free(executor);
}

/* Begins the training, and ends it in its second epoch. */
static void leave_unfinished(const LeatTrainOptions *options)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(LeatDataset) dataset = leat_dataset_open(options->path, options->labels, &error);
    g_autoptr(LeatTrainCheckpoint) checkpoint = NULL;
    LeatNetworkShape shape;
    LeatTrainingOptions training;
    LeatSamples samples;
    LeatTrainer *trainer;

    g_assert_no_error(error);
    g_assert_true(leat_dataset_settle(dataset, &error));
    shape = leat_dataset_shape(dataset);
    training = leat_train_choice(options, shape.task);
    samples = *leat_dataset_samples(dataset);
    samples.read = make_up;
    trainer = leat_trainer_new(shape, &training, &samples, NULL, &error);
    g_assert_no_error(error);
    checkpoint = leat_train_checkpoint_new(options->path, leat_dataset_frames_sha256(dataset));
    run(trainer);
    g_assert_true(leat_train_checkpoint_save(checkpoint, trainer));
    leat_trainer_free(trainer);
}

static void set_up(Place *place, gconstpointer data)
{
    LeatTrainOptions options;

    place_set_up(place, data);
    make_library(place);
    options = options_of(place);
    leave_unfinished(&options);
}

static bool goes_on(const LeatTrainOptions *options)
{
    LeatTrainUnfinished unfinished = {0};

    if (!leat_train_find_unfinished(options, &unfinished))
        return false;
    g_assert_cmpuint(unfinished.epoch, ==, EPOCH);
    g_assert_cmpuint(unfinished.epochs, ==, EPOCHS);
    return true;
}

static void test_same(Place *place, gconstpointer data)
{
    LeatTrainOptions options = options_of(place);
    const char *const labels[] = {"grass", "rose", NULL};

    (void)data;
    g_assert_true(goes_on(&options));
    /* All the same labels, and what changes no weights. */
    options.labels = labels;
    options.name = "flowers";
    options.executor = LEAT_EXECUTOR_PROCESSES;
    options.workers = 3;
    g_assert_true(goes_on(&options));
}

static void test_other_options(Place *place, gconstpointer data)
{
    LeatTrainOptions options = options_of(place);

    (void)data;
    options.epochs = EPOCHS + 1;
    g_assert_false(goes_on(&options));
    options = options_of(place);
    options.learning_rate = 0.01;
    g_assert_false(goes_on(&options));
}

static void test_other_labels(Place *place, gconstpointer data)
{
    LeatTrainOptions options = options_of(place);

    (void)data;
    add_label(place, "grass", 50, FRAMES - 1);
    g_assert_false(goes_on(&options));
}

/* As many, with the same labels, of another recording. */
static void test_other_frames(Place *place, gconstpointer data)
{
    LeatTrainOptions options = options_of(place);
    g_autofree char *said =
        sqlite_shell(place->path, "UPDATE recording SET started_wall_ns = started_wall_ns + 1");

    (void)data;
    g_assert_cmpstr(said, ==, "");
    g_assert_false(goes_on(&options));
}

static void test_none(Place *place, gconstpointer data)
{
    LeatTrainOptions options = options_of(place);
    g_autofree char *unfinished = g_strconcat(place->path, "-training", NULL);

    (void)data;
    g_assert_true(g_file_set_contents(unfinished, "Leat training 1\n", -1, NULL));
    g_assert_false(goes_on(&options));
    g_assert_cmpint(g_remove(unfinished), ==, 0);
    g_assert_false(goes_on(&options));
    options.path = "/nowhere/a.leat";
    g_assert_false(goes_on(&options));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, function) \
    g_test_add("/train-unfinished/" name, Place, NULL, set_up, function, place_tear_down)
    ADD("the-same-training-goes-on-where-it-was", test_same);
    ADD("other-options-begin-anew", test_other_options);
    ADD("more-labels-begin-anew", test_other_labels);
    ADD("other-frames-begin-anew", test_other_frames);
    ADD("what-is-damaged-or-gone-is-none", test_none);
    return g_test_run();
}
