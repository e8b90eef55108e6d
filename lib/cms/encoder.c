/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The encoder as a job: how it is put together, and the bytes that go through it. */
#include "cms/encoder.h"

#include "cms/enveloped_data.h"
#include "cms/other_data.h"
#include "codec/armor.h"

#include <stdlib.h>
#include <string.h>

static smime_cms_encoder *of_entry(smime__stage *entry)
{
    return (smime_cms_encoder *)((char *)entry - offsetof(smime_cms_encoder, entry));
}

static smime_status wrong_length(smime_cms_encoder *job)
{
    return smime__fail(&job->job.error, SMIME_E_INVALID_ARG,
                       "the content has another length than was declared");
}

static smime_status entry_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    smime_cms_encoder *job = of_entry(stage);

    if (job->given && len)
        return smime__fail(&job->job.error, SMIME_E_INVALID_ARG,
                           "content came though its digest was given");
    if (job->kind == SMIME_LAYER_SIGNED && !job->signer_count && len)
        return smime__fail(&job->job.error, SMIME_E_NO_WORK,
                           "content came, and there is no signer: certificates alone have none");
    job->seen += len;
    if (job->has_length && job->seen > job->length)
        return wrong_length(job);
    return smime__stage_write(stage->next, data, len);
}

static smime_status entry_finish(smime__stage *stage)
{
    smime_cms_encoder *job = of_entry(stage);

    if (job->has_length && job->seen != job->length)
        return wrong_length(job);
    return smime__stage_finish(stage->next);
}

static smime__oid type_of_kind(int32_t kind)
{
    static const smime__oid types[] = {
        [SMIME_LAYER_SIGNED] = SMIME__OID_SIGNED_DATA,
        [SMIME_LAYER_ENVELOPED] = SMIME__OID_ENVELOPED_DATA,
        [SMIME_LAYER_AUTH_ENVELOPED] = SMIME__OID_AUTH_ENVELOPED_DATA,
        [SMIME_LAYER_COMPRESSED] = SMIME__OID_COMPRESSED_DATA,
        [SMIME_LAYER_ENCRYPTED] = SMIME__OID_ENCRYPTED_DATA,
        [SMIME_LAYER_DIGESTED] = SMIME__OID_DIGESTED_DATA,
        [SMIME_LAYER_AUTHENTICATED] = SMIME__OID_AUTHENTICATED_DATA,
        [SMIME_LAYER_DATA] = SMIME__OID_DATA,
    };

    return types[kind];
}

static smime__view content_type(const smime_cms_encoder *job)
{
    if (job->inner)
        return smime__oid_bytes(type_of_kind(job->inner->kind));
    return job->type.len ? smime__buf_view(&job->type) : smime__oid_bytes(SMIME__OID_DATA);
}

static smime_status refuse(smime_cms_encoder *job, smime_status status, const char *text)
{
    return smime__fail(&job->job.error, status, "%s", text);
}

static int is_plain(const smime_cms_encoder *job)
{
    return smime__view_equal(content_type(job), smime__oid_bytes(SMIME__OID_DATA));
}

static smime_status build_signed(smime_cms_encoder *job, smime__stage *next)
{
    if (!job->signer_count && !job->carried.count && !job->evidence.crl_count)
        return refuse(job, SMIME_E_NO_WORK, "neither a signer nor a certificate");
    for (size_t i = 0; i < job->signer_count; i++)
        if (job->signers[i].no_attributes && !is_plain(job))
            return refuse(job, SMIME_E_INVALID_ARG,
                          "only plain data is signed without attributes");
    for (size_t i = 0; job->given && i < job->signer_count; i++)
        if (job->signers[i].hash != job->given)
            return refuse(job, SMIME_E_INVALID_ARG,
                          "a signer uses another digest than the one that was given");
    job->signed_spec.digests = job->given ? job->given_digests : NULL;
    job->signed_spec.signers = job->signers;
    job->signed_spec.count = job->signer_count;
    job->signed_spec.certs = &job->carried;
    job->signed_spec.evidence = &job->evidence;
    job->signed_spec.type = content_type(job);
    job->signed_spec.bare = job->nested;
    /* RFC 8551 3.2.2 has certificates alone without any content */
    job->signed_spec.detached = job->detached || !job->signer_count;
    job->signed_spec.signing_time = job->job.settings.time;
    return smime__signed_data_new(&job->signed_spec, next, &job->layer);
}

