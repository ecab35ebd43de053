/* SPDX-License-Identifier: MIT */
#include "store/database.h"

#include "base/error.h"
#include "store/schema.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Longer than the longest packet, and a bound for what a damaged file can make SQLite allocate. */
#define MAX_ROW_BYTES 1000000000

#define LOCK_POLL_NS (10 * LEAT_NS_PER_MS)

/* Without the details in the upper bits. */
static int result_of(const LeatDatabase *database)
{
    return sqlite3_errcode(database->db) & 0xff;
}

static bool is_full(const LeatDatabase *database)
{
    int system = sqlite3_system_errno(database->db);

    switch (result_of(database)) {
    case SQLITE_FULL:
        return true;
    case SQLITE_IOERR:
        /* The index of the journal is the one file for which SQLite does not pass the cause on. */
        return system == ENOSPC || system == EDQUOT || system == EFBIG ||
               sqlite3_extended_errcode(database->db) == SQLITE_IOERR_SHMSIZE;
    default:
        return false;
    }
}

static LeatError code_for(const LeatDatabase *database, const char **advice)
{
    int system = sqlite3_system_errno(database->db);

    *advice = "";
    switch (result_of(database)) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        *advice = "; another program has it locked: end that, or try again later";
        return LEAT_ERROR_LOCKED;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        *advice = "; copy it to a folder that you may write to";
        return LEAT_ERROR_PERMISSION;
    case SQLITE_CANTOPEN:
        return system ? leat_error_code_from_errno(system) : LEAT_ERROR_PERMISSION;
    case SQLITE_CORRUPT:
    case SQLITE_TOOBIG: /* of what is written, the sizes were checked before */
    case SQLITE_ERROR:
        return LEAT_ERROR_CORRUPT;
    case SQLITE_INTERRUPT:
        return LEAT_ERROR_CANCELLED;
    case SQLITE_NOMEM:
        return LEAT_ERROR_NO_MEMORY;
    case SQLITE_CONSTRAINT:
        return LEAT_ERROR_INVALID;
    default:
        return LEAT_ERROR_FAILED;
    }
}

bool leat_database_fail(const LeatDatabase *database, const char *doing, GError **error)
{
    int result = result_of(database), system = sqlite3_system_errno(database->db);
    bool told = system && (result == SQLITE_IOERR || result == SQLITE_CANTOPEN);
    const char *cause = told ? strerrordesc_np(system) : NULL, *advice;
    LeatError code = code_for(database, &advice);

    if (code == LEAT_ERROR_CORRUPT && result != SQLITE_NOTADB)
        return leat_database_corrupt(database, error, "%s", sqlite3_errmsg(database->db));
    if (is_full(database))
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_NO_SPACE,
                    "cannot %s %s: the disk is full; make room on it, or record to another", doing,
                    database->path);
    else if (result == SQLITE_NOTADB)
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_CORRUPT,
                    "%s is not a Leat file: it is not a SQLite database; name a .leat file",
                    database->path);
    else
        g_set_error(error, LEAT_ERROR, code, "cannot %s %s: %s%s%s%s", doing, database->path,
                    sqlite3_errmsg(database->db), cause ? ": " : "", cause ? cause : "", advice);
    return false;
}

bool leat_database_corrupt(const LeatDatabase *database, GError **error, const char *format, ...)
{
    va_list arguments;
    char *what;

    va_start(arguments, format);
    what = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_CORRUPT,
                "%s is damaged: %s; keep a copy, and see what can be saved with "
                "'sqlite3 %s .recover'",
                database->path, what, database->path);
    g_free(what);
    return false;
}

bool leat_database_execute(const LeatDatabase *database, const char *sql, const char *doing,
                           GError **error)
{
    if (sqlite3_exec(database->db, sql, NULL, NULL, NULL) == SQLITE_OK)
        return true;
    return leat_database_fail(database, doing, error);
}

