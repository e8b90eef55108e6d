/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Signatures that were made to look like more than they are. */
#include "forge.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const sending by_alice = { .from = { "alice-p256" } };
static const sending by_alice_opaque = { .from = { "alice-p256" }, .opaque = 1 };
static const sending by_both = { .from = { "alice-p256", "bob-p256" } };
static const sending by_both_opaque = { .from = { "alice-p256", "bob-p256" }, .opaque = 1 };
static const reading trusting = { .anchor = "root" };

/* SignedData of a ContentInfo, and its SignerInfos, which come last. */
static element *signed_data(element *info)
{
    return AT(info, 1, 0);
}

static element *signer_infos(element *info)
{
    element *data = signed_data(info);
    return data->child[data->count - 1];
}

static element *encap(element *info)
{
    return AT(info, 1, 0, 2);
}

START_TEST(good_ones)
{
    bytes content = crlf("Content-Type: text/plain\n\nHello.\n");
    bytes sealed = protected(&by_alice, text(plain_mail));

    ck_verdict(opened(&trusting, sealed), SMIME_SUMMARY_VERIFIED, NULL);
    /* the tools of this suite change nothing of meaning */
    ck_verdict(opened(&trusting, with_cms(sealed, der_write(der_read(cms_of(sealed))))),
               SMIME_SUMMARY_VERIFIED, NULL);
    sealed = protected(&by_alice_opaque, text(plain_mail));
    ck_verdict(opened(&trusting, with_cms(sealed, der_write(der_read(cms_of(sealed))))),
               SMIME_SUMMARY_VERIFIED, NULL);
    ck_verdict(opened(&trusting, clear_message(content, forged("alice-rsa", content, 0))),
               SMIME_SUMMARY_VERIFIED, NULL);
    ck_verdict(opened(&trusting, opaque_message("signed-data", forged("alice-p256", content, 1))),
               SMIME_SUMMARY_VERIFIED, NULL);
}
END_TEST

START_TEST(older_names)
{
    bytes sealed = protected(&by_alice, text(plain_mail));

    sealed = changed(sealed, "protocol=\"application/pkcs7", "protocol=\"application/x-pkcs7");
    sealed = changed(sealed, "Content-Type: application/pkcs7-s",
                     "Content-Type: application/x-pkcs7-s");
    ck_verdict(opened(&trusting, sealed), SMIME_SUMMARY_VERIFIED, NULL);
    sealed = changed(protected(&by_alice_opaque, text(plain_mail)), "application/pkcs7",
                     "Application/X-PKCS7");
    ck_verdict(opened(&trusting, sealed), SMIME_SUMMARY_VERIFIED, NULL);
}
END_TEST

/* Content in a detached signature: what is hashed and what is shown would differ. */
START_TEST(detached_with_content)
{
    bytes shown = crlf("Content-Type: text/plain\n\nPay Mallory.\n");
    bytes hashed = crlf("Content-Type: text/plain\n\nPay Bob.\n");
    outcome got = opened(&trusting, clear_message(shown, forged("alice-p256", hashed, 1)));

    ck_verdict(got, SMIME_SUMMARY_INVALID, "detached-has-content");
    ck_assert_ptr_null(got.content.data);
    got = opened(&trusting, clear_message(hashed, forged("alice-p256", hashed, 1)));
    ck_verdict(got, SMIME_SUMMARY_INVALID, "detached-has-content");
}
END_TEST

START_TEST(opaque_without_content)
{
    bytes content = crlf("Content-Type: text/plain\n\nPay Bob.\n");
    outcome got = opened(&trusting, opaque_message("signed-data",
                                                   forged("alice-p256", content, 0)));

    ck_verdict(got, SMIME_SUMMARY_INVALID, NULL);
    ck_assert_ptr_null(got.content.data);
}
END_TEST

