/* SPDX-License-Identifier: MIT */
#include "base/address.h"

static void test_an_address_has_a_scheme(void)
{
    g_assert_true(leat_address_is_one("rtsp://camera/stream"));
    g_assert_true(leat_address_is_one("http://"));
    g_assert_true(leat_address_is_one("svn+ssh://host"));
    g_assert_false(leat_address_is_one("video.mp4"));
    g_assert_false(leat_address_is_one("/dev/video0"));
    g_assert_false(leat_address_is_one("://host"));
    g_assert_false(leat_address_is_one("1http://host"));
    g_assert_false(leat_address_is_one("a b://host"));
    g_assert_false(leat_address_is_one("lavfi:testsrc"));
    g_assert_false(leat_address_is_one(""));
}

typedef struct {
    const char *text, *shown;
} Case;

static void check(const Case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char *shown = leat_address_redact(cases[i].text);

        g_assert_cmpstr(shown, ==, cases[i].shown);
        g_free(shown);
    }
}

static void test_password_is_hidden(void)
{
    static const Case cases[] = {
        {"rtsp://user:secret@camera:554/a", "rtsp://user:***@camera:554/a"},
        {"rtsp://user:p@ss@camera/a", "rtsp://user:***@camera/a"},
        {"rtsp://user:a:b@camera/a", "rtsp://user:***@camera/a"},
        {"http://:secret@host", "http://:***@host"},
        {"rtsp://user:pa/ss@camera/a", "rtsp://user:***@camera/a"},
        {"rtsp://user:pa?ss#1@camera/a", "rtsp://user:***@camera/a"},
        {"rtsp://user:p%40ss@[::1]:554/a", "rtsp://user:***@[::1]:554/a"},
        {"cache:http://user:secret@host/a", "cache:http://user:***@host/a"},
        {"http://a/?url=rtsp://u:secret@b/", "http://a/?url=rtsp://u:***@b/"},
    };

    check(cases, G_N_ELEMENTS(cases));
}

static void test_secret_parameters_are_hidden(void)
{
    static const Case cases[] = {
        {"http://h/a?token=abc&x=1", "http://h/a?token=***&x=1"},
        {"http://h/a?x=1&PASSWORD=abc", "http://h/a?x=1&PASSWORD=***"},
        {"http://h/a?api_key=abc;pwd=d#f", "http://h/a?api_key=***;pwd=***#f"},
        {"http://h/a?X-Amz-Signature=ab/c=", "http://h/a?X-Amz-Signature=***"},
        {"http://h/a?%70ass=abc", "http://h/a?%70ass=***"},
        {"http://h/a?auth=a?b/c&y=2", "http://h/a?auth=***&y=2"},
        {"rtsp://h/user=admin&password=abc&channel=1",
         "rtsp://h/user=admin&password=***&channel=1"},
        {"rtsp://h/user=admin_password=abc/1.sdp", "rtsp://h/user=admin_password=***/1.sdp"},
    };

    check(cases, G_N_ELEMENTS(cases));
}

static void test_what_holds_no_secret_stays(void)
{
    static const char *const texts[] = {
        "",
        "video.mp4",
        "/tmp/a:b@c/password=1.mp4",
        "rtsp://camera/stream",
        "rtsp://user@camera/stream",
        "rtsp://user:@camera/stream",
        "http://host:8080/a@b",
        "http://[::1]:8080/a@b",
        "http://host/a?rate=30&pass=",
        "lavfi:testsrc=size=640x480",
    };

    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        check(&(Case){texts[i], texts[i]}, 1);
}

static void check_in(const char *message, const char *address, const char *expected)
{
    char *shown = leat_address_redact_in(message, address);

    g_assert_cmpstr(shown, ==, expected);
    g_free(shown);
}

static void test_a_librarys_message_is_cleaned(void)
{
    check_in("rtsp://u:hunter2@h/a: refused", "rtsp://u:hunter2@h/a", "rtsp://u:***@h/a: refused");
    check_in("login u/hunter2 failed (hunter2)", "rtsp://u:hunter2@h/a",
             "login u/*** failed (***)");
    check_in("password p@ss1 is wrong, p%40ss1", "rtsp://u:p%40ss1@h/a",
             "password *** is wrong, ***");
    check_in("token abcd and key", "http://h/?token=abcd&key=", "token *** and key");
    check_in("nothing here", "rtsp://h/a", "nothing here");
    check_in("", "rtsp://u:hunter2@h/a", "");
}

static void test_a_short_secret_is_hidden_as_a_word(void)
{
    check_in("port 8511, 1 try: u:1@h", "rtsp://u:1@h/", "port 8511, *** try: u:***@h");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/address/an-address-has-a-scheme", test_an_address_has_a_scheme);
    g_test_add_func("/address/password-is-hidden", test_password_is_hidden);
    g_test_add_func("/address/secret-parameters-are-hidden", test_secret_parameters_are_hidden);
    g_test_add_func("/address/what-holds-no-secret-stays", test_what_holds_no_secret_stays);
    g_test_add_func("/address/a-librarys-message-is-cleaned", test_a_librarys_message_is_cleaned);
    g_test_add_func("/address/a-short-secret-is-hidden-as-a-word",
                    test_a_short_secret_is_hidden_as_a_word);
    return g_test_run();
}
