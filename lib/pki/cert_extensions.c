/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Certificate extensions, RFC 5280 4.2. Each value is checked for its form here, once. */
#include "pki/cert.h"
#include "pki/distribution_point.h"
#include "pki/extension.h"
#include "pki/general_name.h"
#include "pki/name_constraints.h"
#include "pki/policies.h"

/* The content of the one SEQUENCE that @p value is. */
static int enter_only(smime__view value, smime__der *ret_inside)
{
    smime__der der = smime__der_cursor(value);

    return smime__der_enter(&der, SMIME__SEQUENCE, ret_inside) && smime__der_done(&der);
}

static int read_basic_constraints(smime_cert *cert, smime__view value)
{
    smime__der inside;

    cert->has_basic_constraints = 1;
    if (!enter_only(value, &inside))
        return 0;
    smime__der_take_boolean(&inside, &cert->is_ca);
    if (smime__der_peek(&inside) == SMIME__INTEGER &&
        !smime__der_take_small(&inside, &cert->path_length))
        return 0;
    return smime__der_done(&inside);
}

static int read_key_usage(smime_cert *cert, smime__view value)
{
    smime__der der = smime__der_cursor(value);
    uint32_t bits;

    cert->has_key_usage = 1;
    if (value.len > 5 || !smime__der_take_named_bits(&der, SMIME__BIT_STRING, &bits) ||
        !smime__der_done(&der))
        return 0;
    cert->key_usage = bits & 0x1ff;
    return 1;
}

static int read_eku(smime_cert *cert, const smime__extension *e)
{
    smime__der inside;
    smime__view oid;
    int count = 0;

    cert->has_eku = 1;
    if (!enter_only(e->value, &inside) || smime__der_done(&inside))
        return 0;
    cert->ekus = smime__view_of(inside.at, (size_t)(inside.end - inside.at));
    while (smime__der_take_oid(&inside, &oid)) {
        smime__oid known = smime__oid_find(oid);
        cert->eku_email |= known == SMIME__OID_EKU_EMAIL;
        cert->eku_any |= known == SMIME__OID_EKU_ANY;
        cert->eku_ocsp |= known == SMIME__OID_EKU_OCSP_SIGNING;
        cert->eku_time = !count++ && e->critical && known == SMIME__OID_EKU_TIME_STAMPING;
    }
    return smime__der_done(&inside);
}

static int read_subject_key_id(smime_cert *cert, smime__view value)
{
    smime__der der = smime__der_cursor(value);

    return smime__der_take(&der, SMIME__OCTET_STRING, &cert->subject_key_id) &&
           smime__der_done(&der);
}

int smime__authority_key_id_read(smime__view value, smime__view *ret_key_id)
{
    smime__der inside;

    if (!enter_only(value, &inside))
        return 0;
    smime__der_take(&inside, SMIME__CONTEXT(0), ret_key_id);
    while (smime__der_next(&inside, NULL, NULL, NULL))
        ;
    return smime__der_done(&inside);
}

/* RFC 8398 3: SmtpUTF8Mailbox is a UTF8String. */
static smime_status read_other_name(smime_cert *cert, const smime__general_name *name)
{
    smime__der value = smime__der_cursor(name->content);
    smime__view mailbox;

    if (smime__oid_find(name->type) != SMIME__OID_SMTP_UTF8_MAILBOX)
        return SMIME_OK;
    if (!smime__der_take(&value, SMIME__UTF8_STRING, &mailbox) || !smime__der_done(&value))
        return SMIME_E_CERT_SYNTAX;
    return smime__cert_add_email(cert, mailbox, 0);
}

/* An IA5String; a mailbox with other characters is an SmtpUTF8Mailbox, or nobody's. */
static int is_ascii(smime__view text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.data[i] < 0x20 || text.data[i] > 0x7e)
            return 0;
    return 1;
}

static smime_status read_alt_names(smime_cert *cert, smime__view value)
{
    smime__der names;
    smime__general_name each;
    smime_status status = SMIME_OK;

    if (!enter_only(value, &names))
        return SMIME_E_CERT_SYNTAX;
    cert->alt_names = smime__view_of(names.at, (size_t)(names.end - names.at));
    while (status == SMIME_OK && smime__general_name_take(&names, &each)) {
        if (each.form == SMIME__NAME_RFC822 && is_ascii(each.content))
            status = smime__cert_add_email(cert, each.content, 0);
        else if (each.form == SMIME__NAME_OTHER)
            status = read_other_name(cert, &each);
    }
    return status == SMIME_OK && !smime__der_done(&names) ? SMIME_E_CERT_SYNTAX : status;
}

