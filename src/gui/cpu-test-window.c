/* SPDX-License-Identifier: MIT */
#include "gui/cpu-test-window.h"

#include "app/cpu-test-task.h"
#include "base/clock.h"
#include "base/error.h"
#include "gui/cpu-test-runs.h"
#include "gui/speedup-view.h"
#include "gui/wheel.h"

#include <glib/gi18n.h>

#define START "cpu-test.start"
#define CANCEL "cpu-test.cancel"

/* More marks than this would run into one another. */
#define MOST_MARKS 16

struct _LeatCpuTestWindow {
    AdwWindow parent_instance;

    /* The template's. */
    GtkAdjustment *cores_adjustment;
    GtkLabel *cores_label;
    GtkScale *cores_scale;
    AdwComboRow *executor_row, *work_row;
    GtkLabel *note_label;
    GtkProgressBar *progress_bar;
    GtkWidget *results_group;
    GtkListBox *results_list;
    AdwPreferencesGroup *speedup_group;
    LeatSpeedupView *speedup_view;

    LeatSessionController *session;
    LeatJobList *jobs;
    LeatCpuTestRuns *runs;

    /* The test that runs. */
    bool busy;
    LeatCpuTestWork work;
    LeatCpuTestTask *task; /* with threading */
    LeatJobListener listener;
    LeatCpuTestSeries series; /* without */
    guint standstill_id;
};

G_DEFINE_FINAL_TYPE(LeatCpuTestWindow, leat_cpu_test_window, ADW_TYPE_WINDOW)

/* In the order of the row's entries. */
static const LeatExecutorKind executors[] = {LEAT_EXECUTOR_THREADS, LEAT_EXECUTOR_PROCESSES,
                                             LEAT_EXECUTOR_INLINE};

static LeatExecutorKind chosen_executor(LeatCpuTestWindow *window)
{
    return executors[MIN(adw_combo_row_get_selected(window->executor_row), 2)];
}

static LeatCpuTestWork chosen_work(LeatCpuTestWindow *window)
{
    return (LeatCpuTestWork)MIN(adw_combo_row_get_selected(window->work_row), 2);
}

static unsigned chosen_cores(LeatCpuTestWindow *window)
{
    if (chosen_executor(window) == LEAT_EXECUTOR_INLINE)
        return 1;
    return (unsigned)gtk_adjustment_get_value(window->cores_adjustment);
}

static const char *about_executor(LeatExecutorKind executor)
{
    switch (executor) {
    case LEAT_EXECUTOR_THREADS:
        return _("Several at once within this program");
    case LEAT_EXECUTOR_PROCESSES:
        return _("A program of its own for each; one that crashes is replaced");
    case LEAT_EXECUTOR_INLINE:
        break;
    }
    return _("One after the other, on one core");
}

static void show_runs(LeatCpuTestWindow *window)
{
    unsigned count;
    g_autofree LeatCpuTestRun *runs = leat_cpu_test_runs_compare(window->runs, chosen_work(window),
                                                                 chosen_executor(window), &count);

    leat_speedup_view_set_runs(window->speedup_view, runs, count);
    adw_preferences_group_set_description(
        window->speedup_group,
        count > 0 ? _("Against a run on one core; dashed: the ideal")
                  : _("Test on one core first, then on more: the curve shows what they bring"));
}

static void update(LeatCpuTestWindow *window)
{
    bool threading = leat_session_controller_threading(window->session);
    LeatExecutorKind executor = chosen_executor(window);
    g_autofree char *cores = g_strdup_printf(_("Max taken cores: %u"), chosen_cores(window));
    GtkWidget *widget = GTK_WIDGET(window);

    gtk_label_set_label(window->cores_label, cores);
    adw_action_row_set_subtitle(ADW_ACTION_ROW(window->executor_row), about_executor(executor));
    gtk_widget_set_sensitive(GTK_WIDGET(window->cores_scale),
                             !window->busy && executor != LEAT_EXECUTOR_INLINE);
    gtk_widget_set_sensitive(GTK_WIDGET(window->executor_row), !window->busy);
    gtk_widget_set_sensitive(GTK_WIDGET(window->work_row), !window->busy);
    if (!threading)
        gtk_label_set_label(window->note_label,
                            _("Threading is off: the picture, the capture and this window stand "
                              "still until the computation ends."));
    else
        gtk_label_set_label(window->note_label,
                            _("Threading is on: the picture keeps moving meanwhile."));
    gtk_widget_action_set_enabled(widget, START, !window->busy);
    gtk_widget_action_set_enabled(widget, CANCEL, window->task != NULL);
    gtk_widget_set_visible(GTK_WIDGET(window->progress_bar), window->busy);
}

static void choice_changed(LeatCpuTestWindow *window)
{
    update(window);
    show_runs(window);
}

static void cores_changed(LeatCpuTestWindow *window)
{
    update(window);
}

