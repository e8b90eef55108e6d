/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Paths through more than one chain: key rollover, cross certificates, purposes, and anchors that
 * are restricted or distrusted. */
#include "pki_world.h"

#include <smime/key.h>

/* --- purposes: RFC 5280 4.2.1.3, 4.2.1.12; RFC 8550 4.4 --- */

#define SIGN SMIME_USE_SIGN
#define ENCRYPT SMIME_USE_ENCRYPT
#define DS GNUTLS_KEY_DIGITAL_SIGNATURE
#define NR GNUTLS_KEY_NON_REPUDIATION
#define KA GNUTLS_KEY_KEY_AGREEMENT
#define KE GNUTLS_KEY_KEY_ENCIPHERMENT
#define MAIL "@1.3.6.1.5.5.7.3.4"
#define TLS "@1.3.6.1.5.5.7.3.1"
#define OCSP "@1.3.6.1.5.5.7.3.9"
#define ANY "@2.5.29.37.0"

static const struct {
    unsigned usage;          /* of the leaf, which has a key on P-256; 0: no extension */
    const char *leaf, *ca;   /* extended key usages; NULL: no extension */
    const char *any, *sign, *encrypt; /* reason by use */
} purposes[] = {
    {0, NULL, NULL, "valid", "valid", "valid"},
    {DS, NULL, NULL, "valid", "valid", "key-usage"},
    {NR, NULL, NULL, "valid", "valid", "key-usage"},
    {DS | NR, NULL, NULL, "valid", "valid", "key-usage"},
    {KA, NULL, NULL, "valid", "key-usage", "valid"},
    {KE, NULL, NULL, "valid", "key-usage", "key-usage"}, /* of no use to this kind of key */
    {DS | KA, NULL, NULL, "valid", "valid", "valid"},
    {GNUTLS_KEY_CRL_SIGN, NULL, NULL, "valid", "key-usage", "key-usage"},
    {GNUTLS_KEY_DATA_ENCIPHERMENT, NULL, NULL, "valid", "key-usage", "key-usage"},
    {DS | KA, MAIL, NULL, "valid", "valid", "valid"},
    {DS | KA, ANY, NULL, "valid", "valid", "valid"},
    {DS | KA, TLS, NULL, "valid", "extended-key-usage", "extended-key-usage"},
    {DS | KA, TLS MAIL, NULL, "valid", "valid", "valid"},
    {DS | KA, TLS ANY, NULL, "valid", "valid", "valid"},
    {DS | KA, OCSP, NULL, "valid", "extended-key-usage", "extended-key-usage"},
    {DS | KA, "@1.2.3", NULL, "valid", "extended-key-usage", "extended-key-usage"},
    {DS, MAIL, NULL, "valid", "valid", "key-usage"}, /* both have to allow it */
    {DS | KA, NULL, MAIL, "valid", "valid", "valid"},
    {DS | KA, NULL, TLS, "valid", "extended-key-usage", "extended-key-usage"},
    {DS | KA, MAIL, TLS, "valid", "extended-key-usage", "extended-key-usage"},
    {DS | KA, MAIL, TLS MAIL, "valid", "valid", "valid"},
    {DS | KA, MAIL, ANY, "valid", "valid", "valid"},
    {DS | KA, TLS, MAIL, "valid", "extended-key-usage", "extended-key-usage"},
};

static certs_spec for_purposes(certs_spec spec, const char *purposes_of)
{
    static char value[2][200];
    static int turn;

    turn = !turn;
    if (purposes_of) {
        snprintf(value[turn], sizeof value[turn], "30(%s)", purposes_of);
        spec.more[0] = (certs_extension){"2.5.29.37", value[turn], 0};
    }
    return spec;
}

START_TEST(purpose_fits_the_use)
{
    certs_spec leaf = world_leaf("CN=Leaf", "leaf@example.org");
    const char *const reasons[] = {purposes[_i].any, purposes[_i].sign, purposes[_i].encrypt};
    static const int32_t uses[] = {SMIME_USE_ANY, SIGN, ENCRYPT};

    leaf.usage = purposes[_i].usage;
    world_make(ROOT, NOBODY, world_ca("CN=Root"));
    world_make(CA, ROOT, for_purposes(world_ca("CN=CA"), purposes[_i].ca));
    world_make(LEAF, CA, for_purposes(leaf, purposes[_i].leaf));
    world_anchor(ROOT);
    world_add(CA);
    for (size_t i = 0; i < 3; i++) {
        world_check(LEAF, uses[i], NULL);
        ck_assert_str_eq(smime_path_reason(here.path), reasons[i]);
    }
}
END_TEST

