/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/pss.h"

#include "crypto/counter_hash.h"

#include <string.h>

/* M' = eight zero bytes, the digest, the salt; its hash is the one in the block. */
static smime_status hash_again(smime__hash hash, const uint8_t *digest, const uint8_t *salt,
                               size_t salt_len, uint8_t *to)
{
    static const uint8_t zeros[8];
    smime__digest *state = NULL;
    smime_status status = smime__digest_new(hash, &state);

    if (status == SMIME_OK)
        status = smime__digest_update(state, zeros, sizeof zeros);
    if (status == SMIME_OK)
        status = smime__digest_update(state, digest, smime__hash_size(hash));
    if (status == SMIME_OK)
        status = smime__digest_update(state, salt, salt_len);
    if (status == SMIME_OK)
        smime__digest_finish(state, to);
    smime__digest_free(state);
    return status;
}

/* DB = zeros, a one, the salt. */
static int is_padded(const uint8_t *db, size_t db_len, size_t salt)
{
    size_t zeros = db_len - salt - 1;

    for (size_t i = 0; i < zeros; i++)
        if (db[i])
            return 0;
    return db[zeros] == 1;
}

smime_status smime__pss_check(smime__hash hash, smime__hash mgf_hash, size_t salt,
                              const uint8_t *digest, uint8_t *block, size_t bits, int *ret_good)
{
    size_t size = smime__hash_size(hash), len = (bits + 6) / 8; /* emBits = bits - 1 */
    uint8_t again[SMIME__DIGEST_MAX];
    size_t db_len;
    unsigned unused = (unsigned)(8 * len - (bits - 1));
    smime_status status;

    *ret_good = 0;
    if (len < size + 2 || salt > len - size - 2)
        return SMIME_OK;
    if ((bits - 1) % 8 == 0 && *block++) /* the block is then a byte shorter than the modulus */
        return SMIME_OK;
    db_len = len - size - 1;
    if (block[len - 1] != 0xbc || block[0] & ~(0xffu >> unused))
        return SMIME_OK;
    status = smime__counter_hash(mgf_hash, 0, smime__view_of(block + db_len, size),
                                 smime__view_of(NULL, 0), block, db_len);
    block[0] &= (uint8_t)(0xff >> unused);
    if (status < 0 || !is_padded(block, db_len, salt))
        return status;
    status = hash_again(hash, digest, block + db_len - salt, salt, again);
    *ret_good = status == SMIME_OK && !memcmp(again, block + db_len, size);
    return status;
}
