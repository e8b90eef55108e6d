/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What happened on the way to content that is not what was signed: told, and never accepted. */
#include "forge.h"
#include "mail.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct damage {
    const char *before, *after; /* the entity that was signed, and as it came; LF becomes CRLF */
    const char *code;           /* NULL: nothing explains it */
} damage;

#define TYPE "Content-Type: text/plain; charset=utf-8\n"
#define EIGHT TYPE "Content-Transfer-Encoding: 8bit\n"
#define BODY "Hello,\n\nall is well.\n-- \nAlice\n"

static const damage damages[] = {
    { TYPE "\n" BODY, TYPE "\n" BODY "\n", "damage-line-ends" },
    { TYPE "\n" BODY "\n", TYPE "\n" BODY, "damage-line-ends" },
    { TYPE "\n" BODY "\n\n\n", TYPE "\n" BODY, NULL },
    { TYPE "\n" BODY, TYPE "\nHello,\n\nall is well.\n--\nAlice\n", "damage-trailing-blanks" },
    { TYPE "\nHello,\nx\n", TYPE "\nHello,  \nx\t\n", "damage-trailing-blanks" },
    { TYPE "\nFrom me\nx\n", TYPE "\n>From me\nx\n", "damage-from-quoting" },
    { TYPE "\n.\n.x\n", TYPE "\n.\n..x\n", "damage-line-ends" },
    { TYPE "\n" BODY, TYPE "\n" BODY "_____\nA list\nhttps://list.example\n", "damage-footer" },
    { TYPE "\nno end", TYPE "\nno end\nA list\n", "damage-footer" },
    { EIGHT "\ngr\xc3\xbcn\n", TYPE "Content-Transfer-Encoding: quoted-printable\n\ngr=C3=BCn\n",
      "damage-encoding" },
    { EIGHT "\ngr\xc3\xbcn\n", TYPE "Content-Transfer-Encoding: base64\n\nZ3LDvG4NCg==\n",
      "damage-encoding" },
    { "Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: 8bit\n\n--b\n" EIGHT
      "\ngr\xc3\xbcn\n--b--\n",
      "Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: 7bit\n\n--b\n" TYPE
      "Content-Transfer-Encoding: quoted-printable\n\ngr=C3=BCn\n--b--\n", "damage-encoding" },
    { "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: 8bit\n\ngr\xfcn\n",
      EIGHT "\ngr\xc3\xbcn\n", "damage-charset" },
    { "Content-Type: text/plain; charset=\"ISO-8859-1\"\n"
      "Content-Transfer-Encoding: quoted-printable\n\ngr=FCn\n",
      "Content-Type: text/plain; charset=\"utf-8\"\n"
      "Content-Transfer-Encoding: quoted-printable\n\ngr=C3=BCn\n", "damage-charset" },
    { "MIME-Version: 1.0\n" TYPE "\n" BODY, TYPE "\n" BODY, "damage-header" },
    { TYPE "Content-Disposition: inline\n\n" BODY, TYPE "\n" BODY, "damage-header" },
    { TYPE "\n" BODY, TYPE "X-Scanned: yes\n\n" BODY, "damage-header" },
    { "Content-Type: text/plain; charset=utf-8\n\n" BODY,
      "Content-Type: text/plain;\n charset=utf-8\n\n" BODY, "damage-header" },
    { "\n" BODY, "Content-Type: text/plain\n\n" BODY, "damage-header" },
    { TYPE "\n" BODY, TYPE "\nHello,\n\nall is hell.\n-- \nAlice\n", NULL },
    { TYPE "\n" BODY, "", NULL },
};

static void ck_told(outcome got, const char *code)
{
    int told = 0;

    ck_verdict(got, SMIME_SUMMARY_INVALID, "content-changed");
    ck_assert_ptr_null(got.content.data);
    for (size_t i = 0; i < smime_report_reason_count(got.report); i++)
        told += !strncmp(smime_report_reason_code(got.report, i), "damage-", 7);
    ck_assert_int_eq(told, code != NULL);
    if (code)
        ck_verdict(got, SMIME_SUMMARY_INVALID, code);
}

/* From memory, where it is read again by itself, and from a stream that is told to keep it. */
START_TEST(explained)
{
    const damage *row = &damages[_i];
    bytes sick = clear_message(crlf(row->after), forged("alice-rsa", crlf(row->before), 0));
    const reading by = { .keys = { NULL } };
    smime_open *job = open_new(&by);
    outcome got = opened(&by, sick);
    size_t taken;

    ck_told(got, row->code);
    ck_assert(row->code == NULL || strstr(smime_report_text(got.report), " would fit ") ||
              strstr(smime_report_text(got.report), " was appended "));
    memset(&got, 0, sizeof got);
    ck_ok(smime_open_set_diagnose(job, 1));
    for (size_t i = 0; i < sick.len; i++)
        ck_ok(smime_open_write(job, sick.data + i, 1, &taken));
    ck_ok(smime_open_finish(job));
    ck_ok(smime_open_report(job, &got.report));
    got.summary = smime_report_summary(got.report);
    ck_told(got, row->code);
    smime_report_unref(got.report);
    /* a stream that is not: no explanation */
    got = opened_in_chunks(&by, sick, 7);
    ck_verdict(got, SMIME_SUMMARY_INVALID, "content-changed");
    for (size_t i = 0; i < smime_report_reason_count(got.report); i++)
        ck_assert(strncmp(smime_report_reason_code(got.report, i), "damage-", 7) != 0);
}
END_TEST

/* The healthy form of each is verified, so that the suite tests what it means to. */
START_TEST(healthy)
{
    bytes whole = crlf(damages[_i].before);
    const reading by = { .keys = { NULL } };

    ck_verdict(opened(&by, clear_message(whole, forged("alice-rsa", whole, 0))),
               SMIME_SUMMARY_VERIFIED, NULL);
}
END_TEST

/* The limit of what is kept: beyond it there is no explanation, and the verdict is the same. */
START_TEST(too_much)
{
    bytes whole = joined(crlf(TYPE "\n"), repeated("0123456789abcdef0123456789abcdef\r\n", 2000));
    bytes sick = clear_message(joined(whole, text("\r\n")), forged("alice-rsa", whole, 0));
    const reading narrow = { .policy = policy_with(SMIME_LIMIT_OBJECT_BYTES, 10000) };

    ck_told(opened(&(reading){ .release = 0 }, sick), "damage-line-ends");
    ck_told(opened(&narrow, sick), NULL);
}
END_TEST

/* Signed with LF, as programs do that forget to make it canonical. */
START_TEST(signed_with_lf)
{
    bytes sick = clear_message(crlf(TYPE "\n" BODY), forged("alice-rsa", text(TYPE "\n" BODY), 0));

    ck_told(opened(&(reading){ .release = 0 }, sick), "damage-line-ends");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("doctor");
    TCase *tcase = tcase_create("doctor");

    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, NULL, common_teardown);
    add_rows(tcase, explained, damages);
    add_rows(tcase, healthy, damages);
    tcase_add_test(tcase, too_much);
    tcase_add_test(tcase, signed_with_lf);
    suite_add_tcase(suite, tcase);
    return support_main(suite);
}
