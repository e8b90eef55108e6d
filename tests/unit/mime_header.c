/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Header fields, parameters, encoded words, charsets, dates. */
#include "unit.h"

#include "mime/charset.h"
#include "mime/date.h"
#include "mime/header.h"
#include "mime/params.h"
#include "mime/words.h"

static smime__defects defects;

static void setup(void)
{
    memset(&defects, 0, sizeof defects);
}

static void teardown(void)
{
    smime__defects_free(&defects);
}

static int has_defect(const char *code)
{
    for (size_t i = 0; i < defects.count; i++)
        if (!strcmp(defects.list[i].code, code))
            return 1;
    return 0;
}

START_TEST(header_fields_are_found_where_they_stand)
{
    static const char text[] = "Subject: one\r\n two\r\nTo:x\nEMPTY:\r\n\r\nbody: no";
    smime__header header;
    smime__buf value = {0};
    int more = 9;

    ck_ok(smime__header_parse(&header, smime__view_text(text), 100, &defects));
    ck_assert_uint_eq(header.count, 3);
    ck_assert_uint_eq(defects.count, 0);
    ck_assert_uint_eq(header.fields[0].offset, 100);
    ck_assert_uint_eq(header.fields[1].offset, 120);
    ck_assert_uint_eq(header.fields[0].raw.len, 20);
    ck_assert(smime__view_is(header.fields[1].name, "To"));
    ck_assert(smime__view_equal(header.fields[1].value, smime__view_text("x")));
    ck_assert_uint_eq(header.fields[2].value.len, 0);
    ck_assert_ptr_eq(smime__header_find(&header, "subject", &more), &header.fields[0]);
    ck_assert_int_eq(more, 0);
    ck_assert_ptr_null(smime__header_find(&header, "body", NULL));
    ck_ok(smime__field_unfold(&value, header.fields[0].value));
    ck_assert_str_eq(smime__buf_text(&value), "one two");
    smime__buf_free(&value);
    smime__header_free(&header);
}
END_TEST

START_TEST(header_find_tells_of_more)
{
    smime__header header;
    int more = 0;

    ck_ok(smime__header_parse(&header, smime__view_text("A: 1\nB: 2\na: 3\n"), 0, &defects));
    ck_assert_ptr_eq(smime__header_find(&header, "A", &more), &header.fields[0]);
    ck_assert_int_eq(more, 1);
    ck_assert_ptr_eq(smime__header_find(&header, "B", &more), &header.fields[1]);
    ck_assert_int_eq(more, 0);
    smime__header_free(&header);
}
END_TEST

/* More fields than there is room for at first, and more again. */
START_TEST(many_fields)
{
    smime__buf text = {0};
    smime__header header;

    for (unsigned i = 0; i < 300; i++)
        ck_ok(smime__buf_format(&text, "F%u: %u\r\n", i, i));
    ck_ok(smime__header_parse(&header, smime__buf_view(&text), 0, &defects));
    ck_assert_uint_eq(header.count, 300);
    for (unsigned i = 0; i < 300; i++) {
        char name[16];
        snprintf(name, sizeof name, "F%u", i);
        must(smime__header_find(&header, name, NULL) == &header.fields[i]);
    }
    smime__header_free(&header);
    smime__buf_free(&text);
}
END_TEST

static const struct {
    const char *text;
    size_t len;
    const char *code;
    uint64_t offset;
} header_defects[] = {
    {"A: x\0y\r\n", 8, "nul-in-header", 4},
    {"A: x\ry\r\n", 8, "bare-cr", 4},
    {"A: x\r", 5, "bare-cr", 4},
    {"A: \xff\r\n", 6, "header-8bit", 0},
    {"A : x\r\n", 7, "blank-before-colon", 0},
};

START_TEST(header_defects_are_told)
{
    smime__header header;

    ck_ok(smime__header_parse(
        &header, smime__view_of(header_defects[_i].text, header_defects[_i].len), 0, &defects));
    ck_assert_uint_eq(defects.count, 1);
    ck_assert_str_eq(defects.list[0].code, header_defects[_i].code);
    ck_assert_uint_eq(defects.list[0].offset, header_defects[_i].offset);
    smime__header_free(&header);
}
END_TEST

START_TEST(header_name_loses_blanks_before_the_colon)
{
    smime__header header;

    ck_ok(smime__header_parse(&header, smime__view_text("To \t: x\n"), 0, &defects));
    ck_assert_ptr_nonnull(smime__header_find(&header, "To", NULL));
    smime__header_free(&header);
    ck_assert(has_defect("blank-before-colon"));
}
END_TEST

