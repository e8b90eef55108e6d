/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Lint: a certificate of each type breaks no rule, and each row changes one thing and breaks the
 * rules that it names, no others. The certificates are written here field by field; lint does not
 * look at signatures.
 */
#include "pki_support.h"

#include "asn1/der.h"

#include <smime/lint.h>

enum { MAILBOX, ORGANIZATION, SPONSOR, INDIVIDUAL };

/* Everything as hex but the subject: "type=value" with types in hex, joined with '/'. */
typedef struct fields {
    const char *subject;
    const char *serial, *not_before, *not_after; /* times as UTCTime text */
    const char *signature_algorithm;
    /* extensions: values; NULL leaves one out. A '!' in front makes it critical, a '-' not. */
    const char *policies, *points, *access, *basic, *usage, *purposes, *authority, *names;
    const char *subject_key;
    const char *more_id, *more; /* one extension more */
} fields;

#define URI_ROOT "687474703a2f2f612f" /* http://a/ */
#define LDAP_ROOT "6c6461703a2f2f612f"
#define NAME_A "3009 8107 6140782e6f7267"       /* a@x.org */

static const fields usual = {
    .serial = "0102030405060708",
    .not_before = "260101000000Z",
    .not_after = "271231235959Z",
    .signature_algorithm = "300a 0608 2a8648ce3d040302",
    .points = "-3011 300f a00d a00b 8609" URI_ROOT,
    .access = "-3019 3017 0608 2b06010505073002 860b" URI_ROOT "2e61",
    .usage = "!0302 0780",
    .purposes = "-300a 0608 2b06010505070304",
    .authority = "-3006 8004 01020304",
    .names = "-" NAME_A,
    .subject_key = "-0404 05060708",
};

static const struct {
    const char *policies, *subject;
} types[] = {
    [MAILBOX] = {"-" "300b 3009 0607 6781 0c01 05 01 03", "550403=a@x.org"},
    [ORGANIZATION] = {"-" "300b 3009 0607 6781 0c01 05 02 03",
                      "55040a=Example/550461=NTRDE-1/550406=DE"},
    [SPONSOR] = {"-" "300b 3009 0607 6781 0c01 05 03 02",
                 "55040a=Example/550461=NTRDE-1/55042a=Ann/550404=Other"},
    [INDIVIDUAL] = {"-" "300b 3009 0607 6781 0c01 05 04 03", "550441=nightingale"},
};

#define NONE "<none>" /* an extension that is left out */

