/* SPDX-License-Identifier: MIT */
/* A full disk: a small tmpfs, which only root can mount. */
#include "store-support.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

typedef struct {
    Place place;
    bool mounted;
} Disk;

static void set_up(Disk *disk, gconstpointer data)
{
    place_set_up(&disk->place, data);
    disk->mounted = mount("tmpfs", disk->place.folder, "tmpfs", 0, "size=8m") == 0;
    if (!disk->mounted)
        g_test_skip("mounting a small disk needs root");
}

static void tear_down(Disk *disk, gconstpointer data)
{
    if (disk->mounted)
        g_assert_cmpint(umount(disk->place.folder), ==, 0);
    place_tear_down(&disk->place, data);
}

/* Adds until it fails; the number of packets that were taken. */
static int64_t fill_up(LeatStoreWriter *writer, size_t size)
{
    GError *error = NULL;
    int64_t taken = 0;

    for (;;) {
        LeatPacket packet = make_packet(taken, size);
        bool added = leat_store_writer_add(writer, &packet, &error);

        g_free((void *)packet.data);
        if (!added)
            break;
        taken++;
        g_assert_cmpint(taken * (int64_t)size, <, INT64_C(100) * 1000 * 1000);
    }
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_NO_SPACE);
    g_error_free(error);
    return taken;
}

static void run(Disk *disk, bool threaded, size_t size)
{
    const char *path = disk->place.path;
    LeatStoreWriter *writer;
    int64_t taken, lost, first, last;
    GError *error = NULL;
    LeatLedger ledger;
    LeatLoss loss;
    char *contents, *expected;

    if (!disk->mounted)
        return;
    writer = start_writer(path, "long", threaded);
    taken = fill_up(writer, size);
    g_assert_false(leat_store_writer_flush(writer, LEAT_NS_PER_S, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_NO_SPACE);
    g_clear_error(&error);
    g_assert_true(leat_store_writer_progress(writer).failed);
    lost = leat_store_writer_lost(writer, &first, &last);
    g_assert_cmpint(lost, >, 0);
    g_assert_cmpint(last, ==, taken - 1);
    g_assert_cmpint(first, ==, taken - lost);
    g_assert_cmpint(leat_store_writer_progress(writer).stored, ==, first);
    /* Most of the disk was used. */
    g_assert_cmpint(first * (int64_t)size, >, 3 * 1000 * 1000);

    ledger = make_ledger(taken);
    ledger.record.lost = lost;
    loss = (LeatLoss){.stage = LEAT_STAGE_RECORD,
                      .reason = "the disk is full",
                      .first = first,
                      .last = last,
                      .count = lost};
    leat_store_writer_set_ledger(writer, &ledger, &loss, 0, 1);
    g_assert_true(leat_store_writer_finish(writer, &error));
    g_assert_no_error(error);

    expected = g_strdup_printf("complete|%" G_GINT64_FORMAT "|%" G_GINT64_FORMAT, first, lost);
    assert_sql(path, "SELECT state, frames, lost FROM recordings", expected);
    g_free(expected);
    expected = g_strdup_printf("the disk is full|%" G_GINT64_FORMAT, lost);
    assert_sql(path, "SELECT reason, count FROM loss", expected);
    g_free(expected);
    assert_sql(path, "PRAGMA integrity_check", "ok");
    assert_sound(path);
    contents = place_contents(&disk->place);
    g_assert_cmpstr(contents, ==, "test.leat");
    g_free(contents);
}

static void test_thread(Disk *disk, gconstpointer data)
{
    (void)data;
    run(disk, true, 20000);
}

static void test_no_thread(Disk *disk, gconstpointer data)
{
    (void)data;
    run(disk, false, 20000);
}

static void test_large(Disk *disk, gconstpointer data)
{
    (void)data;
    run(disk, true, 700000);
}

static void test_small(Disk *disk, gconstpointer data)
{
    (void)data;
    run(disk, true, 300);
}

/* Another program takes all that is left, then more must be recorded into the same file. */
static void test_full_before(Disk *disk, gconstpointer data)
{
    char *filler;
    int fd;
    struct statvfs status;

    (void)data;
    if (!disk->mounted)
        return;
    record(disk->place.path, "first", 10, 1000);
    filler = g_build_filename(disk->place.folder, "filler", NULL);
    fd = open(filler, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    g_assert_cmpint(statvfs(disk->place.folder, &status), ==, 0);
    g_assert_cmpint(posix_fallocate(fd, 0, (off_t)(status.f_bavail * status.f_frsize)), ==, 0);
    close(fd);
    assert_not_written(disk->place.path, "second", LEAT_ERROR_NO_SPACE, "disk is full");
    assert_sound(disk->place.path);
    g_assert_cmpint(unlink(filler), ==, 0);
    g_free(filler);
    record(disk->place.path, "second", 10, 1000);
    assert_sound(disk->place.path);
}

#define ADD_DISK_TEST(name, function) g_test_add(name, Disk, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_DISK_TEST("/store-full/keeps-what-was-stored-and-tells-what-is-lost", test_thread);
    ADD_DISK_TEST("/store-full/keeps-it-without-a-thread", test_no_thread);
    ADD_DISK_TEST("/store-full/keeps-it-when-packets-are-large", test_large);
    ADD_DISK_TEST("/store-full/keeps-it-when-packets-are-small", test_small);
    ADD_DISK_TEST("/store-full/is-said-before-a-recording-begins", test_full_before);
    return g_test_run();
}
