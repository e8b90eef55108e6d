/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Content encryption: known answers, cuts, padding, tags. */
#include "unit.h"

#include "crypto/cipher.h"
#include "crypto/padding.h"

#include <gnutls/crypto.h>

#define GCM_PLAIN                                                                                \
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449" \
    "a6b525b16aedf5aa0de657ba637b39"
#define CBC_PLAIN "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
#define GCM_IV "cafebabefacedbaddecaf888"
#define GCM_AAD "feedfacedeadbeeffeedfacedeadbeefabaddad2"
#define CBC_IV "000102030405060708090a0b0c0d0e0f"

/* SP 800-38A F.2 with one block of padding, SP 800-67, and the test cases of the GCM paper. */
static const struct {
    smime__cipher cipher;
    const char *name, *key, *iv, *aad, *plain, *sealed, *tag;
} answers[] = {
    {SMIME__CIPHER_AES128_CBC, "aes-128-cbc", "2b7e151628aed2a6abf7158809cf4f3c", CBC_IV, "",
     CBC_PLAIN,
     "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b255e21d7100b988ffec32feeafa"
     "f23538",
     NULL},
    {SMIME__CIPHER_AES192_CBC, "aes-192-cbc",
     "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b", CBC_IV, "", CBC_PLAIN,
     "4f021db243bc633d7178183a9fa071e8b4d9ada9ad7dedf4e5e738763f69145ac81ca99c3a1e883fa8d834316a"
     "2275ec",
     NULL},
    {SMIME__CIPHER_AES256_CBC, "aes-256-cbc",
     "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4", CBC_IV, "", CBC_PLAIN,
     "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d3a3aa5e0213db1a9901f9036cf"
     "5102d2",
     NULL},
    {SMIME__CIPHER_3DES_CBC, "3des-cbc", "0123456789abcdef23456789abcdef01456789abcdef0123",
     "f69f2445df4f9b17", "", "6bc1bee22e409f96e93d7e117393172a",
     "2079c3d53aa763e193b79e2569ab5262d793150c441a5a92", NULL},
    {SMIME__CIPHER_AES128_GCM, "aes-128-gcm", "feffe9928665731c6d6a8f9467308308", GCM_IV, GCM_AAD,
     GCM_PLAIN,
     "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac"
     "84aa051ba30b396a0aac973d58e091",
     "5bc94fbc3221a5db94fae95ae7121a47"},
    {SMIME__CIPHER_AES192_GCM, "aes-192-gcm",
     "feffe9928665731c6d6a8f9467308308feffe9928665731c", GCM_IV, GCM_AAD, GCM_PLAIN,
     "3980ca0b3c00e841eb06fac4872a2757859e1ceaa6efd984628593b40ca1e19c7d773d00c144c525ac619d18c8"
     "4a3f4718e2448b2fe324d9ccda2710",
     "2519498e80f1478f37ba55bd6d27618c"},
    {SMIME__CIPHER_AES256_GCM, "aes-256-gcm",
     "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", GCM_IV, GCM_AAD,
     GCM_PLAIN,
     "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056"
     "828838c5f61e6393ba7a0abcc9f662",
     "76fc6ece0f4e1768cddf8853bb2d551b"},
    {SMIME__CIPHER_AES128_GCM, "aes-128-gcm", "00000000000000000000000000000000",
     "000000000000000000000000", "", "", "", "58e2fccefa7e3061367f1d57a4e7455a"},
};

START_TEST(known_answers_both_ways_for_every_step)
{
    smime__cipher cipher = answers[_i].cipher;
    size_t key_len, iv_len, aad_len, plain_len, sealed_len, tag_len = 0;
    uint8_t *key = support_unhex(answers[_i].key, &key_len);
    uint8_t *iv = support_unhex(answers[_i].iv, &iv_len);
    uint8_t *aad = support_unhex(answers[_i].aad, &aad_len);
    uint8_t *plain = support_unhex(answers[_i].plain, &plain_len);
    uint8_t *sealed = support_unhex(answers[_i].sealed, &sealed_len);
    uint8_t *tag = answers[_i].tag ? support_unhex(answers[_i].tag, &tag_len) : NULL;

    ck_assert_uint_eq(smime__cipher_key_size(cipher), key_len);
    ck_assert_uint_eq(smime__cipher_iv_size(cipher), iv_len);
    ck_assert_int_eq(!!smime__cipher_is_aead(cipher), tag != NULL);
    ck_assert_str_eq(smime__cipher_name(cipher), answers[_i].name);
    for (int encrypt = 0; encrypt < 2; encrypt++)
        for (size_t step = 0; step <= sealed_len + 1; step++) {
            smime__stage *stage;
            capture sink;

            capture_init(&sink);
            ck_ok(smime__cipher_stage_new(cipher, encrypt, key, smime__view_of(iv, iv_len),
                                          smime__view_of(aad, aad_len), &sink.stage, &stage));
            ck_ok(feed(stage, encrypt ? plain : sealed, encrypt ? plain_len : sealed_len, step));
            capture_is(&sink, encrypt ? sealed : plain, encrypt ? sealed_len : plain_len);
            ck_assert_int_eq(sink.finished, 1);
            if (tag)
                ck_assert_mem_eq(smime__cipher_stage_tag(stage), tag, tag_len);
            smime__stage_free(stage);
            capture_clear(&sink);
        }
    free(key);
    free(iv);
    free(aad);
    free(plain);
    free(sealed);
    free(tag);
}
END_TEST

