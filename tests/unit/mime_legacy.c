/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Legacy display elements put in and taken out, however the text comes. */
#include "unit.h"

#include "mime/charset.h"
#include "mime/legacy_display.h"
#include "mime/params.h"

#define ELEMENT "<div class=\"header-protection-legacy-display\"><pre>a</pre></div>"

static const size_t steps[] = { 1, 1000, 4096, 1 << 20 };

/* Text with @p filler bytes where the first '~' stands. */
static void stretch(smime__buf *to, const char *text, size_t filler)
{
    const char *at = strchr(text, '~');

    if (!at) {
        ck_ok(smime__buf_add_text(to, text));
        return;
    }
    ck_ok(smime__buf_add(to, text, (size_t)(at - text)));
    for (size_t i = 0; i < filler; i++)
        ck_ok(smime__buf_add_byte(to, (uint8_t)"<b>x-- </b> "[i % 12]));
    ck_ok(smime__buf_add_text(to, at + 1));
}

static const struct {
    const char *in, *out;
} comments[] = {
    { "<p>a</p><!-- ~ --><p>b</p>", "<p>a</p><!-- ~ --><p>b</p>" },
    { "<p>a</p><!--~--><!--x--><p>b</p>" ELEMENT "c", "<p>a</p><!--~--><!--x--><p>b</p>c" },
    { "a<!--~", "a<!--~" },
    { "a<!--~--", "a<!--~--" },
    { "a<!--~-->" ELEMENT "<!--~-->b", "a<!--~--><!--~-->b" },
    { "a<div class=header-protection-legacy-display><!--~</div>--></div>b", "ab" },
};
static const size_t lengths[] = { 0, 1, 4080, 4084, 4085, 4086, 4087, 4088, 4089, 4090, 4091, 4092,
                                  4093, 4096, 8100, 8176, 8180, 8184, 8188, 12000 };

/* A comment of any length stays as it is. */
START_TEST(long_comments)
{
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        smime__buf in = { 0 }, out = { 0 };

        stretch(&in, comments[_i].in, lengths[i]);
        stretch(&out, comments[_i].out, lengths[i]);
        for (size_t k = 0; k < sizeof steps / sizeof *steps; k++) {
            smime__stage *stage;
            capture sink;

            capture_init(&sink);
            ck_ok(smime__legacy_remover_new(SMIME__LEGACY_HTML, &sink.stage, &stage));
            ck_ok(feed(stage, in.data, in.len, steps[k]));
            capture_is(&sink, out.data, out.len);
            smime__stage_free(stage);
            capture_clear(&sink);
        }
        smime__buf_free(&in);
        smime__buf_free(&out);
    }
}
END_TEST

#define HELD 65536 /* in which the <body> tag is to end */

/* The same place whatever the pieces are: behind <body> that ends early enough, or in front. */
static const struct {
    const char *text; /* its last '>' ends the tag */
    size_t end;       /* of the tag */
    int found;
} places[] = {
    { "<body>", 6, 1 },
    { "<html><head><bodyx><<body class=x>", 40, 1 },
    { "<BODY\r\nclass=x>", 4000, 1 },
    { "<body>", HELD - 1, 1 },
    { "<body>", HELD, 1 },
    { "<body class=x>", HELD, 1 },
    { "<body>", HELD + 1, 0 },
    { "<body class=x>", HELD + 5, 0 },
    { "<body>", 2 * HELD, 0 },
    { "<bodyx>", 4000, 0 },
};

START_TEST(place_of_element)
{
    static const char element[] = "<div>e</div>";
    const size_t before = places[_i].end - strlen(places[_i].text);
    smime__buf in = { 0 }, out = { 0 };
    size_t place = places[_i].found ? places[_i].end : 0;

    for (size_t i = 0; i < before; i++)
        ck_ok(smime__buf_add_byte(&in, (uint8_t)"p { color: red }\r\n"[i % 18]));
    ck_ok(smime__buf_add_text(&in, places[_i].text));
    for (size_t i = 0; i < 3000; i++)
        ck_ok(smime__buf_add_text(&in, places[_i].found ? "<p>Hello.</p><body>\r\n" : "<body>\r\n"));
    if (!places[_i].found && places[_i].end < HELD)
        in.len = before + strlen(places[_i].text);
    ck_ok(smime__buf_add(&out, in.data, place));
    ck_ok(smime__buf_add_text(&out, element));
    ck_ok(smime__buf_add(&out, in.data + place, in.len - place));
    for (size_t k = 0; k < sizeof steps / sizeof *steps; k++) {
        smime__stage *stage;
        capture sink;

        capture_init(&sink);
        ck_ok(smime__legacy_inserter_new(SMIME__LEGACY_HTML, smime__view_text(element), &sink.stage,
                                         &stage));
        ck_ok(feed(stage, in.data, in.len, steps[k]));
        capture_is(&sink, out.data, out.len);
        smime__stage_free(stage);
        capture_clear(&sink);
    }
    smime__buf_free(&in);
    smime__buf_free(&out);
}
END_TEST

