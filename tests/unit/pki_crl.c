/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What revocation lists prove of a certificate: RFC 5280 5 and 6.3.3. */
#include "pki_world.h"

/* KEY_OF_CA has the CA's name and a key for lists alone, UNFIT one that is not for lists, LISTS is
 * an issuer of indirect lists. OTHER_LEAF is of OTHER_CA and has the serial number of LEAF. */
enum { KEY_OF_CA = OTHER_LEAF + 1, UNFIT, LISTS, IMPOSTOR };

#define HTTP_A "a0(a0(86('http://example.org/a.crl')))"
#define HTTP_B "a0(a0(86('http://example.org/b.crl')))"
#define COMPROMISE "05 60"  /* keyCompromise, cACompromise */
#define THE_REST "07 1f80"  /* all the others */
#define ISSUED_BY_LISTS "30(30(a2(a4(<CN=Lists>))))"
#define UNKNOWN_CRITICAL NOTATION_CRITICAL("1.2.3.4", "05()")
#define DAYS(n) (SUPPORT_NOW + (n) * EVIDENCE_DAY)
#define GOOD SMIME_REVOKED_GOOD
#define YES SMIME_REVOKED_YES
#define OPEN SMIME_REVOKED_UNKNOWN
#define SILENT SMIME_REVOKED_NOT_CHECKED

typedef struct row {
    const char *points; /* cRLDistributionPoints of the leaf; NULL: none */
    evidence_crl list[3];
    int32_t state;
    const char *text; /* part of the sentence */
    int reason;
} row;

#define LISTED {{.of = LEAF}}
#define LISTED_FOR(n) {{.of = LEAF, .reason = (n)}}

