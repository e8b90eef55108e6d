/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* AlgorithmIdentifiers, read and written. */
#ifndef SMIME_PKI_ALGORITHM_H
#define SMIME_PKI_ALGORITHM_H

#include "asn1/der.h"
#include "base/rules.h"
#include "crypto/cipher.h"
#include "crypto/pubkey.h"

typedef struct smime__algorithm {
    smime__oid oid;
    smime__view oid_bytes;
    smime__view params; /* the whole element; empty when absent */
} smime__algorithm;

/* 1, or 0 when that is no AlgorithmIdentifier. */
int smime__algorithm_take(smime__der *der, smime__algorithm *ret);
int smime__algorithm_read(smime__view whole, smime__algorithm *ret);
/* One under an implicit tag: @p content is what stands in it. */
int smime__algorithm_read_implicit(smime__view content, smime__algorithm *ret);
/* Parameters absent or NULL. */
int smime__algorithm_is_plain(const smime__algorithm *algorithm);

smime__hash smime__algorithm_hash(const smime__algorithm *algorithm);
/* HMAC over one of the hashes; NONE when it is none, or has parameters that it cannot have. */
smime__hash smime__algorithm_hmac(const smime__algorithm *algorithm);
const char *smime__hmac_name(smime__hash hash); /* "hmac-sha256" */
smime__oid smime__hmac_oid(smime__hash hash);
smime__cipher smime__algorithm_cipher(const smime__algorithm *algorithm);
/* scheme NONE when unknown or when the parameters make no sense. A bare key identifier
 * (rsaEncryption, id-ecPublicKey) takes the hash from @p digest. */
/* Whether a policy lets such signatures be read. */
int smime__algorithm_is_allowed(const smime__rules *rules, const smime__signature_kind *kind);
smime_status smime__algorithm_signature(const smime__algorithm *algorithm, smime__hash digest,
                                        smime__signature_kind *ret);
/* RSAES-OAEP-params; *ret_good 0 when malformed or unknown: never a fall-back. The label points
 * into @p label, a buffer of the caller's. */
smime_status smime__algorithm_oaep(const smime__algorithm *algorithm, smime__oaep *ret,
                                   smime__buf *label, int *ret_good);

smime_status smime__algorithm_add(smime__buf *to, smime__oid oid, int with_null);
smime_status smime__algorithm_add_hash(smime__buf *to, smime__hash hash);
/* id-shake256-len with 512 bits: what Ed448 goes with, RFC 8419 3.1. */
smime_status smime__algorithm_add_shake256_len(smime__buf *to);
smime_status smime__algorithm_add_signature(smime__buf *to, const smime__signature_kind *how);
smime_status smime__algorithm_add_oaep(smime__buf *to, const smime__oaep *oaep);
smime__oid smime__cipher_oid(smime__cipher cipher);
smime__oid smime__hash_oid(smime__hash hash);

#endif
