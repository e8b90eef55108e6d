/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/privkey.h"

#include "base/refcount.h"
#include "base/secret.h"
#include "crypto/ecdh.h"
#include "crypto/gnutls_names.h"
#include "crypto/keywrap.h"
#include "crypto/random.h"

#include <gmp.h>
#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <nettle/bignum.h>
#include <nettle/rsa.h>
#include <stdlib.h>
#include <string.h>

struct smime__privkey {
    smime__refcount refs;
    gnutls_privkey_t gnutls;
    smime__key_kind kind;
    unsigned bits;
    smime__curve curve;
    uint8_t fallback[32]; /* a secret that only the private key gives */
};

static smime_status translate(int result)
{
    switch (result) {
    case GNUTLS_E_MEMORY_ERROR:
        return SMIME_E_NOMEM;
    case GNUTLS_E_DECRYPTION_FAILED:
        return SMIME_E_PASSWORD;
    default:
        return result < 0 ? SMIME_E_KEY_SYNTAX : SMIME_OK;
    }
}

static smime_status describe(smime__privkey *key)
{
    switch (gnutls_privkey_get_pk_algorithm(key->gnutls, &key->bits)) {
    case GNUTLS_PK_RSA:
        key->kind = SMIME__KEY_RSA;
        break;
    case GNUTLS_PK_RSA_PSS:
        key->kind = SMIME__KEY_RSA_PSS;
        break;
    case GNUTLS_PK_ECDSA: {
        gnutls_ecc_curve_t curve;
        key->kind = SMIME__KEY_EC;
        if (gnutls_privkey_export_ecc_raw2(key->gnutls, &curve, NULL, NULL, NULL, 0) >= 0)
            key->curve = curve == GNUTLS_ECC_CURVE_SECP256R1   ? SMIME__CURVE_P256
                         : curve == GNUTLS_ECC_CURVE_SECP384R1 ? SMIME__CURVE_P384
                         : curve == GNUTLS_ECC_CURVE_SECP521R1 ? SMIME__CURVE_P521
                                                               : SMIME__CURVE_NONE;
        break;
    }
    case GNUTLS_PK_EDDSA_ED25519:
        key->kind = SMIME__KEY_ED25519;
        break;
    case GNUTLS_PK_EDDSA_ED448:
        key->kind = SMIME__KEY_ED448;
        break;
    case GNUTLS_PK_ECDH_X25519:
        key->kind = SMIME__KEY_X25519;
        key->curve = SMIME__CURVE_X25519;
        break;
    case GNUTLS_PK_ECDH_X448:
        key->kind = SMIME__KEY_X448;
        key->curve = SMIME__CURVE_X448;
        break;
    case GNUTLS_PK_DSA:
        key->kind = SMIME__KEY_DSA;
        break;
    default:
        return SMIME_E_UNSUPPORTED;
    }
    return SMIME_OK;
}

static smime_status derive_fallback(smime__privkey *key, gnutls_x509_privkey_t x509)
{
    gnutls_datum_t der = { NULL, 0 };
    smime_status status = SMIME_E_CRYPTO;

    if (gnutls_x509_privkey_export2(x509, GNUTLS_X509_FMT_DER, &der) >= 0)
        status = smime__digest_once(SMIME__HASH_SHA256, der.data, der.size, key->fallback);
    if (der.data)
        smime__wipe(der.data, der.size);
    gnutls_free(der.data);
    return status;
}

smime_status smime__privkey_fallback(const smime__privkey *key, smime__view about, uint8_t *to,
                                     size_t len)
{
    return smime__x963_kdf(SMIME__HASH_SHA256, key->fallback, sizeof key->fallback, about, to,
                           len);
}

smime_status smime__privkey_new(smime__view data, const char *password, smime__privkey **ret_key)
{
    gnutls_datum_t datum = { (unsigned char *)(uintptr_t)data.data, (unsigned)data.len };
    int pem = data.len > 10 && !memcmp(data.data, "-----BEGIN", 10);
    smime__privkey *key = calloc(1, sizeof *key);
    gnutls_x509_privkey_t x509 = NULL;
    smime_status status;
    int result;

    if (!key)
        return SMIME_E_NOMEM;
    smime__ref_init(&key->refs);
    result = gnutls_x509_privkey_init(&x509);
    if (result >= 0)
        result = gnutls_x509_privkey_import2(
            x509, &datum, pem ? GNUTLS_X509_FMT_PEM : GNUTLS_X509_FMT_DER, password,
            password ? 0 : GNUTLS_PKCS_PLAIN);
    if (result >= 0)
        result = gnutls_privkey_init(&key->gnutls);
    if (result >= 0)
        result = gnutls_privkey_import_x509(key->gnutls, x509, GNUTLS_PRIVKEY_IMPORT_COPY);
    status = translate(result);
    if (status == SMIME_OK)
        status = describe(key);
    if (status == SMIME_OK)
        status = derive_fallback(key, x509);
    if (x509)
        gnutls_x509_privkey_deinit(x509);
    if (status < 0) {
        smime__privkey_free(key);
        return status;
    }
    *ret_key = key;
    return SMIME_OK;
}

