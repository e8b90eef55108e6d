/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The spool: memory first, then a file or the program's own functions. */
#include "unit.h"

#include "base/spool.h"

#include <dirent.h>

#define TOTAL 200000

static uint8_t pattern[TOTAL];
static smime__settings settings;
static smime__error error;

/* A spool of the program's own: one growing buffer, and a record of how it was used. */
static struct {
    smime__buf bytes;
    int opened, closed, destroyed;
    smime_status open_answer, write_answer, read_answer;
} own;

static smime_status own_open(void **ret_spool, void *user_data)
{
    ck_assert_ptr_eq(user_data, &own);
    own.opened++;
    *ret_spool = &own.bytes;
    return own.open_answer;
}

static smime_status own_write(void *spool, uint64_t offset, const uint8_t *data, size_t len,
                              void *user_data)
{
    smime__buf *bytes = spool;

    (void)user_data;
    if (own.write_answer < 0)
        return own.write_answer;
    ck_assert_uint_le(offset, bytes->len); /* never beyond the end */
    if (offset < bytes->len)
        bytes->len = (size_t)offset;
    return smime__buf_add(bytes, data, len);
}

static smime_status own_read(void *spool, uint64_t offset, uint8_t *data, size_t len,
                             void *user_data)
{
    smime__buf *bytes = spool;

    (void)user_data;
    ck_assert_uint_le(offset + len, bytes->len);
    memcpy(data, bytes->data + offset, len);
    return own.read_answer;
}

static void own_close(void *spool, void *user_data)
{
    ck_assert_ptr_eq(spool, &own.bytes);
    ck_assert_ptr_eq(user_data, &own);
    own.closed++;
}

static void own_destroy(void *user_data)
{
    ck_assert_ptr_eq(user_data, &own);
    own.destroyed++;
}

static void setup(void)
{
    support_fill(pattern, sizeof pattern, 1);
    memset(&own, 0, sizeof own);
    settings_now(&settings);
    smime__error_clear(&error);
}

static void teardown(void)
{
    smime__settings_clear(&settings);
    smime__buf_free(&own.bytes);
    support_remove_dir();
}

static void use_own(void)
{
    smime_policy *policy;

    ck_ok(smime_policy_new(SMIME_POLICY_DEFAULT, &policy));
    ck_ok(smime_policy_set_spool_functions(policy, own_open, own_write, own_read, own_close,
                                           &own, own_destroy));
    smime__settings_clear(&settings);
    ck_ok(smime__settings_snapshot(&settings, policy));
    smime_policy_unref(policy);
}

/* Reads all that waits and compares it with the pattern from @p from on. */
static void expect(smime__spool *spool, size_t from, size_t len, size_t most)
{
    while (len) {
        const uint8_t *data = NULL;
        size_t got = 0;

        ck_ok(smime__spool_next(spool, most, &data, &got));
        ck_assert_uint_gt(got, 0);
        ck_assert_uint_le(got, most < SMIME__SPOOL_BLOCK ? most : SMIME__SPOOL_BLOCK);
        ck_assert_uint_le(got, len);
        ck_assert_mem_eq(data, pattern + from, got);
        from += got;
        len -= got;
    }
}

static void expect_empty(smime__spool *spool)
{
    const uint8_t *data = NULL;
    size_t got = 9;

    ck_assert_uint_eq(smime__spool_waiting(spool), 0);
    ck_ok(smime__spool_next(spool, UINT64_MAX, &data, &got));
    ck_assert_uint_eq(got, 0);
}

/* The memory limits around which a block of 1000 bytes falls in every way. */
static const uint64_t memory_limits[] = {0, 1, 999, 1000, 1001, 4096, 65536, 199999, 200000,
                                         200001, UINT64_C(1) << 40};

START_TEST(bytes_come_back_over_the_boundary)
{
    smime__spool spool;

    settings.limits.value[SMIME_LIMIT_SPOOL_MEMORY] = memory_limits[_i % 11];
    if (_i >= 11)
        use_own();
    settings.limits.value[SMIME_LIMIT_SPOOL_MEMORY] = memory_limits[_i % 11];
    smime__spool_init(&spool, &settings, &error);
    expect_empty(&spool);
    for (size_t at = 0; at < TOTAL; at += 1000)
        ck_ok(smime__spool_add(&spool, pattern + at, 1000));
    ck_assert_uint_eq(smime__spool_waiting(&spool), TOTAL);
    expect(&spool, 0, TOTAL, UINT64_MAX);
    expect_empty(&spool);
    smime__spool_rewind(&spool);
    expect(&spool, 0, TOTAL, 777); /* no more than asked for */
    smime__spool_reset(&spool);
    expect_empty(&spool);
    ck_ok(smime__spool_add(&spool, pattern + 5000, 100000)); /* used again */
    expect(&spool, 5000, 100000, UINT64_MAX);
    smime__spool_free(&spool);
    ck_assert_int_eq(own.opened, own.closed);
    if (_i >= 11)
        ck_assert_int_eq(own.opened, memory_limits[_i - 11] < TOTAL);
}
END_TEST

