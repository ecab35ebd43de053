/* SPDX-License-Identifier: MIT */
#include "gui/recording-card.h"

#include "base/quantity.h"
#include "gui/css-class.h"
#include "gui/tooltip.h"

#include <glib/gi18n.h>

struct _LeatRecordingCard {
    AdwBin parent_instance;

    /* The template's. */
    GtkPicture *thumbnail;
    GtkWidget *no_thumbnail;
    GtkLabel *duration_badge;
    GtkLabel *state_badge;
    GtkLabel *name_label;
    GtkLabel *summary_label;
    GtkLabel *date_label;
    GtkMenuButton *menu_button;

    LeatRecordingItem *item;
    gulong changed_id;
};

G_DEFINE_FINAL_TYPE(LeatRecordingCard, leat_recording_card, ADW_TYPE_BIN)

LeatRecordingItem *leat_recording_card_item(LeatRecordingCard *card)
{
    return card->item;
}

/* NULL for one that is as it should be. */
static const char *state_text(const LeatRecording *recording)
{
    switch (recording->state) {
    case LEAT_RECORDING_ACTIVE:
        return _("Recording");
    case LEAT_RECORDING_INTERRUPTED:
        return _("Interrupted");
    case LEAT_RECORDING_COMPLETE:
        break;
    }
    return NULL;
}

static void set_name(gpointer widget, const char *name)
{
    gtk_accessible_update_property(GTK_ACCESSIBLE(widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void update_names(LeatRecordingCard *card, const char *duration, const char *summary,
                         const char *date, const char *state)
{
    const char *name = leat_recording_item_name(card->item);
    g_autofree char *all = g_strjoin(", ", name, duration, summary, date, state, NULL);
    g_autofree char *menu = NULL;

    set_name(card, all);
    if (g_str_equal(name, gtk_label_get_label(card->name_label)))
        return;
    menu = g_strdup_printf(_("Actions for “%s”"), name);
    gtk_label_set_label(card->name_label, name);
    leat_tooltip_set(GTK_WIDGET(card->name_label), name);
    set_name(card->menu_button, menu);
    leat_tooltip_set(GTK_WIDGET(card->menu_button), menu);
}

static void update(LeatRecordingCard *card)
{
    const LeatRecording *recording = leat_recording_item_recording(card->item);
    GdkTexture *texture = leat_recording_item_thumbnail(card->item);
    g_autofree char *duration = leat_format_duration(recording->duration_ns);
    g_autofree char *summary = leat_recording_item_summary(card->item);
    g_autofree char *date = leat_recording_item_date(card->item);
    const char *state = state_text(recording);

    gtk_picture_set_paintable(card->thumbnail, GDK_PAINTABLE(texture));
    gtk_widget_set_visible(card->no_thumbnail, !texture);
    gtk_label_set_label(card->duration_badge, duration);
    gtk_label_set_label(card->state_badge, state ? state : "");
    gtk_widget_set_visible(GTK_WIDGET(card->state_badge), state != NULL);
    leat_css_class_set(GTK_WIDGET(card->state_badge), "recording",
                       recording->state == LEAT_RECORDING_ACTIVE);
    gtk_label_set_label(card->summary_label, summary);
    leat_css_class_set(GTK_WIDGET(card->summary_label), "warning",
                       leat_recording_item_lost(card->item) > 0);
    gtk_label_set_label(card->date_label, date);
    update_names(card, duration, summary, date, state);
}

static void append(GMenu *section, const char *label, const char *action, int64_t recording)
{
    g_autoptr(GMenuItem) item = g_menu_item_new(label, NULL);

    g_menu_item_set_action_and_target(item, action, "x", (gint64)recording);
    g_menu_append_item(section, item);
}

/* When it is asked for: to make the menus of a whole grid would hold the window up. */
static void make_menu(GtkMenuButton *button, gpointer data)
{
    LeatRecordingCard *card = data;
    int64_t id = leat_recording_item_id(card->item);
    g_autoptr(GMenu) menu = g_menu_new(), first = g_menu_new(), second = g_menu_new();

    append(first, _("_Play"), "recordings.open", id);
    append(first, _("_Rename…"), "recordings.rename", id);
    append(first, _("_Export…"), "recordings.export", id);
    append(second, _("_Delete"), "recordings.delete", id);
    g_menu_append_section(menu, NULL, G_MENU_MODEL(first));
    g_menu_append_section(menu, NULL, G_MENU_MODEL(second));
    gtk_menu_button_set_menu_model(button, G_MENU_MODEL(menu));
}

static void disconnect_item(LeatRecordingCard *card)
{
    if (card->changed_id)
        g_signal_handler_disconnect(card->item, card->changed_id);
    card->changed_id = 0;
}

void leat_recording_card_set_item(LeatRecordingCard *card, LeatRecordingItem *item)
{
    disconnect_item(card);
    if (!g_set_object(&card->item, item) || !item)
        return;
    update(card);
    card->changed_id =
        g_signal_connect_object(item, "changed", G_CALLBACK(update), card, G_CONNECT_SWAPPED);
}

static void show_menu(LeatRecordingCard *card)
{
    gtk_menu_button_popup(card->menu_button);
}

static void leat_recording_card_dispose(GObject *object)
{
    LeatRecordingCard *card = LEAT_RECORDING_CARD(object);

    disconnect_item(card);
    g_clear_object(&card->item);
    G_OBJECT_CLASS(leat_recording_card_parent_class)->dispose(object);
}

static void leat_recording_card_class_init(LeatRecordingCardClass *class)
{
    GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

    G_OBJECT_CLASS(class)->dispose = leat_recording_card_dispose;
    gtk_widget_class_set_template_from_resource(widget_class,
                                                "/org/leat/Leat/gui/recording-card.ui");
    gtk_widget_class_bind_template_child(widget_class, LeatRecordingCard, thumbnail);
    gtk_widget_class_bind_template_child(widget_class, LeatRecordingCard, no_thumbnail);
    gtk_widget_class_bind_template_child(widget_class, LeatRecordingCard, duration_badge);
    gtk_widget_class_bind_template_child(widget_class, LeatRecordingCard, state_badge);
    gtk_widget_class_bind_template_child(widget_class, LeatRecordingCard, name_label);
    gtk_widget_class_bind_template_child(widget_class, LeatRecordingCard, summary_label);
    gtk_widget_class_bind_template_child(widget_class, LeatRecordingCard, date_label);
    gtk_widget_class_bind_template_child(widget_class, LeatRecordingCard, menu_button);
    gtk_widget_class_bind_template_callback(widget_class, show_menu);
    gtk_widget_class_set_css_name(widget_class, "recordingcard");
    gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void leat_recording_card_init(LeatRecordingCard *card)
{
    gtk_widget_init_template(GTK_WIDGET(card));
    gtk_menu_button_set_create_popup_func(card->menu_button, make_menu, card, NULL);
}

GtkWidget *leat_recording_card_new(void)
{
    return g_object_new(LEAT_TYPE_RECORDING_CARD, NULL);
}
