/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define _GNU_SOURCE /* memmem */
/* OCSP requests and responses as bytes: RFC 6960 4.1 and 4.2, in strict DER. */
#include "pki_world.h"

#include <smime/key.h>

#define DAYS(n) (SUPPORT_NOW + (n) * EVIDENCE_DAY)

/* The parts of a response that is signed by nobody. */
#define ID "30(30(@1.3.14.3.2.26) 04('name') 04('key') 02(05))"
#define NOW "18('20260531000000Z')"
#define SINGLE_OF(inside) "30(" inside ")"
#define SINGLE SINGLE_OF(ID " 80() " NOW)
#define BY_NAME "a1(<CN=CA>)"
#define BY_KEY "a2(04(0102030405060708090a0b0c0d0e0f1011121314))"
#define BASIC(inside) "30(0a(00) a0(30(@1.3.6.1.5.5.7.48.1.1 04(" inside "))))"
#define SIGNED(data) BASIC("30(30(" data ") 30(@1.2.840.10045.4.3.2) 03(00 01))")
#define DATA(singles) SIGNED(BY_NAME " " NOW " 30(" singles ")")
#define OF(single) DATA(SINGLE_OF(single))

static const struct { const char *der; int32_t status; } encodings[] = {
    {DATA(SINGLE), SMIME_OK},
    {DATA(""), SMIME_OK},
    {SIGNED(BY_KEY " " NOW " 30()"), SMIME_OK},
    {SIGNED("a0(02(00)) " BY_NAME " " NOW " 30()"), SMIME_OK}, /* the default in words */
    {SIGNED("a0(02(01)) " BY_NAME " " NOW " 30()"), SMIME_E_OCSP_SYNTAX},
    {SIGNED("a0(02(00) 00) " BY_NAME " " NOW " 30()"), SMIME_E_OCSP_SYNTAX},
    {SIGNED(BY_NAME " 17('260531000000Z') 30()"), SMIME_E_OCSP_SYNTAX},
    {SIGNED(BY_NAME " 30()"), SMIME_E_OCSP_SYNTAX},
    {SIGNED(NOW " 30()"), SMIME_E_OCSP_SYNTAX},
    {SIGNED("a1(<CN=CA> 00) " NOW " 30()"), SMIME_E_OCSP_SYNTAX},
    {SIGNED("a1(31()) " NOW " 30()"), SMIME_E_OCSP_SYNTAX},
    {SIGNED("a2(0c('x')) " NOW " 30()"), SMIME_E_OCSP_SYNTAX},
    {SIGNED("a3(04('x')) " NOW " 30()"), SMIME_E_OCSP_SYNTAX},
    {SIGNED(BY_NAME " " NOW), SMIME_E_OCSP_SYNTAX},
    {SIGNED(BY_NAME " " NOW " 30() a1(30())"), SMIME_E_OCSP_SYNTAX},
    {SIGNED(BY_NAME " " NOW " 30() a1(30(" NOTATION_EXTENSION("1.2.3", "05()") "))"), SMIME_OK},
    {SIGNED(BY_NAME " " NOW " 30() a1(30(" NOTATION_EXTENSION("1.2.3", "05()")
            NOTATION_EXTENSION("1.2.3", "05()") "))"), SMIME_E_OCSP_SYNTAX},
    {SIGNED(BY_NAME " " NOW " 30() a0(30(" NOTATION_EXTENSION("1.2.3", "05()") "))"),
     SMIME_E_OCSP_SYNTAX},
    {DATA("05()"), SMIME_E_OCSP_SYNTAX},
    {OF(ID " 81() " NOW), SMIME_E_OCSP_SYNTAX},
    {OF(ID " 82() " NOW), SMIME_OK},
    {OF(ID " 80(00) " NOW), SMIME_E_OCSP_SYNTAX},
    {OF(ID " 83() " NOW), SMIME_E_OCSP_SYNTAX},
    {OF(ID " a1(" NOW ") " NOW), SMIME_OK},
    {OF(ID " a1() " NOW), SMIME_E_OCSP_SYNTAX},
    {OF(ID " a1(" NOW " a0(0a(01))) " NOW), SMIME_OK},
    {OF(ID " a1(" NOW " a0(0a(0b))) " NOW), SMIME_E_OCSP_SYNTAX},
    {OF(ID " a1(" NOW " a0(02(01))) " NOW), SMIME_E_OCSP_SYNTAX},
    {OF(ID " a1(" NOW " a1(0a(01))) " NOW), SMIME_E_OCSP_SYNTAX},
    {OF(ID " a1(" NOW " a0(0a(01)) 00) " NOW), SMIME_E_OCSP_SYNTAX},
    {OF(ID " 80()"), SMIME_E_OCSP_SYNTAX},
    {OF(ID " 80() " NOW " a0(" NOW ")"), SMIME_OK},
    {OF(ID " 80() " NOW " a0()"), SMIME_E_OCSP_SYNTAX},
    {OF(ID " 80() " NOW " a0(" NOW " 00)"), SMIME_E_OCSP_SYNTAX},
    {OF(ID " 80() " NOW " a2(" NOW ")"), SMIME_E_OCSP_SYNTAX},
    {OF(ID " 80() " NOW " 00"), SMIME_E_OCSP_SYNTAX},
    {OF("30(30(@1.3.14.3.2.26) 04('name') 04('key')) 80() " NOW), SMIME_E_OCSP_SYNTAX},
    {OF("30(30(@1.3.14.3.2.26) 04('name') 04('key') 02(0005)) 80() " NOW), SMIME_E_OCSP_SYNTAX},
    {OF("30(@1.3.14.3.2.26 04('name') 04('key') 02(05)) 80() " NOW), SMIME_E_OCSP_SYNTAX},
    /* the outside */
    {"30(0a(01))", SMIME_OK},
    {"30(0a(06))", SMIME_OK},
    {"30(0a(07))", SMIME_E_OCSP_SYNTAX},
    {"30(0a(00))", SMIME_E_OCSP_SYNTAX},
    {"30(0a(0001))", SMIME_E_OCSP_SYNTAX},
    {"30(0a())", SMIME_E_OCSP_SYNTAX},
    {"30(0a(01) a0(30(@1.3.6.1.5.5.7.48.1.1 04(30()))))", SMIME_E_OCSP_SYNTAX},
    {"30(0a(01)) 00", SMIME_E_OCSP_SYNTAX},
    {"30(0a(00) a0(30(@1.2.3 04(30()))))", SMIME_E_UNSUPPORTED},
    {"30(0a(00) a0(30(@1.3.6.1.5.5.7.48.1.1 04(30()) 05())))", SMIME_E_OCSP_SYNTAX},
    {"30(0a(00) a0(30(@1.3.6.1.5.5.7.48.1.1 03(00 30()))))", SMIME_E_OCSP_SYNTAX},
    {BASIC("30(30(" BY_NAME " " NOW " 30()) 30(@1.2.3) 03(00 01)) 00"), SMIME_E_OCSP_SYNTAX},
    {BASIC("30(30(" BY_NAME " " NOW " 30()) 30(@1.2.3))"), SMIME_E_OCSP_SYNTAX},
    {BASIC("30(30(" BY_NAME " " NOW " 30()) 30(@1.2.3) 03(01 02))"), SMIME_E_OCSP_SYNTAX},
    {BASIC("30(30(" BY_NAME " " NOW " 30()) 30(@1.2.3) 03(00 01) a0(30()))"), SMIME_OK},
    {BASIC("30(30(" BY_NAME " " NOW " 30()) 30(@1.2.3) 03(00 01) a0(30(05())))"), SMIME_OK},
    {BASIC("30(30(" BY_NAME " " NOW " 30()) 30(@1.2.3) 03(00 01) a1(30()))"),
     SMIME_E_OCSP_SYNTAX},
    {"", SMIME_E_OCSP_SYNTAX},
    {"31(0a(01))", SMIME_E_OCSP_SYNTAX},
};

