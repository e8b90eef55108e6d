/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Base64 as stages of a pipeline. */
#include "codec/base64.h"

#include "base/secret.h"

#include <stdlib.h>
#include <string.h>

#define LINE_BYTES 57 /* 76 characters */
#define LINE_CHARS 78 /* with CRLF */
#define LINES 256     /* encoded at a time */
#define CHUNK 12288   /* characters decoded at a time */

typedef struct encoder {
    smime__stage stage;
    uint8_t line[LINE_BYTES]; /* an unfinished one */
    size_t held;
    char out[LINES * LINE_CHARS];
} encoder;

static char *encode_line(char *to, const uint8_t *data, size_t len)
{
    to += smime__base64_encode(to, data, len);
    *to++ = '\r';
    *to++ = '\n';
    return to;
}

static smime_status encoder_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    encoder *self = (encoder *)stage;
    char *at = self->out;

    while (self->held + len >= LINE_BYTES) {
        if (self->held) {
            size_t part = LINE_BYTES - self->held;
            memcpy(self->line + self->held, data, part);
            at = encode_line(at, self->line, LINE_BYTES);
            self->held = 0;
            data += part;
            len -= part;
        } else {
            at = encode_line(at, data, LINE_BYTES);
            data += LINE_BYTES;
            len -= LINE_BYTES;
        }
        if (at - self->out > (LINES - 1) * LINE_CHARS) {
            smime_status status = smime__stage_write(stage->next, (const uint8_t *)self->out,
                                                     (size_t)(at - self->out));
            if (status < 0)
                return status;
            at = self->out;
        }
    }
    if (len)
        memcpy(self->line + self->held, data, len);
    self->held += len;
    return smime__stage_write(stage->next, (const uint8_t *)self->out,
                              (size_t)(at - self->out));
}

static smime_status encoder_finish(smime__stage *stage)
{
    encoder *self = (encoder *)stage;

    if (self->held) {
        char *end = encode_line(self->out, self->line, self->held);
        smime_status status = smime__stage_write(stage->next, (const uint8_t *)self->out,
                                                 (size_t)(end - self->out));
        if (status < 0)
            return status;
        self->held = 0;
    }
    return smime__stage_finish(stage->next);
}

static void encoder_free(smime__stage *stage)
{
    smime__wipe(stage, sizeof(encoder));
    free(stage);
}

smime_status smime__base64_encoder_new(smime__stage *next, smime__stage **ret_stage)
{
    encoder *self = malloc(sizeof *self);

    if (!self)
        return SMIME_E_NOMEM;
    self->stage.write = encoder_write;
    self->stage.finish = encoder_finish;
    self->stage.free = encoder_free;
    self->stage.next = next;
    self->held = 0;
    *ret_stage = &self->stage;
    return SMIME_OK;
}

typedef struct decoder {
    smime__stage stage;
    smime__base64_decoder state;
    uint8_t out[CHUNK / 4 * 3 + 3];
} decoder;

static smime_status decoder_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    decoder *self = (decoder *)stage;

    while (len) {
        size_t part = len < CHUNK ? len : CHUNK;
        size_t bytes = smime__base64_decode(&self->state, self->out, data, part);
        smime_status status = smime__stage_write(stage->next, self->out, bytes);
        if (status < 0)
            return status;
        data += part;
        len -= part;
    }
    return SMIME_OK;
}

static smime_status decoder_finish(smime__stage *stage)
{
    return smime__stage_finish(stage->next);
}

static void decoder_free(smime__stage *stage)
{
    smime__wipe(stage, sizeof(decoder));
    free(stage);
}

smime_status smime__base64_decoder_new(smime__stage *next, smime__stage **ret_stage)
{
    decoder *self = malloc(sizeof *self);

    if (!self)
        return SMIME_E_NOMEM;
    memset(&self->state, 0, sizeof self->state);
    self->stage.write = decoder_write;
    self->stage.finish = decoder_finish;
    self->stage.free = decoder_free;
    self->stage.next = next;
    *ret_stage = &self->stage;
    return SMIME_OK;
}

const smime__base64_decoder *smime__base64_decoder_state(const smime__stage *stage)
{
    return &((const decoder *)stage)->state;
}
