/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Revocation lists, OCSP, restricted anchors and answers about paths, as a program sees them. */
#include "common.h"

#include "der_edit.h"
#include "evidence.h"

#include <string.h>

#define INVALID(call) ck_assert_int_eq(call, SMIME_E_INVALID_ARG)
#define GONE(call) ck_assert_int_eq(call, SMIME_E_NOT_FOUND)
#define OK(call) ck_assert_int_eq(call, SMIME_OK)
#define DAYS(n) (SUPPORT_NOW + (n) * EVIDENCE_DAY)

enum { NOBODY, ROOT, CA, LEAF, COUNT };

static certs_made made[COUNT];
static smime_cert *certs[COUNT];
static smime_store *store;
static smime_policy *rules;
static smime_path *path;
static smime_crl *crl;
static smime_ocsp *ocsp;

static void make(int who, int issuer, certs_spec spec)
{
    gnutls_x509_privkey_t key = certs_key(
        GNUTLS_PK_EC, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1));
    gnutls_datum_t der;

    made[who] = certs_make(&spec, key, issuer ? &made[issuer] : NULL);
    der = certs_der(&made[who]);
    OK(smime_cert_new(der.data, der.size, &certs[who]));
    gnutls_free(der.data);
}

static void setup(void)
{
    certs_spec ca = {.subject = "CN=Root", .ca = 1,
                     .usage = GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN};

    make(ROOT, NOBODY, ca);
    ca.subject = "CN=CA";
    ca.path_length = 1;
    make(CA, ROOT, ca);
    make(LEAF, CA, (certs_spec){
        .subject = "CN=Leaf", .email = "leaf@example.org", .serial = "00c1",
        .usage = GNUTLS_KEY_DIGITAL_SIGNATURE, .purpose = GNUTLS_KP_EMAIL_PROTECTION,
        .more = {{"2.5.29.31", "30(30(a0(a0(86('http://example.org/ca.crl')))))", 0},
                 {"2.5.29.46", "30(30(a0(a0(86('http://example.org/delta.crl')))))", 0},
                 {"1.3.6.1.5.5.7.1.1",
                  "30(30(@1.3.6.1.5.5.7.48.1 86('http://ocsp.example.org'))"
                  "   30(@1.3.6.1.5.5.7.48.2 86('http://example.org/ca.cer')))", 0},
                 {"2.5.29.32", "30(30(@1.2.3))", 0}}});
    OK(smime_store_new(&store));
    OK(smime_store_add_anchor(store, certs[ROOT]));
    OK(smime_store_add_cert(store, certs[CA]));
    OK(smime_policy_new(SMIME_POLICY_DEFAULT, &rules));
    OK(smime_policy_set_time(rules, SUPPORT_NOW));
}

static void teardown(void)
{
    for (int who = ROOT; who < COUNT; who++) {
        smime_cert_unref(certs[who]);
        certs_free(&made[who]);
    }
    smime_path_unref(path);
    smime_crl_unref(crl);
    smime_ocsp_unref(ocsp);
    smime_store_unref(store);
    smime_policy_unref(rules);
    path = NULL;
    crl = NULL;
    ocsp = NULL;
    store = NULL;
    notation_clear();
    common_teardown();
}

static void check(int32_t use)
{
    smime_path_unref(path);
    path = NULL;
    OK(smime_path_check(store, rules, certs[LEAF], use, NULL, &path));
}

static void take_crl(const evidence_crl *spec)
{
    gnutls_datum_t der = evidence_crl_der(made, spec);

    OK(smime_crl_new(NULL, der.data, der.size, &crl));
}

static void take_ocsp(const evidence_ocsp *spec)
{
    gnutls_datum_t der = evidence_ocsp_der(made, spec);

    OK(smime_ocsp_new(NULL, der.data, der.size, &ocsp));
}