static smime_status build_enveloped(smime_cms_encoder *job, smime__stage *next)
{
    smime__enveloped_spec spec = { .recipients = job->recipients,
                                   .count = job->recipient_count,
                                   .cipher = job->cipher,
                                   .type = content_type(job),
                                   .bare = job->nested,
                                   .length = job->length,
                                   .derived = job->derived };

    if (job->kind == SMIME_LAYER_ENCRYPTED) {
        if (!job->key.len)
            return refuse(job, SMIME_E_NO_WORK, "there is no content key");
        if (job->key.len != smime__cipher_key_size(job->cipher))
            return refuse(job, SMIME_E_INVALID_ARG, "the content key is not as long as the cipher's");
        spec.key = job->key.data;
    } else if (!job->recipient_count) {
        return refuse(job, SMIME_E_NO_WORK, "there is no recipient");
    }
    if (smime__cipher_is_ccm(job->cipher) && job->inner)
        return refuse(job, SMIME_E_INVALID_ARG, "AES-CCM cannot have another structure inside");
    if (smime__cipher_is_ccm(job->cipher) && !job->has_length)
        return refuse(job, SMIME_E_INVALID_ARG,
                      "AES-CCM has to know the length of the content beforehand");
    return smime__enveloped_data_new(&spec, next, &job->layer);
}

static smime_status build_authenticated(smime_cms_encoder *job, smime__stage *next)
{
    smime__authenticated_spec spec = { job->recipients, job->recipient_count, job->hash,
                                       content_type(job), job->nested };

    if (!job->recipient_count)
        return refuse(job, SMIME_E_NO_WORK, "there is no recipient");
    return smime__authenticated_data_new(&spec, next, &job->layer);
}

static smime_status build_layer(smime_cms_encoder *job, smime__stage *next)
{
    switch (job->kind) {
    case SMIME_LAYER_SIGNED:
        return build_signed(job, next);
    case SMIME_LAYER_COMPRESSED:
        return smime__compressed_data_new(content_type(job), job->nested, next, &job->layer);
    case SMIME_LAYER_DIGESTED:
        return smime__digested_data_new(job->hash, content_type(job), job->nested, next,
                                        &job->layer);
    case SMIME_LAYER_AUTHENTICATED:
        return build_authenticated(job, next);
    case SMIME_LAYER_DATA:
        return smime__data_new(next, &job->layer);
    default:
        return build_enveloped(job, next);
    }
}

/* From the outside in: each layer writes to the one around it, and what comes goes to the innermost. */
static smime_status start(void *owner)
{
    smime_cms_encoder *job = owner;
    smime__stage *next = &job->job.tail;
    smime_status status = SMIME_OK;

    if (job->form == SMIME_FORM_PEM) {
        status = smime__armor_writer_new("CMS", next, &job->armor);
        next = job->armor;
    }
    for (smime_cms_encoder *at = job; at && status == SMIME_OK; at = at->inner) {
        status = build_layer(at, next);
        if (status < 0 && at != job)
            return smime__fail(&job->job.error, status, "%s",
                               smime__error_sentence(&at->job.error));
        next = at->layer;
        if (at->has_length && at != job && status == SMIME_OK) { /* it is the innermost's to say */
            job->has_length = 1;
            job->length = at->length;
        }
    }
    job->entry.write = entry_write;
    job->entry.finish = entry_finish;
    job->entry.next = next;
    job->job.head = &job->entry;
    return status;
}

static smime_status complete(void *owner)
{
    (void)owner;
    return SMIME_OK;
}

static const smime__job_kind kind_of_job = { start, complete };

static smime__cipher usual_cipher(int32_t kind)
{
    return kind == SMIME_LAYER_AUTH_ENVELOPED ? SMIME__CIPHER_AES256_GCM
                                              : SMIME__CIPHER_AES256_CBC;
}

smime_status smime_cms_encoder_new(const smime_policy *policy, int32_t kind,
                                   smime_cms_encoder **ret_encoder)
{
    smime_cms_encoder *job;
    smime_status status;

    if (!ret_encoder || kind < SMIME_LAYER_SIGNED || kind > SMIME_LAYER_DATA)
        return SMIME_E_INVALID_ARG;
#ifndef SMIME__HAVE_ZLIB
    if (kind == SMIME_LAYER_COMPRESSED)
        return SMIME_E_UNSUPPORTED;
#endif
    job = calloc(1, sizeof *job);
    if (!job)
        return SMIME_E_NOMEM;
    job->kind = kind;
    job->cipher = usual_cipher(kind);
    job->hash = SMIME__HASH_SHA256;
    job->key.secret = 1;
    status = smime__job_init(&job->job, &kind_of_job, job, policy);
    if (status < 0) {
        smime_cms_encoder_free(job);
        return status;
    }
    *ret_encoder = job;
    return SMIME_OK;
}

