/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Mail from those who sign: what is missing and what is new is said first. */
#include "mail.h"

#include <stdio.h>
#include <string.h>

#define MISSING "expected-signature-missing"

static void drop_known(void *what)
{
    smime_known_unref(what);
}

static smime_known *known_new(void)
{
    smime_known *made;

    ck_assert_int_eq(smime_known_new(&made), SMIME_OK);
    keep(made, drop_known);
    return made;
}

static const char *first_reason(outcome got)
{
    return smime_report_reason_count(got.report) ? smime_report_reason_code(got.report, 0) : "";
}

static void ck_first(outcome got, int32_t summary, const char *reason)
{
    ck_verdict(got, summary, reason);
    ck_assert_str_eq(first_reason(got), reason);
    /* and it leads the sentence */
    ck_assert_msg(!strncmp(smime_report_text(got.report), smime_report_reason_text(got.report, 0),
                           strlen(smime_report_reason_text(got.report, 0))),
                  "%s", smime_report_text(got.report));
}

typedef struct claim {
    const char *from; /* field of an unsigned message */
    int is_missing;
} claim;

static const claim claims[] = {
    { "From: alice@example.org\r\n", 1 },
    { "From: ALICE@Example.ORG\r\n", 1 },
    { "From: Somebody <alice@example.org>\r\n", 1 },
    { "From: bob@example.org\r\n", 0 },
    { "From: \"alice@example.org\" <mallory@example.com>\r\n", 1 },
    { "From: \"Alice <alice@example.org>\" <mallory@example.com>\r\n", 1 },
    { "From: =?utf-8?Q?alice=40example=2Eorg?= <mallory@example.com>\r\n", 1 },
    { "From: \"alice\xef\xbc\xa0" "example.org\" <mallory@example.com>\r\n", 1 },
    { "From: \"alice at example.org\" <mallory@example.com>\r\n", 0 },
    { "From: \"xalice@example.org\" <mallory@example.com>\r\n", 0 },
    { "From: mallory@example.com, alice@example.org\r\n", 1 },
    { "From: mallory@example.com (alice@example.org)\r\n", 1 },
    { "Sender: alice@example.org\r\nFrom: mallory@example.com\r\n", 0 },
    { "Subject: no From\r\n", 0 },
    /* what is no address, and looks like one all the same */
    { "From: alice@example.org <mallory@example.com>\r\n", 1 },
    { "From: mallory@example.com\r\nFrom: alice@example.org\r\n", 1 },
    { "From: \"alice@example.org\" <mallory@example.com>, x@example.com\r\n", 1 },
    { "From: \"alice@example.org\" <mallory@example.com> x\r\n", 1 },
    { "From: \"alice@example.org\": mallory@example.com;\r\n", 1 },
    { "From: alice@example.org: mallory@example.com;\r\n", 1 },
    { "From: \"alice@example.org\"\r\n", 1 },
    { "From: Alice <alice@example.org\r\n", 1 },
    { "From: <mallory@example.com> alice@example.org\r\n", 1 },
    { "From: Alice alice@example.org\r\n", 1 },
    { "From: \"alice@example.org.\" <mallory@example.com>\r\n", 1 },
    { "From: \"alice@example.org|Alice\" <mallory@example.com>\r\n", 1 },
    { "From: \"alice@example.org/\" <mallory@example.com>\r\n", 1 },
    { "From: \"{alice@example.org}\" <mallory@example.com>\r\n", 1 },
    { "From: \"'alice@example.org'\" <mallory@example.com>\r\n", 1 },
    { "From: \"mail=alice@example.org\" <mallory@example.com>\r\n", 1 },
    { "From: \"alice @ example.org\" <mallory@example.com>\r\n", 1 },
    { "From: \"alice\\@example\\.org\" <mallory@example.com>\r\n", 1 },
    { "From: \"\xe2\x80\x9c" "alice@example.org\xe2\x80\x9d\" <mallory@example.com>\r\n", 1 },
    { "From: \"ali\xe2\x80\x8b" "ce@example.org\" <mallory@example.com>\r\n", 1 },
    { "From: \"x\xc2\xa0" "alice@example.org\" <mallory@example.com>\r\n", 1 },
    { "From: \"alice@example\xef\xbc\x8eorg\" <mallory@example.com>\r\n", 1 },
    { "From: \"\xef\xbd\x81lice\xef\xb9\xab" "example.org\" <mallory@example.com>\r\n", 1 },
    { "From: \"malice.alice@example.org\" <mallory@example.com>\r\n", 0 },
    { "From: \"alice@example.org.uk\" <mallory@example.com>\r\n", 0 },
    { "From: \"@@@ alice@ @example.org\" <mallory@example.com>\r\n", 0 },
};

