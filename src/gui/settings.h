/* SPDX-License-Identifier: MIT */
/* What the studio remembers from one start to the next: a key file in the user's configuration,
 * read and written on a thread. What is missing, damaged or out of range in it has its default;
 * what a newer Leat keeps there stays. One for the program. Main thread. */
#ifndef LEAT_GUI_SETTINGS_H
#define LEAT_GUI_SETTINGS_H

#include <glib.h>
#include <stdbool.h>

typedef struct LeatSettings LeatSettings;

typedef enum {
    LEAT_SETTING_WIDTH,         /* number, logical px */
    LEAT_SETTING_HEIGHT,        /* number, logical px */
    LEAT_SETTING_MAXIMIZED,     /* flag */
    LEAT_SETTING_PAGE,          /* text: the name of a page of the window */
    LEAT_SETTING_CONTROLS,      /* flag: the side bar of the Live page is shown */
    LEAT_SETTING_LIBRARY,       /* text: a path; NULL none yet */
    LEAT_SETTING_SOURCE,        /* text: as for --source, without a password; NULL the best found */
    LEAT_SETTING_RECORD_RATE,   /* text: frames/s; NULL every frame */
    LEAT_SETTING_CODEC,         /* text: mjpeg and its like; NULL the default one */
    LEAT_SETTING_THREADING,     /* flag */
    LEAT_SETTING_CLASSES,       /* text: names of classes, one a line; see gui/label-classes.h */
    LEAT_SETTING_LABEL_PAST,    /* number, s: what a tap on a label's key labels */
    LEAT_SETTING_CARRY_ON,      /* flag: a label goes on until the next one */
    LEAT_SETTING_MODEL,         /* text: its name, or "exec:COMMAND"; NULL none */
    LEAT_SETTING_MODEL_LIBRARY, /* text: the path of the library that it is in */
    LEAT_SETTING_STYLE,         /* text: system, light or dark */
    LEAT_SETTINGS,
} LeatSetting;

/* All defaults. `path` is the file's, whose folder need not exist. */
LeatSettings *leat_settings_new(const char *path);

/* What was not stored yet is lost: see leat_settings_flush. NULL is fine. */
void leat_settings_free(LeatSettings *settings);

/* Reads the file, then calls `loaded`; what was set before that is overruled. Once, first. */
void leat_settings_load(LeatSettings *settings, void (*loaded)(void *data), void *data);

bool leat_settings_flag(LeatSettings *settings, LeatSetting setting);
int leat_settings_number(LeatSettings *settings, LeatSetting setting);

/* Free with g_free. */
char *leat_settings_text(LeatSettings *settings, LeatSetting setting);

/* A change is stored soon; the default application is held until it is. Text that is no UTF-8 is
 * not kept; NULL is the default. */
void leat_settings_set_flag(LeatSettings *settings, LeatSetting setting, bool value);
void leat_settings_set_number(LeatSettings *settings, LeatSetting setting, int value);
void leat_settings_set_text(LeatSettings *settings, LeatSetting setting, const char *value);

/* Begins to store what is not stored yet. */
void leat_settings_flush(LeatSettings *settings);

#endif
