/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Recipients that share a secret with the sender: a key (KEKRecipientInfo, RFC 5652 6.2.3) or a
 * password (PasswordRecipientInfo, 6.2.4 and RFC 3211). */
#include "cms/identifier.h"
#include "cms/recipient_info.h"

#include "base/secret.h"
#include "crypto/keywrap.h"
#include "crypto/mac.h"
#include "crypto/password_wrap.h"
#include "crypto/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

smime_status smime__shared_keys_add(smime__shared_keys *keys, int kind, smime__view id,
                                    smime__view secret)
{
    smime__shared_key *made;
    smime_status status = smime__grow((void **)&keys->list, keys->count, &keys->room,
                                      sizeof *keys->list);

    if (status < 0)
        return status;
    made = &keys->list[keys->count];
    memset(made, 0, sizeof *made);
    made->kind = kind;
    made->secret.secret = 1;
    status = smime__buf_add_view(&made->id, id);
    if (status == SMIME_OK)
        status = smime__buf_add_view(&made->secret, secret);
    keys->count++; /* whatever it holds is freed with the others */
    return status;
}

void smime__shared_keys_clear(smime__shared_keys *keys)
{
    for (size_t i = 0; i < keys->count; i++) {
        smime__buf_free(&keys->list[i].id);
        smime__buf_free(&keys->list[i].secret);
    }
    free(keys->list);
    memset(keys, 0, sizeof *keys);
}

const smime__shared_key *smime__shared_keys_next(const smime__shared_keys *keys, int kind,
                                                 const smime__shared_key *after)
{
    size_t at = after ? (size_t)(after - keys->list) + 1 : 0;

    while (keys && at < keys->count && keys->list[at].kind != kind)
        at++;
    return keys && at < keys->count ? &keys->list[at] : NULL;
}

typedef struct kekri {
    int version;
    smime__view id;
    smime__algorithm wrap;
    smime__view encrypted_key;
} kekri;

/* The date and the other attribute beside the identifier name no key that we could have. */
static int read_kekri(smime__view content, kekri *ret)
{
    smime__der der = smime__der_cursor(content), id;

    memset(ret, 0, sizeof *ret);
    return smime__der_take_small(&der, &ret->version) &&
           smime__der_enter(&der, SMIME__SEQUENCE, &id) &&
           smime__der_take(&id, SMIME__OCTET_STRING, &ret->id) &&
           smime__algorithm_take(&der, &ret->wrap) &&
           smime__der_take(&der, SMIME__OCTET_STRING, &ret->encrypted_key) &&
           smime__der_done(&der);
}

static smime_status identifier_text(smime__buf *to, smime__view id)
{
    smime_status status = smime__buf_add_text(to, "key identifier ");

    return status == SMIME_OK ? smime__identifier_hex(to, id) : status;
}

smime_status smime__kekri_read(smime__key_hunt *hunt, smime__view whole, smime__view content)
{
    const smime__shared_key *key = NULL;
    smime__buf text = { 0 };
    smime_status status;
    kekri info;

    if (!read_kekri(content, &info))
        return SMIME_E_CMS_SYNTAX;
    status = identifier_text(&text, info.id);
    if (status == SMIME_OK)
        status = smime__recipients_add(hunt->recipients, "kekri", &text,
                                       smime__wrap_name(info.wrap.oid));
    smime__buf_free(&text);
    while (status == SMIME_OK &&
           (key = smime__shared_keys_next(hunt->shared, SMIME__SHARED_KEK, key)))
        if (smime__view_equal(smime__buf_view(&key->id), info.id) &&
            key->secret.len == smime__wrap_key_size(info.wrap.oid))
            status = smime__key_hunt_match(hunt, NULL, key, whole, 0);
    return status;
}

static int kekri_of(const smime__key_hunt *hunt, kekri *ret)
{
    smime__der der = smime__der_cursor(hunt->info);
    smime__view content;

    return smime__der_next(&der, NULL, &content, NULL) && read_kekri(content, ret);
}

