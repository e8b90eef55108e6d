/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What others add to a message to be taken for somebody known, or to teach a key of theirs. */
#include "certs.h"
#include "forge.h"
#include "mail.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MISSING "expected-signature-missing"

static const char body[] = "From: alice@example.org\nTo: bob@example.org\nSubject: s\n"
                           "Date: Mon, 01 Jun 2026 00:00:00 +0000\nContent-Type: text/plain\n\n"
                           "Hello.\n";

static void drop_known(void *what)
{
    smime_known_unref(what);
}

static void drop_encoder(void *what)
{
    smime_cms_encoder_free(what);
}

static void drop_cert(void *what)
{
    smime_cert_unref(what);
}

static void drop_identity(void *what)
{
    smime_identity_unref(what);
}

static smime_known *known_new(void)
{
    smime_known *made;

    ck_assert_int_eq(smime_known_new(&made), SMIME_OK);
    keep(made, drop_known);
    return made;
}

static int same_cert(const smime_cert *a, const smime_cert *b)
{
    size_t a_len, b_len;
    const uint8_t *a_der = smime_cert_der(a, &a_len), *b_der = smime_cert_der(b, &b_len);

    return a_len == b_len && !memcmp(a_der, b_der, a_len);
}

/* A certificate for Alice's address that somebody made alone, under the name of @p issuer. */
static smime_cert *make_false(const char *serial, const char *issuer, smime_identity **ret_identity)
{
    certs_spec spec = { .subject = "CN=Alice", .email = "alice@example.org", .serial = serial,
                        .usage = GNUTLS_KEY_DIGITAL_SIGNATURE | GNUTLS_KEY_KEY_ENCIPHERMENT };
    certs_spec above = { .subject = issuer, .ca = 1 };
    certs_made ca = certs_make(&above, certs_key(GNUTLS_PK_RSA, 2048), NULL);
    certs_made made = certs_make(&spec, certs_key(GNUTLS_PK_RSA, 2048), &ca);
    gnutls_datum_t der = certs_der(&made), key = certs_pkcs8(made.key, NULL, GNUTLS_PKCS_PLAIN);
    smime_cert *cert;

    ck_assert_int_eq(smime_cert_new(der.data, der.size, &cert), SMIME_OK);
    keep(cert, drop_cert);
    ck_assert_int_eq(smime_identity_new(cert, key.data, key.size, NULL, ret_identity), SMIME_OK);
    keep(*ret_identity, drop_identity);
    gnutls_free(der.data);
    gnutls_free(key.data);
    certs_free(&made);
    certs_free(&ca);
    return cert;
}

static smime_cms_encoder *signed_by(smime_identity *identity)
{
    smime_cms_encoder *made;

    ck_assert_int_eq(smime_cms_encoder_new(policy(), SMIME_LAYER_SIGNED, &made), SMIME_OK);
    keep(made, drop_encoder);
    ck_assert_int_eq(smime_cms_encoder_add_signer(made, identity, 0, 0, NULL), SMIME_OK);
    return made;
}

static bytes encoded(smime_cms_encoder *encoder, bytes content)
{
    bytes made = { 0 };

    ck_assert_int_eq(smime_cms_encoder_buffer(encoder, content.data, content.len, &made.data,
                                              &made.len),
                     SMIME_OK);
    keep(made.data, smime_free);
    return made;
}

/* A policy that wants one signer lets others be bad: they teach nothing. */
START_TEST(bad_signer_teaches_nothing)
{
    const sending by_alice = { .from = { "alice-rsa" }, .opaque = 1 };
    const reading any = { 0 };
    smime_policy *wants = policy();
    smime_known *known = known_new();
    const reading by = { .policy = wants, .known = known };
    bytes good = protected(&by_alice, text(body));
    smime_identity *identity;
    smime_cert *false_cert = make_false(NULL, "CN=Mallory", &identity);
    element *alice = der_read(cms_of(good));
    element *mallory = der_read(encoded(signed_by(identity), opened(&any, good).content));
    element *infos = AT(alice, 1, 0, 4);
    outcome got;

    der_insert(AT(alice, 1, 0, 3), 0, AT(mallory, 1, 0, 3)->child[0]);
    der_insert(infos, infos->count, AT(mallory, 1, 0, 4)->child[0]);
    ck_assert_int_eq(smime_policy_require_signer(wants, "alice@example.org"), SMIME_OK);
    got = opened(&by, with_cms(good, der_write(alice)));
    ck_verdict(got, SMIME_SUMMARY_VERIFIED, NULL);
    ck_assert_uint_eq(smime_report_signer_count(got.report, 0), 2);
    ck_assert_ptr_nonnull(strstr(smime_report_text(got.report), "who is the sender. Not changed."));
    ck_assert_int_eq(smime_known_learn(known, got.report), SMIME_OK);
    ck_assert(same_cert(smime_known_signer(known, "alice@example.org", 0), cert("alice-rsa")));
    ck_assert_ptr_null(smime_known_signer(known, "alice@example.org", 1));
    ck_assert(!same_cert(smime_known_encryption(known, "alice@example.org"), false_cert));
}
END_TEST