START_TEST(list_tells_what_it_holds)
{
    gnutls_datum_t der = evidence_crl_der(made, &(evidence_crl){
        .signer = CA, .number = 7, .entry = {{.of = LEAF, .reason = 4, .when = DAYS(-3)}}});
    const uint8_t *at;
    size_t len = 0;
    int64_t when = 0;
    int32_t reason = -1, critical = -1;
    char *oid = NULL;

    OK(smime_crl_new(rules, der.data, der.size, &crl));
    ck_assert_mem_eq(smime_crl_der(crl, &len), der.data, der.size);
    ck_assert_uint_eq(len, der.size);
    ck_assert_str_eq(smime_crl_issuer(crl), "CN=CA");
    ck_assert_uint_eq(strlen(smime_crl_sha256(crl)), 64);
    ck_assert_str_eq(smime_crl_number(crl), "07");
    ck_assert_ptr_null(smime_crl_base_number(crl));
    ck_assert_int_eq(smime_crl_indirect(crl), 0);
    ck_assert_int_eq(smime_crl_this_update(crl), DAYS(-1));
    ck_assert_int_eq(smime_crl_next_update(crl, &when), 1);
    ck_assert_int_eq(when, DAYS(1));
    ck_assert_uint_eq(smime_crl_count(crl), 1);
    OK(smime_crl_entry(crl, 0, &at, &len, &when, &reason));
    ck_assert_mem_eq(at, "\x00\xc1", 2);
    ck_assert(len == 2 && when == DAYS(-3) && reason == SMIME_REASON_SUPERSEDED);
    OK(smime_crl_entry(crl, 0, NULL, NULL, NULL, NULL));
    GONE(smime_crl_entry(crl, 1, &at, &len, &when, &reason));
    ck_assert_int_eq(smime_crl_lists(crl, certs[LEAF], NULL, NULL), 1);
    ck_assert_int_eq(smime_crl_lists(crl, certs[CA], NULL, NULL), 0);
    ck_assert_int_eq(smime_crl_lists(crl, NULL, NULL, NULL), 0);
    OK(smime_crl_extension(crl, 1, &oid, &critical, &at, &len));
    ck_assert_str_eq(oid, "2.5.29.20");
    ck_assert(critical == 0 && len == 3 && !memcmp(at, "\x02\x01\x07", 3));
    smime_free(oid);
    GONE(smime_crl_extension(crl, 2, NULL, NULL, NULL, NULL));
    for (int32_t field = -1; field <= 11; field++)
        ck_assert_int_eq(smime_crl_field(crl, field, &len) != NULL,
                         field == SMIME_FIELD_TBS || field == SMIME_FIELD_SIGNATURE_ALGORITHM ||
                             field == SMIME_FIELD_SIGNATURE || field == SMIME_FIELD_ISSUER ||
                             field == SMIME_FIELD_AUTHORITY_KEY_ID);
    ck_assert_ptr_eq(smime_crl_ref(crl), crl);
    smime_crl_unref(crl);
}
END_TEST

START_TEST(pem_is_read_with_anything_around_it)
{
    gnutls_datum_t list = evidence_crl_der(made, &(evidence_crl){.signer = CA});
    gnutls_datum_t answer = evidence_ocsp_der(made, &(evidence_ocsp){.signer = CA});
    bytes body = base64(bytes_of(list.data, list.size));
    bytes pem = joined(text("from the mail of today\n-----BEGIN X509 CRL-----\n"),
                       joined(body, text("-----END X509 CRL-----\nthe end\n")));
    smime_crl *none = NULL;

    OK(smime_crl_new(NULL, pem.data, pem.len, &crl));
    ck_assert_str_eq(smime_crl_issuer(crl), "CN=CA");
    body = base64(bytes_of(answer.data, answer.size));
    ck_assert_int_eq(smime_crl_new(NULL, body.data, body.len, &none), SMIME_E_CRL_SYNTAX);
    pem = joined(text("-----BEGIN OCSP RESPONSE-----\n"),
                 joined(body, text("-----END OCSP RESPONSE-----\n")));
    OK(smime_ocsp_new(NULL, pem.data, pem.len, &ocsp));
    ck_assert_int_eq(smime_crl_new(NULL, pem.data, pem.len, &none), SMIME_E_CRL_SYNTAX);
    ck_assert_ptr_null(none);
}
END_TEST

START_TEST(store_with_a_list_knows_of_revocation)
{
    int64_t when = 0, first = 0, next = 0;
    int32_t reason = -1;

    check(SMIME_USE_SIGN);
    ck_assert_int_eq(smime_path_valid(path), 1);
    ck_assert_int_eq(smime_path_revocation(path, 0), SMIME_REVOKED_NOT_CHECKED);
    ck_assert_str_ne(smime_path_revocation_text(path, 0), "");
    take_crl(&(evidence_crl){.signer = CA, .entry = {{.of = LEAF, .reason = 1, .when = DAYS(-2)}}});
    OK(smime_store_add_crl(store, crl));
    OK(smime_store_add_crl(store, crl)); /* which is no fault */
    check(SMIME_USE_SIGN);
    ck_assert_str_eq(smime_path_reason(path), "revoked");
    ck_assert_int_eq(smime_path_status(path), SMIME_PATH_INVALID);
    ck_assert_int_eq(smime_path_fault(path), 0);
    ck_assert_ptr_null(smime_path_anchor(path));
    ck_assert_int_eq(smime_path_revocation(path, 0), SMIME_REVOKED_YES);
    ck_assert_int_eq(smime_path_revocation_source(path, 0), SMIME_SOURCE_CRL);
    ck_assert_int_eq(smime_path_revoked(path, 0, &when, &reason), 1);
    ck_assert(when == DAYS(-2) && reason == SMIME_REASON_KEY_COMPROMISE);
    ck_assert_int_eq(smime_path_revocation_times(path, 0, &first, &next), 2);
    ck_assert(first == DAYS(-1) && next == DAYS(1));
    for (size_t past = 3; past < 5; past++) {
        ck_assert_int_eq(smime_path_revocation(path, past), SMIME_REVOKED_NOT_CHECKED);
        ck_assert_int_eq(smime_path_revocation_source(path, past), SMIME_SOURCE_NONE);
        ck_assert_str_eq(smime_path_revocation_text(path, past), "");
        ck_assert_int_eq(smime_path_revocation_times(path, past, &first, &next), 0);
        ck_assert_int_eq(smime_path_revoked(path, past, &when, &reason), 0);
    }
}
END_TEST

