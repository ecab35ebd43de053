/* SPDX-License-Identifier: MIT */
/* leat show FILE REC */
#include "base/clock.h"
#include "cli/json.h"
#include "cli/recording.h"
#include "cli/table.h"
#include "cli/verb.h"
#include "store/store-label.h"
#include "store/store-prediction.h"

#include <stdio.h>

static void add_labels(JsonBuilder *builder, const GPtrArray *labels)
{
    json_builder_set_member_name(builder, "labels");
    json_builder_begin_array(builder);
    for (guint i = 0; i < labels->len; i++) {
        const LeatLabel *label = labels->pdata[i];

        json_builder_begin_object(builder);
        leat_json_text(builder, "label", label->name);
        if (label->has_value)
            leat_json_double(builder, "value", label->value);
        leat_json_count(builder, "first", label->first);
        leat_json_count(builder, "last", label->last);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
}

static void add_models(JsonBuilder *builder, const GPtrArray *models)
{
    json_builder_set_member_name(builder, "models");
    json_builder_begin_array(builder);
    for (guint i = 0; i < models->len; i++) {
        const LeatStoredModelUse *use = models->pdata[i];

        json_builder_begin_object(builder);
        leat_json_text(builder, "name", use->name);
        leat_json_text(builder, "sha256", use->sha256);
        leat_json_count(builder, "predictions", use->predictions);
        if (use->live_from_seq >= 0)
            leat_json_count(builder, "live_from", use->live_from_seq);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
}

/* All that is shown of it. */
typedef struct {
    const LeatRecording *recording;
    const GArray *gaps;
    const GPtrArray *labels, *models;
} Shown;

static void print_json(const Shown *shown)
{
    const LeatRecording *recording = shown->recording;
    const GArray *gaps = shown->gaps;
    JsonBuilder *builder = json_builder_new();

    json_builder_begin_object(builder);
    leat_recording_json(recording, builder);
    leat_json_text(builder, "filter", recording->filter);
    leat_json_rational(builder, "record_rate", recording->record_rate);
    leat_json_text(builder, "pixel_format", recording->stream.pixel_format);
    leat_json_rational(builder, "rate", recording->stream.rate);
    leat_json_rational(builder, "time_base", recording->stream.time_base);
    leat_json_count(builder, "skipped", recording->ledger.record.skipped);
    leat_json_count(builder, "reconnects", recording->ledger.reconnects);
    leat_json_text(builder, "leat_version", recording->leat_version);
    json_builder_set_member_name(builder, "gaps");
    json_builder_begin_array(builder);
    for (guint i = 0; i < gaps->len; i++) {
        const LeatLoss *gap = &g_array_index(gaps, LeatLoss, i);

        json_builder_begin_object(builder);
        leat_json_loss(builder, gap);
        leat_json_wall(builder, "at", gap->wall_ns);
        leat_json_seconds(builder, "duration_s", gap->duration_ns);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
    add_labels(builder, shown->labels);
    add_models(builder, shown->models);
    json_builder_end_object(builder);
    leat_json_print(builder);
}

static void add_fact(LeatTable *table, const char *name, char *value)
{
    leat_table_add(table, name);
    leat_table_take(table, value);
}

static char *picture_text(const LeatRecording *recording)
{
    const LeatStreamInfo *stream = &recording->stream;
    double length_s = (double)recording->duration_ns / (double)LEAT_NS_PER_S;

    if (leat_rational_is_set(stream->rate))
        return g_strdup_printf("%dx%d %s, %.4g frames a second", stream->width, stream->height,
                               stream->pixel_format, leat_rational_value(stream->rate));
    if (length_s > 0)
        return g_strdup_printf("%dx%d %s, %.4g frames a second on average", stream->width,
                               stream->height, stream->pixel_format,
                               (double)recording->frames / length_s);
    return g_strdup_printf("%dx%d %s", stream->width, stream->height, stream->pixel_format);
}

static char *frames_text(const LeatRecording *recording)
{
    GString *text = g_string_new(NULL);

    g_string_append_printf(text, "%" G_GINT64_FORMAT " stored", recording->frames);
    if (recording->ledger.record.skipped > 0)
        g_string_append_printf(text, ", %" G_GINT64_FORMAT " skipped to %.4g a second",
                               recording->ledger.record.skipped,
                               leat_rational_value(recording->record_rate));
    g_string_append_printf(text, ", %" G_GINT64_FORMAT " lost",
                           leat_ledger_lost(&recording->ledger));
    return g_string_free(text, FALSE);
}

static void print_facts(const LeatRecording *recording)
{
    LeatTable *table = leat_table_new("", "", NULL);
    char *name = leat_table_plain(recording->name);

    printf("Recording %" G_GINT64_FORMAT ", %s\n\n", recording->id, name);
    g_free(name);
    add_fact(table, "state", g_strdup(leat_recording_state_name(recording->state)));
    add_fact(table, "source", g_strdup(recording->source));
    if (recording->filter[0])
        add_fact(table, "filter", g_strdup(recording->filter));
    add_fact(table, "started", leat_recording_local_time(recording->started_wall_ns));
    add_fact(table, "length", leat_recording_length(recording->duration_ns));
    add_fact(table, "picture", picture_text(recording));
    add_fact(table, "frames", frames_text(recording));
    if (recording->ledger.reconnects > 0)
        add_fact(table, "reconnects",
                 g_strdup_printf("%" G_GINT64_FORMAT, recording->ledger.reconnects));
    add_fact(table, "codec", g_strdup(recording->stream.codec));
    add_fact(table, "size", leat_format_bytes((uint64_t)recording->bytes));
    leat_table_print(table, "  ");
}

static char *gap_frames(const LeatLoss *gap)
{
    if (gap->count == 0)
        return g_strdup_printf("before %" G_GINT64_FORMAT, gap->first);
    if (gap->first == gap->last)
        return g_strdup_printf("%" G_GINT64_FORMAT, gap->first);
    return g_strdup_printf("%" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, gap->first, gap->last);
}

static void print_gaps(const GArray *gaps)
{
    LeatTable *table;

    if (gaps->len == 0) {
        printf("\nNo gaps: every frame is here.\n");
        return;
    }
    printf("\nGaps\n\n");
    table = leat_table_new("AT", "STAGE", "FRAMES", ">LOST", ">AWAY", "REASON", NULL);
    for (guint i = 0; i < gaps->len; i++) {
        const LeatLoss *gap = &g_array_index(gaps, LeatLoss, i);

        leat_table_take(table, leat_recording_local_time(gap->wall_ns));
        leat_table_add(table, leat_loss_stage_name(gap->stage));
        leat_table_take(table, gap_frames(gap));
        if (gap->count > 0)
            leat_table_add_count(table, gap->count);
        else
            leat_table_add(table, "unknown");
        leat_table_take(
            table, gap->duration_ns > 0
                       ? g_strdup_printf("%.1f s", (double)gap->duration_ns / (double)LEAT_NS_PER_S)
                       : g_strdup(""));
        leat_table_add(table, gap->reason);
    }
    leat_table_print(table, "  ");
}

static void print_labels(const GPtrArray *labels)
{
    LeatTable *table;

    if (labels->len == 0)
        return;
    printf("\nLabels\n\n");
    table = leat_table_new("LABEL", ">VALUE", ">FIRST", ">LAST", NULL);
    for (guint i = 0; i < labels->len; i++) {
        const LeatLabel *label = labels->pdata[i];

        leat_table_add(table, label->name);
        leat_table_take(table,
                        label->has_value ? g_strdup_printf("%g", label->value) : g_strdup(""));
        leat_table_add_count(table, label->first);
        leat_table_add_count(table, label->last);
    }
    leat_table_print(table, "  ");
}

static void print_models(const GPtrArray *models)
{
    LeatTable *table;

    if (models->len == 0)
        return;
    printf("\nModels\n\n");
    table = leat_table_new("MODEL", ">PREDICTIONS", "IN USE", NULL);
    for (guint i = 0; i < models->len; i++) {
        const LeatStoredModelUse *use = models->pdata[i];

        leat_table_add(table, use->name);
        leat_table_add_count(table, use->predictions);
        leat_table_take(
            table, use->live_from_seq >= 0
                       ? g_strdup_printf("live, from frame %" G_GINT64_FORMAT, use->live_from_seq)
                       : g_strdup("afterwards"));
    }
    leat_table_print(table, "  ");
}

static int show(const char *path, const char *name, bool json)
{
    GError *error = NULL;
    g_autoptr(LeatStore) store = leat_store_open(path, NULL, &error);
    g_autoptr(LeatRecording) recording = store ? leat_store_find(store, name, &error) : NULL;
    g_autoptr(GArray) gaps = recording ? leat_store_losses(store, recording->id, &error) : NULL;
    g_autoptr(GPtrArray) labels = gaps ? leat_store_labels(store, recording->id, &error) : NULL;
    g_autoptr(GPtrArray) models =
        labels ? leat_store_model_uses(store, recording->id, &error) : NULL;

    if (!models)
        return leat_verb_fail(error);
    if (json) {
        print_json(&(Shown){recording, gaps, labels, models});
    } else {
        print_facts(recording);
        print_gaps(gaps);
        print_labels(labels);
        print_models(models);
    }
    return LEAT_CLI_DONE;
}

static int show_recording(const LeatVerb *verb, int argc, char **argv)
{
    gboolean json = FALSE;
    const GOptionEntry entries[] = {
        {"json", 0, 0, G_OPTION_ARG_NONE, &json, "Print a JSON object", NULL},
        {NULL},
    };
    int status;

    if (!leat_verb_parse(verb, entries, NULL, &argc, &argv, &status))
        return status;
    return show(argv[1], argv[2], json);
}

const LeatVerb leat_verb_show = {
    .name = "show",
    .arguments = "FILE REC",
    .summary = "Shows all about a recording: what it is, each gap in it, its labels and models.",
    .details = "REC is the recording's number or name, as 'leat list FILE' shows them.\n",
    .min_arguments = 2,
    .max_arguments = 2,
    .run = show_recording,
};
