/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Header fields as bytes and as what they say, parameters, and names to save under. */
#include "mail.h"

#include <stdio.h>
#include <string.h>

/* Fields of @p entity lie in @p message where they say, in order, one behind the other. */
static void check_fields(const smime_entity *entity, bytes message)
{
    uint64_t end = smime_entity_offset(entity);

    for (size_t i = 0; i < smime_entity_field_count(entity); i++) {
        uint64_t offset = smime_entity_field_offset(entity, i);
        size_t raw_len, name_len, value_len;
        const uint8_t *raw = smime_entity_field_raw(entity, i, &raw_len);
        const uint8_t *name = smime_entity_field_name(entity, i, &name_len);
        const uint8_t *value = smime_entity_field_value(entity, i, &value_len);

        must(raw && name && value && offset >= end);
        must(offset + raw_len <= smime_entity_body_offset(entity));
        must(!memcmp(raw, message.data + offset, raw_len));
        must(name == raw && name_len < raw_len && value > name && raw[name_len] != '\n');
        must(value + value_len <= raw + raw_len);
        must(raw + raw_len - (value + value_len) <= 2);
        must(memchr(raw, ':', raw_len) == value - 1);
        end = offset + raw_len;
    }
    for (size_t i = 0; i < smime_entity_child_count(entity); i++)
        check_fields(smime_entity_child(entity, i), message);
}

START_TEST(fields_are_the_bytes_of_the_input)
{
    bytes forms[2] = { text(mails[_i]), crlf(mails[_i]) };

    for (int i = 0; i < 2; i++) {
        smime_parser *whole = parsed(forms[i]), *chunks = parser_new();

        check_fields(smime_parser_root(whole), forms[i]);
        ck_ok(parse_in_chunks(chunks, forms[i], 1));
        check_fields(smime_parser_root(chunks), forms[i]);
        ck_assert_uint_eq(smime_entity_field_count(smime_parser_root(whole)),
                          smime_entity_field_count(smime_parser_root(chunks)));
    }
}
END_TEST

static const char header[] = "From a@x Mon Jun  1 00:00:00 2026\n"
                             "Received: one\n"
                             "Subject : =?utf-8?q?gr=C3=BCn?=\n =?utf-8?q?_und?= more\n"
                             "received:\n"
                             "X-8bit: \xe4\xff\n"
                             "X-Nul: =?utf-8?q?a=00b?=\n"
                             "RECEIVED: three\n\n";

START_TEST(fields_are_found)
{
    bytes message = text(header);
    const smime_entity *root = smime_parser_root(parsed(message));
    size_t index = 99, len = 99;
    char *got = NULL;

    ck_assert_uint_eq(smime_entity_field_count(root), 6);
    ck_assert_uint_eq(smime_entity_field_offset(root, 0), find(message, "Received", 0));
    ck_ok(smime_entity_find_field(root, "Received", 0, &index));
    ck_assert_uint_eq(index, 0);
    ck_ok(smime_entity_find_field(root, "Received", index + 1, &index));
    ck_assert_uint_eq(index, 2);
    ck_ok(smime_entity_find_field(root, "received", index + 1, &index));
    ck_assert_uint_eq(index, 5);
    ck_assert_int_eq(smime_entity_find_field(root, "received", 6, &index), SMIME_E_NOT_FOUND);
    ck_assert_int_eq(smime_entity_find_field(root, "received", SIZE_MAX, &index),
                     SMIME_E_NOT_FOUND);
    ck_assert_int_eq(smime_entity_find_field(root, "Receive", 0, &index), SMIME_E_NOT_FOUND);
    ck_assert_int_eq(smime_entity_find_field(root, "", 0, &index), SMIME_E_NOT_FOUND);
    ck_assert_uint_eq(index, 5);
    ck_assert_str_eq(field_text(root, "Subject"), "gr\xc3\xbcn und more");
    ck_assert_str_eq(field_text(root, "X-8bit"), "\xef\xbf\xbd\xef\xbf\xbd");
    ck_assert_str_eq(field_text(root, "X-Nul"), "a\xef\xbf\xbd" "b");
    ck_ok(smime_entity_field_text(root, 2, &got));
    ck_assert_str_eq(got, "");
    smime_free(got);
    /* past the end */
    ck_assert_int_eq(smime_entity_field_text(root, 6, &got), SMIME_E_NOT_FOUND);
    ck_assert_ptr_null(smime_entity_field_raw(root, 6, &len));
    ck_assert_uint_eq(len, 0);
    ck_assert_ptr_null(smime_entity_field_name(root, SIZE_MAX, NULL));
    ck_assert_ptr_null(smime_entity_field_value(root, SIZE_MAX, NULL));
    ck_assert_uint_eq(smime_entity_field_offset(root, 6), 0);
}
END_TEST

