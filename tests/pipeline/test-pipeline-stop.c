/* SPDX-License-Identifier: MIT */
/* A stop ends in time, whatever the session is waiting for. */
#include "pipeline-support.h"

#include "base/error.h"
#include "concurrency/thread.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* For what only waits; sanitizers and a busy machine included. */
#define SOON_NS (3 * LEAT_NS_PER_S)

/* What stops a session from outside, as a signal does. */
typedef struct {
    LeatCancel *stop;
    LeatThread *thread;
    int64_t after_ns;
    int64_t stopped_ns;
} Stopper;

static void stop_later(void *data)
{
    Stopper *stopper = data;

    leat_cancel_wait(stopper->stop, stopper->after_ns);
    stopper->stopped_ns = leat_clock_now_ns();
    leat_cancel_trigger(stopper->stop);
}

static Stopper stopper_new(void)
{
    return (Stopper){.stop = leat_cancel_new(NULL, NULL)};
}

/* Stops so long after now. */
static void stopper_start(Stopper *stopper, int64_t after_ns)
{
    stopper->after_ns = after_ns;
    stopper->thread = leat_thread_new("stopper", LEAT_THREAD_NORMAL, stop_later, stopper, NULL);
    g_assert_true(leat_thread_start(stopper->thread, NULL));
}

/* Asserts that the session ended within the limit after the stop. */
static void stopper_end(Stopper *stopper, int64_t limit_ns)
{
    int64_t ended_ns = leat_clock_now_ns();

    g_assert_nonnull(stopper->thread);
    leat_thread_free(stopper->thread);
    g_assert_cmpint(ended_ns - stopper->stopped_ns, <, limit_ns);
    leat_cancel_unref(stopper->stop);
}

/* A server on loopback that answers no connection: its queue of them is full. */
typedef struct {
    int listener, waiting[2];
    char *address;
} Blackhole;

static void blackhole_start(Blackhole *hole)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof(address);

    hole->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g_assert_cmpint(bind(hole->listener, (struct sockaddr *)&address, size), ==, 0);
    g_assert_cmpint(listen(hole->listener, 0), ==, 0);
    g_assert_cmpint(getsockname(hole->listener, (struct sockaddr *)&address, &size), ==, 0);
    for (size_t i = 0; i < G_N_ELEMENTS(hole->waiting); i++) {
        hole->waiting[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        connect(hole->waiting[i], (struct sockaddr *)&address, size);
    }
    hole->address = g_strdup_printf("tcp://127.0.0.1:%d", ntohs(address.sin_port));
}

static void blackhole_end(Blackhole *hole)
{
    for (size_t i = 0; i < G_N_ELEMENTS(hole->waiting); i++)
        close(hole->waiting[i]);
    close(hole->listener);
    g_free(hole->address);
}

static void test_connecting(Run *run, gconstpointer data)
{
    Blackhole hole;
    Stopper stopper = stopper_new();

    blackhole_start(&hole);
    stopper_start(&stopper, LEAT_NS_PER_S / 2);
    run_make(run, hole.address,
             (LeatPipelineOptions){.concurrency = GPOINTER_TO_INT(data), .stop = stopper.stop});
    run_record(run);
    g_assert_cmpint(run_to_end(run).captured, ==, 0);
    stopper_end(&stopper, SOON_NS);
    g_assert_cmpint(run->status.source, ==, LEAT_SOURCE_STATE_ENDED);
    g_assert_cmpint(run->status.recorder, ==, LEAT_RECORDER_OFF);
    blackhole_end(&hole);
}

/* Serves a video once and then nobody any more. */
typedef struct {
    int listener;
    char *video, *address;
    LeatThread *thread;
} Server;

static void serve_once(void *data)
{
    Server *server = data;
    char *bytes;
    gsize size;
    int client = accept(server->listener, NULL, NULL);

    g_assert_true(g_file_get_contents(server->video, &bytes, &size, NULL));
    for (gsize sent = 0; sent < size;) {
        ssize_t n = send(client, bytes + sent, size - sent, MSG_NOSIGNAL);

        if (n <= 0)
            break;
        sent += (gsize)n;
    }
    close(client);
    close(server->listener);
    g_free(bytes);
}

