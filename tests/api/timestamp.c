/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Timestamps, by an authority of the test's own: its tokens are SignedData over TSTInfo. */
#include "mail.h"

#include "certs.h"
#include "notation.h"

#include <stdio.h>
#include <string.h>

#define TIME_STAMPING "2.5.29.37", "30(@1.3.6.1.5.5.7.3.8)", 1
#define POLICY "1.2.3.4"
#define NONE { NULL, NULL, 0 }

enum { ROOT, AUTHORITY, NOT_CRITICAL, TWO_PURPOSES, MAIL, STRANGER, COUNT };

static certs_made made[COUNT];
static smime_identity *identities[COUNT];
static smime_bag *bags[COUNT];
static smime_store *trusted;
static const char document[] = "what was there at the time";

static void make(int who, const certs_made *issuer, const char *subject, certs_extension purpose)
{
    certs_spec spec = { .subject = subject, .ca = !issuer, .more = { purpose },
                        .usage = issuer ? GNUTLS_KEY_DIGITAL_SIGNATURE
                                        : GNUTLS_KEY_KEY_CERT_SIGN };
    gnutls_datum_t file;

    made[who] = certs_make(
        &spec, certs_key(GNUTLS_PK_EC, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1)), issuer);
    ck_ok(smime_bag_new(NULL, &bags[who]));
    file = certs_der(&made[who]);
    ck_ok(smime_bag_add(bags[who], file.data, file.size));
    gnutls_free(file.data);
    file = certs_pkcs8(made[who].key, NULL, GNUTLS_PKCS_PLAIN);
    ck_ok(smime_bag_add(bags[who], file.data, file.size));
    gnutls_free(file.data);
    identities[who] = smime_bag_identity(bags[who], 0);
    ck_assert_ptr_nonnull(identities[who]);
}

static void setup(void)
{
    make(ROOT, NULL, "CN=Root", (certs_extension)NONE);
    make(AUTHORITY, &made[ROOT], "CN=Authority", (certs_extension){ TIME_STAMPING });
    make(NOT_CRITICAL, &made[ROOT], "CN=Lax",
         (certs_extension){ "2.5.29.37", "30(@1.3.6.1.5.5.7.3.8)", 0 });
    make(TWO_PURPOSES, &made[ROOT], "CN=Both",
         (certs_extension){ "2.5.29.37", "30(@1.3.6.1.5.5.7.3.8 @1.3.6.1.5.5.7.3.4)", 1 });
    make(MAIL, &made[ROOT], "CN=Mail",
         (certs_extension){ "2.5.29.37", "30(@1.3.6.1.5.5.7.3.4)", 1 });
    make(STRANGER, NULL, "CN=Stranger", (certs_extension){ TIME_STAMPING });
    ck_ok(smime_store_new(&trusted));
    ck_ok(smime_store_add_anchor(trusted, smime_identity_cert(identities[ROOT])));
}

static void teardown(void)
{
    smime_store_unref(trusted);
    for (int who = 0; who < COUNT; who++) {
        smime_bag_free(bags[who]);
        certs_free(&made[who]);
    }
    notation_clear();
    common_teardown();
}

static bytes bytes_at(gnutls_datum_t datum)
{
    return bytes_of(datum.data, datum.size);
}

static bytes request_for(bytes data)
{
    bytes request;

    ck_ok(smime_timestamp_request(SMIME_DIGEST_SHA256, data.data, data.len, POLICY, &request.data,
                                  &request.len));
    keep(request.data, smime_free);
    return request;
}

/* TSTInfo with the imprint and the nonce of a request; what stands behind the time by notation. */
static bytes info_for(bytes request, const char *time, const char *rest)
{
    /* { version, imprint, policy, nonce, certReq }: sizes are those of SHA-256 */
    gnutls_datum_t imprint = { request.data + 5, 49 };
    gnutls_datum_t nonce = { request.data + request.len - 13, 10 };
    char text[300];

    snprintf(text, sizeof text, "30(02(01) @" POLICY " %% 02(00c1) 18('%s') %s)", time, rest);
    return bytes_at(notation(text, imprint, nonce));
}

