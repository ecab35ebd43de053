/* SPDX-License-Identifier: MIT */
/* leat sources */
#include "cli/json.h"
#include "cli/table.h"
#include "cli/verb.h"
#include "media/source.h"

#include <stdio.h>

/* A camera may have dozens; a line has room for a few. */
#define FORMATS_SHOWN 3

static void print_json(const GPtrArray *sources)
{
    JsonBuilder *builder = json_builder_new();

    json_builder_begin_array(builder);
    for (guint i = 0; i < sources->len; i++) {
        const LeatSourceInfo *source = g_ptr_array_index(sources, i);

        json_builder_begin_object(builder);
        leat_json_text(builder, "spec", source->spec);
        leat_json_text(builder, "kind", leat_source_kind_name(source->kind));
        leat_json_text(builder, "name", source->name);
        json_builder_set_member_name(builder, "formats");
        json_builder_begin_array(builder);
        for (char **format = source->formats; *format; format++)
            json_builder_add_string_value(builder, *format);
        json_builder_end_array(builder);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
    leat_json_print(builder);
}

static char *formats_text(char **formats)
{
    GString *text = g_string_new(NULL);
    guint count = g_strv_length(formats);

    for (guint i = 0; i < MIN(count, FORMATS_SHOWN); i++)
        g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", formats[i]);
    if (count > FORMATS_SHOWN)
        g_string_append_printf(text, " and %u more", count - FORMATS_SHOWN);
    return g_string_free(text, FALSE);
}

static void print_table(const GPtrArray *sources)
{
    LeatTable *table = leat_table_new("SOURCE", "KIND", "NAME", "FORMATS", NULL);
    bool camera = false;

    for (guint i = 0; i < sources->len; i++) {
        const LeatSourceInfo *source = g_ptr_array_index(sources, i);

        camera |= source->kind == LEAT_SOURCE_CAMERA;
        leat_table_add(table, source->spec);
        leat_table_add(table, leat_source_kind_name(source->kind));
        leat_table_add(table, source->name);
        leat_table_take(table, formats_text(source->formats));
    }
    leat_table_print(table, "");
    if (!camera)
        printf("\nNo camera was found. Plug one in, and see that you may read /dev/video*.\n");
    printf("\nFiles and addresses (rtsp://, http://, https://) are sources too.\n");
}

static int list_sources(const LeatVerb *verb, int argc, char **argv)
{
    gboolean json = FALSE;
    const GOptionEntry entries[] = {
        {"json", 0, 0, G_OPTION_ARG_NONE, &json, "Print a JSON array, with every format", NULL},
        {NULL},
    };
    GPtrArray *sources;
    int status;

    if (!leat_verb_parse(verb, entries, NULL, &argc, &argv, &status))
        return status;
    sources = leat_source_list();
    if (json)
        print_json(sources);
    else
        print_table(sources);
    g_ptr_array_unref(sources);
    return LEAT_CLI_DONE;
}

const LeatVerb leat_verb_sources = {
    .name = "sources",
    .arguments = "",
    .summary = "Lists the cameras of this machine and what else can be a source.",
    .details = "The first column is what 'leat run --source' takes.\n",
    .run = list_sources,
};
