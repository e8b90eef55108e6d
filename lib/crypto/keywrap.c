/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/keywrap.h"

#include "base/secret.h"
#include "crypto/cipher_cbc.h"
#include "crypto/counter_hash.h"

#include <nettle/hkdf.h>
#include <nettle/hmac.h>
#include <nettle/nist-keywrap.h>
#include <string.h>

smime_status smime__aes_wrap(const uint8_t *kek, size_t kek_len, const uint8_t *key, size_t len,
                             uint8_t *to)
{
    static const uint8_t iv[8] = { 0xa6, 0xa6, 0xa6, 0xa6, 0xa6, 0xa6, 0xa6, 0xa6 };
    union {
        struct aes128_ctx a128;
        struct aes192_ctx a192;
        struct aes256_ctx a256;
    } ctx;

    if (len < 16 || len % 8)
        return SMIME_E_INVALID_ARG;
    if (kek_len == 16) {
        aes128_set_encrypt_key(&ctx.a128, kek);
        aes128_keywrap(&ctx.a128, iv, len + 8, to, key);
    } else if (kek_len == 24) {
        aes192_set_encrypt_key(&ctx.a192, kek);
        aes192_keywrap(&ctx.a192, iv, len + 8, to, key);
    } else {
        aes256_set_encrypt_key(&ctx.a256, kek);
        aes256_keywrap(&ctx.a256, iv, len + 8, to, key);
    }
    smime__wipe(&ctx, sizeof ctx);
    return SMIME_OK;
}

int smime__aes_unwrap(const uint8_t *kek, size_t kek_len, const uint8_t *wrapped, size_t len,
                      uint8_t *to)
{
    static const uint8_t iv[8] = { 0xa6, 0xa6, 0xa6, 0xa6, 0xa6, 0xa6, 0xa6, 0xa6 };
    union {
        struct aes128_ctx a128;
        struct aes192_ctx a192;
        struct aes256_ctx a256;
    } ctx;
    int good;

    if (len < 24 || len % 8)
        return 0;
    if (kek_len == 16) {
        aes128_set_decrypt_key(&ctx.a128, kek);
        good = aes128_keyunwrap(&ctx.a128, iv, len - 8, to, wrapped);
    } else if (kek_len == 24) {
        aes192_set_decrypt_key(&ctx.a192, kek);
        good = aes192_keyunwrap(&ctx.a192, iv, len - 8, to, wrapped);
    } else {
        aes256_set_decrypt_key(&ctx.a256, kek);
        good = aes256_keyunwrap(&ctx.a256, iv, len - 8, to, wrapped);
    }
    smime__wipe(&ctx, sizeof ctx);
    return good;
}

/* RFC 3217 3.2: through CBC twice, turned around in between; SHA-1 checks the key. */
int smime__des3_unwrap(const uint8_t *kek, const uint8_t *wrapped, uint8_t *to)
{
    static const uint8_t iv[8] = { 0x4a, 0xdd, 0xa2, 0x2c, 0x79, 0xe8, 0x21, 0x05 };
    uint8_t text[40], turned[40], sum[SMIME__DIGEST_MAX];
    int good = 0;

    memcpy(text, wrapped, sizeof text);
    if (smime__cbc(SMIME__CIPHER_3DES_CBC, 0, kek, iv, text, sizeof text) == SMIME_OK) {
        for (size_t i = 0; i < sizeof text; i++)
            turned[i] = text[sizeof text - 1 - i];
        if (smime__cbc(SMIME__CIPHER_3DES_CBC, 0, kek, turned, turned + 8, 32) == SMIME_OK &&
            smime__digest_once(SMIME__HASH_SHA1, turned + 8, 24, sum) == SMIME_OK)
            good = smime__secret_equal(sum, turned + 32, 8);
    }
    memcpy(to, turned + 8, 24);
    smime__wipe(text, sizeof text);
    smime__wipe(turned, sizeof turned);
    return good;
}

