/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The certificate reader. */
#include "pki_support.h"

#include "base/ascii.h"

#include <smime/key.h>

static uint8_t *der;
static size_t der_len;

static void setup(void)
{
    der = support_pki("alice-rsa.der", &der_len);
}

static void teardown(void)
{
    free(der);
}

START_TEST(everything_is_read)
{
    smime_cert *cert = cert_named("alice-rsa"), *same, *issuer = cert_named("intermediate");
    size_t len;

    ck_assert_mem_eq(smime_cert_der(cert, &len), der, der_len);
    ck_assert_uint_eq(len, der_len);
    ck_assert_str_eq(smime_cert_subject(cert), "CN=Alice");
    ck_assert_str_eq(smime_cert_issuer(cert), smime_cert_subject(issuer));
    ck_assert_str_eq(smime_cert_subject(issuer), "CN=Test Intermediate,O=libsmime");
    ck_assert_int_eq(strncmp(smime_cert_serial(cert), "010000", 6), 0);
    ck_assert_uint_eq(strlen(smime_cert_sha256(cert)), 64);
    ck_assert_int_eq(smime_cert_not_before(cert), CERTS_FROM);
    ck_assert_int_eq(smime_cert_not_after(cert), CERTS_UNTIL);
    ck_assert_uint_eq(smime_cert_email_count(cert), 1);
    ck_assert_str_eq(smime_cert_email(cert, 0), "alice@example.org");
    ck_assert_ptr_null(smime_cert_email(cert, 1));
    ck_assert_int_eq(cert->version, 3);
    ck_assert(cert->has_key_usage);
    ck_assert_uint_eq(cert->key_usage,
                      SMIME__KU_DIGITAL_SIGNATURE | SMIME__KU_KEY_ENCIPHERMENT);
    ck_assert(cert->has_eku && cert->eku_email && !cert->eku_any);
    ck_assert_int_eq(cert->is_ca, 0);
    ck_assert_int_eq(issuer->is_ca, 1);
    ck_assert_int_eq(issuer->path_length, 0);
    ck_assert(smime__view_equal(cert->authority_key_id, issuer->subject_key_id));
    ck_assert_uint_eq(cert->unknown_critical.len, 0);
    ck_assert_int_eq(smime__pubkey_kind(cert->key), SMIME__KEY_RSA);
    ck_ok(smime_cert_new(der, der_len, &same)); /* DER gives the same as PEM */
    ck_assert(smime__cert_equal(cert, same));
    ck_assert(!smime__cert_equal(cert, issuer));
    ck_assert(smime__cert_same_subject_and_key(cert, same));
    ck_assert(!smime__cert_same_subject_and_key(cert, issuer));
    smime_cert_unref(smime_cert_ref(cert));
    smime_cert_unref(cert);
    smime_cert_unref(same);
    smime_cert_unref(issuer);
    smime_cert_unref(NULL);
}
END_TEST

START_TEST(every_prefix_is_refused)
{
    for (size_t len = 0; len < der_len; len++) {
        uint8_t *exact = malloc(len ? len : 1);
        smime_cert *cert = NULL;

        memcpy(exact, der, len);
        ck_assert_int_eq(smime__cert_parse(smime__view_of(exact, len), &cert),
                         SMIME_E_CERT_SYNTAX);
        ck_assert_int_lt(smime_cert_new(exact, len, &cert), 0);
        ck_assert_ptr_null(cert);
        free(exact);
    }
}
END_TEST

START_TEST(bytes_behind_are_refused)
{
    uint8_t *longer = malloc(der_len + 1);
    smime_cert *cert = NULL;

    memcpy(longer, der, der_len);
    longer[der_len] = 0;
    ck_assert_int_eq(smime_cert_new(longer, der_len + 1, &cert), SMIME_E_CERT_SYNTAX);
    ck_assert_ptr_null(cert);
    free(longer);
}
END_TEST

static int is_utf8(const char *text)
{
    return smime__utf8_valid((const uint8_t *)text, strlen(text));
}

