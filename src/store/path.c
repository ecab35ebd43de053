/* SPDX-License-Identifier: MIT */
#include "store/database.h"

#include "base/error.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* SQLite's own bound is 512 bytes, and it puts the names of journals behind the path. */
#define MAX_PATH_BYTES 500

static bool check_type(const char *path, const struct stat *status, const char *doing,
                       GError **error)
{
    if (S_ISREG(status->st_mode))
        return true;
    if (S_ISDIR(status->st_mode))
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                    "cannot %s %s: it is a folder; name a file in it", doing, path);
    else
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                    "cannot %s %s: it is not an ordinary file; name a .leat file", doing, path);
    return false;
}

static char *resolved(const char *path, const char *doing, GError **error)
{
    char *real = realpath(path, NULL);

    if (!real) {
        leat_error_set_errno(error, errno, "cannot %s %s", doing, path);
        return NULL;
    }
    if (strlen(real) > MAX_PATH_BYTES) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                    "cannot %s %s: its whole path is longer than %d bytes; use a shorter one",
                    doing, path, MAX_PATH_BYTES);
        free(real);
        return NULL;
    }
    return real;
}

char *leat_path_to_read(const char *path, GError **error)
{
    struct stat status;

    if (!*path) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                    "the name of the file to open is empty; name a .leat file");
        return NULL;
    }
    if (stat(path, &status) != 0) {
        leat_error_set_errno(error, errno, "cannot open %s", path);
        return NULL;
    }
    if (!check_type(path, &status, "open", error))
        return NULL;
    return resolved(path, "open", error);
}

/* The path of a file that does not exist, in a folder that does. */
static char *resolved_new(const char *path, GError **error)
{
    char *folder = g_path_get_dirname(path);
    char *name = g_path_get_basename(path);
    char *real = realpath(folder, NULL), *whole = NULL;

    if (g_str_has_suffix(path, "/")) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                    "cannot record into %s: that names a folder; name a file", path);
    } else if (!real && errno == ENOENT) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND,
                    "cannot record into %s: its folder %s is not there; make it, or name another",
                    path, folder);
    } else if (!real) {
        leat_error_set_errno(error, errno, "cannot record into %s: its folder %s", path, folder);
    } else if (strlen(real) + 1 + strlen(name) > MAX_PATH_BYTES) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                    "cannot record into %s: its whole path is longer than %d bytes; use a shorter "
                    "one",
                    path, MAX_PATH_BYTES);
    } else {
        size_t bytes = strlen(real) + 1 + strlen(name) + 1;

        whole = malloc(bytes);
        if (whole)
            g_snprintf(whole, bytes, "%s/%s", strcmp(real, "/") == 0 ? "" : real, name);
        else
            leat_error_no_memory(error, bytes, "a path");
    }
    g_free(folder);
    g_free(name);
    free(real);
    return whole;
}

char *leat_path_to_write(const char *path, bool *exists, GError **error)
{
    struct stat status;

    if (!*path) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_INVALID,
                    "the name of the file to record into is empty; name a .leat file");
        return NULL;
    }
    *exists = stat(path, &status) == 0;
    if (*exists)
        return check_type(path, &status, "record into", error)
                   ? resolved(path, "record into", error)
                   : NULL;
    if (errno != ENOENT) {
        leat_error_set_errno(error, errno, "cannot record into %s", path);
        return NULL;
    }
    return resolved_new(path, error);
}
