/* SPDX-License-Identifier: MIT */
#include "gui/label-classes.h"

#include "app/labels.h"
#include "gui/background.h"
#include "store/store-label.h"

#include <glib/gi18n.h>

/* No name has it: it is a control character. */
#define BETWEEN "\n"

struct LeatLabelClasses {
    LeatSettings *settings;
    void (*read)(void *data); /* whom to tell of a library that was read */
    void *read_data;
    LeatBackground *look; /* at the library */
    char *path;           /* of the library to look at next; NULL for none */
    char **library;
    GHashTable *removed; /* char *, of the library */
    GPtrArray *names;    /* char *, with a NULL at its end: what has a key */
};

static bool has(const GPtrArray *names, const char *name)
{
    for (guint i = 0; i < names->len; i++)
        if (names->pdata[i] && g_str_equal(names->pdata[i], name))
            return true;
    return false;
}

/* What is in the settings may have been edited by hand. */
static void append(GPtrArray *names, const char *name)
{
    if (names->len < LEAT_LABEL_CLASSES && leat_label_check_name(name, NULL) && !has(names, name))
        g_ptr_array_add(names, g_strdup(name));
}

static char **added(const LeatLabelClasses *classes)
{
    g_autofree char *text = leat_settings_text(classes->settings, LEAT_SETTING_CLASSES);

    return g_strsplit(text ? text : "", BETWEEN, -1);
}

void leat_label_classes_reload(LeatLabelClasses *classes)
{
    g_auto(GStrv) first = added(classes);

    g_ptr_array_set_size(classes->names, 0);
    for (char **name = first; *name; name++)
        append(classes->names, *name);
    for (char **name = classes->library; name && *name; name++)
        if (!g_hash_table_contains(classes->removed, *name))
            append(classes->names, *name);
    g_ptr_array_add(classes->names, NULL);
}

LeatLabelClasses *leat_label_classes_new(LeatSettings *settings)
{
    LeatLabelClasses *classes = g_new0(LeatLabelClasses, 1);

    classes->settings = settings;
    classes->removed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    classes->names = g_ptr_array_new_with_free_func(g_free);
    leat_label_classes_reload(classes);
    return classes;
}

void leat_label_classes_free(LeatLabelClasses *classes)
{
    if (!classes)
        return;
    leat_background_free(classes->look);
    g_free(classes->path);
    g_strfreev(classes->library);
    g_hash_table_unref(classes->removed);
    g_ptr_array_unref(classes->names);
    g_free(classes);
}

const char *const *leat_label_classes_names(LeatLabelClasses *classes)
{
    return (const char *const *)classes->names->pdata;
}

void leat_label_classes_set_library(LeatLabelClasses *classes, const char *const *names)
{
    g_strfreev(classes->library);
    classes->library = g_strdupv((char **)(uintptr_t)names);
    leat_label_classes_reload(classes);
}

/* On a thread. */
static void *read_library(void *path)
{
    return leat_labels_classes(path);
}

static void free_names(void *names)
{
    g_strfreev(names);
}

static void begin_look(LeatLabelClasses *classes);

static void library_read(void *result, void *target)
{
    LeatLabelClasses *classes = target;

    g_clear_pointer(&classes->look, leat_background_free);
    leat_label_classes_set_library(classes, result);
    free_names(result);
    begin_look(classes);
    classes->read(classes->read_data);
}

static void begin_look(LeatLabelClasses *classes)
{
    LeatBackgroundCall call = {
        "find-labels", read_library, library_read, free_names, g_steal_pointer(&classes->path),
        g_free};

    if (call.data)
        classes->look = leat_background_new(&call, classes, NULL);
}

void leat_label_classes_look(LeatLabelClasses *classes, const char *path, void (*read)(void *data),
                             void *data)
{
    leat_label_classes_reload(classes);
    classes->read = read;
    classes->read_data = data;
    g_free(classes->path);
    classes->path = g_strdup(path);
    /* Nobody waits for the one that goes on. */
    if (!classes->look)
        begin_look(classes);
}

char *leat_label_classes_fault(LeatLabelClasses *classes, const char *name)
{
    g_autoptr(GError) error = NULL;

    if (!leat_label_check_name(name, &error)) {
        error->message[0] = g_ascii_toupper(error->message[0]);
        return g_steal_pointer(&error->message);
    }
    if (has(classes->names, name))
        return g_strdup(_("There is a class of this name"));
    if (classes->names->len > LEAT_LABEL_CLASSES)
        return g_strdup(_("There are keys for nine classes; remove one first"));
    return NULL;
}

/* What was added, with one more or one less. */
static void keep(LeatLabelClasses *classes, const char *more, const char *less)
{
    g_auto(GStrv) names = added(classes);
    GString *text = g_string_new(NULL);

    for (char **name = names; *name; name++)
        if (**name && g_strcmp0(*name, less) != 0)
            g_string_append_printf(text, "%s%s", text->len > 0 ? BETWEEN : "", *name);
    if (more)
        g_string_append_printf(text, "%s%s", text->len > 0 ? BETWEEN : "", more);
    leat_settings_set_text(classes->settings, LEAT_SETTING_CLASSES,
                           text->len > 0 ? text->str : NULL);
    g_string_free(text, TRUE);
    leat_label_classes_reload(classes);
}

void leat_label_classes_add(LeatLabelClasses *classes, const char *name)
{
    g_autofree char *fault = leat_label_classes_fault(classes, name);

    if (fault)
        return;
    g_hash_table_remove(classes->removed, name);
    keep(classes, name, NULL);
}

void leat_label_classes_remove(LeatLabelClasses *classes, const char *name)
{
    g_autofree char *copy = g_strdup(name); /* it may be one of ours */

    g_hash_table_add(classes->removed, g_strdup(copy));
    keep(classes, NULL, copy);
}
