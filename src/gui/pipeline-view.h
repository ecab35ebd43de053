/* SPDX-License-Identifier: MIT */
/* The pipeline as a picture: its stages as boxes, its links as pipes between them. Main thread. */
#ifndef LEAT_GUI_PIPELINE_VIEW_H
#define LEAT_GUI_PIPELINE_VIEW_H

#include "app/snapshot.h"

#include <adwaita.h>

#define LEAT_TYPE_PIPELINE_VIEW (leat_pipeline_view_get_type())
G_DECLARE_FINAL_TYPE(LeatPipelineView, leat_pipeline_view, LEAT, PIPELINE_VIEW, AdwBin)

/* The stages, by the threads of their names. */
void leat_pipeline_view_show_threads(LeatPipelineView *view, const LeatThreadFact *facts,
                                     size_t count);

/* None when nothing runs. */
void leat_pipeline_view_show_links(LeatPipelineView *view, const LeatLinkFact *facts, int count);

#endif