static const row rows[] = {
    {NULL, {{0}}, SILENT, "nothing at hand", 0},
    {NULL, {{.signer = CA}}, GOOD, "does not name", 0},
    {NULL, {{.signer = CA, .entry = LISTED}}, YES, "revoked", 0},
    {NULL, {{.signer = CA, .entry = LISTED_FOR(1)}}, YES, "revoked", 1},
    {NULL, {{.signer = CA, .entry = LISTED_FOR(6)}}, YES, "hold", 6}, /* 5.3.1 */
    {NULL, {{.signer = CA, .entry = LISTED_FOR(8)}}, GOOD, "does not name", 0},
    {NULL, {{.signer = CA, .entry = {{.of = OTHER_CA}, {.of = LEAF}, {.of = CA}}}}, YES,
     "revoked", 0},
    {NULL, {{.signer = CA, .bare = 1}}, GOOD, "does not name", 0},
    {NULL, {{.signer = CA, .bare = 1, .entry = LISTED}}, YES, "revoked", 0},
    {NULL, {{.signer = CA, .no_key_id = 1}}, GOOD, "does not name", 0},
    /* whose list it is, 6.3.3 (b) (1) */
    {NULL, {{.signer = OTHER_CA}}, SILENT, "nothing", 0},
    {NULL, {{.signer = OTHER_CA, .entry = LISTED}}, SILENT, "nothing", 0},
    {NULL, {{.signer = OTHER_CA, .issuer = CA, .entry = LISTED}}, OPEN, "signature", 0},
    {NULL, {{.signer = CA, .forged = 1}}, OPEN, "signature", 0},
    {NULL, {{.signer = CA, .forged = 1, .entry = LISTED}}, OPEN, "signature", 0},
    /* dates, 5.1.2.4 and 5.1.2.5, with a tolerance of 300 seconds */
    {NULL, {{.signer = CA, .next_update = SUPPORT_NOW - 300}}, GOOD, "does not name", 0},
    {NULL, {{.signer = CA, .next_update = SUPPORT_NOW - 301}}, OPEN, "out of date", 0},
    {NULL, {{.signer = CA, .next_update = SUPPORT_NOW - 301, .entry = LISTED}}, YES, "revoked", 0},
    {NULL, {{.signer = CA, .next_update = DAYS(-1), .entry = LISTED_FOR(6)}}, OPEN,
     "out of date", 0},
    {NULL, {{.signer = CA, .this_update = SUPPORT_NOW + 300}}, GOOD, "does not name", 0},
    {NULL, {{.signer = CA, .this_update = SUPPORT_NOW + 301}}, OPEN, "after the moment", 0},
    {NULL, {{.signer = CA, .this_update = DAYS(1), .next_update = DAYS(9),
             .entry = {{.of = LEAF, .when = DAYS(1)}}}}, OPEN, "after the moment", 0},
    {NULL, {{.signer = CA, .this_update = DAYS(1), .next_update = DAYS(9), .entry = LISTED}},
     YES, "revoked", 0},
    {NULL, {{.signer = CA, .next_update = EVIDENCE_NONE}}, OPEN, "out of date", 0},
    {NULL, {{.signer = CA, .next_update = EVIDENCE_NONE, .entry = LISTED}}, YES, "revoked", 0},
    /* an old list and a new one, in both orders */
    {NULL, {{.signer = CA, .next_update = DAYS(-1)}, {.signer = CA}}, GOOD, "does not name", 0},
    {NULL, {{.signer = CA}, {.signer = CA, .next_update = DAYS(-1)}}, GOOD, "does not name", 0},
    /* what it holds, 5.2.5 */
    {NULL, {{.signer = CA, .scope = "30(81(ff))"}}, GOOD, "does not name", 0},
    {NULL, {{.signer = CA, .scope = "30(82(ff))"}}, OPEN, "covers", 0},
    {NULL, {{.signer = CA, .scope = "30(85(ff))"}}, OPEN, "covers", 0},
    {NULL, {{.signer = CA, .scope = "30(82(ff))", .entry = LISTED}}, OPEN, "covers", 0},
    {NULL, {{.signer = CA, .scope = "30()", .entry = LISTED}}, YES, "revoked", 0},
    {NULL, {{.signer = CA, .scope = "30(" HTTP_A ")"}}, OPEN, "covers", 0},
    {"30(30(" HTTP_A "))", {{.signer = CA}}, GOOD, "does not name", 0},
    {"30(30(" HTTP_A "))", {{.signer = CA, .scope = "30(" HTTP_A ")"}}, GOOD, "does not name", 0},
    {"30(30(" HTTP_A "))", {{.signer = CA, .scope = "30(" HTTP_B ")"}}, OPEN, "covers", 0},
    {"30(30(" HTTP_B ") 30(" HTTP_A "))", {{.signer = CA, .scope = "30(" HTTP_A ")",
                                            .entry = LISTED}}, YES, "revoked", 0},
    {"30(30(a0(a0(86('http://example.org/b.crl') 86('http://example.org/a.crl')))))",
     {{.signer = CA, .scope = "30(" HTTP_A ")"}}, GOOD, "does not name", 0},
    {"30(30(a0(a1(30(@2.5.4.3 0c('one'))))))", /* below the issuer's name */
     {{.signer = CA, .scope = "30(a0(a1(30(@2.5.4.3 0c('one')))))"}}, GOOD, "does not name", 0},
    {"30(30(a0(a1(30(@2.5.4.3 0c('one'))))))",
     {{.signer = CA, .scope = "30(a0(a0(a4(<CN=CA,CN=one>))))"}}, GOOD, "does not name", 0},
    {"30(30(a0(a1(30(@2.5.4.3 0c('one'))))))",
     {{.signer = CA, .scope = "30(a0(a1(30(@2.5.4.3 0c('two')))))"}}, OPEN, "covers", 0},
    /* reasons, (d) and (e) */
    {NULL, {{.signer = CA, .scope = "30(83(" COMPROMISE "))"}}, OPEN, "all reasons", 0},
    {NULL, {{.signer = CA, .scope = "30(83(" COMPROMISE "))", .entry = LISTED_FOR(1)}}, YES,
     "revoked", 1},
    {NULL, {{.signer = CA, .scope = "30(83(" COMPROMISE "))", 0},
            {.signer = CA, .scope = "30(83(" THE_REST "))"}}, GOOD, "does not name", 0},
    {NULL, {{.signer = CA, .scope = "30(83(" COMPROMISE "))", 0},
            {.signer = CA, .scope = "30(83(" THE_REST "))", .entry = LISTED_FOR(5)}}, YES,
     "revoked", 5},
    {NULL, {{.signer = CA, .scope = "30(83(" COMPROMISE "))", 0},
            {.signer = CA, .scope = "30(83(" COMPROMISE "))", .number = 2}}, OPEN,
     "all reasons", 0},
    {"30(30(" HTTP_A " 81(" COMPROMISE ")))", {{.signer = CA, .scope = "30(" HTTP_A ")"}}, OPEN,
     "all reasons", 0},
    {"30(30(" HTTP_A " 81(" COMPROMISE ")) 30(" HTTP_B " 81(" THE_REST ")))",
     {{.signer = CA, .scope = "30(" HTTP_A ")"}, {.signer = CA, .scope = "30(" HTTP_B ")"}}, GOOD,
     "does not name", 0},
    /* indirect lists, 5.3.3: a certificateIssuer holds for what follows */
    {ISSUED_BY_LISTS, {{.signer = LISTS, .scope = "30(84(ff))"}}, GOOD, "does not name", 0},
    {ISSUED_BY_LISTS, {{.signer = LISTS}}, SILENT, "nothing", 0},
    {NULL, {{.signer = LISTS, .scope = "30(84(ff))", .entry = {{.of = LEAF, .issuer = CA}}}},
     SILENT, "nothing", 0},
    {ISSUED_BY_LISTS, {{.signer = LISTS, .scope = "30(84(ff))",
                        .entry = {{.of = LEAF, .issuer = CA}}}}, YES, "revoked", 0},
    {ISSUED_BY_LISTS, {{.signer = LISTS, .scope = "30(84(ff))", .entry = LISTED}}, GOOD, "not", 0},
    {ISSUED_BY_LISTS, {{.signer = LISTS, .scope = "30(84(ff))",
                        .entry = {{.of = CA, .issuer = CA}, {.of = ROOT}, {.of = LEAF}}}}, YES,
     "revoked", 0},
    {ISSUED_BY_LISTS, {{.signer = LISTS, .scope = "30(84(ff))",
                        .entry = {{.of = CA, .issuer = CA}, {.of = LEAF, .issuer = OTHER_CA}}}},
     GOOD, "not", 0},
    {ISSUED_BY_LISTS, {{.signer = LISTS, .scope = "30(84(ff))",
                        .entry = {{.of = LEAF, .issuer = OTHER_CA}, {.of = LEAF, .issuer = CA},
                                  {.of = LEAF, .issuer = ROOT}}}}, YES, "revoked", 0},
    {NULL, {{.signer = CA, .scope = "30(84(ff))",
             .entry = {{.of = LEAF, .issuer = OTHER_CA}}}}, GOOD, "not", 0},
    /* delta lists, 5.2.4 and (c), (h) to (j) */
    {NULL, {{.signer = CA, .number = 5}, {.signer = CA, .number = 6, .base = 5, .entry = LISTED}},
     YES, "revoked", 0},
    {NULL, {{.signer = CA, .number = 6, .base = 5, .entry = LISTED}, {.signer = CA, .number = 5}},
     YES, "revoked", 0},
    {NULL, {{.signer = CA, .number = 6, .base = 5, .entry = LISTED}}, SILENT, "nothing", 0},
    {NULL, {{.signer = CA, .number = 5, .entry = LISTED_FOR(6)},
            {.signer = CA, .number = 6, .base = 5, .entry = LISTED_FOR(8)}}, GOOD, "not", 0},
    {NULL, {{.signer = CA, .number = 5, .entry = LISTED_FOR(6)},
            {.signer = CA, .number = 7, .base = 5, .entry = LISTED_FOR(1)},
            {.signer = CA, .number = 6, .base = 5, .entry = LISTED_FOR(8)}}, YES, "revoked", 1},
    {NULL, {{.signer = CA, .number = 4}, {.signer = CA, .number = 6, .base = 5, .entry = LISTED}},
     GOOD, "not", 0}, /* the base is newer */
    {NULL, {{.signer = CA, .number = 6}, {.signer = CA, .number = 6, .base = 5, .entry = LISTED}},
     GOOD, "not", 0}, /* the complete one is as new */
    {NULL, {{.signer = CA}, {.signer = CA, .number = 6, .base = 5, .entry = LISTED}}, GOOD,
     "not", 0},
    {NULL, {{.signer = CA, .number = 5},
            {.signer = CA, .number = 6, .base = 5, .scope = "30(81(ff))", .entry = LISTED}},
     GOOD, "not", 0}, /* another scope */
    {NULL, {{.signer = CA, .number = 5},
            {.signer = CA, .number = 6, .base = 5, .forged = 1, .entry = LISTED}}, GOOD, "not", 0},
    {NULL, {{.signer = CA, .number = 5, .entry = LISTED_FOR(6)},
            {.signer = CA, .number = 6, .base = 5, .forged = 1, .entry = LISTED_FOR(8)}}, YES,
     "hold", 6},
    {NULL, {{.signer = CA, .number = 5, .entry = LISTED_FOR(6)},
            {.signer = CA, .number = 6, .base = 5, .next_update = DAYS(-1) + 60,
             .entry = LISTED_FOR(8)}}, YES, "hold", 6}, /* stale */
    {NULL, {{.signer = CA, .number = 5, .this_update = DAYS(-9), .next_update = DAYS(-8)},
            {.signer = CA, .number = 6, .base = 5}}, GOOD, "not", 0}, /* the delta makes it new */
    {NULL, {{.signer = CA, .number = 0x7fff}, {.signer = CA, .number = 0x8000, .base = 0x7fff,
             .entry = LISTED}}, YES, "revoked", 0}, /* numbers of two lengths */
    /* who signs, (f) and (g) */
    {NULL, {{.signer = KEY_OF_CA}}, GOOD, "not", 0},
    {NULL, {{.signer = KEY_OF_CA, .no_key_id = 1, .entry = LISTED}}, YES, "revoked", 0},
    {NULL, {{.signer = UNFIT}}, OPEN, "signature", 0}, /* 4.2.1.3: without cRLSign */
    {NULL, {{.signer = IMPOSTOR}}, OPEN, "signature", 0}, /* of the same name, below no anchor */
    {NULL, {{.signer = CA, .hash = GNUTLS_DIG_SHA1}}, OPEN, "signature", 0},
    /* what is critical and not known, 5.2 and 5.3 */
    {NULL, {{.signer = CA, .more = UNKNOWN_CRITICAL}}, OPEN, "critical", 0},
    {NULL, {{.signer = CA, .more = UNKNOWN_CRITICAL, .entry = LISTED}}, OPEN, "critical", 0},
    {NULL, {{.signer = CA, .entry = {{.of = CA, .more = UNKNOWN_CRITICAL}}}}, OPEN, "critical", 0},
    {NULL, {{.signer = CA, .more = NOTATION_EXTENSION("1.2.3.4", "05()")}}, GOOD, "not", 0},
    {NULL, {{.signer = CA, .more = UNKNOWN_CRITICAL}, {.signer = CA}}, GOOD, "not", 0},
};

