/* SPDX-License-Identifier: MIT */
/* leat train FILE */
#include "app/train.h"

#include "base/error.h"
#include "base/quantity.h"
#include "cli/json.h"
#include "cli/table.h"
#include "cli/task.h"
#include "cli/verb.h"
#include "store/store.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    LeatTrainOptions options;
    char *name, *labels, *parent, *update, *repeat, *trace;
    gboolean json, progress, afresh;
} Train;

/* The training while it runs. */
typedef struct {
    LeatTrain *train;
    LeatTask task;
    bool told; /* that it goes on with another */
} Running;

static bool set_count(const char *text, int64_t max, unsigned *count, GError **error)
{
    int64_t value = 0;

    if (!leat_parse_integer(text, 1, max, &value, error))
        return false;
    *count = (unsigned)value;
    return true;
}

static bool set_by_name(LeatTrainOptions *options, const char *name, const char *text,
                        GError **error)
{
    int64_t value = 0;
    char *end;

    if (g_str_equal(name, "executor"))
        return leat_executor_kind_parse(text, &options->executor, error);
    if (g_str_equal(name, "workers"))
        return set_count(text, LEAT_EXECUTOR_MAX_WORKERS, &options->workers, error);
    if (g_str_equal(name, "epochs"))
        return set_count(text, LEAT_TRAINING_MAX_EPOCHS, &options->epochs, error);
    if (g_str_equal(name, "batch"))
        return set_count(text, LEAT_TRAINING_MAX_BATCH, &options->batch, error);
    if (g_str_equal(name, "seed"))
        return leat_parse_integer(text, 0, INT64_MAX, &options->seed, error);
    if (g_str_equal(name, "patience")) {
        if (!leat_parse_integer(text, 0, LEAT_TRAINING_MAX_EPOCHS, &value, error))
            return false;
        options->patience = (int)value;
        return true;
    }
    options->learning_rate = g_ascii_strtod(text, &end);
    if (end != text && *end == '\0' && options->learning_rate > 0 && options->learning_rate <= 1)
        return true;
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                "'%s' is not a number above 0 and up to 1, such as 0.01", text);
    return false;
}

static gboolean set_option(const char *option, const char *text, gpointer data, GError **error)
{
    Train *train = data;

    if (set_by_name(&train->options, option + strspn(option, "-"), text, error))
        return TRUE;
    g_prefix_error(error, "%s: ", option);
    return FALSE;
}

static void add_confusion(JsonBuilder *builder, const LeatTrainResult *result)
{
    json_builder_set_member_name(builder, "confusion");
    json_builder_begin_array(builder);
    for (unsigned row = 0; result->has_accuracy && row < result->outputs; row++) {
        json_builder_begin_array(builder);
        for (unsigned column = 0; column < result->outputs; column++)
            json_builder_add_int_value(builder, result->confusion[row * result->outputs + column]);
        json_builder_end_array(builder);
    }
    json_builder_end_array(builder);
}

