/* SPDX-License-Identifier: MIT */
#include "gui/label-bands.h"

#include "gui/label-colours.h"

/* Logical px. */
#define THIN_HEIGHT 7
#define GAP 3
#define TEXT_ROOM 24

LeatLane leat_label_bands_lane(const LeatMark *mark)
{
    if (mark->kind == LEAT_MARK_PREDICTION)
        return LEAT_LANE_PREDICTIONS;
    return mark->kind == LEAT_MARK_LABEL ? (mark->number ? LEAT_LANE_NUMBERS : LEAT_LANE_CLASSES)
                                         : LEAT_LANES;
}

static bool is_shown(const LeatLabelBands *bands, LeatLane lane)
{
    return lane == LEAT_LANE_CLASSES || bands->used[lane];
}

static int height_of(LeatLane lane)
{
    return lane == LEAT_LANE_CLASSES ? LEAT_LANE_CLASSES_HEIGHT : THIN_HEIGHT;
}

/* Where the lane begins; of LEAT_LANES the whole height. */
static int top_of(const LeatLabelBands *bands, LeatLane lane)
{
    int top = 0;

    for (LeatLane before = 0; before < lane; before++)
        if (is_shown(bands, before))
            top += height_of(before) + GAP;
    return top;
}

static graphene_rect_t band(const LeatTimelineSpan *span, int64_t from_ns, int64_t to_ns, int top,
                            int height)
{
    double from = leat_timeline_span_x(span, from_ns), to = leat_timeline_span_x(span, to_ns);

    return GRAPHENE_RECT_INIT((float)from, (float)top, (float)MAX(to - from, LEAT_BAND_LEAST_WIDTH),
                              (float)height);
}

static void fill(GtkSnapshot *snapshot, const graphene_rect_t *rect, const GdkRGBA *colour)
{
    GskRoundedRect rounded;

    if (rect->size.width < 6) {
        gtk_snapshot_append_color(snapshot, colour, rect);
        return;
    }
    gsk_rounded_rect_init_from_rect(&rounded, rect, 3);
    gtk_snapshot_push_rounded_clip(snapshot, &rounded);
    gtk_snapshot_append_color(snapshot, colour, rect);
    gtk_snapshot_pop(snapshot);
}

static void outline(GtkSnapshot *snapshot, const graphene_rect_t *rect, const GdkRGBA *colour)
{
    static const float widths[] = {2, 2, 2, 2};
    const GdkRGBA colours[] = {*colour, *colour, *colour, *colour};
    GskRoundedRect rounded;

    gsk_rounded_rect_init_from_rect(&rounded, rect, 3);
    gtk_snapshot_append_border(snapshot, &rounded, widths, colours);
}

/* Black on what is light, white on what is dark. */
static GdkRGBA ink_on(const GdkRGBA *ground)
{
    double light = 0.299 * ground->red + 0.587 * ground->green + 0.114 * ground->blue;

    return light > 0.55 ? (GdkRGBA){0, 0, 0, 0.85F} : (GdkRGBA){1, 1, 1, 1};
}

static void write_name(GtkWidget *widget, GtkSnapshot *snapshot, const graphene_rect_t *rect,
                       const char *name, const GdkRGBA *ink)
{
    g_autoptr(PangoLayout) layout = gtk_widget_create_pango_layout(widget, name);
    int height;

    pango_layout_set_width(layout, (int)(rect->size.width - 12) * PANGO_SCALE);
    pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
    pango_layout_get_pixel_size(layout, NULL, &height);
    gtk_snapshot_save(snapshot);
    gtk_snapshot_translate(
        snapshot, &GRAPHENE_POINT_INIT(rect->origin.x + 6,
                                       rect->origin.y + (rect->size.height - (float)height) / 2));
    gtk_snapshot_append_layout(snapshot, layout, ink);
    gtk_snapshot_restore(snapshot);
}

static GdkRGBA colour_of(const LeatLabelBands *bands, const LeatMark *mark, const GdkRGBA *ink)
{
    unsigned place;

    if (leat_label_bands_lane(mark) == LEAT_LANE_NUMBERS) {
        GdkRGBA grey = *ink;

        grey.alpha = 0.5F;
        return grey;
    }
    place = leat_label_place((const char *const *)bands->classes, mark->text);
    return leat_label_colour(place);
}

