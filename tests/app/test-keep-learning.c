/* SPDX-License-Identifier: MIT */
/* A model goes on learning from labels that are added: colours, some of which it cannot know. */
#include "app/dataset.h"
#include "app/keep-learning.h"
#include "app/session.h"
#include "base/clock.h"
#include "base/error.h"
#include "store-support.h"
#include "store/store-label.h"
#include "store/store-model.h"

#include <string.h>

/* Of each recording; the first two are labelled as a whole. */
#define FRAMES 60
#define FEW 30

#define EPOCHS 5

/* The loss is no number any more soon; with a tenth of it, it stays one. */
#define TOO_FAST 10

typedef struct {
    Place place;
    LeatKeepLearning *learning;

    /* As told. */
    int64_t frames, needed;
    int counted, began, ended, failed;
    char *better, *failure;
    double before, after;
    unsigned measured;
    bool diverged;
    int error_code; /* -1: none */

    bool drop_when_begun;
} Fixture;

/* Inline, since workers of the background class may have to wait for long on a busy machine. */
static const LeatKeepLearningOptions options = {
    .executor = LEAT_EXECUTOR_INLINE, .look_every_ns = 50 * LEAT_NS_PER_MS, .epochs = EPOCHS};

static gboolean too_late(gpointer data)
{
    (void)data;
    g_error("it did not come to an end");
    return G_SOURCE_REMOVE;
}

static void turn_until(Fixture *fixture, bool (*done)(void *fixture))
{
    guint limit = g_timeout_add_seconds(100, too_late, NULL);

    while (!done(fixture))
        g_main_context_iteration(NULL, TRUE);
    g_source_remove(limit);
}

static LeatPipelineStatus status_of(LeatSession *session)
{
    LeatPipelineStatus status;

    leat_pipeline_get_status(leat_session_pipeline(session), &status);
    return status;
}

/* Frames of one colour, with some noise. */
static void record_colour(Fixture *fixture, const char *name, const char *colour, int frames)
{
    g_autofree char *source =
        g_strdup_printf("lavfi:color=c=%s:size=64x48:rate=30,noise=alls=20:allf=t", colour);
    LeatSessionOptions session_options;
    GError *error = NULL;
    LeatSession *session;
    guint limit = g_timeout_add_seconds(100, too_late, NULL);

    leat_session_options_init(&session_options);
    g_assert_true(leat_session_options_set(&session_options, "source", source, &error));
    leat_session_options_set(&session_options, "record", fixture->place.path, NULL);
    leat_session_options_set(&session_options, "name", name, NULL);
    session_options.frames = frames;
    session_options.pace = LEAT_PACE_FAST;
    session_options.pace_set = true;
    session = leat_session_new(&session_options, &(LeatSessionCallbacks){0}, &error);
    g_assert_no_error(error);
    g_assert_true(leat_session_start(session, &error));
    while (!status_of(session).finished)
        g_main_context_iteration(NULL, TRUE);
    g_source_remove(limit);
    g_assert_true(leat_session_close(session, &error));
    leat_session_options_clear(&session_options);
}

static void add_label(Fixture *fixture, int64_t recording, const char *name, int64_t first,
                      int64_t last)
{
    GError *error = NULL;
    LeatStore *store = leat_store_open_to_edit(fixture->place.path, &error);
    LeatLabel label = {
        .recording = recording, .name = (char *)(uintptr_t)name, .first = first, .last = last};

    g_assert_no_error(error);
    g_assert_true(leat_store_add_label(store, &label, &error));
    leat_store_close(store);
}

static void on_trained(LeatJob *job, const LeatJobInfo *info, const GError *error, void *data)
{
    (void)job;
    (void)info;
    g_assert_no_error(error);
    *(bool *)data = true;
}