static const struct {
    const char *value, *text;
} texts[] = {
    { " plain", "plain" },
    { "no blank", "no blank" },
    { " a\n\tb\n  c", "a\tb  c" },
    { " =?iso-8859-1?Q?a_=FC?=", "a \xc3\xbc" },
    { " =?utf-8?b?w4M=?=  =?utf-8?b?w4M=?=", "\xc3\x83\xc3\x83" },
    { " =?utf-8?b?ww==?=\n =?utf-8?b?gw==?=", "\xc3\x83" }, /* cut inside a character */
    { " =?utf-8*en?q?a?=", "a" },
    { " =?iso-2022-jp?b?GyRCRnxLXBsoQg==?=", "\xe6\x97\xa5\xe6\x9c\xac" },
    { " =?utf-8?q?broken", "=?utf-8?q?broken" },
    { " =?x-unknown?q?a?= b", "a b" },
};

START_TEST(text_for_people)
{
    bytes message = joined(joined(text("X:"), text(texts[_i].value)), text("\n\n"));

    ck_assert_str_eq(field_text(smime_parser_root(parsed(message)), "X"), texts[_i].text);
}
END_TEST

static const struct {
    const char *field;
    smime_status status;
    int64_t seconds;
} dates[] = {
    { "Date: Mon, 01 Jun 2026 00:00:00 +0000\n", SMIME_OK, SUPPORT_NOW },
    { "Date: Mon, 1 Jun\n 2026 02:00 +0200 (CEST)\n", SMIME_OK, SUPPORT_NOW },
    { "Date: 31 May 26 19:00:00 EST\n", SMIME_OK, SUPPORT_NOW },
    { "Date: Thu, 01 Jan 1970 00:00:00 +0000\nDate: no\n", SMIME_OK, 0 },
    { "Date: Wed, 31 Dec 1969 23:59:59 +0000\n", SMIME_OK, -1 },
    { "Date: no\nDate: Thu, 01 Jan 1970 00:00:00 +0000\n", SMIME_E_MIME_SYNTAX, 7 },
    { "Date:\n", SMIME_E_MIME_SYNTAX, 7 },
    { "Date: Mon, 32 Jun 2026 00:00:00 +0000\n", SMIME_E_MIME_SYNTAX, 7 },
    { "X: y\n", SMIME_E_NOT_FOUND, 7 },
};

START_TEST(dates_are_read)
{
    const smime_entity *root = smime_parser_root(parsed(joined(text(dates[_i].field), text("\n"))));
    int64_t seconds = 7;

    ck_assert_int_eq(smime_entity_date(root, "date", &seconds), dates[_i].status);
    ck_assert_int_eq(seconds, dates[_i].seconds);
}
END_TEST

/* All fields of the name, in order, each read for itself. */
START_TEST(mailboxes_of_all_fields)
{
    const smime_entity *root = smime_parser_root(
        parsed(text("To: group: a@x;\nCc: c@x\nto: b@x,\n d@x\nTo: open: e@x\nTo: f@x\n\n")));
    smime_addresses *to = NULL, *none = NULL;

    ck_ok(smime_entity_addresses(root, "To", &to));
    ck_assert_uint_eq(smime_addresses_count(to), 5);
    ck_assert_str_eq(smime_addresses_address(to, 0), "a@x");
    ck_assert_str_eq(smime_addresses_group(to, 0), "group");
    ck_assert_str_eq(smime_addresses_address(to, 2), "d@x");
    ck_assert_ptr_null(smime_addresses_group(to, 1));
    ck_assert_str_eq(smime_addresses_group(to, 3), "open");
    ck_assert_ptr_null(smime_addresses_group(to, 4)); /* a group ends with its field */
    smime_addresses_unref(to);
    ck_assert_int_eq(smime_entity_addresses(root, "Bcc", &none), SMIME_E_NOT_FOUND);
    ck_assert_ptr_null(none);
}
END_TEST

