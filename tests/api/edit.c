/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An editor changes what it is told to change and no other byte. */
#include "mail.h"

#include <stdio.h>
#include <string.h>

static void drop_editor(void *what)
{
    smime_editor_free(what);
}

static smime_editor *editor_new(void)
{
    smime_editor *made;

    ck_ok(smime_editor_new(policy(), &made));
    keep(made, drop_editor);
    return made;
}

/* In chunks of @p chunk bytes, or with 0 at once. */
static smime_status edit(smime_editor *editor, bytes message, size_t chunk, bytes *ret_made)
{
    smime_status status = SMIME_OK;
    size_t taken;

    *ret_made = (bytes){ NULL, 0 };
    if (!chunk) {
        status = smime_editor_buffer(editor, message.data, message.len, &ret_made->data,
                                     &ret_made->len);
        if (status == SMIME_OK)
            must(ret_made->data[ret_made->len] == 0);
    } else {
        ck_ok(smime_editor_set_sink(editor, gather, ret_made, NULL));
        for (size_t at = 0; at < message.len && status == SMIME_OK; at += chunk) {
            size_t len = message.len - at < chunk ? message.len - at : chunk;
            status = smime_editor_write(editor, message.data + at, len, &taken);
            must(status < 0 || taken == len);
        }
        if (status == SMIME_OK)
            status = smime_editor_finish(editor);
    }
    if (ret_made->data)
        keep(ret_made->data, smime_free);
    if (status < 0)
        ck_assert_str_ne(smime_editor_error_text(editor), "");
    return status;
}

static bytes edited(smime_editor *editor, bytes message, size_t chunk)
{
    bytes made;
    smime_status status = edit(editor, message, chunk, &made);

    ck_assert_msg(status == SMIME_OK, "%s: %s", smime_status_name(status),
                  smime_editor_error_text(editor));
    return made;
}

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
        "Content-Type: multipart/mixed; boundary=b\n", "Content-Type: message/rfc822\n\n", "From x\n",
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

/* The bytes with LF line ends. A CR before a CRLF goes too: with LF it would be part of one. */
static bytes with_lf(bytes from)
{
    bytes made = { take(from.len + 1), 0 };

    for (size_t i = 0; i < from.len; i++) {
        while (from.data[i] == '\n' && made.len && made.data[made.len - 1] == '\r')
            made.len--;
        made.data[made.len++] = from.data[i];
    }
    made.data[made.len] = 0;
    return made;
}

static uint32_t allowed(int32_t carry)
{
    return carry == SMIME_CARRY_7BIT   ? 0
           : carry == SMIME_CARRY_8BIT ? SMIME_HAZARD_8BIT
                                       : SMIME_HAZARD_8BIT | SMIME_HAZARD_HEADER_8BIT;
}

static void compare_bodies(smime_parser *was, smime_parser *is, const smime_entity *old,
                           const smime_entity *new)
{
    const char *path = smime_entity_path(old);

    ck_assert_str_eq(smime_entity_type(new), smime_entity_type(old));
    ck_assert_uint_eq(smime_entity_child_count(new), smime_entity_child_count(old));
    for (size_t i = 0; i < smime_entity_child_count(old); i++)
        compare_bodies(was, is, smime_entity_child(old, i), smime_entity_child(new, i));
    if (!smime_entity_child_count(old)) {
        bytes before = body_of(was, path, SMIME_PART_DECODED);
        bytes after = body_of(is, path, SMIME_PART_DECODED);
        if (!same(before, after))
            ck_same(with_lf(after), with_lf(before));
    }
}

/* Edited for @p carry in any chunks: refused, or without what cannot be carried and otherwise the
 * same; and a second time without any change. */
