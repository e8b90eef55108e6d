/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Distinguished names compared and shown; addresses compared. */
#include "pki_support.h"

#include "pki/name.h"

/* One RDN of one attribute: its type as content bytes in hex, tag, value. */
static void add_rdn(smime__buf *to, const char *type, uint8_t tag, const void *value, size_t len)
{
    size_t set, sequence, type_len;
    uint8_t *bytes = support_unhex(type, &type_len);

    ck_ok(smime__der_begin(to, SMIME__SET, &set));
    ck_ok(smime__der_begin(to, SMIME__SEQUENCE, &sequence));
    ck_ok(smime__der_add(to, SMIME__OBJECT_ID, bytes, type_len));
    ck_ok(smime__der_add(to, tag, value, len));
    ck_ok(smime__der_end(to, sequence));
    ck_ok(smime__der_end(to, set));
    free(bytes);
}

static smime__view one_cn(smime__buf *to, uint8_t tag, const void *value, size_t len)
{
    size_t mark;

    smime__buf_clear(to);
    ck_ok(smime__der_begin(to, SMIME__SEQUENCE, &mark));
    add_rdn(to, "550403", tag, value, len);
    ck_ok(smime__der_end(to, mark));
    return smime__buf_view(to);
}

static int same(uint8_t a_tag, const char *a, size_t a_len, uint8_t b_tag, const char *b,
                size_t b_len)
{
    smime__buf left = {0}, right = {0}, left_form = {0}, right_form = {0};
    smime__view left_name = one_cn(&left, a_tag, a, a_len);
    smime__view right_name = one_cn(&right, b_tag, b, b_len);
    int equal;

    ck_assert(smime__name_check(left_name));
    ck_ok(smime__name_canonical(&left_form, left_name));
    ck_ok(smime__name_canonical(&right_form, right_name));
    equal = smime__view_equal(smime__buf_view(&left_form), smime__buf_view(&right_form));
    smime__buf_free(&left);
    smime__buf_free(&right);
    smime__buf_free(&left_form);
    smime__buf_free(&right_form);
    return equal;
}

static const struct {
    uint8_t a_tag;
    const char *a;
    size_t a_len;
    uint8_t b_tag;
    const char *b;
    size_t b_len;
    int same;
} pairs[] = {
    {SMIME__UTF8_STRING, "Test CA", 7, SMIME__PRINTABLE_STRING, "Test CA", 7, 1},
    {SMIME__UTF8_STRING, "Test CA", 7, SMIME__UTF8_STRING, "tEST ca", 7, 1},
    {SMIME__UTF8_STRING, "Test CA", 7, SMIME__UTF8_STRING, "  Test \t CA ", 12, 1},
    {SMIME__UTF8_STRING, "Test CA", 7, SMIME__BMP_STRING, "\0T\0e\0s\0t\0 \0C\0A", 14, 1},
    {SMIME__UTF8_STRING, "\xc3\xa4", 2, SMIME__T61_STRING, "\xe4", 1, 1},
    {SMIME__UTF8_STRING, "\xc3\xa4", 2, SMIME__UNIVERSAL_STRING, "\0\0\0\xe4", 4, 1},
    {SMIME__UTF8_STRING, "Test CA", 7, SMIME__IA5_STRING, "TestCA", 6, 0},
    {SMIME__UTF8_STRING, "a", 1, SMIME__UTF8_STRING, "b", 1, 0},
    {SMIME__UTF8_STRING, "a", 1, SMIME__UTF8_STRING, "a\0b", 3, 0},
    {SMIME__UTF8_STRING, "\xc3\xa4", 2, SMIME__UTF8_STRING, "\xc3\x84", 2, 0},
    {SMIME__UTF8_STRING, "ab", 2, SMIME__OCTET_STRING, "ab", 2, 0},
    {SMIME__UTF8_STRING, "", 0, SMIME__UTF8_STRING, " ", 1, 1},
};

