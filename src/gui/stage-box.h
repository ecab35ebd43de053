/* SPDX-License-Identifier: MIT */
/* A stage of the pipeline as a box: its name, the state of its thread and its share of a core.
 * Main thread. */
#ifndef LEAT_GUI_STAGE_BOX_H
#define LEAT_GUI_STAGE_BOX_H

#include "app/snapshot.h"

#include <adwaita.h>

#define LEAT_TYPE_STAGE_BOX (leat_stage_box_get_type())
G_DECLARE_FINAL_TYPE(LeatStageBox, leat_stage_box, LEAT, STAGE_BOX, AdwBin)

/* Properties: "thread", the name of its thread; "title", for people. */

const char *leat_stage_box_thread(LeatStageBox *box);

/* NULL when it does not run. */
void leat_stage_box_show(LeatStageBox *box, const LeatThreadFact *fact);

#endif