START_TEST(store_with_a_response_knows_of_revocation)
{
    take_ocsp(&(evidence_ocsp){.signer = CA,
                               .single = {{.of = LEAF, .next_update = EVIDENCE_NONE}}});
    OK(smime_store_add_ocsp(store, ocsp));
    OK(smime_policy_set_revocation(rules, SMIME_REVOCATION_LEAF));
    check(SMIME_USE_SIGN);
    ck_assert_int_eq(smime_path_valid(path), 1);
    ck_assert_int_eq(smime_path_revocation(path, 0), SMIME_REVOKED_GOOD);
    ck_assert_int_eq(smime_path_revocation_source(path, 0), SMIME_SOURCE_OCSP);
    ck_assert_int_eq(smime_path_revocation_times(path, 0, NULL, NULL), 1);
    OK(smime_policy_set_revocation(rules, SMIME_REVOCATION_ALL));
    check(SMIME_USE_SIGN);
    ck_assert_str_eq(smime_path_reason(path), "revocation-unknown");
    ck_assert_int_eq(smime_path_status(path), SMIME_PATH_INDETERMINATE);
    ck_assert_int_eq(smime_path_fault(path), 1);
}
END_TEST

START_TEST(tolerance_of_clocks_is_a_choice)
{
    take_crl(&(evidence_crl){.signer = CA, .next_update = SUPPORT_NOW - 3600});
    OK(smime_store_add_crl(store, crl));
    check(0);
    ck_assert_int_eq(smime_path_revocation(path, 0), SMIME_REVOKED_UNKNOWN);
    OK(smime_policy_set_clock_tolerance(rules, 3600));
    OK(smime_policy_set_revocation(rules, SMIME_REVOCATION_LEAF));
    check(0);
    ck_assert_int_eq(smime_path_revocation(path, 0), SMIME_REVOKED_GOOD);
}
END_TEST

/* What is no mailbox, host, or dot with a host. */
static const struct { const char *address; int good; } addresses[] = {
    {"alice@example.org", 1}, {"example.org", 1},   {".example.org", 1},   {"org", 1},
    {"", 0},                  {"@example.org", 0},  {"alice@", 0},         {"a@b@c", 0},
    {"example.org.", 0},      {"a..org", 0},        {"alice@.org", 0},     {"a b@example.org", 0},
    {"\xc3\xa4@x.org", 0},    {"b\xc3\xbc.org", 0}, {"a\tb@example.org", 0},
};

START_TEST(address_is_of_a_form_that_is_known)
{
    smime_status status = smime_store_restrict_address(store, certs[ROOT],
                                                       addresses[_i].address);

    ck_assert_int_eq(status, addresses[_i].good ? SMIME_OK : SMIME_E_INVALID_ARG);
    check(0); /* a refused call changes nothing */
    ck_assert_int_eq(smime_path_valid(path),
                     !addresses[_i].good || !strcmp(addresses[_i].address, "example.org"));
}
END_TEST

