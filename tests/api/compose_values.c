/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Texts, subjects, names and addresses of anything are read back as they were given. */
#include "mail.h"

#include <stdio.h>
#include <string.h>

/* What a text becomes with each carry: 7bit, 8bit, quoted-printable or base64. */
static const struct {
    const char *text, *encodings[3], *charset;
} texts[] = {
    { "", { "7bit", "7bit", "7bit" }, "us-ascii" },
    { "plain\n", { "7bit", "7bit", "7bit" }, "us-ascii" },
    { "no line end", { "7bit", "7bit", "7bit" }, "us-ascii" },
    { "a\r\nb\nc\n\nd", { "7bit", "7bit", "7bit" }, "us-ascii" },
    { "a\rb\r\r\n", { "quoted-printable", "quoted-printable", "quoted-printable" }, "us-ascii" },
    { "Gr\xc3\xbc\xc3\x9f" "e an alle\n", { "quoted-printable", "8bit", "8bit" }, "utf-8" },
    { "\xe4\xb8\xad\xe6\x96\x87\n", { "base64", "8bit", "8bit" }, "utf-8" },
    { "From here\n", { "quoted-printable", "quoted-printable", "quoted-printable" }, "us-ascii" },
    { "blank \n", { "quoted-printable", "quoted-printable", "quoted-printable" }, "us-ascii" },
    { "From \xc3\xbc and you\n", { "quoted-printable", "quoted-printable", "quoted-printable" },
      "utf-8" },
    { "\xe4\xb8\xad\xe6\x96\x87 \n", { "base64", "base64", "base64" }, "utf-8" },
    { "--=_smime_\n--\n.\n..\n", { "7bit", "7bit", "7bit" }, "us-ascii" },
};

static void check_text(const char *from, size_t len, int32_t carry, const char *encoding,
                       const char *charset)
{
    smime_composer *composer = from_alice(carry);
    bytes expected = canonical(from, len), got;
    smime_parser *parser;
    const smime_entity *part;

    ck_ok(smime_composer_set_text(composer, "replaced", 8));
    ck_ok(smime_composer_set_text(composer, from, len));
    ck_ok(smime_composer_set_html(composer, from, len));
    parser = parsed(composed(composer, carry));
    for (int i = 1; i <= 2; i++) {
        const char *path = i == 1 ? "1.1" : "1.2";
        part = smime_parser_entity(parser, path);
        ck_same(body_of(parser, path, SMIME_PART_DECODED), expected);
        if (encoding)
            ck_assert_str_eq(smime_entity_encoding(part), encoding);
        if (charset)
            ck_assert_str_eq(smime_entity_type_parameter(part, "charset"), charset);
    }
    /* alone the message must end with a line end, if the text does not */
    composer = from_alice(carry);
    ck_ok(smime_composer_set_text(composer, from, len));
    got = body_of(parsed(composed(composer, carry)), "1", SMIME_PART_DECODED);
    if (!same(got, expected))
        ck_same(got, joined(expected, text("\r\n")));
}

START_TEST(texts_in_every_encoding)
{
    for (int32_t carry = SMIME_CARRY_7BIT; carry <= SMIME_CARRY_SMTPUTF8; carry++)
        check_text(texts[_i].text, strlen(texts[_i].text), carry, texts[_i].encodings[carry],
                   texts[_i].charset);
}
END_TEST

START_TEST(texts_of_anything)
{
    static const char *const pieces[] = { "a", " ", "\t", "\n", "\r\n", "\r", "From ", "=", "=20",
                                          "\xc3\xbc", "\xe4\xb8\xad", ".", "--", "\x01", "?" };
    uint8_t choice[64];

    for (int32_t carry = SMIME_CARRY_7BIT; carry <= SMIME_CARRY_8BIT; carry++) {
        bytes longest = repeated("long ", 1000);
        check_text((char *)longest.data, longest.len, carry, "quoted-printable", NULL);
        check_text("a\0b", 3, carry, NULL, NULL);
        for (uint32_t seed = 0; seed < (fast() ? 20 : 400); seed++) {
            size_t here = mark();
            char text[300] = "";

            support_fill(choice, sizeof choice, seed);
            for (size_t i = 0; i < choice[0] % 60u; i++)
                strcat(text, pieces[choice[1 + i] % (sizeof pieces / sizeof pieces[0])]);
            check_text(text, strlen(text), carry, NULL, NULL);
            give_back(here);
        }
    }
}
END_TEST

