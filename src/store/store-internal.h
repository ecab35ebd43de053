/* SPDX-License-Identifier: MIT */
#ifndef LEAT_STORE_STORE_INTERNAL_H
#define LEAT_STORE_STORE_INTERNAL_H

#include "concurrency/cancel.h"
#include "store/database.h"
#include "store/store.h"

struct LeatStore {
    LeatDatabase database;
    LeatCancel *cancel; /* a reference, or NULL */
    LeatCancelListener interrupt;
    sqlite3_stmt *guard;
};

#endif
