/* SPDX-License-Identifier: MIT */
/* The names of this program's functions, the static ones too, which the loader does not know: from
 * the symbol table of its own file. Any thread, one at a time. */
#ifndef LEAT_GUI_OWN_SYMBOLS_H
#define LEAT_GUI_OWN_SYMBOLS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct LeatOwnSymbols LeatOwnSymbols;

LeatOwnSymbols *leat_own_symbols_new(GError **error);
void leat_own_symbols_free(LeatOwnSymbols *symbols);

typedef struct {
    uintptr_t start;  /* where the function begins, which tells it from all others */
    const char *name; /* NULL in a program without a symbol table */
    const char *file; /* of a static function ("live-view.c"), else NULL */
} LeatOwnSymbol;

/* The function that `address` lies in; false when that is not this program's. The texts are those
 * of `symbols`. */
bool leat_own_symbols_find(const LeatOwnSymbols *symbols, const void *address,
                           LeatOwnSymbol *symbol);

#endif
