/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whoever changes ciphertext without a tag learns nothing from what a reader says: one answer. */
#include "der_edit.h"
#include "mail.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static element *ciphertext_of(element *info)
{
    element *content = AT(info, 1, 0, 2)->child[2];

    while (content->tag & 0x20 && content->count &&
           content->child[content->count - 1]->tag == 0x04)
        content = content->child[content->count - 1];
    return content;
}

/* Of the last segment. */
static size_t ciphertext_length(bytes sealed)
{
    return ciphertext_of(der_read(cms_of(sealed)))->content.len;
}

/* One bit of the content's ciphertext changed, in byte @p at of its last segment. */
static bytes flipped(bytes sealed, size_t at)
{
    element *info = der_read(cms_of(sealed));
    element *content = ciphertext_of(info);

    content->content.data[at % content->content.len] ^= 0x10;
    return with_cms(sealed, der_write(info));
}

static size_t count_codes(const smime_report *report, const char *code)
{
    size_t count = 0;

    for (size_t i = 0; i < smime_report_reason_count(report); i++)
        count += !strcmp(smime_report_reason_code(report, i), code);
    return count;
}

/* Nothing of what stands inside: the layer, why it failed, and the header outside. */
static void ck_silent(outcome got, int hidden, const char *sentence)
{
    ck_verdict(got, SMIME_SUMMARY_INVALID, "decryption-failed");
    ck_assert_int_eq(got.status, SMIME_OK);
    ck_assert_ptr_null(got.content.data);
    ck_assert_uint_eq(smime_report_layer_count(got.report), 1);
    ck_assert_int_eq(smime_report_layer_opened(got.report, 0), 0);
    for (size_t i = 0; i < smime_report_recipient_count(got.report, 0); i++)
        ck_assert_int_eq(smime_report_recipient_opened(got.report, 0, i), 0);
    ck_assert_uint_eq(smime_report_reason_count(got.report), 1);
    ck_assert_uint_eq(count_codes(got.report, "decryption-failed"), 1);
    ck_assert_uint_eq(smime_report_part_count(got.report), 1);
    ck_assert_uint_eq(smime_report_cert_count(got.report), 0);
    ck_assert_uint_eq(smime_report_defect_count(got.report), 0);
    ck_assert_str_eq(smime_report_text(got.report), sentence);
    ck_assert_str_eq(smime_report_from_address(got.report), "alice@example.org");
    for (size_t i = 0; i < smime_report_header_count(got.report); i++) {
        ck_assert_int_eq(smime_report_header_protection(got.report, i), 0);
        ck_assert(!hidden || strcmp(smime_report_header_value(got.report, i), "A test") != 0);
    }
}

static const sending ways[] = {
    { .from = { "alice-rsa" }, .to = { "bob-rsa" }, .cipher = SMIME_CIPHER_AES_256_CBC,
      .headers = DEFAULT_HEADERS },
    { .from = { "alice-p256" }, .to = { "bob-p256" }, .opaque = 1,
      .cipher = SMIME_CIPHER_AES_128_CBC, .headers = DEFAULT_HEADERS },
    { .from = { "alice-rsa" }, .to = { "bob-rsa" }, .cipher = SMIME_CIPHER_AES_256_CBC },
};

START_TEST(changed_ciphertext)
{
    bytes sealed = protected(&ways[_i], text(plain_mail));
    const reading by = { .keys = { "bob-rsa", "bob-p256" } };
    const reading streamed = by;
    const char *sentence = "Not to be trusted. The content cannot be decrypted.";
    size_t failed = 0, step = fast() ? 400 : 16;

    for (size_t at = 0; at < 5000; at += step) {
        size_t since = mark();
        bytes changed = flipped(sealed, at);
        outcome got = opened(&by, changed);

        /* what is read as no layer any more is content that nobody signed, and some bytes are nobody's */
        if (got.summary == SMIME_SUMMARY_INVALID &&
            !count_codes(got.report, "no-certificate") && !count_codes(got.report, "no-anchor") &&
            !count_codes(got.report, "unsupported-algorithm")) {
            failed++;
            ck_silent(got, _i < 2, sentence);
            ck_silent(opened_in_chunks(&streamed, changed, 101), _i < 2, sentence);
        }
        give_back(since);
    }
    ck_assert_uint_ge(failed, 3);
}
END_TEST

