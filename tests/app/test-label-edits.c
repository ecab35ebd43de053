/* SPDX-License-Identifier: MIT */
/* Classes drawn, resized, changed and taken off, and back again. Frame n is shown at n/30 s. */
#include "app/label-edits.h"
#include "base/clock.h"
#include "base/error.h"
#include "store-support.h"

#define FRAMES 100

static LeatFramePlace frame(int64_t seq)
{
    return (LeatFramePlace){.seq = seq};
}

/* In the middle of the frame's time. */
static LeatFramePlace time_of(int64_t seq)
{
    return (LeatFramePlace){.seq = -1, .ns = (2 * seq + 1) * LEAT_NS_PER_S / 60};
}

/* Frees the patch; NULL does nothing. The way back. */
static LeatLabelPatch *apply(const Place *place, LeatLabelPatch *patch)
{
    GError *error = NULL;
    LeatLabelPatch *back;

    g_assert_nonnull(patch);
    back = leat_label_patch_apply(place->path, patch, &error);
    g_assert_no_error(error);
    leat_label_patch_free(patch);
    return back;
}

static LeatLabelPatch *edit(const Place *place, const LeatLabelEdit *edit)
{
    GError *error = NULL;
    LeatLabelPatch *patch = leat_label_edit_resolve(place->path, edit, &error);

    g_assert_no_error(error);
    return apply(place, patch);
}

static LeatLabelPatch *draw(const Place *place, const char *label, LeatFramePlace first,
                            LeatFramePlace last)
{
    return edit(place, &(LeatLabelEdit){1, label, first, last, false, 0, 0});
}

static void assert_labels(const Place *place, const char *expected)
{
    assert_sql(place->path,
               "SELECT group_concat(name || ' ' || first_seq || '-' || last_seq, ', ')"
               " FROM (SELECT * FROM label ORDER BY first_seq)",
               expected);
}

static void a_band_is_drawn_by_time_or_by_frames_and_undone(Place *place, gconstpointer data)
{
    LeatLabelPatch *back;

    (void)data;
    record(place->path, "a", FRAMES, 50);
    back = draw(place, "mouse", time_of(10), time_of(19));
    assert_labels(place, "mouse 10-19");
    leat_label_patch_free(draw(place, "empty", frame(40), frame(30)));
    assert_labels(place, "mouse 10-19, empty 30-40");
    leat_label_patch_free(apply(place, back));
    assert_labels(place, "empty 30-40");
    assert_sound(place->path);
}

static void what_was_overdrawn_comes_back(Place *place, gconstpointer data)
{
    LeatLabelPatch *back, *again;

    (void)data;
    record(place->path, "a", FRAMES, 50);
    leat_label_patch_free(draw(place, "empty", frame(0), frame(49)));
    leat_label_patch_free(draw(place, "mouse", frame(50), frame(59)));
    back = draw(place, "bird", frame(40), frame(54));
    assert_labels(place, "empty 0-39, bird 40-54, mouse 55-59");
    again = apply(place, back);
    assert_labels(place, "empty 0-49, mouse 50-59");
    leat_label_patch_free(apply(place, again));
    assert_labels(place, "empty 0-39, bird 40-54, mouse 55-59");
    assert_sound(place->path);
}

static void a_band_grows_shrinks_changes_and_goes(Place *place, gconstpointer data)
{
    LeatLabelEdit change = {.recording = 1, .label = "mouse", .replaces = true};
    LeatLabelPatch *backs[4];

    (void)data;
    record(place->path, "a", FRAMES, 50);
    leat_label_patch_free(draw(place, "mouse", frame(20), frame(29)));
    change.first = frame(20);
    change.last = time_of(39);
    change.old_first = 20;
    change.old_last = 29;
    backs[0] = edit(place, &change);
    assert_labels(place, "mouse 20-39");
    change.first = time_of(35);
    change.last = frame(39);
    change.old_last = 39;
    backs[1] = edit(place, &change);
    assert_labels(place, "mouse 35-39");
    change.label = "bird";
    change.first = frame(35);
    change.old_first = 35;
    backs[2] = edit(place, &change);
    assert_labels(place, "bird 35-39");
    change.label = NULL;
    backs[3] = edit(place, &change);
    assert_labels(place, "");
    leat_label_patch_free(apply(place, backs[3]));
    leat_label_patch_free(apply(place, backs[2]));
    assert_labels(place, "mouse 35-39");
    leat_label_patch_free(apply(place, backs[1]));
    leat_label_patch_free(apply(place, backs[0]));
    assert_labels(place, "mouse 20-29");
}

