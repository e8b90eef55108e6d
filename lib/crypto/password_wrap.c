/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/password_wrap.h"

#include "base/secret.h"
#include "crypto/cipher_cbc.h"
#include "crypto/random.h"

#include <string.h>

#define WRAPPED_MAX 512 /* a byte tells the length of the key */

/* { length, three bytes that check the key, key, random padding }, two blocks at least; the whole
 * goes through CBC twice, the second time from where the first ended. */
smime_status smime__password_wrap(smime__cipher cipher, const uint8_t *kek, smime__view iv,
                                  const uint8_t *key, size_t len, smime__buf *to)
{
    size_t block = smime__cipher_iv_size(cipher);
    size_t total = (len + 4 + block - 1) / block * block;
    uint8_t text[WRAPPED_MAX], next_iv[16];
    smime_status status;

    if (total < 2 * block)
        total = 2 * block;
    if (len < 4 || total > sizeof text || len > 251)
        return SMIME_E_INVALID_ARG;
    status = smime__random_key(text, total);
    text[0] = (uint8_t)len;
    for (int i = 0; i < 3; i++)
        text[1 + i] = (uint8_t)~key[i];
    memcpy(text + 4, key, len);
    if (status == SMIME_OK)
        status = smime__cbc(cipher, 1, kek, iv.data, text, total);
    memcpy(next_iv, text + total - block, block);
    if (status == SMIME_OK)
        status = smime__cbc(cipher, 1, kek, next_iv, text, total);
    if (status == SMIME_OK)
        status = smime__buf_add(to, text, total);
    smime__wipe(text, sizeof text);
    return status;
}

/* The last block under the one before it gives the vector for all of them; then once more. */
static smime_status unwrap_blocks(smime__cipher cipher, const uint8_t *kek, const uint8_t *iv,
                                  uint8_t *text, size_t total, size_t block)
{
    uint8_t last[16];
    smime_status status;

    memcpy(last, text + total - block, block);
    status = smime__cbc(cipher, 0, kek, text + total - 2 * block, last, block);
    if (status == SMIME_OK)
        status = smime__cbc(cipher, 0, kek, last, text, total);
    if (status == SMIME_OK)
        status = smime__cbc(cipher, 0, kek, iv, text, total);
    smime__wipe(last, sizeof last);
    return status;
}

smime_status smime__password_unwrap(smime__cipher cipher, const uint8_t *kek, smime__view iv,
                                    smime__view wrapped, uint8_t *to, size_t len,
                                    unsigned *ret_good)
{
    size_t block = smime__cipher_iv_size(cipher);
    uint8_t text[WRAPPED_MAX];
    unsigned differs;
    smime_status status;

    *ret_good = 0;
    if (iv.len != block || wrapped.len < 2 * block || wrapped.len % block ||
        wrapped.len > sizeof text || wrapped.len < len + 4 || len < 4)
        return SMIME_OK;
    memcpy(text, wrapped.data, wrapped.len);
    status = unwrap_blocks(cipher, kek, iv.data, text, wrapped.len, block);
    if (status == SMIME_OK) {
        differs = text[0] ^ (unsigned)len;
        for (int i = 0; i < 3; i++)
            differs |= (uint8_t)~(text[1 + i] ^ text[4 + i]);
        *ret_good = ((differs & 0xff) - 1) >> 31; /* 1 when nothing differs */
        smime__secret_select(smime__mask(*ret_good), to, text + 4, len);
    }
    smime__wipe(text, sizeof text);
    return status;
}
