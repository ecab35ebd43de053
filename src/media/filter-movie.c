/* SPDX-License-Identifier: MIT */
/* libavfilter opens the movies in a graph ("movie=logo.mkv") while it reads the graph's text, deaf
 * to any cancel, so only what answers at once may be one. */
#include "media/filter-internal.h"

#include <libavutil/avstring.h>
#include <libavutil/mem.h>
#include <libavutil/opt.h>
#include <string.h>
#include <sys/stat.h>

static bool is_movie(const char *description)
{
    const size_t length = strcspn(description, "=@ \n\t\r");

    return (length == strlen("movie") && g_str_has_prefix(description, "movie")) ||
           (length == strlen("amovie") && g_str_has_prefix(description, "amovie"));
}

/* The option "filename", or the first one that has no name. To be freed with av_free. */
static char *file_name(const char *description)
{
    const char *arguments = strchr(description, '=');
    char *options, *found = NULL;

    if (!arguments)
        return NULL;
    arguments++;
    options = av_get_token(&arguments, "[],;");
    for (const char *at = options; at && *at && !found;) {
        const bool first = at == options;
        char *key = NULL, *value = NULL;

        if (av_opt_get_key_value(&at, "=", ":", AV_OPT_FLAG_IMPLICIT_KEY, &key, &value) < 0)
            break;
        if (key ? strcmp(key, "filename") == 0 : first) {
            found = value;
            value = NULL;
        }
        av_free(key);
        av_free(value);
        at += *at == ':';
    }
    av_free(options);
    return found;
}

static char *refusal_of(const char *name)
{
    const char *path = g_str_has_prefix(name, "file:") ? name + strlen("file:") : name;
    struct stat about;

    if (stat(path, &about) == 0 && S_ISREG(about.st_mode))
        return NULL;
    return g_strdup_printf(
        "a movie inside a graph must be a file, and '%s' is none; open an address "
        "or a device as the source itself, and give the rest as its filter",
        name);
}

char *leat_filter_movie_refusal(const char *text)
{
    char *refusal = NULL;
    int length = 0;

    for (int index = 0, place; !refusal; index++) {
        place = leat_filter_place(text, index, &length);
        if (place < 0)
            break;
        g_autofree char *description = g_strndup(text + place, (size_t)length);
        char *name = is_movie(description) ? file_name(description) : NULL;
        if (name)
            refusal = refusal_of(name);
        av_free(name);
    }
    return refusal;
}
