/* SPDX-License-Identifier: MIT */
/* leat worker: what the executor `processes` starts. Nobody types it, so no help names it. */
#include "cli/verb.h"

#include "app/work-kinds.h"
#include "compute/worker.h"

static int run(const LeatVerb *verb, int argc, char **argv)
{
    int status;

    if (!leat_verb_parse(verb, (GOptionEntry[]){{NULL}}, NULL, &argc, &argv, &status))
        return status;
    return leat_worker_main(leat_work_kinds());
}

const LeatVerb leat_verb_worker = {
    .name = "worker",
    .summary = "Computes for the leat that has started it.",
    .run = run,
};
