/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mail/protect.h"

#include "codec/crlf.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static smime_protect *of_head(smime__stage *head)
{
    return (smime_protect *)((char *)head - offsetof(smime_protect, head));
}

static smime_protect *of_reader(smime__stage *reader)
{
    return (smime_protect *)((char *)reader - offsetof(smime_protect, reader));
}

/* A structure that can be read in two ways: nobody could say what is signed. What is only encrypted
 * stays what it was, so there the header alone must be clear, which decides what stays outside. */
static smime_status check_defects(smime_protect *job, smime__defects *defects)
{
    for (size_t i = 0; i < defects->count; i++)
        if (defects->list[i].kind == SMIME_DEFECT_STRUCTURAL &&
            (job->signer_count || !job->chain || defects->list[i].offset < job->body_offset))
            return smime__fail_at(&job->job.error, defects->list[i].offset, SMIME_E_MIME_SYNTAX,
                                  "the message can be read in two ways: %s",
                                  defects->list[i].text);
    return SMIME_OK;
}

static smime_status scout_ahead(smime_protect *job, const uint8_t *data, size_t len)
{
    smime_status status = smime__scout_write(job->scout, data, len);

    return status == SMIME_OK ? check_defects(job, smime__scout_defects(job->scout)) : status;
}

static smime_status head_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    smime_protect *job = of_head(stage);
    smime_status status;

    if (!job->hold.in)
        return smime__stage_write(&job->reader, data, len);
    status = scout_ahead(job, data, len);
    return status == SMIME_OK ? smime__hold_pass(&job->hold, data, len,
                                                 smime__scout_decided(job->scout))
                              : status;
}

static smime_status head_finish(smime__stage *stage)
{
    smime_protect *job = of_head(stage);
    smime_status status;

    if (!job->job.consumed)
        return smime__fail(&job->job.error, SMIME_E_MIME_SYNTAX, "the message is empty");
    if (!job->hold.in)
        return smime__stage_finish(&job->reader);
    status = smime__scout_finish(job->scout);
    if (status == SMIME_OK)
        status = check_defects(job, smime__scout_defects(job->scout));
    smime__gate_open(job->hold.gate);
    return status == SMIME_OK ? smime__stage_finish(job->hold.in) : status;
}

static smime_status reader_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    smime_protect *job = of_reader(stage);
    smime_status status = smime__scan_write(job->scan, data, len);

    return status == SMIME_OK ? check_defects(job, smime__scan_defects(job->scan)) : status;
}

static smime_status reader_finish(smime__stage *stage)
{
    smime_protect *job = of_reader(stage);
    smime_status status = smime__scan_finish(job->scan);

    if (status == SMIME_OK)
        status = check_defects(job, smime__scan_defects(job->scan));
    if (status == SMIME_OK && job->scout && smime__scout_kept_dirty(job->scout))
        status = smime__protect_note(job, "A part that others signed or encrypted is not 7-bit and "
                                          "was left as it is: a relay may change it.");
    if (status == SMIME_OK && job->scout && smime__scout_frame_dirty(job->scout))
        status = smime__protect_note(job, "Text around the parts of a multipart is not 7-bit: a "
                                          "relay may change it, and then the signature is bad.");
    return status;
}

/* The sender can read its own mail, unless that was refused. */
static smime_status add_self(smime_protect *job)
{
    if (!job->signer_count || !job->recipient_count || job->no_self || job->has_self)
        return SMIME_OK;
    for (size_t i = 0; i < job->signer_count; i++) {
        smime_cert *cert = job->signers[i].identity->cert;
        if (!smime__cert_unusable(cert, SMIME_USE_ENCRYPT, job->job.settings.time))
            return smime_protect_encrypt_to_self(job, cert);
    }
    return smime__fail(&job->job.error, SMIME_E_NO_SELF,
                       "no certificate of the sender's is for encryption, so the sender could not "
                       "read this mail");
}

/* RFC 8419 3.1: Ed25519 goes with SHA-512 alone. Nobody is given another digest than asked for. */
static smime_status check_digest(smime_protect *job)
{
    for (size_t i = 0; i < job->signer_count; i++)
        if (smime__privkey_kind(job->signers[i].identity->key) == SMIME__KEY_ED25519 &&
            job->hash_chosen && job->hash != SMIME__HASH_SHA512)
            return smime__fail(&job->job.error, SMIME_E_INVALID_ARG,
                               "an Ed25519 key signs with SHA-512 alone");
    return SMIME_OK;
}

