/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* AES key wrap, RFC 3394, 3DES key wrap, RFC 3217, and key derivation: X9.63 (SEC 1, 3.6.1) and HKDF. */
#ifndef SMIME_CRYPTO_KEYWRAP_H
#define SMIME_CRYPTO_KEYWRAP_H

#include "crypto/digest.h"

/* @p kek_len is 16, 24 or 32; @p len a multiple of 8, 16 at least; @p to has len + 8 bytes. */
smime_status smime__aes_wrap(const uint8_t *kek, size_t kek_len, const uint8_t *key, size_t len,
                             uint8_t *to);
/* @p len counts the wrapped bytes; @p to has len - 8. 1 when the check value fits, else 0 and
 * what is in @p to means nothing. */
int smime__aes_unwrap(const uint8_t *kek, size_t kek_len, const uint8_t *wrapped, size_t len,
                      uint8_t *to);

/* A 3DES key of 24 bytes in its wrap of 40: 1 when the check value fits, else 0 and what is in @p to
 * means nothing. Such keys are only read. */
int smime__des3_unwrap(const uint8_t *kek, const uint8_t *wrapped, uint8_t *to);

/* HKDF, RFC 5869, with SHA-256, -384 or -512. */
smime_status smime__hkdf(smime__hash hash, const uint8_t *secret, size_t secret_len,
                         smime__view salt, smime__view info, uint8_t *to, size_t len);

/* RFC 9709 2: another key of the same length in its place, bound to what it encrypts with. */
smime_status smime__cek_hkdf(uint8_t *key, size_t len, smime__view algorithm);

/* KDF3 of X9.44: as the next, but the counter stands in front of the secret. */
smime_status smime__kdf3(smime__hash hash, smime__view secret, smime__view info, uint8_t *to,
                         size_t len);

smime_status smime__x963_kdf(smime__hash hash, const uint8_t *secret, size_t secret_len,
                             smime__view shared_info, uint8_t *to, size_t len);

#endif
