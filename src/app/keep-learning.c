/* SPDX-License-Identifier: MIT */
#include "app/keep-learning.h"

#include "app/external-model.h"
#include "app/new-labels.h"
#include "base/clock.h"
#include "base/error.h"
#include "concurrency/lock.h"
#include "concurrency/thread.h"
#include "concurrency/waker.h"

#define LOOK_EVERY_NS (3 * LEAT_NS_PER_S)

/* What the thread has found out. */
typedef struct {
    char *path, *model; /* about which */
    LeatNewLabels labels;
} News;

struct LeatKeepLearning {
    /* Set once; the callbacks are none once it is freed. */
    LeatKeepLearningCallbacks callbacks;
    LeatKeepLearningOptions options;
    GMainContext *context;
    LeatThread *thread;
    LeatWaker *waker;
    LeatCancel *cancel;

    LeatLock lock;
    /* Under the lock. */
    char *path, *model; /* whose labels are watched; NULL for none */
    bool look;          /* at once */
    bool training;      /* no need to look */
    bool ending, ended;
    News *news; /* that the main loop has not seen; NULL for none */

    /* The main loop's. It alone changes path and model, and so may look at them. */
    LeatJob *job; /* the training under way, or NULL */
    LeatTrain *train;
    LeatJobListener listener;
    char *job_path, *job_model;
    int64_t frames, needed; /* as told last; -1 before */
    int64_t tried;          /* new frames that a training has had already */
    int64_t step;           /* that it takes beyond those */
    char *failure;          /* as told last */
    bool stopping;
};

static void free_news(News *news)
{
    if (!news)
        return;
    g_free(news->path);
    g_free(news->model);
    g_clear_error(&news->labels.error);
    g_free(news);
}

/* The thread's own. */
typedef struct {
    LeatKeepLearning *learning;
    char *path, *model;
    uint64_t seen; /* see app/new-labels.h */
} Look;

static void tell(const Look *look, News *news)
{
    LeatKeepLearning *learning = look->learning;
    News *before;

    news->path = g_strdup(look->path);
    news->model = g_strdup(look->model);
    leat_lock_acquire(&learning->lock);
    before = learning->news;
    learning->news = news;
    leat_lock_release(&learning->lock);
    free_news(before);
    leat_waker_wake(learning->waker);
}

static void look_again(Look *look)
{
    News *news = g_new0(News, 1);

    if (leat_new_labels_look(look->path, look->model, &look->seen, look->learning->cancel,
                             &news->labels) &&
        !leat_cancel_is_set(look->learning->cancel))
        tell(look, news);
    else
        free_news(news);
}

/* Waits until it is time to look; false when it shall end. */
static bool take_orders(Look *look)
{
    LeatKeepLearning *learning = look->learning;
    int64_t deadline_ns = leat_clock_deadline_ns(learning->options.look_every_ns);
    bool go_on;

    leat_lock_acquire(&learning->lock);
    while (!learning->ending && (!learning->look || learning->training) &&
           leat_lock_wait(&learning->lock,
                          learning->model && !learning->training ? deadline_ns : LEAT_FOREVER))
        ;
    go_on = !learning->ending;
    learning->look = false;
    if (g_strcmp0(look->path, learning->path) != 0 ||
        g_strcmp0(look->model, learning->model) != 0) {
        g_free(look->path);
        g_free(look->model);
        look->path = g_strdup(learning->path);
        look->model = g_strdup(learning->model);
        look->seen = 0;
    }
    leat_lock_release(&learning->lock);
    return go_on;
}

static void run(void *data)
{
    LeatKeepLearning *learning = data;
    Look look = {.learning = learning};

    while (take_orders(&look))
        if (look.model)
            look_again(&look);
    g_free(look.path);
    g_free(look.model);
    leat_lock_acquire(&learning->lock);
    learning->ended = true;
    leat_lock_release(&learning->lock);
    leat_waker_wake(learning->waker);
}

