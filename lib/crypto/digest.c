/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SHA-1, -224 and -256 come from Nettle, which uses the processor's instructions in every version
 * (GnuTLS 3.8 does not always); SHA-384, -512 and SHA-3 from GnuTLS, which is faster there;
 * SHAKE from Nettle, as GnuTLS has none. */
#include "crypto/digest.h"

#include "base/ascii.h"
#include "base/secret.h"
#include "crypto/gnutls_names.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>
#include <nettle/sha3.h>
#include <nettle/version.h>
#include <stdlib.h>
#include <string.h>

/* Nettle 4 dropped the length. */
#if NETTLE_VERSION_MAJOR >= 4
#define NETTLE_DIGEST(hash, ctx, size, to) hash##_digest(ctx, to)
#else
#define NETTLE_DIGEST(hash, ctx, size, to) hash##_digest(ctx, size, to)
#endif

#if NETTLE_VERSION_MAJOR >= 4 || NETTLE_VERSION_MINOR >= 10
#define HAVE_SHAKE128
#endif

struct smime__digest {
    smime__hash hash;
    union {
        struct sha1_ctx sha1;
        struct sha224_ctx sha224;
        struct sha256_ctx sha256;
        struct sha3_256_ctx shake256;
#ifdef HAVE_SHAKE128
        struct sha3_128_ctx shake128;
#endif
        gnutls_hash_hd_t gnutls;
    } u;
};

static const struct {
    size_t size;
    const char *name;
    const char *micalg;
} hashes[SMIME__HASH_COUNT] = {
    [SMIME__HASH_NONE] = { 0, "none", "none" },
    [SMIME__HASH_SHA1] = { 20, "sha1", "sha-1" },
    [SMIME__HASH_SHA224] = { 28, "sha224", "sha-224" },
    [SMIME__HASH_SHA256] = { 32, "sha256", "sha-256" },
    [SMIME__HASH_SHA384] = { 48, "sha384", "sha-384" },
    [SMIME__HASH_SHA512] = { 64, "sha512", "sha-512" },
    [SMIME__HASH_SHA3_224] = { 28, "sha3-224", "sha3-224" },
    [SMIME__HASH_SHA3_256] = { 32, "sha3-256", "sha3-256" },
    [SMIME__HASH_SHA3_384] = { 48, "sha3-384", "sha3-384" },
    [SMIME__HASH_SHA3_512] = { 64, "sha3-512", "sha3-512" },
    [SMIME__HASH_SHAKE128] = { 32, "shake128", "shake128" },
    [SMIME__HASH_SHAKE256] = { 64, "shake256", "shake256" },
};

size_t smime__hash_size(smime__hash hash)
{
    return hashes[hash].size;
}

int smime__hash_is_shake(smime__hash hash)
{
    return hash == SMIME__HASH_SHAKE128 || hash == SMIME__HASH_SHAKE256;
}

int smime__hash_is_available(smime__hash hash)
{
#ifndef HAVE_SHAKE128
    if (hash == SMIME__HASH_SHAKE128)
        return 0;
#endif
    return hash != SMIME__HASH_NONE;
}

const char *smime__hash_name(smime__hash hash)
{
    return hashes[hash].name;
}

const char *smime__hash_micalg(smime__hash hash)
{
    return hashes[hash].micalg;
}

smime__hash smime__hash_by_name(const char *name, size_t len)
{
    for (int i = 1; i < SMIME__HASH_COUNT; i++)
        if (smime__ascii_equal(name, len, hashes[i].name, strlen(hashes[i].name)) ||
            smime__ascii_equal(name, len, hashes[i].micalg, strlen(hashes[i].micalg)))
            return (smime__hash)i;
    return SMIME__HASH_NONE;
}

static int is_gnutls(const smime__digest *digest)
{
    return digest->hash >= SMIME__HASH_SHA384 && digest->hash <= SMIME__HASH_SHA3_512;
}

smime_status smime__digest_new(smime__hash hash, smime__digest **ret_digest)
{
    smime__digest *digest = malloc(sizeof *digest);
    int result = 0;

    if (!digest)
        return SMIME_E_NOMEM;
    digest->hash = hash;
    switch (hash) {
    case SMIME__HASH_SHA1:
        sha1_init(&digest->u.sha1);
        break;
    case SMIME__HASH_SHA224:
        sha224_init(&digest->u.sha224);
        break;
    case SMIME__HASH_SHA256:
        sha256_init(&digest->u.sha256);
        break;
    case SMIME__HASH_SHAKE256:
        sha3_256_init(&digest->u.shake256);
        break;
#ifdef HAVE_SHAKE128
    case SMIME__HASH_SHAKE128:
        sha3_128_init(&digest->u.shake128);
        break;
#endif
    default:
        result = is_gnutls(digest)
                     ? gnutls_hash_init(&digest->u.gnutls, smime__gnutls_digest(hash))
                     : GNUTLS_E_UNIMPLEMENTED_FEATURE;
    }
    if (result < 0) {
        free(digest);
        return smime__hash_is_available(hash) ? SMIME_E_CRYPTO : SMIME_E_UNSUPPORTED;
    }
    *ret_digest = digest;
    return SMIME_OK;
}

void smime__digest_free(smime__digest *digest)
{
    if (!digest)
        return;
    if (is_gnutls(digest) && digest->u.gnutls)
        gnutls_hash_deinit(digest->u.gnutls, NULL);
    smime__wipe(digest, sizeof *digest); /* it may have hashed a secret */
    free(digest);
}

