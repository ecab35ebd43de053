/* SPDX-License-Identifier: MIT */
#include "cli/run-stats.h"

#include "app/snapshot.h"
#include "cli/table.h"

#include <stdio.h>
#include <stdlib.h>

struct LeatRunStats {
    LeatSession *session;
    guint timer;
    LeatThreadMeter *threads;
    LeatLinkMeter links;
};

static const char *class_name(LeatThreadClass sched_class)
{
    switch (sched_class) {
    case LEAT_THREAD_LIVE:
        return "live";
    case LEAT_THREAD_BACKGROUND:
        return "background";
    case LEAT_THREAD_NORMAL:
        break;
    }
    return "normal";
}

static char *threads_text(LeatThreadMeter *meter)
{
    LeatTable *table = leat_table_new("THREAD", "STATE", "CLASS", ">CPU", NULL);
    size_t count;
    LeatThreadFact *facts = leat_thread_meter_read(meter, &count);

    for (size_t i = 0; i < count; i++) {
        const LeatThreadInfo *info = &facts[i].info;

        leat_table_add(table, info->name);
        leat_table_add(table, leat_thread_state_name(info->state));
        leat_table_add(table, facts[i].process ? "process" : class_name(info->sched_class));
        leat_table_take(table, g_strdup_printf("%.1f %%", facts[i].share * 100));
    }
    free(facts);
    return leat_table_text(table, "  ");
}

static char *links_text(LeatLinkMeter *meter, LeatPipeline *pipeline)
{
    LeatTable *table = leat_table_new("LINK", "CARRIES", ">RATE", ">FILL", ">PEAK", ">BOUND",
                                      ">REPLACED", ">REFUSED", NULL);
    LeatLinkFact facts[LEAT_PIPELINE_LINKS];
    int count = leat_link_meter_read(meter, pipeline, facts);

    for (int i = 0; i < count; i++) {
        const LeatLinkFigures *link = &facts[i].figures;

        leat_table_add(table, link->name);
        leat_table_add(table, link->policy == LEAT_LINK_EVERY ? "every frame" : "the latest");
        leat_table_take(table, g_strdup_printf("%.1f/s", facts[i].rate));
        leat_table_add_count(table, (int64_t)link->items);
        leat_table_add_count(table, (int64_t)link->peak_items);
        leat_table_add_count(table, (int64_t)link->max_items);
        leat_table_add_count(table, (int64_t)link->replaced);
        leat_table_add_count(table, (int64_t)link->refused);
    }
    return leat_table_text(table, "  ");
}

static void append_meters(GString *text, const LeatSessionReport *report)
{
    const LeatLedger *ledger = &report->ledger;

    g_string_append_printf(text,
                           "  captured %" G_GINT64_FORMAT ", lost at capture %" G_GINT64_FORMAT
                           ", process %" G_GINT64_FORMAT ", record %" G_GINT64_FORMAT "\n",
                           ledger->captured, ledger->capture_lost, ledger->process.lost,
                           ledger->record.lost);
    g_string_append_printf(text, "  latency p50 %.1f, p99 %.1f, max %.1f ms",
                           report->latency_ms.p50, report->latency_ms.p99, report->latency_ms.max);
    g_string_append_printf(text, "; loop gap p50 %.1f, p99 %.1f, max %.1f ms\n",
                           report->loop_gap_ms.p50, report->loop_gap_ms.p99,
                           report->loop_gap_ms.max);
}

static gboolean print_stats(gpointer data)
{
    LeatRunStats *stats = data;
    g_autofree char *threads = threads_text(stats->threads);
    g_autofree char *links = links_text(&stats->links, leat_session_pipeline(stats->session));
    LeatSessionReport report;
    GString *text = g_string_new(NULL);

    leat_session_report(stats->session, &report);
    g_string_append_printf(text, "stats at %.1f s\n%s%s", report.wall_s, threads, links);
    append_meters(text, &report);
    fputs(text->str, stderr);
    g_string_free(text, TRUE);
    leat_session_report_clear(&report);
    return G_SOURCE_CONTINUE;
}

LeatRunStats *leat_run_stats_new(LeatSession *session, int64_t interval_ns)
{
    LeatRunStats *stats = g_new0(LeatRunStats, 1);

    stats->session = session;
    stats->threads = leat_thread_meter_new();
    leat_link_meter_begin(&stats->links);
    stats->timer = g_timeout_add((guint)CLAMP(interval_ns / LEAT_NS_PER_MS, 1, G_MAXUINT / 2),
                                 print_stats, stats);
    return stats;
}

void leat_run_stats_free(LeatRunStats *stats)
{
    if (!stats)
        return;
    g_source_remove(stats->timer);
    leat_thread_meter_free(stats->threads);
    g_free(stats);
}
