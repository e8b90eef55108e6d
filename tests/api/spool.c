/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where held-back data goes: memory, files, the program's own spool; and what fails there. */
#include "common.h"

#include <stdlib.h>
#include <string.h>

/* Text of @p len bytes and more, with an umlaut near its end. */
static bytes big_mail(size_t len)
{
    bytes made = { take(len + 500), 0 };
    int head = 0;
    static const char fields[] = "From: alice@example.org\r\n"
                                 "Date: Mon, 01 Jun 2026 00:00:00 +0000\r\n"
                                 "Content-Type: text/plain; charset=utf-8\r\n"
                                 "Content-Transfer-Encoding: 8bit\r\n"
                                 "\r\n";

    memcpy(made.data, fields, sizeof fields - 1);
    made.len = sizeof fields - 1;
    while (made.len < len) {
        uint8_t line[60];
        support_fill(line, sizeof line, (uint32_t)++head);
        for (size_t i = 0; i < sizeof line; i++)
            made.data[made.len++] = (uint8_t)(' ' + 1 + line[i] % 90);
        made.data[made.len++] = '\r';
        made.data[made.len++] = '\n';
    }
    memcpy(made.data + made.len, "\303\274 end\r\n", 9);
    made.len += 8;
    return made;
}

static const sending sealing = { .from = { "alice-p256" },
                                 .to = { "bob-p256" },
                                 .cipher = SMIME_CIPHER_AES_256_GCM };

static size_t big(void)
{
    return fast() ? 60000 : 3000000;
}

/* Push with a sink; what came out, or the status it ended with. */
static smime_status seal_by_push(smime_policy *policy, bytes message, size_t chunk, bytes *out)
{
    sending how = sealing;
    smime_protect *job;
    smime_status status = SMIME_OK;
    uint8_t block[5000];
    bytes all = { malloc(2 * message.len + 20000), 0 };
    size_t at = 0, got;

    how.policy = policy;
    job = protect_new(&how);
    while (at < message.len && status == SMIME_OK) {
        size_t len = message.len - at < chunk ? message.len - at : chunk, taken = 0;
        status = smime_protect_write(job, message.data + at, len, &taken);
        at += taken;
        do {
            got = 0;
            if (status == SMIME_OK)
                status = smime_protect_read(job, block, sizeof block, &got);
            memcpy(all.data + all.len, block, got);
            all.len += got;
        } while (got);
    }
    if (status == SMIME_OK)
        status = smime_protect_finish(job);
    do {
        got = 0;
        if (status == SMIME_OK)
            status = smime_protect_read(job, block, sizeof block, &got);
        memcpy(all.data + all.len, block, got);
        all.len += got;
    } while (got);
    if (status < 0) {
        ck_assert_str_ne(smime_protect_error_text(job), "");
        ck_assert_int_eq(smime_protect_read(job, block, sizeof block, &got), status);
        ck_assert_int_eq(smime_protect_finish(job), status);
    } else if (out) {
        *out = bytes_of(all.data, all.len);
    }
    free(all.data);
    return status;
}

START_TEST(large_content_through_files)
{
    bytes message = big_mail(big()), sealed = { NULL, 0 };
    smime_policy *tiny = policy_with(SMIME_LIMIT_SPOOL_MEMORY, 100);
    reading by = { .keys = { "bob-p256" } };
    outcome whole, pieces;

    ck_assert_int_eq(seal_by_push(NULL, message, 10007, &sealed), SMIME_OK);
    whole = opened(&by, sealed);
    ck_verdict(whole, SMIME_SUMMARY_CONFIDENTIAL_VERIFIED, NULL);
    ck_assert(holds(whole.content, "=C3=BC end")); /* re-encoded at its very end */
    pieces = opened_in_chunks(&by, sealed, 4099);
    ck_verdict(pieces, SMIME_SUMMARY_CONFIDENTIAL_VERIFIED, NULL);
    ck_assert(same(pieces.content, whole.content));
    ck_assert_int_eq(seal_by_push(tiny, message, 777, &sealed), SMIME_OK);
    by.policy = tiny;
    pieces = opened_in_chunks(&by, sealed, 1021);
    ck_verdict(pieces, SMIME_SUMMARY_CONFIDENTIAL_VERIFIED, NULL);
    ck_assert(same(pieces.content, whole.content));
}
END_TEST

/* A spool of the program's own that counts, fails on demand, and looks for plaintext. */
typedef struct own {
    uint8_t *data;
    size_t len;
    int opened, closed, destroyed, reads;
    const char *fails; /* "open", "write" or "read" */
    int saw_plaintext;
} own;

