/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/pubkey.h"

#include "base/secret.h"
#include "crypto/ecdh.h"
#include "crypto/gnutls_names.h"
#include "crypto/pss.h"
#include "crypto/random.h"

#include <gmp.h>
#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <nettle/bignum.h>
#include <stdlib.h>
#include <string.h>

struct smime__pubkey {
    gnutls_pubkey_t gnutls;
    smime__key_kind kind;
    unsigned bits;
    smime__curve curve;
    smime__view spki; /* a copy, owned */
};

static smime__key_kind kind_of(int algorithm)
{
    switch (algorithm) {
    case GNUTLS_PK_RSA:
        return SMIME__KEY_RSA;
    case GNUTLS_PK_RSA_PSS:
        return SMIME__KEY_RSA_PSS;
    case GNUTLS_PK_ECDSA:
        return SMIME__KEY_EC;
    case GNUTLS_PK_EDDSA_ED25519:
        return SMIME__KEY_ED25519;
    case GNUTLS_PK_EDDSA_ED448:
        return SMIME__KEY_ED448;
    case GNUTLS_PK_ECDH_X25519:
        return SMIME__KEY_X25519;
    case GNUTLS_PK_ECDH_X448:
        return SMIME__KEY_X448;
    case GNUTLS_PK_DSA:
        return SMIME__KEY_DSA;
    default:
        return SMIME__KEY_UNKNOWN;
    }
}

const char *smime__key_kind_name(smime__key_kind kind)
{
    static const char *const names[] = { "unknown", "rsa",   "rsa-pss", "rsa-oaep", "ecdsa",
                                         "ed25519", "ed448", "x25519",  "x448",     "dsa" };
    return names[kind];
}

const char *smime__scheme_name(smime__scheme scheme)
{
    static const char *const names[] = { "unknown", "rsa-v1.5", "rsa-pss", "ecdsa",
                                         "ed25519", "ed448",    "dsa" };
    return names[scheme];
}

static smime__curve curve_of(gnutls_pubkey_t key)
{
    gnutls_ecc_curve_t curve;

    if (gnutls_pubkey_export_ecc_raw2(key, &curve, NULL, NULL, 0) < 0)
        return SMIME__CURVE_NONE;
    switch (curve) {
    case GNUTLS_ECC_CURVE_SECP256R1:
        return SMIME__CURVE_P256;
    case GNUTLS_ECC_CURVE_SECP384R1:
        return SMIME__CURVE_P384;
    case GNUTLS_ECC_CURVE_SECP521R1:
        return SMIME__CURVE_P521;
    case GNUTLS_ECC_CURVE_X25519:
        return SMIME__CURVE_X25519;
    case GNUTLS_ECC_CURVE_X448:
        return SMIME__CURVE_X448;
    default:
        return SMIME__CURVE_NONE;
    }
}

smime_status smime__pubkey_new(smime__view spki, smime__pubkey **ret_key)
{
    smime__pubkey *key = calloc(1, sizeof *key);
    gnutls_datum_t datum = { (unsigned char *)(uintptr_t)spki.data, (unsigned)spki.len };
    int result;

    if (!key)
        return SMIME_E_NOMEM;
    key->spki = smime__view_of(smime__dup(spki.data, spki.len), spki.len);
    result = key->spki.data ? gnutls_pubkey_init(&key->gnutls) : GNUTLS_E_MEMORY_ERROR;
    if (result >= 0)
        result = gnutls_pubkey_import(key->gnutls, &datum, GNUTLS_X509_FMT_DER);
    if (result < 0) {
        smime__pubkey_free(key);
        if (result == GNUTLS_E_MEMORY_ERROR)
            return SMIME_E_NOMEM;
        return result == GNUTLS_E_UNIMPLEMENTED_FEATURE ||
                       result == GNUTLS_E_UNKNOWN_PK_ALGORITHM ||
                       result == GNUTLS_E_ECC_UNSUPPORTED_CURVE
                   ? SMIME_E_UNSUPPORTED
                   : SMIME_E_INVALID_ARG;
    }
    key->kind = kind_of(gnutls_pubkey_get_pk_algorithm(key->gnutls, &key->bits));
    if (key->kind == SMIME__KEY_EC || key->kind == SMIME__KEY_X25519 ||
        key->kind == SMIME__KEY_X448)
        key->curve = curve_of(key->gnutls);
    *ret_key = key;
    return SMIME_OK;
}

