/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "codec/crlf.h"

#include "codec/lines.h"

#include <stdlib.h>
#include <string.h>

typedef struct crlf {
    smime__stage stage;
    int after_cr; /* the last byte of the chunk before was CR */
} crlf;

static const uint8_t cr_lf[2] = { '\r', '\n' };

/* Runs that are canonical already are passed on where they stand. */
static smime_status crlf_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    crlf *self = (crlf *)stage;
    const uint8_t *end = data + len;
    const uint8_t *run = data;
    const uint8_t *at = data;
    smime_status status = SMIME_OK;

    /* cheaper than to stop at every line end; the first byte depends on the chunk before */
    if (data[0] != '\n' || self->after_cr)
        at += smime__lines_canonical(data, len, '\n');
    while (status == SMIME_OK && (at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        int has_cr = at > data ? at[-1] == '\r' : self->after_cr;
        if (!has_cr) {
            status = smime__stage_write(stage->next, run, (size_t)(at - run));
            if (status == SMIME_OK)
                status = smime__stage_write(stage->next, cr_lf, 2);
            run = at + 1;
        }
        at++;
    }
    if (status == SMIME_OK)
        status = smime__stage_write(stage->next, run, (size_t)(end - run));
    self->after_cr = end[-1] == '\r';
    return status;
}

smime_status smime__crlf_pass(smime__stage *stage, const uint8_t *data, size_t len)
{
    if (len)
        ((crlf *)stage)->after_cr = data[len - 1] == '\r';
    return smime__stage_write(stage->next, data, len);
}

static smime_status crlf_finish(smime__stage *stage)
{
    return smime__stage_finish(stage->next);
}

static void crlf_free(smime__stage *stage)
{
    free(stage);
}

smime_status smime__crlf_new(smime__stage *next, smime__stage **ret_stage)
{
    crlf *self = calloc(1, sizeof *self);

    if (!self)
        return SMIME_E_NOMEM;
    self->stage.write = crlf_write;
    self->stage.finish = crlf_finish;
    self->stage.free = crlf_free;
    self->stage.next = next;
    *ret_stage = &self->stage;
    return SMIME_OK;
}