static const struct {
    int type;
    fields change;
    const char *rules; /* broken ones, each with ';' */
} rows[] = {
    {MAILBOX, {.serial = NULL}, ""},
    {ORGANIZATION, {.serial = NULL}, ""},
    {SPONSOR, {.serial = NULL}, ""},
    {INDIVIDUAL, {.serial = NULL}, ""},
    /* 7.1 */
    {MAILBOX, {.serial = "00"}, "serial-number;"},
    {MAILBOX, {.serial = "8102030405060708"}, "serial-number;"},
    {MAILBOX, {.serial = "01020304050607"}, "serial-number;"},
    {MAILBOX, {.serial = "0102030405060708090a0b0c0d0e0f101112131415"}, "serial-number;"},
    /* 6.3.2: 825 days to the second */
    {MAILBOX, {.not_after = "280404235959Z"}, ""},
    {MAILBOX, {.not_after = "280405000000Z"}, "validity-too-long;"},
    /* 7.1.3.2 */
    {MAILBOX, {.signature_algorithm = "300c 0608 2a8648ce3d040302 0500"}, "signature-algorithm;"},
    {MAILBOX, {.signature_algorithm = "3009 0607 2a8648ce3d0401"}, "signature-algorithm;"},
    /* 7.1.2.3 a and 7.1.6 */
    {MAILBOX, {.policies = NONE}, "policies-missing;"},
    {MAILBOX, {.policies = "-3006 3004 0602 2a03"}, "policy-not-reserved;"},
    {MAILBOX, {.policies = "!300b 3009 0607 6781 0c01 05 01 03"}, "policies-critical;"},
    {MAILBOX, {.policies = "-3016 3009 0607 6781 0c01 05 01 03 3009 0607 6781 0c01 05 02 03"},
     "policy-several;"},
    {MAILBOX, {.policies = "-300b 3009 0607 6781 0c01 05 01 01"}, "legacy-generation;"},
    {MAILBOX, {.policies = "-300b 3009 0607 6781 0c01 05 01 01", .not_before = "250714235959Z"},
     ""}, /* and 1185 days */
    /* 7.1.2.3 b */
    {MAILBOX, {.points = NONE}, "crl-missing;"},
    {MAILBOX, {.points = "!3011 300f a00d a00b 8609" URI_ROOT}, "crl-critical;"},
    {MAILBOX, {.points = "-3011 300f a00d a00b 8609" LDAP_ROOT}, "crl-missing;crl-scheme;"},
    {MAILBOX, {.points = "-301c 301a a018 a016 8609" URI_ROOT "8609" LDAP_ROOT}, "crl-scheme;"},
    /* 7.1.2.3 c */
    {MAILBOX, {.access = NONE}, "access-missing;"},
    {MAILBOX, {.access = "!3019 3017 0608 2b06010505073002 860b" URI_ROOT "2e61"},
     "access-critical;"},
    {MAILBOX, {.access = "-3017 3015 0608 2b06010505073002 8609" LDAP_ROOT}, "access-scheme;"},
    {MAILBOX, {.access = "-3017 3015 0608 2b06010505073001 8609" URI_ROOT}, "issuer-uri-missing;"},
    /* 7.1.2.3 d */
    {MAILBOX, {.basic = "!3000"}, ""},
    {MAILBOX, {.basic = "!3003 0101ff"}, "is-ca;"},
    {MAILBOX, {.basic = "!3006 0101ff 020100"}, "is-ca;path-length;"},
    /* 7.1.2.3 e, for an EC key */
    {MAILBOX, {.usage = NONE}, "key-usage-missing;"},
    {MAILBOX, {.usage = "-0302 0780"}, "key-usage-not-critical;"},
    {MAILBOX, {.usage = "!0302 06c0"}, ""},       /* with nonRepudiation */
    {MAILBOX, {.usage = "!0302 0640"}, "key-usage-bits;"}, /* that alone */
    {MAILBOX, {.usage = "!0302 0308"}, ""},       /* keyAgreement */
    {MAILBOX, {.usage = "!0302 0388"}, ""},       /* both */
    {MAILBOX, {.usage = "!0302 05a0"}, "key-usage-bits;"}, /* keyEncipherment */
    {MAILBOX, {.usage = "!0302 0009"}, ""},       /* encipherOnly with keyAgreement */
    {MAILBOX, {.usage = "!0302 0081"}, "key-usage-bits;"}, /* without it */
    /* 7.1.2.3 f */
    {MAILBOX, {.purposes = NONE}, "purpose-missing;"},
    {MAILBOX, {.purposes = "-300a 0608 2b06010505070302"}, "purpose-no-email;"},
    {MAILBOX, {.purposes = "-3014 0608 2b06010505070304 0608 2b06010505070302"}, "purpose-other;"},
    {SPONSOR, {.purposes = "-3014 0608 2b06010505070304 0608 2b06010505070302"}, ""},
    {SPONSOR, {.purposes = "-3014 0608 2b06010505070304 0608 2b06010505070301"},
     "purpose-forbidden;"},
    {SPONSOR, {.purposes = "-3010 0608 2b06010505070304 0604 551d2500"}, "purpose-forbidden;"},
    /* 7.1.2.3 g */
    {MAILBOX, {.authority = NONE}, "authority-key-missing;"},
    {MAILBOX, {.authority = "!3006 8004 01020304"}, "authority-key-critical;"},
    {MAILBOX, {.authority = "-3003 820101"}, "authority-key-no-key;authority-key-issuer;"},
    {MAILBOX, {.authority = "-3009 8004 01020304 820101"}, "authority-key-issuer;"},
    /* 7.1.2.3 h and 7.1.4.2.1 */
    {INDIVIDUAL, {.names = NONE}, "names-missing;"},
    {INDIVIDUAL, {.names = "!" NAME_A}, "names-critical;"},
    {INDIVIDUAL, {.names = "-3005 8203 782e79"}, "names-form;names-no-mailbox;"},
    {INDIVIDUAL, {.names = "-300e 8107 6140782e6f7267 8203 782e79"}, "names-form;"},
    {INDIVIDUAL, {.names = "-3014 a012 0608 2b06010505070809 a006 0c04 6140c3a4"}, ""},
    {INDIVIDUAL, {.names = "-3014 8107 6140782e6f7267 a009 0602 2a03 a003 020101"}, "names-form;"},
    {SPONSOR, {.names = "-3014 8107 6140782e6f7267 a009 0602 2a03 a003 020101"}, ""},
    {MAILBOX, {.subject = ""}, "names-not-critical;"},
    {MAILBOX, {.subject = "", .names = "!" NAME_A}, ""},
    /* 7.1.2.3 i to n */
    {MAILBOX, {.more_id = "2a864886f70d01090f", .more = "!3000"}, "capabilities-critical;"},
    {MAILBOX, {.more_id = "551d09", .more = "-3000"}, "directory-attributes;"},
    {MAILBOX, {.more_id = "2b06010505070103", .more = "!3000"}, "qc-critical;"},
    {MAILBOX, {.more_id = "2b06010401 83982a01", .more = "-3000"}, "legal-entity;"},
    {ORGANIZATION, {.more_id = "2b06010401 83982a01", .more = "-3000"}, ""},
    {ORGANIZATION, {.more_id = "2b06010401 83982a02", .more = "-3000"}, "legal-entity;"},
    {SPONSOR, {.more_id = "2b06010401 83982a02", .more = "-3000"}, ""},
    {MAILBOX, {.more_id = "2a864886f72f01010901", .more = "-3000"}, "adobe;"},
    {SPONSOR, {.more_id = "2a864886f72f01010902", .more = "-3000"}, ""},
    {MAILBOX, {.subject_key = NONE}, "subject-key-missing;"},
    {MAILBOX, {.subject_key = "!0404 05060708"}, "subject-key-critical;"},
    /* 7.1.4.2.2 to 7.1.4.2.6 */
    {MAILBOX, {.subject = "550403=Ann Other"}, "subject-common-name;"},
    {MAILBOX, {.subject = "550403=A@X.ORG/550405=7"}, ""},
    {MAILBOX, {.subject = "550406=DE"}, "subject-forbidden;"},
    {MAILBOX, {.subject = "2a864886f70d010901=b@x.org"}, "subject-email;"},
    {MAILBOX, {.subject = "2a864886f70d010901=a@x.org"}, ""},
    {ORGANIZATION, {.subject = "55040a=Example"}, "subject-required;"},
    {ORGANIZATION, {.subject = "55040a=Example/550461=NTRDE-1/550404=Other"}, "subject-forbidden;"},
    {ORGANIZATION, {.subject = "55040a=Example/550461=NTRDE-1/550407=Bonn"}, "subject-place;"},
    {ORGANIZATION, {.subject = "55040a=Example/550461=NTRDE-1/550406=D1"}, "subject-country;"},
    {ORGANIZATION, {.subject = "55040a=- ./550461=NTRDE-1"}, "subject-empty-value;"},
    {SPONSOR, {.subject = "55040a=Example/550461=NTRDE-1/550403=Ann"}, "subject-person;"},
    {SPONSOR, {.subject = "55040a=Example/550461=NTRDE-1/550404=O/550441=n"},
     "subject-pseudonym;"},
    {SPONSOR, {.subject = "55040a=Example/550461=NTRDE-1/550404=O/550409=Way 1/550407=Bonn/550406=DE"},
     ""},
    {INDIVIDUAL, {.subject = "550404=O/550409=Way 1/550407=Bonn/550406=DE"}, "subject-forbidden;"},
    {INDIVIDUAL, {.subject = "550404=O/55040a=Example"}, "subject-forbidden;"},
    {INDIVIDUAL, {.subject = "550403=mallory@x.org/550404=O"}, "subject-common-name;"},
};

