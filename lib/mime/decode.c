/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mime/decode.h"

#include "codec/base64.h"
#include "codec/qp.h"
#include "mime/scan.h"

smime_status smime__decode_new(int encoding, smime__stage *next, smime__stage **ret_stage)
{
    *ret_stage = NULL;
    if (encoding == SMIME__ENC_BASE64)
        return smime__base64_decoder_new(next, ret_stage);
    if (encoding == SMIME__ENC_QP)
        return smime__qp_decoder_new(next, ret_stage);
    return SMIME_OK;
}

static smime_status qp_defects(const smime__qp_defects *found, uint64_t offset,
                               smime__defects *defects)
{
    smime_status status = SMIME_OK;

    if (found->bad_escape)
        status = smime__defect_add(defects, "bad-quoted-printable", offset);
    if (status == SMIME_OK && found->blanks)
        status = smime__defect_add(defects, "qp-blanks", offset);
    if (status == SMIME_OK && found->raw_8bit)
        status = smime__defect_add(defects, "qp-8bit", offset);
    return status;
}

smime_status smime__decode_defects(int encoding, const smime__stage *stage, uint64_t offset,
                                   smime__defects *defects)
{
    if (!stage)
        return SMIME_OK;
    if (encoding == SMIME__ENC_BASE64) {
        const smime__base64_decoder *state = smime__base64_decoder_state(stage);
        smime_status status = SMIME_OK;
        if (state->after_end)
            status = smime__defect_add(defects, "base64-after-end", offset);
        if (status == SMIME_OK && !smime__base64_complete(state))
            status = smime__defect_add(defects, "base64-cut", offset);
        if (status == SMIME_OK && state->garbage)
            status = smime__defect_add(defects, "bad-base64", offset);
        return status;
    }
    return qp_defects(smime__qp_decoder_defects(stage), offset, defects);
}
