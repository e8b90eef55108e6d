/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PKCS#8 and PKCS#12, the scan before them, identities, and the bag. */
#include "pki_support.h"

#include "pki/identity.h"

static smime_bag *bag;
static smime__limits limits;
static smime__error error;

static void setup(void)
{
    smime__limits_default(&limits);
    smime__error_clear(&error);
    ck_ok(smime_bag_new(NULL, &bag));
}

static void teardown(void)
{
    smime_bag_free(bag);
}

static smime_status add_file(const char *name)
{
    size_t len;
    uint8_t *data = support_pki(name, &len);
    smime_status status = smime_bag_add(bag, data, len);

    free(data);
    return status;
}

START_TEST(pkcs12_with_right_wrong_and_no_password)
{
    smime__found found = {0};
    size_t len;
    uint8_t *data = support_pki("alice-rsa.p12", &len);
    smime__view view = smime__view_of(data, len);
    static const char *const wrong[] = {"wrong", "", NULL, "Secret", "secret "};

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        ck_assert_int_eq(smime__pkcs12_read(view, wrong[i], &limits, &error, &found),
                         SMIME_E_PASSWORD);
    ck_assert_uint_eq(found.cert_count + found.key_count, 0);
    ck_ok(smime__pkcs12_read(view, "secret", &limits, &error, &found));
    ck_assert_uint_eq(found.cert_count, 2);
    ck_assert_uint_eq(found.key_count, 1);
    ck_assert(smime__privkey_matches(found.keys[0], found.certs[0]->key) ||
              smime__privkey_matches(found.keys[0], found.certs[1]->key));
    smime__found_clear(&found);
    ck_assert_ptr_null(found.certs);
    free(data);
}
END_TEST

START_TEST(pkcs12_with_an_empty_password)
{
    certs_spec spec = {.subject = "CN=x"};
    certs_made made = certs_make(&spec, key_p256(), NULL);
    gnutls_datum_t der = certs_pkcs12(&made, NULL, "", GNUTLS_PKCS_PBES2_AES_256);

    ck_ok(smime_bag_add(bag, der.data, der.size)); /* needs no password to be given */
    ck_assert_uint_eq(smime_bag_identity_count(bag), 1);
    gnutls_free(der.data);
    certs_free(&made);
}
END_TEST

START_TEST(pkcs12_cut_and_changed)
{
    size_t len;
    uint8_t *data = support_pki("alice-p256.p12", &len);

    for (size_t prefix = 1; prefix < len; prefix += prefix < 100 ? 1 : 37) {
        uint8_t *exact = malloc(prefix);
        smime__found found = {0};

        memcpy(exact, data, prefix);
        ck_assert_int_lt(smime__pkcs12_read(smime__view_of(exact, prefix), "secret", &limits,
                                            &error, &found),
                         0);
        smime__pkcs_scan(smime__view_of(exact, prefix), &limits, &error);
        smime__found_clear(&found);
        free(exact);
    }
    free(data);
}
END_TEST

START_TEST(iteration_counts_are_seen_before_they_are_computed)
{
    /* PBES2 with PBKDF2: salt, then the count */
    static const struct { const char *hex; uint64_t least; } rows[] = {
        {"300f 0408 0102030405060708 0203 1e8480", 2000000},
        {"3010 0408 0102030405060708 0204 7fffffff", 2147483647},
        {"3013 0408 0102030405060708 0207 01000000000000", UINT64_C(1) << 48},
        {"3016 0408 0102030405060708 020a 01000000000000000000", UINT64_MAX},
        {"3080 0408 0102030405060708 0203 1e8480 0000", 2000000},      /* BER */
        {"3080 2480 0408 0102030405060708 0000 0203 1e8480 0000", 2000000},
        {"3011 300f 0408 0102030405060708 0203 1e8480", 2000000},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t len;
        uint8_t *data = support_unhex(rows[i].hex, &len);

        limits.value[SMIME_LIMIT_ITERATIONS] = rows[i].least - 1;
        ck_assert_int_eq(smime__pkcs_scan(smime__view_of(data, len), &limits, NULL),
                         SMIME_E_LIMIT_ITERATIONS);
        limits.value[SMIME_LIMIT_ITERATIONS] = rows[i].least;
        ck_ok(smime__pkcs_scan(smime__view_of(data, len), &limits, NULL));
        free(data);
    }
}
END_TEST