/* PolicyConstraints: two implicitly tagged INTEGERs, one of them at least. */
static int read_policy_constraints(smime_cert *cert, smime__view value)
{
    smime__der inside;

    if (!enter_only(value, &inside) || smime__der_done(&inside))
        return 0;
    if (smime__der_peek(&inside) == SMIME__CONTEXT(0) &&
        !smime__der_take_small_as(&inside, SMIME__CONTEXT(0), &cert->require_explicit))
        return 0;
    if (smime__der_peek(&inside) == SMIME__CONTEXT(1) &&
        !smime__der_take_small_as(&inside, SMIME__CONTEXT(1), &cert->inhibit_mapping))
        return 0;
    return smime__der_done(&inside);
}

static int read_inhibit_any(smime_cert *cert, smime__view value)
{
    smime__der der = smime__der_cursor(value);

    return smime__der_take_small(&der, &cert->inhibit_any) && smime__der_done(&der);
}

static int read_name_constraints(smime_cert *cert, const smime__extension *extension)
{
    smime__name_constraints constraints;

    cert->name_constraints = extension->value;
    cert->name_constraints_critical = extension->critical;
    return smime__name_constraints_read(extension->value, &constraints);
}

static int keep(smime__view *field, smime__view value, int good)
{
    *field = value;
    return good;
}

static int is_null(smime__view value)
{
    return value.len == 2 && value.data[0] == SMIME__NULL && value.data[1] == 0;
}

/* 1 well formed, 0 malformed, -1 not known here. */
static int read_known(smime_cert *cert, const smime__extension *e)
{
    switch (e->oid) {
    case SMIME__OID_BASIC_CONSTRAINTS:
        return read_basic_constraints(cert, e->value);
    case SMIME__OID_KEY_USAGE:
        return read_key_usage(cert, e->value);
    case SMIME__OID_EXT_KEY_USAGE:
        return read_eku(cert, e);
    case SMIME__OID_SUBJECT_KEY_ID:
        return read_subject_key_id(cert, e->value);
    case SMIME__OID_AUTHORITY_KEY_ID:
        return smime__authority_key_id_read(e->value, &cert->authority_key_id);
    case SMIME__OID_CERTIFICATE_POLICIES:
        return keep(&cert->policies, e->value, smime__policies_check(e->value));
    case SMIME__OID_POLICY_MAPPINGS:
        return keep(&cert->policy_mappings, e->value, smime__policy_mappings_check(e->value));
    case SMIME__OID_POLICY_CONSTRAINTS:
        return read_policy_constraints(cert, e->value);
    case SMIME__OID_INHIBIT_ANY_POLICY:
        return read_inhibit_any(cert, e->value);
    case SMIME__OID_NAME_CONSTRAINTS:
        return read_name_constraints(cert, e);
    case SMIME__OID_CRL_DISTRIBUTION_POINTS:
        return keep(&cert->distribution_points, e->value,
                    smime__distribution_points_check(e->value));
    case SMIME__OID_FRESHEST_CRL:
        return keep(&cert->freshest_crl, e->value, smime__distribution_points_check(e->value));
    case SMIME__OID_AUTHORITY_INFO_ACCESS:
        return keep(&cert->access, e->value, smime__der_is_whole(e->value, SMIME__SEQUENCE));
    case SMIME__OID_SMIME_CAPABILITIES:
        return keep(&cert->smime_capabilities, e->value, 1);
    case SMIME__OID_ISSUER_ALT_NAME:
        return smime__der_is_whole(e->value, SMIME__SEQUENCE);
    case SMIME__OID_OCSP_NOCHECK:
        cert->ocsp_nocheck = 1;
        return is_null(e->value);
    default:
        return -1;
    }
}

static smime_status read_extension(void *user, const smime__extension *extension)
{
    smime_cert *cert = user;
    int good;

    if (extension->oid == SMIME__OID_SUBJECT_ALT_NAME)
        return read_alt_names(cert, extension->value);
    good = read_known(cert, extension);
    if (good < 0 && extension->critical && !cert->unknown_critical.len)
        cert->unknown_critical = extension->id;
    return good ? SMIME_OK : SMIME_E_CERT_SYNTAX;
}

smime_status smime__cert_read_extensions(smime_cert *cert)
{
    return smime__extensions_each(cert->extensions, SMIME_E_CERT_SYNTAX, read_extension, cert);
}
