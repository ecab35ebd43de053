/* SPDX-License-Identifier: MIT */
#include "base/error.h"
#include "media/source-spec.h"

#include <glib.h>
#include <string.h>

typedef struct {
    const char *text;
    LeatSourceKind kind;
    const char *target;
    const char *shown;
} Case;

static void assert_parsed(const Case *want)
{
    GError *error = NULL;
    g_autoptr(LeatSourceSpec) spec = leat_source_spec_parse(want->text, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(leat_source_kind_name(spec->kind), ==, leat_source_kind_name(want->kind));
    g_assert_cmpstr(spec->target, ==, want->target);
    g_assert_cmpstr(spec->shown, ==, want->shown);
}

static void test_kinds(void)
{
    static const Case cases[] = {
        {"test", LEAT_SOURCE_TEST, NULL, "test"},
        {"test:64x48@30", LEAT_SOURCE_TEST, NULL, "test:64x48@30"},
        {"/dev/video0", LEAT_SOURCE_CAMERA, "/dev/video0", "/dev/video0"},
        {"/dev/v4l/by-path/pci-0", LEAT_SOURCE_CAMERA, "/dev/v4l/by-path/pci-0",
         "/dev/v4l/by-path/pci-0"},
        {"usb-0000:00:14.0-1.2", LEAT_SOURCE_CAMERA, "usb-0000:00:14.0-1.2",
         "usb-0000:00:14.0-1.2"},
        {"usb-0000:00:14.0-1#0 HD Webcam", LEAT_SOURCE_CAMERA, "usb-0000:00:14.0-1#0 HD Webcam",
         "usb-0000:00:14.0-1#0 HD Webcam"},
        {"platform:vivid-000", LEAT_SOURCE_CAMERA, "platform:vivid-000", "platform:vivid-000"},
        {"camera:anything", LEAT_SOURCE_CAMERA, "anything", "camera:anything"},
        {"usb-stick.mp4", LEAT_SOURCE_FILE, "usb-stick.mp4", "usb-stick.mp4"},
        {"clip.mp4", LEAT_SOURCE_FILE, "clip.mp4", "clip.mp4"},
        {"a:b.mkv", LEAT_SOURCE_FILE, "a:b.mkv", "a:b.mkv"},
        {"testing", LEAT_SOURCE_FILE, "testing", "testing"},
        {"file:test", LEAT_SOURCE_FILE, "test", "file:test"},
        {"file:///tmp/a%20b.mp4", LEAT_SOURCE_FILE, "/tmp/a b.mp4", "/tmp/a b.mp4"},
        {"http://host/x", LEAT_SOURCE_STREAM, "http://host/x", "http://host/x"},
        {"foo://host/x", LEAT_SOURCE_STREAM, "foo://host/x", "foo://host/x"},
        {"screen", LEAT_SOURCE_SCREEN, NULL, "screen"},
        {"screen::0", LEAT_SOURCE_SCREEN, ":0", "screen::0"},
        {"lavfi:testsrc=r=5,hue=s=0", LEAT_SOURCE_LAVFI, "testsrc=r=5,hue=s=0",
         "lavfi:testsrc=r=5,hue=s=0"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_parsed(&cases[i]);
}

static void test_passwords(void)
{
    static const Case cases[] = {
        {"rtsp://u:secret@host/x", LEAT_SOURCE_STREAM, "rtsp://u:secret@host/x",
         "rtsp://u:***@host/x"},
        {"http://host/x?token=secret", LEAT_SOURCE_STREAM, "http://host/x?token=secret",
         "http://host/x?token=***"},
        {"lavfi:movie=rtsp\\\\://u\\\\:secret@host", LEAT_SOURCE_LAVFI,
         "movie=rtsp\\\\://u\\\\:secret@host", "lavfi:movie=rtsp\\\\://u\\\\:***@host"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_parsed(&cases[i]);
}

static void test_pattern(void)
{
    GError *error = NULL;
    g_autoptr(LeatSourceSpec) whole = leat_source_spec_parse("test:1920x1080@29.97", &error);
    g_assert_no_error(error);
    g_assert_cmpint(whole->width, ==, 1920);
    g_assert_cmpint(whole->height, ==, 1080);
    g_assert_cmpint(whole->rate.num, ==, 30000);
    g_assert_cmpint(whole->rate.den, ==, 1001);

    g_autoptr(LeatSourceSpec) size = leat_source_spec_parse("test:64x48", &error);
    g_assert_no_error(error);
    g_assert_cmpint(size->width, ==, 64);
    g_assert_false(leat_rational_is_set(size->rate));
}

static void test_bad(void)
{
    static const char *const bad[] = {
        "",
        "test:",
        "test:0x0",
        "test:64",
        "test:64x48@",
        "test:64x48@0",
        "test:@30",
        "test:-1x5",
        "screen:",
        "lavfi:",
        "camera:",
        "file:",
        "test:64x48@30@30",
        "test:100000x100000",
        "test:64x48@1e9",
        "file://other.host/x",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(leat_source_spec_parse(bad[i], &error));
        g_assert_error(error, LEAT_ERROR, LEAT_ERROR_INVALID);
        g_assert_nonnull(strstr(error->message, "bad source '"));
    }
    g_assert_null(leat_source_spec_parse(NULL, NULL));
}

static void test_utf8(void)
{
    g_autoptr(LeatSourceSpec) spec = leat_source_spec_parse("caf\xe9.mp4", NULL);
    g_assert_cmpstr(spec->target, ==, "caf\xe9.mp4");
    g_assert_true(g_utf8_validate(spec->shown, -1, NULL));
}

static void test_copy(void)
{
    LeatSourceSpec *spec = leat_source_spec_parse("rtsp://u:secret@host/x", NULL);
    g_autoptr(LeatSourceSpec) copy = leat_source_spec_copy(spec);
    leat_source_spec_free(spec);
    leat_source_spec_free(NULL);
    g_assert_cmpstr(copy->target, ==, "rtsp://u:secret@host/x");
    g_assert_cmpstr(copy->shown, ==, "rtsp://u:***@host/x");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/source-spec/the-text-tells-the-kind", test_kinds);
    g_test_add_func("/source-spec/what-is-shown-has-no-password", test_passwords);
    g_test_add_func("/source-spec/a-test-pattern-has-size-and-rate", test_pattern);
    g_test_add_func("/source-spec/a-bad-spec-is-refused-with-a-reason", test_bad);
    g_test_add_func("/source-spec/what-is-shown-is-utf8", test_utf8);
    g_test_add_func("/source-spec/a-copy-stands-alone", test_copy);
    return g_test_run();
}
