/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/gnutls_names.h"

/* A SHAKE stands as the hash that is as long: an ECDSA signature over a digest does not name it. */
gnutls_digest_algorithm_t smime__gnutls_digest(smime__hash hash)
{
    static const gnutls_digest_algorithm_t digests[SMIME__HASH_COUNT] = {
        GNUTLS_DIG_NULL,   GNUTLS_DIG_SHA1,   GNUTLS_DIG_SHA224,
        GNUTLS_DIG_SHA256, GNUTLS_DIG_SHA384, GNUTLS_DIG_SHA512,
        GNUTLS_DIG_SHA3_224, GNUTLS_DIG_SHA3_256, GNUTLS_DIG_SHA3_384, GNUTLS_DIG_SHA3_512,
        GNUTLS_DIG_SHA256, GNUTLS_DIG_SHA512
    };
    return digests[hash];
}

gnutls_sign_algorithm_t smime__gnutls_signature(const smime__signature_kind *how)
{
    switch (how->scheme) {
    case SMIME__SCHEME_RSA:
        return gnutls_pk_to_sign(GNUTLS_PK_RSA, smime__gnutls_digest(how->hash));
    case SMIME__SCHEME_RSA_PSS:
        return gnutls_pk_to_sign(GNUTLS_PK_RSA_PSS, smime__gnutls_digest(how->hash));
    case SMIME__SCHEME_ECDSA:
        return gnutls_pk_to_sign(GNUTLS_PK_ECDSA, smime__gnutls_digest(how->hash));
    case SMIME__SCHEME_ED25519:
        return GNUTLS_SIGN_EDDSA_ED25519;
    case SMIME__SCHEME_ED448:
        return GNUTLS_SIGN_EDDSA_ED448;
    case SMIME__SCHEME_DSA:
        return gnutls_pk_to_sign(GNUTLS_PK_DSA, smime__gnutls_digest(how->hash));
    default:
        return GNUTLS_SIGN_UNKNOWN;
    }
}
