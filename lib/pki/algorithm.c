/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pki/algorithm.h"

#include "asn1/module.h"

#include <string.h>

static int read_inside(smime__der inside, smime__algorithm *ret)
{
    smime__algorithm made = { SMIME__OID_UNKNOWN, { NULL, 0 }, { NULL, 0 } };

    if (!smime__der_take_oid(&inside, &made.oid_bytes))
        return 0;
    if (!smime__der_done(&inside) &&
        (!smime__der_next(&inside, NULL, NULL, &made.params) || !smime__der_done(&inside)))
        return 0;
    made.oid = smime__oid_find(made.oid_bytes);
    *ret = made;
    return 1;
}

int smime__algorithm_take(smime__der *der, smime__algorithm *ret)
{
    smime__der copy = *der, inside;

    if (!smime__der_enter(&copy, SMIME__SEQUENCE, &inside) || !read_inside(inside, ret))
        return 0;
    *der = copy;
    return 1;
}

int smime__algorithm_read_implicit(smime__view content, smime__algorithm *ret)
{
    return read_inside(smime__der_cursor(content), ret);
}

int smime__algorithm_read(smime__view whole, smime__algorithm *ret)
{
    smime__der der = smime__der_cursor(whole);

    return smime__algorithm_take(&der, ret) && smime__der_done(&der);
}

int smime__algorithm_is_plain(const smime__algorithm *algorithm)
{
    return !algorithm->params.len ||
           (algorithm->params.len == 2 && algorithm->params.data[0] == SMIME__NULL);
}

static const smime__oid hash_oids[SMIME__HASH_COUNT] = {
    SMIME__OID_UNKNOWN, SMIME__OID_SHA1,   SMIME__OID_SHA224,
    SMIME__OID_SHA256,  SMIME__OID_SHA384, SMIME__OID_SHA512,
    SMIME__OID_SHA3_224, SMIME__OID_SHA3_256, SMIME__OID_SHA3_384, SMIME__OID_SHA3_512,
    SMIME__OID_SHAKE128, SMIME__OID_SHAKE256
};

static const smime__oid cipher_oids[SMIME__CIPHER_COUNT] = {
    SMIME__OID_UNKNOWN,    SMIME__OID_AES128_CBC, SMIME__OID_AES192_CBC, SMIME__OID_AES256_CBC,
    SMIME__OID_AES128_GCM, SMIME__OID_AES192_GCM, SMIME__OID_AES256_GCM, SMIME__OID_DES_EDE3_CBC,
    SMIME__OID_AES128_CCM, SMIME__OID_AES192_CCM, SMIME__OID_AES256_CCM,
    SMIME__OID_CHACHA20_POLY1305, SMIME__OID_RC2_CBC, SMIME__OID_RC2_CBC, SMIME__OID_RC2_CBC
};

static const struct {
    smime__oid oid;
    const char *name;
} hmacs[SMIME__HASH_COUNT] = {
    { SMIME__OID_UNKNOWN, "unknown" },         { SMIME__OID_HMAC_SHA1, "hmac-sha1" },
    { SMIME__OID_HMAC_SHA224, "hmac-sha224" }, { SMIME__OID_HMAC_SHA256, "hmac-sha256" },
    { SMIME__OID_HMAC_SHA384, "hmac-sha384" }, { SMIME__OID_HMAC_SHA512, "hmac-sha512" },
};

const char *smime__hmac_name(smime__hash hash)
{
    return hmacs[hash].name;
}

smime__oid smime__hmac_oid(smime__hash hash)
{
    return hmacs[hash].oid;
}

smime__hash smime__algorithm_hmac(const smime__algorithm *algorithm)
{
    if (!smime__algorithm_is_plain(algorithm))
        return SMIME__HASH_NONE;
    if (algorithm->oid == SMIME__OID_HMAC_SHA1_IPSEC) /* RFC 3370 3.1 has this one */
        return SMIME__HASH_SHA1;
    for (int i = 1; i < SMIME__HASH_COUNT; i++)
        if (hmacs[i].oid != SMIME__OID_UNKNOWN && hmacs[i].oid == algorithm->oid)
            return (smime__hash)i;
    return SMIME__HASH_NONE;
}

