/* SPDX-License-Identifier: MIT */
#include "media/source.h"

#include "base/error.h"
#include "media/source-internal.h"
#include "media/source-reconnect.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct LeatSource {
    /* Set once. */
    const LeatSourceOps *ops;
    LeatSourceSpec *spec;
    LeatSourceRequest request;
    char *pixel_format; /* what the request points to */
    LeatCancel *cancel;

    /* The owner's. */
    void *state;
};

const LeatSourceOps *leat_source_ops(LeatSourceKind kind)
{
    switch (kind) {
    case LEAT_SOURCE_TEST:
        return &leat_source_test_ops;
    case LEAT_SOURCE_CAMERA:
        return &leat_source_camera_ops;
    case LEAT_SOURCE_FILE:
    case LEAT_SOURCE_STREAM:
    case LEAT_SOURCE_SCREEN:
        return &leat_source_libav_ops;
    case LEAT_SOURCE_LAVFI:
        return &leat_source_lavfi_ops;
    }
    g_assert_not_reached();
}

static bool can_be_away(LeatSourceKind kind)
{
    return kind == LEAT_SOURCE_CAMERA || kind == LEAT_SOURCE_STREAM || kind == LEAT_SOURCE_SCREEN;
}

LeatSource *leat_source_open(const LeatSourceSpec *spec, const LeatSourceRequest *request,
                             LeatCancel *cancel, GError **error)
{
    static const LeatSourceRequest nothing;
    LeatSource *source = calloc(1, sizeof *source);
    if (!source)
        return leat_error_no_memory(error, sizeof *source, "a source");

    source->spec = leat_source_spec_copy(spec);
    source->request = request ? *request : nothing;
    source->pixel_format = g_strdup(source->request.pixel_format);
    source->request.pixel_format = source->pixel_format;
    source->cancel = cancel ? leat_cancel_ref(cancel) : leat_cancel_new(NULL, error);
    source->ops = source->request.reconnect && can_be_away(spec->kind)
                      ? &leat_source_reconnect_ops
                      : leat_source_ops(spec->kind);
    if (source->cancel && leat_cancel_check(source->cancel, error))
        source->state = source->ops->open(source->spec, &source->request, 0, source->cancel, error);
    if (!source->state) {
        leat_source_close(source);
        return NULL;
    }
    return source;
}

bool leat_source_read(LeatSource *source, LeatSourceItem *item, GError **error)
{
    memset(item, 0, sizeof *item);
    return source->ops->read(source->state, item, error);
}

LeatSourceFormat leat_source_format(const LeatSource *source)
{
    LeatSourceFormat format = {0};
    source->ops->format(source->state, &format);
    return format;
}

bool leat_source_pause(LeatSource *source)
{
    return !source->ops->pause || source->ops->pause(source->state);
}

bool leat_source_skip(LeatSource *source)
{
    return source->ops->skip && source->ops->skip(source->state);
}

void leat_source_resume(LeatSource *source)
{
    if (source->ops->resume)
        source->ops->resume(source->state);
}

void leat_source_close(LeatSource *source)
{
    if (!source)
        return;
    if (source->state)
        source->ops->close(source->state);
    if (source->cancel)
        leat_cancel_unref(source->cancel);
    leat_source_spec_free(source->spec);
    g_free(source->pixel_format);
    free(source);
}

static void set_reason(LeatSourceItem *item, const char *format, va_list arguments)
{
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    const char *end = valid + strlen(valid);
    while (end - valid >= (ptrdiff_t)sizeof item->reason)
        end = g_utf8_prev_char(end);
    memcpy(item->reason, valid, (size_t)(end - valid));
    item->reason[end - valid] = '\0';
}

void leat_source_item_set(LeatSourceItem *item, LeatSourceItemType type, const char *format, ...)
{
    va_list arguments;
    item->type = type;
    va_start(arguments, format);
    set_reason(item, format, arguments);
    va_end(arguments);
}

void leat_source_item_lost(LeatSourceItem *item, int64_t first, int64_t count, const char *format,
                           ...)
{
    va_list arguments;
    item->type = LEAT_SOURCE_ITEM_LOST;
    item->first = first;
    item->last = first + count - 1;
    item->count = count;
    va_start(arguments, format);
    set_reason(item, format, arguments);
    va_end(arguments);
}
