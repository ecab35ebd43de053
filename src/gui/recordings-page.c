/* SPDX-License-Identifier: MIT */
#include "gui/recordings-page.h"

struct _LeatRecordingsPage {
    AdwBin parent_instance;

    LeatContext context;
    bool shown;
};

G_DEFINE_FINAL_TYPE(LeatRecordingsPage, leat_recordings_page, ADW_TYPE_BIN)

void leat_recordings_page_set_up(LeatRecordingsPage *page, const LeatContext *context,
                                 GActionMap *actions)
{
    page->context = *context;
}

void leat_recordings_page_set_shown(LeatRecordingsPage *page, bool shown)
{
    page->shown = shown;
}

static void leat_recordings_page_class_init(LeatRecordingsPageClass *class)
{
    gtk_widget_class_set_template_from_resource(GTK_WIDGET_CLASS(class),
                                                "/org/leat/Leat/gui/recordings-page.ui");
}

static void leat_recordings_page_init(LeatRecordingsPage *page)
{
    gtk_widget_init_template(GTK_WIDGET(page));
}
