/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file
 * Certificate revocation lists: immutable objects over their exact bytes.
 *
 * A list says nothing by itself. Put it into a store, and smime_path_check() finds out whether it
 * is signed by whom it must be, is fresh, and speaks of the certificate asked about.
 */
#ifndef SMIME_CRL_H
#define SMIME_CRL_H

#include <smime/cert.h>
#include <smime/policy.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A revocation list (RFC 5280, 5), complete or delta. Counted and immutable: any thread may use
 * it at any time. */
typedef struct smime_crl smime_crl;

/** Why a certificate was revoked, RFC 5280, 5.3.1. */
enum {
    SMIME_REASON_UNSPECIFIED = 0,
    SMIME_REASON_KEY_COMPROMISE = 1,
    SMIME_REASON_CA_COMPROMISE = 2,
    SMIME_REASON_AFFILIATION_CHANGED = 3,
    SMIME_REASON_SUPERSEDED = 4,
    SMIME_REASON_CESSATION_OF_OPERATION = 5,
    SMIME_REASON_CERTIFICATE_HOLD = 6,
    SMIME_REASON_REMOVE_FROM_CRL = 8, /**< In a delta list: revoked no more. */
    SMIME_REASON_PRIVILEGE_WITHDRAWN = 9,
    SMIME_REASON_AA_COMPROMISE = 10
};

/**
 * Reads the first revocation list in @p data and sorts its entries.
 *
 * @param policy   Limits; NULL for the defaults.
 * @param data     DER, or PEM ("X509 CRL") with anything around it. Borrowed for the call.
 * @param len      Bytes at @p data; more than SMIME_LIMIT_CRL_BYTES for a list is refused.
 * @param ret_crl  Receives the list; give it back with smime_crl_unref().
 *
 * @retval SMIME_OK
 * @retval SMIME_E_CRL_SYNTAX  There is none, it is not strict DER, or bytes follow the DER.
 * @retval SMIME_E_LIMIT_REVOCATION, SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 *
 * Nothing is checked but the encoding: no signature, no date, no issuer. The object takes as much
 * memory as the list, 8 bytes for each entry, and the issuers that an indirect list names.
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_crl_new(const smime_policy *policy,
                                                      const void *data, size_t len,
                                                      smime_crl **ret_crl);

/** One reference more. Returns @p crl. NULL is allowed. @since 0.1 */
SMIME_API smime_crl *smime_crl_ref(smime_crl *crl);

/** One reference less; the last one frees. NULL is allowed. @since 0.1 */
SMIME_API void smime_crl_unref(smime_crl *crl);

/** The exact bytes, borrowed from @p crl; *ret_len receives their number. @since 0.1 */
SMIME_API const uint8_t *smime_crl_der(const smime_crl *crl, size_t *ret_len);

/**
 * One field as it stands in the bytes, borrowed.
 *
 * @param field    SMIME_FIELD_TBS, SMIME_FIELD_SIGNATURE_ALGORITHM, SMIME_FIELD_SIGNATURE,
 *                 SMIME_FIELD_ISSUER or SMIME_FIELD_AUTHORITY_KEY_ID, as for smime_cert_field().
 * @param ret_len  Receives the length; may be NULL.
 * @return NULL when the list has no such field.
 * @since 0.1
 */
SMIME_API const uint8_t *smime_crl_field(const smime_crl *crl, int32_t field, size_t *ret_len);

/** The issuer as RFC 4514 writes it, UTF-8, borrowed. @since 0.1 */
SMIME_API const char *smime_crl_issuer(const smime_crl *crl);

/** The SHA-256 hash of the bytes, 64 lower-case hexadecimal digits, borrowed. @since 0.1 */
SMIME_API const char *smime_crl_sha256(const smime_crl *crl);

/** When it was issued, seconds since 1970 UTC. @since 0.1 */
SMIME_API int64_t smime_crl_this_update(const smime_crl *crl);

/**
 * When the next one is due, seconds since 1970 UTC.
 *
 * @param ret_seconds  Receives it; left alone when the list does not say.
 * @return 1 when it says, else 0.
 * @since 0.1
 */
SMIME_API int32_t smime_crl_next_update(const smime_crl *crl, int64_t *ret_seconds);

/** The number of the list, lower-case hexadecimal, borrowed; NULL when it has none. @since 0.1 */
SMIME_API const char *smime_crl_number(const smime_crl *crl);

/** Of a delta list: the number of the complete list that it adds to, lower-case hexadecimal,
 * borrowed. NULL: this is a complete list. @since 0.1 */
SMIME_API const char *smime_crl_base_number(const smime_crl *crl);

/** 1 when the list also holds certificates of other issuers than its own. @since 0.1 */
SMIME_API int32_t smime_crl_indirect(const smime_crl *crl);

/** How many certificates are listed. @since 0.1 */
SMIME_API size_t smime_crl_count(const smime_crl *crl);

/**
 * Entry @p index, in ascending order of serial numbers.
 *
 * @param ret_serial  Receives the content of the INTEGER, borrowed from @p crl; may be NULL.
 * @param ret_len     Receives its length; may be NULL.
 * @param ret_time    Receives when it was revoked, seconds since 1970 UTC; may be NULL.
 * @param ret_reason  Receives SMIME_REASON_*; may be NULL.
 * @retval SMIME_OK, SMIME_E_NOT_FOUND (past the end), SMIME_E_INVALID_ARG
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_crl_entry(const smime_crl *crl, size_t index,
                                                        const uint8_t **ret_serial,
                                                        size_t *ret_len, int64_t *ret_time,
                                                        int32_t *ret_reason);

/**
 * Whether a certificate of this name and number stands in the list; in a delta list also with
 * SMIME_REASON_REMOVE_FROM_CRL. Nothing is proved by it: see smime_path_check() for that.
 *
 * @param ret_time    Receives when it was revoked; may be NULL.
 * @param ret_reason  Receives SMIME_REASON_*; may be NULL.
 * @return 1 or 0.
 * @since 0.1
 */
SMIME_API int32_t smime_crl_lists(const smime_crl *crl, const smime_cert *cert,
                                  int64_t *ret_time, int32_t *ret_reason);

/**
 * Extension @p index of the list, as smime_cert_extension() tells those of a certificate.
 *
 * @retval SMIME_OK, SMIME_E_NOT_FOUND (past the end), SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_crl_extension(const smime_crl *crl, size_t index,
                                                            char **ret_oid,
                                                            int32_t *ret_critical,
                                                            const uint8_t **ret_value,
                                                            size_t *ret_len);

#ifdef __cplusplus
}
#endif

#endif
