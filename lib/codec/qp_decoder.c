/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "codec/qp.h"

#include "base/ascii.h"
#include "base/buf.h"

#include <stdlib.h>
#include <string.h>

#define OUT_SIZE 16384
#define BLANKS_MAX 1024 /* at a line's end; what is longer is no transport padding (RFC 5322 2.1.1) */

#define RUN_MAX 256     /* bytes looked at in one go: what is looked at twice has an end */

enum { TEXT, EQUALS, EQUALS_BLANK, EQUALS_CR, EQUALS_HEX };

typedef struct qp_decoder {
    smime__stage stage;
    smime__qp_defects defects;
    int state;
    int digit; /* the first one, in state EQUALS_HEX, as a character */
    smime__buf blanks; /* at the end of a line: transport padding when the line ends there */
    size_t out_len;
    uint8_t out[OUT_SIZE];
} qp_decoder;

static smime_status flush(qp_decoder *self)
{
    size_t len = self->out_len;

    self->out_len = 0;
    return smime__stage_write(self->stage.next, self->out, len);
}

static smime_status put(qp_decoder *self, uint8_t byte)
{
    if (self->out_len == OUT_SIZE) {
        smime_status status = flush(self);
        if (status < 0)
            return status;
    }
    self->out[self->out_len++] = byte;
    return SMIME_OK;
}

static smime_status put_blanks(qp_decoder *self)
{
    smime_status status;

    if (!self->blanks.len)
        return SMIME_OK;
    status = flush(self);
    if (status == SMIME_OK)
        status = smime__stage_write(self->stage.next, self->blanks.data, self->blanks.len);
    smime__buf_clear(&self->blanks);
    return status;
}

static size_t up_to(const uint8_t *data, size_t len, int c)
{
    const uint8_t *found = memchr(data, c, len);

    return found ? (size_t)(found - data) : len;
}

/* How many bytes stand for themselves whatever follows: no escape, no line end, and no blank that
 * may stand in front of one. */
static size_t plain_run(const uint8_t *data, size_t len)
{
    size_t run = up_to(data, len < RUN_MAX ? len : RUN_MAX, '\n');

    run = up_to(data, run, '=');
    run = up_to(data, run, '\r');
    while (run && (data[run - 1] == ' ' || data[run - 1] == '\t'))
        run--;
    return run;
}

/* 1 when a byte is over 126: eight at a time. */
static int has_8bit(const uint8_t *data, size_t len)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t high = 0, word;

    for (; len >= 8; data += 8, len -= 8) {
        memcpy(&word, data, 8);
        high |= word | ((word & ones * 0x7f) + ones); /* 127 + 1 sets the high bit */
    }
    for (; len; data++, len--)
        high |= *data > 126 ? 0x80 : 0;
    return (high & ones * 0x80) != 0;
}

static smime_status put_run(qp_decoder *self, const uint8_t *data, size_t len)
{
    smime_status status = OUT_SIZE - self->out_len < len ? flush(self) : SMIME_OK;

    if (status < 0)
        return status;
    self->defects.raw_8bit |= has_8bit(data, len);
    memcpy(self->out + self->out_len, data, len);
    self->out_len += len;
    return SMIME_OK;
}

/* The line ends behind them, RFC 2045 6.7 (3). */
static void drop_blanks(qp_decoder *self)
{
    if (!self->blanks.len)
        return;
    self->defects.blanks = 1;
    smime__buf_clear(&self->blanks);
}

static smime_status decode_text(qp_decoder *self, uint8_t c)
{
    smime_status status;

    if (c == ' ' || c == '\t') { /* held, but not without end */
        status = self->blanks.len < BLANKS_MAX ? SMIME_OK : put_blanks(self);
        return status == SMIME_OK ? smime__buf_add_byte(&self->blanks, c) : status;
    }
    if (c == '\r' || c == '\n') {
        drop_blanks(self);
        return put(self, c);
    }
    status = put_blanks(self);
    if (status < 0)
        return status;
    if (c == '=') {
        self->state = EQUALS;
        return SMIME_OK;
    }
    if (c > 126)
        self->defects.raw_8bit = 1;
    return put(self, c);
}

