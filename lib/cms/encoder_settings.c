/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an encoder is told before the first byte. */
#include "cms/encoder.h"

#include "cms/attributes.h"

#include <string.h>

#define ANY_KIND 0x1feu
#define ITERATIONS_USUAL 600000 /* OWASP's figure for PBKDF2 with HMAC-SHA-256, 2023 */
#define ATTRIBUTES_OWN 6

smime_status smime_cms_encoder_set_form(smime_cms_encoder *job, int32_t form)
{
    smime_status status = smime__encoder_configure(job, ANY_KIND);

    if (status == SMIME_OK && form != SMIME_FORM_BINARY && form != SMIME_FORM_PEM)
        return SMIME_E_INVALID_ARG;
    if (status == SMIME_OK)
        job->form = form;
    return status;
}

smime_status smime_cms_encoder_set_content_type(smime_cms_encoder *job, const char *oid)
{
    smime__buf type = { 0 };
    smime_status status = smime__encoder_configure(job, ANY_KIND & ~(1u << SMIME_LAYER_DATA));

    if (status == SMIME_OK)
        status = oid ? smime__oid_parse(&type, oid) : SMIME_E_INVALID_ARG;
    if (status < 0) {
        smime__buf_free(&type);
        return status;
    }
    smime__buf_free(&job->type);
    job->type = type;
    return SMIME_OK;
}

smime_status smime_cms_encoder_set_detached(smime_cms_encoder *job, int32_t detached)
{
    smime_status status = smime__encoder_configure(job, 1u << SMIME_LAYER_SIGNED);

    if (status == SMIME_OK && (detached < 0 || detached > 1 || (detached && job->inner) ||
                               (!detached && job->given))) /* there is no content to put inside */
        return SMIME_E_INVALID_ARG;
    if (status == SMIME_OK)
        job->detached = detached;
    return status;
}

smime_status smime_cms_encoder_set_length(smime_cms_encoder *job, uint64_t length)
{
    smime_status status = smime__encoder_configure(job, ANY_KIND);

    if (status == SMIME_OK) {
        job->has_length = 1;
        job->length = length;
    }
    return status;
}

smime__hash smime__digest_hash(int32_t digest)
{
    static const smime__hash hashes[] = {
        SMIME__HASH_NONE,     SMIME__HASH_SHA256,   SMIME__HASH_SHA384,   SMIME__HASH_SHA512,
        SMIME__HASH_SHA3_256, SMIME__HASH_SHA3_384, SMIME__HASH_SHA3_512, SMIME__HASH_SHAKE256,
    };

    return digest < 0 || digest > SMIME_DIGEST_SHAKE256 ? SMIME__HASH_NONE : hashes[digest];
}

static smime__hash hash_for(const smime_identity *identity, int32_t digest)
{
    if (digest)
        return smime__digest_hash(digest);
    if (smime__privkey_kind(identity->key) == SMIME__KEY_ED25519)
        return SMIME__HASH_SHA512;
    if (smime__privkey_kind(identity->key) == SMIME__KEY_ED448)
        return SMIME__HASH_SHAKE256;
    switch (smime__privkey_curve(identity->key)) {
    case SMIME__CURVE_P384:
        return SMIME__HASH_SHA384;
    case SMIME__CURVE_P521:
        return SMIME__HASH_SHA512;
    default:
        return SMIME__HASH_SHA256;
    }
}

static smime_status check_signer(smime_cms_encoder *job, const smime__signer *signer)
{
    smime__signature_kind how;
    smime_status status = smime__signer_kind(signer, &how);

    if (status == SMIME_OK && signer->no_attributes &&
        (how.scheme == SMIME__SCHEME_ED25519 || how.scheme == SMIME__SCHEME_ED448))
        status = SMIME_E_UNSUPPORTED; /* it would have to hold all of the content */
    if (status < 0)
        return smime__fail(&job->job.error, status, "this key cannot sign in this way");
    if (!smime__rules_allow(&job->job.settings.rules, SMIME__WRITING,
                            SMIME__RULE_HASH + (int)signer->hash) ||
        !smime__rules_allow(&job->job.settings.rules, SMIME__WRITING,
                            SMIME__RULE_SCHEME + (int)how.scheme))
        return smime__fail(&job->job.error, SMIME_E_POLICY,
                           "the policy does not allow such signatures");
    if (signer->by_key_id && !signer->identity->cert->subject_key_id.len)
        return smime__fail(&job->job.error, SMIME_E_UNSUPPORTED,
                           "the certificate has no subject key identifier");
    return smime__limit_check(&job->job.settings.limits, SMIME_LIMIT_SIGNERS,
                              job->signer_count + 1, &job->job.error);
}

