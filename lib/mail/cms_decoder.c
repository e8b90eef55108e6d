/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* smime_cms_decoder: an open job whose input is a ContentInfo, and whose content need be no mail. */
#include "mail/open.h"

#include <smime/cms.h>

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

struct smime_cms_decoder {
    smime_open *open;
};

smime_status smime_cms_decoder_new(const smime_policy *policy, smime_cms_decoder **ret_decoder)
{
    smime_cms_decoder *job;
    smime_status status;

    if (!ret_decoder)
        return SMIME_E_INVALID_ARG;
    job = calloc(1, sizeof *job);
    if (!job)
        return SMIME_E_NOMEM;
    status = smime_open_new(policy, &job->open);
    if (status < 0) {
        free(job);
        return status;
    }
    job->open->cms = 1;
    *ret_decoder = job;
    return SMIME_OK;
}

void smime_cms_decoder_free(smime_cms_decoder *job)
{
    if (!job)
        return;
    smime_open_free(job->open);
    free(job);
}

static smime_open *open_of(const smime_cms_decoder *job)
{
    return job ? job->open : NULL;
}

smime_status smime_cms_decoder_add_identity(smime_cms_decoder *job, smime_identity *identity)
{
    return smime_open_add_identity(open_of(job), identity);
}

smime_status smime_cms_decoder_add_password(smime_cms_decoder *job, const void *password,
                                            size_t len)
{
    return smime_open_add_password(open_of(job), password, len);
}

smime_status smime_cms_decoder_add_shared_key(smime_cms_decoder *job, const void *id,
                                              size_t id_len, const void *key, size_t len)
{
    return smime_open_add_shared_key(open_of(job), id, id_len, key, len);
}

smime_status smime_cms_decoder_add_content_key(smime_cms_decoder *job, const void *key, size_t len)
{
    return smime_open_add_content_key(open_of(job), key, len);
}

smime_status smime_cms_decoder_use_store(smime_cms_decoder *job, smime_store *store)
{
    return smime_open_use_store(open_of(job), store);
}

smime_status smime_cms_decoder_set_use(smime_cms_decoder *job, int32_t use)
{
    smime_status status;

    if (!job || (use != SMIME_USE_ANY && use != SMIME_USE_SIGN))
        return SMIME_E_INVALID_ARG;
    status = smime__job_may_configure(&job->open->job);
    if (status == SMIME_OK)
        job->open->use = use;
    return status;
}

smime_status smime_cms_decoder_set_release(smime_cms_decoder *job, int32_t release)
{
    return smime_open_set_release(open_of(job), release);
}

/* The structure that will say which digests it wants comes later: all that may count. */
static smime_status begin_content(smime_open *open)
{
    const smime__rules *rules = &open->job.settings.rules;
    int is_legacy = smime__rules_allow(rules, SMIME__READING, SMIME__RULE_HASH + SMIME__HASH_SHA1);
    smime_status status = smime__job_may_configure(&open->job);
    unsigned hashes = 0;

    for (int hash = 1; hash < SMIME__HASH_COUNT; hash++)
        if (smime__hash_is_available((smime__hash)hash) &&
            smime__rules_allow(rules, SMIME__READING, SMIME__RULE_HASH + hash) &&
            (is_legacy || hash != SMIME__HASH_SHA224))
            hashes |= 1u << hash;
    if (status == SMIME_OK && !open->detached)
        status = smime__digest_stage_new(hashes, smime__stage_null(), &open->detached);
    return status;
}

smime_status smime_cms_decoder_content(smime_cms_decoder *job, const void *data, size_t len)
{
    smime_status status;

    if (!job || (len && !data))
        return SMIME_E_INVALID_ARG;
    status = begin_content(job->open);
    return status == SMIME_OK ? smime__stage_write(job->open->detached, data, len) : status;
}

smime_status smime_cms_decoder_content_fd(smime_cms_decoder *job, int in)
{
    uint8_t *block;
    smime_status status;
    ssize_t got = 1;

    if (!job || in < 0)
        return SMIME_E_INVALID_ARG;
    status = begin_content(job->open);
    if (status < 0)
        return status;
    block = malloc(SMIME__JOB_BLOCK);
    if (!block)
        return SMIME_E_NOMEM;
    while (status == SMIME_OK && got > 0) {
        do
            got = read(in, block, SMIME__JOB_BLOCK);
        while (got < 0 && errno == EINTR);
        if (got < 0) /* what was hashed is a part of it: the job is over */
            status = smime__job_failed(&job->open->job,
                                       smime__fail(&job->open->job.error, SMIME_E_IO,
                                                   "the content cannot be read"));
        else
            status = smime__stage_write(job->open->detached, block, (size_t)got);
    }
    free(block);
    return status;
}

smime_status smime_cms_decoder_set_sink(smime_cms_decoder *job, smime_write_function write,
                                        void (*discard)(void *user_data), void *user_data,
                                        void (*destroy)(void *user_data))
{
    return smime_open_set_sink(open_of(job), write, discard, user_data, destroy);
}

smime_status smime_cms_decoder_write(smime_cms_decoder *job, const void *data, size_t len,
                                     size_t *ret_taken)
{
    return smime_open_write(open_of(job), data, len, ret_taken);
}

smime_status smime_cms_decoder_read(smime_cms_decoder *job, void *buffer, size_t size,
                                    size_t *ret_got)
{
    return smime_open_read(open_of(job), buffer, size, ret_got);
}

smime_status smime_cms_decoder_finish(smime_cms_decoder *job)
{
    return smime_open_finish(open_of(job));
}

smime_status smime_cms_decoder_buffer(smime_cms_decoder *job, const void *data, size_t len,
                                      uint8_t **ret_data, size_t *ret_len)
{
    return smime_open_buffer(open_of(job), data, len, ret_data, ret_len);
}

smime_status smime_cms_decoder_fd(smime_cms_decoder *job, int in, int out)
{
    return smime_open_fd(open_of(job), in, out);
}

smime_status smime_cms_decoder_report(smime_cms_decoder *job, smime_report **ret_report)
{
    return smime_open_report(open_of(job), ret_report);
}

const char *smime_cms_decoder_error_text(const smime_cms_decoder *job)
{
    return smime_open_error_text(open_of(job));
}

uint64_t smime_cms_decoder_error_offset(const smime_cms_decoder *job)
{
    return smime_open_error_offset(open_of(job));
}

smime_status smime__decode_once(smime__view cms, const smime_policy *policy, smime_store *store,
                                int32_t use, smime__buf *ret_content, smime_report **ret_report)
{
    smime_cms_decoder *job = NULL;
    uint8_t *content = NULL;
    size_t len = 0;
    smime_status status = smime_cms_decoder_new(policy, &job);

    if (status == SMIME_OK)
        status = smime_cms_decoder_set_use(job, use);
    if (status == SMIME_OK)
        status = smime_cms_decoder_set_release(job, SMIME_RELEASE_UNVERIFIED);
    if (status == SMIME_OK && store)
        status = smime_cms_decoder_use_store(job, store);
    if (status == SMIME_OK)
        status = smime_cms_decoder_buffer(job, cms.data, cms.len, &content, &len);
    if (status == SMIME_OK && ret_content && content)
        status = smime__buf_add(ret_content, content, len);
    if (status == SMIME_OK)
        status = smime_cms_decoder_report(job, ret_report);
    smime_free(content);
    smime_cms_decoder_free(job);
    return status;
}