/* GnuTLS 3.7 ends the program on these: no scheme, an empty one, one longer than any. */
START_TEST(keys_without_a_scheme)
{
    static const char *const files[] = {
        "3004 3000 0400 0a19 0a0a 190a 3504", "3004 3000 0400", "3006 3002 0600 0400",
        "3080 3080 0000 0400 0000", "3081 0c 3081 06 30 04 06 02 2a 03 04 00", "30", "3082", "3080 30"};
    uint8_t data[300] = {0x30, 0x82, 1, 8, 0x30, 0x82, 1, 2, 6, 0x81, 0xfe};

    memset(data + 11, 0x2a, 254);
    data[265] = 4;
    for (size_t i = 0; i <= sizeof files / sizeof files[0]; i++) {
        int last = i == sizeof files / sizeof files[0];
        size_t len = 267;
        uint8_t *made = last ? data : support_unhex(files[i], &len);
        smime_bag *file;

        (void)smime__pkcs_scan(smime__view_of(made, len), &limits, NULL);
        ck_ok(smime_bag_new(NULL, &file));
        ck_assert_int_lt(smime_bag_add(file, made, len), 0);
        smime_bag_free(file);
        if (!last)
            free(made);
    }
}
END_TEST

START_TEST(negative_count_is_no_small_count)
{
    size_t len;
    uint8_t *data = support_unhex("300d 0408 0102030405060708 0201 ff", &len);

    ck_assert_int_eq(smime__pkcs_scan(smime__view_of(data, len), &limits, NULL),
                     SMIME_E_LIMIT_ITERATIONS);
    free(data);
}
END_TEST

START_TEST(counts_of_real_files_are_found)
{
    static const char *const files[] = {"alice-rsa.p12", "alice-rsa.enc.key"};

    for (size_t i = 0; i < 2; i++) {
        smime_policy *policy;
        smime_bag *strict;
        size_t len;
        uint8_t *data = support_pki(files[i], &len);

        ck_ok(smime_policy_new(0, &policy));
        ck_ok(smime_policy_set_limit(policy, SMIME_LIMIT_ITERATIONS, 100));
        ck_ok(smime_bag_new(policy, &strict));
        smime_policy_unref(policy);
        ck_ok(smime_bag_add_password(strict, "secret"));
        ck_assert_int_eq(smime_bag_add(strict, data, len), SMIME_E_LIMIT_ITERATIONS);
        ck_assert_str_ne(smime_bag_error_text(strict), "");
        ck_assert_uint_eq(smime_bag_identity_count(strict), 0);
        smime_bag_free(strict);
        free(data);
    }
}
END_TEST

START_TEST(deep_key_files_are_refused)
{
    uint8_t deep[100] = {0};

    for (size_t i = 0; i < 50; i++) {
        deep[2 * i] = 0x30;
        deep[2 * i + 1] = (uint8_t)(98 - 2 * i);
    }
    ck_assert_int_ne(smime__pkcs_scan(smime__view_of(deep, sizeof deep), &limits, &error),
                     SMIME_E_NOMEM);
    limits.value[SMIME_LIMIT_OBJECT_BYTES] = 99;
    ck_assert_int_eq(smime__pkcs_scan(smime__view_of(deep, sizeof deep), &limits, NULL),
                     SMIME_E_LIMIT_OBJECT);
}
END_TEST

static smime_status new_identity(const char *cert_name, const char *key_name,
                                 const char *password, smime_identity **ret)
{
    smime_cert *cert = cert_named(cert_name);
    size_t len;
    uint8_t *key = support_pki(key_name, &len);
    smime_status status = smime_identity_new(cert, key, len, password, ret);

    free(key);
    smime_cert_unref(cert); /* the identity has its own reference */
    return status;
}

