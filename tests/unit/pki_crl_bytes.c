/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Revocation lists as bytes: what is read, what is refused, and what a change of one byte does. */
#include "pki_world.h"

#include <smime/key.h>

#define DAYS(n) (SUPPORT_NOW + (n) * EVIDENCE_DAY)

/* The parts of a list that is signed by nobody. */
#define ALGORITHM "30(@1.2.840.10045.4.3.2)"
#define TIMES "17('260531000000Z') 17('260602000000Z')"
#define HEAD "02(01) " ALGORITHM " <CN=CA> " TIMES
#define TAIL " " ALGORITHM " 03(00 30060201010201 01)"
#define CRL_OF(tbs) "30(30(" tbs ")" TAIL ")"
#define WITH_ENTRY(entry) CRL_OF(HEAD " 30(" entry ")")
#define WITH_EXTENSION(e) CRL_OF(HEAD " a0(30(" e "))")
#define ENTRY_EXTENSION(e) WITH_ENTRY("30(02(05) 17('260501000000Z') 30(" e "))")
#define SCOPE(value) WITH_EXTENSION(NOTATION_CRITICAL("2.5.29.28", value))
#define NUMBER(value) WITH_EXTENSION(NOTATION_EXTENSION("2.5.29.20", value))

/* RFC 5280 5.1 and 5.2, in strict DER. */
static const struct { const char *der; int good; } encodings[] = {
    {CRL_OF(HEAD), 1},
    {CRL_OF(ALGORITHM " <CN=CA> " TIMES), 1}, /* version 1 */
    {CRL_OF(ALGORITHM " <CN=CA> 17('260531000000Z')"), 1},
    {CRL_OF("02(01) " ALGORITHM " <CN=CA> 18('20500101000000Z') 18('20510101000000Z')"), 1},
    {CRL_OF("02(00) " ALGORITHM " <CN=CA> " TIMES), 0},
    {CRL_OF("02(02) " ALGORITHM " <CN=CA> " TIMES), 0},
    {CRL_OF("02(0001) " ALGORITHM " <CN=CA> " TIMES), 0},
    {CRL_OF("02(01) 30(@1.2.3) <CN=CA> " TIMES), 0}, /* another algorithm than outside */
    {CRL_OF("02(01) " ALGORITHM " 31() " TIMES), 0},
    {CRL_OF("02(01) " ALGORITHM " <CN=CA>"), 0},
    {CRL_OF("02(01) " ALGORITHM " <CN=CA> 17('2605310000Z')"), 0},
    {CRL_OF("02(01) " ALGORITHM " <CN=CA> 17('260531000000+0000')"), 0},
    {CRL_OF("02(01) " ALGORITHM " <CN=CA> 17('260532000000Z')"), 0},
    {CRL_OF("02(01) " ALGORITHM " <CN=CA> 17('260531000000Z') 17('26')"), 0},
    {CRL_OF(HEAD " 30()"), 1}, /* sloppy, and harmless */
    {CRL_OF(HEAD " 30() 30()"), 0},
    {CRL_OF(HEAD " a0(30())"), 0},
    {CRL_OF(HEAD " a0()"), 0},
    {CRL_OF(HEAD " a1(30())"), 0},
    {CRL_OF(ALGORITHM " <CN=CA> " TIMES " a0(30(" NOTATION_EXTENSION("1.2.3", "05()") "))"), 0},
    {"30(30(" HEAD ")" TAIL ") 00", 0},
    {"30(30(" HEAD ")" TAIL " 05())", 0},
    {"30(30(" HEAD ") " ALGORITHM ")", 0},
    {"30(30(" HEAD ") " ALGORITHM " 03(01 3006020101020101))", 0},
    {"31(30(" HEAD ")" TAIL ")", 0},
    {"30()", 0},
    {"", 0},
    {WITH_ENTRY("30(02(05) 17('260501000000Z'))"), 1},
    {WITH_ENTRY("30(02(05) 18('20260501000000Z'))"), 1},
    {WITH_ENTRY("30(02(05))"), 0},
    {WITH_ENTRY("30(02() 17('260501000000Z'))"), 0},
    {WITH_ENTRY("30(02(0005) 17('260501000000Z'))"), 0},
    {WITH_ENTRY("30(02(05) 17('260501000000Z') 30())"), 0},
    {WITH_ENTRY("30(02(05) 17('260501000000Z') 05())"), 0},
    {WITH_ENTRY("31(02(05) 17('260501000000Z'))"), 0},
    {WITH_ENTRY("30(02(05) 17('260501000000Z')) 00"), 0},
    {ENTRY_EXTENSION(NOTATION_EXTENSION("2.5.29.21", "0a(01)")), 1},
    {ENTRY_EXTENSION(NOTATION_EXTENSION("2.5.29.21", "0a(0b)")), 0},
    {ENTRY_EXTENSION(NOTATION_EXTENSION("2.5.29.21", "0a(0001)")), 0},
    {ENTRY_EXTENSION(NOTATION_EXTENSION("2.5.29.21", "02(01)")), 0},
    {ENTRY_EXTENSION(NOTATION_EXTENSION("2.5.29.21", "0a(01) 00")), 0},
    {ENTRY_EXTENSION(NOTATION_EXTENSION("2.5.29.21", "0a(01)")
                     NOTATION_EXTENSION("2.5.29.21", "0a(01)")), 0},
    {ENTRY_EXTENSION(NOTATION_EXTENSION("2.5.29.24", "18('20260401000000Z')")), 1},
    {ENTRY_EXTENSION(NOTATION_EXTENSION("2.5.29.24", "18('2026')")), 0},
    {ENTRY_EXTENSION(NOTATION_CRITICAL("2.5.29.29", "30(a4(<CN=X>))")), 1},
    {ENTRY_EXTENSION(NOTATION_CRITICAL("2.5.29.29", "30(81('x') a4(<CN=X>))")), 1},
    {ENTRY_EXTENSION(NOTATION_CRITICAL("2.5.29.29", "30(81('x'))")), 0},
    {ENTRY_EXTENSION(NOTATION_CRITICAL("2.5.29.29", "30()")), 0},
    {NUMBER("02(05)"), 1},
    {NUMBER("02(ff)"), 0},
    {NUMBER("02(0005)"), 0},
    {NUMBER("02(0102030405060708090a0b0c0d0e0f1011121314)"), 1},
    {NUMBER("02(00f102030405060708090a0b0c0d0e0f1011121314)"), 1},
    {NUMBER("02(01f102030405060708090a0b0c0d0e0f101112131415)"), 0},
    {NUMBER("02()"), 0},
    {WITH_EXTENSION(NOTATION_CRITICAL("2.5.29.27", "02(ff)")), 0},
    {WITH_EXTENSION(NOTATION_EXTENSION("2.5.29.20", "02(05)")
                    NOTATION_EXTENSION("2.5.29.20", "02(05)")), 0},
    {SCOPE("30(81(ff))"), 1},
    {SCOPE("30(84(ff))"), 1},
    {SCOPE("30(83(05 60))"), 1},
    {SCOPE("30(a0(a0(86('x'))))"), 1},
    {SCOPE("30(a0(a1(30(@2.5.4.3 0c('x')))))"), 1},
    {SCOPE("30(81(01))"), 0}, /* TRUE is ff */
    {SCOPE("30(81(ff) 82(ff))"), 0},
    {SCOPE("30(82(ff) 85(ff))"), 0},
    {SCOPE("30(82(ff) 81(ff))"), 0},
    {SCOPE("30(83(08 60))"), 0},
    {SCOPE("30(83(01))"), 0},
    {SCOPE("30(a0())"), 0},
    {SCOPE("30(a0(a0()))"), 0},
    {SCOPE("30(a0(a1()))"), 0},
    {SCOPE("30(a0(a2(86('x'))))"), 0},
    {SCOPE("30(86(ff))"), 0},
    {SCOPE("30() 00"), 0},
    {WITH_EXTENSION(NOTATION_EXTENSION("2.5.29.46", "30(30(a0(a0(86('x')))))")), 1},
    {WITH_EXTENSION(NOTATION_EXTENSION("2.5.29.46", "30()")), 0},
    {WITH_EXTENSION(NOTATION_EXTENSION("2.5.29.35", "30(80(01))")), 1},
    {WITH_EXTENSION(NOTATION_EXTENSION("2.5.29.35", "04(01)")), 0},
};