static bytes signed_by(int who, bytes info)
{
    smime_cms_encoder *job = NULL;
    bytes token;

    ck_ok(smime_cms_encoder_new(policy(), SMIME_LAYER_SIGNED, &job));
    keep(job, (void (*)(void *))smime_cms_encoder_free);
    ck_ok(smime_cms_encoder_set_content_type(job, "1.2.840.113549.1.9.16.1.4"));
    ck_ok(smime_cms_encoder_add_signer(job, identities[who], 0, 0, NULL));
    ck_ok(smime_cms_encoder_buffer(job, info.data, info.len, &token.data, &token.len));
    keep(token.data, smime_free);
    return token;
}

static bytes answer_with(bytes token)
{
    gnutls_datum_t datum = { token.data, (unsigned)token.len };

    return bytes_at(notation("30(30(02(00)) %)", datum));
}

static smime_timestamp *timestamp_of(bytes data)
{
    smime_timestamp *timestamp = NULL;

    ck_ok(smime_timestamp_new(NULL, data.data, data.len, &timestamp));
    keep(timestamp, (void (*)(void *))smime_timestamp_unref);
    return timestamp;
}

static smime_report *checked(const smime_timestamp *timestamp, smime_store *store)
{
    smime_report *report = NULL;

    ck_ok(smime_timestamp_check(timestamp, policy(), store, &report));
    keep(report, (void (*)(void *))smime_report_unref);
    return report;
}

#define USUAL "30(02(01) 80(01f4)) %"

static void check_usual(const smime_timestamp *timestamp, bytes request)
{
    ck_assert_int_eq(smime_timestamp_time(timestamp), INT64_C(1790000000));
    ck_assert_int_eq(smime_timestamp_accuracy(timestamp), 1500000);
    ck_assert_str_eq(smime_timestamp_serial(timestamp), "00c1");
    ck_assert_str_eq(smime_timestamp_policy(timestamp), POLICY);
    ck_assert_int_eq(smime_timestamp_covers(timestamp, document, strlen(document)), 1);
    ck_assert_int_eq(smime_timestamp_covers(timestamp, document, strlen(document) - 1), 0);
    ck_assert_int_eq(smime_timestamp_answers(timestamp, request.data, request.len), 1);
    for (size_t len = 0; len < request.len; len++)
        must(!smime_timestamp_answers(timestamp, request.data, len));
    ck_assert_int_eq(smime_report_summary(checked(timestamp, trusted)), SMIME_SUMMARY_VERIFIED);
}

START_TEST(asked_for_and_verified)
{
    bytes request = request_for(text(document)), other = request_for(text(document));
    bytes token = signed_by(AUTHORITY, info_for(request, "20260921141320Z", USUAL)), back;
    gnutls_datum_t datum = { token.data, (unsigned)token.len };
    smime_timestamp *timestamp = timestamp_of(answer_with(token));

    check_usual(timestamp, request);
    ck_assert_int_eq(smime_timestamp_answers(timestamp, other.data, other.len), 0); /* its nonce */
    ck_ok(smime_timestamp_token(timestamp, (const uint8_t **)&back.data, &back.len));
    check_usual(timestamp_of(back), request);
    check_usual(timestamp_of(bytes_at(notation("31(%)", datum))), request);
}
END_TEST

static const struct { int who; const char *reason; } authorities[] = {
    { NOT_CRITICAL, "timestamp-signer" }, { TWO_PURPOSES, "timestamp-signer" },
    { MAIL, "timestamp-signer" }, { STRANGER, "no-anchor" },
};

