/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What OCSP responses prove of a certificate: RFC 6960 3.2 and 4.2. */
#include "pki_world.h"

/* DELEGATE answers for CA and is vouched for, ASKED is not; WRONG_EKU is for mail, OLD has expired,
 * NO_SIGN must not sign; OTHERS answers for OTHER_CA, STRANGE is named by an impostor of CA. */
enum { DELEGATE = OTHER_LEAF + 1, ASKED, WRONG_EKU, OLD, NO_SIGN, OTHERS, IMPOSTOR, STRANGE,
       RENEWED };

#define DAYS(n) (SUPPORT_NOW + (n) * EVIDENCE_DAY)
#define GOOD SMIME_REVOKED_GOOD
#define YES SMIME_REVOKED_YES
#define OPEN SMIME_REVOKED_UNKNOWN
#define SILENT SMIME_REVOKED_NOT_CHECKED
#define ABOUT .of = LEAF, .issuer = CA
#define ONE {{ABOUT}}
#define UNKNOWN_CRITICAL NOTATION_CRITICAL("1.2.3.4", "05()")

typedef struct row {
    evidence_ocsp response[2];
    int32_t state;
    const char *text; /* part of the sentence */
    int reason;
} row;

static const row rows[] = {
    /* signed by the issuer itself, 4.2.2.2 */
    {{{.signer = CA, .single = ONE}}, GOOD, "good", 0},
    {{{.signer = CA, .by_key = 1, .single = ONE}}, GOOD, "good", 0},
    {{{.signer = CA, .single = {{ABOUT, .hash = 1}}}}, GOOD, "good", 0},
    {{{.signer = CA, .by_key = 1, .single = {{ABOUT, .hash = 1}}}}, GOOD, "good", 0},
    {{{.signer = CA, .single = {{ABOUT, .hash = 2}}}}, SILENT, "nothing", 0},
    {{{.signer = CA, .forged = 1, .single = ONE}}, OPEN, "signature", 0},
    {{{.signer = CA, .named = ROOT, .single = ONE}}, OPEN, "signature", 0},
    {{{.signer = CA, .named = ROOT, .by_key = 1, .single = ONE}}, OPEN, "signature", 0},
    {{{.signer = ROOT, .single = ONE}}, OPEN, "signature", 0},
    {{{.signer = ROOT, .named = CA, .single = ONE}}, OPEN, "signature", 0},
    {{{.signer = RENEWED, .single = ONE, .with = {RENEWED}}}, GOOD, "good", 0}, /* name and key */
    /* whom it is about, 4.1.1: name, key and serial number */
    {{{.signer = CA, .single = {{.of = OTHER_LEAF, .issuer = CA}}}}, SILENT, "nothing", 0},
    {{{.signer = CA, .single = {{.of = LEAF, .issuer = OTHER_CA}}}}, SILENT, "nothing", 0},
    {{{.signer = CA, .single = {{.of = CA, .issuer = ROOT}}}}, SILENT, "nothing", 0},
    {{{.signer = OTHER_CA, .single = {{.of = OTHER_LEAF, .issuer = OTHER_CA}}}}, SILENT, "no", 0},
    {{{.signer = CA, .single = {{0}}}}, SILENT, "nothing", 0},
    {{{.answer = 3}}, SILENT, "nothing", 0},
    /* what it says, 2.2 */
    {{{.signer = CA, .single = {{ABOUT, .state = 1, .reason = 1}}}}, YES, "revoked", 1},
    {{{.signer = CA, .single = {{ABOUT, .state = 1, .reason = -1}}}}, YES, "revoked", 0},
    {{{.signer = CA, .single = {{ABOUT, .state = 1, .reason = 6}}}}, YES, "hold", 6},
    {{{.signer = CA, .single = {{ABOUT, .state = 2}}}}, OPEN, "not know", 0},
    {{{.signer = CA, .single = {{ABOUT, .state = 1, .hash = 1}}}}, YES, "revoked", 0},
    /* several singles: any that says revoked wins, in every order */
    {{{.signer = CA, .single = {{ABOUT}, {ABOUT, .state = 1, .reason = 4}}}}, YES, "revoked", 4},
    {{{.signer = CA, .single = {{ABOUT, .state = 1, .reason = 4}, {ABOUT}}}}, YES, "revoked", 4},
    {{{.signer = CA, .single = {{.of = OTHER_LEAF, .issuer = OTHER_CA}, {ABOUT, .hash = 1},
                                {ABOUT, .state = 1}}}}, YES, "revoked", 0},
    {{{.signer = CA, .single = {{ABOUT}, {ABOUT, .state = 2}}}}, GOOD, "good", 0},
    {{{.signer = CA, .single = ONE}, {.signer = CA, .single = {{ABOUT, .state = 1}}}}, YES,
     "revoked", 0},
    {{{.signer = CA, .single = {{ABOUT, .state = 1}}}, {.signer = CA, .single = ONE}}, YES,
     "revoked", 0},
    {{{.signer = CA, .forged = 1, .single = {{ABOUT, .state = 1}}}, {.signer = CA, .single = ONE}},
     GOOD, "good", 0},
    /* dates, 4.2.2.1, with a tolerance of 300 seconds */
    {{{.signer = CA, .single = {{ABOUT, .next_update = SUPPORT_NOW - 300}}}}, GOOD, "good", 0},
    {{{.signer = CA, .single = {{ABOUT, .next_update = SUPPORT_NOW - 301}}}}, OPEN, "date", 0},
    {{{.signer = CA, .single = {{ABOUT, .this_update = SUPPORT_NOW + 300}}}}, GOOD, "good", 0},
    {{{.signer = CA, .single = {{ABOUT, .this_update = SUPPORT_NOW + 301}}}}, OPEN, "after", 0},
    {{{.signer = CA, .produced_at = SUPPORT_NOW + 300, .single = ONE}}, GOOD, "good", 0},
    {{{.signer = CA, .produced_at = SUPPORT_NOW + 301, .single = ONE}}, OPEN, "after", 0},
    {{{.signer = CA, .single = {{ABOUT, .next_update = EVIDENCE_NONE}}}}, GOOD, "good", 0},
    {{{.signer = CA, .produced_at = DAYS(-1) - 300,
       .single = {{ABOUT, .this_update = DAYS(-2), .next_update = EVIDENCE_NONE}}}}, GOOD, "good",
     0},
    {{{.signer = CA, .produced_at = DAYS(-1) - 301,
       .single = {{ABOUT, .this_update = DAYS(-2), .next_update = EVIDENCE_NONE}}}}, OPEN, "date",
     0},
    {{{.signer = CA, .single = {{ABOUT, .state = 1, .next_update = DAYS(-1)}}}}, YES, "revok", 0},
    {{{.signer = CA, .single = {{ABOUT, .state = 1, .reason = 6, .next_update = DAYS(-1)}}}}, OPEN,
     "date", 0},
    {{{.signer = CA, .single = {{ABOUT, .state = 1, .this_update = DAYS(1), .when = DAYS(1)}}}},
     OPEN, "after", 0},
    /* extensions, 4.4 */
    {{{.signer = CA, .more = UNKNOWN_CRITICAL, .single = ONE}}, OPEN, "critical", 0},
    {{{.signer = CA, .single = {{ABOUT, .more = UNKNOWN_CRITICAL}}}}, OPEN, "critical", 0},
    {{{.signer = CA, .more = NOTATION_EXTENSION("1.2.3.4", "05()"), .single = ONE}}, GOOD, "", 0},
    {{{.signer = CA, .more = NOTATION_CRITICAL("1.3.6.1.5.5.7.48.1.2", "04('nonce')"),
       .single = ONE}}, GOOD, "good", 0},
    {{{.signer = CA, .single = {{ABOUT, .more = UNKNOWN_CRITICAL}, {ABOUT}}}}, GOOD, "good", 0},
    /* delegates, 4.2.2.2 */
    {{{.signer = DELEGATE, .with = {DELEGATE}, .single = ONE}}, GOOD, "good", 0},
    {{{.signer = DELEGATE, .by_key = 1, .with = {DELEGATE}, .single = ONE}}, GOOD, "good", 0},
    {{{.signer = DELEGATE, .with = {OTHERS, WRONG_EKU, DELEGATE}, .single = ONE}}, GOOD, "good",
     0},
    {{{.signer = DELEGATE, .single = ONE}}, OPEN, "signature", 0}, /* it is nowhere */
    {{{.signer = DELEGATE, .with = {ASKED}, .single = ONE}}, OPEN, "signature", 0},
    {{{.signer = ASKED, .with = {ASKED}, .single = ONE}}, GOOD, "good", 0},
    {{{.signer = WRONG_EKU, .with = {WRONG_EKU}, .single = ONE}}, OPEN, "signature", 0},
    {{{.signer = OLD, .with = {OLD}, .single = ONE}}, OPEN, "signature", 0},
    {{{.signer = NO_SIGN, .with = {NO_SIGN}, .single = ONE}}, OPEN, "signature", 0},
    {{{.signer = OTHERS, .with = {OTHERS}, .single = ONE}}, OPEN, "signature", 0},
    {{{.signer = STRANGE, .with = {STRANGE, IMPOSTOR}, .single = ONE}}, OPEN, "signature", 0},
    {{{.signer = DELEGATE, .with = {DELEGATE}, .forged = 1, .single = ONE}}, OPEN, "signature", 0},
    {{{.signer = DELEGATE, .with = {DELEGATE}, .single = {{ABOUT, .state = 1}}}}, YES, "rev", 0},
    {{{.signer = OTHERS, .with = {OTHERS}, .single = {{ABOUT, .state = 1}}}}, OPEN, "sign", 0},
};

