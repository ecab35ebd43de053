/* SPDX-License-Identifier: MIT */
/* A recording as the verbs show it. Main thread. */
#ifndef LEAT_CLI_RECORDING_H
#define LEAT_CLI_RECORDING_H

#include "store/store.h"

#include <json-glib/json-glib.h>
#include <stdint.h>

/* Adds the members that `leat list --json` prints of each to the object under way. */
void leat_recording_json(const LeatRecording *recording, JsonBuilder *builder);

/* "2026-01-31 12:00:00" in local time. Free with g_free. */
char *leat_recording_local_time(int64_t wall_ns);

/* "12.3 s", from a minute on "1:02". Free with g_free. */
char *leat_recording_length(int64_t ns);

#endif
