/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define _GNU_SOURCE /* memmem */
/* Inputs made to be dear, with their exact end: a budget's status, or an answer at its price. */
#include "pki_world.h"

static uint64_t spend(smime_status expected)
{
    smime_path *path = NULL;
    uint64_t steps;

    ck_assert_int_eq(smime_path_check(here.store, here.policy, here.cert[LEAF], 0, NULL, &path),
                     expected);
    ck_assert_int_eq(path == NULL, expected < 0);
    steps = path ? smime_path_steps(path) : 0;
    smime_path_unref(here.path);
    here.path = path;
    return steps;
}

/* A mesh: CAs of one name, each with a key of its own, and one leaf that none of them signed. */
enum { FIRST = STRANGER, MESH = WORLD_SIZE - FIRST };

static void make_mesh(int count)
{
    world_make(ROOT, NOBODY, world_ca("CN=Root"));
    for (int i = 0; i < count; i++) {
        certs_spec spec = world_ca("CN=Mesh");
        spec.no_key_ids = 1;
        world_make(FIRST + i, NOBODY, spec);
        world_add(FIRST + i);
    }
    world_make(LEAF, FIRST, world_leaf("CN=Leaf", NULL));
}

/* Paths through n of one name are n! many; without an anchor none of them costs a signature. */
static const struct { int count; smime_status status; uint64_t steps; } meshes[] = {
    {2, SMIME_OK, 1 + 2 + 2},
    {3, SMIME_OK, 1 + 3 + 6 + 6},
    {5, SMIME_OK, 1 + 5 + 20 + 60 + 120 + 120},
    {6, SMIME_OK, 1 + 6 + 30 + 120 + 360 + 720 + 720},
    {7, SMIME_E_LIMIT_STEPS, 0},
    {17, SMIME_E_LIMIT_STEPS, 0},
};

START_TEST(mesh_of_one_name_ends_at_the_limit_of_steps)
{
    make_mesh(meshes[_i].count);
    ck_assert_uint_eq(spend(meshes[_i].status), meshes[_i].steps);
    if (here.path)
        world_expect("no-anchor", (int)smime_path_count(here.path) - 1);
}
END_TEST

/* With an anchor of that name every path ends in a signature; each is checked once. */
START_TEST(mesh_below_an_anchor_checks_each_signature_once)
{
    make_mesh(5);
    world_make(CA, NOBODY, world_ca("CN=Mesh"));
    world_anchor(CA);
    spend(SMIME_OK);
    ck_assert(!smime_path_valid(here.path));
    ck_assert_uint_le(smime_path_signatures(here.path), 6);
}
END_TEST

static const struct { uint64_t limit; smime_status status; } checks[] = {
    {16, SMIME_E_LIMIT_SIGNATURES}, {17, SMIME_OK}, {18, SMIME_OK},
};

/* Anchors of one name and other keys: one signature each. */
START_TEST(anchors_of_one_name_end_at_the_limit_of_signatures)
{
    for (int i = 0; i < MESH; i++)
        world_make(FIRST + i, NOBODY, world_ca("CN=Mesh"));
    world_make(CA, NOBODY, world_ca("CN=Mesh"));
    world_make(LEAF, CA, (certs_spec){.subject = "CN=Leaf", .no_key_ids = 1});
    for (int i = 0; i < 17; i++)
        world_anchor(FIRST + i);
    ck_ok(smime_policy_set_limit(here.policy, SMIME_LIMIT_SIGNATURES, checks[_i].limit));
    spend(checks[_i].status);
    if (here.path) {
        world_expect("bad-certificate-signature", 0);
        ck_assert_uint_eq(smime_path_signatures(here.path), 17);
        ck_assert_uint_eq(smime_path_tried_count(here.path), 16); /* no more are kept */
    }
}
END_TEST

/* A names B as its issuer and B names A; and a certificate that issued itself. */
START_TEST(cycles_end)
{
    world_make(ROOT, NOBODY, world_ca("CN=A"));
    world_make(CA, NOBODY, world_ca("CN=B"));
    world_make_with(OTHER_CA, CA, ROOT, world_ca("CN=A"));
    world_make_with(SIGNER, ROOT, CA, world_ca("CN=B"));
    world_make(LEAF, OTHER_CA, world_leaf("CN=Leaf", NULL));
    for (int who = ROOT; who <= SIGNER; who++)
        if (who != LEAF)
            world_add(who);
    ck_assert_uint_le(spend(SMIME_OK), 8);
    world_expect("no-anchor", (int)smime_path_count(here.path) - 1);
}
END_TEST