static smime_status start(void *owner)
{
    smime_protect *job = owner;
    smime_status status;

    if (!job->signer_count && !job->recipient_count)
        return smime__fail(&job->job.error, SMIME_E_NO_WORK, "neither signer nor recipient");
    job->job.state = SMIME__JOB_NEW; /* the sender's own certificate is a setting like any other */
    status = add_self(job);
    if (status == SMIME_OK)
        status = check_digest(job);
    if (status == SMIME_OK)
        status = smime__protect_check_signers(job);
    if (status == SMIME_OK && job->triple && (!job->signer_count || !job->recipient_count))
        status = smime__fail(&job->job.error, SMIME_E_NO_WORK,
                             "a triple wrap needs a signer and a recipient");
    job->job.state = SMIME__JOB_RUNNING;
    job->job.head = &job->head;
    if (status == SMIME_OK)
        status = smime__scan_new(&smime__protect_rewrite, job, 0, &job->job.settings.limits,
                                 &job->job.error, &job->scan);
    /* what is encrypted alone needs no transfer encoding: nothing inside meets a relay */
    if (status == SMIME_OK && job->signer_count && !job->scouted) {
        status = smime__scout_new(&job->job.settings.limits, &job->job.error, &job->scout);
        if (status == SMIME_OK)
            status = smime__hold_init(&job->hold, &job->job, &job->reader);
    }
    return status;
}

static smime_status complete(void *owner)
{
    (void)owner;
    return SMIME_OK;
}

static const smime__job_kind kind = { start, complete };

smime_status smime_protect_new(const smime_policy *policy, smime_protect **ret_protect)
{
    smime_protect *job;
    smime_status status;

    if (!ret_protect)
        return SMIME_E_INVALID_ARG;
    job = calloc(1, sizeof *job);
    if (!job)
        return SMIME_E_NOMEM;
    job->hash = SMIME__HASH_SHA256;
    job->oaep_hash = SMIME__HASH_SHA256;
    job->header.headers = SMIME_HEADERS_BASELINE;
    job->head.write = head_write;
    job->head.finish = head_finish;
    job->reader.write = reader_write;
    job->reader.finish = reader_finish;
    status = smime__job_init(&job->job, &kind, job, policy);
    if (status < 0) {
        smime_protect_free(job);
        return status;
    }
    *ret_protect = job;
    return SMIME_OK;
}

void smime_protect_free(smime_protect *job)
{
    if (!job)
        return;
    smime__hold_clear(&job->hold);
    smime__scout_free(job->scout);
    smime__scan_free(job->scan);
    smime__reencoder_close(&job->reencoder);
    smime__stage_free(job->inserter);
    smime__header_plan_clear(&job->header);
    smime__stage_free(job->canonical);
    smime__stage_free(job->signer);
    smime__stage_free(job->wrapper);
    smime__buf_free(&job->attributes);
    free(job->outer);
    smime_known_unref(job->known);
    for (size_t i = 0; i < job->capable_count; i++) {
        smime_cert_unref(job->capable[i].cert);
        smime__buf_free(&job->capable[i].capabilities);
    }
    free(job->capable);
    smime__stage_free(job->encrypter);
    smime__pool_clear(&job->carried);
    for (size_t i = 0; i < job->signer_count; i++)
        smime__signer_clear(&job->signers[i]);
    for (size_t i = 0; i < job->recipient_count; i++)
        smime__recipient_clear(&job->recipients[i]);
    for (size_t i = 0; i < job->note_count; i++)
        free(job->notes[i]);
    free(job->signers);
    free(job->recipients);
    free(job->notes);
    smime__job_free(&job->job);
    free(job);
}

smime_status smime__protect_note(smime_protect *job, const char *text)
{
    smime_status status;

    for (size_t i = 0; i < job->note_count; i++)
        if (!strcmp(job->notes[i], text))
            return SMIME_OK;
    status = smime__grow((void **)&job->notes, job->note_count, &job->note_room,
                         sizeof *job->notes);
    if (status < 0)
        return status;
    job->notes[job->note_count] = strdup(text);
    if (!job->notes[job->note_count])
        return SMIME_E_NOMEM;
    job->note_count++;
    return SMIME_OK;
}

static smime_status new_signer(smime_protect *job, const smime__signed_data_spec *spec,
                               smime__stage *next, smime__stage **ret)
{
    return job->opaque ? smime__opaque_signer_new(spec, next, ret)
                       : smime__clear_signer_new(spec, next, ret);
}

/* What signers say of the content they say innermost alone: RFC 2634 2.2. */
static smime_status new_wrapper(smime_protect *job, smime__stage *next)
{
    job->outer = calloc(job->signer_count, sizeof *job->outer);
    if (!job->outer)
        return SMIME_E_NOMEM;
    for (size_t i = 0; i < job->signer_count; i++) {
        job->outer[i] = job->signers[i];
        memset(&job->outer[i].more_signed, 0, sizeof job->outer[i].more_signed);
        memset(&job->outer[i].more_unsigned, 0, sizeof job->outer[i].more_unsigned);
    }
    job->outer_spec = job->signed_spec;
    job->outer_spec.signers = job->outer;
    return new_signer(job, &job->outer_spec, next, &job->wrapper);
}

static smime_status prepare_signers(smime_protect *job)
{
    smime_status status = SMIME_OK;

    for (size_t i = 0; i < job->signer_count && status == SMIME_OK; i++) {
        job->signers[i].hash = smime__protect_hash(job, job->signers[i].identity);
        job->signers[i].pss = job->pss;
        status = smime__buf_add_view(&job->signers[i].more_signed,
                                     smime__buf_view(&job->attributes));
        if (status < 0)
            break;
        status = smime__identity_carry(job->signers[i].identity, &job->carried);
    }
    job->signed_spec.signers = job->signers;
    job->signed_spec.count = job->signer_count;
    job->signed_spec.certs = &job->carried;
    job->signed_spec.detached = !job->opaque;
    return status;
}

