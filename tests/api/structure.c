/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A structure that two readers take for two things is never VERIFIED. */
#include "forge.h"

#include <stdio.h>
#include <string.h>

static const reading trusting = { .anchor = "root" };

/* Signed content, LF here; GnuTLS signs it as it is. */
static const char *const ambiguous[] = {
    "Content-Type: text/plain\nContent-Type: text/html\n\nx\n",
    "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n"
    "Content-Transfer-Encoding: 7bit\n\nSGVsbG8=\n",
    "Content-Type: text/plain; charset=utf-8; charset=utf-7\n\nx\n",
    "Content-Type: multipart/mixed; boundary=a; boundary=b\n\n--a\n\nx\n--a--\n",
    "Content-Type: multipart/mixed\n\n--a\n\nx\n--a--\n",
    "Content-Type : text/plain\n\nx\n",
    "Content-Type: multipart/mixed; boundary=a\nContent-Transfer-Encoding: base64\n\nLS1hCg==\n",
    "Content-Type: text/plain\nContent-Transfer-Encoding: x-strange\n\nx\n",
    "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: text/plain\n"
    "Content-Type: text/html\n\nx\n--a--\n",
    "Content-Type: multipart/mixed; boundary=a\n\n--a\n"
    "Content-Type: multipart/mixed; boundary=a\n\n--a\n\nx\n--a--\n--a--\n",
    "Content-Type: text/(a comment)plain\n\nx\n",
    "Content-Type: text/plain\nno field at all\n\nx\n",
    "Content-Type: text/plain\rContent-Type: text/html\n\nx\n",
    "Content-Type: multipart/mixed; boundary=a\n\n--abc\n\nx\n--a\n\ny\n--a--\n",
};

/* The same in good order. */
static const char *const plain[] = {
    "Content-Type: text/plain\n\nx\n",
    "Content-Type: TEXT/Plain; Charset=\"utf-8\"\nContent-Transfer-Encoding: BASE64\n\nSGVsbG8=\n",
    "Content-Type: multipart/mixed; boundary=\"a b\"\n\npreamble\n--a b\n\nx\n--a b--\nepilogue\n",
    "Content-Type: message/rfc822\n\nFrom: mallory@example.com\nContent-Type: text/plain\n\nx\n",
    "\nno header\n",
    ("Content-Type: multipart/alternative; boundary=a\n\n--a\n\nx\n--a\n"
     "Content-Type: multipart/mixed; boundary=aa\n\n--aa\n\ny\n--aa--\n--a--\n"),
};

static void check_both(const char *content, int32_t summary, const char *reason)
{
    bytes entity = crlf(content);
    outcome got = opened(&trusting, clear_message(entity, forged("alice-p256", entity, 0)));

    ck_verdict(got, summary, reason);
    ck_assert_int_eq(smime_report_signer_status(got.report, 0, 0), SMIME_SIGNER_GOOD);
    ck_assert_int_eq(got.content.data != NULL, summary == SMIME_SUMMARY_VERIFIED);
    if (got.content.data)
        ck_same(got.content, entity);
    got = opened(&trusting, opaque_message("signed-data", forged("alice-p256", entity, 1)));
    ck_verdict(got, summary, reason);
    ck_assert_int_eq(smime_report_signer_status(got.report, 0, 0), SMIME_SIGNER_GOOD);
    if (got.content.data)
        ck_same(got.content, entity);
}

START_TEST(ambiguous_content)
{
    check_both(ambiguous[_i], SMIME_SUMMARY_INVALID, "structure-ambiguous");
}
END_TEST

START_TEST(plain_content)
{
    check_both(plain[_i], SMIME_SUMMARY_VERIFIED, NULL);
}
END_TEST

/* Every structural defect lies in the body. */
static int has_clear_header(bytes message)
{
    smime_parser *parser;
    const char *code, *sentence;
    int32_t class;
    uint64_t offset, body;
    size_t taken;
    int clear = 1;

    ck_assert_int_eq(smime_parser_new(NULL, &parser), SMIME_OK);
    ck_assert_int_eq(smime_parser_write(parser, message.data, message.len, &taken), SMIME_OK);
    ck_assert_int_eq(smime_parser_finish(parser), SMIME_OK);
    body = smime_entity_body_offset(smime_parser_root(parser));
    for (size_t i = 0; smime_parser_defect(parser, i, &code, &class, &offset, &sentence) ==
                       SMIME_OK; i++)
        clear &= class != SMIME_DEFECT_STRUCTURAL || offset >= body;
    smime_parser_free(parser);
    return clear;
}

