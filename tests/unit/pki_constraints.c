/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Name constraints along real paths: RFC 5280 4.2.1.10 and 6.1.3 (b), (c). */
#include "pki_world.h"

#include "pki/name_constraints.h"

#define NAME_CONSTRAINTS "2.5.29.30"
#define ALT_NAME "2.5.29.17"
#define PERMITTED(names) "30(a0(" names "))"
#define EXCLUDED(names) "30(a1(" names "))"
#define MAIL(text) "30(81('" text "'))"
#define DNS(text) "30(82('" text "'))"
#define NAME(name) "30(a4(<" name ">))"
#define UPN "a0(@1.3.6.1.4.1.311.20.2.3 a0(0c('alice@x')))"

/* One path of ROOT, CA, SIGNER - a second CA - and LEAF. */
static const struct {
    const char *root, *ca, *second; /* nameConstraints */
    const char *subject, *email, *names; /* of the leaf; the last is a whole subjectAltName */
    int lenient; /* the constraints of CA are not critical */
    const char *reason;
    int fault;
    const char *text;
} rows[] = {
    /* one CA, one form */
    {.ca = PERMITTED(MAIL("example.org")), .reason = "valid", .fault = -1},
    {.ca = PERMITTED(MAIL("example.com")), .reason = "name-constraints", .text = "outside"},
    {.ca = PERMITTED(MAIL("example.com") MAIL("example.org")), .reason = "valid", .fault = -1},
    {.ca = PERMITTED(MAIL("leaf@example.org")), .reason = "valid", .fault = -1},
    {.ca = PERMITTED(MAIL("LEAF@example.org")), .reason = "name-constraints", .text = "outside"},
    {.ca = EXCLUDED(MAIL("example.org")), .reason = "name-constraints", .text = "must not"},
    {.ca = EXCLUDED(MAIL("example.com")), .reason = "valid", .fault = -1},
    {.ca = EXCLUDED(MAIL(".example.org")), .reason = "valid", .fault = -1},
    {.ca = EXCLUDED(MAIL("")), .reason = "name-constraints", .text = "must not"},
    {.ca = PERMITTED(MAIL("example.com")), .email = "-", .reason = "valid", .fault = -1},
    {.ca = PERMITTED(DNS("example.com")), .reason = "valid", .fault = -1}, /* another form */
    {.ca = "30(a0(" MAIL("example.org") ") a1(" MAIL("leaf@example.org") "))",
     .reason = "name-constraints", .text = "must not"},
    /* not critical: they hold all the same */
    {.ca = PERMITTED(MAIL("example.com")), .lenient = 1, .reason = "name-constraints",
     .text = "outside"},
    /* several: a name has to pass all, whoever set them */
    {.root = PERMITTED(MAIL("example.org")), .ca = PERMITTED(MAIL(".org")),
     .reason = "valid", .fault = -1},
    {.root = PERMITTED(MAIL("example.org")), .ca = PERMITTED(MAIL(".example.org")),
     .reason = "name-constraints", .text = "outside"},
    {.root = PERMITTED(MAIL("example.org")), .ca = PERMITTED(MAIL("leaf@example.org")),
     .second = EXCLUDED(MAIL("boss@example.org")), .reason = "valid", .fault = -1},
    {.root = PERMITTED(MAIL("example.com")), .ca = PERMITTED(MAIL("example.org")),
     .reason = "name-constraints", .text = "outside"}, /* nobody adds to what is above */
    {.root = EXCLUDED(MAIL("example.org")), .second = PERMITTED(MAIL("example.org")),
     .reason = "name-constraints", .text = "must not"},
    {.second = PERMITTED(MAIL("example.com")), .reason = "name-constraints", .text = "outside"},
    /* every name of a certificate */
    {.ca = PERMITTED(MAIL("example.org")), .email = "-",
     .names = "30(81('leaf@example.org') 81('leaf@example.com'))", .reason = "name-constraints",
     .text = "outside"},
    {.ca = EXCLUDED(DNS("evil.example")), .email = "-",
     .names = "30(81('leaf@example.org') 82('host.evil.example'))", .reason = "name-constraints",
     .text = "must not"},
    {.ca = EXCLUDED(DNS("host.evil.example")), .email = "-",
     .names = "30(82('*.evil.example'))", .reason = "name-constraints", .text = "malformed"},
    {.ca = PERMITTED(MAIL("example.org")), .email = "-",
     .names = "30(81('leaf@example.com@example.org'))", .reason = "name-constraints",
     .text = "malformed"},
    {.ca = EXCLUDED(MAIL("example.org")), .email = "-",
     .names = "30(81('leaf@example.com@example.org'))", .reason = "name-constraints",
     .text = "malformed"},
    {.ca = PERMITTED(MAIL("example.org")), .email = "-",
     .names = "30(a0(@1.3.6.1.5.5.7.8.9 a0(0c('leaf@example.com'))))",
     .reason = "name-constraints", .text = "outside"}, /* RFC 8398 6 */
    {.ca = PERMITTED(MAIL("xn--bcher-kva.example")), .email = "-",
     .names = "30(a0(@1.3.6.1.5.5.7.8.9 a0(0c('leaf@b\xc3\xbc" "cher.example'))))",
     .reason = "valid", .fault = -1},
    /* the subject, by directory name and by its emailAddress where no other address is */
    {.ca = PERMITTED(NAME("O=Example")), .subject = "CN=Leaf,O=Example", .reason = "valid",
     .fault = -1},
    {.ca = PERMITTED(NAME("O=Example")), .subject = "CN=Leaf,O=Other",
     .reason = "name-constraints", .text = "outside"},
    {.ca = EXCLUDED(NAME("O=Example")), .subject = "CN=Leaf,O=EXAMPLE",
     .reason = "name-constraints", .fault = 1, .text = "must not"}, /* the second CA's too */
    {.ca = PERMITTED(NAME("O=Example")), .subject = "", .reason = "valid", .fault = -1},
    {.ca = PERMITTED(NAME("O=Example")), .subject = "CN=Leaf,O=Example", .email = "-",
     .names = "30(a4(<O=Other>))", .reason = "name-constraints", .text = "outside"},
    {.ca = PERMITTED(MAIL("example.com")), .subject = "CN=Leaf,EMAIL=leaf@example.org",
     .email = "-", .reason = "name-constraints", .text = "outside"},
    {.ca = PERMITTED(MAIL("example.org")), .subject = "CN=Leaf,EMAIL=leaf@example.org",
     .email = "-", .reason = "valid", .fault = -1},
    {.ca = PERMITTED(MAIL("example.com")), .subject = "CN=Leaf,EMAIL=leaf@example.org",
     .email = "leaf@example.com", .reason = "valid", .fault = -1}, /* it does not count */
    {.ca = EXCLUDED(MAIL("example.org")), .subject = "CN=Leaf,EMAIL=leaf@example.org",
     .email = "-", .names = "30(82('host.example.com'))", .reason = "name-constraints",
     .text = "must not"},
    /* forms that are not evaluated: refused where they are critical and there is such a name */
    {.ca = PERMITTED("30(" UPN ")"), .reason = "valid", .fault = -1},
    {.ca = PERMITTED("30(" UPN ")"), .email = "-", .names = "30(" UPN ")",
     .reason = "name-constraints", .text = "not evaluated"},
    {.ca = EXCLUDED("30(" UPN ")"), .email = "-", .names = "30(" UPN ")",
     .reason = "name-constraints", .text = "not evaluated"},
    {.ca = PERMITTED("30(" UPN ")"), .email = "-", .names = "30(" UPN ")", .lenient = 1,
     .reason = "valid", .fault = -1},
    {.ca = PERMITTED("30(a0(@1.2.3 a0(05())))"), .email = "-", .names = "30(" UPN ")",
     .reason = "valid", .fault = -1}, /* another kind of otherName */
    {.ca = EXCLUDED("30(88(=1.2.3))"), .email = "-", .names = "30(88(=1.2.4))",
     .reason = "name-constraints", .text = "not evaluated"},
};