START_TEST(names_compare)
{
    ck_assert_int_eq(same(pairs[_i].a_tag, pairs[_i].a, pairs[_i].a_len, pairs[_i].b_tag,
                          pairs[_i].b, pairs[_i].b_len),
                     pairs[_i].same);
    ck_assert_int_eq(same(pairs[_i].b_tag, pairs[_i].b, pairs[_i].b_len, pairs[_i].a_tag,
                          pairs[_i].a, pairs[_i].a_len),
                     pairs[_i].same);
}
END_TEST

START_TEST(order_counts_between_rdns_and_not_within)
{
    /* CN=a+O=b in both orders; then CN=a,O=b and O=b,CN=a */
    static const char *const names[] = {
        "3018 3116 3009 0603 550403 0c02 6161 3009 0603 55040a 0c02 6262",
        "3018 3116 3009 0603 55040a 0c02 6262 3009 0603 550403 0c02 6161",
        "301a 310b 3009 0603 550403 0c02 6161 310b 3009 0603 55040a 0c02 6262",
        "301a 310b 3009 0603 55040a 0c02 6262 310b 3009 0603 550403 0c02 6161",
    };
    smime__buf forms[4] = {{0}};

    for (int i = 0; i < 4; i++) {
        size_t len;
        uint8_t *der = support_unhex(names[i], &len);

        ck_assert(smime__name_check(smime__view_of(der, len)));
        ck_ok(smime__name_canonical(&forms[i], smime__view_of(der, len)));
        free(der);
    }
    ck_assert(smime__view_equal(smime__buf_view(&forms[0]), smime__buf_view(&forms[1])));
    ck_assert(!smime__view_equal(smime__buf_view(&forms[2]), smime__buf_view(&forms[3])));
    ck_assert(!smime__view_equal(smime__buf_view(&forms[0]), smime__buf_view(&forms[2])));
    for (int i = 0; i < 4; i++)
        smime__buf_free(&forms[i]);
}
END_TEST

START_TEST(malformed_names_are_seen)
{
    static const char *const bad[] = {
        "", "3000 00", "3100", "3002 3100", "300c 310a 3008 0603 550403 0c01",
        "300d 310b 3009 0603 550403 0c01 61 00",
        "300b 3109 3007 0c01 61 0c02 6161", "3080 0000",
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        size_t len;
        uint8_t *der = support_unhex(bad[i], &len);

        ck_assert_msg(!smime__name_check(smime__view_of(der, len)), "%s", bad[i]);
        free(der);
    }
    ck_assert(smime__name_check(smime__view_of("\x30\0", 2))); /* the empty name */
}
END_TEST

static const struct {
    const char *type;
    uint8_t tag;
    const char *value;
    size_t len;
    const char *text;
} shown[] = {
    {"550403", SMIME__UTF8_STRING, "Alice", 5, "CN=Alice"},
    {"550406", SMIME__PRINTABLE_STRING, "DE", 2, "C=DE"},
    {"2a864886f70d010901", SMIME__IA5_STRING, "a@x", 3, "emailAddress=a@x"},
    {"0992268993f22c640119", SMIME__IA5_STRING, "org", 3, "DC=org"},
    {"550403", SMIME__UTF8_STRING, "a,b+c\"d\\e<f>g;h", 15,
     "CN=a\\,b\\+c\\\"d\\\\e\\<f\\>g\\;h"},
    {"550403", SMIME__UTF8_STRING, " a b ", 5, "CN=\\ a b\\ "},
    {"550403", SMIME__UTF8_STRING, "#a#", 3, "CN=\\#a#"},
    {"550403", SMIME__UTF8_STRING, "a\nb\x7f", 4, "CN=a\\0ab\\7f"},
    {"550403", SMIME__UTF8_STRING, "a\0b", 3, "CN=a\xef\xbf\xbd" "b"},
    {"550403", SMIME__UTF8_STRING, "\xff", 1, "CN=\xef\xbf\xbd"},
    {"550403", SMIME__BMP_STRING, "\xd8\x00", 2, "CN=\xef\xbf\xbd"},
    {"2a0304", SMIME__UTF8_STRING, "x", 1, "1.2.3.4=x"},
    {"550403", SMIME__OCTET_STRING, "\x01\xab", 2, "CN=#040201ab"},
};