smime__oid smime__hash_oid(smime__hash hash)
{
    return hash_oids[hash];
}

smime__oid smime__cipher_oid(smime__cipher cipher)
{
    return cipher_oids[cipher];
}

/* id-shake256-len with a length in bits: the one that Ed448 goes with, RFC 8419 2.3. */
static int is_shake256_512(const smime__algorithm *algorithm)
{
    smime__der der = smime__der_cursor(algorithm->params);
    int bits;

    return smime__der_take_small(&der, &bits) && smime__der_done(&der) && bits == 512;
}

smime__hash smime__algorithm_hash(const smime__algorithm *algorithm)
{
    if (algorithm->oid == SMIME__OID_SHAKE256_LEN)
        return is_shake256_512(algorithm) ? SMIME__HASH_SHAKE256 : SMIME__HASH_NONE;
    if (!smime__algorithm_is_plain(algorithm))
        return SMIME__HASH_NONE;
    for (int i = 1; i < SMIME__HASH_COUNT; i++)
        if (hash_oids[i] == algorithm->oid && smime__hash_is_available((smime__hash)i))
            return (smime__hash)i;
    return SMIME__HASH_NONE;
}

/* RFC 3370 5.2: RC2CBCParameter { rc2ParameterVersion, iv } tells the effective bits. */
static smime__cipher rc2_of(smime__view params)
{
    smime__der der = smime__der_cursor(params), in;
    int version;

    if (!smime__der_enter(&der, SMIME__SEQUENCE, &in) || !smime__der_take_small(&in, &version))
        return SMIME__CIPHER_NONE;
    return version == 58    ? SMIME__CIPHER_RC2_128_CBC
           : version == 120 ? SMIME__CIPHER_RC2_64_CBC
           : version == 160 ? SMIME__CIPHER_RC2_40_CBC
                            : SMIME__CIPHER_NONE;
}

smime__cipher smime__algorithm_cipher(const smime__algorithm *algorithm)
{
    if (algorithm->oid == SMIME__OID_RC2_CBC)
        return rc2_of(algorithm->params);
    for (int i = 1; i < SMIME__CIPHER_COUNT; i++)
        if (cipher_oids[i] == algorithm->oid)
            return (smime__cipher)i;
    return SMIME__CIPHER_NONE;
}

