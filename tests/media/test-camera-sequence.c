/* SPDX-License-Identifier: MIT */
#include "media/camera-sequence.h"

#include <glib.h>

/* Steps through the driver's numbers and returns the last step, with the losses of all. */
static LeatCameraStep walk(LeatCameraSequence *sequence, const uint32_t *numbers, size_t count,
                           int64_t *lost)
{
    LeatCameraStep step = {0};
    int64_t expected = sequence->next;

    *lost = 0;
    for (size_t i = 0; i < count; i++) {
        step = leat_camera_sequence_step(sequence, numbers[i]);
        g_assert_cmpint(step.lost, >=, 0);
        g_assert_cmpint(step.lost_first, ==, expected);
        g_assert_cmpint(step.seq, ==, expected + step.lost);
        expected = step.seq + 1;
        *lost += step.lost;
    }
    g_assert_cmpint(sequence->next, ==, expected);
    return step;
}

#define WALK(first, lost, ...)                                      \
    walk((leat_camera_sequence_start(&sequence, first), &sequence), \
         (const uint32_t[]){__VA_ARGS__},                           \
         sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t), lost)

static void test_steady(void)
{
    LeatCameraSequence sequence;
    int64_t lost;
    LeatCameraStep step = WALK(0, &lost, 0, 1, 2, 3);
    g_assert_cmpint(step.seq, ==, 3);
    g_assert_cmpint(lost, ==, 0);
    g_assert_cmpint(step.kind, ==, LEAT_CAMERA_STEP_FORWARD);
}

static void test_gap(void)
{
    LeatCameraSequence sequence;
    int64_t lost;
    LeatCameraStep step = WALK(0, &lost, 0, 1, 5);
    g_assert_cmpint(step.seq, ==, 5);
    g_assert_cmpint(step.lost_first, ==, 2);
    g_assert_cmpint(step.lost, ==, 3);
    g_assert_cmpint(lost, ==, 3);
}

static void test_lost_at_start(void)
{
    LeatCameraSequence sequence;
    int64_t lost;
    LeatCameraStep step = WALK(100, &lost, 2, 3);
    g_assert_cmpint(lost, ==, 2);
    g_assert_cmpint(step.seq, ==, 103);
}

static void test_starts_elsewhere(void)
{
    LeatCameraSequence sequence;
    int64_t lost;
    LeatCameraStep step = WALK(0, &lost, 123456, 123457);
    g_assert_cmpint(lost, ==, 0);
    g_assert_cmpint(step.seq, ==, 1);
}

static void test_repeat(void)
{
    LeatCameraSequence sequence;
    int64_t lost;
    LeatCameraStep step = WALK(0, &lost, 0, 1, 1);
    g_assert_cmpint(step.kind, ==, LEAT_CAMERA_STEP_REPEATED);
    g_assert_cmpint(step.seq, ==, 2);
    step = leat_camera_sequence_step(&sequence, 2);
    g_assert_cmpint(step.kind, ==, LEAT_CAMERA_STEP_FORWARD);
    g_assert_cmpint(step.lost, ==, 0);
    g_assert_cmpint(step.seq, ==, 3);
}

static void test_step_back(void)
{
    LeatCameraSequence sequence;
    int64_t lost;
    LeatCameraStep step = WALK(0, &lost, 0, 1, 2, 1);
    g_assert_cmpint(step.kind, ==, LEAT_CAMERA_STEP_BACK);
    g_assert_cmpuint(step.previous, ==, 2);
    g_assert_cmpint(step.seq, ==, 3);
    step = leat_camera_sequence_step(&sequence, 3);
    g_assert_cmpint(step.lost, ==, 0);
    g_assert_cmpint(step.seq, ==, 4);
}

static void test_wrap(void)
{
    LeatCameraSequence sequence;
    int64_t lost;
    LeatCameraStep step = WALK(0, &lost, UINT32_MAX - 1, UINT32_MAX, 0, 1, 3);
    g_assert_cmpint(step.kind, ==, LEAT_CAMERA_STEP_FORWARD);
    g_assert_cmpint(lost, ==, 1);
    g_assert_cmpint(step.seq, ==, 5);
}

static void test_repeat_at_wrap(void)
{
    LeatCameraSequence sequence;
    int64_t lost;
    LeatCameraStep step = WALK(0, &lost, UINT32_MAX, 0, UINT32_MAX);
    g_assert_cmpint(step.kind, ==, LEAT_CAMERA_STEP_BACK);
    g_assert_cmpint(lost, ==, 0);
}

static void test_restart(void)
{
    LeatCameraSequence sequence;
    int64_t lost;
    LeatCameraStep step = WALK(0, &lost, 0, 1, 2, 3, 4, 0);
    g_assert_cmpint(step.kind, ==, LEAT_CAMERA_STEP_RESTART);
    g_assert_cmpint(step.seq, ==, 5);
    step = leat_camera_sequence_step(&sequence, 2);
    g_assert_cmpint(step.kind, ==, LEAT_CAMERA_STEP_FORWARD);
    g_assert_cmpint(step.lost, ==, 1);
}

static void test_wild_jump(void)
{
    LeatCameraSequence sequence;
    int64_t lost;
    LeatCameraStep step = WALK(0, &lost, 0, 1, 1500000000, 1500000001);
    g_assert_cmpint(lost, ==, 0);
    g_assert_cmpint(step.seq, ==, 3);
    g_assert_cmpint(step.kind, ==, LEAT_CAMERA_STEP_FORWARD);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/camera-sequence/numbers-without-gaps-lose-nothing", test_steady);
    g_test_add_func("/camera-sequence/a-gap-is-a-loss-of-its-length", test_gap);
    g_test_add_func("/camera-sequence/what-the-driver-dropped-before-the-first-frame-is-lost",
                    test_lost_at_start);
    g_test_add_func("/camera-sequence/a-counter-that-starts-elsewhere-loses-nothing",
                    test_starts_elsewhere);
    g_test_add_func("/camera-sequence/a-repeated-number-is-a-frame-and-no-loss", test_repeat);
    g_test_add_func("/camera-sequence/a-step-back-is-a-frame-and-no-loss", test_step_back);
    g_test_add_func("/camera-sequence/wrapping-at-32-bits-is-a-step-forward", test_wrap);
    g_test_add_func("/camera-sequence/a-step-back-over-the-wrap-is-one", test_repeat_at_wrap);
    g_test_add_func("/camera-sequence/a-counter-that-starts-again-is-followed", test_restart);
    g_test_add_func("/camera-sequence/a-wild-jump-is-not-taken-for-losses", test_wild_jump);
    return g_test_run();
}