/* As by the Live page while the recording goes on. */
static void labels_of_others_and_numbers_stay(Place *place, gconstpointer data)
{
    LeatLabelPatch *back;

    (void)data;
    record(place->path, "a", FRAMES, 50);
    back = draw(place, "mouse", frame(10), frame(19));
    assert_sql(place->path,
               "INSERT INTO label (recording, name, value, first_seq, last_seq, created_wall_ns)"
               " VALUES (1, 'gauge', 3.5, 5, 15, 0), (1, 'empty', NULL, 60, 70, 0)",
               "");
    leat_label_patch_free(apply(place, back));
    assert_labels(place, "gauge 5-15, empty 60-70");
}

static void what_cannot_be_done_is_said_and_changes_nothing(Place *place, gconstpointer data)
{
    LeatLabelEdit bad = {.recording = 1, .label = "a\nb", .last = frame(9)};
    GError *error = NULL;

    (void)data;
    record(place->path, "a", FRAMES, 50);
    g_assert_null(leat_label_edit_resolve(place->path, &bad, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_INVALID);
    g_clear_error(&error);
    g_assert_null(leat_label_edit_resolve("/nonexistent.leat", &bad, NULL));
    bad.label = "mouse";
    bad.recording = 7;
    bad.first = time_of(3);
    g_assert_null(leat_label_edit_resolve(place->path, &bad, &error));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_NOT_FOUND);
    g_clear_error(&error);
    assert_labels(place, "");
}

static LeatLabelPatch *numbered(int64_t number)
{
    LeatLabelPatch *patch = g_new0(LeatLabelPatch, 1);

    patch->first = number;
    return patch;
}

/* Its number, or -1 for none; frees it. */
static int64_t number_of(LeatLabelPatch *patch)
{
    int64_t number = patch ? patch->first : -1;

    leat_label_patch_free(patch);
    return number;
}

static void the_latest_is_undone_first_and_something_new_ends_the_redoing(void)
{
    LeatLabelEdits *edits = leat_label_edits_new();

    g_assert_false(leat_label_edits_can_undo(edits));
    leat_label_edits_add(edits, numbered(1));
    leat_label_edits_add(edits, numbered(2));
    g_assert_cmpint(number_of(leat_label_edits_take_undo(edits)), ==, 2);
    leat_label_edits_put_redo(edits, numbered(20));
    g_assert_true(leat_label_edits_can_redo(edits));
    g_assert_cmpint(number_of(leat_label_edits_take_redo(edits)), ==, 20);
    leat_label_edits_put_undo(edits, numbered(2));
    g_assert_cmpint(number_of(leat_label_edits_take_undo(edits)), ==, 2);
    leat_label_edits_put_redo(edits, numbered(20));
    leat_label_edits_add(edits, numbered(3));
    g_assert_false(leat_label_edits_can_redo(edits));
    g_assert_cmpint(number_of(leat_label_edits_take_undo(edits)), ==, 3);
    g_assert_cmpint(number_of(leat_label_edits_take_undo(edits)), ==, 1);
    g_assert_cmpint(number_of(leat_label_edits_take_undo(edits)), ==, -1);
    leat_label_edits_free(edits);
}

static void the_oldest_edits_are_forgotten(void)
{
    enum { MANY = 500, KEPT = 200 };
    LeatLabelEdits *edits = leat_label_edits_new();
    int undone = 0;

    for (int i = 0; i < MANY; i++)
        leat_label_edits_add(edits, numbered(i));
    while (leat_label_edits_can_undo(edits)) {
        g_assert_cmpint(number_of(leat_label_edits_take_undo(edits)), ==, MANY - 1 - undone);
        undone++;
    }
    g_assert_cmpint(undone, ==, KEPT);
    leat_label_edits_free(edits);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_TEST("/label-edits/a-band-is-drawn-by-time-or-by-frames-and-undone",
             a_band_is_drawn_by_time_or_by_frames_and_undone);
    ADD_TEST("/label-edits/what-was-overdrawn-comes-back", what_was_overdrawn_comes_back);
    ADD_TEST("/label-edits/a-band-grows-shrinks-changes-and-goes",
             a_band_grows_shrinks_changes_and_goes);
    ADD_TEST("/label-edits/labels-of-others-and-numbers-stay", labels_of_others_and_numbers_stay);
    ADD_TEST("/label-edits/what-cannot-be-done-is-said-and-changes-nothing",
             what_cannot_be_done_is_said_and_changes_nothing);
    g_test_add_func("/label-edits/the-latest-is-undone-first-and-something-new-ends-the-redoing",
                    the_latest_is_undone_first_and_something_new_ends_the_redoing);
    g_test_add_func("/label-edits/the-oldest-edits-are-forgotten", the_oldest_edits_are_forgotten);
    return g_test_run();
}
