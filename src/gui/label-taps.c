/* SPDX-License-Identifier: MIT */
#include "gui/label-taps.h"

#include "base/clock.h"
#include "gui/label-toast.h"

#include <glib/gi18n.h>

struct LeatLabelTaps {
    GtkWidget *widget;
    LeatContext context;
    GActionMap *actions; /* the window's, which outlives its page */
    LeatLabelToast *toast;
};

static const LeatFigures *figures_of(LeatLabelTaps *taps)
{
    return leat_session_controller_figures(taps->context.session);
}

static void note(LeatLabelTaps *taps, const char *text)
{
    leat_session_controller_note(taps->context.session, text);
}

/* What is labelled must be recorded. False when that cannot be; `began` when it is now. */
static bool ensure_recording(LeatLabelTaps *taps, bool *began)
{
    const LeatFigures *figures = figures_of(taps);

    *began = false;
    if (leat_figures_is_recording(figures))
        return true;
    if (!leat_figures_is_live(figures) || figures->status.source != LEAT_SOURCE_STATE_LIVE) {
        note(taps, _("Nothing to label: the picture is not live"));
        return false;
    }
    g_action_group_activate_action(G_ACTION_GROUP(taps->actions), "start-recording", NULL);
    *began = leat_figures_is_recording(figures_of(taps));
    return *began;
}

static void tell(LeatLabelTaps *taps, int64_t number, bool began, const char *what)
{
    g_autofree char *text =
        began ? g_strdup_printf(_("Recording began · %s"), what) : g_strdup(what);

    if (number)
        leat_label_toast_say(taps->toast, number, text);
    else if (began)
        note(taps, _("Recording began"));
}

void leat_label_taps_tap(LeatLabelTaps *taps, const char *name, int64_t at_ns, int past_s,
                         bool carry)
{
    LeatLabelling *labelling = taps->context.labelling;
    int64_t from_ns = at_ns - past_s * LEAT_NS_PER_S, current_from_ns, number;
    const char *current = leat_labelling_current(labelling, &current_from_ns);
    g_autofree char *text = NULL;
    bool began;

    if (carry && g_strcmp0(current, name) == 0) {
        leat_labelling_stop(labelling, at_ns);
        return;
    }
    if (!ensure_recording(taps, &began))
        return;
    if (carry)
        number = leat_labelling_begin(labelling, name, from_ns, at_ns);
    else
        number = leat_labelling_past(labelling, name, from_ns, at_ns);
    text = g_strdup_printf(carry ? _("“%s” from %d s ago on") : _("“%s”: the past %d s"), name,
                           past_s);
    tell(taps, number, began, text);
}

void leat_label_taps_hold(LeatLabelTaps *taps, const char *name, int64_t at_ns)
{
    bool began;

    if (!ensure_recording(taps, &began))
        return;
    leat_labelling_begin(taps->context.labelling, name, at_ns, at_ns);
    if (began)
        note(taps, _("Recording began"));
}

void leat_label_taps_let_go(LeatLabelTaps *taps, int64_t now_ns)
{
    LeatLabelling *labelling = taps->context.labelling;
    int64_t from_ns;
    g_autofree char *name = g_strdup(leat_labelling_current(labelling, &from_ns));
    g_autofree char *text = NULL;

    /* It may have ended with the recording. */
    if (!name)
        return;
    text = g_strdup_printf(_("“%s”: %.1f s"), name,
                           (double)(now_ns - from_ns) / (double)LEAT_NS_PER_S);
    leat_label_toast_say(taps->toast, leat_labelling_stop(labelling, now_ns), text);
}

void leat_label_taps_number(LeatLabelTaps *taps, const char *name, double value, int past_s)
{
    int64_t now_ns = leat_clock_now_ns(), number;
    g_autofree char *text = NULL;
    bool began;

    if (!ensure_recording(taps, &began))
        return;
    number = leat_labelling_number(taps->context.labelling, name, value,
                                   now_ns - past_s * LEAT_NS_PER_S, now_ns);
    text = g_strdup_printf(_("“%s” is %g: the past %d s"), name, value, past_s);
    tell(taps, number, began, text);
}

void leat_label_taps_undo(LeatLabelTaps *taps)
{
    GtkWidget *focus = gtk_window_get_focus(GTK_WINDOW(gtk_widget_get_root(taps->widget)));
    LeatLabelling *labelling = taps->context.labelling;
    const char *name;
    int64_t number = leat_labelling_last(labelling, &name);
    g_autofree char *text = NULL;

    /* What is typed has an undo of its own. */
    if (!number || GTK_IS_EDITABLE(focus))
        return;
    text = g_strdup_printf(_("“%s” is taken back"), name);
    leat_labelling_undo(labelling, number);
    leat_label_toast_say(taps->toast, 0, text);
}

LeatLabelTaps *leat_label_taps_new(GtkWidget *widget, const LeatContext *context,
                                   GActionMap *actions)
{
    LeatLabelTaps *taps = g_new0(LeatLabelTaps, 1);

    taps->widget = widget;
    taps->context = *context;
    taps->actions = actions;
    taps->toast = leat_label_toast_new(widget);
    return taps;
}

void leat_label_taps_free(LeatLabelTaps *taps)
{
    if (!taps)
        return;
    leat_label_toast_free(taps->toast);
    g_free(taps);
}
