/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/cipher.h"

#include "base/ascii.h"
#include "base/secret.h"
#include "crypto/cipher_nettle.h"
#include "crypto/padding.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_MAX 64
#define OUT_SIZE 16384

static const struct {
    size_t key, iv, block;
    int aead;
    gnutls_cipher_algorithm_t gnutls;
    const char *name;
} ciphers[SMIME__CIPHER_COUNT] = {
    [SMIME__CIPHER_NONE] = { 0, 0, 16, 0, GNUTLS_CIPHER_UNKNOWN, "unknown" },
    [SMIME__CIPHER_AES128_CBC] = { 16, 16, 16, 0, GNUTLS_CIPHER_AES_128_CBC, "aes-128-cbc" },
    [SMIME__CIPHER_AES192_CBC] = { 24, 16, 16, 0, GNUTLS_CIPHER_AES_192_CBC, "aes-192-cbc" },
    [SMIME__CIPHER_AES256_CBC] = { 32, 16, 16, 0, GNUTLS_CIPHER_AES_256_CBC, "aes-256-cbc" },
    [SMIME__CIPHER_AES128_GCM] = { 16, 12, 16, 1, GNUTLS_CIPHER_AES_128_GCM, "aes-128-gcm" },
    [SMIME__CIPHER_AES192_GCM] = { 24, 12, 16, 1, GNUTLS_CIPHER_AES_192_GCM, "aes-192-gcm" },
    [SMIME__CIPHER_AES256_GCM] = { 32, 12, 16, 1, GNUTLS_CIPHER_AES_256_GCM, "aes-256-gcm" },
    [SMIME__CIPHER_3DES_CBC] = { 24, 8, 8, 0, GNUTLS_CIPHER_3DES_CBC, "3des-cbc" },
    [SMIME__CIPHER_AES128_CCM] = { 16, 12, 16, 1, GNUTLS_CIPHER_UNKNOWN, "aes-128-ccm" },
    [SMIME__CIPHER_AES192_CCM] = { 24, 12, 16, 1, GNUTLS_CIPHER_UNKNOWN, "aes-192-ccm" },
    [SMIME__CIPHER_AES256_CCM] = { 32, 12, 16, 1, GNUTLS_CIPHER_UNKNOWN, "aes-256-ccm" },
    [SMIME__CIPHER_CHACHA20_POLY1305] = { 32, 12, 64, 1, GNUTLS_CIPHER_CHACHA20_POLY1305,
                                          "chacha20-poly1305" },
    [SMIME__CIPHER_RC2_40_CBC] = { 5, 8, 8, 0, GNUTLS_CIPHER_UNKNOWN, "rc2-40-cbc" },
    [SMIME__CIPHER_RC2_64_CBC] = { 8, 8, 8, 0, GNUTLS_CIPHER_UNKNOWN, "rc2-64-cbc" },
    [SMIME__CIPHER_RC2_128_CBC] = { 16, 8, 8, 0, GNUTLS_CIPHER_UNKNOWN, "rc2-128-cbc" },
};

typedef struct cipher_stage {
    smime__stage stage;
    gnutls_cipher_hd_t handle;
    smime__nettle *nettle; /* or this one */
    size_t block;
    int encrypt;
    int aead;
    uint8_t held[BLOCK_MAX]; /* an unfinished block; CBC decryption keeps the last whole one */
    size_t held_len;
    uint8_t tag[SMIME__TAG_SIZE];
    uint8_t out[OUT_SIZE];
} cipher_stage;

size_t smime__cipher_key_size(smime__cipher cipher)
{
    return ciphers[cipher].key;
}

size_t smime__cipher_iv_size(smime__cipher cipher)
{
    return ciphers[cipher].iv;
}

int smime__cipher_is_aead(smime__cipher cipher)
{
    return ciphers[cipher].aead;
}

const char *smime__cipher_name(smime__cipher cipher)
{
    return ciphers[cipher].name;
}