START_TEST(identities_from_parts)
{
    smime_identity *identity = NULL;
    const char *why = NULL;
    smime_cert *cert;

    ck_assert_int_eq(new_identity("alice-rsa", "bob-rsa.key", NULL, &identity),
                     SMIME_E_KEY_MISMATCH);
    ck_assert_int_eq(new_identity("alice-rsa", "alice-p256.key", NULL, &identity),
                     SMIME_E_KEY_MISMATCH);
    ck_assert_int_eq(new_identity("alice-rsa", "alice-rsa.pem", NULL, &identity),
                     SMIME_E_KEY_SYNTAX);
    ck_assert_int_eq(new_identity("alice-rsa", "alice-rsa.enc.key", "wrong", &identity),
                     SMIME_E_PASSWORD);
    ck_assert_int_eq(new_identity("alice-rsa", "alice-rsa.enc.key", NULL, &identity),
                     SMIME_E_PASSWORD);
    ck_assert_ptr_null(identity);
    ck_ok(new_identity("alice-rsa", "alice-rsa.enc.key", "secret", &identity));
    smime_identity_unref(identity);
    ck_ok(new_identity("alice-rsa", "alice-rsa.key", NULL, &identity));
    ck_assert_str_eq(smime_cert_subject(smime_identity_cert(identity)), "CN=Alice");
    ck_assert_int_eq(smime_identity_usable(identity, SMIME_USE_SIGN, SUPPORT_NOW, &why), 1);
    ck_assert_int_eq(smime_identity_usable(identity, SMIME_USE_SIGN, 0, &why), 0);
    ck_assert_str_ne(why, "");
    ck_assert_ptr_eq(smime_identity_ref(identity), identity);
    smime_identity_unref(identity);
    smime_identity_unref(identity);
    smime_identity_unref(NULL);
    cert = cert_named("alice-rsa");
    ck_assert_int_eq(smime_identity_new(NULL, "x", 1, NULL, &identity), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_identity_new(cert, NULL, 1, NULL, &identity), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_identity_new(cert, "x", 0, NULL, &identity), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_identity_new(cert, "x", 1, NULL, NULL), SMIME_E_INVALID_ARG);
    smime_cert_unref(cert);
}
END_TEST

START_TEST(bag_joins_keys_and_certificates_in_any_order)
{
    static const char *const orders[][2] = {{"alice-rsa.pem", "alice-rsa.key"},
                                            {"alice-rsa.key", "alice-rsa.pem"},
                                            {"alice-rsa.key", "alice-rsa.der"}};

    ck_ok(add_file(orders[_i][0]));
    ck_assert_uint_eq(smime_bag_identity_count(bag), 0);
    ck_assert_uint_eq(smime_bag_orphan_count(bag), _i > 0);
    ck_ok(add_file(orders[_i][1]));
    ck_assert_uint_eq(smime_bag_identity_count(bag), 1);
    ck_assert_uint_eq(smime_bag_orphan_count(bag), 0);
    ck_assert_uint_eq(smime_bag_cert_count(bag), 1);
    ck_assert_ptr_null(smime_bag_identity(bag, 1));
    ck_assert_ptr_null(smime_bag_cert(bag, 1));
}
END_TEST

START_TEST(bag_with_several_files)
{
    smime_identity *alice;

    ck_assert_int_eq(add_file("alice-rsa.p12"), SMIME_E_PASSWORD);
    ck_ok(smime_bag_add_password(bag, "first"));
    ck_ok(smime_bag_add_password(bag, "secret"));
    ck_ok(add_file("alice-rsa.p12"));
    ck_assert_uint_eq(smime_bag_cert_count(bag), 2);
    ck_assert_uint_eq(smime_bag_identity_count(bag), 1);
    alice = smime_bag_identity(bag, 0);
    ck_assert_uint_eq(alice->chain_count, 1);
    ck_ok(add_file("alice-rsa.p12")); /* again: nothing is new */
    ck_assert_uint_eq(smime_bag_cert_count(bag), 2);
    ck_assert_uint_eq(smime_bag_identity_count(bag), 1);
    ck_assert_uint_eq(smime_bag_orphan_count(bag), 0);
    ck_ok(add_file("root.pem"));
    ck_ok(add_file("bob-p256.enc.key"));
    ck_assert_uint_eq(smime_bag_orphan_count(bag), 1);
    ck_ok(add_file("bob-p256.pem"));
    ck_assert_uint_eq(smime_bag_identity_count(bag), 2);
    ck_assert_uint_eq(smime_bag_orphan_count(bag), 0);
}
END_TEST