/* '=' and @p first stand for themselves; @p c is read again as text. */
static smime_status bad_escape(qp_decoder *self, int first, uint8_t c)
{
    smime_status status = put(self, '=');

    self->defects.bad_escape = 1;
    self->state = TEXT;
    if (status == SMIME_OK && first)
        status = put(self, (uint8_t)first);
    return status == SMIME_OK ? decode_text(self, c) : status;
}

static smime_status decode_byte(qp_decoder *self, uint8_t c)
{
    switch (self->state) {
    case EQUALS:
        if (c == '\n') {
            self->state = TEXT;
        } else if (c == '\r') {
            self->state = EQUALS_CR;
        } else if (c == ' ' || c == '\t') {
            self->state = EQUALS_BLANK;
            return smime__buf_add_byte(&self->blanks, c);
        } else if (smime__ascii_hex(c) >= 0) {
            self->digit = c;
            self->state = EQUALS_HEX;
        } else {
            return bad_escape(self, 0, c);
        }
        return SMIME_OK;
    case EQUALS_BLANK: /* padding behind a soft line break */
        if ((c == ' ' || c == '\t') && self->blanks.len < BLANKS_MAX)
            return smime__buf_add_byte(&self->blanks, c);
        if (c != '\n' && c != '\r')
            return bad_escape(self, 0, c); /* which puts the blanks in front of it */
        self->state = c == '\n' ? TEXT : EQUALS_CR;
        drop_blanks(self);
        return SMIME_OK;
    case EQUALS_CR:
        self->state = TEXT;
        if (c == '\n')
            return SMIME_OK;
        self->defects.bad_escape = 1; /* a CR alone ends a line for some readers */
        return decode_text(self, c);
    case EQUALS_HEX:
        if (smime__ascii_hex(c) < 0)
            return bad_escape(self, self->digit, c);
        self->state = TEXT;
        return put(self, (uint8_t)(smime__ascii_hex(self->digit) << 4 | smime__ascii_hex(c)));
    default:
        return decode_text(self, c);
    }
}

static smime_status qp_decoder_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    qp_decoder *self = (qp_decoder *)stage;
    smime_status status = SMIME_OK;

    while (len && status == SMIME_OK) {
        size_t run = self->state == TEXT && !self->blanks.len ? plain_run(data, len) : 0;
        if (run)
            status = put_run(self, data, run);
        else
            status = decode_byte(self, data[run++]);
        data += run;
        len -= run;
    }
    return status == SMIME_OK ? flush(self) : status;
}

static smime_status qp_decoder_finish(smime__stage *stage)
{
    qp_decoder *self = (qp_decoder *)stage;
    smime_status status = SMIME_OK;

    if (self->state == EQUALS_HEX || self->state == EQUALS_BLANK)
        self->defects.bad_escape = 1;
    drop_blanks(self);
    if (self->state == EQUALS_HEX) {
        status = put(self, '=');
        if (status == SMIME_OK)
            status = put(self, (uint8_t)self->digit);
        if (status == SMIME_OK)
            status = flush(self);
    }
    return status == SMIME_OK ? smime__stage_finish(stage->next) : status;
}

static void qp_decoder_free(smime__stage *stage)
{
    smime__buf_free(&((qp_decoder *)stage)->blanks);
    free(stage);
}

smime_status smime__qp_decoder_new(smime__stage *next, smime__stage **ret_stage)
{
    qp_decoder *self = calloc(1, sizeof *self);

    if (!self)
        return SMIME_E_NOMEM;
    self->stage.write = qp_decoder_write;
    self->stage.finish = qp_decoder_finish;
    self->stage.free = qp_decoder_free;
    self->stage.next = next;
    *ret_stage = &self->stage;
    return SMIME_OK;
}

const smime__qp_defects *smime__qp_decoder_defects(const smime__stage *stage)
{
    return &((const qp_decoder *)stage)->defects;
}
