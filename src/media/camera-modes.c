/* SPDX-License-Identifier: MIT */
#include "media/camera.h"

#include "media/camera-format.h"

#include <linux/videodev2.h>

/* Of a driver that never ends its lists. */
#define MOST 256

/* What to list of a range of sizes. */
static const int usual_sizes[][2] = {{320, 240}, {640, 360},  {640, 480},
                                     {800, 600}, {1280, 720}, {1920, 1080}};

static LeatRational rate_of(struct v4l2_fract interval)
{
    if (interval.numerator == 0 || interval.denominator == 0 || interval.numerator > G_MAXINT ||
        interval.denominator > G_MAXINT)
        return (LeatRational){0, 0};
    return (LeatRational){(int)interval.denominator, (int)interval.numerator};
}

static void add(GArray *modes, uint32_t fourcc, int width, int height, LeatRational slowest,
                LeatRational fastest)
{
    LeatCameraMode mode = {fourcc, width, height, slowest, fastest};
    if (width > 0 && height > 0 && width <= LEAT_MAX_EDGE && height <= LEAT_MAX_EDGE)
        g_array_append_val(modes, mode);
}

static void add_rates(GArray *modes, int fd, uint32_t fourcc, uint32_t width, uint32_t height)
{
    struct v4l2_frmivalenum interval = {.pixel_format = fourcc, .width = width, .height = height};
    unsigned i;

    for (i = 0; i < MOST; i++) {
        interval.index = i;
        if (leat_camera_ioctl(fd, VIDIOC_ENUM_FRAMEINTERVALS, &interval) != 0)
            break;
        if (interval.type != V4L2_FRMIVAL_TYPE_DISCRETE) {
            add(modes, fourcc, (int)width, (int)height, rate_of(interval.stepwise.max),
                rate_of(interval.stepwise.min));
            return;
        }
        LeatRational rate = rate_of(interval.discrete);
        add(modes, fourcc, (int)width, (int)height, rate, rate);
    }
    if (i == 0)
        add(modes, fourcc, (int)width, (int)height, (LeatRational){0, 0}, (LeatRational){0, 0});
}

static uint32_t onto_step(uint32_t value, uint32_t min, uint32_t max, uint32_t step)
{
    value = CLAMP(value, min, max);
    return step > 1 ? min + (value - min) / step * step : value;
}

static void add_range(GArray *modes, int fd, uint32_t fourcc,
                      const struct v4l2_frmsize_stepwise *range, const LeatCameraWish *wish)
{
    unsigned before = modes->len;

    for (size_t i = 0; i < G_N_ELEMENTS(usual_sizes); i++) {
        uint32_t width = (uint32_t)usual_sizes[i][0], height = (uint32_t)usual_sizes[i][1];
        if (onto_step(width, range->min_width, range->max_width, range->step_width) == width &&
            onto_step(height, range->min_height, range->max_height, range->step_height) == height)
            add_rates(modes, fd, fourcc, width, height);
    }
    if (wish && wish->width > 0 && wish->height > 0)
        add_rates(
            modes, fd, fourcc,
            onto_step((uint32_t)wish->width, range->min_width, range->max_width, range->step_width),
            onto_step((uint32_t)wish->height, range->min_height, range->max_height,
                      range->step_height));
    if (modes->len == before)
        add_rates(modes, fd, fourcc, range->max_width, range->max_height);
}

/* A driver that does not list its sizes takes what it is set to, and says at S_FMT what it made of
 * a wish. */
static void add_unlisted(GArray *modes, int fd, uint32_t fourcc, const LeatCameraWish *wish)
{
    struct v4l2_format now = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};

    if (leat_camera_ioctl(fd, VIDIOC_G_FMT, &now) == 0)
        add_rates(modes, fd, fourcc, now.fmt.pix.width, now.fmt.pix.height);
    if (wish && wish->width > 0 && wish->height > 0)
        add_rates(modes, fd, fourcc, (uint32_t)wish->width, (uint32_t)wish->height);
}

static void add_sizes(GArray *modes, int fd, uint32_t fourcc, const LeatCameraWish *wish)
{
    struct v4l2_frmsizeenum size = {.pixel_format = fourcc};
    unsigned i;

    for (i = 0; i < MOST; i++) {
        size.index = i;
        if (leat_camera_ioctl(fd, VIDIOC_ENUM_FRAMESIZES, &size) != 0)
            break;
        if (size.type != V4L2_FRMSIZE_TYPE_DISCRETE) {
            add_range(modes, fd, fourcc, &size.stepwise, wish);
            return;
        }
        add_rates(modes, fd, fourcc, size.discrete.width, size.discrete.height);
    }
    if (i == 0)
        add_unlisted(modes, fd, fourcc, wish);
}

GArray *leat_camera_modes(int fd, const LeatCameraWish *wish)
{
    GArray *modes = g_array_new(FALSE, FALSE, sizeof(LeatCameraMode));
    struct v4l2_fmtdesc format = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};

    for (unsigned i = 0; i < MOST; i++) {
        format.index = i;
        if (leat_camera_ioctl(fd, VIDIOC_ENUM_FMT, &format) != 0)
            break;
        if (leat_camera_format_find(format.pixelformat))
            add_sizes(modes, fd, format.pixelformat, wish);
    }
    return modes;
}