START_TEST(bag_is_as_it_was_after_an_error)
{
    static const struct { const char *text; smime_status status; } rows[] = {
        {"", SMIME_E_NOT_FOUND},
        {"no object here", SMIME_E_NOT_FOUND},
        {"-----BEGIN OTHER-----\nYQ==\n-----END OTHER-----\n", SMIME_E_NOT_FOUND},
        {"-----BEGIN CERTIFICATE-----\nYQ==\n-----END CERTIFICATE-----\n", SMIME_E_CERT_SYNTAX},
        {"-----BEGIN CERTIFICATE-----\nYQ==\n", SMIME_E_CERT_SYNTAX},
        {"-----BEGIN PRIVATE KEY-----\nYQ==\n-----END PRIVATE KEY-----\n", SMIME_E_KEY_SYNTAX},
        {"0\x03\x02\x01\x01", SMIME_E_KEY_SYNTAX},
    };

    ck_ok(add_file("alice-rsa.pem"));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ck_assert_int_eq(smime_bag_add(bag, rows[i].text, strlen(rows[i].text)),
                         rows[i].status);
        ck_assert_str_ne(smime_bag_error_text(bag), "");
        ck_assert_uint_eq(smime_bag_cert_count(bag), 1);
        ck_assert_uint_eq(smime_bag_orphan_count(bag), 0);
    }
    ck_assert_int_eq(smime_bag_add(NULL, "x", 1), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_bag_add(bag, NULL, 1), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_bag_add_password(bag, NULL), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_bag_new(NULL, NULL), SMIME_E_INVALID_ARG);
}
END_TEST

/* PATHS: one malformed certificate costs nobody the good ones beside it. */
START_TEST(bad_certificate_beside_a_good_one_is_left_out)
{
    size_t len;
    uint8_t *pem = support_pki("bob-rsa.pem", &len);
    smime__buf both = {0};

    ck_ok(smime__buf_add(&both, pem, len));
    ck_ok(smime__buf_add_text(&both,
                              "-----BEGIN CERTIFICATE-----\nYQ==\n-----END CERTIFICATE-----\n"));
    ck_ok(smime_bag_add(bag, both.data, both.len));
    ck_assert_uint_eq(smime_bag_cert_count(bag), 1);
    ck_assert_uint_eq(smime_bag_skipped_count(bag), 1);
    smime__buf_free(&both);
    free(pem);
}
END_TEST

START_TEST(bag_limits_certificates)
{
    smime_policy *policy;
    size_t len;
    uint8_t *data;

    smime_bag_free(bag);
    ck_ok(smime_policy_new(0, &policy));
    ck_ok(smime_policy_set_limit(policy, SMIME_LIMIT_CERTS, 2));
    ck_ok(smime_bag_new(policy, &bag));
    smime_policy_unref(policy);
    ck_ok(add_file("root.pem"));
    ck_ok(add_file("intermediate.pem"));
    data = support_pki("bob-rsa.pem", &len);
    ck_assert_int_eq(smime_bag_add(bag, data, len), SMIME_E_LIMIT_CERTS);
    ck_assert_uint_eq(smime_bag_cert_count(bag), 2);
    free(data);
}
END_TEST

void add_pki_keys(Suite *suite)
{
    TCase *tc = tcase_create("keys");

    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, pkcs12_with_right_wrong_and_no_password);
    tcase_add_test(tc, pkcs12_with_an_empty_password);
    tcase_add_test(tc, pkcs12_cut_and_changed);
    tcase_add_test(tc, iteration_counts_are_seen_before_they_are_computed);
    tcase_add_test(tc, keys_without_a_scheme);
    tcase_add_test(tc, negative_count_is_no_small_count);
    tcase_add_test(tc, counts_of_real_files_are_found);
    tcase_add_test(tc, deep_key_files_are_refused);
    tcase_add_test(tc, identities_from_parts);
    tcase_add_loop_test(tc, bag_joins_keys_and_certificates_in_any_order, 0, 3);
    tcase_add_test(tc, bag_with_several_files);
    tcase_add_test(tc, bag_is_as_it_was_after_an_error);
    tcase_add_test(tc, bad_certificate_beside_a_good_one_is_left_out);
    tcase_add_test(tc, bag_limits_certificates);
    suite_add_tcase(suite, tc);
}
