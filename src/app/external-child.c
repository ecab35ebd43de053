/* SPDX-License-Identifier: MIT */
#include "app/external-child.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* As shells have it. */
enum { CANNOT_RUN = 126, NOT_FOUND = 127, NO_PARENT = 125 };

int leat_external_child_main(char **arguments)
{
    int failure;

    if (!arguments[0] || !arguments[1]) {
        fputs("started without a program\n", stderr);
        return NO_PARENT;
    }
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != strtol(arguments[0], NULL, 10))
        return NO_PARENT;
    setsid();
    /* Ignored signals stay ignored in a program that is run. */
    signal(SIGPIPE, SIG_DFL);
    execvp(arguments[1], arguments + 1);
    failure = errno;
    fprintf(stderr, "cannot run '%s': %s\n", arguments[1], strerror(failure));
    return failure == ENOENT ? NOT_FOUND : CANNOT_RUN;
}
