/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every proper prefix and every change of one byte of a protected message: a clear answer, and
 * nothing untrue in it. */
#include "common.h"

#include <stdio.h>
#include <string.h>

static const char signed_mail[] = "From: alice@example.org\n"
                                  "Subject: s\n"
                                  "Date: Mon, 01 Jun 2026 00:00:00 +0000\n"
                                  "Content-Type: text/plain\n"
                                  "\n"
                                  "Pay 100 to Bob.\n"
                                  "No more.\n";

enum { SIGNED = 1, CBC = 2, GCM = 4 };

typedef struct trial {
    bytes message;
    int kind;
    smime_policy *policy;
    smime_store *store;
    smime_identity *key;
    int32_t release;
    /* of the message as it was */
    int32_t summary;
    bytes content;
    /* counts */
    unsigned tried, as_it_was, unprotected, refused;
} trial;

static trial t;

static outcome open_changed(bytes message)
{
    outcome got = { 0 };
    smime_open *job;

    ck_assert_int_eq(smime_open_new(t.policy, &job), SMIME_OK);
    ck_assert_int_eq(smime_open_use_store(job, t.store), SMIME_OK);
    ck_assert_int_eq(smime_open_add_identity(job, t.key), SMIME_OK);
    ck_assert_int_eq(smime_open_set_release(job, t.release), SMIME_OK);
    got.status = smime_open_buffer(job, message.data, message.len, &got.content.data,
                                   &got.content.len);
    ck_assert_int_eq(smime_open_report(job, &got.report), SMIME_OK);
    got.summary = smime_report_summary(got.report);
    if (got.status < 0)
        ck_assert_str_ne(smime_open_error_text(job), "");
    smime_open_free(job);
    return got;
}

static int is_verified(const outcome *got)
{
    return got->summary == SMIME_SUMMARY_VERIFIED ||
           got->summary == SMIME_SUMMARY_CONFIDENTIAL_VERIFIED;
}

static void check_layers(const outcome *got, const char *what, size_t at)
{
    for (size_t i = 0; i < smime_report_layer_count(got->report); i++) {
        int32_t kind = smime_report_layer_kind(got->report, i);
        ck_assert_msg(kind != SMIME_LAYER_ENVELOPED ||
                          !smime_report_layer_authenticated(got->report, i),
                      "%s at %zu: CBC is called authenticated", what, at);
        if (kind == SMIME_LAYER_AUTH_ENVELOPED && !smime_report_layer_errant(got->report, i) &&
            got->content.data)
            ck_assert_msg(same(got->content, t.content),
                          "%s at %zu: another plaintext left an authenticated cipher", what, at);
    }
}

/* strcasecmp goes with the locale: in Turkish, I is not the capital of i. */
static int same_but_for_ascii_case(const char *a, const char *b)
{
    for (; *a && *b; a++, b++) {
        int letter = (*a | 0x20) >= 'a' && (*a | 0x20) <= 'z';
        if (*a != *b && !(letter && (*a ^ *b) == 0x20))
            return 0;
    }
    return *a == *b;
}

static void check_answer(const outcome *got, bytes message, const char *what, size_t at)
{
    const char *from = smime_report_from_address(got->report);

    ck_assert_msg(got->status == SMIME_OK ||
                      smime_status_category(got->status) == SMIME_CATEGORY_SYNTAX ||
                      smime_status_category(got->status) == SMIME_CATEGORY_LIMIT,
                  "%s at %zu: %s", what, at, smime_status_name(got->status));
    ck_assert_int_eq(smime_report_status(got->report), got->status);
    ck_assert_str_ne(smime_report_text(got->report), "");
    if (got->status < 0) {
        ck_assert_ptr_null(got->content.data);
        ck_assert(got->summary == SMIME_SUMMARY_INVALID ||
                  got->summary == SMIME_SUMMARY_UNDECIDED);
    }
    if (got->summary == SMIME_SUMMARY_INVALID)
        ck_assert_uint_gt(smime_report_reason_count(got->report), 0);
    if (got->summary == SMIME_SUMMARY_INVALID || got->summary == SMIME_SUMMARY_LOCKED)
        ck_assert_msg(!got->content.data, "%s at %zu: refused and yet handed out", what, at);
    if (is_verified(got)) {
        ck_assert_msg(t.kind & SIGNED, "%s at %zu: verified, and nobody signed", what, at);
        ck_assert_msg(same(got->content, t.content), "%s at %zu: verified other bytes", what, at);
        ck_assert_msg(from && same_but_for_ascii_case(from, "alice@example.org"),
                      "%s at %zu: verified for %s", what, at, from);
        ck_assert_int_eq(smime_report_from_binding(got->report), SMIME_BINDING_MATCH);
    }
    if (got->summary == SMIME_SUMMARY_UNPROTECTED && got->content.data &&
        !has_reason(got->report, "certs-only"))
        ck_assert_msg(same(got->content, message), "%s at %zu: not the message as it is", what,
                      at);
    check_layers(got, what, at);
}

