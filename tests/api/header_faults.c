/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Header protection on sending, of messages and by policies that are not as they should be. */
#include "mail.h"

#include <stdlib.h>
#include <string.h>

#define HEAD                                                                                       \
    "From: alice@example.org\r\nTo: bob@example.org\r\nSubject: the secret plan\r\n"               \
    "Date: Mon, 01 Jun 2026 00:00:00 +0000\r\n"
#define PLAIN "Content-Type: text/plain\r\n\r\nHello.\r\n"

static const sending both = { .from = { "alice-rsa" }, .to = { "bob-rsa" },
                              .headers = DEFAULT_HEADERS };
static const sending signed_only = { .from = { "alice-rsa" }, .headers = DEFAULT_HEADERS };
static const reading bob = { .keys = { "bob-rsa" } };

static bytes outside(bytes message)
{
    return part_of(message, 0, find(message, "\r\n\r\n", 0) + 2);
}

/* Protects by a job that is set up; data NULL when that failed. */
static smime_status run(smime_protect *job, bytes message, bytes *ret_made)
{
    smime_status status;

    ret_made->data = NULL;
    status = smime_protect_buffer(job, message.data, message.len, &ret_made->data, &ret_made->len);
    if (status == SMIME_OK)
        keep(ret_made->data, smime_free);
    else
        ck_assert_str_ne(smime_protect_error_text(job), "");
    return status;
}

static void ck_refused(const sending *how, bytes message, smime_status expected)
{
    bytes made;

    ck_assert_int_eq(run(protect_new(how), message, &made), expected);
}

static int has_note(const smime_protect *job, const char *start)
{
    for (size_t i = 0; i < smime_protect_note_count(job); i++)
        if (!strncmp(smime_protect_note(job, i), start, strlen(start)))
            return 1;
    return 0;
}

/* What came out of protection is not sent on with the marks of then. */
START_TEST(marked_already)
{
    static const int32_t headers[] = { DEFAULT_HEADERS, SMIME_HEADERS_OUTSIDE, SMIME_HEADERS_NONE };
    bytes draft = opened(&bob, protected(&both, text(HEAD PLAIN))).content;
    sending how = both;

    ck_assert(holds(draft, "hp=\"cipher\""));
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        how = both;
        how.headers = headers[i];
        ck_refused(&how, draft, SMIME_E_MIME_SYNTAX);
        how.to[0] = NULL;
        ck_refused(&how, draft, SMIME_E_MIME_SYNTAX);
        ck_refused(&how, text(HEAD "Content-Type: text/plain; hp=clear\r\n\r\nHello.\r\n"),
                   SMIME_E_MIME_SYNTAX);
    }
}
END_TEST

/* Between two layers no reader looks for fields. */
START_TEST(layer_already)
{
    sending opaque = signed_only, how = { .to = { "bob-rsa" }, .headers = DEFAULT_HEADERS };
    const sending *inner[] = { &signed_only, &opaque, &how };
    bytes made;

    opaque.opaque = 1;
    for (size_t i = 0; i < sizeof inner / sizeof inner[0]; i++) {
        bytes layer = protected(inner[i], text(HEAD PLAIN));
        smime_protect *job = protect_new(&how);
        outcome got;

        ck_ok(run(job, layer, &made));
        ck_assert(has_note(job, "The message was signed or encrypted already"));
        ck_assert(holds(outside(made), i == 2 ? "Subject: [...]\r\n"
                                              : "Subject: the secret plan\r\n"));
        got = opened(&bob, made);
        ck_assert_int_eq(got.status, SMIME_OK);
        ck_assert(holds(got.content, "Subject: the secret plan\r\n"));
        ck_assert(!holds(got.content, "HP-Outer: Subject: the secret plan"));
        how.headers = SMIME_HEADERS_BASELINE;
        ck_refused(&how, layer, SMIME_E_MIME_SYNTAX);
        how.headers = SMIME_HEADERS_OUTSIDE;
        ck_ok(run(protect_new(&how), layer, &made));
        how.headers = DEFAULT_HEADERS;
    }
}
END_TEST