smime_status smime__protect_build(smime_protect *job)
{
    smime__stage *next = &job->job.tail;
    smime__enveloped_spec spec;
    smime_status status = prepare_signers(job);

    if (status == SMIME_OK && job->triple) {
        status = new_wrapper(job, next);
        next = job->wrapper;
    }
    if (status == SMIME_OK && job->recipient_count) {
        memset(&spec, 0, sizeof spec);
        status = smime__protect_choose(job, &spec);
        if (status == SMIME_OK)
            status = smime__encrypter_new(&spec, next, &job->encrypter);
        next = job->encrypter;
    }
    if (status == SMIME_OK && job->signer_count) {
        status = new_signer(job, &job->signed_spec, next, &job->signer);
        next = job->signer;
    }
    job->chain = next;
    return status == SMIME_OK ? smime__crlf_new(next, &job->canonical) : status;
}

smime_status smime_protect_set_sink(smime_protect *job, smime_write_function write,
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

smime_status smime_protect_write(smime_protect *job, const void *data, size_t len,
                                 size_t *ret_taken)
{
    return job ? smime__job_write(&job->job, data, len, ret_taken) : SMIME_E_INVALID_ARG;
}

smime_status smime_protect_read(smime_protect *job, void *buffer, size_t size, size_t *ret_got)
{
    return job ? smime__job_read(&job->job, buffer, size, ret_got) : SMIME_E_INVALID_ARG;
}

smime_status smime_protect_finish(smime_protect *job)
{
    return job ? smime__job_finish(&job->job) : SMIME_E_INVALID_ARG;
}

static smime_status begin_scouting(smime_protect *job)
{
    smime_status status = smime__job_may_configure(&job->job);

    if (job->job.state == SMIME__JOB_FAILED)
        return job->job.error.status;
    if (status == SMIME_OK)
        smime__error_clear(&job->job.error);
    if (status == SMIME_OK && job->signer_count && !job->scout)
        status = smime__scout_new(&job->job.settings.limits, &job->job.error, &job->scout);
    return status;
}

static smime_status end_scouting(smime_protect *job)
{
    smime_status status = smime__scout_finish(job->scout);

    job->scouted = status == SMIME_OK;
    return status == SMIME_OK ? status : smime__job_failed(&job->job, status);
}

/* The whole message is at hand, so it is read beforehand and nothing has to wait. */
smime_status smime_protect_buffer(smime_protect *job, const void *data, size_t len,
                                  uint8_t **ret_data, size_t *ret_len)
{
    smime_status status;

    if (!job || !ret_data || !ret_len || (len && !data))
        return SMIME_E_INVALID_ARG;
    status = begin_scouting(job);
    if (status == SMIME_OK && job->scout) {
        status = scout_ahead(job, data, len);
        status = status == SMIME_OK ? end_scouting(job) : smime__job_failed(&job->job, status);
    }
    return status == SMIME_OK ? smime__job_buffer(&job->job, data, len, ret_data, ret_len)
                              : status;
}

static smime_status scout_file(smime_protect *job, int in)
{
    uint8_t *block = malloc(SMIME__JOB_BLOCK);
    smime_status status = block ? SMIME_OK : SMIME_E_NOMEM;
    ssize_t got = 1;

    while (status == SMIME_OK && got > 0) {
        got = read(in, block, SMIME__JOB_BLOCK);
        if (got < 0)
            status = smime__fail(&job->job.error, SMIME_E_IO, "the input cannot be read");
        else if (got > 0)
            status = scout_ahead(job, block, (size_t)got);
    }
    free(block);
    return status == SMIME_OK ? end_scouting(job) : smime__job_failed(&job->job, status);
}

smime_status smime_protect_fd(smime_protect *job, int in, int out)
{
    off_t place;
    smime_status status = SMIME_OK;

    if (!job || in < 0 || out < 0)
        return SMIME_E_INVALID_ARG;
    place = lseek(in, 0, SEEK_CUR);
    if (place >= 0 && job->signer_count) {
        status = begin_scouting(job);
        if (status == SMIME_OK)
            status = scout_file(job, in);
        if (status == SMIME_OK && lseek(in, place, SEEK_SET) != place)
            status = smime__fail(&job->job.error, SMIME_E_IO, "the input cannot be read again");
    }
    return status == SMIME_OK ? smime__job_fd(&job->job, in, out) : status;
}

const char *smime_protect_error_text(const smime_protect *job)
{
    return job ? smime__error_sentence(&job->job.error) : "";
}

size_t smime_protect_note_count(const smime_protect *job)
{
    return job ? job->note_count : 0;
}

const char *smime_protect_note(const smime_protect *job, size_t index)
{
    return job && index < job->note_count ? job->notes[index] : NULL;
}
