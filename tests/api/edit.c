/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An editor changes what it is told to change and no other byte. */
#include "mail.h"

#include <stdio.h>
#include <string.h>

START_TEST(without_calls_nothing_changes)
{
    for (int ends = 0; ends < 2; ends++) {
        bytes message = ends ? crlf(mails[_i]) : text(mails[_i]);

        for (size_t len = 0; len <= message.len; len++)
            for (size_t chunk = 0; chunk < 4; chunk += len < message.len ? 2 : 1) {
                size_t here = mark();
                bytes prefix = part_of(message, 0, len);
                ck_same(edited(editor_new(), prefix, chunk), prefix);
                give_back(here);
            }
    }
}
END_TEST

START_TEST(without_calls_anything_stays)
{
    static const char *const pieces[] = {
        "--b", "--b--", "--c", "\n", "\r\n", "\r", "\n\n", " ", "a: b\n", "junk", ":", "\xff",
        "Content-Type: multipart/mixed; boundary=b\n", "Content-Type: message/rfc822\n\n",
        "From x\n",
        "Content-Transfer-Encoding: base64\n",
    };
    uint8_t choice[40];

    for (uint32_t seed = 0; seed < (fast() ? 50 : 2000); seed++) {
        size_t here = mark();
        char message[2500] = "";

        support_fill(choice, sizeof choice, seed);
        for (size_t i = 0; i < choice[0] % 40u; i++)
            strcat(message, pieces[choice[i] % (sizeof pieces / sizeof pieces[0])]);
        ck_same(edited(editor_new(), text(message), seed % 5), text(message));
        give_back(here);
    }
}
END_TEST

/* Output is read where there is no sink. */
START_TEST(output_waits_to_be_read)
{
    smime_editor *editor = editor_new();
    bytes message = joined(text("A: b\n\n"), repeated("line\n", 400000)), got = { NULL, 0 };
    uint8_t block[5000];
    size_t at = 0, taken, len;

    while (at < message.len) {
        ck_ok(smime_editor_write(editor, message.data + at, message.len - at, &taken));
        at += taken;
        do {
            ck_ok(smime_editor_read(editor, block, sizeof block, &len));
            ck_ok(gather(block, len, &got));
        } while (len);
    }
    ck_ok(smime_editor_finish(editor));
    do {
        ck_ok(smime_editor_read(editor, block, sizeof block, &len));
        ck_ok(gather(block, len, &got));
    } while (len);
    keep(got.data, smime_free);
    ck_assert(same(got, message));
}
END_TEST

static int is_named(const smime_entity *entity, size_t index, const char *name)
{
    size_t found;

    return smime_entity_find_field(entity, name, index, &found) == SMIME_OK && found == index;
}

/* The header but for the fields of that name, and the body, are those of the message as it was. */
static void check_rest(bytes was, bytes is, const char *name)
{
    smime_parser *before = parsed(was), *after = parsed(is);
    const smime_entity *old = smime_parser_root(before), *new = smime_parser_root(after);
    size_t at = 0, old_count = smime_entity_field_count(old);

    for (size_t i = 0; i < smime_entity_field_count(new); i++) {
        size_t old_len, new_len;
        if (is_named(new, i, name))
            continue;
        while (at < old_count && is_named(old, at, name))
            at++;
        const uint8_t *old_raw = smime_entity_field_raw(old, at, &old_len);
        const uint8_t *new_raw = smime_entity_field_raw(new, i, &new_len);
        at++;
        must(old_raw && new_raw);
        /* the last field of a header that the end of input cut off has got its line end */
        if (new_len > old_len && at == old_count)
            new_len = old_len;
        ck_same(bytes_of(new_raw, new_len), bytes_of(old_raw, old_len));
    }
    while (at < old_count && is_named(old, at, name))
        at++;
    ck_assert_uint_eq(at, old_count);
    ck_same(body_of(after, "1", SMIME_PART_RAW), body_of(before, "1", SMIME_PART_RAW));
}

static size_t count_of(const smime_entity *entity, const char *name)
{
    size_t count = 0, at = 0;

    while (smime_entity_find_field(entity, name, at, &at) == SMIME_OK) {
        count++;
        at++;
    }
    return count;
}

/* Line ends of new fields are those of the message, where its header has any. */
static void check_line_ends(bytes was, bytes is)
{
    size_t bare_before = 0, bare_after = 0, full_before = 0, full_after = 0;

    for (size_t i = 0; i < was.len; i++)
        if (was.data[i] == '\n')
            ++*(i && was.data[i - 1] == '\r' ? &full_before : &bare_before);
    for (size_t i = 0; i < is.len; i++)
        if (is.data[i] == '\n')
            ++*(i && is.data[i - 1] == '\r' ? &full_after : &bare_after);
    if (bare_before && !full_before && smime_entity_body_offset(smime_parser_root(parsed(was))))
        ck_assert_msg(!full_after, "%s", is.data);
    if (full_before && !bare_before)
        ck_assert_msg(!bare_after, "%s", is.data);
}

static const char *const edit_names[] = { "Subject", "X-New", "Content-Type", "subject", "To" };