static void print_json(const LeatTrainResult *result, bool repeated, bool updated)
{
    JsonBuilder *builder = json_builder_new();

    json_builder_begin_object(builder);
    leat_json_text(builder, "model", result->model);
    leat_json_text(builder, "sha256", result->sha256);
    if (repeated)
        leat_json_flag(builder, "same", result->same);
    if (updated) {
        leat_json_flag(builder, "better", result->better);
        leat_json_double(builder, "before", result->before_figure);
        leat_json_double(builder, "after", result->after_figure);
        leat_json_count(builder, "new_samples", result->new_frames);
        leat_json_flag(builder, "diverged", result->diverged);
    }
    json_builder_set_member_name(builder, "labels");
    json_builder_begin_array(builder);
    for (char **label = result->labels; *label; label++)
        json_builder_add_string_value(builder, *label);
    json_builder_end_array(builder);
    leat_json_count(builder, "samples", result->train_samples + result->validation_samples);
    leat_json_count(builder, "train_samples", result->train_samples);
    leat_json_count(builder, "validation_samples", result->validation_samples);
    leat_json_count(builder, "damaged", result->damaged);
    if (result->has_accuracy) {
        leat_json_double(builder, "train_accuracy", result->train_accuracy);
        leat_json_double(builder, "accuracy", result->accuracy);
    } else {
        leat_json_double(builder, "train_mean_absolute_error", result->train_error);
        leat_json_double(builder, "mean_absolute_error", result->error);
    }
    add_confusion(builder, result);
    leat_json_count(builder, "epochs", result->epochs);
    leat_json_count(builder, "resumed_epoch", result->goes_on_from);
    leat_json_count(builder, "best_epoch", result->best_epoch);
    leat_json_flag(builder, "stopped_early", result->stopped_early);
    leat_json_double(builder, "learning_rate", result->learning_rate);
    leat_json_number(builder, "samples_per_s", result->samples_per_s);
    leat_json_number(builder, "wall_s", result->wall_s);
    json_builder_end_object(builder);
    leat_json_print(builder);
}

/* A row for each class; what was taken for it in columns. */
static void print_confusion(const LeatTrainResult *result)
{
    unsigned outputs = result->outputs;
    LeatTable *table = leat_table_new("CLASS", ">FRAMES", ">RIGHT", "MOSTLY TAKEN FOR", NULL);

    for (unsigned row = 0; row < outputs; row++) {
        const unsigned *cells = result->confusion + (size_t)row * outputs;
        unsigned frames = 0, other = row;

        for (unsigned column = 0; column < outputs; column++) {
            frames += cells[column];
            if (column != row && cells[column] > 0 &&
                (other == row || cells[column] > cells[other]))
                other = column;
        }
        leat_table_add(table, result->labels[row]);
        leat_table_add_count(table, frames);
        leat_table_take(table, frames > 0 ? g_strdup_printf("%.1f %%", 100.0 * cells[row] / frames)
                                          : g_strdup("-"));
        leat_table_add(table, other != row ? result->labels[other] : "");
    }
    printf("\n");
    leat_table_print(table, "  ");
}

/* What became of a model that was to learn more. */
static void print_update(const LeatTrainResult *result, const char *model)
{
    bool classes = result->has_accuracy;
    double before = classes ? 100 * result->before_figure : result->before_figure;
    double after = classes ? 100 * result->after_figure : result->after_figure;

    if (result->diverged)
        printf("The training diverged, and was done once more with a tenth of the learning rate, "
               "%g.\n",
               result->learning_rate);
    printf("%u frames were new. On the frames kept apart, ", result->new_frames);
    printf(classes ? "%.1f %% are right, each class counting the same, and were %.1f %%.\n"
                   : "it is off by %.4g on average, and was by %.4g.\n",
           after, before);
    if (result->better)
        printf("Model '%s' is better than '%s', and is kept.\n", result->model, model);
    else
        printf("That is no better: '%s' stays as it was, and nothing was stored.\n", model);
}

static void print_result(const LeatTrainResult *result, bool repeated)
{
    if (repeated)
        printf("Model '%s', trained again: %s.\n", result->model,
               result->same ? "the same weights, bit for bit" : "OTHER WEIGHTS");
    else
        printf("Model '%s': %u epochs in %.1f s, the best was epoch %u.\n", result->model,
               result->epochs, result->wall_s, result->best_epoch);
    printf("Learned from %u frames, measured on %u others: ", result->train_samples,
           result->validation_samples);
    if (result->has_accuracy) {
        printf("%.1f %% are right (%.1f %% of those learned from).\n", 100 * result->accuracy,
               100 * result->train_accuracy);
        print_confusion(result);
    } else {
        printf("off by %.4g on average (%.4g on those learned from).\n", result->error,
               result->train_error);
    }
}

