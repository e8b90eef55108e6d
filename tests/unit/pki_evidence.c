/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which evidence counts when there is more than one, and what nobody can hide. */
#include "pki_world.h"

#define DAYS(n) (SUPPORT_NOW + (n) * EVIDENCE_DAY)

/* Old list and new list, both fresh, in both orders, and what the leaf is. */
static const struct {
    int old_lists, old_reason, new_lists, new_first;
    int32_t state;
} orders[] = {
    {0, 0, 1, 0, SMIME_REVOKED_YES},
    {0, 0, 1, 1, SMIME_REVOKED_YES},
    {1, 6, 0, 0, SMIME_REVOKED_GOOD},
    {1, 6, 0, 1, SMIME_REVOKED_GOOD},
};

START_TEST(newest_list_decides_in_every_order)
{
    evidence_crl list[2] = {{.signer = CA, .number = 1, .this_update = DAYS(-5)},
                            {.signer = CA, .number = 2}};

    world_make_chain();
    if (orders[_i].old_lists)
        list[0].entry[0] = (evidence_entry){.of = LEAF, .reason = orders[_i].old_reason};
    if (orders[_i].new_lists)
        list[1].entry[0] = (evidence_entry){.of = LEAF};
    world_add_crl(&list[orders[_i].new_first]);
    world_add_crl(&list[!orders[_i].new_first]);
    world_check(LEAF, 0, NULL);
    ck_assert_int_eq(smime_path_revocation(here.path, 0), orders[_i].state);
}
END_TEST

/* A list from after the first moment, which revokes before the second. */
START_TEST(memory_does_not_hide_a_later_list)
{
    world_make_chain();
    world_add_crl(&(evidence_crl){.signer = CA, .entry = {{.of = LEAF, .when = DAYS(-10)}}});
    world_at(DAYS(-100));
    world_check(LEAF, 0, NULL);
    world_expect("valid", -1);
    world_at(SUPPORT_NOW);
    world_check(LEAF, 0, NULL);
    world_expect("revoked", 0);
}
END_TEST

START_TEST(memory_does_not_hide_an_earlier_hold)
{
    world_make_chain();
    world_add_crl(&(evidence_crl){.signer = CA, .entry = {{.of = LEAF, .reason = 6}}});
    world_at(DAYS(100));
    world_check(LEAF, 0, NULL);
    world_expect("valid", -1); /* the list is out of date */
    world_at(SUPPORT_NOW);
    world_check(LEAF, 0, NULL);
    world_expect("revoked", 0);
}
END_TEST

START_TEST(memory_ends_with_the_signer_of_the_list)
{
    world_make_chain();
    world_make(SIGNER, ROOT, (certs_spec){.subject = "CN=CA",
                                       .usage = GNUTLS_KEY_CRL_SIGN,
                                       .until = DAYS(2)});
    world_add(SIGNER);
    world_add_crl(&(evidence_crl){.signer = SIGNER, .next_update = DAYS(30)});
    world_revocation(SMIME_REVOCATION_LEAF);
    world_check(LEAF, 0, NULL);
    world_expect("valid", -1);
    world_at(DAYS(3));
    world_check(LEAF, 0, NULL);
    world_expect("revocation-unknown", 0);
}
END_TEST

START_TEST(memory_begins_with_producedAt)
{
    world_make_chain();
    world_add_ocsp(&(evidence_ocsp){
        .signer = CA, .single = {{.of = LEAF, .issuer = CA, .this_update = DAYS(-10)}}});
    world_revocation(SMIME_REVOCATION_LEAF);
    world_check(LEAF, 0, NULL);
    world_expect("valid", -1);
    world_at(DAYS(-5));
    world_check(LEAF, 0, NULL);
    world_expect("revocation-unknown", 0);
}
END_TEST

/* Anybody can put a certificate of the CA's name beside the CA. */
START_TEST(impostor_does_not_hide_that_a_certificate_was_revoked)
{
    world_make_chain();
    world_make(STRANGER, NOBODY, world_ca("CN=CA"));
    world_add(STRANGER);
    world_add_crl(&(evidence_crl){.signer = CA, .entry = {{.of = LEAF}}});
    world_check(LEAF, 0, NULL);
    world_expect("revoked", 0);
}
END_TEST

START_TEST(empty_pem_is_no_response)
{
    static const char response[] =
        "-----BEGIN OCSP RESPONSE-----\n-----END OCSP RESPONSE-----\n";
    static const char list[] = "-----BEGIN X509 CRL-----\n-----END X509 CRL-----\n";
    smime_ocsp *ocsp = NULL;
    smime_crl *crl = NULL;

    ck_assert_int_eq(smime_ocsp_new(NULL, response, sizeof response - 1, &ocsp),
                     SMIME_E_OCSP_SYNTAX);
    ck_assert_int_eq(smime_crl_new(NULL, list, sizeof list - 1, &crl), SMIME_E_CRL_SYNTAX);
}
END_TEST

