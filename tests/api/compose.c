/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a composer writes is what the parser of this library finds in it. */
#include "mail.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT = 1, HTML = 2, RELATED = 4, ATTACHED = 8, FUNCTION = 16, MESSAGE = 32, SHAPES = 64 };

static const char letter[] = "Dear Bob,\n\nwe meet on Monday.\n";
static const char page[] = "<p>Dear Bob <img src=\"cid:logo@x.org\">\n";
static const char forwarded[] = "From: c@x.org\nSubject: inner\n\nforwarded\n";

static void drop_composer(void *what)
{
    smime_composer_free(what);
}

static smime_composer *composer_new(int32_t carry)
{
    smime_composer *made;

    ck_ok(smime_composer_new(policy(), carry, &made));
    keep(made, drop_composer);
    return made;
}

static smime_composer *from_alice(int32_t carry)
{
    smime_composer *made = composer_new(carry);

    ck_ok(smime_composer_add_mailbox(made, "From", "Alice", "alice@example.org"));
    return made;
}

static bytes written(smime_composer *composer)
{
    bytes made = { NULL, 0 };
    smime_status status = smime_composer_buffer(composer, &made.data, &made.len);

    ck_assert_msg(status == SMIME_OK, "%s: %s", smime_status_name(status),
                  smime_composer_error_text(composer));
    must(made.data[made.len] == 0);
    keep(made.data, smime_free);
    return made;
}

/* Every line ends with CRLF and none is longer than @p most. */
static void check_lines(bytes message, size_t most)
{
    size_t column = 0;

    must(message.len && message.data[message.len - 1] == '\n');
    for (size_t i = 0; i < message.len; i++) {
        if (message.data[i] != '\n') {
            must(message.data[i] != '\r' || message.data[i + 1] == '\n');
            column++;
            continue;
        }
        must(i && message.data[i - 1] == '\r');
        if (column - 1 > most)
            ck_abort_msg("a line of %zu bytes in:\n%.2000s", column - 1, message.data);
        column = 0;
    }
}

static size_t header_length(bytes message)
{
    return find(message, "\r\n\r\n", 0) + 2;
}

/* The message, checked in what holds for all: written twice the same, no defect, and fit for what
 * its servers carry. */
static bytes composed(smime_composer *composer, int32_t carry)
{
    bytes message = written(composer);
    smime_parser *parser = parsed(message);
    uint32_t allowed = carry == SMIME_CARRY_7BIT   ? 0
                       : carry == SMIME_CARRY_8BIT ? SMIME_HAZARD_8BIT
                                                   : SMIME_HAZARD_8BIT | SMIME_HAZARD_HEADER_8BIT;

    ck_same(written(composer), message);
    check_lines(message, 998);
    ck_assert_uint_eq(smime_parser_defect_count(parser), 0);
    ck_assert_uint_eq(smime_entity_hazards(smime_parser_root(parser)) & ~allowed, 0);
    return message;
}

typedef struct source {
    size_t left, step;
    uint8_t next;
    smime_status answer;
    unsigned destroyed;
} source;

static smime_status give(uint8_t *buffer, size_t size, size_t *ret_len, void *user_data)
{
    source *from = user_data;
    size_t len = from->left < from->step ? from->left : from->step;

    len = len < size ? len : size;
    for (size_t i = 0; i < len; i++)
        buffer[i] = from->next++;
    from->left -= len;
    *ret_len = len;
    return from->answer;
}

static void destroyed(void *user_data)
{
    ((source *)user_data)->destroyed++;
}

static bytes all_bytes(size_t len)
{
    bytes made = { take(len), len };

    for (size_t i = 0; i < len; i++)
        made.data[i] = (uint8_t)i;
    return made;
}

/* The tree as text: "multipart/mixed(text/plain image/png)". */
static void tree_of(const smime_entity *entity, char *to)
{
    strcat(to, smime_entity_type(entity));
    for (size_t i = 0; i < smime_entity_child_count(entity); i++) {
        strcat(to, i ? " " : "(");
        tree_of(smime_entity_child(entity, i), to);
    }
    if (smime_entity_child_count(entity))
        strcat(to, ")");
}

