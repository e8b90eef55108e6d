/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rules of sending: what is touched before signing and what is not, and the times. */
#include "common.h"

#include <stdio.h>
#include <string.h>

static const sending signing = { .from = { "alice-p256" } };
static const reading trusting = { .anchor = "root", .keys = { "bob-p256" } };

#define HEAD "From: alice@example.org\nDate: Mon, 01 Jun 2026 00:00:00 +0000\n"

static outcome signed_and_opened(const char *mail)
{
    outcome got = opened(&trusting, protected(&signing, text(mail)));

    ck_verdict(got, SMIME_SUMMARY_VERIFIED, NULL);
    ck_assert_uint_eq(smime_report_defect_count(got.report), 0);
    return got;
}

/* What is safe already is signed byte for byte, line ends made CRLF. */
static const char *const untouched[] = {
    "Content-Type: text/plain\n\nHello\n\n  trailing blanks  \t\n",
    "Content-Type: text/plain\n\nno line end",
    "Content-Type: text/plain\n\n",
    "content-TYPE:text/plain;\n\tcharset=\"us-ascii\"\nContent-Language: en\n\n>From me\n",
    "Content-Type: image/png\nContent-Transfer-Encoding: base64\n\nAAEC\nAwQF\n",
    "Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\n=46rom =C3=BC=\n\n",
    "Content-Type: multipart/mixed; boundary=b\n\npreamble\n--b\n\nA\n\n--b  \n"
    "Content-Type: text/html\n\n<p>\n--b--\nepilogue\n",
    "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\n"
    "Subject: s\n\nFromage\n--b--\n",
};

START_TEST(safe_content_is_untouched)
{
    char mail[2000];
    outcome got;

    snprintf(mail, sizeof mail, HEAD "%s", untouched[_i]);
    got = signed_and_opened(mail);
    ck_same(got.content, crlf(untouched[_i]));
}
END_TEST

/* Only the leaves that a relay might change are given a transfer encoding. */
START_TEST(unsafe_leaves_are_encoded)
{
    char mail[6000], line[1100];
    bytes content;
    outcome got;

    memset(line, 'l', sizeof line);
    line[1050] = 0;
    snprintf(mail, sizeof mail,
             HEAD "Content-Type: multipart/mixed; boundary=b\n"
                  "Content-Transfer-Encoding: 8bit\n\npreamble\n"
                  "--b\nContent-Type: text/plain; charset=utf-8\n"
                  "Content-Transfer-Encoding: 8bit\n\nGr\303\274\303\237e\n"
                  "--b\nContent-Type: text/plain\nContent-Description:  kept  as is\n\n"
                  "From here on\n"
                  "--b\nContent-Type: application/x-data\nContent-Transfer-Encoding: 8bit\n\n"
                  "\303\274\n"
                  "--b\nContent-Type: text/plain\n\n%s\n"
                  "--b\nContent-Type: TEXT/plain\n\nthis one = stays\n"
                  "--b--\nepilogue\n",
             line);
    got = signed_and_opened(mail);
    content = got.content;
    ck_assert(holds(content, "Content-Transfer-Encoding: quoted-printable\r\n\r\nGr=C3=BC=C3=9Fe"));
    ck_assert(holds(content, "Content-Description:  kept  as is\r\n"
                             "Content-Transfer-Encoding: quoted-printable\r\n\r\n=46rom here"));
    ck_assert(holds(content, "Content-Type: application/x-data\r\n"
                             "Content-Transfer-Encoding: base64\r\n\r\n"));
    ck_assert(holds(content, "--b\r\nContent-Type: TEXT/plain\r\n\r\nthis one = stays\r\n"
                             "--b--\r\nepilogue\r\n"));
    ck_assert(!holds(content, "8bit"));
    for (size_t i = 0, start = 0; i < content.len; i++) {
        ck_assert_uint_lt(content.data[i], 128);
        if (content.data[i] == '\n') {
            ck_assert_uint_le(i - start, 1000);
            ck_assert(content.len - start < 5 || memcmp(content.data + start, "From ", 5));
            start = i + 1;
        }
    }
}
END_TEST

/* What is encrypted alone meets no relay: nothing is encoded, and nothing is lost. */
START_TEST(encrypted_alone_is_untouched)
{
    sending how = { .to = { "bob-p256" } };
    const char *content = "Content-Type: text/plain; charset=utf-8\n"
                          "Content-Transfer-Encoding: 8bit\n\nFrom \303\274\n";
    char mail[500];

    snprintf(mail, sizeof mail, HEAD "%s", content);
    ck_same(opened(&trusting, protected(&how, text(mail))).content, crlf(content));
}
END_TEST

