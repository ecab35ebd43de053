/* SPDX-License-Identifier: MIT */
/* The test pattern as a source. It has no end, and it loses nothing: when it is read late, the
 * frames that are due follow at once, so that two runs give the same frames on any machine. */
#include "base/clock.h"
#include "base/error.h"
#include "media/source-internal.h"
#include "media/source-time.h"
#include "media/test-pattern.h"

#include <stdlib.h>

typedef struct {
    LeatTestPattern *pattern;
    int width, height;
    LeatRational rate, time_base;
    bool realtime;
    LeatCancel *cancel;
    LeatPacer pacer;
    int64_t seq;
} TestSource;

static bool check_size(const LeatSourceSpec *spec, int width, int height, GError **error)
{
    if (width >= 1 && height >= 1 && width <= LEAT_MAX_EDGE && height <= LEAT_MAX_EDGE)
        return true;
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                "cannot open source %s: a size of %dx%d cannot be made; both edges must be 1 to "
                "%d px",
                spec->shown, width, height, LEAT_MAX_EDGE);
    return false;
}

static bool check_rate(const LeatSourceSpec *spec, LeatRational rate, GError **error)
{
    if (leat_rational_is_set(rate) && leat_rational_value(rate) <= LEAT_MAX_RATE)
        return true;
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                "cannot open source %s: a rate of %d/%d cannot be made; it must be above 0 and up "
                "to %d frames/s",
                spec->shown, rate.num, rate.den, LEAT_MAX_RATE);
    return false;
}

/* What of `asked`, `named` and the default applies first. */
static int choose(int asked, int named, int standard)
{
    return asked ? asked : named ? named : standard;
}

static bool is_given(LeatRational rate)
{
    return rate.num != 0 || rate.den > 1;
}

static void *test_open(const LeatSourceSpec *spec, const LeatSourceRequest *request,
                       int64_t first_seq, LeatCancel *cancel, GError **error)
{
    int width = choose(request->width, spec->width, 640);
    int height = choose(request->height, spec->height, 480);
    LeatRational rate = is_given(request->rate) ? request->rate
                        : is_given(spec->rate)  ? spec->rate
                                                : (LeatRational){30, 1};
    if (!check_size(spec, width, height, error) || !check_rate(spec, rate, error))
        return NULL;

    TestSource *source = calloc(1, sizeof *source);
    if (!source)
        return leat_error_no_memory(error, sizeof *source, "the test pattern");
    *source = (TestSource){
        .pattern = leat_test_pattern_new(width, height, rate, error),
        .width = width,
        .height = height,
        .rate = rate,
        .time_base = {rate.den, rate.num},
        .realtime = request->realtime,
        .cancel = cancel,
        .seq = first_seq,
    };
    if (!source->pattern) {
        g_prefix_error(error, "cannot open source %s: ", spec->shown);
        free(source);
        return NULL;
    }
    return source;
}

static bool test_read(void *state, LeatSourceItem *item, GError **error)
{
    TestSource *source = state;

    if (!leat_cancel_check(source->cancel, error))
        return false;
    if (source->realtime &&
        !leat_pacer_wait(&source->pacer, source->seq, source->time_base, source->cancel))
        return leat_cancel_check(source->cancel, error);
    LeatFrameTimes times = {
        .seq = source->seq,
        .captured_ns = leat_clock_now_ns(),
        .wall_ns = leat_clock_wall_ns(),
        .pts = source->seq,
        .time_base = source->time_base,
    };
    item->frame = leat_test_pattern_draw(source->pattern, source->seq, &times, error);
    if (!item->frame)
        return false;
    item->type = LEAT_SOURCE_ITEM_FRAME;
    source->seq++;
    return true;
}

static void test_format(const void *state, LeatSourceFormat *format)
{
    const TestSource *source = state;
    format->width = source->width;
    format->height = source->height;
    g_strlcpy(format->pixel_format, "yuv420p", sizeof format->pixel_format);
    g_strlcpy(format->native_format, "yuv420p", sizeof format->native_format);
    format->time_base = source->time_base;
    format->rate = source->rate;
    format->live = true;
}

/* The pace begins anew with the next frame. */
static void test_resume(void *state)
{
    TestSource *source = state;
    source->pacer.started = false;
}

static void test_close(void *state)
{
    TestSource *source = state;
    leat_test_pattern_free(source->pattern);
    free(source);
}

const LeatSourceOps leat_source_test_ops = {
    .open = test_open,
    .read = test_read,
    .format = test_format,
    .resume = test_resume,
    .close = test_close,
};
