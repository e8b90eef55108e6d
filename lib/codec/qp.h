/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Quoted-printable, RFC 2045 6.7, as stages. */
#ifndef SMIME_CODEC_QP_H
#define SMIME_CODEC_QP_H

#include "base/stage.h"

/* Input is text with CRLF line ends. Besides what the RFC demands, "From " at the start of a
 * line and a line that is a single period are written so that no relay changes them. */
smime_status smime__qp_encoder_new(smime__stage *next, smime__stage **ret_stage);

typedef struct smime__qp_defects {
    int bad_escape; /* '=' without two hexadecimal digits; passed on as it is */
    int raw_8bit;   /* bytes over 126; passed on */
    int blanks;     /* at the ends of lines; taken off (RFC 2045 6.7 (3)), though not by everybody */
} smime__qp_defects;

smime_status smime__qp_decoder_new(smime__stage *next, smime__stage **ret_stage);
const smime__qp_defects *smime__qp_decoder_defects(const smime__stage *stage);

#endif
