/* SPDX-License-Identifier: MIT */
#include "app/session.h"

#include "base/error.h"

void leat_session_options_init(LeatSessionOptions *options)
{
    *options = (LeatSessionOptions){
        .concurrency = LEAT_CONCURRENCY_THREADS,
        .codec = LEAT_CODEC_MJPEG,
    };
}

void leat_session_options_clear(LeatSessionOptions *options)
{
    leat_source_spec_free(options->source);
    g_free(options->pixel_format);
    g_free(options->filter);
    g_free(options->record);
    g_free(options->name);
    g_free(options->trace);
    g_free(options->model);
    g_free(options->model_file);
    leat_session_options_init(options);
}

static bool set_string(char **to, const char *text)
{
    g_free(*to);
    *to = g_strdup(text);
    return true;
}

static bool set_source(LeatSessionOptions *options, const char *text, GError **error)
{
    LeatSourceSpec *source = leat_source_spec_parse(text, error);
    if (!source)
        return false;
    leat_source_spec_free(options->source);
    options->source = source;
    return true;
}

/* The number of the choice that `text` names, or -1 with an error that lists them. */
static int choose(const char *text, const char *const choices[2], GError **error)
{
    for (int i = 0; i < 2; i++) {
        if (g_str_equal(text, choices[i]))
            return i;
    }
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID, "'%s' is not one of %s, %s", text,
                choices[0], choices[1]);
    return -1;
}

static bool set_concurrency(LeatSessionOptions *options, const char *text, GError **error)
{
    int choice = choose(text, (const char *const[]){"none", "threads"}, error);
    if (choice < 0)
        return false;
    options->concurrency = choice == 0 ? LEAT_CONCURRENCY_NONE : LEAT_CONCURRENCY_THREADS;
    return true;
}

static bool set_pace(LeatSessionOptions *options, const char *text, GError **error)
{
    int choice = choose(text, (const char *const[]){"live", "fast"}, error);
    if (choice < 0)
        return false;
    options->pace = choice == 0 ? LEAT_PACE_LIVE : LEAT_PACE_FAST;
    options->pace_set = true;
    return true;
}

static bool set_duration(LeatSessionOptions *options, const char *text, GError **error)
{
    int64_t duration_ns = 0;
    if (!leat_parse_duration(text, &duration_ns, error))
        return false;
    if (duration_ns <= 0) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                    "a duration of nothing; leave the option out for no limit");
        return false;
    }
    options->duration_ns = duration_ns;
    return true;
}

static bool set_quality(LeatSessionOptions *options, const char *text, GError **error)
{
    int64_t quality = 0;
    if (!leat_parse_integer(text, 1, 100, &quality, error))
        return false;
    options->quality = (int)quality;
    return true;
}

static bool set_by_name(LeatSessionOptions *options, const char *name, const char *text,
                        GError **error)
{
    if (g_str_equal(name, "source"))
        return set_source(options, text, error);
    if (g_str_equal(name, "size"))
        return leat_parse_size(text, &options->width, &options->height, error);
    if (g_str_equal(name, "rate"))
        return leat_parse_rate(text, &options->rate, error);
    if (g_str_equal(name, "pixel-format"))
        return set_string(&options->pixel_format, text);
    if (g_str_equal(name, "filter"))
        return set_string(&options->filter, text);
    if (g_str_equal(name, "record"))
        return set_string(&options->record, text);
    if (g_str_equal(name, "name"))
        return set_string(&options->name, text);
    if (g_str_equal(name, "record-rate"))
        return leat_parse_rate(text, &options->record_rate, error);
    if (g_str_equal(name, "codec"))
        return leat_codec_parse(text, &options->codec, error);
    if (g_str_equal(name, "quality"))
        return set_quality(options, text, error);
    if (g_str_equal(name, "duration"))
        return set_duration(options, text, error);
    if (g_str_equal(name, "frames"))
        return leat_parse_integer(text, 1, INT64_MAX, &options->frames, error);
    if (g_str_equal(name, "concurrency"))
        return set_concurrency(options, text, error);
    if (g_str_equal(name, "pace"))
        return set_pace(options, text, error);
    if (g_str_equal(name, "model"))
        return set_string(&options->model, text);
    if (g_str_equal(name, "model-file"))
        return set_string(&options->model_file, text);
    if (g_str_equal(name, "trace"))
        return set_string(&options->trace, text);
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID, "no such option");
    return false;
}

bool leat_session_options_set(LeatSessionOptions *options, const char *name, const char *text,
                              GError **error)
{
    if (set_by_name(options, name, text, error))
        return true;
    g_prefix_error(error, "--%s: ", name);
    return false;
}
