/* SPDX-License-Identifier: MIT */
#include "pipeline/filter-choice.h"

#include "base/error.h"
#include "concurrency/lock.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#define SMALL_PIXELS (INT64_C(640) * 480)

struct LeatFilterChoice {
    /* Set once. */
    int width, height; /* asked for; 0 not */
    LeatRational rate; /* the same */
    unsigned threads;  /* at most */

    atomic_uint generation;

    LeatLock lock;
    /* Under the lock. */
    char *graph;
    const char *const *pixel_formats;
    int source_width, source_height;
    LeatRational source_rate;
};

/* With the lock held. A small picture is done on one core sooner than it is shared out. */
static bool pays_to_share_out(const LeatFilterChoice *choice)
{
    return (int64_t)choice->source_width * choice->source_height > SMALL_PIXELS;
}

/* Free `graph` afterwards. */
static LeatFilterOptions filter_options(LeatFilterChoice *choice, char **graph)
{
    leat_lock_acquire(&choice->lock);
    bool resize = choice->width > 0 && (choice->width != choice->source_width ||
                                        choice->height != choice->source_height);
    LeatRational from = choice->source_rate, to = choice->rate;
    bool resample =
        leat_rational_is_set(to) && (int64_t)from.num * to.den != (int64_t)to.num * from.den;
    *graph = g_strdup(choice->graph);
    bool touched = resize || resample || **graph;
    LeatFilterOptions options = {
        .graph = *graph,
        /* Asked even of a source that gives it: a graph, or a stream on its way, may change the
         * size. A frame that has it passes untouched. */
        .width = choice->width,
        .height = choice->height,
        .rate = resample ? to : (LeatRational){0},
        .pixel_formats = touched ? choice->pixel_formats : NULL,
        .threads = pays_to_share_out(choice) ? choice->threads : 1,
    };
    leat_lock_release(&choice->lock);
    return options;
}

LeatFilterChoice *leat_filter_choice_new(const LeatPipelineOptions *options, GError **error)
{
    LeatFilterChoice *choice = calloc(1, sizeof(*choice));
    if (!choice)
        return leat_error_no_memory(error, sizeof(*choice), "the choice of filter");
    if (!leat_lock_init(&choice->lock, error)) {
        free(choice);
        return NULL;
    }
    choice->width = options->width;
    choice->height = options->height;
    choice->rate = options->rate;
    choice->threads = options->concurrency == LEAT_CONCURRENCY_NONE
                          ? 1
                          : (unsigned)CLAMP(sysconf(_SC_NPROCESSORS_ONLN), 1, 4);
    if (!leat_filter_choice_set_graph(choice, options->filter, error)) {
        leat_filter_choice_free(choice);
        return NULL;
    }
    return choice;
}

void leat_filter_choice_free(LeatFilterChoice *choice)
{
    if (!choice)
        return;
    leat_lock_finish(&choice->lock);
    g_free(choice->graph);
    free(choice);
}

static void count_change(LeatFilterChoice *choice)
{
    atomic_fetch_add_explicit(&choice->generation, 1, memory_order_release);
}

bool leat_filter_choice_set_graph(LeatFilterChoice *choice, const char *graph, GError **error)
{
    const char *resolved = graph ? leat_filter_resolve(graph) : "";
    LeatFilterOptions options = {
        .graph = resolved,
        .width = choice->width,
        .height = choice->height,
        .rate = choice->rate,
    };
    /* A preset is known to be good, and takes long to set up. */
    if (resolved == graph && !leat_filter_check(&options, error))
        return false;
    char *copy = g_strdup(resolved);
    leat_lock_acquire(&choice->lock);
    char *old = choice->graph;
    choice->graph = copy;
    leat_lock_release(&choice->lock);
    g_free(old);
    count_change(choice);
    return true;
}

void leat_filter_choice_set_source(LeatFilterChoice *choice, const LeatSourceFormat *format)
{
    leat_lock_acquire(&choice->lock);
    choice->source_width = format->width;
    choice->source_height = format->height;
    choice->source_rate = format->rate;
    leat_lock_release(&choice->lock);
    count_change(choice);
}

void leat_filter_choice_set_pixel_formats(LeatFilterChoice *choice, const char *const *formats)
{
    leat_lock_acquire(&choice->lock);
    bool other = choice->pixel_formats != formats;
    choice->pixel_formats = formats;
    leat_lock_release(&choice->lock);
    if (other)
        count_change(choice);
}

char *leat_filter_choice_graph(LeatFilterChoice *choice)
{
    leat_lock_acquire(&choice->lock);
    char *graph = g_strdup(choice->graph);
    leat_lock_release(&choice->lock);
    return graph;
}

unsigned leat_filter_choice_generation(LeatFilterChoice *choice)
{
    return atomic_load_explicit(&choice->generation, memory_order_acquire);
}

LeatFilter *leat_filter_choice_build(LeatFilterChoice *choice, unsigned *generation, GError **error)
{
    char *graph = NULL;
    *generation = leat_filter_choice_generation(choice);
    LeatFilterOptions options = filter_options(choice, &graph);
    LeatFilter *filter = leat_filter_new(&options, error);
    g_free(graph);
    return filter;
}