static smime_status check_carried(bytes message, int32_t carry)
{
    smime_editor *editor = editor_new();
    smime_parser *was, *is;
    smime_status status;
    bytes made, other;

    ck_ok(smime_editor_set_carry(editor, carry));
    status = edit(editor, message, 0, &made);
    for (size_t chunk = 1; chunk < 8; chunk += 3) {
        editor = editor_new();
        ck_ok(smime_editor_set_carry(editor, carry));
        ck_assert_int_eq(edit(editor, message, chunk, &other), status);
        if (status == SMIME_OK)
            ck_same(other, made);
    }
    ck_assert(status == SMIME_OK || status == SMIME_E_MIME_ENCODING);
    if (status < 0)
        return status;
    was = parsed(message);
    is = parsed(made);
    if (smime_entity_hazards(smime_parser_root(is)) & ~allowed(carry))
        ck_abort_msg("hazards %u are left in\n%.2000s\n-- which was\n%.1500s",
                     smime_entity_hazards(smime_parser_root(is)), made.data, message.data);
    if (!(smime_entity_hazards(smime_parser_root(was)) & ~allowed(carry)) &&
        find(message, "binary", 0) == SIZE_MAX && find(message, "8bit", 0) == SIZE_MAX)
        ck_same(made, message); /* there was nothing to do */
    compare_bodies(was, is, smime_parser_root(was), smime_parser_root(is));
    editor = editor_new();
    ck_ok(smime_editor_set_carry(editor, carry));
    ck_same(edited(editor, made, 0), made);
    return status;
}

START_TEST(mails_are_carried)
{
    for (int ends = 0; ends < 2; ends++)
        for (int32_t carry = SMIME_CARRY_7BIT; carry <= SMIME_CARRY_SMTPUTF8; carry++)
            ck_ok(check_carried(ends ? crlf(mails[_i]) : text(mails[_i]), carry));
}
END_TEST

static const char *const bodies[] = {
    "\xc3\xbc\n", "From here\n", "blank \n", "blank", "a\rb\n", "a\r", "\r", "a\r\r\n", " ", "\t\n",
    "a\n\nFrom x \n\xff\n", "=\n", "a=", "", "\n", "plain\n", "x =\n", "a=20\n", "eHh4\n",
};
static const char *const encodings[] = { "7bit", "8bit", "binary", "quoted-printable", NULL };
static const char *const body_types[] = { "text/plain; charset=utf-8", "application/x",
                                          "text/html", "message/delivery-status" };

static bytes message_of(const char *type, const char *encoding, bytes body, int nested, int ends)
{
    char header[300];
    bytes part, made;

    snprintf(header, sizeof header, "Content-Type: %s\n%s%s%s\n", type,
             encoding ? "Content-Transfer-Encoding: " : "", encoding ? encoding : "",
             encoding ? "\n" : "");
    part = joined(ends ? crlf(header) : text(header), body);
    if (!nested)
        return part;
    snprintf(header, sizeof header,
             "Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: %s\n\npre\n"
             "--b\n\nfirst\n--b\nContent-Type: message/rfc822\n\n",
             encoding && strcmp(encoding, "quoted-printable") ? encoding : "7bit");
    made = joined(ends ? crlf(header) : text(header), part);
    return joined(made, ends ? crlf("\n--b\n\nlast\n--b--\nend\n")
                             : text("\r\n--b\n\nlast\n--b--\nend\n"));
}

START_TEST(bodies_are_carried)
{
    for (size_t e = 0; e < sizeof encodings / sizeof encodings[0]; e++)
        for (size_t t = 0; t < sizeof body_types / sizeof body_types[0]; t++)
            for (int how = 0; how < 4; how++)
                for (int32_t carry = SMIME_CARRY_7BIT; carry <= SMIME_CARRY_SMTPUTF8; carry++) {
                    size_t here = mark();
                    bytes body = how & 1 ? crlf(bodies[_i]) : text(bodies[_i]);
                    ck_ok(check_carried(message_of(body_types[t], encodings[e], body, how & 2,
                                                   how & 1), carry));
                    give_back(here);
                }
}
END_TEST

