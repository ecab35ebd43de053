/* SPDX-License-Identifier: MIT */
/* The documents that --json prints: short forms over json-glib. Main thread. */
#ifndef LEAT_CLI_JSON_H
#define LEAT_CLI_JSON_H

#include "store/store.h"

#include <json-glib/json-glib.h>
#include <stdbool.h>
#include <stdint.h>

/* Members of the object under way. Text that is not UTF-8 is made so; NULL becomes null. */
void leat_json_text(JsonBuilder *builder, const char *key, const char *text);
void leat_json_count(JsonBuilder *builder, const char *key, int64_t count);
void leat_json_flag(JsonBuilder *builder, const char *key, bool flag);

/* To three decimals. */
void leat_json_number(JsonBuilder *builder, const char *key, double number);

/* To all its digits. */
void leat_json_double(JsonBuilder *builder, const char *key, double number);

/* ns since 1970 as ISO 8601, null for 0; a length in ns as seconds. */
void leat_json_wall(JsonBuilder *builder, const char *key, int64_t wall_ns);
void leat_json_seconds(JsonBuilder *builder, const char *key, int64_t ns);

/* "30000/1001", null when not set. */
void leat_json_rational(JsonBuilder *builder, const char *key, LeatRational value);

/* The elements "stage", "reason", "first", "last", "count" of an object. */
void leat_json_loss(JsonBuilder *builder, const LeatLoss *loss);

/* Prints the finished document on stdout and frees the builder. */
void leat_json_print(JsonBuilder *builder);

#endif