static const char *expected_tree(int shape)
{
    static char tree[500];
    int attached = shape & (ATTACHED | FUNCTION | MESSAGE);
    const char *html = shape & RELATED ? "multipart/related(text/html image/png)" : "text/html";

    *tree = 0;
    if (attached)
        strcat(tree, "multipart/mixed(");
    if ((shape & (TEXT | HTML)) == (TEXT | HTML))
        sprintf(tree + strlen(tree), "multipart/alternative(text/plain %s)", html);
    else if (shape & HTML)
        strcat(tree, html);
    else if (shape & TEXT || !attached)
        strcat(tree, "text/plain");
    if (attached) {
        const char *blank = shape & (TEXT | HTML) ? " " : "";
        if (shape & ATTACHED) {
            sprintf(tree + strlen(tree), "%sapplication/pdf", blank);
            blank = " ";
        }
        if (shape & FUNCTION) {
            sprintf(tree + strlen(tree), "%sapplication/octet-stream", blank);
            blank = " ";
        }
        if (shape & MESSAGE)
            sprintf(tree + strlen(tree), "%smessage/rfc822(text/plain)", blank);
        strcat(tree, ")");
    }
    return tree;
}

static const smime_entity *find_type(const smime_entity *entity, const char *type)
{
    const smime_entity *found = strcmp(smime_entity_type(entity), type) ? NULL : entity;

    for (size_t i = 0; i < smime_entity_child_count(entity) && !found; i++)
        found = find_type(smime_entity_child(entity, i), type);
    return found;
}

static bytes body_of_type(smime_parser *parser, const char *type, int form)
{
    return body_of(parser, smime_entity_path(find_type(smime_parser_root(parser), type)), form);
}

static void check_shape(smime_parser *parser, int shape)
{
    const smime_entity *root = smime_parser_root(parser), *part;
    char tree[500] = "";

    tree_of(root, tree);
    ck_assert_str_eq(tree, expected_tree(shape));
    if (shape & TEXT)
        ck_same(body_of_type(parser, "text/plain", SMIME_PART_TEXT), crlf(letter));
    if (shape & HTML)
        ck_same(body_of_type(parser, "text/html", SMIME_PART_TEXT), crlf(page));
    if (shape & RELATED) {
        char *id;
        part = find_type(root, "image/png");
        ck_assert_str_eq(smime_entity_disposition(part), "inline");
        ck_ok(smime_entity_message_id(part, "Content-ID", 0, &id));
        ck_assert_str_eq(id, "logo@x.org");
        smime_free(id);
        ck_same(body_of_type(parser, "image/png", SMIME_PART_DECODED), all_bytes(1000));
        part = find_type(root, "multipart/related");
        ck_assert_str_eq(smime_entity_type_parameter(part, "type"), "text/html");
    }
    if (shape & ATTACHED) {
        part = find_type(root, "application/pdf");
        ck_assert_str_eq(smime_entity_disposition(part), "attachment");
        ck_assert_str_eq(smime_entity_filename(part), "a b.pdf");
        ck_same(body_of_type(parser, "application/pdf", SMIME_PART_DECODED), all_bytes(777));
    }
    if (shape & FUNCTION) {
        ck_assert_ptr_null(smime_entity_filename(find_type(root, "application/octet-stream")));
        ck_same(body_of_type(parser, "application/octet-stream", SMIME_PART_DECODED),
                all_bytes(40001));
    }
    if (shape & MESSAGE)
        ck_same(body_of_type(parser, "message/rfc822", SMIME_PART_RAW), crlf(forwarded));
}

START_TEST(every_shape)
{
    for (int32_t carry = SMIME_CARRY_7BIT; carry <= SMIME_CARRY_SMTPUTF8; carry++) {
        smime_composer *composer = from_alice(carry);
        source from = { .left = 40001, .step = 1 + (size_t)_i * 50 };
        bytes picture = all_bytes(1000), file = all_bytes(777), message = { NULL, 0 }, again;
        smime_parser *parser;

        if (_i & TEXT)
            ck_ok(smime_composer_set_text(composer, letter, strlen(letter)));
        if (_i & RELATED)
            ck_ok(smime_composer_add_related(composer, "logo@x.org", "image/png", picture.data,
                                             picture.len));
        if (_i & ATTACHED)
            ck_ok(smime_composer_attach(composer, "a b.pdf", "application/pdf", file.data,
                                        file.len));
        if (_i & FUNCTION)
            ck_ok(smime_composer_attach_function(composer, NULL, "application/octet-stream", give,
                                                 &from, destroyed));
        if (_i & MESSAGE)
            ck_ok(smime_composer_attach_message(composer, forwarded, strlen(forwarded)));
        if (_i & HTML)
            ck_ok(smime_composer_set_html(composer, page, strlen(page)));
        if ((_i & RELATED) && !(_i & HTML)) {
            ck_assert_int_eq(smime_composer_buffer(composer, &message.data, &message.len),
                             SMIME_E_INVALID_ARG);
            ck_assert_str_ne(smime_composer_error_text(composer), "");
            continue;
        }
        message = _i & FUNCTION ? written(composer) : composed(composer, carry);
        if (_i & FUNCTION)
            ck_assert_int_eq(smime_composer_buffer(composer, &again.data, &again.len),
                             SMIME_E_STATE);
        check_lines(message, 78);
        parser = parsed(message);
        ck_assert_uint_eq(smime_parser_defect_count(parser), 0);
        ck_assert_uint_eq(smime_entity_hazards(smime_parser_root(parser)), 0);
        check_shape(parser, _i);
    }
}
END_TEST

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