static certs_spec responder(const char *subject, const char *purpose, int vouched)
{
    certs_spec spec = {.subject = subject, .purpose = purpose,
                       .usage = GNUTLS_KEY_DIGITAL_SIGNATURE};

    if (vouched)
        spec.more[0] = (certs_extension){"1.3.6.1.5.5.7.48.1.5", "05()", 0};
    return spec;
}

static void make_world(void)
{
    certs_spec leaf = world_leaf("CN=Leaf", "leaf@example.org");
    certs_spec old = responder("CN=Old", GNUTLS_KP_OCSP_SIGNING, 1);
    certs_spec no_sign = responder("CN=No", GNUTLS_KP_OCSP_SIGNING, 1);

    leaf.serial = "1234567890";
    old.until = SUPPORT_NOW - 1;
    no_sign.usage = GNUTLS_KEY_KEY_AGREEMENT;
    world_make(ROOT, NOBODY, world_ca("CN=Root"));
    world_make(CA, ROOT, world_ca("CN=CA"));
    world_make(LEAF, CA, leaf);
    world_make(OTHER_CA, ROOT, world_ca("CN=Other CA"));
    world_make(OTHER_LEAF, OTHER_CA, leaf);
    world_make(DELEGATE, CA, responder("CN=Delegate", GNUTLS_KP_OCSP_SIGNING, 1));
    world_make(ASKED, CA, responder("CN=Asked", GNUTLS_KP_OCSP_SIGNING, 0));
    world_make(WRONG_EKU, CA, responder("CN=Wrong", GNUTLS_KP_EMAIL_PROTECTION, 1));
    world_make(OLD, CA, old);
    world_make(NO_SIGN, CA, no_sign);
    world_make(OTHERS, OTHER_CA, responder("CN=Others", GNUTLS_KP_OCSP_SIGNING, 1));
    world_make(IMPOSTOR, NOBODY, world_ca("CN=CA"));
    world_make(STRANGE, IMPOSTOR, responder("CN=Strange", GNUTLS_KP_OCSP_SIGNING, 1));
    world_make_with(RENEWED, ROOT, CA, world_ca("CN=CA"));
    world_anchor(ROOT);
    world_add(CA);
    world_add(OTHER_CA);
}

