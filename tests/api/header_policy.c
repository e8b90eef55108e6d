/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Header protection as it is by default, by a policy of the program's, in answers, and for readers that
 * do not know it (RFC 9788 3, 5.2, 6.1). */
#include "mail.h"

#include <stdlib.h>
#include <string.h>

#define PERSONS "From: Alice <alice@example.org>\r\nTo: Bob <bob@example.org>\r\n"
#define HEAD PERSONS "Subject: the plan\r\nDate: Mon, 01 Jun 2026 00:00:00 +0000\r\n"
#define PLAIN "Content-Type: text/plain\r\n\r\nHello.\r\n"

static const sending both = { .from = { "alice-rsa" }, .to = { "bob-rsa" },
                              .headers = DEFAULT_HEADERS };
static const sending sealed = { .to = { "bob-rsa" }, .headers = DEFAULT_HEADERS };
static const sending signed_only = { .from = { "alice-rsa" }, .headers = DEFAULT_HEADERS };
static const reading bob = { .keys = { "bob-rsa" } };

static bytes outside(bytes message)
{
    return part_of(message, 0, find(message, "\r\n\r\n", 0) + 2);
}

/* A part of the content as it is to be shown. */
static bytes shown(bytes content, const char *path)
{
    return body_of(parsed(content), path, SMIME_PART_SHOWN);
}

START_TEST(by_default)
{
    bytes message = protected(&both, text(HEAD "Bcc: carol@example.org\r\n" PLAIN));
    outcome got = opened(&bob, message);

    ck_verdict(got, SMIME_SUMMARY_CONFIDENTIAL_VERIFIED, NULL);
    ck_assert(holds(outside(message), "Subject: [...]"));
    ck_assert(!holds(outside(message), "carol"));
    ck_assert(!holds(got.content, "carol"));
    ck_assert(holds(got.content, "hp=\"cipher\""));
    ck_assert(holds(got.content, "hp-legacy-display=\"1\""));
    ck_assert(holds(got.content, "\r\n\r\nSubject: the plan\r\n\r\nHello.\r\n"));
    ck_same(shown(got.content, "1"), text("Hello.\r\n"));

    message = protected(&signed_only, text(HEAD "Bcc: carol@example.org\r\n" PLAIN));
    got = opened(&bob, message);
    ck_verdict(got, SMIME_SUMMARY_VERIFIED, NULL);
    ck_assert(holds(outside(message), "Subject: the plan"));
    ck_assert(holds(got.content, "hp=\"clear\""));
    ck_assert(!holds(got.content, "legacy"));
    ck_assert(!holds(message, "carol"));

    got = opened(&bob, protected(&sealed, text(HEAD PLAIN)));
    ck_verdict(got, SMIME_SUMMARY_CONFIDENTIAL, NULL);
    ck_assert(holds(got.content, "Subject: the plan"));
}
END_TEST

/* What the default leaves as it is. */
START_TEST(nothing_to_protect)
{
    bytes eight = text("From: alice@example.org\r\nSubject: gr\xc3\xbc\xc3\x9f\r\n" PLAIN);
    outcome got = opened(&bob, protected(&signed_only, text(PLAIN)));

    ck_assert(!holds(got.content, "hp="));
    got = opened(&bob, protected(&signed_only, eight));
    ck_verdict(got, SMIME_SUMMARY_VERIFIED, NULL);
    ck_assert(!holds(got.content, "hp="));
    got = opened(&bob, protected(&both, eight)); /* inside of encryption nothing happens to it */
    ck_verdict(got, SMIME_SUMMARY_CONFIDENTIAL_VERIFIED, NULL);
    ck_assert(holds(got.content, "hp=\"cipher\""));
}
END_TEST

typedef struct body_case {
    const char *body;     /* behind HEAD, whose Subject is `subject` */
    const char *subject;
    const char *holds;    /* stands in the content */
    const char *path, *shown; /* of the part, as it is shown */
} body_case;