static const struct {
    const char *field, *ids[4];
} references[] = {
    { "<a@x>", { "a@x" } },
    { "<a@x> <b@y>\n <c@z>", { "a@x", "b@y", "c@z" } },
    { "<a@x><b@y>", { "a@x", "b@y" } },
    { "< a@x >\t<\n b@y\n >", { "a@x", "b@y" } },
    { "(<no@x>) <a@x> (a \\) <no@x>)", { "a@x" } },
    { "\"<no@x>\" <a@x>", { "a@x" } },
    { "\"a \\\" <no@x>\" <a@x>", { "a@x" } },
    { "your mail of Monday <a@x>", { "a@x" } },
    { "<\"a>b\"@x>", { "\"a>b\"@x" } },
    { "<a@[x]> <b(c@x>", { "a@[x]", "b(c@x" } },
    { "<no <a@x>", { "a@x" } },
    { "a@x", { NULL } },
    { "<a@x", { NULL } },
    { "(<a@x>", { NULL } },
    { "\"<a@x>\\", { NULL } },
    { "", { NULL } },
};

START_TEST(message_identifiers)
{
    bytes message = joined(joined(text("References: "), text(references[_i].field)),
                           text("\nReferences: <second@field>\n\n"));
    const smime_entity *root = smime_parser_root(parsed(message));
    size_t count = 0;
    char *id = NULL;

    for (; references[_i].ids[count]; count++) {
        ck_ok(smime_entity_message_id(root, "references", count, &id));
        ck_assert_str_eq(id, references[_i].ids[count]);
        smime_free(id);
        id = NULL;
    }
    ck_assert_int_eq(smime_entity_message_id(root, "references", count, &id), SMIME_E_NOT_FOUND);
    ck_assert_int_eq(smime_entity_message_id(root, "references", SIZE_MAX, &id),
                     SMIME_E_NOT_FOUND);
    ck_assert_int_eq(smime_entity_message_id(root, "Message-ID", 0, &id), SMIME_E_NOT_FOUND);
    ck_assert_ptr_null(id);
}
END_TEST

