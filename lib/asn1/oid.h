/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The object identifiers that this library knows. */
#ifndef SMIME_ASN1_OID_H
#define SMIME_ASN1_OID_H

#include "base/buf.h"

typedef enum smime__oid {
    SMIME__OID_UNKNOWN,
    /* content types */
    SMIME__OID_DATA,
    SMIME__OID_SIGNED_DATA,
    SMIME__OID_ENVELOPED_DATA,
    SMIME__OID_DIGESTED_DATA,
    SMIME__OID_ENCRYPTED_DATA,
    SMIME__OID_AUTHENTICATED_DATA,
    SMIME__OID_COMPRESSED_DATA,
    SMIME__OID_AUTH_ENVELOPED_DATA,
    /* attributes */
    SMIME__OID_CONTENT_TYPE,
    SMIME__OID_MESSAGE_DIGEST,
    SMIME__OID_SIGNING_TIME,
    SMIME__OID_SMIME_CAPABILITIES,
    SMIME__OID_SIGNING_CERTIFICATE_V2,
    SMIME__OID_ALGORITHM_PROTECTION,
    /* digests */
    SMIME__OID_SHA1,
    SMIME__OID_SHA224,
    SMIME__OID_SHA256,
    SMIME__OID_SHA384,
    SMIME__OID_SHA512,
    /* public keys, signatures, key transport */
    SMIME__OID_RSA,
    SMIME__OID_RSA_SHA1,
    SMIME__OID_RSA_SHA224,
    SMIME__OID_RSA_SHA256,
    SMIME__OID_RSA_SHA384,
    SMIME__OID_RSA_SHA512,
    SMIME__OID_RSA_PSS,
    SMIME__OID_RSA_OAEP,
    SMIME__OID_MGF1,
    SMIME__OID_P_SPECIFIED,
    SMIME__OID_EC_PUBLIC_KEY,
    SMIME__OID_ECDSA_SHA1,
    SMIME__OID_ECDSA_SHA224,
    SMIME__OID_ECDSA_SHA256,
    SMIME__OID_ECDSA_SHA384,
    SMIME__OID_ECDSA_SHA512,
    SMIME__OID_DSA,
    SMIME__OID_DSA_SHA1,
    SMIME__OID_DSA_SHA224,
    SMIME__OID_DSA_SHA256,
    SMIME__OID_ED25519,
    SMIME__OID_ED448,
    SMIME__OID_X25519,
    SMIME__OID_X448,
    SMIME__OID_P256,
    SMIME__OID_P384,
    SMIME__OID_P521,
    /* key agreement with its KDF, RFC 5753 */
    SMIME__OID_ECDH_SHA1,
    SMIME__OID_ECDH_SHA224,
    SMIME__OID_ECDH_SHA256,
    SMIME__OID_ECDH_SHA384,
    SMIME__OID_ECDH_SHA512,
    SMIME__OID_ECDH_HKDF_SHA256, /* RFC 8418 */
    SMIME__OID_ECDH_HKDF_SHA384,
    SMIME__OID_ECDH_HKDF_SHA512,
    /* ciphers and key wraps */
    SMIME__OID_AES128_CBC,
    SMIME__OID_AES192_CBC,
    SMIME__OID_AES256_CBC,
    SMIME__OID_AES128_GCM,
    SMIME__OID_AES192_GCM,
    SMIME__OID_AES256_GCM,
    SMIME__OID_AES128_WRAP,
    SMIME__OID_AES192_WRAP,
    SMIME__OID_AES256_WRAP,
    SMIME__OID_DES_EDE3_CBC,
    /* certificate extensions and purposes */
    SMIME__OID_SUBJECT_KEY_ID,
    SMIME__OID_KEY_USAGE,
    SMIME__OID_SUBJECT_ALT_NAME,
    SMIME__OID_ISSUER_ALT_NAME,
    SMIME__OID_BASIC_CONSTRAINTS,
    SMIME__OID_NAME_CONSTRAINTS,
    SMIME__OID_CRL_DISTRIBUTION_POINTS,
    SMIME__OID_CERTIFICATE_POLICIES,
    SMIME__OID_POLICY_MAPPINGS,
    SMIME__OID_AUTHORITY_KEY_ID,
    SMIME__OID_POLICY_CONSTRAINTS,
    SMIME__OID_EXT_KEY_USAGE,
    SMIME__OID_INHIBIT_ANY_POLICY,
    SMIME__OID_FRESHEST_CRL,
    SMIME__OID_AUTHORITY_INFO_ACCESS,
    SMIME__OID_AD_OCSP,
    SMIME__OID_AD_CA_ISSUERS,
    SMIME__OID_ANY_POLICY,
    SMIME__OID_EKU_ANY,
    SMIME__OID_EKU_EMAIL,
    SMIME__OID_EKU_OCSP_SIGNING,
    SMIME__OID_SMTP_UTF8_MAILBOX,
    /* revocation lists and OCSP */
    SMIME__OID_CRL_NUMBER,
    SMIME__OID_CRL_REASON,
    SMIME__OID_INVALIDITY_DATE,
    SMIME__OID_DELTA_CRL_INDICATOR,
    SMIME__OID_ISSUING_DISTRIBUTION_POINT,
    SMIME__OID_CERTIFICATE_ISSUER,
    SMIME__OID_OCSP_BASIC,
    SMIME__OID_OCSP_NONCE,
    SMIME__OID_OCSP_NOCHECK,
    SMIME__OID_RI_OCSP_RESPONSE, /* RFC 5940 */
    /* names */
    SMIME__OID_EMAIL_ADDRESS,
    SMIME__OID_COUNT
} smime__oid;

/* @p content is what stands inside the OBJECT IDENTIFIER. */
smime__oid smime__oid_find(smime__view content);
smime__view smime__oid_bytes(smime__oid oid);
/* 1 when @p content is well formed: whole arcs, none with a leading zero. */
int smime__oid_check(smime__view content);
/* Adds the content for a dotted form; SMIME_E_INVALID_ARG when that is none. */
smime_status smime__oid_parse(smime__buf *to, const char *dotted);
/* Dotted form; "?" when the bytes are no identifier. */
smime_status smime__oid_format(smime__buf *to, smime__view content);

#endif
