/* SPDX-License-Identifier: MIT */
#include "gui/label-colours.h"

/* After M. Okabe and K. Ito, "Color Universal Design" (2008), without its black, and lighter or
 * darker where it would be lost on one of our grounds. */
static const char *const colours[LEAT_LABEL_COLOURS] = {
    "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9",
    "#d55e00", "#e5d32d", "#8a6bbe", "#8c8c8c",
};

GdkRGBA leat_label_colour(unsigned place)
{
    GdkRGBA colour = {0};

    gdk_rgba_parse(&colour, colours[place % LEAT_LABEL_COLOURS]);
    return colour;
}

unsigned leat_label_place(const char *const *classes, const char *name)
{
    for (unsigned i = 0; classes && classes[i]; i++)
        if (g_str_equal(classes[i], name))
            return i;
    return g_str_hash(name) % LEAT_LABEL_COLOURS;
}

GdkPaintable *leat_label_swatch(unsigned place, int size)
{
    GtkSnapshot *snapshot = gtk_snapshot_new();
    GdkRGBA colour = leat_label_colour(place);
    graphene_rect_t bounds = GRAPHENE_RECT_INIT(0, 0, (float)size, (float)size);
    GskRoundedRect disc;

    gsk_rounded_rect_init_from_rect(&disc, &bounds, (float)size / 2);
    gtk_snapshot_push_rounded_clip(snapshot, &disc);
    gtk_snapshot_append_color(snapshot, &colour, &bounds);
    gtk_snapshot_pop(snapshot);
    return gtk_snapshot_free_to_paintable(snapshot, &bounds.size);
}
