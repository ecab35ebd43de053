/* SPDX-License-Identifier: MIT */
#include "cli/run-stats.h"

#include "cli/table.h"
#include "concurrency/thread.h"

#include <stdio.h>
#include <stdlib.h>

struct LeatRunStats {
    LeatSession *session;
    guint timer;

    /* As they were at the last table; rates and shares are of the time since. */
    int64_t last_ns;
    LeatThreadInfo *threads;
    size_t thread_count;
    LeatLinkFigures links[LEAT_PIPELINE_LINKS];
    int link_count;
};

/* CPU time that the thread had used at the last table. */
static int64_t cpu_before(const LeatRunStats *stats, const LeatThreadInfo *thread)
{
    for (size_t i = 0; i < stats->thread_count; i++)
        if (stats->threads[i].tid == thread->tid &&
            stats->threads[i].started_ns == thread->started_ns)
            return stats->threads[i].cpu_ns;
    return 0;
}

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

static char *threads_text(const LeatRunStats *stats, const LeatThreadInfo *threads, size_t count,
                          int64_t elapsed_ns)
{
    LeatTable *table = leat_table_new("THREAD", "STATE", "CLASS", ">CPU", NULL);

    for (size_t i = 0; i < count; i++) {
        const LeatThreadInfo *thread = &threads[i];
        double used = (double)(thread->cpu_ns - cpu_before(stats, thread));

        leat_table_add(table, thread->name);
        leat_table_add(table, leat_thread_state_name(thread->state));
        leat_table_add(table, class_name(thread->sched_class));
        leat_table_take(table, g_strdup_printf("%.1f %%", used * 100 / (double)elapsed_ns));
    }
    return leat_table_text(table, "  ");
}

static char *links_text(const LeatRunStats *stats, const LeatLinkFigures *links, int count,
                        int64_t elapsed_ns)
{
    LeatTable *table = leat_table_new("LINK", "CARRIES", ">RATE", ">FILL", ">PEAK", ">BOUND",
                                      ">REPLACED", ">REFUSED", NULL);

    for (int i = 0; i < count; i++) {
        const LeatLinkFigures *link = &links[i];
        uint64_t before = i < stats->link_count ? stats->links[i].out : 0;

        leat_table_add(table, link->name);
        leat_table_add(table, link->policy == LEAT_LINK_EVERY ? "every frame" : "the latest");
        leat_table_take(table, g_strdup_printf("%.1f/s", (double)(link->out - before) *
                                                             LEAT_NS_PER_S / (double)elapsed_ns));
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
    int64_t now = leat_clock_now_ns(), elapsed = MAX(now - stats->last_ns, 1);
    size_t thread_count;
    LeatThreadInfo *threads = leat_thread_list(&thread_count);
    LeatSessionReport report;
    GString *text = g_string_new(NULL);
    char *part;

    leat_session_report(stats->session, &report);
    g_string_append_printf(text, "stats at %.1f s\n", report.wall_s);
    part = threads_text(stats, threads, thread_count, elapsed);
    g_string_append(text, part);
    g_free(part);
    part = links_text(stats, report.links, report.link_count, elapsed);
    g_string_append(text, part);
    g_free(part);
    append_meters(text, &report);
    fputs(text->str, stderr);
    g_string_free(text, TRUE);

    free(stats->threads);
    stats->threads = threads;
    stats->thread_count = thread_count;
    stats->link_count = report.link_count;
    for (int i = 0; i < report.link_count; i++)
        stats->links[i] = report.links[i];
    stats->last_ns = now;
    leat_session_report_clear(&report);
    return G_SOURCE_CONTINUE;
}

LeatRunStats *leat_run_stats_new(LeatSession *session, int64_t interval_ns)
{
    LeatRunStats *stats = g_new0(LeatRunStats, 1);

    stats->session = session;
    stats->last_ns = leat_clock_now_ns();
    stats->threads = leat_thread_list(&stats->thread_count);
    stats->timer = g_timeout_add((guint)CLAMP(interval_ns / LEAT_NS_PER_MS, 1, G_MAXUINT / 2),
                                 print_stats, stats);
    return stats;
}

void leat_run_stats_free(LeatRunStats *stats)
{
    if (!stats)
        return;
    g_source_remove(stats->timer);
    free(stats->threads);
    g_free(stats);
}