static void try_one(bytes message, const char *what, size_t at)
{
    outcome got = open_changed(message);

    check_answer(&got, message, what, at);
    t.tried++;
    t.as_it_was += got.summary == t.summary;
    t.unprotected += got.summary == SMIME_SUMMARY_UNPROTECTED;
    t.refused += got.summary == SMIME_SUMMARY_INVALID || got.summary == SMIME_SUMMARY_LOCKED;
    smime_report_unref(got.report);
    smime_free(got.content.data);
}

static void tell(const char *name, const char *what)
{
    printf("# %s, %s: %u tried; the verdict stays %u times, refused %u, unprotected %u\n", name,
           what, t.tried, t.as_it_was, t.refused, t.unprotected);
    fflush(stdout);
    t.tried = t.as_it_was = t.refused = t.unprotected = 0;
}

static void try_prefixes(const char *name)
{
    size_t step = fast() ? 37 : 1;

    /* a block of its own size for each, so that reading behind its end is seen */
    for (size_t len = 0; len < t.message.len; len += step) {
        size_t here = mark();
        try_one(bytes_of(t.message.data, len), "prefix", len);
        give_back(here);
    }
    tell(name, "prefixes");
}

static void try_changes(const char *name)
{
    static const uint8_t flips[] = { 0x01, 0x20, 0x80 };
    size_t step = fast() ? 41 : 1;

    for (size_t at = 0; at < t.message.len; at += step) {
        uint8_t was = t.message.data[at];
        for (size_t i = 0; i < sizeof flips; i++) {
            t.message.data[at] = was ^ flips[i];
            try_one(t.message, "change", at);
        }
        if (was != ' ') {
            t.message.data[at] = ' ';
            try_one(t.message, "space", at);
        }
        t.message.data[at] = was;
    }
    tell(name, "changes");
}

static void prepare(const sending *how, const char *mail, int kind, int32_t release)
{
    outcome got;

    memset(&t, 0, sizeof t);
    t.message = protected(how, text(mail));
    t.kind = kind;
    t.policy = policy();
    t.store = store_of("root");
    t.key = identity("bob-p256");
    t.release = release;
    got = open_changed(t.message);
    t.summary = got.summary;
    ck_assert_int_eq(got.status, SMIME_OK);
    ck_assert_ptr_nonnull(got.content.data);
    t.content = bytes_of(got.content.data, got.content.len);
    smime_report_unref(got.report);
    smime_free(got.content.data);
}

static void try_all(const char *name, int32_t summary)
{
    ck_assert_int_eq(t.summary, summary);
    try_prefixes(name);
    try_changes(name);
}

START_TEST(clear_signed)
{
    sending how = { .from = { "alice-p256" } };

    prepare(&how, signed_mail, SIGNED, SMIME_RELEASE_GOOD);
    try_all("multipart/signed", SMIME_SUMMARY_VERIFIED);
}
END_TEST

START_TEST(opaque_signed)
{
    sending how = { .from = { "alice-p256" }, .opaque = 1 };

    prepare(&how, signed_mail, SIGNED, SMIME_RELEASE_GOOD);
    try_all("signed-data", SMIME_SUMMARY_VERIFIED);
}
END_TEST

START_TEST(enveloped)
{
    sending how = { .to = { "bob-p256" }, .cipher = SMIME_CIPHER_AES_128_CBC };

    prepare(&how, signed_mail, CBC, SMIME_RELEASE_GOOD);
    try_all("enveloped-data", SMIME_SUMMARY_CONFIDENTIAL);
}
END_TEST

START_TEST(auth_enveloped)
{
    sending how = { .to = { "bob-p256" }, .cipher = SMIME_CIPHER_AES_256_GCM };

    prepare(&how, signed_mail, GCM, SMIME_RELEASE_GOOD);
    try_all("authEnveloped-data", SMIME_SUMMARY_CONFIDENTIAL);
}
END_TEST

START_TEST(signed_then_enveloped)
{
    sending how = { .from = { "alice-p256" },
                    .to = { "bob-p256" },
                    .cipher = SMIME_CIPHER_AES_256_GCM };

    prepare(&how, signed_mail, SIGNED | GCM, SMIME_RELEASE_GOOD);
    try_all("signed in authEnveloped-data", SMIME_SUMMARY_CONFIDENTIAL_VERIFIED);
}
END_TEST

typedef struct seen {
    bytes content;
    int discarded;
} seen;

