/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Taking a transfer encoding off. */
#ifndef SMIME_MIME_DECODE_H
#define SMIME_MIME_DECODE_H

#include "base/stage.h"
#include "mime/defect.h"

/* A stage that decodes SMIME__ENC_*; NULL in *ret_stage where nothing has to be done. */
smime_status smime__decode_new(int encoding, smime__stage *next, smime__stage **ret_stage);
/* After its finish: what was wrong with the body becomes defects at @p offset. */
smime_status smime__decode_defects(int encoding, const smime__stage *stage, uint64_t offset,
                                   smime__defects *defects);

#endif
