/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The MIME around a CMS object: multipart/signed and application/pkcs7-mime (RFC 8551 3.2, 3.5). */
#include "mail/protect.h"

#include "base/ascii.h"
#include "codec/base64.h"
#include "crypto/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static smime_status put_text(smime__stage *to, const char *text)
{
    return smime__stage_write(to, (const uint8_t *)text, strlen(text));
}

/* application/pkcs7-mime: header, then the CMS object in base64. */
typedef struct object {
    smime__stage stage;
    smime__stage *base64;
    smime__stage *cms;
    const char *smime_type;
    int begun;
} object;

static smime_status object_begin(object *self)
{
    char header[320];

    if (self->begun)
        return SMIME_OK;
    self->begun = 1;
    snprintf(header, sizeof header,
             "Content-Type: application/pkcs7-mime; smime-type=%s;\r\n"
             " name=\"smime.p7m\"\r\n"
             "Content-Transfer-Encoding: base64\r\n"
             "Content-Disposition: attachment; filename=\"smime.p7m\"\r\n"
             "\r\n",
             self->smime_type);
    return put_text(self->stage.next, header);
}

static smime_status object_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    object *self = (object *)stage;
    smime_status status = object_begin(self);

    return status == SMIME_OK ? smime__stage_write(self->cms, data, len) : status;
}

static smime_status object_finish(smime__stage *stage)
{
    object *self = (object *)stage;
    smime_status status = object_begin(self);

    return status == SMIME_OK ? smime__stage_finish(self->cms) : status;
}

static void object_free(smime__stage *stage)
{
    object *self = (object *)stage;

    smime__stage_free(self->cms);
    smime__stage_free(self->base64);
    free(self);
}

static smime_status object_new(const char *smime_type, smime__stage *next, object **ret)
{
    object *self = calloc(1, sizeof *self);
    smime_status status;

    if (!self)
        return SMIME_E_NOMEM;
    self->stage.write = object_write;
    self->stage.finish = object_finish;
    self->stage.free = object_free;
    self->stage.next = next;
    self->smime_type = smime_type;
    status = smime__base64_encoder_new(next, &self->base64);
    if (status < 0) {
        free(self);
        return status;
    }
    *ret = self;
    return SMIME_OK;
}

smime_status smime__opaque_signer_new(const smime__signed_data_spec *spec, smime__stage *next,
                                      smime__stage **ret_stage)
{
    object *self;
    smime_status status = object_new("signed-data", next, &self);

    if (status < 0)
        return status;
    *ret_stage = &self->stage;
    return smime__signed_data_new(spec, self->base64, &self->cms);
}

smime_status smime__encrypter_new(const smime__enveloped_spec *spec, smime__stage *next,
                                  smime__stage **ret_stage)
{
    object *self;
    smime_status status = object_new(
        smime__cipher_is_aead(spec->cipher) ? "authEnveloped-data" : "enveloped-data", next,
        &self);

    if (status < 0)
        return status;
    *ret_stage = &self->stage;
    return smime__enveloped_data_new(spec, self->base64, &self->cms);
}

/* multipart/signed: the entity as it comes, and behind it the detached signature. */
typedef struct clear {
    smime__stage stage;
    const smime__signed_data_spec *spec;
    smime__stage *base64;
    smime__stage *cms;
    smime__stage tail; /* end of the base64: the finish of the whole is ours */
    char boundary[40];
    int begun;
} clear;

static smime_status clear_begin(clear *self)
{
    smime__buf header = { 0 };
    unsigned told = 0;
    smime_status status;

    if (self->begun)
        return SMIME_OK;
    self->begun = 1;
    status = smime__buf_add_text(&header,
                                 "Content-Type: multipart/signed;\r\n"
                                 " protocol=\"application/pkcs7-signature\"; micalg=");
    for (size_t i = 0; i < self->spec->count && status == SMIME_OK; i++) {
        smime__hash hash = self->spec->signers[i].hash;
        int quoted = self->spec->count > 1;
        if (told & 1u << hash)
            continue;
        /* several: a quoted list */
        status = smime__buf_format(&header, "%s%s", told ? "," : quoted ? "\"" : "",
                                   smime__hash_micalg(hash));
        told |= 1u << hash;
    }
    if (status == SMIME_OK)
        status = smime__buf_format(&header, "%s;\r\n boundary=\"%s\"\r\n\r\n--%s\r\n",
                                   self->spec->count > 1 ? "\"" : "", self->boundary,
                                   self->boundary);
    if (status == SMIME_OK)
        status = smime__stage_write(self->stage.next, header.data, header.len);
    smime__buf_free(&header);
    return status;
}

static smime_status clear_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    clear *self = (clear *)stage;
    smime_status status = clear_begin(self);

    if (status == SMIME_OK)
        status = smime__stage_write(self->cms, data, len);
    return status == SMIME_OK ? smime__stage_write(stage->next, data, len) : status;
}

static smime_status clear_finish(smime__stage *stage)
{
    clear *self = (clear *)stage;
    char frame[400];
    smime_status status = clear_begin(self);

    snprintf(frame, sizeof frame,
             "\r\n--%s\r\n"
             "Content-Type: application/pkcs7-signature; name=\"smime.p7s\"\r\n"
             "Content-Transfer-Encoding: base64\r\n"
             "Content-Disposition: attachment; filename=\"smime.p7s\"\r\n"
             "\r\n",
             self->boundary);
    if (status == SMIME_OK)
        status = put_text(stage->next, frame);
    if (status == SMIME_OK)
        status = smime__stage_finish(self->cms);
    snprintf(frame, sizeof frame, "\r\n--%s--\r\n", self->boundary);
    if (status == SMIME_OK)
        status = put_text(stage->next, frame);
    return status == SMIME_OK ? smime__stage_finish(stage->next) : status;
}

static void clear_free(smime__stage *stage)
{
    clear *self = (clear *)stage;

    smime__stage_free(self->cms);
    smime__stage_free(self->base64);
    free(self);
}

static smime_status tail_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    return smime__stage_write(stage->next, data, len);
}

static smime_status tail_finish(smime__stage *stage)
{
    (void)stage;
    return SMIME_OK;
}

smime_status smime__clear_signer_new(const smime__signed_data_spec *spec, smime__stage *next,
                                     smime__stage **ret_stage)
{
    clear *self = calloc(1, sizeof *self);
    uint8_t random[12];
    smime_status status;

    if (!self)
        return SMIME_E_NOMEM;
    self->stage.write = clear_write;
    self->stage.finish = clear_finish;
    self->stage.free = clear_free;
    self->stage.next = next;
    self->tail.write = tail_write;
    self->tail.finish = tail_finish;
    self->tail.next = next;
    self->spec = spec;
    *ret_stage = &self->stage;
    /* 96 random bits, chosen before the content is seen: no content can hold it on purpose */
    status = smime__random_public(random, sizeof random);
    memcpy(self->boundary, "=_smime_", 8);
    smime__hex(self->boundary + 8, random, sizeof random);
    if (status == SMIME_OK)
        status = smime__base64_encoder_new(&self->tail, &self->base64);
    if (status == SMIME_OK)
        status = smime__signed_data_new(spec, self->base64, &self->cms);
    return status;
}