START_TEST(encoding_is_read_or_refused)
{
    gnutls_datum_t der = notation(encodings[_i].der);
    smime_ocsp *ocsp = NULL;
    smime_status status = smime_ocsp_new(NULL, der.data, der.size, &ocsp);

    ck_assert_msg(status == encodings[_i].status, "%s: %d", encodings[_i].der, (int)status);
    ck_assert_int_eq(ocsp != NULL, status == SMIME_OK);
    smime_ocsp_unref(ocsp);
}
END_TEST

START_TEST(everything_is_read)
{
    smime_ocsp *ocsp;
    int64_t first = 0, second = 0;
    int32_t reason = 0;
    size_t len = 0;
    gnutls_datum_t serial;

    world_make_chain();
    ocsp = world_ocsp(&(evidence_ocsp){
        .signer = CA, .produced_at = DAYS(-1) + 7,
        .more = NOTATION_EXTENSION("1.3.6.1.5.5.7.48.1.2", "04('0123456789abcdef')"),
        .single = {{.of = LEAF, .state = 1, .reason = 3, .when = DAYS(-9)},
                   {.of = CA, .issuer = ROOT, .next_update = EVIDENCE_NONE}}});
    ck_assert_int_eq(smime_ocsp_responder_status(ocsp), 0);
    ck_assert_int_eq(smime_ocsp_produced_at(ocsp), DAYS(-1) + 7);
    ck_assert_uint_eq(smime_ocsp_count(ocsp), 2);
    ck_assert_int_eq(smime_ocsp_state(ocsp, 0), SMIME_OCSP_REVOKED);
    ck_assert_int_eq(smime_ocsp_state(ocsp, 1), SMIME_OCSP_GOOD);
    ck_assert_int_eq(smime_ocsp_state(ocsp, 2), SMIME_OCSP_UNKNOWN);
    ck_assert_mem_eq(smime_ocsp_nonce(ocsp, &len), "0123456789abcdef", 16);
    ck_assert_uint_eq(len, 16);
    serial = evidence_serial(&here.made[LEAF]);
    ck_assert_mem_eq(smime_ocsp_serial(ocsp, 0, &len), serial.data, serial.size);
    ck_assert_uint_eq(len, serial.size);
    ck_assert_ptr_null(smime_ocsp_serial(ocsp, 2, &len));
    ck_assert_int_eq(smime_ocsp_times(ocsp, 0, &first, &second), 2);
    ck_assert(first == DAYS(-1) && second == DAYS(1));
    ck_assert_int_eq(smime_ocsp_times(ocsp, 1, NULL, NULL), 1);
    ck_assert_int_eq(smime_ocsp_times(ocsp, 2, NULL, NULL), 0);
    ck_assert_int_eq(smime_ocsp_revoked(ocsp, 0, &first, &reason), 1);
    ck_assert(first == DAYS(-9) && reason == SMIME_REASON_AFFILIATION_CHANGED);
    ck_assert_int_eq(smime_ocsp_revoked(ocsp, 1, NULL, NULL), 0);
    smime_ocsp_unref(ocsp);
}
END_TEST

