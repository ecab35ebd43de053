/* SPDX-License-Identifier: MIT */
#include "media/camera-choice.h"

#include "media/camera-format.h"

#include <glib.h>
#include <math.h>

#define USUAL_WIDTH 1280
#define USUAL_HEIGHT 720
#define USUAL_RATE 30.0
#define ENOUGH (25.0 / 30.0)

/* How far a mode is from the wish; compared in this order, the less the better. */
typedef struct {
    int format; /* 1: another one than asked for */
    int class;  /* without a size: see below */
    double size;
    double rate;
    unsigned rank;
} Distance;

static LeatRational nearest_rate(const LeatCameraMode *mode, LeatRational asked)
{
    LeatRational wanted = leat_rational_is_set(asked) ? asked : (LeatRational){(int)USUAL_RATE, 1};

    if (!leat_rational_is_set(mode->fastest))
        return (LeatRational){0, 0};
    if (leat_rational_value(wanted) >= leat_rational_value(mode->fastest))
        return mode->fastest;
    if (leat_rational_is_set(mode->slowest) &&
        leat_rational_value(wanted) <= leat_rational_value(mode->slowest))
        return mode->slowest;
    return wanted;
}

/* Without a size: a picture of a good size at a good rate; else a larger one at a good rate; else
 * the fastest. */
static void usual_size(const LeatCameraMode *mode, double rate, double wanted, Distance *distance)
{
    double area = (double)mode->width * mode->height;

    if (rate > 0 && rate < wanted * ENOUGH) {
        distance->class = 2;
        distance->size = -rate;
    } else if (mode->width > USUAL_WIDTH || mode->height > USUAL_HEIGHT) {
        distance->class = 1;
        distance->size = area;
    } else {
        distance->class = 0;
        distance->size = -area;
    }
}

static Distance distance_to(const LeatCameraMode *mode, const LeatCameraWish *wish)
{
    Distance distance = {.rank = leat_camera_format_rank(mode->fourcc)};
    double wanted = leat_rational_is_set(wish->rate) ? leat_rational_value(wish->rate) : USUAL_RATE;
    double rate = leat_rational_value(nearest_rate(mode, wish->rate));

    distance.format = wish->fourcc != 0 && wish->fourcc != mode->fourcc;
    if (wish->width > 0 && wish->height > 0)
        distance.size = abs(mode->width - wish->width) + abs(mode->height - wish->height);
    else
        usual_size(mode, rate, wanted, &distance);
    /* An unknown rate may be the right one, but a known right one is better. */
    distance.rate = rate > 0 ? fabs(rate - wanted) : 1.0;
    return distance;
}

static bool is_nearer(const Distance *a, const Distance *b)
{
    if (a->format != b->format)
        return a->format < b->format;
    if (a->class != b->class)
        return a->class < b->class;
    if (a->size < b->size || a->size > b->size)
        return a->size < b->size;
    if (fabs(a->rate - b->rate) > 0.01)
        return a->rate < b->rate;
    return a->rank < b->rank;
}

const LeatCameraMode *leat_camera_choose(const LeatCameraMode *modes, size_t count,
                                         const LeatCameraWish *wish, LeatRational *rate)
{
    const LeatCameraMode *best = NULL;
    Distance least = {0};

    for (size_t i = 0; i < count; i++) {
        Distance distance = distance_to(&modes[i], wish);
        if (!best || is_nearer(&distance, &least)) {
            best = &modes[i];
            least = distance;
        }
    }
    *rate = best ? nearest_rate(best, wish->rate) : (LeatRational){0, 0};
    return best;
}

static void rate_text(LeatRational rate, char text[16])
{
    g_ascii_formatd(text, 16, "%.5g", round(leat_rational_value(rate) * 1000) / 1000);
}

char *leat_camera_mode_text(const LeatCameraMode *mode)
{
    char name[LEAT_CAMERA_NAME_SIZE], slowest[16], fastest[16];

    leat_camera_format_name(mode->fourcc, name);
    if (!leat_rational_is_set(mode->fastest))
        return g_strdup_printf("%s %dx%d", name, mode->width, mode->height);
    rate_text(mode->fastest, fastest);
    rate_text(mode->slowest, slowest);
    if (!leat_rational_is_set(mode->slowest) || g_str_equal(slowest, fastest))
        return g_strdup_printf("%s %dx%d@%s", name, mode->width, mode->height, fastest);
    return g_strdup_printf("%s %dx%d@%s-%s", name, mode->width, mode->height, slowest, fastest);
}
