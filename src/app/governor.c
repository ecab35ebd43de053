/* SPDX-License-Identifier: MIT */
#include "app/governor.h"

#include <glib.h>

LeatGovernorOptions leat_governor_defaults(unsigned workers)
{
    return (LeatGovernorOptions){
        .bound = {.loop_gap_ms = 1000.0 / 60, .capture_jitter_ms = 8, .link_fill = 0.5},
        .calm_readings = 5,
        .workers = MAX(workers, 1),
    };
}

void leat_governor_init(LeatGovernor *governor, const LeatGovernorOptions *options)
{
    *governor = (LeatGovernor){
        .options = *options,
        .limit = options->workers,
        .lowest = options->workers,
    };
}

/* The worst reading as a share of its bound. */
static double strain(const LeatGovernorReading *reading, const LeatGovernorReading *bound)
{
    double worst = reading->loop_gap_ms / bound->loop_gap_ms;

    worst = MAX(worst, reading->capture_jitter_ms / bound->capture_jitter_ms);
    return MAX(worst, reading->link_fill / bound->link_fill);
}

static bool lower(LeatGovernor *governor)
{
    governor->calm = 0;
    if (governor->limit == 1)
        return false;
    governor->limit /= 2;
    governor->lowest = MIN(governor->lowest, governor->limit);
    governor->lowered++;
    return true;
}

static bool raise_when_calm(LeatGovernor *governor)
{
    if (++governor->calm < governor->options.calm_readings)
        return false;
    governor->calm = 0;
    if (governor->limit == governor->options.workers)
        return false;
    governor->limit++;
    governor->raised++;
    return true;
}

bool leat_governor_step(LeatGovernor *governor, const LeatGovernorReading *reading)
{
    double now = strain(reading, &governor->options.bound);

    if (now > 1)
        return lower(governor);
    if (now < 0.5)
        return raise_when_calm(governor);
    /* Between the two it stays, so that it does not swing. */
    governor->calm = 0;
    return false;
}
