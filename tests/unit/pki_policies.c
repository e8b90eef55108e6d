/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Certificate policies along paths: RFC 5280 6.1 with the graph of RFC 9618. */
#include "pki_world.h"

#include "pki/policy_graph.h"

#define ANY "30(@2.5.29.32.0)"
#define P(n) "30(@1.2.3." #n ")"
#define MAP(a, b) "30(@1.2.3." #a " @1.2.3." #b ")"
#define LIST(each) "30(" each ")"
#define HOLDS(each) .policies = LIST(each)
#define MAPS(each) .mappings = LIST(each)
#define EXPLICIT(n) "30(80(0" #n "))"
#define NO_MAPPING(n) "30(81(0" #n "))"
#define NO_ANY(n) "02(0" #n ")"
#define EXPLICIT_FLAG SMIME_PATH_EXPLICIT_POLICY

/* Extensions of one certificate; NULL: without. */
typedef struct rules {
    const char *policies, *mappings, *constraints, *inhibit_any;
    int self_issued; /* the name of the one above */
} rules;

typedef struct row {
    rules root, ca, second, leaf; /* second without policies and self_issued: not there */
    uint32_t flags;
    const char *wanted[3];
    const char *set;    /* what holds in the end */
    const char *reason; /* NULL: valid */
    int fault;
    int two; /* the second CA is there without a policy */
} row;

