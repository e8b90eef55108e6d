/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file
 * Certificate paths: the answer about one certificate.
 */
#ifndef SMIME_PATH_H
#define SMIME_PATH_H

#include <smime/key.h>
#include <smime/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The answer of a path check. Counted and immutable. */
typedef struct smime_path smime_path;

enum {
    SMIME_PATH_VALID = 1,
    SMIME_PATH_INVALID = 2,
    /** Nothing was found wrong, and no anchor was found either. */
    SMIME_PATH_INDETERMINATE = 3
};

/** State of revocation of one certificate. More values come with later releases. */
enum { SMIME_REVOKED_NOT_CHECKED = 0 };

/**
 * Builds and validates a path from a certificate to an anchor: RFC 5280 6.1 (signature, validity,
 * name chaining, CA, path length, key usage, extended key usage, unknown critical extensions) and
 * the e-mail rules of RFC 8550.
 *
 * @param store     Anchors and other certificates; NULL for none.
 * @param policy    Time, limits, algorithms; NULL for the defaults.
 * @param cert      The certificate asked about.
 * @param use       SMIME_USE_SIGN, SMIME_USE_ENCRYPT, both, or SMIME_USE_ANY.
 * @param email     An address that the certificate must be for; NULL for none.
 * @param ret_path  Receives the answer; give it back with smime_path_unref().
 *
 * @retval SMIME_OK  There is an answer: ask smime_path_status().
 * @retval SMIME_E_LIMIT_STEPS, SMIME_E_LIMIT_SIGNATURES  The budget was spent: no answer.
 * @retval SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 *
 * Not checked in this release: revocation (it reads "not checked"). A path on which a
 * certificate holds nameConstraints, policyConstraints or inhibitAnyPolicy is invalid for that
 * reason until those are evaluated.
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_path_check(smime_store *store,
                                                         const smime_policy *policy,
                                                         smime_cert *cert, int32_t use,
                                                         const char *email,
                                                         smime_path **ret_path);

/** One reference more. Returns @p path. NULL is allowed. @since 0.1 */
SMIME_API smime_path *smime_path_ref(smime_path *path);

/** One reference less; the last one frees. NULL is allowed. @since 0.1 */
SMIME_API void smime_path_unref(smime_path *path);

/** SMIME_PATH_*. @since 0.1 */
SMIME_API int32_t smime_path_status(const smime_path *path);

/** 1 when the path is valid, else 0. @since 0.1 */
SMIME_API int32_t smime_path_valid(const smime_path *path);

/** A stable code such as "expired" or "no-anchor"; "valid" when it is. Constant. @since 0.1 */
SMIME_API const char *smime_path_reason(const smime_path *path);

/** One sentence for people, UTF-8, borrowed. @since 0.1 */
SMIME_API const char *smime_path_text(const smime_path *path);

/** How many certificates the path has: the one asked about first, the anchor last. Of an invalid
 * path, the one that came furthest. @since 0.1 */
SMIME_API size_t smime_path_count(const smime_path *path);

/** Certificate @p index, borrowed; NULL past the end. @since 0.1 */
SMIME_API smime_cert *smime_path_cert(const smime_path *path, size_t index);

/** The index of the certificate at fault, or -1. @since 0.1 */
SMIME_API int32_t smime_path_fault(const smime_path *path);

/** State of revocation of certificate @p index: SMIME_REVOKED_*. @since 0.1 */
SMIME_API int32_t smime_path_revocation(const smime_path *path, size_t index);

/** Size of the user-constrained policy set. @since 0.1 */
SMIME_API size_t smime_path_policy_count(const smime_path *path);

/** Policy @p index as a dotted object identifier, borrowed; NULL past the end. anyPolicy is
 * "2.5.29.32.0". @since 0.1 */
SMIME_API const char *smime_path_policy(const smime_path *path, size_t index);

/** How many path building steps were made. @since 0.1 */
SMIME_API uint64_t smime_path_steps(const smime_path *path);

/** How many signatures were checked. @since 0.1 */
SMIME_API uint64_t smime_path_signatures(const smime_path *path);

#ifdef __cplusplus
}
#endif

#endif
