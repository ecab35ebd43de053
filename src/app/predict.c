/* SPDX-License-Identifier: MIT */
#include "app/predict.h"

#include "app/external-model.h"
#include "app/model-record.h"
#include "app/recording-samples.h"
#include "app/work-kinds.h"
#include "base/error.h"
#include "model/evaluation.h"
#include "store/store-prediction.h"

#include <math.h>

struct LeatPredict {
    /* Set once. */
    char *path, *recording, *models[LEAT_PREDICT_MODELS];
    LeatPredictOptions options;
    unsigned model_count;

    /* The job's. */
    LeatJob *job;
    unsigned samples_done; /* of the models before */
    unsigned samples_total;
    LeatPredictedFrames results[LEAT_PREDICT_MODELS];
    unsigned damaged;
};

LeatPredict *leat_predict_new(const LeatPredictOptions *options)
{
    LeatPredict *predict = g_new0(LeatPredict, 1);

    predict->options = *options;
    predict->path = g_strdup(options->path);
    predict->recording = g_strdup(options->recording);
    predict->model_count = options->models[1] ? 2 : 1;
    for (unsigned i = 0; i < predict->model_count; i++)
        predict->models[i] = g_strdup(options->models[i]);
    return predict;
}

void leat_predict_free(LeatPredict *predict)
{
    if (!predict)
        return;
    for (unsigned i = 0; i < LEAT_PREDICT_MODELS; i++) {
        g_free(predict->models[i]);
        g_free(predict->results[i].model);
        g_strfreev(predict->results[i].labels);
        g_free(predict->results[i].frames);
    }
    g_free(predict->path);
    g_free(predict->recording);
    g_free(predict);
}

const LeatPredictedFrames *leat_predict_result(const LeatPredict *predict, unsigned model)
{
    return &predict->results[model];
}

unsigned leat_predict_damaged(const LeatPredict *predict)
{
    return predict->damaged;
}

/* One model's evaluation under way. */
typedef struct {
    LeatPredict *predict;
    const LeatRecordingSamples *samples;
    LeatPredictedFrames *result;
    LeatNetworkShape shape;
} Evaluation;

static void on_scores(void *data, unsigned sample, const float *scores)
{
    Evaluation *evaluation = data;
    LeatPredictedFrames *result = evaluation->result;
    LeatPredictedFrame frame = {.seq = leat_recording_samples_seq(evaluation->samples, sample)};

    if (leat_recording_samples_is_damaged(evaluation->samples, sample))
        return;
    if (!result->number)
        frame.label = leat_network_best(scores, evaluation->shape.outputs);
    frame.score = (double)scores[frame.label];
    result->frames[result->count++] = frame;
}

static void on_progress(int64_t done, int64_t total, void *data)
{
    Evaluation *evaluation = data;
    LeatPredict *predict = evaluation->predict;

    (void)total;
    leat_job_report(predict->job, predict->samples_done + done, predict->samples_total);
}

static bool keep(LeatPredict *predict, const LeatStoredModel *model, int64_t recording,
                 const LeatPredictedFrames *result, GError **error)
{
    LeatStoredPrediction *rows = g_new0(LeatStoredPrediction, result->count + 1);
    LeatStore *store = leat_store_open_to_edit(predict->path, error);
    bool kept;

    for (size_t i = 0; i < result->count; i++)
        rows[i] = (LeatStoredPrediction){
            .seq = result->frames[i].seq,
            .model = model->id,
            .label = result->labels[result->frames[i].label],
            .score = result->frames[i].score,
        };
    kept = store &&
           leat_store_set_predictions(store, recording, model->id, rows, result->count, error);
    leat_store_close(store);
    g_free(rows);
    return kept;
}

/* By name, or the one that was made last. */
static LeatStoredModel *find_model(LeatPredict *predict, const char *name, GError **error)
{
    g_autoptr(LeatStore) store = NULL;
    g_autoptr(GPtrArray) models = NULL;

    if (name && leat_external_model_is_one(name)) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_UNSUPPORTED,
                    "a program ('%s') is asked of the live picture only, with 'leat run'", name);
        return NULL;
    }
    store = leat_store_open(predict->path, NULL, error);
    models = store && !name ? leat_store_models(store, error) : NULL;
    if (!store || (!name && !models))
        return NULL;
    for (guint i = 0; !name && i < models->len; i++) {
        const LeatStoredModel *model = models->pdata[models->len - 1 - i];

        if (model->kind != LEAT_STORED_EXTERNAL)
            name = model->name;
    }
    if (!name) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND,
                    "%s has no model yet; make one with 'leat train'", predict->path);
        return NULL;
    }
    return leat_store_find_model(store, name, error);
}

