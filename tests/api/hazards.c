/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a relay may change is seen, and nothing else. */
#include "mail.h"

#include <string.h>

#define B(literal) literal, sizeof literal - 1

static const struct {
    const char *body;
    size_t len;
    uint32_t hazards;
} rows[] = {
    { B(""), 0 },
    { B("plain\r\nlines\r\n"), 0 },
    { B("LF\n\n\nlines"), 0 },
    { B("a\tb c\x1b\x7f\n"), 0 },
    { B("x\n From me\nFrom\nFrom:\nfrom me\n>From me\n"), 0 },
    { B("\x80"), SMIME_HAZARD_8BIT },
    { B("a\nb\xff\n"), SMIME_HAZARD_8BIT },
    { B("From me"), SMIME_HAZARD_FROM },
    { B("From "), SMIME_HAZARD_FROM | SMIME_HAZARD_TRAILING_BLANK },
    { B("\nFrom me\n"), SMIME_HAZARD_FROM },
    { B("a\r\nFrom me\r\n"), SMIME_HAZARD_FROM },
    { B("a \nb"), SMIME_HAZARD_TRAILING_BLANK },
    { B("a\t\r\nb"), SMIME_HAZARD_TRAILING_BLANK },
    { B(" "), SMIME_HAZARD_TRAILING_BLANK },
    { B("b\t"), SMIME_HAZARD_TRAILING_BLANK },
    { B("\n \n"), SMIME_HAZARD_TRAILING_BLANK },
    { B("a\0b\n"), SMIME_HAZARD_CONTROL },
    { B("\0"), SMIME_HAZARD_CONTROL },
    { B("a\rb\n"), SMIME_HAZARD_CONTROL },
    { B("a\r"), SMIME_HAZARD_CONTROL },
    { B("a\r\r\n"), SMIME_HAZARD_CONTROL },
    { B("\rFrom me\n"), SMIME_HAZARD_CONTROL | SMIME_HAZARD_FROM }, /* for some it begins a line */
    { B("a\n\r"), SMIME_HAZARD_CONTROL },
    { B("From \xfc \r\0 "), SMIME_HAZARD_FROM | SMIME_HAZARD_8BIT | SMIME_HAZARD_CONTROL |
                              SMIME_HAZARD_TRAILING_BLANK },
};

static uint32_t hazards_of(bytes message, size_t chunk, const char *path, int how)
{
    smime_parser *parser = parser_new();

    ck_ok(smime_parser_set_hazards(parser, 1));
    if (how & 1)
        ck_ok(smime_parser_set_shallow(parser, 1));
    if (how & 2)
        ck_ok(smime_parser_set_events(parser, NULL, NULL, NULL, SMIME_PART_TEXT, SMIME_KEEP_TREE,
                                      NULL, NULL));
    if (chunk)
        ck_ok(parse_in_chunks(parser, message, chunk));
    else
        ck_ok(smime_parser_buffer(parser, message.data, message.len));
    return smime_entity_hazards(smime_parser_entity(parser, path));
}

static void check(bytes message, const char *path, uint32_t hazards)
{
    for (size_t chunk = 0; chunk < 6; chunk++)
        for (int how = 0; how < 4; how++)
            ck_assert_msg(hazards_of(message, chunk, path, how) == hazards,
                          "chunk %zu: %u, not %u, at %s in %s", chunk,
                          hazards_of(message, chunk, path, how), hazards, path, message.data);
}

START_TEST(of_a_leaf)
{
    bytes body = bytes_of(rows[_i].body, rows[_i].len);

    check(joined(text("Subject: s \n\n"), body), "1", rows[_i].hazards);
    check(joined(text("\r\n"), body), "1", rows[_i].hazards);
}
END_TEST

