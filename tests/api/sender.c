/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who is shown as the sender, and who signed: only the one address in the one From counts. */
#include "common.h"

#include <string.h>

#define FROM "From: Alice <alice@example.org>\r\n"

typedef struct from_case {
    const char *fields; /* in place of the From field */
    int32_t summary, binding;
    const char *reason;
    const char *address; /* that the report shows; NULL: none */
} from_case;

#define GOOD SMIME_SUMMARY_VERIFIED, SMIME_BINDING_MATCH
#define BAD(binding) SMIME_SUMMARY_INVALID, SMIME_BINDING_##binding

static const from_case from_cases[] = {
    { FROM, GOOD, NULL, "alice@example.org" },
    { "from:alice@example.org\r\n", GOOD, NULL, "alice@example.org" },
    { "From: =?utf-8?Q?Al=C3=AFce?= <alice@example.org>\r\n", GOOD, NULL, "alice@example.org" },
    { "From: (a comment) alice (another) @example.org\r\n", GOOD, NULL, "alice@example.org" },
    { "From: Alice\r\n <alice@example.org>\r\n", GOOD, NULL, "alice@example.org" },
    { "From: <alice@EXAMPLE.ORG>\r\n", GOOD, NULL, "alice@EXAMPLE.ORG" },
    { "From: \"alice\"@example.org\r\n", GOOD, NULL, NULL },
    { "From: Alice <Alice@example.org>\r\n", GOOD, "address-case", "Alice@example.org" },
    /* the display name is no address */
    { "From: \"alice@example.org\" <mallory@example.com>\r\n", BAD(MISMATCH), "from-mismatch",
      "mallory@example.com" },
    { "From: \"boss@example.com\" <alice@example.org>\r\n", GOOD, "display-name-address",
      "alice@example.org" },
    { "From: =?utf-8?Q?alice=40example=2Eorg?= <mallory@example.com>\r\n", BAD(MISMATCH),
      "from-mismatch", "mallory@example.com" },
    { "From: \"Alice <alice@example.org>\" <mallory@example.com>\r\n", BAD(MISMATCH),
      "from-mismatch", "mallory@example.com" },
    { "From: mallory@example.com (<alice@example.org>)\r\n", BAD(MISMATCH), "from-mismatch",
      "mallory@example.com" },
    /* an address that an encoded word spells is no address */
    { "From: =?utf-8?Q?<alice=40example=2Eorg>?=\r\n", SMIME_SUMMARY_INVALID, -1, NULL, NULL },
    { "From: mallory@example.com\r\n", BAD(MISMATCH), "from-mismatch", "mallory@example.com" },
    { "From: alice@example.org.evil.example\r\n", BAD(MISMATCH), "from-mismatch",
      "alice@example.org.evil.example" },
    { "From: alice@sub.example.org\r\n", BAD(MISMATCH), "from-mismatch", NULL },
    { "From: <alice@example.org\0.evil.example>\r\n", SMIME_SUMMARY_INVALID, -1, NULL, NULL },
    /* two fields, in both orders */
    { FROM "From: mallory@example.com\r\n", BAD(AMBIGUOUS), "from-ambiguous", NULL },
    { "From: mallory@example.com\r\n" FROM, BAD(AMBIGUOUS), "from-ambiguous", NULL },
    { FROM FROM, BAD(AMBIGUOUS), "from-ambiguous", NULL },
    { "From: alice@example.org, mallory@example.com\r\n", BAD(AMBIGUOUS), "from-ambiguous",
      NULL },
    { "From: mallory@example.com, alice@example.org\r\n", BAD(AMBIGUOUS), "from-ambiguous",
      NULL },
    { "From: mallory@example.com <alice@example.org>\r\n", SMIME_SUMMARY_INVALID, -1, NULL,
      NULL },
    { "From: <mallory@example.com> <alice@example.org>\r\n", SMIME_SUMMARY_INVALID, -1, NULL,
      NULL },
    { "From: mallory@example.com: alice@example.org;\r\n", SMIME_SUMMARY_INVALID, -1, NULL,
      NULL },
    { "From: alice@example.org <alice@example.org>\r\n", GOOD, NULL, "alice@example.org" },
    { "From: Friends: alice@example.org, bob@example.org;\r\n", BAD(AMBIGUOUS), "from-ambiguous",
      NULL },
    /* the name of a group is shown, and anybody chooses it */
    { "From: \"boss@example.com\": alice@example.org;\r\n", BAD(AMBIGUOUS), "from-ambiguous",
      NULL },
    { "From: x: alice@example.org\r\n", BAD(AMBIGUOUS), "from-ambiguous", NULL },
    /* a name in a comment, and at signs that only look like one */
    { "From: alice@example.org (boss@example.com)\r\n", GOOD, "display-name-address",
      "alice@example.org" },
    { "From: boss\xef\xbc\xa0" "example.com <alice@example.org>\r\n", GOOD,
      "display-name-address", "alice@example.org" },
    { "From: undisclosed:;\r\n", BAD(AMBIGUOUS), "from-ambiguous", NULL },
    { "Sender: alice@example.org\r\nFrom: bob@example.org\r\n", BAD(SENDER_ONLY),
      "from-sender-only", "bob@example.org" },
    { "Sender: mallory@example.com\r\n" FROM, GOOD, NULL, "alice@example.org" },
    { "Sender: alice@example.org\r\n", BAD(MISSING), "from-missing", NULL },
    { "Reply-To: alice@example.org\r\n", BAD(MISSING), "from-missing", NULL },
    { "From:\r\n", BAD(MISSING), "from-missing", NULL },
    { "From: Alice\r\n", SMIME_SUMMARY_INVALID, -1, NULL, NULL },
    { "From : alice@example.org\r\n", SMIME_SUMMARY_INVALID, -1, NULL, NULL },
    { "X-From: alice@example.org\r\n", BAD(MISSING), "from-missing", NULL },
    { " From: mallory@example.com\r\n" FROM, SMIME_SUMMARY_INVALID, -1, NULL, NULL },
};