/* One bad signature of two, in either order, and whoever made it. */
START_TEST(one_of_two_bad)
{
    bytes sealed = protected(_i & 1 ? &by_both_opaque : &by_both, text(plain_mail));
    element *info = der_read(cms_of(sealed)), *infos = signer_infos(info), *one;
    size_t bad = (size_t)_i >> 1 & 1;
    outcome got = opened(&trusting, sealed);

    ck_verdict(got, SMIME_SUMMARY_VERIFIED, NULL);
    ck_assert_uint_eq(infos->count, 2);
    if (_i & 4) { /* the other order */
        one = infos->child[0];
        infos->child[0] = infos->child[1];
        infos->child[1] = one;
    }
    ck_verdict(opened(&trusting, with_cms(sealed, der_write(info))), SMIME_SUMMARY_VERIFIED, NULL);
    one = infos->child[bad];
    one = one->child[one->count - 1];
    ck_assert_int_eq(one->tag, 0x04);
    one->content.data[one->content.len - 1] ^= 1;
    got = opened(&trusting, with_cms(sealed, der_write(info)));
    ck_verdict(got, SMIME_SUMMARY_INVALID, "bad-signature");
    ck_assert_int_eq(smime_report_signer_status(got.report, 0, bad), SMIME_SIGNER_BAD);
    ck_assert_int_eq(smime_report_signer_status(got.report, 0, 1 - bad), SMIME_SIGNER_GOOD);
    ck_assert_ptr_null(got.content.data);
}
END_TEST

/* A second signer who is a stranger: not all are good. */
START_TEST(stranger_beside_alice)
{
    sending how = { .from = { "alice-p256", "mallory" }, .opaque = _i };

    ck_verdict(opened(&trusting, protected(&how, text(plain_mail))), SMIME_SUMMARY_INVALID,
               "no-anchor");
}
END_TEST

START_TEST(no_signer)
{
    bytes sealed = protected(&by_alice, text(plain_mail));
    element *info = der_read(cms_of(sealed));
    outcome got;

    signer_infos(info)->count = 0;
    got = opened(&trusting, with_cms(sealed, der_write(info)));
    ck_verdict(got, SMIME_SUMMARY_INVALID, NULL);
    ck_assert_ptr_null(got.content.data);
    sealed = protected(&by_alice_opaque, text(plain_mail));
    info = der_read(cms_of(sealed));
    signer_infos(info)->count = 0;
    ck_verdict(opened(&trusting, with_cms(sealed, der_write(info))), SMIME_SUMMARY_INVALID,
               "no-signer");
}
END_TEST

START_TEST(certs_only)
{
    static const char *const types[] = { "certs-only", "signed-data" };
    bytes sealed = protected(&by_alice, text(plain_mail));
    element *info = der_read(cms_of(sealed));

    signer_infos(info)->count = 0;
    for (size_t i = 0; i < 2; i++)
        ck_verdict(opened(&trusting, opaque_message(types[i], der_write(info))),
                   SMIME_SUMMARY_UNPROTECTED, "certs-only");
}
END_TEST

/* Zero signers around an empty content is no better than around any other. */
START_TEST(no_signer_of_nothing)
{
    bytes content = crlf("");
    element *info = der_read(forged("alice-p256", crlf("x"), 1));
    outcome got;

    AT(encap(info), 1, 0)->content = content;
    signer_infos(info)->count = 0;
    got = opened(&trusting, opaque_message("signed-data", der_write(info)));
    ck_assert_int_ne(got.summary, SMIME_SUMMARY_VERIFIED);
}
END_TEST

START_TEST(signature_stripped)
{
    bytes sealed = protected(&by_alice, text(plain_mail)), cut;
    size_t at = find(sealed, "\r\n--=_smime_", find(sealed, "this is all", 0));
    outcome got;
    bytes end = part_of(sealed, sealed.len - 40, sealed.len); /* CRLF and delimiter */

    ck_assert_int_eq(end.data[0], '\r');
    /* the part is gone */
    cut = joined(part_of(sealed, 0, at), end);
    got = opened(&trusting, cut);
    ck_verdict(got, SMIME_SUMMARY_INVALID, "signed-structure");
    ck_assert_int_eq(got.status, SMIME_E_MIME_SYNTAX);
    /* its body is gone */
    got = opened(&trusting, with_cms(sealed, bytes_of("", 0)));
    ck_verdict(got, SMIME_SUMMARY_INVALID, NULL);
    ck_assert_int_lt(got.status, 0);
    /* it is something else */
    got = opened(&trusting, changed(sealed, "Content-Type: application/pkcs7-signature",
                                    "Content-Type: application/octet-stream"));
    ck_verdict(got, SMIME_SUMMARY_INVALID, "signed-structure");
    /* the whole protection is gone: nothing to say but that */
    got = opened(&trusting, text(plain_mail));
    ck_verdict(got, SMIME_SUMMARY_UNPROTECTED, NULL);
}
END_TEST

