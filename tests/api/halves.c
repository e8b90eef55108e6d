/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Functions called with an object and without the rest: refused, and the object is as it was. */
#include "common.h"

#include <string.h>

#define REFUSED(call) ck_assert_int_eq(call, SMIME_E_INVALID_ARG)

START_TEST(half_of_the_arguments)
{
    smime_policy *p = policy(), *other = NULL;
    sending how = { .from = { "alice-p256" } };
    reading by = { .anchor = "root" };
    smime_protect *protect = protect_new(&how);
    smime_open *open = open_new(&by);
    smime_cert *alice = cert("alice-p256"), *made = NULL;
    smime_identity *none = NULL;
    smime_parser *parser;
    smime_bag *bag;
    uint8_t *data = NULL;
    size_t len = 0;

    REFUSED(smime_cert_new("x", 1, NULL));
    REFUSED(smime_cert_new(NULL, 1, &made));
    REFUSED(smime_identity_new(alice, NULL, 1, NULL, &none));
    REFUSED(smime_identity_new(NULL, "x", 1, NULL, &none));
    REFUSED(smime_policy_new(99, &other));
    REFUSED(smime_policy_set_limit(p, 0, 1));
    REFUSED(smime_policy_set_limit(p, 99, 1));
    REFUSED(smime_policy_get_limit(p, SMIME_LIMIT_DEPTH, NULL));
    REFUSED(smime_policy_set_spool_directory(p, NULL));
    REFUSED(smime_policy_set_revocation(p, 99));
    REFUSED(smime_protect_sign(protect, NULL));
    REFUSED(smime_protect_encrypt_to(protect, NULL));
    REFUSED(smime_protect_set_digest(protect, 99));
    REFUSED(smime_protect_set_cipher(protect, -1));
    REFUSED(smime_protect_set_transport(protect, 99, 0));
    REFUSED(smime_protect_set_transport(protect, 0, 99));
    REFUSED(smime_protect_set_sink(protect, NULL, NULL, NULL, NULL));
    REFUSED(smime_protect_write(protect, NULL, 1, &len));
    REFUSED(smime_protect_write(protect, "x", 1, NULL));
    REFUSED(smime_protect_read(protect, NULL, 1, &len));
    REFUSED(smime_protect_buffer(protect, NULL, 1, &data, &len));
    REFUSED(smime_protect_buffer(protect, "x", 1, NULL, &len));
    REFUSED(smime_protect_fd(protect, -1, 1));
    REFUSED(smime_open_add_identity(open, NULL));
    REFUSED(smime_open_set_release(open, 99));
    REFUSED(smime_open_set_sink(open, NULL, NULL, NULL, NULL));
    REFUSED(smime_open_write(open, NULL, 1, &len));
    REFUSED(smime_open_buffer(open, NULL, 1, &data, &len));
    REFUSED(smime_open_buffer(open, "x", 1, &data, NULL));
    REFUSED(smime_open_fd(open, -1, 1));
    REFUSED(smime_open_report(open, NULL));
    ck_assert_int_eq(smime_cert_is_for(alice, NULL), 0);
    ck_assert_int_eq(smime_parser_new(NULL, &parser), SMIME_OK);
    REFUSED(smime_parser_select(parser, NULL, SMIME_PART_RAW));
    REFUSED(smime_parser_select(parser, "1", 99));
    REFUSED(smime_parser_write(parser, NULL, 1, &len));
    ck_assert_ptr_null(smime_parser_entity(parser, "1"));
    smime_parser_free(parser);
    ck_assert_int_eq(smime_bag_new(NULL, &bag), SMIME_OK);
    REFUSED(smime_bag_add(bag, NULL, 1));
    REFUSED(smime_bag_add_password(bag, NULL));
    ck_assert_ptr_null(smime_bag_cert(bag, 0));
    ck_assert_ptr_null(smime_bag_identity(bag, 0));
    smime_bag_free(bag);
    ck_assert(!data && !made && !none && !other);
    /* nothing of that has broken the jobs */
    ck_assert_int_eq(smime_protect_buffer(protect, plain_mail, strlen(plain_mail), &data, &len),
                     SMIME_OK);
    ck_assert_int_eq(smime_open_buffer(open, data, len, NULL, NULL), SMIME_OK);
    smime_free(data);
}
END_TEST

START_TEST(half_of_the_arguments_about_paths)
{
    smime_policy *p = policy();
    smime_cert *alice = cert("alice-p256");
    smime_crl *crl = NULL;
    smime_ocsp *ocsp = NULL;
    smime_path *path = NULL;

    REFUSED(smime_policy_set_clock_tolerance(p, -1));
    REFUSED(smime_policy_set_path_flags(p, 8));
    REFUSED(smime_policy_add_initial_policy(p, NULL));
    REFUSED(smime_policy_add_initial_policy(p, ""));
    REFUSED(smime_policy_add_initial_policy(p, "1.2.x"));
    REFUSED(smime_crl_new(p, NULL, 1, &crl));
    REFUSED(smime_crl_new(p, "x", 1, NULL));
    REFUSED(smime_ocsp_new(p, NULL, 1, &ocsp));
    REFUSED(smime_ocsp_new(p, "x", 1, NULL));
    ck_assert_int_eq(smime_crl_new(p, NULL, 0, &crl), SMIME_E_CRL_SYNTAX);
    ck_assert_int_eq(smime_ocsp_new(p, NULL, 0, &ocsp), SMIME_E_OCSP_SYNTAX);
    REFUSED(smime_path_check(NULL, p, alice, 4, NULL, &path));
    REFUSED(smime_path_check(NULL, p, alice, 0, NULL, NULL));
    REFUSED(smime_path_check(NULL, p, NULL, 0, NULL, &path));
    ck_assert(!crl && !ocsp && !path);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("halves");
    TCase *tests = tcase_create("halves");

    tcase_add_checked_fixture(tests, NULL, common_teardown);
    tcase_add_test(tests, half_of_the_arguments);
    tcase_add_test(tests, half_of_the_arguments_about_paths);
    suite_add_tcase(suite, tests);
    return support_main(suite);
}