static const struct {
    smime__oid oid;
    smime__scheme scheme;
    smime__hash hash;
} signatures[] = {
    { SMIME__OID_RSA_SHA1, SMIME__SCHEME_RSA, SMIME__HASH_SHA1 },
    { SMIME__OID_RSA_SHA224, SMIME__SCHEME_RSA, SMIME__HASH_SHA224 },
    { SMIME__OID_RSA_SHA256, SMIME__SCHEME_RSA, SMIME__HASH_SHA256 },
    { SMIME__OID_RSA_SHA384, SMIME__SCHEME_RSA, SMIME__HASH_SHA384 },
    { SMIME__OID_RSA_SHA512, SMIME__SCHEME_RSA, SMIME__HASH_SHA512 },
    { SMIME__OID_DSA_SHA1, SMIME__SCHEME_DSA, SMIME__HASH_SHA1 },
    { SMIME__OID_DSA_SHA224, SMIME__SCHEME_DSA, SMIME__HASH_SHA224 },
    { SMIME__OID_DSA_SHA256, SMIME__SCHEME_DSA, SMIME__HASH_SHA256 },
    { SMIME__OID_ECDSA_SHA1, SMIME__SCHEME_ECDSA, SMIME__HASH_SHA1 },
    { SMIME__OID_ECDSA_SHA224, SMIME__SCHEME_ECDSA, SMIME__HASH_SHA224 },
    { SMIME__OID_ECDSA_SHA256, SMIME__SCHEME_ECDSA, SMIME__HASH_SHA256 },
    { SMIME__OID_ECDSA_SHA384, SMIME__SCHEME_ECDSA, SMIME__HASH_SHA384 },
    { SMIME__OID_ECDSA_SHA512, SMIME__SCHEME_ECDSA, SMIME__HASH_SHA512 },
    { SMIME__OID_RSA_SHA3_224, SMIME__SCHEME_RSA, SMIME__HASH_SHA3_224 },
    { SMIME__OID_RSA_SHA3_256, SMIME__SCHEME_RSA, SMIME__HASH_SHA3_256 },
    { SMIME__OID_RSA_SHA3_384, SMIME__SCHEME_RSA, SMIME__HASH_SHA3_384 },
    { SMIME__OID_RSA_SHA3_512, SMIME__SCHEME_RSA, SMIME__HASH_SHA3_512 },
    { SMIME__OID_ECDSA_SHA3_224, SMIME__SCHEME_ECDSA, SMIME__HASH_SHA3_224 },
    { SMIME__OID_ECDSA_SHA3_256, SMIME__SCHEME_ECDSA, SMIME__HASH_SHA3_256 },
    { SMIME__OID_ECDSA_SHA3_384, SMIME__SCHEME_ECDSA, SMIME__HASH_SHA3_384 },
    { SMIME__OID_ECDSA_SHA3_512, SMIME__SCHEME_ECDSA, SMIME__HASH_SHA3_512 },
    { SMIME__OID_ECDSA_SHAKE128, SMIME__SCHEME_ECDSA, SMIME__HASH_SHAKE128 },
    { SMIME__OID_ECDSA_SHAKE256, SMIME__SCHEME_ECDSA, SMIME__HASH_SHAKE256 },
    { SMIME__OID_RSA_PSS_SHAKE128, SMIME__SCHEME_RSA_PSS, SMIME__HASH_SHAKE128 },
    { SMIME__OID_RSA_PSS_SHAKE256, SMIME__SCHEME_RSA_PSS, SMIME__HASH_SHAKE256 },
};

/* One [n] AlgorithmIdentifier of a structure in smime.asn: absent gives @p otherwise. A mask
 * function is MGF1 with a hash inside. */
static smime__hash read_hash(smime__asn1 *asn1, const char *field, int is_mask,
                             smime__hash otherwise)
{
    smime__buf oid = { 0 }, params = { 0 };
    smime__algorithm inside;
    smime__hash hash = SMIME__HASH_NONE;
    char path[64] = "";
    smime_status status;

    strncat(path, field, sizeof path - 1);
    strncat(path, ".algorithm", sizeof path - 1 - strlen(path));
    status = smime__asn1_read(asn1, path, &oid);
    if (status == SMIME_E_NOT_FOUND) {
        smime__buf_free(&oid);
        return otherwise;
    }
    path[strlen(field)] = 0;
    strncat(path, ".parameters", sizeof path - 1 - strlen(path));
    if (status == SMIME_OK && (status = smime__asn1_read(asn1, path, &params)) != SMIME_OK &&
        status == SMIME_E_NOT_FOUND)
        status = SMIME_OK;
    if (status == SMIME_OK && oid.len && is_mask) {
        if (!strcmp((const char *)oid.data, "1.2.840.113549.1.1.8") &&
            smime__algorithm_read(smime__buf_view(&params), &inside))
            hash = smime__algorithm_hash(&inside);
    } else if (status == SMIME_OK && oid.len &&
               (!params.len || (params.len == 2 && params.data[0] == SMIME__NULL))) {
        for (int i = 1; i < SMIME__HASH_COUNT && hash == SMIME__HASH_NONE; i++) {
            smime__buf dotted = { 0 };
            if (smime__oid_format(&dotted, smime__oid_bytes(hash_oids[i])) == SMIME_OK &&
                smime__buf_text(&dotted) &&
                !strcmp((const char *)dotted.data, (const char *)oid.data))
                hash = (smime__hash)i;
            smime__buf_free(&dotted);
        }
    }
    smime__buf_free(&oid);
    smime__buf_free(&params);
    return hash;
}

