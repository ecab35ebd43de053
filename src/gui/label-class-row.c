/* SPDX-License-Identifier: MIT */
#include "gui/label-class-row.h"

#include "gui/css-class.h"
#include "gui/label-colours.h"
#include "gui/tooltip.h"

#include <glib/gi18n.h>

#define SWATCH_PX 16

struct _LeatLabelClassRow {
    AdwActionRow parent_instance;

    /* The template's. */
    GtkLabel *key_label;
    GtkImage *swatch;
    GtkWidget *label_button;
    GtkWidget *remove_button;
};

G_DEFINE_FINAL_TYPE(LeatLabelClassRow, leat_label_class_row, ADW_TYPE_ACTION_ROW)

/* Names a button that would have the same name in each row, and says so when it is pointed at. */
static void name_button(GtkWidget *button, const char *format, const char *name)
{
    g_autofree char *text = g_strdup_printf(format, name);

    leat_tooltip_set(button, text);
    gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

void leat_label_class_row_set_class(LeatLabelClassRow *row, unsigned place, const char *name)
{
    g_autofree char *key = g_strdup_printf("%u", place + 1);
    g_autofree char *action = g_strdup_printf("win.label-%u", place + 1);
    g_autoptr(GdkPaintable) swatch = leat_label_swatch(place, SWATCH_PX);
    GtkActionable *label = GTK_ACTIONABLE(row->label_button);
    GtkActionable *remove = GTK_ACTIONABLE(row->remove_button);

    adw_preferences_row_set_title(ADW_PREFERENCES_ROW(row), name);
    gtk_label_set_label(row->key_label, key);
    gtk_image_set_from_paintable(row->swatch, swatch);
    gtk_actionable_set_action_name(label, action);
    gtk_actionable_set_action_target(remove, "s", name);
    gtk_actionable_set_action_name(remove, "labels.remove");
    name_button(row->label_button, _("Label “%s”"), name);
    name_button(row->remove_button, _("Remove “%s” from the list"), name);
}

void leat_label_class_row_set_state(LeatLabelClassRow *row, int64_t frames, bool lit)
{
    g_autofree char *text = g_strdup_printf(
        ngettext("%lld frame", "%lld frames", (unsigned long)frames), (long long)frames);

    adw_action_row_set_subtitle(ADW_ACTION_ROW(row), frames > 0 ? text : "");
    leat_css_class_set(GTK_WIDGET(row->key_label), "lit", lit);
}

static void leat_label_class_row_class_init(LeatLabelClassRowClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    gtk_widget_class_set_template_from_resource(widget_class,
                                                "/org/leat/Leat/gui/label-class-row.ui");
    gtk_widget_class_bind_template_child(widget_class, LeatLabelClassRow, key_label);
    gtk_widget_class_bind_template_child(widget_class, LeatLabelClassRow, swatch);
    gtk_widget_class_bind_template_child(widget_class, LeatLabelClassRow, label_button);
    gtk_widget_class_bind_template_child(widget_class, LeatLabelClassRow, remove_button);
}

static void leat_label_class_row_init(LeatLabelClassRow *row)
{
    gtk_widget_init_template(GTK_WIDGET(row));
}
