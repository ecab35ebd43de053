/* SPDX-License-Identifier: MIT */
#include "gui/frame-texture.h"

#define BYTES_PER_PIXEL 4

static void unref_frame(gpointer frame)
{
    leat_frame_unref(frame);
}

GdkTexture *leat_frame_texture_new(LeatFrame *frame)
{
    int width = leat_frame_width(frame);
    int height = leat_frame_height(frame);
    int stride;
    const uint8_t *pixels = leat_frame_plane(frame, 0, &stride);
    size_t size = (size_t)stride * (height - 1) + (size_t)width * BYTES_PER_PIXEL;
    GBytes *bytes = g_bytes_new_with_free_func(pixels, size, unref_frame, leat_frame_ref(frame));
    /* A video is opaque, so its alpha is full and the premultiplied format, which cairo takes
     * without conversion, says the same. */
    GdkTexture *texture = gdk_memory_texture_new(width, height, GDK_MEMORY_B8G8R8A8_PREMULTIPLIED,
                                                 bytes, (gsize)stride);

    g_bytes_unref(bytes);
    return texture;
}
