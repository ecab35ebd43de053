/* SPDX-License-Identifier: MIT */
#include "media/camera-format.h"

#include "base/quantity.h"

#include <glib.h>
#include <limits.h>
#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>

static const LeatCameraFormat formats[] = {
    {V4L2_PIX_FMT_YUYV, AV_PIX_FMT_YUYV422, NULL},
    {V4L2_PIX_FMT_UYVY, AV_PIX_FMT_UYVY422, NULL},
    {V4L2_PIX_FMT_YVYU, AV_PIX_FMT_YVYU422, NULL},
    {V4L2_PIX_FMT_NV16, AV_PIX_FMT_NV16, NULL},
    {V4L2_PIX_FMT_YUV422P, AV_PIX_FMT_YUV422P, NULL},
    {V4L2_PIX_FMT_NV12, AV_PIX_FMT_NV12, NULL},
    {V4L2_PIX_FMT_NV21, AV_PIX_FMT_NV21, NULL},
    {V4L2_PIX_FMT_YUV420, AV_PIX_FMT_YUV420P, NULL},
    {V4L2_PIX_FMT_RGB24, AV_PIX_FMT_RGB24, NULL},
    {V4L2_PIX_FMT_BGR24, AV_PIX_FMT_BGR24, NULL},
    {V4L2_PIX_FMT_XBGR32, AV_PIX_FMT_BGR0, NULL},
    {V4L2_PIX_FMT_BGR32, AV_PIX_FMT_BGR0, NULL},
    {V4L2_PIX_FMT_XRGB32, AV_PIX_FMT_0RGB, NULL},
    {V4L2_PIX_FMT_MJPEG, AV_PIX_FMT_YUVJ422P, "mjpeg"},
    {V4L2_PIX_FMT_JPEG, AV_PIX_FMT_YUVJ422P, "mjpeg"},
    {V4L2_PIX_FMT_H264, AV_PIX_FMT_YUV420P, "h264"},
    {V4L2_PIX_FMT_RGB565, AV_PIX_FMT_RGB565LE, NULL},
    {V4L2_PIX_FMT_SRGGB8, AV_PIX_FMT_BAYER_RGGB8, NULL},
    {V4L2_PIX_FMT_SBGGR8, AV_PIX_FMT_BAYER_BGGR8, NULL},
    {V4L2_PIX_FMT_SGBRG8, AV_PIX_FMT_BAYER_GBRG8, NULL},
    {V4L2_PIX_FMT_SGRBG8, AV_PIX_FMT_BAYER_GRBG8, NULL},
    {V4L2_PIX_FMT_Y16, AV_PIX_FMT_GRAY16LE, NULL},
    {V4L2_PIX_FMT_GREY, AV_PIX_FMT_GRAY8, NULL},
};

const LeatCameraFormat *leat_camera_format_find(uint32_t fourcc)
{
    unsigned rank = leat_camera_format_rank(fourcc);
    return rank < G_N_ELEMENTS(formats) ? &formats[rank] : NULL;
}

const LeatCameraFormat *leat_camera_format_named(const char *name)
{
    if (g_ascii_strcasecmp(name, "MJPEG") == 0)
        name = "MJPG";
    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
        char own[LEAT_CAMERA_NAME_SIZE];
        leat_camera_format_name(formats[i].fourcc, own);
        if (g_ascii_strcasecmp(name, own) == 0)
            return &formats[i];
    }
    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
        const char *own =
            formats[i].codec ? formats[i].codec : av_get_pix_fmt_name(formats[i].pixel_format);
        if (g_ascii_strcasecmp(name, own) == 0)
            return &formats[i];
    }
    return NULL;
}

unsigned leat_camera_format_rank(uint32_t fourcc)
{
    unsigned rank = 0;
    while (rank < G_N_ELEMENTS(formats) && formats[rank].fourcc != fourcc)
        rank++;
    return rank;
}

void leat_camera_format_name(uint32_t fourcc, char name[LEAT_CAMERA_NAME_SIZE])
{
    for (int i = 0; i < 4; i++) {
        char c = (char)((fourcc >> (8 * i)) & 0x7f);
        name[i] = g_ascii_isgraph(c) ? c : ' ';
    }
    name[4] = '\0';
    g_strchomp(name);
}

