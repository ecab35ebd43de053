/* SPDX-License-Identifier: MIT */
/* Labels made on the live picture reach the file as their frames do, exactly, and none is lost. */
#include "app/live-labels.h"

#include "base/clock.h"
#include "base/error.h"
#include "store-support.h"
#include "store/store-label.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

typedef struct {
    Place place;
    LeatStoreWriter *writer;
    LeatLiveLabels *labels;
    int64_t frames; /* given to the writer, lost ones included */
    int failures, error;
    bool undone;
} Scene;

/* When a frame was captured, as make_packet says. */
static int64_t at(int64_t seq)
{
    return make_packet(seq, 0).times.captured_ns;
}

static void failed(const char *name, bool undone, const GError *error, void *data)
{
    Scene *scene = data;

    g_assert_cmpstr(name, ==, "mouse");
    scene->failures++;
    scene->error = error->code;
    scene->undone = undone;
}

/* Frames first..last are committed; what lies before them and was not added is lost. */
static void commit(Scene *scene, int64_t first, int64_t last)
{
    GError *error = NULL;

    add_packets(scene->writer, first, last, 50);
    leat_store_writer_flush(scene->writer, LEAT_FOREVER, &error);
    g_assert_no_error(error);
    scene->frames = last + 1;
}

static void set_up(Scene *scene, gconstpointer data)
{
    LeatLiveLabelsCallbacks callbacks = {NULL, failed, scene};
    GError *error = NULL;

    place_set_up(&scene->place, data);
    scene->writer = start_writer(scene->place.path, "a", true);
    scene->labels = leat_live_labels_new(&callbacks, NULL, &error);
    g_assert_no_error(error);
    leat_live_labels_begin(scene->labels, scene->place.path);
}

static void tear_down(Scene *scene, gconstpointer data)
{
    leat_live_labels_free(scene->labels);
    if (scene->writer)
        leat_store_writer_finish(scene->writer, NULL);
    place_tear_down(&scene->place, data);
}

/* As the studio does: what was recorded is committed, then the labels are told. */
static void end(Scene *scene)
{
    finish_writer(scene->writer, scene->frames);
    scene->writer = NULL;
    leat_live_labels_end(scene->labels, leat_clock_now_ns());
}

static int64_t make(Scene *scene, const char *name, int64_t from_ns, int64_t to_ns)
{
    LeatLiveLabel label = {.name = name, .from_ns = from_ns, .to_ns = to_ns};
    GError *error = NULL;
    int64_t number = leat_live_labels_add(scene->labels, &label, &error);

    g_assert_no_error(error);
    g_assert_cmpint(number, >, 0);
    return number;
}

static void wait_until_none_waits(Scene *scene)
{
    while (leat_live_labels_wait(scene->labels))
        g_main_context_iteration(NULL, TRUE);
    while (g_main_context_iteration(NULL, FALSE))
        ;
}

static void wait_for_frames(Scene *scene, const char *name, int64_t frames)
{
    while (leat_live_labels_frames(scene->labels, name) != frames)
        g_main_context_iteration(NULL, TRUE);
}

static void assert_written(const Scene *scene, const char *expected)
{
    g_autoptr(LeatStore) store = open_store(scene->place.path);

    assert_stored_labels(store, expected);
}

static void test_written_as_frames_are_committed(Scene *scene, gconstpointer data)
{
    (void)data;
    commit(scene, 0, 29);
    leat_live_labels_set_recording(scene->labels, 1);
    make(scene, "mouse", at(10), at(40));
    wait_for_frames(scene, "mouse", 20);
    assert_written(scene, "mouse 10-29");
    g_assert_true(leat_live_labels_wait(scene->labels));
    commit(scene, 30, 59);
    wait_until_none_waits(scene);
    assert_written(scene, "mouse 10-39");
    g_assert_cmpint(leat_live_labels_frames(scene->labels, "mouse"), ==, 30);
    g_assert_cmpint(leat_live_labels_frames(scene->labels, "bird"), ==, 0);
    g_assert_cmpint(scene->failures, ==, 0);
}

static void test_a_frame_is_in_or_out_to_the_nanosecond(Scene *scene, gconstpointer data)
{
    (void)data;
    commit(scene, 0, 49);
    leat_live_labels_set_recording(scene->labels, 1);
    make(scene, "a", at(0), at(4));
    make(scene, "b", at(9) + 1, at(14) + 1);
    make(scene, "c", at(30), at(30) + 1);
    wait_until_none_waits(scene);
    assert_written(scene, "a 0-3, b 10-14, c 30-30");
}

static void test_lost_frames_have_no_label(Scene *scene, gconstpointer data)
{
    (void)data;
    commit(scene, 5, 9);
    commit(scene, 20, 29);
    leat_live_labels_set_recording(scene->labels, 1);
    make(scene, "mouse", at(0), at(12));
    make(scene, "bird", at(15), at(25));
    make(scene, "cat", at(26), at(28));
    wait_until_none_waits(scene);
    assert_written(scene, "mouse 5-9, bird 20-24, cat 26-27");
}