START_TEST(unsigned_mail)
{
    const claim *row = &claims[_i];
    const reading by = { .expect = { "alice@example.org" } };
    bytes message = joined(text(row->from), text("\r\nhello\r\n"));
    outcome got = opened(&by, message);

    ck_verdict(got, SMIME_SUMMARY_UNPROTECTED, "not-signed");
    ck_assert_int_eq(has_reason(got.report, MISSING), row->is_missing);
    if (row->is_missing)
        ck_first(got, SMIME_SUMMARY_UNPROTECTED, MISSING);
    got = opened_in_chunks(&by, message, 1);
    ck_assert_int_eq(has_reason(got.report, MISSING), row->is_missing);
}
END_TEST

/* Signed well, signed by another, signed and changed, encrypted alone, locked. */
START_TEST(protected_mail)
{
    const sending by_alice = { .from = { "alice-rsa" } };
    const sending by_bob = { .from = { "bob-rsa" } };
    const sending sealed = { .to = { "bob-rsa" } };
    const reading by = { .keys = { "bob-rsa" }, .expect = { "alice@example.org" } };
    const reading stranger = { .expect = { "alice@example.org" } };
    bytes good = protected(&by_alice, text(plain_mail));
    outcome got = opened(&by, good);

    ck_verdict(got, SMIME_SUMMARY_VERIFIED, NULL);
    ck_assert(!has_reason(got.report, MISSING));
    ck_first(opened(&by, protected(&by_bob, text(plain_mail))), SMIME_SUMMARY_INVALID, MISSING);
    good.data[find(good, "this is all", 0)] ^= 1;
    ck_assert_int_ne(opened(&by, good).summary, SMIME_SUMMARY_VERIFIED);
    ck_assert(has_reason(opened(&by, good).report, MISSING));
    ck_first(opened(&by, protected(&sealed, text(plain_mail))), SMIME_SUMMARY_CONFIDENTIAL,
             MISSING);
    /* what is inside of what cannot be opened nobody knows */
    got = opened(&stranger, protected(&sealed, text(plain_mail)));
    ck_verdict(got, SMIME_SUMMARY_LOCKED, "no-key");
    ck_assert(!has_reason(got.report, MISSING));
}
END_TEST

/* Signed by its sender, and named as somebody else who signs. */
START_TEST(another_name)
{
    const sending by_bob = { .from = { "bob-rsa" } };
    const reading by = { .expect = { "alice@example.org" } };
    bytes message = protected(&by_bob, text("From: \"alice@example.org\" <bob@example.org>\n\nx\n"));
    outcome got = opened(&by, message);

    ck_first(got, SMIME_SUMMARY_VERIFIED, MISSING);
}
END_TEST

START_TEST(learned)
{
    const sending by_rsa = { .from = { "alice-rsa" } }, by_p256 = { .from = { "alice-p256" } };
    smime_known *known = known_new();
    const reading by = { .known = known };
    bytes first = protected(&by_rsa, text(plain_mail)), second = protected(&by_p256,
                                                                           text(plain_mail));
    outcome got = opened(&by, first);
    const uint8_t *capabilities;
    size_t len;

    ck_verdict(got, SMIME_SUMMARY_VERIFIED, NULL);
    ck_assert_uint_eq(smime_known_count(known), 0); /* by choice alone */
    ck_assert_int_eq(smime_known_learn(known, got.report), SMIME_OK);
    ck_assert_uint_eq(smime_known_count(known), 1);
    ck_assert_str_eq(smime_known_address(known, 0), "alice@example.org");
    ck_assert_int_eq(smime_known_signs(known, "ALICE@example.ORG"), 1);
    ck_assert_ptr_nonnull(smime_known_signer(known, "alice@example.org", 0));
    ck_assert_int_eq(smime_known_capabilities(known, "alice@example.org", &capabilities, &len),
                     SMIME_OK);
    got = opened(&by, first);
    ck_assert(!has_reason(got.report, "signer-changed"));
    got = opened(&by, second);
    ck_first(got, SMIME_SUMMARY_VERIFIED, "signer-changed");
    ck_assert_int_eq(smime_report_reason_signer(got.report, 0), 0);
    ck_assert_int_eq(smime_known_learn(known, got.report), SMIME_OK);
    ck_assert_uint_eq(smime_known_count(known), 1);
    ck_assert(!has_reason(opened(&by, second).report, "signer-changed"));
    ck_assert(!has_reason(opened(&by, first).report, "signer-changed"));
    ck_first(opened(&by, text(plain_mail)), SMIME_SUMMARY_UNPROTECTED, MISSING);
    ck_assert_int_eq(smime_known_forget(known, "alice@example.org"), SMIME_OK);
    ck_assert_int_eq(smime_known_forget(known, "alice@example.org"), SMIME_E_NOT_FOUND);
    ck_assert(!has_reason(opened(&by, text(plain_mail)).report, MISSING));
}
END_TEST

