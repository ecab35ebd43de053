/* SPDX-License-Identifier: MIT */
/* What each file of the window includes, read once for all of them where -Db_pch=true asks for it:
 * it takes the compiler longer than the file itself. Each still includes what it uses, as builds
 * without it check. */
#ifndef LEAT_GUI_PCH_H
#define LEAT_GUI_PCH_H

#include <adwaita.h>
#include <glib/gi18n.h>

#endif