/* All above it have them too, but no other branch. */
START_TEST(of_nested_parts)
{
    bytes message = joined(
        joined(text("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nplain\n--b\n"
                    "Content-Type: message/rfc822\n\nContent-Type: multipart/mixed; boundary=c\n\n"
                    "--c\n\n"),
               bytes_of(rows[_i].body, rows[_i].len)),
        text("\r\n--c\n\nplain\n--c--\n--b--\n"));

    check(message, "1.1", 0);
    check(message, "1.2.1.1", rows[_i].hazards);
    check(message, "1.2.1.2", 0);
    check(message, "1.2.1", rows[_i].hazards);
    check(message, "1.2", rows[_i].hazards);
    check(message, "1", rows[_i].hazards);
}
END_TEST

START_TEST(long_lines)
{
    check(joined(text("\n"), repeated("x", 998)), "1", 0);
    check(joined(text("\n"), repeated("x", 999)), "1", SMIME_HAZARD_LONG_LINE);
    check(joined(joined(text("\n"), repeated("x", 998)), text("\r\nx")), "1", 0);
    check(joined(joined(text("\na\n"), repeated("x", 998)), text("\nx")), "1", 0);
    check(joined(joined(text("\na\r\n"), repeated("x", 999)), text("\r\nx")), "1",
          SMIME_HAZARD_LONG_LINE);
}
END_TEST

START_TEST(of_headers)
{
    check(text("Subject: \xc3\xbc\n\nx\n"), "1", SMIME_HAZARD_HEADER_8BIT);
    check(text("From a\xfc\nSubject: s\n\nx\n"), "1", SMIME_HAZARD_HEADER_8BIT);
    check(text("Content-Type: multipart/mixed; boundary=b\n\n--b\nX: \xfc\n\nx\n--b--\n"), "1",
          SMIME_HAZARD_HEADER_8BIT);
    check(text("Subject: \xc3\xbc\n\n\xc3\xbc\n"), "1",
          SMIME_HAZARD_HEADER_8BIT | SMIME_HAZARD_8BIT);
}
END_TEST

/* Text before and behind the parts has them too, and no encoding helps there. */
START_TEST(around_parts)
{
    static const char before[] = "Content-Type: multipart/mixed; boundary=b\n\n\xfc\n--b\n\nx\n--b--\n";
    static const char behind[] = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--\nFrom\n"
                                 "From me\n";
    smime_editor *editor;
    uint8_t *data = NULL;
    size_t len;

    check(text(before), "1", SMIME_HAZARD_8BIT);
    check(text(before), "1.1", 0);
    check(text(behind), "1", SMIME_HAZARD_FROM);
    for (int32_t carry = SMIME_CARRY_7BIT; carry <= SMIME_CARRY_8BIT; carry++) {
        ck_ok(smime_editor_new(NULL, &editor));
        ck_ok(smime_editor_set_carry(editor, carry));
        ck_assert_int_eq(smime_editor_buffer(editor, before, sizeof before - 1, &data, &len),
                         carry ? SMIME_OK : SMIME_E_MIME_ENCODING);
        smime_editor_free(editor);
        smime_free(data);
    }
}
END_TEST

START_TEST(only_when_asked)
{
    smime_parser *parser = parser_new();
    size_t taken;

    ck_ok(smime_parser_set_hazards(parser, 1));
    ck_ok(smime_parser_set_hazards(parser, 0));
    ck_assert_int_eq(smime_parser_set_hazards(parser, 2), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_parser_set_hazards(parser, -1), SMIME_E_INVALID_ARG);
    ck_ok(smime_parser_write(parser, "\n\xff", 2, &taken));
    ck_assert_int_eq(smime_parser_set_hazards(parser, 1), SMIME_E_STATE);
    ck_ok(smime_parser_finish(parser));
    ck_assert_uint_eq(smime_entity_hazards(smime_parser_root(parser)), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("hazards");
    TCase *tests = tcase_create("hazards");

    tcase_add_checked_fixture(tests, NULL, common_teardown);
    add_rows(tests, of_a_leaf, rows);
    add_rows(tests, of_nested_parts, rows);
    tcase_add_test(tests, long_lines);
    tcase_add_test(tests, of_headers);
    tcase_add_test(tests, around_parts);
    tcase_add_test(tests, only_when_asked);
    suite_add_tcase(suite, tests);
    return support_main(suite);
}