smime_status smime__encoder_signer(smime_cms_encoder *job, smime_identity *identity,
                                   int32_t digest, uint32_t flags, smime__signer *ret_signer)
{
    if (!identity || digest < 0 || digest > SMIME_DIGEST_SHAKE256 || flags > 15)
        return SMIME_E_INVALID_ARG;
    *ret_signer = (smime__signer){
        .identity = identity,
        .hash = hash_for(identity, digest),
        .pss = (flags & SMIME_SIGNER_PSS) != 0,
        .by_key_id = (flags & SMIME_SIGNER_KEY_ID) != 0,
        .no_attributes = (flags & SMIME_SIGNER_NO_ATTRIBUTES) != 0,
        .no_capabilities = (flags & SMIME_SIGNER_NO_CAPABILITIES) != 0,
    };
    return check_signer(job, ret_signer);
}

smime_status smime_cms_encoder_add_signer(smime_cms_encoder *job, smime_identity *identity,
                                          int32_t digest, uint32_t flags, size_t *ret_signer)
{
    smime__signer signer;
    smime_status status = smime__encoder_configure(job, 1u << SMIME_LAYER_SIGNED);

    if (status == SMIME_OK)
        status = smime__encoder_signer(job, identity, digest, flags, &signer);
    if (status == SMIME_OK)
        status = smime__identity_carry(identity, &job->carried);
    if (status == SMIME_OK)
        status = smime__grow((void **)&job->signers, job->signer_count, &job->signer_room,
                             sizeof *job->signers);
    if (status < 0)
        return status;
    smime_identity_ref(identity);
    if (ret_signer)
        *ret_signer = job->signer_count;
    job->signers[job->signer_count++] = signer;
    return SMIME_OK;
}

smime_status smime_cms_encoder_set_digest(smime_cms_encoder *job, int32_t digest,
                                          const void *value, size_t len)
{
    smime_status status = smime__encoder_configure(job, 1u << SMIME_LAYER_SIGNED);
    smime__hash hash;

    if (status == SMIME_OK && (digest < SMIME_DIGEST_SHA256 || digest > SMIME_DIGEST_SHAKE256))
        status = SMIME_E_INVALID_ARG;
    if (status < 0)
        return status;
    hash = smime__digest_hash(digest);
    if (!value || len != smime__hash_size(hash) || !job->detached)
        return SMIME_E_INVALID_ARG;
    job->given = hash;
    memcpy(job->given_digest, value, len);
    job->given_digests[hash] = job->given_digest;
    return SMIME_OK;
}

/* Those that the encoder writes itself: one that stands twice makes the signature bad. */
static int is_own(smime__view type)
{
    static const smime__oid own[ATTRIBUTES_OWN] = {
        SMIME__OID_CONTENT_TYPE,       SMIME__OID_MESSAGE_DIGEST,
        SMIME__OID_SIGNING_TIME,       SMIME__OID_SMIME_CAPABILITIES,
        SMIME__OID_SIGNING_CERTIFICATE_V2, SMIME__OID_ALGORITHM_PROTECTION,
    };

    for (size_t i = 0; i < ATTRIBUTES_OWN; i++)
        if (smime__view_equal(type, smime__oid_bytes(own[i])))
            return 1;
    return 0;
}

smime_status smime__encoder_attribute(smime__buf *to, const char *oid, smime__view value)
{
    smime__der der = smime__der_cursor(value);
    smime__buf type = { 0 };
    smime_status status;

    if (!oid || !value.data)
        return SMIME_E_INVALID_ARG;
    if (!smime__der_next(&der, NULL, NULL, NULL) || !smime__der_done(&der))
        return SMIME_E_BER;
    status = smime__oid_parse(&type, oid);
    if (status == SMIME_OK && is_own(smime__buf_view(&type)))
        status = SMIME_E_INVALID_ARG;
    if (status == SMIME_OK)
        status = smime__attribute_add_bytes(to, smime__buf_view(&type), value);
    smime__buf_free(&type);
    return status;
}

