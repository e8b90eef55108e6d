/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "codec/zlib.h"

#ifdef SMIME__HAVE_ZLIB

#include "base/secret.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define OUT_SIZE 16384
#define RATIO_FREE 1048576 /* bytes that come out before the ratio counts */

typedef struct zlib_stage {
    smime__stage stage;
    z_stream stream;
    int deflating;
    int ended; /* the stream, not the input */
    const smime__limits *limits;
    smime__error *error;
    uint64_t in, out_total;
    uint8_t out[OUT_SIZE];
} zlib_stage;

static smime_status check_ratio(const zlib_stage *self)
{
    if (self->deflating || self->out_total <= RATIO_FREE)
        return SMIME_OK;
    return smime__limit_check(self->limits, SMIME_LIMIT_RATIO, self->out_total / (self->in + 1),
                              self->error);
}

/* One step of zlib, and what it gave passed on. */
static smime_status step(zlib_stage *self, int flush, int *ret_result)
{
    smime_status status;

    self->stream.next_out = self->out;
    self->stream.avail_out = OUT_SIZE;
    *ret_result = self->deflating ? deflate(&self->stream, flush) : inflate(&self->stream, flush);
    self->out_total += OUT_SIZE - self->stream.avail_out;
    status = check_ratio(self);
    return status == SMIME_OK ? smime__stage_write(self->stage.next, self->out,
                                                   OUT_SIZE - self->stream.avail_out)
                              : status;
}

static smime_status run(zlib_stage *self, const uint8_t *data, size_t len)
{
    smime_status status = SMIME_OK;
    int result = Z_OK;

    self->stream.next_in = (Bytef *)(uintptr_t)data; /* only read */
    self->stream.avail_in = (uInt)len;
    self->in += len;
    do {
        status = step(self, Z_NO_FLUSH, &result);
        if (result == Z_STREAM_END)
            self->ended = 1;
    } while (status == SMIME_OK && result == Z_OK && !self->stream.avail_out);
    if (status == SMIME_OK && (result == Z_DATA_ERROR || result == Z_NEED_DICT ||
                               (self->ended && self->stream.avail_in)))
        return SMIME__E_DEFLATE;
    return status == SMIME_OK && result == Z_MEM_ERROR ? SMIME_E_NOMEM : status;
}

static smime_status stage_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    zlib_stage *self = (zlib_stage *)stage;
    smime_status status = SMIME_OK;

    while (len && status == SMIME_OK) {
        size_t part = len < 1u << 30 ? len : 1u << 30; /* zlib counts in unsigned int */
        status = self->ended ? SMIME__E_DEFLATE : run(self, data, part);
        data += part;
        len -= part;
    }
    return status;
}

static smime_status stage_finish(smime__stage *stage)
{
    zlib_stage *self = (zlib_stage *)stage;
    smime_status status = SMIME_OK;
    int result = Z_OK;

    if (!self->deflating)
        return self->ended ? smime__stage_finish(stage->next) : SMIME__E_DEFLATE;
    self->stream.avail_in = 0;
    while (status == SMIME_OK && result == Z_OK)
        status = step(self, Z_FINISH, &result);
    return status == SMIME_OK ? smime__stage_finish(stage->next) : status;
}

static void stage_free(smime__stage *stage)
{
    zlib_stage *self = (zlib_stage *)stage;

    if (self->deflating)
        deflateEnd(&self->stream);
    else
        inflateEnd(&self->stream);
    smime__wipe(self, sizeof *self); /* it may have held decrypted content */
    free(self);
}

static smime_status new_stage(int deflating, smime__stage *next, zlib_stage **ret_self)
{
    zlib_stage *self = calloc(1, sizeof *self);
    int result;

    if (!self)
        return SMIME_E_NOMEM;
    self->stage.write = stage_write;
    self->stage.finish = stage_finish;
    self->stage.free = stage_free;
    self->stage.next = next;
    self->deflating = deflating;
    result = deflating ? deflateInit(&self->stream, Z_DEFAULT_COMPRESSION)
                       : inflateInit(&self->stream);
    if (result != Z_OK) {
        free(self);
        return SMIME_E_NOMEM;
    }
    *ret_self = self;
    return SMIME_OK;
}

smime_status smime__inflate_new(const smime__limits *limits, smime__error *error,
                                smime__stage *next, smime__stage **ret_stage)
{
    zlib_stage *self;
    smime_status status = new_stage(0, next, &self);

    if (status < 0)
        return status;
    self->limits = limits;
    self->error = error;
    *ret_stage = &self->stage;
    return SMIME_OK;
}

smime_status smime__deflate_new(smime__stage *next, smime__stage **ret_stage)
{
    zlib_stage *self;
    smime_status status = new_stage(1, next, &self);

    if (status == SMIME_OK)
        *ret_stage = &self->stage;
    return status;
}

#else

smime_status smime__inflate_new(const smime__limits *limits, smime__error *error,
                                smime__stage *next, smime__stage **ret_stage)
{
    (void)limits;
    (void)next;
    (void)ret_stage;
    return smime__fail(error, SMIME_E_UNSUPPORTED, "this build cannot decompress");
}

smime_status smime__deflate_new(smime__stage *next, smime__stage **ret_stage)
{
    (void)next;
    (void)ret_stage;
    return SMIME_E_UNSUPPORTED;
}

#endif
