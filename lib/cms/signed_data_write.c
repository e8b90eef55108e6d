/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cms/content_writer.h"
#include "cms/signed_data.h"

#include <stdlib.h>

#define SIGNER_USUAL 1024 /* bytes of one SignerInfo, roughly */

typedef struct signed_data {
    smime__stage stage;
    const smime__signed_data_spec *spec;
    smime__stage *digests; /* in front of the writer */
    smime__content_writer writer;
} signed_data;

static smime_status data_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    return smime__stage_write(((signed_data *)stage)->digests, data, len);
}

static smime__view type_of(const smime__signed_data_spec *spec)
{
    return spec->type.len ? spec->type : smime__oid_bytes(SMIME__OID_DATA);
}

static int has_responses(const smime__signed_data_spec *spec)
{
    return spec->evidence && spec->evidence->ocsp_count > 0;
}

/* [1] IMPLICIT OtherRevocationInfoFormat { id-ri-ocsp-response, OCSPResponse }, RFC 5940. */
static smime_status add_response(smime__buf *to, const smime_ocsp *ocsp)
{
    size_t mark;
    smime_status status = smime__der_begin(to, SMIME__CONTEXT_C(1), &mark);

    if (status == SMIME_OK)
        status = smime__der_add_oid(to, SMIME__OID_RI_OCSP_RESPONSE);
    if (status == SMIME_OK)
        status = smime__buf_add(to, ocsp->der, ocsp->len);
    return status == SMIME_OK ? smime__der_end(to, mark) : status;
}

smime_status smime__evidence_encode(smime__buf *to, const smime__evidence *evidence)
{
    smime_status status = SMIME_OK;

    for (size_t i = 0; i < evidence->crl_count && status == SMIME_OK; i++)
        status = smime__buf_add(to, evidence->crls[i]->der, evidence->crls[i]->len);
    for (size_t i = 0; i < evidence->ocsp_count && status == SMIME_OK; i++)
        status = add_response(to, evidence->ocsps[i]);
    return status;
}

/* crls [1] IMPLICIT SET OF RevocationInfoChoice. */
static smime_status add_evidence(smime__buf *to, const smime__evidence *evidence)
{
    smime__buf set = { 0 };
    size_t mark;
    smime_status status = SMIME_OK;

    if (!evidence || (!evidence->crl_count && !evidence->ocsp_count))
        return SMIME_OK;
    status = smime__evidence_encode(&set, evidence);
    if (status == SMIME_OK)
        status = smime__der_begin(to, SMIME__CONTEXT_C(1), &mark);
    if (status == SMIME_OK)
        status = smime__der_sort_set(to, smime__buf_view(&set));
    if (status == SMIME_OK)
        status = smime__der_end(to, mark);
    smime__buf_free(&set);
    return status;
}

/* certificates [0] IMPLICIT SET OF, then crls, then signerInfos SET OF. */
static smime_status make_trailer(signed_data *self, smime__buf *to)
{
    const smime__signed_data_spec *spec = self->spec;
    smime__buf set = { 0 };
    size_t mark, room = spec->count * SIGNER_USUAL;
    smime_status status = SMIME_OK;

    for (size_t i = 0; i < spec->certs->count; i++)
        room += spec->certs->certs[i]->len;
    status = smime__buf_reserve(&set, room);
    if (status == SMIME_OK)
        status = smime__buf_reserve(to, room);
    for (size_t i = 0; i < spec->certs->count && status == SMIME_OK; i++)
        status = smime__buf_add(&set, spec->certs->certs[i]->der, spec->certs->certs[i]->len);
    if (status == SMIME_OK && set.len) {
        status = smime__der_begin(to, SMIME__CONTEXT_C(0), &mark);
        if (status == SMIME_OK)
            status = smime__der_sort_set(to, smime__buf_view(&set));
        if (status == SMIME_OK)
            status = smime__der_end(to, mark);
    }
    smime__buf_clear(&set);
    if (status == SMIME_OK)
        status = add_evidence(to, spec->evidence);
    for (size_t i = 0; i < spec->count && status == SMIME_OK; i++)
        status = smime__signer_info_add(
            &set, &spec->signers[i], type_of(spec),
            spec->digests ? spec->digests[spec->signers[i].hash]
                          : smime__digest_stage_value(self->digests, spec->signers[i].hash),
            spec->signing_time);
    if (status == SMIME_OK)
        status = smime__der_begin(to, SMIME__SET, &mark);
    if (status == SMIME_OK)
        status = smime__der_sort_set(to, smime__buf_view(&set));
    if (status == SMIME_OK)
        status = smime__der_end(to, mark);
    smime__buf_free(&set);
    return status;
}

