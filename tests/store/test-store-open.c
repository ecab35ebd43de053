/* SPDX-License-Identifier: MIT */
/* What can be wrong with a file before a frame is read or written. */
#include "store-support.h"

#include "base/error.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static void write_file(const char *path, const char *bytes, gssize size)
{
    GError *error = NULL;

    g_file_set_contents(path, bytes, size, &error);
    g_assert_no_error(error);
}

static void test_missing(Place *place, gconstpointer data)
{
    char *path = g_build_filename(place->folder, "no", "such.leat", NULL);

    (void)data;
    assert_not_read(place->path, LEAT_ERROR_NOT_FOUND, "test.leat: No such file");
    assert_not_read(path, LEAT_ERROR_NOT_FOUND, "No such file");
    assert_not_written(path, NULL, LEAT_ERROR_NOT_FOUND, "its folder");
    assert_not_read("", LEAT_ERROR_INVALID, "empty");
    assert_not_written("", NULL, LEAT_ERROR_INVALID, "empty");
    g_free(path);
}

static void test_no_file(Place *place, gconstpointer data)
{
    char *folder = g_strconcat(place->folder, "/", NULL);
    char *below = g_build_filename(place->path, "x.leat", NULL);

    (void)data;
    assert_not_read(place->folder, LEAT_ERROR_INVALID, "is a folder");
    assert_not_written(place->folder, NULL, LEAT_ERROR_INVALID, "is a folder");
    assert_not_written(folder, NULL, LEAT_ERROR_INVALID, "is a folder");
    assert_not_read("/dev/null", LEAT_ERROR_INVALID, "not an ordinary file");
    assert_not_written("/dev/full", NULL, LEAT_ERROR_INVALID, "not an ordinary file");
    g_assert_cmpint(mkfifo(place->path, 0600), ==, 0);
    assert_not_read(place->path, LEAT_ERROR_INVALID, "not an ordinary file");
    assert_not_written(below, NULL, LEAT_ERROR_NOT_FOUND, "Not a directory");
    g_free(folder);
    g_free(below);
}

static void test_new_in_no_folder(Place *place, gconstpointer data)
{
    char *path = g_strconcat(place->folder, "/new/", NULL);

    (void)data;
    assert_not_written(path, NULL, LEAT_ERROR_INVALID, "names a folder");
    g_free(path);
}

static void test_long_path(Place *place, gconstpointer data)
{
    char *name = g_strnfill(240, 'n');
    char *one = g_build_filename(place->folder, name, NULL);
    char *two = g_build_filename(one, name, NULL);
    char *path = g_build_filename(two, "x.leat", NULL);
    char *endless = g_strnfill(5000, 'n');

    (void)data;
    g_assert_cmpint(g_mkdir_with_parents(two, 0700), ==, 0);
    assert_not_written(path, NULL, LEAT_ERROR_INVALID, "longer than 500 bytes");
    write_file(path, "x", 1);
    assert_not_read(path, LEAT_ERROR_INVALID, "longer than 500 bytes");
    assert_not_read(endless, LEAT_ERROR_INVALID, "too long");
    assert_not_written(endless, NULL, LEAT_ERROR_INVALID, "too long");
    g_remove(path);
    g_rmdir(two);
    g_rmdir(one);
    g_free(name);
    g_free(one);
    g_free(two);
    g_free(path);
    g_free(endless);
}

static void test_foreign(Place *place, gconstpointer data)
{
    char *text = g_strnfill(5000, 'x');

    (void)data;
    write_file(place->path, text, -1);
    assert_not_read(place->path, LEAT_ERROR_CORRUPT, "not a SQLite database");
    assert_not_written(place->path, NULL, LEAT_ERROR_CORRUPT, "not a SQLite database");
    g_remove(place->path);
    assert_sql(place->path, "CREATE TABLE t (a)", "");
    assert_not_read(place->path, LEAT_ERROR_CORRUPT, "database of another program");
    assert_not_written(place->path, NULL, LEAT_ERROR_CORRUPT, "database of another program");
    assert_sql(place->path, "SELECT count(*) FROM sqlite_schema", "1");
    g_free(text);
}

/* As a writer leaves it that was killed while it made the file. */
static void test_empty(Place *place, gconstpointer data)
{
    (void)data;
    write_file(place->path, "", 0);
    assert_not_read(place->path, LEAT_ERROR_CORRUPT, "empty");
    record(place->path, NULL, 3, 100);
    assert_sound(place->path);
    assert_sql(place->path, "PRAGMA page_size", "16384");
}

static void test_newer(Place *place, gconstpointer data)
{
    (void)data;
    record(place->path, NULL, 3, 100);
    assert_sql(place->path, "PRAGMA user_version = 7", "");
    assert_not_read(place->path, LEAT_ERROR_NEWER, "version 7");
    assert_not_written(place->path, NULL, LEAT_ERROR_NEWER, "version 7");
    assert_sql(place->path, "SELECT count(*) FROM recording", "1");
}