#define ALTERNATIVE                                                                                \
    "Content-Type: multipart/alternative; boundary=a\r\n\r\n--a\r\nContent-Type: text/plain\r\n"   \
    "\r\nHello.\r\n--a\r\nContent-Type: text/html\r\n\r\n<html><head><title>t</title></head>"      \
    "<body class=x>\r\n<p>Hello.</p></body></html>\r\n--a--\r\n"
#define MIXED(inner)                                                                               \
    "Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n" inner                               \
    "\r\n--m\r\nContent-Type: text/plain\r\n\r\nAnother.\r\n--m--\r\n"

static const body_case bodies[] = {
    { PLAIN, "Plan", "\r\n\r\nSubject: Plan\r\n\r\nHello.", "1", "Hello.\r\n" },
    { "\r\nHello.\r\n", "Plan", "Content-Type: text/plain", "1", "Hello.\r\n" },
    { ALTERNATIVE, "Plan", "\r\n\r\nSubject: Plan\r\n\r\nHello.", "1.1", "Hello." },
    { ALTERNATIVE, "Plan", "<body class=x><div class=\"header-protection-legacy-display\">", "1.2",
      "<html><head><title>t</title></head><body class=x>\r\n\r\n<p>Hello.</p></body></html>" },
    { ALTERNATIVE, "a < \"b\" & c", "<pre>Subject: a &#60; &#34;b&#34; &#38; c\r\n", "1.1",
      "Hello." },
    { ALTERNATIVE, "=?utf-8?Q?gr=C3=BC=C3=9Fe?=", "Subject: gr&#252;&#223;e\r\n</pre>", "1.1",
      "Hello." },
    { "Content-Type: text/html\r\n\r\nno body at all", "Plan",
      "\r\n\r\n<div class=\"header-protection-legacy-display\">", "1", "\r\nno body at all" },
    { MIXED(PLAIN), "Plan", "Subject: Plan\r\n\r\nHello.", "1.1", "Hello.\r\n" },
    { MIXED(PLAIN), "Plan", "text/plain\r\n\r\nAnother.", "1.2", "Another." },
    { MIXED(ALTERNATIVE), "Plan", "Subject: Plan\r\n\r\nHello.", "1.1.1", "Hello." },
    { "Content-Type: text/plain\r\nContent-Disposition: attachment\r\n\r\nHello.\r\n", "Plan",
      "\r\n\r\nHello.", "1", "Hello.\r\n" },
    { "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\nSGVsbG8uDQo=\r\n",
      "Plan", "quoted-printable\r\n\r\nSubject: Plan\r\n\r\nHello.", "1", "Hello.\r\n" },
    { "Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nH=65llo.\r\n",
      "Plan", "Subject: Plan\r\n\r\nHello.", "1", "Hello.\r\n" },
    { "Content-Type: text/plain; charset=\"us-ascii\"\r\n\r\nHello.\r\n",
      "=?utf-8?Q?gr=C3=BC=C3=9Fe?=", "charset=\"utf-8\"", "1", "Hello.\r\n" },
    { PLAIN, "=?utf-8?Q?gr=C3=BC=C3=9Fe?=", "Subject: gr=C3=BC=C3=9Fe\r\n\r\nHello.", "1",
      "Hello.\r\n" },
    { "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
      "H\xe4llo.\r\n", "=?utf-8?Q?gr=C3=BC=C3=9Fe?=", "Subject: gr=FC=DFe", "1",
      "H\xc3\xa4llo.\r\n" },
    { "Content-Type: text/plain; charset=iso-8859-1\r\n\r\nHello.\r\n", "=?utf-8?B?5Lit5paH?=",
      "\r\n\r\nHello.", "1", "Hello.\r\n" },
    { "Content-Type: application/pdf\r\n\r\nHello.\r\n", "Plan", "\r\n\r\nHello.", "1",
      "Hello.\r\n" },
};

static bytes protected_in_chunks(const sending *how, bytes message, size_t chunk)
{
    smime_protect *job = protect_new(how);
    bytes made = { NULL, 0 };
    size_t taken;

    ck_ok(smime_protect_set_sink(job, gather, NULL, &made, NULL));
    for (size_t i = 0; i < message.len; i += chunk)
        ck_ok(smime_protect_write(job, message.data + i,
                                  message.len - i < chunk ? message.len - i : chunk, &taken));
    ck_ok(smime_protect_finish(job));
    keep(made.data, free);
    return made;
}