/* The library refuses to sign what could be read in two ways. What is only encrypted stays as it is:
 * there the header alone must be clear, which decides what stays outside. */
START_TEST(ambiguous_is_not_signed)
{
    for (int sign = 0; sign < 2; sign++)
        for (int form = 0; form < 2; form++) {
            sending how = { .from = { sign ? "alice-p256" : NULL },
                            .to = { sign ? NULL : "bob-p256" } };
            smime_protect *job = protect_new(&how);
            bytes message = joined(text("From: alice@example.org\n"), text(ambiguous[_i]));
            uint8_t *data = NULL;
            size_t len = 0, taken;
            smime_status status, again;

            if (form) {
                status = smime_protect_buffer(job, message.data, message.len, &data, &len);
                again = smime_protect_buffer(job, message.data, message.len, &data, &len);
            } else {
                status = smime_protect_write(job, message.data, message.len, &taken);
                if (status == SMIME_OK)
                    status = smime_protect_finish(job);
                again = smime_protect_finish(job);
            }
            if (!sign && has_clear_header(message)) {
                ck_assert_int_eq(status, SMIME_OK);
                smime_free(data);
                continue;
            }
            ck_assert_msg(status == SMIME_E_MIME_SYNTAX || status == SMIME_E_MIME_ENCODING, "%s",
                          smime_status_name(status));
            ck_assert_str_ne(smime_protect_error_text(job), "");
            ck_assert_int_eq(again, status);
            ck_assert_ptr_null(data);
        }
}
END_TEST

/* A second message behind the end of the base64: readers that go on there see other bytes. */
START_TEST(more_behind_the_end_of_base64)
{
    for (int more = 0; more < 2; more++) {
        bytes entity = crlf(plain[more]);
        bytes good = opaque_message("signed-data", forged("alice-p256", entity, 1));
        bytes longer = joined(good, text("RXZpbCBzYXlzIGhpIQ==\r\n"));

        ck_verdict(opened(&trusting, good), SMIME_SUMMARY_VERIFIED, NULL);
        if (memchr(good.data + good.len - 8, '=', 8))
            ck_verdict(opened(&trusting, longer), SMIME_SUMMARY_INVALID, "structure-ambiguous");
        else /* no padding: the bytes follow the structure, which is said */
            ck_verdict(opened(&trusting, longer), SMIME_SUMMARY_VERIFIED, "trailing-data");
    }
}
END_TEST

/* The type says that there is no signature, and there is one. */
START_TEST(certs_only_that_is_none)
{
    bytes entity = crlf(plain[0]);
    bytes good = opaque_message("certs-only", forged("alice-p256", entity, 1));

    ck_verdict(opened(&trusting, good), SMIME_SUMMARY_VERIFIED, NULL);
}
END_TEST

/* Around the signed content: what decides where it lies and how it is read. */
START_TEST(ambiguous_around)
{
    bytes entity = crlf(plain[0]);
    bytes good = clear_message(entity, forged("alice-p256", entity, 0));

    ck_verdict(opened(&trusting, good), SMIME_SUMMARY_VERIFIED, NULL);
    ck_verdict(opened(&trusting, changed(good, "MIME-Version: 1.0\r\n",
                                         "MIME-Version: 1.0\r\nContent-Type: text/html\r\n")),
               _i ? SMIME_SUMMARY_UNPROTECTED : SMIME_SUMMARY_UNPROTECTED, NULL);
    ck_verdict(opened(&trusting, changed(good, "boundary=\"~~\"\r\n",
                                         "boundary=\"~~\"\r\nContent-Type: text/html\r\n")),
               SMIME_SUMMARY_INVALID, "structure-ambiguous");
    ck_verdict(opened(&trusting, changed(good, "boundary=\"~~\"",
                                         "boundary=\"~~\"; boundary=\"~~~\"")),
               SMIME_SUMMARY_INVALID, NULL);
    ck_verdict(opened(&trusting, changed(good, "\r\n\r\n--~~\r\n",
                                         "\r\nContent-Transfer-Encoding: base64\r\n\r\n--~~\r\n")),
               SMIME_SUMMARY_INVALID, NULL);
    ck_verdict(opened(&trusting, changed(good, "--~~\r\n", "--~~junk\r\n\r\nshown?\r\n--~~\r\n")),
               SMIME_SUMMARY_INVALID, NULL);
}
END_TEST

