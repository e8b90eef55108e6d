/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/cipher_nettle.h"

#include "base/secret.h"

#include <nettle/aes.h>
#include <nettle/arctwo.h>
#include <nettle/cbc.h>
#include <nettle/ccm.h>
#include <nettle/gcm.h>
#include <nettle/version.h>
#include <stdlib.h>
#include <string.h>

/* Nettle 4 dropped the length: the whole tag, or for CCM the one that was announced. */
#if NETTLE_VERSION_MAJOR >= 4
#define TAG(mode, self, ...) mode##_digest(__VA_ARGS__, (self)->tag)
#else
#define TAG(mode, self, ...) mode##_digest(__VA_ARGS__, (self)->tag_len, (self)->tag)
#endif

enum { CCM, GCM, RC2 };

struct smime__nettle {
    int encrypt;
    int mode;
    union {
        struct aes128_ctx a128;
        struct aes192_ctx a192;
        struct aes256_ctx a256;
        struct arctwo_ctx rc2;
    } cipher;
    nettle_cipher_func *function; /* encrypts one way or the other; RC2 decrypts alone */
    struct ccm_ctx ccm;
    struct gcm_key gcm_key;
    struct gcm_ctx gcm;
    uint8_t iv[ARCTWO_BLOCK_SIZE];
    size_t tag_len;
    uint8_t tag[SMIME__TAG_SIZE];
};

static int mode_of(smime__cipher cipher)
{
    switch (cipher) {
    case SMIME__CIPHER_AES128_CCM:
    case SMIME__CIPHER_AES192_CCM:
    case SMIME__CIPHER_AES256_CCM:
        return CCM;
    case SMIME__CIPHER_RC2_40_CBC:
    case SMIME__CIPHER_RC2_64_CBC:
    case SMIME__CIPHER_RC2_128_CBC:
        return RC2;
    default:
        return GCM;
    }
}

static void set_key(smime__nettle *self, size_t len, const uint8_t *key)
{
    if (self->mode == RC2) { /* as many effective bits as the key has */
        arctwo_set_key_ekb(&self->cipher.rc2, len, key, (unsigned)len * 8);
        self->function = (nettle_cipher_func *)arctwo_decrypt;
    } else if (len == 16) {
        aes128_set_encrypt_key(&self->cipher.a128, key);
        self->function = (nettle_cipher_func *)aes128_encrypt;
    } else if (len == 24) {
        aes192_set_encrypt_key(&self->cipher.a192, key);
        self->function = (nettle_cipher_func *)aes192_encrypt;
    } else {
        aes256_set_encrypt_key(&self->cipher.a256, key);
        self->function = (nettle_cipher_func *)aes256_encrypt;
    }
}

/* RFC 3610: the nonce leaves 15 - n bytes for the length of the content. */
static int is_in_range(smime__view iv, uint64_t length)
{
    size_t bytes = 15 - iv.len;

    return iv.len >= 7 && iv.len <= 13 && (bytes >= 8 || length >> (bytes * 8) == 0) &&
           length <= SIZE_MAX;
}

static smime_status start(smime__nettle *self, smime__view iv, smime__view aad, uint64_t length)
{
    switch (self->mode) {
    case CCM:
        if (!is_in_range(iv, length))
            return SMIME_E_INVALID_ARG;
        ccm_set_nonce(&self->ccm, &self->cipher, self->function, iv.len, iv.data, aad.len,
                      (size_t)length, self->tag_len);
        if (aad.len)
            ccm_update(&self->ccm, &self->cipher, self->function, aad.len, aad.data);
        return SMIME_OK;
    case GCM:
        if (!iv.len)
            return SMIME_E_INVALID_ARG;
        gcm_set_key(&self->gcm_key, &self->cipher, self->function);
        gcm_set_iv(&self->gcm, &self->gcm_key, iv.len, iv.data);
        if (aad.len)
            gcm_update(&self->gcm, &self->gcm_key, aad.len, aad.data);
        return SMIME_OK;
    default:
        if (self->encrypt || iv.len != sizeof self->iv)
            return SMIME_E_INVALID_ARG;
        memcpy(self->iv, iv.data, iv.len);
        return SMIME_OK;
    }
}

smime_status smime__nettle_new(smime__cipher cipher, int encrypt, const uint8_t *key,
                               smime__view iv, smime__view aad, size_t tag_len, uint64_t length,
                               smime__nettle **ret_nettle)
{
    smime__nettle *self = calloc(1, sizeof *self);
    smime_status status;

    if (!self)
        return SMIME_E_NOMEM;
    self->encrypt = encrypt;
    self->mode = mode_of(cipher);
    self->tag_len = tag_len;
    set_key(self, smime__cipher_key_size(cipher), key);
    status = start(self, iv, aad, length);
    if (status < 0) {
        smime__nettle_free(self);
        return status;
    }
    *ret_nettle = self;
    return SMIME_OK;
}

void smime__nettle_run(smime__nettle *self, const uint8_t *from, size_t len, uint8_t *to)
{
    if (self->mode == RC2)
        cbc_decrypt(&self->cipher, self->function, ARCTWO_BLOCK_SIZE, self->iv, len, to, from);
    else if (self->mode == CCM && self->encrypt)
        ccm_encrypt(&self->ccm, &self->cipher, self->function, len, to, from);
    else if (self->mode == CCM)
        ccm_decrypt(&self->ccm, &self->cipher, self->function, len, to, from);
    else if (self->encrypt)
        gcm_encrypt(&self->gcm, &self->gcm_key, &self->cipher, self->function, len, to, from);
    else
        gcm_decrypt(&self->gcm, &self->gcm_key, &self->cipher, self->function, len, to, from);
}

void smime__nettle_tag(smime__nettle *self, uint8_t *to)
{
    memset(self->tag, 0, sizeof self->tag);
    if (self->mode == CCM)
        TAG(ccm, self, &self->ccm, &self->cipher, self->function);
    else
        TAG(gcm, self, &self->gcm, &self->gcm_key, &self->cipher, self->function);
    memcpy(to, self->tag, sizeof self->tag);
}

void smime__nettle_free(smime__nettle *self)
{
    if (!self)
        return;
    smime__wipe(self, sizeof *self);
    free(self);
}