/* A key that has signed before does not vouch for a new one by a signature that is wrong. */
START_TEST(bad_signer_is_not_known)
{
    const sending by_both = { .from = { "alice-rsa", "alice-p256" }, .opaque = 1 };
    smime_policy *wants = policy();
    smime_known *known = known_new();
    const reading by = { .policy = wants, .known = known };
    bytes both = protected(&by_both, text(body));
    element *root = der_read(cms_of(both)), *infos = AT(root, 1, 0, 4);
    int changed = 0;

    ck_assert_int_eq(smime_policy_require_signer(wants, "alice@example.org"), SMIME_OK);
    ck_assert_int_eq(smime_known_add(known, "alice@example.org", cert("alice-p256")), SMIME_OK);
    ck_assert(!has_reason(opened(&by, both).report, "signer-changed"));
    for (size_t i = 0; i < infos->count; i++)
        for (size_t k = 0; k < infos->child[i]->count; k++) {
            element *each = infos->child[i]->child[k];
            if (each->tag == 4 && each->content.len < 100) {
                each->content.data[20] ^= 1;
                changed++;
            }
        }
    ck_assert_int_eq(changed, 1);
    ck_assert(has_reason(opened(&by, with_cms(both, der_write(root))).report, "signer-changed"));
}
END_TEST

/* The certificate that a signature prefers is named by issuer and serial number; one that anybody made
 * with both is not it. */
START_TEST(preference_is_checked)
{
    size_t len;
    uint8_t *der = support_pki("alice-p256.der", &len);
    element *tbs = der_read(bytes_of(der, len))->child[0];
    element *wanted = der_new(0xa0, (bytes){ (uint8_t *)"", 0 });
    smime_cms_encoder *encoder = signed_by(identity("alice-rsa"));
    smime_known *known = known_new();
    smime_identity *identity;
    smime_cert *false_cert = make_false("01000005", "CN=Test Intermediate,O=libsmime", &identity);
    bytes value, good, false_der;
    const reading by = { 0 };
    element *root, *certs;
    int exchanged = 0;

    keep(der, free);
    der_insert(wanted, 0, tbs->child[3]);
    der_insert(wanted, 1, tbs->child[1]);
    value = der_write(wanted);
    ck_assert_int_eq(smime_cms_encoder_add_attribute(encoder, 0, 1, "1.2.840.113549.1.9.16.2.11",
                                                     value.data, value.len),
                     SMIME_OK);
    ck_assert_int_eq(smime_cms_encoder_add_cert(encoder, cert("alice-p256")), SMIME_OK);
    good = opaque_message("signed-data",
                          encoded(encoder, crlf("Content-Type: text/plain\n\nHello.\n")));
    ck_assert_int_eq(smime_known_learn(known, opened(&by, good).report), SMIME_OK);
    ck_assert(same_cert(smime_known_encryption(known, "alice@example.org"), cert("alice-p256")));

    root = der_read(cms_of(good));
    certs = AT(root, 1, 0, 3);
    false_der.data = (uint8_t *)(uintptr_t)smime_cert_der(false_cert, &false_der.len);
    for (size_t i = 0; i < certs->count; i++) {
        bytes each = der_write(certs->child[i]);
        if (each.len == len && !memcmp(each.data, der, len)) {
            certs->child[i] = der_read(false_der);
            exchanged++;
        }
    }
    ck_assert_int_eq(exchanged, 1);
    known = known_new();
    ck_assert_int_eq(smime_known_learn(known, opened(&by, with_cms(good, der_write(root))).report),
                     SMIME_OK);
    ck_assert_int_eq(smime_known_signs(known, "alice@example.org"), 1);
    ck_assert_ptr_null(smime_known_encryption(known, "alice@example.org"));
}
END_TEST

