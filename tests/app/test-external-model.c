/* SPDX-License-Identifier: MIT */
/* Programs that answer well, badly, late or never: tests/app/answer.py. */
#include "app/external-child.h"
#include "app/external-model.h"
#include "base/clock.h"
#include "base/error.h"
#include "concurrency/thread.h"
#include "support.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

/* Long enough for a busy machine, under a sanitizer. */
#define PATIENCE_NS (30 * LEAT_NS_PER_S)

static const LeatExternalModelLimits quick = {
    .answer_ns = PATIENCE_NS,
    .first_pause_ns = 20 * LEAT_NS_PER_MS,
    .longest_pause_ns = 80 * LEAT_NS_PER_MS,
};

static LeatExternalModel *model_of(const char *mode, const LeatExternalModelLimits *limits)
{
    char *name = g_strdup_printf("exec:/usr/bin/python3 '%s' %s", ANSWER, mode);
    GError *error = NULL;
    LeatExternalModel *model = leat_external_model_new(name, limits, &error);

    g_assert_no_error(error);
    g_free(name);
    return model;
}

static bool ask(LeatExternalModel *model, int64_t number, LeatPrediction *prediction,
                GError **error)
{
    LeatFrame *frame = test_frame(64, 48, number, NULL);
    bool good = leat_external_model_predict(model, frame, prediction, error);

    leat_frame_unref(frame);
    return good;
}

/* Until it answers: it may be in a pause. */
static void ask_until_it_answers(LeatExternalModel *model, LeatPrediction *prediction)
{
    int64_t deadline_ns = leat_clock_now_ns() + PATIENCE_NS;

    while (!ask(model, 0, prediction, NULL))
        g_assert_cmpint(leat_clock_now_ns(), <, deadline_ns);
}

static void assert_refused(const char *mode, const LeatExternalModelLimits *limits,
                           const char *text)
{
    LeatExternalModel *model = model_of(mode, limits);
    int64_t deadline_ns = leat_clock_now_ns() + PATIENCE_NS;
    LeatPrediction prediction = {0};
    GError *error = NULL;

    /* The first answer may look well. */
    while (ask(model, 0, &prediction, &error))
        g_assert_cmpint(leat_clock_now_ns(), <, deadline_ns);
    test_error(error, LEAT_ERROR_FAILED, text);
    leat_external_model_free(model);
}

static void each_frame_is_answered(void)
{
    LeatExternalModel *model = model_of("count", &quick);
    LeatPrediction prediction = {.seq = 7};
    GError *error = NULL;

    for (int n = 1; n <= 20; n++) {
        g_assert_true(ask(model, n, &prediction, &error));
        g_assert_no_error(error);
        g_assert_cmpfloat(prediction.score, ==, n / 100.0);
        g_assert_true(g_str_has_prefix(prediction.label, "96 bytes of "));
    }
    g_assert_cmpint(prediction.seq, ==, 7);
    g_assert_true(prediction.external);
    g_assert_true(g_str_has_prefix(prediction.model, "/usr/bin/python3 "));
    g_assert_cmpuint(strlen(prediction.sha256), ==, 64);
    leat_external_model_free(model);
}

static void frames_are_of_the_size_asked_for(void)
{
    LeatExternalModel *model = model_of("large", &quick);
    LeatPrediction prediction = {0};

    for (int n = 0; n < 3; n++)
        g_assert_true(ask(model, n, &prediction, NULL));
    g_assert_cmpstr(prediction.label, ==, "large");
    leat_external_model_free(model);
}

static void a_slow_one_is_waited_for(void)
{
    LeatExternalModel *model = model_of("slow", &quick);
    LeatPrediction prediction = {0};

    g_assert_true(ask(model, 0, &prediction, NULL));
    g_assert_cmpstr(prediction.label, ==, "late");
    leat_external_model_free(model);
}

static void complaints_never_fill_up(void)
{
    LeatExternalModel *model = model_of("talkative", &quick);
    LeatPrediction prediction = {0};

    g_assert_true(ask(model, 0, &prediction, NULL));
    leat_external_model_free(model);
}

