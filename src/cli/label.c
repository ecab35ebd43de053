/* SPDX-License-Identifier: MIT */
/* leat label FILE REC NAME */
#include "app/labels.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "base/quantity.h"
#include "cli/json.h"
#include "cli/verb.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct {
    char *from, *to, *first, *last, *value, *import, *export;
    gboolean remove, json;
} Options;

static bool parse_time(const char *option, const char *text, int64_t *ns, GError **error)
{
    if (!text || leat_parse_duration(text, ns, error))
        return true;
    g_prefix_error(error, "--%s: ", option);
    return false;
}

static bool parse_frame(const char *option, const char *text, int64_t *seq, GError **error)
{
    if (!text || leat_parse_integer(text, 0, INT64_MAX, seq, error))
        return true;
    g_prefix_error(error, "--%s: ", option);
    return false;
}

static bool parse_value(const char *text, LeatLabelRequest *request, GError **error)
{
    char *end;

    if (!text)
        return true;
    request->value = g_ascii_strtod(text, &end);
    if (end != text && *end == '\0' && isfinite(request->value)) {
        request->has_value = true;
        return true;
    }
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                "--value: '%s' is not a number, such as 3.5 or -20", text);
    return false;
}

static bool fill_in(const Options *options, LeatLabelRequest *request, GError **error)
{
    request->by_time = options->from || options->to;
    if (request->by_time && (options->first || options->last)) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                    "say the range by time (--from, --to) or by frame (--first, --last), not both");
        return false;
    }
    if (options->remove && options->value) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                    "--remove takes a label off, whatever its value is; leave --value out");
        return false;
    }
    request->remove = options->remove;
    return parse_time("from", options->from, &request->from_ns, error) &&
           parse_time("to", options->to, &request->to_ns, error) &&
           parse_frame("first", options->first, &request->first, error) &&
           parse_frame("last", options->last, &request->last, error) &&
           parse_value(options->value, request, error);
}

static void print_json(const LeatLabelRequest *request, const LeatLabelResult *result)
{
    JsonBuilder *builder = json_builder_new();

    json_builder_begin_object(builder);
    leat_json_text(builder, "label", request->label);
    if (request->has_value)
        leat_json_double(builder, "value", request->value);
    leat_json_count(builder, "first", result->first);
    leat_json_count(builder, "last", result->last);
    leat_json_count(builder, "frames", result->frames);
    leat_json_count(builder, "lost", result->missing);
    json_builder_end_object(builder);
    leat_json_print(builder);
}

static int change(const char *path, const LeatLabelRequest *request, bool json)
{
    LeatLabelResult result;
    GError *error = NULL;

    if (!leat_labels_change(path, request, &result, &error))
        return leat_verb_fail(error);
    if (result.missing > 0)
        leat_log(LEAT_LOG_WARNING,
                 "%" G_GINT64_FORMAT " frames of that range were lost; %" G_GINT64_FORMAT
                 " are there",
                 result.missing, result.frames);
    if (json)
        print_json(request, &result);
    else
        printf("%s '%s': %" G_GINT64_FORMAT " %s, %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT ".\n",
               request->remove ? "Removed" : "Labelled", request->label, result.frames,
               result.frames == 1 ? "frame" : "frames", result.first, result.last);
    return LEAT_CLI_DONE;
}

/* In or out as CSV. */
static int carry(const char *path, const char *recording, const Options *options)
{
    const char *csv = options->import ? options->import : options->export;
    int64_t labels = 0;
    GError *error = NULL;
    bool good = options->import ? leat_labels_import(path, recording, csv, &labels, &error)
                                : leat_labels_export(path, recording, csv, &labels, &error);

    if (!good)
        return leat_verb_fail(error);
    if (options->json) {
        JsonBuilder *builder = json_builder_new();

        json_builder_begin_object(builder);
        leat_json_count(builder, "labels", labels);
        leat_json_text(builder, options->import ? "in" : "out", csv);
        json_builder_end_object(builder);
        leat_json_print(builder);
    } else {
        printf("%s %" G_GINT64_FORMAT " %s %s %s.\n", options->import ? "Imported" : "Exported",
               labels, labels == 1 ? "label" : "labels", options->import ? "from" : "to", csv);
    }
    return LEAT_CLI_DONE;
}

