/* SPDX-License-Identifier: MIT */
#include "cli/cli.h"

#include "base/address.h"
#include "base/log.h"
#include "cli/verb.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const LeatVerb studio_verb = {
    .name = "studio",
    .arguments = "[FILE]",
    .summary = "Opens the window: live picture, recording, and what FILE holds.",
    .details = "'leat' alone, 'leat FILE' and 'leat --source SPEC' do the same.\n",
    .max_arguments = 1,
};

static const LeatVerb *const verbs[] = {
    &studio_verb,     &leat_verb_run,    &leat_verb_sources, &leat_verb_list,
    &leat_verb_show,  &leat_verb_export, &leat_verb_verify,  &leat_verb_label,
    &leat_verb_train, &leat_verb_models, &leat_verb_predict, &leat_verb_cpu_test,
    &leat_verb_study, &leat_verb_jobs,
};

static const LeatVerb *find_verb(const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(verbs); i++)
        if (g_str_equal(verbs[i]->name, name))
            return verbs[i];
    /* They work, and are not talked about. */
    if (g_str_equal(leat_verb_child.name, name))
        return &leat_verb_child;
    return g_str_equal(leat_verb_worker.name, name) ? &leat_verb_worker : NULL;
}

static void print_overview(void)
{
    puts("Usage:\n"
         "  leat [VERB] [OPTION…] [ARGUMENT…]\n"
         "\n"
         "Records live video and accounts for every frame.\n"
         "\n"
         "Verbs:");
    for (size_t i = 0; i < G_N_ELEMENTS(verbs); i++)
        printf("  %-8s  %s\n", verbs[i]->name, verbs[i]->summary);
    puts("\n"
         "'leat VERB --help' tells more about each; 'leat --version' prints the version.\n"
         "\n"
         "A first session:\n"
         "  leat run --source test --record demo.leat --duration 10s\n"
         "  leat list demo.leat\n"
         "  leat export demo.leat 1 demo.mkv");
}

/* Letters to add, remove or change to get from one word to the other (Levenshtein's distance), of
 * words of up to 15 letters. */
static size_t distance(const char *a, const char *b)
{
    size_t row[16];
    size_t b_length = strlen(b);

    for (size_t j = 0; j <= b_length; j++)
        row[j] = j;
    for (size_t i = 0; a[i]; i++) {
        size_t diagonal = row[0];

        row[0] = i + 1;
        for (size_t j = 0; j < b_length; j++) {
            size_t change = diagonal + (a[i] != b[j]);

            diagonal = row[j + 1];
            row[j + 1] = MIN(change, MIN(row[j], diagonal) + 1);
        }
    }
    return row[b_length];
}

static int unknown_verb(const char *word)
{
    const char *nearest = NULL;
    size_t best = 3; /* further away, it is another word */

    for (size_t i = 0; i < G_N_ELEMENTS(verbs); i++) {
        size_t d = strlen(word) > 15 ? best : distance(word, verbs[i]->name);

        if (d < best) {
            best = d;
            nearest = verbs[i]->name;
        }
    }
    if (nearest)
        return leat_verb_misused(NULL, "'%s' is not a verb of leat; did you mean '%s'?", word,
                                 nearest);
    if (leat_address_is_one(word))
        return leat_verb_misused(NULL, "'%s' is a source; write leat --source '%s'", word, word);
    return leat_verb_misused(NULL, "'%s' is neither a verb of leat nor a file", word);
}

static int open_studio(int argc, char **argv, LeatCliStudioFunc studio)
{
    char *source = NULL;
    const GOptionEntry entries[] = {
        {"source", 's', 0, G_OPTION_ARG_FILENAME, &source,
         "Start with this camera, file, address or pattern (see 'leat sources')", "SPEC"},
        {NULL},
    };
    int status;

    if (leat_verb_parse(&studio_verb, entries, NULL, &argc, &argv, &status)) {
        g_set_prgname("leat");
        status = studio(argc > 1 ? argv[1] : NULL, source);
    }
    g_free(source);
    return status;
}

/* leat help [VERB] */
static int help(int argc, char **argv, LeatCliStudioFunc studio)
{
    char option[] = "--help";
    char *asked[] = {NULL, option, NULL};
    const LeatVerb *verb;

    if (argc < 2) {
        print_overview();
        return LEAT_CLI_DONE;
    }
    verb = find_verb(argv[1]);
    if (!verb)
        return unknown_verb(argv[1]);
    asked[0] = argv[1];
    return verb->run ? verb->run(verb, 2, asked) : open_studio(2, asked, studio);
}

static int dispatch(int argc, char **argv, LeatCliStudioFunc studio)
{
    static const char *const version_words[] = {"--version", "-V", "version", NULL};
    static const char *const help_words[] = {"--help", "-h", "help", NULL};
    const char *word = argc > 1 ? argv[1] : NULL;
    const LeatVerb *verb;

    if (!word)
        return open_studio(argc, argv, studio);
    if (g_strv_contains(version_words, word)) {
        puts("leat " LEAT_VERSION);
        return LEAT_CLI_DONE;
    }
    if (g_strv_contains(help_words, word))
        return help(argc - 1, argv + 1, studio);
    verb = find_verb(word);
    if (verb && verb->run)
        return verb->run(verb, argc - 1, argv + 1);
    if (verb)
        return open_studio(argc - 1, argv + 1, studio);
    if (word[0] == '-' || g_file_test(word, G_FILE_TEST_EXISTS) || strchr(word, '.'))
        if (!leat_address_is_one(word))
            return open_studio(argc, argv, studio);
    return unknown_verb(word);
}

int leat_cli_main(int argc, char **argv, LeatCliStudioFunc studio)
{
    int status;

    /* A reader that goes away is an error of the write, told like any other. */
    signal(SIGPIPE, SIG_IGN);
    status = dispatch(argc, argv, studio);
    errno = 0;
    if (fflush(stdout) != 0 || ferror(stdout)) {
        leat_log(LEAT_LOG_ERROR, "cannot write the output: %s",
                 errno ? g_strerror(errno) : "write error");
        return status == LEAT_CLI_DONE ? LEAT_CLI_FAILED : status;
    }
    return status;
}
