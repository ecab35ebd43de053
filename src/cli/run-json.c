/* SPDX-License-Identifier: MIT */
#include "cli/run-report.h"

#include "cli/json.h"

static void begin(JsonBuilder *builder, const char *key)
{
    json_builder_set_member_name(builder, key);
    json_builder_begin_object(builder);
}

static void add_recording(JsonBuilder *builder, const LeatPipelineStatus *status)
{
    if (status->recording_id == 0) {
        json_builder_set_member_name(builder, "recording");
        json_builder_add_null_value(builder);
        return;
    }
    begin(builder, "recording");
    leat_json_count(builder, "id", status->recording_id);
    leat_json_text(builder, "name", status->recording_name);
    leat_json_text(builder, "file", status->recording_file);
    leat_json_count(builder, "bytes", status->progress.bytes);
    json_builder_end_object(builder);
}

static void add_stages(JsonBuilder *builder, const LeatLedger *ledger)
{
    begin(builder, "process");
    leat_json_count(builder, "in", ledger->process.in);
    leat_json_count(builder, "out", ledger->process.out);
    json_builder_end_object(builder);
    begin(builder, "record");
    leat_json_count(builder, "offered", ledger->record.offered);
    leat_json_count(builder, "stored", ledger->record.stored);
    leat_json_count(builder, "skipped", ledger->record.skipped);
    leat_json_count(builder, "lost", ledger->record.lost);
    json_builder_end_object(builder);
    begin(builder, "present");
    leat_json_count(builder, "offered", ledger->present.offered);
    leat_json_count(builder, "presented", ledger->present.presented);
    leat_json_count(builder, "replaced", ledger->present.replaced);
    json_builder_end_object(builder);
    begin(builder, "predict");
    leat_json_count(builder, "offered", ledger->predict.offered);
    leat_json_count(builder, "predicted", ledger->predict.predicted);
    leat_json_count(builder, "replaced", ledger->predict.replaced);
    json_builder_end_object(builder);
}

static void add_losses(JsonBuilder *builder, const LeatSessionReport *report)
{
    json_builder_set_member_name(builder, "lost");
    json_builder_begin_array(builder);
    for (size_t i = 0; i < report->loss_count; i++) {
        if (report->losses[i].count == 0)
            continue;
        json_builder_begin_object(builder);
        leat_json_loss(builder, &report->losses[i]);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);

    json_builder_set_member_name(builder, "holes");
    json_builder_begin_array(builder);
    for (size_t i = 0; i < report->loss_count; i++) {
        const LeatLoss *hole = &report->losses[i];

        if (hole->count > 0)
            continue;
        json_builder_begin_object(builder);
        leat_json_count(builder, "before", hole->first);
        leat_json_seconds(builder, "duration_s", hole->duration_ns);
        leat_json_text(builder, "reason", hole->reason);
        leat_json_wall(builder, "at", hole->wall_ns);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
}

static void add_summary(JsonBuilder *builder, const char *key, const LeatHistogramSummary *summary)
{
    begin(builder, key);
    leat_json_number(builder, "p50", summary->p50);
    leat_json_number(builder, "p99", summary->p99);
    leat_json_number(builder, "max", summary->max);
    json_builder_end_object(builder);
}

static void add_format(JsonBuilder *builder, const LeatPipelineStatus *status)
{
    begin(builder, "format");
    leat_json_count(builder, "width", status->format.width);
    leat_json_count(builder, "height", status->format.height);
    leat_json_rational(builder, "rate", status->format.rate);
    leat_json_text(builder, "pixel_format", status->format.pixel_format);
    leat_json_text(builder, "native", status->format.native_format);
    leat_json_count(builder, "out_width", status->out_width);
    leat_json_count(builder, "out_height", status->out_height);
    json_builder_end_object(builder);
}

static void add_links(JsonBuilder *builder, const LeatSessionReport *report)
{
    json_builder_set_member_name(builder, "links");
    json_builder_begin_array(builder);
    for (int i = 0; i < report->link_count; i++) {
        const LeatLinkFigures *link = &report->links[i];

        json_builder_begin_object(builder);
        leat_json_text(builder, "name", link->name);
        leat_json_count(builder, "peak", (int64_t)link->peak_items);
        leat_json_count(builder, "limit", (int64_t)link->max_items);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
}

void leat_run_report_json(const LeatSessionReport *report)
{
    const LeatPipelineStatus *status = &report->status;
    JsonBuilder *builder = json_builder_new();

    json_builder_begin_object(builder);
    leat_json_text(builder, "source", report->source);
    leat_json_number(builder, "wall_s", report->wall_s);
    leat_json_count(builder, "captured", report->ledger.captured);
    add_recording(builder, status);
    add_stages(builder, &report->ledger);
    add_losses(builder, report);
    add_summary(builder, "latency_ms", &report->latency_ms);
    add_summary(builder, "loop_gap_ms", &report->loop_gap_ms);
    leat_json_count(builder, "reconnects", report->ledger.reconnects);
    leat_json_number(builder, "peak_rss_mb", report->peak_rss_mb);
    add_format(builder, status);
    add_links(builder, report);
    leat_json_text(builder, "source_error",
                   status->source == LEAT_SOURCE_STATE_FAILED ? status->source_reason : NULL);
    leat_json_text(builder, "predict_error",
                   *status->predict_reason ? status->predict_reason : NULL);
    leat_json_text(builder, "recording_error",
                   status->recorder == LEAT_RECORDER_FAILED ? status->recording_reason : NULL);
    json_builder_end_object(builder);
    leat_json_print(builder);
}
