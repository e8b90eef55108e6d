/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Canonical line ends, RFC 8551 3.1.1: every LF that has no CR before it gets one. */
#ifndef SMIME_CODEC_CRLF_H
#define SMIME_CODEC_CRLF_H

#include "base/stage.h"

/* A CR that no LF follows stays as it is: it is data, and a defect for the MIME scanner. */
smime_status smime__crlf_new(smime__stage *next, smime__stage **ret_stage);

/* As writing to the stage, for bytes of which is known that every LF among them has its CR there. */
smime_status smime__crlf_pass(smime__stage *stage, const uint8_t *data, size_t len);

#endif