START_TEST(encoding_is_read_or_refused)
{
    gnutls_datum_t der = notation(encodings[_i].der);
    smime_crl *crl = NULL;
    smime_status status = smime_crl_new(NULL, der.data, der.size, &crl);

    ck_assert_msg(status == (encodings[_i].good ? SMIME_OK : SMIME_E_CRL_SYNTAX), "%s: %d",
                  encodings[_i].der, (int)status);
    ck_assert_int_eq(crl != NULL, encodings[_i].good);
    smime_crl_unref(crl);
}
END_TEST

/* Entries come out sorted, whatever order and size their numbers have; each is found. */
static const char *const serials[] = {
    "7f", "80", "ff", "00ff", "01", "0100", "ff7f", "00f102030405060708090a0b0c0d0e0f1011121314",
    "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20", "00", "0080", "7fff",
};
#define SERIALS (sizeof serials / sizeof serials[0])

static int before(smime__view a, smime__view b)
{
    return a.len != b.len ? a.len < b.len : memcmp(a.data, b.data, a.len) < 0;
}

START_TEST(entries_are_sorted_and_found)
{
    gnutls_datum_t entries = {NULL, 0}, der;
    smime_crl *crl = NULL;
    smime__view last = {NULL, 0};
    smime__crl_entry entry;

    for (size_t i = 0; i < SERIALS; i++)
        entries = notation("% 30(02(%) 17('260501000000Z'))", entries,
                           notation(serials[(i * 5 + (size_t)_i) % SERIALS]));
    der = notation("30(30(" HEAD " 30(%))" TAIL ")", entries);
    ck_ok(smime_crl_new(NULL, der.data, der.size, &crl));
    ck_assert_uint_eq(smime_crl_count(crl), SERIALS);
    for (size_t i = 0; i < SERIALS; i++) {
        smime__view serial;
        int64_t when = 0;
        ck_ok(smime_crl_entry(crl, i, &serial.data, &serial.len, &when, NULL));
        ck_assert(i == 0 || before(last, serial));
        ck_assert_int_eq(when, INT64_C(1777593600));
        last = serial;
    }
    for (size_t i = 0; i < SERIALS; i++) {
        gnutls_datum_t wanted = notation(serials[i]);
        ck_assert(smime__crl_find(crl, smime__view_of(wanted.data, wanted.size),
                                  &crl->issuer_canonical, &entry));
    }
    ck_assert(!smime__crl_find(crl, smime__view_of((const uint8_t *)"\x02", 1),
                               &crl->issuer_canonical, &entry));
    ck_assert_int_eq(smime_crl_entry(crl, SERIALS, NULL, NULL, NULL, NULL), SMIME_E_NOT_FOUND);
    smime_crl_unref(crl);
}
END_TEST

