/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Base64 sixteen characters or more at a time, where the processor can. Both functions do as much of the
 * work as they can and leave the rest; where the processor cannot, they do nothing. */
#ifndef SMIME_CODEC_BASE64_SIMD_H
#define SMIME_CODEC_BASE64_SIMD_H

#include <stddef.h>
#include <stdint.h>

/* Encodes some of @p data to @p to. Returns the bytes encoded, a multiple of 3. */
size_t smime__base64_encode_simd(char *to, const uint8_t *data, size_t len);

/* Decodes whole good groups from the start of @p data, and the CRLF of lines of 76 characters.
 * Returns the characters taken; *ret_written receives the bytes. @p to has room for
 * len / 4 * 3 bytes. */
size_t smime__base64_decode_simd(uint8_t *to, const uint8_t *data, size_t len, size_t *ret_written);

#endif
