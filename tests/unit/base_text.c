/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ASCII, UTF-8, hexadecimal, the calendar, error sentences, statuses. */
#include "unit.h"

#include "base/ascii.h"
#include "base/civil.h"
#include "base/error.h"

START_TEST(ascii_classes_know_ascii_alone)
{
    for (int c = -1; c < 300; c++) {
        int upper = c >= 'A' && c <= 'Z', lower = c >= 'a' && c <= 'z';

        ck_assert_int_eq(smime__ascii_lower(c), upper ? c + 32 : c);
        ck_assert_int_eq(!!smime__ascii_is_blank(c), c == ' ' || c == '\t');
        ck_assert_int_eq(!!smime__ascii_is_digit(c), c >= '0' && c <= '9');
        ck_assert_int_eq(!!smime__ascii_is_alpha(c), upper || lower);
    }
    for (int c = 0; c < 256; c++) {
        static const char digits[] = "0123456789abcdef", capitals[] = "0123456789ABCDEF";
        const char *low = c ? strchr(digits, c) : NULL, *high = c ? strchr(capitals, c) : NULL;

        ck_assert_int_eq(smime__ascii_hex(c), low    ? (int)(low - digits)
                                              : high ? (int)(high - capitals)
                                                     : -1);
    }
}
END_TEST

START_TEST(ascii_equal_folds_case_and_wants_equal_length)
{
    ck_assert(smime__ascii_equal("Content-TYPE", 12, "content-type", 12));
    ck_assert(!smime__ascii_equal("content-type", 12, "content-typ", 11));
    ck_assert(!smime__ascii_equal("a", 1, "b", 1));
    ck_assert(!smime__ascii_equal("\xc4", 1, "\xe4", 1)); /* Latin-1 is not folded */
    ck_assert(!smime__ascii_equal("@", 1, "`", 1));       /* 32 apart, no letters */
    ck_assert(smime__ascii_equal("", 0, "", 0));
    ck_assert(smime__ascii_equal("TITLE", 5, "title", 5)); /* also under tr_TR */
}
END_TEST

static const struct {
    const char *bytes;
    size_t len, good;
} utf8_rows[] = {
    {"a", 1, 1},
    {"\xc2\x80", 2, 2},
    {"\xdf\xbf", 2, 2},
    {"\xe0\xa0\x80", 3, 3},
    {"\xed\x9f\xbf", 3, 3},
    {"\xef\xbf\xbf", 3, 3},
    {"\xf0\x90\x80\x80", 4, 4},
    {"\xf4\x8f\xbf\xbf", 4, 4},
    {"\x80", 1, 0},             /* continuation alone */
    {"\xc0\x80", 2, 0},         /* overlong */
    {"\xc1\xbf", 2, 0},
    {"\xe0\x9f\xbf", 3, 0},
    {"\xf0\x8f\xbf\xbf", 4, 0},
    {"\xed\xa0\x80", 3, 0},     /* surrogate */
    {"\xf4\x90\x80\x80", 4, 0}, /* over 10FFFF */
    {"\xf5\x80\x80\x80", 4, 0},
    {"\xff", 1, 0},
    {"\xc3\x28", 2, 0},
    {"\xe2\x82\x28", 3, 0},
    {"\xf0\x9f\x98\x28", 4, 0},
};

START_TEST(utf8_well_formed_and_not)
{
    const uint8_t *bytes = (const uint8_t *)utf8_rows[_i].bytes;
    size_t len = utf8_rows[_i].len;

    ck_assert_uint_eq(smime__utf8_length(bytes, len), utf8_rows[_i].good);
    ck_assert_int_eq(!!smime__utf8_valid(bytes, len), utf8_rows[_i].good == len);
    for (size_t cut = 1; cut < len; cut++) /* a truncated sequence is none */
        if (utf8_rows[_i].good == len)
            ck_assert_uint_eq(smime__utf8_length(bytes, cut), 0);
    ck_assert_uint_eq(smime__utf8_length(bytes, 0), 0);
}
END_TEST

/* A text that is cut is cut between characters. */
START_TEST(utf8_fits_whole_characters)
{
    static const char text[] = "a\xc3\xbc\xe2\x82\xac\xf0\x9f\x98\x80";
    static const int fits[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10, 10};

    for (int most = 0; most < (int)(sizeof fits / sizeof fits[0]); most++)
        ck_assert_int_eq(smime__utf8_fit(text, most), fits[most]);
}
END_TEST

START_TEST(utf8_clean_replaces_what_cannot_be_shown)
{
    smime__buf to = {0};

    ck_ok(smime__utf8_clean(&to, smime__view_of("a\0b\xff\xc3\xa4\xc3", 7)));
    ck_assert_str_eq(smime__buf_text(&to), "a\xef\xbf\xbd"
                                           "b\xef\xbf\xbd\xc3\xa4\xef\xbf\xbd");
    smime__buf_free(&to);
}
END_TEST

