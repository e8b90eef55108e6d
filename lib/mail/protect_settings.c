/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a protect job is told before the first byte, and what it chooses by itself. */
#include "mail/protect.h"

#include <string.h>

static smime_status configure(smime_protect *job)
{
    smime_status status = job ? smime__job_may_configure(&job->job) : SMIME_E_INVALID_ARG;

    if (status == SMIME_OK)
        smime__error_clear(&job->job.error);
    return status;
}

static smime_status refuse(smime_protect *job, const smime_cert *cert, const char *why)
{
    return smime__fail(&job->job.error, SMIME_E_CERT_UNSUITABLE,
                       "the certificate of %.100s is refused: %s", cert->subject_text, why);
}

/* What no reader of ours would accept is not made. */
static const char *too_weak(const smime_protect *job, const smime_cert *cert)
{
    unsigned least = job->job.settings.preset == SMIME_POLICY_LEGACY ? 1024 : 2048;
    unsigned bits = smime__pubkey_bits(cert->key);

    switch (smime__pubkey_kind(cert->key)) {
    case SMIME__KEY_RSA:
    case SMIME__KEY_RSA_PSS:
        if (bits < least)
            return "its RSA key is too short";
        if (bits > 8192 || !smime__pubkey_exponent_sane(cert->key))
            return "its RSA key is out of all proportion";
        return NULL;
    case SMIME__KEY_EC:
    case SMIME__KEY_X25519:
    case SMIME__KEY_X448:
        return smime__pubkey_curve(cert->key) ? NULL : "its elliptic curve is not supported";
    case SMIME__KEY_ED25519:
        return NULL;
    default:
        return "its kind of key is not supported";
    }
}

smime_status smime_protect_sign(smime_protect *job, smime_identity *identity)
{
    smime__signer signer = { .identity = identity, .hash = SMIME__HASH_SHA512 };
    smime__signature_kind how;
    const char *why;
    smime_status status = configure(job);

    if (status == SMIME_OK && !identity)
        status = SMIME_E_INVALID_ARG;
    if (status < 0)
        return status;
    why = smime__cert_unusable(identity->cert, SMIME_USE_SIGN, job->job.settings.time);
    if (!why)
        why = too_weak(job, identity->cert);
    if (why)
        return refuse(job, identity->cert, why);
    status = smime__signer_kind(&signer, &how);
    if (status < 0)
        return smime__fail(&job->job.error, status, "this kind of key cannot sign here");
    status = smime__limit_check(&job->job.settings.limits, SMIME_LIMIT_SIGNERS,
                                job->signer_count + 1, &job->job.error);
    if (status == SMIME_OK)
        status = smime__grow((void **)&job->signers, job->signer_count, &job->signer_room,
                             sizeof *job->signers);
    if (status < 0)
        return status;
    smime_identity_ref(identity);
    job->signers[job->signer_count++] = signer;
    return SMIME_OK;
}

smime_status smime_protect_encrypt_to(smime_protect *job, smime_cert *cert)
{
    smime__recipient recipient = { .cert = cert,
                                   .transport = SMIME__TRANSPORT_AUTO,
                                   .oaep_hash = SMIME__HASH_SHA256 };
    const char *why;
    smime_status status = configure(job);

    if (status == SMIME_OK && !cert)
        status = SMIME_E_INVALID_ARG;
    if (status < 0)
        return status;
    why = smime__cert_unusable(cert, SMIME_USE_ENCRYPT, job->job.settings.time);
    if (!why)
        why = too_weak(job, cert);
    if (why)
        return refuse(job, cert, why);
    for (size_t i = 0; i < job->recipient_count; i++)
        if (smime__cert_equal(job->recipients[i].cert, cert))
            return SMIME_OK;
    status = smime__limit_check(&job->job.settings.limits, SMIME_LIMIT_RECIPIENTS,
                                job->recipient_count + 1, &job->job.error);
    if (status == SMIME_OK)
        status = smime__grow((void **)&job->recipients, job->recipient_count,
                             &job->recipient_room, sizeof *job->recipients);
    if (status < 0)
        return status;
    smime_cert_ref(cert);
    job->recipients[job->recipient_count++] = recipient;
    return SMIME_OK;
}

smime_status smime_protect_encrypt_to_self(smime_protect *job, smime_cert *cert)
{
    smime_status status = smime_protect_encrypt_to(job, cert);

    if (status == SMIME_OK)
        job->has_self = 1;
    return status;
}

smime_status smime_protect_no_self(smime_protect *job)
{
    smime_status status = configure(job);

    if (status == SMIME_OK)
        job->no_self = 1;
    return status;
}

smime_status smime_protect_set_opaque(smime_protect *job, int32_t opaque)
{
    smime_status status = configure(job);

    if (status == SMIME_OK)
        job->opaque = opaque != 0;
    return status;
}

static smime__hash hash_of(int32_t digest)
{
    switch (digest) {
    case SMIME_DIGEST_SHA256:
        return SMIME__HASH_SHA256;
    case SMIME_DIGEST_SHA384:
        return SMIME__HASH_SHA384;
    case SMIME_DIGEST_SHA512:
        return SMIME__HASH_SHA512;
    default:
        return SMIME__HASH_NONE;
    }
}

