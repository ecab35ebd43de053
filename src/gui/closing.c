/* SPDX-License-Identifier: MIT */
#include "gui/closing.h"

#include <glib/gi18n.h>

#define AGREE "stop"

static bool is_recording(const LeatContext *context)
{
    return leat_figures_is_recording(leat_session_controller_figures(context->session));
}

bool leat_closing_ends_something(const LeatContext *context)
{
    return is_recording(context) || leat_job_list_count_active(context->jobs) > 0;
}

/* The jobs that have not ended, a line each. */
static void describe_jobs(GString *text, LeatJobList *jobs)
{
    guint count = g_list_model_get_n_items(G_LIST_MODEL(jobs));

    for (guint i = 0; i < count; i++) {
        g_autoptr(LeatJobItem) item = g_list_model_get_item(G_LIST_MODEL(jobs), i);

        if (leat_job_item_is_active(item))
            g_string_append_printf(text, "\n• %s", leat_job_item_title(item));
    }
}

static char *describe(const LeatContext *context)
{
    const LeatFigures *figures = leat_session_controller_figures(context->session);
    GString *text = g_string_new(NULL);

    if (is_recording(context)) {
        if (*figures->status.recording_name)
            g_string_append_printf(text, _("“%s” ends here. What was recorded so far is kept."),
                                   figures->status.recording_name);
        else
            g_string_append(text, _("The recording ends here. What was recorded so far is kept."));
    }
    if (leat_job_list_count_active(context->jobs) > 0) {
        g_string_append(text, text->len > 0 ? "\n\n" : "");
        g_string_append(text, _("This is cancelled:"));
        describe_jobs(text, context->jobs);
    }
    return g_string_free(text, FALSE);
}

/* What an answer needs; it lives as long as the dialog. */
typedef struct {
    GtkWindow *parent;
    void (*agreed)(GtkWindow *parent);
} Question;

static void free_question(gpointer question, GClosure *closure)
{
    g_free(question);
}

static void responded(AdwMessageDialog *dialog, const char *response, gpointer data)
{
    const Question *question = data;

    if (g_str_equal(response, AGREE))
        question->agreed(question->parent);
}

GtkWindow *leat_closing_ask(GtkWindow *parent, const LeatContext *context,
                            void (*agreed)(GtkWindow *parent))
{
    bool recording = is_recording(context);
    g_autofree char *text = describe(context);
    GtkWidget *widget = adw_message_dialog_new(
        parent, recording ? _("Stop recording and close?") : _("Stop what is running and close?"),
        text);
    AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG(widget);
    Question *question = g_new(Question, 1);

    *question = (Question){parent, agreed};
    gtk_window_set_destroy_with_parent(GTK_WINDOW(dialog), TRUE);
    adw_message_dialog_add_responses(dialog, "keep",
                                     recording ? _("_Keep Recording") : _("_Keep Running"), AGREE,
                                     _("_Stop and Close"), NULL);
    adw_message_dialog_set_response_appearance(dialog, AGREE, ADW_RESPONSE_DESTRUCTIVE);
    adw_message_dialog_set_default_response(dialog, "keep");
    adw_message_dialog_set_close_response(dialog, "keep");
    g_signal_connect_data(dialog, "response", G_CALLBACK(responded), question, free_question, 0);
    gtk_window_present(GTK_WINDOW(dialog));
    return GTK_WINDOW(dialog);
}

/* A closing that goes on; it lives as long as its window. */
typedef struct {
    GtkWindow *parent;
    LeatContext context;
    void (*ended)(GtkWindow *parent);
    guint check_id;
} Closing;

static void free_closing(gpointer data)
{
    Closing *closing = data;

    g_clear_handle_id(&closing->check_id, g_source_remove);
    g_free(closing);
}

static gboolean check(gpointer data)
{
    Closing *closing = data;
    const LeatFigures *figures = leat_session_controller_figures(closing->context.session);

    closing->check_id = 0;
    if (figures->phase == LEAT_PHASE_IDLE && !leat_labelling_waits(closing->context.labelling) &&
        leat_job_list_is_settled(closing->context.jobs))
        closing->ended(closing->parent);
    return G_SOURCE_REMOVE;
}

/* Never at once: who tells of an end may not be done with it. */
static void check_soon(Closing *closing)
{
    if (!closing->check_id)
        closing->check_id = g_idle_add_full(G_PRIORITY_DEFAULT, check, closing, NULL);
}

static void cancel_jobs(LeatJobList *jobs)
{
    guint count = g_list_model_get_n_items(G_LIST_MODEL(jobs));

    for (guint i = 0; i < count; i++) {
        g_autoptr(LeatJobItem) item = g_list_model_get_item(G_LIST_MODEL(jobs), i);

        leat_job_item_cancel(item);
    }
}

void leat_closing_begin(GtkWindow *parent, const LeatContext *context,
                        void (*ended)(GtkWindow *parent))
{
    Closing *closing = g_new0(Closing, 1);

    *closing = (Closing){.parent = parent, .context = *context, .ended = ended};
    g_object_set_data_full(G_OBJECT(parent), "leat-closing", closing, free_closing);
    g_signal_connect_swapped(context->session, "changed", G_CALLBACK(check_soon), closing);
    g_signal_connect_swapped(context->labelling, "changed", G_CALLBACK(check_soon), closing);
    leat_session_controller_end(context->session);
    g_signal_connect_swapped(context->jobs, "settled", G_CALLBACK(check_soon), closing);
    cancel_jobs(context->jobs);
    check_soon(closing);
}