/* Two kinds of line ends: recoverable, told, and no obstacle. */
START_TEST(mixed_line_ends)
{
    sending how = { .from = { "alice-p256" } };
    bytes sealed = changed(protected(&how, text(plain_mail)), "Hello Bob,\r\n", "Hello Bob,\n");
    outcome got = opened(&trusting, sealed);
    const char *code = "";
    int32_t class = -1, found = 0;

    ck_verdict(got, SMIME_SUMMARY_VERIFIED, NULL);
    for (size_t i = 0; i < smime_report_defect_count(got.report); i++) {
        ck_assert_int_eq(smime_report_defect(got.report, i, &code, &class, NULL, NULL, NULL),
                         SMIME_OK);
        if (!strcmp(code, "mixed-line-ends")) {
            found = 1;
            ck_assert_int_eq(class, SMIME_DEFECT_RECOVERABLE);
        }
    }
    ck_assert_int_eq(found, 1);
}
END_TEST

/* --- size */

/* A message of @p count nested parts. */
static bytes nested(size_t count)
{
    bytes made = { take(count * 100 + 100), 0 };
    char *at = (char *)made.data;

    for (size_t i = 0; i < count; i++)
        at += sprintf(at, "Content-Type: multipart/mixed; boundary=b%zu\r\n\r\n--b%zu\r\n", i, i);
    made.len = (size_t)(at - (char *)made.data);
    return made;
}

static smime_status parse(bytes message, smime_policy *with, size_t chunk)
{
    smime_parser *parser;
    smime_status status = SMIME_OK;
    size_t taken;

    ck_assert_int_eq(smime_parser_new(with, &parser), SMIME_OK);
    for (size_t i = 0; i < message.len && status == SMIME_OK; i += chunk)
        status = smime_parser_write(parser, message.data + i,
                                    message.len - i < chunk ? message.len - i : chunk, &taken);
    if (status == SMIME_OK)
        status = smime_parser_finish(parser);
    if (status < 0) {
        ck_assert_str_ne(smime_parser_error_text(parser), "");
        ck_assert_int_eq(smime_parser_finish(parser), status);
    }
    smime_parser_free(parser);
    return status;
}

START_TEST(nested_without_end)
{
    bytes message = nested(100000);
    sending how = { .from = { "alice-p256" } };
    reading by = { .anchor = "root" };
    smime_protect *job = protect_new(&how);
    uint8_t *data;
    size_t len;
    outcome got;

    ck_assert_int_eq(parse(message, NULL, 4096), SMIME_E_LIMIT_DEPTH);
    got = opened(&by, message);
    ck_assert_int_eq(got.status, SMIME_E_LIMIT_DEPTH);
    ck_verdict(got, SMIME_SUMMARY_UNDECIDED, "limit");
    ck_assert_int_eq(smime_protect_buffer(job, message.data, message.len, &data, &len),
                     SMIME_E_LIMIT_DEPTH);
    /* a limit set beyond reason costs no more than time and memory */
    by.policy = policy_with(SMIME_LIMIT_DEPTH, 3000);
    ck_assert_int_eq(parse(nested(2900), by.policy, 4096), SMIME_OK);
    ck_assert_int_eq(parse(nested(99), NULL, 1), SMIME_OK);
    ck_assert_int_eq(parse(nested(101), NULL, 1), SMIME_E_LIMIT_DEPTH);
}
END_TEST

