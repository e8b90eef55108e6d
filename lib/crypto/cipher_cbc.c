/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/cipher_cbc.h"

#include "base/secret.h"

#include <nettle/aes.h>
#include <nettle/cbc.h>
#include <nettle/des.h>
#include <string.h>

typedef union cipher_ctx {
    struct aes128_ctx a128;
    struct aes192_ctx a192;
    struct aes256_ctx a256;
    struct des3_ctx des3;
} cipher_ctx;

/* The function that runs one way, with its key set; NULL for any other cipher. */
static nettle_cipher_func *set_key(cipher_ctx *ctx, smime__cipher cipher, int encrypt,
                                   const uint8_t *key)
{
    switch (cipher) {
    case SMIME__CIPHER_AES128_CBC:
        if (encrypt)
            aes128_set_encrypt_key(&ctx->a128, key);
        else
            aes128_set_decrypt_key(&ctx->a128, key);
        return (nettle_cipher_func *)(encrypt ? aes128_encrypt : aes128_decrypt);
    case SMIME__CIPHER_AES192_CBC:
        if (encrypt)
            aes192_set_encrypt_key(&ctx->a192, key);
        else
            aes192_set_decrypt_key(&ctx->a192, key);
        return (nettle_cipher_func *)(encrypt ? aes192_encrypt : aes192_decrypt);
    case SMIME__CIPHER_AES256_CBC:
        if (encrypt)
            aes256_set_encrypt_key(&ctx->a256, key);
        else
            aes256_set_decrypt_key(&ctx->a256, key);
        return (nettle_cipher_func *)(encrypt ? aes256_encrypt : aes256_decrypt);
    case SMIME__CIPHER_3DES_CBC: /* 0 for a weak key, which is set all the same */
        (void)des3_set_key(&ctx->des3, key);
        return (nettle_cipher_func *)(encrypt ? des3_encrypt : des3_decrypt);
    default:
        return NULL;
    }
}

smime_status smime__cbc(smime__cipher cipher, int encrypt, const uint8_t *key, const uint8_t *iv,
                        uint8_t *blocks, size_t len)
{
    size_t block = smime__cipher_iv_size(cipher);
    uint8_t running[16];
    cipher_ctx ctx;
    nettle_cipher_func *function = set_key(&ctx, cipher, encrypt, key);

    if (!function || len % block)
        return SMIME_E_INVALID_ARG;
    memcpy(running, iv, block);
    if (encrypt)
        cbc_encrypt(&ctx, function, block, running, len, blocks, blocks);
    else
        cbc_decrypt(&ctx, function, block, running, len, blocks, blocks);
    smime__wipe(&ctx, sizeof ctx);
    smime__wipe(running, sizeof running);
    return SMIME_OK;
}
