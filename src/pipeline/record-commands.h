/* SPDX-License-Identifier: MIT */
/* What the record stage is told to do: the latest wish of each kind, until the stage takes it. Any
 * thread may tell, the stage takes; it owns its lock. */
#ifndef LEAT_PIPELINE_RECORD_COMMANDS_H
#define LEAT_PIPELINE_RECORD_COMMANDS_H

#include "pipeline/pipeline.h"

#include <glib.h>
#include <stdbool.h>

typedef struct LeatRecordCommands LeatRecordCommands;

/* The filter is the graph in force. */
typedef struct {
    char *path, *name, *filter;
    LeatRecordingRequest request;
} LeatStartCommand;

typedef struct {
    LeatPreRoll pre_roll;
    char *filter;
} LeatPreRollCommand;

/* Free each with its function below; NULL is fine. */
typedef struct {
    LeatStartCommand *start;
    LeatPreRollCommand *pre_roll;
    bool stop; /* came after what is to be started has begun */
} LeatRecordOrders;

LeatRecordCommands *leat_record_commands_new(GError **error);
void leat_record_commands_free(LeatRecordCommands *commands);

/* False once leat_record_commands_end was called: nobody will obey any more. */
bool leat_record_commands_start(LeatRecordCommands *commands, const LeatRecordingRequest *request,
                                const char *filter);
void leat_record_commands_stop(LeatRecordCommands *commands);
void leat_record_commands_pre_roll(LeatRecordCommands *commands, const LeatPreRoll *pre_roll,
                                   const char *filter);

LeatRecordOrders leat_record_commands_take(LeatRecordCommands *commands);

/* Returns a start that was not obeyed, if there is one. */
LeatStartCommand *leat_record_commands_end(LeatRecordCommands *commands);

void leat_start_command_free(LeatStartCommand *start);
void leat_pre_roll_command_free(LeatPreRollCommand *pre_roll);

#endif
