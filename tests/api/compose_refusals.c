/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a composer refuses, and that nothing changes then. */
#include "mail.h"

#include <stdio.h>
#include <string.h>

/* A call that would end a field and begin another one, or that names nothing. */
typedef smime_status (*bad_call)(smime_composer *composer, const char *bad);

static smime_status bad_text(smime_composer *c, const char *bad)
{
    return smime_composer_add_field(c, "X-Field", bad);
}

static smime_status bad_field(smime_composer *c, const char *bad)
{
    return smime_composer_add_field(c, bad, "text");
}

static smime_status bad_name(smime_composer *c, const char *bad)
{
    return smime_composer_add_mailbox(c, "To", bad, "b@example.org");
}

static smime_status bad_local(smime_composer *c, const char *bad)
{
    char address[100];

    snprintf(address, sizeof address, "%s@example.org", bad);
    return smime_composer_add_mailbox(c, "To", NULL, address);
}

static smime_status bad_domain(smime_composer *c, const char *bad)
{
    char address[100];

    snprintf(address, sizeof address, "a@%s", bad);
    return smime_composer_add_mailbox(c, "To", "B", address);
}

static smime_status bad_mailbox_field(smime_composer *c, const char *bad)
{
    char field[100];

    snprintf(field, sizeof field, "X-%s", bad);
    return smime_composer_add_mailbox(c, field, NULL, "b@example.org");
}

static smime_status bad_reference(smime_composer *c, const char *bad)
{
    return smime_composer_add_reference(c, "References", bad);
}

static smime_status bad_id(smime_composer *c, const char *bad)
{
    return smime_composer_set_message_id(c, bad);
}

static smime_status bad_content_id(smime_composer *c, const char *bad)
{
    return smime_composer_add_related(c, bad, "image/png", "x", 1);
}

static smime_status bad_related_type(smime_composer *c, const char *bad)
{
    return smime_composer_add_related(c, "a@b", bad, "x", 1);
}

static smime_status bad_type(smime_composer *c, const char *bad)
{
    return smime_composer_attach(c, "name", bad, "x", 1);
}

static smime_status bad_file_name(smime_composer *c, const char *bad)
{
    return smime_composer_attach(c, bad, "a/b", "x", 1);
}

static smime_status bad_function_name(smime_composer *c, const char *bad)
{
    source from = { .left = 1, .step = 1 };
    smime_status status = smime_composer_attach_function(c, bad, "a/b", give, &from, destroyed);

    ck_assert_uint_eq(from.destroyed, 1);
    return status;
}

static const bad_call bad_calls[] = {
    bad_text,      bad_field, bad_name,       bad_local,        bad_domain, bad_mailbox_field,
    bad_reference, bad_id,    bad_content_id, bad_related_type, bad_type,   bad_file_name,
    bad_function_name,
};

START_TEST(nothing_begins_another_field)
{
    static const char *const bad[] = {
        "a\r\nBcc: x@y",  "a\nBcc: x@y", "a\rBcc: x@y", "a/b\r\n",  "a@b\r\n", "a@b\n c",
        "a/b; c=\"\r\n\"", "a\x01",       "a\x7f",       "a\xff@b",  "\r\n",    "\n",
        "a@b\x0b",        "a/b; x=y\x1b", "a@\xc3",
    };
    smime_composer *composer = busy_composer();
    bytes before = composed(composer, SMIME_CARRY_7BIT);

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ck_assert_msg(bad_calls[_i](composer, bad[i]) == SMIME_E_INVALID_ARG, "%s", bad[i]);
        if (bad_calls[_i] != bad_field)
            ck_assert_str_ne(smime_composer_error_text(composer), "");
        ck_same(written(composer), before);
    }
}
END_TEST