static void set_training(LeatKeepLearning *learning, bool training)
{
    leat_lock_acquire(&learning->lock);
    learning->training = training;
    learning->look = !training;
    leat_lock_wake(&learning->lock);
    leat_lock_release(&learning->lock);
}

static void tell_failure(LeatKeepLearning *learning, const GError *error)
{
    if (g_strcmp0(learning->failure, error->message) == 0)
        return;
    g_free(learning->failure);
    learning->failure = g_strdup(error->message);
    if (learning->callbacks.failed)
        learning->callbacks.failed(error, learning->callbacks.data);
}

static void tell_count(LeatKeepLearning *learning, int64_t frames)
{
    int64_t needed = learning->tried + learning->step;

    if (learning->frames == frames && learning->needed == needed)
        return;
    learning->frames = frames;
    learning->needed = needed;
    if (learning->callbacks.counted)
        learning->callbacks.counted(frames, needed, learning->callbacks.data);
}

/* The listeners of whoever was told of the beginning have heard of it before. */
static void on_completed(LeatJob *job, const LeatJobInfo *info, const GError *error, void *data)
{
    LeatKeepLearning *learning = data;
    LeatTrain *train = g_steal_pointer(&learning->train);
    const LeatTrainResult *result = leat_train_result(train);
    g_autofree char *path = g_steal_pointer(&learning->job_path);
    g_autofree char *model = g_steal_pointer(&learning->job_model);
    LeatKeepLearningOutcome outcome = {.path = path, .model = model, .error = error};

    (void)info;
    if (result && !error) {
        outcome.better = result->better ? result->model : NULL;
        outcome.number = !result->has_accuracy;
        outcome.before = result->before_figure;
        outcome.after = result->after_figure;
        outcome.frames = result->validation_samples;
        outcome.diverged = result->diverged;
    }
    learning->job = NULL;
    set_training(learning, false);
    if (learning->callbacks.ended)
        learning->callbacks.ended(&outcome, learning->callbacks.data);
    if (learning->frames >= 0) /* of the same model */
        tell_count(learning, learning->frames);
    leat_job_free(job);
    leat_train_free(train);
    leat_waker_wake(learning->waker);
}

static LeatTrain *make_training(const LeatKeepLearning *learning, GError **error)
{
    return leat_train_new(
        &(LeatTrainOptions){
            .path = learning->path,
            .update = learning->model,
            .seed = -1,
            .patience = -1,
            .epochs = learning->options.epochs,
            .learning_rate = learning->options.learning_rate,
            .executor = learning->options.executor,
            .workers = learning->options.workers,
            .trace = learning->options.trace,
        },
        error);
}

static void begin(LeatKeepLearning *learning)
{
    GError *error = NULL;

    learning->tried = learning->frames;
    learning->train = make_training(learning, &error);
    learning->job = learning->train ? leat_job_new("train", leat_train_run, learning->train, NULL,
                                                   learning->context, &error)
                                    : NULL;
    if (!learning->job) {
        tell_failure(learning, error);
        g_error_free(error);
        g_clear_pointer(&learning->train, leat_train_free);
        return;
    }
    learning->job_path = g_strdup(learning->path);
    learning->job_model = g_strdup(learning->model);
    set_training(learning, true);
    if (learning->callbacks.began)
        learning->callbacks.began(learning->job, learning->train, learning->callbacks.data);
    learning->listener = (LeatJobListener){.completed = on_completed, .data = learning};
    leat_job_connect(learning->job, &learning->listener);
    if (leat_job_start(learning->job, &error))
        return;
    tell_failure(learning, error);
    g_error_free(error);
    leat_job_cancel(learning->job);
}

static void hear(LeatKeepLearning *learning, const News *news)
{
    if (g_strcmp0(news->path, learning->path) != 0 || g_strcmp0(news->model, learning->model) != 0)
        return;
    if (news->labels.error) {
        tell_failure(learning, news->labels.error);
        return;
    }
    g_clear_pointer(&learning->failure, g_free);
    learning->step = news->labels.needed;
    tell_count(learning, news->labels.frames);
    /* The callback may have chosen another model. */
    if (!learning->job && !learning->stopping && learning->frames >= 0 &&
        learning->frames >= learning->needed)
        begin(learning);
}

