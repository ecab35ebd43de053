/* SPDX-License-Identifier: MIT */
#include "gui/recording-text.h"

#include "base/clock.h"
#include "base/quantity.h"

#include <glib/gi18n.h>

/* Farther away than this, a forecast is of no use and its figure does not fit. */
#define FAR_NS (100 * INT64_C(3600) * LEAT_NS_PER_S)

char *leat_recording_title(const LeatFigures *figures)
{
    switch (figures->light) {
    case LEAT_LIGHT_OFF:
        return g_strdup(_("Not recording"));
    case LEAT_LIGHT_STARTING:
        return g_strdup(_("Starting to record…"));
    case LEAT_LIGHT_ON:
        return g_strdup_printf(_("Recording “%s”"), figures->status.recording_name);
    case LEAT_LIGHT_PAUSED:
        return g_strdup(_("Waiting: the camera is stopped"));
    case LEAT_LIGHT_WAITING:
        return g_strdup(_("Waiting for frames to record"));
    case LEAT_LIGHT_STALLED:
        return g_strdup(_("Waiting: another program holds the library"));
    case LEAT_LIGHT_STOPPING:
        return g_strdup(_("Storing the last frames…"));
    case LEAT_LIGHT_FAILED:
        break;
    }
    return g_strdup(_("Recording failed"));
}

static char *counts(const LeatFigures *figures)
{
    const LeatStoreProgress *progress = &figures->status.progress;
    g_autofree char *stored = g_strdup_printf("%" G_GINT64_FORMAT, progress->stored);
    g_autofree char *lost = g_strdup_printf("%" G_GINT64_FORMAT, figures->recording_lost);
    g_autofree char *size = leat_format_bytes((uint64_t)progress->bytes);

    /* Translators: numbers of frames, and a size in bytes. */
    return g_strdup_printf(_("%s stored, %s lost, %s"), stored, lost, size);
}

static char *forecast(const LeatFigures *figures)
{
    const long minutes = (long)(figures->full_in_ns / LEAT_NS_PER_S / 60), hours = minutes / 60;
    g_autofree char *left = NULL;

    if (figures->full_in_ns < 0)
        return NULL;
    if (figures->full_in_ns > FAR_NS)
        return g_strdup(_("Room for more than 100 hours"));
    /* An estimate: as exact as it is of use. */
    if (hours >= 2)
        left = g_strdup_printf(ngettext("%ld hour", "%ld hours", (unsigned long)hours), hours);
    else if (minutes >= 2)
        left =
            g_strdup_printf(ngettext("%ld minute", "%ld minutes", (unsigned long)minutes), minutes);
    else
        left = leat_format_duration(figures->full_in_ns);
    return g_strdup_printf(_("The disk is full in %s"), left);
}

char *leat_recording_subtitle(const LeatFigures *figures)
{
    g_autofree char *stored = NULL;
    g_autofree char *left = NULL;

    if (figures->light == LEAT_LIGHT_FAILED)
        return g_strdup(figures->status.recording_reason);
    if (figures->light == LEAT_LIGHT_OFF && !figures->status.recording_id)
        return g_strdup("");
    stored = counts(figures);
    if (figures->light == LEAT_LIGHT_OFF)
        return g_strdup_printf(_("Last: “%s”, %s"), figures->status.recording_name, stored);
    left = forecast(figures);
    return left ? g_strconcat(stored, "\n", left, NULL) : g_steal_pointer(&stored);
}

char *leat_recording_badge(const LeatFigures *figures)
{
    g_autofree char *elapsed =
        leat_format_duration(figures->recorded_ns + figures->status.pre_roll_ns);

    switch (figures->light) {
    case LEAT_LIGHT_ON:
        return g_strdup_printf(_("REC %s"), elapsed);
    case LEAT_LIGHT_STARTING:
        return g_strdup(_("Starting to record…"));
    case LEAT_LIGHT_PAUSED:
        return g_strdup(_("Recording waits"));
    case LEAT_LIGHT_WAITING:
        return g_strdup(_("Not storing: no frames"));
    case LEAT_LIGHT_STALLED:
        return g_strdup(_("Not storing: library in use"));
    case LEAT_LIGHT_STOPPING:
        return g_strdup(_("Storing…"));
    case LEAT_LIGHT_FAILED:
        return g_strdup(_("Recording failed"));
    case LEAT_LIGHT_OFF:
        break;
    }
    return NULL;
}