/* A serial number that is negative, or longer than 20 bytes, is compared like any other (4.1.2.2
 * asks readers to bear them). */
static const char *const odd_serials[] = {
    "ff", "80", "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20",
};

START_TEST(odd_serial_numbers_are_revoked_too)
{
    certs_spec leaf = world_leaf("CN=Leaf", NULL);

    world_make_chain();
    leaf.serial = odd_serials[_i];
    world_make(OTHER_LEAF, CA, leaf);
    world_add_crl(&(evidence_crl){.signer = CA, .entry = {{.serial = "00ff"}, {.serial = "01"},
                                                          {.serial = odd_serials[_i]}}});
    world_check(OTHER_LEAF, 0, NULL);
    world_expect("revoked", 0);
    world_check(LEAF, 0, NULL);
    world_expect("valid", -1);
}
END_TEST

START_TEST(everything_is_read)
{
    smime_crl *crl;
    int64_t seconds = 0;
    int32_t reason = 0;
    char *oid = NULL;

    world_make_chain();
    crl = world_crl(&(evidence_crl){.signer = CA, .number = 0x1234, .base = 0x80,
                                    .scope = "30(84(ff))",
                                    .entry = {{.of = LEAF, .reason = 4, .when = DAYS(-7)}}});
    ck_assert_str_eq(smime_crl_issuer(crl), "CN=CA");
    ck_assert_str_eq(smime_crl_number(crl), "1234");
    ck_assert_str_eq(smime_crl_base_number(crl), "80");
    ck_assert_int_eq(smime_crl_indirect(crl), 1);
    ck_assert_int_eq(smime_crl_this_update(crl), DAYS(-1));
    ck_assert_int_eq(smime_crl_next_update(crl, &seconds), 1);
    ck_assert_int_eq(seconds, DAYS(1));
    ck_assert_int_eq(smime_crl_lists(crl, here.cert[LEAF], &seconds, &reason), 1);
    ck_assert_int_eq(seconds, DAYS(-7));
    ck_assert_int_eq(reason, SMIME_REASON_SUPERSEDED);
    ck_assert_int_eq(smime_crl_lists(crl, here.cert[CA], NULL, NULL), 0);
    ck_ok(smime_crl_extension(crl, 0, &oid, NULL, NULL, NULL));
    ck_assert_str_eq(oid, "2.5.29.35");
    smime_free(oid);
    ck_assert_int_eq(smime_crl_extension(crl, 4, &oid, NULL, NULL, NULL), SMIME_E_NOT_FOUND);
    smime_crl_unref(crl);
}
END_TEST