static const row rows[] = {
    /* nothing is asked for */
    {.set = ""},
    {.leaf = {HOLDS(P(1))}, .set = ""},
    {.ca = {HOLDS(P(1))}, .leaf = {HOLDS(P(1))}, .set = "1.2.3.1"},
    {.ca = {HOLDS(P(1) P(2))}, .leaf = {HOLDS(P(2) P(3))}, .set = "1.2.3.2"},
    {.ca = {HOLDS(P(1))}, .leaf = {HOLDS(P(2))}, .set = ""},
    {.ca = {HOLDS(ANY)}, .leaf = {HOLDS(P(2) P(1) P(2))}, .set = "1.2.3.1 1.2.3.2"},
    {.ca = {HOLDS(P(1))}, .leaf = {HOLDS(ANY)}, .set = "1.2.3.1"},
    {.ca = {HOLDS(ANY)}, .leaf = {HOLDS(ANY)}, .set = "2.5.29.32.0"},
    {.ca = {HOLDS(ANY P(1))}, .leaf = {HOLDS(ANY P(2))}, .set = "1.2.3.1 1.2.3.2 2.5.29.32.0"},
    {.ca = {HOLDS(P(1))}, .two = 1, .leaf = {HOLDS(P(1))}, .set = ""},
    {.ca = {HOLDS(P(1))}, .second = {HOLDS(ANY)}, .leaf = {HOLDS(P(1) P(2))}, .set = "1.2.3.1"},
    {.root = {HOLDS(P(9))}, .ca = {HOLDS(P(1))}, .leaf = {HOLDS(P(1))}, .set = "1.2.3.1"},
    /* user-initial-policy-set, 6.1.1 (c), without and with initial-explicit-policy (f) */
    {.ca = {HOLDS(P(1) P(2))}, .leaf = {HOLDS(P(1) P(2))}, .wanted = {"1.2.3.2"}, .set = "1.2.3.2"},
    {.ca = {HOLDS(P(1))}, .leaf = {HOLDS(P(1))}, .wanted = {"1.2.3.9"}, .set = ""},
    {.ca = {HOLDS(P(1))}, .leaf = {HOLDS(P(1))}, .wanted = {"1.2.3.9", "2.5.29.32.0"},
     .set = "1.2.3.1"},
    {.ca = {HOLDS(ANY)}, .leaf = {HOLDS(ANY)}, .wanted = {"1.2.3.9", "1.2.3.8"},
     .set = "1.2.3.9 1.2.3.8"},
    {.ca = {HOLDS(P(1))}, .leaf = {HOLDS(P(1))}, .flags = EXPLICIT_FLAG, .set = "1.2.3.1"},
    {.ca = {HOLDS(P(1))}, .leaf = {HOLDS(P(1))}, .flags = EXPLICIT_FLAG, .wanted = {"1.2.3.1"},
     .set = "1.2.3.1"},
    {.ca = {HOLDS(P(1))}, .leaf = {HOLDS(P(1))}, .flags = EXPLICIT_FLAG, .wanted = {"1.2.3.9"},
     .reason = "policy", .fault = 0},
    {.flags = EXPLICIT_FLAG, .reason = "policy", .fault = 1},
    {.ca = {HOLDS(P(1))}, .flags = EXPLICIT_FLAG, .reason = "policy", .fault = 0},
    {.ca = {HOLDS(P(1))}, .leaf = {HOLDS(P(2))}, .flags = EXPLICIT_FLAG, .reason = "policy"},
    {.ca = {HOLDS(ANY)}, .leaf = {HOLDS(ANY)}, .flags = EXPLICIT_FLAG, .wanted = {"1.2.3.9"},
     .set = "1.2.3.9"},
    /* requireExplicitPolicy, 4.2.1.11: so many certificates later, self-issued not counted */
    {.ca = {.constraints = EXPLICIT(0)}, .reason = "policy", .fault = 0},
    {.ca = {HOLDS(P(1)), .constraints = EXPLICIT(0)}, .leaf = {HOLDS(P(1))}, .set = "1.2.3.1"},
    {.ca = {.constraints = EXPLICIT(1)}, .set = "", .reason = "policy", .fault = 0},
    {.ca = {.constraints = EXPLICIT(2)}, .set = ""},
    {.ca = {.constraints = EXPLICIT(2)}, .two = 1, .reason = "policy", .fault = 0},
    {.ca = {.constraints = EXPLICIT(1)}, .two = 1, .reason = "policy", .fault = 0},
    {.ca = {.constraints = EXPLICIT(2)}, .second = {.self_issued = 1}, .set = ""},
    {.leaf = {.constraints = EXPLICIT(0)}, .reason = "policy", .fault = 0}, /* 6.1.5 (b) */
    {.leaf = {.constraints = EXPLICIT(1)}, .set = ""},
    {.root = {.constraints = EXPLICIT(0)}, .reason = "policy", .fault = 1}, /* an anchor's own */
    /* mapping, 4.2.1.5 */
    {.ca = {HOLDS(P(1)), MAPS(MAP(1, 2))}, .leaf = {HOLDS(P(2))}, .set = "1.2.3.1"},
    {.ca = {HOLDS(P(1)), MAPS(MAP(1, 2))}, .leaf = {HOLDS(P(1))}, .set = ""},
    {.ca = {HOLDS(P(1)), MAPS(MAP(1, 2) MAP(1, 3))}, .leaf = {HOLDS(P(3))}, .set = "1.2.3.1"},
    {.ca = {HOLDS(P(1) P(2)), MAPS(MAP(1, 3) MAP(2, 3))}, .leaf = {HOLDS(P(3))},
     .set = "1.2.3.1 1.2.3.2"},
    {.ca = {HOLDS(P(1) P(2)), MAPS(MAP(1, 2) MAP(2, 1))}, .leaf = {HOLDS(P(1))}, .set = "1.2.3.2"},
    {.ca = {HOLDS(ANY), MAPS(MAP(1, 2))}, .leaf = {HOLDS(P(2))}, .set = "1.2.3.1"},
    {.ca = {HOLDS(ANY), MAPS(MAP(1, 2))}, .leaf = {HOLDS(P(3))}, .set = "1.2.3.3"},
    {.ca = {HOLDS(P(3)), MAPS(MAP(1, 2))}, .leaf = {HOLDS(P(2))}, .set = ""},
    {.ca = {HOLDS(P(1)), MAPS(MAP(1, 2))}, .second = {HOLDS(P(2)), MAPS(MAP(2, 3))},
     .leaf = {HOLDS(P(3))}, .set = "1.2.3.1"},
    {.ca = {HOLDS(P(1)), MAPS(MAP(1, 2))}, .leaf = {HOLDS(P(2))}, .flags = EXPLICIT_FLAG,
     .wanted = {"1.2.3.1"}, .set = "1.2.3.1"},
    {.ca = {HOLDS(P(1)), MAPS(MAP(1, 2))}, .leaf = {HOLDS(P(2))}, .flags = EXPLICIT_FLAG,
     .wanted = {"1.2.3.2"}, .reason = "policy", .fault = 0}, /* in the caller's domain it is 1 */
    {.ca = {HOLDS(P(1)), MAPS(MAP(1, 2))}, .leaf = {HOLDS(ANY)}, .set = "1.2.3.1"},
    {.ca = {HOLDS(ANY), MAPS("30(@2.5.29.32.0 @1.2.3.2)")}, .reason = "policy", .fault = 1},
    {.ca = {HOLDS(ANY), MAPS("30(@1.2.3.1 @2.5.29.32.0)")}, .reason = "policy", .fault = 1},
    /* the example of RFC 9618 2.1: 1 and 2 above, mapped to 3, 4 and 5 */
    {.ca = {HOLDS(P(1) P(2)), MAPS(MAP(1, 3) MAP(1, 4) MAP(2, 4) MAP(2, 5))},
     .leaf = {HOLDS(P(3))}, .set = "1.2.3.1"},
    {.ca = {HOLDS(P(1) P(2)), MAPS(MAP(1, 3) MAP(1, 4) MAP(2, 4) MAP(2, 5))},
     .leaf = {HOLDS(P(4))}, .set = "1.2.3.1 1.2.3.2"},
    {.ca = {HOLDS(P(1) P(2)), MAPS(MAP(1, 3) MAP(1, 4) MAP(2, 4) MAP(2, 5))},
     .leaf = {HOLDS(P(5))}, .set = "1.2.3.2"},
    /* inhibitPolicyMapping, 4.2.1.11, for the certificates below: what is mapped there is gone */
    {.ca = {HOLDS(P(1) P(3)), MAPS(MAP(1, 2)), .constraints = NO_MAPPING(0)},
     .second = {HOLDS(P(2) P(3))}, .leaf = {HOLDS(P(2) P(3))}, .set = "1.2.3.1 1.2.3.3"},
    {.ca = {HOLDS(P(1) P(3)), .constraints = NO_MAPPING(0)},
     .second = {HOLDS(P(1) P(3)), MAPS(MAP(1, 2))}, .leaf = {HOLDS(P(1) P(2) P(3))},
     .set = "1.2.3.3"},
    {.ca = {HOLDS(P(1)), .constraints = NO_MAPPING(0)}, .second = {HOLDS(P(1)), MAPS(MAP(1, 2))},
     .leaf = {HOLDS(P(2))}, .set = ""},
    {.ca = {HOLDS(P(1)), .constraints = NO_MAPPING(1)}, .second = {HOLDS(P(1)), MAPS(MAP(1, 2))},
     .leaf = {HOLDS(P(2))}, .set = "1.2.3.1"},
    {.ca = {HOLDS(P(1)), .constraints = NO_MAPPING(2)}, .second = {HOLDS(P(1)), MAPS(MAP(1, 2))},
     .leaf = {HOLDS(P(2))}, .set = "1.2.3.1"},
    {.ca = {HOLDS(P(1)), MAPS(MAP(1, 2))}, .leaf = {HOLDS(P(2))},
     .flags = SMIME_PATH_INHIBIT_MAPPING, .set = ""},
    {.ca = {HOLDS(ANY), MAPS(MAP(1, 2))}, .leaf = {HOLDS(P(2))},
     .flags = SMIME_PATH_INHIBIT_MAPPING, .set = "1.2.3.2"},
    {.root = {.constraints = NO_MAPPING(0)}, .ca = {HOLDS(P(1)), MAPS(MAP(1, 2))},
     .leaf = {HOLDS(P(2))}, .set = ""},
    /* inhibitAnyPolicy, 4.2.1.14 */
    {.ca = {HOLDS(P(1)), .inhibit_any = NO_ANY(0)}, .leaf = {HOLDS(ANY)}, .set = ""},
    {.ca = {HOLDS(P(1)), .inhibit_any = NO_ANY(0)}, .leaf = {HOLDS(ANY P(1))}, .set = "1.2.3.1"},
    {.ca = {HOLDS(P(1)), .inhibit_any = NO_ANY(1)}, .leaf = {HOLDS(ANY)}, .set = "1.2.3.1"},
    {.ca = {HOLDS(P(1)), .inhibit_any = NO_ANY(1)}, .second = {HOLDS(P(1))}, .leaf = {HOLDS(ANY)},
     .set = ""},
    {.ca = {HOLDS(P(1)), .inhibit_any = NO_ANY(0)}, .second = {HOLDS(ANY), .self_issued = 1},
     .leaf = {HOLDS(P(1))}, .set = "1.2.3.1"}, /* 6.1.3 (d) (2) */
    {.ca = {HOLDS(P(1)), .inhibit_any = NO_ANY(1)}, .second = {HOLDS(P(1)), .self_issued = 1},
     .leaf = {HOLDS(ANY)}, .set = "1.2.3.1"},
    {.ca = {HOLDS(ANY)}, .leaf = {HOLDS(ANY)}, .flags = SMIME_PATH_INHIBIT_ANY, .set = ""},
    {.ca = {HOLDS(P(1))}, .leaf = {HOLDS(P(1))}, .flags = SMIME_PATH_INHIBIT_ANY, .set = "1.2.3.1"},
    {.ca = {HOLDS(ANY)}, .leaf = {HOLDS(ANY)}, .flags = SMIME_PATH_INHIBIT_ANY | EXPLICIT_FLAG,
     .reason = "policy", .fault = 1},
    {.root = {.inhibit_any = NO_ANY(0)}, .ca = {HOLDS(ANY)}, .leaf = {HOLDS(P(1))}, .set = ""},
};

