/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Ciphers that GnuTLS lacks or does in one piece alone: CCM, GCM with nonces of any length, RC2.
 * Internal to lib/crypto, behind cipher.h. */
#ifndef SMIME_CRYPTO_CIPHER_NETTLE_H
#define SMIME_CRYPTO_CIPHER_NETTLE_H

#include "crypto/cipher.h"

typedef struct smime__nettle smime__nettle;

/* @p tag_len and @p length, of the whole content, are for CCM, which needs them first. */
smime_status smime__nettle_new(smime__cipher cipher, int encrypt, const uint8_t *key,
                               smime__view iv, smime__view aad, size_t tag_len, uint64_t length,
                               smime__nettle **ret_nettle);
/* Whole blocks, but for the last call. */
void smime__nettle_run(smime__nettle *nettle, const uint8_t *from, size_t len, uint8_t *to);
void smime__nettle_tag(smime__nettle *nettle, uint8_t *to);
void smime__nettle_free(smime__nettle *nettle);

#endif
