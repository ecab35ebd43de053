/* SPDX-License-Identifier: MIT */
#include "media/frame.h"

#include "base/error.h"
#include "faults.h"
#include "media/frame-internal.h"
#include "media/pixel-pool.h"
#include "support.h"

#include <pthread.h>
#include <string.h>

static const LeatFrameTimes some_times = {7, 70, 700, 7000, {1, 90000}};

static LeatFrame *new_frame(int width, int height, enum AVPixelFormat format)
{
    GError *error = NULL;
    AVFrame *picture = leat_picture_new(width, height, format, &error);
    g_assert_no_error(error);
    LeatFrame *frame = leat_frame_wrap(picture, &some_times, &error);
    g_assert_no_error(error);
    return frame;
}

static void test_describes(void)
{
    LeatFrame *frame = new_frame(33, 21, AV_PIX_FMT_YUV420P);
    LeatFrameTimes times = leat_frame_times(frame);
    g_assert_cmpmem(&times, sizeof times, &some_times, sizeof times);
    g_assert_cmpint(leat_frame_width(frame), ==, 33);
    g_assert_cmpint(leat_frame_height(frame), ==, 21);
    g_assert_cmpstr(leat_frame_pixel_format(frame), ==, "yuv420p");
    g_assert_cmpuint(leat_frame_bytes(frame), >=, 33 * 21 + 2 * 17 * 11);
    leat_frame_unref(frame);
}

static void test_planes(void)
{
    LeatFrame *frame = new_frame(32, 20, AV_PIX_FMT_YUV420P);
    int stride = 0;
    for (int plane = 0; plane < 3; plane++) {
        stride = 0;
        g_assert_nonnull(leat_frame_plane(frame, plane, &stride));
        g_assert_cmpint(stride, >=, plane ? 16 : 32);
    }
    g_assert_null(leat_frame_plane(frame, 3, &stride));
    g_assert_null(leat_frame_plane(frame, -1, &stride));
    g_assert_null(leat_frame_plane(frame, 1000, &stride));
    leat_frame_unref(frame);
}

static void test_unref_null(void)
{
    leat_frame_unref(NULL);
}

typedef struct {
    int calls;
    int64_t captured_ns, finished_ns;
} Release;

static void on_release(int64_t captured_ns, int64_t finished_ns, void *data)
{
    Release *release = data;
    release->calls++;
    release->captured_ns = captured_ns;
    release->finished_ns = finished_ns;
}

static void test_release(void)
{
    Release release = {0};
    LeatFrame *frame = new_frame(8, 8, AV_PIX_FMT_GRAY8);
    leat_frame_set_release(frame, on_release, &release);
    leat_frame_ref(frame);
    leat_frame_note_finished(frame, 300);
    leat_frame_note_finished(frame, 200);
    leat_frame_unref(frame);
    g_assert_cmpint(release.calls, ==, 0);
    leat_frame_unref(frame);
    g_assert_cmpint(release.calls, ==, 1);
    g_assert_cmpint(release.captured_ns, ==, 70);
    g_assert_cmpint(release.finished_ns, ==, 300);
}

static void test_with_times(void)
{
    GError *error = NULL;
    uint64_t copied = leat_frame_copied_bytes();
    LeatFrame *frame = new_frame(16, 16, AV_PIX_FMT_GRAY8);
    LeatFrameTimes times = {1, 2, 3, 4, {1, 1}};
    LeatFrame *other = leat_frame_with_times(frame, &times, &error);
    g_assert_no_error(error);
    int stride = 0;
    const uint8_t *pixels = leat_frame_plane(frame, 0, &stride);
    leat_frame_unref(frame);
    g_assert_true(leat_frame_plane(other, 0, &stride) == pixels);
    g_assert_cmpint(leat_frame_times(other).seq, ==, 1);
    g_assert_cmpint(pixels[0], ==, pixels[0]);
    LeatFrame *third = leat_frame_with_times(other, &some_times, &error);
    g_assert_no_error(error);
    leat_frame_unref(other);
    g_assert_true(leat_frame_plane(third, 0, &stride) == pixels);
    leat_frame_unref(third);
    g_assert_cmpuint(leat_frame_copied_bytes(), ==, copied);
}