START_TEST(utf8_add_writes_what_length_accepts)
{
    static const uint32_t points[] = {0x41, 0x7f, 0x80, 0x7ff, 0x800, 0xfffd, 0x10000, 0x10ffff};

    for (size_t i = 0; i < sizeof points / sizeof points[0]; i++) {
        smime__buf to = {0};

        ck_ok(smime__utf8_add(&to, points[i]));
        ck_assert_uint_eq(smime__utf8_length(to.data, to.len), to.len);
        smime__buf_free(&to);
    }
    smime__buf to = {0};
    ck_ok(smime__utf8_add(&to, 0x20ac));
    ck_assert_str_eq(smime__buf_text(&to), "\xe2\x82\xac");
    smime__buf_free(&to);
}
END_TEST

START_TEST(hex_is_lower_case_and_ended)
{
    char text[7];

    smime__hex(text, (const uint8_t *)"\x00\xaf\x19", 3);
    ck_assert_str_eq(text, "00af19");
}
END_TEST

static const struct {
    smime__civil civil;
    int64_t seconds;
    const char *text;
} moments[] = {
    {{1970, 1, 1, 0, 0, 0}, 0, "1970-01-01T00:00:00Z"},
    {{1969, 12, 31, 23, 59, 59}, -1, "1969-12-31T23:59:59Z"},
    {{2000, 2, 29, 12, 0, 0}, 951825600, "2000-02-29T12:00:00Z"},
    {{2026, 11, 22, 17, 0, 1}, 1795366801, "2026-11-22T17:00:01Z"},
    {{2038, 1, 19, 3, 14, 8}, INT64_C(2147483648), "2038-01-19T03:14:08Z"},
    {{1900, 3, 1, 0, 0, 0}, -INT64_C(2203891200), "1900-03-01T00:00:00Z"},
    {{1, 1, 1, 0, 0, 0}, -INT64_C(62135596800), "0001-01-01T00:00:00Z"},
    {{9999, 12, 31, 23, 59, 59}, INT64_C(253402300799), "9999-12-31T23:59:59Z"},
};

START_TEST(civil_known_moments)
{
    int64_t seconds = 7;
    smime__civil back;
    char text[SMIME__RFC3339_SIZE];

    ck_assert(smime__civil_seconds(&moments[_i].civil, &seconds));
    ck_assert_int_eq(seconds, moments[_i].seconds);
    smime__civil_from(seconds, &back);
    ck_assert_mem_eq(&back, &moments[_i].civil, sizeof back);
    smime__rfc3339_format(text, seconds);
    ck_assert_str_eq(text, moments[_i].text);
}
END_TEST

START_TEST(civil_round_trip_over_four_centuries)
{
    for (int64_t seconds = -INT64_C(6300000000); seconds < INT64_C(6400000000);
         seconds += 86400 * 13 + 3671) {
        smime__civil civil;
        int64_t back;

        smime__civil_from(seconds, &civil);
        must(smime__civil_seconds(&civil, &back));
        must(back == seconds);
    }
}
END_TEST

START_TEST(civil_refuses_what_no_calendar_has)
{
    static const smime__civil bad[] = {
        {0, 1, 1, 0, 0, 0},      {10000, 1, 1, 0, 0, 0},  {2026, 0, 1, 0, 0, 0},
        {2026, 13, 1, 0, 0, 0},  {2026, 1, 0, 0, 0, 0},   {2026, 1, 32, 0, 0, 0},
        {2026, 2, 29, 0, 0, 0},  {1900, 2, 29, 0, 0, 0},  {2026, 4, 31, 0, 0, 0},
        {2026, 1, 1, 24, 0, 0},  {2026, 1, 1, -1, 0, 0},  {2026, 1, 1, 0, 60, 0},
        {2026, 1, 1, 0, -1, 0},  {2026, 1, 1, 0, 0, 61},  {2026, 1, 1, 0, 0, -1},
    };
    smime__civil leap = {2016, 12, 31, 23, 59, 60};
    int64_t seconds = 42;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ck_assert_msg(!smime__civil_seconds(&bad[i], &seconds), "row %zu", i);
        ck_assert_int_eq(seconds, 42);
    }
    ck_assert(smime__civil_seconds(&leap, &seconds));
    ck_assert_int_eq(seconds, 1483228799); /* as :59 */
}
END_TEST