static smime_status data_finish(smime__stage *stage)
{
    signed_data *self = (signed_data *)stage;
    smime__buf trailer = { 0 };
    smime_status status = smime__stage_finish(self->digests);

    if (status == SMIME_OK)
        status = make_trailer(self, &trailer);
    if (status == SMIME_OK)
        status = smime__content_writer_end(&self->writer, smime__buf_view(&trailer));
    smime__buf_free(&trailer);
    return status == SMIME_OK ? smime__stage_finish(stage->next) : status;
}

static void data_free(smime__stage *stage)
{
    signed_data *self = (signed_data *)stage;

    smime__stage_free(self->digests);
    smime__content_writer_clear(&self->writer);
    free(self);
}

/* RFC 5652 5.1 */
static int version_of(const smime__signed_data_spec *spec)
{
    int by_key_id = 0;

    for (size_t i = 0; i < spec->count; i++)
        by_key_id |= spec->signers[i].by_key_id;
    if (has_responses(spec))
        return 5;
    return by_key_id || !smime__view_equal(type_of(spec), smime__oid_bytes(SMIME__OID_DATA)) ? 3 : 1;
}

/* version, digestAlgorithms; and the type of the content. */
static int is_first(const smime__signed_data_spec *spec, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (spec->signers[i].hash == spec->signers[index].hash)
            return 0;
    return 1;
}

static smime_status make_front(signed_data *self)
{
    const smime__signed_data_spec *spec = self->spec;
    smime__buf set = { 0 };
    size_t mark;
    smime_status status = smime__der_add_small(&self->writer.before, version_of(spec));

    for (size_t i = 0; i < spec->count && status == SMIME_OK; i++)
        if (is_first(spec, i))
            status = smime__signer_digest_add(&set, &spec->signers[i]);
    if (status == SMIME_OK)
        status = smime__der_begin(&self->writer.before, SMIME__SET, &mark);
    if (status == SMIME_OK)
        status = smime__der_sort_set(&self->writer.before, smime__buf_view(&set));
    if (status == SMIME_OK)
        status = smime__der_end(&self->writer.before, mark);
    if (status == SMIME_OK)
        status = smime__der_add_view(&self->writer.inside, SMIME__OBJECT_ID, type_of(spec));
    smime__buf_free(&set);
    return status;
}

smime_status smime__signed_data_new(const smime__signed_data_spec *spec, smime__stage *next,
                                    smime__stage **ret_stage)
{
    signed_data *self = calloc(1, sizeof *self);
    unsigned hashes = 0;
    smime_status status;

    if (!self)
        return SMIME_E_NOMEM;
    self->stage.write = data_write;
    self->stage.finish = data_finish;
    self->stage.free = data_free;
    self->stage.next = next;
    self->spec = spec;
    smime__content_writer_init(&self->writer, SMIME__OID_SIGNED_DATA, 1, next);
    self->writer.absent = spec->detached;
    self->writer.bare = spec->bare;
    for (size_t i = 0; i < spec->count; i++)
        hashes |= 1u << spec->signers[i].hash;
    status = make_front(self);
    if (status == SMIME_OK)
        status = smime__digest_stage_new(hashes, &self->writer.stage, &self->digests);
    if (status < 0) {
        data_free(&self->stage);
        return status;
    }
    *ret_stage = &self->stage;
    return SMIME_OK;
}
