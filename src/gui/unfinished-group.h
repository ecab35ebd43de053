/* SPDX-License-Identifier: MIT */
/* Says that the training as it is chosen now was begun before, and lets the user begin it anew.
 * Not shown where there is nothing to go on with. Main thread. */
#ifndef LEAT_GUI_UNFINISHED_GROUP_H
#define LEAT_GUI_UNFINISHED_GROUP_H

#include "app/train.h"

#include <adwaita.h>

#define LEAT_TYPE_UNFINISHED_GROUP (leat_unfinished_group_get_type())
G_DECLARE_FINAL_TYPE(LeatUnfinishedGroup, leat_unfinished_group, LEAT, UNFINISHED_GROUP,
                     AdwPreferencesGroup)

/* Looks in the background for what this training would go on with. NULL: none can be begun. */
void leat_unfinished_group_look(LeatUnfinishedGroup *group, const LeatTrainOptions *options);

/* What the training is to do with what there is. */
LeatTrainCheckpointUse leat_unfinished_group_use(LeatUnfinishedGroup *group);

#endif
