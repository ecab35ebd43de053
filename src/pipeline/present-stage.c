/* SPDX-License-Identifier: MIT */
#include "pipeline/present-stage.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "concurrency/mailbox.h"
#include "media/scaler.h"

#include <stdatomic.h>
#include <stdlib.h>

/* A picture on its way to the main loop, and the frame it was made from, whose latency ends when
 * the picture is shown. */
typedef struct {
    LeatFrame *picture, *frame;
} Shown;

struct LeatPresentStage {
    /* Set once. */
    const LeatStageContext *context;
    LeatLink *in;
    LeatMailbox *out;

    /* Width in the high half, height in the low one, so that both change as one. */
    atomic_uint_least64_t view;

    /* The stage's own. */
    LeatScaler *scaler;
    bool told_of_failure;
};

static void destroy_shown(void *data)
{
    Shown *shown = data;
    leat_frame_unref(shown->picture);
    leat_frame_unref(shown->frame);
    free(shown);
}

LeatPresentStage *leat_present_stage_new(const LeatStageContext *context, LeatLink *in,
                                         LeatWaker *waker, GError **error)
{
    LeatPresentStage *stage = calloc(1, sizeof(*stage));
    if (!stage)
        return leat_error_no_memory(error, sizeof(*stage), "the present stage");
    stage->context = context;
    stage->in = in;
    stage->scaler = leat_scaler_new(LEAT_SCALER_FAST, error);
    stage->out = stage->scaler ? leat_mailbox_new(destroy_shown, NULL, error) : NULL;
    if (!stage->out) {
        leat_present_stage_free(stage);
        return NULL;
    }
    leat_mailbox_set_waker(stage->out, waker);
    return stage;
}

void leat_present_stage_free(LeatPresentStage *stage)
{
    if (!stage)
        return;
    leat_mailbox_free(stage->out);
    leat_scaler_free(stage->scaler);
    free(stage);
}

void leat_present_stage_set_view(LeatPresentStage *stage, int width, int height)
{
    atomic_store_explicit(&stage->view, (uint64_t)(uint32_t)width << 32 | (uint32_t)height,
                          memory_order_relaxed);
}

/* The frame as the view wants it; NULL when that failed. */
static LeatFrame *fit_to_view(LeatPresentStage *stage, LeatFrame *frame)
{
    uint64_t view = atomic_load_explicit(&stage->view, memory_order_relaxed);
    int box_width = (int)(view >> 32), box_height = (int)(view & UINT32_MAX);
    if (box_width <= 0 || box_height <= 0)
        return leat_frame_ref(frame);
    int width, height;
    leat_scaler_fit(leat_frame_width(frame), leat_frame_height(frame), box_width, box_height,
                    &width, &height);
    GError *failure = NULL;
    LeatFrame *picture = leat_scaler_convert(stage->scaler, frame, width, height, "bgra", &failure);
    if (!picture) {
        if (!stage->told_of_failure)
            leat_log(LEAT_LOG_WARNING, "cannot show a picture: %s", failure->message);
        stage->told_of_failure = true;
        g_error_free(failure);
    }
    return picture;
}

static void count_replaced(LeatPresentStage *stage)
{
    leat_session_ledger_add(stage->context->ledger, &(LeatLedger){.present.replaced = 1});
}

static void publish(LeatPresentStage *stage, LeatFrame *picture, LeatFrame *frame)
{
    bool replaced = false;
    Shown *shown = malloc(sizeof(*shown));
    if (!shown) {
        leat_frame_unref(picture);
        count_replaced(stage);
        return;
    }
    *shown = (Shown){picture, leat_frame_ref(frame)};
    if (leat_mailbox_put(stage->out, shown, &replaced) != LEAT_QUEUE_OK) {
        destroy_shown(shown);
        replaced = true;
    }
    if (replaced)
        count_replaced(stage);
}

LeatStep leat_present_stage_step(LeatPresentStage *stage, int64_t timeout_ns)
{
    LeatFrame *frame = NULL;
    switch (leat_link_take(stage->in, &frame, timeout_ns)) {
    case LEAT_QUEUE_OK: {
        int64_t start_ns = leat_clock_now_ns();
        LeatFrame *picture = fit_to_view(stage, frame);
        if (picture)
            publish(stage, picture, frame);
        else
            count_replaced(stage);
        leat_trace_slice(stage->context->trace, "scale", leat_frame_times(frame).seq, start_ns,
                         leat_clock_now_ns());
        leat_frame_unref(frame);
        return LEAT_STEP_DONE;
    }
    case LEAT_QUEUE_TIMEOUT:
        return LEAT_STEP_IDLE;
    case LEAT_QUEUE_CLOSED:
    case LEAT_QUEUE_ABORTED:
        break;
    }
    /* Here, since its pictures take a while to free, and the main loop frees the stage. */
    leat_scaler_free(stage->scaler);
    stage->scaler = NULL;
    return LEAT_STEP_END;
}

void leat_present_stage_show(LeatPresentStage *stage, LeatPresentFunc present, void *data)
{
    void *item = NULL;
    if (leat_mailbox_take(stage->out, &item, 0) != LEAT_QUEUE_OK)
        return;
    Shown *shown = item;
    int64_t start_ns = leat_clock_now_ns();
    if (present)
        present(shown->picture, data);
    int64_t end_ns = leat_clock_now_ns();
    leat_frame_note_finished(shown->frame, end_ns);
    leat_trace_slice(stage->context->trace, "present", leat_frame_times(shown->frame).seq, start_ns,
                     end_ns);
    leat_session_ledger_add(stage->context->ledger, &(LeatLedger){.present.presented = 1});
    destroy_shown(shown);
}
