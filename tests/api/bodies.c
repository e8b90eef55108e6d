/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bodies in their three forms, at once and in any pieces. */
#include "mail.h"

#include <stdio.h>
#include <string.h>

#define BAD "\xef\xbf\xbd"
#define B(literal) { literal, sizeof literal - 1 }
#define SAME { NULL, 0 }

typedef struct piece {
    const char *data; /* may hold NUL */
    size_t len;
} piece;

/* A body as it stands, decoded (SAME: as it stands), as text (SAME: as decoded). */
static const struct {
    const char *type, *encoding;
    piece raw, decoded, text;
} rows[] = {
    { "text/plain", "7bit", B("abc\r\nd\n"), SAME, SAME },
    { "text/plain", "7bit", B(""), SAME, SAME },
    { "text/plain", "8bit", B("a\xfc" "b"), SAME, B("a" BAD "b") },
    { "text/plain; charset=US-ASCII", "8bit", B("\xc3\xbc"), SAME, SAME },
    { "text/plain; charset=iso-8859-1", "8bit", B("gr\xfc\xdf"), SAME, B("gr\xc3\xbc\xc3\x9f") },
    { "text/html; charset=\"ISO-8859-1\"", "quoted-printable", B("gr=FC=\r\nn=20"),
      B("gr\xfcn "), B("gr\xc3\xbcn ") },
    { "text/plain; charset=windows-1252", "8bit", B("\x80\x93"), SAME,
      B("\xe2\x82\xac\xe2\x80\x9c") },
    { "text/plain; charset=utf-8", "8bit", B("\xc3\xbc\xe4\xb8\xad\xf0\x9f\x98\x80"), SAME, SAME },
    { "text/plain; charset=utf-8", "base64", B("w7zkuK3wn5iA"),
      B("\xc3\xbc\xe4\xb8\xad\xf0\x9f\x98\x80"), SAME },
    { "text/plain; charset=utf-8", "8bit", B("a\xe4\xb8"), SAME, B("a" BAD BAD) },
    { "text/plain; charset=utf-8", "8bit", B("\xe4\xb8z\x80\xff\xc0\x8a"), SAME,
      B(BAD BAD "z" BAD BAD BAD BAD) },
    { "text/plain; charset=utf-8", "8bit", B("\xed\xa0\x80\xf0\x80\x80\x80\xf4\x90\x80\x80"), SAME,
      B(BAD BAD BAD BAD BAD BAD BAD BAD BAD BAD BAD) },
    { "text/plain; charset=utf-8", "7bit", B("a\0b"), SAME, B("a" BAD "b") },
    { "text/plain; charset=iso-2022-jp", "7bit", B("\x1b$BF|K\\\x1b(B.\n\x1b$B8l\x1b(B\n"), SAME,
      B("\xe6\x97\xa5\xe6\x9c\xac.\n\xe8\xaa\x9e\n") },
    { "text/plain; charset=iso-2022-jp", "7bit", B("\x1b$BF|K"), SAME, B("\xe6\x97\xa5" BAD) },
    { "text/plain; charset=shift_jis", "8bit", B("\x93\xfa\x96{a\xb1"), SAME,
      B("\xe6\x97\xa5\xe6\x9c\xac" "a\xef\xbd\xb1") },
    { "text/plain; charset=shift_jis", "8bit", B("a\x93"), SAME, B("a" BAD) },
    { "text/plain; charset=euc-kr", "8bit", B("\xc7\xd1."), SAME, B("\xed\x95\x9c.") },
    { "text/plain; charset=utf-16", "base64", B("/v8AYQD8"), B("\xfe\xff\0a\0\xfc"),
      B("a\xc3\xbc") },
    { "text/plain; charset=utf-16", "base64", B("//5hAPwA"), B("\xff\xfe" "a\0\xfc\0"),
      B("a\xc3\xbc") },
    { "text/plain; charset=utf-16be", "base64", B("2D3eAA=="), B("\xd8\x3d\xde\0"),
      B("\xf0\x9f\x98\x80") },
    { "text/plain; charset=utf-16le", "base64", B("YQAA"), B("a\0\0"), B("a" BAD) },
    { "text/plain; charset=x-unknown", "8bit", B("a\xfc\xc3\xbc"), SAME, B("a" BAD "\xc3\xbc") },
    { "text/plain; charset=\"\"", "8bit", B("\xc3\xbc"), SAME, SAME },
    { "text/plain; charset=\"//IGNORE\"", "8bit", B("\xc3\xbc\xff"), SAME, B("\xc3\xbc" BAD) },
    { "text/plain; charset=\"iso-8859-1//TRANSLIT\"", "8bit", B("\xc3\xbc"), SAME, SAME },
    /* no text: as decoded */
    { "application/x; charset=iso-8859-1", "base64", B("/PwA"), B("\xfc\xfc\0"), SAME },
    { "application/x", "x-unknown", B("a=FC"), SAME, SAME },
};