smime_status smime_cms_encoder_add_attribute(smime_cms_encoder *job, size_t signer,
                                             int32_t is_signed, const char *oid,
                                             const void *value, size_t len)
{
    smime__buf *to;
    smime_status status = smime__encoder_configure(job, 1u << SMIME_LAYER_SIGNED);

    if (status == SMIME_OK && (!oid || !value || signer >= job->signer_count ||
                               (is_signed != 0 && is_signed != 1)))
        status = SMIME_E_INVALID_ARG;
    if (status < 0)
        return status;
    to = is_signed ? &job->signers[signer].more_signed : &job->signers[signer].more_unsigned;
    status = smime__limit_check(&job->job.settings.limits, SMIME_LIMIT_ATTRIBUTES,
                                smime__attribute_count(smime__buf_view(to)) + ATTRIBUTES_OWN + 1,
                                &job->job.error);
    if (status == SMIME_OK && is_signed && job->signers[signer].no_attributes)
        status = SMIME_E_INVALID_ARG;
    return status == SMIME_OK ? smime__encoder_attribute(to, oid, smime__view_of(value, len))
                              : status;
}

smime_status smime_cms_encoder_add_cert(smime_cms_encoder *job, smime_cert *cert)
{
    smime_status status = smime__encoder_configure(job, 1u << SMIME_LAYER_SIGNED);

    if (status == SMIME_OK)
        status = cert ? smime__pool_add(&job->carried, cert) : SMIME_E_INVALID_ARG;
    return status;
}

smime_status smime_cms_encoder_add_crl(smime_cms_encoder *job, smime_crl *crl)
{
    smime_status status = smime__encoder_configure(job, 1u << SMIME_LAYER_SIGNED);

    if (status == SMIME_OK)
        status = crl ? smime__evidence_add_crl(&job->evidence, crl) : SMIME_E_INVALID_ARG;
    return status;
}

smime_status smime_cms_encoder_add_ocsp(smime_cms_encoder *job, smime_ocsp *ocsp)
{
    smime_status status = smime__encoder_configure(job, 1u << SMIME_LAYER_SIGNED);

    if (status == SMIME_OK)
        status = ocsp ? smime__evidence_add_ocsp(&job->evidence, ocsp) : SMIME_E_INVALID_ARG;
    return status;
}

/* Takes over what @p recipient holds, whatever comes of it. */
static smime_status add_recipient(smime_cms_encoder *job, smime__recipient *recipient)
{
    smime_status status = smime__limit_check(&job->job.settings.limits, SMIME_LIMIT_RECIPIENTS,
                                             job->recipient_count + 1, &job->job.error);

    if (status == SMIME_OK)
        status = smime__grow((void **)&job->recipients, job->recipient_count,
                             &job->recipient_room, sizeof *job->recipients);
    if (status < 0)
        smime__recipient_clear(recipient);
    else
        job->recipients[job->recipient_count++] = *recipient;
    return status;
}

static int can_receive(const smime_cert *cert)
{
    switch (smime__pubkey_kind(cert->key)) {
    case SMIME__KEY_RSA:
        return 1;
    case SMIME__KEY_EC:
    case SMIME__KEY_X25519:
    case SMIME__KEY_X448:
        return smime__pubkey_curve(cert->key) != SMIME__CURVE_NONE;
    default:
        return 0;
    }
}

/* What was chosen for recipients that come now. */
static smime_status take_choices(const smime_cms_encoder *job, smime__recipient *recipient)
{
    const smime__recipient *next = &job->next;
    smime_status status;

    recipient->oaep_hash = next->oaep_hash == SMIME__HASH_NONE ? SMIME__HASH_SHA256
                                                               : next->oaep_hash;
    recipient->mgf_hash = next->mgf_hash;
    recipient->kdf_hash = next->kdf_hash;
    recipient->cofactor = next->cofactor;
    status = smime__buf_add_view(&recipient->label, smime__buf_view(&next->label));
    if (status == SMIME_OK)
        status = smime__buf_add_view(&recipient->ukm, smime__buf_view(&next->ukm));
    if (status < 0)
        smime__buf_free(&recipient->label);
    return status;
}

