/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef SMIME_PKI_IDENTITY_H
#define SMIME_PKI_IDENTITY_H

#include "crypto/privkey.h"
#include "pki/pool.h"

#include <smime/key.h>

struct smime_identity {
    smime__refcount refs;
    smime_cert *cert;
    smime__privkey *key;
    smime_cert **chain; /* certificates that may lead upwards, in no order */
    size_t chain_count;
};

/* Takes over @p key when it succeeds. */
smime_status smime__identity_make(smime_cert *cert, smime__privkey *key,
                                  smime_identity **ret_identity);
smime_status smime__identity_set_chain(smime_identity *identity, smime_cert *const *certs,
                                       size_t count);

/* Every iteration count, salt and nesting in a PKCS#8 or PKCS#12 before GnuTLS sees it: it would
 * compute whatever is asked for. */
smime_status smime__pkcs_scan(smime__view der, const smime__limits *limits, smime__error *error);

/* Adds the certificates that a message of this signer's carries: its own, and those of the chain that
 * lead upwards from what is in @p to, but for self-issued ones. */
smime_status smime__identity_carry(const smime_identity *identity, smime__pool *to);

/* What was found in files. */
typedef struct smime__found {
    smime_cert **certs;
    size_t cert_count, cert_room;
    smime__privkey **keys;
    size_t key_count, key_room;
    smime__evidence evidence;
    size_t skipped; /* malformed objects */
    smime_status first_skipped;
} smime__found;

/* SMIME_E_PASSWORD when @p password (NULL: none) does not open it. Members are the caller's. */
smime_status smime__pkcs12_read(smime__view der, const char *password,
                                const smime__limits *limits, smime__error *error,
                                smime__found *ret);
void smime__found_clear(smime__found *bag);
/* Adds a certificate in DER. */
smime_status smime__found_add_cert(smime__found *bag, smime__view der);
/* Adds a key, which changes hands when that succeeds. */
smime_status smime__found_add_key(smime__found *bag, smime__privkey *key);

#endif
