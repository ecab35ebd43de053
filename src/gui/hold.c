/* SPDX-License-Identifier: MIT */
#include "gui/hold.h"

#include <gio/gio.h>

void leat_hold_begin(void)
{
    GApplication *application = g_application_get_default();

    if (application)
        g_application_hold(application);
}

void leat_hold_end(void *data)
{
    GApplication *application = g_application_get_default();

    if (application)
        g_application_release(application);
}