static void train(Fixture *fixture, const char *name, const char *from, unsigned epochs)
{
    LeatTrainOptions train_options = {.path = fixture->place.path,
                                      .name = name,
                                      .from = from,

                                      .seed = -1,
                                      .patience = -1,
                                      .epochs = epochs,
                                      .executor = LEAT_EXECUTOR_INLINE};
    GError *error = NULL;
    LeatTrain *training = leat_train_new(&train_options, &error);
    LeatJob *job = leat_job_new("train", leat_train_run, training, NULL, NULL, &error);
    bool trained = false;
    LeatJobListener listener = {.completed = on_trained, .data = &trained};

    g_assert_no_error(error);
    leat_job_connect(job, &listener);
    g_assert_true(leat_job_start(job, &error));
    while (!trained)
        g_main_context_iteration(NULL, TRUE);
    leat_job_free(job);
    leat_train_free(training);
}

/* Recordings 1 and 2 are what model "first" is made from: what has no red in it is "grass". */
static void make_library(Fixture *fixture)
{
    record_colour(fixture, "one", "red", FEW);
    record_colour(fixture, "two", "green", FEW);
    record_colour(fixture, "three", "cyan", FRAMES);
    record_colour(fixture, "four", "magenta", FRAMES);
    add_label(fixture, 1, "rose", 0, FEW - 1);
    add_label(fixture, 2, "grass", 0, FEW - 1);
    train(fixture, "first", NULL, EPOCHS);
}

/* A copy of the library, which is made once. */
static void set_up(Fixture *fixture, gconstpointer data)
{
    static char *library;
    static gsize size;
    GError *error = NULL;

    (void)data;
    place_set_up(&fixture->place, NULL);
    fixture->error_code = -1;
    if (library) {
        g_file_set_contents(fixture->place.path, library, (gssize)size, &error);
    } else {
        make_library(fixture);
        g_file_get_contents(fixture->place.path, &library, &size, &error);
    }
    g_assert_no_error(error);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
    (void)data;
    leat_keep_learning_free(fixture->learning);
    g_free(fixture->better);
    g_free(fixture->failure);
    place_tear_down(&fixture->place, NULL);
}

/* As the model cannot know them: it takes each for the other. Or as it takes them. */
static void label_the_rest(Fixture *fixture, bool new_to_it, int64_t frames)
{
    add_label(fixture, 3, new_to_it ? "rose" : "grass", 0, frames - 1);
    add_label(fixture, 4, new_to_it ? "grass" : "rose", 0, frames - 1);
}

static void on_counted(int64_t frames, int64_t needed, void *data)
{
    Fixture *fixture = data;

    fixture->frames = frames;
    fixture->needed = needed;
    fixture->counted++;
}

static void on_began(LeatJob *job, LeatTrain *training, void *data)
{
    Fixture *fixture = data;

    g_assert_nonnull(job);
    g_assert_nonnull(training);
    fixture->began++;
    if (fixture->drop_when_begun)
        leat_keep_learning_set_model(fixture->learning, NULL, NULL);
}

static void on_ended(const LeatKeepLearningOutcome *outcome, void *data)
{
    Fixture *fixture = data;

    fixture->ended++;
    g_assert_cmpstr(outcome->model, ==, "first");
    fixture->better = g_strdup(outcome->better);
    fixture->before = outcome->before;
    fixture->after = outcome->after;
    fixture->measured = outcome->frames;
    fixture->diverged = outcome->diverged;
    fixture->error_code = outcome->error ? outcome->error->code : -1;
    if (outcome->error)
        fixture->failure = g_strdup(outcome->error->message);
}

static void on_failed(const GError *error, void *data)
{
    Fixture *fixture = data;

    fixture->failed++;
    g_free(fixture->failure);
    fixture->failure = g_strdup(error->message);
}

static void watch_with(Fixture *fixture, const char *model, double learning_rate)
{
    LeatKeepLearningOptions chosen = options;
    LeatKeepLearningCallbacks callbacks = {.counted = on_counted,
                                           .began = on_began,
                                           .ended = on_ended,
                                           .failed = on_failed,
                                           .data = fixture};
    GError *error = NULL;

    chosen.learning_rate = learning_rate;
    fixture->learning = leat_keep_learning_new(&callbacks, &chosen, NULL, &error);
    g_assert_no_error(error);
    leat_keep_learning_set_model(fixture->learning, fixture->place.path, model);
}

static void watch(Fixture *fixture, const char *model)
{
    watch_with(fixture, model, 0);
}