/* An element that says it is 4 GiB long, in 10 bytes. */
START_TEST(huge_length)
{
    static const uint8_t lengths[][10] = {
        { 0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0x06, 0x09, 0x2a, 0x86 },
        { 0x06, 0x84, 0xff, 0xff, 0xff, 0xff, 0x06, 0x09, 0x2a, 0x86 },
        { 0x30, 0x80, 0x06, 0x84, 0xff, 0xff, 0xff, 0xff, 0x2a, 0x86 },
        { 0x30, 0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
        { 0x30, 0x80, 0x30, 0x80, 0x30, 0x80, 0x30, 0x80, 0x30, 0x80 },
        { 0x3f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
    };
    reading by = { .anchor = "root" };
    smime_cert *none = NULL;
    smime_bag *bag;

    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        bytes cms = bytes_of(lengths[i], 10);
        outcome got = opened(&by, opaque_message("signed-data", cms));
        ck_assert_int_lt(got.status, 0);
        ck_assert(smime_status_category(got.status) == SMIME_CATEGORY_SYNTAX ||
                  smime_status_category(got.status) == SMIME_CATEGORY_LIMIT);
        ck_assert_ptr_null(got.content.data);
        got = opened(&by, clear_message(crlf(plain[0]), cms));
        ck_assert_int_lt(got.status, 0);
        ck_assert_int_lt(smime_cert_new(cms.data, cms.len, &none), 0);
        ck_assert_ptr_null(none);
        ck_assert_int_eq(smime_bag_new(NULL, &bag), SMIME_OK);
        ck_assert_int_lt(smime_bag_add(bag, cms.data, cms.len), 0);
        ck_assert_str_ne(smime_bag_error_text(bag), "");
        smime_bag_free(bag);
    }
}
END_TEST

static bytes many_parts(size_t count)
{
    bytes made = { take(count * 20 + 200), 0 };
    char *at = (char *)made.data;

    at += sprintf(at, "Content-Type: multipart/mixed; boundary=b\r\n\r\n");
    for (size_t i = 0; i < count; i++)
        at += sprintf(at, "--b\r\n\r\nx\r\n");
    at += sprintf(at, "--b--\r\n");
    made.len = (size_t)(at - (char *)made.data);
    return made;
}

START_TEST(limits_of_mime)
{
    bytes long_header = { take(5000), 4999 };
    reading by = { .anchor = "root" };

    ck_assert_int_eq(parse(many_parts(9), policy_with(SMIME_LIMIT_PARTS, 10), 7), SMIME_OK);
    ck_assert_int_eq(parse(many_parts(10), policy_with(SMIME_LIMIT_PARTS, 10), 7),
                     SMIME_E_LIMIT_PARTS);
    memset(long_header.data, 'x', long_header.len);
    memcpy(long_header.data, "Subject: ", 9);
    ck_assert_int_eq(parse(long_header, policy_with(SMIME_LIMIT_HEADER_BYTES, 5000), 100),
                     SMIME_OK);
    ck_assert_int_eq(parse(long_header, policy_with(SMIME_LIMIT_HEADER_BYTES, 4000), 100),
                     SMIME_E_LIMIT_HEADER);
    by.policy = policy_with(SMIME_LIMIT_HEADER_BYTES, 4000);
    ck_assert_int_eq(opened(&by, long_header).status, SMIME_E_LIMIT_HEADER);
}
END_TEST

typedef struct limit_case {
    int32_t limit;
    uint64_t fits;
    smime_status status;
    int encrypted;
} limit_case;

static const limit_case limit_cases[] = {
    { SMIME_LIMIT_SIGNERS, 2, SMIME_E_LIMIT_SIGNERS, 0 },
    { SMIME_LIMIT_CERTS, 2, SMIME_E_LIMIT_CERTS, 0 },
    { SMIME_LIMIT_CERT_BYTES, 4000, SMIME_E_LIMIT_CERTS, 0 },
    { SMIME_LIMIT_ATTRIBUTES, 8, SMIME_E_LIMIT_ATTRIBUTES, 0 },
    { SMIME_LIMIT_OBJECT_BYTES, 4000, SMIME_E_LIMIT_OBJECT, 0 },
    { SMIME_LIMIT_SIGNATURES, 6, SMIME_E_LIMIT_SIGNATURES, 0 },
    { SMIME_LIMIT_STEPS, 30, SMIME_E_LIMIT_STEPS, 0 },
    { SMIME_LIMIT_RECIPIENTS, 2, SMIME_E_LIMIT_RECIPIENTS, 1 },
    { SMIME_LIMIT_LAYERS, 2, SMIME_E_LIMIT_LAYERS, 1 },
};

/* Each limit is met with its own status, no verdict and no content. */
START_TEST(limits_of_messages)
{
    const limit_case *c = &limit_cases[_i];
    sending how = { .from = { "alice-p256", "bob-p256" } };
    reading by = { .keys = { "bob-p256" } };
    bytes sealed;
    outcome got;

    if (c->encrypted) {
        how.to[0] = "bob-p256";
        how.to[1] = "alice-rsa";
    }
    how.no_self = 1;
    sealed = protected(&how, text(plain_mail));
    by.policy = policy_with(c->limit, c->fits);
    got = opened(&by, sealed);
    ck_verdict(got, c->encrypted ? SMIME_SUMMARY_CONFIDENTIAL_VERIFIED : SMIME_SUMMARY_VERIFIED,
               NULL);
    by.policy = policy_with(c->limit, c->limit == SMIME_LIMIT_OBJECT_BYTES ||
                                              c->limit == SMIME_LIMIT_CERT_BYTES
                                          ? 200
                                          : 1);
    got = opened(&by, sealed);
    ck_assert_msg(got.status == c->status, "%s", smime_status_name(got.status));
    ck_verdict(got, SMIME_SUMMARY_UNDECIDED, "limit");
    ck_assert_ptr_null(got.content.data);
    ck_assert_int_eq(smime_status_category(got.status), SMIME_CATEGORY_LIMIT);
    by.policy = policy_with(c->limit, 0);
    ck_assert_int_lt(opened(&by, sealed).status, 0);
}
END_TEST

START_TEST(limits_of_sending)
{
    smime_protect *job;

    ck_assert_int_eq(smime_protect_new(policy_with(SMIME_LIMIT_SIGNERS, 1), &job), SMIME_OK);
    ck_assert_int_eq(smime_protect_sign(job, identity("alice-p256")), SMIME_OK);
    ck_assert_int_eq(smime_protect_sign(job, identity("bob-p256")), SMIME_E_LIMIT_SIGNERS);
    ck_assert_str_ne(smime_protect_error_text(job), "");
    smime_protect_free(job);
    ck_assert_int_eq(smime_protect_new(policy_with(SMIME_LIMIT_RECIPIENTS, 1), &job), SMIME_OK);
    ck_assert_int_eq(smime_protect_encrypt_to(job, cert("alice-p256")), SMIME_OK);
    ck_assert_int_eq(smime_protect_encrypt_to(job, cert("alice-p256")), SMIME_OK);
    ck_assert_int_eq(smime_protect_encrypt_to(job, cert("bob-p256")), SMIME_E_LIMIT_RECIPIENTS);
    smime_protect_free(job);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("structure");
    TCase *tests = tcase_create("structure");

    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, NULL, common_teardown);
    tcase_add_loop_test(tests, ambiguous_content, 0,
                        (int)(sizeof ambiguous / sizeof ambiguous[0]));
    tcase_add_loop_test(tests, plain_content, 0, (int)(sizeof plain / sizeof plain[0]));
    tcase_add_loop_test(tests, ambiguous_is_not_signed, 0,
                        (int)(sizeof ambiguous / sizeof ambiguous[0]));
    tcase_add_test(tests, more_behind_the_end_of_base64);
    tcase_add_test(tests, certs_only_that_is_none);
    tcase_add_test(tests, ambiguous_around);
    tcase_add_test(tests, mixed_line_ends);
    tcase_add_test(tests, nested_without_end);
    tcase_add_test(tests, huge_length);
    tcase_add_test(tests, limits_of_mime);
    tcase_add_loop_test(tests, limits_of_messages, 0,
                        (int)(sizeof limit_cases / sizeof limit_cases[0]));
    tcase_add_test(tests, limits_of_sending);
    suite_add_tcase(suite, tests);
    return support_main(suite);
}
