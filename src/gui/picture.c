/* SPDX-License-Identifier: MIT */
#include "gui/picture.h"

#include "gui/frame-pattern.h"
#include "gui/frame-texture.h"
#include "media/scaler.h"

#include <gsk/gskcairorenderer.h>

/* Logical px. */
#define NATURAL_WIDTH 480
#define NATURAL_HEIGHT 360

struct _LeatPicture {
    GtkWidget parent_instance;

    LeatFrame *frame;
    GdkTexture *texture; /* of it, where a graphics processor draws */
    int room_width, room_height;
};

G_DEFINE_FINAL_TYPE(LeatPicture, leat_picture, GTK_TYPE_WIDGET)

static guint resized_signal;

void leat_picture_set_frame(LeatPicture *picture, LeatFrame *frame)
{
    if (frame && !g_str_equal(leat_frame_pixel_format(frame), "bgra"))
        return;
    g_clear_pointer(&picture->frame, leat_frame_unref);
    g_clear_object(&picture->texture);
    if (frame)
        picture->frame = leat_frame_ref(frame);
    gtk_widget_queue_draw(GTK_WIDGET(picture));
}

bool leat_picture_is_empty(LeatPicture *picture)
{
    return !picture->frame;
}

void leat_picture_get_room(LeatPicture *picture, int *width, int *height)
{
    *width = picture->room_width;
    *height = picture->room_height;
}

static void update_room(LeatPicture *picture)
{
    GtkWidget *widget = GTK_WIDGET(picture);
    int scale = gtk_widget_get_scale_factor(widget);
    int width = gtk_widget_get_width(widget) * scale;
    int height = gtk_widget_get_height(widget) * scale;

    if (width == picture->room_width && height == picture->room_height)
        return;
    picture->room_width = width;
    picture->room_height = height;
    g_signal_emit(picture, resized_signal, 0, width, height);
}

/* Gives way to everything else, but is where the room goes. */
static void leat_picture_measure(GtkWidget *widget, GtkOrientation orientation, int for_size,
                                 int *minimum, int *natural, int *minimum_baseline,
                                 int *natural_baseline)
{
    *minimum = 0;
    *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? NATURAL_WIDTH : NATURAL_HEIGHT;
}

static void leat_picture_size_allocate(GtkWidget *widget, int width, int height, int baseline)
{
    GTK_WIDGET_CLASS(leat_picture_parent_class)->size_allocate(widget, width, height, baseline);
    update_room(LEAT_PICTURE(widget));
}

static bool fits_as_it_is(LeatPicture *picture, int width, int height)
{
    return (width == picture->room_width && height <= picture->room_height) ||
           (height == picture->room_height && width <= picture->room_width);
}

/* GTK 4.8 would convert a texture to floats and back, pixel by pixel, to draw it by itself. */
static void append_pattern(LeatPicture *picture, GtkSnapshot *snapshot,
                           const graphene_rect_t *place)
{
    cairo_t *cairo = gtk_snapshot_append_cairo(snapshot, place);
    cairo_pattern_t *pattern = leat_frame_pattern_new(picture->frame);

    cairo_translate(cairo, place->origin.x, place->origin.y);
    cairo_scale(cairo, place->size.width / leat_frame_width(picture->frame),
                place->size.height / leat_frame_height(picture->frame));
    cairo_set_source(cairo, pattern);
    cairo_paint(cairo);
    cairo_pattern_destroy(pattern);
    cairo_destroy(cairo);
}

static void append_texture(LeatPicture *picture, GtkSnapshot *snapshot,
                           const graphene_rect_t *place)
{
    if (!picture->texture)
        picture->texture = leat_frame_texture_new(picture->frame);
    gtk_snapshot_append_texture(snapshot, picture->texture, place);
}

static bool is_drawn_by_cairo(LeatPicture *picture)
{
    return GSK_IS_CAIRO_RENDERER(
        gtk_native_get_renderer(gtk_widget_get_native(GTK_WIDGET(picture))));
}

static void leat_picture_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
    LeatPicture *picture = LEAT_PICTURE(widget);
    float scale = (float)gtk_widget_get_scale_factor(widget);
    int width, height, x, y;
    graphene_rect_t place;

    if (!picture->frame || picture->room_width < 1 || picture->room_height < 1)
        return;
    width = leat_frame_width(picture->frame);
    height = leat_frame_height(picture->frame);
    if (!fits_as_it_is(picture, width, height))
        leat_scaler_fit(width, height, picture->room_width, picture->room_height, &width, &height);
    /* Whole device pixels, or every pixel would be mixed from four. */
    x = (picture->room_width - width) / 2;
    y = (picture->room_height - height) / 2;
    place = GRAPHENE_RECT_INIT((float)x / scale, (float)y / scale, (float)width / scale,
                               (float)height / scale);
    if (is_drawn_by_cairo(picture))
        append_pattern(picture, snapshot, &place);
    else
        append_texture(picture, snapshot, &place);
}

static void leat_picture_dispose(GObject *object)
{
    LeatPicture *picture = LEAT_PICTURE(object);

    g_clear_pointer(&picture->frame, leat_frame_unref);
    g_clear_object(&picture->texture);
    G_OBJECT_CLASS(leat_picture_parent_class)->dispose(object);
}

static void leat_picture_class_init(LeatPictureClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    G_OBJECT_CLASS(class)->dispose = leat_picture_dispose;
    widget_class->measure = leat_picture_measure;
    widget_class->size_allocate = leat_picture_size_allocate;
    widget_class->snapshot = leat_picture_snapshot;
    gtk_widget_class_set_css_name(widget_class, "livepicture");
    gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_IMG);
    resized_signal = g_signal_new("resized", LEAT_TYPE_PICTURE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 2, G_TYPE_INT, G_TYPE_INT);
}

static void scale_factor_changed(GObject *object, GParamSpec *property, gpointer data)
{
    update_room(LEAT_PICTURE(object));
}

static void leat_picture_init(LeatPicture *picture)
{
    g_signal_connect(picture, "notify::scale-factor", G_CALLBACK(scale_factor_changed), NULL);
}
