/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a protect job chooses by itself, and why: the cipher that every recipient reads, the way of the
 * content key, nothing that the policy does not allow. */
#include "mail/protect.h"

#include "base/ascii.h"
#include "pki/capabilities.h"

#include <string.h>

static int allows(const smime_protect *job, int rule)
{
    return smime__rules_allow(&job->job.settings.rules, SMIME__WRITING, rule);
}

static int allows_cipher(const smime_protect *job, smime__cipher cipher)
{
    return allows(job, SMIME__RULE_CIPHER + (int)cipher);
}

static smime_status refuse(smime_protect *job, const char *what)
{
    return smime__fail(&job->job.error, SMIME_E_POLICY, "the policy allows %s", what);
}

/* Whoever a certificate is for, as far as it is known. */
static const smime__known_person *person_of(const smime_protect *job, const smime_cert *cert)
{
    const smime__known_person *found = NULL;

    for (size_t i = 0; i < cert->email_count && !found; i++)
        found = smime__known_find(job->known, cert->emails[i].address);
    return found;
}

/* What the caller says, what the certificate says (RFC 4262), what mail of theirs said. */
static int is_capable(const smime_protect *job, const smime__recipient *recipient, smime__oid oid)
{
    const smime__known_person *person = person_of(job, recipient->cert);

    for (size_t i = 0; i < job->capable_count; i++)
        if (smime__cert_equal(job->capable[i].cert, recipient->cert) &&
            smime__capabilities_have(smime__buf_view(&job->capable[i].capabilities), oid))
            return 1;
    return smime__capabilities_have(recipient->cert->smime_capabilities, oid) ||
           (person && smime__capabilities_have(smime__buf_view(&person->capabilities), oid));
}

static const char *name_of(const smime_cert *cert)
{
    return cert->email_count ? cert->emails[0].address : cert->subject_text;
}

/* A note that names the first one who does not read something, and how many more. */
static smime_status note_others(smime_protect *job, const char *format_start,
                                const smime_cert *first, size_t count, const char *what)
{
    smime__buf text = { 0 };
    smime_status status = smime__buf_format(&text, "%s%.*s", format_start,
                                            smime__utf8_fit(name_of(first), 100), name_of(first));

    if (status == SMIME_OK && count > 1)
        status = smime__buf_format(&text, " and %zu more are", count - 1);
    else if (status == SMIME_OK)
        status = smime__buf_add_text(&text, " is");
    if (status == SMIME_OK)
        status = smime__buf_format(&text, " not known to read %s.", what);
    if (status == SMIME_OK && !smime__buf_text(&text))
        status = SMIME_E_NOMEM;
    if (status == SMIME_OK)
        status = smime__protect_note(job, (const char *)text.data);
    smime__buf_free(&text);
    return status;
}

static smime_status choose_cipher(smime_protect *job, smime__enveloped_spec *spec)
{
    static const smime__cipher ciphers[] = { SMIME__CIPHER_NONE, SMIME__CIPHER_AES128_CBC,
                                             SMIME__CIPHER_AES256_CBC, SMIME__CIPHER_AES128_GCM,
                                             SMIME__CIPHER_AES256_GCM };
    const smime_cert *first = NULL;
    size_t lacking = 0;

    spec->cipher = ciphers[job->cipher];
    if (spec->cipher != SMIME__CIPHER_NONE)
        return allows_cipher(job, spec->cipher) ? SMIME_OK : refuse(job, "no such cipher");
    for (size_t i = job->recipient_count; i--;)
        if (!is_capable(job, &job->recipients[i], SMIME__OID_AES256_GCM)) {
            first = job->recipients[i].cert;
            lacking++;
        }
    spec->cipher = lacking ? SMIME__CIPHER_AES256_CBC : SMIME__CIPHER_AES256_GCM;
    if (!allows_cipher(job, spec->cipher)) {
        spec->cipher = lacking ? SMIME__CIPHER_AES256_GCM : SMIME__CIPHER_AES256_CBC;
        if (!allows_cipher(job, spec->cipher))
            return refuse(job, "neither AES-256-GCM nor AES-256-CBC");
        return smime__protect_note(job, lacking ? "Encrypted with AES-256-GCM: the policy does not "
                                                  "allow AES-256-CBC."
                                                : "Encrypted with AES-256-CBC: the policy does not "
                                                  "allow AES-256-GCM.");
    }
    return lacking ? note_others(job, "Encrypted with AES-256-CBC: ", first, lacking, "AES-256-GCM")
                   : smime__protect_note(job, "Encrypted with AES-256-GCM: every recipient is known "
                                              "to read it.");
}