/* What stood outside is not for the input to say. */
START_TEST(outer_fields_in_the_input)
{
    bytes message = joined(text("HP-Outer: Subject: forged\r\n"), text(HEAD PLAIN)), made;
    smime_protect *job = protect_new(&both);
    outcome got;

    ck_ok(run(job, message, &made));
    ck_assert(has_note(job, "HP-Outer was left out"));
    ck_assert(!holds(outside(made), "HP-Outer"));
    got = opened(&bob, made);
    ck_verdict(got, SMIME_SUMMARY_CONFIDENTIAL_VERIFIED, NULL);
    ck_assert(!holds(got.content, "forged"));
    ck_assert(holds(got.content, "HP-Outer: Subject: [...]"));
    ck_assert(!holds(protected(&signed_only, message), "forged"));
}
END_TEST

typedef struct choice {
    const char *name, *value;
} choice;

static smime_status choose(const char *name, const char *value, int32_t *ret_outer,
                           const char **ret_value, void *user_data)
{
    const choice *made = user_data;

    (void)value;
    if (!strcmp(name, made->name)) {
        *ret_outer = SMIME_OUTER_OTHER;
        *ret_value = made->value;
    }
    return SMIME_OK;
}

static smime_status chosen(const char *name, const char *value, bytes *ret_made)
{
    const sending how = { .to = { "bob-rsa" }, .headers = DEFAULT_HEADERS };
    bytes message = text("From: alice@example.org, carol@example.org\r\nSubject: s\r\n" PLAIN);
    choice made = { name, value };
    smime_protect *job = protect_new(&how);

    ck_ok(smime_protect_set_headers_function(job, choose, &made, NULL));
    return run(job, message, ret_made);
}

/* Every address of From counts, not the first alone. */
START_TEST(from_of_the_programs_policy)
{
    bytes made;

    ck_ok(chosen("From", "A <alice@example.org>, C <carol@example.org>", &made));
    ck_assert_int_eq(chosen("From", "alice@example.org, evil@example.com", &made),
                     SMIME_E_INVALID_ARG);
    ck_assert_int_eq(chosen("From", "alice@example.org, alice@example.org", &made),
                     SMIME_E_INVALID_ARG);
    ck_assert_int_eq(chosen("From", "alice@example.org", &made), SMIME_E_INVALID_ARG);
}
END_TEST

static const char *outer_subject(bytes message)
{
    bytes head = outside(message);
    smime_parser *parser = parsed(joined(head, text("\r\n")));

    return field_text(smime_parser_root(parser), "Subject");
}

/* A value is text: no line of it is too long, and nothing in it is decoded to something else. */
START_TEST(values_of_the_programs_policy)
{
    static const char sly[] = "=?utf-8?q?a=0D=0ABcc:_x@y.z?=";
    char *long_word = take(3000);
    bytes made;

    memset(long_word, 'x', 2999);
    long_word[2999] = 0;
    ck_ok(chosen("Subject", long_word, &made));
    check_lines(outside(made), 998);
    ck_assert_str_eq(outer_subject(made), long_word);
    ck_ok(chosen("Subject", sly, &made));
    ck_assert(!holds(outside(made), sly));
    ck_assert_str_eq(outer_subject(made), sly);
}
END_TEST

static smime_status disguise(const char *name, const char *value, int32_t *ret_outer,
                             const char **ret_value, void *user_data)
{
    (void)value;
    if (!strcmp(name, "Subject") || !strcmp(name, "To"))
        *ret_outer = SMIME_OUTER_OTHER;
    if (!strcmp(name, "References"))
        *ret_outer = SMIME_OUTER_ABSENT;
    *ret_value = *name == 'T' ? "alice@example.org, bob@example.org" : (const char *)user_data;
    return SMIME_OK;
}