START_TEST(response_is_judged)
{
    const row *r = &rows[_i];
    int32_t reason = -1;
    int decided = r->state == GOOD || r->state == YES;

    make_world();
    for (size_t i = 0; i < 2 && (r->response[i].signer || r->response[i].answer); i++)
        world_add_ocsp(&r->response[i]);
    world_check(LEAF, SMIME_USE_SIGN, NULL);
    ck_assert_msg(smime_path_revocation(here.path, 0) == r->state, "row %d: state %d: %s", _i,
                  smime_path_revocation(here.path, 0), smime_path_revocation_text(here.path, 0));
    ck_assert_msg(strstr(smime_path_revocation_text(here.path, 0), r->text) != NULL,
                  "row %d: \"%s\"", _i, smime_path_revocation_text(here.path, 0));
    ck_assert_int_eq(smime_path_revocation_source(here.path, 0),
                     decided ? SMIME_SOURCE_OCSP : SMIME_SOURCE_NONE);
    world_expect(r->state == YES ? "revoked" : "valid", r->state == YES ? 0 : -1);
    ck_assert_int_eq(smime_path_revoked(here.path, 0, NULL, &reason), r->state == YES);
    ck_assert_int_eq(reason, r->state == YES ? r->reason : -1);
}
END_TEST

/* A responder in the store, and not in the response. */
START_TEST(delegate_may_come_from_the_store)
{
    make_world();
    world_add(DELEGATE);
    world_add_ocsp(&(evidence_ocsp){.signer = DELEGATE, .single = ONE});
    world_check(LEAF, 0, NULL);
    ck_assert_int_eq(smime_path_revocation(here.path, 0), GOOD);
}
END_TEST

/* 4.2.2.2.1: who is not vouched for is asked about, where everything has to be known. */
static const struct {
    int signer, signer_list; /* 1: a list of the CA is good; 2: it revokes the responder */
    int32_t mode;
    const char *reason;
    int fault;
} responders[] = {
    {DELEGATE, 0, SMIME_REVOCATION_LEAF, "valid", -1},
    {ASKED, 0, SMIME_REVOCATION_LEAF, "valid", -1},
    {ASKED, 2, SMIME_REVOCATION_LEAF, "valid", -1}, /* the list says that LEAF is good */
    {DELEGATE, 0, SMIME_REVOCATION_ALL, "valid", -1},
    {ASKED, 0, SMIME_REVOCATION_ALL, "revocation-unknown", 0},
    {ASKED, 1, SMIME_REVOCATION_ALL, "valid", -1},
};