/* An INTEGER of at most two bytes; @p otherwise when absent, -1 when it makes no sense. */
static int read_number(smime__asn1 *asn1, const char *field, int otherwise)
{
    smime__buf value = { 0 };
    smime_status status = smime__asn1_read(asn1, field, &value);
    int number = -1;

    if (status == SMIME_E_NOT_FOUND)
        number = otherwise;
    else if (status == SMIME_OK && value.len == 1 && value.data[0] < 0x80)
        number = value.data[0];
    else if (status == SMIME_OK && value.len == 2 && value.data[0] < 0x80)
        number = value.data[0] << 8 | value.data[1];
    smime__buf_free(&value);
    return number;
}

/* RFC 4055 3.1: the defaults are SHA-1, MGF1 with SHA-1, 20, 1. */
static smime_status read_pss(const smime__algorithm *algorithm, smime__signature_kind *ret)
{
    smime__asn1 *asn1 = NULL;
    smime_status status = smime__asn1_new("RSASSA-PSS-params", &asn1);

    if (status < 0)
        return status;
    if (smime__asn1_decode(asn1, algorithm->params) == SMIME_OK) {
        ret->hash = read_hash(asn1, "hashAlgorithm", 0, SMIME__HASH_SHA1);
        ret->mgf_hash = read_hash(asn1, "maskGenAlgorithm", 1, SMIME__HASH_SHA1);
        ret->salt = read_number(asn1, "saltLength", 20);
        if (ret->hash != SMIME__HASH_NONE && ret->mgf_hash != SMIME__HASH_NONE &&
            ret->salt >= 0 && read_number(asn1, "trailerField", 1) == 1)
            ret->scheme = SMIME__SCHEME_RSA_PSS;
    }
    smime__asn1_free(asn1);
    return SMIME_OK;
}

_Static_assert(SMIME__HASH_SHA1 == 1 && SMIME__HASH_SHAKE256 == 11 && SMIME__SCHEME_DSA == 6 &&
                   SMIME__CIPHER_3DES_CBC == 7 && SMIME__CIPHER_RC2_128_CBC == 14,
               "the numbers of base/rules.c");

int smime__algorithm_is_allowed(const smime__rules *rules, const smime__signature_kind *kind)
{
    return (kind->hash == SMIME__HASH_NONE ||
            smime__rules_allow(rules, SMIME__READING, SMIME__RULE_HASH + (int)kind->hash)) &&
           (kind->scheme == SMIME__SCHEME_NONE ||
            smime__rules_allow(rules, SMIME__READING, SMIME__RULE_SCHEME + (int)kind->scheme));
}

smime_status smime__algorithm_signature(const smime__algorithm *algorithm, smime__hash digest,
                                        smime__signature_kind *ret)
{
    memset(ret, 0, sizeof *ret);
    if (algorithm->oid == SMIME__OID_RSA_PSS)
        return read_pss(algorithm, ret);
    if (!smime__algorithm_is_plain(algorithm))
        return SMIME_OK;
    if (algorithm->oid == SMIME__OID_RSA || algorithm->oid == SMIME__OID_EC_PUBLIC_KEY ||
        algorithm->oid == SMIME__OID_DSA) {
        if (digest != SMIME__HASH_NONE)
            ret->scheme = algorithm->oid == SMIME__OID_RSA   ? SMIME__SCHEME_RSA
                          : algorithm->oid == SMIME__OID_DSA ? SMIME__SCHEME_DSA
                                                             : SMIME__SCHEME_ECDSA;
        ret->hash = digest;
    } else if (algorithm->oid == SMIME__OID_ED25519) {
        ret->scheme = SMIME__SCHEME_ED25519;
        ret->hash = SMIME__HASH_SHA512;
    } else if (algorithm->oid == SMIME__OID_ED448) {
        ret->scheme = SMIME__SCHEME_ED448;
        ret->hash = SMIME__HASH_SHAKE256;
    }
    for (size_t i = 0; i < sizeof signatures / sizeof signatures[0]; i++)
        if (signatures[i].oid == algorithm->oid) {
            ret->scheme = signatures[i].scheme;
            ret->hash = signatures[i].hash;
            if (ret->scheme == SMIME__SCHEME_RSA_PSS) { /* RFC 8702 3.1: all goes with the SHAKE */
                ret->mgf_hash = ret->hash;
                ret->salt = (int)smime__hash_size(ret->hash);
            }
        }
    return SMIME_OK;
}

