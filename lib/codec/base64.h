/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Base64, RFC 4648 and RFC 2045 6.8: encoder in lines of 76 characters, tolerant decoder. */
#ifndef SMIME_CODEC_BASE64_H
#define SMIME_CODEC_BASE64_H

#include "base/buf.h"
#include "base/error.h"
#include "base/stage.h"

/* Characters that @p len bytes become, padding included, line ends not. */
size_t smime__base64_encoded_size(size_t len);
/* Without line ends and without NUL. Returns the characters written. */
size_t smime__base64_encode(char *to, const uint8_t *data, size_t len);

typedef struct smime__base64_decoder {
    uint32_t bits; /* of an unfinished group */
    int count;     /* characters in it, 0-3 */
    int padded;    /* '=' was seen */
    int garbage;   /* bytes outside the alphabet, line ends and blanks apart, were skipped */
    int after_end; /* data followed the padding, and was skipped */
} smime__base64_decoder;

/* Decodes a chunk; @p to has room for len / 4 * 3 + 3 bytes and may not overlap. Returns bytes. */
size_t smime__base64_decode(smime__base64_decoder *decoder, uint8_t *to, const uint8_t *data,
                            size_t len);
/* 1 when the input ended on a group: nothing was cut off. */
int smime__base64_complete(const smime__base64_decoder *decoder);

/* Stages. The encoder ends every line, the last one too, with CRLF. */
smime_status smime__base64_encoder_new(smime__stage *next, smime__stage **ret_stage);
smime_status smime__base64_decoder_new(smime__stage *next, smime__stage **ret_stage);
/* What a decoder stage has seen. */
const smime__base64_decoder *smime__base64_decoder_state(const smime__stage *stage);

#endif
