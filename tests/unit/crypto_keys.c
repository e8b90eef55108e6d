/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Public and private keys: reading, signatures, key transport, key agreement. */
#include "unit.h"

#include "certs.h"
#include "crypto/ecdh.h"
#include "crypto/privkey.h"

#include <gnutls/abstract.h>

static struct pair {
    gnutls_x509_privkey_t gnutls;
    smime__privkey *private_key;
    smime__pubkey *public_key;
} pair;

static void make(gnutls_pk_algorithm_t kind, unsigned bits)
{
    gnutls_datum_t pkcs8, spki;
    gnutls_pubkey_t pubkey;
    gnutls_privkey_t privkey;

    pair.gnutls = certs_key(kind, bits);
    pkcs8 = certs_pkcs8(pair.gnutls, NULL, 0);
    ck_ok(smime__privkey_new(smime__view_of(pkcs8.data, pkcs8.size), NULL, &pair.private_key));
    gnutls_free(pkcs8.data);
    ck_assert_int_ge(gnutls_pubkey_init(&pubkey), 0);
    ck_assert_int_ge(gnutls_privkey_init(&privkey), 0);
    ck_assert_int_ge(gnutls_privkey_import_x509(privkey, pair.gnutls, 0), 0);
    ck_assert_int_ge(gnutls_pubkey_import_privkey(pubkey, privkey, 0, 0), 0);
    ck_assert_int_ge(gnutls_pubkey_export2(pubkey, GNUTLS_X509_FMT_DER, &spki), 0);
    ck_ok(smime__pubkey_new(smime__view_of(spki.data, spki.size), &pair.public_key));
    gnutls_free(spki.data);
    gnutls_privkey_deinit(privkey);
    gnutls_pubkey_deinit(pubkey);
}

static void teardown(void)
{
    smime__privkey_free(pair.private_key);
    smime__pubkey_free(pair.public_key);
    if (pair.gnutls)
        gnutls_x509_privkey_deinit(pair.gnutls);
    memset(&pair, 0, sizeof pair);
}

#define P256 GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1)
#define P384 GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP384R1)
#define P521 GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP521R1)

static const struct {
    gnutls_pk_algorithm_t kind;
    unsigned bits;
    smime__key_kind want;
    smime__curve curve;
    unsigned want_bits;
} kinds[] = {
    {GNUTLS_PK_RSA, 2048, SMIME__KEY_RSA, SMIME__CURVE_NONE, 2048},
    {GNUTLS_PK_RSA_PSS, 2048, SMIME__KEY_RSA_PSS, SMIME__CURVE_NONE, 2048},
    {GNUTLS_PK_EC, P256, SMIME__KEY_EC, SMIME__CURVE_P256, 256},
    {GNUTLS_PK_EC, P384, SMIME__KEY_EC, SMIME__CURVE_P384, 384},
    {GNUTLS_PK_EC, P521, SMIME__KEY_EC, SMIME__CURVE_P521, 521},
    {GNUTLS_PK_EDDSA_ED25519, 0, SMIME__KEY_ED25519, SMIME__CURVE_NONE, 256},
    {GNUTLS_PK_EDDSA_ED448, 0, SMIME__KEY_ED448, SMIME__CURVE_NONE, 0},
};

START_TEST(keys_are_described)
{
    make(kinds[_i].kind, kinds[_i].bits);
    ck_assert_int_eq(smime__privkey_kind(pair.private_key), kinds[_i].want);
    ck_assert_int_eq(smime__pubkey_kind(pair.public_key), kinds[_i].want);
    ck_assert_int_eq(smime__privkey_curve(pair.private_key), kinds[_i].curve);
    ck_assert_int_eq(smime__pubkey_curve(pair.public_key), kinds[_i].curve);
    if (kinds[_i].want_bits) {
        /* GnuTLS rounds P-521 up to whole bytes */
        ck_assert_uint_eq((smime__privkey_bits(pair.private_key) + 7) / 8,
                          (kinds[_i].want_bits + 7) / 8);
        ck_assert_uint_eq((smime__pubkey_bits(pair.public_key) + 7) / 8,
                          (kinds[_i].want_bits + 7) / 8);
    }
    ck_assert(smime__privkey_matches(pair.private_key, pair.public_key));
    if (kinds[_i].want == SMIME__KEY_RSA)
        ck_assert(smime__pubkey_exponent_sane(pair.public_key));
}
END_TEST