/* What can be read of a changed certificate is well formed; all its texts can be shown. */
static void touch(uint8_t *bytes, size_t len, size_t *read)
{
    smime_cert *cert = NULL;
    smime_status status = smime__cert_parse(smime__view_of(bytes, len), &cert);

    ck_assert(status == SMIME_OK || status == SMIME_E_CERT_SYNTAX);
    if (status < 0) {
        ck_assert_ptr_null(cert);
        return;
    }
    ++*read;
    ck_assert(is_utf8(smime_cert_subject(cert)));
    ck_assert(is_utf8(smime_cert_issuer(cert)));
    for (size_t i = 0; i < smime_cert_email_count(cert); i++)
        ck_assert(is_utf8(smime_cert_email(cert, i)));
    smime_cert_is_for(cert, "alice@example.org");
    smime__cert_unusable(cert, SMIME_USE_SIGN | SMIME_USE_ENCRYPT, SUPPORT_NOW);
    smime_cert_unref(cert);
}

START_TEST(every_single_byte_change)
{
    static const uint8_t changes[] = {0x01, 0x80, 0xff, 0x20};
    uint8_t *copy = malloc(der_len);
    size_t read = 0;

    memcpy(copy, der, der_len);
    for (size_t i = 0; i < der_len; i++)
        for (size_t k = 0; k < sizeof changes; k++) {
            copy[i] ^= changes[k];
            touch(copy, der_len, &read);
            copy[i] ^= changes[k];
        }
    ck_assert_uint_gt(read, 100); /* names, numbers and keys may change */
    free(copy);
}
END_TEST

/* RFC 5280 4.1.1.2: the algorithm that is signed is the one that stands outside. */
START_TEST(algorithm_inside_and_outside_must_agree)
{
    static const uint8_t ecdsa_sha256[] = {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02};
    smime_cert *cert = NULL;
    size_t found = 0;

    for (size_t i = 0; i + sizeof ecdsa_sha256 <= der_len; i++) {
        if (memcmp(der + i, ecdsa_sha256, sizeof ecdsa_sha256) != 0)
            continue;
        found++;
        der[i + 7] = 3; /* SHA-384 */
        ck_assert_int_eq(smime__cert_parse(smime__view_of(der, der_len), &cert),
                         SMIME_E_CERT_SYNTAX);
        der[i + 7] = 2;
    }
    ck_assert_uint_eq(found, 2);
}
END_TEST

START_TEST(every_byte_taken_out_or_doubled)
{
    uint8_t *copy = malloc(der_len + 1);
    size_t read = 0;

    for (size_t i = 0; i < der_len; i++) {
        memcpy(copy, der, i);
        memcpy(copy + i, der + i + 1, der_len - i - 1);
        touch(copy, der_len - 1, &read);
        memcpy(copy, der, i + 1);
        memcpy(copy + i + 1, der + i, der_len - i);
        touch(copy, der_len + 1, &read);
    }
    ck_assert_uint_eq(read, 0); /* some length does not fit any more */
    free(copy);
}
END_TEST

START_TEST(arguments)
{
    smime_cert *cert = NULL;
    uint8_t *large;

    ck_assert_int_eq(smime_cert_new(NULL, 1, &cert), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_cert_new(der, der_len, NULL), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_cert_new("", 0, &cert), SMIME_E_CERT_SYNTAX);
    ck_assert_int_eq(smime_cert_new("-----BEGIN X-----\nYQ==\n-----END X-----\n", 38, &cert),
                     SMIME_E_CERT_SYNTAX);
    large = calloc(1, (1 << 20) + 1);
    large[0] = 0x30;
    ck_assert_int_eq(smime_cert_new(large, (1 << 20) + 1, &cert), SMIME_E_LIMIT_OBJECT);
    free(large);
    ck_assert_ptr_null(cert);
}
END_TEST

static const struct {
    certs_spec spec;
    const char *emails; /* joined with ';' */
} addressed[] = {
    {{.subject = "CN=a", .email = "a@x.org"}, "a@x.org;"},
    /* where there is a subjectAltName, that of the subject is not used */
    {{.subject = "EMAIL=s@x.org,CN=a", .email = "a@x.org"}, "a@x.org;"},
    {{.subject = "EMAIL=s@x.org,CN=a"}, "s@x.org;"},
    {{.subject = "CN=a"}, ""},
};

