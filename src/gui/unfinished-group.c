/* SPDX-License-Identifier: MIT */
#include "gui/unfinished-group.h"

#include "app/train-unfinished.h"
#include "gui/background.h"

#include <glib/gi18n.h>

/* The thread's, then the main loop's. */
typedef struct {
    LeatTrainOptions options; /* with texts of its own */
    bool found;
    LeatTrainUnfinished unfinished;
} Look;

struct _LeatUnfinishedGroup {
    AdwPreferencesGroup parent_instance;

    /* The template's. */
    AdwActionRow *row;
    GtkSwitch *go_on_switch;

    LeatBackground *background; /* of a look; NULL for none */
    Look *next;                 /* for after that; NULL for none */
    bool can_begin;
};

G_DEFINE_FINAL_TYPE(LeatUnfinishedGroup, leat_unfinished_group, ADW_TYPE_PREFERENCES_GROUP)

static Look *new_look(const LeatTrainOptions *options)
{
    Look *look = g_new0(Look, 1);

    look->options = *options;
    look->options.path = g_strdup(options->path);
    look->options.name = NULL;
    look->options.labels = (const char *const *)g_strdupv((char **)(uintptr_t)options->labels);
    return look;
}

static void free_look(void *data)
{
    Look *look = data;

    if (!look)
        return;
    g_free((char *)(uintptr_t)look->options.path);
    g_strfreev((char **)(uintptr_t)look->options.labels);
    g_free(look);
}

static void *find(void *data)
{
    Look *look = data;

    look->found = leat_train_find_unfinished(&look->options, &look->unfinished);
    return look;
}

static void hide(LeatUnfinishedGroup *group)
{
    gtk_widget_set_visible(GTK_WIDGET(group), FALSE);
}

static void show(LeatUnfinishedGroup *group, const Look *look)
{
    g_autofree char *text = NULL;

    if (!look->found || !group->can_begin) {
        hide(group);
        return;
    }
    if (!gtk_widget_get_visible(GTK_WIDGET(group)))
        gtk_switch_set_active(group->go_on_switch, TRUE);
    gtk_widget_set_visible(GTK_WIDGET(group), TRUE);
    text = g_strdup_printf(_("A training with these settings was ended in epoch %u of %u"),
                           look->unfinished.epoch, look->unfinished.epochs);
    adw_action_row_set_subtitle(group->row, text);
}

static void take(void *data, void *target);

/* What cannot be looked for is not there: the training tells what fails. */
static void look_next(LeatUnfinishedGroup *group)
{
    LeatBackgroundCall call = {"unfinished", find, take, free_look, group->next, NULL};

    group->background = leat_background_new(&call, group, NULL);
    if (!group->background)
        free_look(group->next);
    group->next = NULL;
}

static void take(void *data, void *target)
{
    LeatUnfinishedGroup *group = target;
    Look *look = data;

    g_clear_pointer(&group->background, leat_background_free);
    if (group->next)
        look_next(group);
    else
        show(group, look);
    free_look(look);
}

void leat_unfinished_group_look(LeatUnfinishedGroup *group, const LeatTrainOptions *options)
{
    group->can_begin = options != NULL;
    free_look(group->next);
    group->next = options ? new_look(options) : NULL;
    if (!options)
        hide(group);
    else if (!group->background)
        look_next(group);
}

LeatTrainCheckpointUse leat_unfinished_group_use(LeatUnfinishedGroup *group)
{
    bool afresh =
        gtk_widget_get_visible(GTK_WIDGET(group)) && !gtk_switch_get_active(group->go_on_switch);

    return afresh ? LEAT_TRAIN_AFRESH : LEAT_TRAIN_GO_ON;
}

static void leat_unfinished_group_dispose(GObject *object)
{
    LeatUnfinishedGroup *group = LEAT_UNFINISHED_GROUP(object);

    g_clear_pointer(&group->background, leat_background_free);
    g_clear_pointer(&group->next, free_look);
    G_OBJECT_CLASS(leat_unfinished_group_parent_class)->dispose(object);
}

static void leat_unfinished_group_class_init(LeatUnfinishedGroupClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    G_OBJECT_CLASS(class)->dispose = leat_unfinished_group_dispose;
    gtk_widget_class_set_template_from_resource(widget_class,
                                                "/org/leat/Leat/gui/unfinished-group.ui");
    gtk_widget_class_bind_template_child(widget_class, LeatUnfinishedGroup, row);
    gtk_widget_class_bind_template_child(widget_class, LeatUnfinishedGroup, go_on_switch);
}

static void leat_unfinished_group_init(LeatUnfinishedGroup *group)
{
    gtk_widget_init_template(GTK_WIDGET(group));
}
