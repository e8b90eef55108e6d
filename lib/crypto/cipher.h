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
    SMIME__CIPHER_COUNT
} smime__cipher;

#define SMIME__KEY_MAX 32
#define SMIME__TAG_SIZE 16
#define SMIME__GCM_NONCE 12

/* What finish of a decrypting CBC stage returns when the padding is wrong. It never leaves the
 * library: lib/cms makes the one decryption error of it. */
#define SMIME__E_PADDING ((smime_status)-9001)

size_t smime__cipher_key_size(smime__cipher cipher);
size_t smime__cipher_iv_size(smime__cipher cipher);
int smime__cipher_is_aead(smime__cipher cipher);
const char *smime__cipher_name(smime__cipher cipher); /* "aes-256-gcm" */

/* @p aad: associated data of GCM, empty for none; all of it must be known here. */
smime_status smime__cipher_stage_new(smime__cipher cipher, int encrypt, const uint8_t *key,
                                     smime__view iv, smime__view aad, smime__stage *next,
                                     smime__stage **ret_stage);
/* The GCM tag, after finish of either direction. */
const uint8_t *smime__cipher_stage_tag(const smime__stage *stage);

#endif
