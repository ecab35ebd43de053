/* SPDX-License-Identifier: MIT */
#include "cli/json.h"

#include "base/clock.h"

#include <math.h>
#include <stdio.h>

void leat_json_text(JsonBuilder *builder, const char *key, const char *text)
{
    json_builder_set_member_name(builder, key);
    if (text) {
        char *valid = g_utf8_make_valid(text, -1);

        json_builder_add_string_value(builder, valid);
        g_free(valid);
    } else {
        json_builder_add_null_value(builder);
    }
}

void leat_json_count(JsonBuilder *builder, const char *key, int64_t count)
{
    json_builder_set_member_name(builder, key);
    json_builder_add_int_value(builder, count);
}

void leat_json_flag(JsonBuilder *builder, const char *key, bool flag)
{
    json_builder_set_member_name(builder, key);
    json_builder_add_boolean_value(builder, flag);
}

void leat_json_number(JsonBuilder *builder, const char *key, double number)
{
    json_builder_set_member_name(builder, key);
    json_builder_add_double_value(builder, round(number * 1000) / 1000);
}

void leat_json_double(JsonBuilder *builder, const char *key, double number)
{
    json_builder_set_member_name(builder, key);
    json_builder_add_double_value(builder, number);
}

void leat_json_wall(JsonBuilder *builder, const char *key, int64_t wall_ns)
{
    char *text = wall_ns ? leat_clock_format_wall(wall_ns) : NULL;

    leat_json_text(builder, key, text);
    g_free(text);
}

void leat_json_seconds(JsonBuilder *builder, const char *key, int64_t ns)
{
    leat_json_number(builder, key, (double)ns / (double)LEAT_NS_PER_S);
}

void leat_json_rational(JsonBuilder *builder, const char *key, LeatRational value)
{
    char text[32];

    g_snprintf(text, sizeof(text), "%d/%d", value.num, value.den);
    leat_json_text(builder, key, leat_rational_is_set(value) ? text : NULL);
}

void leat_json_loss(JsonBuilder *builder, const LeatLoss *loss)
{
    leat_json_text(builder, "stage", leat_loss_stage_name(loss->stage));
    leat_json_text(builder, "reason", loss->reason);
    leat_json_count(builder, "first", loss->first);
    leat_json_count(builder, "last", loss->last);
    leat_json_count(builder, "count", loss->count);
}

void leat_json_print(JsonBuilder *builder)
{
    JsonNode *root = json_builder_get_root(builder);
    char *text = json_to_string(root, TRUE);

    puts(text);
    g_free(text);
    json_node_unref(root);
    g_object_unref(builder);
}