/* LF becomes CRLF; a CR alone is no line end. */
static bytes canonical(const char *from, size_t len)
{
    bytes made = { take(2 * len + 1), 0 };

    for (size_t i = 0; i < len; i++) {
        if (from[i] == '\n' && (!i || from[i - 1] != '\r'))
            made.data[made.len++] = '\r';
        made.data[made.len++] = (uint8_t)from[i];
    }
    made.data[made.len] = 0;
    return made;
}

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
    "Gr\xc3\xbc\xc3\x9f" "e",
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
        "=?utf-8?q?x?=", "_", "=", "?", "\xf0\x9f\x98\x80", "a-longer-word-of-some-forty-letters-here",
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

/* A call that would end a field and begin another one, or that names nothing. */
typedef smime_status (*bad_call)(smime_composer *composer, const char *bad);

static smime_status bad_text(smime_composer *c, const char *bad)
{
    return smime_composer_add_field(c, "X-Field", bad);
}

static smime_status bad_field(smime_composer *c, const char *bad)
{
    return smime_composer_add_field(c, bad, "text");
}

static smime_status bad_name(smime_composer *c, const char *bad)
{
    return smime_composer_add_mailbox(c, "To", bad, "b@example.org");
}

static smime_status bad_local(smime_composer *c, const char *bad)
{
    char address[100];

    snprintf(address, sizeof address, "%s@example.org", bad);
    return smime_composer_add_mailbox(c, "To", NULL, address);
}

static smime_status bad_domain(smime_composer *c, const char *bad)
{
    char address[100];

    snprintf(address, sizeof address, "a@%s", bad);
    return smime_composer_add_mailbox(c, "To", "B", address);
}

static smime_status bad_mailbox_field(smime_composer *c, const char *bad)
{
    char field[100];

    snprintf(field, sizeof field, "X-%s", bad);
    return smime_composer_add_mailbox(c, field, NULL, "b@example.org");
}

static smime_status bad_reference(smime_composer *c, const char *bad)
{
    return smime_composer_add_reference(c, "References", bad);
}

static smime_status bad_id(smime_composer *c, const char *bad)
{
    return smime_composer_set_message_id(c, bad);
}

static smime_status bad_content_id(smime_composer *c, const char *bad)
{
    return smime_composer_add_related(c, bad, "image/png", "x", 1);
}

static smime_status bad_related_type(smime_composer *c, const char *bad)
{
    return smime_composer_add_related(c, "a@b", bad, "x", 1);
}

static smime_status bad_type(smime_composer *c, const char *bad)
{
    return smime_composer_attach(c, "name", bad, "x", 1);
}

static smime_status bad_file_name(smime_composer *c, const char *bad)
{
    return smime_composer_attach(c, bad, "a/b", "x", 1);
}

static smime_status bad_function_name(smime_composer *c, const char *bad)
{
    source from = { .left = 1, .step = 1 };
    smime_status status = smime_composer_attach_function(c, bad, "a/b", give, &from, destroyed);

    ck_assert_uint_eq(from.destroyed, 1);
    return status;
}

static const bad_call bad_calls[] = {
    bad_text,      bad_field, bad_name,       bad_local,        bad_domain, bad_mailbox_field,
    bad_reference, bad_id,    bad_content_id, bad_related_type, bad_type,   bad_file_name,
    bad_function_name,
};