START_TEST(third_part)
{
    bytes sealed = protected(&by_alice, text(plain_mail)), more;
    size_t len = sealed.len - 4; /* -- CRLF of the closing delimiter */

    more = joined(part_of(sealed, 0, len), text("\r\nContent-Type: text/html\r\n\r\n<b>Pay!</b>"));
    more = joined(more, part_of(sealed, sealed.len - 40, sealed.len));
    ck_verdict(opened(&trusting, more), SMIME_SUMMARY_INVALID, "signed-structure");
}
END_TEST

/* What stands before, between and behind the parts is neither shown nor signed. */
START_TEST(around_the_parts)
{
    bytes sealed = protected(&by_alice, text(plain_mail));
    outcome good = opened(&trusting, sealed), got;

    sealed = joined(changed(sealed, "\r\n\r\n--=_smime_", "\r\n\r\npreamble\r\n--=_smime_"),
                    text("epilogue\r\n"));
    got = opened(&trusting, sealed);
    ck_verdict(got, SMIME_SUMMARY_VERIFIED, NULL);
    ck_same(got.content, good.content);
}
END_TEST

/* micalg is a hint: whoever can read again hashes everything the second time. */
START_TEST(wrong_micalg)
{
    static const char *const wrong[] = { "sha-512", "md5", "nonsense", "sha1", "" };
    bytes sealed = changed(protected(&by_alice, text(plain_mail)), "micalg=sha-256",
                           "micalg=\"sha-384\"");
    outcome got = opened_in_chunks(&trusting, sealed, 100);
    smime_open *job;
    FILE *file = tmpfile();
    smime_report *report;

    ck_verdict(got, SMIME_SUMMARY_INVALID, "digest-not-computed");
    ck_assert_int_eq(got.status, SMIME_OK);
    ck_assert(!got.content.data);
    ck_verdict(opened(&trusting, sealed), SMIME_SUMMARY_VERIFIED, NULL);
    ck_assert_uint_eq(fwrite(sealed.data, 1, sealed.len, file), sealed.len);
    rewind(file);
    job = open_new(&trusting);
    ck_assert_int_eq(smime_open_fd(job, fileno(file), -1), SMIME_OK);
    ck_assert_int_eq(smime_open_report(job, &report), SMIME_OK);
    ck_assert_int_eq(smime_report_summary(report), SMIME_SUMMARY_VERIFIED);
    smime_report_unref(report);
    fclose(file);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        bytes other = changed(sealed, "sha-384", wrong[i]);
        ck_verdict(opened(&trusting, other), SMIME_SUMMARY_VERIFIED, NULL);
        got = opened_in_chunks(&trusting, other, 100);
        ck_assert_msg(got.summary == SMIME_SUMMARY_VERIFIED ||
                          has_reason(got.report, "digest-not-computed"), "%s", wrong[i]);
    }
}
END_TEST

/* The certificate must allow it; the names of the reasons are those of the path. */
START_TEST(unsuitable_signer)
{
    static const struct {
        const char *name, *reason;
    } rows[] = { { "no-sign", "key-usage" },
                 { "no-mail", "extended-key-usage" },
                 { "weak", NULL },
                 { "expired", "expired" },
                 { "future", "not-yet-valid" } };
    bytes content = crlf("Content-Type: text/plain\n\nHello.\n");

    ck_verdict(opened(&trusting, clear_message(content, forged(rows[_i].name, content, 0))),
               SMIME_SUMMARY_INVALID, rows[_i].reason);
}
END_TEST