void smime__pubkey_free(smime__pubkey *key)
{
    if (!key)
        return;
    if (key->gnutls)
        gnutls_pubkey_deinit(key->gnutls);
    free((void *)(uintptr_t)key->spki.data);
    free(key);
}

smime__key_kind smime__pubkey_kind(const smime__pubkey *key)
{
    return key->kind;
}

unsigned smime__pubkey_bits(const smime__pubkey *key)
{
    return key->bits;
}

smime__curve smime__pubkey_curve(const smime__pubkey *key)
{
    return key->curve;
}

struct gnutls_pubkey_st *smime__pubkey_gnutls(const smime__pubkey *key)
{
    return key->gnutls;
}

int smime__pubkey_exponent_sane(const smime__pubkey *key)
{
    gnutls_datum_t m = { NULL, 0 }, e = { NULL, 0 };
    int sane = 0;

    if (gnutls_pubkey_export_rsa_raw2(key->gnutls, &m, &e, GNUTLS_EXPORT_FLAG_NO_LZ) < 0)
        return 0;
    if (e.size >= 1 && e.size <= 4)
        sane = (e.data[e.size - 1] & 1) && !(e.size == 1 && e.data[0] == 1);
    gnutls_free(m.data);
    gnutls_free(e.data);
    return sane;
}

static int scheme_fits(const smime__pubkey *key, smime__scheme scheme)
{
    switch (scheme) {
    case SMIME__SCHEME_RSA:
        return key->kind == SMIME__KEY_RSA;
    case SMIME__SCHEME_RSA_PSS:
        return key->kind == SMIME__KEY_RSA || key->kind == SMIME__KEY_RSA_PSS;
    case SMIME__SCHEME_ECDSA:
        return key->kind == SMIME__KEY_EC;
    case SMIME__SCHEME_ED25519:
        return key->kind == SMIME__KEY_ED25519;
    case SMIME__SCHEME_ED448:
        return key->kind == SMIME__KEY_ED448;
    case SMIME__SCHEME_DSA:
        return key->kind == SMIME__KEY_DSA;
    default:
        return 0;
    }
}

/* Whether the parameters of the key name a mask; GnuTLS reads a key whose mask is left out, or has
 * the hash of the message, and does not tell which. */
static int names_mask(const smime__pubkey *key)
{
    static const uint8_t mgf1[] = { 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
                                    0xf7, 0x0d, 0x01, 0x01, 0x08 };
    size_t end = 0;

    /* SEQUENCE of a modulus, so with two bytes of length; AlgorithmIdentifier */
    if (key->spki.len > 6 && key->spki.data[1] == 0x82 && key->spki.data[5] < 0x80)
        end = 6 + key->spki.data[5];
    for (size_t at = 6; at + sizeof mgf1 <= end && end <= key->spki.len; at++)
        if (!memcmp(key->spki.data + at, mgf1, sizeof mgf1))
            return 1;
    return 0;
}

/* RFC 4055 1.2: a key with parameters is for signatures with these hashes and no shorter salt. */
static int allows_pss(const smime__pubkey *key, const smime__signature_kind *how)
{
    gnutls_x509_spki_t spki = NULL;
    gnutls_digest_algorithm_t digest = GNUTLS_DIG_UNKNOWN;
    unsigned salt = 0;
    int allowed = 1;

    if (key->kind != SMIME__KEY_RSA_PSS)
        return 1;
    if (gnutls_x509_spki_init(&spki) < 0)
        return 0;
    if (gnutls_pubkey_get_spki(key->gnutls, spki, 0) >= 0 &&
        gnutls_x509_spki_get_rsa_pss_params(spki, &digest, &salt) >= 0 &&
        digest != GNUTLS_DIG_UNKNOWN)
        allowed = digest == smime__gnutls_digest(how->hash) && how->salt >= (int)salt &&
                  how->mgf_hash == (names_mask(key) ? how->hash : SMIME__HASH_SHA1);
    gnutls_x509_spki_deinit(spki);
    return allowed;
}

/* A positive INTEGER in DER at the start of @p der, which is then what follows it. */
static int take_integer(smime__view *der)
{
    size_t len;

    if (der->len < 3 || der->data[0] != 0x02)
        return 0;
    len = der->data[1]; /* no curve has numbers over 127 bytes */
    if (!len || len > 127 || len > der->len - 2 || der->data[2] & 0x80)
        return 0;
    if (len > 1 && der->data[2] == 0 && !(der->data[3] & 0x80))
        return 0;
    *der = smime__view_of(der->data + 2 + len, der->len - 2 - len);
    return 1;
}

