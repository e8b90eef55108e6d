/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Distinguished names: RFC 5280 7.1 comparison and RFC 4514 text. */
#ifndef SMIME_PKI_NAME_H
#define SMIME_PKI_NAME_H

#include "asn1/der.h"

/* 1 when @p name (a whole RDNSequence element) is well formed. */
int smime__name_check(smime__view name);
/* Adds a form in which equal names are equal bytes: string types made one, ASCII case folded,
 * white space collapsed, each RDN sorted. @p name was checked. */
smime_status smime__name_canonical(smime__buf *to, smime__view name);
smime_status smime__name_text(smime__buf *to, smime__view name);
/* The values of one attribute type, as UTF-8, told one by one. */
smime_status smime__name_each(smime__view name, smime__oid type,
                              smime_status (*tell)(void *user, smime__view text), void *user);
/* The same by the content of the type's identifier. */
smime_status smime__name_values(smime__view name, smime__view type,
                                smime_status (*tell)(void *user, smime__view text), void *user);
/* A DER string element of any type as UTF-8. */
smime_status smime__string_utf8(smime__buf *to, uint8_t tag, smime__view content);

#endif
