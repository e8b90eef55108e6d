/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a composer writes is what the parser of this library finds in it. */
#include "mail.h"

#include <stdio.h>
#include <string.h>

enum { TEXT = 1, HTML = 2, RELATED = 4, ATTACHED = 8, FUNCTION = 16, MESSAGE = 32, SHAPES = 64 };

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
        source *from = source_of(40001, 1 + (size_t)_i * 50); /* outlives the composer */
        smime_composer *composer = from_alice(carry);
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
                                                 from, destroyed));
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
    tcase_add_test(tests, dates_and_identifiers);
    tcase_add_test(tests, contents_by_function);
    tcase_add_test(tests, positive_answers);
    tcase_add_test(tests, errors_of_the_output);
    tcase_add_loop_test(tests, signed_and_opened, 0, 2);
    tcase_add_test(tests, attached_messages);
    suite_add_tcase(suite, tests);
    return support_main(suite);
}
