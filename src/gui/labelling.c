/* SPDX-License-Identifier: MIT */
#include "gui/labelling.h"

#include "app/live-labels.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "gui/hold.h"

#include <glib/gi18n.h>

/* How long the badge tells of what was labelled. */
#define TOLD_NS (3 * LEAT_NS_PER_S)

struct _LeatLabelling {
    GObject parent_instance;

    LeatSessionController *session;
    LeatLibraryModel *library;
    LeatLiveLabels *labels; /* NULL when there was no memory for it */
    bool recording;         /* at the last look */
    int64_t recording_id;   /* of it; 0 while it is not known */

    /* What goes on. */
    int64_t current; /* its number; 0 nothing */
    char *current_name;
    int64_t current_from_ns;

    /* What was labelled last. */
    char *told_name;
    int64_t told_length_ns, told_ns;

    GQueue made; /* Made, those that can be taken back, the latest first */
};

typedef struct {
    int64_t number;
    char *name;
} Made;

G_DEFINE_FINAL_TYPE(LeatLabelling, leat_labelling, G_TYPE_OBJECT)

static guint changed_signal;

static void emit_changed(LeatLabelling *labelling)
{
    g_signal_emit(labelling, changed_signal, 0);
}

static void tell_failure(LeatLabelling *labelling, const GError *error)
{
    leat_session_controller_report(labelling->session, _("The label was not written"), error);
}

static void free_made(gpointer data)
{
    Made *made = data;

    g_free(made->name);
    g_free(made);
}

static void note_made(LeatLabelling *labelling, int64_t number, const char *name)
{
    Made *made = g_new(Made, 1);

    *made = (Made){number, g_strdup(name)};
    g_queue_push_head(&labelling->made, made);
    if (labelling->made.length > LEAT_LIVE_LABELS_KEPT)
        free_made(g_queue_pop_tail(&labelling->made));
}

static void forget_made(LeatLabelling *labelling, int64_t number)
{
    for (GList *item = labelling->made.head; item; item = item->next) {
        Made *made = item->data;

        if (made->number == number) {
            free_made(made);
            g_queue_delete_link(&labelling->made, item);
            return;
        }
    }
}

static void library_changed(LeatLabelling *labelling)
{
    g_queue_clear_full(&labelling->made, free_made);
}

static void forget_current(LeatLabelling *labelling)
{
    labelling->current = 0;
    g_clear_pointer(&labelling->current_name, g_free);
}

/* The account of what the session records, as the queue must know it. */

static void begin_recording(LeatLabelling *labelling)
{
    labelling->recording = true;
    labelling->recording_id = 0;
    leat_live_labels_begin(labelling->labels, leat_library_model_path(labelling->library));
}

static void end_recording(LeatLabelling *labelling)
{
    labelling->recording = false;
    forget_current(labelling);
    leat_live_labels_end(labelling->labels, leat_clock_now_ns());
}

static void session_changed(LeatLabelling *labelling)
{
    const LeatFigures *figures = leat_session_controller_figures(labelling->session);
    const LeatPipelineStatus *status = &figures->status;
    bool recording = leat_figures_is_recording(figures);
    /* Before its first commit the status has the recording before. */
    int64_t id = status->progress.stored > 0 ? status->recording_id : 0;

    if (labelling->recording && recording && id && labelling->recording_id &&
        id != labelling->recording_id)
        end_recording(labelling); /* and another one has begun since */
    if (!labelling->recording && recording)
        begin_recording(labelling);
    if (labelling->recording && id) {
        labelling->recording_id = id;
        leat_live_labels_set_recording(labelling->labels, id);
    }
    if (labelling->recording && !recording)
        end_recording(labelling);
    emit_changed(labelling);
}

static void labels_changed(void *data)
{
    emit_changed(data);
}

static void label_failed(const char *name, bool undone, const GError *error, void *data)
{
    LeatLabelling *labelling = data;

    if (undone)
        leat_session_controller_report(labelling->session, _("The label was not taken off"), error);
    else
        tell_failure(labelling, error);
}

static int64_t add(LeatLabelling *labelling, const LeatLiveLabel *label)
{
    g_autoptr(GError) error = NULL;
    int64_t number = 0;

    if (labelling->labels)
        number = leat_live_labels_add(labelling->labels, label, &error);
    else
        leat_error_no_memory(&error, sizeof(*label), "labels");
    if (error)
        tell_failure(labelling, error);
    if (number)
        note_made(labelling, number, label->name);
    return number;
}

static void tell(LeatLabelling *labelling, const char *name, int64_t length_ns)
{
    g_free(labelling->told_name);
    labelling->told_name = g_strdup(name);
    labelling->told_length_ns = length_ns;
    labelling->told_ns = leat_clock_now_ns();
}

static void stop(LeatLabelling *labelling, int64_t now_ns)
{
    if (!labelling->current)
        return;
    leat_live_labels_close(labelling->labels, labelling->current, now_ns);
    tell(labelling, labelling->current_name, now_ns - labelling->current_from_ns);
    forget_current(labelling);
}