START_TEST(civil_beyond_the_calendar_is_clamped)
{
    smime__civil civil;

    smime__civil_from(INT64_MAX, &civil);
    ck_assert_int_eq(civil.year, 9999);
    smime__civil_from(INT64_MIN, &civil);
    ck_assert_int_eq(civil.year, 1);
}
END_TEST

START_TEST(error_keeps_the_first_failure)
{
    smime__error error;

    smime__error_clear(&error);
    ck_assert_int_eq(smime__fail(&error, SMIME_E_IO, "first %d", 1), SMIME_E_IO);
    ck_assert_int_eq(smime__fail_at(&error, 9, SMIME_E_BER, "second"), SMIME_E_BER);
    ck_assert_int_eq(error.status, SMIME_E_IO);
    ck_assert_uint_eq(error.offset, SMIME__NO_OFFSET);
    ck_assert_str_eq(smime__error_sentence(&error), "first 1");
    smime__error_clear(&error);
    ck_assert_int_eq(smime__fail_at(&error, 9, SMIME_E_BER, "%0500d", 0), SMIME_E_BER);
    ck_assert_uint_eq(error.offset, 9);
    ck_assert_uint_eq(strlen(error.text), sizeof error.text - 1); /* cut, and ended */
    ck_assert_int_eq(smime__fail(NULL, SMIME_E_NOMEM, "nobody listens"), SMIME_E_NOMEM);
}
END_TEST

START_TEST(error_without_text_says_what_the_status_means)
{
    smime__error error;

    smime__error_clear(&error);
    error.status = SMIME_E_PASSWORD;
    ck_assert_str_eq(smime__error_sentence(&error), smime_status_text(SMIME_E_PASSWORD));
}
END_TEST

START_TEST(status_table_is_complete_and_unique)
{
    smime_status status, other;
    size_t count = 0;

    while (smime_status_at(count, &status) == SMIME_OK) {
        ck_assert_str_ne(smime_status_name(status), "SMIME_E_UNKNOWN");
        ck_assert_str_ne(smime_status_text(status), "");
        ck_assert_int_eq(smime_status_category(status) == SMIME_CATEGORY_OK, status >= 0);
        for (size_t i = 0; i < count; i++) {
            ck_ok(smime_status_at(i, &other));
            ck_assert_int_ne(status, other);
            ck_assert_str_ne(smime_status_name(status), smime_status_name(other));
        }
        count++;
    }
    ck_assert_uint_ge(count, 34);
    ck_assert_int_eq(smime_status_at(count, &status), SMIME_E_NOT_FOUND);
    ck_assert_int_eq(smime_status_at(0, NULL), SMIME_E_INVALID_ARG);
    ck_assert_str_eq(smime_status_name(-9999), "SMIME_E_UNKNOWN");
    ck_assert_int_eq(smime_status_category(-9999), SMIME_CATEGORY_SYSTEM);
    ck_assert_int_eq(smime_status_category(5), SMIME_CATEGORY_OK);
    ck_assert_int_eq(smime_status_category(SMIME_E_LIMIT_STEPS), SMIME_CATEGORY_LIMIT);
    ck_assert_int_eq(smime_status_category(SMIME_E_CALLBACK), SMIME_CATEGORY_CALLER);
}
END_TEST

START_TEST(version_number_is_the_text)
{
    uint32_t number = smime_version_number();
    char text[32];

    snprintf(text, sizeof text, "%u.%u.%u", (unsigned)(number >> 16),
             (unsigned)(number >> 8 & 255), (unsigned)(number & 255));
    ck_assert_str_eq(smime_version_text(), text);
}
END_TEST

void add_base_text(Suite *suite)
{
    TCase *tc = tcase_create("text");

    tcase_add_test(tc, ascii_classes_know_ascii_alone);
    tcase_add_test(tc, ascii_equal_folds_case_and_wants_equal_length);
    add_rows(tc, utf8_well_formed_and_not, utf8_rows);
    tcase_add_test(tc, utf8_clean_replaces_what_cannot_be_shown);
    tcase_add_test(tc, utf8_add_writes_what_length_accepts);
    tcase_add_test(tc, hex_is_lower_case_and_ended);
    add_rows(tc, civil_known_moments, moments);
    tcase_add_test(tc, civil_round_trip_over_four_centuries);
    tcase_add_test(tc, civil_refuses_what_no_calendar_has);
    tcase_add_test(tc, civil_beyond_the_calendar_is_clamped);
    tcase_add_test(tc, utf8_fits_whole_characters);
    tcase_add_test(tc, error_keeps_the_first_failure);
    tcase_add_test(tc, error_without_text_says_what_the_status_means);
    tcase_add_test(tc, status_table_is_complete_and_unique);
    tcase_add_test(tc, version_number_is_the_text);
    suite_add_tcase(suite, tc);
}