/* What fails between two calls leaves no trace. */
START_TEST(a_failed_call_changes_nothing)
{
    smime_composer *composer = busy_composer(), *plain = busy_composer();
    static const char mixed[] = "X-Text";

    ck_ok(smime_composer_add_mailbox(composer, "To", NULL, "c@example.org"));
    ck_assert_int_eq(smime_composer_add_mailbox(composer, "To", "Name", "no address"),
                     SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_composer_add_mailbox(composer, "Cc", "N\xc3\xa4me", "no address"),
                     SMIME_E_INVALID_ARG);
    ck_ok(smime_composer_add_mailbox(composer, "To", NULL, "d@example.org"));
    ck_assert_int_eq(smime_composer_add_field(composer, "Subject", "second"),
                     SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_composer_set_text(composer, "\xff", 1), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_composer_set_html(composer, "\xc3", 1), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_composer_attach_message(composer, "", 0), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_composer_attach_message(composer, "X: \xff\n\nx", 8),
                     SMIME_E_MIME_ENCODING);
    /* a field that was given as text is no list that a mailbox may be taken out of */
    ck_ok(smime_composer_add_field(composer, mixed, "text"));
    ck_ok(smime_composer_add_field(composer, "X-Last", "text"));
    ck_assert_int_eq(smime_composer_add_mailbox(composer, mixed, NULL, "no address"),
                     SMIME_E_INVALID_ARG);
    ck_ok(smime_composer_add_mailbox(plain, "To", NULL, "c@example.org"));
    ck_ok(smime_composer_add_mailbox(plain, "To", NULL, "d@example.org"));
    ck_ok(smime_composer_add_field(plain, mixed, "text"));
    ck_ok(smime_composer_add_field(plain, "X-Last", "text"));
    {
        bytes one = written(composer), other = written(plain);
        size_t boundary = find(one, "=_smime_", 0); /* random */
        ck_same(part_of(one, 0, boundary), part_of(other, 0, boundary));
        ck_assert_uint_eq(one.len, other.len);
    }
}
END_TEST

/* Text and mailboxes of one name are fields of their own. */
START_TEST(text_and_mailboxes_of_one_name)
{
    smime_composer *composer = from_alice(SMIME_CARRY_7BIT);
    bytes message;

    ck_ok(smime_composer_add_field(composer, "X-A", "text"));
    ck_ok(smime_composer_add_mailbox(composer, "X-A", NULL, "a@x.org"));
    ck_ok(smime_composer_add_mailbox(composer, "X-A", NULL, "b@x.org"));
    message = composed(composer, SMIME_CARRY_7BIT);
    ck_assert(holds(message, "\r\nX-A: text\r\n"));
    ck_assert(holds(message, "\r\nX-A: a@x.org, b@x.org\r\n"));
}
END_TEST

START_TEST(fields_of_the_composer)
{
    static const char *const own[] = { "Date", "message-id", "MIME-Version", "Content-Type",
                                       "content-foo", "From", "To", "Bcc", "References",
                                       "In-Reply-To", "resent-to", "Resent-From", "", "a b", "a:",
                                       "\xc3\xbc" };
    smime_composer *composer = from_alice(SMIME_CARRY_7BIT);
    uint8_t *data = NULL;
    size_t len;

    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        ck_assert_int_eq(smime_composer_add_field(composer, own[i], "x"), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_composer_add_mailbox(composer, "Subject", NULL, "a@x"),
                     SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_composer_add_mailbox(composer, "Resent-Date", NULL, "a@x"),
                     SMIME_E_INVALID_ARG);
    ck_ok(smime_composer_add_mailbox(composer, "resent-TO", NULL, "a@x.org"));
    ck_ok(smime_composer_add_mailbox(composer, "x-a", NULL, "a@x.org"));
    ck_assert_int_eq(smime_composer_add_reference(composer, "Message-ID", "a@x"),
                     SMIME_E_INVALID_ARG);
    ck_ok(smime_composer_add_mailbox(composer, "From", NULL, "b@x.org"));
    ck_assert_int_eq(smime_composer_buffer(composer, &data, &len), SMIME_E_INVALID_ARG);
    ck_ok(smime_composer_add_mailbox(composer, "Sender", NULL, "b@x.org"));
    ck_assert_int_eq(smime_composer_add_mailbox(composer, "sender", NULL, "c@x.org"),
                     SMIME_E_INVALID_ARG);
    (void)composed(composer, SMIME_CARRY_7BIT);
    composer = composer_new(SMIME_CARRY_7BIT);
    ck_assert_int_eq(smime_composer_add_mailbox(composer, "From", "A", ""), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_composer_add_mailbox(composer, "From", "A", "a@"), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_composer_buffer(composer, &data, &len), SMIME_E_INVALID_ARG);
    ck_assert_ptr_null(data);
}
END_TEST