/* --- more than one way up --- */

/* Old and new key of one CA, each also certified with the other's (RFC 4210 4.4). */
enum { OLD_ROOT = ROOT, NEW_ROOT = CA, NEW_WITH_OLD = OTHER_CA, OLD_WITH_NEW = SIGNER,
       OLD_LEAF = LEAF, NEW_LEAF = OTHER_LEAF };

static const struct {
    int anchor, leaf;
    int cross; /* are the certificates of one key with the other at hand? */
    const char *reason;
    size_t count;
} rollovers[] = {
    {OLD_ROOT, OLD_LEAF, 0, "valid", 2}, {NEW_ROOT, NEW_LEAF, 0, "valid", 2},
    {OLD_ROOT, OLD_LEAF, 1, "valid", 2}, {NEW_ROOT, NEW_LEAF, 1, "valid", 2},
    {OLD_ROOT, NEW_LEAF, 1, "valid", 3}, {NEW_ROOT, OLD_LEAF, 1, "valid", 3},
    {OLD_ROOT, NEW_LEAF, 0, "bad-certificate-signature", 2},
};

START_TEST(key_rollover_goes_both_ways)
{
    world_make(OLD_ROOT, NOBODY, world_ca("CN=Root"));
    world_make(NEW_ROOT, NOBODY, world_ca("CN=Root"));
    world_make_with(NEW_WITH_OLD, OLD_ROOT, NEW_ROOT, world_ca("CN=Root"));
    world_make_with(OLD_WITH_NEW, NEW_ROOT, OLD_ROOT, world_ca("CN=Root"));
    world_make(OLD_LEAF, OLD_ROOT, world_leaf("CN=Old", NULL));
    world_make(NEW_LEAF, NEW_ROOT, world_leaf("CN=New", NULL));
    world_anchor(rollovers[_i].anchor);
    if (rollovers[_i].cross) {
        world_add(NEW_WITH_OLD);
        world_add(OLD_WITH_NEW);
    }
    world_check(rollovers[_i].leaf, 0, NULL);
    ck_assert_str_eq(smime_path_reason(here.path), rollovers[_i].reason);
    ck_assert_uint_eq(smime_path_count(here.path), rollovers[_i].count);
}
END_TEST

/* Two certificates of one CA key: one below an anchor, one in some way not. The order in which
 * they are tried must not matter. */
enum { DEAD_END, EXPIRED, NO_CA, CONSTRAINED, REVOKED, SHA1, FAULTS };

static certs_spec faulty(int fault)
{
    certs_spec spec = world_ca("CN=CA");

    if (fault == EXPIRED)
        spec.until = SUPPORT_NOW - 1;
    if (fault == NO_CA)
        spec.ca = -1;
    if (fault == SHA1)
        spec.hash = GNUTLS_DIG_SHA1;
    if (fault == CONSTRAINED)
        spec.more[0] = (certs_extension){"2.5.29.30", "30(a0(30(81('example.com'))))", 1};
    return spec;
}

START_TEST(search_turns_back_from_a_dead_end)
{
    world_make(ROOT, NOBODY, world_ca("CN=Root"));
    world_make(STRANGER, NOBODY, world_ca("CN=Stranger"));
    world_make(CA, ROOT, world_ca("CN=CA"));
    /* newer than the good one: of two equals it is tried first */
    certs_spec spec = faulty(_i);
    spec.from = SUPPORT_NOW - EVIDENCE_DAY;
    world_make_with(OTHER_CA, _i == DEAD_END ? STRANGER : ROOT, CA, spec);
    world_make(LEAF, CA, world_leaf("CN=Leaf", "leaf@example.org"));
    world_anchor(ROOT);
    world_add(OTHER_CA);
    world_add(CA);
    if (_i == REVOKED)
        world_add_crl(&(evidence_crl){.signer = ROOT, .entry = {{.of = OTHER_CA}}});
    world_check(LEAF, SIGN, "leaf@example.org");
    world_expect("valid", -1);
    ck_assert(smime__cert_equal(smime_path_cert(here.path, 1), here.cert[CA]));
    if (_i != EXPIRED) { /* which is ranked behind */
        ck_assert_uint_eq(smime_path_tried_count(here.path), 1);
        ck_assert(smime__cert_equal(smime_path_tried_cert(here.path, 0),
                                    here.cert[_i == REVOKED || _i == CONSTRAINED || _i == SHA1
                                                  ? ROOT : OTHER_CA]));
        ck_assert_str_ne(smime_path_tried_text(here.path, 0), "");
    }
}
END_TEST

