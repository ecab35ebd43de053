/* SPDX-License-Identifier: MIT */
/* What is marked along a recording of which a model spoke. Frame n is shown at n/30 s. */
#include "app/timeline.h"
#include "base/clock.h"
#include "store-support.h"
#include "store/store-model.h"
#include "store/store-prediction.h"

#define FRAMES 400

static char *text(const char *constant)
{
    return (char *)(uintptr_t)constant;
}

/* Of a recording of `frames` frames. */
static LeatStore *prepare(const Place *place, int64_t frames, int64_t *model)
{
    GArray *none = g_array_new(FALSE, FALSE, sizeof(LeatStoredSample));
    LeatStoredModel added = {
        .name = text("shapes"),
        .labels = text("[\"empty\",\"mouse\"]"),
        .options = text("{}"),
        .metrics = text("{}"),
        .weights = (uint8_t *)text("weights"),
        .weight_bytes = 7,
    };
    GError *error = NULL;
    LeatStore *store;

    record(place->path, "a", frames, 10);
    store = leat_store_open_to_edit(place->path, &error);
    g_assert_no_error(error);
    leat_store_add_model(store, &added, none, &error);
    g_assert_no_error(error);
    *model = added.id;
    g_array_unref(none);
    return store;
}

/* That each frame first..last by `step` is `label`. */
static void predict(LeatStore *store, int64_t model, int64_t first, int64_t last, int64_t step,
                    const char *label)
{
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(LeatStoredPrediction));
    GError *error = NULL;

    for (int64_t seq = first; seq <= last; seq += step) {
        LeatStoredPrediction row = {seq, model, label, 0.75};

        g_array_append_val(rows, row);
    }
    leat_store_set_predictions(store, 1, model, (LeatStoredPrediction *)(void *)rows->data,
                               rows->len, &error);
    g_assert_no_error(error);
    g_array_unref(rows);
}

static GPtrArray *read_marks(LeatStore *store)
{
    GError *error = NULL;
    g_autoptr(LeatRecording) recording = leat_store_find(store, "1", &error);
    GPtrArray *marks = leat_timeline_read(store, recording, &error);

    g_assert_no_error(error);
    return marks;
}

static void assert_run(const LeatMark *mark, const char *label, int64_t first, int64_t last)
{
    g_assert_cmpint(mark->kind, ==, LEAT_MARK_PREDICTION);
    g_assert_cmpstr(mark->text, ==, label);
    g_assert_cmpint(mark->first, ==, first);
    g_assert_cmpint(mark->last, ==, last);
    g_assert_cmpint(mark->from_ns, ==, first * LEAT_NS_PER_S / 30);
}

static void frames_of_one_label_are_one_run(Place *place, gconstpointer data)
{
    int64_t model;
    g_autoptr(LeatStore) store = prepare(place, FRAMES, &model);
    g_autoptr(GPtrArray) marks = NULL;

    (void)data;
    predict(store, model, 0, 99, 1, "empty");
    predict(store, model, 102, 150, 3, "mouse"); /* a live model leaves out frames */
    predict(store, model, 153, 159, 3, "empty");
    predict(store, model, 300, 399, 1, "empty"); /* it was off before */
    marks = read_marks(store);
    g_assert_cmpuint(marks->len, ==, 4);
    assert_run(marks->pdata[0], "empty", 0, 99);
    assert_run(marks->pdata[1], "mouse", 102, 150);
    assert_run(marks->pdata[2], "empty", 153, 159);
    assert_run(marks->pdata[3], "empty", 300, 399);
}

/* A label comes before what is said of the same frames, and says which frames are meant. */
static void labels_and_predictions_are_beside_one_another(Place *place, gconstpointer data)
{
    int64_t model;
    g_autoptr(LeatStore) store = prepare(place, FRAMES, &model);
    g_autoptr(GPtrArray) marks = NULL;
    const LeatMark *label;

    (void)data;
    predict(store, model, 0, 9, 1, "empty");
    assert_sql(place->path,
               "INSERT INTO label (recording, name, value, first_seq, last_seq, created_wall_ns)"
               " VALUES (1, 'mouse', NULL, 5, 15, 0), (1, 'gauge', 3.5, 5, 15, 0)",
               "");
    marks = read_marks(store);
    g_assert_cmpuint(marks->len, ==, 3);
    label = marks->pdata[0];
    g_assert_cmpstr(label->text, ==, "gauge: 3.5");
    g_assert_true(label->number);
    label = marks->pdata[1];
    g_assert_cmpstr(label->text, ==, "mouse");
    g_assert_false(label->number);
    g_assert_cmpint(label->first, ==, 5);
    g_assert_cmpint(label->last, ==, 15);
    assert_run(marks->pdata[2], "empty", 0, 9);
}

