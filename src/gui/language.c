/* SPDX-License-Identifier: MIT */
#include "gui/language.h"

#include <gtk/gtk.h>
#include <libintl.h>
#include <locale.h>

#define DOMAIN "leat"

/* Beside the program first, so that it speaks where it was built or was moved to. */
static char *find_translations(void)
{
    static const char *const places[] = {"po", "../share/locale"};
    g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *folder = program ? g_path_get_dirname(program) : g_strdup("/");

    for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
        g_autofree char *place = g_build_filename(folder, places[i], NULL);
        g_autofree char *german = g_build_filename(place, "de/LC_MESSAGES", DOMAIN ".mo", NULL);

        if (g_file_test(german, G_FILE_TEST_EXISTS))
            return g_steal_pointer(&place);
    }
    return g_strdup(LEAT_LOCALE_DIR);
}

void leat_language_set_up(void)
{
    g_autofree char *translations = find_translations();

    setlocale(LC_ALL, "");
    /* GTK would set it again. */
    gtk_disable_setlocale();
    /* FFmpeg reads its own options with strtod: a decimal comma would change what they mean. */
    setlocale(LC_NUMERIC, "C");
    bindtextdomain(DOMAIN, translations);
    bind_textdomain_codeset(DOMAIN, "UTF-8");
    textdomain(DOMAIN);
}