/* A message with a bit of everything. */
static smime_composer *busy_composer(void)
{
    smime_composer *composer = from_alice(SMIME_CARRY_7BIT);

    ck_ok(smime_composer_add_field(composer, "X-Field", "before"));
    ck_ok(smime_composer_add_mailbox(composer, "To", "Bob", "bob@example.org"));
    ck_ok(smime_composer_add_reference(composer, "References", "one@example.org"));
    ck_ok(smime_composer_set_message_id(composer, "id@example.org"));
    ck_ok(smime_composer_set_text(composer, letter, strlen(letter)));
    ck_ok(smime_composer_set_html(composer, page, strlen(page)));
    ck_ok(smime_composer_add_related(composer, "logo@x.org", "image/png", "x", 1));
    ck_ok(smime_composer_attach(composer, "a", "a/b", "x", 1));
    ck_ok(smime_composer_add_field(composer, "Subject", "last"));
    return composer;
}

START_TEST(nothing_begins_another_field)
{
    static const char *const bad[] = {
        "a\r\nBcc: x@y",  "a\nBcc: x@y", "a\rBcc: x@y", "a/b\r\n",  "a@b\r\n", "a@b\n c",
        "a/b; c=\"\r\n\"", "a\x01",       "a\x7f",       "a\xff@b",  "\r\n",    "\n",
        "a@b\x0b",        "a/b; x=y\x1b", "a@\xc3",
    };
    smime_composer *composer = busy_composer();
    bytes before = composed(composer, SMIME_CARRY_7BIT);

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ck_assert_msg(bad_calls[_i](composer, bad[i]) == SMIME_E_INVALID_ARG, "%s", bad[i]);
        if (bad_calls[_i] != bad_field)
            ck_assert_str_ne(smime_composer_error_text(composer), "");
        ck_same(written(composer), before);
    }
}
END_TEST

/* What fails between two calls leaves no trace. */
START_TEST(a_failed_call_changes_nothing)
{
    smime_composer *composer = busy_composer(), *plain = busy_composer();
    static const char mixed[] = "X-Text";

    ck_ok(smime_composer_add_mailbox(composer, "To", NULL, "c@example.org"));
    ck_assert_int_eq(smime_composer_add_mailbox(composer, "To", "Name", "no address"),
                     SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_composer_add_mailbox(composer, "Cc", "N\xc3\xa4me", "no address"),
                     SMIME_E_INVALID_ARG);
    ck_ok(smime_composer_add_mailbox(composer, "To", NULL, "d@example.org"));
    ck_assert_int_eq(smime_composer_add_field(composer, "Subject", "second"),
                     SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_composer_set_text(composer, "\xff", 1), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_composer_set_html(composer, "\xc3", 1), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_composer_attach_message(composer, "", 0), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_composer_attach_message(composer, "X: \xff\n\nx", 8),
                     SMIME_E_MIME_ENCODING);
    /* a field that was given as text is no list that a mailbox may be taken out of */
    ck_ok(smime_composer_add_field(composer, mixed, "text"));
    ck_ok(smime_composer_add_field(composer, "X-Last", "text"));
    ck_assert_int_eq(smime_composer_add_mailbox(composer, mixed, NULL, "no address"),
                     SMIME_E_INVALID_ARG);
    ck_ok(smime_composer_add_mailbox(plain, "To", NULL, "c@example.org"));
    ck_ok(smime_composer_add_mailbox(plain, "To", NULL, "d@example.org"));
    ck_ok(smime_composer_add_field(plain, mixed, "text"));
    ck_ok(smime_composer_add_field(plain, "X-Last", "text"));
    {
        bytes one = written(composer), other = written(plain);
        size_t boundary = find(one, "=_smime_", 0); /* random */
        ck_same(part_of(one, 0, boundary), part_of(other, 0, boundary));
        ck_assert_uint_eq(one.len, other.len);
    }
}
END_TEST

/* Text and mailboxes of one name are fields of their own. */
START_TEST(text_and_mailboxes_of_one_name)
{
    smime_composer *composer = from_alice(SMIME_CARRY_7BIT);
    bytes message;

    ck_ok(smime_composer_add_field(composer, "X-A", "text"));
    ck_ok(smime_composer_add_mailbox(composer, "X-A", NULL, "a@x.org"));
    ck_ok(smime_composer_add_mailbox(composer, "X-A", NULL, "b@x.org"));
    message = composed(composer, SMIME_CARRY_7BIT);
    ck_assert(holds(message, "\r\nX-A: text\r\n"));
    ck_assert(holds(message, "\r\nX-A: a@x.org, b@x.org\r\n"));
}
END_TEST