START_TEST(restrictions_want_an_anchor_and_their_arguments)
{
    static const uint8_t names[] = {0x30, 0x07, 0xa1, 0x05, 0x30, 0x03, 0x82, 0x01, 'x'};

    GONE(smime_store_restrict_use(store, certs[CA], SMIME_USE_SIGN));
    GONE(smime_store_restrict_address(store, certs[CA], "example.org"));
    GONE(smime_store_restrict_names(store, certs[CA], names, sizeof names));
    INVALID(smime_store_restrict_use(store, certs[ROOT], 0));
    INVALID(smime_store_restrict_use(store, certs[ROOT], 4));
    INVALID(smime_store_restrict_use(store, NULL, SMIME_USE_SIGN));
    INVALID(smime_store_restrict_address(store, certs[ROOT], NULL));
    INVALID(smime_store_restrict_names(store, certs[ROOT], NULL, 0));
    INVALID(smime_store_restrict_names(store, certs[ROOT], names, sizeof names - 1));
    INVALID(smime_store_add_crl(store, NULL));
    INVALID(smime_store_add_ocsp(store, NULL));
    INVALID(smime_store_add_distrusted(store, NULL));
    check(0);
    ck_assert_int_eq(smime_path_valid(path), 1);
    OK(smime_store_restrict_names(store, certs[ROOT], names, sizeof names));
    OK(smime_store_restrict_use(store, certs[ROOT], SMIME_USE_ENCRYPT));
    OK(smime_store_restrict_use(store, certs[ROOT], SMIME_USE_SIGN)); /* the last word counts */
    check(SMIME_USE_SIGN);
    ck_assert_int_eq(smime_path_valid(path), 1);
    OK(smime_store_add_distrusted(store, certs[CA]));
    check(SMIME_USE_SIGN);
    ck_assert_str_eq(smime_path_reason(path), "distrusted");
    ck_assert_uint_eq(smime_path_tried_count(path), 1);
    ck_assert_str_eq(smime_path_tried_reason(path, 0), "distrusted");
    ck_assert_uint_eq(smime_path_tried_length(path, 0), 2);
    ck_assert_ptr_nonnull(smime_path_tried_cert(path, 0));
    ck_assert_ptr_null(smime_path_tried_reason(path, 1));
    ck_assert_ptr_null(smime_path_tried_text(path, 1));
    ck_assert_ptr_null(smime_path_tried_cert(path, 1));
    ck_assert_uint_eq(smime_path_tried_length(path, 1), 0);
}
END_TEST

/* SMIME_ITEM_* of the leaf, one each; the others have none. */
static const char *const items[] = {
    [SMIME_ITEM_PURPOSE] = "1.3.6.1.5.5.7.3.4",
    [SMIME_ITEM_POLICY] = "1.2.3",
    [SMIME_ITEM_NAME] = "rfc822:leaf@example.org",
    [SMIME_ITEM_CRL] = "http://example.org/ca.crl",
    [SMIME_ITEM_DELTA_CRL] = "http://example.org/delta.crl",
    [SMIME_ITEM_OCSP] = "http://ocsp.example.org",
    [SMIME_ITEM_ISSUER] = "http://example.org/ca.cer",
    [SMIME_ITEM_PERMITTED] = NULL,
    [SMIME_ITEM_EXCLUDED] = NULL,
};

START_TEST(certificate_tells_its_extensions)
{
    char *told = NULL;
    size_t count = 0;

    for (int32_t list = SMIME_ITEM_PURPOSE; list <= SMIME_ITEM_EXCLUDED; list++) {
        if (items[list]) {
            OK(smime_cert_item(certs[LEAF], list, 0, &told));
            ck_assert_str_eq(told, items[list]);
            smime_free(told);
            told = NULL;
        }
        GONE(smime_cert_item(certs[LEAF], list, items[list] ? 1 : 0, &told));
        GONE(smime_cert_item(certs[LEAF], list, SIZE_MAX, &told));
    }
    INVALID(smime_cert_item(certs[LEAF], 0, 0, &told));
    INVALID(smime_cert_item(certs[LEAF], 10, 0, &told));
    INVALID(smime_cert_item(certs[LEAF], SMIME_ITEM_NAME, 0, NULL));
    while (smime_cert_extension(certs[LEAF], count, NULL, NULL, NULL, NULL) == SMIME_OK)
        count++;
    ck_assert_uint_eq(count, 9);
    ck_assert_ptr_null(told);
    ck_assert_int_eq(smime_cert_version(certs[LEAF]), 3);
    ck_assert_str_eq(smime_cert_key_kind(certs[LEAF]), "ecdsa");
    ck_assert_uint_eq(smime_cert_key_bits(certs[LEAF]), 256);
    ck_assert_int_eq(smime_cert_is_ca(certs[LEAF]), 0);
    ck_assert_int_eq(smime_cert_is_ca(certs[CA]), 1);
    ck_assert_int_eq(smime_cert_path_length(certs[CA]), 0);
    ck_assert_int_eq(smime_cert_path_length(certs[ROOT]), -1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("evidence");
    TCase *tests = tcase_create("evidence");

    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, list_tells_what_it_holds);
    tcase_add_test(tests, pem_is_read_with_anything_around_it);
    tcase_add_test(tests, store_with_a_list_knows_of_revocation);
    tcase_add_test(tests, store_with_a_response_knows_of_revocation);
    tcase_add_test(tests, tolerance_of_clocks_is_a_choice);
    tcase_add_loop_test(tests, address_is_of_a_form_that_is_known, 0,
                        (int)(sizeof addresses / sizeof addresses[0]));
    tcase_add_test(tests, restrictions_want_an_anchor_and_their_arguments);
    tcase_add_test(tests, certificate_tells_its_extensions);
    suite_add_tcase(suite, tests);
    return support_main(suite);
}
