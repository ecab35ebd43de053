/* SPDX-License-Identifier: MIT */
#include "cli/progress.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/quantity.h"

#include <unistd.h>

#define BAR_WIDTH 24

/* On a terminal a moving line; elsewhere a line now and then. */
#define REDRAW_NS (LEAT_NS_PER_S / 10)
#define REPRINT_NS LEAT_NS_PER_S

char *leat_progress_left(int64_t elapsed_ns, int64_t done, int64_t total)
{
    char *length, *text;

    if (done < 1 || total <= done)
        return g_strdup("");
    length = leat_format_duration(
        (int64_t)((double)elapsed_ns * (double)(total - done) / (double)done) + LEAT_NS_PER_S / 2);
    text = g_strdup_printf("%s left", length);
    g_free(length);
    return text;
}

LeatProgressLine leat_progress_line_begin(const char *verb, bool force)
{
    int64_t now = leat_clock_now_ns();

    return (LeatProgressLine){
        .verb = verb,
        .noun = "frames",
        .force = force,
        .started_ns = now,
        .next_ns = force ? now : now + LEAT_NS_PER_S,
    };
}

void leat_progress_line_show(LeatProgressLine *line, int64_t done, int64_t total)
{
    int64_t now = leat_clock_now_ns();
    bool ended = total > 0 && done >= total;
    char bar[BAR_WIDTH + 1];
    int filled;
    char *left, *text;

    if (now < line->next_ns && !(ended && line->shown))
        return;
    line->next_ns = now + (isatty(STDERR_FILENO) ? REDRAW_NS : REPRINT_NS);
    line->shown = true;
    if (total <= 0) {
        text = g_strdup_printf("%s: %" G_GINT64_FORMAT " %s", line->verb, done, line->noun);
        leat_log_set_status(text, line->force);
        g_free(text);
        return;
    }
    done = MIN(done, total);
    filled = (int)((double)done / (double)total * BAR_WIDTH);
    for (int i = 0; i < BAR_WIDTH; i++)
        bar[i] = i < filled ? '=' : i == filled ? '>' : ' ';
    bar[BAR_WIDTH] = '\0';
    left = leat_progress_left(now - line->started_ns, done, total);
    text = g_strdup_printf("%s [%s] %3d %%  %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " %s  %s",
                           line->verb, bar, (int)((double)done / (double)total * 100), done, total,
                           line->noun, left);
    leat_log_set_status(g_strchomp(text), line->force);
    g_free(left);
    g_free(text);
}

void leat_progress_line_end(LeatProgressLine *line)
{
    if (line->shown)
        leat_log_set_status(NULL, FALSE);
    line->shown = false;
}