static certs_spec with(certs_spec spec, const rules *has)
{
    size_t at = 0;

    if (has->policies)
        spec.more[at++] = (certs_extension){"2.5.29.32", has->policies, 0};
    if (has->mappings)
        spec.more[at++] = (certs_extension){"2.5.29.33", has->mappings, 1};
    if (has->constraints)
        spec.more[at++] = (certs_extension){"2.5.29.36", has->constraints, 1};
    if (has->inhibit_any)
        spec.more[at++] = (certs_extension){"2.5.29.54", has->inhibit_any, 1};
    return spec;
}

static void make_world(const row *r)
{
    int last = CA;

    world_make(ROOT, NOBODY, with(world_ca("CN=Root"), &r->root));
    world_make(CA, ROOT, with(world_ca("CN=CA"), &r->ca));
    if (r->second.policies || r->second.self_issued || r->two) {
        last = SIGNER;
        world_make(SIGNER, CA,
                   with(world_ca(r->second.self_issued ? "CN=CA" : "CN=Second"), &r->second));
        world_add(SIGNER);
    }
    world_make(LEAF, last, with(world_leaf("CN=Leaf", NULL), &r->leaf));
    world_anchor(ROOT);
    world_add(CA);
}

static void expect_set(const char *set)
{
    char told[200] = "";

    for (size_t i = 0; i < smime_path_policy_count(here.path); i++) {
        strcat(told, i ? " " : "");
        strcat(told, smime_path_policy(here.path, i));
    }
    ck_assert_str_eq(told, set);
    ck_assert_ptr_null(smime_path_policy(here.path, smime_path_policy_count(here.path)));
}