START_TEST(same_list_twice_counts_once)
{
    world_make_chain();
    world_add_crl(&(evidence_crl){.signer = CA, .next_update = DAYS(-1), .this_update = DAYS(-2)});
    world_check(LEAF, 0, NULL);
    ck_assert_uint_eq(smime_path_signatures(here.path), 3);
    for (int i = 0; i < 3; i++) { /* ECDSA signs each time anew: the bytes have to be the same */
        gnutls_datum_t der = evidence_crl_der(here.made, &(evidence_crl){.signer = ROOT});
        smime_crl *one = NULL, *two = NULL;
        ck_ok(smime_crl_new(NULL, der.data, der.size, &one));
        ck_ok(smime_crl_new(NULL, der.data, der.size, &two));
        ck_ok(smime_store_add_crl(here.store, one));
        ck_ok(smime_store_add_crl(here.store, two));
        smime_crl_unref(one);
        smime_crl_unref(two);
    }
    world_check(LEAF, 0, NULL);
    world_expect("valid", -1);
    ck_assert_uint_eq(smime_path_signatures(here.path), 4); /* the first of ROOT's decides */
}
END_TEST

START_TEST(limit_of_bytes_is_exact)
{
    gnutls_datum_t der = notation(CRL_OF(HEAD));
    smime_crl *crl = NULL;

    ck_ok(smime_policy_set_limit(here.policy, SMIME_LIMIT_CRL_BYTES, der.size - 1));
    ck_assert_int_eq(smime_crl_new(here.policy, der.data, der.size, &crl),
                     SMIME_E_LIMIT_REVOCATION);
    ck_assert_ptr_null(crl);
    ck_ok(smime_policy_set_limit(here.policy, SMIME_LIMIT_CRL_BYTES, der.size));
    ck_ok(smime_crl_new(here.policy, der.data, der.size, &crl));
    smime_crl_unref(crl);
}
END_TEST

/* --- a list that revokes, cut and changed --- */

static gnutls_datum_t revoking(void)
{
    world_make_chain();
    world_check(LEAF, 0, NULL);
    return evidence_crl_der(here.made, &(evidence_crl){.signer = CA, .number = 5,
                                                       .entry = {{.of = LEAF, .reason = 1}}});
}

START_TEST(every_prefix_is_refused)
{
    gnutls_datum_t der = revoking();

    for (size_t len = 0; len < der.size; len++) {
        uint8_t *exact = malloc(len ? len : 1);
        smime_crl *crl = NULL;
        must(exact != NULL);
        memcpy(exact, der.data, len);
        must(smime_crl_new(NULL, exact, len, &crl) == SMIME_E_CRL_SYNTAX);
        must(crl == NULL);
        free(exact);
    }
}
END_TEST

/* The state of LEAF when a message brings this list. */
static int32_t state_with(smime_crl *crl)
{
    smime__settings settings;
    smime__budget budget = {0};
    smime__path_context context;
    smime__evidence brought = {0};
    smime_path *path = NULL;
    int32_t state;

    settings_now(&settings);
    budget.limits = settings.limits;
    ck_ok(smime__evidence_add_crl(&brought, crl));
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
    size_t step = fork && !strcmp(fork, "no") ? 7 : 1; /* under valgrind */
    smime_crl *crl = NULL;

    ck_ok(smime_crl_new(NULL, der.data, der.size, &crl));
    ck_assert_int_eq(state_with(crl), SMIME_REVOKED_YES);
    smime_crl_unref(crl);
    for (size_t i = 0; i < 3 * (size_t)der.size; i += step) {
        crl = NULL;
        der.data[i / 3] ^= changes[i % 3];
        if (smime_crl_new(NULL, der.data, der.size, &crl) == SMIME_OK) {
            int32_t state = state_with(crl);
            ck_assert_msg(state != SMIME_REVOKED_GOOD && state != SMIME_REVOKED_YES,
                          "byte %zu", i / 3);
        }
        smime_crl_unref(crl);
        der.data[i / 3] ^= changes[i % 3];
    }
}
END_TEST

void add_pki_crl_bytes(Suite *suite)
{
    TCase *tc = tcase_create("crl bytes");

    tcase_set_timeout(tc, 120);
    tcase_add_checked_fixture(tc, world_setup, world_teardown);
    add_rows(tc, encoding_is_read_or_refused, encodings);
    tcase_add_loop_test(tc, entries_are_sorted_and_found, 0, 5);
    add_rows(tc, odd_serial_numbers_are_revoked_too, odd_serials);
    tcase_add_test(tc, everything_is_read);
    tcase_add_test(tc, same_list_twice_counts_once);
    tcase_add_test(tc, limit_of_bytes_is_exact);
    tcase_add_test(tc, every_prefix_is_refused);
    tcase_add_test(tc, no_change_of_a_byte_makes_it_good);
    suite_add_tcase(suite, tc);
}
