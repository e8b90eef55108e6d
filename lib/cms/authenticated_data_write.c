/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* AuthenticatedData written, RFC 5652 9: always with attributes, so that the MAC covers the type of the
 * content too. */
#include "cms/attributes.h"
#include "cms/content_writer.h"
#include "cms/other_data.h"

#include "base/secret.h"
#include "crypto/mac.h"
#include "crypto/random.h"

#include <stdlib.h>

typedef struct authenticated {
    smime__stage stage;
    smime__stage *digest;
    smime__hash hash;
    uint8_t key[SMIME__KEY_MAX];
    smime__buf type;
    smime__content_writer writer;
} authenticated;

static smime_status data_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    return smime__stage_write(((authenticated *)stage)->digest, data, len);
}

/* The elements of authAttrs, sorted. */
static smime_status make_attributes(const authenticated *self, smime__buf *to)
{
    smime__buf set = { 0 }, value = { 0 };
    smime_status status = smime__der_add_view(&value, SMIME__OBJECT_ID,
                                              smime__buf_view(&self->type));

    if (status == SMIME_OK)
        status = smime__attribute_add(&set, SMIME__OID_CONTENT_TYPE, smime__buf_view(&value));
    smime__buf_clear(&value);
    if (status == SMIME_OK)
        status = smime__der_add(&value, SMIME__OCTET_STRING,
                                smime__digest_stage_value(self->digest, self->hash),
                                smime__hash_size(self->hash));
    if (status == SMIME_OK)
        status = smime__attribute_add(&set, SMIME__OID_MESSAGE_DIGEST, smime__buf_view(&value));
    if (status == SMIME_OK)
        status = smime__der_sort_set(to, smime__buf_view(&set));
    smime__buf_free(&set);
    smime__buf_free(&value);
    return status;
}

static smime_status make_trailer(const authenticated *self, smime__buf *to)
{
    smime__buf attributes = { 0 }, set = { 0 };
    uint8_t mac[SMIME__DIGEST_MAX];
    size_t size = smime__hash_size(self->hash);
    smime_status status = make_attributes(self, &attributes);

    if (status == SMIME_OK)
        status = smime__der_add_view(&set, SMIME__SET, smime__buf_view(&attributes));
    if (status == SMIME_OK)
        status = smime__hmac_once(self->hash, smime__view_of(self->key, size),
                                  smime__buf_view(&set), mac);
    if (status == SMIME_OK)
        status = smime__der_add_view(to, SMIME__CONTEXT_C(2), smime__buf_view(&attributes));
    if (status == SMIME_OK)
        status = smime__der_add(to, SMIME__OCTET_STRING, mac, size);
    smime__buf_free(&attributes);
    smime__buf_free(&set);
    return status;
}

static smime_status data_finish(smime__stage *stage)
{
    authenticated *self = (authenticated *)stage;
    smime__buf trailer = { 0 };
    smime_status status = smime__stage_finish(self->digest);

    if (status == SMIME_OK)
        status = make_trailer(self, &trailer);
    if (status == SMIME_OK)
        status = smime__content_writer_end(&self->writer, smime__buf_view(&trailer));
    smime__buf_free(&trailer);
    return status == SMIME_OK ? smime__stage_finish(stage->next) : status;
}

static void data_free(smime__stage *stage)
{
    authenticated *self = (authenticated *)stage;

    smime__stage_free(self->digest);
    smime__buf_free(&self->type);
    smime__content_writer_clear(&self->writer);
    smime__wipe(self->key, sizeof self->key);
    free(self);
}

/* digestAlgorithm [1] IMPLICIT */
static smime_status add_digest_algorithm(smime__buf *to, smime__hash hash)
{
    size_t start = to->len;
    smime_status status = smime__algorithm_add_hash(to, hash);

    if (status == SMIME_OK)
        to->data[start] = SMIME__CONTEXT_C(1);
    return status;
}

static smime_status make_front(authenticated *self, const smime__authenticated_spec *spec)
{
    smime__buf *to = &self->writer.before;
    smime__buf set = { 0 };
    size_t mark;
    int least;
    smime_status status = smime__der_add_small(to, 0);

    for (size_t i = 0; i < spec->count && status == SMIME_OK; i++)
        status = smime__recipient_info_add(&set, &spec->recipients[i], self->key,
                                           smime__hash_size(spec->hash), &least);
    if (status == SMIME_OK)
        status = smime__der_begin(to, SMIME__SET, &mark);
    if (status == SMIME_OK)
        status = smime__der_sort_set(to, smime__buf_view(&set));
    if (status == SMIME_OK)
        status = smime__der_end(to, mark);
    if (status == SMIME_OK)
        status = smime__algorithm_add(to, smime__hmac_oid(spec->hash), 1);
    if (status == SMIME_OK)
        status = add_digest_algorithm(to, spec->hash);
    if (status == SMIME_OK)
        status = smime__der_add_view(&self->writer.inside, SMIME__OBJECT_ID, spec->type);
    smime__buf_free(&set);
    return status;
}

smime_status smime__authenticated_data_new(const smime__authenticated_spec *spec,
                                           smime__stage *next, smime__stage **ret_stage)
{
    authenticated *self = calloc(1, sizeof *self);
    smime_status status;

    if (!self)
        return SMIME_E_NOMEM;
    self->stage.write = data_write;
    self->stage.finish = data_finish;
    self->stage.free = data_free;
    self->stage.next = next;
    self->hash = spec->hash;
    smime__content_writer_init(&self->writer, SMIME__OID_AUTHENTICATED_DATA, 1, next);
    self->writer.bare = spec->bare;
    status = smime__random_key(self->key, smime__hash_size(spec->hash));
    if (status == SMIME_OK)
        status = smime__buf_add_view(&self->type, spec->type);
    if (status == SMIME_OK)
        status = make_front(self, spec);
    if (status == SMIME_OK)
        status = smime__digest_stage_new(1u << spec->hash, &self->writer.stage, &self->digest);
    if (status < 0) {
        data_free(&self->stage);
        return status;
    }
    *ret_stage = &self->stage;
    return SMIME_OK;
}