START_TEST(key_of_another_does_not_match)
{
    struct pair first;

    make(GNUTLS_PK_EC, P256);
    first = pair;
    make(GNUTLS_PK_EC, P256);
    ck_assert(!smime__privkey_matches(pair.private_key, first.public_key));
    smime__privkey_free(first.private_key);
    smime__pubkey_free(first.public_key);
    gnutls_x509_privkey_deinit(first.gnutls);
}
END_TEST

START_TEST(passwords_of_keys)
{
    smime__privkey *key = NULL;
    gnutls_datum_t sealed;
    smime__view view;

    make(GNUTLS_PK_EC, P256);
    sealed = certs_pkcs8(pair.gnutls, "secret", GNUTLS_PKCS_PBES2_AES_256);
    view = smime__view_of(sealed.data, sealed.size);
    ck_assert_int_eq(smime__privkey_new(view, "wrong", &key), SMIME_E_PASSWORD);
    ck_assert_int_eq(smime__privkey_new(view, NULL, &key), SMIME_E_PASSWORD);
    ck_assert_int_eq(smime__privkey_new(view, "", &key), SMIME_E_PASSWORD);
    ck_assert_ptr_null(key);
    ck_ok(smime__privkey_new(view, "secret", &key));
    ck_assert(smime__privkey_matches(key, pair.public_key));
    smime__privkey_ref(key);
    smime__privkey_free(key);
    ck_assert(smime__privkey_matches(key, pair.public_key)); /* one reference is left */
    smime__privkey_free(key);
    gnutls_free(sealed.data);
    smime__privkey_free(NULL);
}
END_TEST

START_TEST(what_is_no_key)
{
    smime__privkey *key = NULL;
    smime__pubkey *public_key = NULL;
    gnutls_datum_t pkcs8;

    ck_assert_int_eq(smime__privkey_new(smime__view_text("nonsense"), NULL, &key),
                     SMIME_E_KEY_SYNTAX);
    ck_assert_int_eq(smime__privkey_new(smime__view_text(""), NULL, &key), SMIME_E_KEY_SYNTAX);
    ck_assert_int_lt(smime__pubkey_new(smime__view_text("nonsense"), &public_key), 0);
    make(GNUTLS_PK_EC, P256);
    pkcs8 = certs_pkcs8(pair.gnutls, NULL, 0);
    for (size_t len = 1; len < pkcs8.size; len++) {
        uint8_t *exact = malloc(len);

        memcpy(exact, pkcs8.data, len);
        ck_assert_int_lt(smime__privkey_new(smime__view_of(exact, len), NULL, &key), 0);
        free(exact);
    }
    ck_assert_ptr_null(key);
    ck_assert_ptr_null(public_key);
    gnutls_free(pkcs8.data);
}
END_TEST

