/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hash functions, one or several over the same bytes. */
#ifndef SMIME_CRYPTO_DIGEST_H
#define SMIME_CRYPTO_DIGEST_H

#include "base/buf.h"
#include "base/stage.h"

typedef enum smime__hash {
    SMIME__HASH_NONE,
    SMIME__HASH_SHA1,
    SMIME__HASH_SHA224,
    SMIME__HASH_SHA256,
    SMIME__HASH_SHA384,
    SMIME__HASH_SHA512,
    SMIME__HASH_SHA3_224,
    SMIME__HASH_SHA3_256,
    SMIME__HASH_SHA3_384,
    SMIME__HASH_SHA3_512,
    SMIME__HASH_SHAKE128, /* 32 bytes of it, RFC 8702; SMIME_E_UNSUPPORTED before Nettle 3.10 */
    SMIME__HASH_SHAKE256, /* 64 bytes of it */
    SMIME__HASH_COUNT
} smime__hash;

#define SMIME__DIGEST_MAX 64

size_t smime__hash_size(smime__hash hash);
int smime__hash_is_shake(smime__hash hash);
int smime__hash_is_available(smime__hash hash); /* in the library that this one was built with */
const char *smime__hash_name(smime__hash hash); /* "sha256" */
const char *smime__hash_micalg(smime__hash hash); /* "sha-256" */
smime__hash smime__hash_by_name(const char *name, size_t len); /* both spellings */

typedef struct smime__digest smime__digest;

smime_status smime__digest_new(smime__hash hash, smime__digest **ret_digest);
void smime__digest_free(smime__digest *digest);
smime_status smime__digest_update(smime__digest *digest, const void *data, size_t len);
/* Once. @p to has smime__hash_size() bytes. */
void smime__digest_finish(smime__digest *digest, uint8_t *to);
/* What finish would give now; more may follow. */
smime_status smime__digest_peek(const smime__digest *digest, uint8_t *to);

smime_status smime__digest_once(smime__hash hash, const void *data, size_t len, uint8_t *to);

/* A stage that hashes what passes with every hash of @p set (bits 1 << SMIME__HASH_*). The
 * results are there after its finish, which is passed on too. */
smime_status smime__digest_stage_new(unsigned set, smime__stage *next, smime__stage **ret_stage);
/* NULL when the hash was not in the set, or before finish. */
const uint8_t *smime__digest_stage_value(const smime__stage *stage, smime__hash hash);
uint64_t smime__digest_stage_length(const smime__stage *stage);
/* The first bytes that passed, no more than SMIME__DIGEST_HEAD. */
#define SMIME__DIGEST_HEAD 16
smime__view smime__digest_stage_head(const smime__stage *stage);

#endif
