/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file
 * Lint: what a certificate for mail departs from, told as warnings.
 *
 * The yardstick are the CA/Browser Forum's "Baseline Requirements for the Issuance and Management
 * of Publicly-Trusted S/MIME Certificates", version 1.0.12. They bind certification authorities
 * that are trusted by the public; a private one may do otherwise with good reason. So lint never
 * decides about trust: smime_path_check() does, and does not look here.
 */
#ifndef SMIME_LINT_H
#define SMIME_LINT_H

#include <smime/cert.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What was found in one certificate. Counted and immutable: any thread may use it. */
typedef struct smime_lint smime_lint;

/** Whose identity the issuer has checked, by the certificate's reserved policy (7.1.6.1). */
enum {
    SMIME_LINT_TYPE_NONE = 0, /**< No reserved policy, or several. */
    SMIME_LINT_TYPE_MAILBOX = 1,
    SMIME_LINT_TYPE_ORGANIZATION = 2,
    SMIME_LINT_TYPE_SPONSOR = 3,
    SMIME_LINT_TYPE_INDIVIDUAL = 4
};

/** Which generation of rules it is made by. */
enum {
    SMIME_LINT_GENERATION_NONE = 0,
    SMIME_LINT_GENERATION_LEGACY = 1,
    SMIME_LINT_GENERATION_MULTIPURPOSE = 2,
    SMIME_LINT_GENERATION_STRICT = 3
};

/**
 * Looks at an end-entity certificate. One without a reserved policy is held to the rules that all
 * types share, in the multipurpose generation.
 *
 * @param cert      The certificate; a reference is not kept.
 * @param ret_lint  Receives what was found; give it back with smime_lint_unref().
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 *
 * Not checked: what only the issuer can know (how names were validated), contents of policy
 * qualifiers and of Legal Entity Identifiers, registration schemes.
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_lint_new(const smime_cert *cert,
                                                       smime_lint **ret_lint);

/** One reference more. Returns @p lint. NULL is allowed. @since 0.1 */
SMIME_API smime_lint *smime_lint_ref(smime_lint *lint);

/** One reference less; the last one frees. NULL is allowed. @since 0.1 */
SMIME_API void smime_lint_unref(smime_lint *lint);

/** SMIME_LINT_TYPE_*. @since 0.1 */
SMIME_API int32_t smime_lint_type(const smime_lint *lint);

/** SMIME_LINT_GENERATION_*. @since 0.1 */
SMIME_API int32_t smime_lint_generation(const smime_lint *lint);

/** How many warnings there are. @since 0.1 */
SMIME_API size_t smime_lint_count(const smime_lint *lint);

/** The stable name of the rule of warning @p index, such as "key-usage-missing". Constant; NULL
 * past the end. @since 0.1 */
SMIME_API const char *smime_lint_rule(const smime_lint *lint, size_t index);

/** The section of the requirements, such as "7.1.2.3 e". Constant; NULL past the end.
 * @since 0.1 */
SMIME_API const char *smime_lint_section(const smime_lint *lint, size_t index);

/** 1 when the section says SHALL, 0 when it says SHOULD. @since 0.1 */
SMIME_API int32_t smime_lint_is_required(const smime_lint *lint, size_t index);

/** One English sentence about it. Constant; NULL past the end. @since 0.1 */
SMIME_API const char *smime_lint_text(const smime_lint *lint, size_t index);

#ifdef __cplusplus
}
#endif

#endif
