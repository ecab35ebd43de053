/* SPDX-License-Identifier: MIT */
/* What the window says about a recording. Free each with g_free. */
#ifndef LEAT_GUI_RECORDING_TEXT_H
#define LEAT_GUI_RECORDING_TEXT_H

#include "gui/figures.h"

/* "Recording “recording-1”", "Not recording", ... */
char *leat_recording_title(const LeatFigures *figures);

/* "150 stored, 0 lost, 3.1 MB" and until when the disk lasts; or why it failed. */
char *leat_recording_subtitle(const LeatFigures *figures);

/* For the badge on the picture: "REC 0:05"; NULL when nothing is asked for. */
char *leat_recording_badge(const LeatFigures *figures);

#endif