static void free_one(smime_cms_encoder *job)
{
    smime__stage_free(job->layer);
    smime__stage_free(job->armor);
    for (size_t i = 0; i < job->signer_count; i++)
        smime__signer_clear(&job->signers[i]);
    for (size_t i = 0; i < job->recipient_count; i++)
        smime__recipient_clear(&job->recipients[i]);
    free(job->signers);
    free(job->recipients);
    smime__pool_clear(&job->carried);
    smime__evidence_clear(&job->evidence);
    smime__buf_free(&job->type);
    smime__recipient_clear(&job->next);
    smime__buf_free(&job->key);
    smime__job_free(&job->job);
    free(job);
}

void smime_cms_encoder_free(smime_cms_encoder *job)
{
    while (job) {
        smime_cms_encoder *inner = job->inner;
        free_one(job);
        job = inner;
    }
}

smime_status smime_cms_encoder_nest(smime_cms_encoder *job, smime_cms_encoder *inner)
{
    uint64_t layers = 2;
    smime_status status;

    if (!job || !inner || job == inner || inner->kind == SMIME_LAYER_DATA ||
        job->kind == SMIME_LAYER_DATA || job->detached)
        return SMIME_E_INVALID_ARG;
    status = smime__job_may_configure(&job->job);
    if (status == SMIME_OK)
        status = smime__job_may_configure(&inner->job);
    if (status == SMIME_OK && (job->inner || inner->nested || job->nested))
        status = SMIME_E_STATE;
    for (const smime_cms_encoder *at = inner->inner; at; at = at->inner)
        layers++;
    if (status == SMIME_OK)
        status = smime__limit_check(&job->job.settings.limits, SMIME_LIMIT_LAYERS, layers,
                                    &job->job.error);
    if (status < 0)
        return status;
    inner->nested = 1;
    job->inner = inner;
    return SMIME_OK;
}

smime_status smime__encoder_configure(smime_cms_encoder *job, unsigned kinds)
{
    if (!job || !(kinds >> job->kind & 1))
        return SMIME_E_INVALID_ARG;
    return job->nested ? SMIME_E_STATE : smime__job_may_configure(&job->job);
}

smime_status smime_cms_encoder_set_sink(smime_cms_encoder *job, smime_write_function write,
                                        void (*discard)(void *user_data), void *user_data,
                                        void (*destroy)(void *user_data))
{
    if (!job) {
        if (destroy)
            destroy(user_data);
        return SMIME_E_INVALID_ARG;
    }
    return smime__job_set_sink(&job->job, write, discard, user_data, destroy);
}

/* One that belongs to another does no work of its own. */
static smime_status usable(const smime_cms_encoder *job)
{
    return !job ? SMIME_E_INVALID_ARG : job->nested ? SMIME_E_STATE : SMIME_OK;
}

smime_status smime_cms_encoder_write(smime_cms_encoder *job, const void *data, size_t len,
                                     size_t *ret_taken)
{
    smime_status status = usable(job);

    return status == SMIME_OK ? smime__job_write(&job->job, data, len, ret_taken) : status;
}

smime_status smime_cms_encoder_read(smime_cms_encoder *job, void *buffer, size_t size,
                                    size_t *ret_got)
{
    smime_status status = usable(job);

    return status == SMIME_OK ? smime__job_read(&job->job, buffer, size, ret_got) : status;
}

smime_status smime_cms_encoder_finish(smime_cms_encoder *job)
{
    smime_status status = usable(job);

    return status == SMIME_OK ? smime__job_finish(&job->job) : status;
}

/* The whole content is at hand, and so is its length. */
smime_status smime_cms_encoder_buffer(smime_cms_encoder *job, const void *data, size_t len,
                                      uint8_t **ret_data, size_t *ret_len)
{
    smime_status status = usable(job);

    if (status < 0 || !ret_data || !ret_len || (len && !data))
        return status < 0 ? status : SMIME_E_INVALID_ARG;
    if (job->job.state == SMIME__JOB_NEW && !job->has_length && !job->inner) {
        job->has_length = 1;
        job->length = len;
    }
    return smime__job_buffer(&job->job, data, len, ret_data, ret_len);
}

smime_status smime_cms_encoder_fd(smime_cms_encoder *job, int in, int out)
{
    smime_status status = usable(job);

    if (status < 0 || in < 0 || out < 0)
        return status < 0 ? status : SMIME_E_INVALID_ARG;
    return smime__job_fd(&job->job, in, out);
}

const char *smime_cms_encoder_error_text(const smime_cms_encoder *job)
{
    return job ? smime__error_sentence(&job->job.error) : "";
}
