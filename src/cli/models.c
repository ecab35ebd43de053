/* SPDX-License-Identifier: MIT */
/* leat models FILE [remove NAME | diff A B REC] */
#include "app/model-record.h"
#include "app/predict.h"
#include "base/error.h"
#include "cli/json.h"
#include "cli/listing.h"
#include "cli/recording.h"
#include "cli/task.h"
#include "store/store-model.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    gboolean json, progress;
} Options;

static GPtrArray *labels_of(const LeatStoredModel *model)
{
    GPtrArray *labels = g_ptr_array_new_with_free_func(g_free);

    /* One that is damaged is listed all the same, so that it can be removed. */
    if (!leat_model_record_labels(model, labels, NULL))
        g_ptr_array_add(labels, NULL);
    return labels;
}

/* A text of the record as the JSON that it is. */
static void add_record(JsonBuilder *builder, const char *key, const char *text)
{
    JsonNode *node = json_from_string(text, NULL);

    json_builder_set_member_name(builder, key);
    if (node)
        json_builder_add_value(builder, node);
    else
        json_builder_add_null_value(builder);
}

static void add_members(JsonBuilder *builder, const void *item)
{
    const LeatStoredModel *model = item;
    static const char *const kinds[] = {"classes", "number", "external"};
    g_autoptr(GPtrArray) labels = labels_of(model);

    leat_json_text(builder, "name", model->name);
    leat_json_text(builder, "sha256", model->sha256);
    leat_json_text(builder, "kind", kinds[model->kind]);
    json_builder_set_member_name(builder, "labels");
    json_builder_begin_array(builder);
    for (guint i = 0; labels->pdata[i]; i++)
        json_builder_add_string_value(builder, labels->pdata[i]);
    json_builder_end_array(builder);
    leat_json_count(builder, "samples", model->samples);
    json_builder_set_member_name(builder, "accuracy");
    if (model->has_accuracy)
        json_builder_add_double_value(builder, model->accuracy);
    else
        json_builder_add_null_value(builder);
    leat_json_wall(builder, "created", model->created_wall_ns);
    leat_json_text(builder, "parent", model->parent_name);
    leat_json_text(builder, "leat_version", model->leat_version);
    add_record(builder, "options", model->options);
    add_record(builder, "metrics", model->metrics);
}

static LeatTable *make_table(void)
{
    return leat_table_new("NAME", "LABELS", ">FRAMES", ">RIGHT", "CREATED", "PARENT", "SHA-256",
                          NULL);
}

static void add_row(LeatTable *table, const void *item)
{
    const LeatStoredModel *model = item;
    g_autoptr(GPtrArray) labels = labels_of(model);

    leat_table_add(table, model->name);
    leat_table_take(table, model->kind == LEAT_STORED_EXTERNAL
                               ? g_strdup("(a program)")
                               : g_strjoinv(", ", (char **)labels->pdata));
    leat_table_add_count(table, model->samples);
    leat_table_take(table, model->has_accuracy ? g_strdup_printf("%.1f %%", 100 * model->accuracy)
                                               : g_strdup(""));
    leat_table_take(table, leat_recording_local_time(model->created_wall_ns));
    leat_table_add(table, model->parent_name ? model->parent_name : "");
    leat_table_take(table, g_strndup(model->sha256, 12));
}

static int list(const char *path, const Options *options)
{
    static const LeatListing models = {"models", leat_store_models, make_table, add_row,
                                       add_members};

    return leat_listing_print(&models, path, options->json);
}

static int remove_model(const char *path, const char *name, const Options *options)
{
    GError *error = NULL;
    g_autoptr(LeatStore) store = leat_store_open_to_edit(path, &error);

    if (!store || !leat_store_remove_model(store, name, &error))
        return leat_verb_fail(error);
    if (options->json) {
        JsonBuilder *builder = json_builder_new();

        json_builder_begin_object(builder);
        leat_json_text(builder, "removed", name);
        json_builder_end_object(builder);
        leat_json_print(builder);
    } else {
        printf("Removed model '%s' and what it said of frames.\n", name);
    }
    return LEAT_CLI_DONE;
}

static void add_view(JsonBuilder *builder, const char *key, const LeatPredictedFrames *result,
                     size_t place)
{
    json_builder_set_member_name(builder, key);
    json_builder_begin_object(builder);
    leat_json_text(builder, "label", result->labels[result->frames[place].label]);
    leat_json_double(builder, "score", result->frames[place].score);
    json_builder_end_object(builder);
}