/* The parts of others' signatures are sealed: a change would break them. */
START_TEST(inner_signature_is_untouched)
{
    const char *inner = "Content-Type: multipart/signed; micalg=sha-256; boundary=b;\n"
                        " protocol=\"application/pgp-signature\"\n\n--b\nContent-Type: text/plain\n"
                        "Content-Transfer-Encoding: 8bit\n\n\303\274\n--b\n"
                        "Content-Type: application/pgp-signature\n\nx\n--b--\n";
    char mail[1000];
    smime_protect *job = protect_new(&signing);
    uint8_t *data;
    size_t len;
    bytes sealed;

    snprintf(mail, sizeof mail, HEAD "%s", inner);
    ck_assert_int_eq(smime_protect_buffer(job, mail, strlen(mail), &data, &len), SMIME_OK);
    sealed = bytes_of(data, len);
    smime_free(data);
    ck_assert_uint_gt(smime_protect_note_count(job), 0);
    ck_assert_ptr_nonnull(strstr(smime_protect_note(job, 0), "7-bit"));
    ck_assert_ptr_null(smime_protect_note(job, smime_protect_note_count(job)));
    ck_same(opened(&trusting, sealed).content, crlf(inner));
}
END_TEST

/* Fields that do not describe the content stay outside, in order, as they were. */
START_TEST(outer_header)
{
    bytes sealed = protected(&signing, text("Received: by x;\n 1 Jan 2026\n" HEAD
                                            "X-Odd:no blank\nMIME-Version: 1.0\n"
                                            "Content-Type: text/plain\nSubject: after\n\nx\n"));
    bytes content = opened(&trusting, sealed).content;

    ck_assert_uint_eq(find(sealed, "Received: by x;\r\n 1 Jan 2026\r\nFrom: alice@example.org\r\n"
                                   "Date: Mon, 01 Jun 2026 00:00:00 +0000\r\nX-Odd:no blank\r\n"
                                   "Subject: after\r\nMIME-Version: 1.0\r\n"
                                   "Content-Type: multipart/signed",
                           0),
                      0);
    ck_same(content, crlf("Content-Type: text/plain\n\nx\n"));
    ck_assert_uint_eq(find(sealed, "MIME-Version", find(sealed, "MIME-Version", 0) + 1), SIZE_MAX);
}
END_TEST

START_TEST(bare_entity)
{
    sending how = { .from = { "alice-p256" }, .to = { "bob-p256" } };
    bytes sealed = protected(&how, text("Content-Type: text/plain\n\nx\n"));
    outcome got = opened(&trusting, sealed);

    ck_verdict(got, SMIME_SUMMARY_INVALID, "from-missing");
    ck_assert_uint_eq(find(sealed, "Date: Mon, 1 Jun 2026 00:00:00 +0000\r\n", 0), 0);
    /* without any header there is a type all the same */
    got = opened(&trusting, protected(&signing, text("\nonly a body\n")));
    ck_assert_int_eq(smime_report_signer_status(got.report, 0, 0), SMIME_SIGNER_GOOD);
}
END_TEST

/* --- times */

static int64_t signing_time(const char *date, size_t *ret_notes, bytes *ret_sealed)
{
    smime_protect *job = protect_new(&signing);
    char mail[300];
    uint8_t *data;
    size_t len;
    outcome got;
    int64_t time = 0;

    snprintf(mail, sizeof mail, "From: alice@example.org\n%s\nhello\n", date);
    ck_assert_int_eq(smime_protect_buffer(job, mail, strlen(mail), &data, &len), SMIME_OK);
    *ret_sealed = bytes_of(data, len);
    smime_free(data);
    *ret_notes = smime_protect_note_count(job);
    got = opened(&trusting, *ret_sealed);
    ck_verdict(got, SMIME_SUMMARY_VERIFIED, NULL);
    ck_assert_int_eq(smime_report_signer_time(got.report, 0, 0, &time), SMIME_OK);
    ck_assert_int_eq(has_reason(got.report, "signing-time-differs"), *ret_notes != 0);
    return time;
}

