/* SPDX-License-Identifier: MIT */
/* What each kind of source implements, for source.c to pick and source-reconnect.c to reopen. For
 * this folder only. All functions are called by one thread at a time, the owner of the source. */
#ifndef LEAT_MEDIA_SOURCE_INTERNAL_H
#define LEAT_MEDIA_SOURCE_INTERNAL_H

#include "concurrency/cancel.h"
#include "media/source.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    /* Opens, and returns the state that the others get; NULL with an error. `spec` and `request`
     * (with its pixel_format) stay valid and unchanged until close; `cancel` is never NULL. The
     * first frame, or the first lost one, has the sequence number `first_seq`: 0, or where the
     * source goes on after it was reopened. */
    void *(*open)(const LeatSourceSpec *spec, const LeatSourceRequest *request, int64_t first_seq,
                  LeatCancel *cancel, GError **error);

    /* The next item: FRAME, LOST, NOTE or END; AWAY and BACK are source-reconnect.c's. `item` comes
     * zeroed. False with LEAT_ERROR_CANCELLED, or with any other error when the source has failed:
     * it is then closed, and opened again if that was asked. */
    bool (*read)(void *state, LeatSourceItem *item, GError **error);

    /* `format` comes zeroed. */
    void (*format)(const void *state, LeatSourceFormat *format);

    /* A spec that opens this very device again whatever number it then has (a camera's bus path),
     * the caller's to free; the function, or what it returns, may be NULL for the same spec. Asked
     * once, after the first opening. */
    LeatSourceSpec *(*same_again)(const void *state);

    /* See source.h; each may be NULL: nothing piles up, and nothing comes by itself. */
    bool (*pause)(void *state);
    bool (*skip)(void *state);
    void (*resume)(void *state);

    /* Never NULL; may follow open directly. */
    void (*close)(void *state);
} LeatSourceOps;

extern const LeatSourceOps leat_source_test_ops;
extern const LeatSourceOps leat_source_camera_ops;
extern const LeatSourceOps leat_source_libav_ops; /* file, stream, screen */
extern const LeatSourceOps leat_source_lavfi_ops;

/* Those of a kind. */
const LeatSourceOps *leat_source_ops(LeatSourceKind kind);

/* Fills item->type and item->reason (cut at its size, on a character's boundary). */
void leat_source_item_set(LeatSourceItem *item, LeatSourceItemType type, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/* Fills a LOST item for frames first..first+count-1. */
void leat_source_item_lost(LeatSourceItem *item, int64_t first, int64_t count, const char *format,
                           ...) G_GNUC_PRINTF(4, 5);

#endif