/* For an RSA key, where nothing was chosen; *ret_v15 counts those who are not known to read better. */
static void choose_rsa(const smime_protect *job, smime__recipient *recipient)
{
    int oaep = allows(job, SMIME__RULE_TRANSPORT + SMIME__VIA_RSA_OAEP);
    int v15 = allows(job, SMIME__RULE_TRANSPORT + SMIME__VIA_RSA_V15);

    if (oaep && (!v15 || is_capable(job, recipient, SMIME__OID_RSA_OAEP)))
        recipient->transport = SMIME__TRANSPORT_OAEP;
}

static smime_status choose_transports(smime_protect *job)
{
    const smime_cert *first = NULL;
    size_t count = 0;

    for (size_t i = 0; i < job->recipient_count; i++) {
        smime__recipient *recipient = &job->recipients[i];
        int is_rsa = smime__pubkey_kind(recipient->cert->key) == SMIME__KEY_RSA;

        recipient->oaep_hash = job->oaep_hash;
        recipient->transport = job->transport == SMIME_TRANSPORT_RSA_OAEP ? SMIME__TRANSPORT_OAEP
                                                                          : SMIME__TRANSPORT_V15;
        if (job->transport == SMIME_TRANSPORT_AUTO && is_rsa)
            choose_rsa(job, recipient);
        if (!allows(job, SMIME__RULE_TRANSPORT + smime__recipient_via(recipient)))
            return refuse(job, "no way to encrypt to the key of a recipient");
        if (job->transport != SMIME_TRANSPORT_AUTO || !is_rsa ||
            recipient->transport == SMIME__TRANSPORT_OAEP)
            continue;
        first = first ? first : recipient->cert;
        count++;
    }
    return count ? note_others(job, "The content key goes by RSA PKCS#1 v1.5: ", first, count,
                               "OAEP")
                 : SMIME_OK;
}

smime_status smime__protect_choose(smime_protect *job, smime__enveloped_spec *spec)
{
    smime_status status = choose_cipher(job, spec);

    if (status == SMIME_OK)
        status = choose_transports(job);
    spec->recipients = job->recipients;
    spec->count = job->recipient_count;
    return status;
}

smime_status smime__protect_check_signers(smime_protect *job)
{
    for (size_t i = 0; i < job->signer_count; i++) {
        smime__signer signer = job->signers[i];
        smime__signature_kind how;
        smime_status status;

        signer.hash = smime__protect_hash(job, signer.identity);
        signer.pss = job->pss;
        status = smime__signer_kind(&signer, &how);
        if (status < 0)
            return status;
        if (!allows(job, SMIME__RULE_HASH + (int)signer.hash) ||
            !allows(job, SMIME__RULE_SCHEME + (int)how.scheme))
            return refuse(job, "no such signature");
    }
    return SMIME_OK;
}

smime_status smime_protect_use_known(smime_protect *job, smime_known *known)
{
    smime_status status = job ? smime__job_may_configure(&job->job) : SMIME_E_INVALID_ARG;

    if (status < 0)
        return status;
    smime_known_unref(job->known);
    job->known = smime_known_ref(known);
    return SMIME_OK;
}

smime_status smime_protect_set_capabilities(smime_protect *job, smime_cert *cert,
                                            const void *capabilities, size_t len)
{
    smime__view der = smime__view_of(capabilities, capabilities ? len : 0);
    smime__capable *made;
    smime_status status;

    if (!job || !cert || !capabilities)
        return SMIME_E_INVALID_ARG;
    if (!smime__capabilities_check(der))
        return SMIME_E_BER;
    status = smime__job_may_configure(&job->job);
    if (status == SMIME_OK)
        status = smime__grow((void **)&job->capable, job->capable_count, &job->capable_room,
                             sizeof *job->capable);
    if (status < 0)
        return status;
    made = &job->capable[job->capable_count];
    memset(made, 0, sizeof *made);
    status = smime__buf_add_view(&made->capabilities, der);
    if (status < 0)
        return status;
    made->cert = smime_cert_ref(cert);
    job->capable_count++;
    return SMIME_OK;
}