START_TEST(addresses_of_certificates)
{
    certs_made made = certs_make(&addressed[_i].spec, key_p256(), NULL);
    smime_cert *cert = cert_of(&made);
    smime__buf text = {0};

    for (size_t i = 0; i < smime_cert_email_count(cert); i++)
        ck_ok(smime__buf_format(&text, "%s;", smime_cert_email(cert, i)));
    ck_assert_str_eq(smime__buf_text(&text), addressed[_i].emails);
    smime__buf_free(&text);
    smime_cert_unref(cert);
    certs_free(&made);
}
END_TEST

START_TEST(is_for_an_address)
{
    smime_cert *cert = cert_named("capitals"), *none = cert_named("no-address");

    ck_assert_int_eq(smime_cert_is_for(cert, "Alice@example.org"), 1);
    ck_assert_int_eq(smime_cert_is_for(cert, "Alice@EXAMPLE.ORG"), 1);
    ck_assert_int_eq(smime_cert_is_for(cert, "alice@example.org"), 2);
    ck_assert_int_eq(smime_cert_is_for(cert, "alicia@example.org"), 0);
    ck_assert_int_eq(smime_cert_is_for(cert, NULL), 0);
    ck_assert_int_eq(smime_cert_is_for(NULL, "a@b"), 0);
    ck_assert_int_eq(smime_cert_is_for(none, "alice@example.org"), 0);
    smime_cert_unref(cert);
    smime_cert_unref(none);
}
END_TEST

static const struct {
    const char *name;
    int32_t use;
    int64_t when;
    int usable;
} usable[] = {
    {"alice-rsa", SMIME_USE_SIGN, SUPPORT_NOW, 1},
    {"alice-rsa", SMIME_USE_ENCRYPT, SUPPORT_NOW, 1},
    {"alice-rsa", SMIME_USE_SIGN, CERTS_FROM, 1},
    {"alice-rsa", SMIME_USE_SIGN, CERTS_FROM - 1, 0},
    {"alice-rsa", SMIME_USE_SIGN, CERTS_UNTIL, 1},
    {"alice-rsa", SMIME_USE_SIGN, CERTS_UNTIL + 1, 0},
    {"alice-p256", SMIME_USE_SIGN | SMIME_USE_ENCRYPT, SUPPORT_NOW, 1},
    {"no-sign", SMIME_USE_SIGN, SUPPORT_NOW, 0},
    {"no-sign", SMIME_USE_ENCRYPT, SUPPORT_NOW, 1},
    {"no-encrypt", SMIME_USE_ENCRYPT, SUPPORT_NOW, 0},
    {"no-encrypt", SMIME_USE_SIGN, SUPPORT_NOW, 1},
    {"no-mail", SMIME_USE_SIGN, SUPPORT_NOW, 0},
    {"no-mail", SMIME_USE_ANY, SUPPORT_NOW, 1},
    {"expired", SMIME_USE_SIGN, SUPPORT_NOW, 0},
    {"future", SMIME_USE_SIGN, SUPPORT_NOW, 0},
    {"dave-ed25519", SMIME_USE_SIGN, SUPPORT_NOW, 1},
    {"dave-ed25519", SMIME_USE_ENCRYPT, SUPPORT_NOW, 0},
    {"dave-pss", SMIME_USE_SIGN, SUPPORT_NOW, 1},
    {"dave-pss", SMIME_USE_ENCRYPT, SUPPORT_NOW, 0},
};

START_TEST(usable_for)
{
    smime_cert *cert = cert_named(usable[_i].name);
    const char *why = smime__cert_unusable(cert, usable[_i].use, usable[_i].when);

    ck_assert_msg((why == NULL) == usable[_i].usable, "%s: %s", usable[_i].name,
                  why ? why : "usable");
    smime_cert_unref(cert);
}
END_TEST

