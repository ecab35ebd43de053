/* SPDX-License-Identifier: MIT */
/* leat list FILE */
#include "cli/listing.h"
#include "cli/recording.h"

static LeatTable *make_table(void)
{
    return leat_table_new(">ID", "NAME", "STATE", "STARTED", ">LENGTH", ">FRAMES", ">LOST", ">SIZE",
                          "PICTURE", "CODEC", "SOURCE", NULL);
}

static void add_row(LeatTable *table, const void *item)
{
    const LeatRecording *recording = item;

    leat_table_add_count(table, recording->id);
    leat_table_add(table, recording->name);
    leat_table_add(table, leat_recording_state_name(recording->state));
    leat_table_take(table, leat_recording_local_time(recording->started_wall_ns));
    leat_table_take(table, leat_recording_length(recording->duration_ns));
    leat_table_add_count(table, recording->frames);
    leat_table_add_count(table, leat_ledger_lost(&recording->ledger));
    leat_table_take(table, leat_format_bytes((uint64_t)recording->bytes));
    leat_table_take(table,
                    g_strdup_printf("%dx%d", recording->stream.width, recording->stream.height));
    leat_table_add(table, recording->stream.codec);
    leat_table_add(table, recording->source);
}

static void add_members(JsonBuilder *builder, const void *item)
{
    leat_recording_json(item, builder);
}

static int list_recordings(const LeatVerb *verb, int argc, char **argv)
{
    static const LeatListing recordings = {"recordings", leat_store_list, make_table, add_row,
                                           add_members};

    return leat_listing_run(&recordings, verb, argc, argv);
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
