/* SPDX-License-Identifier: MIT */
/* Addresses (URLs) may hold a password, and it must never be printed or stored. Any thread. */
#ifndef LEAT_BASE_ADDRESS_H
#define LEAT_BASE_ADDRESS_H

#include <glib.h>
#include <stdbool.h>

/* True for text that starts like an address: a scheme, then "://". */
bool leat_address_is_one(const char *text);

/* A copy that is safe to show: the password of "scheme://user:password@host" becomes "***", as do
 * the values of query parameters that name a secret (password, passwd, pwd, pass, token, key,
 * secret, auth, signature), alone or as the last part of a longer name ("api_key"). An address
 * within the text ("cache:http://...") counts too; other text comes back as it is. Free with
 * g_free. */
char *leat_address_redact(const char *text);

/* A copy of `message` in which each occurrence of `address` (as a library may quote it in its own
 * errors) and of its secrets is redacted. Free with g_free. */
char *leat_address_redact_in(const char *message, const char *address);

#endif
