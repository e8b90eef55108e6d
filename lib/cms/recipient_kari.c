/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Key agreement by ECDH, RFC 5652 6.2.2 and RFC 5753. */
#include "cms/identifier.h"
#include "cms/recipient_info.h"

#include "base/secret.h"
#include "crypto/keywrap.h"

#include <string.h>

typedef struct kari {
    smime__algorithm originator_algorithm;
    smime__view originator_point;
    int has_point;
    smime__view ukm; /* content; empty when absent */
    smime__algorithm algorithm;
    smime__algorithm wrap;
    smime__view wrap_whole;
    smime__der keys; /* RecipientEncryptedKeys */
} kari;

/* KeyAgreeRecipientIdentifier: IssuerAndSerialNumber, or [0] IMPLICIT RecipientKeyIdentifier,
 * whose first element is the key identifier. */
static int take_recipient(smime__der *der, smime__identifier *rid, smime__view *encrypted_key)
{
    smime__der each, key_id;

    memset(rid, 0, sizeof *rid);
    if (!smime__der_enter(der, SMIME__SEQUENCE, &each))
        return 0;
    if (smime__der_enter(&each, SMIME__CONTEXT_C(0), &key_id)) {
        if (!smime__der_take(&key_id, SMIME__OCTET_STRING, &rid->key_id) || !rid->key_id.len)
            return 0;
    } else if (!smime__identifier_take(&each, rid)) {
        return 0;
    }
    return smime__der_take(&each, SMIME__OCTET_STRING, encrypted_key) && smime__der_done(&each);
}

static void read_originator(smime__view content, kari *ret)
{
    smime__der der = smime__der_cursor(content), key;

    if (smime__der_enter(&der, SMIME__CONTEXT_C(1), &key) && smime__der_done(&der) &&
        smime__algorithm_take(&key, &ret->originator_algorithm) &&
        smime__der_take_bytes(&key, &ret->originator_point) && smime__der_done(&key))
        ret->has_point = ret->originator_algorithm.oid == SMIME__OID_EC_PUBLIC_KEY ||
                         ret->originator_algorithm.oid == SMIME__OID_X25519 ||
                         ret->originator_algorithm.oid == SMIME__OID_X448;
}

static int read_kari(smime__view content, kari *ret)
{
    smime__der der = smime__der_cursor(content), inside;
    smime__view originator;
    int version;

    memset(ret, 0, sizeof *ret);
    if (!smime__der_take_small(&der, &version) ||
        !smime__der_take(&der, SMIME__CONTEXT_C(0), &originator))
        return 0;
    read_originator(originator, ret);
    if (smime__der_enter(&der, SMIME__CONTEXT_C(1), &inside) &&
        (!smime__der_take(&inside, SMIME__OCTET_STRING, &ret->ukm) || !smime__der_done(&inside)))
        return 0;
    if (!smime__algorithm_take(&der, &ret->algorithm) ||
        !smime__der_enter(&der, SMIME__SEQUENCE, &ret->keys) || !smime__der_done(&der))
        return 0;
    ret->wrap_whole = ret->algorithm.params;
    if (!smime__algorithm_read(ret->wrap_whole, &ret->wrap))
        ret->wrap.oid = SMIME__OID_UNKNOWN;
    return 1;
}

/* With the cofactor or without it: that of the NIST curves is 1, and X25519 and X448 have theirs
 * multiplied in by their own definition. */
static smime__hash kdf_hash(smime__oid scheme)
{
    switch (scheme) {
    case SMIME__OID_ECDH_SHA1:
    case SMIME__OID_ECDH_COFACTOR_SHA1:
        return SMIME__HASH_SHA1;
    case SMIME__OID_ECDH_SHA224:
    case SMIME__OID_ECDH_COFACTOR_SHA224:
        return SMIME__HASH_SHA224;
    case SMIME__OID_ECDH_SHA256:
    case SMIME__OID_ECDH_COFACTOR_SHA256:
    case SMIME__OID_ECDH_HKDF_SHA256:
        return SMIME__HASH_SHA256;
    case SMIME__OID_ECDH_SHA384:
    case SMIME__OID_ECDH_COFACTOR_SHA384:
    case SMIME__OID_ECDH_HKDF_SHA384:
        return SMIME__HASH_SHA384;
    case SMIME__OID_ECDH_SHA512:
    case SMIME__OID_ECDH_COFACTOR_SHA512:
    case SMIME__OID_ECDH_HKDF_SHA512:
        return SMIME__HASH_SHA512;
    default:
        return SMIME__HASH_NONE;
    }
}

