/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Mailboxes read from a field, and one written so that it is read back. */
#include "mail.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The value of a field; "name|address|group" of each mailbox; groups; something that is none. */
static const struct {
    const char *value, *found;
    size_t groups;
    int defective;
} rows[] = {
    { "", "", 0, 0 },
    { "a@x.org", "|a@x.org|;", 0, 0 },
    { "Mary Smith <mary@x.org>,\r\n \"Doe, J.\" <j@x.org>",
      "Mary Smith|mary@x.org|;Doe, J.|j@x.org|;", 0, 0 },
    /* RFC 5322, A.1.3, A.5 and A.6.1 */
    { "A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;",
      "Ed Jones|c@a.test|A Group;|joe@where.test|A Group;John|jdoe@one.test|A Group;", 1, 0 },
    { "Undisclosed recipients:;", "", 1, 0 },
    { "Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>", "Pete|pete@silly.test|;", 0,
      0 },
    { "A Group(Some people)\r\n :Chris Jones <c@(Chris's host.)public.example>,\r\n"
      " joe@example.org,\r\n John <jdoe@one.test> (my dear friend); (the end of the group)",
      "Chris Jones|c@public.example|A Group;|joe@example.org|A Group;John|jdoe@one.test|A Group;",
      1, 0 },
    { "(Empty list)(start)Hidden recipients  :(nobody(that I know))  ;", "", 1, 0 },
    { "Mary Smith <@node.test:mary@example.net>, , jdoe@test  . example",
      "Mary Smith|mary@example.net|;|jdoe@test.example|;", 0, 0 },
    { "<@a.test,@b.test:c@d.test>", "|c@d.test|;", 0, 0 },
    { "one: a@x; b@y, two: c@z;, three:;", "|a@x|one;|b@y|;|c@z|two;", 3, 0 },
    { "=?utf-8?B?w4k=?= =?utf-8?Q?t=C3=A9?= <a@x.org>", "\xc3\x89t\xc3\xa9|a@x.org|;", 0, 0 },
    { "=?iso-8859-1?q?Gr=FC=DFe?=: a@x.org;", "|a@x.org|Gr\xc3\xbc\xc3\x9f" "e;", 1, 0 },
    { "=?x-nobody-knows?q?a?= <a@x.org>", "a|a@x.org|;", 0, 0 },
    { "\xe4\xb8\xad <\xe4\xb8\xad@\xe4\xb8\xad.example>",
      "\xe4\xb8\xad|\xe4\xb8\xad@\xe4\xb8\xad.example|;", 0, 0 },
    { "\"a b\"@x.org, \"plain\"@x.org", "|\"a b\"@x.org|;|plain@x.org|;", 0, 0 },
    { "a@[192.0.2.1], b@[IPv6:2001:db8::1]", "|a@[192.0.2.1]|;|b@[IPv6:2001:db8::1]|;", 0, 0 },
    { "no address at all", "", 0, 1 },
    { "a@x.org, nobody, b@x.org", "|a@x.org|;|b@x.org|;", 0, 1 },
    { "a@x.org <b@x.org>", "a@x.org|b@x.org|;", 0, 1 },
    { "Alice <a@x.org", "Alice|a@x.org|;", 0, 1 },
};

static void list_into(const smime_addresses *found, char *to, size_t size)
{
    *to = 0;
    for (size_t i = 0; i < smime_addresses_count(found); i++) {
        const char *name = smime_addresses_name(found, i), *group = smime_addresses_group(found, i);
        size_t len = strlen(to);
        snprintf(to + len, size - len, "%s|%s|%s;", name ? name : "",
                 smime_addresses_address(found, i), group ? group : "");
    }
}

START_TEST(mailboxes_are_read)
{
    smime_addresses *found = addresses(rows[_i].value, strlen(rows[_i].value));
    char list[1000];

    list_into(found, list, sizeof list);
    ck_assert_str_eq(list, rows[_i].found);
    ck_assert_uint_eq(smime_addresses_group_count(found), rows[_i].groups);
    ck_assert_int_eq(smime_addresses_defective(found), rows[_i].defective);
    ck_assert_ptr_null(smime_addresses_address(found, smime_addresses_count(found)));
    ck_assert_ptr_null(smime_addresses_name(found, SIZE_MAX));
    ck_assert_ptr_null(smime_addresses_group(found, SIZE_MAX));
}
END_TEST

/* Every prefix gives mailboxes that are whole, and nothing is read behind its end. */
START_TEST(prefixes)
{
    size_t len = strlen(rows[_i].value);

    for (size_t i = 0; i < len; i++) {
        size_t here = mark();
        bytes prefix = { take(i ? i : 1), i };
        smime_addresses *found;

        memcpy(prefix.data, rows[_i].value, i);
        found = addresses(prefix.data, i);
        for (size_t k = 0; k < smime_addresses_count(found); k++)
            must(strchr(smime_addresses_address(found, k), '@') != NULL);
        give_back(here);
    }
}
END_TEST