smime_status smime__digest_update(smime__digest *digest, const void *data, size_t len)
{
    switch (digest->hash) {
    case SMIME__HASH_SHA1:
        sha1_update(&digest->u.sha1, len, data);
        return SMIME_OK;
    case SMIME__HASH_SHA224:
        sha224_update(&digest->u.sha224, len, data);
        return SMIME_OK;
    case SMIME__HASH_SHA256:
        sha256_update(&digest->u.sha256, len, data);
        return SMIME_OK;
    case SMIME__HASH_SHAKE256:
        sha3_256_update(&digest->u.shake256, len, data);
        return SMIME_OK;
#ifdef HAVE_SHAKE128
    case SMIME__HASH_SHAKE128:
        sha3_128_update(&digest->u.shake128, len, data);
        return SMIME_OK;
#endif
    default:
        return gnutls_hash(digest->u.gnutls, data, len) < 0 ? SMIME_E_CRYPTO : SMIME_OK;
    }
}

void smime__digest_finish(smime__digest *digest, uint8_t *to)
{
    switch (digest->hash) {
    case SMIME__HASH_SHA1:
        NETTLE_DIGEST(sha1, &digest->u.sha1, SHA1_DIGEST_SIZE, to);
        break;
    case SMIME__HASH_SHA224:
        NETTLE_DIGEST(sha224, &digest->u.sha224, SHA224_DIGEST_SIZE, to);
        break;
    case SMIME__HASH_SHA256:
        NETTLE_DIGEST(sha256, &digest->u.sha256, SHA256_DIGEST_SIZE, to);
        break;
    case SMIME__HASH_SHAKE256:
        sha3_256_shake(&digest->u.shake256, smime__hash_size(digest->hash), to);
        break;
#ifdef HAVE_SHAKE128
    case SMIME__HASH_SHAKE128:
        sha3_128_shake(&digest->u.shake128, smime__hash_size(digest->hash), to);
        break;
#endif
    default:
        gnutls_hash_deinit(digest->u.gnutls, to);
        digest->u.gnutls = NULL;
    }
}

smime_status smime__digest_peek(const smime__digest *digest, uint8_t *to)
{
    smime__digest copy = *digest;

    if (is_gnutls(digest)) {
        copy.u.gnutls = gnutls_hash_copy(digest->u.gnutls);
        if (!copy.u.gnutls)
            return SMIME_E_NOMEM;
    }
    smime__digest_finish(&copy, to);
    smime__wipe(&copy, sizeof copy);
    return SMIME_OK;
}

smime_status smime__digest_once(smime__hash hash, const void *data, size_t len, uint8_t *to)
{
    smime__digest *digest = NULL;
    smime_status status = smime__digest_new(hash, &digest);

    if (status == SMIME_OK)
        status = smime__digest_update(digest, data, len);
    if (status == SMIME_OK)
        smime__digest_finish(digest, to);
    smime__digest_free(digest);
    return status;
}

typedef struct digest_stage {
    smime__stage stage;
    smime__digest *digests[SMIME__HASH_COUNT];
    uint8_t values[SMIME__HASH_COUNT][SMIME__DIGEST_MAX];
    uint8_t head[SMIME__DIGEST_HEAD];
    uint64_t length;
    int finished;
} digest_stage;

static smime_status stage_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    digest_stage *self = (digest_stage *)stage;

    for (size_t i = 0; i < len && self->length + i < sizeof self->head; i++)
        self->head[self->length + i] = data[i];
    self->length += len;
    for (int i = 0; i < SMIME__HASH_COUNT; i++) {
        smime_status status =
            self->digests[i] ? smime__digest_update(self->digests[i], data, len) : SMIME_OK;
        if (status < 0)
            return status;
    }
    return smime__stage_write(stage->next, data, len);
}

static smime_status stage_finish(smime__stage *stage)
{
    digest_stage *self = (digest_stage *)stage;

    for (int i = 0; i < SMIME__HASH_COUNT; i++)
        if (self->digests[i])
            smime__digest_finish(self->digests[i], self->values[i]);
    self->finished = 1;
    return smime__stage_finish(stage->next);
}

static void stage_free(smime__stage *stage)
{
    digest_stage *self = (digest_stage *)stage;

    for (int i = 0; i < SMIME__HASH_COUNT; i++)
        smime__digest_free(self->digests[i]);
    free(self);
}

smime_status smime__digest_stage_new(unsigned set, smime__stage *next, smime__stage **ret_stage)
{
    digest_stage *self = calloc(1, sizeof *self);
    smime_status status = SMIME_OK;

    if (!self)
        return SMIME_E_NOMEM;
    self->stage.write = stage_write;
    self->stage.finish = stage_finish;
    self->stage.free = stage_free;
    self->stage.next = next;
    for (int i = 1; i < SMIME__HASH_COUNT && status == SMIME_OK; i++)
        if (set & 1u << i)
            status = smime__digest_new((smime__hash)i, &self->digests[i]);
    if (status < 0) {
        stage_free(&self->stage);
        return status;
    }
    *ret_stage = &self->stage;
    return SMIME_OK;
}

const uint8_t *smime__digest_stage_value(const smime__stage *stage, smime__hash hash)
{
    const digest_stage *self = (const digest_stage *)stage;

    return self->finished && self->digests[hash] ? self->values[hash] : NULL;
}

uint64_t smime__digest_stage_length(const smime__stage *stage)
{
    return ((const digest_stage *)stage)->length;
}

smime__view smime__digest_stage_head(const smime__stage *stage)
{
    const digest_stage *self = (const digest_stage *)stage;

    return smime__view_of(self->head, self->length < sizeof self->head ? (size_t)self->length
                                                                       : sizeof self->head);
}