static const struct {
    const char *parameter; /* of Content-Disposition: attachment */
    const char *given, *safe;
} names[] = {
    { "filename=a.txt", "a.txt", "a.txt" },
    { "filename=\"a b.txt\"", "a b.txt", "a b.txt" },
    { "filename=\"../../etc/passwd\"", "../../etc/passwd", "passwd" },
    { "filename=\"..\\\\..\\\\evil.exe\"", "..\\..\\evil.exe", "evil.exe" },
    { "filename=\"C:\\\\a\\\\b.txt\"", "C:\\a\\b.txt", "b.txt" },
    { "filename=\"C:b.txt\"", "C:b.txt", "C_b.txt" },
    { "filename=\"/\"", "/", "part-1" },
    { "filename=\"a/\"", "a/", "part-1" },
    { "filename=\"..\"", "..", "part-1" },
    { "filename=\".\"", ".", "part-1" },
    { "filename=\"...  \"", "...  ", "part-1" },
    { "filename=\"\"", "", "part-1" },
    { "filename=\".bashrc\"", ".bashrc", "bashrc" },
    { "filename=\" . .a. . \"", " . .a. . ", "a" },
    { "filename*=utf-8''a%00b%0D%0Ac%1B%7F", "a\xef\xbf\xbd" "b\r\nc\x1b\x7f",
      "a\xef\xbf\xbd" "b__c__" },
    { "filename=\"a<b>c:d|e?f*g\"", "a<b>c:d|e?f*g", "a_b_c_d_e_f_g" },
    /* right-to-left override, isolates, zero width, byte order mark, line separator, C1, ALM */
    { "filename*=utf-8''a%E2%80%AEtxt.exe", "a\xe2\x80\xaetxt.exe", "atxt.exe" },
    { "filename*=utf-8''a%E2%81%A6b%E2%81%A9%E2%80%8Bc%EF%BB%BFd%E2%80%A8e%C2%85f%D8%9Cg.txt",
      "a\xe2\x81\xa6" "b\xe2\x81\xa9\xe2\x80\x8b" "c\xef\xbb\xbf" "d\xe2\x80\xa8" "e\xc2\x85"
      "f\xd8\x9cg.txt", "abcdefg.txt" },
    { "filename*=utf-8''.%E2%80%8B.%E2%80%8E", ".\xe2\x80\x8b.\xe2\x80\x8e", "part-1" },
    { "filename*=utf-8''%2e%2e%2fa", "../a", "a" },
    { "filename=\"=?utf-8?q?..=2F=C3=BC?=\"", "../\xc3\xbc", "\xc3\xbc" },
    { "filename*0*=iso-8859-1''%FC; filename*1=\".txt\"", "\xc3\xbc.txt", "\xc3\xbc.txt" },
    { "filename*0=\"a\"; filename*1=\"b\"", "ab", "ab" },
    { "filename=plain; filename*=utf-8''extended", "extended", "extended" },
    { "filename=CON", "CON", "part-1" },
    { "filename=nul.txt", "nul.txt", "part-1" },
    { "filename=\"aux .tar.gz\"", "aux .tar.gz", "part-1" },
    { "filename=Com1", "Com1", "part-1" },
    { "filename=lpt9.x", "lpt9.x", "part-1" },
    { "filename=\" prn\"", " prn", "part-1" },
    { "filename=com10", "com10", "com10" },
    { "filename=console", "console", "console" },
    { "x=y", NULL, "part-1" },
};

START_TEST(names_to_save_under)
{
    bytes message = joined(joined(text("Content-Disposition: attachment; "),
                                  text(names[_i].parameter)), text("\n\nx\n"));
    const smime_entity *root = smime_parser_root(parsed(message));

    ck_assert_str_eq(smime_entity_disposition(root), "attachment");
    if (names[_i].given)
        ck_assert_str_eq(smime_entity_filename(root), names[_i].given);
    else
        ck_assert_ptr_null(smime_entity_filename(root));
    ck_assert_str_eq(safe_name(root), names[_i].safe);
}
END_TEST

static const char *safe_of(bytes name)
{
    bytes message = joined(joined(text("Content-Disposition: attachment; filename=\""), name),
                           text("\"\n\n"));

    return safe_name(smime_parser_root(parsed(message)));
}

/* At most 200 bytes, and no half of a character at the end. */
START_TEST(long_names)
{
    ck_assert_uint_eq(strlen(safe_of(repeated("x", 200))), 200);
    ck_assert_uint_eq(strlen(safe_of(repeated("x", 100000))), 200);
    ck_assert_uint_eq(strlen(safe_of(repeated("\xe4\xb8\xad", 100))), 198);
    ck_assert_uint_eq(strlen(safe_of(repeated("\xff", 100))), 198);
    ck_assert_uint_eq(strlen(safe_of(joined(repeated("x", 199), text("..txt")))), 199);
}
END_TEST

/* The path of a part 100 levels down is longer than a name may be. */
START_TEST(long_paths)
{
    bytes message = repeated("Content-Type: message/rfc822\n\n", 99);
    smime_parser *parser = parsed(message);
    const smime_entity *entity = smime_parser_root(parser);

    while (smime_entity_child_count(entity))
        entity = smime_entity_child(entity, 0);
    ck_assert_uint_eq(strlen(smime_entity_path(entity)), 199);
    ck_assert_uint_le(strlen(safe_name(entity)), 200);
}
END_TEST