static void print_diff_json(const LeatPredict *predict, const GArray *places)
{
    const LeatPredictedFrames *a = leat_predict_result(predict, 0);
    const LeatPredictedFrames *b = leat_predict_result(predict, 1);
    JsonBuilder *builder = json_builder_new();

    json_builder_begin_array(builder);
    for (guint i = 0; i < places->len; i++) {
        size_t place = g_array_index(places, size_t, i);

        json_builder_begin_object(builder);
        leat_json_count(builder, "seq", a->frames[place].seq);
        add_view(builder, "a", a, place);
        add_view(builder, "b", b, place);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
    leat_json_print(builder);
}

static void print_diff_table(const LeatPredict *predict, const GArray *places)
{
    const LeatPredictedFrames *a = leat_predict_result(predict, 0);
    const LeatPredictedFrames *b = leat_predict_result(predict, 1);
    LeatTable *table;

    if (places->len == 0) {
        printf("'%s' and '%s' say the same of all %zu frames.\n", a->model, b->model, a->count);
        return;
    }
    table = leat_table_new(">FRAME", a->model, ">SCORE", b->model, ">SCORE", NULL);
    for (guint i = 0; i < places->len; i++) {
        const LeatPredictedFrame *x = &a->frames[g_array_index(places, size_t, i)];
        const LeatPredictedFrame *y = &b->frames[g_array_index(places, size_t, i)];

        leat_table_add_count(table, x->seq);
        leat_table_add(table, a->labels[x->label]);
        leat_table_take(table, g_strdup_printf(a->number ? "%.4g" : "%.3f", x->score));
        leat_table_add(table, b->labels[y->label]);
        leat_table_take(table, g_strdup_printf(b->number ? "%.4g" : "%.3f", y->score));
    }
    leat_table_print(table, "");
}

static int diff(const char *path, char **arguments, const Options *options)
{
    g_autoptr(LeatPredict) predict = leat_predict_new(&(LeatPredictOptions){
        .path = path,
        .recording = arguments[2],
        .models = {arguments[0], arguments[1]},
        .executor = LEAT_EXECUTOR_THREADS,
    });
    g_autoptr(GArray) places = NULL;
    LeatTaskRow row = {.what = "models diff", .executor = "threads"};
    GError *error = NULL;
    LeatTask task;
    bool done;

    if (!leat_task_begin(&task, "Comparing", options->progress, &error))
        return leat_verb_fail(error);
    done = leat_task_run_job(&task, &row, leat_predict_run, predict, &error);
    leat_task_end(&task);
    if (!done)
        return leat_verb_fail(error);
    places = leat_predict_disagreements(predict);
    if (options->json)
        print_diff_json(predict, places);
    else
        print_diff_table(predict, places);
    return LEAT_CLI_DONE;
}

static int run(const LeatVerb *verb, int argc, char **argv, const Options *options)
{
    if (argc == 2)
        return list(argv[1], options);
    if (g_str_equal(argv[2], "remove") && argc == 4)
        return remove_model(argv[1], argv[3], options);
    if (g_str_equal(argv[2], "diff") && argc == 6)
        return diff(argv[1], argv + 3, options);
    return leat_verb_misused(verb->name, "leat models takes FILE, FILE remove NAME, or FILE diff A "
                                         "B REC");
}

static int models(const LeatVerb *verb, int argc, char **argv)
{
    Options options = {.json = FALSE};
    const GOptionEntry entries[] = {
        {"progress", 0, 0, G_OPTION_ARG_NONE, &options.progress,
         "Show progress even where stderr is no terminal", NULL},
        {"json", 0, 0, G_OPTION_ARG_NONE, &options.json, "Print a JSON document", NULL},
        {NULL},
    };
    int status;

    if (!leat_verb_parse(verb, entries, NULL, &argc, &argv, &status))
        return status;
    return run(verb, argc, argv, &options);
}

const LeatVerb leat_verb_models = {
    .name = "models",
    .arguments = "FILE [remove NAME | diff A B REC]",
    .summary = "Lists the models of a file, removes one, or compares two.",
    .details =
        "diff lists the frames of recording REC of which models A and B say different things,\n"
        "those first of which they are the least sure: the ones to label next.\n"
        "\n"
        "With --json, a model comes with all of its record: options, loss curve, confusion matrix\n"
        "and the frames that it did worst on.\n",
    .min_arguments = 1,
    .max_arguments = 5,
    .run = models,
};
