/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file
 * Which certificate for an address: people have several, old ones and new ones, for signing and for
 * encryption. The choice says why each was taken or not.
 */
#ifndef SMIME_CHOICE_H
#define SMIME_CHOICE_H

#include <smime/known.h>
#include <smime/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The certificates of one address, best first. Counted and immutable. */
typedef struct smime_choice smime_choice;

/**
 * Looks at every certificate for an address that is at hand.
 *
 * Those that may be used come first: the one that its owner prefers, as @p known tells, then those that
 * begin to be valid later. A certificate may be used when it is for that use and valid now, its key is
 * long enough, and its path is valid; revocation counts as the policy says.
 *
 * @param store    Where certificates are, and whom to trust; NULL for none.
 * @param known    What was learned of people, and their certificates; NULL for nothing.
 * @param policy   Time, limits, algorithms, revocation; NULL for the defaults.
 * @param address  "alice@example.org".
 * @param use      SMIME_USE_SIGN or SMIME_USE_ENCRYPT.
 * @param ret_choice  Receives the choice; give it back with smime_choice_unref().
 * @retval SMIME_OK  Also when there is none that may be used: ask smime_choice_cert().
 * @retval SMIME_E_LIMIT_STEPS, SMIME_E_LIMIT_SIGNATURES, SMIME_E_LIMIT_NAMES
 * @retval SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_choice_new(smime_store *store,
                                                         const smime_known *known,
                                                         const smime_policy *policy,
                                                         const char *address, int32_t use,
                                                         smime_choice **ret_choice);

/** One reference more. Returns @p choice. NULL is allowed. Any thread. @since 0.1 */
SMIME_API smime_choice *smime_choice_ref(smime_choice *choice);

/** One reference less; the last one frees. NULL is allowed. Any thread. @since 0.1 */
SMIME_API void smime_choice_unref(smime_choice *choice);

/** The best one, borrowed; NULL when none may be used. @since 0.1 */
SMIME_API smime_cert *smime_choice_cert(const smime_choice *choice);

/** What came of it, one sentence. @since 0.1 */
SMIME_API const char *smime_choice_text(const smime_choice *choice);

/** How many certificates for the address there are. @since 0.1 */
SMIME_API size_t smime_choice_count(const smime_choice *choice);

/** Certificate @p index, best first, borrowed; NULL past the end. @since 0.1 */
SMIME_API smime_cert *smime_choice_candidate(const smime_choice *choice, size_t index);

/** "usable", "unsuitable" (its use, its time or its key), or the reason of its path (docs/json.md); NULL
 * past the end. @since 0.1 */
SMIME_API const char *smime_choice_reason(const smime_choice *choice, size_t index);

/** The same in a sentence. @since 0.1 */
SMIME_API const char *smime_choice_reason_text(const smime_choice *choice, size_t index);

#ifdef __cplusplus
}
#endif

#endif
