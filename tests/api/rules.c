/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rules that hold for every object: order of calls, callbacks, statuses, threads. */
#include "common.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define STATE(call) ck_assert_int_eq(call, SMIME_E_STATE)

static const sending signing = { .from = { "alice-p256" } };
static const reading trusting = { .anchor = "root" };

/* --- statuses */

START_TEST(every_status)
{
    smime_status status = 1, other;
    size_t count = 0;

    while (smime_status_at(count, &status) == SMIME_OK) {
        const char *name = smime_status_name(status), *sentence = smime_status_text(status);
        int32_t category = smime_status_category(status);

        ck_assert_int_eq(strncmp(name, "SMIME_", 6), 0);
        ck_assert_str_ne(name, "SMIME_E_UNKNOWN");
        ck_assert_uint_gt(strlen(sentence), 3);
        ck_assert_int_ne(sentence[strlen(sentence) - 1], '.');
        ck_assert_int_ge(category, SMIME_CATEGORY_OK);
        ck_assert_int_le(category, SMIME_CATEGORY_CALLER);
        ck_assert_int_eq(category == SMIME_CATEGORY_OK, status >= 0);
        ck_assert_int_eq(category == SMIME_CATEGORY_LIMIT, status <= -151 && status >= -199);
        for (size_t i = 0; i < count; i++) {
            ck_assert_int_eq(smime_status_at(i, &other), SMIME_OK);
            ck_assert_int_ne(other, status);
            ck_assert_str_ne(smime_status_name(other), name);
            ck_assert_str_ne(smime_status_text(other), sentence);
        }
        count++;
    }
    ck_assert_uint_ge(count, 30);
    status = 77;
    ck_assert_int_eq(smime_status_at(count, &status), SMIME_E_NOT_FOUND);
    ck_assert_int_eq(smime_status_at(SIZE_MAX, &status), SMIME_E_NOT_FOUND);
    ck_assert_int_eq(status, 77);
    ck_assert_str_eq(smime_status_name(-99999), "SMIME_E_UNKNOWN");
    ck_assert_int_eq(smime_status_category(-99999), SMIME_CATEGORY_SYSTEM);
    ck_assert_str_ne(smime_status_text(-99999), "");
}
END_TEST

START_TEST(version)
{
    uint32_t number = smime_version_number();
    char text[40];

    snprintf(text, sizeof text, "%u.%u.%u", number >> 16, number >> 8 & 255, number & 255);
    ck_assert_str_eq(smime_version_text(), text);
}
END_TEST

/* --- order of calls */

typedef struct called {
    int writes, discards, destroyed;
    smime_status answer;
} called;

static smime_status on_write(const uint8_t *data, size_t len, void *user_data)
{
    (void)data;
    ck_assert_uint_gt(len, 0);
    ((called *)user_data)->writes++;
    return ((called *)user_data)->answer;
}

static void on_discard(void *user_data)
{
    ((called *)user_data)->discards++;
}

static void on_destroy(void *user_data)
{
    ((called *)user_data)->destroyed++;
}

/* After the first byte nothing can be set, and the destroy function runs all the same. */
static void protect_is_set(smime_protect *job)
{
    called c = { 0 };

    STATE(smime_protect_sign(job, identity("alice-p256")));
    STATE(smime_protect_encrypt_to(job, cert("bob-p256")));
    STATE(smime_protect_encrypt_to_self(job, cert("alice-p256")));
    STATE(smime_protect_no_self(job));
    STATE(smime_protect_set_opaque(job, 1));
    STATE(smime_protect_set_digest(job, SMIME_DIGEST_SHA512));
    STATE(smime_protect_set_pss(job, 1));
    STATE(smime_protect_set_cipher(job, SMIME_CIPHER_AES_128_GCM));
    STATE(smime_protect_set_transport(job, SMIME_TRANSPORT_RSA_OAEP, 0));
    STATE(smime_protect_set_sink(job, on_write, on_discard, &c, on_destroy));
    ck_assert_int_eq(c.destroyed, 1);
    ck_assert_int_eq(c.discards, 0);
}

