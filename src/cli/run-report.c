/* SPDX-License-Identifier: MIT */
#include "cli/run-report.h"

#include "base/clock.h"
#include "cli/table.h"

#include <stdarg.h>
#include <stdio.h>

static char *frames(int64_t count, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void add_line(LeatTable *table, const char *name, int64_t count, char *note)
{
    leat_table_add(table, name);
    leat_table_add_count(table, count);
    leat_table_take(table, note);
}

static char *frames(int64_t count, const char *format, ...)
{
    va_list arguments;
    char *text;

    if (count == 0)
        return g_strdup("");
    va_start(arguments, format);
    text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return text;
}

static char *captured_note(const LeatSessionReport *report)
{
    const LeatSourceFormat *format = &report->status.format;

    if (report->wall_s <= 0)
        return g_strdup("");
    return g_strdup_printf("in %.1f s, %.1f a second, %dx%d", report->wall_s,
                           (double)report->ledger.captured / report->wall_s, format->width,
                           format->height);
}

static void print_counts(const LeatSessionReport *report)
{
    const LeatLedger *ledger = &report->ledger;
    const LeatPipelineStatus *status = &report->status;
    bool recording = status->recorder != LEAT_RECORDER_OFF || status->recording_file[0];
    int64_t lost = leat_ledger_lost(ledger);
    LeatTable *table = leat_table_new("", ">", "", NULL);

    add_line(table, "captured", ledger->captured, captured_note(report));
    add_line(table, "processed", ledger->process.out,
             frames(ledger->process.out != ledger->process.in,
                    "made of %" G_GINT64_FORMAT " by the filter", ledger->process.in));
    if (recording) {
        char *bytes = leat_format_bytes((uint64_t)status->progress.bytes);

        add_line(table, "stored", ledger->record.stored,
                 frames(ledger->record.stored, "%s in %s", bytes, status->recording_file));
        if (ledger->record.skipped > 0)
            add_line(table, "skipped", ledger->record.skipped, g_strdup("by the record rate"));
        g_free(bytes);
    }
    add_line(table, "lost", lost,
             frames(lost,
                    "%" G_GINT64_FORMAT " at capture, %" G_GINT64_FORMAT
                    " at process, %" G_GINT64_FORMAT " at record",
                    ledger->capture_lost, ledger->process.lost, ledger->record.lost));
    if (ledger->predict.offered > 0)
        add_line(table, "predicted", ledger->predict.predicted,
                 frames(ledger->predict.replaced, "%" G_GINT64_FORMAT " replaced by newer ones",
                        ledger->predict.replaced));
    add_line(table, "presented", ledger->present.presented,
             frames(ledger->present.replaced, "%" G_GINT64_FORMAT " replaced by newer ones",
                    ledger->present.replaced));
    if (ledger->reconnects > 0)
        add_line(table, "reconnects", ledger->reconnects, g_strdup(""));
    leat_table_print(table, "  ");
}

static void add_summary(LeatTable *table, const char *name, const LeatHistogramSummary *summary)
{
    leat_table_add(table, name);
    leat_table_take(table, g_strdup_printf("%.1f", summary->p50));
    leat_table_take(table, g_strdup_printf("%.1f", summary->p99));
    leat_table_take(table, g_strdup_printf("%.1f", summary->max));
}

static void print_meters(const LeatSessionReport *report)
{
    LeatTable *table = leat_table_new("ms", ">median", ">99 %", ">longest", NULL);

    putchar('\n');
    add_summary(table, "latency", &report->latency_ms);
    add_summary(table, "loop gap", &report->loop_gap_ms);
    leat_table_print(table, "  ");
    printf("\n  peak memory %.0f MB\n", report->peak_rss_mb);
}

static char *loss_frames(const LeatLoss *loss)
{
    if (loss->count == 0)
        return g_strdup_printf("before %" G_GINT64_FORMAT, loss->first);
    if (loss->first == loss->last)
        return g_strdup_printf("%" G_GINT64_FORMAT, loss->first);
    return g_strdup_printf("%" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, loss->first, loss->last);
}

static void print_losses(const LeatSessionReport *report)
{
    LeatTable *table = leat_table_new(">LOST", "STAGE", "FRAMES", "REASON", NULL);

    for (size_t i = 0; i < report->loss_count; i++) {
        const LeatLoss *loss = &report->losses[i];
        char *reason = g_strdup(loss->reason);

        if (loss->count == 0) {
            g_free(reason);
            reason =
                g_strdup_printf("away for %.1f s: %s",
                                (double)loss->duration_ns / (double)LEAT_NS_PER_S, loss->reason);
            leat_table_add(table, "unknown");
        } else {
            leat_table_add_count(table, loss->count);
        }
        leat_table_add(table, leat_loss_stage_name(loss->stage));
        leat_table_take(table, loss_frames(loss));
        leat_table_take(table, reason);
    }
    putchar('\n');
    leat_table_print(table, "  ");
}

void leat_run_report_print(const LeatSessionReport *report)
{
    const LeatPipelineStatus *status = &report->status;
    char *source = leat_table_plain(report->source);

    if (status->recording_id > 0) {
        char *text =
            g_strdup_printf("%s, recording %" G_GINT64_FORMAT " (%s)", status->recording_file,
                            status->recording_id, status->recording_name);
        char *plain = leat_table_plain(text);

        printf("%s → %s\n\n", source, plain);
        g_free(plain);
        g_free(text);
    } else {
        printf("%s\n\n", source);
    }
    g_free(source);
    print_counts(report);
    print_meters(report);
    if (report->loss_count > 0)
        print_losses(report);
}