int64_t leat_labelling_number(LeatLabelling *labelling, const char *name, double value,
                              int64_t from_ns, int64_t to_ns)
{
    LeatLiveLabel label = {name, true, value, from_ns, to_ns};
    int64_t number = add(labelling, &label);

    if (number)
        tell(labelling, name, to_ns - from_ns);
    emit_changed(labelling);
    return number;
}

int64_t leat_labelling_past(LeatLabelling *labelling, const char *name, int64_t from_ns,
                            int64_t to_ns)
{
    LeatLiveLabel label = {.name = name, .from_ns = from_ns, .to_ns = to_ns};
    int64_t number;

    stop(labelling, to_ns);
    number = add(labelling, &label);
    if (number)
        tell(labelling, name, to_ns - from_ns);
    emit_changed(labelling);
    return number;
}

int64_t leat_labelling_begin(LeatLabelling *labelling, const char *name, int64_t from_ns,
                             int64_t now_ns)
{
    LeatLiveLabel label = {.name = name, .from_ns = from_ns, .to_ns = LEAT_FOREVER};

    stop(labelling, now_ns);
    labelling->current = add(labelling, &label);
    if (labelling->current) {
        labelling->current_name = g_strdup(name);
        labelling->current_from_ns = from_ns;
    }
    emit_changed(labelling);
    return labelling->current;
}

int64_t leat_labelling_stop(LeatLabelling *labelling, int64_t now_ns)
{
    int64_t number = labelling->current;

    stop(labelling, now_ns);
    emit_changed(labelling);
    return number;
}

void leat_labelling_undo(LeatLabelling *labelling, int64_t number)
{
    if (number == labelling->current)
        forget_current(labelling);
    g_clear_pointer(&labelling->told_name, g_free);
    forget_made(labelling, number);
    leat_live_labels_undo(labelling->labels, number);
    emit_changed(labelling);
}

int64_t leat_labelling_last(LeatLabelling *labelling, const char **name)
{
    const Made *made = g_queue_peek_head(&labelling->made);

    *name = made ? made->name : NULL;
    return made ? made->number : 0;
}

const char *leat_labelling_current(LeatLabelling *labelling, int64_t *from_ns)
{
    *from_ns = labelling->current_from_ns;
    return labelling->current_name;
}

char *leat_labelling_badge(LeatLabelling *labelling, bool *lit)
{
    int64_t now_ns = leat_clock_now_ns();
    const char *name = labelling->current_name;
    int64_t length_ns = now_ns - labelling->current_from_ns;

    *lit = name != NULL;
    if (!name && labelling->told_name && now_ns - labelling->told_ns < TOLD_NS) {
        name = labelling->told_name;
        length_ns = labelling->told_length_ns;
    }
    if (!name)
        return NULL;
    return g_strdup_printf(_("%s · %.0f s"), name, (double)length_ns / (double)LEAT_NS_PER_S);
}

int64_t leat_labelling_frames(LeatLabelling *labelling, const char *name)
{
    return labelling->labels ? leat_live_labels_frames(labelling->labels, name) : 0;
}

bool leat_labelling_waits(LeatLabelling *labelling)
{
    return labelling->labels && leat_live_labels_wait(labelling->labels);
}

static void leat_labelling_dispose(GObject *object)
{
    LeatLabelling *labelling = LEAT_LABELLING(object);

    if (labelling->labels) {
        leat_hold_begin();
        leat_live_labels_let_go(g_steal_pointer(&labelling->labels), leat_hold_end, NULL);
    }
    forget_current(labelling);
    g_clear_pointer(&labelling->told_name, g_free);
    g_queue_clear_full(&labelling->made, free_made);
    g_clear_object(&labelling->session);
    g_clear_object(&labelling->library);
    G_OBJECT_CLASS(leat_labelling_parent_class)->dispose(object);
}

static void leat_labelling_class_init(LeatLabellingClass *class)
{
    G_OBJECT_CLASS(class)->dispose = leat_labelling_dispose;
    changed_signal = g_signal_new("changed", LEAT_TYPE_LABELLING, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 0);
}

static void leat_labelling_init(LeatLabelling *labelling)
{
}

LeatLabelling *leat_labelling_new(LeatSessionController *session, LeatLibraryModel *library)
{
    LeatLabelling *labelling = g_object_new(LEAT_TYPE_LABELLING, NULL);
    LeatLiveLabelsCallbacks callbacks = {labels_changed, label_failed, labelling};
    g_autoptr(GError) error = NULL;

    labelling->session = g_object_ref(session);
    labelling->library = g_object_ref(library);
    labelling->labels = leat_live_labels_new(&callbacks, NULL, &error);
    if (labelling->labels)
        g_signal_connect_object(session, "changed", G_CALLBACK(session_changed), labelling,
                                G_CONNECT_SWAPPED);
    else
        leat_log(LEAT_LOG_ERROR, "%s", error->message);
    g_signal_connect_object(library, "changed", G_CALLBACK(library_changed), labelling,
                            G_CONNECT_SWAPPED);
    return labelling;
}
