/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Canonical line ends, RFC 8551 3.1.1: every LF that has no CR before it gets one. */
#ifndef SMIME_CODEC_CRLF_H
#define SMIME_CODEC_CRLF_H

#include "base/stage.h"

/* A CR that no LF follows stays as it is: it is data, and a defect for the MIME scanner. */
smime_status smime__crlf_new(smime__stage *next, smime__stage **ret_stage);

/* How many bytes from the start may be passed over: no LF among them is without its CR, and no line
 * that begins among them begins with @p stop. The first byte is taken on trust. Counted in blocks,
 * so the truth may be more. */
size_t smime__crlf_run(const uint8_t *data, size_t len, uint8_t stop);

#endif
