/* SPDX-License-Identifier: MIT */
#include "gui/timeline-view.h"

#include "base/clock.h"
#include "gui/playback-text.h"

/* Logical px. */
#define LOSS_HEIGHT 5
#define LABEL_HEIGHT 5
#define GAP 1
#define LEAST_WIDTH 2
#define NEAR 4

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

/* Where the slider's middle can be, in our coordinates. */
static void get_span(LeatTimelineView *view, double *left, double *width)
{
    GdkRectangle trough;
    double x, y;

    gtk_range_get_range_rect(view->scale, &trough);
    gtk_widget_translate_coordinates(GTK_WIDGET(view->scale), GTK_WIDGET(view), trough.x, trough.y,
                                     &x, &y);
    *left = x;
    *width = MAX(trough.width, 1);
}

static double place_of(LeatTimelineView *view, int64_t ns, double left, double width)
{
    double share = view->duration_ns > 0 ? (double)ns / (double)view->duration_ns : 0;

    return left + width * CLAMP(share, 0, 1);
}

static GdkRGBA colour_of(const LeatMark *mark)
{
    /* Of the GNOME palette; a label keeps its colour by its name. */
    static const char *const labels[] = {"#3584e4", "#33d17a", "#f6d32d", "#ff7800",
                                         "#9141ac", "#986a44", "#1a5fb4", "#26a269"};
    GdkRGBA colour = {0};

    if (mark->kind == LEAT_MARK_LOSS)
        gdk_rgba_parse(&colour, "#e01b24");
    else if (mark->kind == LEAT_MARK_HOLE)
        gdk_rgba_parse(&colour, "#9a9996");
    else
        gdk_rgba_parse(&colour, labels[g_str_hash(mark->text) % G_N_ELEMENTS(labels)]);
    return colour;
}

static void leat_timeline_view_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
    LeatTimelineView *view = LEAT_TIMELINE_VIEW(widget);
    float top = (float)gtk_widget_get_height(widget) - LOSS_HEIGHT - GAP - LABEL_HEIGHT;
    double left, width;

    get_span(view, &left, &width);
    for (guint i = 0; view->marks && i < view->marks->len; i++) {
        const LeatMark *mark = view->marks->pdata[i];
        GdkRGBA colour = colour_of(mark);
        float from = (float)place_of(view, mark->from_ns, left, width);
        float to = (float)place_of(view, mark->to_ns, left, width);
        float y = mark->kind == LEAT_MARK_LABEL ? top + LOSS_HEIGHT + GAP : top;

        gtk_snapshot_append_color(
            snapshot, &colour,
            &GRAPHENE_RECT_INIT(from, y, MAX(to - from, LEAST_WIDTH), LOSS_HEIGHT));
    }
    GTK_WIDGET_CLASS(leat_timeline_view_parent_class)->snapshot(widget, snapshot);
}

/* What is there: marks, a line each, below the time. */
static gboolean leat_timeline_view_query_tooltip(GtkWidget *widget, int x, int y, gboolean keyboard,
                                                 GtkTooltip *tooltip)
{
    LeatTimelineView *view = LEAT_TIMELINE_VIEW(widget);
    double left, width;
    g_autofree char *time = NULL;
    GString *text;

    if (keyboard || view->duration_ns <= 0)
        return FALSE;
    get_span(view, &left, &width);
    time =
        leat_playback_time((int64_t)(CLAMP((x - left) / width, 0, 1) * (double)view->duration_ns));
    text = g_string_new(time);
    for (guint i = 0; view->marks && i < view->marks->len; i++) {
        const LeatMark *mark = view->marks->pdata[i];

        if (x >= place_of(view, mark->from_ns, left, width) - NEAR &&
            x <= place_of(view, mark->to_ns, left, width) + NEAR && text->len < 400) {
            g_autofree char *line = leat_playback_mark(mark);

            g_string_append_printf(text, "\n%s", line);
        }
    }
    gtk_tooltip_set_text(tooltip, text->str);
    g_string_free(text, TRUE);
    return TRUE;
}

static void leat_timeline_view_dispose(GObject *object)
{
    g_clear_pointer(&LEAT_TIMELINE_VIEW(object)->marks, g_ptr_array_unref);
    G_OBJECT_CLASS(leat_timeline_view_parent_class)->dispose(object);
}

static void leat_timeline_view_class_init(LeatTimelineViewClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    G_OBJECT_CLASS(class)->dispose = leat_timeline_view_dispose;
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
