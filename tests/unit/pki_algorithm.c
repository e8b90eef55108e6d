/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* AlgorithmIdentifiers read and written. */
#include "pki_support.h"

#include "pki/algorithm.h"

#define SHA1 "0605 2b0e03021a"
#define SHA256 "0609 608648016503040201"
#define RSA "0609 2a864886f70d010101"
#define PSS "0609 2a864886f70d01010a"
#define OAEP "0609 2a864886f70d010107"
#define MGF1 "0609 2a864886f70d010108"

static smime__algorithm read_hex(const char *hex, uint8_t **ret_bytes)
{
    smime__algorithm algorithm;
    size_t len;

    *ret_bytes = support_unhex(hex, &len);
    ck_assert(smime__algorithm_read(smime__view_of(*ret_bytes, len), &algorithm));
    return algorithm;
}

START_TEST(only_algorithm_identifiers_are_read)
{
    static const char *const bad[] = {
        "", "3000", "300b" SHA256 "00", "300d" SHA256 "0500 00", "310b" SHA256, "3003 020101",
        "300f" SHA256 "0500 0500", "300c" SHA256 "05",
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        smime__algorithm algorithm;
        size_t len;
        uint8_t *bytes = support_unhex(bad[i], &len);

        ck_assert_msg(!smime__algorithm_read(smime__view_of(bytes, len), &algorithm), "%s",
                      bad[i]);
        free(bytes);
    }
}
END_TEST

START_TEST(hashes_take_no_parameters_or_null)
{
    static const struct { const char *hex; smime__hash hash; int plain; } rows[] = {
        {"300b" SHA256, SMIME__HASH_SHA256, 1},
        {"300d" SHA256 "0500", SMIME__HASH_SHA256, 1},
        {"3009" SHA1 "0500", SMIME__HASH_SHA1, 1},
        {"300e" SHA256 "020101", SMIME__HASH_NONE, 0},
        {"300b" RSA, SMIME__HASH_NONE, 1},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t *bytes;
        smime__algorithm algorithm = read_hex(rows[i].hex, &bytes);

        ck_assert_int_eq(smime__algorithm_hash(&algorithm), rows[i].hash);
        ck_assert_int_eq(!!smime__algorithm_is_plain(&algorithm), rows[i].plain);
        free(bytes);
    }
}
END_TEST

/* PSS parameters and what they mean; scheme NONE where they make no sense. */
static const struct {
    const char *hex;
    smime__scheme scheme;
    smime__hash hash, mgf_hash;
    int salt;
} pss[] = {
    {"300d" PSS "3000", SMIME__SCHEME_RSA_PSS, SMIME__HASH_SHA1, SMIME__HASH_SHA1, 20},
    {"3041" PSS "3034 a00f 300d" SHA256 "0500 a11c 301a" MGF1 "300d" SHA256 "0500 a203 020120",
     SMIME__SCHEME_RSA_PSS, SMIME__HASH_SHA256, SMIME__HASH_SHA256, 32},
    {"303d" PSS "3030 a00d 300b" SHA256 "a11a 3018" MGF1 "300b" SHA256 "a203 020120",
     SMIME__SCHEME_RSA_PSS, SMIME__HASH_SHA256, SMIME__HASH_SHA256, 32},
    {"3012" PSS "3005 a203 020100", SMIME__SCHEME_RSA_PSS, SMIME__HASH_SHA1, SMIME__HASH_SHA1,
     0},
    {"3013" PSS "3006 a204 0202 0100", SMIME__SCHEME_RSA_PSS, SMIME__HASH_SHA1, SMIME__HASH_SHA1,
     256},
    {"300b" PSS, SMIME__SCHEME_NONE, 0, 0, 0},       /* parameters are missing */
    {"300d" PSS "0500", SMIME__SCHEME_NONE, 0, 0, 0},
    {"3012" PSS "3005 a203 0201ff", SMIME__SCHEME_NONE, 0, 0, 0},    /* a negative salt */
    {"3012" PSS "3005 a303 020102", SMIME__SCHEME_NONE, 0, 0, 0},    /* another trailer */
    {"3016" PSS "3009 a007 3005 0603 2a0304", SMIME__SCHEME_NONE, 0, 0, 0}, /* unknown hash */
    {"301c" PSS "300f a10d 300b" SHA256, SMIME__SCHEME_NONE, 0, 0, 0},      /* no MGF1 */
};

