/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* When content is handed out, and that it is taken back once when it should not have been. */
#include "common.h"

static const sending signing = { .from = { "alice-p256" } };

typedef struct released {
    size_t len;
    int writes, discards, destroyed;
    size_t len_before_end;
} released;

static smime_status count_write(const uint8_t *data, size_t len, void *user_data)
{
    (void)data;
    ((released *)user_data)->len += len;
    ((released *)user_data)->writes++;
    return SMIME_OK;
}

static void count_discard(void *user_data)
{
    ((released *)user_data)->discards++;
}

static void count_destroy(void *user_data)
{
    ((released *)user_data)->destroyed++;
}

static released release(int32_t mode, bytes message, const char *key, const char *anchor)
{
    reading by = { .keys = { key }, .anchor = anchor, .release = mode };
    size_t here = mark(), taken, buffer_len;
    smime_open *job = open_new(&by);
    released r = { 0 };
    outcome whole;

    ck_assert_int_eq(smime_open_set_sink(job, count_write, count_discard, &r, count_destroy),
                     SMIME_OK);
    for (size_t i = 0; i < message.len; i += 64)
        ck_assert_int_eq(smime_open_write(job, message.data + i,
                                          message.len - i < 64 ? message.len - i : 64, &taken),
                         SMIME_OK);
    r.len_before_end = r.len;
    ck_assert_int_eq(smime_open_finish(job), SMIME_OK);
    ck_assert_int_eq(r.destroyed, 0);
    /* the one-call form agrees */
    whole = opened(&by, message);
    buffer_len = whole.content.data ? whole.content.len : 0;
    ck_assert_uint_eq(buffer_len, r.discards ? 0 : r.len);
    give_back(here);
    ck_assert_int_eq(r.destroyed, 1);
    return r;
}

typedef struct release_row {
    int32_t mode;
    /* good; signature changed; not trusted; unprotected; signed in encryption, changed; plain
     * encryption; locked */
    int out[7];
} release_row;

static const release_row rows[] = {
    { SMIME_RELEASE_GOOD, { 1, 0, 0, 1, 0, 1, 0 } },
    { SMIME_RELEASE_VERIFIED, { 1, 0, 0, 0, 0, 0, 0 } },
    { SMIME_RELEASE_DECRYPTED, { 0, 0, 0, 0, 1, 1, 0 } },
    { SMIME_RELEASE_UNVERIFIED, { 1, 1, 1, 1, 1, 1, 0 } },
    { SMIME_RELEASE_AT_ONCE, { 1, 0, 0, 1, 0, 1, 0 } },
    { SMIME_RELEASE_NOTHING, { 0, 0, 0, 0, 0, 0, 0 } },
};

START_TEST(release_modes)
{
    const release_row *row = &rows[_i];
    sending plain = { .to = { "bob-p256" } };
    bytes good = protected(&signing, text(plain_mail));
    bytes bad = changed(good, "this is all", "THIS is all");
    bytes inside = protected(&plain, bad);
    bytes sealed = protected(&plain, text(plain_mail));
    const struct {
        bytes message;
        const char *key, *anchor;
    } tries[7] = { { good, "bob-p256", "root" },    { bad, "bob-p256", "root" },
                   { good, "bob-p256", "" },        { text(plain_mail), "bob-p256", "root" },
                   { inside, "bob-p256", "root" },  { sealed, "bob-p256", "root" },
                   { sealed, "alice-p256", "root" } };

    for (size_t i = 0; i < 7; i++) {
        released r = release(row->mode, tries[i].message, tries[i].key, tries[i].anchor);
        ck_assert_msg((r.len > 0 && !r.discards) == row->out[i],
                      "mode %d, case %zu: %zu bytes, %d discards", (int)row->mode, i, r.len,
                      r.discards);
        ck_assert_int_le(r.discards, 1);
        if (row->mode != SMIME_RELEASE_AT_ONCE) {
            ck_assert_uint_eq(r.len_before_end, 0);
            ck_assert_int_eq(r.discards, 0);
        } else if (i == 1) {
            ck_assert_int_eq(r.discards, 1);
            ck_assert_uint_gt(r.len_before_end, 0);
        }
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("release");
    TCase *tests = tcase_create("release");

    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, NULL, common_teardown);
    tcase_add_loop_test(tests, release_modes, 0, (int)(sizeof rows / sizeof rows[0]));
    suite_add_tcase(suite, tests);
    return support_main(suite);
}