/* Whatever a name holds, what comes out names a file in one folder. */
START_TEST(any_name_is_safe)
{
    static const char alphabet[] = "a./\\ :*con1\xe2\x80\xae\x8b\xff\xc2\x85\t~";
    uint8_t choice[40];

    for (uint32_t seed = 0; seed < (fast() ? 200 : 5000); seed++) {
        size_t here = mark();
        bytes name = { take(sizeof choice + 1), 0 };
        const char *safe;

        support_fill(choice, sizeof choice, seed);
        name.len = choice[0] % sizeof choice;
        for (size_t i = 0; i < name.len; i++)
            name.data[i] = (uint8_t)alphabet[choice[i] % (sizeof alphabet - 1)];
        name.data[name.len] = 0;
        safe = safe_of(name);
        must(*safe && *safe != '.' && *safe != ' ' && !strpbrk(safe, "/\\:*\t\r\n"));
        must(safe[strlen(safe) - 1] != '.' && safe[strlen(safe) - 1] != ' ');
        give_back(here);
    }
}
END_TEST

START_TEST(parameters)
{
    const smime_entity *root = smime_parser_root(parsed(
        text("Content-Type: text/plain; CharSet=\"a\\\"b\"; x*0*=utf-8''%C3; x*1*=%BC;\n"
             "\tformat=flowed (comment); y*=iso-8859-1'de'%FC; empty=\"\"\n\n")));
    const char *name = NULL, *value = NULL;

    ck_assert_str_eq(smime_entity_type_parameter(root, "charset"), "a\"b");
    ck_assert_str_eq(smime_entity_type_parameter(root, "x"), "\xc3\xbc");
    ck_assert_str_eq(smime_entity_type_parameter(root, "format"), "flowed");
    ck_assert_str_eq(smime_entity_type_parameter(root, "y"), "\xc3\xbc");
    ck_assert_str_eq(smime_entity_type_parameter(root, "empty"), "");
    ck_assert_ptr_null(smime_entity_type_parameter(root, "none"));
    ck_assert_uint_eq(smime_entity_parameter_count(root), 5);
    for (size_t i = 0; i < 5; i++) {
        ck_ok(smime_entity_parameter(root, i, &name, &value));
        ck_assert_str_eq(smime_entity_type_parameter(root, name), value);
        ck_assert(!strchr(name, '*'));
    }
    ck_assert_int_eq(smime_entity_parameter(root, 5, &name, &value), SMIME_E_NOT_FOUND);
}
END_TEST

/* The name of a parameter is asked for in any case, as that of a field is. */
START_TEST(parameters_in_any_case)
{
    const smime_entity *root = smime_parser_root(parsed(text("Content-Type: a/b; X=y\n\n")));

    ck_assert_str_eq(smime_entity_type_parameter(root, "x"), "y");
    ck_assert_ptr_nonnull(smime_entity_type_parameter(root, "X"));
}
END_TEST

/* A name in the form of RFC 2231 may hold anything, also what looks like an encoded word. */
START_TEST(an_extended_name_is_decoded_once)
{
    const smime_entity *root = smime_parser_root(
        parsed(text("Content-Disposition: attachment;\n"
                    " filename*=utf-8''%3D%3Futf-8%3Fq%3Fa%3F%3D\n\n")));
    const smime_entity *by_type = smime_parser_root(
        parsed(text("Content-Type: a/b; name*=utf-8''%3D%3Futf-8%3Fq%3Fa%3F%3D\n\n")));

    ck_assert_str_eq(smime_entity_filename(root), "=?utf-8?q?a?=");
    ck_assert_str_eq(smime_entity_filename(by_type), "=?utf-8?q?a?=");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("fields");
    TCase *tests = tcase_create("fields");

    tcase_add_checked_fixture(tests, NULL, common_teardown);
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, fields_are_the_bytes_of_the_input, 0, (int)mail_count);
    tcase_add_test(tests, fields_are_found);
    add_rows(tests, text_for_people, texts);
    add_rows(tests, dates_are_read, dates);
    tcase_add_test(tests, mailboxes_of_all_fields);
    add_rows(tests, message_identifiers, references);
    add_rows(tests, names_to_save_under, names);
    tcase_add_test(tests, long_names);
    tcase_add_test(tests, long_paths);
    tcase_add_test(tests, any_name_is_safe);
    tcase_add_test(tests, parameters);
    tcase_add_test(tests, parameters_in_any_case);
    tcase_add_test(tests, an_extended_name_is_decoded_once);
    suite_add_tcase(suite, tests);
    return support_main(suite);
}