int smime__cipher_is_gcm(smime__cipher cipher)
{
    return cipher >= SMIME__CIPHER_AES128_GCM && cipher <= SMIME__CIPHER_AES256_GCM;
}

int smime__cipher_is_ccm(smime__cipher cipher)
{
    return cipher >= SMIME__CIPHER_AES128_CCM && cipher <= SMIME__CIPHER_AES256_CCM;
}

int smime__cipher_is_weak(smime__cipher cipher)
{
    return cipher == SMIME__CIPHER_3DES_CBC || cipher >= SMIME__CIPHER_RC2_40_CBC;
}

smime__cipher smime__cipher_by_name(const char *name)
{
    for (int i = 1; i < SMIME__CIPHER_COUNT; i++)
        if (smime__ascii_equal(name, strlen(name), ciphers[i].name, strlen(ciphers[i].name)))
            return (smime__cipher)i;
    return SMIME__CIPHER_NONE;
}

/* @p len is at most OUT_SIZE, and a multiple of the block but for the last call of an AEAD. */
static smime_status run(cipher_stage *self, const uint8_t *data, size_t len)
{
    int result;

    if (self->nettle) {
        smime__nettle_run(self->nettle, data, len, self->out);
        return SMIME_OK;
    }
    result = self->encrypt
                 ? gnutls_cipher_encrypt2(self->handle, data, len, self->out, OUT_SIZE)
                 : gnutls_cipher_decrypt2(self->handle, data, len, self->out, OUT_SIZE);
    return result < 0 ? SMIME_E_CRYPTO : SMIME_OK;
}

static smime_status run_out(cipher_stage *self, const uint8_t *data, size_t len)
{
    while (len) {
        size_t part = len < OUT_SIZE ? len : OUT_SIZE;
        smime_status status = run(self, data, part);
        if (status == SMIME_OK)
            status = smime__stage_write(self->stage.next, self->out, part);
        if (status < 0)
            return status;
        data += part;
        len -= part;
    }
    return SMIME_OK;
}

static smime_status stage_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    cipher_stage *self = (cipher_stage *)stage;
    /* the last block of CBC holds the padding, so one byte more must have come to let it go */
    size_t keep = !self->encrypt && !self->aead;
    smime_status status = SMIME_OK;
    size_t ready;

    if (self->held_len) {
        size_t part = self->block - self->held_len;
        if (part > len)
            part = len;
        memcpy(self->held + self->held_len, data, part);
        self->held_len += part;
        data += part;
        len -= part;
        if (self->held_len < self->block || len < keep)
            return SMIME_OK;
        status = run_out(self, self->held, self->block);
        self->held_len = 0;
    }
    ready = len > keep ? (len - keep) / self->block * self->block : 0;
    if (status == SMIME_OK)
        status = run_out(self, data, ready);
    if (status == SMIME_OK && len > ready) {
        memcpy(self->held, data + ready, len - ready);
        self->held_len = len - ready;
    }
    return status;
}

static smime_status finish_cbc(cipher_stage *self)
{
    smime_status status;
    size_t pad;

    if (self->encrypt) {
        pad = self->block - self->held_len;
        memset(self->held + self->held_len, (int)pad, pad);
        return run_out(self, self->held, self->block);
    }
    if (self->held_len != self->block)
        return SMIME__E_PADDING;
    status = run(self, self->held, self->block);
    if (status < 0)
        return status;
    pad = smime__cbc_padding(self->out, self->block);
    if (!pad)
        return SMIME__E_PADDING;
    return smime__stage_write(self->stage.next, self->out, self->block - pad);
}

