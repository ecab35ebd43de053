/* SPDX-License-Identifier: MIT */
#include "gui/recording-plan.h"

#include <glib/gi18n.h>

void leat_recording_plan_copy(LeatRecordingPlan *to, const LeatRecordingPlan *from)
{
    char *name = g_strdup(from->name);

    g_free(to->name);
    *to = *from;
    to->name = name;
}

void leat_recording_plan_clear(LeatRecordingPlan *plan)
{
    g_free(plan->name);
    *plan = (LeatRecordingPlan){0};
}

const char *leat_recording_plan_codec_name(LeatCodec codec)
{
    switch (codec) {
    case LEAT_CODEC_MJPEG:
        return _("MJPEG");
    case LEAT_CODEC_FFV1:
        return _("FFV1");
    case LEAT_CODEC_H264:
        return _("H.264");
    case LEAT_CODEC_RAWVIDEO:
        break;
    }
    return _("Raw video");
}

const char *leat_recording_plan_codec_use(LeatCodec codec)
{
    switch (codec) {
    case LEAT_CODEC_MJPEG:
        return _("Every frame stands alone: quick to find, good for most uses");
    case LEAT_CODEC_FFV1:
        return _("Lossless: every pixel as it came, in larger files");
    case LEAT_CODEC_H264:
        return _("Small files, for long recordings; costs more computation");
    case LEAT_CODEC_RAWVIDEO:
        break;
    }
    return _("As it comes, nothing to compute; the largest files");
}

int leat_recording_plan_default_quality(LeatCodec codec)
{
    if (codec == LEAT_CODEC_MJPEG)
        return 90;
    return codec == LEAT_CODEC_H264 ? 55 : 0;
}

char *leat_recording_plan_text(const LeatRecordingPlan *plan)
{
    g_autofree char *name =
        plan->name ? g_strdup_printf(_("“%s”"), plan->name) : g_strdup(_("Automatic name"));
    g_autofree char *rate =
        leat_rational_is_set(plan->rate)
            ? g_strdup_printf(_("%.4g frames/s"), leat_rational_value(plan->rate))
            : g_strdup(_("every frame"));
    g_autofree char *quality =
        plan->quality > 0 ? g_strdup_printf(" %d", plan->quality) : g_strdup("");

    return g_strdup_printf("%s · %s · %s%s", name, rate,
                           leat_recording_plan_codec_name(plan->codec), quality);
}
