/* SPDX-License-Identifier: MIT */
#include "gui/debug.h"

#include "base/log.h"

#include <glib.h>

static bool is_asked_for(const char *wanted)
{
    const GDebugKey key = {wanted, 1};

    return g_parse_debug_string(g_getenv("LEAT_DEBUG"), &key, 1) != 0;
}

LeatLoopWatch *leat_debug_watch_loop(void)
{
    g_autoptr(GError) error = NULL;
    LeatLoopWatch *watch = is_asked_for("loop") ? leat_loop_watch_new(&error) : NULL;

    if (error)
        leat_log(LEAT_LOG_WARNING, "%s", error->message);
    return watch;
}

bool leat_debug_reports(void)
{
    return is_asked_for("report");
}