/* The report of a message to bob whose writer let @p subject stand outside. */
static smime_report *asked(bytes message, const char *subject)
{
    const sending how = { .to = { "bob-rsa" }, .headers = DEFAULT_HEADERS };
    smime_protect *job = protect_new(&how);
    bytes made;

    ck_ok(smime_protect_set_headers_function(job, disguise, (void *)(uintptr_t)subject, NULL));
    ck_ok(run(job, message, &made));
    return opened(&bob, made).report;
}

static smime_status answered(const sending *how, smime_report *report, const char *field,
                             bytes *ret_made)
{
    smime_protect *job = protect_new(how);

    ck_ok(smime_protect_answer(job, report));
    return run(job, joined(text("From: Alice <alice@example.org>\r\n"),
                           joined(text(field), text("\r\n" PLAIN))), ret_made);
}

static const char question[] =
    "From: \"Carol W\" <carol@example.org>\r\nTo: \"Alice Insider\" <alice@example.org>,\r\n"
    " \"Bob Source\" <bob@example.org>\r\nSubject: RE: the secret plan\r\nMessage-ID: <1@x>\r\n"
    "References: <a@x>\r\n\t<b@x>\r\n\r\nHello.\r\n";

static const struct {
    const char *field;
    const char *shown; /* outside; NULL: the field is not */
    int clear;         /* the field may stand in clear */
} answer_cases[] = {
    { "Subject: Re: the secret plan", "Subject: Re: [...]\r\n", 0 },
    { "Subject: AW: Re : THE  secret\r\n plan", "Subject: AW: Re : [...]\r\n", 0 },
    { "Subject: lunch", "Subject: [...]\r\n", 1 },
    { "Thread-Topic: the secret plan", NULL, 0 },
    { "Thread-Topic: a plan of ours", NULL, 1 },
    { "Cc: \"Bob Source\" <bob@example.org>", "Cc: bob@example.org\r\n", 0 },
    { "Cc: Dan <dan@example.org>, Bob Source <BOB@example.org>",
      "Cc: Dan <dan@example.org>, bob@example.org\r\n", 0 },
    { "Cc: =?utf-8?q?Source=2C_Bob?= <bob@example.org>", "Cc: bob@example.org\r\n", 0 },
    { "Mail-Followup-To: \"Bob Source\" <bob@example.org>",
      "Mail-Followup-To: bob@example.org\r\n", 0 },
    { "Cc: bob@example.org", "Cc: bob@example.org\r\n", 1 },
    { "Cc: Dan <dan@example.org>", "Cc: Dan <dan@example.org>\r\n", 1 },
    { "To: Carol W <carol@example.org>", "To: Carol W <carol@example.org>\r\n", 1 },
    { "References: <a@x> <b@x> <1@x>", "References: <1@x>\r\n", 0 },
    { "References: <b@x>\r\n <1@x>", "References: <1@x>\r\n", 0 },
    { "References: <b@x><a@x>", NULL, 0 },
    { "References: <c@x> <1@x>", "References: <c@x> <1@x>\r\n", 1 },
    { "X-Other: the secret plan", "X-Other: the secret plan\r\n", 1 },
};

