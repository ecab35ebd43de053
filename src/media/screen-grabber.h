/* SPDX-License-Identifier: MIT */
/* FFmpeg's reader of X screens. It lives in libavdevice, which brings some fifty further libraries
 * with it, a third of the time that the program needs to start; so that library is loaded when the
 * first screen is asked for, and stays. Any thread. */
#ifndef LEAT_MEDIA_SCREEN_GRABBER_H
#define LEAT_MEDIA_SCREEN_GRABBER_H

#include <glib.h>
#include <libavformat/avformat.h>

/* NULL with what stands in the way of it in `cause`, which the caller frees. */
const AVInputFormat *leat_screen_grabber(char **cause);

#endif