static int is_hkdf(smime__oid scheme)
{
    return scheme == SMIME__OID_ECDH_HKDF_SHA256 || scheme == SMIME__OID_ECDH_HKDF_SHA384 ||
           scheme == SMIME__OID_ECDH_HKDF_SHA512;
}

static const char *kari_name(const kari *info)
{
    if (kdf_hash(info->algorithm.oid) == SMIME__HASH_NONE || !info->has_point)
        return "unknown";
    switch (info->originator_point.len) { /* the point tells the curve */
    case 32:
        return "x25519";
    case 56:
        return "x448";
    case 65:
        return "ecdh-p256";
    case 97:
        return "ecdh-p384";
    case 133:
        return "ecdh-p521";
    default:
        return "unknown";
    }
}

smime_status smime__kari_read(smime__key_hunt *hunt, smime__view whole, smime__view content)
{
    smime__identifier rid;
    smime__view encrypted_key;
    smime_status status = SMIME_OK;
    kari info;

    if (!read_kari(content, &info))
        return SMIME_E_CMS_SYNTAX;
    for (size_t index = 0; !smime__der_done(&info.keys) && status == SMIME_OK; index++) {
        smime__buf text = { 0 };

        if (!take_recipient(&info.keys, &rid, &encrypted_key))
            return SMIME_E_CMS_SYNTAX;
        status = smime__identifier_text(&text, &rid);
        if (status == SMIME_OK)
            status = smime__recipients_add(hunt->recipients, "kari", &text, kari_name(&info));
        smime__buf_free(&text);
        for (size_t i = 0; i < hunt->identity_count && status == SMIME_OK; i++) {
            smime_identity *identity = hunt->identities[i];
            if (smime__identifier_matches(&rid, identity->cert) &&
                smime__privkey_curve(identity->key) != SMIME__CURVE_NONE)
                status = smime__key_hunt_match(hunt, identity, NULL, whole, index);
        }
    }
    return status;
}

/* ECC-CMS-SharedInfo, RFC 5753 7.2: the wrap algorithm as it stands in the message, the user
 * keying material, the length of the key in bits. */
static smime_status shared_info(smime__buf *to, smime__view wrap, smime__view ukm, size_t kek_len)
{
    uint8_t bits[4] = { 0, 0, (uint8_t)(kek_len * 8 >> 8), (uint8_t)(kek_len * 8) };
    size_t outer, field;
    smime_status status = smime__der_begin(to, SMIME__SEQUENCE, &outer);

    if (status == SMIME_OK)
        status = smime__buf_add_view(to, wrap);
    if (status == SMIME_OK && ukm.len) {
        status = smime__der_begin(to, SMIME__CONTEXT_C(0), &field);
        if (status == SMIME_OK)
            status = smime__der_add_view(to, SMIME__OCTET_STRING, ukm);
        if (status == SMIME_OK)
            status = smime__der_end(to, field);
    }
    if (status == SMIME_OK)
        status = smime__der_begin(to, SMIME__CONTEXT_C(2), &field);
    if (status == SMIME_OK)
        status = smime__der_add(to, SMIME__OCTET_STRING, bits, 4);
    if (status == SMIME_OK)
        status = smime__der_end(to, field);
    return status == SMIME_OK ? smime__der_end(to, outer) : status;
}

static smime_status derive(smime__oid scheme, smime__view wrap, smime__view ukm,
                           const smime__buf *secret, uint8_t *kek, size_t kek_len)
{
    smime__hash hash = kdf_hash(scheme);
    smime__buf info = { 0 };
    smime_status status = shared_info(&info, wrap, ukm, kek_len);

    if (status == SMIME_OK && is_hkdf(scheme)) /* RFC 8418 2.2: ukm is the salt too */
        status = smime__hkdf(hash, secret->data, secret->len, ukm, smime__buf_view(&info), kek,
                             kek_len);
    else if (status == SMIME_OK)
        status = smime__x963_kdf(hash, secret->data, secret->len, smime__buf_view(&info), kek,
                                 kek_len);
    smime__buf_free(&info);
    return status;
}

/* The encrypted key that matched. */
static int find_key(kari *info, size_t index, smime__view *ret)
{
    smime__identifier rid;

    for (size_t i = 0; i <= index; i++)
        if (!take_recipient(&info->keys, &rid, ret))
            return 0;
    return 1;
}