/* RFC 5280 4.2.1.4, 4.2.1.5 */
static const struct {
    const char *oid, *value;
} malformed[] = {
    {"2.5.29.32", "30(30())"},
    {"2.5.29.32", "30(30(06()))"},
    {"2.5.29.32", "30(30(@1.2.3 05()))"},
    {"2.5.29.33", "30(30(@1.2.3))"},
    {"2.5.29.33", "30(30(@1.2.3 @1.2.4 @1.2.5))"},
};

START_TEST(malformed_last_policy_makes_no_certificate)
{
    certs_spec spec = world_ca("CN=A");
    gnutls_datum_t der;
    smime_cert *cert = NULL;

    spec.more[0] = (certs_extension){malformed[_i].oid, malformed[_i].value, 0};
    here.made[CA] = certs_make(&spec, key_p256(), NULL);
    der = certs_der(&here.made[CA]);
    ck_assert_int_eq(smime__cert_parse(smime__view_of(der.data, der.size), &cert),
                     SMIME_E_CERT_SYNTAX);
    gnutls_free(der.data);
}
END_TEST

/* RFC 5754 2: MUST generate SHA2 AlgorithmIdentifiers with absent parameters */
START_TEST(sha256_of_a_request_has_no_parameters)
{
    gnutls_datum_t id;
    uint8_t *der = NULL;
    size_t len = 0;

    world_make_chain();
    id = evidence_cert_id(&here.made[LEAF], &here.made[CA], 1);
    ck_ok(smime_ocsp_request(here.cert[LEAF], here.cert[CA], "sha256", NULL, 0, &der, &len));
    ck_assert_uint_eq(len, notation("30(30(30(30(%))))", id).size);
    smime_free(der);
}
END_TEST

/* A leaf that is a responder too says of itself that it is good. */
START_TEST(nobody_vouches_for_himself)
{
    certs_spec leaf = world_leaf("CN=Leaf", NULL);

    leaf.more[0] =
        (certs_extension){"2.5.29.37", "30(@1.3.6.1.5.5.7.3.4 @1.3.6.1.5.5.7.3.9)", 0};
    world_make(ROOT, NOBODY, world_ca("CN=Root"));
    world_make(CA, ROOT, world_ca("CN=CA"));
    world_make(LEAF, CA, leaf);
    world_anchor(ROOT);
    world_add(CA);
    world_add_ocsp(&(evidence_ocsp){
        .signer = LEAF, .with = {LEAF}, .single = {{.of = LEAF, .issuer = CA}}});
    world_revocation(SMIME_REVOCATION_LEAF);
    world_check(LEAF, SMIME_USE_SIGN, NULL);
    world_expect("revocation-unknown", 0);
}
END_TEST
/* RFC 6960: a hold that a newer response of the same responder has released */
START_TEST(newer_response_releases_a_hold)
{
    world_make_chain();
    world_add_ocsp(&(evidence_ocsp){.signer = CA,
                                    .produced_at = DAYS(-5),
                                    .single = {{.of = LEAF,
                                                .issuer = CA,
                                                .state = 1,
                                                .reason = 6,
                                                .this_update = DAYS(-5)}}});
    world_add_ocsp(&(evidence_ocsp){.signer = CA, .single = {{.of = LEAF, .issuer = CA}}});
    world_check(LEAF, 0, NULL);
    world_expect("valid", -1);
}
END_TEST

void add_pki_evidence(Suite *suite)
{
    TCase *tc = tcase_create("evidence");

    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, world_setup, world_teardown);
    add_rows(tc, newest_list_decides_in_every_order, orders);
    tcase_add_test(tc, memory_does_not_hide_a_later_list);
    tcase_add_test(tc, memory_does_not_hide_an_earlier_hold);
    tcase_add_test(tc, memory_ends_with_the_signer_of_the_list);
    tcase_add_test(tc, memory_begins_with_producedAt);
    tcase_add_test(tc, impostor_does_not_hide_that_a_certificate_was_revoked);
    tcase_add_test(tc, empty_pem_is_no_response);
    add_rows(tc, malformed_last_policy_makes_no_certificate, malformed);
    tcase_add_test(tc, sha256_of_a_request_has_no_parameters);
    tcase_add_test(tc, nobody_vouches_for_himself);
    tcase_add_test(tc, newer_response_releases_a_hold);
    suite_add_tcase(suite, tc);
}