START_TEST(old_readers)
{
    const body_case *row = &bodies[_i];
    bytes message = joined(joined(text(PERSONS "Subject: "), text(row->subject)),
                           joined(text("\r\n"), text(row->body)));
    bytes made = protected(&both, message);
    outcome got = opened(&bob, made);

    ck_verdict(got, SMIME_SUMMARY_CONFIDENTIAL_VERIFIED, NULL);
    ck_assert_msg(holds(got.content, row->holds), "%.*s", (int)got.content.len,
                  (const char *)got.content.data);
    ck_same(shown(got.content, row->path), text(row->shown));
    ck_assert_uint_eq(smime_report_defect_count(got.report), 0);
    /* by single bytes the same comes out */
    ck_same(opened(&bob, protected_in_chunks(&both, message, 1)).content, got.content);
}
END_TEST

START_TEST(not_for_old_readers)
{
    sending how = both;
    outcome got;

    how.no_legacy = 1;
    got = opened(&bob, protected(&how, text(HEAD PLAIN)));
    ck_verdict(got, SMIME_SUMMARY_CONFIDENTIAL_VERIFIED, NULL);
    ck_assert(!holds(got.content, "legacy"));
    ck_assert(holds(got.content, "\r\n\r\nHello."));
}
END_TEST

/* What is taken out when a part is shown, and what is not. */
static const struct {
    const char *type, *body, *shown;
} views[] = {
    { "text/plain; hp-legacy-display=1", "Subject: x\nTo: y\n\nHello\n\nthere", "Hello\n\nthere" },
    { "text/plain; hp-legacy-display=1", "Subject: x", "" },
    { "text/plain; hp-legacy-display=0", "Subject: x\n\nHello", "Subject: x\n\nHello" },
    { "text/plain", "Subject: x\n\nHello", "Subject: x\n\nHello" },
    { "text/html; hp-legacy-display=1",
      "<body><div class=header-protection-legacy-display><div>a</div><p>b</div>c</body>",
      "<body>c</body>" },
    { "text/html; hp-legacy-display=1",
      "<body><DIV id=1 Class = ' x header-protection-legacy-display'>a</DIV >c</body>",
      "<body>c</body>" },
    { "text/html; hp-legacy-display=1", "<div class=\"header-protection-legacy-displays\">a</div>",
      "<div class=\"header-protection-legacy-displays\">a</div>" },
    { "text/html; hp-legacy-display=1",
      "<!-- <div class=\"header-protection-legacy-display\"> -->a</div>",
      "<!-- <div class=\"header-protection-legacy-display\"> -->a</div>" },
    { "text/html; hp-legacy-display=1",
      "a < b <div class=\"header-protection-legacy-display\" title=\">\">x</div>c", "a < b c" },
    { "text/html; hp-legacy-display=1", "<<div class=\"header-protection-legacy-display\">x</div>c",
      "<c" },
    { "text/html; hp-legacy-display=1",
      "<div class=header-protection-legacy-display>x<!-- </div> -->y</div>c", "c" },
    { "text/html; hp-legacy-display=1", "<div class=header-protection-legacy-display>x", "" },
    { "text/html; hp-legacy-display=1", "<p title=\"cut off", "<p title=\"cut off" },
};

START_TEST(taken_out)
{
    bytes message = joined(joined(text("Content-Type: "), text(views[_i].type)),
                           joined(text("\n\n"), text(views[_i].body)));

    ck_same(shown(message, "1"), text(views[_i].shown));
    ck_same(body_of(parsed(message), "1", SMIME_PART_TEXT), text(views[_i].body));
}
END_TEST