static const struct {
    gnutls_pk_algorithm_t kind;
    unsigned bits;
    smime__signature_kind how;
    int digest_too;
} schemes[] = {
    {GNUTLS_PK_RSA, 2048, {SMIME__SCHEME_RSA, SMIME__HASH_SHA256, 0, 0}, 1},
    {GNUTLS_PK_RSA, 2048, {SMIME__SCHEME_RSA, SMIME__HASH_SHA384, 0, 0}, 1},
    {GNUTLS_PK_RSA, 2048, {SMIME__SCHEME_RSA, SMIME__HASH_SHA512, 0, 0}, 1},
    {GNUTLS_PK_RSA, 2048, {SMIME__SCHEME_RSA_PSS, SMIME__HASH_SHA256, SMIME__HASH_SHA256, 32}, 1},
    {GNUTLS_PK_RSA, 2048, {SMIME__SCHEME_RSA_PSS, SMIME__HASH_SHA384, SMIME__HASH_SHA384, 48}, 1},
    {GNUTLS_PK_RSA, 2048, {SMIME__SCHEME_RSA_PSS, SMIME__HASH_SHA512, SMIME__HASH_SHA512, 64}, 1},
    {GNUTLS_PK_RSA_PSS, 2048,
     {SMIME__SCHEME_RSA_PSS, SMIME__HASH_SHA256, SMIME__HASH_SHA256, 32}, 1},
    {GNUTLS_PK_EC, P256, {SMIME__SCHEME_ECDSA, SMIME__HASH_SHA256, 0, 0}, 1},
    {GNUTLS_PK_EC, P384, {SMIME__SCHEME_ECDSA, SMIME__HASH_SHA384, 0, 0}, 1},
    {GNUTLS_PK_EC, P521, {SMIME__SCHEME_ECDSA, SMIME__HASH_SHA512, 0, 0}, 1},
    {GNUTLS_PK_EDDSA_ED25519, 0, {SMIME__SCHEME_ED25519, SMIME__HASH_SHA512, 0, 0}, 0},
    {GNUTLS_PK_EDDSA_ED448, 0, {SMIME__SCHEME_ED448, SMIME__HASH_SHA512, 0, 0}, 0},
};

START_TEST(sign_and_verify)
{
    const smime__signature_kind *how = &schemes[_i].how;
    smime__view data = smime__view_text("what is signed");
    smime__signature_kind wrong = *how;
    uint8_t digest[SMIME__DIGEST_MAX];
    smime__buf signature = {0};
    smime__view value;

    make(schemes[_i].kind, schemes[_i].bits);
    for (int is_digest = 0; is_digest <= schemes[_i].digest_too; is_digest++) {
        smime__buf_clear(&signature);
        if (is_digest) {
            ck_ok(smime__digest_once(how->hash, data.data, data.len, digest));
            data = smime__view_of(digest, smime__hash_size(how->hash));
        }
        ck_ok(smime__privkey_sign(pair.private_key, how, data, is_digest, &signature));
        value = smime__buf_view(&signature);
        ck_assert_int_eq(smime__pubkey_verify(pair.public_key, how, data, is_digest, value), 1);
        signature.data[signature.len / 2] ^= 1;
        ck_assert_int_eq(smime__pubkey_verify(pair.public_key, how, data, is_digest, value), 0);
        signature.data[signature.len / 2] ^= 1;
        value.len--;
        ck_assert_int_eq(smime__pubkey_verify(pair.public_key, how, data, is_digest, value), 0);
        value.len = 0;
        ck_assert_int_eq(smime__pubkey_verify(pair.public_key, how, data, is_digest, value), 0);
    }
    value = smime__buf_view(&signature);
    ck_assert_int_eq(smime__pubkey_verify(pair.public_key, how, smime__view_text("other"), 0,
                                          value),
                     0);
    /* the same signature read as of another scheme or hash */
    for (int scheme = 0; scheme <= SMIME__SCHEME_ED448; scheme++)
        if (scheme != (int)how->scheme) {
            wrong.scheme = (smime__scheme)scheme;
            ck_assert_int_eq(smime__pubkey_verify(pair.public_key, &wrong, data,
                                                  schemes[_i].digest_too, value),
                             0);
        }
    wrong = *how;
    if (how->scheme == SMIME__SCHEME_RSA_PSS) {
        wrong.salt = how->salt - 1;
        ck_assert_int_eq(smime__pubkey_verify(pair.public_key, &wrong, data, 1, value), 0);
        wrong = *how;
        wrong.mgf_hash = SMIME__HASH_SHA1;
        ck_assert_int_eq(smime__pubkey_verify(pair.public_key, &wrong, data, 1, value), 0);
    }
    smime__buf_free(&signature);
}
END_TEST