smime_status smime_cms_encoder_add_recipient(smime_cms_encoder *job, smime_cert *cert,
                                             uint32_t flags)
{
    smime__recipient recipient = { .cert = cert,
                                   .transport = flags & SMIME_RECIPIENT_KEM    ? SMIME__TRANSPORT_KEM
                                                : flags & SMIME_RECIPIENT_OAEP ? SMIME__TRANSPORT_OAEP
                                                                               : SMIME__TRANSPORT_V15,
                                   .by_key_id = (flags & SMIME_RECIPIENT_KEY_ID) != 0 };
    smime_status status = smime__encoder_configure(job, SMIME__WITH_RECIPIENTS);

    if (status == SMIME_OK && (!cert || flags > 7))
        status = SMIME_E_INVALID_ARG;
    if (status < 0)
        return status;
    if (!smime__rules_allow(&job->job.settings.rules, SMIME__WRITING,
                            SMIME__RULE_TRANSPORT + smime__recipient_via(&recipient)) &&
        cert->key && can_receive(cert))
        return smime__fail(&job->job.error, SMIME_E_POLICY, "the policy does not allow this way");
    if (!cert->key || !can_receive(cert))
        return smime__fail(&job->job.error, SMIME_E_UNSUPPORTED,
                           "this kind of key cannot be encrypted to");
    if (recipient.by_key_id && !cert->subject_key_id.len)
        return smime__fail(&job->job.error, SMIME_E_UNSUPPORTED,
                           "the certificate has no subject key identifier");
    status = take_choices(job, &recipient);
    if (status < 0)
        return status;
    smime_cert_ref(cert);
    return add_recipient(job, &recipient);
}

smime_status smime_cms_encoder_set_oaep(smime_cms_encoder *job, int32_t digest,
                                        int32_t mask_digest, const void *label, size_t len)
{
    smime__hash hash = smime__digest_hash(digest), mask = smime__digest_hash(mask_digest);
    smime__buf copy = { 0 };
    smime_status status = smime__encoder_configure(job, SMIME__WITH_RECIPIENTS);

    if (status == SMIME_OK && ((digest && hash == SMIME__HASH_NONE) ||
                               (mask_digest && mask == SMIME__HASH_NONE) || (len && !label) ||
                               smime__hash_is_shake(hash) || smime__hash_is_shake(mask)))
        status = SMIME_E_INVALID_ARG;
    if (status == SMIME_OK)
        status = smime__buf_add(&copy, label, len);
    if (status < 0) {
        smime__buf_free(&copy);
        return status;
    }
    smime__buf_free(&job->next.label);
    job->next.label = copy;
    job->next.oaep_hash = hash;
    job->next.mgf_hash = mask;
    return SMIME_OK;
}

smime_status smime_cms_encoder_set_agreement(smime_cms_encoder *job, int32_t digest,
                                             int32_t cofactor, const void *ukm, size_t len)
{
    smime__buf copy = { 0 };
    smime_status status = smime__encoder_configure(job, SMIME__WITH_RECIPIENTS);

    if (status == SMIME_OK && (digest < 0 || digest > SMIME_DIGEST_SHA512 || cofactor < 0 ||
                               cofactor > 1 || (len && !ukm)))
        status = SMIME_E_INVALID_ARG;
    if (status == SMIME_OK)
        status = smime__buf_add(&copy, ukm, len);
    if (status < 0) {
        smime__buf_free(&copy);
        return status;
    }
    smime__buf_free(&job->next.ukm);
    job->next.ukm = copy;
    job->next.kdf_hash = smime__digest_hash(digest);
    job->next.cofactor = cofactor;
    return SMIME_OK;
}

static smime_status add_shared(smime_cms_encoder *job, smime__recipient *recipient,
                               smime__view id, smime__view secret)
{
    smime_status status;

    recipient->shared.secret.secret = 1;
    status = smime__buf_add_view(&recipient->shared.id, id);
    if (status == SMIME_OK)
        status = smime__buf_add_view(&recipient->shared.secret, secret);
    if (status == SMIME_OK)
        return add_recipient(job, recipient);
    smime__recipient_clear(recipient);
    return status;
}

/* A reader with none of the passwords tries them all. */
static uint64_t iterations_of(const smime_cms_encoder *job)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < job->recipient_count; i++)
        sum += job->recipients[i].iterations;
    return sum;
}

smime_status smime_cms_encoder_add_password(smime_cms_encoder *job, const void *password,
                                            size_t len, uint32_t iterations)
{
    smime__recipient recipient = { .shared = { .kind = SMIME__SHARED_PASSWORD },
                                   .iterations = iterations ? iterations : ITERATIONS_USUAL };
    smime_status status = smime__encoder_configure(job, SMIME__WITH_RECIPIENTS);

    if (status == SMIME_OK && (!password || recipient.iterations > INT32_MAX))
        status = SMIME_E_INVALID_ARG;
    if (status == SMIME_OK) /* what its own reader would refuse is not written */
        status = smime__limit_check(&job->job.settings.limits, SMIME_LIMIT_ITERATIONS,
                                    iterations_of(job) + recipient.iterations, &job->job.error);
    return status == SMIME_OK ? add_shared(job, &recipient, smime__view_of(NULL, 0),
                                           smime__view_of(password, len))
                              : status;
}

