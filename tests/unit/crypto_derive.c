/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Key wrap, key derivation, and the OAEP padding. */
#include "unit.h"

#include "crypto/keywrap.h"
#include "crypto/oaep.h"

/* RFC 3394 4.1, 4.2, 4.3, 4.6, and two more of the same key schedule. */
static const struct {
    size_t kek, key;
    const char *wrapped;
} wraps[] = {
    {16, 16, "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5"},
    {24, 16, "96778b25ae6ca435f92b5b97c050aed2468ab8a17ad84e5d"},
    {32, 16, "64e8c3f9ce0f5ba263e9777905818a2a93c8191e7d6e8ae7"},
    {24, 24, "031d33264e15d33268f24ec260743edce1c6c7ddee725a936ba814915c6762d2"},
    {32, 32, "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21"},
};

START_TEST(rfc_3394_vectors)
{
    uint8_t kek[32], key[32], out[64], back[64];
    size_t len, kek_len = wraps[_i].kek, key_len = wraps[_i].key;
    uint8_t *wrapped = support_unhex(wraps[_i].wrapped, &len);

    for (uint8_t i = 0; i < 32; i++) {
        kek[i] = i;
        key[i] = (uint8_t)(i < 16 ? i * 0x11 : i - 16);
    }
    ck_ok(smime__aes_wrap(kek, kek_len, key, key_len, out));
    ck_assert_uint_eq(len, key_len + 8);
    ck_assert_mem_eq(out, wrapped, len);
    ck_assert_int_eq(smime__aes_unwrap(kek, kek_len, wrapped, len, back), 1);
    ck_assert_mem_eq(back, key, key_len);
    for (size_t bit = 0; bit < 8 * len; bit++) { /* any change is seen */
        out[bit / 8] ^= (uint8_t)(1 << bit % 8);
        ck_assert_int_eq(smime__aes_unwrap(kek, kek_len, out, len, back), 0);
        out[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    kek[0] ^= 1;
    ck_assert_int_eq(smime__aes_unwrap(kek, kek_len, wrapped, len, back), 0);
    free(wrapped);
}
END_TEST

START_TEST(wrapped_lengths_that_cannot_be)
{
    uint8_t bytes[64] = {0}, out[64];

    for (size_t len = 0; len < 64; len++)
        if (len < 24 || len % 8)
            ck_assert_int_eq(smime__aes_unwrap(bytes, 16, bytes, len, out), 0);
}
END_TEST

/* The first two are from ANS X9.63 validation (CAVP), the others from another implementation. */
static const struct {
    smime__hash hash;
    const char *secret, *info, *key;
} derived[] = {
    {SMIME__HASH_SHA256, "96c05619d56c328ab95fe84b18264b08725b85e33fd34f08", "",
     "443024c3dae66b95e6f5670601558f71"},
    {SMIME__HASH_SHA256, "22518b10e70f2a3f243810ae3254139efbee04aa57c7af7d",
     "75eef81aa3041e33b80971203d2c0c52",
     "c498af77161cc59f2962b9a713e2b215152d139766ce34a776df11866a69bf2e52a13d9c7c6fc878c50c5ea0bc"
     "7b00e0da2447cfd874f6cf92f30d0097111485500c90c3af8b487872d04685d14c8d1dc8d7fa08beb0ce0ababc"
     "11f0bd496269142d43525a78e5bc79a17f59676a5706dc54d54d4d1f0bd7e386128ec26afc21"},
    {SMIME__HASH_SHA1, "22518b10e70f2a3f243810ae3254139efbee04aa57c7af7d",
     "75eef81aa3041e33b80971203d2c0c52",
     "6beac0d8c10aa0362470a7a9b9ebfa01d578e82eed54367f38f62e8114fd82ad4605d82bf54ec8b7cd2c573052"
     "4d6354dc46a844e588fece1980032d4c5c1d367875a874c6e1"},
    {SMIME__HASH_SHA512, "22518b10e70f2a3f243810ae3254139efbee04aa57c7af7d",
     "75eef81aa3041e33b80971203d2c0c52",
     "72ca20c0d208d9aa6c76758d9ac54808481067a8f8c770e8443579b442db98d8be3b2019739d1645072ce247d9"
     "360a4364f3a6f384f226e5c833dcb65e32e32d"},
};

/* RFC 9690, the example in its last appendix. */
START_TEST(kdf3_of_rsa_kem)
{
    size_t len, info_len, kek_len;
    uint8_t *secret = support_unhex("3cf82ec41b54ed4d37402bbd8f805a52", &len);
    uint8_t *info = support_unhex("3010300b0609608648016503040105020110", &info_len);
    uint8_t *kek = support_unhex("e6dc9d62ff2b469bef604c617b018718", &kek_len);
    uint8_t made[100];

    ck_ok(smime__kdf3(SMIME__HASH_SHA256, smime__view_of(secret, len), smime__view_of(info, info_len),
                      made, kek_len));
    ck_assert_mem_eq(made, kek, kek_len);
    ck_ok(smime__kdf3(SMIME__HASH_SHA256, smime__view_of(secret, len), smime__view_of(info, info_len),
                      made, sizeof made));
    ck_assert_mem_eq(made, kek, kek_len);
    free(secret);
    free(info);
    free(kek);
}
END_TEST

START_TEST(x963_vectors)
{
    size_t secret_len, info_len, len;
    uint8_t *secret = support_unhex(derived[_i].secret, &secret_len);
    uint8_t *info = support_unhex(derived[_i].info, &info_len);
    uint8_t *want = support_unhex(derived[_i].key, &len);

    for (size_t most = len, part = 1; part <= most; part++) { /* any length is a prefix */
        uint8_t *to = malloc(part);

        memset(to, 0x55, part);
        ck_ok(smime__x963_kdf(derived[_i].hash, secret, secret_len,
                              smime__view_of(info, info_len), to, part));
        ck_assert_mem_eq(to, want, part);
        free(to);
    }
    free(secret);
    free(info);
    free(want);
}
END_TEST

/* RFC 5869 A.1 and A.3; SHA-384 and -512 with the input of A.1 from another implementation. */
static const struct {
    smime__hash hash;
    int with_salt;
    const char *key;
} hkdf[] = {
    {SMIME__HASH_SHA256, 1,
     "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"},
    {SMIME__HASH_SHA256, 0,
     "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"},
    {SMIME__HASH_SHA384, 1,
     "9b5097a86038b805309076a44b3a9f38063e25b516dcbf369f394cfab43685f748b6457763e4f0204fc5"},
    {SMIME__HASH_SHA512, 1,
     "832390086cda71fb47625bb5ceb168e4c8e26a1a16ed34d9fc7fe92c1481579338da362cb8d9f925d7cb"},
};

START_TEST(rfc_5869_vectors)
{
    uint8_t secret[22], salt[13], info[10], to[42];
    size_t len, with = hkdf[_i].with_salt ? 1 : 0;
    uint8_t *want = support_unhex(hkdf[_i].key, &len);

    memset(secret, 0x0b, sizeof secret);
    for (uint8_t i = 0; i < 13; i++)
        salt[i] = i;
    for (uint8_t i = 0; i < 10; i++)
        info[i] = (uint8_t)(0xf0 + i);
    ck_ok(smime__hkdf(hkdf[_i].hash, secret, sizeof secret,
                      smime__view_of(salt, with * sizeof salt),
                      smime__view_of(info, with * sizeof info), to, sizeof to));
    ck_assert_mem_eq(to, want, len);
    ck_assert_int_eq(smime__hkdf(SMIME__HASH_SHA1, secret, sizeof secret,
                                 smime__view_of(NULL, 0), smime__view_of(NULL, 0), to, 10),
                     SMIME_E_UNSUPPORTED);
    free(want);
}
END_TEST

/* Padded blocks with the seed 00 01 02 ..., made with another implementation. */
static const struct {
    smime__oaep oaep;
    const char *label, *block;
} padded[] = {
    {{SMIME__HASH_SHA256, SMIME__HASH_SHA256, {NULL, 0}}, "",
     "00e63bfc841b1a01a2457827c84d4fe3c03ec1c011d33f0765aa351d301766343e9344c47fca4af717407eda5b"
     "bc04e0a2927ac9d4fc20ea3f18c681d71e31c2d104a6950a06d3e3308ad7d3606ef810eb124e3943404ca746a1"
     "2c51c7bf7768390f8d842ac9cb62349779a7537a78330e3d22dad65e4362a5a8a853a0cfd74f"},
    {{SMIME__HASH_SHA1, SMIME__HASH_SHA256, {NULL, 0}}, "label",
     "009e9d8dc1ef531dbd1bd5bcfaddecfbd5e80ee0772aeee9957418063f3ce8a6bc85cbb649edc7290c975eedad"
     "2f362dda26afcd0db67b9cbd115437869c4b1fe5f7329c8ab3cad8ec5bd482eda6f805117c3caf2f54ae477ecd"
     "0509842572f1"},
};

static unsigned unpad(const smime__oaep *oaep, const uint8_t *block, size_t block_len,
                      uint8_t *to, size_t len)
{
    uint8_t copy[512];
    unsigned good = 7;

    memcpy(copy, block, block_len);
    ck_ok(smime__oaep_unpad(oaep, copy, block_len, to, len, &good));
    ck_assert_uint_le(good, 1);
    return good;
}

START_TEST(oaep_of_others_is_read)
{
    smime__oaep oaep = padded[_i].oaep, other;
    size_t len;
    uint8_t *block = support_unhex(padded[_i].block, &len);
    uint8_t to[17] = "................", kept[17] = "................";

    oaep.label = smime__view_text(padded[_i].label);
    ck_assert_uint_eq(unpad(&oaep, block, len, to, 16), 1);
    ck_assert_mem_eq(to, "sixteen byte key", 16);
    /* whatever does not fit leaves the buffer as it was */
    memcpy(to, kept, 16);
    ck_assert_uint_eq(unpad(&oaep, block, len, to, 15), 0);
    ck_assert_uint_eq(unpad(&oaep, block, len, to, 17), 0);
    other = oaep;
    other.label = smime__view_text("another");
    ck_assert_uint_eq(unpad(&other, block, len, to, 16), 0);
    other = oaep;
    other.hash = SMIME__HASH_SHA224;
    ck_assert_uint_eq(unpad(&other, block, len, to, 16), 0);
    other = oaep;
    other.mgf_hash = SMIME__HASH_SHA1;
    ck_assert_uint_eq(unpad(&other, block, len, to, 16), 0);
    for (size_t i = 0; i < len; i++) { /* every byte counts, the first one too */
        block[i] ^= 1;
        ck_assert_uint_eq(unpad(&oaep, block, len, to, 16), 0);
        block[i] ^= 1;
    }
    ck_assert_mem_eq(to, kept, 17);
    free(block);
}
END_TEST

START_TEST(oaep_round_trip_of_every_length)
{
    static const smime__hash hashes[] = {SMIME__HASH_SHA1, SMIME__HASH_SHA256,
                                         SMIME__HASH_SHA512};
    uint8_t message[256], block[256], to[256];

    support_fill(message, sizeof message, 12);
    for (size_t h = 0; h < 3; h++) {
        smime__oaep oaep = {hashes[h], hashes[2 - h], smime__view_text("l")};
        size_t most = sizeof block - 2 * smime__hash_size(hashes[h]) - 2;

        for (size_t len = 0; len <= most; len++) {
            ck_ok(smime__oaep_pad(&oaep, message, len, block, sizeof block));
            ck_assert_uint_eq(block[0], 0);
            memset(to, 0xee, sizeof to);
            ck_assert_uint_eq(unpad(&oaep, block, sizeof block, to, len), 1);
            ck_assert_mem_eq(to, message, len);
            ck_assert_uint_eq(to[len], 0xee);
        }
        ck_assert_int_eq(smime__oaep_pad(&oaep, message, most + 1, block, sizeof block),
                         SMIME_E_INVALID_ARG);
        ck_assert_int_eq(smime__oaep_pad(&oaep, message, 0, block, 10), SMIME_E_INVALID_ARG);
    }
}
END_TEST

START_TEST(oaep_block_too_short_is_not_good)
{
    smime__oaep oaep = {SMIME__HASH_SHA256, SMIME__HASH_SHA256, {NULL, 0}};
    uint8_t block[66] = {0}, to[16] = {5};

    for (size_t len = 0; len < 66; len++)
        ck_assert_uint_eq(unpad(&oaep, block, len, to, 16), 0);
    ck_assert_uint_eq(to[0], 5);
}
END_TEST

void add_crypto_derive(Suite *suite)
{
    TCase *tc = tcase_create("derive");

    tcase_set_timeout(tc, 60);
    add_rows(tc, rfc_3394_vectors, wraps);
    tcase_add_test(tc, wrapped_lengths_that_cannot_be);
    tcase_add_test(tc, kdf3_of_rsa_kem);
    add_rows(tc, x963_vectors, derived);
    add_rows(tc, rfc_5869_vectors, hkdf);
    add_rows(tc, oaep_of_others_is_read, padded);
    tcase_add_test(tc, oaep_round_trip_of_every_length);
    tcase_add_test(tc, oaep_block_too_short_is_not_good);
    suite_add_tcase(suite, tc);
}