smime_status smime_protect_set_digest(smime_protect *job, int32_t digest)
{
    smime_status status = configure(job);

    if (status == SMIME_OK && hash_of(digest) == SMIME__HASH_NONE)
        status = SMIME_E_INVALID_ARG;
    if (status == SMIME_OK) {
        job->hash = hash_of(digest);
        job->hash_chosen = 1;
    }
    return status;
}

smime__hash smime__protect_hash(const smime_protect *job, const smime_identity *identity)
{
    if (smime__privkey_kind(identity->key) == SMIME__KEY_ED25519)
        return SMIME__HASH_SHA512;
    if (job->hash_chosen || smime__privkey_kind(identity->key) != SMIME__KEY_EC)
        return job->hash;
    /* as strong as the curve, RFC 5753 8: gpgsm refuses a shorter one */
    switch (smime__pubkey_curve(identity->cert->key)) {
    case SMIME__CURVE_P384:
        return SMIME__HASH_SHA384;
    case SMIME__CURVE_P521:
        return SMIME__HASH_SHA512;
    default:
        return job->hash;
    }
}

smime_status smime_protect_set_pss(smime_protect *job, int32_t pss)
{
    smime_status status = configure(job);

    if (status == SMIME_OK)
        job->pss = pss != 0;
    return status;
}

smime_status smime_protect_set_cipher(smime_protect *job, int32_t cipher)
{
    smime_status status = configure(job);

    if (status == SMIME_OK && (cipher < SMIME_CIPHER_AUTO || cipher > SMIME_CIPHER_AES_256_GCM))
        status = SMIME_E_INVALID_ARG;
    if (status == SMIME_OK)
        job->cipher = cipher;
    return status;
}

smime_status smime_protect_set_transport(smime_protect *job, int32_t transport, int32_t digest)
{
    smime_status status = configure(job);
    smime__hash hash = digest ? hash_of(digest) : SMIME__HASH_SHA256;

    if (status == SMIME_OK && (transport < SMIME_TRANSPORT_AUTO ||
                               transport > SMIME_TRANSPORT_RSA_OAEP || hash == SMIME__HASH_NONE))
        status = SMIME_E_INVALID_ARG;
    if (status == SMIME_OK) {
        job->transport = transport;
        job->oaep_hash = hash;
    }
    return status;
}

/* RFC 4262: SMIMECapabilities in a certificate: a list of algorithms its owner can read. */
static int is_capable(const smime_cert *cert, smime__oid oid)
{
    smime__der der = smime__der_cursor(cert->smime_capabilities), list, each;
    smime__view id;

    if (!smime__der_enter(&der, SMIME__SEQUENCE, &list))
        return 0;
    while (smime__der_enter(&list, SMIME__SEQUENCE, &each))
        if (smime__der_take_oid(&each, &id) && smime__oid_find(id) == oid)
            return 1;
    return 0;
}

static smime_status choose_cipher(smime_protect *job, smime__enveloped_spec *spec)
{
    static const smime__cipher ciphers[] = { SMIME__CIPHER_NONE, SMIME__CIPHER_AES128_CBC,
                                             SMIME__CIPHER_AES256_CBC, SMIME__CIPHER_AES128_GCM,
                                             SMIME__CIPHER_AES256_GCM };
    int all = 1;

    spec->cipher = ciphers[job->cipher];
    if (spec->cipher != SMIME__CIPHER_NONE)
        return SMIME_OK;
    for (size_t i = 0; i < job->recipient_count; i++)
        all &= is_capable(job->recipients[i].cert, SMIME__OID_AES256_GCM);
    spec->cipher = all ? SMIME__CIPHER_AES256_GCM : SMIME__CIPHER_AES256_CBC;
    return smime__protect_note(job, all ? "Encrypted with AES-256-GCM: every recipient's certificate "
                                          "says that it is read."
                                        : "Encrypted with AES-256-CBC: not every recipient is known "
                                          "to read AES-256-GCM.");
}

static smime_status choose_transport(smime_protect *job, smime__recipient *recipient)
{
    recipient->oaep_hash = job->oaep_hash;
    recipient->transport = job->transport == SMIME_TRANSPORT_RSA_OAEP ? SMIME__TRANSPORT_OAEP
                                                                      : SMIME__TRANSPORT_V15;
    if (job->transport != SMIME_TRANSPORT_AUTO ||
        smime__pubkey_kind(recipient->cert->key) != SMIME__KEY_RSA)
        return SMIME_OK;
    if (is_capable(recipient->cert, SMIME__OID_RSA_OAEP)) {
        recipient->transport = SMIME__TRANSPORT_OAEP;
        return SMIME_OK;
    }
    return smime__protect_note(job, "The content key goes by RSA PKCS#1 v1.5 to recipients who are "
                                    "not known to read OAEP.");
}

smime_status smime__protect_choose(smime_protect *job, smime__enveloped_spec *spec)
{
    smime_status status = choose_cipher(job, spec);

    for (size_t i = 0; i < job->recipient_count && status == SMIME_OK; i++)
        status = choose_transport(job, &job->recipients[i]);
    spec->recipients = job->recipients;
    spec->count = job->recipient_count;
    return status;
}
