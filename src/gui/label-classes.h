/* SPDX-License-Identifier: MIT */
/* The classes that have a key on the Live page, 1 to 9 in the order of the list: first those that
 * the user added, which the settings keep, then those of the library. Main thread. */
#ifndef LEAT_GUI_LABEL_CLASSES_H
#define LEAT_GUI_LABEL_CLASSES_H

#include "gui/settings.h"

#include <glib.h>
#include <stdbool.h>

#define LEAT_LABEL_CLASSES 9

typedef struct LeatLabelClasses LeatLabelClasses;

LeatLabelClasses *leat_label_classes_new(LeatSettings *settings);
void leat_label_classes_free(LeatLabelClasses *classes);

/* NULL-terminated; valid until something is changed here. */
const char *const *leat_label_classes_names(LeatLabelClasses *classes);

/* Reads the settings again, which other windows change too. */
void leat_label_classes_reload(LeatLabelClasses *classes);

/* The same, and begins to read the library at `path`, NULL for none. Calls `read` from the loop
 * when that is done, unless this is freed before. */
void leat_label_classes_look(LeatLabelClasses *classes, const char *path, void (*read)(void *data),
                             void *data);

/* The library has these, NULL-terminated. */
void leat_label_classes_set_library(LeatLabelClasses *classes, const char *const *names);

/* What is wrong with a name for another class, NULL when nothing is; free with g_free. */
char *leat_label_classes_fault(LeatLabelClasses *classes, const char *name);

/* One that has a fault is left out. */
void leat_label_classes_add(LeatLabelClasses *classes, const char *name);

/* It loses its key, for the life of this if the library has it; labels stay. */
void leat_label_classes_remove(LeatLabelClasses *classes, const char *name);

#endif