static certs_spec lists_key(const char *subject, unsigned usage)
{
    return (certs_spec){.subject = subject, .usage = usage};
}

/* A certificate of the CA's name in the store would be tried for paths too. */
static void make_world(const char *points, int impostor)
{
    certs_spec leaf = world_leaf("CN=Leaf", "leaf@example.org");

    leaf.serial = "1234567890";
    leaf.more[0] = (certs_extension){points ? "2.5.29.31" : NULL, points, 0};
    world_make(ROOT, NOBODY, world_ca("CN=Root"));
    world_make(CA, ROOT, world_ca("CN=CA"));
    world_make(LEAF, CA, leaf);
    world_make(OTHER_CA, ROOT, world_ca("CN=Other CA"));
    world_make(OTHER_LEAF, OTHER_CA, leaf);
    world_make(KEY_OF_CA, ROOT, lists_key("CN=CA", GNUTLS_KEY_CRL_SIGN));
    world_make(UNFIT, ROOT, lists_key("CN=CA", GNUTLS_KEY_DIGITAL_SIGNATURE));
    world_make(LISTS, ROOT, lists_key("CN=Lists", GNUTLS_KEY_CRL_SIGN));
    world_make(IMPOSTOR, NOBODY, world_ca("CN=CA"));
    world_anchor(ROOT);
    for (int who = CA; who <= IMPOSTOR; who++)
        if (here.cert[who] && who != LEAF && who != OTHER_LEAF && (who != IMPOSTOR || impostor))
            world_add(who);
}