size_t smime__kekri_key_size(const smime__key_hunt *hunt)
{
    kekri info;

    return kekri_of(hunt, &info) ? smime__wrapped_size(info.wrap.oid, info.encrypted_key) : 0;
}

smime_status smime__kekri_open(const smime__key_hunt *hunt, uint8_t *key, size_t key_len)
{
    kekri info;

    if (kekri_of(hunt, &info) && smime__algorithm_is_plain(&info.wrap))
        smime__key_unwrap(info.wrap.oid, hunt->key->secret.data, info.encrypted_key, key, key_len);
    return SMIME_OK;
}

smime_status smime__kekri_add(smime__buf *to, smime__view id, smime__view kek, const uint8_t *key,
                              size_t key_len)
{
    uint8_t wrapped[SMIME__KEY_MAX + 8];
    size_t outer, inner;
    smime_status status = smime__aes_wrap(kek.data, kek.len, key, key_len, wrapped);

    if (status == SMIME_OK)
        status = smime__der_begin(to, SMIME__CONTEXT_C(2), &outer);
    if (status == SMIME_OK)
        status = smime__der_add_small(to, 4);
    if (status == SMIME_OK)
        status = smime__der_begin(to, SMIME__SEQUENCE, &inner);
    if (status == SMIME_OK)
        status = smime__der_add_view(to, SMIME__OCTET_STRING, id);
    if (status == SMIME_OK)
        status = smime__der_end(to, inner);
    if (status == SMIME_OK)
        status = smime__algorithm_add(to, smime__wrap_for(kek.len), 0);
    if (status == SMIME_OK)
        status = smime__der_add(to, SMIME__OCTET_STRING, wrapped, key_len + 8);
    return status == SMIME_OK ? smime__der_end(to, outer) : status;
}

typedef struct pwri {
    smime__hash prf; /* NONE: a derivation that is not known */
    smime__view salt;
    int iterations;
    int kek_len; /* as the parameters say, or 0 */
    smime__cipher cipher;
    smime__view iv;
    smime__view encrypted_key;
} pwri;

/* PBKDF2-params, RFC 8018 A.2. */
static int read_pbkdf2(smime__view params, pwri *ret)
{
    smime__der der = smime__der_cursor(params), in;
    smime__algorithm prf;

    ret->prf = SMIME__HASH_SHA1;
    if (!smime__der_enter(&der, SMIME__SEQUENCE, &in) || !smime__der_done(&der) ||
        !smime__der_take(&in, SMIME__OCTET_STRING, &ret->salt) ||
        !smime__der_take_small(&in, &ret->iterations) || !ret->iterations)
        return 0;
    smime__der_take_small(&in, &ret->kek_len);
    if (smime__der_done(&in))
        return 1;
    if (!smime__algorithm_take(&in, &prf) || !smime__der_done(&in))
        return 0;
    ret->prf = smime__algorithm_is_plain(&prf) ? smime__algorithm_hmac(&prf) : SMIME__HASH_NONE;
    return 1;
}

