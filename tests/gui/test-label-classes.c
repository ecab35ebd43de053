/* SPDX-License-Identifier: MIT */
/* Nine classes have a key: those that were added, which are kept, then those of the library. */
#include "gui/label-classes.h"

#include <stdint.h>
#include <string.h>

typedef struct {
    LeatSettings *settings;
    LeatLabelClasses *classes;
} Scene;

static void set_up(Scene *scene, gconstpointer data)
{
    (void)data;
    scene->settings = leat_settings_new("/nowhere/studio.ini");
    scene->classes = leat_label_classes_new(scene->settings);
}

static void tear_down(Scene *scene, gconstpointer data)
{
    (void)data;
    leat_label_classes_free(scene->classes);
    leat_settings_free(scene->settings);
}

static void assert_names(LeatLabelClasses *classes, const char *expected)
{
    g_autofree char *names = g_strjoinv(",", (char **)(uintptr_t)leat_label_classes_names(classes));

    g_assert_cmpstr(names, ==, expected);
}

static void test_those_added_are_kept_and_come_first(Scene *scene, gconstpointer data)
{
    const char *const library[] = {"cat", "bird", NULL};
    LeatLabelClasses *others;

    (void)data;
    leat_label_classes_set_library(scene->classes, library);
    leat_label_classes_add(scene->classes, "mouse");
    leat_label_classes_add(scene->classes, "dog, sitting");
    assert_names(scene->classes, "mouse,dog, sitting,cat,bird");
    others = leat_label_classes_new(scene->settings);
    assert_names(others, "mouse,dog, sitting");
    leat_label_classes_free(others);
}

static void test_one_that_is_removed_stays_away(Scene *scene, gconstpointer data)
{
    const char *const library[] = {"cat", "mouse", NULL};

    (void)data;
    leat_label_classes_add(scene->classes, "mouse");
    leat_label_classes_set_library(scene->classes, library);
    leat_label_classes_remove(scene->classes, leat_label_classes_names(scene->classes)[0]);
    assert_names(scene->classes, "cat");
    leat_label_classes_set_library(scene->classes, library);
    assert_names(scene->classes, "cat");
    leat_label_classes_add(scene->classes, "mouse"); /* but for who wants it */
    assert_names(scene->classes, "mouse,cat");
}

static void assert_fault(LeatLabelClasses *classes, const char *name, const char *part)
{
    g_autofree char *fault = leat_label_classes_fault(classes, name);

    g_assert_nonnull(fault);
    g_assert_nonnull(strstr(fault, part));
}

static void test_what_cannot_be_a_class_is_told(Scene *scene, gconstpointer data)
{
    g_autofree char *length = g_strnfill(201, 'x');

    (void)data;
    leat_label_classes_add(scene->classes, "mouse");
    assert_fault(scene->classes, "mouse", "of this name");
    assert_fault(scene->classes, "", "is empty");
    assert_fault(scene->classes, "a\nb", "control characters");
    assert_fault(scene->classes, length, "too long");
    leat_label_classes_add(scene->classes, "a\nb");
    assert_names(scene->classes, "mouse");
}

static void test_there_are_nine_keys(Scene *scene, gconstpointer data)
{
    const char *const library[] = {"one more", NULL};

    (void)data;
    for (char name[] = "a"; *name <= 'i'; ++*name)
        leat_label_classes_add(scene->classes, name);
    leat_label_classes_set_library(scene->classes, library);
    assert_names(scene->classes, "a,b,c,d,e,f,g,h,i");
    assert_fault(scene->classes, "j", "nine");
    leat_label_classes_remove(scene->classes, "c");
    assert_names(scene->classes, "a,b,d,e,f,g,h,i,one more");
}

#define ADD(name, function) \
    g_test_add("/label-classes/" name, Scene, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("those-added-are-kept-and-come-first", test_those_added_are_kept_and_come_first);
    ADD("one-that-is-removed-stays-away", test_one_that_is_removed_stays_away);
    ADD("what-cannot-be-a-class-is-told", test_what_cannot_be_a_class_is_told);
    ADD("there-are-nine-keys", test_there_are_nine_keys);
    return g_test_run();
}
