/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Strict DER, X.690 10: a cursor over bytes that stay where they are, and a writer. */
#ifndef SMIME_ASN1_DER_H
#define SMIME_ASN1_DER_H

#include "asn1/oid.h"
#include "base/buf.h"

enum {
    SMIME__BOOLEAN = 0x01,
    SMIME__INTEGER = 0x02,
    SMIME__BIT_STRING = 0x03,
    SMIME__OCTET_STRING = 0x04,
    SMIME__NULL = 0x05,
    SMIME__OBJECT_ID = 0x06,
    SMIME__ENUMERATED = 0x0a,
    SMIME__UTF8_STRING = 0x0c,
    SMIME__PRINTABLE_STRING = 0x13,
    SMIME__T61_STRING = 0x14,
    SMIME__IA5_STRING = 0x16,
    SMIME__UTC_TIME = 0x17,
    SMIME__GENERALIZED_TIME = 0x18,
    SMIME__UNIVERSAL_STRING = 0x1c,
    SMIME__BMP_STRING = 0x1e,
    SMIME__SEQUENCE = 0x30,
    SMIME__SET = 0x31
};
#define SMIME__CONTEXT(n) (0x80 | (n))
#define SMIME__CONTEXT_C(n) (0xa0 | (n))

typedef struct smime__der {
    const uint8_t *at;
    const uint8_t *end;
} smime__der;

/* Reading: every function returns 1, or 0 and leaves the cursor where it was. */
smime__der smime__der_cursor(smime__view view);
int smime__der_done(const smime__der *der);
int smime__der_peek(const smime__der *der); /* the next tag, or -1 */
int smime__der_next(smime__der *der, uint8_t *ret_tag, smime__view *ret_content,
                    smime__view *ret_whole); /* each ret_ may be NULL */
int smime__der_take(smime__der *der, uint8_t tag, smime__view *ret_content);
int smime__der_enter(smime__der *der, uint8_t tag, smime__der *ret_inside);
int smime__der_take_oid(smime__der *der, smime__view *ret_content);
/* 0 ... 2^31 - 1 */
int smime__der_take_small(smime__der *der, int *ret_value);
/* The same with an implicit tag. */
int smime__der_take_small_as(smime__der *der, uint8_t tag, int *ret_value);
/* An INTEGER of any size as it stands: two's complement, as short as can be. */
int smime__der_take_integer(smime__der *der, smime__view *ret_content);
int smime__der_take_boolean(smime__der *der, int *ret_value);
int smime__der_take_boolean_as(smime__der *der, uint8_t tag, int *ret_value);
/* A BIT STRING without unused bits. */
int smime__der_take_bytes(smime__der *der, smime__view *ret_bytes);
/* A BIT STRING of named bits: bit n of *ret_bits is bit n of the string, of which the first 32
 * count. With @p tag it is an implicitly tagged one. */
int smime__der_take_named_bits(smime__der *der, uint8_t tag, uint32_t *ret_bits);
/* UTCTime or GeneralizedTime in the forms of RFC 5280 4.1.2.5. */
int smime__der_take_time(smime__der *der, int64_t *ret_seconds);
/* The first element of @p view must be all of it. */
int smime__der_is_whole(smime__view view, uint8_t tag);

/* Writing: the status is memory alone. begin returns the mark that end takes. */
smime_status smime__der_add(smime__buf *to, uint8_t tag, const void *data, size_t len);
smime_status smime__der_add_view(smime__buf *to, uint8_t tag, smime__view content);
smime_status smime__der_add_oid(smime__buf *to, smime__oid oid);
smime_status smime__der_add_small(smime__buf *to, int value);
smime_status smime__der_add_time(smime__buf *to, int64_t seconds);
smime_status smime__der_begin(smime__buf *to, uint8_t tag, size_t *ret_mark);
smime_status smime__der_end(smime__buf *to, size_t mark);
/* Tag and definite length alone. */
smime_status smime__der_add_head(smime__buf *to, uint8_t tag, uint64_t len);

/* Re-encodes one BER element as DER: lengths definite and minimal, strings in one piece; SETs
 * keep their order. 0 when @p ber is not exactly one element or nests too deep. */
smime_status smime__ber_to_der(smime__view ber, smime__buf *to);
/* The elements in @p content, sorted as DER wants a SET OF (X.690 11.6), added to @p to. */
smime_status smime__der_sort_set(smime__buf *to, smime__view content);

#endif