/* The key, the padding and the content: one report. */
START_TEST(all_the_same)
{
    bytes sealed = protected(&ways[0], text(plain_mail));
    const reading by = { .keys = { "bob-rsa" } };
    element *info = der_read(cms_of(sealed));
    element *content = AT(info, 1, 0, 2)->child[2];
    bytes cut;

    while (content->tag & 0x20 && content->count && content->child[0]->tag == 0x04)
        content = content->child[0];
    content->content.len -= 16; /* the padding */
    cut = with_cms(sealed, der_write(info));
    ck_silent(opened(&by, cut), 1, "Not to be trusted. The content cannot be decrypted.");
    ck_silent(opened(&by, flipped(sealed, 1600)), 1,
              "Not to be trusted. The content cannot be decrypted.");
}
END_TEST

/* Who asks for the content whatever it is gets it, and is told what is wrong. */
START_TEST(told_when_asked)
{
    bytes sealed = protected(&ways[2], text(plain_mail));
    const reading by = { .keys = { "bob-rsa" }, .release = SMIME_RELEASE_UNVERIFIED };
    size_t seen = 0;

    for (size_t at = 0; at < 1200; at += 16) {
        outcome got = opened(&by, flipped(sealed, at));
        if (got.summary == SMIME_SUMMARY_INVALID && has_reason(got.report, "content-changed")) {
            seen++;
            ck_assert_ptr_nonnull(got.content.data);
            ck_assert_uint_eq(smime_report_layer_count(got.report), 2);
        }
    }
    ck_assert_uint_ge(seen, 1);
}
END_TEST

/* Encryption with a tag: what is inside is what was sent, and a bad signature there is told. */
START_TEST(authenticated)
{
    const sending inner = { .from = { "alice-rsa" } };
    const sending seal = { .to = { "bob-rsa" }, .cipher = SMIME_CIPHER_AES_256_GCM };
    const reading by = { .keys = { "bob-rsa" } };
    bytes message = changed(protected(&inner, text(plain_mail)), "this is all", "this is not");

    ck_verdict(opened(&by, protected(&seal, message)), SMIME_SUMMARY_INVALID, "content-changed");
}
END_TEST

static long bytes_read(void)
{
    FILE *file = fopen("/proc/self/io", "r");
    long count = -1;

    if (file && fscanf(file, "rchar: %ld", &count) != 1)
        count = -1;
    if (file)
        fclose(file);
    return count;
}

/* What a reader of a file reads of it; *ret_summary the verdict. */
static long read_from_file(bytes message, int32_t *ret_summary)
{
    const reading by = { .keys = { "bob-rsa" } };
    smime_open *job = open_new(&by);
    FILE *file = tmpfile();
    smime_report *report;
    long before;

    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(message.data, 1, message.len, file), message.len);
    ck_assert_int_eq(fflush(file), 0);
    ck_assert_int_eq(lseek(fileno(file), 0, SEEK_SET), 0);
    before = bytes_read();
    ck_assert_int_eq(smime_open_fd(job, fileno(file), -1), SMIME_OK);
    before = bytes_read() - before;
    fclose(file);
    ck_assert_int_eq(smime_open_report(job, &report), SMIME_OK);
    *ret_summary = smime_report_summary(report);
    smime_report_unref(report);
    return before;
}

/* micalg names another digest, so the input is read twice: with bad padding too. */
START_TEST(read_as_often)
{
    const sending by_alice = { .from = { "alice-rsa" } };
    const sending seal = { .to = { "bob-rsa" }, .cipher = SMIME_CIPHER_AES_256_CBC };
    bytes lines = repeated("All that is said here is said to bob alone.\r\n", 20000);
    bytes inside = changed(protected(&by_alice, joined(text(plain_mail), lines)),
                           "micalg=sha-256", "micalg=sha-384");
    bytes sealed = protected(&seal, inside);
    bytes padding = flipped(sealed, ciphertext_length(sealed) - 17);
    int32_t summary;
    long good, bad;

    if (bytes_read() < 0)
        return; /* no such file on this system */
    good = read_from_file(sealed, &summary);
    ck_assert_int_eq(summary, SMIME_SUMMARY_CONFIDENTIAL_VERIFIED);
    bad = read_from_file(padding, &summary);
    ck_assert_int_eq(summary, SMIME_SUMMARY_INVALID);
    ck_assert_int_gt(good, (long)sealed.len * 2 - 1000);
    ck_assert_int_lt(labs(good - bad), 20000);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("oracles");
    TCase *tcase = tcase_create("oracles");

    tcase_set_timeout(tcase, 120);
    tcase_add_checked_fixture(tcase, NULL, common_teardown);
    add_rows(tcase, changed_ciphertext, ways);
    tcase_add_test(tcase, all_the_same);
    tcase_add_test(tcase, told_when_asked);
    tcase_add_test(tcase, authenticated);
    tcase_add_test(tcase, read_as_often);
    suite_add_tcase(suite, tcase);
    return support_main(suite);
}