static void server_start(Server *server, char *video)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof(address);

    server->video = video;
    server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g_assert_cmpint(bind(server->listener, (struct sockaddr *)&address, size), ==, 0);
    g_assert_cmpint(listen(server->listener, 4), ==, 0);
    g_assert_cmpint(getsockname(server->listener, (struct sockaddr *)&address, &size), ==, 0);
    server->address = g_strdup_printf("tcp://127.0.0.1:%d", ntohs(address.sin_port));
    server->thread = leat_thread_new("server", LEAT_THREAD_NORMAL, serve_once, server, NULL);
    g_assert_true(leat_thread_start(server->thread, NULL));
}

static void stop_when_away(Run *run)
{
    if (run->status.source == LEAT_SOURCE_STATE_AWAY) {
        run->phase = 1;
        leat_pipeline_stop(run->pipeline);
    }
}

static void test_away(Run *run, gconstpointer data)
{
    char *video = make_video(run, "v.ts",
                             "-f lavfi -i testsrc=size=160x120:rate=25:duration=2 -c:v mpeg2video"
                             " -f mpegts");
    Server server;
    LeatLedger figures;
    int64_t start_ns = leat_clock_now_ns();

    server_start(&server, video);
    run->on_changed = stop_when_away;
    run_make(run, server.address, (LeatPipelineOptions){.concurrency = GPOINTER_TO_INT(data)});
    run_record(run);
    figures = run_to_end(run);
    leat_thread_free(server.thread);
    g_assert_cmpint(run->phase, ==, 1);
    g_assert_cmpint(leat_clock_now_ns() - start_ns, <, 3 * SOON_NS);
    g_assert_cmpint(figures.captured, >, 0);
    leat_recording_free(sound_recording(run));
    g_free(server.address);
    g_free(video);
}

static bool has_stored(Run *run)
{
    LeatPipelineStatus status;

    leat_pipeline_get_status(run->pipeline, &status);
    return status.progress.stored > 0;
}

static void stop_when_stored(Run *run, LeatFrame *frame)
{
    Stopper *stopper = run->data;

    (void)frame;
    if (!stopper->thread && has_stored(run))
        stopper_start(stopper, 0);
}

static void test_recording(Run *run, gconstpointer data)
{
    Stopper stopper = stopper_new();
    LeatRecording *recording;

    run->on_shown = stop_when_stored;
    run->data = &stopper;
    run_make(run, "test:320x240@60",
             (LeatPipelineOptions){.concurrency = GPOINTER_TO_INT(data), .stop = stopper.stop});
    run_record(run);
    run_to_end(run);
    stopper_end(&stopper, SOON_NS);
    recording = sound_recording(run);
    g_assert_cmpint(recording->state, ==, LEAT_RECORDING_COMPLETE);
    leat_recording_free(recording);
}

typedef struct {
    Stopper stopper;
    Shell *shell;
} Stall;

static void lock_when_on(Run *run, LeatFrame *frame)
{
    Stall *stall = run->data;

    (void)frame;
    if (stall->shell || !has_stored(run))
        return;
    stall->shell = shell_start(run->place.path);
    shell_say(stall->shell, ".timeout 5000");
    shell_say(stall->shell, "BEGIN IMMEDIATE;");
    stopper_start(&stall->stopper, 2 * LEAT_NS_PER_S);
}

/* The source waits for the store, so that by the time of the stop all stages wait. */
static void test_stalled(Run *run, gconstpointer data)
{
    Stall stall = {.stopper = stopper_new()};
    LeatLedger figures;

    run->on_shown = lock_when_on;
    run->request.encoder.codec = LEAT_CODEC_RAWVIDEO;
    run->data = &stall;
    run_make(run, "test:640x480@30",
             (LeatPipelineOptions){.concurrency = GPOINTER_TO_INT(data),
                                   .pace = LEAT_PACE_FAST,
                                   .stop = stall.stopper.stop});
    run_record(run);
    figures = run_to_end(run);
    stopper_end(&stall.stopper, LEAT_STOP_LIMIT_NS + SOON_NS);
    g_assert_cmpint(run->status.recorder, ==, LEAT_RECORDER_FAILED);
    g_assert_cmpint(figures.record.lost, >, 0);
    shell_say(stall.shell, "COMMIT;");
    shell_end(stall.shell);
    assert_sound(run->place.path);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD_RUNS("a-stop-ends-connecting", test_connecting);
    ADD_RUNS("a-stop-ends-waiting-for-a-source-that-is-away", test_away);
    ADD_RUNS("a-stop-ends-a-recording", test_recording);
    ADD_RUNS("a-stop-ends-waiting-for-a-lock-of-another-program", test_stalled);
    return g_test_run();
}
