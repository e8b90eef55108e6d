/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file
 * Certificates: immutable objects over their exact bytes.
 */
#ifndef SMIME_CERT_H
#define SMIME_CERT_H

#include <smime/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A certificate (RFC 5280). Counted and immutable: any thread may use it at any time. */
typedef struct smime_cert smime_cert;

/**
 * Reads the first certificate in @p data.
 *
 * @param data      DER, or PEM with anything around it. Borrowed for the call.
 * @param len       Bytes at @p data; more than 1 MiB for one certificate is refused.
 * @param ret_cert  Receives the certificate; give it back with smime_cert_unref().
 *
 * @retval SMIME_OK
 * @retval SMIME_E_CERT_SYNTAX   There is none, it is not strict DER, or bytes follow the DER.
 * @retval SMIME_E_LIMIT_OBJECT, SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 *
 * Nothing is checked but the encoding: no signature, no date, no name.
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cert_new(const void *data, size_t len,
                                                       smime_cert **ret_cert);

/** One reference more. Returns @p cert. NULL is allowed. @since 0.1 */
SMIME_API smime_cert *smime_cert_ref(smime_cert *cert);

/** One reference less; the last one frees. NULL is allowed. @since 0.1 */
SMIME_API void smime_cert_unref(smime_cert *cert);

/** The exact bytes, borrowed from @p cert; *ret_len receives their number. @since 0.1 */
SMIME_API const uint8_t *smime_cert_der(const smime_cert *cert, size_t *ret_len);

/** The subject as RFC 4514 writes it, UTF-8, borrowed. @since 0.1 */
SMIME_API const char *smime_cert_subject(const smime_cert *cert);

/** The issuer as RFC 4514 writes it, UTF-8, borrowed. @since 0.1 */
SMIME_API const char *smime_cert_issuer(const smime_cert *cert);

/** The serial number in lower-case hexadecimal, two digits a byte, borrowed. @since 0.1 */
SMIME_API const char *smime_cert_serial(const smime_cert *cert);

/** The SHA-256 hash of the bytes, 64 lower-case hexadecimal digits, borrowed. @since 0.1 */
SMIME_API const char *smime_cert_sha256(const smime_cert *cert);

/** First second of validity, since 1970 UTC. @since 0.1 */
SMIME_API int64_t smime_cert_not_before(const smime_cert *cert);

/** Last second of validity, since 1970 UTC. @since 0.1 */
SMIME_API int64_t smime_cert_not_after(const smime_cert *cert);

/**
 * How many e-mail addresses the certificate is for: the rfc822Name and SmtpUTF8Mailbox entries
 * of subjectAltName; where there is none, emailAddress in the subject.
 *
 * @since 0.1
 */
SMIME_API size_t smime_cert_email_count(const smime_cert *cert);

/** Address @p index as UTF-8, borrowed; NULL past the end. @since 0.1 */
SMIME_API const char *smime_cert_email(const smime_cert *cert, size_t index);

/**
 * How well the certificate is for an address.
 *
 * @param address  local-part@domain, UTF-8.
 * @return 1 when it is: domains compared without case and with A-labels and U-labels equal, local
 *         parts the same. 2 when the local parts differ in ASCII case alone, which RFC 8550, 3
 *         lets pass. 0 when it is not, or an argument is NULL.
 * @since 0.1
 */
SMIME_API int32_t smime_cert_is_for(const smime_cert *cert, const char *address);

/** Fields that smime_cert_field() and smime_crl_field() tell. More may come. */
enum {
    SMIME_FIELD_TBS = 1,                 /**< What is signed, a whole element. */
    SMIME_FIELD_SIGNATURE_ALGORITHM = 2, /**< An AlgorithmIdentifier. */
    SMIME_FIELD_SIGNATURE = 3,           /**< The bytes of the BIT STRING. */
    SMIME_FIELD_SERIAL = 4,              /**< The content of the INTEGER. */
    SMIME_FIELD_ISSUER = 5,              /**< A Name. */
    SMIME_FIELD_SUBJECT = 6,             /**< A Name. */
    SMIME_FIELD_PUBLIC_KEY = 7,          /**< A SubjectPublicKeyInfo. */
    SMIME_FIELD_SUBJECT_KEY_ID = 8,      /**< The content of the OCTET STRING. */
    SMIME_FIELD_AUTHORITY_KEY_ID = 9     /**< The keyIdentifier of authorityKeyIdentifier. */
};

/**
 * One field as it stands in the bytes, borrowed from @p cert.
 *
 * @param field    SMIME_FIELD_*.
 * @param ret_len  Receives the length; may be NULL.
 * @return NULL when the certificate has no such field.
 * @since 0.1
 */
