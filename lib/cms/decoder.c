/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cms/decoder_private.h"

#include "base/secret.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

smime_status smime__cms_fail(smime__cms *cms, const char *reason, smime_status status,
                             const char *text)
{
    if (!cms->result.failure) {
        cms->result.failure = reason;
        cms->result.failure_status = status;
        cms->result.failure_offset = smime__ber_position(cms->ber);
        snprintf(cms->result.failure_text, sizeof cms->result.failure_text, "%s", text);
    }
    cms->swallow = 1;
    if (cms->gate)
        smime__gate_discard(cms->gate);
    return SMIME_OK;
}

smime_status smime__cms_malformed(smime__cms *cms, const char *text)
{
    return smime__fail(&cms->error, SMIME_E_CMS_SYNTAX, "%s", text);
}

smime_status smime__cms_normalise(smime__cms *cms, const uint8_t *tlv, size_t len)
{
    smime_status status;

    smime__buf_clear(&cms->der);
    status = smime__ber_to_der(smime__view_of(tlv, len), &cms->der);
    return status == SMIME_E_BER ? smime__cms_malformed(cms, "a structure in the CMS is malformed")
                                 : status;
}

static const smime__cms_kind *const kinds[] = {
    &smime__kind_data,      &smime__kind_signed,        &smime__kind_enveloped,
    &smime__kind_encrypted, &smime__kind_authenticated, &smime__kind_auth_enveloped,
    &smime__kind_digested,  &smime__kind_compressed,
};

static const smime__cms_kind *kind_of(smime__oid type)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (kinds[i]->type == type)
            return kinds[i];
    return NULL;
}

int smime__cms_layer_of(smime__oid type)
{
    const smime__cms_kind *kind = kind_of(type);

    return kind ? kind->layer : SMIME__LAYER_UNKNOWN;
}

smime_status smime__cms_read_version(smime__cms *cms, const uint8_t *tlv, size_t len,
                                     unsigned allowed)
{
    smime__der der = smime__der_cursor(smime__view_of(tlv, len));

    if (!smime__der_take_small(&der, &cms->version))
        return smime__cms_malformed(cms, "the version of a structure is malformed");
    if (cms->version > 31 || !(allowed >> cms->version & 1))
        cms->result.odd_version = 1;
    return SMIME_OK;
}

static smime_status set_kind(smime__cms *cms, smime__oid type)
{
    cms->kind = kind_of(type);
    cms->result.kind = smime__cms_layer_of(type);
    cms->typed = 1;
    if (cms->kind)
        return SMIME_OK;
    return smime__cms_fail(cms, "unsupported-content-type", SMIME_OK,
                           "this type of CMS content is not supported");
}

static smime_status on_begin(void *user, unsigned depth, uint8_t tag, uint64_t offset,
                             smime__ber_action *ret_action)
{
    smime__cms *cms = user;

    (void)offset;
    depth += cms->base;
    if (cms->swallow) {
        *ret_action = SMIME__BER_SKIP;
        return SMIME_OK;
    }
    *ret_action = SMIME__BER_ENTER;
    switch (depth) {
    case 0:
        return tag == SMIME__SEQUENCE ? SMIME_OK : smime__cms_malformed(cms, "this is no CMS");
    case 1:
        if (tag == SMIME__OBJECT_ID && !cms->typed) {
            *ret_action = SMIME__BER_COLLECT;
            return SMIME_OK;
        }
        if (tag == SMIME__CONTEXT_C(0) && cms->typed && !cms->entered) {
            cms->entered = 1;
            cms->field = 0;
            return SMIME_OK;
        }
        return smime__cms_malformed(cms, "this is no ContentInfo");
    case 2:
        if (cms->kind == &smime__kind_data)
            return cms->kind->begin(cms, depth, tag, ret_action);
        if (tag != SMIME__SEQUENCE || cms->begun)
            return smime__cms_malformed(cms, "the content of a ContentInfo is not one SEQUENCE");
        cms->begun = 1;
        return SMIME_OK;
    default:
        return cms->kind->begin(cms, depth, tag, ret_action);
    }
}

