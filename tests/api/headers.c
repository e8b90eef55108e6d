/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Header protection, RFC 9788: what stands inside and outside, and what a report makes of it. */
#include "common.h"

#include <string.h>

#define MAIL                                                                                       \
    "From: Alice <alice@example.org>\r\nTo: Bob <bob@example.org>\r\nSubject: the plan\r\n"       \
    "Keywords: secret\r\nDate: Sun, 22 Nov 2026 18:00:00 +0100\r\nX-Long: one\r\n two\r\n"       \
    "Content-Type: text/plain;\r\n charset=us-ascii\r\n\r\nHello.\r\n"

enum { S = SMIME_PROTECTION_SIGNED, E = SMIME_PROTECTION_ENCRYPTED };

static const reading bob = { .keys = { "bob-p256" }, .release = SMIME_RELEASE_DECRYPTED };
static const reading anybody = { .anchor = "root" };

static bytes sent(const char *from, const char *to, int32_t headers, bytes mail)
{
    sending how = { .from = { from }, .to = { to }, .no_self = to != NULL };
    smime_protect *job = protect_new(&how);
    uint8_t *data;
    size_t len;
    bytes made;

    ck_assert_int_eq(smime_protect_set_headers(job, headers), SMIME_OK);
    ck_assert_int_eq(smime_protect_buffer(job, mail.data, mail.len, &data, &len), SMIME_OK);
    made = bytes_of(data, len);
    smime_free(data);
    return made;
}

static bytes outside(bytes message)
{
    return part_of(message, 0, find(message, "\r\n\r\n", 0) + 2);
}

/* How often a field stands in the report; its last value and protection. */
static int field(const smime_report *report, const char *name, const char **ret_value,
                 int32_t *ret_protection)
{
    int count = 0;

    for (size_t i = 0; i < smime_report_header_count(report); i++)
        if (!strcmp(smime_report_header_name(report, i), name)) {
            *ret_value = smime_report_header_value(report, i);
            *ret_protection = smime_report_header_protection(report, i);
            count++;
        }
    return count;
}

static void ck_field(const smime_report *report, const char *name, const char *value,
                     int32_t protection)
{
    const char *got = NULL;
    int32_t bits = -1;

    ck_assert_msg(field(report, name, &got, &bits) == 1, "%s does not stand there once", name);
    ck_assert_str_eq(got, value);
    ck_assert_msg(bits == protection, "%s: protection %d", name, bits);
}

/* What stands outside, and how each field is protected. */
static const struct {
    const char *from, *to;
    int32_t headers;
    const char *there, *gone; /* outside */
    int32_t summary, subject, keywords, from_protection, date;
} ways[] = {
    { "alice-p256", NULL, SMIME_HEADERS_OUTSIDE, "Subject: the plan", "HP-Outer",
      SMIME_SUMMARY_VERIFIED, 0, 0, 0, 0 },
    { "alice-p256", NULL, SMIME_HEADERS_SHY, "Subject: the plan", "[...]",
      SMIME_SUMMARY_VERIFIED, S, S, S, S },
    { "alice-p256", "bob-p256", SMIME_HEADERS_NONE, "Subject: the plan", "[...]",
      SMIME_SUMMARY_CONFIDENTIAL_VERIFIED, S, S, S, S },
    { "alice-p256", "bob-p256", SMIME_HEADERS_BASELINE, "Subject: [...]\r\n", "Keywords",
      SMIME_SUMMARY_CONFIDENTIAL_VERIFIED, S | E, S | E, S, S },
    { "alice-p256", "bob-p256", SMIME_HEADERS_SHY, "From: alice@example.org\r\n", "Alice",
      SMIME_SUMMARY_CONFIDENTIAL_VERIFIED, S | E, S | E, S | E, S | E },
    { NULL, "bob-p256", SMIME_HEADERS_BASELINE, "Subject: [...]\r\n", "secret",
      SMIME_SUMMARY_CONFIDENTIAL, E, E, 0, 0 },
};

