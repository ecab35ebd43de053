/* SPDX-License-Identifier: MIT */
#include "gui/picture.h"

#include "gui/frame-texture.h"
#include "media/scaler.h"

/* Logical px. */
#define NATURAL_WIDTH 480
#define NATURAL_HEIGHT 360

struct _LeatPicture {
    GtkWidget parent_instance;

    GdkTexture *texture;
    int room_width, room_height;
};

G_DEFINE_FINAL_TYPE(LeatPicture, leat_picture, GTK_TYPE_WIDGET)

static guint resized_signal;

void leat_picture_set_frame(LeatPicture *picture, LeatFrame *frame)
{
    if (frame && !g_str_equal(leat_frame_pixel_format(frame), "bgra"))
        return;
    g_clear_object(&picture->texture);
    if (frame)
        picture->texture = leat_frame_texture_new(frame);
    gtk_widget_queue_draw(GTK_WIDGET(picture));
}

bool leat_picture_is_empty(LeatPicture *picture)
{
    return !picture->texture;
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

static void leat_picture_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
    LeatPicture *picture = LEAT_PICTURE(widget);
    float scale = (float)gtk_widget_get_scale_factor(widget);
    int width, height, x, y;

    if (!picture->texture || picture->room_width < 1 || picture->room_height < 1)
        return;
    width = gdk_texture_get_width(picture->texture);
    height = gdk_texture_get_height(picture->texture);
    if (!fits_as_it_is(picture, width, height))
        leat_scaler_fit(width, height, picture->room_width, picture->room_height, &width, &height);
    /* Whole device pixels, or every pixel would be mixed from four. */
    x = (picture->room_width - width) / 2;
    y = (picture->room_height - height) / 2;
    gtk_snapshot_append_texture(snapshot, picture->texture,
                                &GRAPHENE_RECT_INIT((float)x / scale, (float)y / scale,
                                                    (float)width / scale, (float)height / scale));
}

static void leat_picture_dispose(GObject *object)
{
    g_clear_object(&LEAT_PICTURE(object)->texture);
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
