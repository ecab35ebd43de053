/* SPDX-License-Identifier: MIT */
/* What is written of a training is read again; what is damaged is told. And what there is to
 * learn. */
#include "app/label-counts.h"
#include "app/model-record.h"
#include "app/model-report.h"
#include "base/error.h"
#include "store-support.h"
#include "store/store-label.h"

#include <string.h>

static LeatStoredSample sample_of(const void *data, unsigned sample)
{
    (void)data;
    return (LeatStoredSample){.recording = 3, .seq = 100 + sample, .target = sample % 2};
}

/* Of two classes, three of whose four frames are right. */
static char *write_metrics(void)
{
    static const char *const labels[] = {"cat", "dog", NULL};
    static const LeatTrainingEpoch curve[] = {
        {.epoch = 1, .train_loss = 1, .validation_loss = 0.75, .accuracy = 0.5},
        {.epoch = 2, .train_loss = 0.5, .validation_loss = 0.25, .accuracy = 0.75},
    };
    LeatNetworkShape shape = {LEAT_NETWORK_CLASSES, 2};
    g_autoptr(LeatMetrics) train = leat_metrics_new(shape), kept_apart = leat_metrics_new(shape);
    static const float scores[][2] = {{0.9F, 0.1F}, {0.2F, 0.8F}, {0.3F, 0.7F}, {0.4F, 0.6F}};
    LeatTrainingResult result = {
        .best_epoch = 2,
        .epochs = 2,
        .stopped_early = true,
        .train = train,
        .validation = kept_apart,
        .samples_per_s = 1000,
    };
    LeatModelOutcome outcome = {
        .result = &result,
        .curve = curve,
        .curve_count = 2,
        .labels = labels,
        .executor = "threads",
        .workers = 2,
        .wall_s = 1.5,
        .sample = sample_of,
    };

    for (unsigned i = 0; i < 4; i++) {
        LeatTarget target = {.class_index = i % 2};

        leat_metrics_add(train, i, target, scores[i % 2]);
        leat_metrics_add(kept_apart, i, target, scores[i]);
    }
    return leat_model_record_write_metrics(&outcome);
}

static LeatStoredModel model_with(char *metrics)
{
    return (LeatStoredModel){
        .name = (char *)(uintptr_t) "pets",
        .kind = LEAT_STORED_CLASSES,
        .labels = (char *)(uintptr_t) "[\"cat\",\"dog\"]",
        .metrics = metrics,
    };
}

static void tells_what_came_of_the_training(void)
{
    g_autofree char *metrics = write_metrics();
    LeatStoredModel model = model_with(metrics);
    GError *error = NULL;
    g_autoptr(LeatModelReport) report = leat_model_report_new(&model, &error);

    g_assert_no_error(error);
    g_assert_cmpstr(report->name, ==, "pets");
    g_assert_cmpstr(report->labels[1], ==, "dog");
    g_assert_null(report->labels[2]);
    g_assert_cmpuint(report->outputs, ==, 2);
    g_assert_false(report->number);
    g_assert_cmpuint(report->train_samples, ==, 4);
    g_assert_cmpuint(report->validation_samples, ==, 4);
    g_assert_cmpfloat(report->train_accuracy, ==, 1);
    g_assert_cmpfloat(report->accuracy, ==, 0.75);
    g_assert_cmpuint(report->best_epoch, ==, 2);
    g_assert_true(report->stopped_early);
    g_assert_cmpstr(report->executor, ==, "threads");
    g_assert_cmpuint(report->workers, ==, 2);
    g_assert_cmpfloat(report->wall_s, ==, 1.5);
    g_assert_cmpuint(report->curve->len, ==, 2);
    g_assert_cmpfloat(g_array_index(report->curve, LeatTrainingEpoch, 1).validation_loss, ==, 0.25);
    g_assert_cmpfloat(g_array_index(report->curve, LeatTrainingEpoch, 0).accuracy, ==, 0.5);
}

static void tells_what_was_taken_for_what(void)
{
    static const unsigned expected[] = {1, 1, 0, 2};
    g_autofree char *metrics = write_metrics();
    LeatStoredModel model = model_with(metrics);
    g_autoptr(LeatModelReport) report = leat_model_report_new(&model, NULL);
    const LeatWorstFrame *worst = report->worst->pdata[0];

    g_assert_cmpmem(report->confusion, 4 * sizeof(unsigned), expected, sizeof(expected));
    g_assert_cmpuint(report->worst->len, ==, 4);
    g_assert_cmpint(worst->recording, ==, 3);
    g_assert_cmpint(worst->seq, ==, 102);
    g_assert_cmpstr(worst->label, ==, "cat");
    g_assert_cmpstr(worst->prediction, ==, "dog");
    g_assert_cmpfloat_with_epsilon(worst->score, 0.7, 1e-6);
}

static void refuses_a_record_that_is_damaged(void)
{
    static const char *const damaged[] = {
        "",
        "[]",
        "{}",
        "{\"confusion\":[[1,2]]}",
        "{\"confusion\":[[1,2],[3]]}",
        "{\"confusion\":[[1,2],[3,\"x\"]]}",
        "{\"confusion\":[1,2]}",
    };

    for (size_t i = 0; i < G_N_ELEMENTS(damaged); i++) {
        LeatStoredModel model = model_with((char *)(uintptr_t)damaged[i]);
        g_autoptr(GError) error = NULL;

        g_assert_null(leat_model_report_new(&model, &error));
        g_assert_error(error, LEAT_ERROR, LEAT_ERROR_CORRUPT);
        g_assert_nonnull(strstr(error->message, "pets"));
    }
}

