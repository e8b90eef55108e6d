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

#ifdef __cplusplus
}
#endif

#endif
