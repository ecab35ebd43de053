/* SPDX-License-Identifier: MIT */
/* Memory of which much may never be used: zeroed, taken whole, so that using it never fails. The
 * system gives each page when it is first touched, so that to take and to free it costs no time.
 * (calloc does so only at first: what was freed once comes from the heap the next time, and is
 * cleared.) Any thread. */
#ifndef LEAT_BASE_PAGES_H
#define LEAT_BASE_PAGES_H

#include <stddef.h>

/* NULL when the system refuses. `bytes` at least 1. */
void *leat_pages_new(size_t bytes);

/* As many bytes as were taken. NULL is fine. */
void leat_pages_free(void *pages, size_t bytes);

#endif