static const uint8_t zeros[32];

/* One CBC decryption of blocks that GnuTLS made of exactly @p plain. */
static smime_status decrypt_blocks(const uint8_t *plain, size_t len, size_t sealed_len,
                                   capture *sink)
{
    gnutls_datum_t key = {(unsigned char *)(uintptr_t)zeros, 32};
    gnutls_datum_t iv = {(unsigned char *)(uintptr_t)zeros, 16};
    gnutls_cipher_hd_t handle;
    uint8_t sealed[64];
    smime__stage *stage;
    smime_status status;

    ck_assert_int_ge(gnutls_cipher_init(&handle, GNUTLS_CIPHER_AES_256_CBC, &key, &iv), 0);
    ck_assert_int_ge(gnutls_cipher_encrypt2(handle, plain, len, sealed, sizeof sealed), 0);
    gnutls_cipher_deinit(handle);
    capture_init(sink);
    ck_ok(smime__cipher_stage_new(SMIME__CIPHER_AES256_CBC, 0, zeros, smime__view_of(zeros, 16),
                                  smime__view_of(NULL, 0), &sink->stage, &stage));
    status = feed(stage, sealed, sealed_len, 0);
    smime__stage_free(stage);
    return status;
}

START_TEST(padding_good_and_bad_of_every_length)
{
    for (unsigned last = 0; last < 256; last++) {
        uint8_t plain[32];
        capture sink;
        int good = last >= 1 && last <= 16;

        memset(plain, 0xaa, sizeof plain);
        memset(plain + 32 - (good ? last : 1), (int)last, good ? last : 1);
        ck_assert_int_eq(decrypt_blocks(plain, 32, 32, &sink),
                         good ? SMIME_OK : SMIME__E_PADDING);
        ck_assert_uint_eq(sink.bytes.len, good ? 32 - last : 16);
        ck_assert_int_eq(sink.finished, good);
        capture_clear(&sink);
        /* one byte of the padding is wrong */
        for (unsigned i = 2; good && i <= last; i++) {
            plain[32 - i] ^= 0x40;
            ck_assert_int_eq(decrypt_blocks(plain, 32, 32, &sink), SMIME__E_PADDING);
            capture_clear(&sink);
            plain[32 - i] ^= 0x40;
        }
    }
}
END_TEST

START_TEST(padding_function_alone)
{
    uint8_t block[16];

    for (size_t size = 8; size <= 16; size += 8)
        for (unsigned last = 0; last < 256; last++) {
            memset(block, 0x77, sizeof block);
            for (unsigned i = 0; i < last && i < size; i++)
                block[size - 1 - i] = (uint8_t)last;
            block[size - 1] = (uint8_t)last;
            ck_assert_uint_eq(smime__cbc_padding(block, size), last <= size ? last : 0);
        }
}
END_TEST

START_TEST(cbc_of_a_wrong_length)
{
    static const uint8_t plain[48];
    capture sink;

    for (size_t len = 0; len < 48; len++) /* no whole last block, or nothing at all */
        if (len % 16 || !len) {
            ck_assert_int_eq(decrypt_blocks(plain, 48, len, &sink), SMIME__E_PADDING);
            capture_clear(&sink);
        }
}
END_TEST

START_TEST(large_round_trip_in_every_cipher)
{
    size_t len = 100003;
    uint8_t *data = malloc(len), key[SMIME__KEY_MAX], iv[16];

    support_fill(data, len, 9);
    support_fill(key, sizeof key, 10);
    support_fill(iv, sizeof iv, 11);
    for (int cipher = 1; cipher < SMIME__CIPHER_RC2_40_CBC; cipher++) {
        int ccm = smime__cipher_is_ccm((smime__cipher)cipher);
        smime__view nonce = smime__view_of(iv, smime__cipher_iv_size((smime__cipher)cipher));
        smime__view none = smime__view_of(NULL, 0);

        for (size_t step = 0; step < 50000; step = step * 13 + 1) {
            smime__stage *open, *seal;
            capture sink;

            capture_init(&sink);
            ck_ok(ccm ? smime__ccm_stage_new((smime__cipher)cipher, 0, key, nonce, none, 16, len,
                                             &sink.stage, &open)
                      : smime__cipher_stage_new((smime__cipher)cipher, 0, key, nonce, none,
                                                &sink.stage, &open));
            ck_ok(ccm ? smime__ccm_stage_new((smime__cipher)cipher, 1, key, nonce, none, 16, len,
                                             open, &seal)
                      : smime__cipher_stage_new((smime__cipher)cipher, 1, key, nonce, none, open,
                                                &seal));
            ck_ok(feed(seal, data, len, step));
            capture_is(&sink, data, len);
            if (smime__cipher_is_aead((smime__cipher)cipher))
                ck_assert_mem_eq(smime__cipher_stage_tag(seal), smime__cipher_stage_tag(open),
                                 SMIME__TAG_SIZE);
            smime__stage_free(seal);
            smime__stage_free(open);
            capture_clear(&sink);
        }
    }
    free(data);
}
END_TEST

