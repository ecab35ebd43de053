/* SPDX-License-Identifier: MIT */
#include "gui/source-choice.h"

#include "media/source.h"

struct _LeatSourceChoice {
    GObject parent_instance;

    /* Set once. */
    char *spec;
    char *name;
    LeatSourceKind kind;
};

G_DEFINE_FINAL_TYPE(LeatSourceChoice, leat_source_choice, G_TYPE_OBJECT)

enum {
    PROP_NAME = 1,
};

#define TEST_PATTERN "test"

const char *leat_source_choice_spec(LeatSourceChoice *choice)
{
    return choice->spec;
}

static void append(GListStore *choices, LeatSourceKind kind, const char *spec, const char *name)
{
    LeatSourceChoice *choice = g_object_new(LEAT_TYPE_SOURCE_CHOICE, NULL);

    choice->kind = kind;
    choice->spec = g_strdup(spec);
    choice->name = g_strdup(name);
    g_list_store_append(choices, choice);
    g_object_unref(choice);
}

void leat_source_choices_fill(GListStore *choices, GPtrArray *found)
{
    g_list_store_remove_all(choices);
    for (guint i = 0; found && i < found->len; i++) {
        const LeatSourceInfo *info = g_ptr_array_index(found, i);

        if (info->kind != LEAT_SOURCE_TEST)
            append(choices, info->kind, info->spec, info->name);
    }
    append(choices, LEAT_SOURCE_TEST, TEST_PATTERN, "Test pattern");
    append(choices, LEAT_SOURCE_FILE, NULL, "File or address…");
}

guint leat_source_choices_find(GListModel *choices, const char *spec)
{
    guint count = g_list_model_get_n_items(choices);

    for (guint i = 0; i < count; i++) {
        g_autoptr(LeatSourceChoice) choice = g_list_model_get_item(choices, i);

        if (g_strcmp0(choice->spec, spec) == 0)
            return i;
    }
    return count - 1;
}

guint leat_source_choices_best(GListModel *choices)
{
    g_autoptr(LeatSourceChoice) first = g_list_model_get_item(choices, 0);

    return first->kind == LEAT_SOURCE_CAMERA ? 0 : leat_source_choices_find(choices, TEST_PATTERN);
}

static void leat_source_choice_get_property(GObject *object, guint id, GValue *value,
                                            GParamSpec *spec)
{
    if (id == PROP_NAME)
        g_value_set_string(value, LEAT_SOURCE_CHOICE(object)->name);
    else
        G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
}

static void leat_source_choice_finalize(GObject *object)
{
    LeatSourceChoice *choice = LEAT_SOURCE_CHOICE(object);

    g_free(choice->spec);
    g_free(choice->name);
    G_OBJECT_CLASS(leat_source_choice_parent_class)->finalize(object);
}

static void leat_source_choice_class_init(LeatSourceChoiceClass *class)
{
    G_OBJECT_CLASS(class)->get_property = leat_source_choice_get_property;
    G_OBJECT_CLASS(class)->finalize = leat_source_choice_finalize;
    g_object_class_install_property(
        G_OBJECT_CLASS(class), PROP_NAME,
        g_param_spec_string("name", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
}

static void leat_source_choice_init(LeatSourceChoice *choice)
{
}