START_TEST(structural_fields)
{
    static const struct { const char *name; int structural; } rows[] = {
        {"Content-Type", 1}, {"CONTENT-x", 1}, {"mime-version", 1},
        {"Content-", 0}, {"Content", 0}, {"Subject", 0}, {"X-Content-Type", 0}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        smime__field field = {.name = smime__view_text(rows[i].name)};
        ck_assert_int_eq(!!smime__field_is_structural(&field), rows[i].structural);
    }
}
END_TEST

START_TEST(defects_are_bounded_and_structural_ones_remembered)
{
    for (int i = 0; i < SMIME__DEFECTS_MAX + 50; i++)
        ck_ok(smime__defect_add(&defects, "mbox-from", (uint64_t)i));
    ck_assert_uint_eq(defects.count, SMIME__DEFECTS_MAX);
    ck_assert_int_eq(defects.structural, 0);
    ck_ok(smime__defect_add(&defects, "header-junk", 5)); /* no room, and still known */
    ck_assert_uint_eq(defects.count, SMIME__DEFECTS_MAX);
    ck_assert_int_eq(defects.structural, 1);
    ck_assert_int_eq(defects.list[3].kind, SMIME_DEFECT_COSMETIC);
    ck_assert_uint_eq(defects.list[3].offset, 3);
    ck_assert_str_ne(defects.list[3].text, "");
}
END_TEST

/* Content-Type texts: value, one parameter, and what was odd. */
static const struct {
    const char *text, *value, *name, *found;
    int bad, comments, duplicate;
} params_rows[] = {
    {"text/plain", "text/plain", "charset", NULL, 0, 0, 0},
    {"TEXT/Plain; CharSet=UTF-8", "text/plain", "charset", "UTF-8", 0, 0, 0},
    {" text/plain ; charset = \"a b\" ", "text/plain", "charset", "a b", 0, 0, 0},
    {"m/x; boundary=\"a\\\"b\\\\c\"", "m/x", "boundary", "a\"b\\c", 0, 0, 0},
    {"m/x; boundary=a=b:c/d?e", "m/x", "boundary", "a=b:c/d?e", 0, 0, 0},
    {"m/x; boundary=\"open", "m/x", "boundary", "open", 1, 0, 0},
    {"m/x; a=1; a=2", "m/x", "a", "1", 0, 0, 1},
    {"m/x (comment (nested) \\) x); a=1", "m/x", "a", "1", 0, 1, 0},
    {"m/x; a=(c)1", "m/x", "a", "1", 0, 1, 0},
    {"m/x; a=1 (c); b=2", "m/x", "b", "2", 0, 1, 0},
    {"m/x; a", "m/x", "a", NULL, 1, 0, 0},
    {"m/x; =v; b=2", "m/x", "b", "2", 1, 0, 0},
    {"m/x; a=1 junk; b=2", "m/x", "b", "2", 1, 0, 0},
    {"m/x junk; a=1", "m/x", "a", "1", 1, 0, 0},
    {"m/x;;; a=1;", "m/x", "a", "1", 0, 0, 0},
    {"", "", "a", NULL, 0, 0, 0},
    {"; a=1", "", "a", "1", 0, 0, 0},
    {"m/x; a=", "m/x", "a", "", 0, 0, 0},
    /* RFC 2231 */
    {"m/x; n*=utf-8''gr%C3%BC%C3%9F", "m/x", "n", "gr\xc3\xbc\xc3\x9f", 0, 0, 0},
    {"m/x; n*=iso-8859-1'de'%FC", "m/x", "n", "\xc3\xbc", 0, 0, 0},
    {"m/x; n*0=\"a \"; n*1=b; n*2=c", "m/x", "n", "a bc", 0, 0, 0},
    {"m/x; n*1=b; n*0=a", "m/x", "n", "ab", 0, 0, 0},
    {"m/x; n*0*=utf-8''%41; n*1=%42; n*2*=%43", "m/x", "n", "A%42C", 0, 0, 0},
    {"m/x; n*0*=utf-8''%C3; n*1*=%BC", "m/x", "n", "\xc3\xbc", 0, 0, 0},
    {"m/x; n=plain; n*=utf-8''ext", "m/x", "n", "ext", 0, 0, 0},
    {"m/x; n*0=a; n*2=c", "m/x", "n", "a", 0, 0, 0},
    {"m/x; n*=%41%4", "m/x", "n", "A%4", 0, 0, 0},
    {"m/x; n*=''x", "m/x", "n", "x", 0, 0, 0},
    /* what decides the parts and is not known to many is told */
    {"m/x; boundary*=utf-8''b", "m/x", "boundary", "b", 1, 0, 0},
    {"m/x; protocol*0=a; protocol*1=b", "m/x", "protocol", "ab", 1, 0, 0},
};