/* --- anchors --- */

static const char *const excluded_org = "30(a1(30(81('example.org'))))";

/* What restricts the anchor, and what becomes of leaf@example.org for a use. */
static const struct {
    int32_t use_allowed;
    const char *addresses[2], *names;
    int32_t use;
    const char *reason;
    int fault;
} restrictions[] = {
    {SIGN, {0}, NULL, SIGN, "valid", -1},
    {SIGN, {0}, NULL, ENCRYPT, "anchor-use", 2},
    {SIGN, {0}, NULL, SIGN | ENCRYPT, "anchor-use", 2},
    {SIGN, {0}, NULL, SMIME_USE_ANY, "anchor-use", 2},
    {SIGN | ENCRYPT, {0}, NULL, SIGN | ENCRYPT, "valid", -1},
    {SIGN | ENCRYPT, {0}, NULL, ENCRYPT, "valid", -1},
    {SIGN | ENCRYPT, {0}, NULL, SMIME_USE_ANY, "anchor-use", 2},
    {0, {"leaf@example.org"}, NULL, SIGN, "valid", -1},
    {0, {"example.org"}, NULL, SIGN, "valid", -1},
    {0, {"EXAMPLE.org"}, NULL, SIGN, "valid", -1},
    {0, {".example.org"}, NULL, SIGN, "name-constraints", 0},
    {0, {"other@example.org"}, NULL, SIGN, "name-constraints", 0},
    {0, {"example.com"}, NULL, SIGN, "name-constraints", 0},
    {0, {"example.com", "example.org"}, NULL, SIGN, "valid", -1},
    {0, {0}, excluded_org, SIGN, "name-constraints", 0},
    {0, {"example.org"}, excluded_org, SIGN, "name-constraints", 0},
    {SIGN, {"example.org"}, NULL, SIGN, "valid", -1},
};

START_TEST(anchor_is_trusted_for_less)
{
    world_make_chain();
    if (restrictions[_i].use_allowed)
        ck_ok(smime_store_restrict_use(here.store, here.cert[ROOT], restrictions[_i].use_allowed));
    for (size_t i = 0; i < 2 && restrictions[_i].addresses[i]; i++)
        ck_ok(smime_store_restrict_address(here.store, here.cert[ROOT],
                                           restrictions[_i].addresses[i]));
    if (restrictions[_i].names) {
        gnutls_datum_t der = notation(restrictions[_i].names);
        ck_ok(smime_store_restrict_names(here.store, here.cert[ROOT], der.data, der.size));
    }
    world_check(LEAF, restrictions[_i].use, NULL);
    world_expect(restrictions[_i].reason, restrictions[_i].fault);
}
END_TEST

/* An anchor that is the certificate asked about is restricted as well. */
START_TEST(leaf_as_an_anchor_is_restricted)
{
    world_make_chain();
    world_new_store();
    world_anchor(LEAF);
    ck_ok(smime_store_restrict_address(here.store, here.cert[LEAF], "example.com"));
    world_check(LEAF, SIGN, NULL);
    world_expect("name-constraints", 0);
    world_new_store();
    world_anchor(LEAF);
    ck_ok(smime_store_restrict_use(here.store, here.cert[LEAF], ENCRYPT));
    world_check(LEAF, SIGN, NULL);
    world_expect("anchor-use", 0);
}
END_TEST

/* A restriction is of one anchor, and another may do. */
START_TEST(restricted_anchor_leaves_the_other)
{
    world_make_chain();
    world_make_with(OTHER_CA, NOBODY, CA, world_ca("CN=CA"));
    world_anchor(OTHER_CA);
    ck_ok(smime_store_restrict_use(here.store, here.cert[OTHER_CA], ENCRYPT));
    world_check(LEAF, SIGN, NULL);
    world_expect("valid", -1);
    ck_assert(smime__cert_equal(smime_path_anchor(here.path), here.cert[ROOT]));
    world_check(LEAF, ENCRYPT, NULL);
    ck_assert(smime__cert_equal(smime_path_anchor(here.path), here.cert[OTHER_CA]));
}
END_TEST

