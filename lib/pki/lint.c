/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rules of the S/MIME Baseline Requirements, and those on fields outside of extensions. */
#include "pki/lint.h"

#include <stdlib.h>
#include <string.h>

typedef struct rule_row {
    const char *name, *section;
    int required;
    const char *text;
} rule_row;

static const rule_row rows[SMIME__LINT_RULES] = {
    [SMIME__LINT_VERSION] = { "version", "7.1.1", 1, "the certificate is not of version 3" },
    [SMIME__LINT_SERIAL] = { "serial-number", "7.1", 1,
                             "the serial number is not positive, is too long, or has not 64 bits" },
    [SMIME__LINT_VALIDITY] = { "validity-too-long", "6.3.2", 1,
                               "the certificate is valid for longer than its generation allows" },
    [SMIME__LINT_KEY_ENCODING] = { "key-encoding", "7.1.3.1", 1,
                                   "the kind of public key, or how it is written, is not one of "
                                   "those listed" },
    [SMIME__LINT_KEY_SIZE] = { "key-size", "6.1.5", 1,
                               "an RSA key is shorter than 2048 bits or no multiple of 8" },
    [SMIME__LINT_SIGNATURE_ENCODING] = { "signature-algorithm", "7.1.3.2", 1,
                                         "the signature algorithm, or how it is written, is not "
                                         "one of those listed" },
    [SMIME__LINT_POLICIES_MISSING] = { "policies-missing", "7.1.2.3 a", 1,
                                       "there are no certificate policies" },
    [SMIME__LINT_POLICY_NOT_RESERVED] = { "policy-not-reserved", "7.1.6.4", 1,
                                          "no policy says which kind of S/MIME certificate it is" },
    [SMIME__LINT_POLICY_SEVERAL] = { "policy-several", "7.1.2.3 a", 1,
                                     "several policies say which kind of S/MIME certificate it "
                                     "is" },
    [SMIME__LINT_POLICIES_CRITICAL] = { "policies-critical", "7.1.2.3 a", 0,
                                        "the certificate policies are critical" },
    [SMIME__LINT_LEGACY] = { "legacy-generation", "7.1.6.1", 1,
                             "a certificate of the legacy generation was issued after 2025-07-15" },
    [SMIME__LINT_CRL_MISSING] = { "crl-missing", "7.1.2.3 b", 1,
                                  "no HTTP address of a revocation list is given" },
    [SMIME__LINT_CRL_SCHEME] = { "crl-scheme", "7.1.2.3 b", 1,
                                 "a revocation list is found by something else than HTTP" },
    [SMIME__LINT_CRL_CRITICAL] = { "crl-critical", "7.1.2.3 b", 0,
                                   "the distribution points are critical" },
    [SMIME__LINT_ACCESS_MISSING] = { "access-missing", "7.1.2.3 c", 0,
                                     "there is no authority information access" },
    [SMIME__LINT_ACCESS_CRITICAL] = { "access-critical", "7.1.2.3 c", 1,
                                      "the authority information access is critical" },
    [SMIME__LINT_ACCESS_SCHEME] = { "access-scheme", "7.1.2.3 c", 1,
                                    "a responder or issuer is found by something else than HTTP" },
    [SMIME__LINT_ISSUER_URI_MISSING] = { "issuer-uri-missing", "7.1.2.3 c", 0,
                                         "it is not said where the issuer's certificate is" },
    [SMIME__LINT_CA] = { "is-ca", "7.1.2.3 d", 1, "the certificate is one of a CA" },
    [SMIME__LINT_PATH_LENGTH] = { "path-length", "7.1.2.3 d", 1,
                                  "there is a path length constraint" },
    [SMIME__LINT_KEY_USAGE_MISSING] = { "key-usage-missing", "7.1.2.3 e", 1,
                                        "there is no key usage" },
    [SMIME__LINT_KEY_USAGE_NOT_CRITICAL] = { "key-usage-not-critical", "7.1.2.3 e", 0,
                                             "the key usage is not critical" },
    [SMIME__LINT_KEY_USAGE_BITS] = { "key-usage-bits", "7.1.2.3 e", 1,
                                     "the key usage is not one of those for this kind of key" },
    [SMIME__LINT_EKU_MISSING] = { "purpose-missing", "7.1.2.3 f", 1,
                                  "there is no extended key usage" },
    [SMIME__LINT_EKU_NO_EMAIL] = { "purpose-no-email", "7.1.2.3 f", 1,
                                   "the extended key usage does not name e-mail protection" },
    [SMIME__LINT_EKU_FORBIDDEN] = { "purpose-forbidden", "7.1.2.3 f", 1,
                                    "the extended key usage names servers, code, time stamps or "
                                    "everything" },
    [SMIME__LINT_EKU_OTHER] = { "purpose-other", "7.1.2.3 f", 1,
                                "a strict certificate has other purposes than e-mail" },
    [SMIME__LINT_AKI_MISSING] = { "authority-key-missing", "7.1.2.3 g", 1,
                                  "there is no authority key identifier" },
    [SMIME__LINT_AKI_CRITICAL] = { "authority-key-critical", "7.1.2.3 g", 1,
                                   "the authority key identifier is critical" },
    [SMIME__LINT_AKI_NO_KEY] = { "authority-key-no-key", "7.1.2.3 g", 1,
                                 "the authority key identifier holds no key identifier" },
    [SMIME__LINT_AKI_ISSUER] = { "authority-key-issuer", "7.1.2.3 g", 1,
                                 "the authority key identifier names an issuer or serial number" },
    [SMIME__LINT_NAMES_MISSING] = { "names-missing", "7.1.2.3 h", 1,
                                    "there is no subject alternative name" },
    [SMIME__LINT_NAMES_CRITICAL] = { "names-critical", "7.1.2.3 h", 0,
                                     "the subject alternative name is critical beside a subject" },
    [SMIME__LINT_NAMES_NOT_CRITICAL] = { "names-not-critical", "RFC 5280, 4.2.1.6", 1,
                                         "the subject is empty, and the subject alternative name "
                                         "is not critical" },
    [SMIME__LINT_NAMES_NO_MAILBOX] = { "names-no-mailbox", "7.1.4.2.1", 1,
                                       "the subject alternative name holds no mailbox" },
    [SMIME__LINT_NAMES_FORM] = { "names-form", "7.1.4.2.1", 1,
                                 "the subject alternative name holds a form that is not allowed" },
    [SMIME__LINT_CAPABILITIES_CRITICAL] = { "capabilities-critical", "7.1.2.3 i", 1,
                                            "the S/MIME capabilities are critical" },
    [SMIME__LINT_DIRECTORY_ATTRIBUTES] = { "directory-attributes", "7.1.2.3 j", 1,
                                           "there are subject directory attributes, or they are "
                                           "critical" },
    [SMIME__LINT_QC_CRITICAL] = { "qc-critical", "7.1.2.3 k", 1,
                                  "the qualified certificate statements are critical" },
    [SMIME__LINT_LEI] = { "legal-entity", "7.1.2.3 l", 1,
                          "there is a legal entity identifier where none belongs, or it is "
                          "critical" },
    [SMIME__LINT_ADOBE] = { "adobe", "7.1.2.3 m", 1,
                            "there are Adobe's extensions in a strict certificate, or they are "
                            "critical" },
    [SMIME__LINT_SKI_MISSING] = { "subject-key-missing", "7.1.2.3 n", 0,
                                  "there is no subject key identifier" },
    [SMIME__LINT_SKI_CRITICAL] = { "subject-key-critical", "7.1.2.3 n", 1,
                                   "the subject key identifier is critical" },
    [SMIME__LINT_SUBJECT_FORBIDDEN] = { "subject-forbidden", "7.1.4.2.3 to 7.1.4.2.6", 1,
                                        "the subject holds an attribute that this kind of "
                                        "certificate must not have" },
    [SMIME__LINT_SUBJECT_REQUIRED] = { "subject-required", "7.1.4.2.4 and 7.1.4.2.5", 1,
                                       "the subject lacks the organization or its identifier" },
    [SMIME__LINT_SUBJECT_PERSON] = { "subject-person", "7.1.4.2.5 and 7.1.4.2.6", 1,
                                     "the subject names neither a person nor a pseudonym" },
    [SMIME__LINT_SUBJECT_PSEUDONYM] = { "subject-pseudonym", "7.1.4.2.2 e", 1,
                                        "the subject names a person and a pseudonym" },
    [SMIME__LINT_SUBJECT_EMAIL] = { "subject-email", "7.1.4.2.1", 1,
                                    "a mailbox in the subject is not among the alternative "
                                    "names" },
    [SMIME__LINT_SUBJECT_COMMON_NAME] = { "subject-common-name", "7.1.4.2.2 a", 1,
                                          "the common name is not one of the certificate's "
                                          "mailboxes" },
    [SMIME__LINT_SUBJECT_COUNTRY] = { "subject-country", "7.1.4.2.2 n", 1,
                                      "the country is not two letters" },
    [SMIME__LINT_SUBJECT_PLACE] = { "subject-place", "7.1.4.2.2 j to m", 1,
                                    "the subject names a place without what is around it" },
    [SMIME__LINT_SUBJECT_EMPTY_VALUE] = { "subject-empty-value", "7.1.4.2", 1,
                                          "an attribute of the subject says nothing" },
};

