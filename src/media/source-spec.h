/* SPDX-License-Identifier: MIT */
/* A source as the user names it, parsed. Any thread; no state. */
#ifndef LEAT_MEDIA_SOURCE_SPEC_H
#define LEAT_MEDIA_SOURCE_SPEC_H

#include "base/quantity.h"

#include <glib.h>
#include <stdbool.h>

typedef enum {
    LEAT_SOURCE_TEST,   /* test, test:WxH, test:WxH@FPS */
    LEAT_SOURCE_CAMERA, /* /dev/videoN, /dev/v4l/by-path/..., or its bus path (usb-..-1.2, PCI:...,
                         * platform:...) */
    LEAT_SOURCE_FILE,   /* a path */
    LEAT_SOURCE_STREAM, /* rtsp://, http://, https:// and other network addresses */
    LEAT_SOURCE_SCREEN, /* screen, screen:DISPLAY */
    LEAT_SOURCE_LAVFI,  /* lavfi:GRAPH */
} LeatSourceKind;

/* Free with leat_source_spec_free. */
typedef struct {
    LeatSourceKind kind;
    char *target;      /* path, address (with its password), display or graph; NULL where none */
    char *shown;       /* the spec as it may be printed and stored: no password */
    int width, height; /* of test:WxH; 0 not given */
    LeatRational rate; /* of test:...@FPS; not set when not given */
} LeatSourceSpec;

/* Looks at the text alone: whether a file or device exists is seen at opening. "file:PATH" forces
 * a file, "camera:DEVICE" a camera. NULL with LEAT_ERROR_INVALID. */
LeatSourceSpec *leat_source_spec_parse(const char *text, GError **error);
LeatSourceSpec *leat_source_spec_copy(const LeatSourceSpec *spec);
void leat_source_spec_free(LeatSourceSpec *spec);

/* "test", "camera", "file", "stream", "screen", "lavfi". */
const char *leat_source_kind_name(LeatSourceKind kind);

/* Live sources go on by themselves and are reopened when they fail; the others end. The test
 * pattern and lavfi count as live in pace but never fail. */
bool leat_source_kind_is_live(LeatSourceKind kind);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(LeatSourceSpec, leat_source_spec_free)

#endif
