/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which certificate for an address, and why not the others. */
#include "mail.h"

#include <string.h>

static void drop_choice(void *what)
{
    smime_choice_unref(what);
}

static smime_store *store_with(const char *const *names)
{
    smime_store *store = store_of("root");

    for (; *names; names++)
        ck_ok(smime_store_add_cert(store, cert(*names)));
    return store;
}

static smime_choice *choice_of(smime_store *store, const smime_known *known, const char *address,
                               int32_t use)
{
    smime_choice *made = NULL;

    ck_ok(smime_choice_new(store, known, policy(), address, use, &made));
    keep(made, drop_choice);
    return made;
}

START_TEST(best_first)
{
    static const char *const names[] = { "alice-rsa", "expired", "alice-p256", "bob-rsa", "mallory",
                                         NULL };
    smime_choice *choice = choice_of(store_with(names), NULL, "ALICE@example.org",
                                     SMIME_USE_ENCRYPT);
    size_t count = smime_choice_count(choice);
    int usable = 1;

    ck_assert_uint_ge(count, 2);
    ck_assert_ptr_nonnull(smime_choice_cert(choice));
    ck_assert_ptr_eq(smime_choice_cert(choice), smime_choice_candidate(choice, 0));
    for (size_t i = 0; i < count; i++) {
        int good = !strcmp(smime_choice_reason(choice, i), "usable");
        ck_assert(good <= usable); /* none that is usable behind one that is not */
        usable = good;
        ck_assert_str_ne(smime_choice_reason_text(choice, i), "");
        ck_assert_int_ne(smime_cert_is_for(smime_choice_candidate(choice, i),
                                           "alice@example.org"), 0);
    }
    ck_assert_ptr_null(smime_choice_candidate(choice, count));
    ck_assert_ptr_null(smime_choice_reason(choice, count));
    ck_assert(strstr(smime_choice_text(choice), "is encrypted to the certificate"));
}
END_TEST

START_TEST(what_its_owner_prefers)
{
    static const char *const names[] = { "alice-rsa", "alice-p256", NULL };
    smime_store *store = store_with(names);
    smime_known *known;

    ck_ok(smime_known_new(&known));
    for (int i = 0; i < 2; i++) {
        smime_choice *choice;
        ck_ok(smime_known_set_encryption(known, "alice@example.org", cert(names[i]), NULL, 0));
        choice = choice_of(store, known, "alice@example.org", SMIME_USE_ENCRYPT);
        ck_assert_str_eq(smime_cert_sha256(smime_choice_cert(choice)),
                         smime_cert_sha256(cert(names[i])));
        ck_assert(strstr(smime_choice_text(choice), "which its owner prefers"));
    }
    smime_known_unref(known);
}
END_TEST

/* A certificate that is known and in no store. */
START_TEST(from_what_is_known)
{
    static const char *const none[] = { NULL };
    smime_known *known;
    smime_choice *choice;

    ck_ok(smime_known_new(&known));
    ck_ok(smime_known_add(known, "bob@example.org", cert("bob-rsa")));
    choice = choice_of(store_with(none), known, "bob@example.org", SMIME_USE_SIGN);
    smime_known_unref(known);
    ck_assert_uint_eq(smime_choice_count(choice), 1);
    ck_assert_ptr_nonnull(smime_choice_cert(choice));
}
END_TEST

START_TEST(none)
{
    static const char *const names[] = { "mallory", NULL };
    smime_choice *choice = choice_of(store_with(names), NULL, "nobody@example.org",
                                     SMIME_USE_SIGN);
    smime_choice *odd = NULL;

    ck_assert_ptr_null(smime_choice_cert(choice));
    ck_assert_uint_eq(smime_choice_count(choice), 0);
    ck_assert_str_eq(smime_choice_text(choice),
                     "No certificate for nobody@example.org is at hand.");
    /* nobody is trusted: told for each */
    choice = choice_of(NULL, NULL, "alice@example.org", SMIME_USE_SIGN);
    ck_assert_ptr_null(smime_choice_cert(choice));
    ck_assert_int_eq(smime_choice_new(NULL, NULL, NULL, "nobody", SMIME_USE_SIGN, &odd),
                     SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_choice_new(NULL, NULL, NULL, "a@b.org", SMIME_USE_ANY, &odd),
                     SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_choice_new(NULL, NULL, NULL, "a@b.org", SMIME_USE_SIGN, NULL),
                     SMIME_E_INVALID_ARG);
    ck_assert_ptr_null(odd);
}
END_TEST

START_TEST(refusals)
{
    static const char *const names[] = { "expired", "future", NULL };
    smime_store *store = store_with(names);

    for (size_t i = 0; names[i]; i++) {
        smime_cert *one = cert(names[i]);
        smime_choice *choice = choice_of(store, NULL, smime_cert_email(one, 0), SMIME_USE_SIGN);
        int found = 0;
        for (size_t k = 0; k < smime_choice_count(choice); k++)
            if (!strcmp(smime_cert_sha256(smime_choice_candidate(choice, k)),
                        smime_cert_sha256(one))) {
                found = 1;
                ck_assert_str_eq(smime_choice_reason(choice, k), "unsuitable");
                ck_assert_str_eq(smime_choice_reason_text(choice, k),
                                 i ? "it is not valid yet" : "it has expired");
            }
        ck_assert(found);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("choice");
    TCase *tcase = tcase_create("choice");

    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, NULL, common_teardown);
    tcase_add_test(tcase, best_first);
    tcase_add_test(tcase, what_its_owner_prefers);
    tcase_add_test(tcase, from_what_is_known);
    tcase_add_test(tcase, none);
    tcase_add_test(tcase, refusals);
    suite_add_tcase(suite, tcase);
    return support_main(suite);
}
