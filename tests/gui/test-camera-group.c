/* SPDX-License-Identifier: MIT */
/* The group that chooses the source; it needs a display. */
#include "gui/camera-group.h"
#include "gui/resources.h"

static void keys_are_not_for_the_address_of_what_is_opened(void)
{
    g_autoptr(LeatSessionController) controller = leat_session_controller_new();
    GtkWindow *window = GTK_WINDOW(gtk_window_new());
    LeatCameraGroup *group = g_object_new(LEAT_TYPE_CAMERA_GROUP, NULL);

    gtk_window_set_child(window, GTK_WIDGET(group));
    leat_camera_group_set_controller(group, controller, "test", NULL, false);
    gtk_window_present(window);
    gtk_window_set_focus(window, NULL);
    leat_camera_group_open(group, "/nowhere/film.mkv");
    g_assert_cmpstr(leat_session_controller_source(controller)->shown, ==, "/nowhere/film.mkv");
    g_assert_null(gtk_window_get_focus(window));
    gtk_window_destroy(window);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    adw_init();
    leat_gui_register_resource();
    g_test_add_func("/camera-group/keys-are-not-for-the-address-of-what-is-opened",
                    keys_are_not_for_the_address_of_what_is_opened);
    return g_test_run();
}
