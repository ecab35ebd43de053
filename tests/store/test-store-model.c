/* SPDX-License-Identifier: MIT */
#include "store-support.h"

#include "base/error.h"
#include "store/store-label.h"
#include "store/store-model.h"
#include "store/store-prediction.h"

#include <string.h>

static char *text(const char *constant)
{
    return (char *)(uintptr_t)constant;
}

/* Of `samples` frames of recording 1. */
static int64_t add(LeatStore *store, const char *name, const char *weights, int samples,
                   int64_t parent)
{
    GArray *frames = g_array_new(FALSE, FALSE, sizeof(LeatStoredSample));
    GError *error = NULL;
    LeatStoredModel model = {
        .name = text(name),
        .labels = text("[\"a\",\"b\"]"),
        .samples = samples,
        .has_accuracy = true,
        .accuracy = 0.75,
        .options = text("{\"seed\":1}"),
        .metrics = text("{}"),
        .parent = parent,
        .weights = (uint8_t *)text(weights),
        .weight_bytes = strlen(weights),
    };

    for (int i = 0; i < samples; i++) {
        LeatStoredSample frame = {1, i, i % 2, i % 5 == 4};

        g_array_append_val(frames, frame);
    }
    leat_store_add_model(store, &model, frames, &error);
    g_assert_no_error(error);
    g_array_unref(frames);
    if (!name)
        g_free(model.name);
    return model.id;
}

static LeatStore *prepare(const Place *place)
{
    GError *error = NULL;
    LeatStore *store;

    record(place->path, "a", 20, 50);
    store = leat_store_open_to_edit(place->path, &error);
    g_assert_no_error(error);
    return store;
}

static void test_kept(Place *place, gconstpointer data)
{
    g_autoptr(LeatStore) store = prepare(place);
    GError *error = NULL;
    g_autoptr(LeatStoredModel) model = NULL;
    g_autoptr(GPtrArray) models = NULL;
    g_autoptr(GArray) samples = NULL;
    int64_t first = add(store, "first", "weights", 10, 0);

    (void)data;
    add(store, NULL, "others", 0, first);
    model = leat_store_find_model(store, "first", &error);
    g_assert_no_error(error);
    g_assert_cmpmem(model->weights, model->weight_bytes, "weights", 7);
    /* printf weights | sha256sum */
    g_assert_cmpstr(model->sha256, ==,
                    "9a129038d9a00aed0cf6a7ea059ca50a813449061ab87848cf1a13eafdf33b2c");
    g_assert_cmpstr(model->labels, ==, "[\"a\",\"b\"]");
    g_assert_cmpstr(model->leat_version, ==, LEAT_VERSION);
    g_assert_cmpfloat(model->accuracy, ==, 0.75);
    samples = leat_store_model_samples(store, first, &error);
    g_assert_cmpuint(samples->len, ==, 10);
    g_assert_true(g_array_index(samples, LeatStoredSample, 4).validate);
    g_assert_false(g_array_index(samples, LeatStoredSample, 5).validate);
    g_assert_cmpfloat(g_array_index(samples, LeatStoredSample, 5).target, ==, 1);
    models = leat_store_models(store, &error);
    g_assert_cmpuint(models->len, ==, 2);
    g_assert_cmpstr(((LeatStoredModel *)models->pdata[1])->name, ==, "model-1");
    g_assert_cmpstr(((LeatStoredModel *)models->pdata[1])->parent_name, ==, "first");
    assert_sound(place->path);
}

