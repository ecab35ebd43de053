/* SPDX-License-Identifier: MIT */
/* What can be opened here. */
#include "media/camera.h"
#include "media/source.h"

#include <unistd.h>

static void free_info(void *data)
{
    LeatSourceInfo *info = data;

    g_free(info->spec);
    g_free(info->name);
    g_strfreev(info->formats);
    g_free(info->bus);
    g_free(info);
}

static LeatSourceInfo *add(GPtrArray *list, const char *spec, LeatSourceKind kind, const char *name)
{
    LeatSourceInfo *info = g_new0(LeatSourceInfo, 1);

    info->spec = g_strdup(spec);
    info->kind = kind;
    info->name = g_strdup(name);
    g_ptr_array_add(list, info);
    return info;
}

static char **formats_of(int fd)
{
    g_autoptr(GArray) modes = leat_camera_modes(fd, NULL);
    char **formats = g_new0(char *, modes->len + 1);

    for (guint i = 0; i < modes->len; i++)
        formats[i] = leat_camera_mode_text(&g_array_index(modes, LeatCameraMode, i));
    return formats;
}

static void add_cameras(GPtrArray *list)
{
    g_auto(GStrv) paths = leat_camera_paths();

    for (char **path = paths; *path; path++) {
        LeatCameraIdentity identity;
        int fd = leat_camera_open(*path, *path, &identity, NULL);
        if (fd < 0)
            continue;
        LeatSourceInfo *info = add(list, *path, LEAT_SOURCE_CAMERA, identity.card);
        info->formats = formats_of(fd);
        info->bus = g_strdup(identity.bus);
        close(fd);
    }
}

GPtrArray *leat_source_list(void)
{
    GPtrArray *list = g_ptr_array_new_with_free_func(free_info);
    const char *display = g_getenv("DISPLAY");
    const char *const any_size[] = {"yuv420p 640x480@30", NULL};

    add_cameras(list);
    LeatSourceInfo *test = add(list, "test", LEAT_SOURCE_TEST, "Test pattern");
    test->formats = g_strdupv((char **)any_size);
    if (display && *display) {
        LeatSourceInfo *screen = add(list, "screen", LEAT_SOURCE_SCREEN, "Screen");
        screen->formats = g_new0(char *, 1);
    }
    return list;
}
