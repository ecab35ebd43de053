/* SPDX-License-Identifier: MIT */
#include "gui/label-strip.h"

#include "gui/label-bands.h"
#include "gui/playback-text.h"

#include <glib/gi18n.h>
#include <math.h>

/* Logical px. */
#define EDGE 5
#define MOVED 4

typedef enum {
    DRAG_NOTHING,
    DRAG_DRAW,
    DRAG_BEGINNING,
    DRAG_END,
} Drag;

struct _LeatLabelStrip {
    GtkWidget parent_instance;

    GtkRange *range;
    LeatLabelBands bands; /* its own: the marks and the classes */
    int64_t duration_ns;
    int64_t selected; /* a frame of the band; -1 for none */

    Drag drag;
    Drag grip;     /* what the drag does once it has moved */
    double drag_x; /* where it began */
};

G_DEFINE_FINAL_TYPE(LeatLabelStrip, leat_label_strip, GTK_TYPE_WIDGET)

enum {
    DRAWN,
    RESIZED,
    SELECTED,
    SIGNALS,
};

static guint signals[SIGNALS];

static LeatTimelineSpan span_of(LeatLabelStrip *strip)
{
    return leat_timeline_span(strip->range, GTK_WIDGET(strip), strip->duration_ns);
}

const LeatMark *leat_label_strip_find(LeatLabelStrip *strip, int64_t seq)
{
    for (guint i = 0; strip->bands.marks && i < strip->bands.marks->len; i++) {
        const LeatMark *mark = strip->bands.marks->pdata[i];

        if (leat_label_bands_lane(mark) == LEAT_LANE_CLASSES && mark->first <= seq &&
            seq <= mark->last)
            return mark;
    }
    return NULL;
}

const LeatMark *leat_label_strip_selected(LeatLabelStrip *strip)
{
    return strip->selected >= 0 ? leat_label_strip_find(strip, strip->selected) : NULL;
}

static void select_frame(LeatLabelStrip *strip, int64_t seq)
{
    if (seq == strip->selected)
        return;
    strip->selected = seq;
    gtk_widget_queue_draw(GTK_WIDGET(strip));
    g_signal_emit(strip, signals[SELECTED], 0);
}

void leat_label_strip_unselect(LeatLabelStrip *strip)
{
    select_frame(strip, -1);
}

static void leat_label_strip_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
    LeatLabelStrip *strip = LEAT_LABEL_STRIP(widget);
    LeatTimelineSpan span = span_of(strip);

    strip->bands.selected = leat_label_strip_selected(strip);
    strip->bands.dragging = strip->drag != DRAG_NOTHING;
    leat_label_bands_draw(&strip->bands, widget, snapshot, &span);
}

static void leat_label_strip_measure(GtkWidget *widget, GtkOrientation orientation, int size,
                                     int *minimum, int *natural, int *minimum_baseline,
                                     int *natural_baseline)
{
    bool high = orientation == GTK_ORIENTATION_VERTICAL;

    *minimum = *natural = high ? leat_label_bands_height(&LEAT_LABEL_STRIP(widget)->bands) : 0;
}

/* The pointer. */

/* The band at a place, and which of its edges is meant; NULL on empty ground. */
static const LeatMark *hit(LeatLabelStrip *strip, double x, double y, Drag *edge)
{
    LeatTimelineSpan span = span_of(strip);
    const LeatMark *found = NULL;

    *edge = DRAG_NOTHING;
    for (guint i = 0;
         y < LEAT_LANE_CLASSES_HEIGHT && strip->bands.marks && i < strip->bands.marks->len; i++) {
        const LeatMark *mark = strip->bands.marks->pdata[i];
        double from = leat_timeline_span_x(&span, mark->from_ns);
        double to = MAX(leat_timeline_span_x(&span, mark->to_ns), from + LEAT_BAND_LEAST_WIDTH);
        double edge_room = MIN(EDGE, (to - from) / 3);

        if (leat_label_bands_lane(mark) != LEAT_LANE_CLASSES || x < from - EDGE || x > to + EDGE)
            continue;
        if (found && (x < from || x > to)) /* a neighbour is nearer */
            continue;
        found = mark;
        *edge = x < from + edge_room ? DRAG_BEGINNING
                : x > to - edge_room ? DRAG_END
                                     : DRAG_NOTHING;
    }
    return found;
}