/* Where <body> stands late, every way of writing finds the same place. */
START_TEST(late_body)
{
    static const size_t styles[] = { 3000, 4000 };
    bytes head = text(HEAD "Content-Type: text/html\r\n\r\n<html><head><style>\r\n");
    bytes message = joined(joined(head, repeated("p { color: red; }\r\n", styles[_i])),
                           text("</style></head><body><p>Hello.</p></body></html>\r\n"));
    bytes content = opened(&bob, protected_in_chunks(&both, message, message.len)).content;
    size_t body = find(content, "<body>", 0), element = find(content, "<div class=", 0);

    ck_assert_uint_ne(element, SIZE_MAX);
    ck_assert(_i == 0 ? element == body + 6 : element < body);
    ck_same(opened(&bob, protected_in_chunks(&both, message, 1)).content, content);
    ck_same(opened(&bob, protected_in_chunks(&both, message, 1000)).content, content);
}
END_TEST

/* A comment that is longer than what is held of a tag is still one. */
START_TEST(long_comment)
{
    bytes body = joined(joined(text("<body><p>a</p><!-- "), repeated("<b>hidden</b> ", 900)),
                        text(" --><p>b</p></body>\r\n"));
    bytes message = joined(text("Content-Type: text/html; hp-legacy-display=1\r\n\r\n"), body);

    ck_same(shown(message, "1"), body);
}
END_TEST

/* ASCII text in UTF-16, with a mark. */
static bytes wide(const char *ascii)
{
    bytes made = bytes_of("\xff\xfe", 2);

    for (; *ascii; ascii++)
        made = joined(made, bytes_of((const char[]){ *ascii, 0 }, 2));
    return made;
}

#define WIDE(type) "Content-Type: text/" type "; charset=utf-16\r\nContent-Transfer-Encoding: "
static const char *const wide_types[] = { WIDE("plain"), WIDE("html") };

/* Nothing is put in front of text in a charset that does not hold ASCII. */
START_TEST(not_in_utf16)
{
    const char *body = _i ? "<html><body>Pay 100.</body></html>\r\n" : "Pay 100 to Bob.\r\n";
    bytes message = joined(joined(text(HEAD), text(wide_types[_i])),
                           joined(text("binary\r\n\r\n"), wide(body)));
    outcome got = opened(&bob, protected(&both, message));

    ck_verdict(got, SMIME_SUMMARY_CONFIDENTIAL_VERIFIED, NULL);
    ck_assert(!holds(got.content, "legacy"));
    ck_same(shown(got.content, "1"), text(body));
    ck_same(body_of(parsed(got.content), "1", SMIME_PART_TEXT), text(body));
}
END_TEST

/* What another program put into it, in its charset, is taken out. */
START_TEST(taken_out_of_utf16)
{
    bytes head = text(_i ? "Content-Type: text/html; hp-legacy-display=1; charset=utf-16\r\n"
                         : "Content-Type: text/plain; hp-legacy-display=1; charset=utf-16\r\n");
    bytes body = wide(_i ? "<body><div class=header-protection-legacy-display>a</div>Hello.</body>"
                         : "Subject: x\r\n\r\nHello.");
    bytes message = joined(joined(head, text("Content-Transfer-Encoding: binary\r\n\r\n")), body);

    ck_same(shown(message, "1"), text(_i ? "<body>Hello.</body>" : "Hello."));
}
END_TEST

/* A part may say already that it holds something for old readers: it is said once all the same. */
static const char *const marked[] = {
    "; hp-legacy-display=\"1\"",
    "; hp-legacy-display=1; charset=utf-8",
    ";\r\n HP-Legacy-Display = \"0\" ;\r\n charset=utf-8",
    "; hp-legacy-display*0=1; x=\"; hp-legacy-displays=1\"",
    "; hp-legacy-display=\"1;\\\";\"; charset=utf-8",
    "; hp-legacy-display*=utf-8''1;",
};

