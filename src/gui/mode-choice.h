/* SPDX-License-Identifier: MIT */
/* The sizes and rates that the window offers for a source. Pure. */
#ifndef LEAT_GUI_MODE_CHOICE_H
#define LEAT_GUI_MODE_CHOICE_H

#include <glib.h>

/* Those among the formats of a camera ("MJPG 1280x720@30", NULL-terminated), the largest first, as
 * "1280x720"; the common ones where `formats` is NULL. Free with g_strfreev. */
char **leat_mode_sizes(const char *const *formats);

/* The rates in frames/s ("30", "30000/1001"), the highest first; of one size, or of all where
 * `size` is NULL. Free with g_strfreev. */
char **leat_mode_rates(const char *const *formats, const char *size);

/* For people: "1280 × 720", "29.97 frames/s". Free with g_free. */
char *leat_mode_size_text(const char *size);
char *leat_mode_rate_text(const char *rate);

#endif