smime_status smime_cms_encoder_add_shared_key(smime_cms_encoder *job, const void *id,
                                              size_t id_len, const void *key, size_t len)
{
    smime__recipient recipient = { .shared = { .kind = SMIME__SHARED_KEK } };
    smime_status status = smime__encoder_configure(job, SMIME__WITH_RECIPIENTS);

    if (status == SMIME_OK &&
        (!key || (id_len && !id) || (len != 16 && len != 24 && len != 32)))
        status = SMIME_E_INVALID_ARG;
    return status == SMIME_OK ? add_shared(job, &recipient, smime__view_of(id, id_len),
                                           smime__view_of(key, len))
                              : status;
}

smime_status smime_cms_encoder_set_content_key(smime_cms_encoder *job, const void *key, size_t len)
{
    smime_status status = smime__encoder_configure(job, 1u << SMIME_LAYER_ENCRYPTED);

    if (status == SMIME_OK && (!key || !len || len > SMIME__KEY_MAX))
        status = SMIME_E_INVALID_ARG;
    if (status < 0)
        return status;
    smime__buf_clear(&job->key);
    return smime__buf_add(&job->key, key, len);
}

/* "hmac-sha256" for a MAC, "sha256" for a digest; of 256 bits and more. */
static smime__hash hash_by_name(int32_t kind, const char *name)
{
    smime__hash hash;

    if (kind == SMIME_LAYER_AUTHENTICATED) {
        if (strncmp(name, "hmac-", 5) != 0)
            return SMIME__HASH_NONE;
        name += 5;
    }
    hash = smime__hash_by_name(name, strlen(name));
    if (hash < SMIME__HASH_SHA256 || !smime__hash_is_available(hash) ||
        (kind == SMIME_LAYER_AUTHENTICATED && hash > SMIME__HASH_SHA512))
        return SMIME__HASH_NONE;
    return hash;
}

static int fits_kind(int32_t kind, smime__cipher cipher)
{
    return cipher != SMIME__CIPHER_NONE && !smime__cipher_is_weak(cipher) &&
           smime__cipher_is_aead(cipher) == (kind == SMIME_LAYER_AUTH_ENVELOPED);
}

smime_status smime_cms_encoder_set_algorithm(smime_cms_encoder *job, const char *name)
{
    const unsigned hashes = 1u << SMIME_LAYER_DIGESTED | 1u << SMIME_LAYER_AUTHENTICATED;
    const unsigned ciphers = 1u << SMIME_LAYER_ENVELOPED | 1u << SMIME_LAYER_AUTH_ENVELOPED |
                             1u << SMIME_LAYER_ENCRYPTED;
    smime_status status = smime__encoder_configure(job, hashes | ciphers);

    if (status == SMIME_OK && !name)
        status = SMIME_E_INVALID_ARG;
    if (status < 0)
        return status;
    if (hashes >> job->kind & 1) {
        smime__hash hash = hash_by_name(job->kind, name);
        if (hash == SMIME__HASH_NONE)
            return SMIME_E_INVALID_ARG;
        if (!smime__rules_allow(&job->job.settings.rules, SMIME__WRITING,
                                SMIME__RULE_HASH + (int)hash))
            return SMIME_E_POLICY;
        job->hash = hash;
        return SMIME_OK;
    }
    if (!fits_kind(job->kind, smime__cipher_by_name(name)))
        return SMIME_E_INVALID_ARG;
    if (!smime__rules_allow(&job->job.settings.rules, SMIME__WRITING,
                            SMIME__RULE_CIPHER + (int)smime__cipher_by_name(name)))
        return SMIME_E_POLICY;
    job->cipher = smime__cipher_by_name(name);
    return SMIME_OK;
}

smime_status smime_cms_encoder_set_derived(smime_cms_encoder *job, int32_t derived)
{
    smime_status status = smime__encoder_configure(
        job, 1u << SMIME_LAYER_ENVELOPED | 1u << SMIME_LAYER_AUTH_ENVELOPED |
                 1u << SMIME_LAYER_ENCRYPTED);

    if (status == SMIME_OK && derived != 0 && derived != 1)
        return SMIME_E_INVALID_ARG;
    if (status == SMIME_OK)
        job->derived = derived;
    return status;
}
