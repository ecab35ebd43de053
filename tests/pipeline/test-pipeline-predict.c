/* SPDX-License-Identifier: MIT */
/* The predict stage, asked by a predictor that is only a test's. */
#include "pipeline-support.h"

#include "base/error.h"
#include "store/store-edit.h"
#include "store/store-model.h"
#include "store/store-prediction.h"

#include <glib/gstdio.h>
#include <stdatomic.h>
#include <string.h>

/* Says "low" of frames below 20, and their number's share as score. */
typedef struct {
    const char *model;
    char sha256[65];
    bool failing;
    atomic_int asked;
    atomic_int freed;
} Fake;

static bool predict(void *data, LeatFrame *frame, LeatPrediction *prediction, GError **error)
{
    Fake *fake = data;
    int64_t seq = leat_frame_times(frame).seq;

    atomic_fetch_add(&fake->asked, 1);
    if (fake->failing) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_FAILED, "it does not know");
        return false;
    }
    g_assert_cmpint(prediction->seq, ==, seq);
    prediction->score = 1.0 / (double)(seq + 2);
    g_strlcpy(prediction->label, seq < 20 ? "low" : "high", sizeof(prediction->label));
    g_strlcpy(prediction->model, fake->model, sizeof(prediction->model));
    g_strlcpy(prediction->sha256, fake->sha256, sizeof(prediction->sha256));
    return true;
}

static void count_free(void *data)
{
    Fake *fake = data;

    atomic_fetch_add(&fake->freed, 1);
}

static LeatPredictor predictor_of(Fake *fake)
{
    return (LeatPredictor){.predict = predict, .free = count_free, .data = fake};
}

/* A library with a model of that name, whose weights are its name. */
static void add_model(Run *run, Fake *fake, const char *name)
{
    GArray *none = g_array_new(FALSE, FALSE, sizeof(LeatStoredSample));
    GError *error = NULL;
    LeatStore *store;
    LeatStoredModel model = {
        .name = (char *)(uintptr_t)name,
        .labels = (char *)(uintptr_t) "[\"high\",\"low\"]",
        .options = (char *)(uintptr_t) "{}",
        .metrics = (char *)(uintptr_t) "{}",
        .weights = (uint8_t *)(uintptr_t)name,
        .weight_bytes = strlen(name),
    };

    store = leat_store_open_to_edit(run->place.path, &error);
    g_assert_no_error(error);
    g_assert_true(leat_store_add_model(store, &model, none, &error));
    g_assert_no_error(error);
    leat_store_close(store);
    g_array_unref(none);
    fake->model = name;
    g_strlcpy(fake->sha256, model.sha256, sizeof(fake->sha256));
}

static LeatPipelineOptions options_of(gconstpointer mode)
{
    return (LeatPipelineOptions){
        .concurrency = mode ? LEAT_CONCURRENCY_THREADS : LEAT_CONCURRENCY_NONE,
        .pace = LEAT_PACE_FAST,
        .max_frames = 60,
    };
}

static void test_predictions_are_stored(Run *run, gconstpointer mode)
{
    LeatPipelineOptions options = options_of(mode);
    Fake fake = {0};
    LeatLedger figures;
    LeatPrediction latest;

    record(run->place.path, "before", 2, 50);
    add_model(run, &fake, "first");
    options.predictor = predictor_of(&fake);
    run_make(run, "test:32x16@30", options);
    g_assert_false(leat_pipeline_get_prediction(run->pipeline, &latest));
    run_record(run);
    figures = run_to_end(run);
    g_assert_cmpint(figures.predict.offered, ==, 60);
    g_assert_cmpint(figures.predict.predicted, ==, atomic_load(&fake.asked));
    g_assert_cmpint(figures.predict.predicted, >, 0);
    g_assert_cmpint(atomic_load(&fake.freed), ==, 1);
    assert_sound(run->place.path);
    /* Each is of a frame that is there, says what was said, and is there once. */
    assert_sql(run->place.path,
               "SELECT count(*) FROM prediction JOIN frame USING (recording, seq) WHERE label <>"
               " iif(seq < 20, 'low', 'high') OR abs(score - 1.0 / (seq + 2)) > 1e-9",
               "0");
    assert_sql(run->place.path,
               "SELECT count(*) > 0, count(DISTINCT model), recording FROM prediction", "1|1|2");
    assert_sql(run->place.path,
               "SELECT count(*), first_seq = (SELECT min(seq) FROM prediction) FROM model_use",
               "1|1");
}

