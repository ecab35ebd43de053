/* SPDX-License-Identifier: MIT */
#include "pipeline/record-commands.h"

#include "base/error.h"
#include "concurrency/lock.h"

#include <stdlib.h>

struct LeatRecordCommands {
    LeatLock lock;
    /* Under the lock. */
    LeatRecordOrders orders;
    bool ended;
};

LeatRecordCommands *leat_record_commands_new(GError **error)
{
    LeatRecordCommands *commands = calloc(1, sizeof(*commands));
    if (!commands)
        return leat_error_no_memory(error, sizeof(*commands), "the record stage");
    if (!leat_lock_init(&commands->lock, error)) {
        free(commands);
        return NULL;
    }
    return commands;
}

void leat_record_commands_free(LeatRecordCommands *commands)
{
    if (!commands)
        return;
    leat_start_command_free(commands->orders.start);
    leat_pre_roll_command_free(commands->orders.pre_roll);
    leat_lock_finish(&commands->lock);
    free(commands);
}

void leat_start_command_free(LeatStartCommand *start)
{
    if (!start)
        return;
    g_free(start->path);
    g_free(start->name);
    g_free(start->filter);
    g_free(start);
}

void leat_pre_roll_command_free(LeatPreRollCommand *pre_roll)
{
    if (!pre_roll)
        return;
    g_free(pre_roll->filter);
    g_free(pre_roll);
}

bool leat_record_commands_start(LeatRecordCommands *commands, const LeatRecordingRequest *request,
                                const char *filter)
{
    LeatStartCommand *start = g_new0(LeatStartCommand, 1);
    start->path = g_strdup(request->path);
    start->name = g_strdup(request->name);
    start->filter = g_strdup(filter);
    start->request = *request;
    start->request.path = start->path;
    start->request.name = start->name;
    leat_lock_acquire(&commands->lock);
    bool ended = commands->ended;
    if (!ended) {
        commands->orders.stop = false;
        commands->orders.start = start;
    }
    leat_lock_release(&commands->lock);
    if (ended)
        leat_start_command_free(start);
    return !ended;
}

void leat_record_commands_stop(LeatRecordCommands *commands)
{
    leat_lock_acquire(&commands->lock);
    commands->orders.stop = true;
    leat_lock_release(&commands->lock);
}

void leat_record_commands_pre_roll(LeatRecordCommands *commands, const LeatPreRoll *pre_roll,
                                   const char *filter)
{
    LeatPreRollCommand *latest = g_new0(LeatPreRollCommand, 1);
    latest->pre_roll = *pre_roll;
    latest->filter = g_strdup(filter);
    leat_lock_acquire(&commands->lock);
    LeatPreRollCommand *old = commands->orders.pre_roll;
    commands->orders.pre_roll = latest;
    leat_lock_release(&commands->lock);
    leat_pre_roll_command_free(old);
}

LeatRecordOrders leat_record_commands_take(LeatRecordCommands *commands)
{
    leat_lock_acquire(&commands->lock);
    LeatRecordOrders orders = commands->orders;
    bool waits = orders.start && orders.stop;
    commands->orders = (LeatRecordOrders){.stop = waits};
    leat_lock_release(&commands->lock);
    orders.stop = orders.stop && !waits;
    return orders;
}

LeatStartCommand *leat_record_commands_end(LeatRecordCommands *commands)
{
    leat_lock_acquire(&commands->lock);
    LeatStartCommand *start = commands->orders.start;
    commands->orders.start = NULL;
    commands->ended = true;
    leat_lock_release(&commands->lock);
    return start;
}