/* SEQUENCE { r, s } and nothing else. */
static int is_der_pair(smime__view der)
{
    size_t head = der.len < 130 ? 2 : 3;

    if (der.len < head || der.len > 258 || der.data[0] != 0x30 ||
        der.data[head - 1] != der.len - head)
        return 0;
    if (head == 3 && (der.data[1] != 0x81 || der.data[2] < 0x80)) /* the shortest form */
        return 0;
    der = smime__view_of(der.data + head, der.len - head);
    return take_integer(&der) && take_integer(&der) && !der.len;
}

/* GnuTLS reads ECDSA signatures as BER, and Nettle 3.8 overlooks the last byte of an Ed448 one: with
 * either, one signature could be written in several ways. */
static int is_canonical(smime__scheme scheme, smime__view signature)
{
    if (scheme == SMIME__SCHEME_ED448)
        return signature.len == 114 && signature.data[113] == 0;
    return (scheme != SMIME__SCHEME_ECDSA && scheme != SMIME__SCHEME_DSA) || is_der_pair(signature);
}

/* The RSA public operation on a block as long as the modulus, in place. 0 when the block is no
 * residue. */
static smime_status rsa_public(const smime__pubkey *key, int secret, uint8_t *block, size_t len,
                               int *ret_fits)
{
    gnutls_datum_t m = { NULL, 0 }, e = { NULL, 0 };
    mpz_t n, exponent, value;

    if (gnutls_pubkey_export_rsa_raw2(key->gnutls, &m, &e, GNUTLS_EXPORT_FLAG_NO_LZ) < 0)
        return SMIME_E_CRYPTO;
    nettle_mpz_init_set_str_256_u(n, m.size, m.data);
    nettle_mpz_init_set_str_256_u(exponent, e.size, e.data);
    nettle_mpz_init_set_str_256_u(value, len, block);
    *ret_fits = mpz_cmp(value, n) < 0;
    if (*ret_fits && secret) /* the variant without branches on the base */
        mpz_powm_sec(value, value, exponent, n);
    else if (*ret_fits)
        mpz_powm(value, value, exponent, n);
    nettle_mpz_get_str_256(len, block, value);
    mpz_clears(n, exponent, value, NULL);
    gnutls_free(m.data);
    gnutls_free(e.data);
    return SMIME_OK;
}

/* GnuTLS knows one hash for the message and the mask; RFC 4055 has two. */
static int verify_pss(const smime__pubkey *key, const smime__signature_kind *how,
                      smime__view data, int is_digest, smime__view signature)
{
    size_t len = (key->bits + 7) / 8;
    uint8_t digest[SMIME__DIGEST_MAX];
    uint8_t *block;
    int good = 0, fits = 0;

    if (signature.len != len || how->salt < 0 || (is_digest && data.len != smime__hash_size(how->hash)) ||
        !(block = smime__dup(signature.data, len)))
        return 0;
    if (is_digest)
        memcpy(digest, data.data, data.len);
    if ((is_digest || smime__digest_once(how->hash, data.data, data.len, digest) == SMIME_OK) &&
        rsa_public(key, 0, block, len, &fits) == SMIME_OK && fits &&
        smime__pss_check(how->hash, how->mgf_hash, (size_t)how->salt, digest, block, key->bits,
                         &good) < 0)
        good = 0;
    free(block);
    return good;
}

/* GnuTLS has no SHAKE; it is given the digest. */
static int verify_shake(const smime__pubkey *key, const smime__signature_kind *how,
                        smime__view data, smime__view signature)
{
    uint8_t digest[SMIME__DIGEST_MAX];

    return smime__digest_once(how->hash, data.data, data.len, digest) == SMIME_OK &&
           smime__pubkey_verify(key, how, smime__view_of(digest, smime__hash_size(how->hash)), 1,
                                signature);
}