START_TEST(fields_are_protected_as_chosen)
{
    bytes message = sent(ways[_i].from, ways[_i].to, ways[_i].headers, text(MAIL));
    outcome got = opened(ways[_i].to ? &bob : &anybody, message);

    ck_assert(holds(outside(message), ways[_i].there));
    ck_assert(!holds(outside(message), ways[_i].gone));
    ck_assert(!holds(outside(message), "HP-Outer"));
    ck_verdict(got, ways[_i].summary, NULL);
    ck_field(got.report, "Subject", "the plan", ways[_i].subject);
    ck_field(got.report, "Keywords", "secret", ways[_i].keywords);
    ck_field(got.report, "From", "Alice <alice@example.org>", ways[_i].from_protection);
    ck_field(got.report, "Date", "Sun, 22 Nov 2026 18:00:00 +0100", ways[_i].date);
    ck_assert_str_eq(smime_report_from_address(got.report), "alice@example.org");
    ck_assert(holds(got.content, "\r\n\r\nHello.\r\n"));
}
END_TEST

/* What comes from the way counts for nothing. */
START_TEST(fields_from_the_way_are_bare)
{
    bytes message = sent("alice-p256", "bob-p256", SMIME_HEADERS_BASELINE, text(MAIL));
    outcome got;

    message = changed(message, "Subject: [...]", "Subject: another\r\nReceived: by way");
    got = opened(&bob, message);
    ck_verdict(got, SMIME_SUMMARY_CONFIDENTIAL_VERIFIED, NULL);
    ck_field(got.report, "Subject", "the plan", S | E);
    ck_field(got.report, "Received", "by way", 0);
}
END_TEST

START_TEST(type_and_date_are_made_where_there_are_none)
{
    bytes message = sent("alice-p256", "bob-p256", SMIME_HEADERS_BASELINE,
                         text("From: alice@example.org\r\n\r\nHello.\r\n"));
    outcome got = opened(&bob, message);

    ck_verdict(got, SMIME_SUMMARY_CONFIDENTIAL_VERIFIED, NULL);
    ck_assert(holds(got.content, "Content-Type: text/plain; charset=us-ascii;\r\n hp=\"cipher\""));
    ck_assert(holds(got.content, "\r\nDate: "));
    ck_assert(holds(got.content, "HP-Outer: Date: "));
}
END_TEST

/* RFC 9788 4.4: an unsigned mail shows no sender that no server has seen. */
START_TEST(sender_inside_needs_a_signature)
{
    bytes message = sent(NULL, "bob-p256", SMIME_HEADERS_BASELINE, text(MAIL));
    outcome got;

    message = changed(message, "From: Alice <alice@example.org>", "From: mallory@example.net");
    got = opened(&bob, message);
    ck_assert_int_eq(got.summary, SMIME_SUMMARY_CONFIDENTIAL);
    ck_assert_str_eq(smime_report_from_address(got.report), "mallory@example.net");
    ck_assert(has_reason(got.report, "from-mismatch"));
}
END_TEST

START_TEST(sender_outside_that_differs_is_told)
{
    bytes message = sent("alice-p256", NULL, SMIME_HEADERS_NONE, text(MAIL));
    outcome got;

    message = changed(message, "From: Alice <alice@example.org>", "From: mallory@example.net");
    got = opened(&anybody, message);
    ck_assert_int_eq(got.summary, SMIME_SUMMARY_VERIFIED);
    ck_assert_str_eq(smime_report_from_address(got.report), "alice@example.org");
    ck_assert(has_reason(got.report, "outer-from-differs"));
}
END_TEST

/* Mallory signs with his own key what claims to be from Alice. */
START_TEST(sender_inside_must_be_the_signer)
{
    bytes message = sent("alice-p256", NULL, SMIME_HEADERS_NONE,
                         changed(text(MAIL), "alice@example.org", "boss@example.org"));
    outcome got;

    message = changed(message, "From: Alice <boss@example.org>", "From: alice@example.org");
    got = opened(&anybody, message);
    ck_assert_int_eq(got.summary, SMIME_SUMMARY_INVALID);
    ck_assert_str_eq(smime_report_from_address(got.report), "alice@example.org");
    ck_assert(has_reason(got.report, "from-mismatch"));
}
END_TEST

