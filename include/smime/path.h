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
    /** Nothing was found wrong, but no anchor was found, or it is not known whether a certificate was
     * revoked and that must be known. */
    SMIME_PATH_INDETERMINATE = 3
};

/** What is known of the revocation of one certificate. More values may come. */
enum {
    SMIME_REVOKED_NOT_CHECKED = 0, /**< Nothing at hand speaks of it, or it was not looked at. */
    SMIME_REVOKED_GOOD = 1,        /**< It was not revoked. */
    SMIME_REVOKED_YES = 2,         /**< It was revoked, or is on hold. */
    SMIME_REVOKED_UNKNOWN = 3      /**< What is at hand does not decide it: see
                                        smime_path_revocation_text(). */
};

/** Where a state of revocation comes from. More values may come. */
enum { SMIME_SOURCE_NONE = 0, SMIME_SOURCE_CRL = 1, SMIME_SOURCE_OCSP = 2 };

/**
 * Builds and validates a path from a certificate to an anchor: RFC 5280, 6.1 (signature, validity,
 * name chaining, CA, path length, key usage, extended key usage, name constraints, policies as in
 * RFC 9618, unknown critical extensions), revocation by lists (6.3) and OCSP (RFC 6960), and the
 * e-mail rules of RFC 8550. Where several paths are possible, one that is valid is found.
 *
 * @param store     Anchors and other certificates; NULL for none.
 * @param policy    Time, limits, algorithms, revocation, certificate policies; NULL for the
 *                  defaults.
 * @param cert      The certificate asked about.
 * @param use       SMIME_USE_SIGN, SMIME_USE_ENCRYPT, both, or SMIME_USE_ANY.
 * @param email     An address that the certificate must be for; NULL for none.
 * @param ret_path  Receives the answer; give it back with smime_path_unref().
 *
 * @retval SMIME_OK  There is an answer: ask smime_path_status().
 * @retval SMIME_E_LIMIT_STEPS, SMIME_E_LIMIT_SIGNATURES, SMIME_E_LIMIT_NAMES  The budget was
 *         spent: no answer.
 * @retval SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 *
 * Nothing is fetched: revocation is known from what is in the store. With
 * SMIME_REVOCATION_USE, the default, a certificate of which nothing is known passes as "not
 * checked". A valid path is remembered in the store.
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

/** The anchor that a valid path ends at, borrowed; NULL when the path is not valid. @since 0.1 */
SMIME_API smime_cert *smime_path_anchor(const smime_path *path);

/** State of revocation of certificate @p index: SMIME_REVOKED_*. An anchor's is not checked: to
 * distrust one, see smime_store_add_distrusted(). @since 0.1 */
SMIME_API int32_t smime_path_revocation(const smime_path *path, size_t index);

/** Where that is known from: SMIME_SOURCE_*. @since 0.1 */
SMIME_API int32_t smime_path_revocation_source(const smime_path *path, size_t index);

/** One sentence for people about it, UTF-8, borrowed; "" past the end. @since 0.1 */
SMIME_API const char *smime_path_revocation_text(const smime_path *path, size_t index);

/**
 * When the source of the state was issued, and when a newer one is due.
 *
 * @param ret_this  Receives thisUpdate, seconds since 1970 UTC; may be NULL.
 * @param ret_next  Receives nextUpdate; may be NULL.
 * @return 2 when both are known, 1 when there is no nextUpdate, 0 when there is no source.
 * @since 0.1
 */
SMIME_API int32_t smime_path_revocation_times(const smime_path *path, size_t index,
                                              int64_t *ret_this, int64_t *ret_next);

/**
 * When and why certificate @p index was revoked.
 *
 * @param ret_time    Receives the time, seconds since 1970 UTC; may be NULL.
 * @param ret_reason  Receives SMIME_REASON_*; may be NULL.
 * @return 1 when it was revoked, else 0.
 * @since 0.1
 */
SMIME_API int32_t smime_path_revoked(const smime_path *path, size_t index, int64_t *ret_time,
                                     int32_t *ret_reason);

/** How many attempts failed, the first 16 of them; when no path is valid, the one that the answer
 * tells of is among them. An address that does not fit is no attempt. @since 0.1 */
SMIME_API size_t smime_path_tried_count(const smime_path *path);

/** The stable code of failed attempt @p index, as smime_path_reason() has them; NULL past the
 * end. @since 0.1 */
SMIME_API const char *smime_path_tried_reason(const smime_path *path, size_t index);

/** The same as one sentence for people, UTF-8, borrowed; NULL past the end. @since 0.1 */
SMIME_API const char *smime_path_tried_text(const smime_path *path, size_t index);

/** How many certificates that attempt had, the one asked about included. @since 0.1 */
SMIME_API size_t smime_path_tried_length(const smime_path *path, size_t index);

/** The last certificate of that attempt, borrowed; NULL past the end. @since 0.1 */
SMIME_API smime_cert *smime_path_tried_cert(const smime_path *path, size_t index);

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