static void begin_drag(LeatLabelStrip *strip, double x, double y)
{
    Drag edge;
    const LeatMark *mark = hit(strip, x, y, &edge);

    strip->drag = DRAG_NOTHING;
    strip->drag_x = x;
    strip->grip = mark || y >= LEAT_LANE_CLASSES_HEIGHT ? edge : DRAG_DRAW;
    if (mark) {
        select_frame(strip, edge == DRAG_BEGINNING ? mark->last : mark->first);
        strip->bands.drag_from_ns = mark->from_ns;
        strip->bands.drag_to_ns = mark->to_ns;
    } else {
        select_frame(strip, -1);
    }
}

static void follow_drag(LeatLabelStrip *strip, double x)
{
    LeatTimelineSpan span = span_of(strip);
    int64_t ns = leat_timeline_span_ns(&span, x);

    if (fabs(x - strip->drag_x) >= MOVED)
        strip->drag = strip->grip;
    if (strip->drag == DRAG_BEGINNING)
        strip->bands.drag_from_ns = MIN(ns, strip->bands.drag_to_ns);
    else if (strip->drag == DRAG_END)
        strip->bands.drag_to_ns = MAX(ns, strip->bands.drag_from_ns);
    if (strip->drag == DRAG_DRAW) {
        int64_t began = leat_timeline_span_ns(&span, strip->drag_x);

        strip->bands.drag_from_ns = MIN(ns, began);
        strip->bands.drag_to_ns = MAX(ns, began);
    }
    gtk_widget_queue_draw(GTK_WIDGET(strip));
}

static void drag_begin(LeatLabelStrip *strip, double x, double y, GtkGesture *gesture)
{
    begin_drag(strip, x, y);
}

static void drag_update(LeatLabelStrip *strip, double x, double y, GtkGesture *gesture)
{
    follow_drag(strip, strip->drag_x + x);
}

static void drag_end(LeatLabelStrip *strip, double x, double y, GtkGesture *gesture)
{
    Drag drag = strip->drag;

    strip->drag = DRAG_NOTHING;
    gtk_widget_queue_draw(GTK_WIDGET(strip));
    if (drag == DRAG_DRAW)
        g_signal_emit(strip, signals[DRAWN], 0, (gint64)strip->bands.drag_from_ns,
                      (gint64)strip->bands.drag_to_ns);
    else if (drag == DRAG_BEGINNING)
        g_signal_emit(strip, signals[RESIZED], 0, (gint64)strip->bands.drag_from_ns, FALSE);
    else if (drag == DRAG_END)
        g_signal_emit(strip, signals[RESIZED], 0, (gint64)strip->bands.drag_to_ns, TRUE);
}

static void moved(LeatLabelStrip *strip, double x, double y)
{
    Drag edge;
    bool over = hit(strip, x, y, &edge) != NULL;

    gtk_widget_set_cursor_from_name(GTK_WIDGET(strip), edge != DRAG_NOTHING           ? "ew-resize"
                                                       : over                         ? "pointer"
                                                       : y < LEAT_LANE_CLASSES_HEIGHT ? "crosshair"
                                                                                      : NULL);
}

static void add_pointer(LeatLabelStrip *strip)
{
    GtkGesture *drag = gtk_gesture_drag_new();
    GtkEventController *motion = gtk_event_controller_motion_new();

    g_signal_connect_swapped(drag, "drag-begin", G_CALLBACK(drag_begin), strip);
    g_signal_connect_swapped(drag, "drag-update", G_CALLBACK(drag_update), strip);
    g_signal_connect_swapped(drag, "drag-end", G_CALLBACK(drag_end), strip);
    g_signal_connect_swapped(motion, "motion", G_CALLBACK(moved), strip);
    gtk_widget_add_controller(GTK_WIDGET(strip), GTK_EVENT_CONTROLLER(drag));
    gtk_widget_add_controller(GTK_WIDGET(strip), motion);
}

static gboolean leat_label_strip_query_tooltip(GtkWidget *widget, int x, int y, gboolean keyboard,
                                               GtkTooltip *tooltip)
{
    LeatLabelStrip *strip = LEAT_LABEL_STRIP(widget);
    LeatTimelineSpan span = span_of(strip);
    g_autofree char *text = NULL;

    if (keyboard || strip->duration_ns <= 0)
        return FALSE;
    text = leat_playback_marks(strip->bands.marks, &span, x);
    gtk_tooltip_set_text(tooltip, text);
    return TRUE;
}

