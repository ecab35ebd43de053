/* SPDX-License-Identifier: MIT */
/* Makes a chosen call of malloc, calloc, realloc, aligned_alloc, mmap, pthread_create, eventfd,
 * socketpair, memfd_create or posix_spawnp fail. Only calls from the program's own objects and
 * static libraries count, not those of shared libraries.
 *
 *     int n = 0;
 *     do {
 *         leat_faults_arm(++n);
 *         thing = leat_thing_new(&error);
 *         leat_faults_disarm();
 *         (check: thing or error)
 *     } while (!thing);
 *
 * Link with the dependency `faults` of tests/base/meson.build. */
#ifndef LEAT_TESTS_FAULTS_H
#define LEAT_TESTS_FAULTS_H

#include <stdbool.h>

/* The n-th call from now on fails, once, on whichever thread; n at least 1. */
void leat_faults_arm(int n);

/* True when the call that was to fail has come. */
bool leat_faults_disarm(void);

#endif
