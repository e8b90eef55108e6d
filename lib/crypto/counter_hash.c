/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/counter_hash.h"

#include "base/secret.h"

smime_status smime__counter_hash(smime__hash hash, uint32_t first, smime__view secret,
                                 smime__view suffix, uint8_t *to, size_t len)
{
    uint8_t block[SMIME__DIGEST_MAX];
    size_t size = smime__hash_size(hash);
    smime_status status = SMIME_OK;

    if (smime__hash_is_shake(hash))
        return smime__shake_mask(hash, secret, to, len);

    for (uint32_t counter = first; len && status == SMIME_OK; counter++) {
        uint8_t number[4] = { (uint8_t)(counter >> 24), (uint8_t)(counter >> 16),
                              (uint8_t)(counter >> 8), (uint8_t)counter };
        size_t part = len < size ? len : size;
        smime__digest *digest = NULL;

        status = smime__digest_new(hash, &digest);
        if (status == SMIME_OK)
            status = smime__digest_update(digest, secret.data, secret.len);
        if (status == SMIME_OK)
            status = smime__digest_update(digest, number, 4);
        if (status == SMIME_OK)
            status = smime__digest_update(digest, suffix.data, suffix.len);
        if (status == SMIME_OK) {
            smime__digest_finish(digest, block);
            for (size_t i = 0; i < part; i++)
                to[i] ^= block[i];
            to += part;
            len -= part;
        }
        smime__digest_free(digest);
    }
    smime__wipe(block, sizeof block);
    return status;
}
