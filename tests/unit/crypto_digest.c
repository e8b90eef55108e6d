/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hashes, random numbers, PEM, IDNA. */
#include "unit.h"

#include "crypto/digest.h"
#include "crypto/idna.h"
#include "crypto/pem.h"
#include "crypto/random.h"

static const struct {
    smime__hash hash;
    const char *name, *micalg, *abc; /* FIPS 180-4 */
} hashes[] = {
    {SMIME__HASH_SHA1, "sha1", "sha-1", "a9993e364706816aba3e25717850c26c9cd0d89d"},
    {SMIME__HASH_SHA224, "sha224", "sha-224",
     "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"},
    {SMIME__HASH_SHA256, "sha256", "sha-256",
     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {SMIME__HASH_SHA384, "sha384", "sha-384",
     "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca1"
     "34c825a7"},
    {SMIME__HASH_SHA512, "sha512", "sha-512",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23"
     "a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
};

START_TEST(known_answers)
{
    smime__hash hash = hashes[_i].hash;
    uint8_t digest[SMIME__DIGEST_MAX];
    smime__digest *running;
    uint8_t *want;
    size_t len;

    want = support_unhex(hashes[_i].abc, &len);
    ck_assert_uint_eq(smime__hash_size(hash), len);
    ck_ok(smime__digest_once(hash, "abc", 3, digest));
    ck_assert_mem_eq(digest, want, len);
    ck_ok(smime__digest_new(hash, &running));
    ck_ok(smime__digest_update(running, "a", 1));
    ck_ok(smime__digest_update(running, "", 0));
    ck_ok(smime__digest_update(running, "bc", 2));
    memset(digest, 0, sizeof digest);
    smime__digest_finish(running, digest);
    ck_assert_mem_eq(digest, want, len);
    smime__digest_free(running);
    smime__digest_free(NULL);
    free(want);
}
END_TEST

START_TEST(names)
{
    const char *name = hashes[_i].name, *micalg = hashes[_i].micalg;

    ck_assert_str_eq(smime__hash_name(hashes[_i].hash), name);
    ck_assert_str_eq(smime__hash_micalg(hashes[_i].hash), micalg);
    ck_assert_int_eq(smime__hash_by_name(name, strlen(name)), hashes[_i].hash);
    ck_assert_int_eq(smime__hash_by_name(micalg, strlen(micalg)), hashes[_i].hash);
    ck_assert_int_eq(smime__hash_by_name("SHA-256", 7), SMIME__HASH_SHA256);
    ck_assert_int_eq(smime__hash_by_name(name, strlen(name) - 1), SMIME__HASH_NONE);
    ck_assert_int_eq(smime__hash_by_name("md5", 3), SMIME__HASH_NONE);
    ck_assert_int_eq(smime__hash_by_name("", 0), SMIME__HASH_NONE);
}
END_TEST

START_TEST(stage_computes_the_set_and_passes_all_on)
{
    unsigned set = 1u << SMIME__HASH_SHA256 | 1u << SMIME__HASH_SHA512;
    uint8_t data[5000], digest[SMIME__DIGEST_MAX];
    smime__stage *stage;
    capture sink;

    support_fill(data, sizeof data, 8);
    for (size_t step = 0; step < 5000; step = step * 5 + 1) {
        capture_init(&sink);
        ck_ok(smime__digest_stage_new(set, &sink.stage, &stage));
        ck_assert_ptr_null(smime__digest_stage_value(stage, SMIME__HASH_SHA256));
        ck_ok(feed(stage, data, sizeof data, step));
        capture_is(&sink, data, sizeof data);
        ck_assert_int_eq(sink.finished, 1);
        ck_assert_uint_eq(smime__digest_stage_length(stage), sizeof data);
        ck_assert_uint_eq(smime__digest_stage_head(stage).len, SMIME__DIGEST_HEAD);
        ck_assert_mem_eq(smime__digest_stage_head(stage).data, data, SMIME__DIGEST_HEAD);
        ck_ok(smime__digest_once(SMIME__HASH_SHA256, data, sizeof data, digest));
        ck_assert_mem_eq(smime__digest_stage_value(stage, SMIME__HASH_SHA256), digest, 32);
        ck_ok(smime__digest_once(SMIME__HASH_SHA512, data, sizeof data, digest));
        ck_assert_mem_eq(smime__digest_stage_value(stage, SMIME__HASH_SHA512), digest, 64);
        ck_assert_ptr_null(smime__digest_stage_value(stage, SMIME__HASH_SHA1));
        smime__stage_free(stage);
        capture_clear(&sink);
    }
}
END_TEST

START_TEST(random_bytes_differ)
{
    uint8_t a[32] = {0}, b[32] = {0}, zero[32] = {0};

    ck_ok(smime__random_key(a, sizeof a));
    ck_ok(smime__random_key(b, sizeof b));
    ck_assert_mem_ne(a, b, sizeof a);
    ck_assert_mem_ne(a, zero, sizeof a);
    ck_ok(smime__random_public(a, sizeof a));
    ck_assert_mem_ne(a, b, sizeof a);
}
END_TEST

START_TEST(pem_objects_come_one_by_one)
{
    static const char text[] = "noise\n-----BEGIN ONE-----\nYWJj\n-----END ONE-----\nmore\n"
                               "-----BEGIN TWO X-----\r\nProc-Type: 4,ENCRYPTED\r\n\r\nZGVm\r\n"
                               "Z2g=\r\n-----END TWO X-----";
    smime__view rest = smime__view_text(text);
    smime__pem pem = {.label = {NULL, 0}};

    ck_ok(smime__pem_next(&rest, &pem));
    ck_assert(smime__view_equal(pem.label, smime__view_text("ONE")));
    ck_assert(smime__view_equal(smime__buf_view(&pem.der), smime__view_text("abc")));
    ck_assert_mem_eq(pem.whole.data, "-----BEGIN ONE", 14);
    ck_assert_mem_eq(pem.whole.data + pem.whole.len - 8, "ONE-----", 8);
    ck_ok(smime__pem_next(&rest, &pem));
    ck_assert(smime__view_equal(pem.label, smime__view_text("TWO X")));
    ck_assert(smime__view_equal(smime__buf_view(&pem.der), smime__view_text("defgh")));
    ck_assert_int_eq(smime__pem_next(&rest, &pem), SMIME_E_NOT_FOUND);
    smime__buf_free(&pem.der);
}
END_TEST

static const struct {
    const char *text;
    smime_status status;
} pem_bad[] = {
    {"", SMIME_E_NOT_FOUND},
    {"nothing here", SMIME_E_NOT_FOUND},
    {"-----BEGIN ", SMIME_E_BER},
    {"-----BEGIN X-----", SMIME_E_BER},
    {"-----BEGIN X-----\nYWJj\n", SMIME_E_BER},
    {"-----BEGIN X-----\nYWJj\n-----END Y-----\n", SMIME_E_BER},
    {"-----BEGIN X-----\nYW!j\n-----END X-----\n", SMIME_E_BER},
    {"-----BEGIN X-----\nYWJjZ\n-----END X-----\n", SMIME_E_BER},
    {"-----BEGIN X-----\nYWJj\n-----END X", SMIME_E_BER},
};

START_TEST(pem_that_is_none)
{
    smime__view rest = smime__view_text(pem_bad[_i].text);
    smime__pem pem = {.label = {NULL, 0}};

    ck_assert_int_eq(smime__pem_next(&rest, &pem), pem_bad[_i].status);
    smime__buf_free(&pem.der);
}
END_TEST

START_TEST(domains_become_ascii)
{
    static const char *const rows[][2] = {
        {"Example.ORG", "example.org"},
        {"b\xc3\xbc"
         "cher.example",
         "xn--bcher-kva.example"},
        {"xn--bcher-kva.example", "xn--bcher-kva.example"},
        {"[127.0.0.1]", "[127.0.0.1]"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        smime__buf to = {0};

        ck_ok(smime__idna_to_ascii(&to, smime__view_text(rows[i][0])));
        ck_assert_str_eq(smime__buf_text(&to), rows[i][1]);
        smime__buf_free(&to);
    }
}
END_TEST

void add_crypto_digest(Suite *suite)
{
    TCase *tc = tcase_create("digest");

    add_rows(tc, known_answers, hashes);
    add_rows(tc, names, hashes);
    tcase_add_test(tc, stage_computes_the_set_and_passes_all_on);
    tcase_add_test(tc, random_bytes_differ);
    tcase_add_test(tc, pem_objects_come_one_by_one);
    add_rows(tc, pem_that_is_none, pem_bad);
    tcase_add_test(tc, domains_become_ascii);
    suite_add_tcase(suite, tc);
}