START_TEST(fields_of_the_composer)
{
    static const char *const own[] = { "Date", "message-id", "MIME-Version", "Content-Type",
                                       "content-foo", "From", "To", "Bcc", "References",
                                       "In-Reply-To", "", "a b", "a:", "\xc3\xbc" };
    smime_composer *composer = from_alice(SMIME_CARRY_7BIT);
    uint8_t *data = NULL;
    size_t len;

    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
        ck_assert_int_eq(smime_composer_add_field(composer, own[i], "x"), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_composer_add_mailbox(composer, "Subject", NULL, "a@x"),
                     SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_composer_add_reference(composer, "Message-ID", "a@x"),
                     SMIME_E_INVALID_ARG);
    ck_ok(smime_composer_add_mailbox(composer, "From", NULL, "b@x.org"));
    ck_assert_int_eq(smime_composer_buffer(composer, &data, &len), SMIME_E_INVALID_ARG);
    ck_ok(smime_composer_add_mailbox(composer, "Sender", NULL, "b@x.org"));
    ck_assert_int_eq(smime_composer_add_mailbox(composer, "sender", NULL, "c@x.org"),
                     SMIME_E_INVALID_ARG);
    (void)composed(composer, SMIME_CARRY_7BIT);
    ck_assert_int_eq(smime_composer_buffer(composer_new(0), &data, &len), SMIME_E_INVALID_ARG);
    ck_assert_ptr_null(data);
}
END_TEST

/* RFC 5322 3.6: Date of the policy, one Message-ID that is random, references in order. */
START_TEST(dates_and_identifiers)
{
    smime_composer *composer = from_alice(SMIME_CARRY_7BIT);
    const smime_entity *root;
    bytes one = written(from_alice(0)), other = written(from_alice(0));
    int64_t seconds;
    char *id;

    ck_assert(!same(one, other));
    ck_ok(smime_composer_set_message_id(composer, "first@x.org"));
    ck_ok(smime_composer_set_message_id(composer, "second@[x]"));
    for (int i = 0; i < 50; i++) {
        char reference[80];
        snprintf(reference, sizeof reference, "%d.a-rather-long-identifier$%d@example.org", i, i);
        ck_ok(smime_composer_add_reference(composer, "references", reference));
    }
    ck_ok(smime_composer_add_reference(composer, "In-Reply-To", "x@y"));
    one = composed(composer, SMIME_CARRY_7BIT);
    check_lines(one, 78);
    root = smime_parser_root(parsed(one));
    ck_ok(smime_entity_date(root, "Date", &seconds));
    ck_assert_int_eq(seconds, SUPPORT_NOW);
    ck_ok(smime_entity_message_id(root, "Message-ID", 0, &id));
    ck_assert_str_eq(id, "second@[x]");
    smime_free(id);
    ck_ok(smime_entity_message_id(root, "References", 49, &id));
    ck_assert_str_eq(id, "49.a-rather-long-identifier$49@example.org");
    smime_free(id);
    ck_assert_int_eq(smime_entity_message_id(root, "References", 50, &id), SMIME_E_NOT_FOUND);
    for (int i = 0; i < 4; i++) {
        static const char *const none[] = { "<a@x>", "a", "@x", "a b@x" };
        ck_assert_int_eq(smime_composer_set_message_id(composer, none[i]), SMIME_E_INVALID_ARG);
        ck_assert_int_eq(smime_composer_add_reference(composer, "References", none[i]),
                         SMIME_E_INVALID_ARG);
    }
    ck_same(written(composer), one);
}
END_TEST

static const struct {
    const char *type, *read; /* NULL: refused */
} types[] = {
    { "application/pdf", "application/pdf" },
    { "Application/PDF", "application/pdf" },
    { "text/plain; charset=utf-8", "text/plain" },
    { "text/calendar; method=REQUEST; name=\"a b\"", "text/calendar" },
    { "a/b;c=d", "a/b" },
    { "", NULL },
    { "text", NULL },
    { "/x", NULL },
    { "x/", NULL },
    { "a/b/c", NULL },
    { "a/b c", NULL },
    { "a b/c", NULL },
    { "a/b; c", NULL },
    { "a/b; c=\"", NULL },
    { "a/b; c=\"\\\"", NULL },
    { "a/b (c)", NULL },
    { "a/b; c=d; c=e", NULL },
    { "a/b, c/d", NULL },
    { "multipart/mixed", NULL },
    { "multipart/mixed; boundary=b", NULL },
    { "message/rfc822", NULL },
    { "MESSAGE/global", NULL },
    { "a/\xc3\xbc", NULL },
};

