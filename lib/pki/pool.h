/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sets of certificates, each once, found by subject; and what proves revocation. */
#ifndef SMIME_PKI_POOL_H
#define SMIME_PKI_POOL_H

#include "pki/crl.h"
#include "pki/ocsp.h"

typedef struct smime__pool {
    smime_cert **certs; /* in the order in which they came */
    size_t count, room;
    /* chains of certificates by subject and by hash, index + 1 each; none while there are few */
    uint32_t *by_subject, *by_hash;
    uint32_t *next_subject, *next_hash;
    size_t buckets;
} smime__pool;

/* Adds a reference unless the same bytes are there. */
smime_status smime__pool_add(smime__pool *pool, smime_cert *cert);
int smime__pool_has(const smime__pool *pool, const smime_cert *cert);
/* The certificates of one subject: begin with *at 0, until NULL. */
smime_cert *smime__pool_find(const smime__pool *pool, const smime__buf *subject_canonical,
                             size_t *at);
/* *to was empty. */
smime_status smime__pool_copy(smime__pool *to, const smime__pool *from);
void smime__pool_clear(smime__pool *pool);

/* Revocation lists and OCSP responses. */
typedef struct smime__evidence {
    smime_crl **crls;
    size_t crl_count, crl_room;
    smime_ocsp **ocsps;
    size_t ocsp_count, ocsp_room;
} smime__evidence;

smime_status smime__evidence_add_crl(smime__evidence *evidence, smime_crl *crl);
smime_status smime__evidence_add_ocsp(smime__evidence *evidence, smime_ocsp *ocsp);
smime_status smime__evidence_copy(smime__evidence *to, const smime__evidence *from);
void smime__evidence_clear(smime__evidence *evidence);

#endif