START_TEST(scheme_names)
{
    ck_assert_str_eq(smime__scheme_name(SMIME__SCHEME_NONE), "unknown");
    ck_assert_str_eq(smime__scheme_name(SMIME__SCHEME_RSA), "rsa-v1.5");
    ck_assert_str_eq(smime__scheme_name(SMIME__SCHEME_RSA_PSS), "rsa-pss");
    ck_assert_str_eq(smime__scheme_name(SMIME__SCHEME_ED448), "ed448");
}
END_TEST

START_TEST(v15_transport)
{
    static const uint8_t secret[17] = "sixteen byte key";
    uint8_t to[16], kept[16];
    smime__buf wrapped = {0};

    make(GNUTLS_PK_RSA, 2048);
    support_fill(kept, sizeof kept, 20);
    ck_ok(smime__pubkey_encrypt(pair.public_key, secret, 16, &wrapped));
    ck_assert_uint_eq(wrapped.len, 256);
    memcpy(to, kept, 16);
    ck_ok(smime__privkey_decrypt(pair.private_key, smime__buf_view(&wrapped), to, 16));
    ck_assert_mem_eq(to, secret, 16);
    /* the random key stays, and nothing tells: wrong length, changed, no RSA number at all */
    memcpy(to, kept, 16);
    ck_ok(smime__privkey_decrypt(pair.private_key, smime__buf_view(&wrapped), to, 15));
    ck_assert_mem_eq(to, kept, 16);
    for (size_t i = 0; i < 256; i += 51) {
        wrapped.data[i] ^= 1;
        ck_ok(smime__privkey_decrypt(pair.private_key, smime__buf_view(&wrapped), to, 16));
        ck_assert_mem_eq(to, kept, 16);
        wrapped.data[i] ^= 1;
    }
    for (size_t len = 0; len < 256; len += 17) {
        ck_ok(smime__privkey_decrypt(pair.private_key, smime__view_of(wrapped.data, len), to,
                                     16));
        ck_assert_mem_eq(to, kept, 16);
    }
    memset(wrapped.data, 0xff, wrapped.len); /* beyond the modulus */
    ck_ok(smime__privkey_decrypt(pair.private_key, smime__buf_view(&wrapped), to, 16));
    ck_assert_mem_eq(to, kept, 16);
    smime__buf_free(&wrapped);
}
END_TEST

START_TEST(oaep_transport)
{
    smime__oaep oaep = {SMIME__HASH_SHA256, SMIME__HASH_SHA1, smime__view_text("l")}, other;
    static const uint8_t secret[33] = "a key of thirty-two bytes, AES-2";
    uint8_t to[32], kept[32];
    smime__buf wrapped = {0};

    make(GNUTLS_PK_RSA, 2048);
    support_fill(kept, sizeof kept, 21);
    ck_ok(smime__pubkey_encrypt_oaep(pair.public_key, &oaep, secret, 32, &wrapped));
    ck_assert_uint_eq(wrapped.len, 256);
    memcpy(to, kept, 32);
    ck_ok(smime__privkey_decrypt_oaep(pair.private_key, &oaep, smime__buf_view(&wrapped), to,
                                      32));
    ck_assert_mem_eq(to, secret, 32);
    memcpy(to, kept, 32);
    other = oaep;
    other.label = smime__view_text("m");
    ck_ok(smime__privkey_decrypt_oaep(pair.private_key, &other, smime__buf_view(&wrapped), to,
                                      32));
    ck_assert_mem_eq(to, kept, 32);
    ck_ok(smime__privkey_decrypt_oaep(pair.private_key, &oaep, smime__buf_view(&wrapped), to,
                                      31));
    ck_assert_mem_eq(to, kept, 32);
    for (size_t len = 0; len < 256; len += 17) {
        ck_ok(smime__privkey_decrypt_oaep(pair.private_key, &oaep,
                                          smime__view_of(wrapped.data, len), to, 32));
        ck_assert_mem_eq(to, kept, 32);
    }
    memset(wrapped.data, 0xff, wrapped.len);
    ck_ok(smime__privkey_decrypt_oaep(pair.private_key, &oaep, smime__buf_view(&wrapped), to,
                                      32));
    ck_assert_mem_eq(to, kept, 32);
    smime__buf_free(&wrapped);
}
END_TEST

