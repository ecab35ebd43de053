/* SPDX-License-Identifier: MIT */
/* A round on worker processes. A worker is told of the round once, and then claims units until none
 * is left for it. A unit whose worker died in it is handed out by its number; one that was claimed
 * by a worker that died before it could say so is found at the end, since it has no record. */
#include "compute/processes-internal.h"

#include "base/clock.h"
#include "base/error.h"

/* A unit that does not look at its cancel is waited for; nobody needs its output. */
#define CANCEL_PATIENCE_NS LEAT_NS_PER_S

/* A worker that dies this often before it takes part is not started again in this round. */
#define MAX_FAILED_STARTS 3

/* A unit that workers died in. */
typedef struct {
    unsigned unit, deaths;
    GString *workers; /* in words */
} Victim;

typedef struct {
    LeatRound *round;
    LeatProcesses *processes;
    LeatControl *control;
    GArray *retries; /* of unsigned: units to hand out by number */
    GArray *victims; /* of Victim */
    bool units_may_be_lost;
    int64_t cancelled_ns;
} Course;

static bool is_done(const Course *course, unsigned unit)
{
    return atomic_load(&course->round->workset->area.records[unit].done) > 0;
}

static bool goes_on(const Course *course)
{
    return atomic_load(&course->control->stop) == LEAT_ROUND_GOES_ON;
}

static void retry(Course *course, unsigned unit)
{
    g_array_append_val(course->retries, unit);
    atomic_fetch_add(&course->processes->executor->retried, 1);
}

static Victim *find_victim(Course *course, unsigned unit)
{
    Victim new_victim = {.unit = unit};

    for (unsigned i = 0; i < course->victims->len; i++) {
        Victim *victim = &g_array_index(course->victims, Victim, i);

        if (victim->unit == unit)
            return victim;
    }
    new_victim.workers = g_string_new(NULL);
    g_array_append_val(course->victims, new_victim);
    return &g_array_index(course->victims, Victim, course->victims->len - 1);
}

/* A worker died in this unit: it is done again, unless that has been tried often enough. */
static void blame(Course *course, unsigned unit, const LeatWorker *worker)
{
    LeatRound *round = course->round;
    Victim *victim = find_victim(course, unit);
    char *name;

    g_string_append_printf(victim->workers, "%s%s", victim->deaths > 0 ? ", " : "", worker->end);
    if (++victim->deaths < LEAT_EXECUTOR_MAX_DEATHS) {
        retry(course, unit);
        return;
    }
    name = leat_unit_describe(round->workset->area.kind->name, unit, round->units);
    leat_round_fail(round, unit,
                    g_error_new(LEAT_ERROR, LEAT_ERROR_FAILED, "%s killed %u workers: %s", name,
                                victim->deaths, victim->workers->str));
    g_free(name);
}

static void lose_worker(Course *course, const LeatWorker *worker, int64_t unit)
{
    course->units_may_be_lost = true;
    if (unit >= 0 && goes_on(course) && !is_done(course, (unsigned)unit))
        blame(course, (unsigned)unit, worker);
}

static void hear(void *data, LeatWorker *worker, const LeatMessage *message, int64_t unit)
{
    Course *course = data;
    const LeatSharedWorkset *shared = course->round->workset->state;

    if (!message) {
        lose_worker(course, worker, unit);
        return;
    }
    if (message->type == LEAT_MESSAGE_READY || message->code < 0 ||
        message->workset != shared->number)
        return;
    leat_round_fail(course->round, message->type == LEAT_MESSAGE_DONE ? (unsigned)message->unit : 0,
                    leat_message_get_error(message));
    /* Whatever took its memory goes with it. */
    if (message->type == LEAT_MESSAGE_DONE && message->code == LEAT_ERROR_NO_MEMORY)
        leat_worker_end(course->processes, worker, "out of memory");
}

static void end_worker(Course *course, LeatWorker *worker, const char *why)
{
    lose_worker(course, worker, leat_worker_end(course->processes, worker, why));
}

static unsigned long long count_unclaimed(const Course *course)
{
    unsigned long long next = atomic_load(&course->control->next);

    return course->round->units - MIN(next, course->round->units);
}

