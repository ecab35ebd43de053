/* SPDX-License-Identifier: MIT */
/* Commands of the playback: each an action and a key, which comes before what a slider or a list
 * makes of it, but leaves alone what is typed into a field, and lists and menus that are open. Main
 * thread. */
#ifndef LEAT_GUI_PLAYBACK_COMMANDS_H
#define LEAT_GUI_PLAYBACK_COMMANDS_H

#include <gtk/gtk.h>
#include <stdbool.h>

typedef struct {
    const char *name; /* of the action */
    void (*func)(void *data, int number);
    int number; /* what the function makes of it */
    guint key;  /* 0 for none */
    GdkModifierType modifiers;
} LeatPlaybackCommand;

/* Adds them to the widget, whose descendants reach them as "PREFIX.NAME". The caller's reference;
 * `commands` and `data` must outlive the widget's use of them. */
GSimpleActionGroup *leat_playback_commands_add(GtkWidget *widget, const char *prefix,
                                               const LeatPlaybackCommand *commands, size_t count,
                                               void *data);

void leat_playback_commands_enable(GSimpleActionGroup *group, const char *name, bool enabled);

/* A key for an action from elsewhere, with the same consideration. */
void leat_playback_commands_add_key(GtkWidget *widget, guint key, GdkModifierType modifiers,
                                    const char *action);

#endif