START_TEST(fallback_key_depends_on_key_and_subject_alone)
{
    uint8_t one[32], again[32], other[32], longer[32];

    make(GNUTLS_PK_RSA, 2048);
    ck_ok(smime__privkey_fallback(pair.private_key, smime__view_text("info"), one, 32));
    ck_ok(smime__privkey_fallback(pair.private_key, smime__view_text("info"), again, 32));
    ck_ok(smime__privkey_fallback(pair.private_key, smime__view_text("inf0"), other, 32));
    ck_assert_mem_eq(one, again, 32);
    ck_assert_mem_ne(one, other, 32);
    teardown();
    make(GNUTLS_PK_EC, P256);
    ck_ok(smime__privkey_fallback(pair.private_key, smime__view_text("info"), longer, 32));
    ck_assert_mem_ne(one, longer, 32);
}
END_TEST

START_TEST(transport_wants_rsa)
{
    smime__oaep oaep = {SMIME__HASH_SHA256, SMIME__HASH_SHA256, {NULL, 0}};
    smime__buf wrapped = {0}, secret = {0};
    uint8_t to[16] = {0};

    make(GNUTLS_PK_EC, P256);
    ck_assert_int_eq(smime__pubkey_encrypt(pair.public_key, to, 16, &wrapped),
                     SMIME_E_UNSUPPORTED);
    ck_assert_int_eq(smime__pubkey_encrypt_oaep(pair.public_key, &oaep, to, 16, &wrapped),
                     SMIME_E_UNSUPPORTED);
    ck_assert_int_eq(smime__privkey_decrypt(pair.private_key, smime__view_of(to, 16), to, 16),
                     SMIME_E_UNSUPPORTED);
    ck_assert_int_eq(smime__privkey_decrypt_oaep(pair.private_key, &oaep,
                                                 smime__view_of(to, 16), to, 16),
                     SMIME_E_UNSUPPORTED);
    teardown();
    make(GNUTLS_PK_RSA, 2048);
    ck_assert_int_eq(smime__pubkey_agree(pair.public_key, &wrapped, &secret),
                     SMIME_E_UNSUPPORTED);
    ck_assert_int_eq(smime__privkey_agree(pair.private_key, smime__view_of(to, 16), &secret),
                     SMIME_E_UNSUPPORTED);
    ck_assert_uint_eq(wrapped.len + secret.len, 0);
}
END_TEST

