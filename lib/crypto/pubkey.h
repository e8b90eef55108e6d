/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Public keys: checking signatures, wrapping content keys. */
#ifndef SMIME_CRYPTO_PUBKEY_H
#define SMIME_CRYPTO_PUBKEY_H

#include "crypto/oaep.h"

typedef enum smime__key_kind {
    SMIME__KEY_UNKNOWN,
    SMIME__KEY_RSA,
    SMIME__KEY_RSA_PSS, /* restricted to PSS by its identifier */
    SMIME__KEY_RSA_OAEP,
    SMIME__KEY_EC,
    SMIME__KEY_ED25519,
    SMIME__KEY_ED448,
    SMIME__KEY_X25519,
    SMIME__KEY_X448,
    SMIME__KEY_DSA
} smime__key_kind;

typedef enum smime__curve {
    SMIME__CURVE_NONE,
    SMIME__CURVE_P256,
    SMIME__CURVE_P384,
    SMIME__CURVE_P521,
    SMIME__CURVE_X25519,
    SMIME__CURVE_X448
} smime__curve;

typedef enum smime__scheme {
    SMIME__SCHEME_NONE,
    SMIME__SCHEME_RSA,
    SMIME__SCHEME_RSA_PSS,
    SMIME__SCHEME_ECDSA,
    SMIME__SCHEME_ED25519,
    SMIME__SCHEME_ED448,
    SMIME__SCHEME_DSA
} smime__scheme;

/* How a signature is made: what an AlgorithmIdentifier says. */
typedef struct smime__signature_kind {
    smime__scheme scheme;
    smime__hash hash;     /* of the message; for PSS in the parameters */
    smime__hash mgf_hash; /* PSS */
    int salt;             /* PSS */
} smime__signature_kind;

const char *smime__key_kind_name(smime__key_kind kind); /* "rsa" */
const char *smime__scheme_name(smime__scheme scheme); /* "rsa-v1.5" */

typedef struct smime__pubkey smime__pubkey;

/* @p spki: a SubjectPublicKeyInfo in DER. SMIME_E_UNSUPPORTED for an unknown kind of key,
 * SMIME_E_INVALID_ARG for one that is no key (a point off its curve, no modulus). */
smime_status smime__pubkey_new(smime__view spki, smime__pubkey **ret_key);
void smime__pubkey_free(smime__pubkey *key);
smime__key_kind smime__pubkey_kind(const smime__pubkey *key);
unsigned smime__pubkey_bits(const smime__pubkey *key);
smime__curve smime__pubkey_curve(const smime__pubkey *key);
/* RSA: the public exponent is odd and below 2^32. */
int smime__pubkey_exponent_sane(const smime__pubkey *key);

/* 1 good, 0 not. With @p is_digest, @p data is the digest already. */
int smime__pubkey_verify(const smime__pubkey *key, const smime__signature_kind *how,
                         smime__view data, int is_digest, smime__view signature);

/* PKCS#1 v1.5 and OAEP key transport; @p to receives as many bytes as the modulus has. */
smime_status smime__pubkey_encrypt(const smime__pubkey *key, const uint8_t *secret, size_t len,
                                   smime__buf *to);
smime_status smime__pubkey_encrypt_oaep(const smime__pubkey *key, const smime__oaep *oaep,
                                        const uint8_t *secret, size_t len, smime__buf *to);

/* RSA-KEM, RFC 9690: a random Z as long as the modulus, and its ciphertext. */
smime_status smime__pubkey_encapsulate(const smime__pubkey *key, smime__buf *ret_ciphertext,
                                       smime__buf *ret_z);

/* ECDH with a key made for this call: its point (uncompressed) goes to @p ret_point, the shared
 * secret to @p ret_secret (marked secret). */
smime_status smime__pubkey_agree(const smime__pubkey *key, smime__buf *ret_point,
                                 smime__buf *ret_secret);

/* Internal to lib/crypto: the GnuTLS key. */
struct gnutls_pubkey_st *smime__pubkey_gnutls(const smime__pubkey *key);

#endif