static void constrain(certs_spec *spec, const char *value, int critical)
{
    if (value)
        spec->more[0] = (certs_extension){NAME_CONSTRAINTS, value, critical};
}

static void make_world(certs_spec root, certs_spec ca, certs_spec second, certs_spec leaf)
{
    world_make(ROOT, NOBODY, root);
    world_make(CA, ROOT, ca);
    world_make(SIGNER, CA, second);
    world_make(LEAF, SIGNER, leaf);
    world_anchor(ROOT);
    world_add(CA);
    world_add(SIGNER);
}

START_TEST(names_are_within_what_every_ca_allows)
{
    certs_spec root = world_ca("CN=Root"), ca = world_ca("CN=CA,O=Example");
    certs_spec second = world_ca("CN=Second,O=Example");
    certs_spec leaf = world_leaf("CN=Leaf,O=Example", "leaf@example.org");

    constrain(&root, rows[_i].root, 1);
    constrain(&ca, rows[_i].ca, !rows[_i].lenient);
    constrain(&second, rows[_i].second, 1);
    leaf.subject = rows[_i].subject ? rows[_i].subject : leaf.subject;
    if (rows[_i].email)
        leaf.email = rows[_i].email[0] == '-' ? NULL : rows[_i].email;
    if (rows[_i].names)
        leaf.more[0] = (certs_extension){ALT_NAME, rows[_i].names, 0};
    make_world(root, ca, second, leaf);
    world_check(LEAF, 0, NULL);
    world_expect(rows[_i].reason, rows[_i].fault);
    if (rows[_i].text)
        ck_assert_msg(strstr(smime_path_text(here.path), rows[_i].text) != NULL, "\"%s\"",
                      smime_path_text(here.path));
}
END_TEST