static smime_status own_open(void **ret_spool, void *user_data)
{
    own *o = user_data;

    if (o->fails && !strcmp(o->fails, "open"))
        return SMIME_E_CALLBACK;
    o->opened++;
    *ret_spool = calloc(1, sizeof(bytes));
    return SMIME_OK;
}

static smime_status own_write(void *spool, uint64_t offset, const uint8_t *data, size_t len,
                              void *user_data)
{
    bytes *file = spool;
    own *o = user_data;

    if (o->fails && !strcmp(o->fails, "write"))
        return SMIME_E_CALLBACK;
    ck_assert_uint_le(offset, file->len);
    if (offset + len > file->len) {
        file->len = (size_t)offset + len;
        file->data = realloc(file->data, file->len);
    }
    memcpy(file->data + offset, data, len);
    if (len > 40 && holds((bytes){ file->data + offset, len }, "needle in a haystack"))
        o->saw_plaintext = 1;
    return SMIME_OK;
}

static smime_status own_read(void *spool, uint64_t offset, uint8_t *data, size_t len,
                             void *user_data)
{
    bytes *file = spool;
    own *o = user_data;

    if (o->fails && !strcmp(o->fails, "read"))
        return SMIME_E_CALLBACK;
    o->reads++;
    ck_assert_uint_le(offset + len, file->len);
    memcpy(data, file->data + offset, len);
    if (o->fails && !strcmp(o->fails, "tamper"))
        data[len / 2] ^= 1;
    return SMIME_OK;
}

static void own_close(void *spool, void *user_data)
{
    ((own *)user_data)->closed++;
    free(((bytes *)spool)->data);
    free(spool);
}

static void own_destroy(void *user_data)
{
    ((own *)user_data)->destroyed++;
}

static smime_policy *own_policy(own *o, uint64_t memory)
{
    smime_policy *made;

    ck_assert_int_eq(smime_policy_new(SMIME_POLICY_DEFAULT, &made), SMIME_OK);
    ck_assert_int_eq(smime_policy_set_time(made, SUPPORT_NOW), SMIME_OK);
    ck_assert_int_eq(smime_policy_set_limit(made, SMIME_LIMIT_SPOOL_MEMORY, memory), SMIME_OK);
    ck_assert_int_eq(smime_policy_set_spool_functions(made, own_open, own_write, own_read,
                                                      own_close, o, own_destroy),
                     SMIME_OK);
    return made;
}

static outcome open_with_own(own *o, bytes sealed)
{
    reading by = { .keys = { "bob-p256" } };
    size_t here;
    outcome got;

    by.policy = own_policy(o, 64);
    here = mark();
    got = opened_in_chunks(&by, sealed, 500);
    if (got.content.data)
        got.content.data = memcpy(malloc(got.content.len + 1), got.content.data,
                                  got.content.len);
    smime_report_ref(got.report);
    give_back(here);
    ck_assert_int_eq(o->opened, o->closed);
    ck_assert_int_eq(o->destroyed, 0);
    smime_policy_unref(by.policy);
    ck_assert_int_eq(o->destroyed, 1);
    return got;
}

START_TEST(own_spool)
{
    bytes sealed = protected(&sealing, joined(crlf(plain_mail),
                                              text("a needle in a haystack, hidden\r\n"
                                                   "a needle in a haystack, hidden\r\n"
                                                   "a needle in a haystack, hidden\r\n")));
    own o = { 0 };
    outcome got = open_with_own(&o, sealed);

    ck_verdict(got, SMIME_SUMMARY_CONFIDENTIAL_VERIFIED, NULL);
    ck_assert(holds(got.content, "needle in a haystack"));
    ck_assert_int_eq(o.saw_plaintext, 0);
    ck_assert_int_gt(o.opened, 0);
    ck_assert_int_gt(o.reads, 0);
    smime_report_unref(got.report);
    free(got.content.data);
}
END_TEST

/* A spool that fails ends the job with the program's own error; nothing was handed out. */
START_TEST(own_spool_fails)
{
    static const char *const fails[] = { "open", "write", "read", "tamper" };
    bytes sealed = protected(&sealing, text(plain_mail));
    own o = { 0 };
    outcome got;

    o.fails = fails[_i];
    got = open_with_own(&o, sealed);
    ck_assert_msg(got.status == (_i == 3 ? SMIME_E_IO : SMIME_E_CALLBACK), "%s",
                  smime_status_name(got.status));
    ck_assert_int_eq(got.summary, SMIME_SUMMARY_UNDECIDED);
    ck_assert_int_eq(smime_report_status(got.report), got.status);
    ck_assert(!got.content.data);
    smime_report_unref(got.report);
}
END_TEST