/* The name of a group is kept once, so that memory grows with the field alone. */
START_TEST(a_hundred_thousand_in_a_group)
{
    enum { COUNT = 100000 };
    bytes name = repeated("x", 10000), list = repeated("a@b.example,", COUNT);
    smime_addresses *found;
    bytes value = joined(joined(name, text(":")), joined(list, text(";")));
    const char *group;

    found = addresses(value.data, value.len);
    ck_assert_uint_eq(smime_addresses_count(found), COUNT);
    ck_assert_int_eq(smime_addresses_defective(found), 0);
    group = smime_addresses_group(found, 0);
    ck_assert_uint_eq(strlen(group), name.len);
    for (size_t i = 0; i < COUNT; i++)
        must(smime_addresses_group(found, i) == group);
}
END_TEST

START_TEST(counted)
{
    smime_addresses *found;

    ck_ok(smime_addresses_new("a@x.org", 7, &found));
    ck_assert_ptr_eq(smime_addresses_ref(found), found);
    smime_addresses_unref(found);
    ck_assert_str_eq(smime_addresses_address(found, 0), "a@x.org");
    smime_addresses_unref(found);
}
END_TEST

static const struct {
    const char *name, *address, *written;
} formats[] = {
    { NULL, "alice@example.org", "alice@example.org" },
    { "", "alice@example.org", "alice@example.org" },
    { "Alice", "alice@example.org", "Alice <alice@example.org>" },
    { "Alice Smith", "a@x.org", "Alice Smith <a@x.org>" },
    { "Doe, John", "a@x.org", "\"Doe, John\" <a@x.org>" },
    { "J. Doe", "a@x.org", "\"J. Doe\" <a@x.org>" },
    { "a \"b\" \\c", "a@x.org", "\"a \\\"b\\\" \\\\c\" <a@x.org>" },
    { "x <b@y.org>", "a@x.org", "\"x <b@y.org>\" <a@x.org>" },
    { "Gr\xc3\xbcn", "a@x.org", "=?UTF-8?B?R3LDvG4=?= <a@x.org>" },
    { "=?utf-8?q?x?=", "a@x.org", "=?UTF-8?B?PT91dGYtOD9xP3g/PQ==?= <a@x.org>" },
    { NULL, "a b@x.org", "\"a b\"@x.org" },
    { NULL, "a\"b@x.org", "\"a\\\"b\"@x.org" },
    { NULL, ".a@x.org", "\".a\"@x.org" },
    { NULL, "a@b@x.org", "\"a@b\"@x.org" },
    { NULL, "a,b@x.org", "\"a,b\"@x.org" },
    { NULL, "\"a b\"@x.org", "\"a b\"@x.org" },
    { NULL, "a@gr\xc3\xbcn.example", "a@gr\xc3\xbcn.example" },
    { "A", "\xc3\xbc@gr\xc3\xbcn.example", "A <\xc3\xbc@gr\xc3\xbcn.example>" },
    { "Gr\xc3\xbcn and others", "a@x.org", "=?UTF-8?Q?Gr=C3=BCn_and_others?= <a@x.org>" },
    { NULL, "a@[192.0.2.1]", "a@[192.0.2.1]" },
    { NULL, "a@[IPv6:2001:db8::1]", "a@[IPv6:2001:db8::1]" },
    /* refused */
    { NULL, "", NULL },
    { NULL, "@", NULL },
    { NULL, "alice", NULL },
    { NULL, "@x.org", NULL },
    { NULL, "a@", NULL },
    { NULL, "a@.org", NULL },
    { NULL, "a@x..org", NULL },
    { NULL, "a@x.org.", NULL },
    { NULL, "a@x org", NULL },
    { NULL, "<a@x.org>", NULL },
    { NULL, "a@x.org>", NULL },
    { NULL, "a@x.org,b@y.org", "\"a@x.org,b\"@y.org" },
    { NULL, "a@x.org, b", NULL },
    { NULL, "a@x.org(c)", NULL },
    { NULL, "a@[x]y]", NULL },
    { NULL, "a@x.org\r\nBcc: b@y.org", NULL },
    { NULL, "a\r\nb@y.org", NULL },
    { NULL, "\"a\nb\"@y.org", NULL },
    { NULL, "a\x01@x.org", NULL },
    { NULL, "a@x\x7f.org", NULL },
    { NULL, "a\xff@x.org", NULL },
    { NULL, "a@\xc3.org", NULL },
    { "a\rb", "a@x.org", NULL },
    { "a\nb", "a@x.org", NULL },
    { "a\r\n b", "a@x.org", NULL },
    { "a\tb", "a@x.org", NULL },
    { "a\x1b[0m", "a@x.org", NULL },
    { "a\xff", "a@x.org", NULL },
    { "a\xc0\x8a", "a@x.org", NULL }, /* a line end in an overlong form */
    /* several words, or a comment, are not the one local part that they seem to be */
    { "A", "\"a\" \"b\"@x.org", NULL },
    { "A", "\"a\"(c)\"b\"@x.org", NULL },
    { "A", "\"a\"b\"@x.org", NULL },
    { "A", "\"a\\\"@x.org", NULL },
    { NULL, "\"a\"<b@y.org>\"c\"@x.org", NULL },
};

