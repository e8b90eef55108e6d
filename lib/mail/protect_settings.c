/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a protect job is told before the first byte, and what it chooses by itself. */
#include "mail/protect.h"

#include "cms/attributes.h"
#include "cms/encoder.h"

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
    unsigned least = job->job.settings.rules.least_rsa[SMIME__WRITING];
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

smime_status smime_protect_add_attribute(smime_protect *job, const char *oid, const void *value,
                                         size_t len)
{
    smime_status status = configure(job);

    if (status == SMIME_OK && (!oid || !value))
        status = SMIME_E_INVALID_ARG;
    if (status == SMIME_OK)
        status = smime__limit_check(&job->job.settings.limits, SMIME_LIMIT_ATTRIBUTES,
                                    smime__attribute_count(smime__buf_view(&job->attributes)) + 8,
                                    &job->job.error);
    return status == SMIME_OK
               ? smime__encoder_attribute(&job->attributes, oid, smime__view_of(value, len))
               : status;
}

smime_status smime_protect_set_triple(smime_protect *job, int32_t triple)
{
    smime_status status = configure(job);

    if (status == SMIME_OK)
        job->triple = triple != 0;
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