smime__privkey *smime__privkey_ref(smime__privkey *key)
{
    smime__ref_up(&key->refs);
    return key;
}

void smime__privkey_free(smime__privkey *key)
{
    if (!key || !smime__ref_down(&key->refs))
        return;
    if (key->gnutls)
        gnutls_privkey_deinit(key->gnutls);
    smime__wipe(key->fallback, sizeof key->fallback);
    free(key);
}

smime__key_kind smime__privkey_kind(const smime__privkey *key)
{
    return key->kind;
}

unsigned smime__privkey_bits(const smime__privkey *key)
{
    return key->bits;
}

smime__curve smime__privkey_curve(const smime__privkey *key)
{
    return key->curve;
}

int smime__privkey_matches(const smime__privkey *key, const smime__pubkey *public_key)
{
    unsigned char own[64], other[64];
    size_t own_len = sizeof own, other_len = sizeof other;
    gnutls_pubkey_t derived = NULL;
    int same = 0;

    if (gnutls_pubkey_init(&derived) < 0)
        return 0;
    if (gnutls_pubkey_import_privkey(derived, key->gnutls, 0, 0) >= 0 &&
        gnutls_pubkey_get_key_id(derived, GNUTLS_KEYID_USE_SHA256, own, &own_len) >= 0 &&
        gnutls_pubkey_get_key_id(smime__pubkey_gnutls(public_key), GNUTLS_KEYID_USE_SHA256,
                                 other, &other_len) >= 0)
        same = own_len == other_len && !memcmp(own, other, own_len);
    gnutls_pubkey_deinit(derived);
    return same;
}

smime_status smime__privkey_sign(const smime__privkey *key, const smime__signature_kind *how,
                                 smime__view data, int is_digest, smime__buf *to)
{
    gnutls_datum_t bytes = { (unsigned char *)(uintptr_t)data.data, (unsigned)data.len };
    gnutls_datum_t signature = { NULL, 0 };
    gnutls_sign_algorithm_t algorithm = smime__gnutls_signature(how);
    uint8_t digest[SMIME__DIGEST_MAX];
    smime_status status;
    int result;

    if (algorithm == GNUTLS_SIGN_UNKNOWN)
        return SMIME_E_UNSUPPORTED;
    if (smime__hash_is_shake(how->hash) && how->scheme != SMIME__SCHEME_ECDSA &&
        how->scheme != SMIME__SCHEME_ED448)
        return SMIME_E_UNSUPPORTED;
    if (smime__hash_is_shake(how->hash) && how->scheme == SMIME__SCHEME_ECDSA && !is_digest) {
        status = smime__digest_once(how->hash, data.data, data.len, digest);
        if (status < 0)
            return status;
        bytes.data = digest; /* GnuTLS has no SHAKE */
        bytes.size = (unsigned)smime__hash_size(how->hash);
        is_digest = 1;
    }
    result = is_digest
                 ? gnutls_privkey_sign_hash2(key->gnutls, algorithm, 0, &bytes, &signature)
                 : gnutls_privkey_sign_data2(key->gnutls, algorithm, 0, &bytes, &signature);
    if (result < 0)
        return SMIME_E_CRYPTO;
    status = smime__buf_add(to, signature.data, signature.size);
    gnutls_free(signature.data);
    return status;
}

smime_status smime__privkey_decrypt(const smime__privkey *key, smime__view wrapped, uint8_t *to,
                                    size_t len)
{
    gnutls_datum_t cipher = { (unsigned char *)(uintptr_t)wrapped.data, (unsigned)wrapped.len };
    uint8_t candidate[64];
    unsigned good;

    if (key->kind != SMIME__KEY_RSA || len > sizeof candidate)
        return SMIME_E_UNSUPPORTED;
    memcpy(candidate, to, len);
    /* constant time for a key in memory; the result is used without a branch */
    good = 1 ^ ((unsigned)gnutls_privkey_decrypt_data2(key->gnutls, 0, &cipher, candidate, len) >>
                31);
    smime__secret_select(smime__mask(good), to, candidate, len);
    smime__wipe(candidate, sizeof candidate);
    return SMIME_OK;
}

typedef struct rsa_parts {
    struct rsa_public_key public_key;
    struct rsa_private_key private_key;
} rsa_parts;

/* GMP frees numbers as they are. */
static void wipe_number(mpz_t number)
{
    size_t limbs = mpz_size(number);

    if (limbs)
        smime__wipe(mpz_limbs_modify(number, (mp_size_t)limbs), limbs * sizeof(mp_limb_t));
    mpz_set_ui(number, 0);
}

static void clear_parts(rsa_parts *parts)
{
    wipe_number(parts->private_key.d);
    wipe_number(parts->private_key.p);
    wipe_number(parts->private_key.q);
    wipe_number(parts->private_key.a);
    wipe_number(parts->private_key.b);
    wipe_number(parts->private_key.c);
    rsa_public_key_clear(&parts->public_key);
    rsa_private_key_clear(&parts->private_key);
}

