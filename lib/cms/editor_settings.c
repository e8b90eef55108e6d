/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* smime_cms_editor as its caller sees it: what is to be added, and the bytes. */
#include "cms/editor.h"

#include <stdlib.h>
#include <string.h>

smime_status smime_cms_editor_new(const smime_policy *policy, smime_cms_editor **ret_editor)
{
    smime_cms_editor *job;
    smime_status status;

    if (!ret_editor)
        return SMIME_E_INVALID_ARG;
    job = calloc(1, sizeof *job);
    if (!job)
        return SMIME_E_NOMEM;
    status = smime_cms_encoder_new(policy, SMIME_LAYER_SIGNED, &job->more);
    if (status == SMIME_OK)
        status = smime__job_init(&job->job, &smime__editor_kind, job, policy);
    if (status < 0) {
        smime_cms_editor_free(job);
        return status;
    }
    *ret_editor = job;
    return SMIME_OK;
}

void smime_cms_editor_free(smime_cms_editor *job)
{
    smime__buf *held[6];

    if (!job)
        return;
    held[0] = &job->der;
    held[1] = &job->algorithms;
    held[2] = &job->type;
    held[3] = &job->certs;
    held[4] = &job->crls;
    held[5] = &job->signers;
    for (size_t i = 0; i < 6; i++)
        smime__buf_free(held[i]);
    for (size_t i = 0; i < job->addition_count; i++) {
        smime__signer_clear(&job->additions[i].counter);
        smime__buf_free(&job->additions[i].attribute);
    }
    free(job->additions);
    smime__ber_free(job->ber);
    smime__stage_free(job->armor_in);
    smime__stage_free(job->armor_out);
    smime__stage_free(job->detached);
    smime__stage_free(job->digests);
    smime__content_writer_clear(&job->writer);
    smime_cms_encoder_free(job->more);
    smime__job_free(&job->job);
    free(job);
}

/* What the settings of the encoder refuse is told by the editor. */
static smime_status told(smime_cms_editor *job, smime_status status)
{
    return status < 0 ? smime__fail(&job->job.error, status, "%s",
                                    smime__error_sentence(&job->more->job.error))
                      : SMIME_OK;
}

static smime_status configure(smime_cms_editor *job)
{
    return job ? smime__job_may_configure(&job->job) : SMIME_E_INVALID_ARG;
}

smime_status smime_cms_editor_set_form(smime_cms_editor *job, int32_t form)
{
    smime_status status = configure(job);

    if (status == SMIME_OK && form != SMIME_FORM_BINARY && form != SMIME_FORM_PEM)
        return SMIME_E_INVALID_ARG;
    if (status == SMIME_OK)
        job->form = form;
    return status;
}

smime_status smime_cms_editor_add_signer(smime_cms_editor *job, smime_identity *identity,
                                         int32_t digest, uint32_t flags)
{
    smime_status status = configure(job);

    if (status == SMIME_OK && job->detached)
        status = SMIME_E_STATE; /* the digests were chosen */
    return status == SMIME_OK ? told(job, smime_cms_encoder_add_signer(job->more, identity, digest,
                                                                       flags, NULL))
                              : status;
}

static smime_status new_addition(smime_cms_editor *job, size_t signer,
                                 smime__addition **ret_addition)
{
    smime_status status =
        smime__limit_check(&job->job.settings.limits, SMIME_LIMIT_ATTRIBUTES,
                           job->addition_count + 1, &job->job.error);

    if (status == SMIME_OK)
        status = smime__grow((void **)&job->additions, job->addition_count, &job->addition_room,
                             sizeof *job->additions);
    if (status < 0)
        return status;
    *ret_addition = &job->additions[job->addition_count];
    memset(*ret_addition, 0, sizeof **ret_addition);
    (*ret_addition)->signer = signer;
    return SMIME_OK;
}