int smime__lint_is(const smime_lint *lint, int32_t generation)
{
    return lint->generation == generation;
}

void smime__lint_warn(smime_lint *lint, smime__lint_rule rule, int broken)
{
    if (!broken || lint->found[rule])
        return;
    lint->found[rule] = 1;
    lint->list[lint->count++] = rule;
}

/* The two arcs behind 2.23.140.1.5. */
static void read_reserved(smime_lint *lint, smime__view policy)
{
    static const uint8_t arc[] = { 0x67, 0x81, 0x0c, 0x01, 0x05 };
    const uint8_t *at = policy.data;

    if (policy.len != sizeof arc + 2 || memcmp(at, arc, sizeof arc) != 0 || at[5] < 1 ||
        at[5] > 4 || at[6] < 1 || at[6] > 3)
        return;
    smime__lint_warn(lint, SMIME__LINT_POLICY_SEVERAL, lint->type != SMIME_LINT_TYPE_NONE);
    lint->type = at[5];
    lint->generation = at[6];
}

static void check_policies(smime_lint *lint, const smime_cert *cert)
{
    smime__der der = smime__der_cursor(cert->policies), list, each;
    smime__view policy;
    int64_t end_of_legacy = INT64_C(1752537600); /* 2025-07-15 */

    smime__lint_warn(lint, SMIME__LINT_POLICIES_MISSING, !cert->policies.len);
    if (smime__der_enter(&der, SMIME__SEQUENCE, &list))
        while (smime__der_enter(&list, SMIME__SEQUENCE, &each) &&
               smime__der_take_oid(&each, &policy))
            read_reserved(lint, policy);
    if (lint->found[SMIME__LINT_POLICY_SEVERAL])
        lint->type = lint->generation = 0;
    smime__lint_warn(lint, SMIME__LINT_POLICY_NOT_RESERVED,
                     cert->policies.len && lint->type == SMIME_LINT_TYPE_NONE &&
                         !lint->found[SMIME__LINT_POLICY_SEVERAL]);
    smime__lint_warn(lint, SMIME__LINT_LEGACY,
                     smime__lint_is(lint, SMIME_LINT_GENERATION_LEGACY) &&
                         cert->not_before >= end_of_legacy);
}