SMIME_API const uint8_t *smime_cert_field(const smime_cert *cert, int32_t field,
                                          size_t *ret_len);

/** The version: 1, 2 or 3. @since 0.1 */
SMIME_API int32_t smime_cert_version(const smime_cert *cert);

/** The kind of public key: "rsa", "rsa-pss", "rsa-oaep", "ecdsa" (an elliptic curve for whatever
 * use), "ed25519", "ed448", "x25519", "x448", "dsa"; "unknown" for all others and for keys that
 * are malformed. Constant. @since 0.1 */
SMIME_API const char *smime_cert_key_kind(const smime_cert *cert);

/** The size of the public key in bits; 0 when unknown. @since 0.1 */
SMIME_API uint32_t smime_cert_key_bits(const smime_cert *cert);

/** Bits of keyUsage, RFC 5280, 4.2.1.3. */
enum {
    SMIME_KEY_USAGE_DIGITAL_SIGNATURE = 1,
    SMIME_KEY_USAGE_NON_REPUDIATION = 2,
    SMIME_KEY_USAGE_KEY_ENCIPHERMENT = 4,
    SMIME_KEY_USAGE_DATA_ENCIPHERMENT = 8,
    SMIME_KEY_USAGE_KEY_AGREEMENT = 16,
    SMIME_KEY_USAGE_CERT_SIGN = 32,
    SMIME_KEY_USAGE_CRL_SIGN = 64,
    SMIME_KEY_USAGE_ENCIPHER_ONLY = 128,
    SMIME_KEY_USAGE_DECIPHER_ONLY = 256
};

/** SMIME_KEY_USAGE_* bits; -1 when the extension is absent, which allows every use. @since 0.1 */
SMIME_API int32_t smime_cert_key_usage(const smime_cert *cert);

/** 1 when basicConstraints says that it may issue certificates, else 0. @since 0.1 */
SMIME_API int32_t smime_cert_is_ca(const smime_cert *cert);

/** How many CAs may stand below it; -1 when nothing limits that. @since 0.1 */
SMIME_API int32_t smime_cert_path_length(const smime_cert *cert);

/** Lists that smime_cert_item() tells. More may come. */
enum {
    SMIME_ITEM_PURPOSE = 1,    /**< extKeyUsage: object identifiers. */
    SMIME_ITEM_POLICY = 2,     /**< certificatePolicies: object identifiers. */
    SMIME_ITEM_NAME = 3,       /**< subjectAltName: "rfc822:alice@example.org", "dns:...",
                                    "uri:...", "ip:...", "directory:CN=...", "other:OID:...",
                                    "registered-id:OID". */
    SMIME_ITEM_CRL = 4,        /**< URIs of complete revocation lists. */
    SMIME_ITEM_DELTA_CRL = 5,  /**< URIs of delta revocation lists (freshestCRL). */
    SMIME_ITEM_OCSP = 6,       /**< URIs of OCSP responders. */
    SMIME_ITEM_ISSUER = 7,     /**< URIs of certificates of the issuer. */
    SMIME_ITEM_PERMITTED = 8,  /**< nameConstraints: permitted subtrees, written as names. */
    SMIME_ITEM_EXCLUDED = 9    /**< nameConstraints: excluded subtrees. */
};

/**
 * Entry @p index of one of the lists that a certificate holds.
 *
 * @param list      SMIME_ITEM_*.
 * @param ret_text  Receives UTF-8 text; give it back with smime_free().
 * @retval SMIME_OK, SMIME_E_NOT_FOUND (past the end), SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 *
 * What stands there was written by whoever made the certificate: a URI may point anywhere, also
 * into the network of the one who follows it.
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cert_item(const smime_cert *cert, int32_t list,
                                                        size_t index, char **ret_text);

/**
 * Extension @p index as it stands.
 *
 * @param ret_oid       Receives the dotted object identifier, to be given back with smime_free();
 *                      may be NULL.
 * @param ret_critical  Receives 1 or 0; may be NULL.
 * @param ret_value     Receives what stands inside the OCTET STRING, borrowed; may be NULL.
 * @param ret_len       Receives its length; may be NULL.
 * @retval SMIME_OK, SMIME_E_NOT_FOUND (past the end), SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cert_extension(const smime_cert *cert,
                                                             size_t index, char **ret_oid,
                                                             int32_t *ret_critical,
                                                             const uint8_t **ret_value,
                                                             size_t *ret_len);

#ifdef __cplusplus
}
#endif

#endif