/* Nothing is learned from what is not verified. */
START_TEST(not_learned)
{
    const sending by_bob = { .from = { "bob-rsa" } };
    const reading by = { .release = SMIME_RELEASE_NOTHING };
    smime_known *known = known_new();

    ck_assert_int_eq(smime_known_learn(known, opened(&by, text(plain_mail)).report),
                     SMIME_E_NOT_VERIFIED);
    ck_assert_int_eq(smime_known_learn(known, opened(&by, protected(&by_bob, text(plain_mail)))
                                                  .report),
                     SMIME_E_NOT_VERIFIED);
    ck_assert_uint_eq(smime_known_count(known), 0);
    ck_assert_int_eq(smime_known_learn(NULL, NULL), SMIME_E_INVALID_ARG);
}
END_TEST

/* A plain "alice" that anybody may sign for. */
START_TEST(without_certificate)
{
    const sending by_rsa = { .from = { "alice-rsa" } };
    smime_known *known = known_new();
    const reading by = { .known = known };

    ck_assert_int_eq(smime_known_add(known, "alice@example.org", NULL), SMIME_OK);
    ck_assert(!has_reason(opened(&by, protected(&by_rsa, text(plain_mail))).report,
                          "signer-changed"));
    ck_first(opened(&by, text(plain_mail)), SMIME_SUMMARY_UNPROTECTED, MISSING);
}
END_TEST

START_TEST(kept_in_a_file)
{
    static const uint8_t capabilities[] = { 0x30, 0x0d, 0x30, 0x0b, 0x06, 0x09, 0x60, 0x86,
                                            0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2e };
    smime_known *known = known_new(), *again = NULL;
    uint8_t *data, *twice;
    const uint8_t *kept;
    size_t len, len_twice, kept_len;

    ck_assert_int_eq(smime_known_add(known, "alice@example.org", cert("alice-rsa")), SMIME_OK);
    ck_assert_int_eq(smime_known_add(known, "alice@example.org", cert("alice-p256")), SMIME_OK);
    ck_assert_int_eq(smime_known_set_encryption(known, "bob@example.org", cert("bob-rsa"),
                                                capabilities, sizeof capabilities),
                     SMIME_OK);
    ck_assert_int_eq(smime_known_save(known, &data, &len), SMIME_OK);
    keep(data, smime_free);
    ck_assert_int_eq(smime_known_load(data, len, &again), SMIME_OK);
    keep(again, drop_known);
    ck_assert_uint_eq(smime_known_count(again), 2);
    ck_assert_int_eq(smime_known_signs(again, "alice@example.org"), 1);
    ck_assert_int_eq(smime_known_signs(again, "bob@example.org"), 0);
    ck_assert_ptr_nonnull(smime_known_signer(again, "alice@example.org", 1));
    ck_assert_ptr_null(smime_known_signer(again, "alice@example.org", 2));
    ck_assert_ptr_nonnull(smime_known_encryption(again, "bob@example.org"));
    ck_assert_int_eq(smime_known_capabilities(again, "bob@example.org", &kept, &kept_len),
                     SMIME_OK);
    ck_same(bytes_of(kept, kept_len), bytes_of(capabilities, sizeof capabilities));
    ck_assert_int_eq(smime_known_save(again, &twice, &len_twice), SMIME_OK);
    keep(twice, smime_free);
    ck_same(bytes_of(twice, len_twice), bytes_of(data, len));
    /* cut off anywhere, or with one bit changed: refused, or something that can be written */
    for (size_t i = 0; i < len; i++) {
        smime_known *odd = NULL;
        ck_assert_int_eq(smime_known_load(data, i, &odd), SMIME_E_BER);
        data[i] ^= 0x20;
        if (smime_known_load(data, len, &odd) == SMIME_OK)
            smime_known_unref(odd);
        data[i] ^= 0x20;
    }
}
END_TEST

START_TEST(refused)
{
    smime_known *known = known_new();
    smime_open *job = open_new(&(reading){ 0 });
    char name[32];

    ck_assert_int_eq(smime_known_add(known, "alice", NULL), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_known_add(known, "@example.org", NULL), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_known_add(known, NULL, NULL), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_known_set_encryption(known, "a@b.org", NULL, "x", 1), SMIME_E_BER);
    ck_assert_int_eq(smime_open_expect_signed(job, "nobody"), SMIME_E_INVALID_ARG);
    ck_assert_uint_eq(smime_known_count(known), 0);
    for (int i = 0; i < 20; i++) { /* more than are kept */
        snprintf(name, sizeof name, "alice%d@example.org", i);
        ck_assert_int_eq(smime_known_add(known, name, cert("alice-rsa")), SMIME_OK);
    }
    ck_assert_uint_eq(smime_known_count(known), 20);
    ck_assert_ptr_null(smime_known_address(known, 20));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("known");
    TCase *tcase = tcase_create("known");

    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, NULL, common_teardown);
    add_rows(tcase, unsigned_mail, claims);
    tcase_add_test(tcase, protected_mail);
    tcase_add_test(tcase, another_name);
    tcase_add_test(tcase, learned);
    tcase_add_test(tcase, not_learned);
    tcase_add_test(tcase, without_certificate);
    tcase_add_test(tcase, kept_in_a_file);
    tcase_add_test(tcase, refused);
    suite_add_tcase(suite, tcase);
    return support_main(suite);
}