static const struct {
    const char *charset;
    int has; /* ASCII */
} charsets[] = {
    { "utf-8", 1 },        { "UTF-8", 1 },        { "us-ascii", 1 },     { "iso-8859-1", 1 },
    { "ISO-8859-15", 1 },  { "windows-1252", 1 }, { "windows-1251", 1 }, { "koi8-r", 1 },
    { "gb2312", 1 },       { "gbk", 1 },          { "gb18030", 1 },      { "big5", 1 },
    { "euc-jp", 1 },       { "euc-kr", 1 },       { "shift_jis", 1 },    { "iso-2022-jp", 1 },
    { "utf-16", 0 },       { "utf-16le", 0 },     { "UTF-16BE", 0 },     { "utf-32", 0 },
    { "utf-7", 0 },        { "x-unknown", 0 },    { "utf-8//IGNORE", 0 },
};

START_TEST(charsets_with_ascii)
{
    static const int forms[] = { SMIME__LEGACY_PLAIN, SMIME__LEGACY_HTML };
    smime__buf element = { 0 };
    int there = -1;

    ck_ok(smime__charset_has_ascii(charsets[_i].charset, &there));
    ck_assert_int_eq(there, charsets[_i].has);
    for (size_t i = 0; i < 2; i++) {
        smime__buf_clear(&element);
        ck_ok(smime__legacy_element(&element, forms[i], smime__view_text("Subject: x\r\n"),
                                    charsets[_i].charset, &there));
        ck_assert_int_eq(there, charsets[_i].has);
        ck_assert(there || element.len == 0);
    }
    smime__buf_free(&element);
}
END_TEST

/* The whole of a text becomes another charset's, and comes back. */
START_TEST(ascii_in_other_charsets)
{
    static const char *const names[] = { "utf-16", "utf-16le", "utf-32", "utf-7", "shift_jis" };
    smime__view text = smime__view_text("1 + 1 = 2\r\n");

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        smime__buf made = { 0 }, back = { 0 };
        int there;

        ck_ok(smime__charset_from_utf8(&made, text, names[i], &there));
        ck_assert_int_eq(there, 1);
        ck_ok(smime__charset_to_utf8(&back, smime__buf_view(&made), names[i]));
        ck_assert_mem_eq(back.data, text.data, text.len);
        ck_assert_uint_eq(back.len, text.len);
        smime__buf_free(&made);
        smime__buf_free(&back);
    }
}
END_TEST

static const struct {
    const char *in, *out;
} drops[] = {
    { "A: b", "A: b" },
    { "A: b; x=1", "A: b" },
    { "A: b; (c;(d\\))) X (e) = (;) \"1;\\\";\" (f;) ; y=2; x", "A: b; y=2" },
    { "A: b; x*0=1;\r\n x*1*=2;\r\n z=\"x;x=1\";x*=3", "A: b;\r\n z=\"x;x=1\"" },
    { "A: b; xy=1; y=a\"b;x=1;z=\"", "A: b; xy=1; y=a\"b;z=\"" },
    { "A: b (; x=1", "A: b (; x=1" },
    { "A: b; x=\"", "A: b" },
    { "A: b; x=\"\\", "A: b" },
    { "A: b; x (\\", "A: b" },
};

START_TEST(parameter_dropped)
{
    const char *in = drops[_i].in, *out = drops[_i].out;
    smime__buf to = { 0 };

    ck_ok(smime__params_drop(&to, smime__view_text(in), "x"));
    ck_assert_uint_eq(to.len, strlen(out));
    ck_assert_mem_eq(to.data, out, to.len);
    for (size_t len = 0; len <= strlen(in); len++) { /* cut anywhere nothing beyond is read */
        uint8_t *piece = malloc(len + !len);
        memcpy(piece, in, len);
        smime__buf_clear(&to);
        ck_ok(smime__params_drop(&to, smime__view_of(piece, len), "x"));
        free(piece);
    }
    smime__buf_free(&to);
}
END_TEST

void add_mime_legacy(Suite *suite)
{
    TCase *tcase = tcase_create("legacy");

    tcase_set_timeout(tcase, 120);
    add_rows(tcase, long_comments, comments);
    add_rows(tcase, place_of_element, places);
    add_rows(tcase, charsets_with_ascii, charsets);
    tcase_add_test(tcase, ascii_in_other_charsets);
    add_rows(tcase, parameter_dropped, drops);
    suite_add_tcase(suite, tcase);
}
