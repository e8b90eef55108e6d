/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cms/attributes.h"
#include "cms/content_writer.h"
#include "cms/enveloped_data.h"

#include "base/secret.h"
#include "crypto/keywrap.h"
#include "crypto/random.h"

#include <stdlib.h>
#include <string.h>

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

/* version and recipientInfos. RFC 5652 6.1: as the recipients want it; RFC 5083 2.1: always 0. */
static smime_status make_front(enveloped *self, const smime__enveloped_spec *spec,
                               const uint8_t *key, size_t key_len)
{
    smime__buf set = { 0 };
    size_t mark;
    int version = 0;
    smime_status status = SMIME_OK;

    if (spec->key)
        return smime__der_add_small(&self->writer.before, 0);
    for (size_t i = 0; i < spec->count && status == SMIME_OK; i++) {
        int least = 0;
        status = smime__recipient_info_add(&set, &spec->recipients[i], key, key_len, &least);
        version = least > version ? least : version;
    }
    if (status == SMIME_OK)
        status = smime__der_add_small(&self->writer.before, self->aead ? 0 : version);
    if (status == SMIME_OK)
        status = smime__der_begin(&self->writer.before, SMIME__SET, &mark);
    if (status == SMIME_OK)
        status = smime__der_sort_set(&self->writer.before, smime__buf_view(&set));
    if (status == SMIME_OK)
        status = smime__der_end(&self->writer.before, mark);
    smime__buf_free(&set);
    return status;
}

/* RFC 5084 3.1 and 3.2: parameters for GCM and CCM; else the initialisation vector alone. */
static smime_status add_algorithm(smime__buf *to, smime__cipher cipher, smime__view iv)
{
    int with_tag = smime__cipher_is_gcm(cipher) || smime__cipher_is_ccm(cipher);
    size_t algorithm, params;
    smime_status status = smime__der_begin(to, SMIME__SEQUENCE, &algorithm);

    if (status == SMIME_OK)
        status = smime__der_add_oid(to, smime__cipher_oid(cipher));
    if (status == SMIME_OK && with_tag) {
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

/* contentType and contentEncryptionAlgorithm. A key that is derived is replaced. */
static smime_status make_inside(enveloped *self, const smime__enveloped_spec *spec, smime__view iv,
                                uint8_t *key)
{
    smime__buf *to = &self->writer.inside;
    smime__buf algorithm = { 0 };
    size_t mark;
    smime_status status = smime__der_add_view(to, SMIME__OBJECT_ID, spec->type);

    if (status == SMIME_OK)
        status = add_algorithm(&algorithm, spec->cipher, iv);
    if (status == SMIME_OK && spec->derived) {
        status = smime__der_begin(to, SMIME__SEQUENCE, &mark);
        if (status == SMIME_OK)
            status = smime__der_add_oid(to, SMIME__OID_CEK_HKDF_SHA256);
        if (status == SMIME_OK)
            status = smime__cek_hkdf(key, smime__cipher_key_size(spec->cipher),
                                     smime__buf_view(&algorithm));
    }
    if (status == SMIME_OK)
        status = smime__buf_add_view(to, smime__buf_view(&algorithm));
    if (status == SMIME_OK && spec->derived)
        status = smime__der_end(to, mark);
    smime__buf_free(&algorithm);
    return status;
}

static smime_status make_attributes(enveloped *self, smime__view type, smime__buf *aad)
{
    smime__buf value = { 0 };
    smime_status status = smime__der_add_view(&value, SMIME__OBJECT_ID, type);

    if (status == SMIME_OK)
        status = smime__attribute_add(&self->attributes, SMIME__OID_CONTENT_TYPE,
                                      smime__buf_view(&value));
    if (status == SMIME_OK)
        status = smime__der_add_view(aad, SMIME__SET, smime__buf_view(&self->attributes));
    smime__buf_free(&value);
    return status;
}

/* RFC 5083 2.1: the contentType must be there unless it is id-data. */
static int wants_attributes(const smime__enveloped_spec *spec)
{
    return spec->with_attributes ||
           !smime__view_equal(spec->type, smime__oid_bytes(SMIME__OID_DATA));
}

static smime_status new_cipher(enveloped *self, const smime__enveloped_spec *spec,
                               const uint8_t *key, smime__view iv, smime__view aad)
{
    if (smime__cipher_is_ccm(spec->cipher))
        return smime__ccm_stage_new(spec->cipher, 1, key, iv, aad, SMIME__TAG_SIZE, spec->length,
                                    &self->writer.stage, &self->cipher);
    return smime__cipher_stage_new(spec->cipher, 1, key, iv, aad, &self->writer.stage,
                                   &self->cipher);
}

static smime_status build(enveloped *self, const smime__enveloped_spec *spec)
{
    uint8_t key[SMIME__KEY_MAX], iv[16];
    size_t key_len = smime__cipher_key_size(spec->cipher);
    smime__view iv_view = smime__view_of(iv, smime__cipher_iv_size(spec->cipher));
    smime__buf aad = { 0 };
    smime_status status = SMIME_OK;

    if (spec->key)
        memcpy(key, spec->key, key_len);
    else
        status = smime__random_key(key, key_len);
    if (status == SMIME_OK)
        status = smime__random_public(iv, iv_view.len);
    if (status == SMIME_OK)
        status = make_front(self, spec, key, key_len);
    if (status == SMIME_OK)
        status = make_inside(self, spec, iv_view, key);
    if (status == SMIME_OK && self->aead && wants_attributes(spec))
        status = make_attributes(self, spec->type, &aad);
    if (status == SMIME_OK)
        status = new_cipher(self, spec, key, iv_view, smime__buf_view(&aad));
    smime__wipe(key, sizeof key);
    smime__buf_free(&aad);
    return status;
}

smime_status smime__enveloped_data_new(const smime__enveloped_spec *spec, smime__stage *next,
                                       smime__stage **ret_stage)
{
    enveloped *self = calloc(1, sizeof *self);
    smime__enveloped_spec made = *spec;
    smime_status status;

    if (!self)
        return SMIME_E_NOMEM;
    self->stage.write = data_write;
    self->stage.finish = data_finish;
    self->stage.free = data_free;
    self->stage.next = next;
    self->aead = smime__cipher_is_aead(spec->cipher);
    if (!made.type.len)
        made.type = smime__oid_bytes(SMIME__OID_DATA);
    smime__content_writer_init(&self->writer,
                               made.key     ? SMIME__OID_ENCRYPTED_DATA
                               : self->aead ? SMIME__OID_AUTH_ENVELOPED_DATA
                                            : SMIME__OID_ENVELOPED_DATA,
                               0, next);
    self->writer.bare = made.bare;
    status = build(self, &made);
    if (status < 0) {
        data_free(&self->stage);
        return status;
    }
    *ret_stage = &self->stage;
    return SMIME_OK;
}
