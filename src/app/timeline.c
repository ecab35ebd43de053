/* SPDX-License-Identifier: MIT */
#include "app/timeline.h"

#include "store/store-frames.h"
#include "store/store-label.h"
#include "store/store-prediction.h"

#include <string.h>

/* A live model leaves out frames; after so many it was off. */
#define LONGEST_PAUSE 100

typedef struct {
    LeatStore *store;
    const LeatRecording *recording;
    GPtrArray *marks;
} Reading;

static void free_mark(gpointer data)
{
    LeatMark *mark = data;

    g_free(mark->text);
    g_free(mark);
}

static int64_t time_of(const LeatRecording *recording, const LeatFrameTimes *times)
{
    return leat_ticks_to_ns(times->pts - recording->first_pts, times->time_base);
}

/* When the stored frame near `seq` is shown; `otherwise` where there is none. */
static bool find_time(const Reading *reading, int64_t seq, LeatFrameWhich which, int64_t otherwise,
                      int64_t *ns, int64_t *found, GError **error)
{
    LeatFrameTimes times;
    bool got;

    if (!leat_store_frame_near(reading->store, reading->recording->id, seq, which, &times, &got,
                               error))
        return false;
    *ns = got ? time_of(reading->recording, &times) : otherwise;
    if (got)
        *found = times.seq;
    return true;
}

/* From the frame before it to the one after. */
static bool add_loss(Reading *reading, const LeatLoss *loss, GError **error)
{
    LeatMark mark = {
        .kind = loss->count > 0 ? LEAT_MARK_LOSS : LEAT_MARK_HOLE,
        .count = loss->count,
    };

    if (!find_time(reading, loss->first - 1, LEAT_FRAME_UP_TO, 0, &mark.from_ns, &mark.after,
                   error) ||
        !find_time(reading, loss->count > 0 ? loss->last + 1 : loss->last, LEAT_FRAME_FROM,
                   reading->recording->duration_ns, &mark.to_ns, &mark.after, error))
        return false;
    mark.text = g_strdup(loss->reason);
    g_ptr_array_add(reading->marks, g_memdup2(&mark, sizeof(mark)));
    return true;
}

/* Up to where the frame after the last one is shown. */
static bool add_label(Reading *reading, const LeatLabel *label, GError **error)
{
    LeatMark mark = {.kind = LEAT_MARK_LABEL, .after = label->first};
    int64_t next = 0;

    if (!find_time(reading, label->first, LEAT_FRAME_FROM, -1, &mark.from_ns, &mark.after, error) ||
        !find_time(reading, label->last + 1, LEAT_FRAME_FROM, reading->recording->duration_ns,
                   &mark.to_ns, &next, error))
        return false;
    if (mark.from_ns < 0 || mark.from_ns >= mark.to_ns) /* no frame of it is stored */
        return true;
    mark.first = label->first;
    mark.last = label->last;
    mark.number = label->has_value;
    mark.text = label->has_value ? g_strdup_printf("%s: %g", label->name, label->value)
                                 : g_strdup(label->name);
    g_ptr_array_add(reading->marks, g_memdup2(&mark, sizeof(mark)));
    return true;
}

/* Predictions: runs of the same label, no more of them than can be seen. */

typedef struct {
    int64_t first, last;
    char *label;
} LabelRun;

static void clear_run(gpointer data)
{
    g_free(((LabelRun *)data)->label);
}

/* Each two of an even number become one, with what most of its frames are. */
static void halve(GArray *runs)
{
    LabelRun *all = (LabelRun *)(void *)runs->data;
    size_t half = all ? runs->len / 2 : 0;

    for (size_t i = 0; i < half; i++) {
        LabelRun a = all[2 * i], b = all[2 * i + 1];
        bool second = b.last - b.first > a.last - a.first;

        g_free(second ? a.label : b.label);
        all[i] = (LabelRun){a.first, b.last, second ? b.label : a.label};
    }
    for (size_t i = half; all && i < runs->len; i++) /* which are others' by now */
        all[i].label = NULL;
    g_array_set_size(runs, (guint)half);
}

