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
    if (smime__qp_decoder_defects(stage)->bad_escape)
        return smime__defect_add(defects, "bad-quoted-printable", offset);
    if (smime__qp_decoder_defects(stage)->raw_8bit)
        return smime__defect_add(defects, "qp-8bit", offset);
    return SMIME_OK;
}