/* The signer's certificate is not in the message: from the store, or it is missing. */
START_TEST(certificate_left_out)
{
    bytes sealed = protected(&by_alice, text(plain_mail));
    element *info = der_read(cms_of(sealed)), *data = signed_data(info);
    reading by = { .anchor = "root" };

    ck_assert_int_eq(data->child[3]->tag, 0xa0);
    der_remove(data, 3);
    ck_verdict(opened(&by, with_cms(sealed, der_write(info))), SMIME_SUMMARY_INVALID,
               "no-certificate");
    by.trusted = cert("alice-p256"); /* a leaf may be an anchor */
    ck_verdict(opened(&by, with_cms(sealed, der_write(info))), SMIME_SUMMARY_VERIFIED, NULL);
}
END_TEST

/* Signed attributes that are there twice, missing, or among the unsigned ones. */
START_TEST(attributes_changed)
{
    bytes sealed = protected(&by_alice, text(plain_mail));
    element *info = der_read(cms_of(sealed)), *signer = AT(signer_infos(info), 0);
    element *attributes = NULL;

    for (size_t i = 0; i < signer->count; i++)
        if (signer->child[i]->tag == 0xa0)
            attributes = signer->child[i];
    ck_assert_ptr_nonnull(attributes);
    ck_assert_int_lt(_i, (int)attributes->count + 2);
    if (_i < (int)attributes->count) {
        der_remove(attributes, (size_t)_i);
    } else if (_i == (int)attributes->count) {
        der_insert(attributes, 0, attributes->child[0]);
    } else {
        element *loose = der_new(0xa1, bytes_of("", 0));
        der_insert(loose, 0, attributes->child[0]);
        der_insert(signer, signer->count, loose);
    }
    ck_verdict(opened(&trusting, with_cms(sealed, der_write(info))), SMIME_SUMMARY_INVALID, NULL);
}
END_TEST

/* A signature over the attributes shown as a signature over them as content (RFC 5652 11). */
START_TEST(attributes_as_content)
{
    bytes sealed = protected(&by_alice, text(plain_mail)), content;
    element *info = der_read(cms_of(sealed)), *signer = AT(signer_infos(info), 0), *set;
    outcome got;

    for (size_t i = 0; i < signer->count; i++)
        if (signer->child[i]->tag == 0xa0) {
            set = signer->child[i];
            set->tag = 0x31;
            content = der_write(set);
            der_remove(signer, i);
        }
    der_insert(encap(info), 1, der_new(0xa0, bytes_of("", 0)));
    der_insert(AT(encap(info), 1), 0, der_new(0x04, content));
    got = opened(&trusting, opaque_message("signed-data", der_write(info)));
    ck_verdict(got, SMIME_SUMMARY_INVALID, "attribute-malformed");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("signatures");
    TCase *tests = tcase_create("signatures");

    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, NULL, common_teardown);
    tcase_add_test(tests, good_ones);
    tcase_add_test(tests, older_names);
    tcase_add_test(tests, detached_with_content);
    tcase_add_test(tests, opaque_without_content);
    tcase_add_loop_test(tests, one_of_two_bad, 0, 8);
    tcase_add_loop_test(tests, stranger_beside_alice, 0, 2);
    tcase_add_test(tests, no_signer);
    tcase_add_test(tests, certs_only);
    tcase_add_test(tests, no_signer_of_nothing);
    tcase_add_test(tests, signature_stripped);
    tcase_add_test(tests, third_part);
    tcase_add_test(tests, around_the_parts);
    tcase_add_test(tests, wrong_micalg);
    tcase_add_loop_test(tests, unsuitable_signer, 0, 5);
    tcase_add_test(tests, certificate_left_out);
    tcase_add_loop_test(tests, attributes_changed, 0, 6);
    tcase_add_test(tests, attributes_as_content);
    suite_add_tcase(suite, tests);
    return support_main(suite);
}
