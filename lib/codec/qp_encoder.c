/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "codec/qp.h"

#include "base/buf.h"

#include <stdlib.h>
#include <string.h>

#define LINE_MAX_CHARS 76 /* the soft line break's '=' included */
#define LOOK_AHEAD 5      /* "From " */

typedef struct qp_encoder {
    smime__stage stage;
    uint8_t held[LOOK_AHEAD]; /* bytes whose writing depends on what follows */
    size_t held_len;
    int column; /* characters on the line so far */
    smime__buf out;
} qp_encoder;

static smime_status put(qp_encoder *self, const char *text, int len)
{
    smime_status status = SMIME_OK;

    if (self->column + len > LINE_MAX_CHARS - 1) {
        status = smime__buf_add_text(&self->out, "=\r\n");
        self->column = 0;
    }
    if (status == SMIME_OK)
        status = smime__buf_add(&self->out, text, (size_t)len);
    self->column += len;
    return status;
}

static smime_status put_escaped(qp_encoder *self, uint8_t byte)
{
    static const char digits[] = "0123456789ABCDEF";
    char text[3] = { '=', digits[byte >> 4], digits[byte & 15] };

    return put(self, text, 3);
}

/* Writes at[0]; at[1..] is what follows, @p avail bytes in all, the end of input behind them
 * when fewer than LOOK_AHEAD. Returns the bytes used through @p ret_used. */
static smime_status encode_one(qp_encoder *self, const uint8_t *at, size_t avail,
                               size_t *ret_used)
{
    uint8_t c = at[0];
    int line_end_follows = avail == 1 || (avail > 2 && at[1] == '\r' && at[2] == '\n') ||
                           (avail == 2 && at[1] == '\n');

    *ret_used = 1;
    if (c == '\r' && avail > 1 && at[1] == '\n') {
        *ret_used = 2;
        self->column = 0;
        return smime__buf_add_text(&self->out, "\r\n");
    }
    if (c == 'F' && self->column == 0 && avail >= 5 && memcmp(at, "From ", 5) == 0)
        return put_escaped(self, c);
    if (c == '.' && self->column == 0)
        return put_escaped(self, c);
    if ((c == ' ' || c == '\t') && !line_end_follows)
        return put(self, (const char *)at, 1);
    /* a soft line break may bring these to the start of a line */
    if ((c == 'F' || c == '.') && self->column > LINE_MAX_CHARS - 4)
        return put_escaped(self, c);
    if (c > 32 && c < 127 && c != '=')
        return put(self, (const char *)at, 1);
    return put_escaped(self, c);
}

static smime_status flush(qp_encoder *self)
{
    smime_status status = smime__stage_write(self->stage.next, self->out.data, self->out.len);

    smime__buf_clear(&self->out);
    return status;
}

static smime_status qp_encoder_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    qp_encoder *self = (qp_encoder *)stage;
    smime_status status = SMIME_OK;
    uint8_t window[2 * LOOK_AHEAD];
    size_t used;

    /* the bytes held from the last chunk, with the beginning of this one behind them */
    while (self->held_len && len && status == SMIME_OK) {
        size_t more = len < LOOK_AHEAD ? len : LOOK_AHEAD;
        memcpy(window, self->held, self->held_len);
        memcpy(window + self->held_len, data, more);
        if (self->held_len + more < LOOK_AHEAD)
            break;
        status = encode_one(self, window, self->held_len + more, &used);
        if (used > self->held_len) {
            data += used - self->held_len;
            len -= used - self->held_len;
            self->held_len = 0;
        } else {
            memmove(self->held, self->held + used, self->held_len - used);
            self->held_len -= used;
        }
    }
    while (!self->held_len && len >= LOOK_AHEAD && status == SMIME_OK) {
        status = encode_one(self, data, len, &used);
        data += used;
        len -= used;
        if (status == SMIME_OK && self->out.len > 32768)
            status = flush(self);
    }
    if (len && status == SMIME_OK) {
        memcpy(self->held + self->held_len, data, len);
        self->held_len += len;
    }
    return status == SMIME_OK ? flush(self) : status;
}

static smime_status qp_encoder_finish(smime__stage *stage)
{
    qp_encoder *self = (qp_encoder *)stage;
    smime_status status = SMIME_OK;
    size_t at = 0;
    size_t used;

    while (at < self->held_len && status == SMIME_OK) {
        status = encode_one(self, self->held + at, self->held_len - at, &used);
        at += used;
    }
    self->held_len = 0;
    if (status == SMIME_OK)
        status = flush(self);
    return status == SMIME_OK ? smime__stage_finish(stage->next) : status;
}

static void qp_encoder_free(smime__stage *stage)
{
    smime__buf_free(&((qp_encoder *)stage)->out);
    free(stage);
}

smime_status smime__qp_encoder_new(smime__stage *next, smime__stage **ret_stage)
{
    qp_encoder *self = calloc(1, sizeof *self);

    if (!self)
        return SMIME_E_NOMEM;
    self->stage.write = qp_encoder_write;
    self->stage.finish = qp_encoder_finish;
    self->stage.free = qp_encoder_free;
    self->stage.next = next;
    self->out.secret = 1;
    *ret_stage = &self->stage;
    return SMIME_OK;
}
