/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* KEMRecipientInfo, RFC 9629, with RSA-KEM, RFC 9690. */
#include "cms/identifier.h"
#include "cms/recipient_info.h"

#include "base/secret.h"
#include "crypto/keywrap.h"

#include <string.h>

typedef struct kemri {
    int version;
    smime__identifier rid;
    smime__algorithm kem;
    smime__view ciphertext;
    smime__algorithm kdf;
    int kek_len;
    smime__view ukm; /* with its tag; empty when absent */
    smime__algorithm wrap;
    smime__view wrap_whole;
    smime__view encrypted_key;
} kemri;

/* OtherRecipientInfo { oriType, oriValue }: 1 when it is one of this kind. */
static int is_kem(smime__view content, smime__view *ret_value)
{
    smime__der der = smime__der_cursor(content);
    smime__view type;

    return smime__der_take_oid(&der, &type) &&
           smime__view_equal(type, smime__oid_bytes(SMIME__OID_ORI_KEM)) &&
           smime__der_take(&der, SMIME__SEQUENCE, ret_value) && smime__der_done(&der);
}

static int read_kemri(smime__view value, kemri *ret)
{
    smime__der in = smime__der_cursor(value);
    const uint8_t *start;

    memset(ret, 0, sizeof *ret);
    if (!smime__der_take_small(&in, &ret->version) || !smime__identifier_take(&in, &ret->rid) ||
        !smime__algorithm_take(&in, &ret->kem) ||
        !smime__der_take(&in, SMIME__OCTET_STRING, &ret->ciphertext) ||
        !smime__algorithm_take(&in, &ret->kdf) || !smime__der_take_small(&in, &ret->kek_len))
        return 0;
    if (smime__der_peek(&in) == SMIME__CONTEXT_C(0) &&
        !smime__der_next(&in, NULL, NULL, &ret->ukm))
        return 0;
    start = in.at;
    if (!smime__algorithm_take(&in, &ret->wrap))
        return 0;
    ret->wrap_whole = smime__view_of(start, (size_t)(in.at - start));
    return smime__der_take(&in, SMIME__OCTET_STRING, &ret->encrypted_key) && smime__der_done(&in);
}

smime_status smime__kemri_read(smime__key_hunt *hunt, smime__view whole, smime__view content)
{
    smime__buf text = { 0 };
    smime__view value;
    smime_status status;
    kemri info;

    if (!is_kem(content, &value))
        return smime__recipients_add(hunt->recipients, "ori", NULL, "unknown");
    if (!read_kemri(value, &info))
        return SMIME_E_CMS_SYNTAX;
    status = smime__identifier_text(&text, &info.rid);
    if (status == SMIME_OK)
        status = smime__recipients_add(hunt->recipients, "kemri", &text,
                                       info.kem.oid == SMIME__OID_KEM_RSA ? "rsa-kem" : "unknown");
    smime__buf_free(&text);
    for (size_t i = 0; i < hunt->identity_count && status == SMIME_OK; i++) {
        smime_identity *identity = hunt->identities[i];
        if (info.kem.oid == SMIME__OID_KEM_RSA &&
            smime__identifier_matches(&info.rid, identity->cert) &&
            smime__privkey_kind(identity->key) == SMIME__KEY_RSA)
            status = smime__key_hunt_match(hunt, identity, NULL, whole, 0);
    }
    return status;
}

static int kemri_of(const smime__key_hunt *hunt, kemri *ret)
{
    smime__der der = smime__der_cursor(hunt->info);
    smime__view content, value;

    return smime__der_next(&der, NULL, &content, NULL) && is_kem(content, &value) &&
           read_kemri(value, ret);
}

size_t smime__kemri_key_size(const smime__key_hunt *hunt)
{
    kemri info;

    return kemri_of(hunt, &info) ? smime__wrapped_size(info.wrap.oid, info.encrypted_key) : 0;
}