START_TEST(protect_setters)
{
    smime_protect *job = protect_new(&signing);
    uint8_t *data = NULL;
    size_t len = strlen(plain_mail), taken;

    ck_assert_int_eq(smime_protect_write(job, plain_mail, len, &taken), SMIME_OK);
    ck_assert_uint_eq(taken, len);
    protect_is_set(job);
    STATE(smime_protect_buffer(job, plain_mail, len, &data, &len));
    ck_assert_int_eq(smime_protect_finish(job), SMIME_OK);
    protect_is_set(job);
    STATE(smime_protect_finish(job));
    STATE(smime_protect_write(job, "x", 1, &taken));
    ck_assert_ptr_null(data);
    /* and after the one-call form */
    job = protect_new(&signing);
    ck_assert_int_eq(smime_protect_buffer(job, plain_mail, strlen(plain_mail), &data, &len),
                     SMIME_OK);
    smime_free(data);
    data = NULL;
    protect_is_set(job);
    STATE(smime_protect_buffer(job, plain_mail, strlen(plain_mail), &data, &len));
    ck_assert_ptr_null(data);
}
END_TEST

/* A refused setting leaves no trace in what comes later. */
START_TEST(refused_setting_is_forgotten)
{
    for (int form = 0; form < 2; form++) {
        smime_protect *job = protect_new(&signing);
        uint8_t *data = NULL;
        size_t len = 0;
        smime_status status;

        ck_assert_int_eq(smime_protect_encrypt_to(job, cert("expired")), SMIME_E_CERT_UNSUITABLE);
        ck_assert_str_ne(smime_protect_error_text(job), "");
        if (form) {
            status = smime_protect_buffer(job, "", 0, &data, &len);
        } else {
            status = smime_protect_finish(job);
            ck_assert_int_eq(smime_protect_finish(job), status);
        }
        ck_assert_int_eq(status, SMIME_E_MIME_SYNTAX);
        ck_assert_ptr_nonnull(strstr(smime_protect_error_text(job), "empty"));
    }
}
END_TEST

static void open_is_set(smime_open *job)
{
    called c = { 0 };

    STATE(smime_open_add_identity(job, identity("bob-p256")));
    STATE(smime_open_use_store(job, NULL));
    STATE(smime_open_set_release(job, SMIME_RELEASE_NOTHING));
    STATE(smime_open_set_sink(job, on_write, on_discard, &c, on_destroy));
    ck_assert_int_eq(c.destroyed, 1);
}

START_TEST(open_setters)
{
    smime_open *job = open_new(&trusting);
    bytes message = text(plain_mail);
    smime_report *report = NULL;
    uint8_t *data = NULL;
    size_t len, taken, got = 1;
    uint8_t block[1000];

    STATE(smime_open_report(job, &report));
    ck_assert_int_eq(smime_open_write(job, message.data, message.len, &taken), SMIME_OK);
    open_is_set(job);
    STATE(smime_open_report(job, &report));
    ck_assert_ptr_null(report);
    ck_assert_int_eq(smime_open_finish(job), SMIME_OK);
    while (got)
        ck_assert_int_eq(smime_open_read(job, block, sizeof block, &got), SMIME_OK);
    ck_assert_int_eq(smime_open_report(job, &report), SMIME_OK);
    ck_assert_int_eq(smime_report_summary(report), SMIME_SUMMARY_UNPROTECTED);
    open_is_set(job);
    STATE(smime_open_finish(job));
    STATE(smime_open_write(job, "x", 1, &taken));
    STATE(smime_open_buffer(job, message.data, message.len, &data, &len));
    smime_report_unref(report);
}
END_TEST