START_TEST(only_an_authority)
{
    bytes request = request_for(text(document));
    bytes token = signed_by(authorities[_i].who, info_for(request, "20260921141320Z", USUAL));
    smime_report *report = checked(timestamp_of(token), trusted);

    ck_assert_int_eq(smime_report_summary(report), SMIME_SUMMARY_INVALID);
    ck_assert_int_eq(has_reason(report, authorities[_i].reason), 1);
    ck_assert_ptr_nonnull(strstr(smime_report_text(report), "Not to be trusted"));
    token = signed_by(AUTHORITY, info_for(request, "20260921141320Z", USUAL));
    ck_assert_int_eq(smime_report_summary(checked(timestamp_of(token), NULL)),
                     SMIME_SUMMARY_INVALID);
}
END_TEST

static const struct { const char *time, *rest; int good; int64_t accuracy; } infos[] = {
    { "20260921141320Z", "%", 1, -1 },
    { "20260921141320.25Z", "%", 1, -1 },
    { "20260921141320.250Z", "%", 0, 0 },
    { "20260921141320.Z", "%", 0, 0 },
    { "20260921141320.2xZ", "%", 0, 0 },
    { "20260921141320", "%", 0, 0 },
    { "202609211413Z", "%", 0, 0 },
    { "20261321141320Z", "%", 0, 0 },
    { "20260921141320Z", "30() %", 1, 0 },
    { "20260921141320Z", "30(80(01) 81(02)) %", 1, 1002 },
    { "20260921141320Z", "30(80(03e8)) %", 0, 0 },
    { "20260921141320Z", "30(80(7fffffff)) %", 0, 0 },
    { "20260921141320Z", "30(02(7fffffff) 80(03e7) 81(03e7)) %", 1, INT64_C(2147483647999999) },
    { "20260921141320Z", "30(81(02) 80(01)) %", 0, 0 },
    { "20260921141320Z", "01(ff) %", 1, -1 },
    { "20260921141320Z", "01(ff) % a0(a4(<CN=A>))", 1, -1 },
    { "20260921141320Z", "% a1(30(@1.2.3 04('x')))", 1, -1 },
    { "20260921141320Z", "% a1(30(@1.2.3 01(ff) 04('x')))", 0, 0 },
    { "20260921141320Z", "% 05()", 0, 0 },
};

START_TEST(information_is_read_strictly)
{
    bytes request = request_for(text(document));
    bytes token = signed_by(AUTHORITY, info_for(request, infos[_i].time, infos[_i].rest));
    smime_timestamp *timestamp = NULL;
    smime_status status = smime_timestamp_new(NULL, token.data, token.len, &timestamp);

    keep(timestamp, (void (*)(void *))smime_timestamp_unref);
    ck_assert_int_eq(status, infos[_i].good ? SMIME_OK : SMIME_E_TIMESTAMP_SYNTAX);
    if (!infos[_i].good)
        return;
    ck_assert_int_eq(smime_timestamp_time(timestamp), INT64_C(1790000000));
    ck_assert_int_eq(smime_timestamp_accuracy(timestamp), infos[_i].accuracy);
}
END_TEST

START_TEST(refusals_and_other_things)
{
    static const struct { const char *answer; smime_status status; } answers[] = {
        { "30(30(02(02)))", SMIME_E_TIMESTAMP_REFUSED },
        { "30(30(02(02) 30(0c('no')) 03(0780)))", SMIME_E_TIMESTAMP_REFUSED },
        { "30(30(02(00)))", SMIME_E_TIMESTAMP_SYNTAX },
        { "30(30(05()))", SMIME_E_TIMESTAMP_SYNTAX },
        { "30(@1.2.3)", SMIME_E_TIMESTAMP_SYNTAX },
        { "31()", SMIME_E_TIMESTAMP_SYNTAX },
        { "04('x')", SMIME_E_TIMESTAMP_SYNTAX },
    };
    smime_timestamp *timestamp = NULL;
    smime_cms_encoder *job = NULL;
    bytes cms;

    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        gnutls_datum_t der = notation(answers[i].answer);
        ck_assert_int_eq(smime_timestamp_new(NULL, der.data, der.size, &timestamp),
                         answers[i].status);
    }
    ck_ok(smime_cms_encoder_new(policy(), SMIME_LAYER_SIGNED, &job)); /* of another content */
    ck_ok(smime_cms_encoder_add_signer(job, identities[AUTHORITY], 0, 0, NULL));
    ck_ok(smime_cms_encoder_buffer(job, document, 10, &cms.data, &cms.len));
    smime_cms_encoder_free(job);
    ck_assert_int_eq(smime_timestamp_new(NULL, cms.data, cms.len, &timestamp),
                     SMIME_E_TIMESTAMP_SYNTAX);
    smime_free(cms.data);
    ck_assert_ptr_null(timestamp);
}
END_TEST

