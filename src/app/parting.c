/* SPDX-License-Identifier: MIT */
#include "app/parting.h"

#include <glib.h>

struct LeatParting {
    void *object;
    void (*free_object)(void *object);
    LeatGoneFunc gone;
    void *data;
};

LeatParting *leat_parting_new(void *object, void (*free_object)(void *object), LeatGoneFunc gone,
                              void *data)
{
    LeatParting *parting = g_new(LeatParting, 1);

    *parting = (LeatParting){object, free_object, gone, data};
    return parting;
}

void leat_parting_end(void *data)
{
    LeatParting *parting = data;

    parting->free_object(parting->object);
    parting->gone(parting->data);
    g_free(parting);
}
