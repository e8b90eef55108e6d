/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/padding.h"

size_t smime__cbc_padding(const uint8_t *block, size_t size)
{
    unsigned pad = block[size - 1];
    unsigned bad = ((pad - 1) | (unsigned)(size - pad)) >> 31; /* 0 or over the block */

    for (size_t i = 0; i < size; i++) {
        unsigned inside = ((unsigned)(size - 1 - i) - pad) >> 31; /* 1 within the padding */
        bad |= (0u - inside) & (block[i] ^ pad);
    }
    bad = (bad | (0u - bad)) >> 31;
    return pad & (bad - 1);
}
