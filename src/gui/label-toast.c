/* SPDX-License-Identifier: MIT */
#include "gui/label-toast.h"

#include "base/clock.h"

#include <glib/gi18n.h>

/* Long enough to see a mistake, s. */
#define TIMEOUT_S 10

/* More than a toast takes to come. */
#define COMES_NS LEAT_NS_PER_S

struct LeatLabelToast {
    GtkWidget *widget;
    AdwToast *shown; /* weak */
    int64_t shown_ns;
};

/* libadwaita 1.2 writes to freed memory when a toast is dismissed that is still coming. */
static bool is_coming(const LeatLabelToast *toast)
{
    return toast->shown && leat_clock_now_ns() - toast->shown_ns < COMES_NS;
}

/* False where nothing can be shown, as in a window without a toast overlay. */
static bool show_another(LeatLabelToast *toast)
{
    GtkWidget *overlay = gtk_widget_get_ancestor(toast->widget, ADW_TYPE_TOAST_OVERLAY);
    AdwToast *shown;

    if (!overlay)
        return false;
    shown = adw_toast_new("");
    if (toast->shown)
        adw_toast_dismiss(toast->shown);
    adw_toast_set_timeout(shown, TIMEOUT_S);
    /* Or it might wait in a queue, and come later. */
    adw_toast_set_priority(shown, ADW_TOAST_PRIORITY_HIGH);
    g_set_weak_pointer(&toast->shown, shown);
    toast->shown_ns = leat_clock_now_ns();
    adw_toast_overlay_add_toast(ADW_TOAST_OVERLAY(overlay), shown);
    return true;
}

void leat_label_toast_say(LeatLabelToast *toast, int64_t number, const char *text)
{
    g_autofree char *title = g_markup_escape_text(text, -1);

    if (!is_coming(toast) && !show_another(toast))
        return;
    adw_toast_set_title(toast->shown, title);
    adw_toast_set_button_label(toast->shown, number ? _("_Undo") : NULL);
    adw_toast_set_action_name(toast->shown, "win.undo-label");
    adw_toast_set_action_target(toast->shown, "x", (gint64)number);
}

LeatLabelToast *leat_label_toast_new(GtkWidget *widget)
{
    LeatLabelToast *toast = g_new0(LeatLabelToast, 1);

    toast->widget = widget;
    return toast;
}

void leat_label_toast_free(LeatLabelToast *toast)
{
    if (!toast)
        return;
    g_clear_weak_pointer(&toast->shown);
    g_free(toast);
}