START_TEST(pss_parameters)
{
    uint8_t *bytes;
    smime__algorithm algorithm = read_hex(pss[_i].hex, &bytes);
    smime__signature_kind how;

    ck_ok(smime__algorithm_signature(&algorithm, SMIME__HASH_SHA256, &how));
    ck_assert_int_eq(how.scheme, pss[_i].scheme);
    if (how.scheme == SMIME__SCHEME_RSA_PSS) {
        ck_assert_int_eq(how.hash, pss[_i].hash);
        ck_assert_int_eq(how.mgf_hash, pss[_i].mgf_hash);
        ck_assert_int_eq(how.salt, pss[_i].salt);
    }
    free(bytes);
}
END_TEST

START_TEST(bare_keys_take_the_hash_from_the_digest)
{
    uint8_t *bytes;
    smime__algorithm algorithm = read_hex("300d" RSA "0500", &bytes);
    smime__signature_kind how;

    ck_ok(smime__algorithm_signature(&algorithm, SMIME__HASH_SHA384, &how));
    ck_assert_int_eq(how.scheme, SMIME__SCHEME_RSA);
    ck_assert_int_eq(how.hash, SMIME__HASH_SHA384);
    ck_ok(smime__algorithm_signature(&algorithm, SMIME__HASH_NONE, &how));
    ck_assert_int_eq(how.scheme, SMIME__SCHEME_NONE);
    free(bytes);
    algorithm = read_hex("300b" SHA256, &bytes); /* a hash is no signature */
    ck_ok(smime__algorithm_signature(&algorithm, SMIME__HASH_SHA256, &how));
    ck_assert_int_eq(how.scheme, SMIME__SCHEME_NONE);
    free(bytes);
}
END_TEST

START_TEST(signatures_round_trip)
{
    static const smime__signature_kind kinds[] = {
        {SMIME__SCHEME_RSA, SMIME__HASH_SHA256, 0, 0},
        {SMIME__SCHEME_RSA_PSS, SMIME__HASH_SHA256, SMIME__HASH_SHA256, 32},
        {SMIME__SCHEME_RSA_PSS, SMIME__HASH_SHA512, SMIME__HASH_SHA1, 200},
        {SMIME__SCHEME_ECDSA, SMIME__HASH_SHA256, 0, 0},
        {SMIME__SCHEME_ECDSA, SMIME__HASH_SHA512, 0, 0},
        {SMIME__SCHEME_ED25519, SMIME__HASH_SHA512, 0, 0},
        {SMIME__SCHEME_ED448, SMIME__HASH_SHAKE256, 0, 0},
    };
    smime__signature_kind none = {SMIME__SCHEME_ECDSA, SMIME__HASH_NONE, 0, 0};
    smime__buf to = {0};

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        smime__algorithm algorithm;
        smime__signature_kind back;

        smime__buf_clear(&to);
        ck_ok(smime__algorithm_add_signature(&to, &kinds[i]));
        ck_assert(smime__algorithm_read(smime__buf_view(&to), &algorithm));
        ck_ok(smime__algorithm_signature(&algorithm, kinds[i].hash, &back));
        ck_assert_mem_eq(&back, &kinds[i], sizeof back);
    }
    ck_assert_int_eq(smime__algorithm_add_signature(&to, &none), SMIME_E_UNSUPPORTED);
    smime__buf_free(&to);
}
END_TEST

START_TEST(hashes_and_ciphers_round_trip)
{
    smime__buf to = {0};
    smime__algorithm algorithm;

    for (int i = 1; i < SMIME__HASH_COUNT; i++) {
        smime__buf_clear(&to);
        ck_ok(smime__algorithm_add_hash(&to, (smime__hash)i));
        ck_assert(smime__algorithm_read(smime__buf_view(&to), &algorithm));
        ck_assert_int_eq(smime__algorithm_hash(&algorithm),
                         smime__hash_is_available((smime__hash)i) ? i : SMIME__HASH_NONE);
        ck_assert_int_eq(smime__hash_oid((smime__hash)i), algorithm.oid);
        ck_assert_uint_eq(algorithm.params.len, 0);
    }
    for (int i = 1; i < SMIME__CIPHER_RC2_40_CBC; i++) {
        smime__buf_clear(&to);
        ck_ok(smime__algorithm_add(&to, smime__cipher_oid((smime__cipher)i), 1));
        ck_assert(smime__algorithm_read(smime__buf_view(&to), &algorithm));
        ck_assert_int_eq(smime__algorithm_cipher(&algorithm), i);
        ck_assert_int_eq(smime__algorithm_hash(&algorithm), SMIME__HASH_NONE);
    }
    smime__buf_free(&to);
}
END_TEST

