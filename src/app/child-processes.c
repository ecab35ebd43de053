/* SPDX-License-Identifier: MIT */
#include "app/child-processes.h"

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* More than an executor has; of more, the rest is not shown. */
enum { MAX_CHILDREN = 300 };

/* What the file of /proc holds; false when there is no such process any more. */
static bool read_text(const char *path, char *text, size_t room)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length;

    if (fd < 0)
        return false;
    length = read(fd, text, room - 1);
    close(fd);
    text[MAX(length, 0)] = '\0';
    return length > 0;
}

static LeatThreadState state_of(char letter)
{
    switch (letter) {
    case 'R':
        return LEAT_THREAD_RUNNING;
    case 'Z':
    case 'X':
        return LEAT_THREAD_DEAD;
    default:
        return LEAT_THREAD_WAITING;
    }
}

/* "1234 (leat-worker-0) S 1 ...": the name may hold anything. */
static bool describe(int pid, LeatThreadInfo *info)
{
    static const int start_field = 19; /* the 22nd of all, counted from the state */
    char path[64], text[1024], *name, *end, *field;
    int64_t ticks;

    g_snprintf(path, sizeof path, "/proc/%d/stat", pid);
    if (!read_text(path, text, sizeof text))
        return false;
    name = strchr(text, '(');
    end = strrchr(text, ')');
    if (!name || !end || end[1] != ' ')
        return false;
    *end = '\0';
    *info = (LeatThreadInfo){.tid = pid, .state = state_of(end[2])};
    g_strlcpy(info->name, name + 1, sizeof info->name);
    field = end + 2;
    for (int i = 0; i < start_field && field; i++)
        field = strchr(field + 1, ' ');
    ticks = field ? g_ascii_strtoll(field, NULL, 10) : 0;
    info->started_ns = ticks * (LEAT_NS_PER_S / MAX(sysconf(_SC_CLK_TCK), 1));
    g_snprintf(path, sizeof path, "/proc/%d/schedstat", pid);
    if (read_text(path, text, sizeof text))
        info->cpu_ns = g_ascii_strtoll(text, NULL, 10);
    return true;
}

static size_t append_of_thread(int tid, LeatThreadInfo *infos, size_t room)
{
    char path[64], text[4096], *rest = text;
    size_t used = 0;

    g_snprintf(path, sizeof path, "/proc/self/task/%d/children", tid);
    if (!read_text(path, text, sizeof text))
        return 0;
    while (used < room) {
        char *end;
        long pid = strtol(rest, &end, 10);

        if (end == rest)
            break;
        rest = end;
        used += describe((int)pid, &infos[used]);
    }
    return used;
}

LeatThreadInfo *leat_child_processes_append(LeatThreadInfo *infos, size_t count, size_t *children)
{
    LeatThreadInfo *all = realloc(infos, (count + MAX_CHILDREN) * sizeof *all);

    *children = 0;
    for (size_t i = 0; all && i < count; i++)
        if (all[i].tid > 0 && all[i].state != LEAT_THREAD_DEAD)
            *children +=
                append_of_thread(all[i].tid, all + count + *children, MAX_CHILDREN - *children);
    return all;
}