START_TEST(policies_hold_or_not)
{
    const row *r = &rows[_i];

    make_world(r);
    for (size_t i = 0; i < 3 && r->wanted[i]; i++)
        ck_ok(smime_policy_add_initial_policy(here.policy, r->wanted[i]));
    ck_ok(smime_policy_set_path_flags(here.policy, r->flags));
    world_check(LEAF, 0, NULL);
    world_expect(r->reason ? r->reason : "valid", r->reason ? r->fault : -1);
    expect_set(r->reason ? "" : r->set);
}
END_TEST

/* 4.2.1.4, .5, .11, .14: what is malformed makes no certificate. */
static const struct { const char *oid, *value; int good; } values[] = {
    {"2.5.29.32", LIST(P(1)), 1},
    {"2.5.29.32", "30(30(@1.2.3 30(30(@1.2.4 16('x')))))", 1},
    {"2.5.29.32", "30()", 0},
    {"2.5.29.32", "30(30() 30(@1.2.3))", 0},
    {"2.5.29.32", LIST(P(1)) "00", 0},
    {"2.5.29.33", LIST(MAP(1, 2)), 1},
    {"2.5.29.33", "30()", 0},
    {"2.5.29.33", "30(30(@1.2.3) 30(@1.2.3 @1.2.4))", 0},
    {"2.5.29.36", "30(80(00) 81(00))", 1},
    {"2.5.29.36", "30()", 0},
    {"2.5.29.36", "30(81(00) 80(00))", 0},
    {"2.5.29.36", "30(80(ff))", 0},
    {"2.5.29.36", "30(80(0001))", 0},
    {"2.5.29.36", "30(80())", 0},
    {"2.5.29.36", "30(80(7fffffff))", 1},
    {"2.5.29.36", "30(80(0080000000))", 0},
    {"2.5.29.54", "02(05)", 1},
    {"2.5.29.54", "02(ff)", 0},
    {"2.5.29.54", "02(05) 00", 0},
    {"2.5.29.54", "80(05)", 0},
};

START_TEST(extensions_are_read_strictly)
{
    certs_spec spec = world_ca("CN=A");
    gnutls_datum_t der;
    smime_cert *cert = NULL;

    spec.more[0] = (certs_extension){values[_i].oid, values[_i].value, 0};
    here.made[CA] = certs_make(&spec, key_p256(), NULL);
    der = certs_der(&here.made[CA]);
    ck_assert_int_eq(smime__cert_parse(smime__view_of(der.data, der.size), &cert),
                     values[_i].good ? SMIME_OK : SMIME_E_CERT_SYNTAX);
    smime_cert_unref(cert);
    gnutls_free(der.data);
}
END_TEST

void add_pki_policies(Suite *suite)
{
    TCase *tc = tcase_create("policies");

    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, world_setup, world_teardown);
    add_rows(tc, policies_hold_or_not, rows);
    add_rows(tc, extensions_are_read_strictly, values);
    suite_add_tcase(suite, tc);
}
