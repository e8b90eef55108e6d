/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "codec/zlib.h"

#ifdef SMIME__HAVE_ZLIB

#include "base/secret.h"

#include <stddef.h>
#include <stdlib.h>
#include <zlib.h>

#define OUT_SIZE 16384
#define RATIO_FREE 1048576 /* bytes that come out before the ratio counts */

typedef struct zlib_stage {
    smime__stage stage;
    z_stream stream;
    int deflating;
    int outermost;
    int ended; /* the stream, not the input */
    smime__budget *budget;
    smime__error *error;
    uint64_t out_total;
    uint8_t out[OUT_SIZE];
} zlib_stage;

/* zlib's windows hold content: what it takes knows its size, and is wiped. */
typedef union block {
    size_t size;
    max_align_t align;
} block;

static voidpf take(voidpf opaque, uInt items, uInt size)
{
    size_t bytes = (size_t)items * size;
    block *made = calloc(1, sizeof *made + bytes);

    (void)opaque;
    if (!made)
        return NULL;
    made->size = bytes;
    return made + 1;
}

static void give_back(voidpf opaque, voidpf memory)
{
    block *made = (block *)memory - 1;

    (void)opaque;
    smime__wipe(memory, made->size);
    free(made);
}

/* Against what came in at the outermost, whatever the layers between made of it. */
static smime_status check_ratio(const zlib_stage *self)
{
    if (self->deflating || self->out_total <= RATIO_FREE)
        return SMIME_OK;
    return smime__limit_check(&self->budget->limits, SMIME_LIMIT_RATIO,
                              self->out_total / (self->budget->inflated + 1), self->error);
}

static void empty(zlib_stage *self)
{
    self->stream.next_out = self->out;
    self->stream.avail_out = OUT_SIZE;
}

static smime_status pass_on(zlib_stage *self)
{
    size_t len = OUT_SIZE - self->stream.avail_out;
    smime_status status;

    self->out_total += len;
    status = check_ratio(self);
    empty(self);
    return status == SMIME_OK ? smime__stage_write(self->stage.next, self->out, len) : status;
}

/* One call of zlib, into what is left of the buffer. */
static smime_status step(zlib_stage *self, int flush)
{
    uInt before = self->stream.avail_in;
    int result = self->deflating ? deflate(&self->stream, flush) : inflate(&self->stream, flush);

    if (self->outermost)
        self->budget->inflated += before - self->stream.avail_in;
    if (result == Z_STREAM_END)
        self->ended = 1;
    else if (result == Z_MEM_ERROR)
        return SMIME_E_NOMEM;
    else if (result != Z_OK && result != Z_BUF_ERROR)
        return SMIME__E_DEFLATE;
    return SMIME_OK;
}

/* Output is passed on, and the ratio looked at, at every full buffer: how the input was cut does not
 * count. */
static smime_status run(zlib_stage *self, const uint8_t *data, size_t len)
{
    smime_status status = SMIME_OK;

    self->stream.next_in = (Bytef *)(uintptr_t)data; /* only read */
    self->stream.avail_in = (uInt)len;
    do {
        status = step(self, Z_NO_FLUSH);
        if (status == SMIME_OK && self->stream.avail_out && !self->ended)
            return SMIME_OK; /* it wants more input */
        if (status == SMIME_OK)
            status = pass_on(self);
    } while (status == SMIME_OK && !self->ended);
    return status == SMIME_OK && self->stream.avail_in ? SMIME__E_DEFLATE : status;
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

    if (!self->deflating)
        return self->ended ? smime__stage_finish(stage->next) : SMIME__E_DEFLATE;
    self->stream.avail_in = 0;
    while (status == SMIME_OK && !self->ended) {
        status = step(self, Z_FINISH);
        if (status == SMIME_OK)
            status = pass_on(self);
    }
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
    self->stream.zalloc = take;
    self->stream.zfree = give_back;
    empty(self);
    result = deflating ? deflateInit(&self->stream, Z_DEFAULT_COMPRESSION)
                       : inflateInit(&self->stream);
    if (result != Z_OK) {
        free(self);
        return SMIME_E_NOMEM;
    }
    *ret_self = self;
    return SMIME_OK;
}

smime_status smime__inflate_new(smime__budget *budget, smime__error *error, smime__stage *next,
                                smime__stage **ret_stage)
{
    zlib_stage *self;
    smime_status status = new_stage(0, next, &self);

    if (status < 0)
        return status;
    self->budget = budget;
    self->outermost = !budget->inflating++;
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

smime_status smime__inflate_new(smime__budget *budget, smime__error *error, smime__stage *next,
                                smime__stage **ret_stage)
{
    (void)budget;
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
