/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wycheproof.h"

#include "base/secret.h"
#include "crypto/cipher.h"
#include "crypto/keywrap.h"
#include "crypto/mac.h"

#include <stdlib.h>
#include <string.h>

static outcome judge_wrap(vector *v, smime__view kek, smime__view key, smime__view expected)
{
    uint8_t *wrapped = malloc(key.len + 8);
    smime_status status = smime__aes_wrap(kek.data, kek.len, key.data, key.len, wrapped);
    int same =
        status == SMIME_OK && smime__view_equal(smime__view_of(wrapped, key.len + 8), expected);

    free(wrapped);
    if (status < 0)
        return REFUSED;
    return same ? ACCEPTED : wrong(v, "wrapped to other bytes");
}

static outcome judge_unwrap(vector *v, smime__view kek, smime__view wrapped, smime__view expected)
{
    uint8_t *key = malloc(wrapped.len);
    int good = smime__aes_unwrap(kek.data, kek.len, wrapped.data, wrapped.len, key);
    int same = good && smime__view_equal(smime__view_of(key, wrapped.len - 8), expected);

    free(key);
    if (!good)
        return REFUSED;
    return same ? ACCEPTED : wrong(v, "unwrapped to other bytes");
}

outcome check_aes_wrap(vector *v)
{
    smime__view kek = hex(v, v->test, "key");
    smime__view key = hex(v, v->test, "msg");
    smime__view wrapped = hex(v, v->test, "ct");
    outcome result;

    if (!wrapped.len && key.len) /* a key of a length that cannot be wrapped */
        return judge_wrap(v, kek, key, wrapped);
    result = judge_unwrap(v, kek, wrapped, key);
    if (result == ACCEPTED)
        result = judge_wrap(v, kek, key, wrapped);
    return result;
}

static outcome check_hkdf(vector *v, smime__hash hash)
{
    smime__view secret = hex(v, v->test, "ikm");
    smime__view salt = hex(v, v->test, "salt");
    smime__view info = hex(v, v->test, "info");
    smime__view expected = hex(v, v->test, "okm");
    size_t len = (size_t)number(v->test, "size");
    uint8_t *key;
    smime_status status;
    int same;

    if (len > 255 * smime__hash_size(hash))
        return skip(v, "more than HKDF can give: callers ask for keys");
    key = malloc(len);
    status = smime__hkdf(hash, secret.data, secret.len, salt, info, key, len);
    same = status == SMIME_OK && smime__view_equal(smime__view_of(key, len), expected);
    free(key);
    if (status < 0)
        return REFUSED;
    return same ? ACCEPTED : wrong(v, "another key");
}

outcome check_hkdf256(vector *v)
{
    return check_hkdf(v, SMIME__HASH_SHA256);
}

outcome check_hkdf384(vector *v)
{
    return check_hkdf(v, SMIME__HASH_SHA384);
}

outcome check_hkdf512(vector *v)
{
    return check_hkdf(v, SMIME__HASH_SHA512);
}

static outcome check_pbkdf2(vector *v, smime__hash hash)
{
    smime__view password = hex(v, v->test, "password");
    smime__view salt = hex(v, v->test, "salt");
    smime__view expected = hex(v, v->test, "dk");
    uint8_t *key = malloc(expected.len + 1);
    smime_status status = smime__pbkdf2(hash, password, salt,
                                        (unsigned)number(v->test, "iterationCount"), key,
                                        expected.len);
    int same = status == SMIME_OK &&
               smime__view_equal(smime__view_of(key, expected.len), expected);

    free(key);
    return same ? ACCEPTED : wrong(v, "another key");
}

outcome check_pbkdf2_sha1(vector *v)
{
    return check_pbkdf2(v, SMIME__HASH_SHA1);
}

outcome check_pbkdf2_sha256(vector *v)
{
    return check_pbkdf2(v, SMIME__HASH_SHA256);
}

outcome check_pbkdf2_sha512(vector *v)
{
    return check_pbkdf2(v, SMIME__HASH_SHA512);
}

typedef struct sink {
    smime__stage stage;
    smime__buf bytes;
} sink;

static smime_status sink_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    return smime__buf_add(&((sink *)stage)->bytes, data, len);
}

static smime_status sink_finish(smime__stage *stage)
{
    (void)stage;
    return SMIME_OK;
}

typedef struct job {
    smime__cipher cipher;
    smime__view key, iv, aad;
    size_t tag_len;
    uint8_t tag[SMIME__TAG_SIZE];
} job;

