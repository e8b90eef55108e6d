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
static const reading bob = { .keys = { "bob-rsa" } };

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

int main(void)
{
    Suite *suite = suite_create("header_faults");
    TCase *tcase = tcase_create("header_faults");

    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, NULL, common_teardown);
    tcase_add_test(tcase, marked_already);
    suite_add_tcase(suite, tcase);
    return support_main(suite);
}
