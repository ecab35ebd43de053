/* SPDX-License-Identifier: MIT */
/* The program: the command line, with the studio behind its verb. It stands above the layers, since
 * neither front end may know the other. */
#include "cli/cli.h"

#ifdef LEAT_STUDIO
#include "gui/gui.h"

static int open_studio(const char *file, const char *source)
{
    const LeatGuiOptions options = {.file = file, .source = source};

    return leat_gui_run(&options);
}
#else
#include "base/log.h"

static int open_studio(const char *file, const char *source)
{
    leat_log(LEAT_LOG_ERROR,
             "cannot open a window: this leat was built without one; use 'leat run', "
             "or build it with -Dstudio=true");
    return LEAT_CLI_FAILED;
}
#endif

int main(int argc, char **argv)
{
    return leat_cli_main(argc, argv, open_studio);
}