static bool may_restart(const LeatWorker *worker)
{
    return worker->state == LEAT_WORKER_DEAD && worker->failed_starts < MAX_FAILED_STARTS;
}

static bool anyone_may_restart(const Course *course)
{
    for (unsigned i = 0; i < course->processes->executor->workers; i++)
        if (may_restart(&course->processes->workers[i]))
            return true;
    return false;
}

static void restart_dead(Course *course)
{
    LeatExecutor *executor = course->processes->executor;

    for (unsigned i = 0; i < executor->workers; i++) {
        LeatWorker *worker = &course->processes->workers[i];

        if (may_restart(worker) && leat_worker_start(course->processes, worker))
            atomic_fetch_add(&executor->restarted, 1);
    }
}

/* Gives work to a worker that is idle, or a workset that it must know before. */
static void employ(Course *course, LeatWorker *worker)
{
    LeatWorkset *workset = course->round->workset;
    const LeatSharedWorkset *shared = workset->state;
    LeatMessage message = {
        .type = LEAT_MESSAGE_ROUND,
        .workset = shared->number,
        .units = course->round->units,
        .unit = -1,
    };
    bool sent;

    if (shared->known[worker->index] != worker->start) {
        sent = leat_worker_open(course->processes, worker, workset);
    } else {
        if (course->retries->len > 0) {
            message.unit = g_array_index(course->retries, unsigned, course->retries->len - 1);
            g_array_set_size(course->retries, course->retries->len - 1);
        }
        sent = leat_worker_send(course->processes, worker, &message, NULL);
        if (!sent && message.unit >= 0) {
            unsigned unit = (unsigned)message.unit;

            g_array_append_val(course->retries, unit);
        }
    }
    if (!sent)
        course->units_may_be_lost = true;
}

/* At most one worker for each unit that is left. */
static void employ_idle(Course *course)
{
    unsigned limit = atomic_load(&course->control->limit);
    unsigned long long work = count_unclaimed(course) + course->retries->len;

    for (unsigned i = 0; work > 0 && i < limit; i++) {
        LeatWorker *worker = &course->processes->workers[i];

        if (worker->state == LEAT_WORKER_IDLE) {
            employ(course, worker);
            work--;
        }
    }
}

/* With nobody at work: units that were claimed and never done. False when there are none. */
static bool find_lost(Course *course)
{
    if (!course->units_may_be_lost)
        return false;
    for (unsigned unit = 0; unit < course->round->units; unit++)
        if (!is_done(course, unit))
            retry(course, unit);
    return course->retries->len > 0;
}

/* Whether a worker that may take units is alive. */
static bool anyone_is_left(const Course *course)
{
    unsigned limit = atomic_load(&course->control->limit);

    for (unsigned i = 0; i < limit; i++)
        if (course->processes->workers[i].state != LEAT_WORKER_DEAD)
            return true;
    return false;
}

static void set_no_worker(const Course *course, GError **error)
{
    const LeatWorker *first = &course->processes->workers[0];

    g_set_error(error, LEAT_ERROR, LEAT_ERROR_FAILED,
                "no worker is left for '%s', and none can be started: %s",
                course->round->workset->area.kind->name,
                first->end ? first->end : "no reason known");
}

/* When a worker's unit began, or LEAT_FOREVER when it is in none. */
static int64_t unit_start_ns(const Course *course, unsigned index)
{
    const LeatControlWorker *entry = &course->control->workers[index];

    if (course->processes->workers[index].state != LEAT_WORKER_BUSY ||
        atomic_load(&entry->unit) < 0)
        return LEAT_FOREVER;
    return atomic_load(&entry->start_ns);
}

/* Kills the workers whose unit is over its time. */
static void end_hung(Course *course)
{
    LeatExecutor *executor = course->processes->executor;
    bool cancelled = atomic_load(&course->control->stop) == LEAT_ROUND_CANCELLED;
    int64_t now_ns = leat_clock_now_ns();

    for (unsigned i = 0; i < executor->workers; i++) {
        LeatWorker *worker = &course->processes->workers[i];
        int64_t start_ns = unit_start_ns(course, i);

        if (worker->state != LEAT_WORKER_BUSY)
            continue;
        if (cancelled && now_ns - course->cancelled_ns >= CANCEL_PATIENCE_NS) {
            end_worker(course, worker, "cancelled");
        } else if (executor->unit_deadline_ns > 0 && start_ns != LEAT_FOREVER &&
                   now_ns - start_ns >= executor->unit_deadline_ns) {
            char *time = leat_unit_describe_time(executor->unit_deadline_ns);
            char *why = g_strdup_printf("hung: killed after %s", time);

            end_worker(course, worker, why);
            g_free(why);
            g_free(time);
        }
    }
}