/* What it is told. */

void leat_label_strip_set_range(LeatLabelStrip *strip, GtkRange *range)
{
    strip->range = range;
}

void leat_label_strip_set_duration(LeatLabelStrip *strip, int64_t ns)
{
    if (ns == strip->duration_ns)
        return;
    strip->duration_ns = ns;
    gtk_widget_queue_draw(GTK_WIDGET(strip));
}

void leat_label_strip_set_position(LeatLabelStrip *strip, int64_t ns)
{
    if (ns == strip->bands.position_ns)
        return;
    strip->bands.position_ns = ns;
    gtk_widget_queue_draw(GTK_WIDGET(strip));
}

void leat_label_strip_set_marks(LeatLabelStrip *strip, GPtrArray *marks)
{
    GPtrArray *old = strip->bands.marks;
    bool used[LEAT_LANES] = {false};

    strip->bands.marks = marks ? g_ptr_array_ref(marks) : NULL;
    if (old)
        g_ptr_array_unref(old);
    for (guint i = 0; marks && i < marks->len; i++)
        if (leat_label_bands_lane(marks->pdata[i]) < LEAT_LANES)
            used[leat_label_bands_lane(marks->pdata[i])] = true;
    if (memcmp(used, strip->bands.used, sizeof(used)) != 0)
        gtk_widget_queue_resize(GTK_WIDGET(strip));
    memcpy(strip->bands.used, used, sizeof(used));
    gtk_widget_queue_draw(GTK_WIDGET(strip));
    if (strip->selected >= 0 && !leat_label_strip_selected(strip))
        leat_label_strip_unselect(strip);
}

void leat_label_strip_set_classes(LeatLabelStrip *strip, const char *const *classes)
{
    g_strfreev(strip->bands.classes);
    strip->bands.classes = g_strdupv((char **)(uintptr_t)classes);
    gtk_widget_queue_draw(GTK_WIDGET(strip));
}

void leat_label_strip_set_class(LeatLabelStrip *strip, unsigned place)
{
    strip->bands.class = place;
}

void leat_label_strip_set_part(LeatLabelStrip *strip, int64_t from_ns, int64_t to_ns)
{
    strip->bands.part_from_ns = from_ns;
    strip->bands.part_to_ns = to_ns;
    gtk_widget_queue_draw(GTK_WIDGET(strip));
}

static void leat_label_strip_finalize(GObject *object)
{
    LeatLabelStrip *strip = LEAT_LABEL_STRIP(object);

    g_clear_pointer(&strip->bands.marks, g_ptr_array_unref);
    g_strfreev(strip->bands.classes);
    G_OBJECT_CLASS(leat_label_strip_parent_class)->finalize(object);
}

static void leat_label_strip_class_init(LeatLabelStripClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    G_OBJECT_CLASS(class)->finalize = leat_label_strip_finalize;
    widget_class->snapshot = leat_label_strip_snapshot;
    widget_class->measure = leat_label_strip_measure;
    widget_class->query_tooltip = leat_label_strip_query_tooltip;
    gtk_widget_class_set_css_name(widget_class, "labelstrip");
    gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_IMG);
    signals[DRAWN] = g_signal_new("drawn", LEAT_TYPE_LABEL_STRIP, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 2, G_TYPE_INT64, G_TYPE_INT64);
    signals[RESIZED] = g_signal_new("resized", LEAT_TYPE_LABEL_STRIP, G_SIGNAL_RUN_LAST, 0, NULL,
                                    NULL, NULL, G_TYPE_NONE, 2, G_TYPE_INT64, G_TYPE_BOOLEAN);
    signals[SELECTED] = g_signal_new("selected", LEAT_TYPE_LABEL_STRIP, G_SIGNAL_RUN_LAST, 0, NULL,
                                     NULL, NULL, G_TYPE_NONE, 0);
}

static void leat_label_strip_init(LeatLabelStrip *strip)
{
    strip->selected = strip->bands.part_from_ns = -1;
    gtk_accessible_update_property(GTK_ACCESSIBLE(strip), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("Labels"), -1);
    gtk_widget_set_has_tooltip(GTK_WIDGET(strip), TRUE);
    add_pointer(strip);
}
