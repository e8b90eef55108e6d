/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Buffers, views, arrays, secrets. */
#include "unit.h"

#include "base/secret.h"

START_TEST(buf_grows_and_keeps_its_bytes)
{
    smime__buf buf = {0};

    ck_assert_ptr_null(buf.data);
    for (int secret = 0; secret < 2; secret++) {
        buf.secret = secret;
        for (unsigned i = 0; i < 5000; i++)
            ck_ok(smime__buf_add_byte(&buf, (uint8_t)i));
        ck_assert_uint_eq(buf.len, 5000);
        for (unsigned i = 0; i < 5000; i++)
            must(buf.data[i] == (uint8_t)i);
        smime__buf_free(&buf);
        ck_assert_ptr_null(buf.data);
        ck_assert_uint_eq(buf.len + buf.size, 0);
    }
}
END_TEST

START_TEST(buf_too_large_fails_and_changes_nothing)
{
    smime__buf buf = {0};

    ck_ok(smime__buf_add_text(&buf, "kept"));
    ck_assert_int_eq(smime__buf_reserve(&buf, SIZE_MAX), SMIME_E_NOMEM);
    ck_assert_int_eq(smime__buf_reserve(&buf, SIZE_MAX / 2), SMIME_E_NOMEM);
    ck_assert_int_eq(smime__buf_add(&buf, "x", SIZE_MAX - 2), SMIME_E_NOMEM);
    ck_assert_str_eq(smime__buf_text(&buf), "kept");
    smime__buf_free(&buf);
}
END_TEST

START_TEST(buf_adds_text_views_and_formats)
{
    smime__buf buf = {0};

    ck_ok(smime__buf_add(&buf, NULL, 0));
    ck_assert_ptr_null(buf.data);
    ck_ok(smime__buf_add_text(&buf, "ab"));
    ck_ok(smime__buf_add_view(&buf, smime__view_of("c\0d", 3)));
    ck_ok(smime__buf_format(&buf, "-%d-%s", 7, "x"));
    ck_assert_uint_eq(buf.len, 9);
    ck_assert_mem_eq(buf.data, "abc\0d-7-x", 9);
    smime__buf_free(&buf);
    ck_assert_str_eq(smime__buf_text(&buf), "");
    ck_assert_uint_eq(buf.len, 0);
    smime__buf_free(&buf);
}
END_TEST

START_TEST(buf_drop_front_keeps_the_rest)
{
    for (int secret = 0; secret < 2; secret++) {
        smime__buf buf = {0};

        buf.secret = secret;
        smime__buf_drop_front(&buf, 3); /* of nothing */
        ck_ok(smime__buf_add_text(&buf, "0123456789"));
        smime__buf_drop_front(&buf, 0);
        smime__buf_drop_front(&buf, 4);
        ck_assert(smime__view_equal(smime__buf_view(&buf), smime__view_text("456789")));
        if (secret) /* nothing of it stays behind */
            ck_assert_mem_eq(buf.data + 6, "\0\0\0\0", 4);
        smime__buf_drop_front(&buf, 100);
        ck_assert_uint_eq(buf.len, 0);
        smime__buf_free(&buf);
    }
}
END_TEST

START_TEST(buf_secret_is_wiped_by_clear)
{
    smime__buf buf = {.secret = 1};

    ck_ok(smime__buf_add_text(&buf, "password"));
    smime__buf_clear(&buf);
    ck_assert_uint_eq(buf.len, 0);
    ck_assert_mem_eq(buf.data, "\0\0\0\0\0\0\0\0", 8);
    smime__buf_free(&buf);
}
END_TEST

START_TEST(views_compare)
{
    ck_assert(smime__view_equal(smime__view_of(NULL, 0), smime__view_text("")));
    ck_assert(smime__view_equal(smime__view_text("ab"), smime__view_text("ab")));
    ck_assert(!smime__view_equal(smime__view_text("ab"), smime__view_text("aB")));
    ck_assert(!smime__view_equal(smime__view_text("ab"), smime__view_text("abc")));
    ck_assert(smime__view_is(smime__view_text("To"), "tO"));
    ck_assert(!smime__view_is(smime__view_text("To"), "tox"));
    ck_assert(smime__view_is(smime__view_of(NULL, 0), ""));
    ck_assert_uint_eq(smime__view_text(NULL).len, 0);
}
END_TEST

