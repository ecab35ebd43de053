/* SPDX-License-Identifier: MIT */
/* leat export FILE REC OUT */
#include "app/library.h"
#include "base/clock.h"
#include "base/error.h"
#include "cli/json.h"
#include "cli/task.h"
#include "cli/verb.h"

#include <stdio.h>

static bool parse_time(const char *option, const char *text, int64_t *ns, GError **error)
{
    if (!text || leat_parse_duration(text, ns, error))
        return true;
    g_prefix_error(error, "--%s: ", option);
    return false;
}

static void print_result(const LeatExportResult *result, const char *out, bool json)
{
    if (json) {
        JsonBuilder *builder = json_builder_new();

        json_builder_begin_object(builder);
        leat_json_count(builder, "frames", result->frames);
        leat_json_count(builder, "bytes", result->bytes);
        leat_json_text(builder, "out", out);
        json_builder_end_object(builder);
        leat_json_print(builder);
    } else {
        char *bytes = leat_format_bytes((uint64_t)result->bytes);

        printf("Exported %" G_GINT64_FORMAT " %s to %s (%s).\n", result->frames,
               result->frames == 1 ? "frame" : "frames", out, bytes);
        g_free(bytes);
    }
}

static bool export_recording(const char *path, const LeatExportRequest *asked, bool progress,
                             LeatExportResult *result, GError **error)
{
    LeatExportRequest request = *asked;
    LeatTask task;
    bool good;

    if (!leat_task_begin(&task, "Exporting", progress, error))
        return false;
    request.progress = leat_task_progress;
    request.data = &task;
    good = leat_library_export(path, &request, task.cancel, result, error);
    leat_task_end(&task);
    return good;
}

static int export(const LeatVerb *verb, int argc, char **argv)
{
    gboolean json = FALSE, progress = FALSE, by_label = FALSE;
    g_autofree char *from = NULL;
    g_autofree char *to = NULL;
    const GOptionEntry entries[] = {
        {"from", 0, 0, G_OPTION_ARG_FILENAME, &from,
         "Begin at this time of the recording, such as 500ms, 10s or 2m", "T"},
        {"to", 0, 0, G_OPTION_ARG_FILENAME, &to, "End before this time of the recording", "T"},
        {"by-label", 0, 0, G_OPTION_ARG_NONE, &by_label,
         "Of a folder: the labelled frames, in a folder for each class", NULL},
        {"progress", 0, 0, G_OPTION_ARG_NONE, &progress,
         "Show progress even where stderr is no terminal", NULL},
        {"json", 0, 0, G_OPTION_ARG_NONE, &json, "Print a JSON object", NULL},
        {NULL},
    };
    LeatExportRequest request = {.from_ns = 0, .to_ns = LEAT_FOREVER};
    LeatExportResult result;
    GError *error = NULL;
    int status;

    if (!leat_verb_parse(verb, entries, NULL, &argc, &argv, &status))
        return status;
    if (!parse_time("from", from, &request.from_ns, &error) ||
        !parse_time("to", to, &request.to_ns, &error))
        return leat_verb_fail(error);
    request.recording = argv[2];
    request.out = argv[3];
    request.by_label = by_label;
    if (!export_recording(argv[1], &request, progress, &result, &error)) {
        if (g_error_matches(error, LEAT_ERROR, LEAT_ERROR_CANCELLED))
            g_prefix_error(&error, "nothing was exported to %s: ", argv[3]);
        return leat_verb_fail(error);
    }
    print_result(&result, argv[3], json);
    return LEAT_CLI_DONE;
}

const LeatVerb leat_verb_export = {
    .name = "export",
    .arguments = "FILE REC OUT",
    .summary = "Exports a recording as a video, as pictures, or as a table of its frames.",
    .details =
        "REC is the recording's number or name, as 'leat list FILE' shows them. OUT says what is\n"
        "made, and is never replaced:\n"
        "\n"
        "  NAME.mkv, NAME.mp4  a video: the frames as they are stored, not encoded again\n"
        "  NAME/               a folder: img_00001.jpg, img_00002.jpg, … and frames.csv\n"
        "  NAME.csv            the table alone: seq,captured_ns,wall,pts,label,prediction,score\n"
        "\n"
        "In the table, seq is the frame's number at the source, captured_ns the machine's monotonic\n"
        "clock in nanoseconds, wall the time of day (UTC), and pts the frame's time in ticks of the\n"
        "recording's time base ('leat show --json'). label is what a person says of the frame (mouse,\n"
        "gauge=3.5, or both with a ; between), prediction and score what the latest model says.\n"
        "A video of an h264 recording begins at the key frame before --from.\n",
    .min_arguments = 3,
    .max_arguments = 3,
    .run = export,
};
