/* SPDX-License-Identifier: MIT */
/* A source of frames: test pattern, camera, file, stream, screen or lavfi graph behind one
 * interface that is pulled. Sources call nobody back: all that happens comes as an item.
 *
 * Owned and used by one thread at a time (its capture stage). Opening and reading return within
 * 0.5 s of the cancel's trigger. */
#ifndef LEAT_MEDIA_SOURCE_H
#define LEAT_MEDIA_SOURCE_H

#include "concurrency/cancel.h"
#include "media/frame.h"
#include "media/source-spec.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct LeatSource LeatSource;

/* What to ask the source for; what is not set is left to the source. A source that cannot do it
 * gives the nearest it has, and leat_source_format says what. */
typedef struct {
    int width, height;
    LeatRational rate;
    const char *pixel_format; /* cameras: "YUYV", "NV12", "MJPG", "H264"; NULL for the best */
    bool realtime;            /* keep the pace of a clock; false: as fast as it is read. Cameras,
                               * streams and screens have their own pace */
    bool reconnect;           /* live sources: reopen after a failure, until cancelled */
} LeatSourceRequest;

/* What a source gives. */
typedef struct {
    int width, height;
    char pixel_format[32];  /* of the frames; libavutil's name */
    char native_format[32]; /* what comes over the wire: "MJPG", "h264"; may equal pixel_format */
    LeatRational time_base;
    LeatRational rate;   /* not set when it varies or is unknown */
    int64_t duration_ns; /* of a file; 0 when unknown */
    int64_t frames;      /* of a file, as the container says; 0 when unknown */
    bool live;
} LeatSourceFormat;

typedef enum {
    LEAT_SOURCE_ITEM_FRAME, /* `frame`: now the caller's reference */
    LEAT_SOURCE_ITEM_LOST,  /* frames first..last never came: `count` of them, `reason` says why */
    LEAT_SOURCE_ITEM_AWAY,  /* the source failed with `reason`; it will be reopened in `retry_ns` */
    LEAT_SOURCE_ITEM_BACK,  /* it was reopened; the hole lasted `duration_ns`, cause in `reason` */
    LEAT_SOURCE_ITEM_NOTE,  /* `reason` tells something odd but harmless: a sequence number that
                             * repeated, a buffer marked bad that was survived */
    LEAT_SOURCE_ITEM_END,   /* the end of a file; every later read says so again */
} LeatSourceItemType;

typedef struct {
    LeatSourceItemType type;
    LeatFrame *frame;
    int64_t first, last, count;
    int64_t retry_ns, duration_ns;
    char reason[160]; /* redacted */
} LeatSourceItem;

/* NULL with an error that names source, cause and way out. The first opening of a source is never
 * retried: a name that is wrong is told at once. */
LeatSource *leat_source_open(const LeatSourceSpec *spec, const LeatSourceRequest *request,
                             LeatCancel *cancel, GError **error);

/* Waits for the next item. False with an error: LEAT_ERROR_CANCELLED, or a failure that reopening
 * cannot mend (or was not asked to). Frames carry rising sequence numbers with no hole but those
 * told by a LOST item before them. */
bool leat_source_read(LeatSource *source, LeatSourceItem *item, GError **error);

LeatSourceFormat leat_source_format(const LeatSource *source);

/* Holds it still while it stays open: what would come from now on never counts, neither as a frame
 * nor as lost. A camera stops streaming, a file stays at its place, a live stream goes on and is
 * thrown away. False while it has items that came before: read them, and ask again. */
bool leat_source_pause(LeatSource *source);

/* While paused: waits for what comes and throws it away, so that a live stream neither piles up nor
 * breaks off. False when nothing comes by itself; there is then nothing to do until it is resumed.
 * Ended by the cancel. */
bool leat_source_skip(LeatSource *source);

/* Goes on: the next frame has the number after the last. A source that cannot says so by its next
 * item, as with any failure. */
void leat_source_resume(LeatSource *source);

/* NULL is fine. Frames that are still held stay valid. */
void leat_source_close(LeatSource *source);

/* One source that could be opened here. */
typedef struct {
    char *spec; /* opens it */
    LeatSourceKind kind;
    char *name;     /* for people */
    char **formats; /* "MJPG 1280x720@30", ...; NULL-terminated */
    char *bus;      /* bus path of a camera, else NULL */
} LeatSourceInfo;

/* The cameras of this machine, the test pattern, and the screen when there is one, as an array of
 * LeatSourceInfo (free with g_ptr_array_unref). Reads devices: not for the main thread. */
GPtrArray *leat_source_list(void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LeatSource, leat_source_close)

#endif
