/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Section 7.1.2.3: the extensions of a subscriber certificate, by its letters. */
#include "pki/extension.h"
#include "pki/general_name.h"
#include "pki/lint.h"

#include <stdlib.h>
#include <string.h>

#define STRICT SMIME_LINT_GENERATION_STRICT
#define LEGACY SMIME_LINT_GENERATION_LEGACY

/* Extensions that only the lint knows, by the dotted form. */
#define OID(bytes) { (const uint8_t *)(bytes), sizeof(bytes) - 1 }
static const smime__view directory_attributes = OID("\x55\x1d\x09");
static const smime__view qc_statements = OID("\x2b\x06\x01\x05\x05\x07\x01\x03");
static const smime__view legal_entity = OID("\x2b\x06\x01\x04\x01\x83\x98\x2a\x01");
static const smime__view legal_role = OID("\x2b\x06\x01\x04\x01\x83\x98\x2a\x02");
static const smime__view adobe_stamp = OID("\x2a\x86\x48\x86\xf7\x2f\x01\x01\x09\x01");
static const smime__view adobe_archive = OID("\x2a\x86\x48\x86\xf7\x2f\x01\x01\x09\x02");
static const smime__view forbidden_purposes[] = {
    OID("\x2b\x06\x01\x05\x05\x07\x03\x01"), /* serverAuth */
    OID("\x2b\x06\x01\x05\x05\x07\x03\x03"), /* codeSigning */
    OID("\x2b\x06\x01\x05\x05\x07\x03\x08"), /* timeStamping */
    OID("\x55\x1d\x25\x00"),                 /* any */
};

static void check_purposes(smime_lint *lint, const smime_cert *cert)
{
    smime__der der = smime__der_cursor(cert->ekus);
    smime__view id;
    size_t count = 0;

    smime__lint_warn(lint, SMIME__LINT_EKU_MISSING, !cert->has_eku);
    if (!cert->has_eku)
        return;
    smime__lint_warn(lint, SMIME__LINT_EKU_NO_EMAIL, !cert->eku_email);
    for (; smime__der_take_oid(&der, &id); count++)
        for (size_t i = 0; i < sizeof forbidden_purposes / sizeof forbidden_purposes[0]; i++)
            smime__lint_warn(lint, SMIME__LINT_EKU_FORBIDDEN,
                             smime__view_equal(id, forbidden_purposes[i]));
    smime__lint_warn(lint, SMIME__LINT_EKU_OTHER, smime__lint_is(lint, STRICT) && count > 1);
}

/* Bits that must be there, one of the first two; and bits that may. */
static int bits_fit(unsigned usage, unsigned managing, unsigned allowed)
{
    unsigned signing = SMIME__KU_DIGITAL_SIGNATURE | SMIME__KU_NON_REPUDIATION;
    int signs = usage & SMIME__KU_DIGITAL_SIGNATURE, manages = (usage & managing) != 0;

    if (!signs && !manages)
        return 0;
    if (!signs && usage & SMIME__KU_NON_REPUDIATION)
        return 0;
    if (!manages && usage & allowed)
        return 0;
    return !(usage & ~(signing | managing | allowed));
}

static void check_key_usage(smime_lint *lint, const smime_cert *cert)
{
    unsigned data = smime__lint_is(lint, STRICT) ? 0u : SMIME__KU_DATA_ENCIPHERMENT;
    int fits = 1;

    smime__lint_warn(lint, SMIME__LINT_KEY_USAGE_MISSING, !cert->has_key_usage);
    if (!cert->has_key_usage || !cert->key)
        return;
    switch (smime__pubkey_kind(cert->key)) {
    case SMIME__KEY_RSA:
        fits = bits_fit(cert->key_usage, SMIME__KU_KEY_ENCIPHERMENT, data);
        break;
    case SMIME__KEY_EC:
        fits = bits_fit(cert->key_usage, SMIME__KU_KEY_AGREEMENT,
                        SMIME__KU_ENCIPHER_ONLY | SMIME__KU_DECIPHER_ONLY);
        break;
    case SMIME__KEY_ED25519:
    case SMIME__KEY_ED448:
        fits = bits_fit(cert->key_usage, 0, 0);
        break;
    default:
        break;
    }
    smime__lint_warn(lint, SMIME__LINT_KEY_USAGE_BITS, !fits);
}

