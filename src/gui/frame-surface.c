/* SPDX-License-Identifier: MIT */
#include "gui/frame-surface.h"

static const cairo_user_data_key_t frame_key;

static void unref_frame(void *frame)
{
    leat_frame_unref(frame);
}

cairo_surface_t *leat_frame_surface_new(LeatFrame *frame)
{
    int stride;
    const uint8_t *pixels = leat_frame_plane(frame, 0, &stride);
    /* A video is opaque: of its alpha nothing need be read. */
    cairo_surface_t *surface = cairo_image_surface_create_for_data(
        (unsigned char *)pixels, CAIRO_FORMAT_RGB24, leat_frame_width(frame),
        leat_frame_height(frame), stride);

    if (cairo_surface_set_user_data(surface, &frame_key, leat_frame_ref(frame), unref_frame) !=
        CAIRO_STATUS_SUCCESS)
        leat_frame_unref(frame);
    return surface;
}