static bool ask_model(LeatPredict *predict, LeatExecutor *executor, unsigned which,
                      const LeatRecordingSamples *samples, GError **error)
{
    LeatPredictedFrames *result = &predict->results[which];
    g_autoptr(LeatStoredModel) model = find_model(predict, predict->models[which], error);
    g_autoptr(GPtrArray) labels = g_ptr_array_new_with_free_func(g_free);
    g_autofree float *parameters = NULL;
    const LeatSamples *all = leat_recording_samples_get(samples);
    Evaluation evaluation = {.predict = predict, .samples = samples, .result = result};

    if (!model || !leat_model_record_is_network(model, error) ||
        !leat_model_record_labels(model, labels, error))
        return false;
    result->labels = (char **)g_ptr_array_steal(labels, NULL);
    parameters = leat_model_record_parameters(model, error);
    if (!parameters || !leat_model_record_shape(model, &evaluation.shape, error))
        return false;
    result->model = g_strdup(model->name);
    result->number = model->kind == LEAT_STORED_NUMBER;
    result->frames = g_new0(LeatPredictedFrame, all->count + 1);
    predict->samples_total = all->count * predict->model_count;
    predict->samples_done = all->count * which;
    if (all->count > 0 && !leat_evaluation_run(executor, evaluation.shape, parameters, all, NULL,
                                               all->count, on_scores, on_progress, &evaluation,
                                               leat_job_cancel_object(predict->job), error))
        return false;
    return !predict->options.store ||
           keep(predict, model, leat_recording_samples_recording(samples), result, error);
}

bool leat_predict_run(LeatJob *job, void *data, GError **error)
{
    LeatPredict *predict = data;
    g_autoptr(LeatRecordingSamples) samples = NULL;
    g_autoptr(LeatExecutor) executor = NULL;

    predict->job = job;
    samples = leat_recording_samples_open(predict->path, predict->recording,
                                          leat_job_cancel_object(job), error);
    if (!samples)
        return false;
    executor = leat_executor_new(
        &(LeatExecutorOptions){
            .kind = predict->options.executor,
            .workers = predict->options.workers,
            .kinds = leat_work_kinds(),
            .trace = predict->options.trace,
        },
        error);
    for (unsigned i = 0; i < predict->model_count; i++)
        if (!executor || !ask_model(predict, executor, i, samples, error))
            return false;
    predict->damaged =
        leat_recording_samples_get(samples)->count - (unsigned)predict->results[0].count;
    return true;
}

typedef struct {
    size_t place;
    double sureness; /* least first */
} Disagreement;

static gint compare(gconstpointer a, gconstpointer b)
{
    const Disagreement *x = a, *y = b;

    if (x->sureness != y->sureness)
        return x->sureness < y->sureness ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

GArray *leat_predict_disagreements(const LeatPredict *predict)
{
    const LeatPredictedFrames *a = &predict->results[0], *b = &predict->results[1];
    GArray *all = g_array_new(FALSE, FALSE, sizeof(Disagreement));
    GArray *places = g_array_new(FALSE, FALSE, sizeof(size_t));

    for (size_t i = 0; i < a->count; i++) {
        const LeatPredictedFrame *x = &a->frames[i], *y = &b->frames[i];
        Disagreement one = {.place = i};

        if (a->number || b->number)
            one.sureness = -fabs(x->score - y->score);
        else
            one.sureness = MAX(x->score, y->score);
        if (a->number || g_strcmp0(a->labels[x->label], b->labels[y->label]) != 0)
            g_array_append_val(all, one);
    }
    g_array_sort(all, compare);
    for (guint i = 0; i < all->len; i++)
        g_array_append_val(places, g_array_index(all, Disagreement, i).place);
    g_array_unref(all);
    return places;
}
