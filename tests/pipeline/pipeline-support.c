/* SPDX-License-Identifier: MIT */
#include "pipeline-support.h"

#include <string.h>

/* Far beyond what any test takes, sanitizers and a busy machine included. */
#define HANGS_AFTER_S 60

void run_set_up(Run *run, gconstpointer data)
{
    place_set_up(&run->place, data);
    run->request = (LeatRecordingRequest){.path = run->place.path};
    run->last_shown = -1;
}

void run_tear_down(Run *run, gconstpointer data)
{
    place_tear_down(&run->place, data);
}

static void on_changed(void *data)
{
    Run *run = data;

    leat_pipeline_get_status(run->pipeline, &run->status);
    if (run->on_changed)
        run->on_changed(run);
    if (run->status.finished)
        g_main_loop_quit(run->loop);
}

static void on_present(LeatFrame *frame, void *data)
{
    Run *run = data;
    int64_t seq = leat_frame_times(frame).seq;

    g_assert_cmpint(seq, >, run->last_shown);
    run->last_shown = seq;
    run->presented++;
    if (run->on_shown)
        run->on_shown(run, frame);
}

void run_make(Run *run, const char *source, LeatPipelineOptions options)
{
    GError *error = NULL;
    LeatSourceSpec *spec = leat_source_spec_parse(source, &error);

    g_assert_no_error(error);
    options.spec = spec;
    options.changed = on_changed;
    options.present = on_present;
    options.data = run;
    run->pipeline = leat_pipeline_new(&options, &error);
    g_assert_no_error(error);
    leat_source_spec_free(spec);
}

void run_record(Run *run)
{
    GError *error = NULL;

    leat_pipeline_start_recording(run->pipeline, &run->request, &error);
    g_assert_no_error(error);
}

static gboolean fail_as_hanging(gpointer data)
{
    (void)data;
    g_error("the session does not end");
    return G_SOURCE_REMOVE;
}

LeatLedger run_figures(Run *run)
{
    LeatLedger figures;

    leat_session_ledger_snapshot(leat_pipeline_ledger(run->pipeline), false, &figures, 0, NULL,
                                 NULL);
    return figures;
}

/* Whatever was lost on the way to the stages behind the filter is told in rows. */
static void assert_losses_told(Run *run)
{
    LeatLedger figures;
    LeatLoss *losses;
    int64_t capture = 0, process = 0;
    size_t count;

    leat_session_ledger_snapshot(leat_pipeline_ledger(run->pipeline), false, &figures, 0, &losses,
                                 &count);
    for (size_t i = 0; i < count; i++) {
        capture += losses[i].stage == LEAT_STAGE_CAPTURE ? losses[i].count : 0;
        process += losses[i].stage == LEAT_STAGE_PROCESS ? losses[i].count : 0;
    }
    g_assert_cmpint(capture, ==, figures.capture_lost);
    g_assert_cmpint(process, ==, figures.process.lost);
    g_free(losses);
}

LeatLedger run_to_end(Run *run)
{
    GError *error = NULL;
    guint alarm = g_timeout_add_seconds(HANGS_AFTER_S, fail_as_hanging, NULL);
    LeatLedger figures;
    char *imbalance;

    run->loop = g_main_loop_new(NULL, FALSE);
    leat_pipeline_start(run->pipeline, &error);
    g_assert_no_error(error);
    g_main_loop_run(run->loop);
    figures = run_figures(run);
    imbalance = leat_ledger_imbalance(&figures);
    g_assert_cmpstr(imbalance, ==, NULL);
    g_assert_cmpint(figures.present.presented, ==, run->presented);
    assert_losses_told(run);
    leat_pipeline_free(run->pipeline);
    run->pipeline = NULL;
    g_main_loop_unref(run->loop);
    g_source_remove(alarm);
    return figures;
}

LeatRecording *sound_recording(Run *run)
{
    GError *error = NULL;
    LeatStore *store;
    LeatRecording *recording;

    assert_sound(run->place.path);
    store = open_store(run->place.path);
    recording = leat_store_find(store, "1", &error);
    g_assert_no_error(error);
    leat_store_close(store);
    return recording;
}

int64_t count_losses(Run *run, const char *text)
{
    LeatStore *store = open_store(run->place.path);
    GArray *losses = leat_store_losses(store, 1, NULL);
    int64_t frames = 0;

    g_assert_nonnull(losses);
    for (guint i = 0; i < losses->len; i++)
        if (strstr(g_array_index(losses, LeatLoss, i).reason, text))
            frames += g_array_index(losses, LeatLoss, i).count;
    g_array_unref(losses);
    leat_store_close(store);
    return frames;
}

bool has_loss(Run *run, const char *text)
{
    LeatStore *store = open_store(run->place.path);
    GArray *losses = leat_store_losses(store, 1, NULL);
    bool found = false;

    g_assert_nonnull(losses);
    for (guint i = 0; i < losses->len; i++)
        found = found || strstr(g_array_index(losses, LeatLoss, i).reason, text);
    g_array_unref(losses);
    leat_store_close(store);
    return found;
}

char *make_video(Run *run, const char *name, const char *arguments)
{
    char *path = g_build_filename(run->place.folder, name, NULL);
    char *all = g_strconcat("ffmpeg -nostdin -v error -y ", arguments, NULL);
    GStrvBuilder *builder = g_strv_builder_new();
    char **words = g_strsplit(all, " ", -1), **argv;
    GError *error = NULL;
    int status;

    g_strv_builder_addv(builder, (const char **)words);
    g_strv_builder_add(builder, path);
    argv = g_strv_builder_end(builder);
    g_spawn_sync(NULL, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status, &error);
    g_assert_no_error(error);
    g_assert_cmpint(status, ==, 0);
    g_strfreev(argv);
    g_strfreev(words);
    g_strv_builder_unref(builder);
    g_free(all);
    return path;
}