static int kari_of(const smime__key_hunt *hunt, kari *ret, smime__view *ret_wrapped)
{
    smime__der der = smime__der_cursor(hunt->info);
    smime__view content;

    return smime__der_next(&der, NULL, &content, NULL) && read_kari(content, ret) &&
           find_key(ret, hunt->info_index, ret_wrapped);
}

size_t smime__kari_key_size(const smime__key_hunt *hunt)
{
    smime__view wrapped;
    kari info;

    return kari_of(hunt, &info, &wrapped) ? smime__wrapped_size(info.wrap.oid, wrapped) : 0;
}

smime_status smime__kari_open(const smime__key_hunt *hunt, uint8_t *key, size_t key_len)
{
    smime__buf secret = { .secret = 1 };
    smime__view wrapped;
    uint8_t kek[32];
    size_t kek_len;
    kari info;
    smime_status status;

    if (!kari_of(hunt, &info, &wrapped))
        return SMIME_OK;
    kek_len = smime__wrap_key_size(info.wrap.oid);
    if (!kek_len || kdf_hash(info.algorithm.oid) == SMIME__HASH_NONE || !info.has_point ||
        smime__wrapped_size(info.wrap.oid, wrapped) != key_len)
        return SMIME_OK;
    status = smime__privkey_agree(hunt->identity->key, info.originator_point, &secret);
    if (status == SMIME_OK)
        status = derive(info.algorithm.oid, info.wrap_whole, info.ukm, &secret, kek,
                        kek_len);
    if (status == SMIME_OK)
        smime__key_unwrap(info.wrap.oid, kek, wrapped, key, key_len);
    if (status == SMIME_E_INVALID_ARG || status == SMIME_E_UNSUPPORTED)
        status = SMIME_OK; /* a point off the curve ends as every other failure */
    smime__wipe(kek, sizeof kek);
    smime__buf_free(&secret);
    return status;
}

/* RFC 5753 7.1.1: the hash by the strength of the curve; for X448 RFC 8418 2.1. */
static smime__hash hash_for(smime__curve curve)
{
    switch (curve) {
    case SMIME__CURVE_P384:
        return SMIME__HASH_SHA384;
    case SMIME__CURVE_P521:
    case SMIME__CURVE_X448:
        return SMIME__HASH_SHA512;
    default:
        return SMIME__HASH_SHA256;
    }
}

static smime__oid scheme_for(const smime__recipient *recipient, smime__curve curve)
{
    static const struct {
        smime__hash hash;
        smime__oid standard, cofactor, hkdf;
    } rows[] = {
        { SMIME__HASH_SHA256, SMIME__OID_ECDH_SHA256, SMIME__OID_ECDH_COFACTOR_SHA256,
          SMIME__OID_ECDH_HKDF_SHA256 },
        { SMIME__HASH_SHA384, SMIME__OID_ECDH_SHA384, SMIME__OID_ECDH_COFACTOR_SHA384,
          SMIME__OID_ECDH_HKDF_SHA384 },
        { SMIME__HASH_SHA512, SMIME__OID_ECDH_SHA512, SMIME__OID_ECDH_COFACTOR_SHA512,
          SMIME__OID_ECDH_HKDF_SHA512 },
    };
    smime__hash hash = recipient->kdf_hash == SMIME__HASH_NONE ? hash_for(curve)
                                                               : recipient->kdf_hash;
    size_t i = hash == SMIME__HASH_SHA384 ? 1 : hash == SMIME__HASH_SHA512 ? 2 : 0;

    if (curve == SMIME__CURVE_X25519 || curve == SMIME__CURVE_X448)
        return rows[i].hkdf;
    return recipient->cofactor ? rows[i].cofactor : rows[i].standard;
}

/* [1] EXPLICIT, where there is any. */
static smime_status add_ukm(smime__buf *to, smime__view ukm)
{
    size_t mark;
    smime_status status = ukm.len ? smime__der_begin(to, SMIME__CONTEXT_C(1), &mark) : SMIME_OK;

    if (!ukm.len || status < 0)
        return status;
    status = smime__der_add_view(to, SMIME__OCTET_STRING, ukm);
    return status == SMIME_OK ? smime__der_end(to, mark) : status;
}