START_TEST(a_mailbox_is_written)
{
    char *got = NULL;
    smime_status status = smime_address_format(formats[_i].name, formats[_i].address, &got);

    if (formats[_i].written) {
        ck_assert_int_eq(status, SMIME_OK);
        ck_assert_str_eq(got, formats[_i].written);
    } else {
        ck_assert_msg(status == SMIME_E_INVALID_ARG, "%s: %s", formats[_i].address, got);
        ck_assert_ptr_null(got);
    }
    smime_free(got);
}
END_TEST

static const char *without_blanks_around(const char *name)
{
    bytes copy;

    while (*name == ' ')
        name++;
    copy = text(name);
    while (copy.len && copy.data[copy.len - 1] == ' ')
        copy.data[--copy.len] = 0;
    return (const char *)copy.data;
}

/* What comes out is one mailbox, with that name and that address, for the reader; and that address
 * is written the same again. */
static void check_written(const char *name, const char *address)
{
    char *got = NULL, *again = NULL;
    smime_addresses *found;
    const char *shown = without_blanks_around(name), *read;

    if (smime_address_format(name, address, &got) != SMIME_OK)
        return;
    keep(got, smime_free);
    found = addresses(got, strlen(got));
    if (smime_addresses_count(found) != 1 || smime_addresses_defective(found) ||
        smime_addresses_group_count(found))
        ck_abort_msg("[%s] [%s] was written as no mailbox: %s", name, address, got);
    read = smime_addresses_name(found, 0);
    if (strcmp(read ? read : "", shown) != 0)
        ck_abort_msg("[%s] was written as %s and read as [%s]", name, got, read);
    read = smime_addresses_address(found, 0);
    if (address[0] != '"' && read[0] != '"' && strcmp(read, address) != 0)
        ck_abort_msg("[%s] was written as %s and read as [%s]", address, got, read);
    ck_ok(smime_address_format(name, read, &again));
    keep(again, smime_free);
    if (strcmp(again, got) != 0 && address[0] != '"')
        ck_abort_msg("[%s] was written as %s and then as %s", address, got, again);
}

START_TEST(what_is_written_is_read_back)
{
    static const char *const pieces[] = {
        "a", "b", " ", "  ", "\"", "\\", "(", ")", "<", ">", "@", ",", ";", ":", ".", "=?", "?=",
        "=?utf-8?q?x?=", "\xc3\xbc", "\xe4\xb8\xad", "[", "]", "=", "?", "_", "x.org", "'", "*",
        "a long word of a name that has to be cut in the middle of it somewhere",
    };
    uint8_t choice[24];

    for (uint32_t seed = 0; seed < (fast() ? 300 : 20000); seed++) {
        size_t here = mark();
        char name[600] = "", address[600] = "";

        support_fill(choice, sizeof choice, seed);
        for (size_t i = 0; i < choice[0] % 8u; i++)
            strcat(name, pieces[choice[1 + i] % (sizeof pieces / sizeof pieces[0])]);
        for (size_t i = 0; i < choice[9] % 5u; i++)
            strcat(address, pieces[choice[10 + i] % (sizeof pieces / sizeof pieces[0])]);
        strcat(address, "@");
        for (size_t i = 0; i < choice[15] % 3u; i++)
            strcat(address, pieces[choice[16 + i] % (sizeof pieces / sizeof pieces[0])]);
        if (choice[15] % 2)
            strcat(address, "y.example");
        check_written(name, address);
        give_back(here);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("addresses");
    TCase *tests = tcase_create("addresses");

    tcase_add_checked_fixture(tests, NULL, common_teardown);
    tcase_set_timeout(tests, 60);
    add_rows(tests, mailboxes_are_read, rows);
    add_rows(tests, prefixes, rows);
    tcase_add_test(tests, a_hundred_thousand_in_a_group);
    tcase_add_test(tests, counted);
    add_rows(tests, a_mailbox_is_written, formats);
    tcase_add_test(tests, what_is_written_is_read_back);
    suite_add_tcase(suite, tests);
    return support_main(suite);
}