static void one_that_crashes_is_told_of_and_started_again(void)
{
    static const char *const pauses[] = {"after 0.1 s", "after 0.2 s", "after 0.4 s"};
    LeatExternalModel *model =
        model_of("crash", &(LeatExternalModelLimits){.first_pause_ns = LEAT_NS_PER_S / 10,
                                                     .longest_pause_ns = PATIENCE_NS});
    LeatPrediction prediction = {0};
    GError *error = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS(pauses); i++) {
        ask_until_it_answers(model, &prediction);
        g_assert_false(ask(model, 0, &prediction, &error));
        g_assert_nonnull(strstr(error->message, "ended with exit status 3 (it broke: "));
        g_assert_nonnull(strstr(error->message, pauses[i]));
        g_clear_error(&error);
    }
    leat_external_model_free(model);
}

static void while_it_pauses_nothing_is_started(void)
{
    LeatExternalModel *model =
        model_of("crash", &(LeatExternalModelLimits){.first_pause_ns = 3600 * LEAT_NS_PER_S,
                                                     .longest_pause_ns = 3600 * LEAT_NS_PER_S});
    LeatPrediction prediction = {0};
    GError *first = NULL, *again = NULL;

    g_assert_true(ask(model, 0, &prediction, NULL));
    g_assert_false(ask(model, 0, &prediction, &first));
    g_assert_false(ask(model, 0, &prediction, &again));
    g_assert_cmpstr(first->message, ==, again->message);
    g_error_free(first);
    g_error_free(again);
    leat_external_model_free(model);
}

static void a_signal_is_named(void)
{
    assert_refused("signalled", &quick, "was ended by signal 11 (Segmentation fault)");
}

static void one_that_hangs_is_ended(void)
{
    LeatExternalModelLimits limits = {.answer_ns = 100 * LEAT_NS_PER_MS};
    LeatExternalModel *model = model_of("hang", &limits);
    LeatPrediction prediction = {0};
    GError *error = NULL;
    const char *pid;

    g_assert_false(ask(model, 0, &prediction, &error));
    g_assert_nonnull(strstr(error->message, "said nothing for 0.1 s (pid "));
    pid = strstr(error->message, "(pid ") + strlen("(pid ");
    g_assert_cmpint(kill((pid_t)strtol(pid, NULL, 10), 0), ==, -1);
    g_error_free(error);
    leat_external_model_free(model);
}

static void one_that_never_begins_is_ended(void)
{
    assert_refused("mute", &(LeatExternalModelLimits){.start_ns = 100 * LEAT_NS_PER_MS},
                   "said nothing for 0.1 s");
}