START_TEST(types_of_attachments)
{
    smime_composer *composer = from_alice(SMIME_CARRY_7BIT);
    smime_status status = smime_composer_attach(composer, NULL, types[_i].type, "x\r", 2);
    smime_parser *parser;

    ck_assert_int_eq(status, types[_i].read ? SMIME_OK : SMIME_E_INVALID_ARG);
    if (status < 0)
        return;
    parser = parsed(composed(composer, SMIME_CARRY_7BIT));
    ck_assert_str_eq(smime_entity_type(smime_parser_entity(parser, "1.1")), types[_i].read);
    ck_same(body_of(parser, "1.1", SMIME_PART_DECODED), text("x\r"));
}
END_TEST

/* An address or type that fits on no line is refused. */
START_TEST(too_long_for_a_line)
{
    smime_composer *composer = from_alice(SMIME_CARRY_7BIT);
    bytes before = composed(composer, SMIME_CARRY_7BIT);
    bytes local = joined(repeated("a", 2000), text("@x.org"));
    bytes domain = joined(text("a@"), repeated("a.", 1000));
    bytes type = joined(text("a/"), repeated("b", 2000));

    domain.data[domain.len - 1] = 'a';
    ck_assert_int_eq(smime_composer_add_mailbox(composer, "To", NULL, (char *)local.data),
                     SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_composer_add_mailbox(composer, "To", "B", (char *)domain.data),
                     SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_composer_attach(composer, NULL, (char *)type.data, "x", 1),
                     SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_composer_set_message_id(composer, (char *)local.data),
                     SMIME_E_INVALID_ARG);
    ck_same(written(composer), before);
}
END_TEST

/* The content of a function: what it fails with, when it lies, that it is let go once. */
START_TEST(contents_by_function)
{
    smime_composer *composer = from_alice(SMIME_CARRY_7BIT);
    source from = { .left = 10, .step = 3, .answer = -77777 };
    source unused = { .left = 1 };
    uint8_t *data = NULL;
    size_t len;

    ck_ok(smime_composer_attach_function(composer, "f", "a/b", give, &from, destroyed));
    ck_assert_int_eq(smime_composer_buffer(composer, &data, &len), -77777);
    ck_assert_ptr_null(data);
    ck_assert_int_eq(smime_composer_buffer(composer, &data, &len), SMIME_E_STATE);
    ck_assert_uint_eq(from.destroyed, 0);
    ck_assert_int_eq(smime_composer_attach_function(composer, "f", "a/b", NULL, &unused, destroyed),
                     SMIME_E_INVALID_ARG);
    ck_assert_uint_eq(unused.destroyed, 1);
    ck_assert_int_eq(smime_composer_attach_function(NULL, "f", "a/b", give, &unused, destroyed),
                     SMIME_E_INVALID_ARG);
    ck_assert_uint_eq(unused.destroyed, 2);
    ck_assert_int_eq(smime_composer_attach_function(composer, "f", "bad", give, &unused, NULL),
                     SMIME_E_INVALID_ARG);
    give_back(0);
    ck_assert_uint_eq(from.destroyed, 1);
}
END_TEST

/* A status above 0 is no error: nothing may be missing then. */
START_TEST(positive_answers)
{
    smime_composer *composer = from_alice(SMIME_CARRY_7BIT);
    source from = { .left = 50000, .step = 1000, .answer = 5 };
    bytes message;

    ck_ok(smime_composer_attach_function(composer, NULL, "a/b", give, &from, NULL));
    message = written(composer);
    ck_same(body_of(parsed(message), "1.1", SMIME_PART_DECODED), all_bytes(50000));
}
END_TEST

static smime_status refuse_later(const uint8_t *data, size_t len, void *user_data)
{
    (void)data;
    (void)len;
    return --*(int *)user_data ? SMIME_OK : -77777;
}