START_TEST(gcm_tag_depends_on_every_input)
{
    static const uint8_t nonce[12] = {1}, other[12] = {2};
    static const struct { const uint8_t *iv; const char *aad, *data; } rows[] = {
        {nonce, "a", "data"}, {other, "a", "data"}, {nonce, "b", "data"}, {nonce, "a", "dada"},
        {nonce, "", "data"},
    };
    uint8_t tags[5][SMIME__TAG_SIZE];

    for (size_t i = 0; i < 5; i++) {
        smime__stage *stage;

        ck_ok(smime__cipher_stage_new(SMIME__CIPHER_AES128_GCM, 1, zeros,
                                      smime__view_of(rows[i].iv, 12),
                                      smime__view_text(rows[i].aad), smime__stage_null(),
                                      &stage));
        ck_ok(feed(stage, rows[i].data, 4, 0));
        memcpy(tags[i], smime__cipher_stage_tag(stage), SMIME__TAG_SIZE);
        smime__stage_free(stage);
        for (size_t k = 0; k < i; k++)
            ck_assert_mem_ne(tags[i], tags[k], SMIME__TAG_SIZE);
    }
}
END_TEST

START_TEST(wrong_nonce_length_and_errors_behind)
{
    smime__stage *stage = NULL;
    capture sink;

    for (size_t len = 0; len < 20; len++)
        if (len != 12)
            ck_assert_int_eq(smime__cipher_stage_new(SMIME__CIPHER_CHACHA20_POLY1305, 0, zeros,
                                                     smime__view_of(zeros, len),
                                                     smime__view_of(NULL, 0),
                                                     smime__stage_null(), &stage),
                             SMIME_E_CRYPTO);
    ck_assert_int_eq(smime__cipher_stage_new(SMIME__CIPHER_AES128_GCM, 0, zeros,
                                             smime__view_of(zeros, 0), smime__view_of(NULL, 0),
                                             smime__stage_null(), &stage), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime__cipher_stage_new(SMIME__CIPHER_AES128_CCM, 0, zeros,
                                             smime__view_of(zeros, 12), smime__view_of(NULL, 0),
                                             smime__stage_null(), &stage), SMIME_E_CRYPTO);
    for (size_t len = 0; len < 16; len++) {
        smime_status status = smime__ccm_stage_new(SMIME__CIPHER_AES128_CCM, 0, zeros,
                                                   smime__view_of(zeros, len),
                                                   smime__view_of(NULL, 0), 16, 70000,
                                                   smime__stage_null(), &stage);
        /* 13 leave two bytes for the length of the content */
        ck_assert_int_eq(status, len >= 7 && len <= 12 ? SMIME_OK : SMIME_E_INVALID_ARG);
        if (status == SMIME_OK)
            smime__stage_free(stage);
        stage = NULL;
    }
    capture_init(&sink);
    sink.answer = SMIME_E_IO;
    ck_ok(smime__cipher_stage_new(SMIME__CIPHER_AES128_CBC, 1, zeros, smime__view_of(zeros, 16),
                                  smime__view_of(NULL, 0), &sink.stage, &stage));
    ck_assert_int_eq(feed(stage, "x", 1, 0), SMIME_E_IO);
    ck_assert_int_eq(sink.finished, 0);
    smime__stage_free(stage);
}
END_TEST

void add_crypto_cipher(Suite *suite)
{
    TCase *tc = tcase_create("cipher");

    tcase_set_timeout(tc, 60);
    add_rows(tc, known_answers_both_ways_for_every_step, answers);
    tcase_add_test(tc, padding_good_and_bad_of_every_length);
    tcase_add_test(tc, padding_function_alone);
    tcase_add_test(tc, cbc_of_a_wrong_length);
    tcase_add_test(tc, large_round_trip_in_every_cipher);
    tcase_add_test(tc, gcm_tag_depends_on_every_input);
    tcase_add_test(tc, wrong_nonce_length_and_errors_behind);
    suite_add_tcase(suite, tc);
}
