/* SPDX-License-Identifier: MIT */
#include "gui/model-window.h"

#include "gui/model-result.h"

#include <glib/gi18n.h>

struct _LeatModelWindow {
    AdwWindow parent_instance;

    LeatModelResult *model_result; /* the template's */
};

G_DEFINE_FINAL_TYPE(LeatModelWindow, leat_model_window, ADW_TYPE_WINDOW)

static void leat_model_window_class_init(LeatModelWindowClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    g_type_ensure(LEAT_TYPE_MODEL_RESULT);
    gtk_widget_class_set_template_from_resource(widget_class, "/org/leat/Leat/gui/model-window.ui");
    gtk_widget_class_bind_template_child(widget_class, LeatModelWindow, model_result);
}

static void leat_model_window_init(LeatModelWindow *window)
{
    gtk_widget_init_template(GTK_WIDGET(window));
}

LeatModelWindow *leat_model_window_new(GtkWindow *parent, LeatLibraryModel *library,
                                       const char *model)
{
    g_autofree char *title = g_strdup_printf(_("Model “%s”"), model);
    LeatModelWindow *window =
        g_object_new(LEAT_TYPE_MODEL_WINDOW, "transient-for", parent, "title", title, NULL);

    leat_model_result_show(window->model_result, library, model);
    return window;
}