static void draw_lane(const LeatLabelBands *bands, GtkWidget *widget, GtkSnapshot *snapshot,
                      const LeatTimelineSpan *span, LeatLane lane, const GdkRGBA *ink)
{
    int top = top_of(bands, lane), height = height_of(lane);
    graphene_rect_t last = GRAPHENE_RECT_INIT(-1, 0, 0, 0);

    for (guint i = 0; bands->marks && i < bands->marks->len; i++) {
        const LeatMark *mark = bands->marks->pdata[i];
        graphene_rect_t rect = band(span, mark->from_ns, mark->to_ns, top, height);
        GdkRGBA colour;

        /* What would not be seen is not drawn either. */
        if (leat_label_bands_lane(mark) != lane ||
            (rect.origin.x + rect.size.width < last.origin.x + last.size.width + 0.5F))
            continue;
        last = rect;
        colour = colour_of(bands, mark, ink);
        fill(snapshot, &rect, &colour);
        if (lane == LEAT_LANE_CLASSES && rect.size.width > TEXT_ROOM) {
            GdkRGBA written = ink_on(&colour);

            write_name(widget, snapshot, &rect, mark->text, &written);
        }
    }
}

static void draw_ground(const LeatLabelBands *bands, GtkSnapshot *snapshot,
                        const LeatTimelineSpan *span, const GdkRGBA *ink)
{
    GdkRGBA ground = *ink;

    ground.alpha = 0.08F;
    for (LeatLane lane = 0; lane < LEAT_LANES; lane++) {
        graphene_rect_t rect =
            band(span, 0, span->duration_ns, top_of(bands, lane), height_of(lane));

        if (is_shown(bands, lane))
            fill(snapshot, &rect, &ground);
    }
}

/* What is being dragged, selected, marked to be labelled, and where the picture is. */
static void draw_state(const LeatLabelBands *bands, GtkSnapshot *snapshot,
                       const LeatTimelineSpan *span, const GdkRGBA *ink)
{
    const LeatMark *selected = bands->selected;
    double x = leat_timeline_span_x(span, bands->position_ns);

    if (bands->part_from_ns >= 0) {
        int64_t to_ns = MAX(bands->part_to_ns, bands->part_from_ns);
        graphene_rect_t rect = band(span, bands->part_from_ns, to_ns, 0, LEAT_LANE_CLASSES_HEIGHT);
        GdkRGBA shade = *ink;

        shade.alpha = 0.25F;
        gtk_snapshot_append_color(snapshot, &shade, &rect);
    }
    if (bands->dragging) {
        graphene_rect_t rect =
            band(span, bands->drag_from_ns, bands->drag_to_ns, 0, LEAT_LANE_CLASSES_HEIGHT);
        GdkRGBA colour =
            selected ? colour_of(bands, selected, ink) : leat_label_colour(bands->class);

        colour.alpha = 0.6F;
        fill(snapshot, &rect, &colour);
        outline(snapshot, &rect, ink);
    } else if (selected) {
        graphene_rect_t rect =
            band(span, selected->from_ns, selected->to_ns, 0, LEAT_LANE_CLASSES_HEIGHT);

        outline(snapshot, &rect, ink);
    }
    gtk_snapshot_append_color(
        snapshot, ink,
        &GRAPHENE_RECT_INIT((float)x - 0.5F, 0, 1, (float)top_of(bands, LEAT_LANES) - GAP));
}

int leat_label_bands_height(const LeatLabelBands *bands)
{
    return top_of(bands, LEAT_LANES) - GAP;
}

void leat_label_bands_draw(const LeatLabelBands *bands, GtkWidget *widget, GtkSnapshot *snapshot,
                           const LeatTimelineSpan *span)
{
    GdkRGBA ink;

    gtk_style_context_get_color(gtk_widget_get_style_context(widget), &ink);
    draw_ground(bands, snapshot, span, &ink);
    for (LeatLane lane = 0; lane < LEAT_LANES; lane++)
        if (is_shown(bands, lane))
            draw_lane(bands, widget, snapshot, span, lane, &ink);
    draw_state(bands, snapshot, span, &ink);
}
