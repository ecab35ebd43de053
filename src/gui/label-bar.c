/* SPDX-License-Identifier: MIT */
#include "gui/label-bar.h"

#include "gui/label-colours.h"
#include "gui/string-list.h"

#include <glib/gi18n.h>

/* Logical px. */
#define SWATCH 12

struct _LeatLabelBar {
    AdwBin parent_instance;

    /* The template's. */
    GtkDropDown *class_row;
    GtkStringList *names;
    GtkMenuButton *add_button;
    GtkPopover *add_popover;
    GtkEditable *name_entry;
    GtkLabel *fault_label;
    GtkWidget *accept_button;
    GtkLabel *text_label;

    LeatLabelClasses *classes;
    bool updating; /* the choice is made by us, not by the user */
};

G_DEFINE_FINAL_TYPE(LeatLabelBar, leat_label_bar, ADW_TYPE_BIN)

enum {
    CHOSEN,
    ADDED,
    SIGNALS,
};

static guint signals[SIGNALS];

const char *leat_label_bar_class(LeatLabelBar *bar)
{
    guint place = gtk_drop_down_get_selected(bar->class_row);
    const char *const *names = bar->classes ? leat_label_classes_names(bar->classes) : NULL;

    return names && place < g_strv_length((char **)(uintptr_t)names) ? names[place] : NULL;
}

void leat_label_bar_choose(LeatLabelBar *bar, guint place)
{
    bar->updating = true;
    if (place < g_list_model_get_n_items(G_LIST_MODEL(bar->names)))
        gtk_drop_down_set_selected(bar->class_row, place);
    bar->updating = false;
}

/* The class that is chosen stays chosen, wherever it is now. */
void leat_label_bar_set_classes(LeatLabelBar *bar, LeatLabelClasses *classes)
{
    const char *const *names = leat_label_classes_names(classes);
    guint chosen = gtk_drop_down_get_selected(bar->class_row);
    g_autofree char *name = g_strdup(gtk_string_list_get_string(bar->names, chosen));
    bool changed;

    bar->classes = classes;
    bar->updating = true;
    changed = leat_string_list_set(bar->names, 0, names);
    bar->updating = false;
    if (!changed)
        return;
    leat_label_bar_choose(bar, name ? leat_label_place(names, name) : 0);
    gtk_widget_set_visible(GTK_WIDGET(bar->class_row), *names != NULL);
}

void leat_label_bar_set_text(LeatLabelBar *bar, const char *text)
{
    gtk_label_set_label(bar->text_label, text);
}

static void selected(LeatLabelBar *bar)
{
    guint place = gtk_drop_down_get_selected(bar->class_row);

    if (!bar->updating && place != GTK_INVALID_LIST_POSITION)
        g_signal_emit(bar, signals[CHOSEN], 0, place);
}

static void edited(LeatLabelBar *bar)
{
    const char *name = gtk_editable_get_text(bar->name_entry);
    g_autofree char *fault =
        bar->classes && *name ? leat_label_classes_fault(bar->classes, name) : NULL;

    gtk_label_set_label(bar->fault_label, fault ? fault : "");
    gtk_widget_set_visible(GTK_WIDGET(bar->fault_label), fault != NULL);
    gtk_widget_set_sensitive(bar->accept_button, *name && !fault);
}

static void accept_name(LeatLabelBar *bar)
{
    g_autofree char *name = g_strdup(gtk_editable_get_text(bar->name_entry));

    if (!gtk_widget_get_sensitive(bar->accept_button))
        return;
    leat_label_classes_add(bar->classes, name);
    leat_label_bar_set_classes(bar, bar->classes);
    leat_label_bar_choose(bar, leat_label_place(leat_label_classes_names(bar->classes), name));
    gtk_editable_set_text(bar->name_entry, "");
    gtk_popover_popdown(bar->add_popover);
    g_signal_emit(bar, signals[ADDED], 0, name);
}

/* The list: a disc of the colour, the key, the name. */

static void set_up_row(GtkSignalListItemFactory *factory, GtkListItem *item)
{
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);
    GtkWidget *image = gtk_image_new(), *label = gtk_label_new(NULL);

    gtk_image_set_pixel_size(GTK_IMAGE(image), SWATCH);
    gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
    gtk_label_set_max_width_chars(GTK_LABEL(label), 24);
    gtk_box_append(GTK_BOX(box), image);
    gtk_box_append(GTK_BOX(box), label);
    gtk_list_item_set_child(item, box);
}

static void bind_row(GtkSignalListItemFactory *factory, GtkListItem *item)
{
    GtkWidget *image = gtk_widget_get_first_child(gtk_list_item_get_child(item));
    guint place = gtk_list_item_get_position(item);
    g_autoptr(GdkPaintable) swatch = leat_label_swatch(place, SWATCH);
    g_autofree char *text = g_strdup_printf(
        "%u  %s", place + 1, gtk_string_object_get_string(gtk_list_item_get_item(item)));

    gtk_image_set_from_paintable(GTK_IMAGE(image), swatch);
    gtk_label_set_label(GTK_LABEL(gtk_widget_get_next_sibling(image)), text);
}

static void leat_label_bar_class_init(LeatLabelBarClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    gtk_widget_class_set_template_from_resource(widget_class, "/org/leat/Leat/gui/label-bar.ui");
    gtk_widget_class_bind_template_child(widget_class, LeatLabelBar, class_row);
    gtk_widget_class_bind_template_child(widget_class, LeatLabelBar, names);
    gtk_widget_class_bind_template_child(widget_class, LeatLabelBar, add_button);
    gtk_widget_class_bind_template_child(widget_class, LeatLabelBar, add_popover);
    gtk_widget_class_bind_template_child(widget_class, LeatLabelBar, name_entry);
    gtk_widget_class_bind_template_child(widget_class, LeatLabelBar, fault_label);
    gtk_widget_class_bind_template_child(widget_class, LeatLabelBar, accept_button);
    gtk_widget_class_bind_template_child(widget_class, LeatLabelBar, text_label);
    gtk_widget_class_bind_template_callback(widget_class, selected);
    gtk_widget_class_bind_template_callback(widget_class, edited);
    gtk_widget_class_bind_template_callback(widget_class, accept_name);
    gtk_widget_class_bind_template_callback(widget_class, set_up_row);
    gtk_widget_class_bind_template_callback(widget_class, bind_row);
    signals[CHOSEN] = g_signal_new("chosen", LEAT_TYPE_LABEL_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
    signals[ADDED] = g_signal_new("added", LEAT_TYPE_LABEL_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void leat_label_bar_init(LeatLabelBar *bar)
{
    gtk_widget_init_template(GTK_WIDGET(bar));
    edited(bar);
}
