/* SPDX-License-Identifier: MIT */
#include "base/error.h"
#include "media/camera-identity.h"
#include "media/camera.h"
#include "media/source.h"

#include <glib.h>
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const LeatCameraIdentity cam = {"usb-0000:00:14.0-1", "HD Webcam: HD Webcam", 0};

static void test_round_trip(void)
{
    LeatCameraIdentity read;
    g_autofree char *text = leat_camera_identity_text(&cam);

    g_assert_cmpstr(text, ==, "usb-0000:00:14.0-1#0 HD Webcam: HD Webcam");
    g_assert_true(leat_camera_identity_parse(text, &read));
    g_assert_true(leat_camera_identity_matches(&read, &cam));
    g_assert_cmpstr(read.card, ==, cam.card);
    g_assert_cmpint(read.index, ==, 0);
}

static void test_bus_alone(void)
{
    LeatCameraIdentity read;

    g_assert_true(leat_camera_identity_parse("usb-0000:00:14.0-1", &read));
    g_assert_cmpint(read.index, ==, -1);
    g_assert_true(leat_camera_identity_matches(&read, &cam));
    g_autofree char *text = leat_camera_identity_text(&read);
    g_assert_cmpstr(text, ==, "usb-0000:00:14.0-1");
}

static void test_bad(void)
{
    LeatCameraIdentity read;

    g_assert_false(leat_camera_identity_parse("", &read));
    g_assert_false(leat_camera_identity_parse("#1", &read));
    g_assert_false(leat_camera_identity_parse("usb-1#", &read));
    g_assert_false(leat_camera_identity_parse("usb-1#x", &read));
    g_assert_false(leat_camera_identity_parse("usb-1#-1", &read));
    g_assert_false(leat_camera_identity_parse("usb-1#99999999999", &read));
    g_assert_false(leat_camera_identity_parse("a-bus-path-longer-than-the-kernel-gives", &read));
}

static void test_neighbours(void)
{
    LeatCameraIdentity other = cam;

    g_strlcpy(other.bus, "usb-0000:00:14.0-2", sizeof other.bus);
    g_assert_false(leat_camera_identity_matches(&cam, &other));
    other = cam;
    other.index = 2;
    g_assert_false(leat_camera_identity_matches(&cam, &other));
    other = cam;
    g_strlcpy(other.card, "Another", sizeof other.card);
    g_assert_false(leat_camera_identity_matches(&cam, &other));
}

static void test_index_unknown(void)
{
    LeatCameraIdentity found = cam;
    found.index = -1;
    g_assert_true(leat_camera_identity_matches(&cam, &found));
}

static void refuses(const char *target, int code, const char *says)
{
    LeatCameraIdentity identity;
    GError *error = NULL;

    g_assert_cmpint(leat_camera_open(target, target, &identity, &error), ==, -1);
    g_assert_error(error, LEAT_ERROR, code);
    g_assert_nonnull(strstr(error->message, target));
    g_assert_nonnull(strstr(error->message, says));
    g_clear_error(&error);
}

static void test_no_such_device(void)
{
    refuses("/dev/video999", LEAT_ERROR_NOT_FOUND, "leat sources");
}

static void test_no_such_bus(void)
{
    refuses("usb-0000:99:14.0-1#0 Nothing", LEAT_ERROR_NOT_FOUND, "no such device");
}

static void test_not_a_camera(void)
{
    g_autofree char *folder = g_dir_make_tmp("leat-camera-XXXXXX", NULL);
    g_autofree char *file = g_build_filename(folder, "video0", NULL);
    g_autofree char *pipe = g_build_filename(folder, "video1", NULL);

    g_assert_true(g_file_set_contents(file, "no", -1, NULL));
    g_assert_cmpint(mkfifo(pipe, 0600), ==, 0);
    refuses(file, LEAT_ERROR_INVALID, "not a camera");
    refuses(pipe, LEAT_ERROR_INVALID, "not a camera");
    refuses(folder, LEAT_ERROR_INVALID, "not a camera");
    refuses("/dev/null", LEAT_ERROR_INVALID, "not a camera");
    g_assert_cmpint(g_unlink(file), ==, 0);
    g_assert_cmpint(g_unlink(pipe), ==, 0);
    g_assert_cmpint(g_rmdir(folder), ==, 0);
}

static void test_not_allowed(void)
{
    GError *error = NULL;

    leat_camera_set_error(&error, EACCES, "/dev/video0", NULL);
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_PERMISSION);
    g_assert_nonnull(strstr(error->message, "group 'video'"));
    g_clear_error(&error);
}

static void test_busy(void)
{
    GError *error = NULL;

    leat_camera_set_error(&error, EBUSY, "/dev/video0", NULL);
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_BUSY);
    g_assert_cmpstr(error->message, ==,
                    "cannot open camera /dev/video0: busy (another program uses it); close it or "
                    "choose another with 'leat sources'");
    g_clear_error(&error);
}

static const LeatSourceInfo *listed(const GPtrArray *list, LeatSourceKind kind)
{
    for (guint i = 0; i < list->len; i++) {
        const LeatSourceInfo *info = list->pdata[i];
        if (info->kind == kind)
            return info;
    }
    return NULL;
}

static void test_list(void)
{
    g_setenv("DISPLAY", ":99", TRUE);
    GPtrArray *list = leat_source_list();
    g_assert_cmpstr(listed(list, LEAT_SOURCE_TEST)->spec, ==, "test");
    g_assert_cmpstr(listed(list, LEAT_SOURCE_SCREEN)->spec, ==, "screen");
    for (guint i = 0; i < list->len; i++) {
        const LeatSourceInfo *info = list->pdata[i];
        g_assert_nonnull(info->name);
        g_assert_nonnull(info->formats);
    }
    g_ptr_array_unref(list);

    g_unsetenv("DISPLAY");
    list = leat_source_list();
    g_assert_null(listed(list, LEAT_SOURCE_SCREEN));
    g_ptr_array_unref(list);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/camera-identity/is-read-back-as-written", test_round_trip);
    g_test_add_func("/camera-identity/a-bus-path-alone-is-enough", test_bus_alone);
    g_test_add_func("/camera-identity/nonsense-is-refused", test_bad);
    g_test_add_func("/camera-identity/a-neighbour-is-another-camera", test_neighbours);
    g_test_add_func("/camera-identity/an-index-that-is-not-told-fits", test_index_unknown);
    g_test_add_func("/camera/a-device-that-is-not-there-is-told", test_no_such_device);
    g_test_add_func("/camera/a-bus-path-that-is-not-there-is-told", test_no_such_bus);
    g_test_add_func("/camera/what-is-not-a-camera-is-told", test_not_a_camera);
    g_test_add_func("/camera/a-device-that-is-not-allowed-names-the-group", test_not_allowed);
    g_test_add_func("/camera/a-busy-device-is-told", test_busy);
    g_test_add_func("/source-list/has-the-test-pattern-and-the-screen-when-there-is-one",
                    test_list);
    return g_test_run();
}
