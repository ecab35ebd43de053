/* SPDX-License-Identifier: MIT */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

GQuark leat_error_quark(void)
{
    return g_quark_from_static_string("leat-error-quark");
}

void *leat_error_no_memory(GError **error, size_t bytes, const char *what)
{
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_NO_MEMORY, "cannot allocate %zu bytes for %s", bytes,
                what);
    return NULL;
}

LeatError leat_error_code_from_errno(int errnum)
{
    switch (errnum) {
    case EINVAL:
    case EDOM:
    case ERANGE:
    case ENAMETOOLONG:
    case EISDIR:
        return LEAT_ERROR_INVALID;
    case ENOENT:
    case ENOTDIR:
    case ESRCH:
        return LEAT_ERROR_NOT_FOUND;
    case EEXIST:
    case ENOTEMPTY:
        return LEAT_ERROR_EXISTS;
    case EACCES:
    case EPERM:
    case EROFS:
        return LEAT_ERROR_PERMISSION;
    case EBUSY:
    case ETXTBSY:
    case EADDRINUSE:
        return LEAT_ERROR_BUSY;
    case ENOLCK:
    case EDEADLK:
        return LEAT_ERROR_LOCKED;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return LEAT_ERROR_NO_SPACE;
    case ENOMEM:
        return LEAT_ERROR_NO_MEMORY;
    case ENOSYS:
    case EOPNOTSUPP:
    case ENOTTY:
    case EAFNOSUPPORT:
    case EPROTONOSUPPORT:
        return LEAT_ERROR_UNSUPPORTED;
    case EBADMSG:
    case EILSEQ:
    case ENOEXEC:
        return LEAT_ERROR_CORRUPT;
    case ENODEV:
    case ENXIO:
    case EPIPE:
    case ECONNRESET:
    case ECONNABORTED:
    case ECONNREFUSED:
    case EHOSTUNREACH:
    case EHOSTDOWN:
    case ENETDOWN:
    case ENETUNREACH:
    case ENETRESET:
    case ENOTCONN:
    case ETIMEDOUT:
        return LEAT_ERROR_LOST;
    case ECANCELED:
        return LEAT_ERROR_CANCELLED;
    default:
        return LEAT_ERROR_FAILED;
    }
}

void leat_error_set_errno(GError **error, int errnum, const char *format, ...)
{
    va_list arguments;
    char *message;
    /* Unlike strerror, safe on any thread. */
    const char *cause = strerrordesc_np(errnum);

    va_start(arguments, format);
    message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    if (cause)
        g_set_error(error, LEAT_ERROR, leat_error_code_from_errno(errnum), "%s: %s", message,
                    cause);
    else
        g_set_error(error, LEAT_ERROR, leat_error_code_from_errno(errnum), "%s: system error %d",
                    message, errnum);
    g_free(message);
}