sqlite3_stmt *leat_database_prepare(const LeatDatabase *database, const char *sql, GError **error)
{
    sqlite3_stmt *statement = NULL;

    if (sqlite3_prepare_v3(database->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) !=
        SQLITE_OK)
        leat_database_fail(database, "read", error);
    return statement;
}

bool leat_database_number(const LeatDatabase *database, const char *sql, int64_t *value,
                          GError **error)
{
    sqlite3_stmt *statement = leat_database_prepare(database, sql, error);
    int rc;

    if (!statement)
        return false;
    rc = sqlite3_step(statement);
    if (rc == SQLITE_ROW)
        *value = sqlite3_column_int64(statement, 0);
    else if (rc != SQLITE_DONE)
        leat_database_fail(database, "read", error);
    sqlite3_finalize(statement);
    return rc == SQLITE_ROW || rc == SQLITE_DONE;
}

static int wait_for_lock(void *data, int count)
{
    LeatDatabase *database = data;

    if (count == 0)
        database->locked_since_ns = leat_clock_now_ns();
    if (leat_clock_now_ns() - database->locked_since_ns >= LEAT_DATABASE_LOCK_NS)
        return 0;
    if (database->cancel)
        return !leat_cancel_wait(database->cancel, LOCK_POLL_NS);
    sqlite3_sleep((int)(LOCK_POLL_NS / LEAT_NS_PER_MS));
    return 1;
}