bool leat_camera_layout(enum AVPixelFormat format, int width, int height, uint32_t stride,
                        LeatCameraLayout *layout)
{
    int packed[4];
    ptrdiff_t strides[4] = {0};
    size_t sizes[4];

    if (width < 1 || height < 1 || width > LEAT_MAX_EDGE || height > LEAT_MAX_EDGE)
        return false;
    if (av_image_fill_linesizes(packed, format, width) < 0)
        return false;
    if (stride == 0)
        stride = (uint32_t)packed[0];
    if (stride < (uint32_t)packed[0] || stride > INT_MAX / 16)
        return false;
    for (int i = 0; i < 4 && packed[i] > 0; i++) {
        strides[i] = (ptrdiff_t)((int64_t)packed[i] * stride / packed[0]);
        layout->stride[i] = (int)strides[i];
    }
    for (int i = 0; i < 4; i++)
        if (packed[i] == 0)
            layout->stride[i] = 0;
    if (av_image_fill_plane_sizes(sizes, format, height, strides) < 0)
        return false;
    layout->size = 0;
    for (int i = 0; i < 4; i++) {
        layout->offset[i] = layout->size;
        layout->size += layout->stride[i] > 0 ? sizes[i] : 0;
    }
    return true;
}

static enum AVColorPrimaries primaries(uint32_t colours)
{
    switch (colours) {
    case V4L2_COLORSPACE_SMPTE170M:
        return AVCOL_PRI_SMPTE170M;
    case V4L2_COLORSPACE_SMPTE240M:
        return AVCOL_PRI_SMPTE240M;
    case V4L2_COLORSPACE_REC709:
    case V4L2_COLORSPACE_SRGB:
    case V4L2_COLORSPACE_JPEG:
        return AVCOL_PRI_BT709;
    case V4L2_COLORSPACE_470_SYSTEM_M:
        return AVCOL_PRI_BT470M;
    case V4L2_COLORSPACE_470_SYSTEM_BG:
        return AVCOL_PRI_BT470BG;
    case V4L2_COLORSPACE_BT2020:
        return AVCOL_PRI_BT2020;
    case V4L2_COLORSPACE_DCI_P3:
        return AVCOL_PRI_SMPTE431;
    default:
        return AVCOL_PRI_UNSPECIFIED;
    }
}

static enum AVColorTransferCharacteristic transfer(const struct v4l2_pix_format *format)
{
    uint32_t function = format->xfer_func;

    if (function == V4L2_XFER_FUNC_DEFAULT)
        function = V4L2_MAP_XFER_FUNC_DEFAULT(format->colorspace);
    switch (function) {
    case V4L2_XFER_FUNC_709:
        return AVCOL_TRC_BT709;
    case V4L2_XFER_FUNC_SRGB:
        return AVCOL_TRC_IEC61966_2_1;
    case V4L2_XFER_FUNC_SMPTE240M:
        return AVCOL_TRC_SMPTE240M;
    case V4L2_XFER_FUNC_NONE:
        return AVCOL_TRC_LINEAR;
    case V4L2_XFER_FUNC_SMPTE2084:
        return AVCOL_TRC_SMPTE2084;
    default:
        return AVCOL_TRC_UNSPECIFIED;
    }
}

static enum AVColorSpace matrix(const struct v4l2_pix_format *format)
{
    uint32_t encoding = format->ycbcr_enc;

    if (encoding == V4L2_YCBCR_ENC_DEFAULT)
        encoding = V4L2_MAP_YCBCR_ENC_DEFAULT(format->colorspace);
    switch (encoding) {
    case V4L2_YCBCR_ENC_601:
    case V4L2_YCBCR_ENC_XV601:
        return AVCOL_SPC_SMPTE170M;
    case V4L2_YCBCR_ENC_709:
    case V4L2_YCBCR_ENC_XV709:
        return AVCOL_SPC_BT709;
    case V4L2_YCBCR_ENC_BT2020:
        return AVCOL_SPC_BT2020_NCL;
    case V4L2_YCBCR_ENC_BT2020_CONST_LUM:
        return AVCOL_SPC_BT2020_CL;
    case V4L2_YCBCR_ENC_SMPTE240M:
        return AVCOL_SPC_SMPTE240M;
    default:
        return AVCOL_SPC_UNSPECIFIED;
    }
}

void leat_camera_set_colours(AVFrame *picture, const struct v4l2_pix_format *format)
{
    const AVPixFmtDescriptor *described = av_pix_fmt_desc_get((enum AVPixelFormat)picture->format);
    uint32_t range = format->quantization;
    bool yuv = described && described->nb_components >= 3 &&
               !(described->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_BAYER));

    picture->color_primaries = primaries(format->colorspace);
    picture->color_trc = transfer(format);
    if (yuv) {
        picture->colorspace = matrix(format);
        if (range == V4L2_QUANTIZATION_DEFAULT)
            range = V4L2_MAP_QUANTIZATION_DEFAULT(false, format->colorspace, format->ycbcr_enc);
    }
    if (range == V4L2_QUANTIZATION_FULL_RANGE)
        picture->color_range = AVCOL_RANGE_JPEG;
    else if (range == V4L2_QUANTIZATION_LIM_RANGE)
        picture->color_range = AVCOL_RANGE_MPEG;
}