/* Texts in the place of numbers, lists in the place of texts. */
static void takes_what_it_can_from_a_strange_one(void)
{
    LeatStoredModel model = model_with((char *)(uintptr_t) "{\"confusion\":[[1,0],[0,1]],"
                                                           "\"accuracy\":\"much\",\"curve\":[3,{}],"
                                                           "\"executor\":[],\"worst\":{},"
                                                           "\"epochs\":-7,\"stopped_early\":null}");
    GError *error = NULL;
    g_autoptr(LeatModelReport) report = leat_model_report_new(&model, &error);

    g_assert_no_error(error);
    g_assert_cmpfloat(report->accuracy, ==, 0);
    g_assert_cmpuint(report->curve->len, ==, 1);
    g_assert_cmpuint(report->worst->len, ==, 0);
    g_assert_cmpuint(report->epochs, ==, 0);
    g_assert_null(report->executor);
}

static void says_which_model_is_missing(Place *place, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    (void)data;
    record(place->path, "a", 10, 50);
    g_assert_null(leat_model_report_read(place->path, "pets", &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND);
}

static void add_label(LeatStore *store, const char *name, bool number, int64_t first, int64_t last)
{
    LeatLabel label = {
        .recording = 1,
        .name = (char *)(uintptr_t)name,
        .has_value = number,
        .value = 2.5,
        .first = first,
        .last = last,
    };
    GError *error = NULL;

    leat_store_add_label(store, &label, &error);
    g_assert_no_error(error);
}

static void assert_count(const GPtrArray *counts, guint i, const char *name, bool number,
                         int64_t frames)
{
    const LeatLabelCount *count = counts->pdata[i];

    g_assert_cmpstr(count->name, ==, name);
    g_assert_true(count->number == number);
    g_assert_cmpint(count->frames, ==, frames);
}

static void counts_the_frames_of_each_label(Place *place, gconstpointer data)
{
    LeatStore *store;
    GError *error = NULL;
    g_autoptr(GPtrArray) counts = NULL;

    (void)data;
    record(place->path, "a", 50, 50);
    store = leat_store_open_to_edit(place->path, &error);
    g_assert_no_error(error);
    add_label(store, "gauge", true, 0, 49);
    add_label(store, "dog", false, 0, 9);
    add_label(store, "cat", false, 10, 14);
    add_label(store, "dog", false, 40, 99); /* of which ten are there */
    leat_store_close(store);
    counts = leat_label_counts_read(place->path, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(counts->len, ==, 3);
    assert_count(counts, 0, "cat", false, 5);
    assert_count(counts, 1, "dog", false, 20);
    assert_count(counts, 2, "gauge", true, 50);
}

static LeatLabelChoice check(const GPtrArray *counts, bool first, bool second, bool third,
                             const char *expected)
{
    const bool chosen[] = {first, second, third};
    const LeatLabelCount *which;
    LeatLabelChoice choice = leat_label_counts_check(counts, chosen, &which);

    if (expected)
        g_assert_cmpstr(which->name, ==, expected);
    return choice;
}

static void says_which_labels_can_be_learned(void)
{
    LeatLabelCount cat = {(char *)(uintptr_t) "cat", false, 60};
    LeatLabelCount dog = {(char *)(uintptr_t) "dog", false, 10};
    LeatLabelCount gauge = {(char *)(uintptr_t) "gauge", true, 60};
    LeatLabelCount level = {(char *)(uintptr_t) "level", true, 60};
    g_autoptr(GPtrArray) counts = g_ptr_array_new();

    g_ptr_array_add(counts, &cat);
    g_ptr_array_add(counts, &dog);
    g_ptr_array_add(counts, &gauge);
    g_assert_cmpint(check(counts, true, true, false, NULL), ==, LEAT_CHOICE_FINE);
    g_assert_cmpint(check(counts, false, false, true, NULL), ==, LEAT_CHOICE_FINE);
    g_assert_cmpint(check(counts, false, false, false, NULL), ==, LEAT_CHOICE_EMPTY);
    g_assert_cmpint(check(counts, true, false, false, "cat"), ==, LEAT_CHOICE_ONE_CLASS);
    g_assert_cmpint(check(counts, true, true, true, NULL), ==, LEAT_CHOICE_MIXED);
    dog.frames = 9;
    g_assert_cmpint(check(counts, true, true, false, "dog"), ==, LEAT_CHOICE_FEW_FRAMES);
    counts->pdata[1] = &level;
    g_assert_cmpint(check(counts, false, true, true, NULL), ==, LEAT_CHOICE_NUMBERS);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/model-report/tells-what-came-of-the-training",
                    tells_what_came_of_the_training);
    g_test_add_func("/model-report/tells-what-was-taken-for-what", tells_what_was_taken_for_what);
    g_test_add_func("/model-report/refuses-a-record-that-is-damaged",
                    refuses_a_record_that_is_damaged);
    g_test_add_func("/model-report/takes-what-it-can-from-a-strange-one",
                    takes_what_it_can_from_a_strange_one);
    ADD_TEST("/model-report/says-which-model-is-missing", says_which_model_is_missing);
    ADD_TEST("/label-counts/counts-the-frames-of-each-label", counts_the_frames_of_each_label);
    g_test_add_func("/label-counts/says-which-labels-can-be-learned",
                    says_which_labels_can_be_learned);
    return g_test_run();
}