static const struct {
    smime__curve curve;
    unsigned bits;
    const char *scalar, *point, *secret;
} curves[] = {
    /* CAVP ECC CDH, P-256, COUNT 0 */
    {SMIME__CURVE_P256, P256,
     "7d7dc5f71eb29ddaf80d6214632eeae03d9058af1fb6d22ed80badb62bc1a534",
     "04700c48f77f56584c5cc632ca65640db91b6bacce3a4df6b42ce7cc838833d287"
     "db71e509e3fd9b060ddb20ba5c51dcc5948d46fbf640dfe0441782cab85fa4ac",
     "46fc62106420ff012e54a434fbdd2d25ccc5852060561e68040dd7778997bd7b"},
    /* from another implementation; the scalar and the secret of P-521 begin with zeros */
    {SMIME__CURVE_P384, P384,
     "00867e2cb04f5a04dcbd592501a5e8fe9ceaafca50255626ca736c138042530ba436b7b1ec0e06a279bc790733"
     "bb0aee",
     "0438dbdac6b14c4b6bf98b2060297f3740d1328c769f5f8323206b1700b8d3ed86a093962d8b9a369dd947eaf7"
     "e56fc6fe19ec96fb98ab15210de3e0f91c758ca92a9c42a7f07bf2d8f10720a6708e19790dde475da155bb690a"
     "f14113c71f1734",
     "13e69ac4599d46ba3cc2c035afad9ac874ee1226c0b11e66d7b985f6826e04b406d712254f807f4558e9624d09"
     "edb673"},
    {SMIME__CURVE_P521, P521,
     "00867e2cb04f5a04dcbd592501a5e8fe9ceaafca50255626ca736c138042530ba436b7b1ec0e06a279bc790733"
     "bb0aee6fa802683c7b355063c434e91189b0c651d0",
     "04005df5c81d1ddde3413b8393a091c24ef229bb45367059426516150db812aefa03c56d1e1212852bdc6d0cda"
     "fe6b830597dfbff21843ad798eb412e89a32902ec9f000841e53a74822f1275785e860a7f2f18c3f92207996bb"
     "063e0d49cde009c84d27aad387b1199f40e7e68c25543e4d7452e53cd1d843a4c27280bfe7822968dd446f",
     "00161f6bc5618ba80439d66e4c2357405590b42ef726f7d7ea1ec90431b17a94f76b0d83e457b4addb324c73aa"
     "7fb22b97b7a346bd0ed13aa2fbf861ce80f3a7a895"},
    /* RFC 7748 5.2 */
    {SMIME__CURVE_X25519, 0, "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
     "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
     "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"},
};

START_TEST(ecdh_known_answers)
{
    size_t scalar_len, point_len, len;
    uint8_t *scalar = support_unhex(curves[_i].scalar, &scalar_len);
    uint8_t *point = support_unhex(curves[_i].point, &point_len);
    uint8_t *want = support_unhex(curves[_i].secret, &len);
    smime__view scalar_view = smime__view_of(scalar, scalar_len);
    smime__curve curve = curves[_i].curve;
    smime__buf secret = {0};

    ck_ok(smime__ecdh_agree(curve, scalar_view, smime__view_of(point, point_len), &secret));
    ck_assert(smime__view_equal(smime__buf_view(&secret), smime__view_of(want, len)));
    ck_assert_int_eq(secret.secret, 1);
    ck_assert_uint_eq(smime__curve_size(curve), len);
    smime__buf_clear(&secret);
    for (size_t cut = 0; cut < point_len; cut++)
        ck_assert_int_eq(smime__ecdh_agree(curve, scalar_view, smime__view_of(point, cut),
                                           &secret),
                         SMIME_E_INVALID_ARG);
    if (curve != SMIME__CURVE_X25519) {
        point[point_len - 1] ^= 1; /* off the curve */
        ck_assert_int_eq(smime__ecdh_agree(curve, scalar_view,
                                           smime__view_of(point, point_len), &secret),
                         SMIME_E_INVALID_ARG);
        point[point_len - 1] ^= 1;
        for (int form = 0; form < 8; form++) /* compressed forms and none at all */
            if (form != 4) {
                point[0] = (uint8_t)form;
                ck_assert_int_eq(smime__ecdh_agree(curve, scalar_view,
                                                   smime__view_of(point, point_len), &secret),
                                 SMIME_E_INVALID_ARG);
            }
        point[0] = 4;
        memset(scalar, 0, scalar_len); /* no scalar */
        ck_assert_int_eq(smime__ecdh_agree(curve, scalar_view,
                                           smime__view_of(point, point_len), &secret),
                         SMIME_E_INVALID_ARG);
    } else {
        memset(point, 0, point_len); /* a point of small order */
        ck_assert_int_eq(smime__ecdh_agree(curve, scalar_view,
                                           smime__view_of(point, point_len), &secret),
                         SMIME_E_INVALID_ARG);
    }
    ck_assert_uint_eq(secret.len, 0);
    smime__buf_free(&secret);
    free(scalar);
    free(point);
    free(want);
}
END_TEST

