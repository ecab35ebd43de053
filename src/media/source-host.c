/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/error.h"
#include "concurrency/process.h"
#include "media/source-input.h"

#include <fcntl.h>
#include <netdb.h>
#include <string.h>
#include <unistd.h>

static bool needs_lookup(const char *host)
{
    struct addrinfo numeric = {.ai_flags = AI_NUMERICHOST};
    struct addrinfo *found = NULL;
    if (host[0] == '\0' || strcmp(host, "localhost") == 0)
        return false;
    if (getaddrinfo(host, NULL, &numeric, &found) != 0)
        return true;
    freeaddrinfo(found);
    return false;
}

/* 1: found, 0: not found, -1: cancelled, -2: no answer in time, -3: cannot tell. */
static int look_up(const char *host, LeatCancel *cancel)
{
    const char *const argv[] = {"getent", "--", "ahosts", host, NULL};
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    LeatProcessFd fds[] = {{nowhere, 0}, {nowhere, 1}, {nowhere, 2}};
    LeatProcessOptions options = {.fds = fds, .fd_count = nowhere < 0 ? 0 : G_N_ELEMENTS(fds)};
    LeatProcess *process = leat_process_start(argv, &options, NULL);
    LeatProcessEnd end = {0};
    int result = -3;

    if (process) {
        switch (leat_process_join(process, cancel, LEAT_INPUT_PATIENCE_NS, &end)) {
        case 1:
            /* getent's status for a key that was not found is 2 */
            result = end.exited && end.status == 0 ? 1 : end.exited && end.status == 2 ? 0 : -3;
            break;
        case 0:
            result = -2;
            break;
        default:
            result = -1;
        }
    }
    leat_process_free(process);
    if (nowhere >= 0)
        close(nowhere);
    return result;
}

bool leat_host_check(const LeatSourceSpec *spec, const char *host, LeatCancel *cancel,
                     GError **error)
{
    const char *kind = leat_source_kind_name(spec->kind);
    if (!needs_lookup(host))
        return true;

    switch (look_up(host, cancel)) {
    case -1:
        return leat_cancel_check(cancel, error);
    case -2:
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_LOST,
                    "cannot open %s %s: the name server gave no answer for host '%s' within "
                    "%d s; check the network, or give the host's number",
                    kind, spec->shown, host, (int)(LEAT_INPUT_PATIENCE_NS / LEAT_NS_PER_S));
        return false;
    case 0:
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND,
                    "cannot open %s %s: no host is named '%s'; check the address", kind,
                    spec->shown, host);
        return false;
    default:
        return true;
    }
}