/* OAEP parameters: hash, mask hash, label; refused where malformed. */
static const struct {
    const char *hex;
    int good;
    smime__hash hash, mgf_hash;
    const char *label;
} oaep[] = {
    {"300d" OAEP "3000", 1, SMIME__HASH_SHA1, SMIME__HASH_SHA1, ""},
    {"303c" OAEP "302f a00f 300d" SHA256 "0500 a11c 301a" MGF1 "300d" SHA256 "0500", 1,
     SMIME__HASH_SHA256, SMIME__HASH_SHA256, ""},
    {"301e" OAEP "3011 a00f 300d" SHA256 "0500", 1, SMIME__HASH_SHA256, SMIME__HASH_SHA1, ""},
    {"3021" OAEP "3014 a212 3010 0609 2a864886f70d010109 0403 616263", 1, SMIME__HASH_SHA1,
     SMIME__HASH_SHA1, "abc"},
    {"301e" OAEP "3011 a20f 300d 0609 2a864886f70d010109 0400", 1, SMIME__HASH_SHA1,
     SMIME__HASH_SHA1, ""},
    {"300b" OAEP, 0, 0, 0, ""},
    {"300d" OAEP "0500", 0, 0, 0, ""},
    {"3021" OAEP "3014 a212 3010 0609 2a864886f70d010108 0403 616263", 0, 0, 0, ""},
    {"301c" OAEP "300f a20d 300b 0609 2a864886f70d010109", 0, 0, 0, ""},
    {"3021" OAEP "3014 a212 3010 0609 2a864886f70d010109 0c03 616263", 0, 0, 0, ""},
    {"3016" OAEP "3009 a007 3005 0603 2a0304", 0, 0, 0, ""},
};

START_TEST(oaep_parameters)
{
    uint8_t *bytes;
    smime__algorithm algorithm = read_hex(oaep[_i].hex, &bytes);
    smime__buf label = {0};
    smime__oaep got;
    int good = 7;

    ck_ok(smime__algorithm_oaep(&algorithm, &got, &label, &good));
    ck_assert_int_eq(good, oaep[_i].good);
    if (good) {
        ck_assert_int_eq(got.hash, oaep[_i].hash);
        ck_assert_int_eq(got.mgf_hash, oaep[_i].mgf_hash);
        ck_assert(smime__view_equal(got.label, smime__view_text(oaep[_i].label)));
    }
    smime__buf_free(&label);
    free(bytes);
}
END_TEST

START_TEST(oaep_round_trips)
{
    smime__buf to = {0}, label = {0};
    smime__algorithm algorithm;
    smime__oaep got;
    int good = 0;

    ck_ok(smime__algorithm_add_oaep(&to, &(smime__oaep){SMIME__HASH_SHA384, SMIME__HASH_SHA1,
                                                       smime__view_text("L")}));
    ck_assert(smime__algorithm_read(smime__buf_view(&to), &algorithm));
    ck_assert_int_eq(algorithm.oid, SMIME__OID_RSA_OAEP);
    ck_ok(smime__algorithm_oaep(&algorithm, &got, &label, &good));
    ck_assert_int_eq(good, 1);
    ck_assert_int_eq(got.hash, SMIME__HASH_SHA384);
    ck_assert_int_eq(got.mgf_hash, SMIME__HASH_SHA1);
    ck_assert(smime__view_is(got.label, "L"));
    smime__buf_free(&to);
    smime__buf_free(&label);
}
END_TEST

void add_pki_algorithm(Suite *suite)
{
    TCase *tc = tcase_create("algorithm");

    tcase_add_test(tc, only_algorithm_identifiers_are_read);
    tcase_add_test(tc, hashes_take_no_parameters_or_null);
    add_rows(tc, pss_parameters, pss);
    tcase_add_test(tc, bare_keys_take_the_hash_from_the_digest);
    tcase_add_test(tc, signatures_round_trip);
    tcase_add_test(tc, hashes_and_ciphers_round_trip);
    add_rows(tc, oaep_parameters, oaep);
    tcase_add_test(tc, oaep_round_trips);
    suite_add_tcase(suite, tc);
}
