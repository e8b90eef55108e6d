/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Errant parts: told where they stand, never opened unasked, and by themselves when asked. */
#include "der_edit.h"
#include "forge.h"
#include "mail.h"

#include <string.h>

static const sending to_bob = { .to = { "bob-rsa" } };
static const sending by_alice = { .from = { "alice-rsa" } };
static const sending both = { .from = { "alice-rsa" }, .to = { "bob-rsa" } };

/* The protected message as a part: its header fields but those that describe it are dropped. */
static bytes as_part(bytes message)
{
    size_t start = find(message, "Content-Type:", 0);

    ck_assert_uint_ne(start, SIZE_MAX);
    return part_of(message, start, message.len);
}

/* In a message of mallory's, behind a text. */
static bytes wrapped(bytes part)
{
    bytes head = crlf("From: mallory@example.com\nMIME-Version: 1.0\n"
                      "Content-Type: multipart/mixed; boundary=w\n\n"
                      "--w\nContent-Type: text/plain\n\nLook at this:\n\n--w\n");

    return joined(joined(head, part), crlf("\n--w--\n"));
}

static void ck_place(const smime_report *report, size_t layer, int within, const char *path)
{
    ck_assert_int_eq(smime_report_layer_errant(report, layer), 1);
    ck_assert_int_eq(smime_report_layer_within(report, layer), within);
    ck_assert_str_eq(smime_report_layer_path(report, layer), path);
}

START_TEST(encrypted_part)
{
    bytes message = wrapped(as_part(protected(&to_bob, text(plain_mail))));
    const reading unasked = { .keys = { "bob-rsa" } };
    const reading asked = { .keys = { "bob-rsa" }, .isolate = "1.2" };
    const reading stranger = { .keys = { "alice-rsa" }, .isolate = "1.2" };
    const reading verified = { .keys = { "bob-rsa" }, .isolate = "1.2",
                               .release = SMIME_RELEASE_VERIFIED };
    outcome got = opened(&unasked, message);

    ck_verdict(got, SMIME_SUMMARY_UNPROTECTED, "errant-layer");
    ck_place(got.report, 0, 0, "1.2");
    ck_assert_int_eq(smime_report_layer_opened(got.report, 0), 0);
    ck_assert_int_eq(smime_report_layer_isolated(got.report, 0), 0);
    ck_assert(!holds(got.content, "this is all."));

    got = opened(&asked, message);
    ck_verdict(got, SMIME_SUMMARY_UNPROTECTED, "isolated");
    ck_assert_uint_eq(smime_report_layer_count(got.report), 1);
    ck_place(got.report, 0, 0, "1.2");
    ck_assert_int_eq(smime_report_layer_isolated(got.report, 0), 1);
    ck_assert_int_eq(smime_report_layer_opened(got.report, 0), 1);
    ck_assert(holds(got.content, "this is all."));
    ck_assert(!holds(got.content, "Look at this"));
    ck_assert_str_eq(smime_report_from_address(got.report), "mallory@example.com");
    ck_same(opened_in_chunks(&asked, message, 1).content, got.content);

    got = opened(&stranger, message);
    ck_verdict(got, SMIME_SUMMARY_UNPROTECTED, "no-key");
    ck_assert_ptr_null(got.content.data);
    ck_assert_ptr_null(opened(&verified, message).content.data);
}
END_TEST

/* What is signed inside a part says nothing about who sent the message around it. */
START_TEST(signed_part)
{
    bytes message = wrapped(as_part(protected(&both, text(plain_mail))));
    bytes clear = wrapped(as_part(protected(&by_alice, text(plain_mail))));
    const reading by = { .keys = { "bob-rsa" }, .isolate = "1.2" };
    const reading nobody = { .keys = { "bob-rsa" }, .isolate = "1.2", .anchor = "" };
    outcome got = opened(&by, message);

    ck_verdict(got, SMIME_SUMMARY_UNPROTECTED, "isolated");
    ck_assert_uint_eq(smime_report_layer_count(got.report), 2);
    ck_assert_int_eq(smime_report_layer_isolated(got.report, 1), 1);
    ck_assert_int_eq(smime_report_signer_status(got.report, 1, 0), SMIME_SIGNER_GOOD);
    ck_assert_int_eq(smime_report_signer_binding(got.report, 1, 0),
                     SMIME_BINDING_NOT_APPLICABLE);
    ck_assert(holds(got.content, "this is all."));
    got = opened(&by, clear);
    ck_verdict(got, SMIME_SUMMARY_UNPROTECTED, "isolated");
    ck_assert_int_eq(smime_report_signer_status(got.report, 0, 0), SMIME_SIGNER_GOOD);
    ck_assert(holds(got.content, "this is all."));
    ck_same(opened_in_chunks(&by, clear, 1).content, got.content);
    /* nobody vouches for the signer */
    ck_assert_ptr_null(opened(&nobody, clear).content.data);
    clear.data[find(clear, "this is all", 0)] ^= 1;
    got = opened(&by, clear);
    ck_verdict(got, SMIME_SUMMARY_UNPROTECTED, "content-changed");
    ck_assert_ptr_null(got.content.data);
}
END_TEST

