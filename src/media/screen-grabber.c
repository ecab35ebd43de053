/* SPDX-License-Identifier: MIT */
#include "media/screen-grabber.h"

#include <dlfcn.h>
#include <libavdevice/avdevice.h>
#include <libavutil/macros.h>
#include <pthread.h>

/* The one whose headers this was built with: another version may register other things. */
#define LIBRARY "libavdevice.so." AV_STRINGIFY(LIBAVDEVICE_VERSION_MAJOR)

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char *fault; /* of the loading; never freed */

static void load(void)
{
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    void (*register_all)(void) = NULL;

    if (library) /* as POSIX has it for functions: dlsym(3) */
        *(void **)&register_all = dlsym(library, "avdevice_register_all");
    if (register_all)
        register_all();
    else
        fault = g_strdup_printf("%s; install the package that has " LIBRARY, dlerror());
}

const AVInputFormat *leat_screen_grabber(char **cause)
{
    const AVInputFormat *grabber;

    pthread_once(&once, load);
    grabber = fault ? NULL : av_find_input_format("x11grab");
    if (!grabber)
        *cause = g_strdup(fault ? fault
                                : "this FFmpeg was built without x11grab; use your system's own");
    return grabber;
}
