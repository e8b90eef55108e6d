/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Certificate extensions, RFC 5280 4.2. */
#include "pki/cert.h"

static int read_basic_constraints(smime_cert *cert, smime__der value)
{
    smime__der inside;

    cert->has_basic_constraints = 1;
    if (!smime__der_enter(&value, SMIME__SEQUENCE, &inside) || !smime__der_done(&value))
        return 0;
    smime__der_take_boolean(&inside, &cert->is_ca);
    if (smime__der_peek(&inside) == SMIME__INTEGER &&
        !smime__der_take_small(&inside, &cert->path_length))
        return 0;
    return smime__der_done(&inside);
}

static int read_key_usage(smime_cert *cert, smime__der value)
{
    smime__view bits;

    cert->has_key_usage = 1;
    if (!smime__der_take(&value, SMIME__BIT_STRING, &bits) || !smime__der_done(&value) ||
        bits.len < 1 || bits.len > 3 || bits.data[0] > 7)
        return 0;
    for (unsigned bit = 0; bit < 8 && bits.len > 1; bit++)
        if (bits.data[1] & (0x80 >> bit))
            cert->key_usage |= 1u << bit;
    return 1;
}

static int read_eku(smime_cert *cert, smime__der value)
{
    smime__der inside;
    smime__view oid;

    cert->has_eku = 1;
    if (!smime__der_enter(&value, SMIME__SEQUENCE, &inside) || !smime__der_done(&value) ||
        smime__der_done(&inside))
        return 0;
    while (smime__der_take_oid(&inside, &oid)) {
        smime__oid known = smime__oid_find(oid);
        cert->eku_email |= known == SMIME__OID_EKU_EMAIL;
        cert->eku_any |= known == SMIME__OID_EKU_ANY;
    }
    return smime__der_done(&inside);
}

static int read_subject_key_id(smime_cert *cert, smime__der value)
{
    return smime__der_take(&value, SMIME__OCTET_STRING, &cert->subject_key_id) &&
           smime__der_done(&value);
}

static int read_authority_key_id(smime_cert *cert, smime__der value)
{
    smime__der inside;

    if (!smime__der_enter(&value, SMIME__SEQUENCE, &inside) || !smime__der_done(&value))
        return 0;
    smime__der_take(&inside, SMIME__CONTEXT(0), &cert->authority_key_id);
    while (smime__der_next(&inside, NULL, NULL, NULL))
        ;
    return smime__der_done(&inside);
}

/* otherName [0]: type, [0] EXPLICIT value. RFC 8398 3: SmtpUTF8Mailbox is a UTF8String. */
static smime_status read_other_name(smime_cert *cert, smime__view content)
{
    smime__der der = smime__der_cursor(content);
    smime__der wrapper;
    smime__view oid, mailbox;

    if (!smime__der_take_oid(&der, &oid) ||
        !smime__der_enter(&der, SMIME__CONTEXT_C(0), &wrapper) || !smime__der_done(&der))
        return SMIME_E_CERT_SYNTAX;
    if (smime__oid_find(oid) != SMIME__OID_SMTP_UTF8_MAILBOX)
        return SMIME_OK;
    if (!smime__der_take(&wrapper, SMIME__UTF8_STRING, &mailbox) || !smime__der_done(&wrapper))
        return SMIME_E_CERT_SYNTAX;
    return smime__cert_add_email(cert, mailbox, 0);
}

static smime_status read_alt_name(smime_cert *cert, smime__der value)
{
    smime__der names;
    smime_status status = SMIME_OK;

    if (!smime__der_enter(&value, SMIME__SEQUENCE, &names) || !smime__der_done(&value))
        return SMIME_E_CERT_SYNTAX;
    while (!smime__der_done(&names) && status == SMIME_OK) {
        smime__view content;
        uint8_t tag;
        if (!smime__der_next(&names, &tag, &content, NULL))
            return SMIME_E_CERT_SYNTAX;
        if (tag == SMIME__CONTEXT(1)) /* rfc822Name */
            status = smime__cert_add_email(cert, content, 0);
        else if (tag == SMIME__CONTEXT_C(0))
            status = read_other_name(cert, content);
    }
    return status;
}

static smime_status syntax(int good)
{
    return good ? SMIME_OK : SMIME_E_CERT_SYNTAX;
}

static smime_status read_extension(smime_cert *cert, smime__oid oid, smime__view id, int critical,
                                   smime__view value)
{
    smime__der der = smime__der_cursor(value);

    switch (oid) {
    case SMIME__OID_BASIC_CONSTRAINTS:
        return syntax(read_basic_constraints(cert, der));
    case SMIME__OID_KEY_USAGE:
        return syntax(read_key_usage(cert, der));
    case SMIME__OID_EXT_KEY_USAGE:
        return syntax(read_eku(cert, der));
    case SMIME__OID_SUBJECT_KEY_ID:
        return syntax(read_subject_key_id(cert, der));
    case SMIME__OID_AUTHORITY_KEY_ID:
        return syntax(read_authority_key_id(cert, der));
    case SMIME__OID_SUBJECT_ALT_NAME:
        return read_alt_name(cert, der);
    case SMIME__OID_SMIME_CAPABILITIES:
        cert->smime_capabilities = value;
        return SMIME_OK;
    case SMIME__OID_CERTIFICATE_POLICIES:
        cert->policies = value;
        return syntax(smime__der_is_whole(value, SMIME__SEQUENCE));
    case SMIME__OID_NAME_CONSTRAINTS:
        cert->has_name_constraints = 1;
        return SMIME_OK;
    case SMIME__OID_POLICY_CONSTRAINTS:
        cert->has_policy_constraints = 1;
        return SMIME_OK;
    case SMIME__OID_INHIBIT_ANY_POLICY:
        cert->has_inhibit_any = 1;
        return SMIME_OK;
    case SMIME__OID_ISSUER_ALT_NAME:
    case SMIME__OID_POLICY_MAPPINGS: /* without explicit policy they exclude nothing */
    case SMIME__OID_CRL_DISTRIBUTION_POINTS:
        return SMIME_OK;
    default:
        if (critical && !cert->unknown_critical.len)
            cert->unknown_critical = id;
        return SMIME_OK;
    }
}

#define EXTENSIONS_MAX 128

smime_status smime__cert_read_extensions(smime_cert *cert, smime__der *list)
{
    smime__view seen[EXTENSIONS_MAX];
    size_t count = 0;
    smime_status status = SMIME_OK;

    while (!smime__der_done(list) && status == SMIME_OK) {
        smime__der inside;
        smime__view id, value;
        int critical = 0;

        if (!smime__der_enter(list, SMIME__SEQUENCE, &inside) ||
            !smime__der_take_oid(&inside, &id))
            return SMIME_E_CERT_SYNTAX;
        if (smime__der_peek(&inside) == SMIME__BOOLEAN &&
            !smime__der_take_boolean(&inside, &critical))
            return SMIME_E_CERT_SYNTAX;
        if (!smime__der_take(&inside, SMIME__OCTET_STRING, &value) ||
            !smime__der_done(&inside) || count == EXTENSIONS_MAX)
            return SMIME_E_CERT_SYNTAX;
        for (size_t i = 0; i < count; i++) /* RFC 5280 4.2: no extension twice */
            if (smime__view_equal(seen[i], id))
                return SMIME_E_CERT_SYNTAX;
        seen[count++] = id;
        status = read_extension(cert, smime__oid_find(id), id, critical, value);
    }
    return status;
}