smime_status smime__algorithm_oaep(const smime__algorithm *algorithm, smime__oaep *ret,
                                   smime__buf *label, int *ret_good)
{
    smime__asn1 *asn1 = NULL;
    smime__buf source = { 0 }, text = { 0 };
    smime__der der;
    smime_status status;

    *ret_good = 0;
    memset(ret, 0, sizeof *ret);
    if (!algorithm->params.len)
        return SMIME_OK;
    status = smime__asn1_new("RSAES-OAEP-params", &asn1);
    if (status == SMIME_OK && smime__asn1_decode(asn1, algorithm->params) == SMIME_OK) {
        ret->hash = read_hash(asn1, "hashFunc", 0, SMIME__HASH_SHA1);
        ret->mgf_hash = read_hash(asn1, "maskGenFunc", 1, SMIME__HASH_SHA1);
        *ret_good = ret->hash != SMIME__HASH_NONE && ret->mgf_hash != SMIME__HASH_NONE;
        status = smime__asn1_read(asn1, "pSourceFunc.algorithm", &source);
        if (status == SMIME_OK && source.len) {
            status = smime__asn1_read(asn1, "pSourceFunc.parameters", &text);
            der = smime__der_cursor(smime__buf_view(&text));
            if (strcmp((const char *)source.data, "1.2.840.113549.1.1.9") != 0 ||
                !smime__der_take(&der, SMIME__OCTET_STRING, &ret->label) ||
                !smime__der_done(&der))
                *ret_good = 0;
            else
                status = smime__buf_add_view(label, ret->label);
            ret->label = smime__buf_view(label);
        } else if (status == SMIME_E_NOT_FOUND) {
            status = SMIME_OK;
        }
    }
    if (status == SMIME_E_NOT_FOUND) {
        *ret_good = 0;
        status = SMIME_OK;
    }
    smime__asn1_free(asn1);
    smime__buf_free(&source);
    smime__buf_free(&text);
    return status;
}

smime_status smime__algorithm_add(smime__buf *to, smime__oid oid, int with_null)
{
    size_t mark;
    smime_status status = smime__der_begin(to, SMIME__SEQUENCE, &mark);

    if (status == SMIME_OK)
        status = smime__der_add_oid(to, oid);
    if (status == SMIME_OK && with_null)
        status = smime__der_add(to, SMIME__NULL, NULL, 0);
    return status == SMIME_OK ? smime__der_end(to, mark) : status;
}

/* RFC 5754 2: parameters absent. */
smime_status smime__algorithm_add_hash(smime__buf *to, smime__hash hash)
{
    return smime__algorithm_add(to, hash_oids[hash], 0);
}

smime_status smime__algorithm_add_shake256_len(smime__buf *to)
{
    size_t mark;
    smime_status status = smime__der_begin(to, SMIME__SEQUENCE, &mark);

    if (status == SMIME_OK)
        status = smime__der_add_oid(to, SMIME__OID_SHAKE256_LEN);
    if (status == SMIME_OK)
        status = smime__der_add_small(to, 512);
    return status == SMIME_OK ? smime__der_end(to, mark) : status;
}

/* [0] hash, [1] MGF1 with its hash; the shape that PSS and OAEP share (RFC 4055). */
static smime_status add_hash_and_mask(smime__buf *to, smime__hash hash, smime__hash mgf_hash)
{
    size_t first, second, mask;
    smime_status status = smime__der_begin(to, SMIME__CONTEXT_C(0), &first);

    if (status == SMIME_OK)
        status = smime__algorithm_add(to, hash_oids[hash], 1);
    if (status == SMIME_OK)
        status = smime__der_end(to, first);
    if (status == SMIME_OK)
        status = smime__der_begin(to, SMIME__CONTEXT_C(1), &second);
    if (status == SMIME_OK)
        status = smime__der_begin(to, SMIME__SEQUENCE, &mask);
    if (status == SMIME_OK)
        status = smime__der_add_oid(to, SMIME__OID_MGF1);
    if (status == SMIME_OK)
        status = smime__algorithm_add(to, hash_oids[mgf_hash], 1);
    if (status == SMIME_OK)
        status = smime__der_end(to, mask);
    return status == SMIME_OK ? smime__der_end(to, second) : status;
}