static smime__buf spki; /* of one P-256 key, for all rows */

static void add_hex(smime__buf *to, const char *hex)
{
    size_t len;
    uint8_t *bytes = support_unhex(hex, &len);

    ck_ok(smime__buf_add(to, bytes, len));
    free(bytes);
}

static void add_subject(smime__buf *to, const char *text)
{
    size_t name, rdn, each;
    char *copy = strdup(text), *next = copy, *part, *value;

    ck_ok(smime__der_begin(to, SMIME__SEQUENCE, &name));
    while ((part = strsep(&next, "/")) && *part) {
        smime__buf type = {0};
        value = strchr(part, '=');
        *value++ = 0;
        add_hex(&type, part);
        ck_ok(smime__der_begin(to, SMIME__SET, &rdn));
        ck_ok(smime__der_begin(to, SMIME__SEQUENCE, &each));
        ck_ok(smime__der_add_view(to, SMIME__OBJECT_ID, smime__buf_view(&type)));
        ck_ok(smime__der_add_view(to, SMIME__UTF8_STRING, smime__view_text(value)));
        ck_ok(smime__der_end(to, each));
        ck_ok(smime__der_end(to, rdn));
        smime__buf_free(&type);
    }
    ck_ok(smime__der_end(to, name));
    free(copy);
}