static const char *const subjects[] = {
    "",
    "Hello",
    "two  blanks   between",
    "=?utf-8?q?looks_encoded?=",
    "half =? of ?= it",
    "a=?b",
    "Gr\xc3\xbc\xc3\x9f\x65",
    "one gr\xc3\xbcn two blau three gr\xc3\xbcn  four \xc3\xbc",
    "\xc3\xbc  \xc3\xbc plain \xc3\xbc",
    "\xe3\x81\x93\xe3\x82\x8c\xe3\x81\xaf\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e",
    "\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82 \xd0\xbc\xd0\xb8\xd1\x80",
    "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d \xd8\xb3\xd9\x84\xd8\xa7\xd9\x85",
    "\xf0\x9f\x98\x80\xf0\x9f\x98\x80 \xf0\x9f\x8e\x89",
    "\xe0\xb8\xaa\xe0\xb8\xa7\xe0\xb8\xb1\xe0\xb8\xaa\xe0\xb8\x94\xe0\xb8\xb5",
    ": ; , < > ( ) @ \" \\ [ ] ' _ ? = .",
};

static void check_subject(const char *subject, int32_t carry, size_t most)
{
    smime_composer *composer = from_alice(carry);
    bytes message;

    ck_ok(smime_composer_add_field(composer, "Subject", subject));
    ck_ok(smime_composer_add_field(composer, "X-And-A-Rather-Long-Name-Of-A-Field", subject));
    message = composed(composer, carry);
    check_lines(part_of(message, 0, header_length(message)), most);
    for (int i = 0; i < 2; i++)
        if (strcmp(field_text(smime_parser_root(parsed(message)),
                              i ? "X-And-A-Rather-Long-Name-Of-A-Field" : "Subject"),
                   subject) != 0)
            ck_abort_msg("[%.999s] became\n%.2000s", subject, message.data);
}

START_TEST(subjects_in_many_scripts)
{
    for (int32_t carry = SMIME_CARRY_7BIT; carry <= SMIME_CARRY_SMTPUTF8; carry++) {
        bytes many = repeated(subjects[_i], 60);
        bytes words = repeated(*subjects[_i] ? subjects[_i] : "x", 1);

        check_subject(subjects[_i], carry, 78);
        check_subject((char *)many.data, carry, 998);
        for (int i = 0; i < 30; i++)
            words = joined(joined(words, text(" ")), text(*subjects[_i] ? subjects[_i] : "x"));
        check_subject((char *)words.data, carry, 78);
    }
}
END_TEST

START_TEST(subjects_of_anything)
{
    static const char *const pieces[] = {
        "a", "word", " ", " ", " ", "  ", "\xc3\xbc", "\xe4\xb8\xad\xe6\x96\x87", "=?", "?=",
        "=?utf-8?q?x?=", "_", "=", "?", "\xf0\x9f\x98\x80",
        "a-longer-word-of-some-forty-letters-here",
    };
    uint8_t choice[64];

    for (uint32_t seed = 0; seed < (fast() ? 50 : 3000); seed++) {
        size_t here = mark();
        char subject[2000] = "x";

        support_fill(choice, sizeof choice, seed);
        for (size_t i = 0; i < choice[0] % 60u; i++)
            strcat(subject, pieces[choice[1 + i] % (sizeof pieces / sizeof pieces[0])]);
        strcat(subject, "x");
        check_subject(subject, (int32_t)(seed % 3), 998);
        give_back(here);
    }
}
END_TEST

/* Words and blanks that are longer than a line may be. */
START_TEST(subjects_longer_than_a_line)
{
    bytes word = repeated("w", 5000), almost = repeated("w", 900), blanks = repeated(" ", 890);

    for (int32_t carry = SMIME_CARRY_7BIT; carry <= SMIME_CARRY_SMTPUTF8; carry++) {
        check_subject((char *)word.data, carry, 78);
        check_subject((char *)almost.data, carry, 998);
        check_subject((char *)joined(joined(text("a"), blanks), almost).data, carry, 998);
        check_subject((char *)joined(joined(almost, blanks), text("\xc3\xbc")).data, carry, 998);
    }
}
END_TEST