/* The shell that looks into the file does not wait for a lock of who closes it. */
static void stop(Fixture *fixture)
{
    g_clear_pointer(&fixture->learning, leat_keep_learning_free);
}

static bool has_counted(void *fixture)
{
    return ((Fixture *)fixture)->counted > 0;
}

static bool has_ended(void *fixture)
{
    return ((Fixture *)fixture)->ended > 0;
}

static bool has_failed(void *fixture)
{
    return ((Fixture *)fixture)->failed > 0;
}

static void test_better(Fixture *fixture, gconstpointer data)
{
    (void)data;
    watch(fixture, "first");
    turn_until(fixture, has_counted);
    g_assert_cmpint(fixture->frames, ==, 0);
    g_assert_cmpint(fixture->needed, ==, LEAT_KEEP_LEARNING_FRAMES);
    label_the_rest(fixture, true, FEW);
    turn_until(fixture, has_ended);
    g_assert_cmpint(fixture->error_code, ==, -1);
    g_assert_cmpstr(fixture->better, ==, "first-2");
    g_assert_cmpfloat(fixture->before, <, 0.8);
    g_assert_cmpfloat(fixture->after, >, fixture->before);
    g_assert_cmpuint(fixture->measured, ==, 24); /* one in five */
    g_assert_false(fixture->diverged);
    /* The next one has all of it already. */
    fixture->counted = 0;
    leat_keep_learning_set_model(fixture->learning, fixture->place.path, "first-2");
    turn_until(fixture, has_counted);
    g_assert_cmpint(fixture->frames, ==, 0);
    g_assert_cmpint(fixture->began, ==, 1);
    stop(fixture);
    assert_sql(fixture->place.path,
               "SELECT m.name, p.name FROM model m JOIN model p ON p.id = m.parent",
               "first-2|first");
    /* Nothing that the first was trained on is kept apart now, and all that was kept apart is. */
    assert_sql(fixture->place.path,
               "SELECT count(*) FROM model_sample a JOIN model_sample b USING (recording, seq)"
               " WHERE a.model = 1 AND b.model = 2 AND a.split <> b.split",
               "0");
    assert_sql(fixture->place.path,
               "SELECT count(*) FROM model_sample WHERE model = 1 AND (recording, seq) NOT IN"
               " (SELECT recording, seq FROM model_sample WHERE model = 2)",
               "0");
}

static void test_no_better(Fixture *fixture, gconstpointer data)
{
    (void)data;
    label_the_rest(fixture, false, FEW);
    watch(fixture, "first");
    turn_until(fixture, has_ended);
    g_assert_cmpint(fixture->error_code, ==, -1);
    g_assert_null(fixture->better);
    g_assert_cmpfloat(fixture->before, ==, 1);
    g_assert_cmpfloat(fixture->after, <=, fixture->before);
    /* Not again with the same labels, and so it says. */
    g_assert_cmpint(fixture->needed, ==, fixture->frames + LEAT_KEEP_LEARNING_FRAMES);
    fixture->counted = 0;
    add_label(fixture, 3, "other", 0, 0);
    leat_keep_learning_look(fixture->learning);
    turn_until(fixture, has_counted);
    g_assert_cmpint(fixture->began, ==, 1);
    g_assert_cmpint(fixture->needed, >, fixture->frames);
    stop(fixture);
    assert_sql(fixture->place.path, "SELECT count(*) FROM model", "1");
}

/* Nobody is there who could lower the rate. */
static void test_diverged(Fixture *fixture, gconstpointer data)
{
    (void)data;
    label_the_rest(fixture, true, FEW);
    watch_with(fixture, "first", TOO_FAST);
    turn_until(fixture, has_ended);
    g_assert_cmpint(fixture->error_code, ==, -1);
    g_assert_true(fixture->diverged);
    g_assert_cmpint(fixture->began, ==, 1);
    stop(fixture);
}