static void add_extension(smime__buf *to, const char *id, const char *value)
{
    smime__buf type = {0}, content = {0};
    size_t each;

    if (!value || !strcmp(value, NONE))
        return;
    add_hex(&type, id);
    add_hex(&content, value + 1);
    ck_ok(smime__der_begin(to, SMIME__SEQUENCE, &each));
    ck_ok(smime__der_add_view(to, SMIME__OBJECT_ID, smime__buf_view(&type)));
    if (value[0] == '!')
        ck_ok(smime__der_add(to, SMIME__BOOLEAN, "\xff", 1));
    ck_ok(smime__der_add_view(to, SMIME__OCTET_STRING, smime__buf_view(&content)));
    ck_ok(smime__der_end(to, each));
    smime__buf_free(&type);
    smime__buf_free(&content);
}

static void add_extensions(smime__buf *to, const fields *f)
{
    size_t wrapper, list;

    ck_ok(smime__der_begin(to, SMIME__CONTEXT_C(3), &wrapper));
    ck_ok(smime__der_begin(to, SMIME__SEQUENCE, &list));
    add_extension(to, "551d20", f->policies);
    add_extension(to, "551d1f", f->points);
    add_extension(to, "2b06010505070101", f->access);
    add_extension(to, "551d13", f->basic);
    add_extension(to, "551d0f", f->usage);
    add_extension(to, "551d25", f->purposes);
    add_extension(to, "551d23", f->authority);
    add_extension(to, "551d11", f->names);
    add_extension(to, "551d0e", f->subject_key);
    if (f->more)
        add_extension(to, f->more_id, f->more);
    ck_ok(smime__der_end(to, list));
    ck_ok(smime__der_end(to, wrapper));
}

static smime_cert *write_cert(const fields *f)
{
    smime__buf der = {0}, serial = {0};
    size_t outer, tbs, field;
    smime_cert *cert = NULL;

    add_hex(&serial, f->serial);
    ck_ok(smime__der_begin(&der, SMIME__SEQUENCE, &outer));
    ck_ok(smime__der_begin(&der, SMIME__SEQUENCE, &tbs));
    add_hex(&der, "a003 020102");
    ck_ok(smime__der_add_view(&der, SMIME__INTEGER, smime__buf_view(&serial)));
    add_hex(&der, f->signature_algorithm);
    add_subject(&der, "550403=CA");
    ck_ok(smime__der_begin(&der, SMIME__SEQUENCE, &field));
    ck_ok(smime__der_add_view(&der, SMIME__UTC_TIME, smime__view_text(f->not_before)));
    ck_ok(smime__der_add_view(&der, SMIME__UTC_TIME, smime__view_text(f->not_after)));
    ck_ok(smime__der_end(&der, field));
    add_subject(&der, f->subject);
    ck_ok(smime__buf_add_view(&der, smime__buf_view(&spki)));
    add_extensions(&der, f);
    ck_ok(smime__der_end(&der, tbs));
    add_hex(&der, f->signature_algorithm);
    add_hex(&der, "0302 0000");
    ck_ok(smime__der_end(&der, outer));
    ck_ok(smime__cert_parse(smime__buf_view(&der), &cert));
    smime__buf_free(&der);
    smime__buf_free(&serial);
    return cert;
}