/* How long nothing can happen that no message tells. */
static int64_t quiet_ns(const Course *course)
{
    const LeatExecutor *executor = course->processes->executor;
    int64_t quiet = course->round->progress ? LEAT_ROUND_TICK_NS : LEAT_FOREVER;
    int64_t now_ns;

    if (executor->unit_deadline_ns <= 0 && course->cancelled_ns == 0)
        return quiet;
    now_ns = leat_clock_now_ns();
    if (course->cancelled_ns > 0)
        quiet = MIN(quiet, course->cancelled_ns + CANCEL_PATIENCE_NS - now_ns);
    for (unsigned i = 0; executor->unit_deadline_ns > 0 && i < executor->workers; i++) {
        int64_t start_ns = unit_start_ns(course, i);

        /* One that is between units has all its time before it. */
        quiet = MIN(quiet, (start_ns == LEAT_FOREVER ? now_ns : start_ns) +
                               executor->unit_deadline_ns - now_ns);
    }
    return MAX(quiet, 0);
}

static void heed_cancel(Course *course)
{
    if (course->cancelled_ns == 0 && leat_cancel_is_set(course->round->cancel)) {
        course->cancelled_ns = leat_clock_now_ns();
        atomic_store(&course->control->stop, LEAT_ROUND_CANCELLED);
    }
}

/* Until nobody is in the round, and it is done or stopped. False when there is no doing it. */
static bool drive(Course *course, GError **error)
{
    LeatRound *round = course->round;

    for (;;) {
        heed_cancel(course);
        if (goes_on(course)) {
            restart_dead(course);
            employ_idle(course);
            /* Some may have died since the last round, which shows when they are spoken to. */
            if (anyone_may_restart(course))
                continue;
        }
        if (leat_processes_count(course->processes, LEAT_WORKER_BUSY) == 0) {
            bool nothing_left = count_unclaimed(course) == 0 && course->retries->len == 0;

            if (!goes_on(course) || (nothing_left && !find_lost(course)))
                return true;
            if (nothing_left)
                continue;
            if (!anyone_is_left(course)) {
                set_no_worker(course, error);
                return false;
            }
        }
        leat_processes_wait(course->processes, course->cancelled_ns > 0 ? NULL : round->cancel,
                            quiet_ns(course), hear, course);
        end_hung(course);
        leat_round_tell_progress(round);
    }
}

static void trace_units(const LeatRound *round)
{
    const LeatWorkArea *area = &round->workset->area;
    LeatTrace *trace = round->workset->executor->trace;

    for (unsigned unit = 0; trace && unit < round->units; unit++) {
        const LeatUnitRecord *record = &area->records[unit];

        if (atomic_load(&record->done) > 0)
            leat_trace_slice_of(trace, (int)record->tid, area->kind->name, unit, record->start_ns,
                                record->end_ns);
    }
}

bool leat_processes_run(LeatRound *round, GError **error)
{
    LeatProcesses *processes = round->workset->executor->state;
    Course course = {
        .round = round,
        .processes = processes,
        .control = processes->executor->control,
        .retries = g_array_new(FALSE, FALSE, sizeof(unsigned)),
        .victims = g_array_new(FALSE, FALSE, sizeof(Victim)),
    };
    bool driven;

    for (unsigned i = 0; i < processes->executor->workers; i++)
        processes->workers[i].failed_starts = 0;
    driven = drive(&course, error);
    trace_units(round);
    for (unsigned i = 0; i < course.victims->len; i++)
        g_string_free(g_array_index(course.victims, Victim, i).workers, TRUE);
    g_array_free(course.victims, TRUE);
    g_array_free(course.retries, TRUE);
    return driven;
}