/* RFC 8954 has an OCTET STRING in the extension; older responders have the bytes alone. */
START_TEST(nonce_is_read_in_both_forms)
{
    gnutls_datum_t der = notation(SIGNED(
        BY_NAME " " NOW " 30() a1(30(" NOTATION_EXTENSION("1.3.6.1.5.5.7.48.1.2", "'abc'") "))"));
    smime_ocsp *ocsp = NULL;
    size_t len;

    ck_ok(smime_ocsp_new(NULL, der.data, der.size, &ocsp));
    ck_assert_mem_eq(smime_ocsp_nonce(ocsp, &len), "abc", 3);
    ck_assert_uint_eq(len, 3);
    smime_ocsp_unref(ocsp);
}
END_TEST

/* --- requests --- */

static const char *const nonces[] = {NULL, "n", "0123456789abcdef0123456789abcdef"};

/* Byte for byte what RFC 6960 4.1.1 has, with the nonce of RFC 8954 2.1. */
START_TEST(request_is_what_the_rfc_says)
{
    const char *nonce = nonces[_i];
    gnutls_datum_t wanted, more = {NULL, 0}, id;
    uint8_t *der = NULL;
    size_t len = 0;

    world_make_chain();
    id = evidence_cert_id(&here.made[LEAF], &here.made[CA], 0);
    if (nonce)
        more = notation("a2(30(" NOTATION_EXTENSION("1.3.6.1.5.5.7.48.1.2", "04(%)") "))",
                        (gnutls_datum_t){(unsigned char *)(uintptr_t)nonce,
                                         (unsigned)strlen(nonce)});
    wanted = notation("30(30(30(30(%)) %))", id, more);
    ck_ok(smime_ocsp_request(here.cert[LEAF], here.cert[CA], "sha1", nonce,
                             nonce ? strlen(nonce) : 0, &der, &len));
    ck_assert_uint_eq(len, wanted.size);
    ck_assert_mem_eq(der, wanted.data, len);
    smime_free(der);
}
END_TEST

/* Parameters of the digest aside, which some leave out and some have as NULL (RFC 5754 2). */
START_TEST(request_may_hash_with_sha256)
{
    gnutls_datum_t id;
    uint8_t *der = NULL;
    size_t len = 0;

    world_make_chain();
    id = evidence_cert_id(&here.made[LEAF], &here.made[CA], 1);
    ck_ok(smime_ocsp_request(here.cert[LEAF], here.cert[CA], "sha256", NULL, 0, &der, &len));
    ck_assert_ptr_nonnull(memmem(der, len, id.data + 15, id.size - 15));
    ck_assert_ptr_nonnull(memmem(der, len, id.data + 4, 11));
    smime_free(der);
}
END_TEST