#define TAKE(member)                            \
    do {                                        \
        if (change->member)                     \
            made.member = change->member;       \
    } while (0)

static fields changed(int type, const fields *change)
{
    fields made = usual;

    made.policies = types[type].policies;
    made.subject = types[type].subject;
    TAKE(subject);
    TAKE(serial);
    TAKE(not_before);
    TAKE(not_after);
    TAKE(signature_algorithm);
    TAKE(policies);
    TAKE(points);
    TAKE(access);
    TAKE(basic);
    TAKE(usage);
    TAKE(purposes);
    TAKE(authority);
    TAKE(names);
    TAKE(subject_key);
    TAKE(more_id);
    TAKE(more);
    return made;
}

static void make_spki(void)
{
    certs_spec spec = {.subject = "CN=x"};
    gnutls_x509_privkey_t key = key_p256();
    certs_made made = certs_make(&spec, key, NULL);
    smime_cert *cert = cert_of(&made);

    ck_ok(smime__buf_add_view(&spki, cert->spki));
    smime_cert_unref(cert);
    certs_free(&made);
}

static void forget_spki(void)
{
    smime__buf_free(&spki);
}

/* The names of the rules, sorted by hand in the rows, in the order of lint's own. */
START_TEST(one_rule_at_a_time)
{
    fields made = changed(rows[_i].type, &rows[_i].change);
    smime_cert *cert = write_cert(&made);
    smime_lint *lint = NULL;
    smime__buf wanted = {0};
    char *copy = strdup(rows[_i].rules), *next = copy, *rule;
    size_t count = 0;

    ck_ok(smime_lint_new(cert, &lint));
    for (size_t i = 0; i < smime_lint_count(lint); i++) {
        ck_ok(smime__buf_format(&wanted, "%s;", smime_lint_rule(lint, i)));
        ck_assert_str_ne(smime_lint_text(lint, i), "");
        ck_assert_str_ne(smime_lint_section(lint, i), "");
    }
    while ((rule = strsep(&next, ";")) && *rule) {
        count++;
        ck_assert_msg(strstr(smime__buf_text(&wanted), rule) != NULL, "row %d: %s wanted, got %s",
                      _i, rule, smime__buf_text(&wanted));
    }
    ck_assert_msg(count == smime_lint_count(lint), "row %d: got %s, wanted %s", _i,
                  smime__buf_text(&wanted), rows[_i].rules);
    ck_assert_ptr_null(smime_lint_rule(lint, count));
    free(copy);
    smime__buf_free(&wanted);
    smime_lint_unref(lint);
    smime_cert_unref(cert);
}
END_TEST

START_TEST(type_and_generation)
{
    static const int32_t generations[] = {SMIME_LINT_GENERATION_STRICT,
                                          SMIME_LINT_GENERATION_STRICT,
                                          SMIME_LINT_GENERATION_MULTIPURPOSE,
                                          SMIME_LINT_GENERATION_STRICT};
    fields none = {.serial = NULL};

    for (int type = MAILBOX; type <= INDIVIDUAL; type++) {
        fields made = changed(type, &none);
        smime_cert *cert = write_cert(&made);
        smime_lint *lint = NULL;
        ck_ok(smime_lint_new(cert, &lint));
        ck_assert_int_eq(smime_lint_type(lint), type + 1);
        ck_assert_int_eq(smime_lint_generation(lint), generations[type]);
        smime_lint_unref(lint);
        smime_cert_unref(cert);
    }
    ck_assert_int_eq(smime_lint_new(NULL, NULL), SMIME_E_INVALID_ARG);
}
END_TEST

void add_pki_lint(Suite *suite)
{
    TCase *tc = tcase_create("lint");

    tcase_add_unchecked_fixture(tc, make_spki, forget_spki);
    add_rows(tc, one_rule_at_a_time, rows);
    tcase_add_test(tc, type_and_generation);
    suite_add_tcase(suite, tc);
}