static void test_diverged_twice(Fixture *fixture, gconstpointer data)
{
    (void)data;
    label_the_rest(fixture, true, FEW);
    watch_with(fixture, "first", 100 * TOO_FAST);
    turn_until(fixture, has_ended);
    g_assert_cmpint(fixture->error_code, ==, LEAT_ERROR_FAILED);
    g_assert_nonnull(strstr(fixture->failure, "with a tenth of the learning rate, too"));
    stop(fixture);
    assert_sql(fixture->place.path, "SELECT count(*) FROM model", "1");
}

static void test_too_few(Fixture *fixture, gconstpointer data)
{
    (void)data;
    label_the_rest(fixture, true, 10);
    watch(fixture, "first");
    turn_until(fixture, has_counted);
    g_assert_cmpint(fixture->frames, >=, 16);
    g_assert_cmpint(fixture->frames, <=, 20);
    g_assert_cmpint(fixture->began, ==, 0);
}

static void test_another_model(Fixture *fixture, gconstpointer data)
{
    (void)data;
    fixture->drop_when_begun = true;
    label_the_rest(fixture, true, FEW);
    watch(fixture, "first");
    turn_until(fixture, has_ended);
    g_assert_cmpint(fixture->error_code, ==, LEAT_ERROR_CANCELLED);
    stop(fixture);
    assert_sql(fixture->place.path, "SELECT count(*) FROM model", "1");
}

static void test_freed_while_it_trains(Fixture *fixture, gconstpointer data)
{
    (void)data;
    label_the_rest(fixture, true, FEW);
    watch(fixture, "first");
    while (fixture->began == 0)
        g_main_context_iteration(NULL, TRUE);
    stop(fixture);
    g_assert_cmpint(fixture->ended, ==, 0);
}

static void test_no_model(Fixture *fixture, gconstpointer data)
{
    (void)data;
    watch(fixture, "second");
    turn_until(fixture, has_failed);
    g_assert_nonnull(strstr(fixture->failure, "no model 'second'"));
    g_assert_cmpint(fixture->began, ==, 0);
}

/* A label that grows beside what is kept apart. */
static void test_margins(Fixture *fixture, gconstpointer data)
{
    GError *error = NULL;
    LeatStore *store;
    LeatStoredModel *model;
    LeatDataset *dataset;
    unsigned apart = 0;

    (void)data;
    add_label(fixture, 3, "rose", 0, 19);
    train(fixture, "second", "first", 1);
    add_label(fixture, 3, "rose", 20, FRAMES - 1);
    store = leat_store_open(fixture->place.path, NULL, &error);
    model = leat_store_find_model(store, "second", &error);
    g_assert_no_error(error);
    dataset = leat_dataset_open_after(fixture->place.path, model, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(leat_dataset_new_frames(dataset), >, 0);
    g_assert_cmpuint(leat_dataset_new_frames(dataset), <=, FRAMES - 20);
    for (unsigned i = 0; i < leat_dataset_count(dataset, LEAT_SPLIT_NONE); i++) {
        LeatStoredSample sample = leat_dataset_sample(dataset, i);
        g_autofree char *sql = g_strdup_printf(
            "SELECT count(*) FROM model_sample WHERE split = 'train' AND recording = %d AND seq = %d",
            (int)sample.recording, (int)sample.seq);

        /* None of the line was trained on it. */
        if (sample.validate)
            assert_sql(fixture->place.path, sql, "0");
        apart += sample.validate;
    }
    g_assert_cmpuint(apart, >, 0);
    leat_dataset_free(dataset);
    leat_stored_model_free(model);
    leat_store_close(store);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, function) \
    g_test_add("/keep-learning/" name, Fixture, NULL, set_up, function, tear_down)
    ADD("one-that-is-better-is-told-and-kept", test_better);
    ADD("one-that-is-no-better-is-not-kept", test_no_better);
    ADD("one-that-diverges-is-trained-again-more-slowly", test_diverged);
    ADD("one-that-diverges-again-has-failed", test_diverged_twice);
    ADD("too-few-labels-are-waited-for", test_too_few);
    ADD("another-model-in-use-ends-it", test_another_model);
    ADD("it-can-be-freed-while-it-trains", test_freed_while_it_trains);
    ADD("what-cannot-be-looked-at-is-told", test_no_model);
    ADD("what-is-measured-by-was-never-trained-on", test_margins);
    return g_test_run();
}
