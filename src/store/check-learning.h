/* SPDX-License-Identifier: MIT */
/* The part of leat_store_check that doubts labels, models and predictions. */
#ifndef LEAT_STORE_CHECK_LEARNING_H
#define LEAT_STORE_CHECK_LEARNING_H

#include "store/store.h"

#include <glib.h>
#include <stdbool.h>

/* See leat_store_check. Looks at the whole file. */
bool leat_store_check_learning(LeatStore *store, GPtrArray *faults, GError **error);

#endif