/* CMSORIforKEMOtherInfo { wrap, kekLength, ukm [0] }, RFC 9629 5. */
static smime_status other_info(smime__buf *to, smime__view wrap, int kek_len, smime__view ukm)
{
    size_t mark;
    smime_status status = smime__der_begin(to, SMIME__SEQUENCE, &mark);

    if (status == SMIME_OK)
        status = smime__buf_add_view(to, wrap);
    if (status == SMIME_OK)
        status = smime__der_add_small(to, kek_len);
    if (status == SMIME_OK)
        status = smime__buf_add_view(to, ukm);
    return status == SMIME_OK ? smime__der_end(to, mark) : status;
}

/* KDF2 and KDF3 of X9.44 name their hash in the parameters, HKDF in the identifier. */
static smime_status derive(const smime__algorithm *kdf, smime__view secret, smime__view info,
                           uint8_t *to, size_t len)
{
    static const smime__hash hkdf[] = { SMIME__HASH_SHA256, SMIME__HASH_SHA384,
                                        SMIME__HASH_SHA512 };
    smime__algorithm inside;
    smime__hash hash = SMIME__HASH_NONE;

    if (kdf->oid >= SMIME__OID_HKDF_SHA256 && kdf->oid <= SMIME__OID_HKDF_SHA512)
        return smime__hkdf(hkdf[kdf->oid - SMIME__OID_HKDF_SHA256], secret.data, secret.len,
                           smime__view_of(NULL, 0), info, to, len);
    if (smime__algorithm_read(kdf->params, &inside))
        hash = smime__algorithm_hash(&inside);
    if (hash != SMIME__HASH_NONE && kdf->oid == SMIME__OID_KDF3)
        return smime__kdf3(hash, secret, info, to, len);
    if (hash != SMIME__HASH_NONE && kdf->oid == SMIME__OID_KDF2)
        return smime__x963_kdf(hash, secret.data, secret.len, info, to, len);
    return SMIME_E_UNSUPPORTED;
}

/* RsaKemParameters, RFC 9690 A: absent stands for KDF3 with SHA-256 and the length of the KEK. */
static int is_usual_kem(const smime__algorithm *kem)
{
    return !kem->params.len;
}

static smime_status decapsulate(const smime__key_hunt *hunt, const kemri *info, uint8_t *kek,
                                size_t kek_len)
{
    smime__buf secret = { .secret = 1 }, other = { 0 };
    uint8_t shared[32];
    smime_status status = smime__privkey_decapsulate(hunt->identity->key, info->ciphertext, &secret);

    if (status == SMIME_OK)
        status = smime__kdf3(SMIME__HASH_SHA256, smime__buf_view(&secret), smime__view_of(NULL, 0),
                             shared, kek_len);
    if (status == SMIME_OK)
        status = other_info(&other, info->wrap_whole, info->kek_len, info->ukm);
    if (status == SMIME_OK)
        status = derive(&info->kdf, smime__view_of(shared, kek_len), smime__buf_view(&other), kek,
                        kek_len);
    smime__wipe(shared, sizeof shared);
    smime__buf_free(&secret);
    smime__buf_free(&other);
    return status;
}

smime_status smime__kemri_open(const smime__key_hunt *hunt, uint8_t *key, size_t key_len)
{
    uint8_t kek[32] = { 0 };
    size_t kek_len;
    kemri info;
    smime_status status;

    if (!kemri_of(hunt, &info) || !is_usual_kem(&info.kem))
        return SMIME_OK;
    kek_len = smime__wrap_key_size(info.wrap.oid);
    if (!kek_len || (size_t)info.kek_len != kek_len ||
        smime__wrapped_size(info.wrap.oid, info.encrypted_key) != key_len)
        return SMIME_OK;
    status = decapsulate(hunt, &info, kek, kek_len);
    if (status == SMIME_OK)
        smime__key_unwrap(info.wrap.oid, kek, info.encrypted_key, key, key_len);
    if (status == SMIME_E_INVALID_ARG || status == SMIME_E_UNSUPPORTED)
        status = SMIME_OK; /* ends as every other failure */
    smime__wipe(kek, sizeof kek);
    return status;
}

