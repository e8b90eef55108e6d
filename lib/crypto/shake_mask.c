/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The mask of RSA-PSS with a SHAKE, RFC 8702 3.1: as many bytes of it as are wanted. */
#include "crypto/counter_hash.h"

#include <nettle/sha3.h>
#include <nettle/version.h>
#include <stdlib.h>

smime_status smime__shake_mask(smime__hash hash, smime__view seed, uint8_t *to, size_t len)
{
    uint8_t *mask;

    if (!smime__hash_is_available(hash))
        return SMIME_E_UNSUPPORTED;
    mask = malloc(len + 1);
    if (!mask)
        return SMIME_E_NOMEM;
    if (hash == SMIME__HASH_SHAKE256) {
        struct sha3_256_ctx ctx;
        sha3_256_init(&ctx);
        sha3_256_update(&ctx, seed.len, seed.data);
        sha3_256_shake(&ctx, len, mask);
    }
#if NETTLE_VERSION_MAJOR >= 4 || NETTLE_VERSION_MINOR >= 10
    if (hash == SMIME__HASH_SHAKE128) {
        struct sha3_128_ctx ctx;
        sha3_128_init(&ctx);
        sha3_128_update(&ctx, seed.len, seed.data);
        sha3_128_shake(&ctx, len, mask);
    }
#endif
    for (size_t i = 0; i < len; i++)
        to[i] ^= mask[i];
    free(mask);
    return SMIME_OK;
}
