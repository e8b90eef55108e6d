/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/oaep.h"

#include "base/secret.h"
#include "crypto/counter_hash.h"
#include "crypto/random.h"

#include <stdlib.h>
#include <string.h>

/* MGF1 of RFC 8017 B.2.1 over @p seed, XORed onto @p to. */
static smime_status mask(smime__hash hash, const uint8_t *seed, size_t seed_len, uint8_t *to,
                         size_t len)
{
    return smime__counter_hash(hash, 0, smime__view_of(seed, seed_len), smime__view_of(NULL, 0), to,
                               len);
}

smime_status smime__oaep_pad(const smime__oaep *oaep, const uint8_t *message, size_t len,
                             uint8_t *block, size_t block_len)
{
    size_t size = smime__hash_size(oaep->hash);
    uint8_t *seed = block + 1;
    uint8_t *db = seed + size;
    size_t db_len;
    smime_status status;

    if (block_len < 2 * size + 2 || len > block_len - 2 * size - 2)
        return SMIME_E_INVALID_ARG;
    db_len = block_len - size - 1;
    memset(block, 0, block_len);
    status = smime__digest_once(oaep->hash, oaep->label.data, oaep->label.len, db);
    if (status == SMIME_OK)
        status = smime__random_key(seed, size);
    if (status < 0)
        return status;
    db[db_len - len - 1] = 1;
    memcpy(db + db_len - len, message, len);
    status = mask(oaep->mgf_hash, seed, size, db, db_len);
    if (status == SMIME_OK)
        status = mask(oaep->mgf_hash, db, db_len, seed, size);
    return status;
}

/* 1 when @p value is not 0, in constant time; @p value is below 2^31. */
static unsigned not_zero(unsigned value)
{
    return (0u - value) >> 31;
}

/* The message length is known beforehand (a content key of a known cipher), so the place of
 * every byte is, and nothing has to be searched for. */
smime_status smime__oaep_unpad(const smime__oaep *oaep, uint8_t *block, size_t block_len,
                               uint8_t *to, size_t len, unsigned *ret_good)
{
    size_t size = smime__hash_size(oaep->hash);
    uint8_t label_hash[SMIME__DIGEST_MAX];
    uint8_t *seed = block + 1;
    uint8_t *db = seed + size;
    size_t db_len;
    unsigned bad;
    smime_status status;

    *ret_good = 0;
    if (block_len < 2 * size + 2 || len > block_len - 2 * size - 2)
        return SMIME_OK;
    db_len = block_len - size - 1;
    status = mask(oaep->mgf_hash, db, db_len, seed, size);
    if (status == SMIME_OK)
        status = mask(oaep->mgf_hash, seed, size, db, db_len);
    if (status == SMIME_OK)
        status = smime__digest_once(oaep->hash, oaep->label.data, oaep->label.len, label_hash);
    if (status < 0)
        return status;
    bad = block[0];
    for (size_t i = 0; i < size; i++)
        bad |= (unsigned)(db[i] ^ label_hash[i]);
    for (size_t i = size; i < db_len - len - 1; i++)
        bad |= db[i];
    bad |= (unsigned)(db[db_len - len - 1] ^ 1);
    *ret_good = 1 ^ not_zero(bad);
    smime__secret_select(smime__mask(*ret_good), to, db + db_len - len, len);
    return SMIME_OK;
}