/* Below the envelope, which stays what it is. */
START_TEST(below_a_signature)
{
    bytes inner = wrapped(as_part(protected(&to_bob, text(plain_mail))));
    bytes message = protected(&by_alice, changed(inner, "mallory@example.com",
                                                 "alice@example.org"));
    const reading unasked = { .keys = { "bob-rsa" } };
    const reading asked = { .keys = { "bob-rsa" }, .isolate = "1.2", .within = 1 };
    outcome got = opened(&unasked, message);

    ck_verdict(got, SMIME_SUMMARY_VERIFIED, "errant-layer");
    ck_place(got.report, 1, 1, "1.2");
    got = opened(&asked, message);
    ck_verdict(got, SMIME_SUMMARY_VERIFIED, "isolated");
    ck_assert(holds(got.content, "this is all."));
    ck_assert(!holds(got.content, "Look at this"));
    /* the signature does not count for it, but a bad one counts against it */
    message.data[find(message, "Look at this", 0)] ^= 1;
    got = opened(&asked, message);
    ck_verdict(got, SMIME_SUMMARY_INVALID, "content-changed");
    ck_assert_ptr_null(got.content.data);
}
END_TEST

START_TEST(nothing_there)
{
    bytes message = wrapped(as_part(protected(&to_bob, text(plain_mail))));
    static const char *const paths[] = { "1.1", "1", "1.3", "1.2.1", "x" };
    reading by = { .keys = { "bob-rsa" } };

    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        outcome got;
        by.isolate = paths[i];
        got = opened(&by, message);
        ck_assert_int_eq(got.status, SMIME_E_NOT_FOUND);
        ck_assert_ptr_null(got.content.data);
    }
    by.isolate = "1.2";
    by.within = 1;
    ck_assert_int_eq(opened(&by, message).status, SMIME_E_NOT_FOUND);
}
END_TEST

/* The whole tree, as far as it can be read. */
START_TEST(parts_are_listed)
{
    bytes message = protected(&both, wrapped(as_part(protected(&to_bob, text(plain_mail)))));
    static const struct {
        int layer;
        const char *path, *type;
    } wanted[] = {
        { 0, "1", "application/pkcs7-mime" },     { 1, "1", "multipart/signed" },
        { 1, "1.2", "application/pkcs7-signature" }, { 2, "1", "multipart/mixed" },
        { 2, "1.1", "text/plain" },               { 2, "1.2", "application/pkcs7-mime" },
    };
    const reading by = { .keys = { "bob-rsa" } };
    outcome got = opened(&by, message);
    int32_t layer;
    const char *path, *type;

    ck_assert_uint_eq(smime_report_part_count(got.report), sizeof wanted / sizeof wanted[0]);
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        ck_assert_int_eq(smime_report_part(got.report, i, &layer, &path, &type), SMIME_OK);
        ck_assert_int_eq(layer, wanted[i].layer);
        ck_assert_str_eq(path, wanted[i].path);
        ck_assert_str_eq(type, wanted[i].type);
    }
    ck_assert_int_eq(smime_report_part(got.report, 6, NULL, NULL, NULL), SMIME_E_NOT_FOUND);
    ck_assert_uint_ge(smime_report_cert_count(got.report), 1);
    /* nothing is told of what stays closed */
    got = opened(&(reading){ .keys = { "alice-rsa" } }, protected(&to_bob, text(plain_mail)));
    ck_assert_uint_eq(smime_report_part_count(got.report), 1);
}
END_TEST

/* A good signature over what can be read in two ways, or over a structure that cannot be read: nothing is
 * handed out. */
START_TEST(unsafe_inside)
{
    static const char *const content[] = {
        "Content-Type: multipart/mixed; boundary=a; boundary=b\n\n"
        "--a\n\nA: good\n--b\n\nB: evil\n--b--\n--a--\n",
        "Content-Type: application/pkcs7-mime; smime-type=enveloped-data\n"
        "Content-Transfer-Encoding: base64\n\nAAAA\n",
    };
    const reading by = { .isolate = "1.2" };
    const reading unverified = { .isolate = "1.2", .release = SMIME_RELEASE_UNVERIFIED };
    bytes good = wrapped(pkcs7_mime("", "signed-data",
                                    forged("alice-rsa", crlf("Content-Type: text/plain\n\nx\n"), 1)));

    ck_assert_uint_ne(opened(&by, good).content.len, 0);
    for (size_t i = 0; i < 2; i++) {
        bytes message = wrapped(pkcs7_mime("", "signed-data",
                                           forged("alice-rsa", crlf(content[i]), 1)));
        ck_assert_ptr_null(opened(&by, message).content.data);
        ck_assert_int_eq(opened(&unverified, message).content.data != NULL, i == 0);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("isolate");
    TCase *tcase = tcase_create("isolate");

    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, NULL, common_teardown);
    tcase_add_test(tcase, encrypted_part);
    tcase_add_test(tcase, signed_part);
    tcase_add_test(tcase, below_a_signature);
    tcase_add_test(tcase, unsafe_inside);
    tcase_add_test(tcase, nothing_there);
    tcase_add_test(tcase, parts_are_listed);
    suite_add_tcase(suite, tcase);
    return support_main(suite);
}
