/* SPDX-License-Identifier: MIT */
/* leat verify FILE */
#include "app/library.h"
#include "base/error.h"
#include "cli/json.h"
#include "cli/table.h"
#include "cli/task.h"
#include "cli/verb.h"

#include <stdio.h>

static void print_json(const LeatVerifyResult *result)
{
    JsonBuilder *builder = json_builder_new();

    json_builder_begin_object(builder);
    leat_json_flag(builder, "ok", result->faults->len == 0);
    leat_json_count(builder, "recordings", result->recordings);
    leat_json_count(builder, "frames", result->frames);
    json_builder_set_member_name(builder, "faults");
    json_builder_begin_array(builder);
    for (guint i = 0; i < result->faults->len; i++) {
        char *valid = g_utf8_make_valid(g_ptr_array_index(result->faults, i), -1);

        json_builder_add_string_value(builder, valid);
        g_free(valid);
    }
    json_builder_end_array(builder);
    json_builder_end_object(builder);
    leat_json_print(builder);
}

static void print_for_people(const LeatVerifyResult *result, const char *path)
{
    printf("%s: %" G_GINT64_FORMAT " %s, %" G_GINT64_FORMAT " %s checked: ", path,
           result->recordings, result->recordings == 1 ? "recording" : "recordings", result->frames,
           result->frames == 1 ? "frame" : "frames");
    if (result->faults->len == 0) {
        puts("no faults.");
        return;
    }
    printf("%u %s.\n", result->faults->len, result->faults->len == 1 ? "fault" : "faults");
    for (guint i = 0; i < result->faults->len; i++) {
        char *plain = leat_table_plain(g_ptr_array_index(result->faults, i));

        printf("  %s\n", plain);
        g_free(plain);
    }
}

static int verify(const LeatVerb *verb, int argc, char **argv)
{
    gboolean json = FALSE, progress = FALSE;
    const GOptionEntry entries[] = {
        {"progress", 0, 0, G_OPTION_ARG_NONE, &progress,
         "Show progress even where stderr is no terminal", NULL},
        {"json", 0, 0, G_OPTION_ARG_NONE, &json, "Print a JSON object", NULL},
        {NULL},
    };
    LeatVerifyResult result;
    GError *error = NULL;
    LeatTask task;
    int status;
    bool checked;

    if (!leat_verb_parse(verb, entries, NULL, &argc, &argv, &status))
        return status;
    if (!leat_task_begin(&task, "Verifying", progress, &error))
        return leat_verb_fail(error);
    checked = leat_library_verify(argv[1], leat_task_progress, &task, task.cancel, &result, &error);
    leat_task_end(&task);
    status = LEAT_CLI_FAILED;
    if (!checked) {
        /* A file that cannot be read at all is told as a fault too. */
        g_ptr_array_add(result.faults, g_strdup(error->message));
        status = leat_verb_fail(error);
    }
    if (json)
        print_json(&result);
    else if (checked)
        print_for_people(&result, argv[1]);
    if (checked && result.faults->len == 0)
        status = LEAT_CLI_DONE;
    leat_verify_result_clear(&result);
    return status;
}

const LeatVerb leat_verb_verify = {
    .name = "verify",
    .arguments = "FILE",
    .summary = "Checks a library file: its structure, its ledgers, and every frame.",
    .details = "The exit status is 1 when there is any fault.\n",
    .min_arguments = 1,
    .max_arguments = 1,
    .run = verify,
};