static void add_line(LeatCpuTestWindow *window, const char *text)
{
    GtkWidget *label = gtk_label_new(text);

    gtk_label_set_xalign(GTK_LABEL(label), 0);
    gtk_label_set_wrap(GTK_LABEL(label), TRUE);
    gtk_widget_set_margin_top(label, 8);
    gtk_widget_set_margin_bottom(label, 8);
    gtk_widget_set_margin_start(label, 12);
    gtk_widget_set_margin_end(label, 12);
    gtk_widget_add_css_class(label, "numeric");
    gtk_list_box_prepend(window->results_list, label);
    gtk_widget_set_visible(window->results_group, TRUE);
}

/* One of both is NULL. */
static void end_test(LeatCpuTestWindow *window, const LeatCpuTestRun *run, const GError *error)
{
    window->busy = false;
    if (run) {
        g_autofree char *line = leat_cpu_test_runs_line(run);

        leat_cpu_test_runs_add(window->runs, window->work, run);
        add_line(window, line);
        show_runs(window);
    } else if (g_error_matches(error, LEAT_ERROR, LEAT_ERROR_CANCELLED)) {
        add_line(window, _("Cancelled"));
    } else {
        add_line(window, error->message);
        leat_session_controller_report(window->session, _("The CPU test failed"), error);
    }
    update(window);
}

static void job_changed(LeatJob *job, const LeatJobInfo *info, void *data)
{
    LeatCpuTestWindow *window = data;
    g_autofree char *text = NULL;

    if (info->total < 1)
        return;
    gtk_progress_bar_set_fraction(window->progress_bar, (double)info->done / (double)info->total);
    if (info->cancel_asked)
        text = g_strdup(_("Cancelling…"));
    else if (info->left_ns < 0)
        text = g_strdup_printf(_("%d of %d units"), (int)info->done, (int)info->total);
    else
        text = g_strdup_printf(_("%d of %d units, %d s left"), (int)info->done, (int)info->total,
                               (int)((info->left_ns + LEAT_NS_PER_S - 1) / LEAT_NS_PER_S));
    gtk_progress_bar_set_text(window->progress_bar, text);
}

static void job_completed(LeatJob *job, const LeatJobInfo *info, const GError *error, void *data)
{
    LeatCpuTestWindow *window = data;
    LeatCpuTestTask *task = window->task;
    LeatCpuTestRun run = leat_cpu_test_task_series(task)->runs[0];

    leat_job_disconnect(job, &window->listener);
    window->task = NULL;
    end_test(window, error ? NULL : &run, error);
    leat_cpu_test_task_free(task);
}

static bool start_job(LeatCpuTestWindow *window, GError **error)
{
    g_autofree char *title =
        g_strdup_printf(_("CPU test on %u core(s)"), window->series.workers[0]);
    LeatJob *job;

    window->task = leat_cpu_test_task_new(&window->series, error);
    if (!window->task)
        return false;
    job = leat_cpu_test_task_job(window->task);
    window->listener = (LeatJobListener){job_changed, job_completed, window, NULL};
    leat_job_connect(job, &window->listener);
    leat_cpu_test_task_set_pipeline(window->task,
                                    leat_session_controller_pipeline(window->session));
    leat_job_list_add_computation(window->jobs, job, title,
                                  leat_executor_kind_name(window->series.executor),
                                  window->series.workers[0]);
    if (leat_job_start(job, error))
        return true;
    leat_job_disconnect(job, &window->listener);
    g_clear_pointer(&window->task, leat_cpu_test_task_free);
    return false;
}

/* As a program without threads: nothing else happens on the loop until it has returned. */
static gboolean compute_on_the_loop(gpointer data)
{
    LeatCpuTestWindow *window = data;
    g_autoptr(GError) error = NULL;

    window->standstill_id = 0;
    leat_cpu_test_series_run_here(&window->series, NULL, NULL, NULL, &error);
    end_test(window, error ? NULL : &window->series.runs[0], error);
    return G_SOURCE_REMOVE;
}

/* Once the window has drawn that it will stand still. */
static void after_paint(GdkFrameClock *clock, LeatCpuTestWindow *window)
{
    g_signal_handlers_disconnect_by_func(clock, after_paint, window);
    if (window->busy && !window->standstill_id)
        window->standstill_id = g_idle_add(compute_on_the_loop, window);
}

static void start_standing_still(LeatCpuTestWindow *window)
{
    GdkFrameClock *clock = gtk_widget_get_frame_clock(GTK_WIDGET(window));

    gtk_progress_bar_set_text(window->progress_bar, _("Computing: everything stands still"));
    g_signal_connect_object(clock, "after-paint", G_CALLBACK(after_paint), window, 0);
    gdk_frame_clock_request_phase(clock, GDK_FRAME_CLOCK_PHASE_PAINT);
}

static void start(GtkWidget *widget, const char *action, GVariant *parameter)
{
    LeatCpuTestWindow *window = LEAT_CPU_TEST_WINDOW(widget);
    g_autoptr(GError) error = NULL;

    window->busy = true;
    window->work = chosen_work(window);
    window->series =
        leat_cpu_test_runs_request(window->work, chosen_executor(window), chosen_cores(window));
    gtk_progress_bar_set_fraction(window->progress_bar, 0);
    gtk_progress_bar_set_text(window->progress_bar, _("Starting…"));
    if (!leat_session_controller_threading(window->session))
        start_standing_still(window);
    else if (!start_job(window, &error))
        end_test(window, NULL, error);
    update(window);
}

