/* SPDX-License-Identifier: MIT */
#include "gui/source-choice.h"

#include "media/source.h"

#include <glib/gi18n.h>

struct _LeatSourceChoice {
    GObject parent_instance;

    /* Set once. */
    char *spec;
    char *name;
    char **formats; /* NULL for any */
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

const char *const *leat_source_choice_formats(LeatSourceChoice *choice)
{
    return (const char *const *)choice->formats;
}

static void append(GPtrArray *choices, LeatSourceKind kind, const char *spec, const char *name,
                   char **formats)
{
    LeatSourceChoice *choice = g_object_new(LEAT_TYPE_SOURCE_CHOICE, NULL);

    choice->kind = kind;
    choice->spec = g_strdup(spec);
    choice->name = g_strdup(name);
    choice->formats = g_strdupv(formats);
    g_ptr_array_add(choices, choice);
}

/* What was chosen does not go out of the list while it is away: it may come back. */
static void append_gone(GPtrArray *choices, const LeatSourceChoice *choice)
{
    g_autofree char *name = g_str_has_suffix(choice->name, _("(not there)"))
                                ? g_strdup(choice->name)
                                : g_strconcat(choice->name, " ", _("(not there)"), NULL);

    append(choices, choice->kind, choice->spec, name, choice->formats);
}

static bool is_same(const LeatSourceChoice *one, const LeatSourceChoice *other)
{
    bool formats =
        one->formats && other->formats
            ? g_strv_equal((const char *const *)one->formats, (const char *const *)other->formats)
            : !one->formats && !other->formats;

    return formats && one->kind == other->kind && g_strcmp0(one->spec, other->spec) == 0 &&
           g_str_equal(one->name, other->name);
}

static bool has(GListModel *choices, const GPtrArray *wanted)
{
    guint count = g_list_model_get_n_items(choices);
    bool same = count == wanted->len;

    for (guint i = 0; same && i < count; i++) {
        g_autoptr(LeatSourceChoice) choice = g_list_model_get_item(choices, i);

        same = is_same(choice, wanted->pdata[i]);
    }
    return same;
}

void leat_source_choices_fill(GListStore *choices, GPtrArray *found, LeatSourceChoice *kept)
{
    g_autoptr(GPtrArray) wanted = g_ptr_array_new_with_free_func(g_object_unref);
    guint count = g_list_model_get_n_items(G_LIST_MODEL(choices));
    bool gone = kept && kept->kind == LEAT_SOURCE_CAMERA;

    for (guint i = 0; found && i < found->len; i++) {
        const LeatSourceInfo *info = g_ptr_array_index(found, i);

        if (info->kind != LEAT_SOURCE_TEST)
            append(wanted, info->kind, info->spec,
                   info->kind == LEAT_SOURCE_SCREEN ? _("Screen") : info->name,
                   info->kind == LEAT_SOURCE_CAMERA ? info->formats : NULL);
        gone = gone && !g_str_equal(info->spec, kept->spec);
    }
    if (gone)
        append_gone(wanted, kept);
    append(wanted, LEAT_SOURCE_TEST, TEST_PATTERN, _("Test pattern"), NULL);
    append(wanted, LEAT_SOURCE_FILE, NULL, _("File or address…"), NULL);
    if (!has(G_LIST_MODEL(choices), wanted))
        g_list_store_splice(choices, 0, count, wanted->pdata, wanted->len);
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

guint leat_source_choices_best(GListModel *choices, const char *usual)
{
    g_autoptr(LeatSourceChoice) first = g_list_model_get_item(choices, 0);
    guint found = usual ? leat_source_choices_find(choices, usual) : G_MAXUINT;

    if (found < g_list_model_get_n_items(choices) - 1)
        return found;
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
    g_strfreev(choice->formats);
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
