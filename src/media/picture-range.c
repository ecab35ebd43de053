/* SPDX-License-Identifier: MIT */
#include "media/picture-range.h"

#include "media/libav.h"

#include <libavutil/pixdesc.h>

bool leat_picture_range_knows(enum AVPixelFormat format)
{
    switch (leat_format_plain(format)) {
    case AV_PIX_FMT_YUV411P:
    case AV_PIX_FMT_YUV420P:
    case AV_PIX_FMT_YUV422P:
    case AV_PIX_FMT_YUV440P:
    case AV_PIX_FMT_YUV444P:
        return true;
    default:
        return false;
    }
}

/* ITU-R BT.601: luma spans 219 steps above 16, chroma 224 around 128. */
static void fill_table(uint8_t table[256], bool luma, bool to_full)
{
    int steps = luma ? 219 : 224;
    int from_zero = luma ? (to_full ? 16 : 0) : 128, to_zero = luma ? (to_full ? 0 : 16) : 128;
    int multiply = to_full ? 255 : steps, divide = to_full ? steps : 255;
    for (int value = 0; value < 256; value++) {
        int scaled = (value - from_zero) * multiply * 2;
        int rounded = (scaled + (scaled < 0 ? -divide : divide)) / (2 * divide);
        table[value] = (uint8_t)CLAMP(to_zero + rounded, 0, 255);
    }
}

static void map_plane(uint8_t *to, int to_stride, const uint8_t *from, int from_stride, int width,
                      int height, const uint8_t table[256])
{
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++)
            to[x] = table[from[x]];
        to += to_stride;
        from += from_stride;
    }
}

void leat_picture_range_convert(AVFrame *to, const AVFrame *from, bool to_full)
{
    const AVPixFmtDescriptor *format = av_pix_fmt_desc_get((enum AVPixelFormat)from->format);
    uint8_t table[256];
    fill_table(table, true, to_full);
    map_plane(to->data[0], to->linesize[0], from->data[0], from->linesize[0], from->width,
              from->height, table);
    fill_table(table, false, to_full);
    for (int plane = 1; plane < 3; plane++)
        map_plane(to->data[plane], to->linesize[plane], from->data[plane], from->linesize[plane],
                  AV_CEIL_RSHIFT(from->width, format->log2_chroma_w),
                  AV_CEIL_RSHIFT(from->height, format->log2_chroma_h), table);
}
