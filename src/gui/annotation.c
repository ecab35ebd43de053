/* SPDX-License-Identifier: MIT */
#include "gui/annotation.h"

#include "base/clock.h"

#include <glib/gi18n.h>
#include <string.h>

#define LOOK_EVERY_NS (LEAT_NS_PER_S / 10)
#define STALE_NS (2 * LEAT_NS_PER_S)

bool leat_annotation_look(LeatAnnotation *annotation, LeatSessionController *session)
{
    const LeatModelLoader *loader = leat_session_controller_model_loader(session);
    LeatPipeline *pipeline = leat_session_controller_pipeline(session);
    int64_t now_ns = leat_clock_now_ns();
    LeatPrediction said;

    if (!pipeline || !leat_model_loader_is_in_use(loader)) {
        *annotation = (LeatAnnotation){.any = false};
        return true;
    }
    if (annotation->any && now_ns - annotation->looked_ns < LOOK_EVERY_NS)
        return false;
    annotation->looked_ns = now_ns;
    annotation->number = leat_model_loader_reads_number(loader);
    if (!leat_pipeline_get_prediction(pipeline, &said)) {
        annotation->any = false;
        return true;
    }
    if (!annotation->any || said.seq != annotation->prediction.seq ||
        strcmp(said.model, annotation->prediction.model) != 0)
        annotation->said_ns = now_ns;
    annotation->any = true;
    annotation->prediction = said;
    annotation->stale = now_ns - annotation->said_ns > STALE_NS;
    return true;
}

char *leat_annotation_text(const LeatAnnotation *annotation)
{
    const LeatPrediction *said = &annotation->prediction;

    if (!annotation->any)
        return NULL;
    if (annotation->number)
        return g_strdup_printf("%s %.4g", said->label, said->score);
    /* Translators: what a frame shows, and how sure the model is. */
    return g_strdup_printf(_("%s %.0f %%"), said->label, 100 * said->score);
}