int smime__pubkey_verify(const smime__pubkey *key, const smime__signature_kind *how,
                         smime__view data, int is_digest, smime__view signature)
{
    gnutls_datum_t bytes = { (unsigned char *)(uintptr_t)data.data, (unsigned)data.len };
    gnutls_datum_t sig = { (unsigned char *)(uintptr_t)signature.data,
                           (unsigned)signature.len };
    gnutls_sign_algorithm_t algorithm;
    int result;

    if (!scheme_fits(key, how->scheme) || data.len > UINT32_MAX || !signature.len ||
        signature.len > 65536 || !is_canonical(how->scheme, signature))
        return 0;
    if (how->scheme == SMIME__SCHEME_RSA_PSS)
        return allows_pss(key, how) && verify_pss(key, how, data, is_digest, signature);
    if (how->scheme == SMIME__SCHEME_ECDSA && smime__hash_is_shake(how->hash) && !is_digest)
        return verify_shake(key, how, data, signature);
    algorithm = smime__gnutls_signature(how);
    if (algorithm == GNUTLS_SIGN_UNKNOWN)
        return 0;
    /* which algorithms are good enough is the policy's decision, made before */
    result = is_digest ? gnutls_pubkey_verify_hash2(key->gnutls, algorithm,
                                                    GNUTLS_VERIFY_ALLOW_BROKEN, &bytes, &sig)
                       : gnutls_pubkey_verify_data2(key->gnutls, algorithm,
                                                    GNUTLS_VERIFY_ALLOW_BROKEN, &bytes, &sig);
    return result >= 0;
}

smime_status smime__pubkey_encrypt(const smime__pubkey *key, const uint8_t *secret, size_t len,
                                   smime__buf *to)
{
    gnutls_datum_t plain = { (unsigned char *)(uintptr_t)secret, (unsigned)len };
    gnutls_datum_t cipher = { NULL, 0 };
    smime_status status;

    if (key->kind != SMIME__KEY_RSA)
        return SMIME_E_UNSUPPORTED;
    if (gnutls_pubkey_encrypt_data(key->gnutls, 0, &plain, &cipher) < 0)
        return SMIME_E_CRYPTO;
    status = smime__buf_add(to, cipher.data, cipher.size);
    gnutls_free(cipher.data);
    return status;
}

smime_status smime__pubkey_encrypt_oaep(const smime__pubkey *key, const smime__oaep *oaep,
                                        const uint8_t *secret, size_t len, smime__buf *to)
{
    size_t size = (key->bits + 7) / 8;
    size_t start = to->len;
    int fits; /* the block begins with a zero byte */
    smime_status status;

    if (key->kind != SMIME__KEY_RSA)
        return SMIME_E_UNSUPPORTED;
    status = smime__buf_reserve(to, size);
    if (status < 0)
        return status;
    status = smime__oaep_pad(oaep, secret, len, to->data + start, size);
    if (status == SMIME_OK)
        status = rsa_public(key, 1, to->data + start, size, &fits);
    if (status == SMIME_OK)
        to->len += size;
    return status;
}

smime_status smime__pubkey_encapsulate(const smime__pubkey *key, smime__buf *ret_ciphertext,
                                       smime__buf *ret_z)
{
    size_t size = (key->bits + 7) / 8;
    int fits = 0;
    smime_status status;

    if (key->kind != SMIME__KEY_RSA)
        return SMIME_E_UNSUPPORTED;
    ret_z->secret = 1;
    status = smime__buf_reserve(ret_z, size);
    if (status == SMIME_OK)
        status = smime__buf_reserve(ret_ciphertext, size);
    /* below the modulus: drawn again until it is, which half of the numbers are at least */
    while (status == SMIME_OK && !fits) {
        status = smime__random_key(ret_z->data, size);
        ret_z->data[0] &= (uint8_t)(0xff >> (8 * size - key->bits));
        memcpy(ret_ciphertext->data, ret_z->data, size);
        if (status == SMIME_OK)
            status = rsa_public(key, 1, ret_ciphertext->data, size, &fits);
    }
    if (status == SMIME_OK)
        ret_z->len = ret_ciphertext->len = size;
    return status;
}

smime_status smime__pubkey_agree(const smime__pubkey *key, smime__buf *ret_point,
                                 smime__buf *ret_secret)
{
    gnutls_datum_t x = { NULL, 0 }, y = { NULL, 0 };
    gnutls_ecc_curve_t curve;
    smime_status status;

    if (key->curve == SMIME__CURVE_NONE)
        return SMIME_E_UNSUPPORTED;
    if (gnutls_pubkey_export_ecc_raw2(key->gnutls, &curve, &x, &y, GNUTLS_EXPORT_FLAG_NO_LZ) < 0)
        return SMIME_E_CRYPTO;
    status = smime__ecdh_ephemeral(key->curve, smime__view_of(x.data, x.size),
                                   smime__view_of(y.data, y.size), ret_point, ret_secret);
    gnutls_free(x.data);
    gnutls_free(y.data);
    return status;
}
