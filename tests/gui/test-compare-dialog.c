/* SPDX-License-Identifier: MIT */
/* The dialog that asks which models to compare; it needs a display. */
#include "gui/compare-dialog.h"
#include "gui/resources.h"

#include "library-support.h"

#include <glib/gstdio.h>

/* In the order of the rows. */
static void find_rows(GtkWidget *widget, GPtrArray *rows)
{
    if (ADW_IS_COMBO_ROW(widget))
        g_ptr_array_add(rows, widget);
    for (GtkWidget *child = gtk_widget_get_first_child(widget); child;
         child = gtk_widget_get_next_sibling(child))
        find_rows(child, rows);
}

static void wait_for_models(AdwComboRow *row, guint count)
{
    while (g_list_model_get_n_items(adw_combo_row_get_model(row)) != count)
        g_main_context_iteration(NULL, TRUE);
}

static void expect_chosen(AdwComboRow *row, const char *name)
{
    GtkStringObject *chosen = adw_combo_row_get_selected_item(row);

    g_assert_cmpstr(gtk_string_object_get_string(chosen), ==, name);
}

static void what_is_chosen_stays_when_the_library_is_read_again(void)
{
    g_autofree char *folder = g_dir_make_tmp("leat-compare-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "a.leat", NULL);
    g_autoptr(LeatLibraryModel) library = leat_library_model_new();
    GtkWindow *parent = g_object_ref_sink(GTK_WINDOW(gtk_window_new()));
    g_autoptr(GPtrArray) rows = g_ptr_array_new();
    LeatCompareDialog *dialog;

    leat_test_make_library(path);
    leat_test_add_model(path, "one");
    leat_test_add_model(path, "two");
    leat_test_add_model(path, "three");
    leat_library_model_set_path(library, path);
    dialog = leat_compare_dialog_new(parent, library);
    find_rows(GTK_WIDGET(dialog), rows);
    g_assert_cmpuint(rows->len, ==, 2);
    wait_for_models(rows->pdata[0], 3);
    expect_chosen(rows->pdata[0], "two");
    expect_chosen(rows->pdata[1], "three");
    adw_combo_row_set_selected(rows->pdata[0], 2);
    expect_chosen(rows->pdata[0], "one");
    leat_test_add_model(path, "four");
    leat_library_model_refresh(library);
    wait_for_models(rows->pdata[0], 4);
    expect_chosen(rows->pdata[0], "one");
    expect_chosen(rows->pdata[1], "three");
    gtk_window_destroy(GTK_WINDOW(dialog));
    gtk_window_destroy(parent);
    g_object_unref(parent);
    g_unlink(path);
    g_rmdir(folder);
}

static void it_goes_with_its_window(void)
{
    g_autoptr(LeatLibraryModel) library = leat_library_model_new();
    GtkWindow *parent = GTK_WINDOW(gtk_window_new());
    GtkWindow *dialog = NULL;

    g_set_weak_pointer(&dialog, GTK_WINDOW(leat_compare_dialog_new(parent, library)));
    gtk_window_destroy(parent);
    g_assert_null(dialog);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    adw_init();
    leat_gui_register_resource();
    g_test_add_func("/compare-dialog/what-is-chosen-stays-when-the-library-is-read-again",
                    what_is_chosen_stays_when_the_library_is_read_again);
    g_test_add_func("/compare-dialog/it-goes-with-its-window", it_goes_with_its_window);
    return g_test_run();
}
