/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a verified message teaches about its sender. */
#include "mail/report.h"

#include "cms/ess.h"
#include "cms/identifier.h"
#include "pki/known.h"

#include <string.h>

/* The value of a signed attribute. */
static int find_value(const smime__report_signer *signer, const char *oid, smime__view *ret_value)
{
    smime__view values;

    return smime__report_find_signed(signer, oid, &values) &&
           smime__ess_value(values.data, values.len, ret_value);
}

/* SMIMEEncryptionKeyPreference, RFC 8551 2.5.3. */
static int read_preference(smime__view value, smime__identifier *ret)
{
    smime__der der = smime__der_cursor(value), in;
    smime__view name;

    memset(ret, 0, sizeof *ret);
    if (smime__der_take(&der, SMIME__CONTEXT(2), &ret->key_id))
        return 1;
    if (smime__der_enter(&der, SMIME__CONTEXT_C(1), &in)) /* RecipientKeyIdentifier */
        return smime__der_take(&in, SMIME__OCTET_STRING, &ret->key_id);
    if (!smime__der_enter(&der, SMIME__CONTEXT_C(0), &in) ||
        smime__der_peek(&in) != SMIME__SEQUENCE || !smime__der_next(&in, NULL, NULL, &name))
        return 0;
    ret->issuer = name;
    return smime__der_take(&in, SMIME__INTEGER, &ret->serial);
}

/* The certificate to encrypt to: the one preferred, or the signer's own, when it is for that. */
static smime_cert *encryption_cert(const smime_report *report, const smime__report_signer *signer)
{
    smime__identifier wanted;
    smime__view value;

    if (!find_value(signer, "1.2.840.113549.1.9.16.2.11", &value))
        return smime__cert_unusable(signer->cert, SMIME_USE_ENCRYPT, signer->cert->not_before)
                   ? NULL
                   : signer->cert;
    if (!read_preference(value, &wanted))
        return NULL;
    for (size_t i = 0; i < report->cert_count; i++)
        if (smime__identifier_matches(&wanted, report->certs[i]) &&
            smime_cert_is_for(report->certs[i], report->from_address))
            return report->certs[i];
    return smime__identifier_matches(&wanted, signer->cert) ? signer->cert : NULL;
}

static smime_status learn_signer(smime_known *known, const smime_report *report,
                                 const smime__report_signer *signer)
{
    smime__view capabilities = { NULL, 0 };
    smime_status status = smime_known_add(known, report->from_address, signer->cert);

    find_value(signer, "1.2.840.113549.1.9.15", &capabilities);
    if (status == SMIME_OK)
        status = smime_known_set_encryption(known, report->from_address,
                                            encryption_cert(report, signer),
                                            capabilities.len ? capabilities.data : NULL,
                                            capabilities.len);
    return status == SMIME_E_BER ? SMIME_OK : status; /* capabilities that nobody can read */
}

smime_status smime_known_learn(smime_known *known, const smime_report *report)
{
    const smime__report_layer *layer = NULL;
    smime_status status = SMIME_OK;

    if (!known || !report)
        return SMIME_E_INVALID_ARG;
    if ((report->summary != SMIME_SUMMARY_VERIFIED &&
         report->summary != SMIME_SUMMARY_CONFIDENTIAL_VERIFIED) ||
        report->from_binding != SMIME_BINDING_MATCH || !report->from_address)
        return SMIME_E_NOT_VERIFIED;
    for (size_t i = 0; i < report->layer_count; i++)
        if (!report->layers[i].errant && report->layers[i].kind == SMIME_LAYER_SIGNED)
            layer = &report->layers[i]; /* the innermost */
    for (size_t i = 0; layer && i < layer->signer_count && status == SMIME_OK; i++)
        if (layer->signers[i].counter_of < 0 &&
            layer->signers[i].binding == SMIME_BINDING_MATCH)
            status = learn_signer(known, report, &layer->signers[i]);
    return status;
}
