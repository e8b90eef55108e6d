/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An editor makes bodies survive transport, and leaves what others made. */
#include "mail.h"

#include <stdio.h>
#include <string.h>

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
    if (smime_entity_hazards(smime_parser_root(is)) & ~carried_hazards(carry))
        ck_abort_msg("hazards %u are left in\n%.2000s\n-- which was\n%.1500s",
                     smime_entity_hazards(smime_parser_root(is)), made.data, message.data);
    if (!(smime_entity_hazards(smime_parser_root(was)) & ~carried_hazards(carry)) &&
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

    editor = editor_with(policy_with(SMIME_LIMIT_PARTS, 3));
    ck_assert_int_eq(edit(editor, message, _i ? 1 : 0, &made), SMIME_E_LIMIT_PARTS);
    editor = editor_with(policy_with(SMIME_LIMIT_DEPTH, 1));
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

    editor = editor_with(policy_with(SMIME_LIMIT_SPOOL_MEMORY, 1000));
    ck_ok(smime_editor_set_carry(editor, SMIME_CARRY_7BIT));
    made = edited(editor, message, 4096);
    ck_same(with_lf(body_of(parsed(made), "1.2.1", SMIME_PART_DECODED)), body);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("carry");
    TCase *tests = tcase_create("carry");

    tcase_add_checked_fixture(tests, NULL, common_teardown);
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, mails_are_carried, 0, (int)mail_count);
    add_rows(tests, bodies_are_carried, bodies);
    tcase_add_test(tests, any_body_is_carried);
    tcase_add_test(tests, long_lines_are_carried);
    tcase_add_test(tests, base64_is_carried);
    add_rows(tests, sealed_parts, sealed);
    tcase_add_loop_test(tests, signatures_survive, 0, 2);
    tcase_add_loop_test(tests, limits, 0, 2);
    tcase_add_test(tests, bodies_wait_in_a_file);
    suite_add_tcase(suite, tests);
    return support_main(suite);
}
