/* SPDX-License-Identifier: MIT */
/* Bands of colour along a timeline, in lanes, and how they are drawn: a plain value of the strip
 * that shows them (gui/label-strip.h). Main thread. */
#ifndef LEAT_GUI_LABEL_BANDS_H
#define LEAT_GUI_LABEL_BANDS_H

#include "app/timeline.h"
#include "gui/timeline-span.h"

#include <gtk/gtk.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum {
    LEAT_LANE_CLASSES,
    LEAT_LANE_NUMBERS,
    LEAT_LANE_PREDICTIONS,
    LEAT_LANES,
} LeatLane;

/* Logical px. The lane of the classes is the first one, and always there. */
#define LEAT_LANE_CLASSES_HEIGHT 20
#define LEAT_BAND_LEAST_WIDTH 2

typedef struct {
    GPtrArray *marks;      /* LeatMark; NULL for none */
    bool used[LEAT_LANES]; /* it has marks */
    char **classes;        /* whose places are their colours */
    unsigned class;        /* the place of what is drawn */
    int64_t position_ns;
    int64_t part_from_ns, part_to_ns; /* what is marked to be labelled; -1 for none */
    const LeatMark *selected;         /* one of the marks, or NULL */
    bool dragging;
    int64_t drag_from_ns, drag_to_ns; /* what would come of it */
} LeatLabelBands;

/* LEAT_LANES for what is in none. */
LeatLane leat_label_bands_lane(const LeatMark *mark);

/* Of all lanes, logical px. */
int leat_label_bands_height(const LeatLabelBands *bands);

void leat_label_bands_draw(const LeatLabelBands *bands, GtkWidget *widget, GtkSnapshot *snapshot,
                           const LeatTimelineSpan *span);

#endif
