/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the test programs share: running a suite, loading files of the test PKI. */
#ifndef SMIME_TESTS_SUPPORT_H
#define SMIME_TESTS_SUPPORT_H

#include <check.h>
#include <stddef.h>
#include <stdint.h>

/* A moment at which every certificate of the test PKI is in force but `expired` and `future`:
 * 2026-06-01T00:00:00Z. */
#define SUPPORT_NOW INT64_C(1780272000)

/* Runs @p suite, TAP on standard output; the exit status for main(). */
int support_main(Suite *suite);

/* The whole file with a NUL behind it, for free(); fails the test when it cannot be read. */
uint8_t *support_load(const char *path, size_t *ret_len);
/* A file of the test PKI, such as "alice-rsa.pem"; see make_pki.c for what there is. */
uint8_t *support_pki(const char *name, size_t *ret_len);

/* A new empty directory for one test, in static memory; support_remove_dir() takes it away with
 * the files in it. */
const char *support_make_dir(void);
void support_remove_dir(void);

/* Bytes from hexadecimal text, blanks ignored; for free(). */
uint8_t *support_unhex(const char *text, size_t *ret_len);

/* Reproducible bytes: the same for the same @p seed everywhere. */
void support_fill(uint8_t *to, size_t len, uint32_t seed);

#endif