static bytes raw_of(int row)
{
    char header[200];

    snprintf(header, sizeof header,
             "Content-Type: %s\r\nContent-Transfer-Encoding: %s\r\nMIME-Version: 1.0\r\n\r\n",
             rows[row].type, rows[row].encoding);
    return joined(text(header), bytes_of(rows[row].raw.data, rows[row].raw.len));
}

static bytes expected_of(int row, int form)
{
    piece raw = rows[row].raw, decoded = rows[row].decoded, text = rows[row].text;

    decoded = decoded.data ? decoded : raw;
    text = text.data ? text : decoded;
    raw = form == SMIME_PART_RAW ? raw : form == SMIME_PART_DECODED ? decoded : text;
    return bytes_of(raw.data, raw.len);
}

START_TEST(three_forms)
{
    bytes message = raw_of(_i);
    smime_parser *parser = parsed(message);

    for (int form = SMIME_PART_RAW; form <= SMIME_PART_TEXT; form++)
        ck_same(body_of(parser, "1", form), expected_of(_i, form));
    ck_assert_uint_eq(smime_entity_decoded_length(smime_parser_root(parser)),
                      expected_of(_i, SMIME_PART_DECODED).len);
}
END_TEST

static bytes selected(bytes message, const char *path, int32_t form, size_t chunk)
{
    smime_parser *parser = parser_new();
    bytes got = { NULL, 0 };

    ck_ok(smime_parser_select(parser, path, form));
    ck_ok(smime_parser_set_sink(parser, gather, &got, NULL));
    ck_ok(parse_in_chunks(parser, message, chunk));
    if (got.data)
        keep(got.data, smime_free);
    return got;
}

/* The same when the part is selected and the message comes in pieces of any size. */
START_TEST(three_forms_in_pieces)
{
    bytes message = raw_of(_i);

    for (int form = SMIME_PART_RAW; form <= SMIME_PART_TEXT; form++)
        for (size_t chunk = 1; chunk < 9; chunk++)
            ck_same(selected(message, "1", form, chunk), expected_of(_i, form));
}
END_TEST

static smime_status gather_body(const smime_entity *entity, const uint8_t *data, size_t len,
                                void *user_data)
{
    must(entity && len);
    return gather(data, len, user_data);
}

START_TEST(three_forms_as_events)
{
    bytes message = raw_of(_i);

    for (int form = SMIME_PART_RAW; form <= SMIME_PART_TEXT; form++)
        for (size_t chunk = 1; chunk < 9; chunk += 3) {
            smime_parser *parser = parser_new();
            bytes got = { NULL, 0 };

            ck_ok(smime_parser_set_events(parser, NULL, gather_body, NULL, form,
                                          SMIME_KEEP_NOTHING, &got, NULL));
            ck_ok(parse_in_chunks(parser, message, chunk));
            if (got.data)
                keep(got.data, smime_free);
            ck_same(got, expected_of(_i, form));
        }
}
END_TEST