START_TEST(views_are_copied_with_an_end)
{
    char *text = smime__view_dup(smime__view_of("abc", 2));
    uint8_t *bytes = smime__dup("x\0y", 3);
    char *empty = smime__view_dup(smime__view_of(NULL, 0));

    ck_assert_str_eq(text, "ab");
    ck_assert_mem_eq(bytes, "x\0y\0", 4);
    ck_assert_str_eq(empty, "");
    free(text);
    free(bytes);
    free(empty);
}
END_TEST

START_TEST(grow_makes_room_for_one_more)
{
    int *list = NULL;
    size_t room = 0;

    for (size_t count = 0; count < 1000; count++) {
        ck_ok(smime__grow((void **)&list, count, &room, sizeof *list));
        ck_assert_uint_gt(room, count);
        list[count] = (int)count;
    }
    for (size_t i = 0; i < 1000; i++)
        ck_assert_int_eq(list[i], (int)i);
    ck_assert_int_eq(smime__grow((void **)&list, room, &room, SIZE_MAX / 4), SMIME_E_NOMEM);
    ck_assert_int_eq(list[999], 999);
    free(list);
}
END_TEST

START_TEST(secret_wipe_and_equal)
{
    uint8_t bytes[5] = {1, 2, 3, 4, 5};

    smime__wipe(NULL, 100);
    smime__wipe(bytes + 1, 3);
    ck_assert_mem_eq(bytes, "\1\0\0\0\5", 5);
    ck_assert(smime__secret_equal("abc", "abc", 3));
    ck_assert(smime__secret_equal("abc", "abd", 2));
    ck_assert(smime__secret_equal("a", "b", 0));
    for (int bit = 0; bit < 24; bit++) { /* every bit counts */
        uint8_t a[3] = {0x5a, 0, 0xff}, b[3] = {0x5a, 0, 0xff};

        b[bit / 8] ^= (uint8_t)(1 << bit % 8);
        ck_assert_int_eq(smime__secret_equal(a, b, 3), 0);
    }
}
END_TEST

START_TEST(secret_select_takes_all_or_nothing)
{
    uint8_t to[3] = {1, 2, 3};
    const uint8_t from[3] = {9, 8, 7};

    ck_assert_uint_eq(smime__mask(0), 0);
    ck_assert_uint_eq(smime__mask(1), 0xff);
    smime__secret_select(smime__mask(0), to, from, 3);
    ck_assert_mem_eq(to, "\1\2\3", 3);
    smime__secret_select(smime__mask(1), to, from, 2);
    ck_assert_mem_eq(to, "\x9\x8\3", 3);
}
END_TEST

START_TEST(null_stage_swallows)
{
    smime__stage *stage = smime__stage_null();

    ck_ok(smime__stage_write(stage, (const uint8_t *)"x", 1));
    ck_ok(smime__stage_finish(stage));
    smime__stage_free(stage);
    smime__stage_free(NULL);
    ck_assert_ptr_eq(stage, smime__stage_null());
}
END_TEST

void add_base_bytes(Suite *suite)
{
    TCase *tc = tcase_create("bytes");

    tcase_add_test(tc, buf_grows_and_keeps_its_bytes);
    tcase_add_test(tc, buf_too_large_fails_and_changes_nothing);
    tcase_add_test(tc, buf_adds_text_views_and_formats);
    tcase_add_test(tc, buf_drop_front_keeps_the_rest);
    tcase_add_test(tc, buf_secret_is_wiped_by_clear);
    tcase_add_test(tc, views_compare);
    tcase_add_test(tc, views_are_copied_with_an_end);
    tcase_add_test(tc, grow_makes_room_for_one_more);
    tcase_add_test(tc, secret_wipe_and_equal);
    tcase_add_test(tc, secret_select_takes_all_or_nothing);
    tcase_add_test(tc, null_stage_swallows);
    suite_add_tcase(suite, tc);
}
