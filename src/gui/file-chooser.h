/* SPDX-License-Identifier: MIT */
/* The dialog that chooses a file. Main thread. */
#ifndef LEAT_GUI_FILE_CHOOSER_H
#define LEAT_GUI_FILE_CHOOSER_H

#include <gtk/gtk.h>
#include <stdbool.h>

typedef struct {
    const char *title, *accept; /* of the window and of its button */
    const char *filter_name;    /* of the files that it offers */
    const char *pattern;        /* theirs ("*.leat"), or NULL for */
    const char *mime_type;      /* this ("video/" and a star) */
    const char *folder;         /* to begin in; NULL for the toolkit's choice */
    const char *new_name;       /* to make a file, named so; NULL to choose one that exists */
} LeatFileChooser;

/* Shows it over the window of `widget`, and calls `chosen` when a file was chosen, unless the
 * widget is gone by then. Nothing of `chooser` needs to stay. */
void leat_file_chooser_show(GtkWidget *widget, const LeatFileChooser *chooser,
                            void (*chosen)(GtkWidget *widget, const char *path));

#endif
