/* SPDX-License-Identifier: MIT */
#include "gui/recording-item.h"

#include "base/clock.h"
#include "base/quantity.h"

#include <glib/gi18n.h>
#include <stdbool.h>
#include <string.h>

struct _LeatRecordingItem {
    GObject parent_instance;

    LeatRecording *recording;
    GdkTexture *thumbnail;
};

G_DEFINE_FINAL_TYPE(LeatRecordingItem, leat_recording_item, G_TYPE_OBJECT)

enum {
    PROP_NAME = 1,
    PROPERTIES,
};

static GParamSpec *properties[PROPERTIES];
static guint changed_signal;

const LeatRecording *leat_recording_item_recording(LeatRecordingItem *item)
{
    return item->recording;
}

int64_t leat_recording_item_id(LeatRecordingItem *item)
{
    return item->recording->id;
}

const char *leat_recording_item_name(LeatRecordingItem *item)
{
    return item->recording->name;
}

int64_t leat_recording_item_lost(LeatRecordingItem *item)
{
    return leat_ledger_lost(&item->recording->ledger);
}

GdkTexture *leat_recording_item_thumbnail(LeatRecordingItem *item)
{
    return item->thumbnail;
}

void leat_recording_item_set_thumbnail(LeatRecordingItem *item, GdkTexture *texture)
{
    if (g_set_object(&item->thumbnail, texture))
        g_signal_emit(item, changed_signal, 0);
}

char *leat_recording_item_summary(LeatRecordingItem *item)
{
    const LeatRecording *recording = item->recording;
    int64_t lost = leat_recording_item_lost(item);
    g_autofree char *size = leat_format_bytes((uint64_t)recording->bytes);
    g_autofree char *frames =
        g_strdup_printf(ngettext("%lld frame", "%lld frames", (unsigned long)recording->frames),
                        (long long)recording->frames);

    if (lost == 0)
        return g_strdup_printf("%s · %s", frames, size);
    return g_strdup_printf(_("%s · %lld lost · %s"), frames, (long long)lost, size);
}

char *leat_recording_item_date(LeatRecordingItem *item)
{
    g_autoptr(GDateTime) begun =
        g_date_time_new_from_unix_local(item->recording->started_wall_ns / LEAT_NS_PER_S);

    /* Translators: a day and a time of it, as strftime has them: 23 Nov 2026, 08:15 */
    return begun ? g_date_time_format(begun, _("%-d %b %Y, %H:%M")) : g_strdup("");
}

static bool is_same(const LeatRecording *one, const LeatRecording *other)
{
    return g_str_equal(one->name, other->name) && one->state == other->state &&
           one->frames == other->frames && one->bytes == other->bytes &&
           one->duration_ns == other->duration_ns &&
           memcmp(&one->ledger, &other->ledger, sizeof(one->ledger)) == 0;
}

void leat_recording_item_update(LeatRecordingItem *item, LeatRecording *recording)
{
    bool same = is_same(item->recording, recording);
    bool renamed = !g_str_equal(item->recording->name, recording->name);

    leat_recording_free(item->recording);
    item->recording = recording;
    if (renamed)
        g_object_notify_by_pspec(G_OBJECT(item), properties[PROP_NAME]);
    if (!same)
        g_signal_emit(item, changed_signal, 0);
}

static void leat_recording_item_get_property(GObject *object, guint id, GValue *value,
                                             GParamSpec *spec)
{
    g_value_set_string(value, leat_recording_item_name(LEAT_RECORDING_ITEM(object)));
}

static void leat_recording_item_finalize(GObject *object)
{
    LeatRecordingItem *item = LEAT_RECORDING_ITEM(object);

    leat_recording_free(item->recording);
    g_clear_object(&item->thumbnail);
    G_OBJECT_CLASS(leat_recording_item_parent_class)->finalize(object);
}

static void leat_recording_item_class_init(LeatRecordingItemClass *class)
{
    GObjectClass *object_class = G_OBJECT_CLASS(class);

    object_class->get_property = leat_recording_item_get_property;
    object_class->finalize = leat_recording_item_finalize;
    properties[PROP_NAME] =
        g_param_spec_string("name", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
    g_object_class_install_properties(object_class, PROPERTIES, properties);
    changed_signal = g_signal_new("changed", LEAT_TYPE_RECORDING_ITEM, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
}

static void leat_recording_item_init(LeatRecordingItem *item)
{
}

LeatRecordingItem *leat_recording_item_new(LeatRecording *recording)
{
    LeatRecordingItem *item = g_object_new(LEAT_TYPE_RECORDING_ITEM, NULL);

    item->recording = recording;
    return item;
}
