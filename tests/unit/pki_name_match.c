/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether a name is within a subtree, form by form: RFC 5280 4.2.1.10, RFC 8398 6. */
#include "unit.h"

#include "notation.h"
#include "pki/name_match.h"

#define IN SMIME__MATCH_WITHIN
#define OUT SMIME__MATCH_OUTSIDE
#define UNCLEAR SMIME__MATCH_UNCLEAR
#define OTHER SMIME__MATCH_OTHER_FORM
#define UNSUPPORTED SMIME__MATCH_UNSUPPORTED

#define MAIL(text) "81('" text "')"
#define DNS(text) "82('" text "')"
#define URI(text) "86('" text "')"
#define NAME(name) "a4(<" name ">)"
#define SMTP_UTF8(text) "a0(@1.3.6.1.5.5.7.8.9 a0(0c('" text "')))"
#define SMTP_WRONG "a0(@1.3.6.1.5.5.7.8.9 a0(16('alice@example.org')))"
#define BUECHER "b\xc3\xbc" "cher.example"
#define A_LABEL "xn--bcher-kva.example"

static const struct {
    const char *name, *base;
    smime__match match;
} rows[] = {
    /* a mailbox, all mailboxes of a host, those of all hosts below a domain */
    {MAIL("alice@example.org"), MAIL("alice@example.org"), IN},
    {MAIL("alice@EXAMPLE.org"), MAIL("alice@example.ORG"), IN},
    {MAIL("Alice@example.org"), MAIL("alice@example.org"), OUT},
    {MAIL("bob@example.org"), MAIL("alice@example.org"), OUT},
    {MAIL("alice@sub.example.org"), MAIL("alice@example.org"), OUT},
    {MAIL("alice@example.org"), MAIL("example.org"), IN},
    {MAIL("alice@example.org"), MAIL("EXAMPLE.ORG"), IN},
    {MAIL("alice@sub.example.org"), MAIL("example.org"), OUT},
    {MAIL("alice@badexample.org"), MAIL("example.org"), OUT},
    {MAIL("alice@example.org"), MAIL(".example.org"), OUT},
    {MAIL("alice@sub.example.org"), MAIL(".example.org"), IN},
    {MAIL("alice@a.b.example.org"), MAIL(".Example.Org"), IN},
    {MAIL("alice@badexample.org"), MAIL(".example.org"), OUT},
    {MAIL("alice@example.org"), MAIL(""), IN},
    {MAIL("alice@org"), MAIL("org"), IN},
    /* dots, blanks and at signs in the wrong place */
    {MAIL("alice@example.org."), MAIL("example.org"), UNCLEAR},
    {MAIL("alice@example.org"), MAIL("example.org."), UNCLEAR},
    {MAIL("alice@.example.org"), MAIL(".example.org"), UNCLEAR},
    {MAIL("alice@a..example.org"), MAIL(".example.org"), UNCLEAR},
    {MAIL("alice@exam ple.org"), MAIL("example.org"), UNCLEAR},
    {MAIL("alice@example.org 00"), MAIL("example.org"), UNCLEAR},
    {"81('alice@example.org' 00 '.evil.example')", MAIL(".evil.example"), UNCLEAR},
    {MAIL("alice@evil.example@example.org"), MAIL("example.org"), UNCLEAR},
    {MAIL("alice@example.org@evil.example"), MAIL("example.org"), UNCLEAR},
    {MAIL("\"alice@evil.example\"@example.org"), MAIL("example.org"), IN},
    {MAIL("\"alice@evil.example\"@example.org"), MAIL("evil.example"), OUT},
    {MAIL("example.org"), MAIL("example.org"), UNCLEAR},
    {MAIL("@example.org"), MAIL("example.org"), UNCLEAR},
    {MAIL("alice@"), MAIL("example.org"), UNCLEAR},
    {MAIL("alice@"), MAIL(""), OUT},
    {MAIL(""), MAIL(""), UNCLEAR},
    {MAIL("alice@example.org"), MAIL("@example.org"), UNCLEAR},
    {MAIL("alice@example.org"), MAIL("alice@"), UNCLEAR},
    {MAIL("alice@example.org"), MAIL("alice@.org"), UNCLEAR},
    {MAIL("alice@example.org"), MAIL("a@b@example.org"), UNCLEAR},
    {MAIL("alice@example.org"), MAIL("."), UNCLEAR},
    /* internationalized, RFC 8398 6: by A-labels; UTF-8 in the local part */
    {SMTP_UTF8("alice@" BUECHER), MAIL(A_LABEL), IN},
    {SMTP_UTF8("alice@" BUECHER), MAIL("XN--bcher-KVA.example"), IN},
    {SMTP_UTF8("alice@" A_LABEL), MAIL(A_LABEL), IN},
    {SMTP_UTF8("alice@sub." BUECHER), MAIL("." A_LABEL), IN},
    {SMTP_UTF8("alice@" BUECHER), MAIL(".example"), IN},
    {SMTP_UTF8("alice@" BUECHER), MAIL("bucher.example"), OUT},
    {SMTP_UTF8("\xc3\xa4lice@example.org"), MAIL("example.org"), IN},
    {SMTP_UTF8("\xc3\xa4lice@example.org"), MAIL("alice@example.org"), OUT},
    {SMTP_UTF8("alice@example.org"), MAIL("alice@example.org"), IN},
    {SMTP_UTF8("alice@" BUECHER), MAIL(""), IN},
    {SMTP_UTF8("alice@\xff.example"), MAIL("example.org"), OUT},
    {SMTP_WRONG, MAIL("example.org"), OTHER},
    /* host names: the host, and those to its left */
    {DNS("host.example.org"), DNS("example.org"), IN},
    {DNS("example.org"), DNS("example.org"), IN},
    {DNS("HOST.Example.org"), DNS("EXAMPLE.ORG"), IN},
    {DNS("badexample.org"), DNS("example.org"), OUT},
    {DNS("org"), DNS("example.org"), OUT},
    {DNS("host.example.org"), DNS(""), IN},
    {DNS("*.example.org"), DNS("example.org"), IN},
    {DNS("*.example.org"), DNS("host.example.org"), UNCLEAR},
    {DNS("*.example.org"), DNS("a.host.example.org"), UNCLEAR},
    {DNS("*.example.org"), DNS("example.com"), OUT},
    {DNS("host.example.org."), DNS("example.org"), UNCLEAR},
    {DNS(".example.org"), DNS("example.org"), UNCLEAR},
    {DNS("a..example.org"), DNS("example.org"), UNCLEAR},
    {DNS(""), DNS("example.org"), UNCLEAR},
    {"82('evil.example' 00 '.example.org')", DNS("example.org"), UNCLEAR},
    /* URIs: a host, or with a dot first the hosts below it */
    {URI("http://example.org/"), URI("example.org"), IN},
    {URI("https://EXAMPLE.org"), URI("example.org"), IN},
    {URI("http://host.example.org/"), URI("example.org"), OUT},
    {URI("http://host.example.org/"), URI(".example.org"), IN},
    {URI("http://example.org/"), URI(".example.org"), OUT},
    {URI("http://example.org:8080/x"), URI("example.org"), IN},
    {URI("http://user@example.org/"), URI("example.org"), IN},
    {URI("http://user:word@example.org:1/"), URI("example.org"), IN},
    {URI("http://example.org@evil.example/"), URI("example.org"), OUT},
    {URI("http://example.org:80@evil.example/"), URI("example.org"), OUT},
    {URI("http://evil.example/@example.org"), URI("example.org"), OUT},
    {URI("http://evil.example?@example.org"), URI("example.org"), OUT},
    {URI("http://evil.example#@example.org"), URI("example.org"), OUT},
    {URI("http://a@b@example.org/"), URI("example.org"), IN},
    {URI("http://192.0.2.1/"), URI("example.org"), UNCLEAR},
    {URI("http://192.0.2.1/"), URI("192.0.2.1"), UNCLEAR},
    {URI("http://[2001:db8::1]/"), URI("example.org"), UNCLEAR},
    {URI("http://[2001:db8::1]:80/"), URI("example.org"), UNCLEAR},
    {URI("mailto:alice@example.org"), URI("example.org"), UNCLEAR},
    {URI("urn:example.org"), URI("example.org"), UNCLEAR},
    {URI("http:///x"), URI("example.org"), UNCLEAR},
    {URI("http://"), URI("example.org"), UNCLEAR},
    {URI("http:"), URI("example.org"), UNCLEAR},
    {URI(""), URI("example.org"), UNCLEAR},
    {URI("http://example.org./"), URI("example.org"), UNCLEAR},
    /* addresses: four or sixteen bytes, with a mask */
    {"87(c0000201)", "87(c0000200 ffffff00)", IN},
    {"87(c0000301)", "87(c0000200 ffffff00)", OUT},
    {"87(c0000201)", "87(00000000 00000000)", IN},
    {"87(c0000201)", "87(c0000201 ffffffff)", IN},
    {"87(c0000203)", "87(c0000201 ffffffff)", OUT},
    {"87(c00002ff)", "87(c0000201 ffffff00)", IN}, /* what the mask hides does not count */
    {"87(20010db8 00000000 00000000 00000001)",
     "87(20010db8 00000000 00000000 00000000 ffffffff 00000000 00000000 00000000)", IN},
    {"87(20010db9 00000000 00000000 00000001)",
     "87(20010db8 00000000 00000000 00000000 ffffffff 00000000 00000000 00000000)", OUT},
    {"87(c0000201)", "87(20010db8 00000000 00000000 00000000 ffffffff 00000000 00000000 00000000)",
     OUT},
    {"87(00000000 00000000 0000ffff c0000201)", "87(c0000200 ffffff00)", OUT},
    {"87(c00002)", "87(c0000200 ffffff00)", UNCLEAR},
    {"87(c0000201)", "87(c0000200)", UNCLEAR},
    {"87()", "87(c0000200 ffffff00)", UNCLEAR},
    /* directory names: a run of whole RDNs, compared as 7.1 says */
    {NAME("C=DE,O=Example,CN=Alice"), NAME("C=DE,O=Example"), IN},
    {NAME("C=DE,O=Example"), NAME("C=DE,O=Example"), IN},
    {NAME("C=DE,O=  EXAMPLE  "), NAME("C=DE,O=example"), IN},
    {NAME("C=DE,O=Exam   ple,CN=A"), NAME("C=DE,O=exam ple"), IN},
    {NAME("C=DE"), NAME("C=DE,O=Example"), OUT},
    {NAME("C=DE,O=Examples"), NAME("C=DE,O=Example"), OUT},
    {NAME("O=Example,C=DE"), NAME("C=DE,O=Example"), OUT},
    {NAME("C=DE,CN=Example"), NAME("C=DE,O=Example"), OUT},
    {NAME("C=DE,O=Example"), "a4(30())", IN},
    {"a4(30(31(30(@2.5.4.10 13('Example')))))", NAME("O=Example"), IN}, /* another string type */
    {"a4(30(31(30(@2.5.4.10 0c('A')) 30(@2.5.4.11 0c('B')))))", NAME("O=A"), OUT}, /* one RDN */
    /* one form says nothing of another; of some forms this library says nothing */
    {MAIL("alice@example.org"), DNS("example.org"), OTHER},
    {DNS("example.org"), URI("example.org"), OTHER},
    {NAME("O=A"), MAIL("a"), OTHER},
    {SMTP_UTF8("alice@example.org"), "a0(@1.3.6.1.5.5.7.8.9 a0(0c('example.org')))", OTHER},
    {"a0(@1.2.3 a0(0c('x')))", "a0(@1.2.3 a0(0c('x')))", UNSUPPORTED},
    {"a0(@1.2.3 a0(0c('x')))", "a0(@1.2.4 a0(0c('x')))", OTHER},
    {"88(=1.2.3)", "88(=1.2.3)", UNSUPPORTED},
    {"a3(30())", "a3(30())", UNSUPPORTED},
    {"a5(30())", "a5(30())", UNSUPPORTED},
};