/* Two thousand certificates in a message, and the one that is needed the last of them. The many
 * are one certificate with a number of its own in each, which nothing but a signature tells. */
static void fill(smime__pool *bag, int template, size_t count)
{
    gnutls_datum_t der = certs_der(&here.made[template]);
    gnutls_datum_t serial = evidence_serial(&here.made[template]);
    uint8_t *at = memmem(der.data, der.size, serial.data, serial.size);

    must(at != NULL && serial.size == 4);
    for (size_t i = 0; i < count; i++) {
        smime_cert *cert = NULL;
        at[2] = (uint8_t)(i >> 8);
        at[3] = (uint8_t)i;
        ck_ok(smime__cert_parse(smime__view_of(der.data, der.size), &cert));
        ck_ok(smime__pool_add(bag, cert));
        smime_cert_unref(cert);
    }
    gnutls_free(der.data);
}

static smime_status find_in(const smime__pool *bag)
{
    smime__settings settings;
    smime__budget budget = {0};
    smime__path_context context;
    smime_status status;

    settings_now(&settings);
    budget.limits = settings.limits;
    ck_ok(smime__path_context_init(&context, here.store, &settings, &budget, NULL));
    context.bag = bag;
    status = smime__path_find(&context, here.cert[LEAF], 0, NULL, &here.path);
    smime__path_context_clear(&context);
    smime__settings_clear(&settings);
    return status;
}

static void make_bag_world(const char *template_name)
{
    world_make(ROOT, NOBODY, world_ca("CN=Root"));
    world_make(CA, ROOT, world_ca("CN=CA"));
    world_make(LEAF, CA, world_leaf("CN=Leaf", NULL));
    world_make(STRANGER, NOBODY, world_ca(template_name));
    world_anchor(ROOT);
}

START_TEST(bag_of_strangers_costs_nothing)
{
    smime__pool bag = {0};

    make_bag_world("CN=Stranger");
    fill(&bag, STRANGER, 2000);
    ck_ok(smime__pool_add(&bag, here.cert[CA]));
    ck_ok(find_in(&bag));
    world_expect("valid", -1);
    ck_assert_uint_eq(smime_path_steps(here.path), 3);
    ck_assert_uint_eq(smime_path_signatures(here.path), 2);
    smime__pool_clear(&bag);
}
END_TEST

/* All of the CA's name, but with another key identifier: the right one is tried first. */
START_TEST(bag_of_namesakes_does_not_hide_the_ca)
{
    smime__pool bag = {0};

    make_bag_world("CN=CA");
    fill(&bag, STRANGER, 2000);
    ck_ok(smime__pool_add(&bag, here.cert[CA]));
    ck_ok(find_in(&bag));
    world_expect("valid", -1);
    ck_assert_uint_eq(smime_path_steps(here.path), 3);
    smime__pool_clear(&bag);
}
END_TEST

/* All of the CA's name, and the CA is not among them. */
START_TEST(bag_of_namesakes_alone_ends_at_the_limit_of_steps)
{
    smime__pool bag = {0};

    make_bag_world("CN=CA");
    fill(&bag, STRANGER, 2000);
    ck_assert_int_eq(find_in(&bag), SMIME_E_LIMIT_STEPS);
    ck_assert_ptr_null(here.path);
    smime__pool_clear(&bag);
}
END_TEST

/* Constraints times names: five hundred of each, a quarter of a million comparisons. */
static char *many(const char *head, const char *tail, int count)
{
    static char text[2][40000];
    static int turn;
    size_t at = 0;

    turn = !turn;
    for (int i = 0; i < count; i++)
        at += (size_t)snprintf(text[turn] + at, sizeof text[turn] - at, "%s%d%s", head, i, tail);
    return text[turn];
}

static const struct { int names; smime_status status; } products[] = {
    {498, SMIME_OK}, {500, SMIME_OK}, {501, SMIME_E_LIMIT_NAMES},
};

