/* SPDX-License-Identifier: MIT */
#include "compute/work.h"

#include "base/error.h"

#include <string.h>

const LeatWorkKind *leat_work_kind_find(const LeatWorkKind *const *kinds, const char *name,
                                        GError **error)
{
    GString *names;

    for (size_t i = 0; kinds[i]; i++)
        if (strcmp(kinds[i]->name, name) == 0)
            return kinds[i];
    names = g_string_new(NULL);
    for (size_t i = 0; kinds[i]; i++)
        g_string_append_printf(names, "%s'%s'", i > 0 ? ", " : "", kinds[i]->name);
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND, "no work kind '%s'; there are: %s", name,
                names->len > 0 ? names->str : "none");
    g_string_free(names, TRUE);
    return NULL;
}
