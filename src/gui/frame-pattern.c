/* SPDX-License-Identifier: MIT */
#include "gui/frame-pattern.h"

static cairo_surface_t *acquire(cairo_pattern_t *pattern, void *data, cairo_surface_t *target,
                                const cairo_rectangle_int_t *extents)
{
    LeatFrame *frame = data;
    int stride;
    const uint8_t *pixels = leat_frame_plane(frame, 0, &stride);

    /* A video is opaque: of its alpha nothing need be read. */
    return cairo_image_surface_create_for_data((unsigned char *)pixels, CAIRO_FORMAT_RGB24,
                                               leat_frame_width(frame), leat_frame_height(frame),
                                               stride);
}

static void release(cairo_pattern_t *pattern, void *data, cairo_surface_t *surface)
{
    cairo_surface_destroy(surface);
}

static cairo_status_t copy(cairo_pattern_t *pattern, void *data, const cairo_pattern_t *other)
{
    leat_frame_ref(data);
    return CAIRO_STATUS_SUCCESS;
}

static void finish(cairo_pattern_t *pattern, void *data)
{
    leat_frame_unref(data);
}

cairo_pattern_t *leat_frame_pattern_new(LeatFrame *frame)
{
    cairo_pattern_t *pattern = cairo_pattern_create_raster_source(
        frame, CAIRO_CONTENT_COLOR, leat_frame_width(frame), leat_frame_height(frame));

    if (cairo_pattern_status(pattern) != CAIRO_STATUS_SUCCESS)
        return pattern;
    leat_frame_ref(frame);
    cairo_raster_source_pattern_set_acquire(pattern, acquire, release);
    cairo_raster_source_pattern_set_copy(pattern, copy);
    cairo_raster_source_pattern_set_finish(pattern, finish);
    return pattern;
}