START_TEST(any_body_is_carried)
{
    static const char *const pieces[] = { "a", " ", "\t", "\n", "\r\n", "\r", "From ", "=", "=20",
                                          "\xc3\xbc", "=\n", ".", "--", "\x01", "\xff", "=3" };
    uint8_t choice[40];

    for (uint32_t seed = 0; seed < (fast() ? 30 : 1500); seed++) {
        size_t here = mark();
        char body[200] = "";
        bytes message;

        support_fill(choice, sizeof choice, seed);
        for (size_t i = 0; i < choice[0] % 36u; i++)
            strcat(body, pieces[choice[4 + i] % (sizeof pieces / sizeof pieces[0])]);
        message = message_of(body_types[choice[1] % 4], encodings[choice[2] % 5], text(body),
                             choice[3] & 2, choice[3] & 1);
        (void)check_carried(message, (int32_t)(seed % 3));
        give_back(here);
    }
}
END_TEST

START_TEST(long_lines_are_carried)
{
    for (size_t t = 0; t < 3; t++)
        for (size_t len = 997; len < 1001; len++)
            for (int how = 0; how < 4; how++) {
                bytes body = joined(joined(text("a\n"), repeated("x", len)), text("\nb\n"));
                ck_ok(check_carried(message_of(body_types[t], NULL, body, how & 2, how & 1),
                                    SMIME_CARRY_7BIT));
            }
    ck_ok(check_carried(message_of("text/plain", NULL, bytes_of("a\0b\n", 4), 1, 0), 0));
}
END_TEST

/* base64 is good as it is, or it cannot be mended. */
START_TEST(base64_is_carried)
{
    static const char *const good[] = { "eHh4\n", "eHh4", "eHh4\neHh4\n", "" };
    bytes made;
    smime_editor *editor;

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        ck_ok(check_carried(message_of("text/plain", "base64", text(good[i]), 1, 0), 0));
    editor = editor_new();
    ck_ok(smime_editor_set_carry(editor, SMIME_CARRY_7BIT));
    ck_assert_int_eq(edit(editor, message_of("a/b", "base64", text("eHh4\n\xff\n"), 0, 0), 0,
                          &made), SMIME_E_MIME_ENCODING);
    ck_assert_ptr_null(made.data);
}
END_TEST

static const struct {
    const char *message;
    smime_status status[3]; /* by carry */
} sealed[] = {
    { "Content-Type: multipart/signed; boundary=b\n\n--b\n\n\xc3\xbc\n--b\n\ns\n--b--\n",
      { SMIME_E_MIME_ENCODING, SMIME_OK, SMIME_OK } },
    { "Content-Type: multipart/signed; boundary=b\n\n--b\n\nFrom x\n--b\n\ns\n--b--\n",
      { SMIME_E_MIME_ENCODING, SMIME_E_MIME_ENCODING, SMIME_E_MIME_ENCODING } },
    { "Content-Type: multipart/signed; boundary=b\n\n--b\n\nblank \n--b\n\ns\n--b--\n",
      { SMIME_OK, SMIME_OK, SMIME_OK } },
    { "Content-Type: multipart/encrypted; boundary=b\n\n--b\n\nv\n--b\n\nx\ry\n--b--\n",
      { SMIME_E_MIME_ENCODING, SMIME_E_MIME_ENCODING, SMIME_E_MIME_ENCODING } },
    { "Content-Type: multipart/signed; boundary=b\n\n--b\nContent-Type: multipart/mixed;"
      " boundary=c\nContent-Transfer-Encoding: 8bit\n\n--c\n\nplain\n--c--\n--b\n\ns\n--b--\n",
      { SMIME_OK, SMIME_OK, SMIME_OK } },
    { "Subject: \xc3\xbc\n\nx\n", { SMIME_E_MIME_ENCODING, SMIME_E_MIME_ENCODING, SMIME_OK } },
    { "Content-Type: message/rfc822\n\nSubject: \xc3\xbc\n\nx\n",
      { SMIME_E_MIME_ENCODING, SMIME_E_MIME_ENCODING, SMIME_OK } },
    { "Content-Transfer-Encoding: x-none\n\n\xc3\xbc\n",
      { SMIME_E_MIME_ENCODING, SMIME_OK, SMIME_OK } },
    { "Content-Transfer-Encoding: x-none\n\nplain\n", { SMIME_OK, SMIME_OK, SMIME_OK } },
};