START_TEST(list_is_judged)
{
    const row *r = &rows[_i];
    int32_t reason = -1;

    make_world(r->points, r->list[0].signer == IMPOSTOR);
    for (size_t i = 0; i < 3 && r->list[i].signer; i++)
        world_add_crl(&r->list[i]);
    world_check(LEAF, SMIME_USE_SIGN, NULL);
    ck_assert_msg(smime_path_revocation(here.path, 0) == r->state, "row %d: state %d: %s", _i,
                  smime_path_revocation(here.path, 0), smime_path_revocation_text(here.path, 0));
    ck_assert_msg(strstr(smime_path_revocation_text(here.path, 0), r->text) != NULL,
                  "row %d: \"%s\"", _i, smime_path_revocation_text(here.path, 0));
    ck_assert_int_eq(smime_path_revocation_source(here.path, 0),
                     r->state == GOOD || r->state == YES ? SMIME_SOURCE_CRL
                     : strstr(r->text, "all reasons")    ? SMIME_SOURCE_CRL
                                                         : SMIME_SOURCE_NONE);
    world_expect(r->state == YES ? "revoked" : "valid", r->state == YES ? 0 : -1);
    ck_assert_int_eq(smime_path_revoked(here.path, 0, NULL, &reason), r->state == YES);
    ck_assert_int_eq(reason, r->state == YES ? r->reason : -1);
}
END_TEST

