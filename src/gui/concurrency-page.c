/* SPDX-License-Identifier: MIT */
#include "gui/concurrency-page.h"

struct _LeatConcurrencyPage {
    AdwBin parent_instance;

    LeatContext context;
    bool shown;
};

G_DEFINE_FINAL_TYPE(LeatConcurrencyPage, leat_concurrency_page, ADW_TYPE_BIN)

void leat_concurrency_page_set_up(LeatConcurrencyPage *page, const LeatContext *context,
                                  GActionMap *actions)
{
    page->context = *context;
}

void leat_concurrency_page_set_shown(LeatConcurrencyPage *page, bool shown)
{
    page->shown = shown;
}

static void leat_concurrency_page_class_init(LeatConcurrencyPageClass *class)
{
    gtk_widget_class_set_template_from_resource(GTK_WIDGET_CLASS(class),
                                                "/org/leat/Leat/gui/concurrency-page.ui");
}

static void leat_concurrency_page_init(LeatConcurrencyPage *page)
{
    gtk_widget_init_template(GTK_WIDGET(page));
}
