/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CBC over a few whole blocks in place, without padding: what key wraps are made of. */
#ifndef SMIME_CRYPTO_CIPHER_CBC_H
#define SMIME_CRYPTO_CIPHER_CBC_H

#include "crypto/cipher.h"

/* AES or 3DES. */
smime_status smime__cbc(smime__cipher cipher, int encrypt, const uint8_t *key, const uint8_t *iv,
                        uint8_t *blocks, size_t len);

#endif