/* What was hidden is found in the parts of a value, and never stands in clear. */
START_TEST(answers_keep_secrets)
{
    const char *field = answer_cases[_i].field, *shown = answer_cases[_i].shown;
    const smime_status in_clear = answer_cases[_i].clear ? SMIME_OK : SMIME_E_POLICY;
    smime_report *report = asked(text(question), "[...]");
    bytes name = part_of(text(field), 0, find(text(field), ":", 0)), made;
    sending how = both;

    name = joined(joined(text("\r\n"), name), bytes_of(":", 2));
    how.headers = SMIME_HEADERS_NONE;
    ck_ok(answered(&how, report, field, &made));
    ck_assert_int_eq(holds(outside(made), (const char *)name.data), shown != NULL);
    if (shown)
        ck_assert_msg(holds(outside(made), shown), "%.*s", (int)outside(made).len,
                      (const char *)made.data);
    ck_assert_int_eq(opened(&bob, made).summary, SMIME_SUMMARY_CONFIDENTIAL_VERIFIED);
    for (how.headers = DEFAULT_HEADERS; how.headers <= SMIME_HEADERS_SHY; how.headers++) {
        if (how.headers == SMIME_HEADERS_OUTSIDE)
            continue;
        ck_ok(answered(&how, report, field, &made));
        ck_assert(_i == 16 || !holds(outside(made), "secret plan"));
        ck_assert(!holds(outside(made), "Source"));
    }
    how.headers = SMIME_HEADERS_OUTSIDE;
    ck_assert_int_eq(answered(&how, report, field, &made), in_clear);
    ck_assert_int_eq(answered(&signed_only, report, field, &made), in_clear);
}
END_TEST

/* A program's policy that shows it again does not show it. */
START_TEST(answers_by_the_programs_policy)
{
    choice made = { "Subject", "Answer to the secret plan" };
    smime_protect *job = protect_new(&both);
    bytes message;

    ck_ok(smime_protect_answer(job, asked(text(question), "[...]")));
    ck_ok(smime_protect_set_headers_function(job, choose, &made, NULL));
    ck_ok(run(job, text(HEAD PLAIN), &message));
    ck_assert(holds(outside(message), "Subject: Answer to [...]\r\n"));
}
END_TEST

/* What came in the place of a secret is no secret, however often the secret is told. */
START_TEST(answers_do_not_grow)
{
    sending how = both;
    bytes made, many = joined(text("From: mallory@example.com\r\n"),
                              repeated("Subject: e\r\n", 60));
    char *wide = take(901);

    how.headers = SMIME_HEADERS_NONE;
    many = joined(many, text(PLAIN));
    ck_ok(answered(&how, asked(many, "ee"), "Subject: A: e", &made));
    ck_assert(holds(outside(made), "Subject: A: ee\r\n"));
    memset(wide, 'w', 900);
    wide[900] = 0;
    ck_ok(answered(&how, asked(many, wide), "Subject: e e e e", &made));
    ck_assert(holds(outside(made), "Subject: wwww"));
    ck_ok(answered(&how, asked(many, wide), "Subject: e e e e e e e e", &made));
    ck_assert(!holds(outside(made), "Subject:"));
}
END_TEST

/* Both the subject that is answered and the one that was hidden are as long as a header may be, and
 * alike up to the end of the shorter one. */
START_TEST(answers_take_no_time)
{
    bytes longer = repeated("a", 300000), shorter = repeated("a", 150000);
    bytes many = joined(joined(text("From: mallory@example.com\r\nSubject: "), shorter),
                        text("b\r\n" PLAIN));
    char *field = take(longer.len + 16);
    bytes made;

    memcpy(field, "Subject: ", 9);
    memcpy(field + 9, longer.data, longer.len);
    field[9 + longer.len] = 0;
    ck_ok(answered(&both, asked(many, "e"), field, &made));
    ck_assert(!holds(outside(made), "aaaaaaaa"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("header_faults");
    TCase *tcase = tcase_create("header_faults");

    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, NULL, common_teardown);
    tcase_add_test(tcase, marked_already);
    tcase_add_test(tcase, layer_already);
    tcase_add_test(tcase, outer_fields_in_the_input);
    tcase_add_test(tcase, from_of_the_programs_policy);
    tcase_add_test(tcase, values_of_the_programs_policy);
    add_rows(tcase, answers_keep_secrets, answer_cases);
    tcase_add_test(tcase, answers_by_the_programs_policy);
    tcase_add_test(tcase, answers_do_not_grow);
    tcase_add_test(tcase, answers_take_no_time);
    suite_add_tcase(suite, tcase);
    return support_main(suite);
}