START_TEST(names_times_constraints_end_at_the_limit)
{
    static char constraints[40100], names[40100];
    certs_spec ca = world_ca("CN=CA"), leaf = {.subject = ""};

    snprintf(constraints, sizeof constraints, "30(a1(%s))", many("30(82('x", ".example'))", 500));
    snprintf(names, sizeof names, "30(%s)", many("82('y", ".example')", products[_i].names));
    ca.more[0] = (certs_extension){"2.5.29.30", constraints, 1};
    leaf.more[0] = (certs_extension){"2.5.29.17", names, 1};
    world_make(ROOT, NOBODY, world_ca("CN=Root"));
    world_make(CA, ROOT, ca);
    world_make(LEAF, CA, leaf);
    world_anchor(ROOT);
    world_add(CA);
    spend(products[_i].status);
    if (here.path)
        world_expect("valid", -1);
}
END_TEST

/* --- OCSP --- */

static const struct { size_t singles, certs; smime_status status; } responses[] = {
    {64, 8, SMIME_OK}, {65, 1, SMIME_E_LIMIT_REVOCATION}, {1, 9, SMIME_E_LIMIT_REVOCATION},
};

START_TEST(response_with_too_much_is_refused)
{
    evidence_single singles[65];
    gnutls_datum_t der;
    smime_ocsp *ocsp = NULL;

    world_make_chain();
    for (size_t i = 0; i < 65; i++)
        singles[i] = (evidence_single){.of = LEAF, .issuer = CA};
    der = evidence_ocsp_der(here.made, &(evidence_ocsp){
        .signer = CA, .many = singles, .many_count = responses[_i].singles, .with = {CA},
        .repeat = responses[_i].certs});
    ck_assert_int_eq(smime_ocsp_new(NULL, der.data, der.size, &ocsp), responses[_i].status);
    ck_assert_int_eq(ocsp == NULL, responses[_i].status < 0);
    if (ocsp)
        ck_assert_uint_eq(smime_ocsp_count(ocsp), responses[_i].singles);
    smime_ocsp_unref(ocsp);
    ck_ok(smime_policy_set_limit(here.policy, SMIME_LIMIT_OCSP_SINGLES, 65));
    ck_ok(smime_policy_set_limit(here.policy, SMIME_LIMIT_OCSP_CERTS, 9));
    ocsp = NULL;
    ck_ok(smime_ocsp_new(here.policy, der.data, der.size, &ocsp));
    smime_ocsp_unref(ocsp);
}
END_TEST

/* Lists that name the CA and are signed by nobody: one signature each, up to the limit. */
START_TEST(forged_lists_end_at_the_limit_of_signatures)
{
    world_make_chain();
    for (int i = 1; i <= 10; i++)
        world_add_crl(&(evidence_crl){.signer = CA, .number = i, .forged = 1});
    ck_ok(smime_policy_set_limit(here.policy, SMIME_LIMIT_SIGNATURES, 11));
    spend(SMIME_E_LIMIT_SIGNATURES);
    ck_ok(smime_policy_set_limit(here.policy, SMIME_LIMIT_SIGNATURES, 12));
    world_check(LEAF, 0, NULL);
    world_expect("valid", -1);
}
END_TEST

void add_pki_flood(Suite *suite)
{
    TCase *tc = tcase_create("flood");

    tcase_set_timeout(tc, 120);
    tcase_add_checked_fixture(tc, world_setup, world_teardown);
    add_rows(tc, mesh_of_one_name_ends_at_the_limit_of_steps, meshes);
    tcase_add_test(tc, mesh_below_an_anchor_checks_each_signature_once);
    add_rows(tc, anchors_of_one_name_end_at_the_limit_of_signatures, checks);
    tcase_add_test(tc, cycles_end);
    tcase_add_test(tc, bag_of_strangers_costs_nothing);
    tcase_add_test(tc, bag_of_namesakes_does_not_hide_the_ca);
    tcase_add_test(tc, bag_of_namesakes_alone_ends_at_the_limit_of_steps);
    add_rows(tc, names_times_constraints_end_at_the_limit, products);
    add_rows(tc, response_with_too_much_is_refused, responses);
    tcase_add_test(tc, forged_lists_end_at_the_limit_of_signatures);
    suite_add_tcase(suite, tc);
}
