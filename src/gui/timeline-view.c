/* SPDX-License-Identifier: MIT */
#include "gui/timeline-view.h"

#include "base/clock.h"
#include "gui/playback-text.h"
#include "gui/timeline-span.h"

/* Logical px. */
#define LOSS_HEIGHT 5
#define GAP 1
#define LEAST_WIDTH 2

struct _LeatTimelineView {
    AdwBin parent_instance;

    GtkRange *scale;
    GPtrArray *marks;
    int64_t duration_ns;
    bool updating; /* the value is set by us, not by the user */
};

G_DEFINE_FINAL_TYPE(LeatTimelineView, leat_timeline_view, ADW_TYPE_BIN)

static guint sought_signal;

static void value_changed(LeatTimelineView *view)
{
    if (!view->updating)
        g_signal_emit(view, sought_signal, 0, (gint64)gtk_range_get_value(view->scale));
}

void leat_timeline_view_set_duration(LeatTimelineView *view, int64_t ns)
{
    if (ns == view->duration_ns)
        return;
    view->duration_ns = ns;
    view->updating = true;
    gtk_range_set_range(view->scale, 0, (double)MAX(ns, 1));
    gtk_range_set_increments(view->scale, (double)LEAT_NS_PER_S, 10.0 * (double)LEAT_NS_PER_S);
    view->updating = false;
    gtk_widget_queue_draw(GTK_WIDGET(view));
}

void leat_timeline_view_set_position(LeatTimelineView *view, int64_t ns, const char *text)
{
    view->updating = true;
    gtk_range_set_value(view->scale, (double)ns);
    view->updating = false;
    gtk_accessible_update_property(GTK_ACCESSIBLE(view->scale), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT,
                                   text, -1);
}

void leat_timeline_view_set_marks(LeatTimelineView *view, GPtrArray *marks)
{
    GPtrArray *old = view->marks;

    view->marks = marks ? g_ptr_array_ref(marks) : NULL;
    if (old)
        g_ptr_array_unref(old);
    gtk_widget_queue_draw(GTK_WIDGET(view));
}

GtkRange *leat_timeline_view_range(LeatTimelineView *view)
{
    return view->scale;
}

static LeatTimelineSpan span_of(LeatTimelineView *view)
{
    return leat_timeline_span(view->scale, GTK_WIDGET(view), view->duration_ns);
}

static void leat_timeline_view_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
    static const GdkRGBA red = {0.878F, 0.106F, 0.141F, 1}, grey = {0.604F, 0.600F, 0.588F, 1};
    LeatTimelineView *view = LEAT_TIMELINE_VIEW(widget);
    LeatTimelineSpan span = span_of(view);
    float top = (float)(gtk_widget_get_height(widget) - LOSS_HEIGHT - GAP);

    for (guint i = 0; view->marks && i < view->marks->len; i++) {
        const LeatMark *mark = view->marks->pdata[i];
        float from = (float)leat_timeline_span_x(&span, mark->from_ns);
        float to = (float)leat_timeline_span_x(&span, mark->to_ns);

        if (mark->kind != LEAT_MARK_LOSS && mark->kind != LEAT_MARK_HOLE)
            continue;
        gtk_snapshot_append_color(
            snapshot, mark->kind == LEAT_MARK_LOSS ? &red : &grey,
            &GRAPHENE_RECT_INIT(from, top, MAX(to - from, LEAST_WIDTH), LOSS_HEIGHT));
    }
    GTK_WIDGET_CLASS(leat_timeline_view_parent_class)->snapshot(widget, snapshot);
}

/* What is there: marks, a line each, below the time. */
static gboolean leat_timeline_view_query_tooltip(GtkWidget *widget, int x, int y, gboolean keyboard,
                                                 GtkTooltip *tooltip)
{
    LeatTimelineView *view = LEAT_TIMELINE_VIEW(widget);
    LeatTimelineSpan span = span_of(view);
    g_autofree char *text = NULL;

    if (keyboard || view->duration_ns <= 0)
        return FALSE;
    text = leat_playback_marks(view->marks, &span, x);
    gtk_tooltip_set_text(tooltip, text);
    return TRUE;
}

static void leat_timeline_view_dispose(GObject *object)
{
    g_clear_pointer(&LEAT_TIMELINE_VIEW(object)->marks, g_ptr_array_unref);
    G_OBJECT_CLASS(leat_timeline_view_parent_class)->dispose(object);
}

static gboolean leat_timeline_view_grab_focus(GtkWidget *widget)
{
    return gtk_widget_grab_focus(GTK_WIDGET(LEAT_TIMELINE_VIEW(widget)->scale));
}

static void leat_timeline_view_class_init(LeatTimelineViewClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    G_OBJECT_CLASS(class)->dispose = leat_timeline_view_dispose;
    widget_class->grab_focus = leat_timeline_view_grab_focus;
    widget_class->snapshot = leat_timeline_view_snapshot;
    widget_class->query_tooltip = leat_timeline_view_query_tooltip;
    gtk_widget_class_set_template_from_resource(widget_class,
                                                "/org/leat/Leat/gui/timeline-view.ui");
    gtk_widget_class_bind_template_child(widget_class, LeatTimelineView, scale);
    gtk_widget_class_bind_template_callback(widget_class, value_changed);
    gtk_widget_class_set_css_name(widget_class, "timelineview");
    sought_signal = g_signal_new("sought", LEAT_TYPE_TIMELINE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
}

static void leat_timeline_view_init(LeatTimelineView *view)
{
    gtk_widget_init_template(GTK_WIDGET(view));
}