/* In pieces of 7 bytes, so that blocks come apart. */
static smime_status run(job *work, int encrypt, smime__view from, smime__buf *to)
{
    sink end = { .stage = { .write = sink_write, .finish = sink_finish } };
    smime__stage *stage = NULL;
    smime_status status =
        smime__cipher_is_ccm(work->cipher)
            ? smime__ccm_stage_new(work->cipher, encrypt, work->key.data, work->iv, work->aad,
                                   work->tag_len, from.len, &end.stage, &stage)
            : smime__cipher_stage_new(work->cipher, encrypt, work->key.data, work->iv, work->aad,
                                      &end.stage, &stage);

    for (size_t done = 0; status == SMIME_OK && done < from.len; done += 7)
        status =
            smime__stage_write(stage, from.data + done, from.len - done < 7 ? from.len - done : 7);
    if (status == SMIME_OK)
        status = smime__stage_finish(stage);
    if (status == SMIME_OK && smime__cipher_is_aead(work->cipher))
        memcpy(work->tag, smime__cipher_stage_tag(stage), sizeof work->tag);
    smime__stage_free(stage);
    *to = end.bytes;
    return status;
}

static int gives(const smime__buf *buf, smime__view expected)
{
    return smime__view_equal(smime__buf_view(buf), expected);
}

static outcome check_aead(vector *v, job *work)
{
    smime__view message = hex(v, v->test, "msg");
    smime__view content = hex(v, v->test, "ct");
    smime__view tag = hex(v, v->test, "tag");
    smime__buf opened = { 0 }, made = { 0 };
    outcome result = ACCEPTED;
    smime_status status;

    work->key = hex(v, v->test, "key");
    work->iv = hex(v, v->test, "iv");
    work->aad = hex(v, v->test, "aad");
    work->tag_len = tag.len;
    status = run(work, 0, content, &opened);
    if (status < 0 || !smime__secret_equal(work->tag, tag.data, tag.len))
        result = REFUSED;
    else if (!gives(&opened, message))
        result = wrong(v, "decrypted to other bytes");
    else if (run(work, 1, message, &made) < 0 || !gives(&made, content) ||
             !smime__secret_equal(work->tag, tag.data, tag.len))
        result = wrong(v, "encrypted to other bytes");
    smime__buf_free(&opened);
    smime__buf_free(&made);
    return result;
}

static smime__cipher by_key(vector *v, smime__cipher first)
{
    size_t len = hex(v, v->test, "key").len;

    return (smime__cipher)((int)first + (len == 16 ? 0 : len == 24 ? 1 : 2));
}

outcome check_gcm(vector *v)
{
    job work = { .cipher = by_key(v, SMIME__CIPHER_AES128_GCM) };

    if (hex(v, v->test, "tag").len != sizeof work.tag)
        return skip(v, "not a tag of 128 bits");
    return check_aead(v, &work);
}

outcome check_ccm(vector *v)
{
    job work = { .cipher = by_key(v, SMIME__CIPHER_AES128_CCM) };
    size_t tag = hex(v, v->test, "tag").len;

    if (tag < 4 || tag > sizeof work.tag || tag % 2)
        return skip(v, "no tag that CCM can have");
    return check_aead(v, &work);
}

outcome check_chacha20_poly1305(vector *v)
{
    job work = { .cipher = SMIME__CIPHER_CHACHA20_POLY1305 };

    return check_aead(v, &work);
}

outcome check_cbc(vector *v)
{
    smime__view message = hex(v, v->test, "msg");
    smime__view content = hex(v, v->test, "ct");
    job work = { .key = hex(v, v->test, "key"), .iv = hex(v, v->test, "iv") };
    smime__buf opened = { 0 }, made = { 0 };
    outcome result = ACCEPTED;
    smime_status status;

    work.cipher = work.key.len == 16   ? SMIME__CIPHER_AES128_CBC
                  : work.key.len == 24 ? SMIME__CIPHER_AES192_CBC
                                       : SMIME__CIPHER_AES256_CBC;
    status = run(&work, 0, content, &opened);
    if (status == SMIME__E_PADDING)
        result = REFUSED;
    else if (status < 0)
        result = wrong(v, "refused with another status than that of the padding");
    else if (!gives(&opened, message))
        result = wrong(v, "decrypted to other bytes");
    else if (run(&work, 1, message, &made) < 0 || !gives(&made, content))
        result = wrong(v, "encrypted to other bytes");
    smime__buf_free(&opened);
    smime__buf_free(&made);
    return result;
}
