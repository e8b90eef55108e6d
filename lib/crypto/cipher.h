/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Content encryption as a stage: CBC with the padding of RFC 5652 6.3, and GCM. */
#ifndef SMIME_CRYPTO_CIPHER_H
#define SMIME_CRYPTO_CIPHER_H

#include "base/buf.h"
#include "base/stage.h"

typedef enum smime__cipher {
    SMIME__CIPHER_NONE,
    SMIME__CIPHER_AES128_CBC,
    SMIME__CIPHER_AES192_CBC,
    SMIME__CIPHER_AES256_CBC,
    SMIME__CIPHER_AES128_GCM,
    SMIME__CIPHER_AES192_GCM,
    SMIME__CIPHER_AES256_GCM,
    SMIME__CIPHER_3DES_CBC,
    SMIME__CIPHER_AES128_CCM,
    SMIME__CIPHER_AES192_CCM,
    SMIME__CIPHER_AES256_CCM,
    SMIME__CIPHER_CHACHA20_POLY1305,
    SMIME__CIPHER_RC2_40_CBC, /* these are read alone */
    SMIME__CIPHER_RC2_64_CBC,
    SMIME__CIPHER_RC2_128_CBC,
    SMIME__CIPHER_COUNT
} smime__cipher;

#define SMIME__KEY_MAX 64 /* of a cipher, or of a MAC */
#define SMIME__TAG_SIZE 16
#define SMIME__GCM_NONCE 12

/* What finish of a decrypting CBC stage returns when the padding is wrong. It never leaves the
 * library: lib/cms makes the one decryption error of it. */
#define SMIME__E_PADDING ((smime_status)-9001)

size_t smime__cipher_key_size(smime__cipher cipher);
size_t smime__cipher_iv_size(smime__cipher cipher);
int smime__cipher_is_aead(smime__cipher cipher);
int smime__cipher_is_gcm(smime__cipher cipher);
int smime__cipher_is_ccm(smime__cipher cipher);
int smime__cipher_is_weak(smime__cipher cipher); /* read by the legacy policy alone */
smime__cipher smime__cipher_by_name(const char *name); /* NONE when unknown */
const char *smime__cipher_name(smime__cipher cipher); /* "aes-256-gcm" */

/* @p iv is of the usual length, but a nonce of GCM may have any. @p aad: associated data of an AEAD,
 * empty for none; all of it must be known here. Not for CCM. */
smime_status smime__cipher_stage_new(smime__cipher cipher, int encrypt, const uint8_t *key,
                                     smime__view iv, smime__view aad, smime__stage *next,
                                     smime__stage **ret_stage);
/* CCM needs to know the @p length of the content and of the tag first. SMIME_E_INVALID_ARG when the
 * nonce has no length between 7 and 13, or leaves no room for @p length. */
smime_status smime__ccm_stage_new(smime__cipher cipher, int encrypt, const uint8_t *key,
                                  smime__view iv, smime__view aad, size_t tag_len,
                                  uint64_t length, smime__stage *next, smime__stage **ret_stage);
/* The tag of an AEAD, after finish of either direction. */
const uint8_t *smime__cipher_stage_tag(const smime__stage *stage);

#endif