START_TEST(marked_already)
{
    bytes type = joined(text("Content-Type: text/plain"), text(marked[_i]));
    bytes leaf = joined(type, text("\r\n\r\nHello.\r\n"));
    bytes around = joined(joined(text(HEAD "Content-Type: multipart/alternative; boundary=b\r\n\r\n"
                                      "--b\r\n"), leaf), text("--b--\r\n"));
    bytes messages[] = { joined(text(HEAD), leaf), around };

    for (int i = 0; i < 2; i++) {
        outcome got = opened(&bob, protected(&both, messages[i]));
        smime_parser *parser = parsed(got.content);

        ck_verdict(got, SMIME_SUMMARY_CONFIDENTIAL_VERIFIED, NULL);
        ck_no_structural_defect(parser);
        ck_assert(!has_defect(parser, "duplicate-parameter"));
        ck_assert(holds(got.content, ";\r\n hp-legacy-display=\"1\"\r\n"));
        ck_assert_int_eq(holds(got.content, "charset=utf-8"), strstr(marked[_i], "charset") != NULL);
        ck_assert_int_eq(holds(got.content, "x=\"; hp-legacy-displays=1\""), _i == 3);
        ck_same(body_of(parser, i ? "1.1" : "1", SMIME_PART_SHOWN), text(i ? "Hello." : "Hello.\r\n"));
    }
}
END_TEST

static smime_status own_policy(const char *name, const char *value, int32_t *ret_outer,
                               const char **ret_value, void *user_data)
{
    const char *what = user_data;

    if (!strcmp(name, "To")) {
        *ret_outer = SMIME_OUTER_OTHER;
        *ret_value = "undisclosed <nobody@example.org>";
        ck_assert_str_eq(value, "Bob <bob@example.org>");
    } else if (!strcmp(name, "Subject")) {
        *ret_outer = SMIME_OUTER_OTHER;
        *ret_value = "gr\xc3\xbc\xc3\x9f" "e";
    } else if (!strcmp(name, "From") && what) {
        *ret_outer = *what ? SMIME_OUTER_OTHER : SMIME_OUTER_ABSENT;
        *ret_value = what;
    } else if (!strcmp(name, "X-Fail")) {
        return SMIME_E_CALLBACK;
    } else if (!strcmp(name, "X-Line")) {
        *ret_outer = SMIME_OUTER_OTHER;
        *ret_value = "a\r\nBcc: b";
    }
    return SMIME_OK;
}

static smime_status with_policy(const char *from, bytes message, bytes *ret_made)
{
    smime_protect *job = protect_new(&both);
    uint8_t *data = NULL;
    size_t len = 0;
    smime_status status;

    ck_ok(smime_protect_set_headers_function(job, own_policy, (void *)(uintptr_t)from, NULL));
    status = smime_protect_buffer(job, message.data, message.len, &data, &len);
    if (status == SMIME_OK)
        *ret_made = bytes_of(data, len);
    smime_free(data);
    return status;
}

