/* SPDX-License-Identifier: MIT */
#include "base/address.h"

#include <string.h>

#define HIDDEN "***"

/* A secret shorter than this is only hidden in a message where it stands as a word of its own:
 * hiding every "1" would leave nothing to read. */
#define SHORT_SECRET 4

static const char *const secret_names[] = {"password", "passwd", "pwd",  "pass",     "token",
                                           "key",      "secret", "auth", "signature"};

/* Bytes `start` up to `end` of a text. */
typedef struct {
    size_t start, end;
} Span;

static bool is_scheme_byte(char c)
{
    return g_ascii_isalnum(c) || c == '+' || c == '-' || c == '.';
}

bool leat_address_is_one(const char *text)
{
    const char *end = text;

    if (!g_ascii_isalpha(*text))
        return false;
    while (is_scheme_byte(*end))
        end++;
    return g_str_has_prefix(end, "://");
}

static char *percent_decoded(const char *text, size_t length)
{
    GString *decoded = g_string_sized_new(length);

    for (size_t i = 0; i < length; i++) {
        if (text[i] == '%' && i + 2 < length && g_ascii_isxdigit(text[i + 1]) &&
            g_ascii_isxdigit(text[i + 2])) {
            int byte = g_ascii_xdigit_value(text[i + 1]) * 16 + g_ascii_xdigit_value(text[i + 2]);

            g_string_append_c(decoded, (char)byte);
            i += 2;
        } else {
            g_string_append_c(decoded, text[i]);
        }
    }
    return g_string_free(decoded, FALSE);
}

/* True for "password", "api_key", "X-Amz-Signature", "accesstoken". */
static bool names_a_secret(const char *text, size_t length)
{
    char *name = percent_decoded(text, length);
    char **words;
    bool secret = false;

    for (char *c = name; *c; c++)
        *c = g_ascii_isalnum(*c) ? g_ascii_tolower(*c) : ' ';
    words = g_strsplit(name, " ", -1);
    for (size_t w = 0; words[w]; w++)
        for (size_t s = 0; s < G_N_ELEMENTS(secret_names); s++)
            secret |= g_str_has_suffix(words[w], secret_names[s]);
    g_strfreev(words);
    g_free(name);
    return secret;
}

static void add_span(GArray *spans, size_t start, size_t end)
{
    Span span = {start, end};

    if (start < end)
        g_array_append_val(spans, span);
}

/* The password in what follows a "://" at `start`. */
static void find_password(const char *text, size_t start, GArray *spans)
{
    const char *authority = text + start;
    size_t length = strcspn(authority, "/?#");
    const char *at = memrchr(authority, '@', length);
    const char *colon = memchr(authority, ':', length);

    if (!at && colon && *authority != '[' &&
        strspn(colon + 1, "0123456789") < (size_t)(authority + length - colon - 1)) {
        /* No port looks like this: a password with an unescaped '/', '?' or '#' in it. */
        at = strrchr(colon, '@');
    }
    if (at && colon && colon < at)
        add_span(spans, (size_t)(colon + 1 - text), (size_t)(at - text));
}

/* The values of secret parameters in what follows `start`. Some cameras take them in the path
 * ("rtsp://host/user=a&password=b"), so it is searched as well. */
static void find_parameters(const char *text, size_t start, GArray *spans)
{
    const char *query = strchr(text + start, '?');

    for (const char *equals = strchr(text + start, '='); equals; equals = strchr(equals + 1, '=')) {
        const char *name = equals;

        while (name > text + start && !strchr("/?&;#=", name[-1]))
            name--;
        if (names_a_secret(name, (size_t)(equals - name))) {
            const char *value = equals + 1;
            size_t length = strcspn(value, query && query < equals ? "&;#" : "/?&;#");

            add_span(spans, (size_t)(value - text), (size_t)(value + length - text));
        }
    }
}

static int compare_spans(const void *a, const void *b)
{
    size_t left = ((const Span *)a)->start, right = ((const Span *)b)->start;

    return (left > right) - (left < right);
}

/* The secrets of all addresses in `text` (one may hold another: "cache:http://..."), in order and
 * apart from each other. */
static GArray *find_secrets(const char *text)
{
    GArray *spans = g_array_new(FALSE, FALSE, sizeof(Span));
    const char *mark = text;
    guint kept = 0;

    while ((mark = strstr(mark, "://"))) {
        size_t start = (size_t)(mark + 3 - text);

        if (mark > text && is_scheme_byte(mark[-1])) {
            find_password(text, start, spans);
            find_parameters(text, start, spans);
        }
        mark += 3;
    }
    g_array_sort(spans, compare_spans);
    for (guint i = 0; i < spans->len; i++) {
        Span span = g_array_index(spans, Span, i);
        Span *last = kept > 0 ? &g_array_index(spans, Span, kept - 1) : NULL;

        if (last && span.start <= last->end)
            last->end = MAX(last->end, span.end);
        else
            g_array_index(spans, Span, kept++) = span;
    }
    g_array_set_size(spans, kept);
    return spans;
}

char *leat_address_redact(const char *text)
{
    GArray *secrets = find_secrets(text);
    GString *shown = g_string_new(NULL);
    size_t done = 0;

    for (guint i = 0; i < secrets->len; i++) {
        Span secret = g_array_index(secrets, Span, i);

        g_string_append_len(shown, text + done, (gssize)(secret.start - done));
        g_string_append(shown, HIDDEN);
        done = secret.end;
    }
    g_string_append(shown, text + done);
    g_array_unref(secrets);
    return g_string_free(shown, FALSE);
}

static bool stands_alone(const char *text, const char *at, size_t length)
{
    return (at == text || !g_ascii_isalnum(at[-1])) && !g_ascii_isalnum(at[length]);
}

/* The longest of `secrets` that `at` starts with, as its length; 0 for none. */
static size_t match_secret(const GPtrArray *secrets, const char *text, const char *at)
{
    size_t longest = 0;

    for (guint i = 0; i < secrets->len; i++) {
        const char *secret = g_ptr_array_index(secrets, i);
        size_t length = strlen(secret);

        if (length > longest && strncmp(at, secret, length) == 0 &&
            (length >= SHORT_SECRET || stands_alone(text, at, length)))
            longest = length;
    }
    return longest;
}

char *leat_address_redact_in(const char *message, const char *address)
{
    GArray *spans = find_secrets(address);
    GPtrArray *secrets = g_ptr_array_new_with_free_func(g_free);
    char *redacted = leat_address_redact(address);
    size_t address_length = strlen(address);
    GString *shown = g_string_new(NULL);

    /* Libraries quote a password as it was written and as it was meant. */
    for (guint i = 0; i < spans->len; i++) {
        Span span = g_array_index(spans, Span, i);

        g_ptr_array_add(secrets, g_strndup(address + span.start, span.end - span.start));
        g_ptr_array_add(secrets, percent_decoded(address + span.start, span.end - span.start));
    }
    for (const char *at = message; *at;) {
        size_t length;

        if (spans->len > 0 && strncmp(at, address, address_length) == 0) {
            g_string_append(shown, redacted);
            at += address_length;
        } else if ((length = match_secret(secrets, message, at)) > 0) {
            g_string_append(shown, HIDDEN);
            at += length;
        } else {
            g_string_append_c(shown, *at++);
        }
    }
    g_free(redacted);
    g_ptr_array_unref(secrets);
    g_array_unref(spans);
    return g_string_free(shown, FALSE);
}
