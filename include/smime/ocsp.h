/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file
 * OCSP (RFC 6960): requests to send, and responses as immutable objects over their exact bytes.
 *
 * This library opens no connection. A program that wants an answer makes a request, sends it to
 * where SMIME_ITEM_OCSP of smime_cert_item() points, and puts the response into a store. smime_path_check() then
 * finds out whether it is signed by whom it must be, is fresh, and speaks of the certificate.
 */
#ifndef SMIME_OCSP_H
#define SMIME_OCSP_H

#include <smime/crl.h>

#ifdef __cplusplus
extern "C" {
#endif

/** An OCSP response. Counted and immutable: any thread may use it at any time. */
typedef struct smime_ocsp smime_ocsp;

/** What a response says of a certificate. */
enum { SMIME_OCSP_GOOD = 0, SMIME_OCSP_REVOKED = 1, SMIME_OCSP_UNKNOWN = 2 };

/**
 * Reads one response.
 *
 * @param policy    Limits; NULL for the defaults.
 * @param data      DER, or PEM ("OCSP RESPONSE") with anything around it. Borrowed for the call.
 * @param len       Bytes at @p data; more than SMIME_LIMIT_OBJECT_BYTES is refused.
 * @param ret_ocsp  Receives the response; give it back with smime_ocsp_unref().
 *
 * @retval SMIME_OK  Also when the responder only tells that it has no answer: see
 *                   smime_ocsp_responder_status().
 * @retval SMIME_E_OCSP_SYNTAX  It is no response, not strict DER, or bytes follow.
 * @retval SMIME_E_UNSUPPORTED  A response of another type than id-pkix-ocsp-basic.
 * @retval SMIME_E_LIMIT_REVOCATION  More single responses or certificates than
 *                   SMIME_LIMIT_OCSP_SINGLES and SMIME_LIMIT_OCSP_CERTS allow.
 * @retval SMIME_E_LIMIT_OBJECT, SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 *
 * Nothing is checked but the encoding: no signature, no date, no responder.
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_ocsp_new(const smime_policy *policy,
                                                       const void *data, size_t len,
                                                       smime_ocsp **ret_ocsp);

/** One reference more. Returns @p ocsp. NULL is allowed. @since 0.1 */
SMIME_API smime_ocsp *smime_ocsp_ref(smime_ocsp *ocsp);

/** One reference less; the last one frees. NULL is allowed. @since 0.1 */
SMIME_API void smime_ocsp_unref(smime_ocsp *ocsp);

/** The exact bytes, borrowed from @p ocsp; *ret_len receives their number. @since 0.1 */
SMIME_API const uint8_t *smime_ocsp_der(const smime_ocsp *ocsp, size_t *ret_len);

/** OCSPResponseStatus: 0 successful, 1 malformedRequest, 2 internalError, 3 tryLater,
 * 5 sigRequired, 6 unauthorized. Anything but 0 holds no answer. @since 0.1 */
SMIME_API int32_t smime_ocsp_responder_status(const smime_ocsp *ocsp);

/** When it was signed, seconds since 1970 UTC; 0 without an answer. @since 0.1 */
SMIME_API int64_t smime_ocsp_produced_at(const smime_ocsp *ocsp);

/** The nonce that it gives back, borrowed; NULL when it has none. Compare it with the one of the
 * request: smime_path_check() cannot know that. @since 0.1 */
SMIME_API const uint8_t *smime_ocsp_nonce(const smime_ocsp *ocsp, size_t *ret_len);

/** How many certificates it answers for. @since 0.1 */
SMIME_API size_t smime_ocsp_count(const smime_ocsp *ocsp);

/** SMIME_OCSP_* of answer @p index; SMIME_OCSP_UNKNOWN past the end. @since 0.1 */
SMIME_API int32_t smime_ocsp_state(const smime_ocsp *ocsp, size_t index);

/** The content of the serial number of answer @p index, borrowed; NULL past the end. @since 0.1 */
SMIME_API const uint8_t *smime_ocsp_serial(const smime_ocsp *ocsp, size_t index, size_t *ret_len);

/**
 * When answer @p index was known to be true, and when a newer one is due.
 *
 * @param ret_this  Receives thisUpdate, seconds since 1970 UTC; may be NULL.
 * @param ret_next  Receives nextUpdate; may be NULL.
 * @return 2 when both are known, 1 when there is no nextUpdate, 0 past the end.
 * @since 0.1
 */
SMIME_API int32_t smime_ocsp_times(const smime_ocsp *ocsp, size_t index, int64_t *ret_this,
                                   int64_t *ret_next);

/**
 * When and why, of an answer that says "revoked".
 *
 * @return 1, or 0 when it does not say so.
 * @since 0.1
 */
SMIME_API int32_t smime_ocsp_revoked(const smime_ocsp *ocsp, size_t index, int64_t *ret_time,
                                     int32_t *ret_reason);

/**
 * Makes a request for one certificate (RFC 6960, 4.1; RFC 8954 for the nonce).
 *
 * @param cert       Whom to ask about.
 * @param issuer     The certificate of its issuer.
 * @param digest     "sha1", which RFC 5019 asks for and every responder knows, or "sha256".
 * @param nonce      Bytes to be given back; NULL for none.
 * @param nonce_len  1 to 32.
 * @param ret_der    Receives the request; give it back with smime_free().
 * @param ret_len    Receives its length.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_ocsp_request(const smime_cert *cert,
                                                           const smime_cert *issuer,
                                                           const char *digest,
                                                           const void *nonce, size_t nonce_len,
                                                           uint8_t **ret_der, size_t *ret_len);

#ifdef __cplusplus
}
#endif

#endif
