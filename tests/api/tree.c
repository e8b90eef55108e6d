/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parser: tree, names, places and defects. */
#include "common.h"

#include <string.h>

static const char mail[] = "From: Alice <alice@example.org>\n"
                           "MIME-Version: 1.0\n"
                           "Content-Type: multipart/mixed; boundary=b1\n"
                           "\n"
                           "preamble\n"
                           "--b1\n"
                           "Content-Type: text/plain; charset=utf-8\n"
                           "Content-Transfer-Encoding: 8bit\n"
                           "\n"
                           "Gr\303\274\303\237e\n"
                           "--b1\n"
                           "Content-Type: application/octet-stream\n"
                           "Content-Transfer-Encoding: base64\n"
                           "Content-Disposition: attachment; filename=\"a.bin\"\n"
                           "\n"
                           "AAECAwQFBgcICQoLDA0ODw==\n"
                           "--b1--\n";

/* LF or CRLF: the same tree. */
START_TEST(parser_tree)
{
    for (int ends = 0; ends < 2; ends++) {
        bytes message = ends ? crlf(mail) : text(mail);
        smime_parser *parser;
        const smime_entity *part;
        size_t taken;

        ck_assert_int_eq(smime_parser_new(NULL, &parser), SMIME_OK);
        ck_assert_ptr_null(smime_parser_root(parser));
        for (size_t i = 0; i < message.len; i++)
            ck_assert_int_eq(smime_parser_write(parser, message.data + i, 1, &taken), SMIME_OK);
        ck_assert_int_eq(smime_parser_finish(parser), SMIME_OK);
        part = smime_parser_root(parser);
        ck_assert_str_eq(smime_entity_type(part), "multipart/mixed");
        ck_assert_uint_eq(smime_entity_offset(part), 0);
        ck_assert_uint_eq(smime_entity_length(part), message.len);
        ck_assert_uint_eq(smime_entity_child_count(part), 2);
        part = smime_entity_child(part, 1);
        ck_assert_str_eq(smime_entity_path(part), "1.2");
        ck_assert_str_eq(smime_entity_disposition(part), "attachment");
        ck_assert_str_eq(smime_entity_filename(part), "a.bin");
        ck_assert_str_eq(smime_entity_encoding(part), "base64");
        ck_assert_uint_eq(smime_entity_offset(part),
                          find(message, "Content-Type: application/octet", 0));
        ck_assert_uint_eq(smime_entity_body_offset(part), find(message, "AAEC", 0));
        ck_assert_ptr_null(smime_entity_child(part, 0));
        ck_assert_uint_eq(smime_parser_defect_count(parser), 0);
        smime_parser_free(parser);
    }
}
END_TEST

/* A forwarded message has one child; parameters and names are decoded. */
START_TEST(names_and_parameters)
{
    bytes message = text("Content-Type: MESSAGE/RFC822; X-One=\"a \\\"b\"; two=2\n"
                         "Content-Disposition: Attachment; filename*=utf-8''%C3%BC.eml\n"
                         "\n"
                         "Subject: inner\n"
                         "Content-Type: text/html\n"
                         "\n"
                         "<p>\n");
    smime_parser *parser;
    const smime_entity *root;
    const char *name = NULL, *value = NULL;
    size_t taken;

    ck_assert_int_eq(smime_parser_new(NULL, &parser), SMIME_OK);
    ck_assert_int_eq(smime_parser_write(parser, message.data, message.len, &taken), SMIME_OK);
    ck_assert_int_eq(smime_parser_finish(parser), SMIME_OK);
    root = smime_parser_root(parser);
    ck_assert_str_eq(smime_entity_type(root), "message/rfc822");
    ck_assert_str_eq(smime_entity_disposition(root), "attachment");
    ck_assert_str_eq(smime_entity_filename(root), "\303\274.eml");
    ck_assert_str_eq(smime_entity_encoding(root), "7bit");
    ck_assert_uint_eq(smime_entity_parameter_count(root), 2);
    ck_assert_int_eq(smime_entity_parameter(root, 0, &name, &value), SMIME_OK);
    ck_assert_str_eq(name, "x-one");
    ck_assert_str_eq(value, "a \"b");
    ck_assert_int_eq(smime_entity_parameter(root, 2, &name, &value), SMIME_E_NOT_FOUND);
    ck_assert_uint_eq(smime_entity_child_count(root), 1);
    ck_assert_str_eq(smime_entity_type(smime_parser_entity(parser, "1.1")), "text/html");
    ck_assert_ptr_null(smime_parser_entity(parser, "1.2"));
    ck_assert_ptr_null(smime_parser_entity(parser, "2"));
    ck_assert_ptr_null(smime_parser_entity(parser, ""));
    smime_parser_free(parser);
}
END_TEST

START_TEST(defects_are_told)
{
    bytes message = text("Content-Type: text/plain\nContent-Type: text/html\n\nx\n");
    smime_parser *parser;
    const char *code = NULL, *sentence = NULL;
    int32_t class = -1;
    uint64_t offset = 9;
    size_t taken;

    ck_assert_int_eq(smime_parser_new(NULL, &parser), SMIME_OK);
    ck_assert_int_eq(smime_parser_write(parser, message.data, message.len, &taken), SMIME_OK);
    ck_assert_int_eq(smime_parser_finish(parser), SMIME_OK);
    ck_assert_uint_eq(smime_parser_defect_count(parser), 1);
    ck_assert_int_eq(smime_parser_defect(parser, 0, &code, &class, &offset, &sentence), SMIME_OK);
    ck_assert_str_eq(code, "duplicate-field");
    ck_assert_int_eq(class, SMIME_DEFECT_STRUCTURAL);
    ck_assert_uint_eq(offset, 0); /* the first of the two */
    ck_assert_str_ne(sentence, "");
    ck_assert_int_eq(smime_parser_defect(parser, 0, NULL, NULL, NULL, NULL), SMIME_OK);
    ck_assert_int_eq(smime_parser_defect(parser, 1, &code, NULL, NULL, NULL),
                     SMIME_E_NOT_FOUND);
    smime_parser_free(parser);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tree");
    TCase *tests = tcase_create("tree");

    tcase_add_checked_fixture(tests, NULL, common_teardown);
    tcase_add_test(tests, parser_tree);
    tcase_add_test(tests, names_and_parameters);
    tcase_add_test(tests, defects_are_told);
    suite_add_tcase(suite, tests);
    return support_main(suite);
}
