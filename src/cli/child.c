/* SPDX-License-Identifier: MIT */
/* leat child: what a program that Leat runs is started through. Nobody types it, so no help names
 * it. */
#include "cli/verb.h"

#include "app/external-child.h"

static int run(const LeatVerb *verb, int argc, char **argv)
{
    (void)verb;
    (void)argc;
    return leat_external_child_main(argv + 1);
}

const LeatVerb leat_verb_child = {
    .name = "child",
    .summary = "Becomes a program that ends with the leat that has started it.",
    .run = run,
};