static void test_lend(void)
{
    GError *error = NULL;
    Release release = {0};
    LeatFrame *frame = new_frame(16, 16, AV_PIX_FMT_YUV420P);
    leat_frame_set_release(frame, on_release, &release);
    AVFrame *lent = leat_frame_lend(frame, &error);
    g_assert_no_error(error);
    g_assert_true(lent->data[2] == leat_frame_picture(frame)->data[2]);
    g_assert_cmpint(lent->pts, ==, 7000);
    g_assert_false(av_frame_is_writable(lent));
    AVFrame *again = av_frame_clone(lent);
    leat_frame_unref(frame);
    av_frame_free(&lent);
    g_assert_cmpint(release.calls, ==, 0);
    av_frame_free(&again);
    g_assert_cmpint(release.calls, ==, 1);
}

static void test_bad_sizes(void)
{
    static const struct {
        int width, height;
    } bad[] = {{0, 10}, {10, 0}, {-1, 10}, {100000, 100000}, {LEAT_MAX_EDGE + 1, 1}};
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        GError *error = NULL;
        g_assert_null(leat_picture_new(bad[i].width, bad[i].height, AV_PIX_FMT_GRAY8, &error));
        test_error(error, LEAT_ERROR_INVALID, "1 to 16384 px");
    }
    GError *error = NULL;
    g_assert_null(leat_picture_new(16, 16, AV_PIX_FMT_VAAPI, &error));
    test_error(error, LEAT_ERROR_UNSUPPORTED, "vaapi");
    g_assert_null(leat_picture_new(16, 16, AV_PIX_FMT_NONE, &error));
    test_error(error, LEAT_ERROR_UNSUPPORTED, "unknown");
}

static void test_no_memory(void)
{
    for (int n = 1;; n++) {
        GError *error = NULL;
        LeatFrame *frame = new_frame(8, 8, AV_PIX_FMT_GRAY8), *other = NULL;
        AVFrame *picture = leat_picture_new(8, 8, AV_PIX_FMT_GRAY8, &error);
        g_assert_no_error(error);
        leat_faults_arm(n);
        LeatFrame *wrapped = leat_frame_wrap(picture, &some_times, &error);
        if (wrapped)
            other = leat_frame_with_times(frame, &some_times, &error);
        bool failed = leat_faults_disarm();
        leat_frame_unref(frame);
        leat_frame_unref(wrapped);
        leat_frame_unref(other);
        if (!failed) {
            g_assert_no_error(error);
            g_assert_cmpint(n, ==, 3);
            return;
        }
        g_assert_error(error, LEAT_ERROR, LEAT_ERROR_NO_MEMORY);
        g_assert_null(other);
        g_clear_error(&error);
    }
}

/* --- many threads */

#define READERS 4
#define ROUNDS 2000

typedef struct {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    LeatFrame *frame;
    int taken; /* by how many readers */
    bool done;
    int64_t sum;
} Shared;

static void *read_frames(void *data)
{
    Shared *shared = data;
    int64_t seen = -1, sum = 0;
    for (;;) {
        pthread_mutex_lock(&shared->mutex);
        while (!shared->done && (!shared->frame || leat_frame_times(shared->frame).seq == seen))
            pthread_cond_wait(&shared->changed, &shared->mutex);
        if (shared->done) {
            shared->sum += sum;
            pthread_mutex_unlock(&shared->mutex);
            return NULL;
        }
        LeatFrame *frame = leat_frame_ref(shared->frame);
        shared->taken++;
        pthread_cond_broadcast(&shared->changed);
        pthread_mutex_unlock(&shared->mutex);
        seen = leat_frame_times(frame).seq;
        int stride = 0;
        const uint8_t *pixels = leat_frame_plane(frame, 0, &stride);
        g_assert_cmpint(pixels[seen % 64], ==, (uint8_t)seen);
        sum += pixels[seen % 64];
        leat_frame_unref(frame);
    }
}