static void garbage_is_refused(void)
{
    static const struct {
        const char *mode, *text;
    } cases[] = {
        {"no-greeting", "began with 'hello'"},
        {"no-size", "began with 'leat 1 big'"},
        {"huge", "at most 4096x4096"},
        {"nothing", "began with 'leat 1 0x0'"},
        {"later-version", "began with 'leat 2 8x4'"},
        {"binary", "should answer with a number"},
        {"endless", "more than 500 bytes without a new line"},
        {"nan", "should answer with a number, a blank and a label, and said 'nan thing'"},
        {"no-score", "and said 'thing'"},
        {"no-label", "a label that cannot be one"},
        {"not-utf-8", "a label that cannot be one"},
        {"long-label", "a label that cannot be one"},
        {"two", "answered what it was not asked"},
        {"wants_less", "answered what it was not asked"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        assert_refused(cases[i].mode, &quick, cases[i].text);
}

static void commands_that_cannot_be_are_refused(void)
{
    static const struct {
        const char *model;
        int code;
        const char *text;
    } cases[] = {
        {"exec:no-such-program-at-all 1", LEAT_ERROR_NOT_FOUND, "there is no such program"},
        {"exec:/nowhere/model.py", LEAT_ERROR_NOT_FOUND, "there is no such program"},
        {"exec:python3 'model.py", LEAT_ERROR_INVALID, "cannot run the model"},
        {"exec:", LEAT_ERROR_INVALID, "is empty"},
        {"exec:true \n", LEAT_ERROR_INVALID, "control characters"},
    };
    GError *error = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_assert_null(leat_external_model_new(cases[i].model, NULL, &error));
        test_error(error, cases[i].code, cases[i].text);
    }
}

/* As the pipeline has it: one thread asks, and another one wants it to end. */
typedef struct {
    LeatExternalModel *model;
    LeatPrediction prediction;
    GError *error;
    bool good;
} Asking;

static void ask_on_thread(void *data)
{
    Asking *asking = data;

    asking->good = ask(asking->model, 0, &asking->prediction, &asking->error);
}

static LeatThread *start_asking(Asking *asking)
{
    GError *error = NULL;
    LeatThread *thread =
        leat_thread_new("asker", LEAT_THREAD_NORMAL, ask_on_thread, asking, &error);

    g_assert_no_error(error);
    g_assert_true(leat_thread_start(thread, &error));
    return thread;
}

static void who_hurries_waits_no_longer(void)
{
    Asking asking = {.model = model_of("hang", NULL)};
    LeatThread *thread = start_asking(&asking);
    int64_t before_ns = leat_clock_now_ns();

    leat_external_model_hurry(asking.model, before_ns + 200 * LEAT_NS_PER_MS);
    leat_thread_free(thread);
    g_assert_cmpint(leat_clock_now_ns() - before_ns, <, 5 * LEAT_NS_PER_S);
    g_assert_false(asking.good);
    g_assert_error(asking.error, LEAT_ERROR, LEAT_ERROR_CANCELLED);
    g_error_free(asking.error);
    leat_external_model_free(asking.model);
}

static void it_ends_with_the_thread_that_asks(void)
{
    Asking asking = {.model = model_of("pid", NULL)};
    struct pollfd watch = {.events = POLLIN};

    leat_thread_free(start_asking(&asking));
    g_assert_no_error(asking.error);
    watch.fd = pidfd_open((pid_t)strtol(asking.prediction.label, NULL, 10), 0);
    g_assert_cmpint(watch.fd, >=, 0);
    g_assert_cmpint(poll(&watch, 1, (int)(PATIENCE_NS / LEAT_NS_PER_MS)), ==, 1);
    close(watch.fd);
    leat_external_model_free(asking.model);
}

int main(int argc, char **argv)
{
    if (argc > 1 && g_str_equal(argv[1], "child"))
        return leat_external_child_main(argv + 2);
    signal(SIGPIPE, SIG_IGN);
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/external-model/each-frame-is-answered", each_frame_is_answered);
    g_test_add_func("/external-model/frames-are-of-the-size-asked-for",
                    frames_are_of_the_size_asked_for);
    g_test_add_func("/external-model/a-slow-one-is-waited-for", a_slow_one_is_waited_for);
    g_test_add_func("/external-model/complaints-never-fill-up", complaints_never_fill_up);
    g_test_add_func("/external-model/one-that-crashes-is-told-of-and-started-again",
                    one_that_crashes_is_told_of_and_started_again);
    g_test_add_func("/external-model/while-it-pauses-nothing-is-started",
                    while_it_pauses_nothing_is_started);
    g_test_add_func("/external-model/a-signal-is-named", a_signal_is_named);
    g_test_add_func("/external-model/one-that-hangs-is-ended", one_that_hangs_is_ended);
    g_test_add_func("/external-model/one-that-never-begins-is-ended",
                    one_that_never_begins_is_ended);
    g_test_add_func("/external-model/garbage-is-refused", garbage_is_refused);
    g_test_add_func("/external-model/commands-that-cannot-be-are-refused",
                    commands_that_cannot_be_are_refused);
    g_test_add_func("/external-model/who-hurries-waits-no-longer", who_hurries_waits_no_longer);
    g_test_add_func("/external-model/it-ends-with-the-thread-that-asks",
                    it_ends_with_the_thread_that_asks);
    return g_test_run();
}