smime_status smime__kdf3(smime__hash hash, smime__view secret, smime__view info, uint8_t *to,
                         size_t len)
{
    uint8_t block[SMIME__DIGEST_MAX];
    size_t size = smime__hash_size(hash);
    smime_status status = SMIME_OK;

    for (uint32_t counter = 1; len && status == SMIME_OK; counter++) {
        uint8_t number[4] = { (uint8_t)(counter >> 24), (uint8_t)(counter >> 16),
                              (uint8_t)(counter >> 8), (uint8_t)counter };
        size_t part = len < size ? len : size;
        smime__digest *digest = NULL;

        status = smime__digest_new(hash, &digest);
        if (status == SMIME_OK)
            status = smime__digest_update(digest, number, 4);
        if (status == SMIME_OK)
            status = smime__digest_update(digest, secret.data, secret.len);
        if (status == SMIME_OK)
            status = smime__digest_update(digest, info.data, info.len);
        if (status == SMIME_OK) {
            smime__digest_finish(digest, block);
            memcpy(to, block, part);
            to += part;
            len -= part;
        }
        smime__digest_free(digest);
    }
    smime__wipe(block, sizeof block);
    return status;
}

smime_status smime__x963_kdf(smime__hash hash, const uint8_t *secret, size_t secret_len,
                             smime__view shared_info, uint8_t *to, size_t len)
{
    memset(to, 0, len);
    return smime__counter_hash(hash, 1, smime__view_of(secret, secret_len), shared_info, to, len);
}

smime_status smime__hkdf(smime__hash hash, const uint8_t *secret, size_t secret_len,
                         smime__view salt, smime__view info, uint8_t *to, size_t len)
{
    static const uint8_t zero[SMIME__DIGEST_MAX] = { 0 };
    size_t size = smime__hash_size(hash);
    uint8_t prk[SMIME__DIGEST_MAX];
    union {
        struct hmac_sha256_ctx sha256;
        struct hmac_sha384_ctx sha384;
        struct hmac_sha512_ctx sha512;
    } ctx;
    nettle_hash_update_func *update;
    nettle_hash_digest_func *digest;

    if (!salt.len) /* RFC 5869 2.2: as many zeros as the hash has bytes */
        salt = smime__view_of(zero, size);
    if (hash == SMIME__HASH_SHA256) {
        update = (nettle_hash_update_func *)hmac_sha256_update;
        digest = (nettle_hash_digest_func *)hmac_sha256_digest;
        hmac_sha256_set_key(&ctx.sha256, salt.len, salt.data);
    } else if (hash == SMIME__HASH_SHA384) {
        update = (nettle_hash_update_func *)hmac_sha384_update;
        digest = (nettle_hash_digest_func *)hmac_sha384_digest;
        hmac_sha384_set_key(&ctx.sha384, salt.len, salt.data);
    } else if (hash == SMIME__HASH_SHA512) {
        update = (nettle_hash_update_func *)hmac_sha512_update;
        digest = (nettle_hash_digest_func *)hmac_sha512_digest;
        hmac_sha512_set_key(&ctx.sha512, salt.len, salt.data);
    } else {
        return SMIME_E_UNSUPPORTED;
    }
    hkdf_extract(&ctx, update, digest, size, secret_len, secret, prk);
    if (hash == SMIME__HASH_SHA256)
        hmac_sha256_set_key(&ctx.sha256, size, prk);
    else if (hash == SMIME__HASH_SHA384)
        hmac_sha384_set_key(&ctx.sha384, size, prk);
    else
        hmac_sha512_set_key(&ctx.sha512, size, prk);
    hkdf_expand(&ctx, update, digest, size, info.len, info.data, len, to);
    smime__wipe(prk, sizeof prk);
    smime__wipe(&ctx, sizeof ctx);
    return SMIME_OK;
}

smime_status smime__cek_hkdf(uint8_t *key, size_t len, smime__view algorithm)
{
    static const char salt[] = "The Cryptographic Message Syntax";
    uint8_t made[64];
    smime_status status = SMIME_E_INVALID_ARG;

    if (len <= sizeof made)
        status = smime__hkdf(SMIME__HASH_SHA256, key, len, smime__view_text(salt), algorithm, made,
                             len);
    if (status == SMIME_OK)
        memcpy(key, made, len);
    smime__wipe(made, sizeof made);
    return status;
}
