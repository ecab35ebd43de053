/* SPDX-License-Identifier: MIT */
/* Leat's errors: one GError domain whose codes say what kind of thing went wrong, so that a front
 * end can react (retry, offer another name, stop recording) without reading the text.
 *
 * A message names the thing, the cause and the way out: `cannot open camera /dev/video0: busy
 * (another program uses it); close it or choose another with 'leat sources'`. A cause from a
 * library is passed on unmasked. Mistakes of the programmer assert instead.
 *
 * Any thread. */
#ifndef LEAT_BASE_ERROR_H
#define LEAT_BASE_ERROR_H

#include <glib.h>
#include <stddef.h>

#define LEAT_ERROR (leat_error_quark())

typedef enum {
    LEAT_ERROR_FAILED,      /* none of the below */
    LEAT_ERROR_INVALID,     /* the request makes no sense: size 0, rate 0, a bad graph */
    LEAT_ERROR_NOT_FOUND,   /* no such file, device, recording */
    LEAT_ERROR_EXISTS,      /* a name that is taken */
    LEAT_ERROR_PERMISSION,  /* not allowed, or read-only */
    LEAT_ERROR_BUSY,        /* in use by another program */
    LEAT_ERROR_LOCKED,      /* the database is locked by another program */
    LEAT_ERROR_NO_SPACE,    /* the disk is full */
    LEAT_ERROR_NO_MEMORY,   /* an allocation failed */
    LEAT_ERROR_UNSUPPORTED, /* a format or codec that this build cannot do */
    LEAT_ERROR_CORRUPT,     /* damaged data, or not a file of this kind */
    LEAT_ERROR_NEWER,       /* written by a newer Leat */
    LEAT_ERROR_LOST,        /* a device or connection went away */
    LEAT_ERROR_CANCELLED,   /* the caller's cancel was triggered */
} LeatError;

GQuark leat_error_quark(void);

/* Sets LEAT_ERROR_NO_MEMORY: "cannot allocate N bytes for WHAT". Always returns NULL, so that a
 * constructor can return it. */
void *leat_error_no_memory(GError **error, size_t bytes, const char *what);

/* The code that fits an errno value (ENOSPC: NO_SPACE, EACCES: PERMISSION, ...). */
LeatError leat_error_code_from_errno(int errnum);

/* Sets an error with the code for `errnum` and the text "MESSAGE: strerror". */
void leat_error_set_errno(GError **error, int errnum, const char *format, ...) G_GNUC_PRINTF(3, 4);

#endif