START_TEST(the_programs_policy)
{
    bytes made;
    outcome got;

    ck_ok(with_policy("alice@example.org", text(HEAD PLAIN), &made));
    ck_assert(holds(outside(made), "To: undisclosed <nobody@example.org>\r\n"));
    ck_assert(holds(outside(made), "From: alice@example.org\r\n"));
    ck_assert(holds(outside(made), "Subject: =?"));
    got = opened(&bob, made);
    ck_verdict(got, SMIME_SUMMARY_CONFIDENTIAL_VERIFIED, NULL);
    for (size_t i = 0; i < smime_report_header_count(got.report); i++)
        if (!strcmp(smime_report_header_name(got.report, i), "Subject")) {
            ck_assert_str_eq(smime_report_header_value(got.report, i), "the plan");
            ck_assert_str_eq(smime_report_header_outside(got.report, i), "gr\xc3\xbc\xc3\x9f" "e");
        }
    ck_assert_int_eq(with_policy("mallory@example.org", text(HEAD PLAIN), &made),
                     SMIME_E_INVALID_ARG);
    ck_assert_int_eq(with_policy("", text(HEAD PLAIN), &made), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(with_policy(NULL, text("X-Fail: 1\r\n" HEAD PLAIN), &made), SMIME_E_CALLBACK);
    ck_assert_int_eq(with_policy(NULL, text("X-Line: 1\r\n" HEAD PLAIN), &made),
                     SMIME_E_INVALID_ARG);
}
END_TEST

/* An answer made with a policy that hides nothing hides what was hidden. */
START_TEST(answers)
{
    sending shy = both, from_bob = { .from = { "bob-rsa" }, .to = { "alice-rsa" },
                                     .headers = SMIME_HEADERS_NONE };
    bytes answer = text("From: Bob <bob@example.org>\r\nTo: Alice <alice@example.org>\r\n"
                        "Cc: Carol <carol@example.org>\r\nSubject: Re: the plan\r\n"
                        "In-Reply-To: <1@example.org>\r\nX-Other: the plan\r\n" PLAIN);
    bytes message, made;
    smime_protect *job;
    outcome got;

    shy.headers = SMIME_HEADERS_SHY;
    message = protected(&shy, text(HEAD "Message-ID: <1@example.org>\r\n" PLAIN));
    got = opened(&bob, message);
    job = protect_new(&from_bob);
    ck_ok(smime_protect_answer(job, got.report));
    ck_ok(smime_protect_buffer(job, answer.data, answer.len, &made.data, &made.len));
    keep(made.data, smime_free);
    ck_assert(holds(outside(made), "Subject: Re: [...]\r\n"));
    ck_assert(holds(outside(made), "To: alice@example.org\r\n"));
    ck_assert(holds(outside(made), "Cc: Carol <carol@example.org>\r\n"));
    ck_assert(holds(outside(made), "From: Bob <bob@example.org>\r\n"));
    ck_assert(holds(outside(made), "In-Reply-To: <1@example.org>\r\n"));
    ck_assert(holds(outside(made), "X-Other: the plan\r\n"));
    /* folded, in other case, with other blanks */
    job = protect_new(&from_bob);
    ck_ok(smime_protect_answer(job, got.report));
    answer = text("From: bob@example.org\r\nSubject: AW: THE  \r\n Plan (was: the plan)\r\n" PLAIN);
    ck_ok(smime_protect_buffer(job, answer.data, answer.len, &made.data, &made.len));
    keep(made.data, smime_free);
    ck_assert(holds(outside(made), "Subject: AW: [...] (was: [...])\r\n"));
    /* in clear: refused */
    from_bob.to[0] = NULL;
    job = protect_new(&from_bob);
    ck_ok(smime_protect_answer(job, got.report));
    ck_assert_int_eq(smime_protect_buffer(job, answer.data, answer.len, &made.data, &made.len),
                     SMIME_E_POLICY);
    from_bob.to[0] = "alice-rsa";
    from_bob.headers = SMIME_HEADERS_OUTSIDE;
    job = protect_new(&from_bob);
    ck_ok(smime_protect_answer(job, got.report));
    ck_assert_int_eq(smime_protect_buffer(job, answer.data, answer.len, &made.data, &made.len),
                     SMIME_E_POLICY);
    job = protect_new(&from_bob);
    ck_ok(smime_protect_answer(job, got.report));
    answer = text("From: bob@example.org\r\nSubject: something else\r\n" PLAIN);
    ck_ok(smime_protect_buffer(job, answer.data, answer.len, &made.data, &made.len));
    keep(made.data, smime_free);
    ck_assert_int_eq(smime_protect_answer(job, NULL), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_protect_answer(job, got.report), SMIME_E_STATE);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("header_policy");
    TCase *tcase = tcase_create("header_policy");

    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, NULL, common_teardown);
    tcase_add_test(tcase, by_default);
    tcase_add_test(tcase, nothing_to_protect);
    add_rows(tcase, old_readers, bodies);
    tcase_add_test(tcase, not_for_old_readers);
    add_rows(tcase, taken_out, views);
    tcase_add_test(tcase, long_comment);
    tcase_add_loop_test(tcase, late_body, 0, 2);
    add_rows(tcase, not_in_utf16, wide_types);
    add_rows(tcase, taken_out_of_utf16, wide_types);
    add_rows(tcase, marked_already, marked);
    tcase_add_test(tcase, the_programs_policy);
    tcase_add_test(tcase, answers);
    suite_add_tcase(suite, tcase);
    return support_main(suite);
}
