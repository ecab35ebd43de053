/* SPDX-License-Identifier: MIT */
#include "base/address.h"
#include "base/clock.h"
#include "base/error.h"
#include "media/libav.h"
#include "media/source-input.h"

#include <errno.h>
#include <string.h>

typedef struct {
    int result;
    const char *cause; /* NULL: FFmpeg's text */
    const char *way_out;
} Hint;

static const Hint stream_hints[] = {
    {AVERROR(ECONNREFUSED), "connection refused", "is the server running, and is the port right?"},
    {AVERROR(EHOSTUNREACH), "no route to the host", "check the address and the network"},
    {AVERROR(ENETUNREACH), "the network cannot be reached", "check the address and the network"},
    {AVERROR(ETIMEDOUT), "no answer", "check the address, the network and the firewall"},
    {AVERROR(ECONNRESET), "the server cut the connection", "look into the server's log"},
    {AVERROR_HTTP_NOT_FOUND, "the server has nothing under this path (404)",
     "check the part after the host"},
    {AVERROR_HTTP_UNAUTHORIZED,
     "the server asks for a user and password, or refuses those given (401)",
     "write them as in rtsp://USER:PASSWORD@HOST/"},
    {AVERROR_HTTP_FORBIDDEN, "the server forbids it (403)", "ask who runs the server"},
    {AVERROR_INVALIDDATA, "what the server sends is not a video that FFmpeg can read",
     "check the address"},
    {AVERROR_EOF, "the server ended it before a picture came", "look into the server's log"},
    {AVERROR(EIO), "the connection failed", "check the address and whether the server is running"},
};

static const Hint file_hints[] = {
    {AVERROR_INVALIDDATA, "not a video that FFmpeg can read, or damaged from the start",
     "play it elsewhere, or get it again"},
    {AVERROR_EOF, "it ends before a picture came", "get it again"},
    {AVERROR(EIO), NULL, "check the disk (dmesg)"},
    {AVERROR(EACCES), "permission denied", "ask its owner to let you read it (chmod +r)"},
};

static const Hint screen_hints[] = {
    {AVERROR(EIO), "there is no such display, or it does not let this program in",
     "name one that runs, as in screen::0"},
    {AVERROR(EINVAL), NULL, "ask for a size that fits on the screen"},
};

static const Hint *find(const Hint *hints, size_t count, int result)
{
    for (size_t i = 0; i < count; i++)
        if (hints[i].result == result)
            return &hints[i];
    return NULL;
}

static const Hint *hint_for(LeatSourceKind kind, int result)
{
    if (kind == LEAT_SOURCE_STREAM)
        return find(stream_hints, G_N_ELEMENTS(stream_hints), result);
    if (kind == LEAT_SOURCE_SCREEN)
        return find(screen_hints, G_N_ELEMENTS(screen_hints), result);
    return find(file_hints, G_N_ELEMENTS(file_hints), result);
}

/* The last line of what libav said, in brackets, without the address's password. */
static char *quote(const LeatInput *input, const char *heard)
{
    g_autofree char *text = g_strchomp(g_strdup(heard ? heard : ""));
    if (!*text)
        return g_strdup("");
    const char *line = strrchr(text, '\n');
    line = line ? line + 1 : text;
    g_autofree char *safe = input->spec->kind == LEAT_SOURCE_STREAM
                                ? leat_address_redact_in(line, input->spec->target)
                                : g_strdup(line);
    return g_strdup_printf(" (%s)", safe);
}

bool leat_input_fail(const LeatInput *input, GError **error, const char *verb, int result,
                     const char *heard)
{
    char text[AV_ERROR_MAX_STRING_SIZE];
    const char *kind = leat_source_kind_name(input->spec->kind);

    if (!leat_cancel_check(input->interrupt.cancel, error))
        return false;
    if (input->interrupt.late) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_LOST,
                    "cannot %s %s %s: no answer within %d s; check the address, the network and "
                    "the firewall",
                    verb, kind, input->spec->shown, (int)(LEAT_INPUT_PATIENCE_NS / LEAT_NS_PER_S));
        return false;
    }
    const Hint *hint = hint_for(input->spec->kind, result);
    const char *cause =
        hint && hint->cause ? hint->cause : leat_av_error_text(result, text, sizeof text);
    bool is_vague =
        !hint || !hint->cause || result == AVERROR_INVALIDDATA || result == AVERROR(EIO);
    g_autofree char *quoted = quote(input, is_vague ? heard : NULL);
    /* What a disk calls an I/O error is a connection that broke. */
    int code = result == AVERROR(EIO) && input->spec->kind == LEAT_SOURCE_STREAM
                   ? (int)LEAT_ERROR_LOST
                   : leat_av_error_code(result);
    g_set_error(error, LEAT_ERROR, code, "cannot %s %s %s: %s%s%s%s", verb, kind,
                input->spec->shown, cause, quoted, hint ? "; " : "", hint ? hint->way_out : "");
    return false;
}