/* A CA below counts as well, and the anchor's own name does not. */
START_TEST(name_of_a_ca_is_constrained)
{
    certs_spec root = world_ca("CN=Root,O=Nowhere"), ca = world_ca("CN=CA,O=Example");

    constrain(&root, PERMITTED(NAME("O=Example")), 1);
    make_world(root, ca, world_ca("CN=Second,O=Other"), world_leaf("CN=Leaf,O=Example", NULL));
    world_check(LEAF, 0, NULL);
    world_expect("name-constraints", 1);
}
END_TEST

/* 6.1.3 (b): a self-issued CA is excepted, a self-issued certificate at the end is not. */
static const struct {
    const char *subject; /* of the one below CN=CA,O=Other */
    int is_leaf;
    const char *reason;
    int fault;
} self_issued[] = {
    {"CN=CA,O=Other", 0, "valid", -1},
    {"CN=CA,O=Third", 0, "name-constraints", 1},
    {"CN=CA,O=Other", 1, "name-constraints", 0},
};

START_TEST(self_issued_ca_is_excepted)
{
    certs_spec root = world_ca("CN=Root"), ca = world_ca("CN=CA,O=Other");
    certs_spec second = self_issued[_i].is_leaf ? world_leaf(self_issued[_i].subject, NULL)
                                                : world_ca(self_issued[_i].subject);

    constrain(&ca, PERMITTED(NAME("O=Example")), 1);
    make_world(root, ca, second, world_leaf("CN=Leaf,O=Example", NULL));
    world_check(self_issued[_i].is_leaf ? SIGNER : LEAF, 0, NULL);
    world_expect(self_issued[_i].reason, self_issued[_i].fault);
}
END_TEST

/* What is no NameConstraints of RFC 5280 makes the certificate malformed. */
static const struct { const char *value; int good; } values[] = {
    {PERMITTED(MAIL("example.org")), 1},
    {EXCLUDED(MAIL("example.org")), 1},
    {"30(a0(" MAIL("a") ") a1(" MAIL("b") "))", 1},
    {"30()", 0},
    {"30(a0())", 0},
    {"30(a1())", 0},
    {"30(a1(" MAIL("b") ") a0(" MAIL("a") "))", 0},
    {"30(a0(" MAIL("a") ") a0(" MAIL("a") "))", 0},
    {"30(a0(30(81('a') 80(00))))", 0}, /* minimum 0 is the default */
    {"30(a0(30(81('a') 80(01))))", 0},
    {"30(a0(30(81('a') 81(05))))", 0},
    {"30(a0(30()))", 0},
    {"30(a0(81('a')))", 0},
    {"30(a2(" MAIL("a") "))", 0},
    {"30(a0(" MAIL("a") ") 05())", 0},
    {"31(a0(" MAIL("a") "))", 0},
    {PERMITTED(MAIL("a")) "00", 0},
    {"", 0},
};

START_TEST(constraints_are_read_strictly)
{
    gnutls_datum_t der = notation(values[_i].value);
    smime__name_constraints constraints;

    ck_assert_int_eq(smime__name_constraints_read(smime__view_of(der.data, der.size), &constraints),
                     values[_i].good);
}
END_TEST

/* Three names against two permitted and one excluded subtree are nine comparisons, one of the
 * subject makes twelve; the second CA's subject another three. */
START_TEST(budget_of_names_is_exact)
{
    static const uint64_t enough = 15;
    certs_spec ca = world_ca("CN=CA"), leaf = world_leaf("CN=Leaf", NULL);
    smime_path *none = NULL;

    constrain(&ca, "30(a0(" MAIL("example.org") MAIL("example.com") ") a1(" MAIL("x.org") "))", 1);
    leaf.more[0] = (certs_extension){
        ALT_NAME, "30(81('a@example.org') 81('b@example.org') 82('host.example.com'))", 0};
    make_world(world_ca("CN=Root"), ca, world_ca("CN=Second"), leaf);
    ck_ok(smime_policy_set_limit(here.policy, SMIME_LIMIT_NAMES, enough - 1));
    ck_assert_int_eq(smime_path_check(here.store, here.policy, here.cert[LEAF], 0, NULL, &none),
                     SMIME_E_LIMIT_NAMES);
    ck_assert_ptr_null(none);
    ck_ok(smime_policy_set_limit(here.policy, SMIME_LIMIT_NAMES, enough));
    world_check(LEAF, 0, NULL);
    world_expect("valid", -1);
}
END_TEST

void add_pki_constraints(Suite *suite)
{
    TCase *tc = tcase_create("name constraints");

    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, world_setup, world_teardown);
    add_rows(tc, names_are_within_what_every_ca_allows, rows);
    add_rows(tc, self_issued_ca_is_excepted, self_issued);
    add_rows(tc, constraints_are_read_strictly, values);
    tcase_add_test(tc, name_of_a_ca_is_constrained);
    tcase_add_test(tc, budget_of_names_is_exact);
    suite_add_tcase(suite, tc);
}
