/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Extensions, RFC 5280 4.1: the same list in certificates, revocation lists and OCSP. */
#ifndef SMIME_PKI_EXTENSION_H
#define SMIME_PKI_EXTENSION_H

#include "asn1/der.h"

typedef struct smime__extension {
    smime__oid oid;
    smime__view id; /* content of the OBJECT IDENTIFIER */
    int critical;
    smime__view value; /* what stands inside the OCTET STRING */
} smime__extension;

/* The next one of a list; 0 when there is none that is well formed. */
int smime__extension_take(smime__der *list, smime__extension *ret);
/* Tells every extension of a list's content. @p malformed when the list is, when it is empty, or
 * when one stands twice (RFC 5280 4.2). */
smime_status smime__extensions_each(smime__view content, smime_status malformed,
                                    smime_status (*tell)(void *user,
                                                         const smime__extension *extension),
                                    void *user);

#endif