/* No prefix is a token, and a changed byte gives no other token that is good. */
START_TEST(every_prefix_and_every_byte)
{
    bytes request = request_for(text(document));
    bytes whole = answer_with(signed_by(AUTHORITY, info_for(request, "20260921141320Z", USUAL)));

    for (size_t len = 0; len < whole.len; len++) {
        smime_timestamp *timestamp = NULL;
        bytes exact = part_of(whole, 0, len);
        must(smime_timestamp_new(NULL, exact.data, exact.len, &timestamp) < 0 && !timestamp);
    }
    for (size_t at = 0; at < whole.len; at += fast() ? 37 : 3) {
        size_t since = mark();
        bytes bad = bytes_of(whole.data, whole.len);
        smime_timestamp *timestamp = NULL;

        bad.data[at] ^= 0x04;
        if (smime_timestamp_new(NULL, bad.data, bad.len, &timestamp) == SMIME_OK) {
            keep(timestamp, (void (*)(void *))smime_timestamp_unref);
            if (smime_report_summary(checked(timestamp, trusted)) == SMIME_SUMMARY_VERIFIED)
                must(smime_timestamp_time(timestamp) == INT64_C(1790000000) &&
                     smime_timestamp_answers(timestamp, request.data, request.len));
        }
        give_back(since);
    }
}
END_TEST

static smime_report *report_of(bytes cms, smime_policy *rules)
{
    smime_cms_decoder *job = NULL;
    smime_report *report = NULL;
    bytes content;

    ck_ok(smime_cms_decoder_new(rules, &job));
    ck_ok(smime_cms_decoder_use_store(job, store_of("root")));
    ck_ok(smime_cms_decoder_buffer(job, cms.data, cms.len, &content.data, &content.len));
    ck_ok(smime_cms_decoder_report(job, &report));
    smime_free(content.data);
    smime_cms_decoder_free(job);
    keep(report, (void (*)(void *))smime_report_unref);
    return report;
}

/* A token beside a signature: found again, about that signature, and the time of a verdict. */
START_TEST(beside_a_signature)
{
    smime_cms_encoder *job = NULL;
    smime_cms_editor *editor = NULL;
    smime_timestamp *timestamp = NULL;
    smime_policy *then = policy();
    smime_report *report;
    bytes cms, value, token, stamped, found;
    const char *type;

    ck_ok(smime_cms_encoder_new(policy(), SMIME_LAYER_SIGNED, &job));
    ck_ok(smime_cms_encoder_add_signer(job, identity_with_chain("expired"), 0, 0, NULL));
    ck_ok(smime_cms_encoder_buffer(job, document, strlen(document), &cms.data, &cms.len));
    smime_cms_encoder_free(job);
    keep(cms.data, smime_free);
    report = report_of(cms, policy());
    ck_assert_int_eq(smime_report_summary(report), SMIME_SUMMARY_INVALID);
    ck_ok(smime_report_signer_value(report, 0, 0, (const uint8_t **)&value.data, &value.len));
    ck_assert_int_eq(smime_report_signer_value(report, 0, 1, (const uint8_t **)&found.data,
                                               &found.len), SMIME_E_NOT_FOUND);
    token = signed_by(AUTHORITY, info_for(request_for(value), "20200601000000Z", USUAL));
    ck_ok(smime_cms_editor_new(policy(), &editor));
    ck_ok(smime_cms_editor_add_attribute(editor, 0, SMIME_ATTRIBUTE_TIMESTAMP, token.data,
                                         token.len));
    ck_ok(smime_cms_editor_buffer(editor, cms.data, cms.len, &stamped.data, &stamped.len));
    smime_cms_editor_free(editor);
    keep(stamped.data, smime_free);
    report = report_of(stamped, policy());
    ck_assert_uint_eq(smime_report_attribute_count(report, 0, 0, 0), 1);
    ck_ok(smime_report_attribute(report, 0, 0, 0, 0, &type, (const uint8_t **)&found.data,
                                 &found.len));
    ck_assert_str_eq(type, SMIME_ATTRIBUTE_TIMESTAMP);
    timestamp = timestamp_of(found);
    ck_ok(smime_report_signer_value(report, 0, 0, (const uint8_t **)&value.data, &value.len));
    ck_assert_int_eq(smime_timestamp_covers(timestamp, value.data, value.len), 1);
    ck_assert_int_eq(smime_report_summary(checked(timestamp, trusted)), SMIME_SUMMARY_VERIFIED);
    ck_ok(smime_policy_set_time(then, smime_timestamp_time(timestamp)));
    ck_assert_int_eq(smime_report_summary(report_of(stamped, then)), SMIME_SUMMARY_VERIFIED);
}
END_TEST

