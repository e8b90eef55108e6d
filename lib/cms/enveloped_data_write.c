/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cms/attributes.h"
#include "cms/content_writer.h"
#include "cms/enveloped_data.h"

#include "base/secret.h"
#include "crypto/random.h"

#include <stdlib.h>

typedef struct enveloped {
    smime__stage stage;
    smime__stage *cipher;
    int aead;
    smime__buf attributes; /* elements of authAttrs */
    smime__content_writer writer;
} enveloped;

static smime_status data_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    return smime__stage_write(((enveloped *)stage)->cipher, data, len);
}

static smime_status data_finish(smime__stage *stage)
{
    enveloped *self = (enveloped *)stage;
    smime__buf trailer = { 0 };
    smime_status status = smime__stage_finish(self->cipher);

    if (status == SMIME_OK && self->attributes.len)
        status = smime__der_add_view(&trailer, SMIME__CONTEXT_C(1),
                                     smime__buf_view(&self->attributes));
    if (status == SMIME_OK && self->aead)
        status = smime__der_add(&trailer, SMIME__OCTET_STRING,
                                smime__cipher_stage_tag(self->cipher), SMIME__TAG_SIZE);
    if (status == SMIME_OK)
        status = smime__content_writer_end(&self->writer, smime__buf_view(&trailer));
    smime__buf_free(&trailer);
    return status == SMIME_OK ? smime__stage_finish(stage->next) : status;
}

static void data_free(smime__stage *stage)
{
    enveloped *self = (enveloped *)stage;

    smime__stage_free(self->cipher);
    smime__buf_free(&self->attributes);
    smime__content_writer_clear(&self->writer);
    free(self);
}

/* version and recipientInfos. RFC 5652 6.1: version 0 when every recipient is plain key
 * transport, else 2; RFC 5083 2.1: always 0. */
static smime_status make_front(enveloped *self, const smime__enveloped_spec *spec,
                               const uint8_t *key, size_t key_len)
{
    smime__buf set = { 0 };
    size_t mark;
    int all_plain = 1;
    smime_status status = SMIME_OK;

    for (size_t i = 0; i < spec->count && status == SMIME_OK; i++) {
        int plain = 0;
        status = smime__recipient_info_add(&set, &spec->recipients[i], key, key_len, &plain);
        all_plain &= plain;
    }
    if (status == SMIME_OK)
        status = smime__der_add_small(&self->writer.before, self->aead || all_plain ? 0 : 2);
    if (status == SMIME_OK)
        status = smime__der_begin(&self->writer.before, SMIME__SET, &mark);
    if (status == SMIME_OK)
        status = smime__der_sort_set(&self->writer.before, smime__buf_view(&set));
    if (status == SMIME_OK)
        status = smime__der_end(&self->writer.before, mark);
    smime__buf_free(&set);
    return status;
}

/* contentType and contentEncryptionAlgorithm; RFC 5084 3.2: GCMParameters. */
static smime_status make_inside(enveloped *self, smime__cipher cipher, smime__view iv)
{
    smime__buf *to = &self->writer.inside;
    size_t algorithm, params;
    smime_status status = smime__der_add_oid(to, SMIME__OID_DATA);

    if (status == SMIME_OK)
        status = smime__der_begin(to, SMIME__SEQUENCE, &algorithm);
    if (status == SMIME_OK)
        status = smime__der_add_oid(to, smime__cipher_oid(cipher));
    if (status == SMIME_OK && self->aead) {
        status = smime__der_begin(to, SMIME__SEQUENCE, &params);
        if (status == SMIME_OK)
            status = smime__der_add_view(to, SMIME__OCTET_STRING, iv);
        if (status == SMIME_OK)
            status = smime__der_add_small(to, SMIME__TAG_SIZE);
        if (status == SMIME_OK)
            status = smime__der_end(to, params);
    } else if (status == SMIME_OK) {
        status = smime__der_add_view(to, SMIME__OCTET_STRING, iv);
    }
    return status == SMIME_OK ? smime__der_end(to, algorithm) : status;
}

static smime_status make_attributes(enveloped *self, smime__buf *aad)
{
    smime__buf value = { 0 };
    smime_status status = smime__der_add_oid(&value, SMIME__OID_DATA);

    if (status == SMIME_OK)
        status = smime__attribute_add(&self->attributes, SMIME__OID_CONTENT_TYPE,
                                      smime__buf_view(&value));
    if (status == SMIME_OK)
        status = smime__der_add_view(aad, SMIME__SET, smime__buf_view(&self->attributes));
    smime__buf_free(&value);
    return status;
}

static smime_status build(enveloped *self, const smime__enveloped_spec *spec)
{
    uint8_t key[SMIME__KEY_MAX], iv[16];
    size_t key_len = smime__cipher_key_size(spec->cipher);
    smime__view iv_view = smime__view_of(iv, smime__cipher_iv_size(spec->cipher));
    smime__buf aad = { 0 };
    smime_status status = smime__random_key(key, key_len);

    if (status == SMIME_OK)
        status = smime__random_public(iv, iv_view.len);
    if (status == SMIME_OK)
        status = make_front(self, spec, key, key_len);
    if (status == SMIME_OK)
        status = make_inside(self, spec->cipher, iv_view);
    if (status == SMIME_OK && self->aead && spec->with_attributes)
        status = make_attributes(self, &aad);
    if (status == SMIME_OK)
        status = smime__cipher_stage_new(spec->cipher, 1, key, iv_view, smime__buf_view(&aad),
                                         &self->writer.stage, &self->cipher);
    smime__wipe(key, sizeof key);
    smime__buf_free(&aad);
    return status;
}

smime_status smime__enveloped_data_new(const smime__enveloped_spec *spec, smime__stage *next,
                                       smime__stage **ret_stage)
{
    enveloped *self = calloc(1, sizeof *self);
    smime_status status;

    if (!self)
        return SMIME_E_NOMEM;
    self->stage.write = data_write;
    self->stage.finish = data_finish;
    self->stage.free = data_free;
    self->stage.next = next;
    self->aead = smime__cipher_is_aead(spec->cipher);
    smime__content_writer_init(
        &self->writer,
        self->aead ? SMIME__OID_AUTH_ENVELOPED_DATA : SMIME__OID_ENVELOPED_DATA, 0, next);
    status = build(self, spec);
    if (status < 0) {
        data_free(&self->stage);
        return status;
    }
    *ret_stage = &self->stage;
    return SMIME_OK;
}
