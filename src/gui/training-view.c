/* SPDX-License-Identifier: MIT */
#include "gui/training-view.h"

#include "app/training-plot.h"

#include <adwaita.h>
#include <glib/gi18n.h>

/* Logical px. */
#define MINIMUM_WIDTH 300
#define NATURAL_WIDTH 480
#define HEIGHT 240

struct _LeatTrainingView {
    GtkWidget parent_instance;

    GArray *curve; /* LeatTrainingEpoch */
    unsigned epochs, best_epoch;
    bool number;
};

G_DEFINE_FINAL_TYPE(LeatTrainingView, leat_training_view, GTK_TYPE_WIDGET)

/* The last epoch in words. */
static void describe(LeatTrainingView *view)
{
    g_autofree char *text = NULL;
    const LeatTrainingEpoch *last;

    if (view->curve->len == 0) {
        text = g_strdup(_("Loss over epochs"));
    } else {
        last = &g_array_index(view->curve, LeatTrainingEpoch, view->curve->len - 1);
        text = view->number ? g_strdup_printf(_("Loss over epochs: %u, mean error %.4g"),
                                              last->epoch, last->mean_absolute_error)
                            : g_strdup_printf(_("Loss over epochs: %u, %.1f %% right"), last->epoch,
                                              100 * last->accuracy);
    }
    gtk_accessible_update_property(GTK_ACCESSIBLE(view), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

void leat_training_view_set_curve(LeatTrainingView *view, const GArray *curve, unsigned epochs,
                                  unsigned best_epoch, bool number)
{
    bool same = curve->len == view->curve->len && curve->len > 0 && epochs == view->epochs &&
                best_epoch == view->best_epoch && number == view->number;

    view->epochs = epochs;
    view->best_epoch = best_epoch;
    view->number = number;
    if (same) /* an epoch that has ended does not change */
        return;
    g_array_set_size(view->curve, 0);
    g_array_append_vals(view->curve, curve->data, curve->len);
    describe(view);
    gtk_widget_queue_draw(GTK_WIDGET(view));
}

static void leat_training_view_measure(GtkWidget *widget, GtkOrientation orientation, int for_size,
                                       int *minimum, int *natural, int *minimum_baseline,
                                       int *natural_baseline)
{
    bool across = orientation == GTK_ORIENTATION_HORIZONTAL;

    *minimum = across ? MINIMUM_WIDTH : HEIGHT;
    *natural = across ? NATURAL_WIDTH : HEIGHT;
}

static void leat_training_view_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
    LeatTrainingView *view = LEAT_TRAINING_VIEW(widget);
    LeatTrainingPlot plot = {
        .width = gtk_widget_get_width(widget),
        .height = gtk_widget_get_height(widget),
        .on_dark = adw_style_manager_get_dark(adw_style_manager_get_default()),
        .epochs = view->epochs,
        .best_epoch = view->best_epoch,
        .accuracy = !view->number,
        .epochs_text = _("epochs"),
        .train_text = _("loss, learned"),
        .validation_text = _("loss, kept apart"),
        .accuracy_text = _("right"),
    };
    cairo_t *cairo = gtk_snapshot_append_cairo(
        snapshot, &GRAPHENE_RECT_INIT(0, 0, (float)plot.width, (float)plot.height));

    leat_training_plot_draw(&plot, cairo, (const LeatTrainingEpoch *)(void *)view->curve->data,
                            view->curve->len);
    cairo_destroy(cairo);
}

static void leat_training_view_finalize(GObject *object)
{
    g_array_unref(LEAT_TRAINING_VIEW(object)->curve);
    G_OBJECT_CLASS(leat_training_view_parent_class)->finalize(object);
}

static void leat_training_view_class_init(LeatTrainingViewClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    G_OBJECT_CLASS(class)->finalize = leat_training_view_finalize;
    widget_class->measure = leat_training_view_measure;
    widget_class->snapshot = leat_training_view_snapshot;
    gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void leat_training_view_init(LeatTrainingView *view)
{
    view->curve = g_array_new(FALSE, FALSE, sizeof(LeatTrainingEpoch));
    g_signal_connect_object(adw_style_manager_get_default(), "notify::dark",
                            G_CALLBACK(gtk_widget_queue_draw), view, G_CONNECT_SWAPPED);
    describe(view);
}