static void on_wake(void *data)
{
    LeatKeepLearning *learning = data;
    News *news;
    bool ended;

    leat_lock_acquire(&learning->lock);
    news = g_steal_pointer(&learning->news);
    ended = learning->ended;
    leat_lock_release(&learning->lock);
    if (news && !learning->stopping)
        hear(learning, news);
    free_news(news);
    if (learning->stopping && ended && !learning->job) {
        void (*stopped)(void *) = g_steal_pointer(&learning->callbacks.stopped);

        if (stopped) /* it may free this */
            stopped(learning->callbacks.data);
    }
}

LeatKeepLearning *leat_keep_learning_new(const LeatKeepLearningCallbacks *callbacks,
                                         const LeatKeepLearningOptions *options,
                                         GMainContext *context, GError **error)
{
    LeatKeepLearning *learning = g_new0(LeatKeepLearning, 1);

    if (!leat_lock_init(&learning->lock, error)) {
        g_free(learning);
        return NULL;
    }
    learning->callbacks = *callbacks;
    learning->options = *options;
    if (learning->options.look_every_ns <= 0)
        learning->options.look_every_ns = LOOK_EVERY_NS;
    learning->context = context;
    learning->frames = learning->needed = -1;
    learning->waker = leat_waker_new(context, G_PRIORITY_DEFAULT, on_wake, learning, error);
    learning->cancel = learning->waker ? leat_cancel_new(NULL, error) : NULL;
    learning->thread = learning->cancel
                           ? leat_thread_new("learning", LEAT_THREAD_NORMAL, run, learning, error)
                           : NULL;
    if (learning->thread && leat_thread_start(learning->thread, error))
        return learning;
    leat_keep_learning_free(learning);
    return NULL;
}

void leat_keep_learning_set_model(LeatKeepLearning *learning, const char *path, const char *model)
{
    if (!path || !model || leat_external_model_is_one(model))
        path = model = NULL;
    if (g_strcmp0(path, learning->path) == 0 && g_strcmp0(model, learning->model) == 0)
        return;
    leat_keep_learning_cancel(learning);
    learning->tried = 0;
    learning->frames = learning->needed = -1;
    g_clear_pointer(&learning->failure, g_free);
    leat_lock_acquire(&learning->lock);
    g_free(learning->path);
    g_free(learning->model);
    learning->path = g_strdup(path);
    learning->model = g_strdup(model);
    learning->look = true;
    leat_lock_wake(&learning->lock);
    leat_lock_release(&learning->lock);
}

void leat_keep_learning_look(LeatKeepLearning *learning)
{
    leat_lock_acquire(&learning->lock);
    learning->look = true;
    leat_lock_wake(&learning->lock);
    leat_lock_release(&learning->lock);
}

void leat_keep_learning_cancel(LeatKeepLearning *learning)
{
    if (learning->job)
        leat_job_cancel(learning->job);
}

void leat_keep_learning_stop(LeatKeepLearning *learning)
{
    learning->stopping = true;
    leat_keep_learning_cancel(learning);
    leat_cancel_trigger(learning->cancel);
    leat_lock_acquire(&learning->lock);
    learning->ending = true;
    leat_lock_wake(&learning->lock);
    leat_lock_release(&learning->lock);
}

void leat_keep_learning_free(LeatKeepLearning *learning)
{
    if (!learning)
        return;
    learning->callbacks = (LeatKeepLearningCallbacks){0};
    if (learning->thread)
        leat_keep_learning_stop(learning);
    leat_job_free(learning->job); /* completes it, which frees the training */
    leat_thread_free(learning->thread);
    leat_waker_free(learning->waker);
    if (learning->cancel)
        leat_cancel_unref(learning->cancel);
    free_news(learning->news);
    leat_lock_finish(&learning->lock);
    g_free(learning->path);
    g_free(learning->model);
    g_free(learning->failure);
    g_free(learning);
}