static int has_scheme(const char *uri, const char *scheme)
{
    return smime__view_is(smime__view_of(uri, strnlen(uri, strlen(scheme))), scheme);
}

/* How many URIs a list holds, and how many of them are of HTTP. */
static size_t count_uris(const smime_cert *cert, int32_t list, size_t *ret_http)
{
    size_t count = 0;
    char *uri;

    *ret_http = 0;
    while (smime_cert_item(cert, list, count, &uri) == SMIME_OK) {
        *ret_http += (size_t)has_scheme(uri, "http:");
        smime_free(uri);
        count++;
    }
    return count;
}

static void check_locations(smime_lint *lint, const smime_cert *cert)
{
    int legacy = smime__lint_is(lint, LEGACY);
    size_t http, ocsp_http, issuer_http;
    size_t lists = count_uris(cert, SMIME_ITEM_CRL, &http);
    size_t ocsp = count_uris(cert, SMIME_ITEM_OCSP, &ocsp_http);
    size_t issuer = count_uris(cert, SMIME_ITEM_ISSUER, &issuer_http);

    smime__lint_warn(lint, SMIME__LINT_CRL_MISSING, !http);
    smime__lint_warn(lint, SMIME__LINT_CRL_SCHEME, http < lists && !legacy);
    smime__lint_warn(lint, SMIME__LINT_ACCESS_MISSING, !cert->access.len);
    smime__lint_warn(lint, SMIME__LINT_ISSUER_URI_MISSING, cert->access.len && !issuer);
    smime__lint_warn(lint, SMIME__LINT_ACCESS_SCHEME,
                     legacy ? (ocsp && !ocsp_http) || (issuer && !issuer_http)
                            : ocsp_http < ocsp || issuer_http < issuer);
}

static int is_mailbox(const smime__general_name *name)
{
    return name->form == SMIME__NAME_RFC822 ||
           (name->form == SMIME__NAME_OTHER &&
            smime__oid_find(name->type) == SMIME__OID_SMTP_UTF8_MAILBOX);
}

static void check_names(smime_lint *lint, const smime_cert *cert)
{
    smime__der names = smime__der_cursor(cert->alt_names);
    smime__general_name each;
    int mailboxes = 0;

    smime__lint_warn(lint, SMIME__LINT_NAMES_MISSING, !cert->alt_names.len);
    if (!cert->alt_names.len)
        return;
    while (smime__general_name_take(&names, &each)) {
        int other = each.form == SMIME__NAME_OTHER && !smime__lint_is(lint, STRICT);
        mailboxes |= is_mailbox(&each);
        smime__lint_warn(lint, SMIME__LINT_NAMES_FORM,
                         !is_mailbox(&each) && each.form != SMIME__NAME_DIRECTORY && !other);
    }
    smime__lint_warn(lint, SMIME__LINT_NAMES_NO_MAILBOX, !mailboxes);
}

/* authorityKeyIdentifier: [0] the key, [1] and [2] issuer and serial number. */
static void check_authority_key(smime_lint *lint, smime__view value)
{
    smime__der der = smime__der_cursor(value), inside;
    uint8_t tag;

    if (!smime__der_enter(&der, SMIME__SEQUENCE, &inside))
        return;
    smime__lint_warn(lint, SMIME__LINT_AKI_NO_KEY,
                     smime__der_peek(&inside) != SMIME__CONTEXT(0));
    while (smime__der_next(&inside, &tag, NULL, NULL))
        smime__lint_warn(lint, SMIME__LINT_AKI_ISSUER, tag != SMIME__CONTEXT(0));
}

