/* SPDX-License-Identifier: MIT */
#include "media/source-spec.h"

#include "base/address.h"
#include "base/error.h"

#include <string.h>

#define FORMS                                                                                   \
    "test, test:640x480@30, /dev/video0, a file, rtsp://..., http://..., screen, screen::0 or " \
    "lavfi:GRAPH"

/* The rest of `text` after `prefix`, or NULL. */
static const char *after(const char *text, const char *prefix)
{
    size_t length = strlen(prefix);
    return strncmp(text, prefix, length) == 0 ? text + length : NULL;
}

/* What V4L2 calls bus_info. A USB camera's ends in the numbers of its ports, which tells it from a
 * file whose name starts alike. */
static bool is_bus_path(const char *text)
{
    if (after(text, "platform:") || after(text, "PCI:"))
        return true;
    /* An expression takes long to make. */
    return g_str_has_prefix(text, "usb-") &&
           g_regex_match_simple("^usb-[^/]*-[0-9]+(\\.[0-9]+)*(#.*)?$", text, G_REGEX_RAW, 0);
}

/* A graph may open an address itself (movie=), with its colons escaped. */
static char *redact_graph(const char *graph)
{
    g_autoptr(GRegex) password =
        g_regex_new("(//[^/@:\\s]*)[^/@\\s]*@", G_REGEX_RAW | G_REGEX_OPTIMIZE, 0, NULL);
    return g_regex_replace(password, graph, -1, 0, "\\1:***@", 0, NULL);
}

static LeatSourceSpec *make(LeatSourceKind kind, const char *target, char *shown)
{
    LeatSourceSpec *spec = g_new0(LeatSourceSpec, 1);
    spec->kind = kind;
    spec->target = g_strdup(target);
    /* It goes into JSON and databases, which take UTF-8 only. */
    spec->shown = g_utf8_make_valid(shown, -1);
    g_free(shown);
    return spec;
}

static LeatSourceSpec *parse_test(const char *text, const char *format, GError **error)
{
    g_autoptr(LeatSourceSpec) spec = make(LEAT_SOURCE_TEST, NULL, g_strdup(text));
    if (!format)
        return g_steal_pointer(&spec);
    g_auto(GStrv) parts = g_strsplit(format, "@", 2);
    const char *size = parts[0] ? parts[0] : "";
    if (!leat_parse_size(size, &spec->width, &spec->height, error) ||
        (parts[0] && parts[1] && !leat_parse_rate(parts[1], &spec->rate, error))) {
        g_prefix_error(error, "bad source '%s': ", spec->shown);
        return NULL;
    }
    return g_steal_pointer(&spec);
}

static LeatSourceSpec *parse_file_address(const char *text, GError **error)
{
    g_autoptr(GError) cause = NULL;
    g_autofree char *host = NULL;
    g_autofree char *path = g_filename_from_uri(text, &host, &cause);
    if (path && (!host || strcmp(host, "localhost") == 0))
        return make(LEAT_SOURCE_FILE, path, g_strdup(path));

    g_autofree char *shown = g_utf8_make_valid(text, -1);
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                "bad source '%s': %s; give the file's path instead", shown,
                cause ? cause->message : "the file is on another machine");
    return NULL;
}

/* `rest` is what follows the prefix of a kind that needs it. */
static LeatSourceSpec *parse_prefixed(LeatSourceKind kind, const char *text, const char *rest,
                                      const char *example, GError **error)
{
    if (rest[0] == '\0') {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                    "bad source '%s': nothing follows the colon; write it like %s", text, example);
        return NULL;
    }
    return make(kind, rest, kind == LEAT_SOURCE_LAVFI ? redact_graph(text) : g_strdup(text));
}

LeatSourceSpec *leat_source_spec_parse(const char *text, GError **error)
{
    const char *rest;

    if (!text || text[0] == '\0') {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                    "bad source '': it is empty; give one of " FORMS);
        return NULL;
    }
    if (strcmp(text, "test") == 0)
        return parse_test(text, NULL, error);
    if ((rest = after(text, "test:")))
        return parse_test(text, rest, error);
    if (strcmp(text, "screen") == 0)
        return make(LEAT_SOURCE_SCREEN, NULL, g_strdup(text));
    if ((rest = after(text, "screen:")))
        return parse_prefixed(LEAT_SOURCE_SCREEN, text, rest, "screen::0", error);
    if ((rest = after(text, "lavfi:")))
        return parse_prefixed(LEAT_SOURCE_LAVFI, text, rest, "lavfi:testsrc=rate=30", error);
    if ((rest = after(text, "camera:")))
        return parse_prefixed(LEAT_SOURCE_CAMERA, text, rest, "camera:/dev/video0", error);
    if (after(text, "/dev/video") || after(text, "/dev/v4l/") || is_bus_path(text))
        return make(LEAT_SOURCE_CAMERA, text, g_strdup(text));
    if (after(text, "file://"))
        return parse_file_address(text, error);
    if ((rest = after(text, "file:")))
        return parse_prefixed(LEAT_SOURCE_FILE, text, rest, "file:clip.mp4", error);
    if (leat_address_is_one(text))
        return make(LEAT_SOURCE_STREAM, text, leat_address_redact(text));
    return make(LEAT_SOURCE_FILE, text, g_strdup(text));
}

LeatSourceSpec *leat_source_spec_copy(const LeatSourceSpec *spec)
{
    LeatSourceSpec *copy = g_new(LeatSourceSpec, 1);
    *copy = *spec;
    copy->target = g_strdup(spec->target);
    copy->shown = g_strdup(spec->shown);
    return copy;
}

void leat_source_spec_free(LeatSourceSpec *spec)
{
    if (!spec)
        return;
    g_free(spec->target);
    g_free(spec->shown);
    g_free(spec);
}

const char *leat_source_kind_name(LeatSourceKind kind)
{
    switch (kind) {
    case LEAT_SOURCE_TEST:
        return "test";
    case LEAT_SOURCE_CAMERA:
        return "camera";
    case LEAT_SOURCE_FILE:
        return "file";
    case LEAT_SOURCE_STREAM:
        return "stream";
    case LEAT_SOURCE_SCREEN:
        return "screen";
    case LEAT_SOURCE_LAVFI:
        return "lavfi";
    }
    g_assert_not_reached();
}

bool leat_source_kind_is_live(LeatSourceKind kind)
{
    return kind != LEAT_SOURCE_FILE;
}
