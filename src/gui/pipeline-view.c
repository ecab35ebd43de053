/* SPDX-License-Identifier: MIT */
#include "gui/pipeline-view.h"

#include "gui/link-pipe.h"
#include "gui/stage-box.h"

#define STAGES 5

struct _LeatPipelineView {
    AdwBin parent_instance;

    /* The template's. */
    LeatStageBox *capture_box;
    LeatStageBox *process_box;
    LeatStageBox *record_box;
    LeatStageBox *predict_box;
    LeatStageBox *present_box;
    LeatLinkPipe *process_pipe;
    LeatLinkPipe *record_pipe;
    LeatLinkPipe *predict_pipe;
    LeatLinkPipe *present_pipe;
};

G_DEFINE_FINAL_TYPE(LeatPipelineView, leat_pipeline_view, ADW_TYPE_BIN)

static const LeatThreadFact *find_thread(const LeatThreadFact *facts, size_t count,
                                         const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (!facts[i].process && g_str_equal(facts[i].info.name, name))
            return &facts[i];
    return NULL;
}

void leat_pipeline_view_show_threads(LeatPipelineView *view, const LeatThreadFact *facts,
                                     size_t count)
{
    LeatStageBox *const boxes[STAGES] = {view->capture_box, view->process_box, view->record_box,
                                         view->predict_box, view->present_box};

    for (size_t i = 0; i < STAGES; i++)
        leat_stage_box_show(boxes[i], find_thread(facts, count, leat_stage_box_thread(boxes[i])));
}

static const LeatLinkFact *find_link(const LeatLinkFact *facts, int count, const char *name)
{
    for (int i = 0; i < count; i++)
        if (g_str_equal(facts[i].figures.name, name))
            return &facts[i];
    return NULL;
}

void leat_pipeline_view_show_links(LeatPipelineView *view, const LeatLinkFact *facts, int count)
{
    leat_link_pipe_show(view->process_pipe, find_link(facts, count, "process"));
    leat_link_pipe_show(view->record_pipe, find_link(facts, count, "record"));
    leat_link_pipe_show(view->predict_pipe, find_link(facts, count, "predict"));
    leat_link_pipe_show(view->present_pipe, find_link(facts, count, "present"));
}

static void leat_pipeline_view_class_init(LeatPipelineViewClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    g_type_ensure(LEAT_TYPE_STAGE_BOX);
    g_type_ensure(LEAT_TYPE_LINK_PIPE);
    gtk_widget_class_set_template_from_resource(widget_class,
                                                "/org/leat/Leat/gui/pipeline-view.ui");
    gtk_widget_class_bind_template_child(widget_class, LeatPipelineView, capture_box);
    gtk_widget_class_bind_template_child(widget_class, LeatPipelineView, process_box);
    gtk_widget_class_bind_template_child(widget_class, LeatPipelineView, record_box);
    gtk_widget_class_bind_template_child(widget_class, LeatPipelineView, predict_box);
    gtk_widget_class_bind_template_child(widget_class, LeatPipelineView, present_box);
    gtk_widget_class_bind_template_child(widget_class, LeatPipelineView, process_pipe);
    gtk_widget_class_bind_template_child(widget_class, LeatPipelineView, record_pipe);
    gtk_widget_class_bind_template_child(widget_class, LeatPipelineView, predict_pipe);
    gtk_widget_class_bind_template_child(widget_class, LeatPipelineView, present_pipe);
}

static void leat_pipeline_view_init(LeatPipelineView *view)
{
    gtk_widget_init_template(GTK_WIDGET(view));
}
