/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file
 * Stores: which certificates are anchors, which may stand on the way to one, which are distrusted,
 * and what is known of revocation.
 *
 * A store also remembers results: signatures that it has seen to be good, and valid paths, within
 * bounds and while nothing is added to it. So keep one store for many messages.
 */
#ifndef SMIME_STORE_H
#define SMIME_STORE_H

#include <smime/ocsp.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Certificates for path building. Counted; any thread may use it at any time. */
typedef struct smime_store smime_store;

/**
 * Makes an empty store. An empty store trusts nobody.
 *
 * @param ret_store  Receives the store; give it back with smime_store_unref().
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_store_new(smime_store **ret_store);

/** One reference more. Returns @p store. NULL is allowed. @since 0.1 */
SMIME_API smime_store *smime_store_ref(smime_store *store);

/** One reference less; the last one frees. NULL is allowed. @since 0.1 */
SMIME_API void smime_store_unref(smime_store *store);

/**
 * Makes a certificate a trust anchor: this very certificate, not another one with its name and key.
 * It may be a root, an intermediate or a leaf. Its own validity, constraints and path length count
 * as those of any certificate. Issuers are found by name and proved by key.
 *
 * @param cert  A reference is taken.
 * @retval SMIME_OK (also when it is an anchor already), SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 *
 * Nothing of the certificate is checked here: adding it is the act of trust.
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_store_add_anchor(smime_store *store,
                                                               smime_cert *cert);

/**
 * Adds a certificate that may stand on a path, without any trust in it.
 *
 * @param cert  A reference is taken.
 * @retval SMIME_OK (also when it is there already), SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_store_add_cert(smime_store *store,
                                                             smime_cert *cert);

/**
 * Restricts an anchor to uses: it is no anchor for anything else. A second call replaces the
 * first.
 *
 * @param cert  An anchor of the store.
 * @param use   SMIME_USE_SIGN, SMIME_USE_ENCRYPT or both. A check that asks for SMIME_USE_ANY is
 *              not met by a restricted anchor.
 * @retval SMIME_OK, SMIME_E_NOT_FOUND (no such anchor), SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_store_restrict_use(smime_store *store,
                                                                 const smime_cert *cert,
                                                                 int32_t use);

/**
 * Restricts an anchor to e-mail addresses: a certificate below it, or the anchor itself when it is
 * the one asked about, may only name addresses that some call has permitted.
 *
 * @param cert     An anchor of the store.
 * @param address  "alice@example.org", that mailbox; "example.org", all mailboxes of that host;
 *                 ".example.org", of all hosts below it. The host as A-labels.
 * @retval SMIME_OK, SMIME_E_NOT_FOUND (no such anchor), SMIME_E_INVALID_ARG (no such form),
 *         SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_store_restrict_address(smime_store *store,
                                                                     const smime_cert *cert,
                                                                     const char *address);

/**
 * Restricts an anchor by name constraints, as if its certificate held them.
 *
 * @param cert  An anchor of the store.
 * @param der   A NameConstraints (RFC 5280, 4.2.1.10). Copied. Each call adds one more.
 * @param len   Bytes at @p der.
 * @retval SMIME_OK, SMIME_E_NOT_FOUND (no such anchor), SMIME_E_INVALID_ARG (no well-formed
 *         NameConstraints), SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_store_restrict_names(smime_store *store,
                                                                   const smime_cert *cert,
                                                                   const void *der, size_t len);

/**
 * Distrusts a certificate, and every other one with its name and key. No path leads over it, not
 * even when it is an anchor.
 *
 * @param cert  A reference is taken.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_store_add_distrusted(smime_store *store,
                                                                   smime_cert *cert);

/**
 * Adds a revocation list. It is used only where its signature is proved and its scope fits.
 *
 * @param crl  A reference is taken.
 * @retval SMIME_OK (also when it is there already), SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_store_add_crl(smime_store *store, smime_crl *crl);

/**
 * Adds an OCSP response. It is used only where its signature is proved.
 *
 * @param ocsp  A reference is taken.
 * @retval SMIME_OK (also when it is there already), SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_store_add_ocsp(smime_store *store,
                                                             smime_ocsp *ocsp);

/**
 * Makes the anchors of the system anchors of this store: those that GnuTLS finds, on most systems
 * the certification authorities of web browsers. They are a decision for whole systems, made for
 * the web; think before you let them vouch for mail.
 *
 * @param ret_count  Receives how many were added; may be NULL. Certificates that the strict
 *                   reader refuses are left out.
 * @retval SMIME_OK
 * @retval SMIME_E_NOT_FOUND  This system has no such list.
 * @retval SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 *
 * Reads files, or whatever the system's GnuTLS is configured for.
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_store_add_system_anchors(smime_store *store,
                                                                       size_t *ret_count);

/** How many certificates are in the store, anchors included. @since 0.1 */
SMIME_API size_t smime_store_count(const smime_store *store);

#ifdef __cplusplus
}
#endif

#endif
