/* SPDX-License-Identifier: MIT */
#include "cli/verb.h"

#include "base/address.h"
#include "base/error.h"
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

/* A slip may put an address where none is expected, and messages quote what they were given. */
static void tell(const char *message)
{
    char *shown = leat_address_redact(message);

    leat_log(LEAT_LOG_ERROR, "%s", shown);
    g_free(shown);
}

int leat_verb_fail(GError *error)
{
    int status =
        g_error_matches(error, LEAT_ERROR, LEAT_ERROR_INVALID) ? LEAT_CLI_USAGE : LEAT_CLI_FAILED;

    tell(error->message);
    g_error_free(error);
    return status;
}

int leat_verb_misused(const char *verb, const char *format, ...)
{
    va_list arguments;
    char *message, *text;

    va_start(arguments, format);
    message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    text = g_strdup_printf("%s; see 'leat %s%s--help'", message, verb ? verb : "", verb ? " " : "");
    tell(text);
    g_free(text);
    g_free(message);
    return LEAT_CLI_USAGE;
}

static bool enough_arguments(const LeatVerb *verb, int given)
{
    if (given < verb->min_arguments)
        leat_verb_misused(verb->name, "leat %s needs %s", verb->name, verb->arguments);
    else if (given > verb->max_arguments && verb->max_arguments == 0)
        leat_verb_misused(verb->name, "leat %s takes no arguments, only options", verb->name);
    else if (given > verb->max_arguments)
        leat_verb_misused(verb->name, "too many arguments: leat %s takes %s", verb->name,
                          verb->arguments);
    return given >= verb->min_arguments && given <= verb->max_arguments;
}

bool leat_verb_parse(const LeatVerb *verb, const GOptionEntry *entries, void *data, int *argc,
                     char ***argv, int *status)
{
    gboolean help = FALSE;
    const GOptionEntry help_entry[] = {
        {"help", 'h', 0, G_OPTION_ARG_NONE, &help, "Show this text", NULL},
        {NULL},
    };
    char *usage = g_strdup_printf("leat %s", verb->name);
    GOptionContext *context = g_option_context_new(verb->arguments);
    GOptionGroup *group = g_option_group_new(verb->name, "", "", data, NULL);
    GError *error = NULL;
    bool go_on = false;

    g_set_prgname(usage);
    g_option_context_set_help_enabled(context, FALSE);
    g_option_context_set_summary(context, verb->summary);
    g_option_context_set_description(context, verb->details);
    g_option_group_add_entries(group, entries);
    g_option_group_add_entries(group, help_entry);
    g_option_context_set_main_group(context, group);

    if (!g_option_context_parse(context, argc, argv, &error)) {
        *status = leat_verb_misused(verb->name, "%s", error->message);
        g_error_free(error);
    } else if (help) {
        char *text = g_option_context_get_help(context, TRUE, NULL);

        /* Not g_print, which would replace what the locale does not have. */
        fputs(text, stdout);
        g_free(text);
        *status = LEAT_CLI_DONE;
    } else {
        /* "--" says that options end; it is no argument. */
        if (*argc > 1 && g_str_equal((*argv)[1], "--")) {
            (*argv)++;
            (*argc)--;
        }
        go_on = enough_arguments(verb, *argc - 1);
        *status = LEAT_CLI_USAGE;
    }
    g_option_context_free(context);
    g_free(usage);
    return go_on;
}
