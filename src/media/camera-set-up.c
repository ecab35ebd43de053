/* SPDX-License-Identifier: MIT */
#include "media/camera-set-up.h"

#include "base/error.h"
#include "base/log.h"
#include "media/camera-choice.h"
#include "media/camera-format.h"
#include "media/camera.h"

#include <math.h>

static void log_result(const LeatCameraWish *wish, const LeatCameraSettings *settings,
                       const char *shown, const char *card)
{
    g_autoptr(GString) asked = g_string_new(NULL);
    char name[LEAT_CAMERA_NAME_SIZE];
    LeatCameraMode got = {settings->format.pixelformat, (int)settings->format.width,
                          (int)settings->format.height, settings->rate, settings->rate};
    g_autofree char *text = leat_camera_mode_text(&got);

    if (wish->fourcc) {
        leat_camera_format_name(wish->fourcc, name);
        g_string_append_printf(asked, " %s", name);
    }
    if (wish->width > 0 && wish->height > 0)
        g_string_append_printf(asked, " %dx%d", wish->width, wish->height);
    if (leat_rational_is_set(wish->rate))
        g_string_append_printf(asked, " @%.5g", leat_rational_value(wish->rate));
    /* Whoever asked should hear of it when it is something else; 1 % in the rate is rounding. */
    bool same =
        (!wish->fourcc || wish->fourcc == got.fourcc) &&
        (wish->width <= 0 || wish->height <= 0 ||
         (wish->width == got.width && wish->height == got.height)) &&
        (!leat_rational_is_set(wish->rate) || !leat_rational_is_set(got.fastest) ||
         fabs(leat_rational_value(got.fastest) / leat_rational_value(wish->rate) - 1.0) < 0.01);
    leat_log(same ? LEAT_LOG_INFO : LEAT_LOG_WARNING, "camera %s (%s): asked for%s, got %s", shown,
             card, asked->len > 0 ? asked->str : " the usual", text);
}

static bool make_wish(const LeatSourceRequest *request, const char *shown, LeatCameraWish *wish,
                      GError **error)
{
    *wish =
        (LeatCameraWish){.width = request->width, .height = request->height, .rate = request->rate};
    if (!request->pixel_format)
        return true;
    const LeatCameraFormat *format = leat_camera_format_named(request->pixel_format);
    if (!format) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                    "cannot open camera %s: the pixel format '%s' is not one that Leat reads from "
                    "a camera; try YUYV, NV12, MJPG or H264",
                    shown, request->pixel_format);
        return false;
    }
    wish->fourcc = format->fourcc;
    return true;
}

static bool set_format(int fd, const LeatCameraMode *mode, const char *shown,
                       struct v4l2_pix_format *got, GError **error)
{
    struct v4l2_format format = {
        .type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
        .fmt.pix = {.width = (uint32_t)mode->width,
                    .height = (uint32_t)mode->height,
                    .pixelformat = mode->fourcc,
                    .field = V4L2_FIELD_NONE},
    };
    int failed = leat_camera_ioctl(fd, VIDIOC_S_FMT, &format);

    if (failed) {
        leat_camera_set_error(error, failed, shown, "set its format");
        return false;
    }
    *got = format.fmt.pix;
    if (!leat_camera_format_find(got->pixelformat)) {
        char name[LEAT_CAMERA_NAME_SIZE];
        leat_camera_format_name(got->pixelformat, name);
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_UNSUPPORTED,
                    "cannot open camera %s: it gives the pixel format '%s', which Leat does not "
                    "read; choose another with 'leat sources'",
                    shown, name);
        return false;
    }
    return true;
}

/* Drivers that cannot set a rate keep their own. */
static LeatRational set_rate(int fd, LeatRational rate)
{
    struct v4l2_streamparm parameters = {.type = V4L2_BUF_TYPE_VIDEO_CAPTURE};
    struct v4l2_fract *period = &parameters.parm.capture.timeperframe;

    if (leat_camera_ioctl(fd, VIDIOC_G_PARM, &parameters) != 0)
        return (LeatRational){0, 0};
    if (leat_rational_is_set(rate) &&
        (parameters.parm.capture.capability & V4L2_CAP_TIMEPERFRAME)) {
        struct v4l2_streamparm before = parameters;
        *period = (struct v4l2_fract){(uint32_t)rate.den, (uint32_t)rate.num};
        if (leat_camera_ioctl(fd, VIDIOC_S_PARM, &parameters) != 0)
            parameters = before;
    }
    if (period->numerator == 0 || period->denominator == 0 || period->numerator > G_MAXINT ||
        period->denominator > G_MAXINT)
        return (LeatRational){0, 0};
    return (LeatRational){(int)period->denominator, (int)period->numerator};
}

bool leat_camera_set_up(int fd, const LeatSourceRequest *request, const char *shown,
                        const char *card, LeatCameraSettings *settings, GError **error)
{
    LeatCameraWish wish;
    LeatRational rate;

    if (!make_wish(request, shown, &wish, error))
        return false;
    g_autoptr(GArray) modes = leat_camera_modes(fd, &wish);
    const LeatCameraMode *mode =
        leat_camera_choose((LeatCameraMode *)modes->data, modes->len, &wish, &rate);
    if (!mode) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_UNSUPPORTED,
                    "cannot open camera %s: it has no pixel format that Leat reads; choose another "
                    "with 'leat sources'",
                    shown);
        return false;
    }
    if (!set_format(fd, mode, shown, &settings->format, error))
        return false;
    settings->rate = set_rate(fd, leat_rational_is_set(rate) ? rate : wish.rate);
    log_result(&wish, settings, shown, card);
    return true;
}