/* Extensions as DER, and whether a certificate with them is well formed. */
static const struct {
    const char *oid, *hex;
    int critical, good, unknown;
} extensions[] = {
    {"1.2.3.4", "00", 1, 1, 1},
    {"1.2.3.4", "00", 0, 1, 0},
    {"2.5.29.19", "3000", 1, 1, 0},
    {"2.5.29.19", "3003 0101ff", 1, 1, 0},
    {"2.5.29.19", "3003 010101", 1, 0, 0},      /* no DER BOOLEAN */
    {"2.5.29.19", "3006 0101ff 0201ff", 1, 0, 0}, /* a negative path length */
    {"2.5.29.19", "3006 0101ff 020100 00", 1, 0, 0},
    {"2.5.29.15", "0302 0780", 1, 1, 0},
    {"2.5.29.15", "0301 00", 1, 1, 0},
    {"2.5.29.15", "0302 0880", 1, 0, 0},        /* more than seven unused bits */
    {"2.5.29.15", "0300", 1, 0, 0},
    {"2.5.29.15", "0401 80", 1, 0, 0},
    {"2.5.29.37", "3000", 0, 0, 0},             /* no purpose */
    {"2.5.29.37", "3006 0604 551d2500", 0, 1, 0},
    {"2.5.29.37", "3006 0604 551d2580", 0, 0, 0},
    {"2.5.29.17", "3000", 0, 1, 0},
    {"2.5.29.17", "3003 8101 61", 0, 1, 0},
    {"2.5.29.17", "3003 8102 61", 0, 0, 0},
    {"2.5.29.17", "3016 a014 0608 2b06010505070809 a008 0c06 61406578c3a4", 0, 1, 0},
    {"2.5.29.17", "3016 a014 0608 2b06010505070809 a008 1606 614065782e79", 0, 0, 0},
    {"2.5.29.14", "0401 aa", 0, 1, 0},
    {"2.5.29.14", "0401 aa 00", 0, 0, 0},
    {"2.5.29.35", "3003 8001 aa", 0, 1, 0},
    {"2.5.29.35", "3003 8002 aa", 0, 0, 0},
    {"2.5.29.32", "3100", 0, 0, 0},
};

START_TEST(extensions_are_checked)
{
    size_t len;
    uint8_t *value = support_unhex(extensions[_i].hex, &len);
    certs_spec spec = {.subject = "CN=x", .extra = extensions[_i].oid,
                       .extra_value = (const char *)value, .extra_len = len,
                       .extra_critical = extensions[_i].critical, .no_key_ids = 1};
    certs_made made = certs_make(&spec, key_p256(), NULL);
    gnutls_datum_t bytes = certs_der(&made);
    smime_cert *cert = NULL;

    ck_assert_int_eq(smime__cert_parse(smime__view_of(bytes.data, bytes.size), &cert),
                     extensions[_i].good ? SMIME_OK : SMIME_E_CERT_SYNTAX);
    if (cert)
        ck_assert_int_eq(cert->unknown_critical.len > 0, extensions[_i].unknown);
    smime_cert_unref(cert);
    gnutls_free(bytes.data);
    certs_free(&made);
    free(value);
}
END_TEST

START_TEST(version_1_has_no_extensions)
{
    certs_spec spec = {.subject = "CN=old", .version = 1};
    certs_made made = certs_make(&spec, key_p256(), NULL);
    smime_cert *cert = cert_of(&made);

    ck_assert_int_eq(cert->version, 1);
    ck_assert_int_eq(cert->has_basic_constraints, 0);
    smime_cert_unref(cert);
    certs_free(&made);
}
END_TEST

void add_pki_cert(Suite *suite)
{
    TCase *tc = tcase_create("cert");

    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, everything_is_read);
    tcase_add_test(tc, every_prefix_is_refused);
    tcase_add_test(tc, bytes_behind_are_refused);
    tcase_add_test(tc, every_single_byte_change);
    tcase_add_test(tc, algorithm_inside_and_outside_must_agree);
    tcase_add_test(tc, every_byte_taken_out_or_doubled);
    tcase_add_test(tc, arguments);
    add_rows(tc, addresses_of_certificates, addressed);
    tcase_add_test(tc, is_for_an_address);
    add_rows(tc, usable_for, usable);
    add_rows(tc, extensions_are_checked, extensions);
    tcase_add_test(tc, version_1_has_no_extensions);
    suite_add_tcase(suite, tc);
}
