/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How CMS names a certificate: IssuerAndSerialNumber or a subject key identifier. */
#ifndef SMIME_CMS_IDENTIFIER_H
#define SMIME_CMS_IDENTIFIER_H

#include "pki/store.h"

typedef struct smime__identifier {
    smime__view issuer; /* whole Name; empty when by key identifier */
    smime__view serial;
    smime__view key_id;
} smime__identifier;

/* IssuerAndSerialNumber, or [0] IMPLICIT SubjectKeyIdentifier; 0 when it is neither. */
int smime__identifier_take(smime__der *der, smime__identifier *ret);
int smime__identifier_matches(const smime__identifier *id, const smime_cert *cert);
/* The first certificate of @p pool that matches, or NULL. The name is prepared once for all: a
 * message can bring many certificates and long names. */
smime_cert *smime__identifier_find(const smime__identifier *id, const smime__pool *pool);
smime_status smime__identifier_add(smime__buf *to, const smime_cert *cert);
/* [0] IMPLICIT SubjectKeyIdentifier, which the certificate has. */
smime_status smime__identifier_add_key_id(smime__buf *to, const smime_cert *cert);
/* Hexadecimal, cut short behind 64 bytes. */
smime_status smime__identifier_hex(smime__buf *to, smime__view bytes);
/* For people: "serial 0a, issuer CN=..." or "key identifier 0a0b". */
smime_status smime__identifier_text(smime__buf *to, const smime__identifier *id);

#endif