/* Everybody else's state does not depend on the leaf's lists. */
START_TEST(same_serial_of_another_ca_is_another_certificate)
{
    make_world(NULL, 0);
    world_add_crl(&(evidence_crl){.signer = CA, .entry = {{.of = LEAF}}});
    world_check(OTHER_LEAF, SMIME_USE_SIGN, NULL);
    world_expect("valid", -1);
    ck_assert_int_eq(smime_path_revocation(here.path, 0), SILENT);
}
END_TEST

/* SMIME_REVOCATION_*, the evidence at hand, and what comes of it. */
static const struct {
    int32_t mode;
    int leaf_list, ca_list; /* 0 none, 1 good, 2 revoked, 3 stale */
    const char *reason;
    int fault;
    uint64_t signatures;
} modes[] = {
    {SMIME_REVOCATION_OFF, 2, 2, "valid", -1, 2},
    {SMIME_REVOCATION_USE, 0, 0, "valid", -1, 2},
    {SMIME_REVOCATION_USE, 3, 3, "valid", -1, 4},
    {SMIME_REVOCATION_USE, 2, 0, "revoked", 0, 3},
    {SMIME_REVOCATION_USE, 0, 2, "revoked", 1, 3},
    {SMIME_REVOCATION_LEAF, 1, 0, "valid", -1, 3},
    {SMIME_REVOCATION_LEAF, 1, 3, "valid", -1, 4},
    {SMIME_REVOCATION_LEAF, 0, 1, "revocation-unknown", 0, 3},
    {SMIME_REVOCATION_LEAF, 3, 1, "revocation-unknown", 0, 4},
    {SMIME_REVOCATION_LEAF, 1, 2, "revoked", 1, 3},
    {SMIME_REVOCATION_ALL, 1, 1, "valid", -1, 4},
    {SMIME_REVOCATION_ALL, 1, 0, "revocation-unknown", 1, 2},
    {SMIME_REVOCATION_ALL, 1, 3, "revocation-unknown", 1, 3},
    {SMIME_REVOCATION_ALL, 0, 1, "revocation-unknown", 0, 3},
    {SMIME_REVOCATION_ALL, 2, 1, "revoked", 0, 4},
};