START_TEST(a_field_is_set)
{
    for (int ends = 0; ends < 2; ends++)
        for (size_t k = 0; k < sizeof edit_names / sizeof edit_names[0]; k++) {
            bytes message = ends ? crlf(mails[_i]) : text(mails[_i]);
            const char *name = edit_names[k];
            smime_editor *editor = editor_new();
            const smime_entity *was, *is;
            size_t first = SIZE_MAX, now;
            bytes made;

            if (!strcmp(name, "Content-Type"))
                continue; /* another body then */
            ck_ok(smime_editor_set_field(editor, name, "replaced", SMIME_FIELD_RAW));
            ck_ok(smime_editor_set_field(editor, name, "gr\xc3\xbcn  ist es", SMIME_FIELD_TEXT));
            made = edited(editor, message, (size_t)_i % 3);
            check_rest(message, made, name);
            check_line_ends(message, made);
            was = smime_parser_root(parsed(message));
            is = smime_parser_root(parsed(made));
            ck_assert_uint_eq(count_of(is, name), 1);
            ck_assert_str_eq(field_text(is, name), "gr\xc3\xbcn  ist es");
            ck_ok(smime_entity_find_field(is, name, 0, &now));
            if (smime_entity_find_field(was, name, 0, &first) != SMIME_OK)
                first = smime_entity_field_count(is) - 1;
            ck_assert_uint_eq(now, first);
        }
}
END_TEST

START_TEST(a_field_is_added)
{
    for (int ends = 0; ends < 2; ends++) {
        bytes message = ends ? crlf(mails[_i]) : text(mails[_i]), made;
        smime_editor *editor = editor_new();
        const smime_entity *is;
        size_t count;

        ck_ok(smime_editor_add_field(editor, "X-One", "1", SMIME_FIELD_RAW));
        ck_ok(smime_editor_add_field(editor, "X-Two", "", SMIME_FIELD_TEXT));
        ck_ok(smime_editor_add_field(editor, "X-One", "gr\xc3\xbcn", SMIME_FIELD_TEXT));
        made = edited(editor, message, (size_t)_i % 3);
        is = smime_parser_root(parsed(made));
        count = smime_entity_field_count(is);
        ck_assert_uint_eq(count, smime_entity_field_count(smime_parser_root(parsed(message))) + 3);
        ck_assert(is_named(is, count - 3, "X-One") && is_named(is, count - 2, "X-Two") &&
                  is_named(is, count - 1, "X-One"));
        ck_assert_str_eq(field_text(is, "X-One"), "1");
        ck_assert_str_eq(field_text(is, "X-Two"), "");
        check_line_ends(message, made);
        ck_same(body_of(parsed(made), "1", SMIME_PART_RAW),
                body_of(parsed(message), "1", SMIME_PART_RAW));
    }
}
END_TEST

START_TEST(a_field_is_taken_out)
{
    for (int ends = 0; ends < 2; ends++)
        for (size_t k = 0; k < 2; k++) {
            bytes message = ends ? crlf(mails[_i]) : text(mails[_i]), made;
            smime_editor *editor = editor_new();

            ck_ok(smime_editor_set_field(editor, edit_names[k], "x", SMIME_FIELD_RAW));
            ck_ok(smime_editor_remove_field(editor, edit_names[k]));
            made = edited(editor, message, (size_t)_i % 3);
            if (!made.len)
                continue; /* it was all there is */
            check_rest(message, made, edit_names[k]);
            ck_assert_uint_eq(count_of(smime_parser_root(parsed(made)), edit_names[k]), 0);
        }
}
END_TEST

/* Header and body as they stand after some edits. */
START_TEST(headers_byte_by_byte)
{
    static const char message[] = "From a@x\nA: 1\nB: 2\n b\na: 3\nC:4\nB: 5\n\nbody\n";
    static const char expected[] = "From a@x\na: new\nC:4\nD: d\nE: e\nD: d2\n\nbody\n";
    smime_editor *editor = editor_new();

    ck_ok(smime_editor_add_field(editor, "D", "d", SMIME_FIELD_RAW));
    ck_ok(smime_editor_set_field(editor, "a", "new", SMIME_FIELD_RAW));
    ck_ok(smime_editor_set_field(editor, "E", "e", SMIME_FIELD_TEXT));
    ck_ok(smime_editor_remove_field(editor, "b"));
    ck_ok(smime_editor_add_field(editor, "D", "d2", SMIME_FIELD_RAW));
    ck_same(edited(editor, text(message), (size_t)_i), text(expected));
}
END_TEST