static void test_names(Place *place, gconstpointer data)
{
    g_autoptr(LeatStore) store = prepare(place);
    g_autofree char *too_long = g_strnfill(10000, 'x');
    GError *error = NULL;

    (void)data;
    add(store, "first", "w", 0, 0);
    g_assert_false(leat_store_check_new_model(store, "first", &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_EXISTS);
    g_clear_error(&error);
    g_assert_false(leat_store_check_new_model(store, too_long, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_INVALID);
    g_clear_error(&error);
    g_assert_null(leat_store_find_model(store, "second", &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND);
    g_assert_nonnull(strstr(error->message, "'first'"));
    g_clear_error(&error);
}

static char *successor_name(LeatStore *store, const char *after)
{
    g_autoptr(GArray) none = g_array_new(FALSE, FALSE, sizeof(LeatStoredSample));
    GError *error = NULL;
    LeatStoredModel model = {
        .labels = text("[]"),
        .options = text("{}"),
        .metrics = text("{}"),
        .weights = (uint8_t *)text("w"),
        .weight_bytes = 1,
    };

    leat_store_add_successor(store, &model, after, none, &error);
    g_assert_no_error(error);
    return model.name;
}

static void expect_successor(LeatStore *store, const char *after, const char *expected)
{
    g_autofree char *name = successor_name(store, after);

    g_assert_cmpstr(name, ==, expected);
}

static void test_successors(Place *place, gconstpointer data)
{
    g_autoptr(LeatStore) store = prepare(place);
    g_autofree char *long_name = g_strnfill(200, 'x');
    g_autoptr(GString) euros = g_string_new("e");
    g_autofree char *long_next = NULL, *euros_next = NULL;

    (void)data;
    add(store, "feeder", "w", 0, 0);
    expect_successor(store, "feeder", "feeder-2");
    expect_successor(store, "feeder-2", "feeder-3");
    expect_successor(store, "feeder", "feeder-4");
    expect_successor(store, "feeder-7", "feeder-5"); /* the first that is free */
    expect_successor(store, "2", "2-2");
    expect_successor(store, "-2", "-2-2");
    /* Whatever the name, its successor can be read again. */
    long_next = successor_name(store, long_name);
    g_assert_true(g_str_has_prefix(long_next, "xxx") && g_str_has_suffix(long_next, "x-2"));
    while (euros->len <= 190)
        g_string_append(euros, "€");
    euros_next = successor_name(store, euros->str);
    g_assert_true(g_utf8_validate(euros_next, -1, NULL));
    g_assert_true(g_str_has_suffix(euros_next, "€-2"));
    assert_sound(place->path);
}

static void test_damaged_weights(Place *place, gconstpointer data)
{
    LeatStore *store = prepare(place);
    GError *error = NULL;
    char *faults;

    (void)data;
    add(store, "first", "weights", 0, 0);
    leat_store_close(store);
    assert_sql(place->path, "UPDATE model SET weights = x'776569676874'", "");
    store = open_store(place->path);
    g_assert_null(leat_store_find_model(store, "first", &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_CORRUPT);
    g_clear_error(&error);
    leat_store_close(store);
    faults = faults_of(place->path);
    g_assert_nonnull(strstr(faults, "the weights of model 'first'"));
    g_free(faults);
}

static void test_removed(Place *place, gconstpointer data)
{
    g_autoptr(LeatStore) store = prepare(place);
    LeatStoredPrediction row = {.seq = 3, .label = "a", .score = 0.5};
    int64_t first = add(store, "first", "w", 10, 0);
    GError *error = NULL;

    (void)data;
    add(store, "second", "v", 10, first);
    g_assert_true(leat_store_set_predictions(store, 1, first, &row, 1, &error));
    g_assert_true(leat_store_remove_model(store, "first", &error));
    g_assert_no_error(error);
    g_assert_false(leat_store_remove_model(store, "first", &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND);
    g_clear_error(&error);
    assert_sql(place->path,
               "SELECT (SELECT count(*) FROM model), (SELECT count(*) FROM prediction),"
               " (SELECT count(*) FROM model_sample), (SELECT parent IS NULL FROM model)",
               "1|0|10|1");
    assert_sound(place->path);
}

static void test_predictions(Place *place, gconstpointer data)
{
    g_autoptr(LeatStore) store = prepare(place);
    LeatStoredPrediction rows[] = {{.seq = 3, .label = "a", .score = 0.5},
                                   {.seq = 4, .label = "b", .score = 0.75}};
    int64_t first = add(store, "first", "w", 0, 0), second = add(store, "second", "v", 0, 0);
    g_autoptr(LeatPredictions) all = NULL;
    g_autoptr(LeatPredictions) of_first = NULL;
    g_autoptr(GPtrArray) uses = NULL;
    GError *error = NULL;
    char *faults;

    (void)data;
    g_assert_true(leat_store_set_predictions(store, 1, first, rows, 2, &error));
    rows[1].label = "a";
    g_assert_true(leat_store_set_predictions(store, 1, second, rows + 1, 1, &error));
    rows[0].score = 0.25;
    g_assert_true(leat_store_set_predictions(store, 1, first, rows, 1, &error));
    all = leat_store_predictions(store, 1, -1, &error);
    g_assert_cmpuint(all->count, ==, 2);
    g_assert_cmpstr(all->rows[1].label, ==, "a");
    g_assert_cmpint(all->rows[1].model, ==, second);
    of_first = leat_store_predictions(store, 1, first, &error);
    g_assert_cmpuint(of_first->count, ==, 2);
    g_assert_cmpfloat(of_first->rows[0].score, ==, 0.25);
    g_assert_cmpstr(of_first->rows[1].label, ==, "b");
    uses = leat_store_model_uses(store, 1, &error);
    g_assert_cmpuint(uses->len, ==, 2);
    g_assert_cmpint(((LeatStoredModelUse *)uses->pdata[0])->predictions, ==, 2);
    g_assert_cmpint(((LeatStoredModelUse *)uses->pdata[0])->live_from_seq, ==, -1);
    assert_sound(place->path);
    rows[0].seq = 500;
    g_assert_true(leat_store_set_predictions(store, 1, first, rows, 1, &error));
    faults = faults_of(place->path);
    g_assert_cmpstr(faults, ==, "recording 'a': frame 500 has a prediction, and is not stored");
    g_free(faults);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_TEST("/store-model/what-is-stored-is-what-is-read", test_kept);
    ADD_TEST("/store-model/names-are-unique-and-short", test_names);
    ADD_TEST("/store-model/a-successor-gets-the-next-free-number", test_successors);
    ADD_TEST("/store-model/damaged-weights-are-not-used", test_damaged_weights);
    ADD_TEST("/store-model/a-model-goes-with-all-it-said", test_removed);
    ADD_TEST("/store-model/predictions-are-kept-by-model", test_predictions);
    return g_test_run();
}
