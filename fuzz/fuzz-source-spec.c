/* SPDX-License-Identifier: MIT */
/* Source specs come from the command line, from settings and from files that others wrote. */
#include "media/source-spec.h"

#include <glib.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_strndup((const char *)data, size);
    g_autoptr(GError) error = NULL;
    g_autoptr(LeatSourceSpec) spec = leat_source_spec_parse(text, &error);

    g_assert((spec != NULL) != (error != NULL));
    if (!spec)
        return 0;
    g_assert_true(g_utf8_validate(spec->shown, -1, NULL));
    g_assert_cmpint(spec->width, >=, 0);
    g_assert_cmpint(spec->width, <=, LEAT_MAX_EDGE);
    g_assert_nonnull(leat_source_kind_name(spec->kind));

    g_autoptr(LeatSourceSpec) copy = leat_source_spec_copy(spec);
    g_assert_cmpstr(copy->target, ==, spec->target);
    g_assert_cmpstr(copy->shown, ==, spec->shown);
    return 0;
}
