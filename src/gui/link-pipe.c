/* SPDX-License-Identifier: MIT */
#include "gui/link-pipe.h"

#include "gui/css-class.h"
#include "gui/draw.h"

#include <glib/gi18n.h>
#include <math.h>

#define PIPE_HEIGHT 14.0
#define ARROW_WIDTH 8.0

struct _LeatLinkPipe {
    AdwBin parent_instance;

    /* The template's. */
    GtkLabel *rate_label;
    GtkWidget *area;
    GtkLabel *fill_label;
    GtkLabel *loss_label;

    bool there;
    double filled; /* 0 to 1 */
    double peak;   /* the most ever, the same */
};

G_DEFINE_FINAL_TYPE(LeatLinkPipe, leat_link_pipe, ADW_TYPE_BIN)

static char *fill_text(const LeatLinkFigures *figures)
{
    if (figures->policy == LEAT_LINK_LATEST)
        return g_strdup(_("the latest"));
    return g_strdup_printf(_("%zu of %zu"), figures->items, figures->max_items);
}

/* What a mailbox replaces is not lost: it was never needed. */
static char *loss_text(const LeatLinkFigures *figures)
{
    bool skips = figures->policy == LEAT_LINK_LATEST && figures->refused == 0;
    g_autofree char *count =
        g_strdup_printf("%" G_GUINT64_FORMAT, skips ? figures->replaced : figures->refused);

    return g_strdup_printf(skips ? _("%s skipped") : _("%s lost"), count);
}

static void set_drawn(LeatLinkPipe *pipe, bool there, double filled, double peak)
{
    if (pipe->there == there && pipe->filled == filled && pipe->peak == peak)
        return;
    pipe->there = there;
    pipe->filled = filled;
    pipe->peak = peak;
    gtk_widget_queue_draw(pipe->area);
}

void leat_link_pipe_show(LeatLinkPipe *pipe, const LeatLinkFact *fact)
{
    const LeatLinkFigures *figures = fact ? &fact->figures : NULL;
    g_autofree char *rate = fact ? g_strdup_printf(_("%.1f/s"), fact->rate) : g_strdup("–");
    g_autofree char *fill = figures ? fill_text(figures) : g_strdup("–");
    g_autofree char *loss = figures ? loss_text(figures) : g_strdup("");
    double room = figures ? MAX((double)figures->max_items, 1) : 1;

    gtk_label_set_label(pipe->rate_label, rate);
    gtk_label_set_label(pipe->fill_label, fill);
    gtk_label_set_label(pipe->loss_label, loss);
    leat_css_class_set(GTK_WIDGET(pipe->loss_label), "error", figures && figures->refused > 0);
    set_drawn(pipe, fact != NULL, figures ? (double)figures->items / room : 0,
              figures ? (double)figures->peak_items / room : 0);
}

static void trace_pipe(cairo_t *cr, double width, double top)
{
    double middle = top + PIPE_HEIGHT / 2, end = width - ARROW_WIDTH;

    cairo_move_to(cr, 0, top);
    cairo_line_to(cr, end, top);
    cairo_line_to(cr, width, middle);
    cairo_line_to(cr, end, top + PIPE_HEIGHT);
    cairo_line_to(cr, 0, top + PIPE_HEIGHT);
    cairo_close_path(cr);
}

/* It fills from its end on, as a queue does. */
static void draw(GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer data)
{
    LeatLinkPipe *pipe = data;
    double top = floor((height - PIPE_HEIGHT) / 2);

    trace_pipe(cr, width, top);
    leat_draw_set_color(cr, pipe->area, NULL, pipe->there ? 0.15 : 0.07);
    cairo_fill(cr);
    trace_pipe(cr, width, top);
    cairo_clip(cr);
    leat_draw_set_color(cr, pipe->area, "accent_bg_color", 0.3);
    cairo_rectangle(cr, width - pipe->peak * width, top, pipe->peak * width, PIPE_HEIGHT);
    cairo_fill(cr);
    leat_draw_set_color(cr, pipe->area, pipe->filled > 0.75 ? "error_color" : "accent_bg_color", 1);
    cairo_rectangle(cr, width - pipe->filled * width, top, pipe->filled * width, PIPE_HEIGHT);
    cairo_fill(cr);
}

static void leat_link_pipe_class_init(LeatLinkPipeClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    gtk_widget_class_set_template_from_resource(widget_class, "/org/leat/Leat/gui/link-pipe.ui");
    gtk_widget_class_bind_template_child(widget_class, LeatLinkPipe, rate_label);
    gtk_widget_class_bind_template_child(widget_class, LeatLinkPipe, area);
    gtk_widget_class_bind_template_child(widget_class, LeatLinkPipe, fill_label);
    gtk_widget_class_bind_template_child(widget_class, LeatLinkPipe, loss_label);
}

static void leat_link_pipe_init(LeatLinkPipe *pipe)
{
    gtk_widget_init_template(GTK_WIDGET(pipe));
    gtk_drawing_area_set_draw_func(GTK_DRAWING_AREA(pipe->area), draw, pipe, NULL);
}