/* Of what went on with an unfinished one, once. */
static void tell_what_goes_on(void *data)
{
    Running *running = data;
    LeatTrainStanding standing;

    if (running->told)
        return;
    leat_train_get_standing(running->train, &standing);
    g_array_unref(standing.curve);
    if (standing.goes_on_from == 0)
        return;
    running->told = true;
    leat_progress_line_end(&running->task.line);
    fprintf(stderr,
            "leat: going on with the unfinished training, in epoch %u of %u "
            "(--afresh begins anew)\n",
            standing.goes_on_from, standing.progress.epochs);
}

static bool run_job(Train *verb, LeatTrain *train, GError **error)
{
    LeatTaskRow row = {
        .library = verb->repeat ? NULL : verb->options.path,
        .what = "train",
        .executor = leat_executor_kind_name(verb->options.executor),
        .workers = verb->options.workers ? verb->options.workers : leat_executor_count_cores(),
    };
    Running running = {.train = train};
    bool done;

    if (!leat_task_begin(&running.task, "Training", verb->progress, error))
        return false;
    running.task.line.noun = "samples";
    running.task.look = tell_what_goes_on;
    running.task.look_data = &running;
    done = leat_task_run_job(&running.task, &row, leat_train_run, train, error);
    leat_task_end(&running.task);
    return done;
}

static bool run_with_trace(Train *verb, LeatTrain **train, GError **error)
{
    bool done;

    if (verb->trace && !(verb->options.trace = leat_trace_open(verb->trace, error)))
        return false;
    *train = leat_train_new(&verb->options, error);
    done = *train && run_job(verb, *train, error);
    return leat_trace_close(verb->options.trace, done ? error : NULL) && done;
}

/* Why there is no model, and what is left of the training. */
static void explain(LeatTrain *train, GError **error)
{
    LeatTrainStanding standing = {0};

    if (g_error_matches(*error, LEAT_ERROR, LEAT_ERROR_CANCELLED))
        g_prefix_error(error, "no model was stored: ");
    if (train) {
        leat_train_get_standing(train, &standing);
        g_array_unref(standing.curve);
    }
    if (standing.kept) {
        g_autofree char *cause = g_steal_pointer(&(*error)->message);

        (*error)->message =
            g_strdup_printf("%s; the same command goes on from epoch %u of %u", cause,
                            standing.progress.epoch, standing.progress.epochs);
    }
}

static int train_and_tell(Train *verb)
{
    g_autoptr(LeatTrain) train = NULL;
    GError *error = NULL;
    LeatStore *store = leat_store_open(verb->options.path, NULL, &error);

    if (!store) /* or the record of the job would make it */
        return leat_verb_fail(error);
    leat_store_close(store);
    if (!run_with_trace(verb, &train, &error)) {
        explain(train, &error);
        return leat_verb_fail(error);
    }
    if (verb->json)
        print_json(leat_train_result(train), verb->repeat, verb->update);
    else if (verb->update)
        print_update(leat_train_result(train), verb->update);
    else
        print_result(leat_train_result(train), verb->repeat);
    return verb->repeat && !leat_train_result(train)->same ? LEAT_CLI_FAILED : LEAT_CLI_DONE;
}

/* "a, b" to its names. */
static char **split_names(const char *text)
{
    char **names = text ? g_strsplit(text, ",", -1) : NULL;

    for (char **name = names; name && *name; name++)
        g_strstrip(*name);
    return names;
}

#define OPTION(name, help, argument)                                                        \
    {                                                                                       \
        name, 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, (gpointer)set_option, help, \
            argument                                                                        \
    }

