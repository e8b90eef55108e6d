/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Certificates by their place in one small world, a store, a policy, and the last answer. */
#ifndef SMIME_TESTS_PKI_WORLD_H
#define SMIME_TESTS_PKI_WORLD_H

#include "pki_support.h"

#include "evidence.h"
#include "pki/path.h"

#define WORLD_SIZE 24
#define WORLD_CA_USE (GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN)

/* Places that most worlds have. */
enum { NOBODY, ROOT, CA, LEAF, OTHER_CA, SIGNER, STRANGER, OTHER_LEAF };

typedef struct world {
    certs_made made[WORLD_SIZE];
    smime_cert *cert[WORLD_SIZE];
    smime_store *store;
    smime_policy *policy;
    smime_path *path;
} world;

extern world here;

/* A checked fixture's: an empty store, and the policy at SUPPORT_NOW. */
void world_setup(void);
void world_teardown(void);

/* @p issuer NOBODY: self-signed. The key is a new one, or that of @p key_of. */
void world_make(int who, int issuer, certs_spec spec);
void world_make_with(int who, int issuer, int key_of, certs_spec spec);
/* ROOT is an anchor, CA below it is in the store, LEAF below that is leaf@example.org. */
void world_make_chain(void);
certs_spec world_ca(const char *subject);
certs_spec world_leaf(const char *subject, const char *email);
void world_anchor(int who);
void world_add(int who);
void world_add_crl(const evidence_crl *spec);
void world_add_ocsp(const evidence_ocsp *spec);
/* A new store with the same nobody in it. */
void world_new_store(void);
void world_at(int64_t seconds);
void world_revocation(int32_t mode);
smime_crl *world_crl(const evidence_crl *spec);
smime_ocsp *world_ocsp(const evidence_ocsp *spec);

void world_check(int who, int32_t use, const char *email);
/* What the last check said; @p fault a place on the path. */
void world_expect(const char *reason, int fault);

#endif