START_TEST(request_refuses_what_is_no_question)
{
    uint8_t *der = NULL;
    size_t len = 7;
    smime_cert *leaf, *ca;

    world_make_chain();
    leaf = here.cert[LEAF];
    ca = here.cert[CA];
#define REFUSED(...) ck_assert_int_eq(smime_ocsp_request(__VA_ARGS__), SMIME_E_INVALID_ARG)
    REFUSED(NULL, ca, "sha1", NULL, 0, &der, &len);
    REFUSED(leaf, NULL, "sha1", NULL, 0, &der, &len);
    REFUSED(leaf, ca, NULL, NULL, 0, &der, &len);
    REFUSED(leaf, ca, "md5", NULL, 0, &der, &len);
    REFUSED(leaf, ca, "sha512", NULL, 0, &der, &len);
    REFUSED(leaf, ca, "", NULL, 0, &der, &len);
    REFUSED(leaf, ca, "sha1", "", 0, &der, &len);
    REFUSED(leaf, ca, "sha1", "0123456789abcdef0123456789abcdefX", 33, &der, &len);
    REFUSED(leaf, ca, "sha1", NULL, 0, NULL, &len);
    REFUSED(leaf, ca, "sha1", NULL, 0, &der, NULL);
    ck_assert_ptr_null(der);
    ck_assert_uint_eq(len, 7);
}
END_TEST

/* --- a response that revokes, cut and changed --- */

static gnutls_datum_t revoking(void)
{
    world_make_chain();
    world_make(SIGNER, CA, (certs_spec){.subject = "CN=R", .purpose = GNUTLS_KP_OCSP_SIGNING,
                                        .usage = GNUTLS_KEY_DIGITAL_SIGNATURE});
    world_check(LEAF, 0, NULL);
    return evidence_ocsp_der(here.made, &(evidence_ocsp){
        .signer = SIGNER, .with = {SIGNER},
        .single = {{.of = LEAF, .issuer = CA, .state = 1, .reason = 1}}});
}

START_TEST(every_prefix_is_refused)
{
    gnutls_datum_t der = revoking();

    for (size_t len = 0; len < der.size; len++) {
        uint8_t *exact = malloc(len ? len : 1);
        smime_ocsp *ocsp = NULL;
        must(exact != NULL);
        memcpy(exact, der.data, len);
        must(smime_ocsp_new(NULL, exact, len, &ocsp) == SMIME_E_OCSP_SYNTAX);
        must(ocsp == NULL);
        free(exact);
    }
}
END_TEST

/* The state of LEAF when a message brings this response. */
static int32_t state_with(smime_ocsp *ocsp)
{
    smime__settings settings;
    smime__budget budget = {0};
    smime__path_context context;
    smime__evidence brought = {0};
    smime_path *path = NULL;
    int32_t state;

    settings_now(&settings);
    budget.limits = settings.limits;
    ck_ok(smime__evidence_add_ocsp(&brought, ocsp));
    ck_ok(smime__path_context_init(&context, here.store, &settings, &budget, NULL));
    context.brought = &brought;
    ck_ok(smime__path_find(&context, here.cert[LEAF], 0, NULL, &path));
    state = smime_path_revocation(path, 0);
    smime_path_unref(path);
    smime__path_context_clear(&context);
    smime__evidence_clear(&brought);
    smime__settings_clear(&settings);
    return state;
}

START_TEST(no_change_of_a_byte_makes_it_good)
{
    static const uint8_t changes[] = {0x01, 0x80, 0xff};
    gnutls_datum_t der = revoking();
    const char *fork = getenv("CK_FORK");
    size_t step = fork && !strcmp(fork, "no") ? 19 : 1; /* under valgrind */
    smime_ocsp *ocsp = NULL;

    ck_ok(smime_ocsp_new(NULL, der.data, der.size, &ocsp));
    ck_assert_int_eq(state_with(ocsp), SMIME_REVOKED_YES);
    smime_ocsp_unref(ocsp);
    for (size_t i = 0; i < 3 * (size_t)der.size; i += step) {
        ocsp = NULL;
        der.data[i / 3] ^= changes[i % 3];
        if (smime_ocsp_new(NULL, der.data, der.size, &ocsp) == SMIME_OK) {
            int32_t state = state_with(ocsp);
            ck_assert_msg(state != SMIME_REVOKED_GOOD && state != SMIME_REVOKED_YES,
                          "byte %zu", i / 3);
        }
        smime_ocsp_unref(ocsp);
        der.data[i / 3] ^= changes[i % 3];
    }
}
END_TEST

void add_pki_ocsp_bytes(Suite *suite)
{
    TCase *tc = tcase_create("ocsp bytes");

    tcase_set_timeout(tc, 120);
    tcase_add_checked_fixture(tc, world_setup, world_teardown);
    add_rows(tc, encoding_is_read_or_refused, encodings);
    tcase_add_test(tc, everything_is_read);
    tcase_add_test(tc, nonce_is_read_in_both_forms);
    add_rows(tc, request_is_what_the_rfc_says, nonces);
    tcase_add_test(tc, request_may_hash_with_sha256);
    tcase_add_test(tc, request_refuses_what_is_no_question);
    tcase_add_test(tc, every_prefix_is_refused);
    tcase_add_test(tc, no_change_of_a_byte_makes_it_good);
    suite_add_tcase(suite, tc);
}