/* 0 when malformed; what is not known leaves prf or cipher at NONE. */
static int read_pwri(smime__view content, pwri *ret)
{
    smime__der der = smime__der_cursor(content), inside;
    smime__algorithm derivation = { SMIME__OID_UNKNOWN, { NULL, 0 }, { NULL, 0 } };
    smime__algorithm wrap, cipher;
    smime__view tagged;
    smime__der param;
    int version;

    memset(ret, 0, sizeof *ret);
    if (!smime__der_take_small(&der, &version))
        return 0;
    if (smime__der_peek(&der) == SMIME__CONTEXT_C(0) &&
        (!smime__der_take(&der, SMIME__CONTEXT_C(0), &tagged) ||
         !smime__algorithm_read_implicit(tagged, &derivation)))
        return 0;
    if (!smime__algorithm_take(&der, &wrap) ||
        !smime__der_take(&der, SMIME__OCTET_STRING, &ret->encrypted_key) ||
        !smime__der_done(&der))
        return 0;
    if (derivation.oid == SMIME__OID_PBKDF2 && !read_pbkdf2(derivation.params, ret))
        return 0;
    inside = smime__der_cursor(wrap.params);
    if (wrap.oid == SMIME__OID_PWRI_KEK && smime__algorithm_take(&inside, &cipher)) {
        param = smime__der_cursor(cipher.params);
        ret->cipher = smime__algorithm_cipher(&cipher);
        if (!smime__der_take(&param, SMIME__OCTET_STRING, &ret->iv) ||
            ret->iv.len != smime__cipher_iv_size(ret->cipher) ||
            smime__cipher_is_aead(ret->cipher) ||
            (smime__cipher_is_weak(ret->cipher) && ret->cipher != SMIME__CIPHER_3DES_CBC))
            ret->cipher = SMIME__CIPHER_NONE;
    }
    if (ret->kek_len && (size_t)ret->kek_len != smime__cipher_key_size(ret->cipher))
        ret->cipher = SMIME__CIPHER_NONE;
    return 1;
}

smime_status smime__pwri_read(smime__key_hunt *hunt, smime__view whole, smime__view content)
{
    smime__password_match *match;
    smime_status status;
    char name[32] = "unknown";
    pwri info;

    if (!read_pwri(content, &info))
        return SMIME_E_CMS_SYNTAX;
    if (info.prf != SMIME__HASH_NONE && info.cipher != SMIME__CIPHER_NONE) {
        snprintf(name, sizeof name, "pbkdf2-%s", smime__hash_name(info.prf));
    }
    status = smime__recipients_add(hunt->recipients, "pwri", NULL, name);
    if (status < 0 || !smime__shared_keys_next(hunt->shared, SMIME__SHARED_PASSWORD, NULL) ||
        !smime__key_hunt_allows(hunt))
        return status;
    status = smime__grow((void **)&hunt->passwords, hunt->password_count, &hunt->password_room,
                         sizeof *hunt->passwords);
    if (status < 0)
        return status;
    match = &hunt->passwords[hunt->password_count];
    memset(match, 0, sizeof *match);
    match->recipient = hunt->recipients->count - 1;
    status = smime__buf_add_view(&match->info, whole);
    hunt->password_count++;
    hunt->matched = 1;
    return status;
}

/* One password against one recipient. Every failure leaves @p key as it is. */
static smime_status try_password(const pwri *info, smime__view password, uint8_t *key,
                                 size_t key_len, unsigned *ret_good)
{
    uint8_t kek[SMIME__KEY_MAX];
    size_t kek_len = smime__cipher_key_size(info->cipher);
    smime_status status = smime__pbkdf2(info->prf, password, info->salt,
                                        (unsigned)info->iterations, kek, kek_len);

    if (status == SMIME_OK)
        status = smime__password_unwrap(info->cipher, kek, info->iv, info->encrypted_key, key,
                                        key_len, ret_good);
    smime__wipe(kek, sizeof kek);
    return status;
}

/* Nothing names the password that a recipient is for, so all are tried with all, whatever comes of
 * each; the iterations of all of them together are bounded. */
smime_status smime__pwri_open(smime__key_hunt *hunt, uint8_t *key, size_t key_len)
{
    smime_status status = SMIME_OK;

    for (size_t i = 0; i < hunt->password_count && status == SMIME_OK; i++) {
        const smime__shared_key *password = NULL;
        smime__der der = smime__der_cursor(smime__buf_view(&hunt->passwords[i].info));
        smime__view content;
        pwri info;

        if (!smime__der_next(&der, NULL, &content, NULL) || !read_pwri(content, &info) ||
            info.prf == SMIME__HASH_NONE || info.cipher == SMIME__CIPHER_NONE)
            continue;
        while (status == SMIME_OK && (password = smime__shared_keys_next(
                                          hunt->shared, SMIME__SHARED_PASSWORD, password))) {
            unsigned good = 0;
            status = smime__budget_iterations(hunt->budget, (uint64_t)info.iterations,
                                              hunt->error);
            if (status == SMIME_OK)
                status = try_password(&info, smime__buf_view(&password->secret), key, key_len,
                                      &good);
            smime__secret_select(smime__mask(good & 1), (uint8_t *)&hunt->match,
                                 (const uint8_t *)&hunt->passwords[i].recipient,
                                 sizeof hunt->match);
        }
    }
    return status;
}