START_TEST(protect_with_own_spool)
{
    bytes message = big_mail(20000), sealed;
    own o = { 0 };
    smime_policy *with = own_policy(&o, 64);
    size_t here = mark();

    ck_assert_int_eq(seal_by_push(with, message, 300, &sealed), SMIME_OK);
    ck_assert_int_gt(o.opened, 0);
    ck_assert_int_gt(o.reads, 0);
    give_back(here);
    ck_assert_int_eq(o.opened, o.closed);
    smime_policy_unref(with);
    ck_assert_int_eq(o.destroyed, 1);
}
END_TEST

/* A missing function: refused, and the data given back all the same. */
START_TEST(own_spool_incomplete)
{
    own o = { 0 };
    smime_policy *p = policy();

    ck_assert_int_eq(smime_policy_set_spool_functions(p, own_open, own_write, NULL, own_close, &o,
                                                      own_destroy),
                     SMIME_E_INVALID_ARG);
    ck_assert_int_eq(o.destroyed, 1);
    ck_assert_int_eq(smime_policy_set_spool_functions(NULL, own_open, own_write, own_read,
                                                      own_close, &o, own_destroy),
                     SMIME_E_INVALID_ARG);
    ck_assert_int_eq(o.destroyed, 2);
    ck_assert_int_eq(smime_policy_set_spool_functions(p, own_open, own_write, own_read, own_close,
                                                      &o, own_destroy),
                     SMIME_OK);
    ck_assert_int_eq(o.destroyed, 2);
    ck_assert_int_eq(smime_policy_set_spool_functions(p, own_open, own_write, own_read, own_close,
                                                      &o, NULL),
                     SMIME_OK);
    ck_assert_int_eq(o.destroyed, 3); /* replaced */
}
END_TEST

START_TEST(directory_that_is_not_there)
{
    smime_policy *p = policy_with(SMIME_LIMIT_SPOOL_MEMORY, 10);
    reading by = { .keys = { "bob-p256" }, .policy = p };
    bytes sealed = protected(&sealing, text(plain_mail));
    outcome got;

    ck_assert_int_eq(smime_policy_set_spool_directory(p, "/nonexistent/smime"), SMIME_OK);
    got = opened_in_chunks(&by, sealed, 100);
    ck_assert_int_eq(got.status, SMIME_E_IO);
    ck_assert_int_eq(got.summary, SMIME_SUMMARY_UNDECIDED);
    ck_assert(!got.content.data);
    ck_assert_int_eq(seal_by_push(p, big_mail(2000), 100, NULL), SMIME_E_IO);
    /* a file is no directory */
    ck_assert_int_eq(smime_policy_set_spool_directory(p, "/dev/null"), SMIME_OK);
    ck_assert_int_eq(seal_by_push(p, big_mail(2000), 100, NULL), SMIME_E_IO);
}
END_TEST

START_TEST(no_more_than_spool_bytes)
{
    reading by = { .keys = { "bob-p256" },
                   .policy = policy_with(SMIME_LIMIT_SPOOL_BYTES, 1500) };
    outcome got = opened_in_chunks(&by, protected(&sealing, big_mail(5000)), 100);

    ck_assert_int_eq(got.status, SMIME_E_LIMIT_SPOOL);
    ck_verdict(got, SMIME_SUMMARY_UNDECIDED, "limit");
    ck_assert(!got.content.data);
    ck_assert_int_eq(seal_by_push(by.policy, big_mail(50000), 100, NULL), SMIME_E_LIMIT_SPOOL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("spool");
    TCase *tests = tcase_create("spool");

    tcase_set_timeout(tests, 300);
    tcase_add_checked_fixture(tests, NULL, common_teardown);
    tcase_add_test(tests, large_content_through_files);
    tcase_add_test(tests, own_spool);
    tcase_add_loop_test(tests, own_spool_fails, 0, 4);
    tcase_add_test(tests, protect_with_own_spool);
    tcase_add_test(tests, own_spool_incomplete);
    tcase_add_test(tests, directory_that_is_not_there);
    tcase_add_test(tests, no_more_than_spool_bytes);
    suite_add_tcase(suite, tests);
    return support_main(suite);
}
