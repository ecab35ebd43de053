/* SPDX-License-Identifier: MIT */
/* The end of what has a thread and is no longer wanted: nobody waits for the thread, and once it
 * has ended, the main loop frees what had it. Main thread. */
#ifndef LEAT_APP_PARTING_H
#define LEAT_APP_PARTING_H

typedef void (*LeatGoneFunc)(void *data);

typedef struct LeatParting LeatParting;

/* `gone` is told, with `data`, when `free_object` has freed the object. */
LeatParting *leat_parting_new(void *object, void (*free_object)(void *object), LeatGoneFunc gone,
                              void *data);

/* The thread has ended. Frees the object and the parting; takes a LeatParting, and so can be the
 * object's own callback for its end. */
void leat_parting_end(void *parting);

#endif