static smime_status see(const uint8_t *data, size_t len, void *user_data)
{
    seen *s = user_data;

    ck_assert_int_eq(s->discarded, 0);
    s->content = s->content.data ? joined(s->content, bytes_of(data, len)) : bytes_of(data, len);
    return SMIME_OK;
}

static void discard(void *user_data)
{
    ((seen *)user_data)->discarded++;
}

static void open_at_once(bytes message, seen *s, smime_report **ret_report)
{
    smime_open *job;
    smime_status status = SMIME_OK;
    size_t taken;

    ck_assert_int_eq(smime_open_new(t.policy, &job), SMIME_OK);
    ck_assert_int_eq(smime_open_use_store(job, t.store), SMIME_OK);
    ck_assert_int_eq(smime_open_add_identity(job, t.key), SMIME_OK);
    ck_assert_int_eq(smime_open_set_release(job, SMIME_RELEASE_AT_ONCE), SMIME_OK);
    ck_assert_int_eq(smime_open_set_sink(job, see, discard, s, NULL), SMIME_OK);
    for (size_t i = 0; i < message.len && status == SMIME_OK; i += 61)
        status = smime_open_write(job, message.data + i,
                                  message.len - i < 61 ? message.len - i : 61, &taken);
    if (status == SMIME_OK)
        status = smime_open_finish(job);
    ck_assert_int_eq(smime_open_report(job, ret_report), SMIME_OK);
    smime_open_free(job);
}

/* However eager the program is: of a changed GCM message not one byte of plaintext leaves. */
START_TEST(auth_enveloped_at_once)
{
    sending how = { .to = { "bob-p256" }, .cipher = SMIME_CIPHER_AES_128_GCM };
    size_t step = fast() ? 53 : 1;

    prepare(&how, signed_mail, GCM, SMIME_RELEASE_AT_ONCE);
    for (size_t at = 0; at < t.message.len; at += step) {
        size_t here = mark();
        smime_report *report;
        seen s = { { NULL, 0 }, 0 };

        t.message.data[at] ^= 1;
        open_at_once(t.message, &s, &report);
        if (s.content.len && smime_report_layer_count(report) &&
            !smime_report_layer_errant(report, 0))
            ck_assert_msg(same(s.content, t.content), "byte %zu: other plaintext", at);
        if (s.content.len && (smime_report_summary(report) == SMIME_SUMMARY_INVALID ||
                              smime_report_status(report) < 0))
            ck_assert_int_eq(s.discarded, 1);
        smime_report_unref(report);
        t.message.data[at] ^= 1;
        give_back(here);
    }
}
END_TEST

/* Of a changed signed message everything that left at once is taken back, once. */
START_TEST(signed_at_once)
{
    sending how = { .from = { "alice-p256" } };
    size_t step = fast() ? 53 : 1;
    unsigned taken_back = 0;

    prepare(&how, signed_mail, SIGNED, SMIME_RELEASE_AT_ONCE);
    for (size_t at = 0; at < t.message.len; at += step) {
        size_t here = mark();
        smime_report *report;
        seen s = { { NULL, 0 }, 0 };
        int good;

        t.message.data[at] ^= 1;
        open_at_once(t.message, &s, &report);
        good = smime_report_status(report) == SMIME_OK &&
               smime_report_summary(report) != SMIME_SUMMARY_INVALID;
        ck_assert_msg(s.discarded == (!good && s.content.len), "byte %zu: discarded %d times", at,
                      s.discarded);
        taken_back += (unsigned)s.discarded;
        smime_report_unref(report);
        t.message.data[at] ^= 1;
        give_back(here);
    }
    ck_assert_uint_gt(taken_back, 0);
}
END_TEST

/* No message, and no S/MIME: a sentence that says what is wrong. */
START_TEST(empty_message)
{
    reading how = { 0 };
    outcome got = opened(&how, bytes_of("", 0));

    ck_assert_int_eq(got.status, SMIME_E_MIME_SYNTAX);
    ck_verdict(got, SMIME_SUMMARY_INVALID, "message-empty");
    ck_assert_ptr_null(got.content.data);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("bad input");
    TCase *tests = tcase_create("changes");

    tcase_set_timeout(tests, 300);
    tcase_add_checked_fixture(tests, NULL, common_teardown);
    tcase_add_test(tests, clear_signed);
    tcase_add_test(tests, opaque_signed);
    tcase_add_test(tests, enveloped);
    tcase_add_test(tests, auth_enveloped);
    tcase_add_test(tests, signed_then_enveloped);
    tcase_add_test(tests, auth_enveloped_at_once);
    tcase_add_test(tests, signed_at_once);
    tcase_add_test(tests, empty_message);
    suite_add_tcase(suite, tests);
    return support_main(suite);
}
