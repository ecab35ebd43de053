/* SPDX-License-Identifier: MIT */
/* leat list FILE */
#include "cli/json.h"
#include "cli/recording.h"
#include "cli/table.h"
#include "cli/verb.h"
#include "store/store.h"

#include <stdio.h>

static void print_json(const GPtrArray *recordings)
{
    JsonBuilder *builder = json_builder_new();

    json_builder_begin_array(builder);
    for (guint i = 0; i < recordings->len; i++) {
        json_builder_begin_object(builder);
        leat_recording_json(g_ptr_array_index(recordings, i), builder);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
    leat_json_print(builder);
}

static void print_table(const GPtrArray *recordings)
{
    LeatTable *table = leat_table_new(">ID", "NAME", "STATE", "STARTED", ">LENGTH", ">FRAMES",
                                      ">LOST", ">SIZE", "PICTURE", "CODEC", "SOURCE", NULL);

    for (guint i = 0; i < recordings->len; i++) {
        const LeatRecording *recording = g_ptr_array_index(recordings, i);

        leat_table_add_count(table, recording->id);
        leat_table_add(table, recording->name);
        leat_table_add(table, leat_recording_state_name(recording->state));
        leat_table_take(table, leat_recording_local_time(recording->started_wall_ns));
        leat_table_take(table, leat_recording_length(recording->duration_ns));
        leat_table_add_count(table, recording->frames);
        leat_table_add_count(table, leat_recording_lost(recording));
        leat_table_take(table, leat_format_bytes((uint64_t)recording->bytes));
        leat_table_take(
            table, g_strdup_printf("%dx%d", recording->stream.width, recording->stream.height));
        leat_table_add(table, recording->stream.codec);
        leat_table_add(table, recording->source);
    }
    leat_table_print(table, "");
}

static int list_recordings(const LeatVerb *verb, int argc, char **argv)
{
    gboolean json = FALSE;
    const GOptionEntry entries[] = {
        {"json", 0, 0, G_OPTION_ARG_NONE, &json, "Print a JSON array", NULL},
        {NULL},
    };
    GError *error = NULL;
    GPtrArray *recordings;
    LeatStore *store;
    int status;

    if (!leat_verb_parse(verb, entries, NULL, &argc, &argv, &status))
        return status;
    store = leat_store_open(argv[1], NULL, &error);
    if (!store)
        return leat_verb_fail(error);
    recordings = leat_store_list(store, &error);
    leat_store_close(store);
    if (!recordings)
        return leat_verb_fail(error);
    if (json)
        print_json(recordings);
    else if (recordings->len == 0)
        printf("No recordings in %s yet.\n", argv[1]);
    else
        print_table(recordings);
    g_ptr_array_unref(recordings);
    return LEAT_CLI_DONE;
}

const LeatVerb leat_verb_list = {
    .name = "list",
    .arguments = "FILE",
    .summary = "Lists the recordings in a library file.",
    .details =
        "LOST counts the frames that were captured and are not in the recording; 'leat show'\n"
        "tells where and why each was lost.\n",
    .min_arguments = 1,
    .max_arguments = 1,
    .run = list_recordings,
};
