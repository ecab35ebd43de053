/* SPDX-License-Identifier: MIT */
#include "gui/number-row.h"

#include "gui/css-class.h"
#include "store/store-label.h"

#include <math.h>

struct _LeatNumberRow {
    AdwExpanderRow parent_instance;

    /* The template's. */
    GtkEditable *name_row;
    GtkEditable *value_row;
    GtkWidget *label_button;
};

G_DEFINE_FINAL_TYPE(LeatNumberRow, leat_number_row, ADW_TYPE_EXPANDER_ROW)

static guint labelled_signal;

/* With a decimal point, as all numbers are shown here (gui/language.c). */
static bool read_value(LeatNumberRow *row, double *value)
{
    g_autofree char *text = g_strstrip(g_strdup(gtk_editable_get_text(row->value_row)));
    char *end;

    *value = g_strtod(text, &end);
    return *text && !*end && isfinite(*value);
}

static char *read_name(LeatNumberRow *row)
{
    return g_strstrip(g_strdup(gtk_editable_get_text(row->name_row)));
}

static void mark(GtkEditable *row, bool wrong)
{
    leat_css_class_set(GTK_WIDGET(row), "error", wrong);
}

static void check(LeatNumberRow *row)
{
    g_autofree char *name = read_name(row);
    bool good_name = leat_label_check_name(name, NULL);
    double value;
    bool good_value = read_value(row, &value);

    mark(row->name_row, *name && !good_name);
    mark(row->value_row, *gtk_editable_get_text(row->value_row) && !good_value);
    gtk_widget_set_sensitive(row->label_button, good_name && good_value);
}

static void label(LeatNumberRow *row)
{
    g_autofree char *name = read_name(row);
    double value;

    if (read_value(row, &value) && leat_label_check_name(name, NULL))
        g_signal_emit(row, labelled_signal, 0, name, value);
}

static void leat_number_row_class_init(LeatNumberRowClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    labelled_signal = g_signal_new("labelled", LEAT_TYPE_NUMBER_ROW, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_DOUBLE);
    gtk_widget_class_set_template_from_resource(widget_class, "/org/leat/Leat/gui/number-row.ui");
    gtk_widget_class_bind_template_child(widget_class, LeatNumberRow, name_row);
    gtk_widget_class_bind_template_child(widget_class, LeatNumberRow, value_row);
    gtk_widget_class_bind_template_child(widget_class, LeatNumberRow, label_button);
    gtk_widget_class_bind_template_callback(widget_class, check);
    gtk_widget_class_bind_template_callback(widget_class, label);
}

static void leat_number_row_init(LeatNumberRow *row)
{
    gtk_widget_init_template(GTK_WIDGET(row));
}