/* [2] of RSASSA-PSS-params: the salt's length. */
static smime_status add_salt(smime__buf *to, int salt)
{
    size_t field;
    smime_status status = smime__der_begin(to, SMIME__CONTEXT_C(2), &field);

    if (status == SMIME_OK)
        status = smime__der_add_small(to, salt);
    return status == SMIME_OK ? smime__der_end(to, field) : status;
}

/* [2] of RSAES-OAEP-params: the label, which is mostly empty and then left out. */
static smime_status add_label(smime__buf *to, smime__view label)
{
    size_t field, source;
    smime_status status = smime__der_begin(to, SMIME__CONTEXT_C(2), &field);

    if (status == SMIME_OK)
        status = smime__der_begin(to, SMIME__SEQUENCE, &source);
    if (status == SMIME_OK)
        status = smime__der_add_oid(to, SMIME__OID_P_SPECIFIED);
    if (status == SMIME_OK)
        status = smime__der_add_view(to, SMIME__OCTET_STRING, label);
    if (status == SMIME_OK)
        status = smime__der_end(to, source);
    return status == SMIME_OK ? smime__der_end(to, field) : status;
}

static smime_status begin_params(smime__buf *to, smime__oid oid, smime__hash hash,
                                 smime__hash mgf_hash, size_t *ret_outer, size_t *ret_params)
{
    smime_status status = smime__der_begin(to, SMIME__SEQUENCE, ret_outer);

    if (status == SMIME_OK)
        status = smime__der_add_oid(to, oid);
    if (status == SMIME_OK)
        status = smime__der_begin(to, SMIME__SEQUENCE, ret_params);
    return status == SMIME_OK ? add_hash_and_mask(to, hash, mgf_hash) : status;
}

static smime_status end_params(smime__buf *to, size_t outer, size_t params)
{
    smime_status status = smime__der_end(to, params);

    return status == SMIME_OK ? smime__der_end(to, outer) : status;
}

smime_status smime__algorithm_add_oaep(smime__buf *to, const smime__oaep *oaep)
{
    size_t outer, params;
    smime_status status = begin_params(to, SMIME__OID_RSA_OAEP, oaep->hash, oaep->mgf_hash, &outer,
                                       &params);

    if (status == SMIME_OK && oaep->label.len)
        status = add_label(to, oaep->label);
    return status == SMIME_OK ? end_params(to, outer, params) : status;
}

static smime_status add_pss(smime__buf *to, const smime__signature_kind *how)
{
    size_t outer, params;
    smime_status status = begin_params(to, SMIME__OID_RSA_PSS, how->hash, how->mgf_hash, &outer,
                                       &params);

    if (status == SMIME_OK)
        status = add_salt(to, how->salt);
    return status == SMIME_OK ? end_params(to, outer, params) : status;
}

smime_status smime__algorithm_add_signature(smime__buf *to, const smime__signature_kind *how)
{
    switch (how->scheme) {
    case SMIME__SCHEME_RSA: /* RFC 3370 3.2: what every reader knows */
        return smime__algorithm_add(to, SMIME__OID_RSA, 1);
    case SMIME__SCHEME_RSA_PSS:
        return add_pss(to, how);
    case SMIME__SCHEME_ED25519:
        return smime__algorithm_add(to, SMIME__OID_ED25519, 0);
    case SMIME__SCHEME_ED448:
        return smime__algorithm_add(to, SMIME__OID_ED448, 0);
    default:
        for (size_t i = 0; i < sizeof signatures / sizeof signatures[0]; i++)
            if (signatures[i].scheme == how->scheme && signatures[i].hash == how->hash)
                return smime__algorithm_add(to, signatures[i].oid, 0);
        return SMIME_E_UNSUPPORTED;
    }
}