/* A policy may do with another signer; the one who is known has not signed all the same. */
START_TEST(signed_by_another)
{
    const sending by_bob = { .from = { "bob-rsa" } };
    smime_policy *lax = policy();
    smime_known *known = known_new();
    const reading by = { .policy = lax, .known = known };
    outcome got;

    ck_assert_int_eq(smime_policy_allow_binding(lax, SMIME_BINDING_MISMATCH, 1), SMIME_OK);
    ck_assert_int_eq(smime_known_add(known, "alice@example.org", cert("alice-rsa")), SMIME_OK);
    got = opened(&by, protected(&by_bob, text(body)));
    ck_verdict(got, SMIME_SUMMARY_VERIFIED, MISSING);
    ck_assert_int_eq(smime_known_learn(known, got.report), SMIME_E_NOT_VERIFIED);
}
END_TEST

/* The sender's own address comes first in the name, another's behind it. */
START_TEST(second_name)
{
    const sending by_bob = { .from = { "bob-rsa" } };
    const reading by = { .expect = { "alice@example.org", "bob@example.org" } };
    const char *both = "From: \"bob@example.org alice@example.org\" <bob@example.org>\n\nx\n";

    ck_verdict(opened(&by, protected(&by_bob, text(both))), SMIME_SUMMARY_VERIFIED, MISSING);
}
END_TEST

/* Anybody can encrypt; what stands outside is shown when who wrote inside has not signed. */
START_TEST(claimed_outside)
{
    static const char *const outside[] = {
        "From: alice@example.org, x@example.com\r\n",
        "From: alice@example.org\r\nFrom: x@example.com\r\n",
        "From: x@example.com\r\nFrom: alice@example.org\r\n",
        "From: \"alice@example.org\" <x@example.com> x\r\n",
    };
    const sending sealed = { .to = { "bob-rsa" }, .headers = DEFAULT_HEADERS };
    const reading by = { .keys = { "bob-rsa" }, .expect = { "alice@example.org" } };

    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++) {
        bytes made = protected(&sealed, text("From: m@example.com\nSubject: s\n\nx\n"));
        size_t from = find(made, "From: ", 0), end = find(made, "\r\n", from) + 2;
        bytes other = joined(joined(part_of(made, 0, from), text(outside[i])),
                             part_of(made, end, made.len));
        ck_assert(!has_reason(opened(&by, made).report, MISSING));
        ck_assert_msg(has_reason(opened(&by, other).report, MISSING), "%s", outside[i]);
    }
}
END_TEST

/* What ends the job leaves it undecided, and the claim stands there. */
START_TEST(undecided)
{
    smime_policy *few = policy_with(SMIME_LIMIT_PARTS, 3);
    const reading by = { .expect = { "alice@example.org" }, .policy = few };
    bytes message = text("From: alice@example.org\r\nMIME-Version: 1.0\r\n"
                         "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
                         "--b\r\n\r\na\r\n--b\r\n\r\na\r\n--b\r\n\r\na\r\n--b\r\n\r\na\r\n--b--\r\n");
    outcome got = opened(&by, message);

    ck_assert_int_eq(got.summary, SMIME_SUMMARY_UNDECIDED);
    ck_assert(has_reason(got.report, MISSING));
    ck_assert(has_reason(got.report, "limit"));
}
END_TEST

/* Names as long as a header may be, made of at signs: in no time. */
START_TEST(many_at_signs)
{
    static const char *const unit[] = { "@", "a@", "a@b ", "@ " };
    smime_known *known = known_new();
    const reading by = { .known = known, .expect = { "alice@example.org" } };

    for (int i = 0; i < 20; i++) {
        char name[32];
        snprintf(name, sizeof name, "a%d@example.org", i);
        ck_assert_int_eq(smime_known_add(known, name, NULL), SMIME_OK);
    }
    for (size_t i = 0; i < sizeof unit / sizeof *unit; i++) {
        bytes name = repeated(unit[i], 900000 / strlen(unit[i]));
        bytes message = joined(joined(text("From: \""), name), text("\" <a@b.org>\r\n\r\nx\r\n"));
        ck_assert(!has_reason(opened(&by, message).report, MISSING));
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("known_faults");
    TCase *tcase = tcase_create("known_faults");

    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, NULL, common_teardown);
    tcase_add_test(tcase, bad_signer_teaches_nothing);
    tcase_add_test(tcase, bad_signer_is_not_known);
    tcase_add_test(tcase, preference_is_checked);
    tcase_add_test(tcase, signed_by_another);
    tcase_add_test(tcase, second_name);
    tcase_add_test(tcase, claimed_outside);
    tcase_add_test(tcase, undecided);
    tcase_add_test(tcase, many_at_signs);
    suite_add_tcase(suite, tcase);
    return support_main(suite);
}