static smime_status add_derivation(smime__buf *to, smime__view salt, unsigned iterations)
{
    size_t outer, params;
    smime_status status = smime__der_begin(to, SMIME__CONTEXT_C(0), &outer);

    if (status == SMIME_OK)
        status = smime__der_add_oid(to, SMIME__OID_PBKDF2);
    if (status == SMIME_OK)
        status = smime__der_begin(to, SMIME__SEQUENCE, &params);
    if (status == SMIME_OK)
        status = smime__der_add_view(to, SMIME__OCTET_STRING, salt);
    if (status == SMIME_OK)
        status = smime__der_add_small(to, (int)iterations);
    if (status == SMIME_OK)
        status = smime__algorithm_add(to, SMIME__OID_HMAC_SHA256, 1);
    if (status == SMIME_OK)
        status = smime__der_end(to, params);
    return status == SMIME_OK ? smime__der_end(to, outer) : status;
}

/* PWRI-KEK { cipher { vector } } */
static smime_status add_wrap(smime__buf *to, smime__cipher cipher, smime__view iv)
{
    size_t outer, inner;
    smime_status status = smime__der_begin(to, SMIME__SEQUENCE, &outer);

    if (status == SMIME_OK)
        status = smime__der_add_oid(to, SMIME__OID_PWRI_KEK);
    if (status == SMIME_OK)
        status = smime__der_begin(to, SMIME__SEQUENCE, &inner);
    if (status == SMIME_OK)
        status = smime__der_add_oid(to, smime__cipher_oid(cipher));
    if (status == SMIME_OK)
        status = smime__der_add_view(to, SMIME__OCTET_STRING, iv);
    if (status == SMIME_OK)
        status = smime__der_end(to, inner);
    return status == SMIME_OK ? smime__der_end(to, outer) : status;
}

smime_status smime__pwri_add(smime__buf *to, smime__view password, unsigned iterations,
                             const uint8_t *key, size_t key_len)
{
    const smime__cipher cipher = SMIME__CIPHER_AES256_CBC;
    uint8_t salt[16] = { 0 }, iv[16] = { 0 }, kek[SMIME__KEY_MAX];
    smime__view salt_view = smime__view_of(salt, sizeof salt);
    smime__view iv_view = smime__view_of(iv, sizeof iv);
    smime__buf wrapped = { 0 };
    size_t outer;
    smime_status status = smime__random_public(salt, sizeof salt);

    if (status == SMIME_OK)
        status = smime__random_public(iv, sizeof iv);
    if (status == SMIME_OK)
        status = smime__pbkdf2(SMIME__HASH_SHA256, password, salt_view, iterations, kek,
                               smime__cipher_key_size(cipher));
    if (status == SMIME_OK)
        status = smime__password_wrap(cipher, kek, iv_view, key, key_len, &wrapped);
    if (status == SMIME_OK)
        status = smime__der_begin(to, SMIME__CONTEXT_C(3), &outer);
    if (status == SMIME_OK)
        status = smime__der_add_small(to, 0);
    if (status == SMIME_OK)
        status = add_derivation(to, salt_view, iterations);
    if (status == SMIME_OK)
        status = add_wrap(to, cipher, iv_view);
    if (status == SMIME_OK)
        status = smime__der_add_view(to, SMIME__OCTET_STRING, smime__buf_view(&wrapped));
    if (status == SMIME_OK)
        status = smime__der_end(to, outer);
    smime__wipe(kek, sizeof kek);
    smime__buf_free(&wrapped);
    return status;
}