START_TEST(from_field)
{
    const from_case *c = &from_cases[_i];
    sending how = { .from = { "alice-p256" } };
    reading by = { .anchor = "root" };
    bytes sealed = protected(&how, text(plain_mail));
    outcome got;

    if (strlen(c->fields) < 25 && strstr(c->fields, "<alice@example.org")) /* holds a NUL */
        sealed = changed(sealed, "Alice <alice@example.org>", "<alice@example.orgN.evil.example>");
    else
        sealed = changed(sealed, FROM, c->fields);
    if (find(sealed, "orgN.", 0) != SIZE_MAX)
        sealed.data[find(sealed, "orgN.", 0) + 3] = 0;
    got = opened(&by, sealed);
    ck_verdict(got, c->summary, c->reason);
    if (c->binding >= 0)
        ck_assert_int_eq(smime_report_from_binding(got.report), c->binding);
    else
        ck_assert_int_eq(got.summary, SMIME_SUMMARY_INVALID);
    if (c->address)
        ck_assert_str_eq(smime_report_from_address(got.report), c->address);
    if (c->binding == SMIME_BINDING_AMBIGUOUS || c->binding == SMIME_BINDING_MISSING)
        ck_assert_ptr_null(smime_report_from_address(got.report));
    if (c->summary == SMIME_SUMMARY_INVALID) /* the signature itself is good all the same */
        ck_assert_int_eq(smime_report_signer_status(got.report, 0, 0), SMIME_SIGNER_GOOD);
}
END_TEST

/* The same with the mail sealed: the From of the message counts. */
START_TEST(from_of_an_encrypted_message)
{
    sending how = { .from = { "alice-p256" }, .to = { "bob-p256" } };
    reading by = { .keys = { "bob-p256" } };
    bytes sealed = protected(&how, text(plain_mail));

    ck_verdict(opened(&by, sealed), SMIME_SUMMARY_CONFIDENTIAL_VERIFIED, NULL);
    ck_verdict(opened(&by, changed(sealed, FROM, "From: mallory@example.com\r\n")),
               SMIME_SUMMARY_INVALID, "from-mismatch");
}
END_TEST

typedef struct signer_case {
    const char *signer, *from;
    int32_t preset, summary;
    const char *reason;
} signer_case;

static const signer_case signer_cases[] = {
    { "alice-p256", "alice@example.org", SMIME_POLICY_STRICT, SMIME_SUMMARY_VERIFIED, NULL },
    { "alice-p256", "Alice@example.org", SMIME_POLICY_STRICT, SMIME_SUMMARY_INVALID,
      "from-mismatch" },
    { "alice-p256", "alice@Example.ORG", SMIME_POLICY_STRICT, SMIME_SUMMARY_VERIFIED, NULL },
    { "capitals", "Alice@example.org", SMIME_POLICY_STRICT, SMIME_SUMMARY_VERIFIED, NULL },
    { "capitals", "alice@example.org", SMIME_POLICY_DEFAULT, SMIME_SUMMARY_VERIFIED,
      "address-case" },
    { "capitals", "alice@example.org", SMIME_POLICY_STRICT, SMIME_SUMMARY_INVALID,
      "from-mismatch" },
    { "no-address", "alice@example.org", SMIME_POLICY_DEFAULT, SMIME_SUMMARY_INVALID,
      "from-no-address" },
    { "in-subject", "erin@example.org", SMIME_POLICY_DEFAULT, SMIME_SUMMARY_VERIFIED, NULL },
    { "bob-p256", "alice@example.org", SMIME_POLICY_DEFAULT, SMIME_SUMMARY_INVALID,
      "from-mismatch" },
    { "mallory", "alice@example.org", SMIME_POLICY_DEFAULT, SMIME_SUMMARY_INVALID, "no-anchor" },
};