static void check_serial(smime_lint *lint, const smime_cert *cert)
{
    const uint8_t *at = cert->serial.data;
    size_t len = cert->serial.len;
    int zero = len == 1 && at[0] == 0;

    /* below 2^159; fewer than 8 bytes cannot hold 64 bits of a random number */
    smime__lint_warn(lint, SMIME__LINT_SERIAL,
                     at[0] & 0x80 || zero || len > 20 || len < 8);
}

static void check_validity(smime_lint *lint, const smime_cert *cert)
{
    int64_t days = smime__lint_is(lint, SMIME_LINT_GENERATION_LEGACY) ? 1185 : 825;

    /* both ends belong to it */
    smime__lint_warn(lint, SMIME__LINT_VALIDITY,
                     cert->not_after - cert->not_before + 1 > days * 86400);
}

#define BYTES(text) { (const uint8_t *)(text), sizeof(text) - 1 }
#define RSA_ID "\x2a\x86\x48\x86\xf7\x0d\x01\x01"
#define NIST_SIGNATURE "\x60\x86\x48\x01\x65\x03\x04\x03"
#define HASH_ID "\x60\x86\x48\x01\x65\x03\x04\x02"
/* hash, MGF1 with it, salt: RFC 4055 with the NULLs that the requirements show */
#define PSS(h, salt)                                                                               \
    "\x30\x41\x06\x09" RSA_ID "\x0a\x30\x34\xa0\x0f\x30\x0d\x06\x09" HASH_ID h                     \
    "\x05\x00\xa1\x1c\x30\x1a\x06\x09" RSA_ID "\x08\x30\x0d\x06\x09" HASH_ID h                     \
    "\x05\x00\xa2\x03\x02\x01" salt

static const smime__view key_algorithms[] = {
    BYTES("\x30\x0d\x06\x09" RSA_ID "\x01\x05\x00"),
    BYTES("\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"),
    BYTES("\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x22"),
    BYTES("\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x23"),
    BYTES("\x30\x05\x06\x03\x2b\x65\x70"),
    BYTES("\x30\x05\x06\x03\x2b\x65\x71"),
    BYTES("\x30\x0b\x06\x09" NIST_SIGNATURE "\x11"),
    BYTES("\x30\x0b\x06\x09" NIST_SIGNATURE "\x12"),
    BYTES("\x30\x0b\x06\x09" NIST_SIGNATURE "\x13"),
    BYTES("\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x04\x01"),
    BYTES("\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x04\x02"),
    BYTES("\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x04\x03"),
};