START_TEST(requests)
{
    static const int32_t digests[] = { 0, SMIME_DIGEST_SHA384, SMIME_DIGEST_SHA512,
                                       SMIME_DIGEST_SHA3_256 };
    bytes request;

    for (size_t i = 0; i < 4; i++) {
        ck_ok(smime_timestamp_request(digests[i], NULL, 0, NULL, &request.data, &request.len));
        ck_assert_uint_eq(request.len, (size_t)request.data[1] + 2);
        smime_free(request.data);
    }
    ck_assert_int_eq(smime_timestamp_request(99, "x", 1, NULL, &request.data, &request.len),
                     SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_timestamp_request(0, NULL, 1, NULL, &request.data, &request.len),
                     SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_timestamp_request(0, "x", 1, "not dotted", &request.data, &request.len),
                     SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_timestamp_request(0, "x", 1, NULL, NULL, &request.len),
                     SMIME_E_INVALID_ARG);
}
END_TEST

START_TEST(of_nothing)
{
    smime_timestamp *timestamp = NULL;
    smime_report *report = NULL;
    const uint8_t *der;
    size_t len;

    ck_assert_ptr_null(smime_timestamp_ref(NULL));
    smime_timestamp_unref(NULL);
    ck_assert_int_eq(smime_timestamp_time(NULL), 0);
    ck_assert_int_eq(smime_timestamp_accuracy(NULL), -1);
    ck_assert_str_eq(smime_timestamp_serial(NULL), "");
    ck_assert_str_eq(smime_timestamp_policy(NULL), "");
    ck_assert_int_eq(smime_timestamp_covers(NULL, "x", 1), 0);
    ck_assert_int_eq(smime_timestamp_answers(NULL, "x", 1), 0);
    ck_assert_int_eq(smime_timestamp_token(NULL, &der, &len), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_timestamp_new(NULL, NULL, 0, &timestamp), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_timestamp_new(NULL, "x", 1, NULL), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_timestamp_check(NULL, NULL, NULL, &report), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_report_signer_value(NULL, 0, 0, &der, &len), SMIME_E_INVALID_ARG);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("timestamp");
    TCase *tests = tcase_create("timestamp");

    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, asked_for_and_verified);
    add_rows(tests, only_an_authority, authorities);
    add_rows(tests, information_is_read_strictly, infos);
    tcase_add_test(tests, refusals_and_other_things);
    tcase_add_test(tests, every_prefix_and_every_byte);
    tcase_add_test(tests, beside_a_signature);
    tcase_add_test(tests, requests);
    tcase_add_test(tests, of_nothing);
    suite_add_tcase(suite, tests);
    return support_main(suite);
}