static int train(const LeatVerb *verb, int argc, char **argv)
{
    Train train = {.options = {.seed = -1, .patience = -1, .executor = LEAT_EXECUTOR_THREADS}};
    const GOptionEntry entries[] = {
        {"name", 0, 0, G_OPTION_ARG_FILENAME, &train.name,
         "Name of the model (default: model-1, model-2, …)", "NAME"},
        {"labels", 0, 0, G_OPTION_ARG_FILENAME, &train.labels,
         "Learn these classes, or this number (default: all classes)", "A,B"},
        OPTION("epochs", "Go through the frames at most so often (default: 40)", "N"),
        OPTION("patience", "Stop after so many epochs that were no better (default: 10; 0: never)",
               "N"),
        OPTION("batch", "Samples in a step (default: 32)", "N"),
        OPTION("learning-rate", "How far a step goes", "X"),
        OPTION("seed", "Where the random numbers start (default: 1)", "S"),
        OPTION("executor", "inline, threads (default) or processes", "E"),
        OPTION("workers", "How many (default: one for each core)", "N"),
        {"parent", 0, 0, G_OPTION_ARG_FILENAME, &train.parent,
         "Begin with the weights of this model", "MODEL"},
        {"update", 0, 0, G_OPTION_ARG_FILENAME, &train.update,
         "Go on from this model with what was labelled since; keep it if it is better", "MODEL"},
        {"repeat", 0, 0, G_OPTION_ARG_FILENAME, &train.repeat,
         "Train this model again and say whether it comes out the same", "MODEL"},
        {"afresh", 0, 0, G_OPTION_ARG_NONE, &train.afresh,
         "Begin anew, where the same training was begun and not finished", NULL},
        {"trace", 0, 0, G_OPTION_ARG_FILENAME, &train.trace,
         "Write a trace for https://ui.perfetto.dev", "OUT.json"},
        {"progress", 0, 0, G_OPTION_ARG_NONE, &train.progress,
         "Show progress even where stderr is no terminal", NULL},
        {"json", 0, 0, G_OPTION_ARG_NONE, &train.json, "Print a JSON object", NULL},
        {NULL},
    };
    char **names = NULL;
    int status;

    if (leat_verb_parse(verb, entries, &train, &argc, &argv, &status)) {
        names = split_names(train.labels);
        train.options.path = argv[1];
        train.options.name = train.name;
        train.options.labels = (const char *const *)names;
        train.options.from = train.parent;
        train.options.update = train.update;
        train.options.repeat = train.repeat;
        train.options.checkpoint = train.afresh ? LEAT_TRAIN_AFRESH : LEAT_TRAIN_GO_ON;
        if (train.repeat && (train.name || train.labels || train.parent || train.update))
            status = leat_verb_misused(verb->name, "--repeat takes all else from the model; leave "
                                                   "--name, --labels, --parent and --update out");
        else if (train.update && (train.labels || train.parent))
            status = leat_verb_misused(verb->name, "--update takes labels and weights from the "
                                                   "model; leave --labels and --parent out");
        else
            status = train_and_tell(&train);
    }
    g_strfreev(names);
    g_free(train.name);
    g_free(train.labels);
    g_free(train.parent);
    g_free(train.update);
    g_free(train.repeat);
    g_free(train.trace);
    return status;
}

const LeatVerb leat_verb_train = {
    .name = "train",
    .arguments = "FILE",
    .summary = "Trains a model on the labelled frames of a file, and keeps it there.",
    .details =
        "A model learns to tell classes apart, or to read a number. One frame in five is kept\n"
        "apart, in blocks of time, and the model is measured on these; the best epoch is kept.\n"
        "\n"
        "The weights are the same, bit for bit, on every executor and number of workers. A model's\n"
        "record names its frames and options, so that --repeat can prove it. A training that was\n"
        "cancelled or killed goes on where it was when the same command is given again.\n"
        "\n"
        "Examples:\n"
        "  leat train demo.leat --name feeder\n"
        "  leat train demo.leat --labels gauge\n"
        "  leat train demo.leat --update feeder\n"
        "  leat train demo.leat --repeat feeder --executor processes --workers 2\n",
    .min_arguments = 1,
    .max_arguments = 1,
    .run = train,
};