/* Distrust of a certificate is of its name with its key: whom it falls on. */
static const struct { int distrusted; const char *reason; int fault; } distrusts[] = {
    {STRANGER, "valid", -1},
    {ROOT, "distrusted", 2},
    {CA, "distrusted", 1},
    {LEAF, "distrusted", 0},
    {OTHER_CA, "distrusted", 1}, /* the CA's name and key in another certificate */
    {SIGNER, "valid", -1},       /* its name alone */
    {OTHER_LEAF, "valid", -1},   /* its key alone */
};

START_TEST(distrusted_is_name_with_key)
{
    world_make_chain();
    world_make(STRANGER, NOBODY, world_ca("CN=Stranger"));
    world_make_with(OTHER_CA, STRANGER, CA, world_ca("CN=CA"));
    world_make(SIGNER, NOBODY, world_ca("CN=CA"));
    world_make_with(OTHER_LEAF, NOBODY, CA, world_ca("CN=Another CA"));
    ck_ok(smime_store_add_distrusted(here.store, here.cert[distrusts[_i].distrusted]));
    world_check(LEAF, SIGN, NULL);
    world_expect(distrusts[_i].reason, distrusts[_i].fault);
}
END_TEST

START_TEST(distrusted_leaf_that_is_an_anchor_is_distrusted)
{
    world_make_chain();
    world_anchor(LEAF);
    ck_ok(smime_store_add_distrusted(here.store, here.cert[LEAF]));
    world_check(LEAF, SIGN, NULL);
    world_expect("distrusted", 0);
}
END_TEST

/* 4.1.2.6, 4.2.1.9, 4.2.1.10: what no path may hold. */
static const struct {
    const char *ca, *leaf; /* subjects */
    int leaf_ca;           /* basicConstraints */
    unsigned leaf_usage;
    int leaf_constrains;
    const char *reason;
    int fault;
} oddities[] = {
    {"CN=CA", "", 0, DS, 0, "valid", -1}, /* the end may be without a name */
    {"", "CN=Leaf", 0, DS, 0, "empty-subject", 1},
    {"CN=CA", "CN=Leaf", -1, DS, 0, "valid", -1},
    {"CN=CA", "CN=Leaf", 1, DS | GNUTLS_KEY_KEY_CERT_SIGN, 0, "valid", -1},
    {"CN=CA", "CN=Leaf", -1, DS | GNUTLS_KEY_KEY_CERT_SIGN, 0, "key-usage", 0},
    {"CN=CA", "CN=Leaf", 0, DS, 1, "name-constraints", 0},
    {"CN=CA", "CN=Leaf", -1, DS, 1, "name-constraints", 0},
    {"CN=CA", "CN=Leaf", 1, DS, 1, "valid", -1},
};

START_TEST(odd_certificates_are_refused)
{
    certs_spec leaf = {.subject = oddities[_i].leaf, .ca = oddities[_i].leaf_ca,
                       .usage = oddities[_i].leaf_usage, .email = "leaf@example.org"};

    if (oddities[_i].leaf_constrains)
        leaf.more[0] = (certs_extension){"2.5.29.30", "30(a0(30(81('example.org'))))", 1};
    world_make(ROOT, NOBODY, world_ca("CN=Root"));
    world_make(CA, ROOT, world_ca(oddities[_i].ca));
    world_make(LEAF, CA, leaf);
    world_anchor(ROOT);
    world_add(CA);
    world_check(LEAF, 0, NULL);
    world_expect(oddities[_i].reason, oddities[_i].fault);
}
END_TEST

void add_pki_graph(Suite *suite)
{
    TCase *tc = tcase_create("graph");

    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, world_setup, world_teardown);
    add_rows(tc, purpose_fits_the_use, purposes);
    add_rows(tc, key_rollover_goes_both_ways, rollovers);
    tcase_add_loop_test(tc, search_turns_back_from_a_dead_end, 0, FAULTS);
    add_rows(tc, anchor_is_trusted_for_less, restrictions);
    tcase_add_test(tc, leaf_as_an_anchor_is_restricted);
    tcase_add_test(tc, restricted_anchor_leaves_the_other);
    add_rows(tc, distrusted_is_name_with_key, distrusts);
    tcase_add_test(tc, distrusted_leaf_that_is_an_anchor_is_distrusted);
    add_rows(tc, odd_certificates_are_refused, oddities);
    suite_add_tcase(suite, tc);
}