static bool add_to_runs(const LeatStoredPrediction *prediction, void *data)
{
    GArray *runs = data;
    LabelRun *latest = runs->len > 0 ? &g_array_index(runs, LabelRun, runs->len - 1) : NULL;
    LabelRun run = {prediction->seq, prediction->seq, NULL};

    if (latest && strcmp(latest->label, prediction->label) == 0 &&
        prediction->seq - latest->last <= LONGEST_PAUSE) {
        latest->last = prediction->seq;
        return true;
    }
    if (runs->len == LEAT_MOST_MARKS)
        halve(runs);
    run.label = g_strdup(prediction->label);
    g_array_append_val(runs, run);
    return true;
}

static bool add_run(Reading *reading, const LabelRun *run, GError **error)
{
    LeatMark mark = {
        .kind = LEAT_MARK_PREDICTION,
        .after = run->first,
        .first = run->first,
        .last = run->last,
    };
    int64_t next = 0;

    if (!find_time(reading, run->first, LEAT_FRAME_FROM, -1, &mark.from_ns, &mark.after, error) ||
        !find_time(reading, run->last + 1, LEAT_FRAME_FROM, reading->recording->duration_ns,
                   &mark.to_ns, &next, error))
        return false;
    if (mark.from_ns < 0 || mark.from_ns >= mark.to_ns)
        return true;
    mark.text = g_strdup(run->label);
    g_ptr_array_add(reading->marks, g_memdup2(&mark, sizeof(mark)));
    return true;
}

static bool add_predictions(Reading *reading, GError **error)
{
    g_autoptr(GArray) runs = g_array_new(FALSE, FALSE, sizeof(LabelRun));
    bool good;

    g_array_set_clear_func(runs, clear_run);
    good = leat_store_each_prediction(reading->store, reading->recording->id, add_to_runs, runs,
                                      error);
    for (guint i = 0; good && i < runs->len; i++)
        good = add_run(reading, &g_array_index(runs, LabelRun, i), error);
    return good;
}

static int by_place(gconstpointer a, gconstpointer b)
{
    const LeatLoss *one = a, *other = b;

    return (one->first > other->first) - (one->first < other->first);
}

GPtrArray *leat_timeline_read(LeatStore *store, const LeatRecording *recording, GError **error)
{
    Reading reading = {store, recording, g_ptr_array_new_with_free_func(free_mark)};
    g_autoptr(GArray) losses = leat_store_losses(store, recording->id, error);
    g_autoptr(GPtrArray) labels = losses ? leat_store_labels(store, recording->id, error) : NULL;
    bool good = labels != NULL;

    if (losses)
        g_array_sort(losses, by_place);
    for (guint i = 0; good && i < losses->len && reading.marks->len < LEAT_MOST_MARKS; i++)
        good = add_loss(&reading, &g_array_index(losses, LeatLoss, i), error);
    for (guint i = 0; good && i < labels->len && reading.marks->len < 2 * LEAT_MOST_MARKS; i++)
        good = add_label(&reading, labels->pdata[i], error);
    if (good && add_predictions(&reading, error))
        return reading.marks;
    g_ptr_array_unref(reading.marks);
    return NULL;
}

const LeatMark *leat_timeline_find_loss(const GPtrArray *marks, int64_t position_ns, bool next)
{
    const LeatMark *found = NULL;

    for (guint i = 0; marks && i < marks->len; i++) {
        const LeatMark *mark = marks->pdata[i];

        if (mark->kind != LEAT_MARK_LOSS && mark->kind != LEAT_MARK_HOLE)
            continue;
        if (next && mark->to_ns > position_ns)
            return mark;
        if (!next && mark->to_ns < position_ns)
            found = mark;
    }
    return found;
}