/* The writer reuses memory that readers on other threads have let go of: a sanitizer sees whether
 * our count orders the two. */
static void test_memory_goes_round(void)
{
    Shared shared = {.mutex = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
    pthread_t readers[READERS];
    for (int i = 0; i < READERS; i++)
        g_assert_cmpint(pthread_create(&readers[i], NULL, read_frames, &shared), ==, 0);
    GError *error = NULL;
    LeatPixelPool *pool = leat_pixel_pool_new(&error);
    g_assert_no_error(error);
    for (int64_t seq = 0; seq < ROUNDS; seq++) {
        AVFrame *picture = leat_pixel_pool_get_picture(pool, 64, 1, AV_PIX_FMT_GRAY8, &error);
        g_assert_no_error(error);
        for (int x = 0; x < 64; x++)
            picture->data[0][x] = (uint8_t)seq;
        LeatFrame *base = leat_frame_wrap(picture, &(LeatFrameTimes){.seq = seq}, &error);
        g_assert_no_error(error);
        LeatFrame *frame = leat_frame_with_times(base, &(LeatFrameTimes){.seq = seq}, &error);
        g_assert_no_error(error);
        leat_frame_unref(base);
        pthread_mutex_lock(&shared.mutex);
        LeatFrame *old = shared.frame;
        shared.frame = frame;
        shared.taken = 0;
        pthread_cond_broadcast(&shared.changed);
        while (!shared.taken)
            pthread_cond_wait(&shared.changed, &shared.mutex);
        pthread_mutex_unlock(&shared.mutex);
        leat_frame_unref(old);
    }
    pthread_mutex_lock(&shared.mutex);
    shared.done = true;
    pthread_cond_broadcast(&shared.changed);
    pthread_mutex_unlock(&shared.mutex);
    for (int i = 0; i < READERS; i++)
        pthread_join(readers[i], NULL);
    g_assert_cmpint(shared.sum, >, 0);
    leat_pixel_pool_free(pool);
    leat_frame_unref(shared.frame);
}

static void test_outlives_pool(void)
{
    GError *error = NULL;
    LeatPixelPool *pool = leat_pixel_pool_new(&error);
    g_assert_no_error(error);
    AVFrame *picture = leat_pixel_pool_get_picture(pool, 64, 64, AV_PIX_FMT_BGRA, &error);
    g_assert_no_error(error);
    LeatFrame *frame = leat_frame_wrap(picture, &some_times, &error);
    leat_pixel_pool_free(pool);
    memset(picture->data[0], 1, 64 * 64 * 4);
    leat_frame_unref(frame);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/frame/says-size-format-and-times", test_describes);
    g_test_add_func("/frame/gives-its-planes-and-no-others", test_planes);
    g_test_add_func("/frame/unref-takes-null", test_unref_null);
    g_test_add_func("/frame/release-is-called-once-with-the-latest-finish", test_release);
    g_test_add_func("/frame/other-times-share-the-pixels", test_with_times);
    g_test_add_func("/frame/lent-picture-keeps-the-frame-and-cannot-be-written", test_lend);
    g_test_add_func("/frame/refuses-sizes-and-formats-that-cannot-be", test_bad_sizes);
    g_test_add_func("/frame/tells-when-memory-runs-out", test_no_memory);
    g_test_add_func("/frame/memory-goes-round-between-threads", test_memory_goes_round);
    g_test_add_func("/frame/outlives-the-pool-of-its-memory", test_outlives_pool);
    return g_test_run();
}