static void add_list(int signer, int of, int kind)
{
    evidence_crl spec = {.signer = signer};

    if (kind == 2)
        spec.entry[0].of = of;
    if (kind == 3)
        spec.next_update = DAYS(-1) + 1;
    if (kind)
        world_add_crl(&spec);
}

START_TEST(mode_decides_what_must_be_known)
{
    world_make_chain();
    add_list(CA, LEAF, modes[_i].leaf_list);
    add_list(ROOT, CA, modes[_i].ca_list);
    world_revocation(modes[_i].mode);
    world_check(LEAF, SMIME_USE_SIGN, NULL);
    world_expect(modes[_i].reason, modes[_i].fault);
    ck_assert_uint_eq(smime_path_signatures(here.path), modes[_i].signatures);
}
END_TEST

/* 5.2.4: what is told of the source is told of the list that decided. */
START_TEST(times_are_those_of_the_list_that_decided)
{
    int64_t this_update = 0, next_update = 0, when = 0;

    world_make_chain();
    world_add_crl(&(evidence_crl){.signer = CA, .number = 5});
    world_add_crl(&(evidence_crl){.signer = CA, .number = 6, .base = 5, .next_update = DAYS(2),
                                  .this_update = DAYS(-1) + 60,
                                  .entry = {{.of = LEAF, .when = DAYS(-3)}}});
    world_check(LEAF, 0, NULL);
    world_expect("revoked", 0);
    ck_assert_int_eq(smime_path_revocation_times(here.path, 0, &this_update, &next_update), 2);
    ck_assert_int_eq(this_update, DAYS(-1) + 60);
    ck_assert_int_eq(next_update, DAYS(2));
    ck_assert_int_eq(smime_path_revoked(here.path, 0, &when, NULL), 1);
    ck_assert_int_eq(when, DAYS(-3));
    ck_assert_int_eq(smime_path_revocation_times(here.path, 1, NULL, NULL), 0);
}
END_TEST

/* (f): the path of a list's issuer has to be good itself. */
START_TEST(signer_that_is_revoked_proves_nothing)
{
    make_world(NULL, 0);
    world_add_crl(&(evidence_crl){.signer = KEY_OF_CA});
    world_add_crl(&(evidence_crl){.signer = ROOT, .entry = {{.of = KEY_OF_CA}}});
    world_check(LEAF, 0, NULL);
    world_expect("valid", -1);
    ck_assert_int_eq(smime_path_revocation(here.path, 0), OPEN);
    world_revocation(SMIME_REVOCATION_LEAF);
    world_check(LEAF, 0, NULL);
    world_expect("revocation-unknown", 0);
}
END_TEST

void add_pki_crl(Suite *suite)
{
    TCase *tc = tcase_create("crl");

    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, world_setup, world_teardown);
    add_rows(tc, list_is_judged, rows);
    add_rows(tc, mode_decides_what_must_be_known, modes);
    tcase_add_test(tc, same_serial_of_another_ca_is_another_certificate);
    tcase_add_test(tc, times_are_those_of_the_list_that_decided);
    tcase_add_test(tc, signer_that_is_revoked_proves_nothing);
    suite_add_tcase(suite, tc);
}
