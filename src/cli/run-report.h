/* SPDX-License-Identifier: MIT */
/* The ledger that `leat run` ends with. Main thread. */
#ifndef LEAT_CLI_RUN_REPORT_H
#define LEAT_CLI_RUN_REPORT_H

#include "app/session.h"

/* The document of --json, on stdout. */
void leat_run_report_json(const LeatSessionReport *report);

/* The same for people. */
void leat_run_report_print(const LeatSessionReport *report);

#endif
