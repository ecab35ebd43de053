/* SPDX-License-Identifier: MIT */
#include "base/error.h"

#include <errno.h>

static void test_no_memory_names_bytes_and_purpose(void)
{
    GError *error = NULL;

    g_assert_null(leat_error_no_memory(&error, 4096, "a picture"));
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_NO_MEMORY);
    g_assert_cmpstr(error->message, ==, "cannot allocate 4096 bytes for a picture");
    g_clear_error(&error);
    g_assert_null(leat_error_no_memory(NULL, 1, "nobody"));
}

static void test_errno_gives_the_code_that_fits(void)
{
    static const struct {
        int errnum;
        LeatError code;
    } cases[] = {
        {ENOSPC, LEAT_ERROR_NO_SPACE},     {EDQUOT, LEAT_ERROR_NO_SPACE},
        {EACCES, LEAT_ERROR_PERMISSION},   {EROFS, LEAT_ERROR_PERMISSION},
        {ENOENT, LEAT_ERROR_NOT_FOUND},    {EEXIST, LEAT_ERROR_EXISTS},
        {EBUSY, LEAT_ERROR_BUSY},          {ENOMEM, LEAT_ERROR_NO_MEMORY},
        {EINVAL, LEAT_ERROR_INVALID},      {ENODEV, LEAT_ERROR_LOST},
        {ECONNRESET, LEAT_ERROR_LOST},     {EOPNOTSUPP, LEAT_ERROR_UNSUPPORTED},
        {ECANCELED, LEAT_ERROR_CANCELLED}, {EIO, LEAT_ERROR_FAILED},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpint(leat_error_code_from_errno(cases[i].errnum), ==, cases[i].code);
}

static void test_errno_text_follows_the_message(void)
{
    GError *error = NULL;

    leat_error_set_errno(&error, ENOSPC, "cannot write '%s'", "a.leat");
    g_assert_error(error, LEAT_ERROR, LEAT_ERROR_NO_SPACE);
    g_assert_cmpstr(error->message, ==, "cannot write 'a.leat': No space left on device");
    g_clear_error(&error);
    leat_error_set_errno(&error, 99999, "odd");
    g_assert_cmpstr(error->message, ==, "odd: system error 99999");
    g_clear_error(&error);
    leat_error_set_errno(NULL, EIO, "nobody");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/error/no-memory-names-bytes-and-purpose",
                    test_no_memory_names_bytes_and_purpose);
    g_test_add_func("/error/errno-gives-the-code-that-fits", test_errno_gives_the_code_that_fits);
    g_test_add_func("/error/errno-text-follows-the-message", test_errno_text_follows_the_message);
    return g_test_run();
}
