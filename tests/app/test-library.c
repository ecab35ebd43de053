/* SPDX-License-Identifier: MIT */
/* Export and verify on a library that a session of the test pattern recorded. */
#include "app/library.h"
#include "app/session.h"
#include "base/clock.h"
#include "base/error.h"

#include <glib.h>
#include <glib/gstdio.h>

#define FRAMES 90

static char *folder, *library;

static void on_changed(void *data)
{
    GMainLoop *loop = data;

    /* The loop looks for itself. */
    g_main_context_wakeup(g_main_loop_get_context(loop));
}

static void record(const char *codec)
{
    const char *const texts[][2] = {
        {"source", "test:64x48@30"}, {"pace", "fast"}, {"frames", G_STRINGIFY(FRAMES)},
        {"record", library},         {"codec", codec}, {"name", codec},
    };
    GMainLoop *loop = g_main_loop_new(NULL, FALSE);
    LeatSessionOptions options;
    LeatPipelineStatus status = {0};
    LeatSession *session;
    GError *error = NULL;

    leat_session_options_init(&options);
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        g_assert_true(leat_session_options_set(&options, texts[i][0], texts[i][1], NULL));
    session = leat_session_new(
        &options, &(LeatSessionCallbacks){.changed = on_changed, .data = loop}, &error);
    g_assert_no_error(error);
    g_assert_true(leat_session_start(session, &error));
    while (!status.finished) {
        g_main_context_iteration(NULL, TRUE);
        leat_pipeline_get_status(leat_session_pipeline(session), &status);
    }
    g_assert_true(leat_session_close(session, &error));
    g_assert_no_error(error);
    leat_session_options_clear(&options);
    g_main_loop_unref(loop);
}

typedef struct {
    int64_t done, total;
    int calls;
    LeatCancel *cancel; /* triggered at the first call, when set */
} Progress;

static void on_progress(int64_t done, int64_t total, void *data)
{
    Progress *progress = data;

    g_assert_cmpint(done, >=, progress->done);
    g_assert_cmpint(done, <=, total);
    progress->done = done;
    progress->total = total;
    progress->calls++;
    if (progress->cancel)
        leat_cancel_trigger(progress->cancel);
}

static char *path_of(const char *name)
{
    return g_strconcat(folder, "/", name, NULL);
}

static void test_export_tells_progress(void)
{
    static const char *const names[] = {"progress.mkv", "progress.csv", "progress/"};

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        char *out = path_of(names[i]);
        Progress progress = {0};
        LeatExportRequest request = {.recording = "ffv1",
                                     .out = out,
                                     .to_ns = LEAT_FOREVER,
                                     .progress = on_progress,
                                     .data = &progress};
        LeatExportResult result;
        GError *error = NULL;

        g_assert_true(leat_library_export(library, &request, NULL, &result, &error));
        g_assert_no_error(error);
        g_assert_cmpint(result.frames, ==, FRAMES);
        g_assert_cmpint(result.bytes, >, 0);
        g_assert_cmpint(progress.done, ==, FRAMES);
        g_assert_cmpint(progress.total, ==, FRAMES);
        g_assert_cmpint(progress.calls, >, 2);
        g_free(out);
    }
}

static void test_cancelled_export_leaves_nothing(void)
{
    static const char *const names[] = {"cancel.mkv", "cancel.csv", "cancel/"};

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        char *out = path_of(names[i]);
        Progress progress = {.cancel = leat_cancel_new(NULL, NULL)};
        LeatExportRequest request = {.recording = "ffv1",
                                     .out = out,
                                     .to_ns = LEAT_FOREVER,
                                     .progress = on_progress,
                                     .data = &progress};
        LeatExportResult result;
        GError *error = NULL;

        g_assert_false(leat_library_export(library, &request, progress.cancel, &result, &error));
        g_assert_error(error, LEAT_ERROR, LEAT_ERROR_CANCELLED);
        g_error_free(error);
        g_assert_false(g_file_test(out, G_FILE_TEST_EXISTS));
        leat_cancel_unref(progress.cancel);
        g_free(out);
    }
}

static void test_export_into_an_empty_folder_keeps_it(void)
{
    char *out = path_of("mine");
    Progress progress = {.cancel = leat_cancel_new(NULL, NULL)};
    LeatExportRequest request = {.recording = "mjpeg",
                                 .out = out,
                                 .to_ns = LEAT_FOREVER,
                                 .progress = on_progress,
                                 .data = &progress};
    LeatExportResult result;

    g_assert_cmpint(g_mkdir(out, 0700), ==, 0);
    g_assert_false(leat_library_export(library, &request, progress.cancel, &result, NULL));
    /* Emptied again, and there as before. */
    g_assert_cmpint(g_rmdir(out), ==, 0);
    leat_cancel_unref(progress.cancel);
    g_free(out);
}

static void test_verify_checks_every_frame(void)
{
    LeatVerifyResult result;
    Progress progress = {0};
    GError *error = NULL;

    g_assert_true(leat_library_verify(library, on_progress, &progress, NULL, &result, &error));
    g_assert_no_error(error);
    g_assert_cmpint(result.recordings, ==, 4);
    g_assert_cmpint(result.frames, ==, 4 * FRAMES);
    g_assert_cmpuint(result.faults->len, ==, 0);
    leat_verify_result_clear(&result);
}

static void test_verify_can_be_cancelled(void)
{
    LeatCancel *cancel = leat_cancel_new(NULL, NULL);
    LeatVerifyResult result;
    GError *error = NULL;

    leat_cancel_trigger(cancel);
    g_assert_false(leat_library_verify(library, NULL, NULL, cancel, &result, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_CANCELLED);
    g_error_free(error);
    leat_verify_result_clear(&result);
    leat_cancel_unref(cancel);
}

static void remove_folder(const char *path)
{
    GDir *dir = g_dir_open(path, 0, NULL);
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        char *inside = g_build_filename(path, name, NULL);

        if (g_file_test(inside, G_FILE_TEST_IS_DIR) && !g_file_test(inside, G_FILE_TEST_IS_SYMLINK))
            remove_folder(inside);
        else
            g_unlink(inside);
        g_free(inside);
    }
    if (dir)
        g_dir_close(dir);
    g_rmdir(path);
}

int main(int argc, char **argv)
{
    static const char *const codecs[] = {"mjpeg", "ffv1", "h264", "rawvideo"};
    int status;

    g_test_init(&argc, &argv, NULL);
    folder = g_dir_make_tmp("leat-library-XXXXXX", NULL);
    library = g_build_filename(folder, "a.leat", NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(codecs); i++)
        record(codecs[i]);
    g_test_add_func("/library/export-tells-its-progress", test_export_tells_progress);
    g_test_add_func("/library/a-cancelled-export-leaves-nothing",
                    test_cancelled_export_leaves_nothing);
    g_test_add_func("/library/a-cancelled-export-keeps-the-users-folder",
                    test_export_into_an_empty_folder_keeps_it);
    g_test_add_func("/library/verify-checks-every-frame-of-every-codec",
                    test_verify_checks_every_frame);
    g_test_add_func("/library/verify-can-be-cancelled", test_verify_can_be_cancelled);
    status = g_test_run();
    remove_folder(folder);
    g_free(library);
    g_free(folder);
    return status;
}