static const smime__view signature_algorithms[] = {
    BYTES("\x30\x0d\x06\x09" RSA_ID "\x0b\x05\x00"),
    BYTES("\x30\x0d\x06\x09" RSA_ID "\x0c\x05\x00"),
    BYTES("\x30\x0d\x06\x09" RSA_ID "\x0d\x05\x00"),
    BYTES(PSS("\x01", "\x20")),
    BYTES(PSS("\x02", "\x30")),
    BYTES(PSS("\x03", "\x40")),
    BYTES("\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02"),
    BYTES("\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x03"),
    BYTES("\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x04"),
    BYTES("\x30\x05\x06\x03\x2b\x65\x70"),
    BYTES("\x30\x05\x06\x03\x2b\x65\x71"),
    BYTES("\x30\x0b\x06\x09" NIST_SIGNATURE "\x11"),
    BYTES("\x30\x0b\x06\x09" NIST_SIGNATURE "\x12"),
    BYTES("\x30\x0b\x06\x09" NIST_SIGNATURE "\x13"),
};

static int is_among(smime__view algorithm, const smime__view *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (smime__view_equal(list[i], algorithm))
            return 1;
    return 0;
}

static void check_algorithms(smime_lint *lint, const smime_cert *cert)
{
    smime__der der = smime__der_cursor(cert->spki), inside;
    smime__view algorithm = { NULL, 0 };
    unsigned bits = cert->key ? smime__pubkey_bits(cert->key) : 0;

    if (smime__der_enter(&der, SMIME__SEQUENCE, &inside))
        smime__der_next(&inside, NULL, NULL, &algorithm);
    smime__lint_warn(lint, SMIME__LINT_KEY_ENCODING,
                     !is_among(algorithm, key_algorithms,
                               sizeof key_algorithms / sizeof key_algorithms[0]));
    smime__lint_warn(lint, SMIME__LINT_KEY_SIZE,
                     cert->key && smime__pubkey_kind(cert->key) == SMIME__KEY_RSA &&
                         (bits < 2048 || bits % 8));
    smime__lint_warn(lint, SMIME__LINT_SIGNATURE_ENCODING,
                     !is_among(cert->signature_algorithm, signature_algorithms,
                               sizeof signature_algorithms / sizeof signature_algorithms[0]));
}

smime_status smime_lint_new(const smime_cert *cert, smime_lint **ret_lint)
{
    smime_lint *lint;
    smime_status status;

    if (!cert || !ret_lint)
        return SMIME_E_INVALID_ARG;
    lint = calloc(1, sizeof *lint);
    if (!lint)
        return SMIME_E_NOMEM;
    smime__ref_init(&lint->refs);
    smime__lint_warn(lint, SMIME__LINT_VERSION, cert->version != 3);
    check_policies(lint, cert); /* first: it says what else is asked */
    check_serial(lint, cert);
    check_validity(lint, cert);
    check_algorithms(lint, cert);
    smime__lint_extensions(lint, cert);
    status = smime__lint_subject(lint, cert);
    if (status < 0)
        smime_lint_unref(lint);
    else
        *ret_lint = lint;
    return status;
}

smime_lint *smime_lint_ref(smime_lint *lint)
{
    if (lint)
        smime__ref_up(&lint->refs);
    return lint;
}

void smime_lint_unref(smime_lint *lint)
{
    if (lint && smime__ref_down(&lint->refs))
        free(lint);
}

int32_t smime_lint_type(const smime_lint *lint)
{
    return lint ? lint->type : SMIME_LINT_TYPE_NONE;
}

int32_t smime_lint_generation(const smime_lint *lint)
{
    return lint ? lint->generation : SMIME_LINT_GENERATION_NONE;
}

size_t smime_lint_count(const smime_lint *lint)
{
    return lint ? lint->count : 0;
}

static const rule_row *row_at(const smime_lint *lint, size_t index)
{
    return lint && index < lint->count ? &rows[lint->list[index]] : NULL;
}

const char *smime_lint_rule(const smime_lint *lint, size_t index)
{
    const rule_row *row = row_at(lint, index);
    return row ? row->name : NULL;
}

const char *smime_lint_section(const smime_lint *lint, size_t index)
{
    const rule_row *row = row_at(lint, index);
    return row ? row->section : NULL;
}

int32_t smime_lint_is_required(const smime_lint *lint, size_t index)
{
    const rule_row *row = row_at(lint, index);
    return row ? row->required : 0;
}

const char *smime_lint_text(const smime_lint *lint, size_t index)
{
    const rule_row *row = row_at(lint, index);
    return row ? row->text : NULL;
}
