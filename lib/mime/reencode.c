/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mime/reencode.h"

#include "codec/base64.h"
#include "codec/crlf.h"
#include "codec/qp.h"
#include "mime/decode.h"

#include <string.h>

/* Encoders end lines with CRLF and write no other CR. */
static smime_status write_lf(smime__stage *next, const uint8_t *data, size_t len)
{
    smime_status status = SMIME_OK;

    while (len && status == SMIME_OK) {
        const uint8_t *cr = memchr(data, '\r', len);
        size_t run = cr ? (size_t)(cr - data) : len;
        status = smime__stage_write(next, data, run);
        run += cr != NULL;
        data += run;
        len -= run;
    }
    return status;
}

static smime_status out_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    const smime__reencoder *self =
        (const smime__reencoder *)((const char *)stage - offsetof(smime__reencoder, out));

    return self->lf ? write_lf(stage->next, data, len)
                    : smime__stage_write(stage->next, data, len);
}

static smime_status out_finish(smime__stage *stage)
{
    (void)stage;
    return SMIME_OK;
}

static int is_binary(const smime__part *part)
{
    return !strcmp(part->encoding_name, "binary");
}

static int as_text(const smime__part *part)
{
    return !strncmp(part->type.value, "text/", 5) && !is_binary(part);
}

const char *smime__reencoded_name(const smime__part *part)
{
    return as_text(part) ? "quoted-printable" : "base64";
}

smime_status smime__reencoder_open(smime__reencoder *self, const smime__part *part, int lf,
                                   int form, smime__view element, smime__stage *next)
{
    smime__stage *first;
    smime_status status;

    self->out.write = out_write;
    self->out.finish = out_finish;
    self->out.next = next;
    self->lf = lf;
    status = as_text(part) ? smime__qp_encoder_new(&self->out, &self->encoder)
                           : smime__base64_encoder_new(&self->out, &self->encoder);
    if (status < 0)
        return status;
    first = self->encoder;
    if (as_text(part) || (!is_binary(part) && part->encoding == SMIME__ENC_IDENTITY)) {
        status = smime__crlf_new(first, &self->canonical);
        if (status < 0)
            return status;
        first = self->canonical;
    }
    if (element.len) {
        status = smime__legacy_inserter_new(form, element, first, &self->inserter);
        if (status < 0)
            return status;
        first = self->inserter;
    }
    status = smime__decode_new(part->encoding, first, &self->decoder);
    self->in = self->decoder ? self->decoder : first;
    return status;
}

smime_status smime__reencoder_finish(smime__reencoder *self)
{
    smime_status status = self->in ? smime__stage_finish(self->in) : SMIME_OK;

    smime__reencoder_close(self);
    return status;
}

void smime__reencoder_close(smime__reencoder *self)
{
    smime__stage_free(self->decoder);
    smime__stage_free(self->inserter);
    smime__stage_free(self->canonical);
    smime__stage_free(self->encoder);
    self->in = self->decoder = self->inserter = self->canonical = self->encoder = NULL;
}