START_TEST(signer_certificate)
{
    const signer_case *c = &signer_cases[_i];
    sending how = { .from = { c->signer } };
    smime_policy *p;
    reading by = { .anchor = "root" };
    bytes sealed = protected(&how, text(plain_mail));

    ck_assert_int_eq(smime_policy_new(c->preset, &p), SMIME_OK);
    ck_assert_int_eq(smime_policy_set_time(p, SUPPORT_NOW), SMIME_OK);
    by.policy = p;
    ck_verdict(opened(&by, changed(sealed, "Alice <alice@example.org>", c->from)), c->summary,
               c->reason);
    smime_policy_unref(p);
}
END_TEST

/* Without a store nobody is trusted, and a good signature is no more than that. */
START_TEST(nobody_trusted)
{
    sending how = { .identity = identity_with_chain("alice-p256") }; /* even the chain inside */
    bytes sealed = protected(&how, text(plain_mail));
    reading nobody = { .anchor = "" };
    outcome got = opened(&nobody, sealed);
    smime_path *path;

    ck_verdict(got, SMIME_SUMMARY_INVALID, "no-anchor");
    ck_assert_ptr_null(got.content.data);
    ck_assert_int_eq(smime_report_signer_status(got.report, 0, 0), SMIME_SIGNER_GOOD);
    path = smime_report_signer_path(got.report, 0, 0);
    ck_assert_int_eq(smime_path_valid(path), 0);
    ck_assert_int_eq(smime_path_status(path), SMIME_PATH_INDETERMINATE);
    ck_assert_int_eq(smime_report_presentation(got.report), SMIME_SUMMARY_UNPROTECTED);
}
END_TEST

/* A self-made root in the message's bag does not become an anchor. */
START_TEST(root_from_the_message)
{
    sending how = { .from = { "mallory" } };
    reading by = { .anchor = "root" };
    outcome got = opened(&by, protected(&how, text(plain_mail)));

    ck_verdict(got, SMIME_SUMMARY_INVALID, "no-anchor");
    by.trusted = cert("other-root"); /* who trusts it, trusts it */
    got = opened(&by, protected(&how, text(plain_mail)));
    ck_verdict(got, SMIME_SUMMARY_VERIFIED, NULL);
}
END_TEST

/* signingTime is a claim: the clock of the policy judges. */
START_TEST(expired_signer)
{
    sending how = { .from = { "expired" }, .policy = policy() };
    bytes sealed;
    outcome got;
    int64_t time = 0;

    reading by = { .anchor = "root" };
    ck_assert_int_eq(smime_policy_set_time(how.policy, INT64_C(1590969600)), SMIME_OK);
    sealed = protected(&how, text(plain_mail));
    got = opened(&by, sealed);
    ck_verdict(got, SMIME_SUMMARY_INVALID, "expired");
    ck_assert_int_eq(smime_report_signer_time(got.report, 0, 0, &time), SMIME_OK);
    ck_assert_int_eq(time, INT64_C(1590969600));
    by.policy = how.policy;
    got = opened(&by, sealed);
    ck_verdict(got, SMIME_SUMMARY_VERIFIED, "signing-time-differs"); /* the Date says 2026 */
    ck_assert_int_eq(smime_policy_set_time(by.policy, INT64_C(1500000000)), SMIME_OK);
    ck_verdict(opened(&by, sealed), SMIME_SUMMARY_INVALID, "not-yet-valid");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sender");
    TCase *tests = tcase_create("sender");

    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, NULL, common_teardown);
    tcase_add_loop_test(tests, from_field, 0, (int)(sizeof from_cases / sizeof from_cases[0]));
    tcase_add_test(tests, from_of_an_encrypted_message);
    tcase_add_loop_test(tests, signer_certificate, 0,
                        (int)(sizeof signer_cases / sizeof signer_cases[0]));
    tcase_add_test(tests, nobody_trusted);
    tcase_add_test(tests, root_from_the_message);
    tcase_add_test(tests, expired_signer);
    suite_add_tcase(suite, tests);
    return support_main(suite);
}