static const struct {
    const char *type, *read; /* NULL: refused */
} types[] = {
    { "application/pdf", "application/pdf" },
    { "Application/PDF", "application/pdf" },
    { "text/plain; charset=utf-8", "text/plain" },
    { "text/calendar; method=REQUEST; name=\"a b\"", "text/calendar" },
    { "a/b;c=d", "a/b" },
    { "", NULL },
    { "text", NULL },
    { "/x", NULL },
    { "x/", NULL },
    { "a/b/c", NULL },
    { "a/b c", NULL },
    { "a b/c", NULL },
    { "a/b; c", NULL },
    { "a/b; c=\"", NULL },
    { "a/b; c=\"\\\"", NULL },
    { "a/b (c)", NULL },
    { "a/b; c=d; c=e", NULL },
    { "a/b, c/d", NULL },
    { "multipart/mixed", NULL },
    { "multipart/mixed; boundary=b", NULL },
    { "message/rfc822", NULL },
    { "MESSAGE/global", NULL },
    { "a/\xc3\xbc", NULL },
};

START_TEST(types_of_attachments)
{
    smime_composer *composer = from_alice(SMIME_CARRY_7BIT);
    smime_status status = smime_composer_attach(composer, NULL, types[_i].type, "x\r", 2);
    smime_parser *parser;

    ck_assert_int_eq(status, types[_i].read ? SMIME_OK : SMIME_E_INVALID_ARG);
    if (status < 0)
        return;
    parser = parsed(composed(composer, SMIME_CARRY_7BIT));
    ck_assert_str_eq(smime_entity_type(smime_parser_entity(parser, "1.1")), types[_i].read);
    ck_same(body_of(parser, "1.1", SMIME_PART_DECODED), text("x\r"));
}
END_TEST

/* An address or type that fits on no line is refused. */
START_TEST(too_long_for_a_line)
{
    smime_composer *composer = from_alice(SMIME_CARRY_7BIT);
    bytes before = composed(composer, SMIME_CARRY_7BIT);
    bytes local = joined(repeated("a", 2000), text("@x.org"));
    bytes domain = joined(text("a@"), repeated("a.", 1000));
    bytes type = joined(text("a/"), repeated("b", 2000));

    domain.data[domain.len - 1] = 'a';
    ck_assert_int_eq(smime_composer_add_mailbox(composer, "To", NULL, (char *)local.data),
                     SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_composer_add_mailbox(composer, "To", "B", (char *)domain.data),
                     SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_composer_attach(composer, NULL, (char *)type.data, "x", 1),
                     SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_composer_set_message_id(composer, (char *)local.data),
                     SMIME_E_INVALID_ARG);
    ck_same(written(composer), before);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("compose_refusals");
    TCase *tests = tcase_create("compose_refusals");

    tcase_add_checked_fixture(tests, NULL, common_teardown);
    tcase_set_timeout(tests, 60);
    add_rows(tests, nothing_begins_another_field, bad_calls);
    tcase_add_test(tests, a_failed_call_changes_nothing);
    tcase_add_test(tests, text_and_mailboxes_of_one_name);
    tcase_add_test(tests, fields_of_the_composer);
    add_rows(tests, types_of_attachments, types);
    tcase_add_test(tests, too_long_for_a_line);
    suite_add_tcase(suite, tests);
    return support_main(suite);
}
