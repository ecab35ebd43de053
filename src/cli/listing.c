/* SPDX-License-Identifier: MIT */
#include "cli/listing.h"

#include "cli/json.h"

#include <stdio.h>

static void print_json(const LeatListing *listing, const GPtrArray *items)
{
    JsonBuilder *builder = json_builder_new();

    json_builder_begin_array(builder);
    for (guint i = 0; i < items->len; i++) {
        json_builder_begin_object(builder);
        listing->add_members(builder, items->pdata[i]);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
    leat_json_print(builder);
}

static void print_table(const LeatListing *listing, const GPtrArray *items)
{
    LeatTable *table = listing->make_table();

    for (guint i = 0; i < items->len; i++)
        listing->add_row(table, items->pdata[i]);
    leat_table_print(table, "");
}

int leat_listing_print(const LeatListing *listing, const char *path, bool json)
{
    GError *error = NULL;
    g_autoptr(LeatStore) store = leat_store_open(path, NULL, &error);
    g_autoptr(GPtrArray) items = store ? listing->read(store, &error) : NULL;

    if (!items)
        return leat_verb_fail(error);
    if (json)
        print_json(listing, items);
    else if (items->len == 0)
        printf("No %s in %s yet.\n", listing->what, path);
    else
        print_table(listing, items);
    return LEAT_CLI_DONE;
}

int leat_listing_run(const LeatListing *listing, const LeatVerb *verb, int argc, char **argv)
{
    gboolean json = FALSE;
    const GOptionEntry entries[] = {
        {"json", 0, 0, G_OPTION_ARG_NONE, &json, "Print a JSON array", NULL},
        {NULL},
    };
    int status;

    if (!leat_verb_parse(verb, entries, NULL, &argc, &argv, &status))
        return status;
    return leat_listing_print(listing, argv[1], json);
}