static smime_status stage_finish(smime__stage *stage)
{
    cipher_stage *self = (cipher_stage *)stage;
    smime_status status = SMIME_OK;

    if (!self->aead)
        status = finish_cbc(self);
    else if (self->held_len)
        status = run_out(self, self->held, self->held_len);
    if (status == SMIME_OK && self->nettle && self->aead)
        smime__nettle_tag(self->nettle, self->tag);
    else if (status == SMIME_OK && self->aead &&
             gnutls_cipher_tag(self->handle, self->tag, sizeof self->tag) < 0)
        status = SMIME_E_CRYPTO;
    self->held_len = 0;
    return status == SMIME_OK ? smime__stage_finish(stage->next) : status;
}

static void stage_free(smime__stage *stage)
{
    cipher_stage *self = (cipher_stage *)stage;

    if (self->handle)
        gnutls_cipher_deinit(self->handle);
    smime__nettle_free(self->nettle);
    smime__wipe(self, sizeof *self);
    free(self);
}

static smime_status init_gnutls(cipher_stage *self, smime__cipher cipher, const uint8_t *key,
                                smime__view iv, smime__view aad)
{
    /* GnuTLS only reads both */
    gnutls_datum_t key_datum = { (unsigned char *)(uintptr_t)key, (unsigned)ciphers[cipher].key };
    gnutls_datum_t iv_datum = { (unsigned char *)(uintptr_t)iv.data, (unsigned)iv.len };
    int result = gnutls_cipher_init(&self->handle, ciphers[cipher].gnutls, &key_datum, &iv_datum);

    if (result >= 0 && aad.len)
        result = gnutls_cipher_add_auth(self->handle, aad.data, aad.len);
    return result < 0 ? SMIME_E_CRYPTO : SMIME_OK;
}

static smime_status new_stage(smime__cipher cipher, int encrypt, smime__stage *next,
                              cipher_stage **ret_self)
{
    cipher_stage *self = malloc(sizeof *self);

    if (!self)
        return SMIME_E_NOMEM;
    memset(self, 0, offsetof(cipher_stage, out));
    self->stage.write = stage_write;
    self->stage.finish = stage_finish;
    self->stage.free = stage_free;
    self->stage.next = next;
    self->block = ciphers[cipher].block;
    self->encrypt = encrypt;
    self->aead = ciphers[cipher].aead;
    *ret_self = self;
    return SMIME_OK;
}

smime_status smime__cipher_stage_new(smime__cipher cipher, int encrypt, const uint8_t *key,
                                     smime__view iv, smime__view aad, smime__stage *next,
                                     smime__stage **ret_stage)
{
    cipher_stage *self;
    int usual = iv.len == ciphers[cipher].iv;
    smime_status status = new_stage(cipher, encrypt, next, &self);

    if (status < 0)
        return status;
    if (smime__cipher_is_ccm(cipher) || (!usual && !smime__cipher_is_gcm(cipher)))
        status = SMIME_E_CRYPTO;
    else if (usual && ciphers[cipher].gnutls != GNUTLS_CIPHER_UNKNOWN)
        status = init_gnutls(self, cipher, key, iv, aad);
    else
        status = smime__nettle_new(cipher, encrypt, key, iv, aad, SMIME__TAG_SIZE, 0,
                                   &self->nettle);
    if (status < 0) {
        stage_free(&self->stage);
        return status;
    }
    *ret_stage = &self->stage;
    return SMIME_OK;
}

smime_status smime__ccm_stage_new(smime__cipher cipher, int encrypt, const uint8_t *key,
                                  smime__view iv, smime__view aad, size_t tag_len,
                                  uint64_t length, smime__stage *next, smime__stage **ret_stage)
{
    cipher_stage *self;
    smime_status status = new_stage(cipher, encrypt, next, &self);

    if (status < 0)
        return status;
    status = smime__nettle_new(cipher, encrypt, key, iv, aad, tag_len, length, &self->nettle);
    if (status < 0) {
        stage_free(&self->stage);
        return status;
    }
    *ret_stage = &self->stage;
    return SMIME_OK;
}

const uint8_t *smime__cipher_stage_tag(const smime__stage *stage)
{
    return ((const cipher_stage *)stage)->tag;
}
