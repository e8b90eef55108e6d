/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The padding of CBC content, RFC 5652 6.3. */
#ifndef SMIME_CRYPTO_PADDING_H
#define SMIME_CRYPTO_PADDING_H

#include <stddef.h>
#include <stdint.h>

/* The length of the padding at the end of the last block, found in constant time; 0 when it is
 * wrong. @p size is at most 128. */
size_t smime__cbc_padding(const uint8_t *block, size_t size);

#endif
