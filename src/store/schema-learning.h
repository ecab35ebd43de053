/* SPDX-License-Identifier: MIT */
/* Labels, models and predictions in the schema: the step that brings them. Any thread. */
#ifndef LEAT_STORE_SCHEMA_LEARNING_H
#define LEAT_STORE_SCHEMA_LEARNING_H

/* The version whose files have these tables. */
#define LEAT_SCHEMA_LEARNING 3

extern const char leat_schema_learning[];

/* The next one: models that are programs. Needs foreign keys to be off, since it makes a table anew
 * that others refer to. */
extern const char leat_schema_programs[];

#endif