/* Long texts of random bytes in many charsets: however cut, the same. */
START_TEST(random_bytes_in_pieces)
{
    static const char *const charsets[] = {
        "utf-8", "iso-2022-jp", "iso-2022-kr", "shift_jis", "euc-jp", "big5", "gb18030",
        "utf-16", "utf-16be", "utf-32", "utf-7", "hz-gb-2312", "iso-8859-8", "koi8-r",
        "iso-2022-cn", "tscii", "euc-tw", "big5-hkscs", "tcvn5712-1", "windows-1258",
        "iso-2022-jp-3", "euc-jisx0213", "johab", "cp949", "armscii-8",
    };
    bytes data = { take(2000), 2000 };
    char header[200];
    bytes message, whole;

    support_fill(data.data, data.len, (uint32_t)_i);
    for (size_t i = 0; i < data.len; i++) /* half of it plain, so that characters are whole too */
        if (data.data[i] % 3 == 0)
            data.data[i] &= 0x7f;
    snprintf(header, sizeof header,
             "Content-Type: text/plain; charset=%s\n"
             "Content-Transfer-Encoding: 8bit\n\n",
             charsets[_i]);
    message = joined(text(header), data);
    whole = body_of(parsed(message), "1", SMIME_PART_TEXT);
    for (size_t chunk = 1; chunk < 70; chunk = chunk * 2 + 1)
        ck_assert_msg(same(selected(message, "1", SMIME_PART_TEXT, chunk), whole),
                      "%s depends on pieces of %zu", charsets[_i], chunk);
}
END_TEST

static const char nested[] = "Content-Type: multipart/mixed; boundary=b\n\n"
                             "before\n--b\n\none\n--b\nContent-Type: message/rfc822\n\n"
                             "Subject: in\nContent-Transfer-Encoding: base64\n\neA==\n--b--\n"
                             "after\n";

/* What has children is raw in every form. */
START_TEST(containers_are_raw)
{
    bytes message = text(nested);
    smime_parser *parser = parsed(message);
    static const char in[] = "Subject: in\nContent-Transfer-Encoding: base64\n\neA==";

    for (int form = SMIME_PART_RAW; form <= SMIME_PART_TEXT; form++) {
        ck_same(body_of(parser, "1", form), part_of(message, find(message, "before", 0),
                                                    message.len));
        ck_same(body_of(parser, "1.2", form), text(in));
        ck_same(selected(message, "1.2", form, 1), text(in));
        ck_same(body_of(parser, "1.2.1", form), text(form == SMIME_PART_RAW ? "eA==" : "x"));
        ck_same(body_of(parser, "1.1", form), text("one"));
    }
}
END_TEST

/* A body is had after smime_parser_buffer() alone, of entities of that parser. */
START_TEST(bodies_need_a_buffer)
{
    bytes message = text(nested);
    smime_parser *whole = parsed(message), *chunks = parser_new(), *other = parsed(text("\nx"));
    uint8_t *data = NULL;
    size_t len = 7, taken;

    ck_ok(parse_in_chunks(chunks, message, 100));
    ck_assert_int_eq(smime_parser_body(chunks, smime_parser_root(chunks), 0, &data, &len),
                     SMIME_E_STATE);
    ck_assert_int_eq(smime_parser_body(other, smime_parser_entity(whole, "1.2"), 0, &data, &len),
                     SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_parser_buffer(whole, message.data, message.len), SMIME_E_STATE);
    ck_assert_int_eq(smime_parser_write(whole, "x", 1, &taken), SMIME_E_STATE);
    chunks = parser_new();
    ck_ok(smime_parser_write(chunks, "x", 1, &taken));
    ck_assert_int_eq(smime_parser_buffer(chunks, message.data, message.len), SMIME_E_STATE);
    chunks = parser_new();
    ck_ok(smime_parser_select(chunks, "1", 0));
    ck_assert_int_eq(smime_parser_buffer(chunks, message.data, message.len), SMIME_E_STATE);
    chunks = parser_new();
    ck_assert_int_eq(smime_parser_buffer(chunks, NULL, 0), SMIME_E_MIME_SYNTAX);
    ck_assert_int_eq(smime_parser_buffer(parser_new(), "", 0), SMIME_E_MIME_SYNTAX);
    ck_assert(!data && len == 7);
}
END_TEST