static void test_made_before_the_recording_is_known(Scene *scene, gconstpointer data)
{
    (void)data;
    make(scene, "mouse", at(-90), at(10));
    commit(scene, 0, 29);
    g_assert_true(leat_live_labels_wait(scene->labels));
    leat_live_labels_set_recording(scene->labels, 1);
    wait_until_none_waits(scene);
    assert_written(scene, "mouse 0-9");
}

static void test_one_that_goes_on_ends_with_the_recording(Scene *scene, gconstpointer data)
{
    (void)data;
    make(scene, "mouse", at(10), LEAT_FOREVER);
    commit(scene, 0, 29);
    leat_live_labels_set_recording(scene->labels, 1);
    wait_for_frames(scene, "mouse", 20); /* it is kept as it goes on */
    commit(scene, 30, 59);
    end(scene);
    wait_until_none_waits(scene);
    assert_written(scene, "mouse 10-59");
}

static void test_the_next_takes_the_place_of_one_that_goes_on(Scene *scene, gconstpointer data)
{
    int64_t first;

    (void)data;
    commit(scene, 0, 59);
    leat_live_labels_set_recording(scene->labels, 1);
    first = make(scene, "mouse", at(0), LEAT_FOREVER);
    wait_for_frames(scene, "mouse", 60);
    commit(scene, 60, 99);
    leat_live_labels_close(scene->labels, first, at(80));
    make(scene, "bird", at(50), LEAT_FOREVER);
    end(scene);
    wait_until_none_waits(scene);
    assert_written(scene, "mouse 0-49, bird 50-99");
}

static void test_undo_brings_back_what_was_there(Scene *scene, gconstpointer data)
{
    int64_t bird;

    (void)data;
    commit(scene, 0, 99);
    leat_live_labels_set_recording(scene->labels, 1);
    make(scene, "mouse", at(0), at(40));
    make(scene, "cat", at(60), at(70));
    bird = make(scene, "bird", at(20), at(80));
    wait_until_none_waits(scene);
    assert_written(scene, "mouse 0-19, bird 20-79");
    make(scene, "dog", at(30), at(35));
    wait_until_none_waits(scene);
    leat_live_labels_undo(scene->labels, bird);
    wait_until_none_waits(scene);
    assert_written(scene, "mouse 0-29, dog 30-34, mouse 35-39, cat 60-69");
    g_assert_cmpint(leat_live_labels_frames(scene->labels, "bird"), ==, 0);
}

static void test_undone_before_it_is_written(Scene *scene, gconstpointer data)
{
    int64_t number = make(scene, "mouse", at(0), LEAT_FOREVER);

    (void)data;
    leat_live_labels_undo(scene->labels, number);
    commit(scene, 0, 29);
    leat_live_labels_set_recording(scene->labels, 1);
    end(scene);
    wait_until_none_waits(scene);
    assert_written(scene, "");
    g_assert_cmpint(scene->failures, ==, 0);
}

static void test_numbers_stand_beside_classes(Scene *scene, gconstpointer data)
{
    LeatLiveLabel gauge = {
        .name = "gauge", .has_value = true, .value = 3.5, .from_ns = at(5), .to_ns = at(8)};
    int64_t number;

    (void)data;
    commit(scene, 0, 29);
    leat_live_labels_set_recording(scene->labels, 1);
    make(scene, "mouse", at(0), at(10));
    number = leat_live_labels_add(scene->labels, &gauge, NULL);
    wait_until_none_waits(scene);
    assert_written(scene, "mouse 0-9, gauge=3.5 5-7");
    leat_live_labels_undo(scene->labels, number);
    wait_until_none_waits(scene);
    assert_written(scene, "mouse 0-9");
}

static void test_nothing_recorded_is_told(Scene *scene, gconstpointer data)
{
    (void)data;
    make(scene, "mouse", at(0), at(10));
    leat_live_labels_end(scene->labels, leat_clock_now_ns());
    wait_until_none_waits(scene);
    g_assert_cmpint(scene->failures, ==, 1);
    g_assert_cmpint(scene->error, ==, LEAT_ERROR_NOT_FOUND);
    commit(scene, 0, 9);
}

static void test_a_time_without_frames_is_told(Scene *scene, gconstpointer data)
{
    (void)data;
    commit(scene, 50, 99);
    leat_live_labels_set_recording(scene->labels, 1);
    make(scene, "mouse", at(0), at(10));
    wait_until_none_waits(scene);
    g_assert_cmpint(scene->failures, ==, 1);
    g_assert_cmpint(scene->error, ==, LEAT_ERROR_NOT_FOUND);
    assert_written(scene, "");
}