smime_status smime_cms_editor_countersign(smime_cms_editor *job, size_t signer,
                                          smime_identity *identity, int32_t digest, uint32_t flags)
{
    smime__signer counter;
    smime__addition *made = NULL;
    smime_status status = configure(job);

    if (status == SMIME_OK && flags & SMIME_SIGNER_NO_ATTRIBUTES)
        status = SMIME_E_INVALID_ARG;
    if (status == SMIME_OK)
        status = told(job, smime__encoder_signer(job->more, identity, digest, flags, &counter));
    if (status == SMIME_OK)
        status = new_addition(job, signer, &made);
    if (status == SMIME_OK)
        status = smime__identity_carry(identity, &job->more->carried);
    if (status < 0)
        return status;
    counter.no_capabilities = 1;
    smime_identity_ref(identity);
    made->counter = counter;
    job->addition_count++;
    return SMIME_OK;
}

smime_status smime_cms_editor_add_attribute(smime_cms_editor *job, size_t signer, const char *oid,
                                            const void *value, size_t len)
{
    smime__addition *made;
    smime_status status = configure(job);

    if (status == SMIME_OK)
        status = new_addition(job, signer, &made);
    if (status == SMIME_OK)
        status = smime__encoder_attribute(&made->attribute, oid, smime__view_of(value, len));
    if (status == SMIME_OK)
        job->addition_count++;
    return status;
}

smime_status smime_cms_editor_add_cert(smime_cms_editor *job, smime_cert *cert)
{
    smime_status status = configure(job);

    return status == SMIME_OK ? smime_cms_encoder_add_cert(job->more, cert) : status;
}

smime_status smime_cms_editor_add_crl(smime_cms_editor *job, smime_crl *crl)
{
    smime_status status = configure(job);

    return status == SMIME_OK ? smime_cms_encoder_add_crl(job->more, crl) : status;
}

smime_status smime_cms_editor_add_ocsp(smime_cms_editor *job, smime_ocsp *ocsp)
{
    smime_status status = configure(job);

    return status == SMIME_OK ? smime_cms_encoder_add_ocsp(job->more, ocsp) : status;
}

smime_status smime_cms_editor_content(smime_cms_editor *job, const void *data, size_t len)
{
    smime_status status = configure(job);

    if (status == SMIME_OK && len && !data)
        status = SMIME_E_INVALID_ARG;
    if (status == SMIME_OK && !job->detached)
        status = smime__digest_stage_new(smime__editor_hashes(job), smime__stage_null(),
                                         &job->detached);
    return status == SMIME_OK ? smime__stage_write(job->detached, data, len) : status;
}

smime_status smime_cms_editor_set_sink(smime_cms_editor *job, smime_write_function write,
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

smime_status smime_cms_editor_write(smime_cms_editor *job, const void *data, size_t len,
                                    size_t *ret_taken)
{
    return job ? smime__job_write(&job->job, data, len, ret_taken) : SMIME_E_INVALID_ARG;
}

smime_status smime_cms_editor_read(smime_cms_editor *job, void *buffer, size_t size,
                                   size_t *ret_got)
{
    return job ? smime__job_read(&job->job, buffer, size, ret_got) : SMIME_E_INVALID_ARG;
}

smime_status smime_cms_editor_finish(smime_cms_editor *job)
{
    return job ? smime__job_finish(&job->job) : SMIME_E_INVALID_ARG;
}

smime_status smime_cms_editor_buffer(smime_cms_editor *job, const void *data, size_t len,
                                     uint8_t **ret_data, size_t *ret_len)
{
    if (!job || !ret_data || !ret_len || (len && !data))
        return SMIME_E_INVALID_ARG;
    return smime__job_buffer(&job->job, data, len, ret_data, ret_len);
}

smime_status smime_cms_editor_fd(smime_cms_editor *job, int in, int out)
{
    return job && in >= 0 && out >= 0 ? smime__job_fd(&job->job, in, out) : SMIME_E_INVALID_ARG;
}

const char *smime_cms_editor_error_text(const smime_cms_editor *job)
{
    return job ? smime__error_sentence(&job->job.error) : "";
}