static void cancel(GtkWidget *widget, const char *action, GVariant *parameter)
{
    LeatCpuTestWindow *window = LEAT_CPU_TEST_WINDOW(widget);

    if (window->task)
        leat_job_cancel(leat_cpu_test_task_job(window->task));
}

static void session_changed(LeatCpuTestWindow *window)
{
    if (window->task)
        leat_cpu_test_task_set_pipeline(window->task,
                                        leat_session_controller_pipeline(window->session));
    else
        update(window);
}

static void frame_came(LeatCpuTestWindow *window, gpointer frame)
{
    const LeatFigures *figures = leat_session_controller_figures(window->session);
    LeatFrameTimes times = leat_frame_times(frame);

    if (window->task)
        leat_cpu_test_task_note_frame(window->task, &times, figures->status.format.rate);
}

static void leat_cpu_test_window_dispose(GObject *object)
{
    LeatCpuTestWindow *window = LEAT_CPU_TEST_WINDOW(object);

    g_clear_handle_id(&window->standstill_id, g_source_remove);
    if (window->task)
        leat_job_disconnect(leat_cpu_test_task_job(window->task), &window->listener);
    g_clear_pointer(&window->task, leat_cpu_test_task_free);
    g_clear_pointer(&window->runs, leat_cpu_test_runs_free);
    g_clear_object(&window->session);
    g_clear_object(&window->jobs);
    G_OBJECT_CLASS(leat_cpu_test_window_parent_class)->dispose(object);
}

static void leat_cpu_test_window_class_init(LeatCpuTestWindowClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    G_OBJECT_CLASS(class)->dispose = leat_cpu_test_window_dispose;
    g_type_ensure(LEAT_TYPE_SPEEDUP_VIEW);
    gtk_widget_class_set_template_from_resource(widget_class,
                                                "/org/leat/Leat/gui/cpu-test-window.ui");
    gtk_widget_class_bind_template_child(widget_class, LeatCpuTestWindow, cores_adjustment);
    gtk_widget_class_bind_template_child(widget_class, LeatCpuTestWindow, cores_label);
    gtk_widget_class_bind_template_child(widget_class, LeatCpuTestWindow, cores_scale);
    gtk_widget_class_bind_template_child(widget_class, LeatCpuTestWindow, executor_row);
    gtk_widget_class_bind_template_child(widget_class, LeatCpuTestWindow, work_row);
    gtk_widget_class_bind_template_child(widget_class, LeatCpuTestWindow, note_label);
    gtk_widget_class_bind_template_child(widget_class, LeatCpuTestWindow, progress_bar);
    gtk_widget_class_bind_template_child(widget_class, LeatCpuTestWindow, results_group);
    gtk_widget_class_bind_template_child(widget_class, LeatCpuTestWindow, results_list);
    gtk_widget_class_bind_template_child(widget_class, LeatCpuTestWindow, speedup_group);
    gtk_widget_class_bind_template_child(widget_class, LeatCpuTestWindow, speedup_view);
    gtk_widget_class_bind_template_callback(widget_class, cores_changed);
    gtk_widget_class_bind_template_callback(widget_class, choice_changed);
    gtk_widget_class_install_action(widget_class, START, NULL, start);
    gtk_widget_class_install_action(widget_class, CANCEL, NULL, cancel);
}

static void leat_cpu_test_window_init(LeatCpuTestWindow *window)
{
    window->runs = leat_cpu_test_runs_new();
    gtk_widget_init_template(GTK_WIDGET(window));
    leat_wheel_only_scrolls(GTK_WIDGET(window));
}

static void set_cores(LeatCpuTestWindow *window, unsigned cores)
{
    unsigned step = 1;

    while (cores / step > MOST_MARKS)
        step *= 2;
    gtk_adjustment_set_upper(window->cores_adjustment, cores);
    gtk_adjustment_set_value(window->cores_adjustment, cores);
    for (unsigned at = 1; at <= cores; at++) {
        g_autofree char *text =
            at == 1 || at % step == 0 ? g_strdup_printf("%u", at) : g_strdup("");

        gtk_scale_add_mark(window->cores_scale, at, GTK_POS_BOTTOM, *text ? text : NULL);
    }
}

LeatCpuTestWindow *leat_cpu_test_window_new(GtkWindow *parent, const LeatContext *context)
{
    LeatCpuTestWindow *window =
        g_object_new(LEAT_TYPE_CPU_TEST_WINDOW, "transient-for", parent, NULL);

    window->session = g_object_ref(context->session);
    window->jobs = g_object_ref(context->jobs);
    set_cores(window, MIN(leat_executor_count_cores(), LEAT_EXECUTOR_MAX_WORKERS));
    g_signal_connect_object(window->session, "changed", G_CALLBACK(session_changed), window,
                            G_CONNECT_SWAPPED);
    g_signal_connect_object(window->session, "present", G_CALLBACK(frame_came), window,
                            G_CONNECT_SWAPPED);
    choice_changed(window);
    return window;
}