START_TEST(ecdh_both_sides_agree)
{
    smime__buf point = {0}, ours = {0}, theirs = {0};

    if (curves[_i].curve == SMIME__CURVE_X25519)
        return;
    make(GNUTLS_PK_EC, curves[_i].bits);
    for (int round = 0; round < 20; round++) { /* leading zeros come by and by */
        smime__buf_clear(&point);
        smime__buf_clear(&ours);
        smime__buf_clear(&theirs);
        ck_ok(smime__pubkey_agree(pair.public_key, &point, &ours));
        ck_ok(smime__privkey_agree(pair.private_key, smime__buf_view(&point), &theirs));
        ck_assert_uint_eq(ours.len, smime__curve_size(curves[_i].curve));
        ck_assert_uint_eq(point.len, 1 + 2 * ours.len);
        ck_assert(smime__view_equal(smime__buf_view(&ours), smime__buf_view(&theirs)));
        ck_assert_int_eq(ours.secret & theirs.secret, 1);
    }
    smime__buf_free(&point);
    smime__buf_free(&ours);
    smime__buf_free(&theirs);
}
END_TEST

START_TEST(point_off_the_curve_is_no_public_key)
{
    gnutls_datum_t spki;
    gnutls_pubkey_t pubkey;
    gnutls_privkey_t privkey;
    smime__pubkey *key = NULL;
    smime__buf point = {0}, secret = {0};

    make(GNUTLS_PK_EC, P256);
    ck_assert_int_ge(gnutls_pubkey_init(&pubkey), 0);
    ck_assert_int_ge(gnutls_privkey_init(&privkey), 0);
    ck_assert_int_ge(gnutls_privkey_import_x509(privkey, pair.gnutls, 0), 0);
    ck_assert_int_ge(gnutls_pubkey_import_privkey(pubkey, privkey, 0, 0), 0);
    ck_assert_int_ge(gnutls_pubkey_export2(pubkey, GNUTLS_X509_FMT_DER, &spki), 0);
    spki.data[spki.size - 1] ^= 1;
    /* refused when it is read, or at the latest when it is used */
    if (smime__pubkey_new(smime__view_of(spki.data, spki.size), &key) == SMIME_OK)
        ck_assert_int_eq(smime__pubkey_agree(key, &point, &secret), SMIME_E_INVALID_ARG);
    ck_assert_uint_eq(secret.len, 0);
    smime__pubkey_free(key);
    smime__buf_free(&point);
    gnutls_free(spki.data);
    gnutls_privkey_deinit(privkey);
    gnutls_pubkey_deinit(pubkey);
}
END_TEST

void add_crypto_keys(Suite *suite)
{
    TCase *tc = tcase_create("keys");

    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, NULL, teardown);
    add_rows(tc, keys_are_described, kinds);
    tcase_add_test(tc, key_of_another_does_not_match);
    tcase_add_test(tc, passwords_of_keys);
    tcase_add_test(tc, what_is_no_key);
    add_rows(tc, sign_and_verify, schemes);
    tcase_add_test(tc, scheme_names);
    tcase_add_test(tc, v15_transport);
    tcase_add_test(tc, oaep_transport);
    tcase_add_test(tc, fallback_key_depends_on_key_and_subject_alone);
    tcase_add_test(tc, transport_wants_rsa);
    add_rows(tc, ecdh_known_answers, curves);
    add_rows(tc, ecdh_both_sides_agree, curves);
    tcase_add_test(tc, point_off_the_curve_is_no_public_key);
    suite_add_tcase(suite, tc);
}
