/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file
 * Private keys, identities, and the bag that reads them from files.
 */
#ifndef SMIME_KEY_H
#define SMIME_KEY_H

#include <smime/ocsp.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A private key with its certificate, and the certificates that lead towards an anchor.
 * Counted and immutable: any thread may use it at any time. */
typedef struct smime_identity smime_identity;

/** What files hold: certificates, identities, revocation lists and OCSP responses. One thread at a
 * time. */
typedef struct smime_bag smime_bag;

/** What a certificate is to be used for; bits. */
enum {
    SMIME_USE_ANY = 0,
    SMIME_USE_SIGN = 1,
    SMIME_USE_ENCRYPT = 2
};

/**
 * Makes an identity from parts.
 *
 * @param cert          The certificate; a reference is taken.
 * @param key           The private key in PKCS#8 or an older form, DER or PEM. Borrowed.
 * @param key_len       Bytes at @p key.
 * @param password      For an encrypted key; NULL for none.
 * @param ret_identity  Receives the identity; give it back with smime_identity_unref().
 *
 * @retval SMIME_OK
 * @retval SMIME_E_KEY_SYNTAX    No readable key.
 * @retval SMIME_E_PASSWORD      The key is encrypted and the password does not fit.
 * @retval SMIME_E_KEY_MISMATCH  The key does not belong to the certificate.
 * @retval SMIME_E_LIMIT_ITERATIONS  The key asks for more than 2,000,000 iterations.
 * @retval SMIME_E_UNSUPPORTED, SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_identity_new(smime_cert *cert, const void *key,
                                                           size_t key_len, const char *password,
                                                           smime_identity **ret_identity);

/** One reference more. Returns @p identity. NULL is allowed. @since 0.1 */
SMIME_API smime_identity *smime_identity_ref(smime_identity *identity);

/** One reference less; the last one frees and wipes. NULL is allowed. @since 0.1 */
SMIME_API void smime_identity_unref(smime_identity *identity);

/** The certificate, borrowed from @p identity. @since 0.1 */
SMIME_API smime_cert *smime_identity_cert(const smime_identity *identity);

/**
 * Whether the identity can be used at a moment: the kind of key, the key usage and the extended
 * key usage of RFC 8550 4.4, and the validity of its certificate.
 *
 * @param use       SMIME_USE_SIGN or SMIME_USE_ENCRYPT.
 * @param seconds   The moment, since 1970 UTC.
 * @param ret_text  Receives, when it cannot, one sentence why (constant); may be NULL.
 * @return 1 or 0.
 * @since 0.1
 */
SMIME_API int32_t smime_identity_usable(const smime_identity *identity, int32_t use,
                                        int64_t seconds, const char **ret_text);

/**
 * Makes an empty bag.
 *
 * @param policy   Limits; NULL for the defaults. Copied.
 * @param ret_bag  Receives the bag; give it back with smime_bag_free().
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_bag_new(const smime_policy *policy,
                                                      smime_bag **ret_bag);

/** Frees a bag; what was taken out with a reference stays. NULL is allowed. @since 0.1 */
SMIME_API void smime_bag_free(smime_bag *bag);

/**
 * Adds a password that is tried on everything added afterwards. No password and the empty one
 * are always tried.
 *
 * @param password  NUL-terminated UTF-8, copied and wiped with the bag.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_bag_add_password(smime_bag *bag,
                                                               const char *password);

/**
 * Adds what a file holds: PEM or DER with any number of certificates, private keys (PKCS#8, also
 * encrypted), PKCS#12, revocation lists and OCSP responses. Keys find their certificates across
 * all that was added.
 *
 * @param data  Borrowed for the call.
 * @param len   Bytes at @p data.
 *
 * @retval SMIME_OK
 * @retval SMIME_E_NOT_FOUND     There is nothing of these kinds.
 * @retval SMIME_E_CERT_SYNTAX, SMIME_E_KEY_SYNTAX, SMIME_E_CRL_SYNTAX, SMIME_E_OCSP_SYNTAX
 *                               All that is there is malformed, or a private key is. A malformed
 *                               object among good ones is left out and counted.
 * @retval SMIME_E_PASSWORD      No password fits.
 * @retval SMIME_E_LIMIT_ITERATIONS, SMIME_E_LIMIT_CERTS, SMIME_E_LIMIT_OBJECT,
 *         SMIME_E_LIMIT_REVOCATION
 * @retval SMIME_E_UNSUPPORTED, SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 *
 * On any error the bag is as it was, and smime_bag_error_text() tells more.
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_bag_add(smime_bag *bag, const void *data,
                                                      size_t len);

/** What went wrong in the last call, one sentence, borrowed. @since 0.1 */
SMIME_API const char *smime_bag_error_text(const smime_bag *bag);

/** How many different certificates. @since 0.1 */
SMIME_API size_t smime_bag_cert_count(const smime_bag *bag);

/** Certificate @p index in the order in which they came, borrowed; NULL past the end.
 * @since 0.1 */
SMIME_API smime_cert *smime_bag_cert(const smime_bag *bag, size_t index);

/** How many certificates have found their key; after a renewal one key serves several.
 * @since 0.1 */
SMIME_API size_t smime_bag_identity_count(const smime_bag *bag);

/** Identity @p index, borrowed; NULL past the end. Its chain is all other certificates of the
 * bag, of which a signature carries those that lead from the signer upwards. @since 0.1 */
SMIME_API smime_identity *smime_bag_identity(const smime_bag *bag, size_t index);

/** How many keys have no certificate. @since 0.1 */
SMIME_API size_t smime_bag_orphan_count(const smime_bag *bag);

/** How many certificates, revocation lists and OCSP responses were malformed and left out, where
 * others of the same file could be read. @since 0.1 */
SMIME_API size_t smime_bag_skipped_count(const smime_bag *bag);

/** How many different revocation lists. @since 0.1 */
SMIME_API size_t smime_bag_crl_count(const smime_bag *bag);

/** Revocation list @p index in the order in which they came, borrowed; NULL past the end.
 * @since 0.1 */
SMIME_API smime_crl *smime_bag_crl(const smime_bag *bag, size_t index);

/** How many different OCSP responses. @since 0.1 */
SMIME_API size_t smime_bag_ocsp_count(const smime_bag *bag);

/** OCSP response @p index in the order in which they came, borrowed; NULL past the end.
 * @since 0.1 */
SMIME_API smime_ocsp *smime_bag_ocsp(const smime_bag *bag, size_t index);

#ifdef __cplusplus
}
#endif

#endif
