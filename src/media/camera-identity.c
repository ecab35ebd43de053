/* SPDX-License-Identifier: MIT */
#include "media/camera-identity.h"

#include <string.h>

bool leat_camera_identity_parse(const char *text, LeatCameraIdentity *identity)
{
    size_t bus = strcspn(text, "#");
    guint64 index = 0;

    *identity = (LeatCameraIdentity){.index = -1};
    if (bus == 0 || bus >= sizeof identity->bus)
        return false;
    memcpy(identity->bus, text, bus);
    if (text[bus] == '\0')
        return true;

    g_auto(GStrv) parts = g_strsplit(text + bus + 1, " ", 2);
    if (!parts[0] || !g_ascii_string_to_unsigned(parts[0], 10, 0, G_MAXINT, &index, NULL))
        return false;
    identity->index = (int)index;
    return !parts[1] ||
           g_strlcpy(identity->card, parts[1], sizeof identity->card) < sizeof identity->card;
}

char *leat_camera_identity_text(const LeatCameraIdentity *identity)
{
    if (identity->index < 0)
        return g_strdup(identity->bus);
    return g_strdup_printf("%s#%d%s%s", identity->bus, identity->index,
                           identity->card[0] ? " " : "", identity->card);
}

bool leat_camera_identity_matches(const LeatCameraIdentity *wanted, const LeatCameraIdentity *found)
{
    if (!g_str_equal(wanted->bus, found->bus))
        return false;
    if (wanted->card[0] && !g_str_equal(wanted->card, found->card))
        return false;
    return wanted->index < 0 || found->index < 0 || wanted->index == found->index;
}
