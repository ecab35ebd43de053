/* SPDX-License-Identifier: MIT */
#include "base/pages.h"

#include "faults.h"

#include <glib.h>
#include <string.h>
#include <unistd.h>

#define BYTES ((size_t)16 * 1024 * 1024 + 1)

static size_t resident_bytes(void)
{
    char *text = NULL;
    size_t pages;

    g_assert_true(g_file_get_contents("/proc/self/statm", &text, NULL, NULL));
    pages = g_ascii_strtoull(strchr(text, ' '), NULL, 10);
    g_free(text);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

static void test_all_is_zero_and_can_be_written(void)
{
    unsigned char *pages = leat_pages_new(BYTES);

    g_assert_nonnull(pages);
    for (size_t i = 0; i < BYTES; i++)
        g_assert_cmpint(pages[i], ==, 0);
    memset(pages, 1, BYTES);
    leat_pages_free(pages, BYTES);
}

static void test_the_next_ones_are_untouched_again(void)
{
    for (int i = 0; i < 3; i++) {
        size_t before = resident_bytes();
        unsigned char *pages = leat_pages_new(BYTES);

        g_assert_nonnull(pages);
        g_assert_cmpuint(resident_bytes(), <, before + BYTES / 2);
        memset(pages, 1, BYTES);
        leat_pages_free(pages, BYTES);
    }
}

static void test_no_memory_is_null(void)
{
    leat_faults_arm(1);
    g_assert_null(leat_pages_new(BYTES));
    g_assert_true(leat_faults_disarm());
    leat_pages_free(NULL, BYTES);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pages/all-is-zero-and-can-be-written", test_all_is_zero_and_can_be_written);
    g_test_add_func("/pages/the-next-ones-are-untouched-again",
                    test_the_next_ones_are_untouched_again);
    g_test_add_func("/pages/no-memory-is-null", test_no_memory_is_null);
    return g_test_run();
}
