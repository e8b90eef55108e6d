/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "codec/armor.h"

#include "codec/base64.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BEGIN "-----BEGIN "
#define BEGIN_LEN (sizeof BEGIN - 1)

typedef struct reader {
    smime__stage stage;
    enum { START, BINARY, BEFORE, LABEL, BODY, BEHIND } state;
    size_t matched; /* of BEGIN, at the start of this line; BEGIN_LEN + 1: it is another line */
    smime__stage *base64;
} reader;

/* Bytes up to the BEGIN line and its end. */
static size_t skip_text(reader *self, const uint8_t *data, size_t len)
{
    size_t at = 0;

    while (at < len && self->state != BODY) {
        uint8_t c = data[at++];
        if (c == '\n') {
            self->state = self->state == LABEL ? BODY : BEFORE;
            self->matched = 0;
        } else if (self->state == BEFORE && self->matched <= BEGIN_LEN) {
            self->matched = c == (uint8_t)BEGIN[self->matched] ? self->matched + 1 : BEGIN_LEN + 1;
            if (self->matched == BEGIN_LEN)
                self->state = LABEL;
        }
    }
    return at;
}

static smime_status reader_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    reader *self = (reader *)stage;
    const uint8_t *dash;
    size_t at = 0;

    if (self->state == START) /* what every ContentInfo begins with */
        self->state = data[0] == 0x30 ? BINARY : BEFORE;
    if (self->state == BINARY)
        return smime__stage_write(stage->next, data, len);
    if (self->state < BODY)
        at = skip_text(self, data, len);
    if (self->state != BODY || at == len)
        return SMIME_OK;
    dash = memchr(data + at, '-', len - at);
    if (dash)
        self->state = BEHIND;
    return smime__stage_write(self->base64, data + at,
                              dash ? (size_t)(dash - data) - at : len - at);
}

static smime_status reader_finish(smime__stage *stage)
{
    reader *self = (reader *)stage;

    return smime__stage_finish(self->state >= BODY ? self->base64 : stage->next);
}

static void reader_free(smime__stage *stage)
{
    smime__stage_free(((reader *)stage)->base64);
    free(stage);
}

smime_status smime__armor_reader_new(smime__stage *next, smime__stage **ret_stage)
{
    reader *self = calloc(1, sizeof *self);
    smime_status status;

    if (!self)
        return SMIME_E_NOMEM;
    self->stage.write = reader_write;
    self->stage.finish = reader_finish;
    self->stage.free = reader_free;
    self->stage.next = next;
    status = smime__base64_decoder_new(next, &self->base64);
    if (status < 0) {
        free(self);
        return status;
    }
    *ret_stage = &self->stage;
    return SMIME_OK;
}

#define LINE_BYTES 48 /* 64 characters, RFC 7468 2 */

typedef struct writer {
    smime__stage stage;
    const char *label;
    int begun;
    size_t held;
    uint8_t line[LINE_BYTES];
} writer;

static smime_status put_border(writer *self, const char *which)
{
    char text[80];
    int len = snprintf(text, sizeof text, "-----%s %s-----\n", which, self->label);

    return smime__stage_write(self->stage.next, (const uint8_t *)text, (size_t)len);
}

static smime_status put_line(writer *self)
{
    char text[LINE_BYTES / 3 * 4 + 1];
    size_t len = smime__base64_encode(text, self->line, self->held);

    text[len++] = '\n';
    self->held = 0;
    return smime__stage_write(self->stage.next, (const uint8_t *)text, len);
}

static smime_status begin(writer *self)
{
    if (self->begun)
        return SMIME_OK;
    self->begun = 1;
    return put_border(self, "BEGIN");
}

static smime_status writer_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    writer *self = (writer *)stage;
    smime_status status = begin(self);

    while (len && status == SMIME_OK) {
        size_t part = LINE_BYTES - self->held < len ? LINE_BYTES - self->held : len;
        memcpy(self->line + self->held, data, part);
        self->held += part;
        data += part;
        len -= part;
        if (self->held == LINE_BYTES)
            status = put_line(self);
    }
    return status;
}

static smime_status writer_finish(smime__stage *stage)
{
    writer *self = (writer *)stage;
    smime_status status = begin(self);

    if (status == SMIME_OK && self->held)
        status = put_line(self);
    if (status == SMIME_OK)
        status = put_border(self, "END");
    return status == SMIME_OK ? smime__stage_finish(stage->next) : status;
}

static void writer_free(smime__stage *stage)
{
    free(stage);
}

smime_status smime__armor_writer_new(const char *label, smime__stage *next,
                                     smime__stage **ret_stage)
{
    writer *self = calloc(1, sizeof *self);

    if (!self)
        return SMIME_E_NOMEM;
    self->stage.write = writer_write;
    self->stage.finish = writer_finish;
    self->stage.free = writer_free;
    self->stage.next = next;
    self->label = label;
    *ret_stage = &self->stage;
    return SMIME_OK;
}