START_TEST(responder_is_vouched_for_or_asked_about)
{
    make_world();
    world_add_crl(&(evidence_crl){.signer = ROOT});
    if (responders[_i].signer_list == 1)
        world_add_crl(&(evidence_crl){.signer = CA});
    if (responders[_i].signer_list == 2)
        world_add_crl(&(evidence_crl){.signer = CA, .entry = {{.of = ASKED}}});
    world_add_ocsp(&(evidence_ocsp){.signer = responders[_i].signer,
                                    .with = {responders[_i].signer}, .single = ONE});
    world_revocation(responders[_i].mode);
    world_check(LEAF, 0, NULL);
    world_expect(responders[_i].reason, responders[_i].fault);
}
END_TEST

START_TEST(revoked_responder_proves_nothing)
{
    make_world();
    world_add_crl(&(evidence_crl){.signer = CA, .scope = "30(83(05 60))",
                                  .entry = {{.of = ASKED}}});
    world_add_ocsp(&(evidence_ocsp){.signer = ASKED, .with = {ASKED}, .single = ONE});
    world_check(LEAF, 0, NULL);
    ck_assert_int_eq(smime_path_revocation(here.path, 0), OPEN);
}
END_TEST

/* Lists and responses together: revoked by one is revoked, good by one is good. */
static const struct {
    int ocsp, list; /* 0 silent, 1 good, 2 revoked, 3 stale */
    int32_t state, source;
} both[] = {
    {1, 0, GOOD, SMIME_SOURCE_OCSP}, {0, 1, GOOD, SMIME_SOURCE_CRL},
    {1, 1, GOOD, SMIME_SOURCE_OCSP}, {1, 2, YES, SMIME_SOURCE_CRL},
    {2, 1, YES, SMIME_SOURCE_OCSP},  {2, 2, YES, SMIME_SOURCE_OCSP},
    {3, 1, GOOD, SMIME_SOURCE_CRL},  {1, 3, GOOD, SMIME_SOURCE_OCSP},
    {3, 2, YES, SMIME_SOURCE_CRL},   {3, 3, OPEN, SMIME_SOURCE_NONE},
};

START_TEST(revoked_by_one_source_is_revoked)
{
    evidence_ocsp ocsp = {.signer = CA, .single = ONE};
    evidence_crl list = {.signer = CA};

    make_world();
    ocsp.single[0].state = both[_i].ocsp == 2;
    ocsp.single[0].next_update = both[_i].ocsp == 3 ? DAYS(-1) : 0;
    list.entry[0].of = both[_i].list == 2 ? LEAF : NOBODY;
    list.next_update = both[_i].list == 3 ? DAYS(-1) : 0;
    if (both[_i].ocsp)
        world_add_ocsp(&ocsp);
    if (both[_i].list)
        world_add_crl(&list);
    world_check(LEAF, 0, NULL);
    ck_assert_int_eq(smime_path_revocation(here.path, 0), both[_i].state);
    ck_assert_int_eq(smime_path_revocation_source(here.path, 0), both[_i].source);
}
END_TEST

START_TEST(newest_response_is_told_of)
{
    int64_t this_update = 0, next_update = 0;

    make_world();
    world_add_ocsp(&(evidence_ocsp){.signer = CA, .single = {{ABOUT, .this_update = DAYS(-3)}}});
    world_add_ocsp(&(evidence_ocsp){.signer = CA, .single = {{ABOUT, .this_update = DAYS(-2),
                                                              .next_update = DAYS(7)}}});
    world_check(LEAF, 0, NULL);
    ck_assert_int_eq(smime_path_revocation_times(here.path, 0, &this_update, &next_update), 2);
    ck_assert_int_eq(this_update, DAYS(-2));
    ck_assert_int_eq(next_update, DAYS(7));
}
END_TEST

void add_pki_ocsp(Suite *suite)
{
    TCase *tc = tcase_create("ocsp");

    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, world_setup, world_teardown);
    add_rows(tc, response_is_judged, rows);
    add_rows(tc, responder_is_vouched_for_or_asked_about, responders);
    add_rows(tc, revoked_by_one_source_is_revoked, both);
    tcase_add_test(tc, delegate_may_come_from_the_store);
    tcase_add_test(tc, revoked_responder_proves_nothing);
    tcase_add_test(tc, newest_response_is_told_of);
    suite_add_tcase(suite, tc);
}