START_TEST(file_names_of_anything)
{
    static const char *const pieces[] = {
        "a", "b.txt", " ", "\"", "\\", "'", "%41", "*", "=?utf-8?q?x?=", "\xc3\xbc",
        "\xe4\xb8\xad", ";", "/", "(", ")", "=", "?", ".", "a name of thirty letters and more",
    };
    uint8_t choice[32];

    for (uint32_t seed = 0; seed < (fast() ? 50 : 3000); seed++) {
        size_t here = mark();
        smime_composer *composer = from_alice(SMIME_CARRY_7BIT);
        char name[1200] = "";
        bytes message;
        const smime_entity *part;

        support_fill(choice, sizeof choice, seed);
        for (size_t i = 0; i < choice[0] % 30u; i++)
            strcat(name, pieces[choice[1 + i] % (sizeof pieces / sizeof pieces[0])]);
        ck_ok(smime_composer_attach(composer, name, "a/b", "x", 1));
        message = composed(composer, SMIME_CARRY_7BIT);
        check_lines(message, 78);
        part = smime_parser_entity(parsed(message), "1.1");
        if (!smime_entity_filename(part) || strcmp(smime_entity_filename(part), name) != 0)
            ck_abort_msg("[%s] became [%s] in\n%.1000s", name, smime_entity_filename(part),
                         message.data);
        give_back(here);
    }
}
END_TEST

/* Many mailboxes of one field, in their order, folded. */
START_TEST(mailboxes_in_order)
{
    smime_composer *composer = from_alice(SMIME_CARRY_7BIT);
    smime_addresses *to = NULL;
    bytes message;
    char name[60], address[60];

    for (int i = 0; i < 500; i++) {
        snprintf(name, sizeof name, i % 3 ? "N\xc3\xa4me, %d" : "Name %d", i);
        snprintf(address, sizeof address, "person.%d@example.org", i);
        ck_ok(smime_composer_add_mailbox(composer, i % 2 ? "To" : "to", i % 5 ? name : NULL,
                                         address));
    }
    message = composed(composer, SMIME_CARRY_7BIT);
    check_lines(message, 78);
    ck_ok(smime_entity_addresses(smime_parser_root(parsed(message)), "To", &to));
    ck_assert_uint_eq(smime_addresses_count(to), 500);
    ck_assert_int_eq(smime_addresses_defective(to), 0);
    for (int i = 0; i < 500; i++) {
        snprintf(name, sizeof name, i % 3 ? "N\xc3\xa4me, %d" : "Name %d", i);
        snprintf(address, sizeof address, "person.%d@example.org", i);
        ck_assert_str_eq(smime_addresses_address(to, (size_t)i), address);
        if (i % 5)
            ck_assert_str_eq(smime_addresses_name(to, (size_t)i), name);
        else
            ck_assert_ptr_null(smime_addresses_name(to, (size_t)i));
    }
    smime_addresses_unref(to);
}
END_TEST

START_TEST(addresses_with_utf8)
{
    for (int32_t carry = SMIME_CARRY_7BIT; carry <= SMIME_CARRY_SMTPUTF8; carry++) {
        smime_composer *composer = composer_new(carry);
        int utf8 = carry == SMIME_CARRY_SMTPUTF8;
        smime_addresses *from = NULL;
        char *id = NULL;
        const smime_entity *root;

        ck_assert_int_eq(smime_composer_add_mailbox(composer, "Sender", NULL,
                                                    "\xc3\xbc@example.org"),
                         utf8 ? SMIME_OK : SMIME_E_INVALID_ARG);
        ck_ok(smime_composer_add_mailbox(composer, "From", NULL, "a@gr\xc3\xbcn.example"));
        root = smime_parser_root(parsed(composed(composer, carry)));
        ck_ok(smime_entity_addresses(root, "From", &from));
        ck_assert_str_eq(smime_addresses_address(from, 0),
                         utf8 ? "a@gr\xc3\xbcn.example" : "a@xn--grn-ioa.example");
        ck_ok(smime_entity_message_id(root, "Message-ID", 0, &id));
        ck_assert_str_eq(strchr(id, '@'), utf8 ? "@gr\xc3\xbcn.example" : "@xn--grn-ioa.example");
        smime_free(id);
        smime_addresses_unref(from);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("compose_values");
    TCase *tests = tcase_create("compose_values");

    tcase_add_checked_fixture(tests, NULL, common_teardown);
    tcase_set_timeout(tests, 60);
    add_rows(tests, texts_in_every_encoding, texts);
    tcase_add_test(tests, texts_of_anything);
    add_rows(tests, subjects_in_many_scripts, subjects);
    tcase_add_test(tests, subjects_of_anything);
    tcase_add_test(tests, subjects_longer_than_a_line);
    tcase_add_test(tests, file_names_of_anything);
    tcase_add_test(tests, mailboxes_in_order);
    tcase_add_test(tests, addresses_with_utf8);
    suite_add_tcase(suite, tests);
    return support_main(suite);
}