static void test_symbolic_link(Place *place, gconstpointer data)
{
    char *link = g_build_filename(place->folder, "link.leat", NULL), *contents;
    LeatStoreWriter *writer;

    (void)data;
    record(place->path, "a", 3, 100);
    g_assert_cmpint(symlink("test.leat", link), ==, 0);
    writer = start_writer(link, "b", true);
    contents = place_contents(place);
    g_assert_cmpstr(contents, ==,
                    "link.leat test.leat test.leat-reserve test.leat-shm test.leat-wal");
    g_free(contents);
    add_packets(writer, 0, 2, 100);
    finish_writer(writer, 3);
    assert_sound(link);
    assert_sql(place->path, "SELECT count(*) FROM recording", "2");
    g_free(link);
}

static void test_modes(Place *place, gconstpointer data)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", "-reserve"};
    static const mode_t masks[] = {0, 0777};

    (void)data;
    for (size_t m = 0; m < G_N_ELEMENTS(masks); m++) {
        mode_t before = umask(masks[m]);
        LeatStoreWriter *writer = start_writer(place->path, NULL, true);

        umask(before);
        add_packets(writer, 0, 2, 100);
        g_assert_true(leat_store_writer_flush(writer, LEAT_NS_PER_S, NULL));
        for (size_t i = 0; i < G_N_ELEMENTS(suffixes); i++) {
            char *path = g_strconcat(place->path, suffixes[i], NULL);
            struct stat status;

            g_assert_cmpint(stat(path, &status), ==, 0);
            g_assert_cmpint(status.st_mode & 07777, ==, 0600);
            g_free(path);
        }
        finish_writer(writer, 3);
        g_assert_cmpint(g_remove(place->path), ==, 0);
    }
}

/* Root may write anywhere but where the mount says no. */
static bool make_read_only(const Place *place)
{
    if (mount(place->folder, place->folder, NULL, MS_BIND, NULL) != 0) {
        g_test_skip("a read-only folder, for root, needs a mount");
        return false;
    }
    g_assert_cmpint(mount(NULL, place->folder, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL), ==,
                    0);
    return true;
}

static void make_writable(const Place *place)
{
    g_assert_cmpint(umount(place->folder), ==, 0);
}

static void test_read_only(Place *place, gconstpointer data)
{
    char *other = g_build_filename(place->folder, "other.leat", NULL);

    (void)data;
    record(place->path, NULL, 3, 100);
    if (make_read_only(place)) {
        assert_sound(place->path);
        assert_not_written(place->path, NULL, LEAT_ERROR_PERMISSION, "Read-only");
        assert_not_written(other, NULL, LEAT_ERROR_PERMISSION, "Read-only");
        make_writable(place);
    }
    g_free(other);
}

static void copy_file(const char *from, const char *to)
{
    GError *error = NULL;
    char *bytes;
    gsize size;

    g_file_get_contents(from, &bytes, &size, &error);
    g_assert_no_error(error);
    write_file(to, bytes, (gssize)size);
    g_free(bytes);
}

/* A copy of an unfinished recording with its journal, as a crash leaves them. */
static void test_read_only_journal(Place *place, gconstpointer data)
{
    char *from = g_strconcat(place->path, "-wal", NULL);
    char *copy = g_build_filename(place->folder, "copy.leat", NULL);
    char *journal = g_strconcat(copy, "-wal", NULL);
    LeatStoreWriter *writer = start_writer(place->path, NULL, true);

    (void)data;
    add_packets(writer, 0, 9, 100);
    g_assert_true(leat_store_writer_flush(writer, LEAT_NS_PER_S, NULL));
    copy_file(from, journal);
    finish_writer(writer, 10);
    copy_file(place->path, copy);
    if (make_read_only(place)) {
        assert_not_read(copy, LEAT_ERROR_PERMISSION, "copy both to another");
        make_writable(place);
    }
    g_free(from);
    g_free(copy);
    g_free(journal);
}

static void test_read_only_file(Place *place, gconstpointer data)
{
    (void)data;
    record(place->path, NULL, 3, 100);
    g_assert_cmpint(g_chmod(place->path, 0400), ==, 0);
    if (access(place->path, W_OK) == 0)
        g_test_skip("root may write to any file");
    else
        assert_not_written(place->path, NULL, LEAT_ERROR_PERMISSION, "Permission denied");
    assert_sound(place->path);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_TEST("/store-open/says-that-a-file-or-folder-is-missing", test_missing);
    ADD_TEST("/store-open/says-that-it-is-no-file", test_no_file);
    ADD_TEST("/store-open/says-that-a-new-file-has-no-name", test_new_in_no_folder);
    ADD_TEST("/store-open/says-that-a-path-is-too-long", test_long_path);
    ADD_TEST("/store-open/says-whose-file-it-is", test_foreign);
    ADD_TEST("/store-open/makes-a-library-of-an-empty-file", test_empty);
    ADD_TEST("/store-open/refuses-a-newer-version", test_newer);
    ADD_TEST("/store-open/follows-a-symbolic-link", test_symbolic_link);
    ADD_TEST("/store-open/makes-private-files-whatever-the-umask", test_modes);
    ADD_TEST("/store-open/reads-in-a-read-only-folder", test_read_only);
    ADD_TEST("/store-open/says-that-a-journal-cannot-be-read", test_read_only_journal);
    ADD_TEST("/store-open/reads-a-read-only-file", test_read_only_file);
    return g_test_run();
}