/* What cannot be carried without a change to what others made is refused, else it stays. */
START_TEST(sealed_parts)
{
    for (int32_t carry = SMIME_CARRY_7BIT; carry <= SMIME_CARRY_SMTPUTF8; carry++)
        for (size_t chunk = 0; chunk < 3; chunk++) {
            bytes message = text(sealed[_i].message), made;
            smime_editor *editor = editor_new();

            ck_ok(smime_editor_set_carry(editor, carry));
            ck_assert_int_eq(edit(editor, message, chunk, &made), sealed[_i].status[carry]);
            if (sealed[_i].status[carry] == SMIME_OK)
                ck_same(made, message);
        }
}
END_TEST

/* Beside a sealed part others are mended, and a signature made by this library stays good. */
START_TEST(signatures_survive)
{
    sending how = { .from = { "alice-p256" }, .opaque = _i };
    reading by = { .anchor = "root" };
    smime_editor *editor = editor_new();
    bytes mail = protected(&how, text(plain_mail)), made;

    ck_ok(smime_editor_set_carry(editor, SMIME_CARRY_7BIT));
    ck_ok(smime_editor_set_field(editor, "X-Spam", "no", SMIME_FIELD_TEXT));
    made = edited(editor, mail, 100);
    ck_assert(holds(made, "X-Spam: no"));
    ck_verdict(opened(&by, made), SMIME_SUMMARY_VERIFIED, NULL);
}
END_TEST

START_TEST(limits)
{
    smime_editor *editor;
    bytes message = text(mails[12]), made;

    ck_ok(smime_editor_new(policy_with(SMIME_LIMIT_PARTS, 3), &editor));
    keep(editor, drop_editor);
    ck_assert_int_eq(edit(editor, message, _i ? 1 : 0, &made), SMIME_E_LIMIT_PARTS);
    ck_ok(smime_editor_new(policy_with(SMIME_LIMIT_DEPTH, 1), &editor));
    keep(editor, drop_editor);
    ck_ok(smime_editor_set_carry(editor, 0));
    ck_assert_int_eq(edit(editor, message, _i ? 1 : 0, &made), SMIME_E_LIMIT_DEPTH);
}
END_TEST

/* A leaf that waits longer than memory lasts. */
START_TEST(bodies_wait_in_a_file)
{
    smime_editor *editor;
    bytes body = joined(repeated("plain line\n", 30000), text("\xc3\xbc\n"));
    bytes message = message_of("text/plain; charset=utf-8", "8bit", body, 1, 0), made;

    ck_ok(smime_editor_new(policy_with(SMIME_LIMIT_SPOOL_MEMORY, 1000), &editor));
    keep(editor, drop_editor);
    ck_ok(smime_editor_set_carry(editor, SMIME_CARRY_7BIT));
    made = edited(editor, message, 4096);
    ck_same(with_lf(body_of(parsed(made), "1.2.1", SMIME_PART_DECODED)), body);
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
    tcase_add_loop_test(tests, mails_are_carried, 0, (int)mail_count);
    add_rows(tests, bodies_are_carried, bodies);
    tcase_add_test(tests, any_body_is_carried);
    tcase_add_test(tests, long_lines_are_carried);
    tcase_add_test(tests, base64_is_carried);
    add_rows(tests, sealed_parts, sealed);
    tcase_add_loop_test(tests, signatures_survive, 0, 2);
    tcase_add_loop_test(tests, limits, 0, 2);
    tcase_add_test(tests, bodies_wait_in_a_file);
    tcase_add_test(tests, sinks);
    suite_add_tcase(suite, tests);
    return support_main(suite);
}