static void test_a_file_that_is_gone_is_told(Scene *scene, gconstpointer data)
{
    int64_t number;

    (void)data;
    commit(scene, 0, 9);
    leat_live_labels_set_recording(scene->labels, 1);
    number = make(scene, "mouse", at(0), at(5));
    wait_until_none_waits(scene);
    end(scene);
    g_assert_cmpint(g_remove(scene->place.path), ==, 0);
    leat_live_labels_undo(scene->labels, number);
    wait_until_none_waits(scene);
    g_assert_cmpint(scene->failures, ==, 1);
    g_assert_cmpint(scene->error, ==, LEAT_ERROR_NOT_FOUND);
    g_assert_true(scene->undone);
}

static void test_what_cannot_be_is_refused(Scene *scene, gconstpointer data)
{
    const LeatLiveLabel wrong[] = {
        {.name = "", .to_ns = 1},
        {.name = "a\nb", .to_ns = 1},
        {.name = "gauge", .has_value = true, .value = NAN, .to_ns = 1},
    };

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_cmpint(leat_live_labels_add(scene->labels, &wrong[i], &error), ==, 0);
        g_assert_error(error, LEAT_ERROR, LEAT_ERROR_INVALID);
    }
    commit(scene, 0, 9);
    end(scene);
    {
        g_autoptr(GError) error = NULL;
        LeatLiveLabel late = {.name = "mouse", .to_ns = 1};

        g_assert_cmpint(leat_live_labels_add(scene->labels, &late, &error), ==, 0);
        g_assert_error(error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND);
    }
}

static void test_freed_it_writes_what_waits(Scene *scene, gconstpointer data)
{
    (void)data;
    commit(scene, 0, 29);
    leat_live_labels_set_recording(scene->labels, 1);
    make(scene, "mouse", at(10), LEAT_FOREVER);
    leat_live_labels_free(g_steal_pointer(&scene->labels));
    assert_written(scene, "mouse 10-29");
}

static void on_gone(void *gone)
{
    *(bool *)gone = true;
}

static void test_let_go_it_writes_what_waits(Scene *scene, gconstpointer data)
{
    bool gone = false;

    (void)data;
    commit(scene, 0, 29);
    leat_live_labels_set_recording(scene->labels, 1);
    make(scene, "mouse", at(10), LEAT_FOREVER);
    leat_live_labels_let_go(g_steal_pointer(&scene->labels), on_gone, &gone);
    while (!gone)
        g_main_context_iteration(NULL, TRUE);
    assert_written(scene, "mouse 10-29");
}

static void test_let_go_unused_it_is_gone_at_once(Scene *scene, gconstpointer data)
{
    bool gone = false;

    (void)data;
    leat_live_labels_let_go(g_steal_pointer(&scene->labels), on_gone, &gone);
    g_assert_true(gone);
}

static void test_another_program_is_waited_for(Scene *scene, gconstpointer data)
{
    Shell *shell;

    (void)data;
    commit(scene, 0, 29);
    leat_live_labels_set_recording(scene->labels, 1);
    shell = shell_start(scene->place.path);
    shell_say(shell, "BEGIN IMMEDIATE;");
    make(scene, "mouse", at(0), at(10));
    make(scene, "bird", at(5), at(15));
    shell_say(shell, "COMMIT;");
    shell_end(shell);
    wait_until_none_waits(scene);
    assert_written(scene, "mouse 0-4, bird 5-14");
}

#define ADD(name, function) \
    g_test_add("/live-labels/" name, Scene, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("written-as-frames-are-committed", test_written_as_frames_are_committed);
    ADD("a-frame-is-in-or-out-to-the-nanosecond", test_a_frame_is_in_or_out_to_the_nanosecond);
    ADD("lost-frames-have-no-label", test_lost_frames_have_no_label);
    ADD("made-before-the-recording-is-known", test_made_before_the_recording_is_known);
    ADD("one-that-goes-on-ends-with-the-recording", test_one_that_goes_on_ends_with_the_recording);
    ADD("the-next-takes-the-place-of-one-that-goes-on",
        test_the_next_takes_the_place_of_one_that_goes_on);
    ADD("undo-brings-back-what-was-there", test_undo_brings_back_what_was_there);
    ADD("undone-before-it-is-written", test_undone_before_it_is_written);
    ADD("numbers-stand-beside-classes", test_numbers_stand_beside_classes);
    ADD("nothing-recorded-is-told", test_nothing_recorded_is_told);
    ADD("a-time-without-frames-is-told", test_a_time_without_frames_is_told);
    ADD("a-file-that-is-gone-is-told", test_a_file_that_is_gone_is_told);
    ADD("what-cannot-be-is-refused", test_what_cannot_be_is_refused);
    ADD("freed-it-writes-what-waits", test_freed_it_writes_what_waits);
    ADD("let-go-it-writes-what-waits", test_let_go_it_writes_what_waits);
    ADD("let-go-unused-it-is-gone-at-once", test_let_go_unused_it_is_gone_at_once);
    ADD("another-program-is-waited-for", test_another_program_is_waited_for);
    return g_test_run();
}