/* A model that changes its mind with every frame. */
static void many_runs_are_told_more_coarsely_up_to_the_end(Place *place, gconstpointer data)
{
    enum { MANY = 3 * LEAT_MOST_MARKS };
    int64_t model;
    g_autoptr(LeatStore) store = prepare(place, MANY, &model);
    g_autoptr(GPtrArray) marks = NULL;
    const LeatMark *mark;

    (void)data;
    predict(store, model, 0, MANY - 2, 2, "empty");
    predict(store, model, 1, MANY - 1, 2, "mouse");
    marks = read_marks(store);
    g_assert_cmpuint(marks->len, <=, LEAT_MOST_MARKS);
    mark = marks->pdata[0];
    g_assert_cmpint(mark->first, ==, 0);
    mark = marks->pdata[marks->len - 1];
    g_assert_cmpint(mark->last, ==, MANY - 1);
    for (guint i = 1; i < marks->len; i++) {
        const LeatMark *before = marks->pdata[i - 1];

        mark = marks->pdata[i];
        g_assert_cmpint(mark->first, ==, before->last + 1);
    }
}

static void one_frame_has_the_word_of_the_latest_model(Place *place, gconstpointer data)
{
    int64_t model;
    g_autoptr(LeatStore) store = prepare(place, FRAMES, &model);
    LeatFramePrediction prediction;
    GError *error = NULL;
    bool got;

    (void)data;
    predict(store, model, 3, 3, 1, "mouse");
    g_assert_true(leat_store_prediction_of(store, 1, 3, &prediction, &got, &error));
    g_assert_true(got);
    g_assert_cmpstr(prediction.label, ==, "mouse");
    g_assert_cmpstr(prediction.model, ==, "shapes");
    g_assert_cmpfloat(prediction.score, ==, 0.75);
    g_assert_false(prediction.number);
    g_assert_true(leat_store_prediction_of(store, 1, 4, &prediction, &got, &error));
    g_assert_false(got);
}

static void expect_loss(const GPtrArray *marks, int64_t position_ns, bool next,
                        const LeatMark *expected)
{
    g_assert_true(leat_timeline_find_loss(marks, position_ns, next) == expected);
}

static void losses_and_holes_are_gone_through_and_labels_passed_over(Place *place,
                                                                     gconstpointer data)
{
    LeatMark loss = {.kind = LEAT_MARK_LOSS, .from_ns = 10, .to_ns = 20};
    LeatMark hole = {.kind = LEAT_MARK_HOLE, .from_ns = 40, .to_ns = 50};
    LeatMark label = {.kind = LEAT_MARK_LABEL, .from_ns = 60, .to_ns = 70};
    g_autoptr(GPtrArray) marks = g_ptr_array_new();

    (void)place;
    (void)data;
    g_ptr_array_add(marks, &loss);
    g_ptr_array_add(marks, &hole);
    g_ptr_array_add(marks, &label);
    expect_loss(marks, 0, true, &loss);
    expect_loss(marks, 20, true, &hole); /* the frame after the loss is shown */
    expect_loss(marks, 50, true, NULL);
    expect_loss(marks, 65, false, &hole);
    expect_loss(marks, 50, false, &loss);
    expect_loss(marks, 20, false, NULL);
    expect_loss(NULL, 0, true, NULL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_TEST("/timeline/frames-of-one-label-are-one-run", frames_of_one_label_are_one_run);
    ADD_TEST("/timeline/labels-and-predictions-are-beside-one-another",
             labels_and_predictions_are_beside_one_another);
    ADD_TEST("/timeline/many-runs-are-told-more-coarsely-up-to-the-end",
             many_runs_are_told_more_coarsely_up_to_the_end);
    ADD_TEST("/timeline/one-frame-has-the-word-of-the-latest-model",
             one_frame_has_the_word_of_the_latest_model);
    ADD_TEST("/timeline/losses-and-holes-are-gone-through-and-labels-passed-over",
             losses_and_holes_are_gone_through_and_labels_passed_over);
    return g_test_run();
}
