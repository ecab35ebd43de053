/* SPDX-License-Identifier: MIT */
#include "store/reserve.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define MOST_BYTES (INT64_C(32) * 1024 * 1024)
#define LEAST_BYTES (INT64_C(256) * 1024)

struct LeatReserve {
    char *path;
    int fd;
    int64_t bytes;
};

static char *path_for(const char *library)
{
    return g_strconcat(library, "-reserve", NULL);
}

/* Locks of the open file, not of the process: they count between threads too, and closing another
 * descriptor does not drop them. `length` 0: to the end. */
static bool lock(int fd, int command, short type, int64_t start, int64_t length)
{
    struct flock range = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
    int rc;

    do
        rc = fcntl(fd, command, &range);
    while (rc != 0 && errno == EINTR);
    return rc == 0;
}

static bool is_the_file(int fd, const char *path)
{
    struct stat ours, theirs;

    return fstat(fd, &ours) == 0 && stat(path, &theirs) == 0 && ours.st_dev == theirs.st_dev &&
           ours.st_ino == theirs.st_ino;
}

/* Opens and shares byte 0, so that nobody takes the file for unused. -1 with errno. */
static int open_shared(const char *path)
{
    for (;;) {
        int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        int cause;

        if (fd < 0)
            return -1;
        fchmod(fd, 0600); /* whatever the umask says; not needed where it is another's */
        if (!lock(fd, F_OFD_SETLKW, F_RDLCK, 0, 1)) {
            cause = errno;
            close(fd);
            errno = cause;
            return -1;
        }
        if (is_the_file(fd, path))
            return fd;
        close(fd); /* the last user removed it between opening and locking */
    }
}

static bool set_aside(LeatReserve *reserve, const char *library, GError **error)
{
    struct statvfs disk;
    int64_t available;
    int cause;

    if (fstatvfs(reserve->fd, &disk) != 0) {
        leat_error_set_errno(error, errno, "cannot record into %s", library);
        return false;
    }
    available = (int64_t)MIN(disk.f_bavail, (fsblkcnt_t)(INT64_MAX / (int64_t)disk.f_frsize)) *
                (int64_t)disk.f_frsize;
    reserve->bytes = CLAMP(available / 8, LEAST_BYTES, MOST_BYTES);
    cause = posix_fallocate(reserve->fd, 0, reserve->bytes);
    if (cause == ENOSPC)
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_NO_SPACE,
                    "cannot record into %s: the disk is full; make room on it, or record to "
                    "another",
                    library);
    else if (cause != 0)
        leat_error_set_errno(error, cause, "cannot record into %s", library);
    return cause == 0;
}

LeatReserve *leat_reserve_join(const char *library, GError **error)
{
    LeatReserve *reserve = g_new0(LeatReserve, 1);

    reserve->path = path_for(library);
    reserve->fd = open_shared(reserve->path);
    if (reserve->fd < 0) {
        leat_error_set_errno(error, errno, "cannot make %s", reserve->path);
        g_free(reserve->path);
        g_free(reserve);
        return NULL;
    }
    return reserve;
}

LeatReserve *leat_reserve_open(const char *library, GError **error)
{
    LeatReserve *reserve = leat_reserve_join(library, error);

    if (reserve && !set_aside(reserve, library, error)) {
        leat_reserve_close(reserve);
        return NULL;
    }
    return reserve;
}

void leat_reserve_close(LeatReserve *reserve)
{
    if (!reserve)
        return;
    /* Given up first: of two that close at once, each would take the other for a user. */
    lock(reserve->fd, F_OFD_SETLK, F_UNLCK, 0, 0);
    /* Now nobody has it, and nobody can take it until it is gone. */
    if (lock(reserve->fd, F_OFD_SETLK, F_WRLCK, 0, 0) && is_the_file(reserve->fd, reserve->path))
        unlink(reserve->path);
    close(reserve->fd);
    g_free(reserve->path);
    g_free(reserve);
}

int64_t leat_reserve_bytes(const LeatReserve *reserve)
{
    return reserve->bytes;
}

bool leat_reserve_mark(LeatReserve *reserve, int64_t byte, GError **error)
{
    if (lock(reserve->fd, F_OFD_SETLK, F_WRLCK, byte, 1))
        return true;
    leat_error_set_errno(error, errno, "cannot lock %s", reserve->path);
    return false;
}

void leat_reserve_spend(LeatReserve *reserve)
{
    if (ftruncate(reserve->fd, 0) == 0)
        reserve->bytes = 0;
}

bool leat_reserve_is_marked(const char *library, int64_t byte)
{
    char *path = path_for(library);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    struct flock range = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};
    bool marked = true;

    g_free(path);
    if (fd < 0)
        return errno != ENOENT;
    if (fcntl(fd, F_OFD_GETLK, &range) == 0)
        marked = range.l_type != F_UNLCK;
    close(fd);
    return marked;
}