static void set_part(mpz_t to, gnutls_datum_t *from)
{
    nettle_mpz_set_str_256_u(to, from->size, from->data);
    smime__wipe(from->data, from->size);
    gnutls_free(from->data);
}

static smime_status export_rsa(const smime__privkey *key, rsa_parts *parts)
{
    gnutls_datum_t m, e, d, p, q, u, e1, e2;

    if (gnutls_privkey_export_rsa_raw2(key->gnutls, &m, &e, &d, &p, &q, &u, &e1, &e2, 0) < 0)
        return SMIME_E_CRYPTO;
    rsa_public_key_init(&parts->public_key);
    rsa_private_key_init(&parts->private_key);
    set_part(parts->public_key.n, &m);
    set_part(parts->public_key.e, &e);
    set_part(parts->private_key.d, &d);
    set_part(parts->private_key.p, &p);
    set_part(parts->private_key.q, &q);
    set_part(parts->private_key.c, &u);
    set_part(parts->private_key.a, &e1);
    set_part(parts->private_key.b, &e2);
    if (rsa_public_key_prepare(&parts->public_key) &&
        rsa_private_key_prepare(&parts->private_key))
        return SMIME_OK;
    clear_parts(parts);
    return SMIME_E_CRYPTO;
}

static void nettle_random(void *ctx, size_t len, uint8_t *to)
{
    smime_status status = smime__random_key(to, len);

    if (status < 0)
        *(smime_status *)ctx = status;
}

/* The RSA private operation with blinding; @p block has the size of the modulus. What is no number
 * below the modulus, or fails, gives *ret_good 0 and a block of zeros, which ends as bad padding. */
static smime_status rsa_private(const smime__privkey *key, smime__view in, uint8_t *block,
                                size_t size, int *ret_good)
{
    rsa_parts parts;
    smime_status random_status = SMIME_OK;
    smime_status status = export_rsa(key, &parts);
    mpz_t value, root;

    if (status < 0)
        return status;
    nettle_mpz_init_set_str_256_u(value, in.len, in.data);
    mpz_init(root);
    /* RFC 8017 7.1.2 step 1b: the length is everybody's to see, and ends as bad padding does */
    *ret_good = in.len == size && mpz_cmp(value, parts.public_key.n) < 0 &&
                rsa_compute_root_tr(&parts.public_key, &parts.private_key, &random_status,
                                    nettle_random, root, value);
    if (!*ret_good)
        mpz_set_ui(root, 0);
    nettle_mpz_get_str_256(size, block, root);
    status = random_status;
    wipe_number(root);
    mpz_clears(value, root, NULL);
    clear_parts(&parts);
    return status;
}

smime_status smime__privkey_decrypt_oaep(const smime__privkey *key, const smime__oaep *oaep,
                                         smime__view wrapped, uint8_t *to, size_t len)
{
    size_t size = (key->bits + 7) / 8;
    smime__buf block = { .secret = 1 };
    unsigned good;
    int computed;
    smime_status status;

    if (key->kind != SMIME__KEY_RSA)
        return SMIME_E_UNSUPPORTED;
    status = smime__buf_reserve(&block, size);
    if (status == SMIME_OK)
        status = rsa_private(key, wrapped, block.data, size, &computed);
    if (status == SMIME_OK)
        status = smime__oaep_unpad(oaep, block.data, size, to, len, &good);
    smime__buf_free(&block);
    return status;
}

smime_status smime__privkey_decapsulate(const smime__privkey *key, smime__view ciphertext,
                                        smime__buf *ret_z)
{
    size_t size = (key->bits + 7) / 8;
    int computed = 0;
    smime_status status;

    if (key->kind != SMIME__KEY_RSA)
        return SMIME_E_UNSUPPORTED;
    if (ciphertext.len != size)
        return SMIME_E_INVALID_ARG;
    ret_z->secret = 1;
    status = smime__buf_reserve(ret_z, size);
    if (status == SMIME_OK)
        status = rsa_private(key, ciphertext, ret_z->data, size, &computed);
    if (status == SMIME_OK && !computed)
        status = SMIME_E_INVALID_ARG; /* no padding would show it: zeros are a secret that all know */
    if (status == SMIME_OK)
        ret_z->len = size;
    return status;
}

smime_status smime__privkey_agree(const smime__privkey *key, smime__view point,
                                  smime__buf *ret_secret)
{
    gnutls_ecc_curve_t curve;
    gnutls_datum_t k = { NULL, 0 };
    smime_status status;

    if (key->curve == SMIME__CURVE_NONE)
        return SMIME_E_UNSUPPORTED;
    if (gnutls_privkey_export_ecc_raw2(key->gnutls, &curve, NULL, NULL, &k, 0) < 0)
        return SMIME_E_CRYPTO;
    status = smime__ecdh_agree(key->curve, smime__view_of(k.data, k.size), point, ret_secret);
    smime__wipe(k.data, k.size);
    gnutls_free(k.data);
    return status;
}
