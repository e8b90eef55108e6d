/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cms/other_data.h"

#include "cms/content_writer.h"
#include "codec/zlib.h"

#include <stdlib.h>

/* One shape for three: a stage of the type's own in front of the frame, and a trailer. */
typedef struct other {
    smime__stage stage;
    smime__stage *inner; /* NULL: Data */
    smime__hash hash;    /* DigestedData */
    smime__content_writer writer;
} other;

static smime_status other_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    other *self = (other *)stage;

    return smime__stage_write(self->inner ? self->inner : &self->writer.stage, data, len);
}

static smime_status other_finish(smime__stage *stage)
{
    other *self = (other *)stage;
    smime__buf trailer = { 0 };
    smime_status status = self->inner ? smime__stage_finish(self->inner) : SMIME_OK;

    if (status == SMIME_OK && self->hash != SMIME__HASH_NONE)
        status = smime__der_add(&trailer, SMIME__OCTET_STRING,
                                smime__digest_stage_value(self->inner, self->hash),
                                smime__hash_size(self->hash));
    if (status == SMIME_OK)
        status = smime__content_writer_end(&self->writer, smime__buf_view(&trailer));
    smime__buf_free(&trailer);
    return status == SMIME_OK ? smime__stage_finish(stage->next) : status;
}

static void other_free(smime__stage *stage)
{
    other *self = (other *)stage;

    smime__stage_free(self->inner);
    smime__content_writer_clear(&self->writer);
    free(self);
}

static smime_status other_new(smime__oid kind, int bare, smime__stage *next, other **ret_self)
{
    other *self = calloc(1, sizeof *self);

    if (!self)
        return SMIME_E_NOMEM;
    self->stage.write = other_write;
    self->stage.finish = other_finish;
    self->stage.free = other_free;
    self->stage.next = next;
    smime__content_writer_init(&self->writer, kind, 1, next);
    self->writer.bare = bare;
    *ret_self = self;
    return SMIME_OK;
}

static smime_status settle(other *self, smime_status status, smime__stage **ret_stage)
{
    if (status < 0)
        other_free(&self->stage);
    else
        *ret_stage = &self->stage;
    return status;
}

smime_status smime__data_new(smime__stage *next, smime__stage **ret_stage)
{
    other *self;
    smime_status status = other_new(SMIME__OID_DATA, 0, next, &self);

    return status == SMIME_OK ? settle(self, status, ret_stage) : status;
}

smime_status smime__digested_data_new(smime__hash hash, smime__view type, int bare,
                                      smime__stage *next, smime__stage **ret_stage)
{
    int plain = smime__view_equal(type, smime__oid_bytes(SMIME__OID_DATA));
    other *self;
    smime_status status = other_new(SMIME__OID_DIGESTED_DATA, bare, next, &self);

    if (status < 0)
        return status;
    self->hash = hash;
    status = smime__der_add_small(&self->writer.before, plain ? 0 : 2);
    if (status == SMIME_OK)
        status = smime__algorithm_add_hash(&self->writer.before, hash);
    if (status == SMIME_OK)
        status = smime__der_add_view(&self->writer.inside, SMIME__OBJECT_ID, type);
    if (status == SMIME_OK)
        status = smime__digest_stage_new(1u << hash, &self->writer.stage, &self->inner);
    return settle(self, status, ret_stage);
}

smime_status smime__compressed_data_new(smime__view type, int bare, smime__stage *next,
                                        smime__stage **ret_stage)
{
    other *self;
    smime_status status = other_new(SMIME__OID_COMPRESSED_DATA, bare, next, &self);

    if (status < 0)
        return status;
    status = smime__der_add_small(&self->writer.before, 0);
    if (status == SMIME_OK)
        status = smime__algorithm_add(&self->writer.before, SMIME__OID_ZLIB, 0);
    if (status == SMIME_OK)
        status = smime__der_add_view(&self->writer.inside, SMIME__OBJECT_ID, type);
    if (status == SMIME_OK)
        status = smime__deflate_new(&self->writer.stage, &self->inner);
    return settle(self, status, ret_stage);
}
