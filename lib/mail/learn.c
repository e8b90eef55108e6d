/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a verified message teaches about its sender. */
#include "mail/open.h"

#include "cms/ess.h"
#include "cms/identifier.h"
#include "pki/known.h"
#include "pki/path.h"

#include <string.h>

#define PREFERENCE "1.2.840.113549.1.9.16.2.11"

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

/* What came beside the signature is anybody's: only a valid path for encryption, and the sender's address,
 * make a certificate the one that was preferred. */
static smime_status find_preferred(smime__open_run *run, smime__report_signer *signer,
                                   const smime__identifier *wanted)
{
    const smime_report *report = run->report;
    smime_status status = SMIME_OK;

    for (size_t i = 0; i < report->cert_count && status == SMIME_OK && !signer->preferred; i++) {
        smime_cert *cert = report->certs[i];
        smime_path *path = NULL;

        if (!smime__identifier_matches(wanted, cert) ||
            !smime_cert_is_for(cert, report->from_address))
            continue;
        status = smime__path_find(run->paths, cert, SMIME_USE_ENCRYPT, report->from_address, &path);
        if (status == SMIME_OK && smime_path_valid(path))
            signer->preferred = smime_cert_ref(cert);
        smime_path_unref(path);
    }
    return status;
}

static int is_senders(const smime__report_signer *signer)
{
    return smime__signer_is_good(signer) && signer->binding == SMIME_BINDING_MATCH;
}

static int is_verified(const smime_report *report)
{
    return (report->summary == SMIME_SUMMARY_VERIFIED ||
            report->summary == SMIME_SUMMARY_CONFIDENTIAL_VERIFIED) &&
           report->from_address;
}

smime_status smime__open_find_preferred(smime__open_run *run)
{
    smime__report_layer *layer = smime__innermost_signed(run->report);
    smime_status status = SMIME_OK;
    smime__identifier wanted;
    smime__view value;

    if (!is_verified(run->report))
        return SMIME_OK;
    for (size_t i = 0; layer && i < layer->signer_count && status == SMIME_OK; i++) {
        smime__report_signer *signer = &layer->signers[i];
        if (is_senders(signer) && find_value(signer, PREFERENCE, &value) &&
            read_preference(value, &wanted) && !smime__identifier_matches(&wanted, signer->cert))
            status = find_preferred(run, signer, &wanted);
    }
    /* nobody waits for it: the verdict stands without */
    if (smime_status_category(status) != SMIME_CATEGORY_LIMIT)
        return status;
    smime__error_clear(&run->job->job.error);
    return SMIME_OK;
}

/* The certificate to encrypt to: the one preferred, or the signer's own, when it is for that. */
static smime_cert *encryption_cert(const smime__report_signer *signer)
{
    smime__identifier wanted;
    smime__view value;

    if (signer->preferred)
        return signer->preferred;
    if (find_value(signer, PREFERENCE, &value) &&
        (!read_preference(value, &wanted) || !smime__identifier_matches(&wanted, signer->cert)))
        return NULL;
    return smime__cert_unusable(signer->cert, SMIME_USE_ENCRYPT, signer->cert->not_before)
               ? NULL
               : signer->cert;
}

static smime_status learn_signer(smime_known *known, const smime_report *report,
                                 const smime__report_signer *signer)
{
    smime__view capabilities = { NULL, 0 };
    smime_status status = smime_known_add(known, report->from_address, signer->cert);

    find_value(signer, "1.2.840.113549.1.9.15", &capabilities);
    if (status == SMIME_OK)
        status = smime_known_set_encryption(known, report->from_address,
                                            encryption_cert(signer),
                                            capabilities.len ? capabilities.data : NULL,
                                            capabilities.len);
    return status == SMIME_E_BER ? SMIME_OK : status; /* capabilities that nobody can read */
}

smime_status smime_known_learn(smime_known *known, const smime_report *report)
{
    const smime__report_layer *layer;
    smime_status status = SMIME_OK;
    int learned = 0;

    if (!known || !report)
        return SMIME_E_INVALID_ARG;
    if (!is_verified(report))
        return SMIME_E_NOT_VERIFIED;
    layer = smime__innermost_signed(report);
    for (size_t i = 0; layer && i < layer->signer_count && status == SMIME_OK; i++)
        if (is_senders(&layer->signers[i])) {
            status = learn_signer(known, report, &layer->signers[i]);
            learned = 1;
        }
    return status == SMIME_OK && !learned ? SMIME_E_NOT_VERIFIED : status;
}
