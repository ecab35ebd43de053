/* SPDX-License-Identifier: MIT */
/* A session that starts and ends as the window wants it, without the window. */
#include "gui/session-controller.h"

#define LIMIT_S 60

static gboolean too_late(gpointer data)
{
    (void)data;
    g_error("it took too long");
    return G_SOURCE_REMOVE;
}

static const LeatFigures *figures(LeatSessionController *controller)
{
    return leat_session_controller_figures(controller);
}

static void turn_until_phase(LeatSessionController *controller, LeatPhase phase)
{
    guint limit = g_timeout_add_seconds(LIMIT_S, too_late, NULL);

    while (figures(controller)->phase != phase)
        g_main_context_iteration(NULL, TRUE);
    g_source_remove(limit);
}

static LeatSessionController *new_running(const char *text)
{
    LeatSessionController *controller = leat_session_controller_new();
    g_autoptr(GError) error = NULL;
    g_autoptr(LeatSourceSpec) source = leat_source_spec_parse(text, &error);

    g_assert_no_error(error);
    leat_session_controller_set_source(controller, source);
    leat_session_controller_start(controller);
    turn_until_phase(controller, LEAT_PHASE_RUNNING);
    return controller;
}

/* A button that was pressed in the last quarter of a second starts the camera only now. */
static void test_end(void)
{
    LeatSessionController *controller = new_running("test:64x48@10");

    leat_session_controller_end(controller);
    turn_until_phase(controller, LEAT_PHASE_STOPPING);
    leat_session_controller_start(controller);
    turn_until_phase(controller, LEAT_PHASE_IDLE);
    leat_session_controller_start(controller);
    while (g_main_context_iteration(NULL, FALSE))
        ;
    g_assert_cmpint(figures(controller)->phase, ==, LEAT_PHASE_IDLE);
    g_assert_null(leat_session_controller_session(controller));
    g_object_unref(controller);
}

/* A stop is not for good. */
static void test_stop(void)
{
    LeatSessionController *controller = new_running("test:64x48@10");

    leat_session_controller_stop(controller);
    turn_until_phase(controller, LEAT_PHASE_STOPPING);
    leat_session_controller_start(controller);
    turn_until_phase(controller, LEAT_PHASE_RUNNING);
    leat_session_controller_end(controller);
    turn_until_phase(controller, LEAT_PHASE_IDLE);
    g_object_unref(controller);
}

typedef struct {
    LeatSessionController *controller;
    bool drawing;
    int shown, shown_between; /* and between two pictures */
} Shows;

static void count_show(Shows *shows)
{
    shows->shown++;
    shows->shown_between += shows->drawing;
}

static void draw(Shows *shows)
{
    shows->drawing = true;
    leat_session_controller_picture_drawn(shows->controller);
    shows->drawing = false;
}

static void test_turns(void)
{
    Shows shows = {.controller = new_running("test:64x48@30")};
    guint limit = g_timeout_add_seconds(LIMIT_S, too_late, NULL);

    g_signal_connect_swapped(shows.controller, "show", G_CALLBACK(count_show), &shows);
    g_signal_connect_swapped(shows.controller, "present", G_CALLBACK(draw), &shows);
    while (shows.shown_between < 2)
        g_main_context_iteration(NULL, TRUE);
    g_source_remove(limit);
    leat_session_controller_end(shows.controller);
    turn_until_phase(shows.controller, LEAT_PHASE_IDLE);
    shows.shown = 0;
    leat_session_controller_close(shows.controller);
    g_assert_cmpint(shows.shown, ==, 0);
    while (g_main_context_iteration(NULL, FALSE))
        ;
    g_assert_cmpint(shows.shown, ==, 1);
    g_object_unref(shows.controller);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/session-controller/nothing-starts-what-has-been-ended", test_end);
    g_test_add_func("/session-controller/what-is-stopped-can-be-started-again", test_stop);
    g_test_add_func("/session-controller/figures-and-pictures-take-turns", test_turns);
    return g_test_run();
}