START_TEST(errors_of_the_output)
{
    smime_composer *composer = busy_composer();
    bytes whole = written(composer);
    int at = 1, left;

    for (;; at++) {
        smime_status status;
        left = at;
        status = smime_composer_write(composer, refuse_later, &left);
        if (status == SMIME_OK)
            break;
        ck_assert_int_eq(status, -77777);
        ck_assert_int_eq(left, 0); /* nothing was written behind it */
    }
    ck_assert_int_gt(at, 3);
    ck_same(written(composer), whole);
}
END_TEST

/* What comes out can be signed and opened. */
START_TEST(signed_and_opened)
{
    sending how = { .from = { "alice-p256" }, .to = { "bob-p256" } };
    reading by = { .keys = { "bob-p256" } };
    smime_composer *composer = busy_composer();
    bytes message = written(composer);
    outcome got;

    got = opened(&by, protected(&how, message));
    ck_verdict(got, SMIME_SUMMARY_CONFIDENTIAL_VERIFIED, NULL);
    how.to[0] = NULL;
    how.opaque = _i;
    got = opened(&by, protected(&how, message));
    ck_verdict(got, SMIME_SUMMARY_VERIFIED, NULL);
    ck_assert_uint_eq(smime_parser_defect_count(parsed(got.content)), 0);
}
END_TEST

/* A message in a message: re-encoded where it must be, but not what others have signed. */
START_TEST(attached_messages)
{
    sending how = { .from = { "alice-p256" } };
    reading by = { .anchor = "root" };
    static const char high[] = "From: a@x.org\nContent-Type: text/plain; charset=utf-8\n"
                               "Content-Transfer-Encoding: 8bit\n\n\xc3\xbc\n";
    static const char sealed[] = "Content-Type: multipart/signed; protocol=x/y; boundary=b\n\n"
                                 "--b\n\n\xc3\xbc\n--b\nContent-Type: x/y\n\nz\n--b--\n";
    bytes signed_mail = protected(&how, text(plain_mail));

    for (int32_t carry = SMIME_CARRY_7BIT; carry <= SMIME_CARRY_SMTPUTF8; carry++) {
        smime_composer *composer = from_alice(carry);
        smime_parser *parser;
        bytes inner;

        ck_ok(smime_composer_attach_message(composer, high, strlen(high)));
        ck_ok(smime_composer_attach_message(composer, signed_mail.data, signed_mail.len));
        ck_assert_int_eq(smime_composer_attach_message(composer, sealed, strlen(sealed)),
                         carry == SMIME_CARRY_7BIT ? SMIME_E_MIME_ENCODING : SMIME_OK);
        parser = parsed(composed(composer, carry));
        ck_same(body_of(parser, "1.1.1", SMIME_PART_TEXT), text("\xc3\xbc\r\n"));
        inner = body_of(parser, "1.2", SMIME_PART_RAW);
        ck_same(inner, canonical((char *)signed_mail.data, signed_mail.len));
        ck_verdict(opened(&by, inner), SMIME_SUMMARY_VERIFIED, NULL);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("compose");
    TCase *tests = tcase_create("compose");

    tcase_add_checked_fixture(tests, NULL, common_teardown);
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, every_shape, 0, SHAPES);
    add_rows(tests, texts_in_every_encoding, texts);
    tcase_add_test(tests, texts_of_anything);
    add_rows(tests, subjects_in_many_scripts, subjects);
    tcase_add_test(tests, subjects_of_anything);
    tcase_add_test(tests, subjects_longer_than_a_line);
    tcase_add_test(tests, file_names_of_anything);
    tcase_add_test(tests, mailboxes_in_order);
    tcase_add_test(tests, addresses_with_utf8);
    add_rows(tests, nothing_begins_another_field, bad_calls);
    tcase_add_test(tests, a_failed_call_changes_nothing);
    tcase_add_test(tests, text_and_mailboxes_of_one_name);
    tcase_add_test(tests, fields_of_the_composer);
    tcase_add_test(tests, dates_and_identifiers);
    add_rows(tests, types_of_attachments, types);
    tcase_add_test(tests, too_long_for_a_line);
    tcase_add_test(tests, contents_by_function);
    tcase_add_test(tests, positive_answers);
    tcase_add_test(tests, errors_of_the_output);
    tcase_add_loop_test(tests, signed_and_opened, 0, 2);
    tcase_add_test(tests, attached_messages);
    suite_add_tcase(suite, tests);
    return support_main(suite);
}