START_TEST(parser_setters)
{
    smime_parser *parser;
    called c = { 0 };
    size_t taken;

    ck_assert_int_eq(smime_parser_new(NULL, &parser), SMIME_OK);
    ck_assert_int_eq(smime_parser_write(parser, "A: b\n\n", 6, &taken), SMIME_OK);
    STATE(smime_parser_select(parser, "1", SMIME_PART_RAW));
    STATE(smime_parser_set_sink(parser, on_write, &c, on_destroy));
    ck_assert_int_eq(c.destroyed, 1);
    ck_assert_int_eq(smime_parser_finish(parser), SMIME_OK);
    STATE(smime_parser_finish(parser));
    STATE(smime_parser_write(parser, "x", 1, &taken));
    smime_parser_free(parser);
}
END_TEST

/* The report outlives the job, the store, the policy and the keys. */
START_TEST(report_outlives)
{
    reading by = { .anchor = "root" };
    bytes sealed = protected(&signing, text(plain_mail));
    size_t here = mark();
    smime_report *report = smime_report_ref(opened(&by, sealed).report);

    give_back(here);
    ck_assert_int_eq(smime_report_summary(report), SMIME_SUMMARY_VERIFIED);
    ck_assert_str_eq(smime_report_from_address(report), "alice@example.org");
    ck_assert_uint_eq(smime_cert_email_count(smime_report_signer_cert(report, 0, 0)), 1);
    ck_assert_uint_eq(smime_path_count(smime_report_signer_path(report, 0, 0)), 3);
    smime_report_unref(report);
}
END_TEST

/* --- callbacks */

/* Once: replaced, freed unused, after success, after the sink refused. */
START_TEST(sinks_are_given_back_once)
{
    smime_status answers[] = { SMIME_OK, SMIME_E_CALLBACK, SMIME_E_IO };

    for (size_t i = 0; i < 3; i++) {
        called first = { 0 }, c = { .answer = answers[i] }, o = { .answer = answers[i] };
        bytes sealed = protected(&signing, text(plain_mail));
        size_t here = mark(), taken;
        smime_protect *protect = protect_new(&signing);
        smime_open *open = open_new(&trusting);
        smime_status status;

        ck_assert_int_eq(smime_protect_set_sink(protect, on_write, NULL, &first, on_destroy),
                         SMIME_OK);
        ck_assert_int_eq(smime_protect_set_sink(protect, on_write, on_discard, &c, on_destroy),
                         SMIME_OK);
        ck_assert_int_eq(first.destroyed, 1);
        ck_assert_int_eq(smime_protect_write(protect, plain_mail, strlen(plain_mail), &taken),
                         SMIME_OK);
        status = smime_protect_finish(protect);
        ck_assert_int_eq(status, answers[i]);
        ck_assert_int_eq(c.discards, i != 0);
        if (i)
            ck_assert_int_eq(c.writes, 1); /* refused once: not asked again */
        ck_assert_int_eq(smime_open_set_sink(open, on_write, on_discard, &o, on_destroy),
                         SMIME_OK);
        ck_assert_int_eq(smime_open_write(open, sealed.data, sealed.len, &taken), SMIME_OK);
        ck_assert_int_eq(smime_open_finish(open), answers[i]);
        ck_assert_int_eq(o.discards, i != 0);
        ck_assert_int_eq(c.destroyed + o.destroyed, 0);
        give_back(here);
        ck_assert_int_eq(c.destroyed, 1);
        ck_assert_int_eq(o.destroyed, 1);
        ck_assert_int_eq(first.writes + first.discards, 0);
        ck_assert_int_eq(first.destroyed, 1);
    }
}
END_TEST

