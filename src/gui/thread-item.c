/* SPDX-License-Identifier: MIT */
#include "gui/thread-item.h"

#include <glib/gi18n.h>

struct _LeatThreadItem {
    GObject parent_instance;

    LeatThreadFact fact;
};

G_DEFINE_FINAL_TYPE(LeatThreadItem, leat_thread_item, G_TYPE_OBJECT)

enum {
    NAME = 1,
    STATE,
    SHARE,
    NUMBER,
    CLASSES,
    PROPERTIES,
};

static GParamSpec *properties[PROPERTIES];

const char *leat_thread_state_text(LeatThreadState state)
{
    switch (state) {
    case LEAT_THREAD_NEW:
        return _("New");
    case LEAT_THREAD_RUNNABLE:
        return _("Runnable");
    case LEAT_THREAD_RUNNING:
        return _("Running");
    case LEAT_THREAD_WAITING:
        return _("Waiting");
    case LEAT_THREAD_DEAD:
        break;
    }
    return _("Dead");
}

static const char *const *classes_of(LeatThreadState state)
{
    static const char *const at_work[] = {"success", NULL}, *const ready[] = {"warning", NULL},
                             *const still[] = {"dim-label", NULL};

    if (state == LEAT_THREAD_RUNNING)
        return at_work;
    return state == LEAT_THREAD_RUNNABLE || state == LEAT_THREAD_NEW ? ready : still;
}

/* Tenths of a percent, as they are shown. */
static int shown_share(const LeatThreadFact *fact)
{
    return (int)(fact->share * 1000 + 0.5);
}

const LeatThreadFact *leat_thread_item_fact(LeatThreadItem *item)
{
    return &item->fact;
}

bool leat_thread_item_is_of(LeatThreadItem *item, const LeatThreadFact *fact)
{
    return item->fact.info.tid == fact->info.tid && item->fact.process == fact->process &&
           (item->fact.info.started_ns == fact->info.started_ns ||
            item->fact.info.state == LEAT_THREAD_NEW);
}

void leat_thread_item_update(LeatThreadItem *item, const LeatThreadFact *fact)
{
    LeatThreadFact before = item->fact;

    item->fact = *fact;
    if (!g_str_equal(before.info.name, fact->info.name))
        g_object_notify_by_pspec(G_OBJECT(item), properties[NAME]);
    if (before.info.tid != fact->info.tid)
        g_object_notify_by_pspec(G_OBJECT(item), properties[NUMBER]);
    if (shown_share(&before) != shown_share(fact))
        g_object_notify_by_pspec(G_OBJECT(item), properties[SHARE]);
    if (before.info.state != fact->info.state) {
        g_object_notify_by_pspec(G_OBJECT(item), properties[STATE]);
        g_object_notify_by_pspec(G_OBJECT(item), properties[CLASSES]);
    }
}

static void leat_thread_item_get_property(GObject *object, guint id, GValue *value,
                                          GParamSpec *property)
{
    const LeatThreadFact *fact = &LEAT_THREAD_ITEM(object)->fact;

    switch (id) {
    case NAME:
        g_value_set_string(value, fact->info.name);
        break;
    case STATE:
        g_value_set_string(value, leat_thread_state_text(fact->info.state));
        break;
    case SHARE:
        g_value_take_string(value, g_strdup_printf("%.1f %%", shown_share(fact) / 10.0));
        break;
    case NUMBER:
        g_value_take_string(value, g_strdup_printf("%d", fact->info.tid));
        break;
    case CLASSES:
        g_value_set_boxed(value, classes_of(fact->info.state));
        break;
    default:
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, property);
    }
}

static void leat_thread_item_class_init(LeatThreadItemClass *class)
{
    const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

    G_OBJECT_CLASS(class)->get_property = leat_thread_item_get_property;
    properties[NAME] = g_param_spec_string("name", NULL, NULL, NULL, flags);
    properties[STATE] = g_param_spec_string("state", NULL, NULL, NULL, flags);
    properties[SHARE] = g_param_spec_string("share", NULL, NULL, NULL, flags);
    properties[NUMBER] = g_param_spec_string("number", NULL, NULL, NULL, flags);
    properties[CLASSES] = g_param_spec_boxed("classes", NULL, NULL, G_TYPE_STRV, flags);
    g_object_class_install_properties(G_OBJECT_CLASS(class), PROPERTIES, properties);
}

static void leat_thread_item_init(LeatThreadItem *item)
{
}

LeatThreadItem *leat_thread_item_new(const LeatThreadFact *fact)
{
    LeatThreadItem *item = g_object_new(LEAT_TYPE_THREAD_ITEM, NULL);

    item->fact = *fact;
    return item;
}