/* Another model once the first was asked, and the end once that one was. */
static void change_model(Run *run, LeatFrame *frame)
{
    Fake *fakes = run->data;
    LeatPredictor other = predictor_of(&fakes[1]);

    (void)frame;
    if (run->phase == 0 && atomic_load(&fakes[0].asked) > 2) {
        run->phase = 1;
        leat_pipeline_set_predictor(run->pipeline, &other);
    } else if (run->phase == 1 && atomic_load(&fakes[1].asked) > 2) {
        run->phase = 2;
        leat_pipeline_stop(run->pipeline);
    }
}

static void test_changes_are_recorded(Run *run, gconstpointer mode)
{
    LeatPipelineOptions options = options_of(mode);
    Fake fakes[2] = {0};

    /* Slow enough for the window to have a say. */
    options.pace = LEAT_PACE_LIVE;
    options.max_frames = 0;
    record(run->place.path, "before", 2, 50);
    add_model(run, &fakes[0], "first");
    add_model(run, &fakes[1], "second");
    run->data = fakes;
    options.predictor = predictor_of(&fakes[0]);
    run->on_shown = change_model;
    run_make(run, "test:32x16@60", options);
    run_record(run);
    run_to_end(run);
    g_assert_cmpint(atomic_load(&fakes[0].freed), ==, 1);
    g_assert_cmpint(atomic_load(&fakes[1].freed), ==, 1);
    assert_sound(run->place.path);
    assert_sql(run->place.path, "SELECT group_concat(model) FROM model_use ORDER BY first_seq",
               "1,2");
    assert_sql(run->place.path,
               "SELECT count(*) FROM prediction WHERE model <> (SELECT model FROM model_use"
               " WHERE first_seq <= seq ORDER BY first_seq DESC LIMIT 1)",
               "0");
}

static void test_unknown_model(Run *run, gconstpointer mode)
{
    LeatPipelineOptions options = options_of(mode);
    Fake fake = {.model = "elsewhere", .sha256 = "00"};

    options.predictor = predictor_of(&fake);
    run_make(run, "test:32x16@30", options);
    run_record(run);
    run_to_end(run);
    assert_sound(run->place.path);
    assert_sql(run->place.path, "SELECT count(*) FROM prediction", "0");
    assert_sql(run->place.path, "SELECT predict_predicted > 0 FROM ledger", "1");
}

static void test_failing(Run *run, gconstpointer mode)
{
    LeatPipelineOptions options = options_of(mode);
    Fake fake = {.model = "first", .failing = true};
    LeatLedger figures;

    options.predictor = predictor_of(&fake);
    run_make(run, "test:32x16@30", options);
    run_record(run);
    figures = run_to_end(run);
    g_assert_cmpint(figures.predict.offered, ==, 60);
    g_assert_cmpint(figures.predict.replaced, ==, 60);
    g_assert_cmpint(figures.record.stored, ==, 60);
    assert_sound(run->place.path);
}

static void test_nobody(Run *run, gconstpointer mode)
{
    LeatLinkFigures links[LEAT_PIPELINE_LINKS];
    LeatLedger figures;

    run_make(run, "test:32x16@30", options_of(mode));
    g_assert_cmpint(leat_pipeline_links(run->pipeline, links), ==, LEAT_PIPELINE_LINKS - 1);
    figures = run_to_end(run);
    g_assert_cmpint(figures.predict.offered, ==, 0);
}

static void test_refused(Run *run, gconstpointer mode)
{
    LeatPipelineOptions options = options_of(mode);
    LeatSourceSpec *spec = leat_source_spec_parse("test", NULL);
    Fake fake = {0};
    GError *error = NULL;

    options.spec = spec;
    options.filter = "no such filter";
    options.predictor = predictor_of(&fake);
    g_assert_null(leat_pipeline_new(&options, &error));
    g_assert_nonnull(error);
    g_clear_error(&error);
    g_assert_cmpint(atomic_load(&fake.freed), ==, 1);
    leat_source_spec_free(spec);
    (void)run;
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_RUNS("predictions-are-stored-with-their-frames", test_predictions_are_stored);
    ADD_RUNS("a-change-of-model-is-recorded-where-it-happens", test_changes_are_recorded);
    ADD_RUNS("what-a-model-of-another-file-says-is-not-stored", test_unknown_model);
    ADD_RUNS("a-model-that-fails-harms-only-itself", test_failing);
    ADD_RUNS("without-a-model-nothing-is-offered", test_nobody);
    ADD_RUNS("a-pipeline-that-cannot-be-made-frees-the-model", test_refused);
    return g_test_run();
}
