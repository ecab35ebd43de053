/* SPDX-License-Identifier: MIT */
#include "cli/recording.h"

#include "base/clock.h"
#include "cli/json.h"

void leat_recording_json(const LeatRecording *recording, JsonBuilder *builder)
{
    leat_json_count(builder, "id", recording->id);
    leat_json_text(builder, "name", recording->name);
    leat_json_text(builder, "source", recording->source);
    leat_json_text(builder, "codec", recording->stream.codec);
    leat_json_count(builder, "width", recording->stream.width);
    leat_json_count(builder, "height", recording->stream.height);
    leat_json_count(builder, "frames", recording->frames);
    leat_json_count(builder, "lost", leat_ledger_lost(&recording->ledger));
    leat_json_count(builder, "bytes", recording->bytes);
    leat_json_wall(builder, "started", recording->started_wall_ns);
    leat_json_seconds(builder, "duration_s", recording->duration_ns);
    leat_json_text(builder, "state", leat_recording_state_name(recording->state));
}

char *leat_recording_local_time(int64_t wall_ns)
{
    GDateTime *time = g_date_time_new_from_unix_local(wall_ns / LEAT_NS_PER_S);
    char *text = time ? g_date_time_format(time, "%Y-%m-%d %H:%M:%S") : g_strdup("unknown");

    if (time)
        g_date_time_unref(time);
    return text;
}

char *leat_recording_length(int64_t ns)
{
    if (ns < 60 * LEAT_NS_PER_S)
        return g_strdup_printf("%.1f s", (double)ns / (double)LEAT_NS_PER_S);
    return leat_format_duration(ns);
}