/* kdf3 { SHA-256 } */
static smime_status add_kdf(smime__buf *to)
{
    size_t mark;
    smime_status status = smime__der_begin(to, SMIME__SEQUENCE, &mark);

    if (status == SMIME_OK)
        status = smime__der_add_oid(to, SMIME__OID_KDF3);
    if (status == SMIME_OK)
        status = smime__algorithm_add(to, SMIME__OID_SHA256, 1);
    return status == SMIME_OK ? smime__der_end(to, mark) : status;
}

typedef struct made {
    smime__buf ciphertext, wrap;
    uint8_t wrapped[SMIME__KEY_MAX + 8];
    size_t kek_len;
} made;

static smime_status encapsulate(const smime__recipient *recipient, const uint8_t *key,
                                size_t key_len, made *to)
{
    smime__buf secret = { .secret = 1 }, other = { 0 };
    uint8_t shared[32], kek[32];
    smime_status status = smime__pubkey_encapsulate(recipient->cert->key, &to->ciphertext, &secret);

    to->kek_len = key_len > 16 ? 32 : 16;
    if (status == SMIME_OK)
        status = smime__kdf3(SMIME__HASH_SHA256, smime__buf_view(&secret), smime__view_of(NULL, 0),
                             shared, to->kek_len);
    if (status == SMIME_OK)
        status = smime__algorithm_add(&to->wrap, smime__wrap_for(to->kek_len), 0);
    if (status == SMIME_OK)
        status = other_info(&other, smime__buf_view(&to->wrap), (int)to->kek_len,
                            smime__view_of(NULL, 0));
    if (status == SMIME_OK)
        status = smime__kdf3(SMIME__HASH_SHA256, smime__view_of(shared, to->kek_len),
                             smime__buf_view(&other), kek, to->kek_len);
    if (status == SMIME_OK)
        status = smime__aes_wrap(kek, to->kek_len, key, key_len, to->wrapped);
    smime__wipe(shared, sizeof shared);
    smime__wipe(kek, sizeof kek);
    smime__buf_free(&secret);
    smime__buf_free(&other);
    return status;
}

static smime_status encode(smime__buf *to, const smime__recipient *recipient, const made *parts,
                           size_t key_len)
{
    size_t inner;
    smime_status status = smime__der_begin(to, SMIME__SEQUENCE, &inner);

    if (status == SMIME_OK)
        status = smime__der_add_small(to, 0);
    if (status == SMIME_OK)
        status = recipient->by_key_id ? smime__identifier_add_key_id(to, recipient->cert)
                                      : smime__identifier_add(to, recipient->cert);
    if (status == SMIME_OK)
        status = smime__algorithm_add(to, SMIME__OID_KEM_RSA, 0);
    if (status == SMIME_OK)
        status = smime__der_add_view(to, SMIME__OCTET_STRING, smime__buf_view(&parts->ciphertext));
    if (status == SMIME_OK)
        status = add_kdf(to);
    if (status == SMIME_OK)
        status = smime__der_add_small(to, (int)parts->kek_len);
    if (status == SMIME_OK)
        status = smime__buf_add_view(to, smime__buf_view(&parts->wrap));
    if (status == SMIME_OK)
        status = smime__der_add(to, SMIME__OCTET_STRING, parts->wrapped, key_len + 8);
    return status == SMIME_OK ? smime__der_end(to, inner) : status;
}

smime_status smime__kemri_add(smime__buf *to, const smime__recipient *recipient,
                              const uint8_t *key, size_t key_len)
{
    made parts = { 0 };
    size_t outer;
    smime_status status = encapsulate(recipient, key, key_len, &parts);

    if (status == SMIME_OK)
        status = smime__der_begin(to, SMIME__CONTEXT_C(4), &outer);
    if (status == SMIME_OK)
        status = smime__der_add_oid(to, SMIME__OID_ORI_KEM);
    if (status == SMIME_OK)
        status = encode(to, recipient, &parts, key_len);
    if (status == SMIME_OK)
        status = smime__der_end(to, outer);
    smime__buf_free(&parts.ciphertext);
    smime__buf_free(&parts.wrap);
    return status;
}
