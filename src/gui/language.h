/* SPDX-License-Identifier: MIT */
/* The language of the window: the user's, where Leat speaks it. */
#ifndef LEAT_GUI_LANGUAGE_H
#define LEAT_GUI_LANGUAGE_H

/* Once, before GTK is set up and before there are threads. */
void leat_language_set_up(void);

#endif