/* From memory of exactly its size, so that reading beyond it is seen. */
static uint8_t *take_name(const char *text, smime__general_name *ret)
{
    gnutls_datum_t der = notation(text);
    uint8_t *exact = malloc(der.size);
    smime__der names;

    must(exact != NULL);
    memcpy(exact, der.data, der.size);
    names = smime__der_cursor(smime__view_of(exact, der.size));
    ck_assert(smime__general_name_take(&names, ret));
    ck_assert(smime__der_done(&names));
    return exact;
}

START_TEST(name_is_within_or_not)
{
    smime__general_name name, base;
    smime__match_name ready;
    smime__match match = OTHER;
    uint8_t *name_bytes = take_name(rows[_i].name, &name);
    uint8_t *base_bytes = take_name(rows[_i].base, &base);

    ck_ok(smime__match_name_of(&name, &ready));
    ck_ok(smime__name_within(&ready, &base, &match));
    ck_assert_msg(match == rows[_i].match, "%s within %s: %d, not %d", rows[_i].name,
                  rows[_i].base, (int)match, (int)rows[_i].match);
    smime__buf_free(&ready.canonical);
    free(name_bytes);
    free(base_bytes);
}
END_TEST

/* GeneralName, 4.2.1.6: what is taken, and how people see it. */
static const struct {
    const char *name;
    int good;
    const char *text;
} forms[] = {
    {MAIL("alice@example.org"), 1, "rfc822:alice@example.org"},
    {DNS("example.org"), 1, "dns:example.org"},
    {URI("http://x/"), 1, "uri:http://x/"},
    {NAME("O=B,CN=A"), 1, "directory:CN=A,O=B"},
    {"87(c0000201)", 1, "ip:192.0.2.1"},
    {"87(20010db8 00000000 00000000 00000001)", 1, "ip:20010db8000000000000000000000001"},
    {"88(=1.2.3)", 1, "registered-id:1.2.3"},
    {SMTP_UTF8("\xc3\xa4@x"), 1, "other:1.3.6.1.5.5.7.8.9:\xc3\xa4@x"},
    {"a0(@1.2.3 a0(05()))", 1, "other:1.2.3:0500"},
    {"a3(30())", 1, "x400:3000"},
    {"a5(30())", 1, "edi-party:3000"},
    {"a0(@1.2.3)", 0, ""},
    {"a0(@1.2.3 80(05()))", 0, ""},
    {"a0(@1.2.3 a0(05()) 00)", 0, ""},
    {"a0(06(80) a0(05()))", 0, ""},
    {"84(<CN=A>)", 0, ""},
    {"a4(31())", 0, ""},
    {"a4(<CN=A> 05())", 0, ""},
    {"a1('x')", 0, ""},
    {"88()", 0, ""},
    {"88(80)", 0, ""},
    {"89('x')", 0, ""},
    {"01(ff)", 0, ""},
    {"81 02 41", 0, ""},
    {"", 0, ""},
};

START_TEST(form_is_taken_or_refused)
{
    gnutls_datum_t der = notation(forms[_i].name);
    smime__view content = smime__view_of(der.data, der.size);
    smime__der names = smime__der_cursor(content);
    smime__general_name name;
    smime__buf text = {0};

    ck_assert_int_eq(smime__general_name_take(&names, &name), forms[_i].good);
    ck_assert_int_eq(smime__general_names_check(content), forms[_i].good);
    ck_assert_int_eq(smime__der_done(&names), forms[_i].good || !content.len);
    if (forms[_i].good) {
        ck_ok(smime__general_name_text(&text, &name));
        ck_assert(smime__buf_text(&text));
        ck_assert_str_eq((const char *)text.data, forms[_i].text);
    }
    smime__buf_free(&text);
}
END_TEST

void add_pki_name_match(Suite *suite)
{
    TCase *tc = tcase_create("name match");

    tcase_add_checked_fixture(tc, NULL, notation_clear);
    add_rows(tc, name_is_within_or_not, rows);
    add_rows(tc, form_is_taken_or_refused, forms);
    suite_add_tcase(suite, tc);
}
