/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Mailboxes in header fields. */
#include "unit.h"

#include "mime/address.h"

/* Text; mailboxes as "display|address" separated by line ends; group seen; something bad. */
static const struct {
    const char *text, *found;
    int groups, bad;
} rows[] = {
    {"alice@example.org", "|alice@example.org", 0, 0},
    {" Alice <alice@example.org> ", "Alice|alice@example.org", 0, 0},
    {"\"Alice B.\" <alice@example.org>", "Alice B.|alice@example.org", 0, 0},
    {"Alice B. <alice@example.org>", "Alice B.|alice@example.org", 0, 0},
    {"\"a, b\" <a@x>, c@y", "a, b|a@x\n|c@y", 0, 0},
    {"a@x, b@y", "|a@x\n|b@y", 0, 0},
    {"a@x,, b@y,", "|a@x\n|b@y", 0, 0},
    {"<a@x>", "|a@x", 0, 0},
    {"a@x (Alice)", "Alice|a@x", 0, 0},
    {"(one (two) \\) three) a@x", "one (two) \\) three|a@x", 0, 0},
    {"a (c) @ (c) x . org", "c|a@x.org", 0, 0},
    {"Group: a@x, b@y;", "|a@x\n|b@y", 1, 0},
    {"Group: a@x;, c@z", "|a@x\n|c@z", 1, 0},
    {"undisclosed-recipients:;", "", 1, 0},
    {"\"quoted local\"@x", "|\"quoted local\"@x", 0, 0},
    {"\"plain\"@x", "|plain@x", 0, 0},
    {"<\"plain\"@x>", "|plain@x", 0, 0},
    {"<\"a\\\"b\"@x>", "|\"a\\\"b\"@x", 0, 0},
    {"<@relay,@other:a@x>", "|a@x", 0, 0},
    {"=?utf-8?q?gr=C3=BCn?= <a@x>", "gr\xc3\xbcn|a@x", 0, 0},
    {"gr\xc3\xbcn@ex\xc3\xa4mple.org", "|gr\xc3\xbcn@ex\xc3\xa4mple.org", 0, 0},
    {"a@[IPv6:2001:db8::1], b@y", "|a@[IPv6:2001:db8::1]\n|b@y", 0, 0},
    {"A <a@[IPv6:::1]>", "A|a@[IPv6:::1]", 0, 0},
    {"a@[127.0.0.1]", "|a@[127.0.0.1]", 0, 0},
    {"", "", 0, 0},
    {" , ,", "", 0, 0},
    {"no address", "", 0, 1},
    {"Alice <>", "", 0, 1},
    {"Alice <alice>", "", 0, 1},
    {"@x", "", 0, 1},
    {"a@", "", 0, 1},
    {"a@b@c", "", 0, 1},
    {"a b@x", "", 0, 1},
    {"<a@x", "|a@x", 0, 1},
    {"<a@x> b@y", "*", 0, 1},
    {"a@x <b@y>", "*", 0, 1},       /* which one is shown differs between readers */
    {"a@x <a@x>", "a@x|a@x", 0, 0},
    {"a@x: b@y;", "|b@y", 1, 1},
    {"<a@x> <b@y>", "*", 0, 1},
    {"a@x>", "|a@x", 0, 1},
    {"\"open <a@x>", "", 0, 1},
    {"a@x, junk, b@y", "|a@x\n|b@y", 0, 1},
};

START_TEST(mailboxes_are_read)
{
    smime__mailboxes boxes = { 0 };
    smime__buf found = {0};

    ck_ok(smime__mailboxes_parse(&boxes, smime__view_text(rows[_i].text)));
    for (size_t i = 0; i < boxes.count; i++)
        ck_ok(smime__buf_format(&found, "%s%s|%s", i ? "\n" : "",
                                boxes.list[i].display ? boxes.list[i].display : "",
                                boxes.list[i].address));
    if (rows[_i].found[0] != '*')
        ck_assert_msg(!strcmp(smime__buf_text(&found), rows[_i].found), "%s: %s", rows[_i].text,
                      smime__buf_text(&found));
    ck_assert_msg((int)boxes.group_count == rows[_i].groups, "%s: groups", rows[_i].text);
    ck_assert_msg(boxes.bad == rows[_i].bad, "%s: bad", rows[_i].text);
    smime__buf_free(&found);
    smime__mailboxes_free(&boxes);
}
END_TEST

START_TEST(any_bytes_give_clean_text)
{
    static const char alphabet[] = "a@<>,;:\"\\()[]. \t\xff\xc3\xa4\0=?q";
    uint8_t text[48];

    for (uint32_t seed = 0; seed < 4000; seed++) {
        smime__mailboxes boxes = { 0 };
        size_t len = seed % sizeof text;
        uint8_t *exact = malloc(len ? len : 1);

        support_fill(text, sizeof text, seed);
        for (size_t i = 0; i < len; i++)
            exact[i] = (uint8_t)alphabet[text[i] % (sizeof alphabet - 1)];
        ck_ok(smime__mailboxes_parse(&boxes, smime__view_of(exact, len)));
        free(exact);
        for (size_t i = 0; i < boxes.count; i++) {
            const char *address = boxes.list[i].address;
            must(strchr(address, '@') != NULL);
            must(address[0] != '@' && address[strlen(address) - 1] != '@');
        }
        smime__mailboxes_free(&boxes);
    }
}
END_TEST

void add_mime_address(Suite *suite)
{
    TCase *tc = tcase_create("address");

    add_rows(tc, mailboxes_are_read, rows);
    tcase_add_test(tc, any_bytes_give_clean_text);
    suite_add_tcase(suite, tc);
}
