/* SPDX-License-Identifier: MIT */
#include "gui/debug-report.h"

#include "base/clock.h"
#include "gui/debug.h"

#include <inttypes.h>
#include <stdio.h>

/* Gaps from here on are told one by one, the first MAX_LONG_GAPS of them. */
#define LONG_GAP_NS (10 * LEAT_NS_PER_MS)
#define MAX_LONG_GAPS 10000

typedef struct {
    int64_t from_ns, gap_ns;
} LongGap;

struct LeatDebugReport {
    LeatSessionController *session;

    /* While it records. */
    LeatHeartbeat *heartbeat;    /* NULL: it does not */
    GArray *long_gaps;           /* of LongGap, of the main loop */
    LeatHistogram *picture_gaps; /* between two drawn pictures */
    int64_t began_ns, last_drawn_ns;
    uint64_t drawn;
};

static void drawn(LeatDebugReport *report)
{
    int64_t now_ns = leat_clock_now_ns();

    if (!report->heartbeat)
        return;
    if (report->drawn++ > 0)
        leat_histogram_record(report->picture_gaps, now_ns - report->last_drawn_ns);
    report->last_drawn_ns = now_ns;
}

static void note_gap(void *data, int64_t from_ns, int64_t gap_ns)
{
    LeatDebugReport *report = data;
    const LongGap gap = {from_ns, gap_ns};

    if (report->long_gaps->len < MAX_LONG_GAPS)
        g_array_append_val(report->long_gaps, gap);
}

static void let_go(LeatDebugReport *report)
{
    g_clear_pointer(&report->heartbeat, leat_heartbeat_free);
    g_clear_pointer(&report->long_gaps, g_array_unref);
    g_clear_pointer(&report->picture_gaps, leat_histogram_free);
}

static void begin(LeatDebugReport *report)
{
    report->heartbeat = leat_heartbeat_new(NULL, NULL);
    report->picture_gaps = leat_histogram_new(NULL);
    if (!report->heartbeat || !report->picture_gaps) {
        let_go(report);
        return;
    }
    report->long_gaps = g_array_new(FALSE, FALSE, sizeof(LongGap));
    leat_heartbeat_tell(report->heartbeat, LONG_GAP_NS, note_gap, report);
    report->began_ns = leat_clock_now_ns();
    report->drawn = 0;
}

static void print_times(const char *name, const LeatHistogram *histogram)
{
    printf(",\"%s\":{\"p50\":%" PRId64 ",\"p99\":%" PRId64 ",\"max\":%" PRId64 "}", name,
           leat_histogram_percentile(histogram, 0.5) / 1000,
           leat_histogram_percentile(histogram, 0.99) / 1000, leat_histogram_max(histogram) / 1000);
}

static void print_long_gaps(const GArray *gaps)
{
    printf(",\"long_gaps_us\":[");
    for (guint i = 0; i < gaps->len; i++) {
        const LongGap *gap = &g_array_index(gaps, LongGap, i);

        printf("%s[%" PRId64 ",%" PRId64 "]", i > 0 ? "," : "", gap->from_ns / 1000,
               gap->gap_ns / 1000);
    }
    printf("]");
}

static void print(LeatDebugReport *report)
{
    LeatSession *session = leat_session_controller_session(report->session);
    LeatSessionLedger *account = leat_pipeline_ledger(leat_session_pipeline(session));
    LeatLedger ledger;

    leat_session_ledger_snapshot(account, true, &ledger, 0, NULL, NULL);
    printf(
        "{\"from_us\":%" PRId64 ",\"wall_us\":%" PRId64 ",\"captured\":%" PRId64
        ",\"offered\":%" PRId64 ",\"stored\":%" PRId64 ",\"lost\":%" PRId64 ",\"drawn\":%" PRIu64,
        report->began_ns / 1000, (leat_clock_now_ns() - report->began_ns) / 1000, ledger.captured,
        ledger.record.offered, ledger.record.stored, leat_ledger_lost(&ledger), report->drawn);
    print_times("loop_gap_us", leat_heartbeat_histogram(report->heartbeat));
    print_long_gaps(report->long_gaps);
    print_times("picture_gap_us", report->picture_gaps);
    print_times("latency_us", leat_session_ledger_latencies(account));
    printf("}\n");
    fflush(stdout);
}

static void changed(LeatDebugReport *report)
{
    LeatSession *session = leat_session_controller_session(report->session);
    const LeatFigures *figures = leat_session_controller_figures(report->session);
    bool recording = session && leat_figures_is_recording(figures);

    if (recording && !report->heartbeat) {
        begin(report);
    } else if (!recording && report->heartbeat) {
        if (session)
            print(report);
        let_go(report);
    }
}

LeatDebugReport *leat_debug_report_new(LeatSessionController *session)
{
    LeatDebugReport *report;

    if (!leat_debug_reports())
        return NULL;
    report = g_new0(LeatDebugReport, 1);
    report->session = g_object_ref(session);
    g_signal_connect_swapped(session, "changed", G_CALLBACK(changed), report);
    g_signal_connect_swapped(session, "drawn", G_CALLBACK(drawn), report);
    return report;
}

void leat_debug_report_free(LeatDebugReport *report)
{
    if (!report)
        return;
    let_go(report);
    g_signal_handlers_disconnect_by_data(report->session, report);
    g_object_unref(report->session);
    g_free(report);
}
