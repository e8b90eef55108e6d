/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An OCSP response taken apart by the strict reader; every view points into its bytes. */
#ifndef SMIME_PKI_OCSP_H
#define SMIME_PKI_OCSP_H

#include "pki/cert.h"

#include <smime/ocsp.h>

/* SingleResponse, RFC 6960 4.2.1. */
typedef struct smime__ocsp_single {
    smime__hash hash; /* of the CertID; NONE when unknown */
    smime__view name_hash, key_hash, serial;
    int32_t state; /* SMIME_OCSP_* */
    int64_t revoked_at;
    int32_t reason;
    int64_t this_update, next_update;
    int has_next;
    int unknown_critical;
} smime__ocsp_single;

struct smime_ocsp {
    smime__refcount refs;
    uint8_t *der;
    size_t len;
    int responder_status;
    smime__view tbs; /* ResponseData, as it was signed; empty when there is no answer */
    smime__view responder_name; /* whole Name, or empty */
    smime__view responder_key;  /* SHA-1 of the key, or empty */
    int64_t produced_at;
    smime__view nonce;
    int unknown_critical;
    smime__view signature_algorithm, signature;
    smime__ocsp_single *singles;
    size_t single_count, single_room;
    smime_cert **certs; /* those that can be read */
    size_t cert_count, cert_room;
    smime__buf responder_canonical;
    uint8_t hash[32];
};

/* @p der is exactly one OCSPResponse. */
smime_status smime__ocsp_parse(smime__view der, const smime__limits *limits,
                               smime_ocsp **ret_ocsp);
/* Whether a single response is about @p cert, issued by @p issuer. */
smime_status smime__ocsp_is_about(const smime__ocsp_single *single, const smime_cert *cert,
                                  const smime_cert *issuer, int *ret_is);
/* The hash of the key's bits, as CertID and KeyHash have it. */
smime_status smime__cert_key_hash(const smime_cert *cert, smime__hash hash, uint8_t *to);

#endif
