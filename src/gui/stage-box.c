/* SPDX-License-Identifier: MIT */
#include "gui/stage-box.h"

#include "gui/css-class.h"
#include "gui/thread-item.h"

struct _LeatStageBox {
    AdwBin parent_instance;

    /* The template's. */
    GtkLabel *title_label;
    GtkLabel *state_label;
    GtkLabel *share_label;

    char *thread;
};

G_DEFINE_FINAL_TYPE(LeatStageBox, leat_stage_box, ADW_TYPE_BIN)

enum {
    THREAD = 1,
    TITLE,
    PROPERTIES,
};

static GParamSpec *properties[PROPERTIES];

const char *leat_stage_box_thread(LeatStageBox *box)
{
    return box->thread;
}

void leat_stage_box_show(LeatStageBox *box, const LeatThreadFact *fact)
{
    g_autofree char *share = fact ? g_strdup_printf("%.0f %%", fact->share * 100) : g_strdup("");

    gtk_label_set_label(box->state_label, fact ? leat_thread_state_text(fact->info.state) : "–");
    gtk_label_set_label(box->share_label, share);
    leat_css_class_set(GTK_WIDGET(box), "absent", !fact);
}

static void leat_stage_box_set_property(GObject *object, guint id, const GValue *value,
                                        GParamSpec *property)
{
    LeatStageBox *box = LEAT_STAGE_BOX(object);

    if (id == TITLE) {
        gtk_label_set_label(box->title_label, g_value_get_string(value));
    } else {
        g_free(box->thread);
        box->thread = g_value_dup_string(value);
    }
}

static void leat_stage_box_finalize(GObject *object)
{
    g_free(LEAT_STAGE_BOX(object)->thread);
    G_OBJECT_CLASS(leat_stage_box_parent_class)->finalize(object);
}

static void leat_stage_box_class_init(LeatStageBoxClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);
    const GParamFlags flags = G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS;

    G_OBJECT_CLASS(class)->set_property = leat_stage_box_set_property;
    G_OBJECT_CLASS(class)->finalize = leat_stage_box_finalize;
    properties[THREAD] = g_param_spec_string("thread", NULL, NULL, NULL, flags);
    properties[TITLE] = g_param_spec_string("title", NULL, NULL, NULL, flags);
    g_object_class_install_properties(G_OBJECT_CLASS(class), PROPERTIES, properties);
    gtk_widget_class_set_css_name(widget_class, "stagebox");
    gtk_widget_class_set_template_from_resource(widget_class, "/org/leat/Leat/gui/stage-box.ui");
    gtk_widget_class_bind_template_child(widget_class, LeatStageBox, title_label);
    gtk_widget_class_bind_template_child(widget_class, LeatStageBox, state_label);
    gtk_widget_class_bind_template_child(widget_class, LeatStageBox, share_label);
}

static void leat_stage_box_init(LeatStageBox *box)
{
    gtk_widget_init_template(GTK_WIDGET(box));
}