START_TEST(params_are_read)
{
    smime__params params;
    const char *found;

    ck_ok(smime__params_parse(&params, smime__view_text(params_rows[_i].text)));
    ck_assert_str_eq(params.value, params_rows[_i].value);
    found = smime__params_get(&params, params_rows[_i].name);
    if (params_rows[_i].found)
        ck_assert_pstr_eq(found, params_rows[_i].found);
    else
        ck_assert_ptr_null(found);
    ck_assert_int_eq(params.bad, params_rows[_i].bad);
    ck_assert_int_eq(params.comments, params_rows[_i].comments);
    ck_assert_int_eq(params.duplicate, params_rows[_i].duplicate);
    smime__params_free(&params);
}
END_TEST

/* Segments beyond two digits; and so many parameters that the rest is left out, and told. */
START_TEST(many_parameters)
{
    smime__buf text = {0};
    smime__params params;

    ck_ok(smime__buf_add_text(&text, "a/b"));
    for (unsigned i = 0; i < 1020; i++)
        ck_ok(smime__buf_format(&text, "; n*%u=%u", i, i % 10));
    ck_ok(smime__params_parse(&params, smime__buf_view(&text)));
    ck_assert_uint_eq(strlen(smime__params_get(&params, "n")), 1000);
    ck_assert_str_eq(smime__params_get(&params, "n") + 995, "56789");
    ck_assert_int_eq(params.bad, 0);
    smime__params_free(&params);
    ck_ok(smime__buf_add_text(&text, "; a=1; b=2; c=3; d=4; e=5"));
    ck_ok(smime__params_parse(&params, smime__buf_view(&text)));
    ck_assert_str_eq(smime__params_get(&params, "d"), "4");
    ck_assert_ptr_null(smime__params_get(&params, "e"));
    ck_assert_int_eq(params.bad, 1);
    smime__params_free(&params);
    smime__buf_free(&text);
}
END_TEST

START_TEST(params_read_any_bytes)
{
    uint8_t text[60];

    for (uint32_t seed = 0; seed < 3000; seed++) {
        static const char alphabet[] = "a=;\"\\(*0'%4 /\xff\0<";
        smime__params params;
        size_t len = seed % sizeof text;
        uint8_t *exact;

        support_fill(text, sizeof text, seed);
        for (size_t i = 0; i < len; i++)
            text[i] = (uint8_t)alphabet[text[i] % (sizeof alphabet - 1)];
        exact = malloc(len ? len : 1);
        memcpy(exact, text, len);
        ck_ok(smime__params_parse(&params, smime__view_of(exact, len)));
        free(exact);
        smime__params_free(&params);
    }
}
END_TEST

static const char *const words[][2] = {
    {"plain text", "plain text"},
    {"", ""},
    {"=?utf-8?q?gr=C3=BC=C3=9Fe?=", "gr\xc3\xbc\xc3\x9f"
                                    "e"},
    {"=?UTF-8?B?w7w=?=", "\xc3\xbc"},
    {"=?iso-8859-1?Q?a_b=FC?= c", "a b\xc3\xbc c"},
    {"=?utf-8?q?a?= =?utf-8?q?b?=", "ab"},
    {"=?utf-8?q?=C3?= =?utf-8?q?=BC?=", "\xc3\xbc"}, /* cut inside a character */
    {"=?utf-8?q?a?= =?iso-8859-1?q?=FC?=", "a\xc3\xbc"},
    {"=?utf-8?q?a?= b =?utf-8?q?c?=", "a b c"},
    {"=?utf-8*de?q?a?=", "a"},
    {"=?utf-8?x?a?=", "=?utf-8?x?a?="},
    {"=?utf-8?q?a b?=", "=?utf-8?q?a b?="},
    {"=?utf-8?q?a", "=?utf-8?q?a"},
    {"=??q?a?=", "=??q?a?="},
    {"=?utf-8?q?a=?", "=?utf-8?q?a=?"},
    {"=?utf-8?q?a?b?=", "=?utf-8?q?a?b?="},
    {"=?no-such-charset?q?a=C3=BC?=", "a\xc3\xbc"},
    {"=?utf-8?q?=00=ff?=", "\xef\xbf\xbd\xef\xbf\xbd"},
    {"=?utf-8?q?=4?=", "=4"},
    {"raw \xff", "raw \xef\xbf\xbd"},
    {"a  b", "a  b"},
};

START_TEST(encoded_words)
{
    smime__buf to = {0};

    ck_ok(smime__words_decode(&to, smime__view_text(words[_i][0])));
    ck_assert_str_eq(smime__buf_text(&to), words[_i][1]);
    smime__buf_free(&to);
}
END_TEST