/* What an extension must not be by its presence or its criticality. */
static void check_extension(smime_lint *lint, const smime_cert *cert, const smime__extension *e)
{
    int organization = lint->type == SMIME_LINT_TYPE_ORGANIZATION;
    int sponsor = lint->type == SMIME_LINT_TYPE_SPONSOR;

    switch (e->oid) {
    case SMIME__OID_CERTIFICATE_POLICIES:
        smime__lint_warn(lint, SMIME__LINT_POLICIES_CRITICAL, e->critical);
        return;
    case SMIME__OID_CRL_DISTRIBUTION_POINTS:
        smime__lint_warn(lint, SMIME__LINT_CRL_CRITICAL, e->critical);
        return;
    case SMIME__OID_AUTHORITY_INFO_ACCESS:
        smime__lint_warn(lint, SMIME__LINT_ACCESS_CRITICAL, e->critical);
        return;
    case SMIME__OID_KEY_USAGE:
        smime__lint_warn(lint, SMIME__LINT_KEY_USAGE_NOT_CRITICAL, !e->critical);
        return;
    case SMIME__OID_AUTHORITY_KEY_ID:
        smime__lint_warn(lint, SMIME__LINT_AKI_CRITICAL, e->critical);
        check_authority_key(lint, e->value);
        return;
    case SMIME__OID_SUBJECT_KEY_ID:
        smime__lint_warn(lint, SMIME__LINT_SKI_CRITICAL, e->critical);
        return;
    case SMIME__OID_SMIME_CAPABILITIES:
        smime__lint_warn(lint, SMIME__LINT_CAPABILITIES_CRITICAL, e->critical);
        return;
    case SMIME__OID_SUBJECT_ALT_NAME:
        smime__lint_warn(lint, SMIME__LINT_NAMES_CRITICAL,
                         e->critical && cert->subject_canonical.len);
        smime__lint_warn(lint, SMIME__LINT_NAMES_NOT_CRITICAL,
                         !e->critical && !cert->subject_canonical.len);
        return;
    default:
        break;
    }
    if (smime__view_equal(e->id, directory_attributes))
        smime__lint_warn(lint, SMIME__LINT_DIRECTORY_ATTRIBUTES,
                         e->critical || !smime__lint_is(lint, LEGACY));
    else if (smime__view_equal(e->id, qc_statements))
        smime__lint_warn(lint, SMIME__LINT_QC_CRITICAL, e->critical);
    else if (smime__view_equal(e->id, legal_entity))
        smime__lint_warn(lint, SMIME__LINT_LEI, e->critical || !(organization || sponsor));
    else if (smime__view_equal(e->id, legal_role))
        smime__lint_warn(lint, SMIME__LINT_LEI, e->critical || !sponsor);
    else if (smime__view_equal(e->id, adobe_stamp) || smime__view_equal(e->id, adobe_archive))
        smime__lint_warn(lint, SMIME__LINT_ADOBE, e->critical || smime__lint_is(lint, STRICT));
}

void smime__lint_extensions(smime_lint *lint, const smime_cert *cert)
{
    smime__der list = smime__der_cursor(cert->extensions);
    smime__extension each;
    int has_authority_key = 0, has_subject_key = 0;

    while (smime__extension_take(&list, &each)) {
        has_authority_key |= each.oid == SMIME__OID_AUTHORITY_KEY_ID;
        has_subject_key |= each.oid == SMIME__OID_SUBJECT_KEY_ID;
        check_extension(lint, cert, &each);
    }
    check_locations(lint, cert);
    smime__lint_warn(lint, SMIME__LINT_CA, cert->is_ca);
    smime__lint_warn(lint, SMIME__LINT_PATH_LENGTH, cert->path_length >= 0);
    check_key_usage(lint, cert);
    check_purposes(lint, cert);
    smime__lint_warn(lint, SMIME__LINT_AKI_MISSING, !has_authority_key);
    check_names(lint, cert);
    smime__lint_warn(lint, SMIME__LINT_SKI_MISSING, !has_subject_key);
}