/* A message without a header gets one, which ends. */
START_TEST(a_header_for_a_text)
{
    static const struct {
        const char *message, *expected;
    } rows[] = {
        { "no colon\nhere\n", "A: b\r\n\r\nno colon\nhere\n" },
        { "", "A: b\r\n\r\n" },
        { "\nx", "A: b\n\nx" },
        { "\r\nx", "A: b\r\n\r\nx" },
        { "From a@x\nno colon\n", "From a@x\nA: b\n\nno colon\n" },
        { "From a@x\r\n\r\nx", "From a@x\r\nA: b\r\n\r\nx" },
        { "B: c", "B: c\r\nA: b\r\n" },
        { "B: c\n", "B: c\nA: b\n" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        smime_editor *editor = editor_new();
        ck_ok(smime_editor_set_field(editor, "A", "b", SMIME_FIELD_TEXT));
        ck_same(edited(editor, text(rows[i].message), (size_t)_i), text(rows[i].expected));
        ck_same(edited(editor_new(), text(rows[i].message), (size_t)_i), text(rows[i].message));
    }
}
END_TEST

/* The fields of parts are no fields of the message. */
START_TEST(parts_keep_their_fields)
{
    static const char message[] = "Content-Type: multipart/mixed; boundary=b\nX: 1\n\n--b\nX: 2\n"
                                  "\n--b\nContent-Type: message/rfc822\n\nX: 3\n\nx\n--b--\n";
    smime_editor *editor = editor_new();

    ck_ok(smime_editor_remove_field(editor, "X"));
    ck_same(edited(editor, text(message), 0), changed(text(message), "X: 1\n", ""));
}
END_TEST

START_TEST(what_is_refused)
{
    static const char *const names[] = { "", "a b", "a:", "a\n", "\xc3\xbc", "a\r\nb" };
    static const char *const values[] = { "a\nb", "a\r\n b", "\r", "a\tb", "\x01", "\x7f", "\xff" };
    smime_editor *editor = editor_new();
    bytes message = text("A: b\n\nx\n");
    size_t taken;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        ck_assert_int_eq(smime_editor_set_field(editor, names[i], "x", 0), SMIME_E_INVALID_ARG);
        ck_assert_int_eq(smime_editor_add_field(editor, names[i], "x", 0), SMIME_E_INVALID_ARG);
        ck_assert_int_eq(smime_editor_remove_field(editor, names[i]), SMIME_E_INVALID_ARG);
    }
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        for (int form = SMIME_FIELD_TEXT; form <= SMIME_FIELD_RAW; form++) {
            ck_assert_int_eq(smime_editor_set_field(editor, "A", values[i], form),
                             SMIME_E_INVALID_ARG);
            ck_assert_int_eq(smime_editor_add_field(editor, "A", values[i], form),
                             SMIME_E_INVALID_ARG);
        }
    ck_assert_int_eq(smime_editor_set_field(editor, "A", "x", 2), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_editor_set_field(editor, "A", "x", -1), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_editor_set_carry(editor, 3), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_editor_set_carry(editor, -1), SMIME_E_INVALID_ARG);
    ck_same(edited(editor, message, 0), message);
    ck_assert_int_eq(smime_editor_set_field(editor, "A", "x", 0), SMIME_E_STATE);
    ck_assert_int_eq(smime_editor_add_field(editor, "A", "x", 0), SMIME_E_STATE);
    ck_assert_int_eq(smime_editor_remove_field(editor, "A"), SMIME_E_STATE);
    ck_assert_int_eq(smime_editor_set_carry(editor, 0), SMIME_E_STATE);
    ck_assert_int_eq(smime_editor_write(editor, "x", 1, &taken), SMIME_E_STATE);
    ck_assert_int_eq(smime_editor_finish(editor), SMIME_E_STATE);
}
END_TEST

static void count_calls(void *user_data)
{
    ++*(int *)user_data;
}

START_TEST(sinks)
{
    smime_editor *editor;
    int calls = 0;

    ck_assert_int_eq(smime_editor_set_sink(NULL, gather, &calls, count_calls),
                     SMIME_E_INVALID_ARG);
    ck_assert_int_eq(calls, 1);
    ck_ok(smime_editor_new(NULL, &editor));
    ck_assert_int_eq(smime_editor_set_sink(editor, NULL, &calls, count_calls),
                     SMIME_E_INVALID_ARG);
    ck_assert_int_eq(calls, 2);
    ck_ok(smime_editor_set_sink(editor, gather, &calls, count_calls));
    ck_ok(smime_editor_set_sink(editor, gather, &calls, count_calls));
    ck_assert_int_eq(calls, 3);
    smime_editor_free(editor);
    ck_assert_int_eq(calls, 4);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("edit");
    TCase *tests = tcase_create("edit");

    tcase_add_checked_fixture(tests, NULL, common_teardown);
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, without_calls_nothing_changes, 0, (int)mail_count);
    tcase_add_test(tests, without_calls_anything_stays);
    tcase_add_test(tests, output_waits_to_be_read);
    tcase_add_loop_test(tests, a_field_is_set, 0, (int)mail_count);
    tcase_add_loop_test(tests, a_field_is_added, 0, (int)mail_count);
    tcase_add_loop_test(tests, a_field_is_taken_out, 0, (int)mail_count);
    tcase_add_loop_test(tests, headers_byte_by_byte, 0, 3);
    tcase_add_loop_test(tests, a_header_for_a_text, 0, 2);
    tcase_add_test(tests, parts_keep_their_fields);
    tcase_add_test(tests, what_is_refused);
    tcase_add_test(tests, sinks);
    suite_add_tcase(suite, tests);
    return support_main(suite);
}