/* Every prefix of a message in memory of its size: bodies lie in it. */
START_TEST(bodies_of_prefixes)
{
    bytes message = text(mails[_i]);

    for (size_t len = 1; len < message.len; len++) {
        size_t here = mark();
        bytes prefix = { take(len), len };
        const smime_entity *entity;
        smime_parser *parser;

        memcpy(prefix.data, message.data, len);
        parser = parsed(prefix);
        for (entity = smime_parser_root(parser); entity; entity = smime_entity_child(entity, 0))
            for (int form = SMIME_PART_RAW; form <= SMIME_PART_TEXT; form++)
                (void)body_of(parser, smime_entity_path(entity), form);
        give_back(here);
    }
}
END_TEST

/* A shallow parser decodes nothing that nobody asked for, and the tree is the same. */
START_TEST(shallow)
{
    bytes message = text("Content-Type: multipart/mixed; boundary=b\n\n--b\n"
                         "Content-Transfer-Encoding: base64\n\n!!!!\n--b\n"
                         "Content-Transfer-Encoding: base64\n\neHh4\n--b--\n");
    smime_parser *deep = parsed(message), *parser = parser_new();
    uint8_t *data;
    size_t len, taken;
    bytes got = { NULL, 0 };

    ck_assert_uint_gt(smime_parser_defect_count(deep), 0);
    ck_assert_uint_eq(smime_entity_decoded_length(smime_parser_entity(deep, "1.2")), 3);
    ck_ok(smime_parser_set_shallow(parser, 1));
    ck_ok(smime_parser_buffer(parser, message.data, message.len));
    ck_assert_uint_eq(smime_parser_defect_count(parser), 0);
    ck_assert_uint_eq(smime_entity_decoded_length(smime_parser_entity(parser, "1.2")), 0);
    ck_assert_uint_eq(smime_entity_length(smime_parser_entity(parser, "1.2")),
                      smime_entity_length(smime_parser_entity(deep, "1.2")));
    ck_ok(smime_parser_body(parser, smime_parser_entity(parser, "1.2"), SMIME_PART_DECODED, &data,
                            &len)); /* who asks gets it */
    ck_assert_uint_eq(len, 3);
    smime_free(data);
    ck_assert_int_eq(smime_parser_set_shallow(parser, 0), SMIME_E_STATE);
    /* the selected part is asked for */
    parser = parser_new();
    ck_ok(smime_parser_set_shallow(parser, 1));
    ck_ok(smime_parser_select(parser, "1.2", SMIME_PART_DECODED));
    ck_ok(smime_parser_set_sink(parser, gather, &got, NULL));
    ck_ok(smime_parser_write(parser, message.data, message.len, &taken));
    ck_ok(smime_parser_finish(parser));
    keep(got.data, smime_free);
    ck_same(got, text("xxx"));
    ck_assert_uint_eq(smime_entity_decoded_length(smime_parser_entity(parser, "1.2")), 3);
    ck_assert_uint_eq(smime_entity_decoded_length(smime_parser_entity(parser, "1.1")), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("bodies");
    TCase *tests = tcase_create("bodies");

    tcase_add_checked_fixture(tests, NULL, common_teardown);
    tcase_set_timeout(tests, 60);
    add_rows(tests, three_forms, rows);
    add_rows(tests, three_forms_in_pieces, rows);
    add_rows(tests, three_forms_as_events, rows);
    tcase_add_loop_test(tests, random_bytes_in_pieces, 0, 25);
    tcase_add_test(tests, containers_are_raw);
    tcase_add_test(tests, bodies_need_a_buffer);
    tcase_add_loop_test(tests, bodies_of_prefixes, 0, (int)mail_count);
    tcase_add_test(tests, shallow);
    suite_add_tcase(suite, tests);
    return support_main(suite);
}
