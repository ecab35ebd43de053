/* SPDX-License-Identifier: MIT */
/* leat predict FILE REC */
#include "app/predict.h"

#include "base/error.h"
#include "base/log.h"
#include "base/quantity.h"
#include "cli/json.h"
#include "cli/table.h"
#include "cli/task.h"
#include "cli/verb.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    LeatPredictOptions options;
    char *model, *trace;
    gboolean store, json, progress;
} Predict;

static gboolean set_option(const char *option, const char *text, gpointer data, GError **error)
{
    Predict *predict = data;
    int64_t workers = 0;
    bool good;

    if (strstr(option, "executor")) {
        good = leat_executor_kind_parse(text, &predict->options.executor, error);
    } else {
        good = leat_parse_integer(text, 1, LEAT_EXECUTOR_MAX_WORKERS, &workers, error);
        predict->options.workers = (unsigned)workers;
    }
    if (!good)
        g_prefix_error(error, "%s: ", option);
    return good;
}

static void print_json(const LeatPredictedFrames *result)
{
    JsonBuilder *builder = json_builder_new();

    json_builder_begin_array(builder);
    for (size_t i = 0; i < result->count; i++) {
        const LeatPredictedFrame *frame = &result->frames[i];

        json_builder_begin_object(builder);
        leat_json_count(builder, "seq", frame->seq);
        leat_json_text(builder, "label", result->labels[frame->label]);
        leat_json_double(builder, "score", frame->score);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
    leat_json_print(builder);
}

/* Frames that follow one another and are told to be the same. */
static void print_bands(const LeatPredictedFrames *result)
{
    LeatTable *table = leat_table_new(">FIRST", ">LAST", "LABEL", ">SCORE", NULL);

    for (size_t i = 0, next; i < result->count; i = next) {
        double sum = 0;

        for (next = i;
             next < result->count && result->frames[next].label == result->frames[i].label &&
             (!result->number || next == i);
             next++)
            sum += result->frames[next].score;
        leat_table_add_count(table, result->frames[i].seq);
        leat_table_add_count(table, result->frames[next - 1].seq);
        leat_table_add(table, result->labels[result->frames[i].label]);
        leat_table_take(
            table, g_strdup_printf(result->number ? "%.4g" : "%.3f", sum / (double)(next - i)));
    }
    leat_table_print(table, "");
}

static bool run_job(Predict *verb, LeatPredict *predict, GError **error)
{
    LeatTaskRow row = {
        .library = verb->store ? verb->options.path : NULL,
        .what = "predict",
        .executor = leat_executor_kind_name(verb->options.executor),
        .workers = verb->options.workers ? verb->options.workers : leat_executor_count_cores(),
    };
    LeatTask task;
    bool done;

    if (!leat_task_begin(&task, "Predicting", verb->progress, error))
        return false;
    done = leat_task_run_job(&task, &row, leat_predict_run, predict, error);
    leat_task_end(&task);
    return done;
}

static int predict_and_tell(Predict *verb)
{
    g_autoptr(LeatPredict) predict = NULL;
    GError *error = NULL;
    LeatStore *store = leat_store_open(verb->options.path, NULL, &error);
    bool done;

    if (!store) /* or the record of the job would make it */
        return leat_verb_fail(error);
    leat_store_close(store);
    if (verb->trace && !(verb->options.trace = leat_trace_open(verb->trace, &error)))
        return leat_verb_fail(error);
    predict = leat_predict_new(&verb->options);
    done = run_job(verb, predict, &error);
    if (!leat_trace_close(verb->options.trace, done ? &error : NULL) || !done)
        return leat_verb_fail(error);
    if (leat_predict_damaged(predict) > 0)
        leat_log(LEAT_LOG_WARNING, "%u frames cannot be decoded and are left out",
                 leat_predict_damaged(predict));
    if (verb->json)
        print_json(leat_predict_result(predict, 0));
    else
        print_bands(leat_predict_result(predict, 0));
    return LEAT_CLI_DONE;
}

#define OPTION(name, help, argument)                                                        \
    {                                                                                       \
        name, 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, (gpointer)set_option, help, \
            argument                                                                        \
    }

static int predict(const LeatVerb *verb, int argc, char **argv)
{
    Predict predict = {.options = {.executor = LEAT_EXECUTOR_THREADS}};
    const GOptionEntry entries[] = {
        {"model", 0, 0, G_OPTION_ARG_FILENAME, &predict.model,
         "The model to ask (default: the one made last)", "NAME"},
        OPTION("executor", "inline, threads (default) or processes", "E"),
        OPTION("workers", "How many (default: one for each core)", "N"),
        {"store", 0, 0, G_OPTION_ARG_NONE, &predict.store, "Keep in the file what the model says",
         NULL},
        {"trace", 0, 0, G_OPTION_ARG_FILENAME, &predict.trace,
         "Write a trace for https://ui.perfetto.dev", "OUT.json"},
        {"progress", 0, 0, G_OPTION_ARG_NONE, &predict.progress,
         "Show progress even where stderr is no terminal", NULL},
        {"json", 0, 0, G_OPTION_ARG_NONE, &predict.json, "Print a JSON array", NULL},
        {NULL},
    };
    int status;

    if (leat_verb_parse(verb, entries, &predict, &argc, &argv, &status)) {
        predict.options.path = argv[1];
        predict.options.recording = argv[2];
        predict.options.models[0] = predict.model;
        predict.options.store = predict.store;
        status = predict_and_tell(&predict);
    }
    g_free(predict.model);
    g_free(predict.trace);
    return status;
}

const LeatVerb leat_verb_predict = {
    .name = "predict",
    .arguments = "FILE REC",
    .summary = "Asks a model what each frame of a recording shows.",
    .details =
        "The answer is the same, bit for bit, on every executor and number of workers. Without\n"
        "--json, frames that follow one another and show the same are one line, with their mean\n"
        "score: the probability of the label, 0 to 1, or the number that was read.\n"
        "\n"
        "Examples:\n"
        "  leat predict demo.leat 1\n"
        "  leat predict demo.leat morning --model feeder --store\n",
    .min_arguments = 2,
    .max_arguments = 2,
    .run = predict,
};
