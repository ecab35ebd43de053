/* SPDX-License-Identifier: MIT */
/* The model that was used last is used again at the next start, where it is there. */
#include "gui/model-memory.h"

#include "library-support.h"

#include <glib/gstdio.h>

#define PROGRAM "exec:/nowhere/model --fast"

typedef struct {
    char *folder, *path;
    LeatContext context;
    LeatModelList *models; /* of the window; NULL while there is none */
    LeatModelMemory *memory;
    bool read;
} Scene;

static void set_up(Scene *scene, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    (void)data;
    scene->folder = g_dir_make_tmp("leat-model-memory-XXXXXX", &error);
    g_assert_no_error(error);
    scene->path = g_build_filename(scene->folder, "a.leat", NULL);
    leat_test_make_library(scene->path);
    scene->context.settings = leat_settings_new("/nowhere/studio.ini");
}

static void note_read(Scene *scene)
{
    scene->read = leat_model_list_is_read(scene->models);
    if (scene->read)
        leat_model_memory_recall(scene->memory);
}

static void wait_until_read(Scene *scene)
{
    scene->read = false;
    while (!scene->read)
        g_main_context_iteration(NULL, TRUE);
}

/* A window with the library, NULL for none, as far as its model goes. */
static void start(Scene *scene, const char *path)
{
    scene->context.session = leat_session_controller_new();
    scene->context.library = leat_library_model_new();
    if (path)
        leat_library_model_set_path(scene->context.library, path);
    scene->models = leat_model_list_new(scene->context.library);
    scene->memory = leat_model_memory_new(&scene->context, scene->models);
    g_signal_connect_swapped(scene->models, "loaded", G_CALLBACK(note_read), scene);
    leat_model_memory_recall(scene->memory);
    if (path)
        wait_until_read(scene);
}

static void end(Scene *scene)
{
    g_clear_pointer(&scene->memory, leat_model_memory_free);
    g_clear_object(&scene->models);
    g_clear_object(&scene->context.library);
    g_clear_object(&scene->context.session);
}

static void tear_down(Scene *scene, gconstpointer data)
{
    g_autoptr(GDir) dir = g_dir_open(scene->folder, 0, NULL);
    const char *name;

    (void)data;
    end(scene);
    leat_settings_free(scene->context.settings);
    while ((name = g_dir_read_name(dir))) {
        g_autofree char *path = g_build_filename(scene->folder, name, NULL);

        g_unlink(path);
    }
    g_rmdir(scene->folder);
    g_free(scene->path);
    g_free(scene->folder);
}

/* At an earlier start. */
static void use(Scene *scene, const char *model)
{
    start(scene, scene->path);
    leat_model_memory_keep(scene->memory, scene->path, model);
    end(scene);
}

static void assert_used(Scene *scene, const char *model, bool missed)
{
    g_assert_cmpstr(leat_session_controller_model(scene->context.session), ==, model);
    g_assert_cmpint(leat_model_memory_is_missed(scene->memory), ==, missed);
}

static void one_of_the_library_is_used_again(Scene *scene, gconstpointer data)
{
    (void)data;
    leat_test_add_model(scene->path, "colours");
    use(scene, "colours");
    start(scene, scene->path);
    assert_used(scene, "colours", false);
}

static void a_program_is_used_again_whatever_library_is_open(Scene *scene, gconstpointer data)
{
    (void)data;
    use(scene, PROGRAM);
    start(scene, NULL);
    assert_used(scene, PROGRAM, false);
}

static void one_that_is_gone_is_missed_until_it_is_back(Scene *scene, gconstpointer data)
{
    (void)data;
    use(scene, "colours");
    start(scene, scene->path);
    assert_used(scene, NULL, true);
    leat_test_add_model(scene->path, "colours");
    leat_model_list_refresh(scene->models);
    wait_until_read(scene);
    assert_used(scene, "colours", false);
}

static void one_whose_library_is_gone_is_missed(Scene *scene, gconstpointer data)
{
    (void)data;
    leat_test_add_model(scene->path, "colours");
    use(scene, "colours");
    g_assert_cmpint(g_unlink(scene->path), ==, 0);
    start(scene, scene->path);
    assert_used(scene, NULL, true);
    end(scene);
    start(scene, NULL);
    assert_used(scene, NULL, true);
}

static void with_another_library_it_waits_for_its_own(Scene *scene, gconstpointer data)
{
    g_autofree char *other = g_build_filename(scene->folder, "b.leat", NULL);

    (void)data;
    leat_test_make_library(other);
    leat_test_add_model(other, "colours");
    leat_test_add_model(scene->path, "colours");
    use(scene, "colours");
    start(scene, other);
    assert_used(scene, NULL, false);
    leat_library_model_set_path(scene->context.library, scene->path);
    assert_used(scene, NULL, false);
    wait_until_read(scene);
    assert_used(scene, "colours", false);
}

static void one_that_was_put_down_is_not_taken_up_again(Scene *scene, gconstpointer data)
{
    (void)data;
    leat_test_add_model(scene->path, "colours");
    use(scene, "colours");
    start(scene, scene->path);
    leat_session_controller_set_model(scene->context.session, NULL, NULL);
    leat_model_list_refresh(scene->models);
    wait_until_read(scene);
    assert_used(scene, NULL, true);
    leat_model_memory_keep(scene->memory, scene->path, NULL);
    assert_used(scene, NULL, false);
    end(scene);
    start(scene, scene->path);
    assert_used(scene, NULL, false);
}

#define ADD_TEST(name, function) g_test_add(name, Scene, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_TEST("/model-memory/one of the library is used again", one_of_the_library_is_used_again);
    ADD_TEST("/model-memory/a program is used again whatever library is open",
             a_program_is_used_again_whatever_library_is_open);
    ADD_TEST("/model-memory/one that is gone is missed until it is back",
             one_that_is_gone_is_missed_until_it_is_back);
    ADD_TEST("/model-memory/one whose library is gone is missed",
             one_whose_library_is_gone_is_missed);
    ADD_TEST("/model-memory/with another library it waits for its own",
             with_another_library_it_waits_for_its_own);
    ADD_TEST("/model-memory/one that was put down is not taken up again",
             one_that_was_put_down_is_not_taken_up_again);
    return g_test_run();
}
