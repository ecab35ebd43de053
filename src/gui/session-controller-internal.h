/* SPDX-License-Identifier: MIT */
/* Between session-controller.c, which brings what is one step nearer to what is wanted, and
 * session-choices.c, which is told what is wanted. For these alone. */
#ifndef LEAT_GUI_SESSION_CONTROLLER_INTERNAL_H
#define LEAT_GUI_SESSION_CONTROLLER_INTERNAL_H

#include "gui/session-controller.h"

struct _LeatSessionController {
    GObject parent_instance;

    /* What is wanted. */
    LeatSessionOptions options; /* source, size, rate, filter and concurrency of them */
    bool wanted;                /* a session shall run */
    bool stale;                 /* the one that runs was made from something else */
    bool ending;                /* none shall run any more */
    int view_width, view_height;
    LeatPreRoll pre_roll;
    LeatModelLoader *model;
    bool recalled; /* the model, which nobody has asked for now */

    /* What is. */
    LeatSession *session;
    LeatFigures figures;
    guint settle_id, tick_id, show_id;
    int64_t presented_ns; /* when the last picture came */
};

/* What is held was made from something else now: it ends, and the user's Start makes a new one. */
void leat_session_controller_restart(LeatSessionController *controller);

/* The signals "changed", which brings "show", and "cleared". */
void leat_session_controller_tell_changed(LeatSessionController *controller);
void leat_session_controller_tell_cleared(LeatSessionController *controller);

/* In session-choices.c. */
void leat_session_choices_init(LeatSessionController *controller);
void leat_session_choices_clear(LeatSessionController *controller);

#endif
