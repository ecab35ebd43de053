/* SPDX-License-Identifier: MIT */
#include "app/snapshot.h"

#include "app/child-processes.h"
#include "base/clock.h"

#include <stdlib.h>

struct LeatThreadMeter {
    int64_t last_ns;
    LeatThreadInfo *before; /* as they were at last_ns */
    size_t count;
};

LeatThreadMeter *leat_thread_meter_new(void)
{
    LeatThreadMeter *meter = g_new0(LeatThreadMeter, 1);

    meter->last_ns = leat_clock_now_ns();
    meter->before = leat_thread_list(&meter->count);
    return meter;
}

void leat_thread_meter_free(LeatThreadMeter *meter)
{
    if (!meter)
        return;
    free(meter->before);
    g_free(meter);
}

/* The kernel uses its numbers again, but not for two that started at once. */
static const LeatThreadInfo *find_before(const LeatThreadMeter *meter, const LeatThreadInfo *info)
{
    for (size_t i = 0; i < meter->count; i++)
        if (meter->before[i].tid == info->tid && meter->before[i].started_ns == info->started_ns)
            return &meter->before[i];
    return NULL;
}

static double share_since(const LeatThreadMeter *meter, const LeatThreadInfo *info, int64_t now_ns)
{
    const LeatThreadInfo *before = find_before(meter, info);
    int64_t used_ns = info->cpu_ns - (before ? before->cpu_ns : 0);
    int64_t since_ns = before ? meter->last_ns : MAX(info->started_ns, meter->last_ns);
    int64_t until_ns = info->ended_ns ? MIN(info->ended_ns, now_ns) : now_ns;

    return until_ns > since_ns ? MAX((double)used_ns, 0) / (double)(until_ns - since_ns) : 0;
}

LeatThreadFact *leat_thread_meter_read(LeatThreadMeter *meter, size_t *count)
{
    int64_t now_ns = leat_clock_now_ns();
    size_t threads, children;
    LeatThreadInfo *infos = leat_thread_list(&threads);
    LeatThreadInfo *all = leat_child_processes_append(infos, threads, &children);
    LeatThreadFact *facts = all ? malloc(MAX(threads + children, 1) * sizeof *facts) : NULL;

    *count = 0;
    if (!facts) {
        free(all ? all : infos);
        return NULL;
    }
    *count = threads + children;
    for (size_t i = 0; i < *count; i++)
        facts[i] = (LeatThreadFact){
            .info = all[i],
            .process = i >= threads,
            .share = share_since(meter, &all[i], now_ns),
        };
    free(meter->before);
    meter->before = all;
    meter->count = *count;
    meter->last_ns = now_ns;
    return facts;
}

void leat_link_meter_begin(LeatLinkMeter *meter)
{
    *meter = (LeatLinkMeter){.at_ns = leat_clock_now_ns()};
}

int leat_link_meter_read(LeatLinkMeter *meter, LeatPipeline *pipeline,
                         LeatLinkFact facts[LEAT_PIPELINE_LINKS])
{
    LeatLinkFigures figures[LEAT_PIPELINE_LINKS];
    int64_t now_ns = leat_clock_now_ns();
    double elapsed_s = (double)MAX(now_ns - meter->at_ns, 1) / (double)LEAT_NS_PER_S;
    int count = leat_pipeline_links(pipeline, figures);

    for (int i = 0; i < count; i++) {
        facts[i].figures = figures[i];
        facts[i].rate = (double)(figures[i].out - meter->out[i]) / elapsed_s;
        meter->out[i] = figures[i].out;
    }
    meter->at_ns = now_ns;
    return count;
}