START_TEST(charsets)
{
    smime__buf to = {0};

    ck_ok(smime__charset_to_utf8(&to, smime__view_text("\xa4"), "ISO-8859-15"));
    ck_ok(smime__charset_to_utf8(&to, smime__view_text("x\xff"), "us-ascii"));
    ck_ok(smime__charset_to_utf8(&to, smime__view_text("\xc3\xa4"), "x-unknown"));
    ck_ok(smime__charset_to_utf8(&to, smime__view_of("\0A\0", 3), "UTF-16BE"));
    ck_assert_str_eq(smime__buf_text(&to), "\xe2\x82\xacx\xef\xbf\xbd\xc3\xa4"
                                           "A\xef\xbf\xbd");
    smime__buf_free(&to);
}
END_TEST

static const struct {
    const char *text;
    int64_t seconds;
} dates[] = {
    {"Sun, 22 Nov 2026 17:00:00 +0000", 1795366800},
    {"22 Nov 2026 17:00 +0000", 1795366800},
    {"sun,22 nOv 2026 18:00:00 +0100", 1795366800},
    {"Sun, 22 Nov 2026 11:30:00 -0530", 1795366800},
    {"Sun, 22 Nov 26 17:00:00 GMT", 1795366800},
    {"Sun, 22 Nov 126 17:00:00 UT", 1795366800},
    {"22 Nov 2026 12:00:00 EST", 1795366800},
    {"22 Nov 2026 17:00:00 X", 1795366800},
    {"22 Nov 2026 17:00:00", 1795366800},
    {"(c) Sun (c), 22 (c) Nov 2026 17:00:00 (c) +0000 (UTC)", 1795366800},
    {"Thu, 1 Jan 70 00:00:00 +0000", 0},
    {"31 Dec 1969 23:59:60 +0000", -1},
    {"1 Jan 49 00:00 +0000", INT64_C(2493072000)}, /* RFC 5322 4.3: 00 to 49 are 20.. */
    {"1 Jan 50 00:00 +0000", -INT64_C(631152000)},
};

START_TEST(dates_are_read)
{
    int64_t seconds = 1;

    ck_assert(smime__date_parse(smime__view_text(dates[_i].text), &seconds));
    ck_assert_int_eq(seconds, dates[_i].seconds);
}
END_TEST

START_TEST(what_is_no_date)
{
    static const char *const bad[] = {
        "", " ", "Sun", "Sun, 22", "22 Nov", "22 Nov 2026", "22 Nov 2026 17", "22 Nov 2026 17:",
        "30 Feb 2026 10:00 +0000", "22 Foo 2026 10:00", "22 Nov 2026 24:00", "0 Nov 2026 10:00",
        "22 Nov 2 10:00", "22 Nov 2026 10:00:", "2026-11-22T17:00:00Z", "(", "22 Nov 2026 10:60",
    };
    int64_t seconds = 42;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ck_assert_msg(!smime__date_parse(smime__view_text(bad[i]), &seconds), "%s", bad[i]);
        ck_assert_int_eq(seconds, 42);
    }
}
END_TEST

START_TEST(dates_are_written_and_read_back)
{
    char text[SMIME__DATE_SIZE];
    int64_t back;

    smime__date_format(text, 1795366800);
    ck_assert_str_eq(text, "Sun, 22 Nov 2026 17:00:00 +0000");
    smime__date_format(text, -1);
    ck_assert_str_eq(text, "Wed, 31 Dec 1969 23:59:59 +0000");
    for (int64_t seconds = 0; seconds < INT64_C(4000000000); seconds += 86400 * 11 + 1237) {
        smime__date_format(text, seconds);
        must(smime__date_parse(smime__view_text(text), &back));
        must(back == seconds);
    }
}
END_TEST

void add_mime_header(Suite *suite)
{
    TCase *tc = tcase_create("header");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, header_fields_are_found_where_they_stand);
    tcase_add_test(tc, header_find_tells_of_more);
    tcase_add_test(tc, many_fields);
    add_rows(tc, header_defects_are_told, header_defects);
    tcase_add_test(tc, header_name_loses_blanks_before_the_colon);
    tcase_add_test(tc, structural_fields);
    tcase_add_test(tc, defects_are_bounded_and_structural_ones_remembered);
    add_rows(tc, params_are_read, params_rows);
    tcase_add_test(tc, many_parameters);
    tcase_add_test(tc, params_read_any_bytes);
    add_rows(tc, encoded_words, words);
    tcase_add_test(tc, charsets);
    add_rows(tc, dates_are_read, dates);
    tcase_add_test(tc, what_is_no_date);
    tcase_add_test(tc, dates_are_written_and_read_back);
    suite_add_tcase(suite, tc);
}