START_TEST(names_as_rfc_4514_writes_them)
{
    smime__buf name = {0}, text = {0};
    size_t mark;

    ck_ok(smime__der_begin(&name, SMIME__SEQUENCE, &mark));
    add_rdn(&name, shown[_i].type, shown[_i].tag, shown[_i].value, shown[_i].len);
    ck_ok(smime__der_end(&name, mark));
    ck_ok(smime__name_text(&text, smime__buf_view(&name)));
    ck_assert_str_eq(smime__buf_text(&text), shown[_i].text);
    smime__buf_free(&name);
    smime__buf_free(&text);
}
END_TEST

static smime_status tell(void *user, smime__view text)
{
    ck_ok(smime__buf_add_view(user, text));
    return smime__buf_add_byte(user, ';');
}

START_TEST(last_rdn_is_written_first_and_values_are_told)
{
    smime__buf name = {0}, text = {0};
    size_t mark;

    ck_ok(smime__der_begin(&name, SMIME__SEQUENCE, &mark));
    add_rdn(&name, "550406", SMIME__PRINTABLE_STRING, "DE", 2);
    add_rdn(&name, "2a864886f70d010901", SMIME__IA5_STRING, "a@x", 3);
    add_rdn(&name, "2a864886f70d010901", SMIME__UTF8_STRING, "b@y", 3);
    add_rdn(&name, "2a864886f70d010901", SMIME__OCTET_STRING, "c@z", 3); /* no string */
    ck_ok(smime__der_end(&name, mark));
    ck_ok(smime__name_text(&text, smime__buf_view(&name)));
    ck_assert_str_eq(smime__buf_text(&text),
                     "emailAddress=#040363407a,emailAddress=b@y,emailAddress=a@x,C=DE");
    smime__buf_clear(&text);
    ck_ok(smime__name_each(smime__buf_view(&name), SMIME__OID_EMAIL_ADDRESS, tell, &text));
    ck_assert_str_eq(smime__buf_text(&text), "a@x;b@y;");
    smime__buf_free(&name);
    smime__buf_free(&text);
}
END_TEST

static const struct {
    const char *a, *b;
    int same;
} mailboxes[] = {
    {"alice@example.org", "alice@example.org", 1},
    {"alice@example.org", "alice@EXAMPLE.org", 1},
    {"alice@example.org", "Alice@example.org", 2},
    {"alice@example.org", "bob@example.org", 0},
    {"alice@example.org", "alice@example.com", 0},
    {"alice@example.org", "alice@sub.example.org", 0},
    {"alice@example.org", "alice", 0},
    {"alice", "alice", 0},
    {"", "", 0},
    {"@x", "@x", 1},
    {"a@b\xc3\xbc" "cher.example", "a@xn--bcher-kva.example", 1},
    {"gr\xc3\xbcn@x", "gr\xc3\xbcn@x", 1},
    {"gr\xc3\xbcn@x", "GR\xc3\xbcN@x", 2},
    {"gr\xc3\xbcn@x", "gr\xc3\x9cn@x", 0}, /* no case folding beyond ASCII */
    {"\"a@b\"@x", "\"a@b\"@x", 1},
    {"\"a@x\"@y", "a@y", 0},
};

START_TEST(mailboxes_compare)
{
    ck_assert_int_eq(smime__mailbox_compare(mailboxes[_i].a, mailboxes[_i].b),
                     mailboxes[_i].same);
    ck_assert_int_eq(smime__mailbox_compare(mailboxes[_i].b, mailboxes[_i].a),
                     mailboxes[_i].same);
}
END_TEST

void add_pki_name(Suite *suite)
{
    TCase *tc = tcase_create("name");

    add_rows(tc, names_compare, pairs);
    tcase_add_test(tc, order_counts_between_rdns_and_not_within);
    tcase_add_test(tc, malformed_names_are_seen);
    add_rows(tc, names_as_rfc_4514_writes_them, shown);
    tcase_add_test(tc, last_rdn_is_written_first_and_values_are_told);
    add_rows(tc, mailboxes_compare, mailboxes);
    suite_add_tcase(suite, tc);
}