static int run(const LeatVerb *verb, int argc, char **argv, const Options *options)
{
    LeatLabelRequest request = {.to_ns = LEAT_FOREVER, .last = INT64_MAX};
    GError *error = NULL;

    if (options->import && options->export)
        return leat_verb_misused(verb->name, "--import and --export cannot be had at once");
    if (options->import || options->export) {
        if (argc != 3)
            return leat_verb_misused(verb->name,
                                     "with --import and --export, leat %s takes FILE "
                                     "and REC alone",
                                     verb->name);
        return carry(argv[1], argv[2], options);
    }
    if (argc != 4)
        return leat_verb_misused(verb->name, "leat %s needs %s", verb->name, verb->arguments);
    if (!fill_in(options, &request, &error))
        return leat_verb_fail(error);
    request.recording = argv[2];
    request.label = argv[3];
    return change(argv[1], &request, options->json);
}

static int label(const LeatVerb *verb, int argc, char **argv)
{
    Options options = {.json = FALSE};
    const GOptionEntry entries[] = {
        {"from", 0, 0, G_OPTION_ARG_FILENAME, &options.from,
         "Begin at this time of the recording, such as 500ms, 10s or 2m", "T"},
        {"to", 0, 0, G_OPTION_ARG_FILENAME, &options.to, "End before this time of the recording",
         "T"},
        {"first", 0, 0, G_OPTION_ARG_FILENAME, &options.first, "Begin with this frame", "SEQ"},
        {"last", 0, 0, G_OPTION_ARG_FILENAME, &options.last, "End with this frame", "SEQ"},
        {"value", 0, 0, G_OPTION_ARG_FILENAME, &options.value,
         "The number that NAME has there; without it NAME is a class", "X"},
        {"remove", 0, 0, G_OPTION_ARG_NONE, &options.remove, "Take the label off", NULL},
        {"import", 0, 0, G_OPTION_ARG_FILENAME, &options.import, "Add the labels of a CSV file",
         "IN.csv"},
        {"export", 0, 0, G_OPTION_ARG_FILENAME, &options.export, "Write the labels into a CSV file",
         "OUT.csv"},
        {"json", 0, 0, G_OPTION_ARG_NONE, &options.json, "Print a JSON object", NULL},
        {NULL},
    };
    int status;

    if (leat_verb_parse(verb, entries, NULL, &argc, &argv, &status))
        status = run(verb, argc, argv, &options);
    g_free(options.from);
    g_free(options.to);
    g_free(options.first);
    g_free(options.last);
    g_free(options.value);
    g_free(options.import);
    g_free(options.export);
    return status;
}

const LeatVerb leat_verb_label = {
    .name = "label",
    .arguments = "FILE REC NAME",
    .summary = "Says what frames show: a class, or a number.",
    .details =
        "REC is the recording's number or name, as 'leat list FILE' shows them. Without a range,\n"
        "all its frames are labelled.\n"
        "\n"
        "A frame is of one class at most: a class given later takes the place of the one before,\n"
        "on these frames. Of numbers (--value) a frame has one for each NAME.\n"
        "\n"
        "A CSV file has a line for each label, under the first line first,last,label,value.\n"
        "Import and export do without NAME.\n"
        "\n"
        "Examples:\n"
        "  leat label demo.leat 1 empty --from 0s --to 10s\n"
        "  leat label demo.leat 1 gauge --value 3.5 --first 300 --last 420\n"
        "  leat label demo.leat 1 --export labels.csv\n",
    .min_arguments = 2,
    .max_arguments = 3,
    .run = label,
};