static smime_status add_originator(smime__buf *to, smime__oid algorithm, const smime__buf *point)
{
    size_t originator, key, bits;
    smime_status status = smime__der_begin(to, SMIME__CONTEXT_C(0), &originator);

    if (status == SMIME_OK)
        status = smime__der_begin(to, SMIME__CONTEXT_C(1), &key);
    if (status == SMIME_OK)
        status = smime__algorithm_add(to, algorithm, 0);
    if (status == SMIME_OK)
        status = smime__der_begin(to, SMIME__BIT_STRING, &bits);
    if (status == SMIME_OK)
        status = smime__buf_add_byte(to, 0);
    if (status == SMIME_OK)
        status = smime__buf_add_view(to, smime__buf_view(point));
    if (status == SMIME_OK)
        status = smime__der_end(to, bits);
    if (status == SMIME_OK)
        status = smime__der_end(to, key);
    return status == SMIME_OK ? smime__der_end(to, originator) : status;
}

/* [0] IMPLICIT RecipientKeyIdentifier { subjectKeyIdentifier } */
static smime_status add_key_id(smime__buf *to, const smime_cert *cert)
{
    size_t mark;
    smime_status status = smime__der_begin(to, SMIME__CONTEXT_C(0), &mark);

    if (status == SMIME_OK)
        status = smime__der_add_view(to, SMIME__OCTET_STRING, cert->subject_key_id);
    return status == SMIME_OK ? smime__der_end(to, mark) : status;
}

static smime_status add_keys(smime__buf *to, const smime__recipient *recipient,
                             const uint8_t *wrapped, size_t len)
{
    size_t list, each;
    smime_status status = smime__der_begin(to, SMIME__SEQUENCE, &list);

    if (status == SMIME_OK)
        status = smime__der_begin(to, SMIME__SEQUENCE, &each);
    if (status == SMIME_OK)
        status = recipient->by_key_id ? add_key_id(to, recipient->cert)
                                      : smime__identifier_add(to, recipient->cert);
    if (status == SMIME_OK)
        status = smime__der_add(to, SMIME__OCTET_STRING, wrapped, len);
    if (status == SMIME_OK)
        status = smime__der_end(to, each);
    return status == SMIME_OK ? smime__der_end(to, list) : status;
}

smime_status smime__kari_add(smime__buf *to, const smime__recipient *recipient,
                             const uint8_t *key, size_t key_len)
{
    smime__buf point = { 0 }, secret = { .secret = 1 }, wrap = { 0 };
    uint8_t kek[32], wrapped[SMIME__KEY_MAX + 8];
    size_t kek_len = key_len > 16 ? 32 : 16;
    size_t outer, algorithm;
    smime__curve curve = smime__pubkey_curve(recipient->cert->key);
    smime__oid scheme = scheme_for(recipient, curve);
    smime__view ukm = smime__buf_view(&recipient->ukm);
    smime_status status;

    status = smime__pubkey_agree(recipient->cert->key, &point, &secret);
    if (status == SMIME_OK)
        status = smime__algorithm_add(&wrap, smime__wrap_for(kek_len), 0);
    if (status == SMIME_OK)
        status = derive(scheme, smime__buf_view(&wrap), ukm, &secret, kek, kek_len);
    if (status == SMIME_OK)
        status = smime__aes_wrap(kek, kek_len, key, key_len, wrapped);
    if (status == SMIME_OK)
        status = smime__der_begin(to, SMIME__CONTEXT_C(1), &outer);
    if (status == SMIME_OK)
        status = smime__der_add_small(to, 3);
    if (status == SMIME_OK)
        status = add_originator(to,
                                curve == SMIME__CURVE_X25519 ? SMIME__OID_X25519
                                : curve == SMIME__CURVE_X448 ? SMIME__OID_X448
                                                             : SMIME__OID_EC_PUBLIC_KEY,
                                &point);
    if (status == SMIME_OK)
        status = add_ukm(to, ukm);
    if (status == SMIME_OK)
        status = smime__der_begin(to, SMIME__SEQUENCE, &algorithm);
    if (status == SMIME_OK)
        status = smime__der_add_oid(to, scheme);
    if (status == SMIME_OK)
        status = smime__buf_add_view(to, smime__buf_view(&wrap));
    if (status == SMIME_OK)
        status = smime__der_end(to, algorithm);
    if (status == SMIME_OK)
        status = add_keys(to, recipient, wrapped, key_len + 8);
    if (status == SMIME_OK)
        status = smime__der_end(to, outer);
    smime__wipe(kek, sizeof kek);
    smime__buf_free(&point);
    smime__buf_free(&secret);
    smime__buf_free(&wrap);
    return status;
}
