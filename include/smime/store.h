/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file
 * Stores: which certificates are anchors, and which may stand on the way to one.
 */
#ifndef SMIME_STORE_H
#define SMIME_STORE_H

#include <smime/cert.h>

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

/** How many certificates are in the store, anchors included. @since 0.1 */
SMIME_API size_t smime_store_count(const smime_store *store);

#ifdef __cplusplus
}
#endif

#endif
