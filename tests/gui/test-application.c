/* SPDX-License-Identifier: MIT */
/* How the program ends; it needs a display. */
#include "gui/application.h"
#include "gui/hold.h"
#include "gui/resources.h"

/* Turns of the loop, in which a program that quits has quit. */
#define TURNS 20

typedef struct {
    LeatApplication *application;
    GtkWidget *pages; /* weak */
    int turns;        /* since it was asked to end again */
    bool written;     /* what it was to keep */
} End;

static bool has_windows(const End *end)
{
    return gtk_application_get_windows(GTK_APPLICATION(end->application)) != NULL;
}

static GtkWidget *find(GtkWidget *widget, GType type)
{
    GtkWidget *found = g_type_is_a(G_OBJECT_TYPE(widget), type) ? widget : NULL;

    for (GtkWidget *child = gtk_widget_get_first_child(widget); child && !found;
         child = gtk_widget_get_next_sibling(child))
        found = find(child, type);
    return found;
}

static gboolean write_to_the_end(gpointer data)
{
    End *end = data;

    if (++end->turns < TURNS)
        return G_SOURCE_CONTINUE;
    end->written = true;
    leat_hold_end(NULL);
    return G_SOURCE_REMOVE;
}

static gboolean end_again(gpointer data)
{
    End *end = data;

    if (has_windows(end))
        return G_SOURCE_CONTINUE;
    /* They go with their window: what is still looked for would be told to what is not there. */
    g_assert_null(end->pages);
    leat_application_end(end->application);
    g_idle_add(write_to_the_end, end);
    return G_SOURCE_REMOVE;
}

static gboolean end_once(gpointer data)
{
    End *end = data;
    GtkApplication *application = GTK_APPLICATION(end->application);

    if (!has_windows(end))
        return G_SOURCE_CONTINUE;
    g_set_weak_pointer(&end->pages,
                       find(gtk_application_get_windows(application)->data, ADW_TYPE_VIEW_STACK));
    g_assert_nonnull(end->pages);
    leat_hold_begin();
    leat_application_end(end->application);
    g_timeout_add(10, end_again, end);
    return G_SOURCE_REMOVE;
}

static void test_end(void)
{
    const LeatGuiOptions options = {.source = "test:64x48@10"};
    End end = {.application = leat_application_new(&options)};

    g_timeout_add(10, end_once, &end);
    g_assert_cmpint(g_application_run(G_APPLICATION(end.application), 0, NULL), ==, 0);
    g_assert_true(end.written);
    g_object_unref(end.application);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    leat_gui_register_resource();
    g_test_add_func("/application/a-window-ends-whole-and-what-is-to-be-kept-is-kept", test_end);
    return g_test_run();
}
