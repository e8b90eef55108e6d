/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * DER written down, so that a table can hold it:
 *
 *     30(06(=1.2.3) 04('text' 00ff) %)
 *
 * TAG( ) is an element with its length worked out, two hexadecimal digits alone are a byte, 'text'
 * is itself, =1.2.3 the content of an identifier and @1.2.3 the whole of one, <CN=A,O=B> a Name as
 * it is encoded (CN, O, OU, C, E), % the next argument, a gnutls_datum_t. Blanks mean nothing.
 */
#ifndef SMIME_TESTS_NOTATION_H
#define SMIME_TESTS_NOTATION_H

#include <gnutls/gnutls.h>
#include <stdint.h>

/* A mistake in the notation ends the program. The result lives until notation_clear(). */
gnutls_datum_t notation(const char *text, ...);
/* One extension: notation of an Extension, with the notation of its value inside. */
#define NOTATION_EXTENSION(oid, value) "30(@" oid " 04(" value "))"
#define NOTATION_CRITICAL(oid, value) "30(@" oid " 01(ff) 04(" value "))"
/* UTCTime until 2049, GeneralizedTime from then on and with @p general. */
gnutls_datum_t notation_time(int64_t seconds, int general);
gnutls_datum_t notation_number(int value); /* a whole INTEGER */
void notation_clear(void);

#endif
