/* SPDX-License-Identifier: MIT */
/* Libraries for the tests of what shows them. */
#ifndef LEAT_TESTS_GUI_LIBRARY_SUPPORT_H
#define LEAT_TESTS_GUI_LIBRARY_SUPPORT_H

#include "store/store-job.h"
#include "store/store-model.h"

#include <glib.h>

/* A library without recordings. */
static inline void leat_test_make_library(const char *path)
{
    LeatStoredJob row = {.name = "earlier", .executor = ""};
    g_autoptr(GError) error = NULL;

    leat_store_job_close(leat_store_job_begin(path, &row, &error));
    g_assert_no_error(error);
}

/* Which could not be loaded, but is listed. */
static inline void leat_test_add_model(const char *path, const char *name)
{
    g_autoptr(GArray) samples = g_array_new(FALSE, FALSE, sizeof(LeatStoredSample));
    g_autoptr(GError) error = NULL;
    g_autoptr(LeatStore) store = leat_store_open_to_edit(path, &error);
    LeatStoredModel model = {
        .name = (char *)(uintptr_t)name,
        .labels = (char *)(uintptr_t) "[\"a\",\"b\"]",
        .options = (char *)(uintptr_t) "{}",
        .metrics = (char *)(uintptr_t) "{}",
        .weights = (uint8_t *)(uintptr_t) "weights",
        .weight_bytes = 7,
    };

    g_assert_no_error(error);
    leat_store_add_model(store, &model, samples, &error);
    g_assert_no_error(error);
}

#endif
