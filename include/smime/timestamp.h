/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file
 * Timestamps (RFC 3161, RFC 5816): a third party's word that something was there at a time.
 *
 * A signature is timestamped by asking for a token over its value - smime_report_signer_value() -
 * and adding that to the signer with smime_cms_editor_add_attribute() as SMIME_ATTRIBUTE_TIMESTAMP.
 * Who reads it finds the attribute, checks that the token covers the signature value and is itself
 * good, and may then ask for the verdict as of that time: smime_policy_set_time().
 */
#ifndef SMIME_TIMESTAMP_H
#define SMIME_TIMESTAMP_H

#include <smime/policy.h>
#include <smime/protect.h>
#include <smime/report.h>
#include <smime/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The unsigned attribute of a signer that holds tokens over its signature value. @since 0.1 */
#define SMIME_ATTRIBUTE_TIMESTAMP "1.2.840.113549.1.9.16.2.14"

/** A token. Counted and immutable. */
typedef struct smime_timestamp smime_timestamp;

/**
 * Makes a request for a timestamp of data (TimeStampReq, of type application/timestamp-query). It
 * carries a random nonce and asks for the certificate of the authority. Only the digest of the data
 * goes into it.
 *
 * @param digest   SMIME_DIGEST_*; 0 for SHA-256.
 * @param data     @p len bytes; NULL when that is 0.
 * @param policy   The authority's policy that is wanted, dotted; NULL for its own choice.
 * @param ret_der  Receives the request; give it back with smime_free().
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_UNSUPPORTED (a digest that the stack lacks),
 *         SMIME_E_RANDOM, SMIME_E_CRYPTO, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_timestamp_request(int32_t digest, const void *data,
                                                                size_t len, const char *policy,
                                                                uint8_t **ret_der,
                                                                size_t *ret_len);

/**
 * Reads a token: the answer of an authority (TimeStampResp), the token alone, or the value of
 * SMIME_ATTRIBUTE_TIMESTAMP as smime_report_attribute() gives it, of which the first token counts.
 * DER or BER. Nothing is verified.
 *
 * @param policy  Limits; NULL for the defaults.
 * @retval SMIME_OK
 * @retval SMIME_E_TIMESTAMP_REFUSED  An answer without a token: the authority refuses.
 * @retval SMIME_E_TIMESTAMP_SYNTAX   Neither of them, or malformed.
 * @retval SMIME_E_LIMIT_...          As smime_cms_decoder_buffer().
 * @retval SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_timestamp_new(const smime_policy *policy,
                                                            const void *data, size_t len,
                                                            smime_timestamp **ret_timestamp);

/** One reference more. Returns @p timestamp. NULL is allowed. @since 0.1 */
SMIME_API smime_timestamp *smime_timestamp_ref(smime_timestamp *timestamp);

/** One reference less; the last one frees. NULL is allowed. @since 0.1 */
SMIME_API void smime_timestamp_unref(smime_timestamp *timestamp);

/** The time, seconds since 1970 UTC; a fraction is cut off. 0 for NULL. @since 0.1 */
SMIME_API int64_t smime_timestamp_time(const smime_timestamp *timestamp);

/** By how much the time may be wrong, in microseconds; -1 when the token does not say.
 * @since 0.1 */
SMIME_API int64_t smime_timestamp_accuracy(const smime_timestamp *timestamp);

/** The serial number, hexadecimal; borrowed. @since 0.1 */
SMIME_API const char *smime_timestamp_serial(const smime_timestamp *timestamp);

/** The authority's policy, dotted; borrowed. @since 0.1 */
SMIME_API const char *smime_timestamp_policy(const smime_timestamp *timestamp);

/** The token by itself (a ContentInfo), to be kept; borrowed. @retval SMIME_OK, SMIME_E_INVALID_ARG
 * @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_timestamp_token(const smime_timestamp *timestamp,
                                                              const uint8_t **ret_der,
                                                              size_t *ret_len);

/** 1 when the token is about these bytes; 0 when not, or when its digest is too weak (SHA-1) or not
 * known. Says nothing of whose token it is. @since 0.1 */
SMIME_API int32_t smime_timestamp_covers(const smime_timestamp *timestamp, const void *data,
                                         size_t len);

/** 1 when the token answers that request of smime_timestamp_request(): the same digest and nonce,
 * and the policy that was asked for; else 0. @since 0.1 */
SMIME_API int32_t smime_timestamp_answers(const smime_timestamp *timestamp, const void *request,
                                          size_t len);

/**
 * Verifies a token: one signer, a good signature, a valid path for a certificate that is for
 * timestamps and for nothing else (RFC 3161, 2.3), and the attribute that binds it to that
 * certificate (RFC 5816).
 *
 * @param policy      The time at which the path has to be valid, limits, revocation; NULL for the
 *                    defaults.
 * @param store       Who is trusted; NULL for nobody.
 * @param ret_report  Receives the answer: the token is good when its summary is
 *                    SMIME_SUMMARY_VERIFIED. Give it back with smime_report_unref().
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_NOMEM, SMIME_E_LIMIT_...
 *
 * Not checked: what the token is about, see smime_timestamp_covers() and smime_timestamp_answers().
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_timestamp_check(const smime_timestamp *timestamp,
                                                              const smime_policy *policy,
                                                              smime_store *store,
                                                              smime_report **ret_report);

#ifdef __cplusplus
}
#endif

#endif