/* No job but a destroy function; a job that is given up half way. */
START_TEST(given_back_without_use)
{
    called c = { 0 };
    size_t here = mark(), taken;
    smime_open *job;

    ck_assert_int_eq(smime_open_set_sink(NULL, on_write, NULL, &c, on_destroy),
                     SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_protect_set_sink(NULL, on_write, NULL, &c, on_destroy),
                     SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_parser_set_sink(NULL, on_write, &c, on_destroy), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(c.destroyed, 3);
    job = open_new(&trusting);
    ck_assert_int_eq(smime_open_set_sink(job, NULL, NULL, &c, on_destroy), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(c.destroyed, 4);
    ck_assert_int_eq(smime_open_set_sink(job, on_write, on_discard, &c, on_destroy), SMIME_OK);
    ck_assert_int_eq(smime_open_write(job, plain_mail, 50, &taken), SMIME_OK);
    give_back(here);
    ck_assert_int_eq(c.destroyed, 5);
    ck_assert_int_eq(c.writes, 0);
}
END_TEST

/* --- threads */

typedef struct shared {
    smime_identity *alice, *bob;
    smime_cert *to;
    smime_store *store;
    smime_policy *policy;
    int rounds;
} shared;

/* No assertion of Check's in a thread: it counts instead. */
static void *work(void *user_data)
{
    const shared *s = user_data;
    size_t good = 0;

    for (int i = 0; i < s->rounds; i++) {
        smime_protect *protect = NULL;
        smime_open *open = NULL;
        smime_report *report = NULL;
        smime_path *path = NULL;
        uint8_t *sealed = NULL, *content = NULL;
        size_t len = 0, content_len = 0;

        good += smime_protect_new(s->policy, &protect) == SMIME_OK &&
                smime_protect_sign(protect, s->alice) == SMIME_OK &&
                smime_protect_encrypt_to(protect, s->to) == SMIME_OK &&
                smime_protect_buffer(protect, plain_mail, strlen(plain_mail), &sealed, &len) ==
                    SMIME_OK &&
                smime_open_new(s->policy, &open) == SMIME_OK &&
                smime_open_add_identity(open, s->bob) == SMIME_OK &&
                smime_open_use_store(open, s->store) == SMIME_OK &&
                smime_open_buffer(open, sealed, len, &content, &content_len) == SMIME_OK &&
                smime_open_report(open, &report) == SMIME_OK &&
                smime_report_summary(report) == SMIME_SUMMARY_CONFIDENTIAL_VERIFIED &&
                smime_store_add_cert(s->store, s->to) == SMIME_OK &&
                smime_path_check(s->store, s->policy, s->to, SMIME_USE_ENCRYPT,
                                 "bob@example.org", &path) == SMIME_OK &&
                smime_path_valid(path) == 1;
        smime_identity_unref(smime_identity_ref(s->alice));
        smime_cert_unref(smime_cert_ref(s->to));
        smime_policy_unref(smime_policy_ref(s->policy));
        smime_store_unref(smime_store_ref(s->store));
        smime_path_unref(path);
        smime_report_unref(report);
        smime_free(sealed);
        smime_free(content);
        smime_protect_free(protect);
        smime_open_free(open);
    }
    return (void *)(uintptr_t)good;
}

START_TEST(shared_by_threads)
{
    shared s = { identity("alice-p256"), identity("bob-p256"), cert("bob-p256"),
                 store_of("root"),       policy(),             fast() ? 3 : 50 };
    pthread_t threads[4];

    for (size_t i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, work, &s), 0);
    for (size_t i = 0; i < 4; i++) {
        void *good = NULL;
        ck_assert_int_eq(pthread_join(threads[i], &good), 0);
        ck_assert_uint_eq((uintptr_t)good, (size_t)s.rounds);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("rules");
    TCase *tests = tcase_create("rules");

    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, NULL, common_teardown);
    tcase_add_test(tests, every_status);
    tcase_add_test(tests, version);
    tcase_add_test(tests, protect_setters);
    tcase_add_test(tests, refused_setting_is_forgotten);
    tcase_add_test(tests, open_setters);
    tcase_add_test(tests, parser_setters);
    tcase_add_test(tests, report_outlives);
    tcase_add_test(tests, sinks_are_given_back_once);
    tcase_add_test(tests, given_back_without_use);
    tcase_add_test(tests, shared_by_threads);
    suite_add_tcase(suite, tests);
    return support_main(suite);
}
