/* SPDX-License-Identifier: MIT */
#include "gui/playback-text.h"

#include "base/clock.h"
#include "base/quantity.h"

#include <glib/gi18n.h>
#include <string.h>

#define MOST_HOURS 100000

char *leat_playback_time(int64_t ns)
{
    int64_t ms = (MAX(ns, 0) + LEAT_NS_PER_MS / 2) / LEAT_NS_PER_MS;
    int64_t s = ms / 1000, minutes = s / 60;

    if (minutes < 60)
        return g_strdup_printf("%" G_GINT64_FORMAT ":%02d.%03d", minutes, (int)(s % 60),
                               (int)(ms % 1000));
    return g_strdup_printf("%" G_GINT64_FORMAT ":%02d:%02d.%03d", minutes / 60, (int)(minutes % 60),
                           (int)(s % 60), (int)(ms % 1000));
}

/* "12", "1:02": hours at the most before them. */
static bool parse_minutes(const char *text, size_t length, int64_t *minutes)
{
    g_autofree char *whole = g_strndup(text, length);
    char *last = strchr(whole, ':');
    int64_t hours = 0;

    if (last) {
        *last++ = '\0';
        if (!leat_parse_integer(whole, 0, MOST_HOURS, &hours, NULL))
            return false;
    }
    if (!leat_parse_integer(last ? last : whole, 0, last ? 59 : 60 * MOST_HOURS, minutes, NULL))
        return false;
    *minutes += 60 * hours;
    return true;
}

bool leat_playback_parse_time(const char *text, int64_t *ns)
{
    const char *seconds = strrchr(text, ':');
    int64_t minutes = 0;

    if (!seconds)
        return leat_parse_duration(text, ns, NULL);
    seconds++;
    if (!g_ascii_isdigit(*seconds) || strspn(seconds, "0123456789.") != strlen(seconds) ||
        !leat_parse_duration(seconds, ns, NULL) || *ns >= 60 * LEAT_NS_PER_S)
        return false;
    if (!parse_minutes(text, (size_t)(seconds - 1 - text), &minutes))
        return false;
    *ns += minutes * 60 * LEAT_NS_PER_S;
    return true;
}

char *leat_playback_mark(const LeatMark *mark)
{
    g_autofree char *time = NULL;

    switch (mark->kind) {
    case LEAT_MARK_PREDICTION:
        return g_strdup_printf(_("A model says: %s"), mark->text);
    case LEAT_MARK_LABEL:
        return g_strdup(mark->text);
    case LEAT_MARK_HOLE:
        time = leat_playback_time(mark->to_ns - mark->from_ns);
        return g_strdup_printf(_("Nothing for %s: %s"), time, mark->text);
    case LEAT_MARK_LOSS:
        break;
    }
    return g_strdup_printf(
        ngettext("%lld frame lost: %s", "%lld frames lost: %s", (unsigned long)mark->count),
        (long long)mark->count, mark->text);
}

char *leat_playback_position(const LeatPlayerStatus *status)
{
    g_autofree char *position = leat_playback_time(status->position_ns);
    g_autofree char *duration = leat_playback_time(status->duration_ns);

    return g_strdup_printf("%s / %s", position, duration);
}

char *leat_playback_frame(const LeatPlayerStatus *status)
{
    if (status->seq < 0)
        return g_strdup("");
    return g_strdup_printf(_("Frame %lld"), (long long)status->seq);
}

/* Logical px. */
#define NEAR 4
#define MOST_TEXT 400

char *leat_playback_marks(GPtrArray *marks, const LeatTimelineSpan *span, double x)
{
    g_autofree char *time = leat_playback_time(leat_timeline_span_ns(span, x));
    GString *text = g_string_new(time);

    for (guint i = 0; marks && i < marks->len && text->len < MOST_TEXT; i++) {
        const LeatMark *mark = marks->pdata[i];
        g_autofree char *line = NULL;

        if (x < leat_timeline_span_x(span, mark->from_ns) - NEAR ||
            x > leat_timeline_span_x(span, mark->to_ns) + NEAR)
            continue;
        line = leat_playback_mark(mark);
        g_string_append_printf(text, "\n%s", line);
    }
    return g_string_free(text, FALSE);
}

char *leat_playback_prediction(const LeatPlayerStatus *status)
{
    const LeatFramePrediction *prediction = &status->prediction;

    if (!status->predicted)
        return NULL;
    if (prediction->number)
        return g_strdup_printf("%s %.4g · %s", prediction->label, prediction->score,
                               prediction->model);
    return g_strdup_printf(_("%s %.0f %% · %s"), prediction->label, 100 * prediction->score,
                           prediction->model);
}