static smime_status read_type(smime__cms *cms, const uint8_t *tlv, size_t len)
{
    smime__der der = smime__der_cursor(smime__view_of(tlv, len));
    smime__view id;
    smime_status status;

    if (!smime__der_take_oid(&der, &id))
        return smime__cms_malformed(cms, "the type of a ContentInfo is malformed");
    cms->field = 1;
    status = set_kind(cms, smime__oid_find(id));
    /* the content is hashed elsewhere: anything but a signature would bring content of its own */
    if (status == SMIME_OK && cms->spec.digests && cms->kind != &smime__kind_signed)
        return smime__cms_fail(cms, "signed-structure", SMIME_OK,
                               "what stands in the place of a detached signature is none");
    return status;
}

static smime_status on_collected(void *user, unsigned depth, const uint8_t *tlv, size_t len,
                                 uint64_t offset)
{
    smime__cms *cms = user;

    (void)offset;
    depth += cms->base;
    if (cms->swallow)
        return SMIME_OK;
    if (depth == 1)
        return read_type(cms, tlv, len);
    return cms->kind->collected(cms, depth, tlv, len);
}

static smime_status on_data(void *user, const uint8_t *data, size_t len)
{
    smime__cms *cms = user;

    if (cms->swallow)
        return SMIME_OK;
    return cms->kind->data(cms, data, len);
}

static smime_status on_end(void *user, unsigned depth)
{
    smime__cms *cms = user;

    depth += cms->base;
    return cms->swallow || depth < 2 || !cms->kind->end ? SMIME_OK : cms->kind->end(cms, depth);
}

static const smime__ber_handler handler = { on_begin, on_collected, on_data, on_end };

/* What the structure itself did wrong ends this layer; everything else ends the job. Behind a failure
 * nothing counts any more: how much of it was still looked at depends on the chunks. */
static smime_status settle(smime__cms *cms, smime_status status)
{
    if (status == SMIME_OK || cms->result.failure)
        return SMIME_OK;
    if (smime_status_category(status) == SMIME_CATEGORY_SYNTAX && cms->error.status < 0)
        return smime__cms_fail(cms, "cms-malformed", status, smime__error_sentence(&cms->error));
    if (cms->error.status < 0)
        smime__fail_at(&cms->spec.job->error, cms->error.offset, status, "%s", cms->error.text);
    return status;
}

static smime_status cms_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    smime__cms *cms = (smime__cms *)stage;

    if (cms->result.failure)
        return SMIME_OK;
    return settle(cms, smime__ber_write(cms->ber, data, len));
}

static smime_status cms_finish(smime__stage *stage)
{
    smime__cms *cms = (smime__cms *)stage;
    smime_status status = SMIME_OK;

    if (cms->result.failure) /* then not all of it was read */
        return SMIME_OK;
    cms->result.trailing = smime__ber_trailing(cms->ber);
    if (!smime__ber_done(cms->ber))
        return smime__cms_fail(cms, "cms-malformed", SMIME_E_BER, "the CMS is cut off");
    status = cms->kind ? cms->kind->finish(cms)
                       : smime__cms_malformed(cms, "this is no ContentInfo");
    return settle(cms, status);
}

static void cms_free(smime__stage *stage)
{
    smime__cms *cms = (smime__cms *)stage;

    smime__ber_free(cms->ber);
    smime__signed_clear(cms);
    smime__enveloped_clear(cms);
    smime__stage_free(cms->content);
    smime__recipients_clear(&cms->result.recipients);
    smime__buf_free(&cms->content_type);
    smime__buf_free(&cms->der);
    smime__wipe(cms, sizeof *cms);
    free(cms);
}

smime_status smime__cms_new(const smime__cms_spec *spec, smime__stage **ret_stage)
{
    smime__cms *cms = calloc(1, sizeof *cms);
    smime_status status;

    if (!cms)
        return SMIME_E_NOMEM;
    cms->stage.write = cms_write;
    cms->stage.finish = cms_finish;
    cms->stage.free = cms_free;
    cms->spec = *spec;
    smime__error_clear(&cms->error);
    status = smime__ber_new(&handler, cms, &spec->job->settings.limits, &cms->error, &cms->ber);
    if (status == SMIME_OK && spec->start != SMIME__OID_UNKNOWN) {
        cms->base = 2;
        status = set_kind(cms, spec->start);
    }
    if (status < 0) {
        cms_free(&cms->stage);
        return status;
    }
    *ret_stage = &cms->stage;
    return SMIME_OK;
}

const smime__cms_result *smime__cms_result_of(const smime__stage *stage)
{
    return &((const smime__cms *)stage)->result;
}
