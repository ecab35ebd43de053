/* SPDX-License-Identifier: MIT */
/* A link as a pipe: its rate above, how full it is drawn, fill and losses below. Main thread. */
#ifndef LEAT_GUI_LINK_PIPE_H
#define LEAT_GUI_LINK_PIPE_H

#include "app/snapshot.h"

#include <adwaita.h>

#define LEAT_TYPE_LINK_PIPE (leat_link_pipe_get_type())
G_DECLARE_FINAL_TYPE(LeatLinkPipe, leat_link_pipe, LEAT, LINK_PIPE, AdwBin)

/* Shows the link as it is; NULL for none. Does little when nothing has changed. */
void leat_link_pipe_show(LeatLinkPipe *pipe, const LeatLinkFact *fact);

#endif
