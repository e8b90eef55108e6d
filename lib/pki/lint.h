/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef SMIME_PKI_LINT_H
#define SMIME_PKI_LINT_H

#include "pki/cert.h"

#include <smime/lint.h>

/* Every rule, in the order of the table in lint.c. */
typedef enum smime__lint_rule {
    SMIME__LINT_VERSION,
    SMIME__LINT_SERIAL,
    SMIME__LINT_VALIDITY,
    SMIME__LINT_KEY_ENCODING,
    SMIME__LINT_KEY_SIZE,
    SMIME__LINT_SIGNATURE_ENCODING,
    SMIME__LINT_POLICIES_MISSING,
    SMIME__LINT_POLICY_NOT_RESERVED,
    SMIME__LINT_POLICY_SEVERAL,
    SMIME__LINT_POLICIES_CRITICAL,
    SMIME__LINT_LEGACY,
    SMIME__LINT_CRL_MISSING,
    SMIME__LINT_CRL_SCHEME,
    SMIME__LINT_CRL_CRITICAL,
    SMIME__LINT_ACCESS_MISSING,
    SMIME__LINT_ACCESS_CRITICAL,
    SMIME__LINT_ACCESS_SCHEME,
    SMIME__LINT_ISSUER_URI_MISSING,
    SMIME__LINT_CA,
    SMIME__LINT_PATH_LENGTH,
    SMIME__LINT_KEY_USAGE_MISSING,
    SMIME__LINT_KEY_USAGE_NOT_CRITICAL,
    SMIME__LINT_KEY_USAGE_BITS,
    SMIME__LINT_EKU_MISSING,
    SMIME__LINT_EKU_NO_EMAIL,
    SMIME__LINT_EKU_FORBIDDEN,
    SMIME__LINT_EKU_OTHER,
    SMIME__LINT_AKI_MISSING,
    SMIME__LINT_AKI_CRITICAL,
    SMIME__LINT_AKI_NO_KEY,
    SMIME__LINT_AKI_ISSUER,
    SMIME__LINT_NAMES_MISSING,
    SMIME__LINT_NAMES_CRITICAL,
    SMIME__LINT_NAMES_NOT_CRITICAL,
    SMIME__LINT_NAMES_NO_MAILBOX,
    SMIME__LINT_NAMES_FORM,
    SMIME__LINT_CAPABILITIES_CRITICAL,
    SMIME__LINT_DIRECTORY_ATTRIBUTES,
    SMIME__LINT_QC_CRITICAL,
    SMIME__LINT_LEI,
    SMIME__LINT_ADOBE,
    SMIME__LINT_SKI_MISSING,
    SMIME__LINT_SKI_CRITICAL,
    SMIME__LINT_SUBJECT_FORBIDDEN,
    SMIME__LINT_SUBJECT_REQUIRED,
    SMIME__LINT_SUBJECT_PERSON,
    SMIME__LINT_SUBJECT_PSEUDONYM,
    SMIME__LINT_SUBJECT_EMAIL,
    SMIME__LINT_SUBJECT_COMMON_NAME,
    SMIME__LINT_SUBJECT_COUNTRY,
    SMIME__LINT_SUBJECT_PLACE,
    SMIME__LINT_SUBJECT_EMPTY_VALUE,
    SMIME__LINT_RULES
} smime__lint_rule;

struct smime_lint {
    smime__refcount refs;
    int32_t type, generation;
    uint8_t found[SMIME__LINT_RULES]; /* each rule warns once */
    smime__lint_rule list[SMIME__LINT_RULES];
    size_t count;
};

/* Strict rules hold for those of no known generation as well, where multipurpose has them. */
int smime__lint_is(const smime_lint *lint, int32_t generation);
void smime__lint_warn(smime_lint *lint, smime__lint_rule rule, int broken);
void smime__lint_extensions(smime_lint *lint, const smime_cert *cert);
smime_status smime__lint_subject(smime_lint *lint, const smime_cert *cert);

#endif