/* A whole message as content is a forwarded one when the sender inside is another. */
static const struct {
    const char *inside;
    const char *subject;
    int32_t protection;
} wrapped[] = {
    { "From: alice@example.org\r\nSubject: inside\r\n\r\nHello.\r\n", "inside", S },
    { "From: carol@example.org\r\nSubject: inside\r\n\r\nHello.\r\n", "outside", 0 },
    { "From: alice@example.org\r\nSubject: inside\r\nContent-Type: text/plain; hp=clear\r\n"
      "\r\nHello.\r\n",
      "outside", 0 },
};

START_TEST(whole_messages_inside)
{
    bytes mail = joined(text("From: alice@example.org\r\nSubject: outside\r\n"
                             "Content-Type: message/rfc822\r\n\r\n"),
                        text(wrapped[_i].inside));
    outcome got = opened(&anybody, sent("alice-p256", NULL, SMIME_HEADERS_OUTSIDE, mail));

    ck_assert_int_eq(got.summary, SMIME_SUMMARY_VERIFIED);
    ck_field(got.report, "Subject", wrapped[_i].subject, wrapped[_i].protection);
    ck_assert_str_eq(smime_report_from_address(got.report), "alice@example.org");
}
END_TEST

/* hp counts at the root of what is protected, and with protection. */
START_TEST(mark_counts_at_the_root_alone)
{
    static const char inner[] = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
                                "Content-Type: text/plain; hp=\"cipher\"\r\nSubject: inside\r\n"
                                "\r\nHello.\r\n--b--\r\n";
    bytes mail = joined(text("From: alice@example.org\r\nSubject: outside\r\n"), text(inner));
    outcome got = opened(&anybody, sent("alice-p256", NULL, SMIME_HEADERS_OUTSIDE, mail));

    ck_field(got.report, "Subject", "outside", 0);
    got = opened(&anybody, text("From: alice@example.org\r\nSubject: outside\r\n"
                                "Content-Type: text/plain; hp=\"clear\"\r\n\r\nHello.\r\n"));
    ck_field(got.report, "Subject", "outside", 0);
}
END_TEST

static const char *const refused[] = {
    "From: alice@example.org\r\nContent-Type: text/plain; hp=cipher\r\n\r\nHello.\r\n",
    "From: alice@example.org\r\nSubject: gr\xc3\xbcn\r\n\r\nHello.\r\n",
};

START_TEST(what_cannot_be_protected_is_refused)
{
    sending how = { .from = { "alice-p256" } };
    smime_protect *job = protect_new(&how);
    uint8_t *data = NULL;
    size_t len;

    ck_assert_int_eq(smime_protect_set_headers(job, 4), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_protect_set_headers(NULL, 1), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_protect_set_headers(job, SMIME_HEADERS_BASELINE), SMIME_OK);
    ck_assert_int_lt(smime_protect_buffer(job, refused[_i], strlen(refused[_i]), &data, &len), 0);
    ck_assert_ptr_null(data);
    ck_assert_str_ne(smime_protect_error_text(job), "");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("headers");
    TCase *tc = tcase_create("headers");

    tcase_add_checked_fixture(tc, NULL, common_teardown);
    tcase_add_loop_test(tc, fields_are_protected_as_chosen, 0, sizeof ways / sizeof ways[0]);
    tcase_add_test(tc, fields_from_the_way_are_bare);
    tcase_add_test(tc, type_and_date_are_made_where_there_are_none);
    tcase_add_test(tc, sender_inside_needs_a_signature);
    tcase_add_test(tc, sender_outside_that_differs_is_told);
    tcase_add_test(tc, sender_inside_must_be_the_signer);
    tcase_add_loop_test(tc, whole_messages_inside, 0, sizeof wrapped / sizeof wrapped[0]);
    tcase_add_test(tc, mark_counts_at_the_root_alone);
    tcase_add_loop_test(tc, what_cannot_be_protected_is_refused, 0,
                        sizeof refused / sizeof refused[0]);
    suite_add_tcase(suite, tc);
    return support_main(suite);
}
