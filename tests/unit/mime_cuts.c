/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The reading of bytes does not depend on how they were cut, and no byte is lost. */
#include "trace.h"

static void check_all_cuts(const char *text, size_t len, int opaque)
{
    trace whole;

    trace_run(&whole, NULL, opaque, text, len, 0, 0);
    ck_ok(whole.status);
    for (size_t cut = 1; cut < len; cut++) {
        trace t;

        trace_run(&t, NULL, opaque, text, len, cut, 0);
        trace_same(&t, &whole);
        trace_clear(&t);
    }
    for (size_t step = 1; step < 8; step += 2) {
        trace t;

        trace_run(&t, NULL, opaque, text, len, 0, step);
        trace_same(&t, &whole);
        trace_clear(&t);
    }
    ck_assert(smime__view_equal(smime__buf_view(&whole.bytes), smime__view_of(text, len)));
    trace_clear(&whole);
}

START_TEST(every_cut_of_every_sample)
{
    check_all_cuts(samples[_i].text, strlen(samples[_i].text), 0);
}
END_TEST

START_TEST(every_cut_of_every_sample_opaque)
{
    check_all_cuts(samples[_i].text, strlen(samples[_i].text), 1);
}
END_TEST

START_TEST(every_prefix_of_every_sample)
{
    const char *text = samples[_i].text;

    for (size_t len = 0; len < strlen(text); len++) {
        trace whole, bytes;

        trace_run(&whole, NULL, 0, text, len, 0, 0);
        ck_ok(whole.status);
        must(!whole.open);
        must(smime__view_equal(smime__buf_view(&whole.bytes), smime__view_of(text, len)));
        trace_run(&bytes, NULL, 0, text, len, 0, 1);
        trace_same(&bytes, &whole);
        trace_clear(&bytes);
        trace_clear(&whole);
    }
}
END_TEST

/* Messages put together at random from what the scanner looks for. */
START_TEST(random_messages)
{
    static const char *const pieces[] = {
        "--a", "--a--", "--ab", "--ab--", "-", "--", "\n", "\r\n", "\r", " ", "\t", "x", ":",
        "Content-Type: multipart/mixed; boundary=ab\n", "Content-Type: message/rfc822\n", "\n\n",
        "\n--a\n", "\r\n--ab\r\n", "\n--ab--\n", "From x\n", "A: b\n", "junk\n",
    };
    uint8_t choice[24];

    for (uint32_t seed = 0; seed < 20; seed++) {
        smime__buf text = {0};

        ck_ok(smime__buf_add_text(&text, "Content-Type: multipart/mixed; boundary=a\n\n--a\n"));
        support_fill(choice, sizeof choice, seed + 1000u * (unsigned)_i);
        for (size_t i = 0; i < sizeof choice; i++)
            ck_ok(smime__buf_add_text(
                &text, pieces[choice[i] % (sizeof pieces / sizeof pieces[0])]));
        check_all_cuts((const char *)text.data, text.len, 0);
        smime__buf_free(&text);
    }
}
END_TEST

START_TEST(long_lines_that_may_be_delimiters)
{
    static const size_t paddings[] = {0,    1,    1000, 1020, 1023, 1024, 1025,
                                      1026, 1027, 1028, 1029, 1030, 1031, 3000};

    for (size_t i = 0; i < sizeof paddings / sizeof paddings[0]; i++) {
        smime__buf text = {0};
        trace whole, bytes;

        ck_ok(smime__buf_add_text(
            &text, "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b"));
        for (size_t k = 0; k < paddings[i]; k++)
            ck_ok(smime__buf_add_byte(&text, ' '));
        ck_ok(smime__buf_add_text(&text, "\n\ny\n--b--\n"));
        trace_run(&whole, NULL, 0, text.data, text.len, 0, 0);
        ck_ok(whole.status);
        for (size_t step = 1; step < 2000; step = step * 7 + 1) {
            trace_run(&bytes, NULL, 0, text.data, text.len, 0, step);
            trace_same(&bytes, &whole);
            trace_clear(&bytes);
        }
        ck_assert_int_eq(strstr(trace_text(&whole), "begin 1.2") != NULL, paddings[i] <= 1026);
        trace_clear(&whole);
        smime__buf_free(&text);
    }
}
END_TEST

void add_mime_cuts(Suite *suite)
{
    TCase *tc = tcase_create("cuts");

    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, every_cut_of_every_sample, 0, (int)sample_count);
    tcase_add_loop_test(tc, every_cut_of_every_sample_opaque, 0, (int)sample_count);
    tcase_add_loop_test(tc, every_prefix_of_every_sample, 0, (int)sample_count);
    tcase_add_loop_test(tc, random_messages, 0, 4);
    tcase_add_test(tc, long_lines_that_may_be_delimiters);
    suite_add_tcase(suite, tc);
}