START_TEST(time_of_signing)
{
    bytes sealed;
    size_t notes;

    /* within an hour: the Date */
    ck_assert_int_eq(signing_time("Date: Mon, 01 Jun 2026 00:59:00 +0000\n", &notes, &sealed),
                     SUPPORT_NOW + 59 * 60);
    ck_assert_uint_eq(notes, 0);
    ck_assert_int_eq(signing_time("Date: Mon, 01 Jun 2026 01:01:01 +0200\n", &notes, &sealed),
                     SUPPORT_NOW - 3600 + 61);
    ck_assert_uint_eq(notes, 0);
    /* beyond: the clock, and a note */
    ck_assert_int_eq(signing_time("Date: Mon, 01 Jun 2026 02:00:00 +0000\n", &notes, &sealed),
                     SUPPORT_NOW);
    ck_assert_uint_eq(notes, 1);
    /* none: it is added */
    ck_assert_int_eq(signing_time("", &notes, &sealed), SUPPORT_NOW);
    ck_assert_uint_eq(notes, 0);
    ck_assert(holds(sealed, "\r\nDate: Mon, 1 Jun 2026 00:00:00 +0000\r\n"));
}
END_TEST

/* --- input that cannot be signed */

START_TEST(empty_input)
{
    smime_protect *job = protect_new(&signing);
    uint8_t *data = NULL;
    size_t len;

    ck_assert_int_eq(smime_protect_buffer(job, "", 0, &data, &len), SMIME_E_MIME_SYNTAX);
    ck_assert_str_ne(smime_protect_error_text(job), "");
    ck_assert_ptr_null(data);
}
END_TEST

/* A base64 body that shows late that it is none: by then it may have been passed on. */
START_TEST(false_base64)
{
    char mail[20000];
    size_t used = (size_t)snprintf(mail, sizeof mail, HEAD "Content-Type: image/png\n"
                                                           "Content-Transfer-Encoding: base64\n\n");
    for (int form = 0; form < 2; form++) {
        smime_protect *job = protect_new(&signing);
        uint8_t *data = NULL;
        size_t at = used, len, taken;
        smime_status status;

        for (int i = 0; i < 200; i++)
            at += (size_t)snprintf(mail + at, sizeof mail - at,
                                   "AAECAwQFBgcICQoLDA0ODwAAECAwQFBgcICQoLDA0ODwAAECAwQFBgc\n");
        at += (size_t)snprintf(mail + at, sizeof mail - at, "\303\274\n");
        if (form) {
            status = smime_protect_buffer(job, mail, at, &data, &len);
        } else {
            status = smime_protect_write(job, mail, at, &taken);
            if (status == SMIME_OK)
                status = smime_protect_finish(job);
        }
        ck_assert_msg(status == SMIME_E_MIME_ENCODING, "%s", smime_status_name(status));
        ck_assert_ptr_null(data);
    }
}
END_TEST

/* What need not wait goes beside what waits, wherever the message is cut. */
START_TEST(cut_anywhere)
{
    static const sending how = { .from = { "alice-p256" } };
    static const reading by = { .anchor = NULL };
    bytes message = crlf("From: alice@example.org\nContent-Type: multipart/mixed; boundary=b\n\n"
                         "--b\nContent-Transfer-Encoding: 8bit\n\nGr\303\274\303\237e\n"
                         "--b\nContent-Transfer-Encoding: base64\n\nAAECAwQFBgcICQoLDA0O\nDw==\n"
                         "--b\n\nThe last words.\n--b--\n");

    for (size_t step = 1; step <= message.len; step += fast() ? 13 : 1) {
        smime_protect *job = protect_new(&how);
        uint8_t made[8192];
        size_t taken, len;
        for (size_t at = 0; at < message.len; at += taken) {
            size_t part = message.len - at < step ? message.len - at : step;
            ck_assert_int_eq(smime_protect_write(job, message.data + at, part, &taken), SMIME_OK);
        }
        ck_assert_int_eq(smime_protect_finish(job), SMIME_OK);
        ck_assert_int_eq(smime_protect_read(job, made, sizeof made, &len), SMIME_OK);
        ck_verdict(opened(&by, bytes_of(made, len)), SMIME_SUMMARY_VERIFIED, NULL);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sending");
    TCase *tests = tcase_create("sending");

    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, NULL, common_teardown);
    tcase_add_loop_test(tests, safe_content_is_untouched, 0,
                        (int)(sizeof untouched / sizeof untouched[0]));
    tcase_add_test(tests, unsafe_leaves_are_encoded);
    tcase_add_test(tests, cut_anywhere);
    tcase_add_test(tests, encrypted_alone_is_untouched);
    tcase_add_test(tests, inner_signature_is_untouched);
    tcase_add_test(tests, outer_header);
    tcase_add_test(tests, bare_entity);
    tcase_add_test(tests, time_of_signing);
    tcase_add_test(tests, empty_input);
    tcase_add_test(tests, false_base64);
    suite_add_tcase(suite, tests);
    return support_main(suite);
}