START_TEST(reading_between_writes_keeps_the_order)
{
    smime__spool spool;
    size_t read = 0;

    settings.limits.value[SMIME_LIMIT_SPOOL_MEMORY] = 5000;
    smime__spool_init(&spool, &settings, &error);
    for (size_t at = 0; at < 20000; at += 1000) {
        ck_ok(smime__spool_add(&spool, pattern + at, 1000));
        if (at % 3000 == 0) {
            expect(&spool, read, 700, 350);
            read += 700;
        }
    }
    expect(&spool, read, 20000 - read, UINT64_MAX);
    smime__spool_free(&spool);
}
END_TEST

START_TEST(file_has_no_name)
{
    smime__spool spool;
    DIR *entries;
    struct dirent *entry;

    settings.spool_directory = strdup(support_make_dir());
    settings.limits.value[SMIME_LIMIT_SPOOL_MEMORY] = 10;
    smime__spool_init(&spool, &settings, &error);
    ck_ok(smime__spool_add(&spool, pattern, 1000));
    ck_assert_int_ge(spool.fd, 0);
    entries = opendir(settings.spool_directory);
    ck_assert_ptr_nonnull(entries);
    while ((entry = readdir(entries)) != NULL)
        ck_assert_msg(entry->d_name[0] == '.', "%s is left", entry->d_name);
    closedir(entries);
    smime__spool_free(&spool);
    ck_assert_int_eq(spool.fd, -1);
}
END_TEST

START_TEST(limit_in_bytes_is_exact)
{
    smime__spool spool;

    settings.limits.value[SMIME_LIMIT_SPOOL_BYTES] = 100;
    smime__spool_init(&spool, &settings, &error);
    ck_ok(smime__spool_add(&spool, pattern, 99));
    ck_ok(smime__spool_add(&spool, pattern + 99, 1));
    ck_assert_int_eq(smime__spool_add(&spool, pattern, 1), SMIME_E_LIMIT_SPOOL);
    ck_assert_str_ne(error.text, "");
    ck_assert_uint_eq(smime__spool_waiting(&spool), 100);
    smime__spool_free(&spool);
}
END_TEST

START_TEST(directory_that_is_not_there)
{
    smime__spool spool;

    settings.spool_directory = strdup("/nonexistent/smime");
    settings.limits.value[SMIME_LIMIT_SPOOL_MEMORY] = 10;
    smime__spool_init(&spool, &settings, &error);
    ck_ok(smime__spool_add(&spool, pattern, 10)); /* not needed yet */
    ck_assert_int_eq(smime__spool_add(&spool, pattern, 1), SMIME_E_IO);
    ck_assert_ptr_nonnull(strstr(error.text, "/nonexistent/smime"));
    smime__spool_free(&spool);
}
END_TEST

START_TEST(errors_of_the_program_pass_through)
{
    smime__spool spool;
    const uint8_t *data;
    size_t len;

    use_own();
    settings.limits.value[SMIME_LIMIT_SPOOL_MEMORY] = 0;
    own.open_answer = SMIME_E_CALLBACK;
    smime__spool_init(&spool, &settings, &error);
    ck_assert_int_eq(smime__spool_add(&spool, pattern, 10), SMIME_E_CALLBACK);
    smime__spool_free(&spool);
    ck_assert_int_eq(own.closed, 0); /* it was never open */

    own.open_answer = SMIME_OK;
    own.write_answer = SMIME_E_IO;
    smime__spool_init(&spool, &settings, &error);
    ck_assert_int_eq(smime__spool_add(&spool, pattern, 10), SMIME_E_IO);
    ck_assert_uint_eq(smime__spool_waiting(&spool), 0);
    own.write_answer = SMIME_OK;
    ck_ok(smime__spool_add(&spool, pattern, 10));
    own.read_answer = SMIME_E_CALLBACK;
    ck_assert_int_eq(smime__spool_next(&spool, 10, &data, &len), SMIME_E_CALLBACK);
    smime__spool_free(&spool);
    ck_assert_int_eq(own.closed, 1);
    ck_assert_int_eq(own.destroyed, 0);
    smime__settings_clear(&settings);
    ck_assert_int_eq(own.destroyed, 1);
}
END_TEST

void add_base_spool(Suite *suite)
{
    TCase *tc = tcase_create("spool");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, bytes_come_back_over_the_boundary, 0, 22);
    tcase_add_test(tc, reading_between_writes_keeps_the_order);
    tcase_add_test(tc, file_has_no_name);
    tcase_add_test(tc, limit_in_bytes_is_exact);
    tcase_add_test(tc, directory_that_is_not_there);
    tcase_add_test(tc, errors_of_the_program_pass_through);
    suite_add_tcase(suite, tc);
}