/* `name` is a path, or an address of the form file:///PATH?immutable=1. */
static bool open_connection(LeatDatabase *database, const char *name, int flags, GError **error)
{
    if (sqlite3_open_v2(name, &database->db,
                        flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI | SQLITE_OPEN_EXRESCODE,
                        NULL) != SQLITE_OK) {
        if (!database->db)
            return leat_error_no_memory(error, sizeof(void *), "a database connection") != NULL;
        return leat_database_fail(database, "open", error);
    }
    sqlite3_limit(database->db, SQLITE_LIMIT_LENGTH, MAX_ROW_BYTES);
    sqlite3_db_config(database->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(database->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_busy_handler(database->db, wait_for_lock, database);
    return leat_database_execute(database, "PRAGMA cell_size_check = ON", "open", error);
}

static bool folder_is_writable(const char *path)
{
    char *folder = g_path_get_dirname(path);
    bool writable = access(folder, W_OK) == 0;

    g_free(folder);
    return writable;
}

/* Whether the file beside the library is empty or missing. */
static bool is_empty_beside(const char *path, const char *suffix)
{
    char *name = g_strconcat(path, suffix, NULL);
    struct stat status;
    bool empty = stat(name, &status) != 0 || status.st_size == 0;

    g_free(name);
    return empty;
}

/* Made before SQLite sees it, so that it is never readable by others, not even for a moment. */
static bool create_file(const char *path, GError **error)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool made = fd >= 0 && fchmod(fd, 0600) == 0; /* whatever the umask says */

    if (!made && !(fd < 0 && errno == EEXIST)) {
        leat_error_set_errno(error, errno, "cannot create %s", path);
        if (fd >= 0)
            close(fd);
        return false;
    }
    /* Nothing of this process can have a lock on a file that is new. */
    if (fd >= 0)
        close(fd);
    return true;
}

/* WAL lets others read while this connection writes. */
static bool set_journal(const LeatDatabase *database, GError **error)
{
    sqlite3_stmt *statement = leat_database_prepare(database, "PRAGMA journal_mode = WAL", error);
    bool wal = false;

    if (!statement)
        return false;
    if (sqlite3_step(statement) != SQLITE_ROW) {
        leat_database_fail(database, "write", error);
    } else {
        wal = g_strcmp0((const char *)sqlite3_column_text(statement, 0), "wal") == 0;
        if (!wal)
            g_set_error(error, LEAT_ERROR, LEAT_ERROR_UNSUPPORTED,
                        "cannot record into %s: this file system cannot share memory between "
                        "programs (is it a network folder?); record to a local disk",
                        database->path);
    }
    sqlite3_finalize(statement);
    return wal;
}

bool leat_database_open_for_writing(LeatDatabase *database, const char *path, GError **error)
{
    bool exists;

    database->path = leat_path_to_write(path, &exists, error);
    if (!database->path)
        return false;
    if (!folder_is_writable(database->path) || (exists && access(database->path, W_OK) != 0)) {
        leat_error_set_errno(error, errno, "cannot record into %s", database->path);
        return false;
    }
    if (!exists && !create_file(database->path, error))
        return false;
    return open_connection(database, database->path, SQLITE_OPEN_READWRITE, error) &&
           leat_database_execute(database,
                                 "PRAGMA page_size = 16384; PRAGMA foreign_keys = ON;"
                                 "PRAGMA cache_size = -8192",
                                 "write", error) &&
           leat_schema_migrate(database, &leat_schema, error) &&
           leat_schema_check(database, &leat_schema, error) && set_journal(database, error) &&
           leat_database_execute(database, "PRAGMA synchronous = NORMAL", "write", error);
}

/* As a file that does not change, which needs no journal beside it. */
static bool open_immutable(LeatDatabase *database, GError **error)
{
    char *address = g_filename_to_uri(database->path, NULL, NULL);
    char *immutable = g_strconcat(address, "?immutable=1", NULL);
    bool done = open_connection(database, immutable, SQLITE_OPEN_READONLY, error);

    g_free(address);
    g_free(immutable);
    return done;
}

/* A read-only connection cannot clear away the journal that it has to make, so a file that may be
 * written to is opened for that, though nothing is written. Where no journal can be made, a file
 * without one is read as one that does not change. */
static bool open_reader(LeatDatabase *database, GError **error)
{
    bool may_write = access(database->path, W_OK) == 0;

    if (access(database->path, R_OK) != 0) {
        leat_error_set_errno(error, errno, "cannot open %s", database->path);
        return false;
    }
    if (folder_is_writable(database->path) || !is_empty_beside(database->path, "-shm"))
        return open_connection(database, database->path,
                               may_write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY, error);
    if (is_empty_beside(database->path, "-wal"))
        return open_immutable(database, error);
    g_set_error(error, LEAT_ERROR, LEAT_ERROR_PERMISSION,
                "cannot open %s: frames of an unfinished recording are in the journal beside it, "
                "%s-wal, which cannot be read in a folder that cannot be written to; copy both to "
                "another",
                database->path, database->path);
    return false;
}

/* On a disk that is so full that not even an empty journal can be made beside the file. */
static bool open_on_full_disk(LeatDatabase *database, GError *cause, GError **error)
{
    if (!g_error_matches(cause, LEAT_ERROR, LEAT_ERROR_NO_SPACE) ||
        !is_empty_beside(database->path, "-wal")) {
        g_propagate_error(error, cause);
        return false;
    }
    g_error_free(cause);
    sqlite3_close(database->db);
    database->db = NULL;
    return open_immutable(database, error) && leat_schema_check(database, &leat_schema, error);
}

bool leat_database_open_for_reading(LeatDatabase *database, const char *path, LeatCancel *cancel,
                                    GError **error)
{
    GError *cause = NULL;

    database->cancel = cancel;
    database->path = leat_path_to_read(path, error);
    if (!database->path || !open_reader(database, error))
        return false;
    if (!leat_schema_check(database, &leat_schema, &cause) &&
        !open_on_full_disk(database, cause, error))
        return false;
    return leat_database_execute(database, "PRAGMA query_only = ON", "open", error);
}

bool leat_database_roll_back(const LeatDatabase *database)
{
    if (!sqlite3_get_autocommit(database->db))
        sqlite3_exec(database->db, "ROLLBACK", NULL, NULL, NULL);
    return false;
}

void leat_database_close(LeatDatabase *database)
{
    if (database->db) {
        int rc = sqlite3_close(database->db);

        g_assert(rc == SQLITE_OK);
    }
    free(database->path);
    database->db = NULL;
    database->path = NULL;
}
