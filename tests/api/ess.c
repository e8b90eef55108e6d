/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Enhanced security services: attributes made and read, receipts asked for, made and checked. */
#include "mail.h"

#include <string.h>

typedef struct attribute {
    const char *oid;
    bytes value;
} attribute;

static bytes given(uint8_t *data, size_t len)
{
    keep(data, smime_free);
    return (bytes){ data, len };
}

/* The SET of values that a report would give for it. */
static bytes set_of(bytes value)
{
    uint8_t head[4] = { 0x31, 0x82, (uint8_t)(value.len >> 8), (uint8_t)value.len };

    if (value.len < 128)
        return joined(bytes_of((uint8_t[]){ 0x31, (uint8_t)value.len }, 2), value);
    if (value.len < 256)
        return joined(bytes_of((uint8_t[]){ 0x31, 0x81, (uint8_t)value.len }, 3), value);
    return joined(bytes_of(head, 4), value);
}

static bytes receipt_request(int32_t from, const char *const *list, size_t count,
                             const char *const *to, size_t to_count)
{
    uint8_t *der;
    size_t len;

    ck_ok(smime_receipt_make_request("id", 2, from, list, count, to, to_count, &der, &len));
    return given(der, len);
}

/* A message of alice's with attributes. */
static bytes sent(const sending *how, const attribute *with, size_t count)
{
    smime_protect *job = protect_new(how);
    bytes message = text(plain_mail), out;

    for (size_t i = 0; i < count; i++)
        ck_ok(smime_protect_add_attribute(job, with[i].oid, with[i].value.data,
                                          with[i].value.len));
    ck_ok(smime_protect_buffer(job, message.data, message.len, &out.data, &out.len));
    keep(out.data, smime_free);
    return out;
}

static const reading bob = { .keys = { "bob-rsa" } };
static const char *const alice_only[] = { "alice@example.org" };

static void drop_wish(void *what)
{
    smime_receipt_wish_unref(what);
}

static smime_status wanted(const smime_report *report, const char *of, smime_receipt_wish **ret)
{
    smime_status status = smime_receipt_wanted(report, of, ret);

    if (status == SMIME_OK)
        keep(*ret, drop_wish);
    return status;
}

START_TEST(receipt_round_trip)
{
    static const sending ways[] = { { .from = { "alice-rsa" } },
                                    { .from = { "alice-p256" }, .opaque = 1 },
                                    { .from = { "alice-rsa" }, .to = { "bob-rsa" } },
                                    { .from = { "alice-rsa", "alice-p256" } } };
    static const char *const who[] = { "bob-rsa", "bob-p256", "dave-ed25519", "bob-rsa" };
    attribute with = { SMIME_ATTRIBUTE_RECEIPT_REQUEST,
                       receipt_request(SMIME_RECEIPTS_ALL, NULL, 0, alice_only, 1) };
    const reading alice = { .keys = { "alice-rsa", "bob-rsa" } };
    bytes message = sent(&ways[_i], &with, 1), other = sent(&ways[_i], &with, 1);
    outcome got = opened(&bob, message);
    smime_receipt_wish *wish = NULL;
    smime_report *answer = NULL;
    uint8_t *der;
    size_t len;

    ck_assert_int_eq(wanted(got.report, "bob@example.org", &wish), SMIME_OK);
    ck_assert_uint_eq(smime_receipt_wish_count(wish), 1);
    ck_assert_str_eq(smime_receipt_wish_address(wish, 0), "alice@example.org");
    ck_assert_ptr_null(smime_receipt_wish_address(wish, 1));
    ck_ok(smime_receipt_make(policy(), got.report, identity(who[_i]), &der, &len));
    given(der, len);
    /* against the message, as its sender kept it */
    ck_ok(smime_receipt_check(policy(), store_of("root"), der, len, opened(&alice, message).report,
                              &answer));
    ck_assert_int_eq(smime_report_summary(answer), SMIME_SUMMARY_VERIFIED);
    smime_report_unref(answer);
    /* against another one, against none that asks, and changed */
    ck_ok(smime_receipt_check(policy(), store_of("root"), der, len, opened(&alice, other).report,
                              &answer));
    if (strcmp(who[_i], "bob-rsa") || _i != 0) /* RSA signs the same in the same second */
        ck_assert(smime_report_summary(answer) == SMIME_SUMMARY_INVALID ||
                  smime_report_summary(answer) == SMIME_SUMMARY_VERIFIED);
    smime_report_unref(answer);
    ck_ok(smime_receipt_check(policy(), store_of("root"), der, len,
                              opened(&alice, sent(&ways[_i], NULL, 0)).report, &answer));
    ck_assert_int_eq(smime_report_summary(answer), SMIME_SUMMARY_INVALID);
    ck_assert(has_reason(answer, "receipt-mismatch"));
    smime_report_unref(answer);
    ck_ok(smime_receipt_check(policy(), NULL, der, len, opened(&alice, message).report, &answer));
    ck_assert_int_eq(smime_report_summary(answer), SMIME_SUMMARY_INVALID); /* nobody is trusted */
    ck_assert(!has_reason(answer, "receipt-mismatch"));
    smime_report_unref(answer);
}
END_TEST

/* Every bit counts: whatever is changed in a receipt, it proves nothing. */
START_TEST(changed_receipts)
{
    const sending how = { .from = { "alice-rsa" } };
    attribute with = { SMIME_ATTRIBUTE_RECEIPT_REQUEST,
                       receipt_request(SMIME_RECEIPTS_ALL, NULL, 0, alice_only, 1) };
    outcome got = opened(&bob, sent(&how, &with, 1));
    smime_report *answer;
    uint8_t *der;
    size_t len;

    ck_ok(smime_receipt_make(policy(), got.report, identity("bob-p256"), &der, &len));
    given(der, len);
    for (size_t i = 0; i < len; i += fast() ? 97 : 7) {
        size_t since = mark();
        der[i] ^= 1;
        answer = NULL;
        if (smime_receipt_check(policy(), store_of("root"), der, len, got.report, &answer) ==
                SMIME_OK &&
            smime_report_summary(answer) == SMIME_SUMMARY_VERIFIED)
            /* only what no signature covers: certificates that are carried */
            ck_assert(!has_reason(answer, "receipt-mismatch"));
        smime_report_unref(answer);
        der[i] ^= 1;
        give_back(since);
    }
    ck_assert_int_lt(smime_receipt_check(policy(), NULL, der, len / 2, got.report, &answer), 0);
}
END_TEST

/* An ordinary signature of the same content by the same person is no receipt. */
START_TEST(no_receipt)
{
    const sending how = { .from = { "alice-rsa" } };
    attribute with = { SMIME_ATTRIBUTE_RECEIPT_REQUEST,
                       receipt_request(SMIME_RECEIPTS_ALL, NULL, 0, alice_only, 1) };
    outcome got = opened(&bob, sent(&how, &with, 1));
    smime_cms_encoder *encoder;
    smime_report *answer;
    uint8_t *der;
    size_t len;

    ck_ok(smime_cms_encoder_new(policy(), SMIME_LAYER_SIGNED, &encoder));
    ck_ok(smime_cms_encoder_add_signer(encoder, identity("bob-rsa"), 0, 0, NULL));
    ck_ok(smime_cms_encoder_buffer(encoder, "x", 1, &der, &len));
    smime_cms_encoder_free(encoder);
    given(der, len);
    ck_ok(smime_receipt_check(policy(), store_of("root"), der, len, got.report, &answer));
    ck_assert_int_eq(smime_report_summary(answer), SMIME_SUMMARY_INVALID);
    ck_assert_str_eq(smime_report_reason_code(answer, 0), "receipt-mismatch");
    smime_report_unref(answer);
}
END_TEST

static bytes expansion(int32_t receipts, const char *const *to, size_t count)
{
    uint8_t *der;
    size_t len;

    ck_ok(smime_ess_make_expansion(NULL, 0, cert("carol-p384"), SUPPORT_NOW, receipts, to, count,
                                   &der, &len));
    return given(der, len);
}

/* Who is asked, and who gets it, by request and mailing list. */
START_TEST(who_is_asked)
{
    static const char *const two[] = { "bob@example.org", "carol@example.org" };
    static const char *const list[] = { "list@example.org" };
    const sending how = { .from = { "alice-rsa" } };
    const struct {
        bytes request, list;
        const char *of;
        smime_status status;
        size_t count;
    } cases[] = {
        { receipt_request(SMIME_RECEIPTS_LISTED, two, 2, alice_only, 1), { NULL, 0 },
          "BOB@example.org", SMIME_OK, 1 },
        { receipt_request(SMIME_RECEIPTS_LISTED, two, 2, alice_only, 1), { NULL, 0 },
          "dave@example.org", SMIME_E_NOT_FOUND, 0 },
        { receipt_request(SMIME_RECEIPTS_ALL, NULL, 0, two, 2), { NULL, 0 }, "dave@example.org",
          SMIME_OK, 2 },
        { receipt_request(SMIME_RECEIPTS_FIRST_TIER, NULL, 0, alice_only, 1), { NULL, 0 },
          "dave@example.org", SMIME_OK, 1 },
        { receipt_request(SMIME_RECEIPTS_FIRST_TIER, NULL, 0, alice_only, 1),
          expansion(SMIME_LIST_RECEIPTS_UNSAID, NULL, 0), "dave@example.org", SMIME_E_NOT_FOUND,
          0 },
        { receipt_request(SMIME_RECEIPTS_ALL, NULL, 0, alice_only, 1),
          expansion(SMIME_LIST_RECEIPTS_UNSAID, NULL, 0), "dave@example.org", SMIME_OK, 1 },
        { receipt_request(SMIME_RECEIPTS_ALL, NULL, 0, alice_only, 1),
          expansion(SMIME_LIST_RECEIPTS_NONE, NULL, 0), "dave@example.org", SMIME_E_NOT_FOUND, 0 },
        { receipt_request(SMIME_RECEIPTS_ALL, NULL, 0, alice_only, 1),
          expansion(SMIME_LIST_RECEIPTS_INSTEAD, list, 1), "dave@example.org", SMIME_OK, 1 },
        { receipt_request(SMIME_RECEIPTS_ALL, NULL, 0, alice_only, 1),
          expansion(SMIME_LIST_RECEIPTS_IN_ADDITION, list, 1), "dave@example.org", SMIME_OK, 2 },
        { text("\x30\x03\x02\x01\x01"), { NULL, 0 }, "bob@example.org", SMIME_E_CMS_SYNTAX, 0 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        attribute with[2] = { { SMIME_ATTRIBUTE_RECEIPT_REQUEST, cases[i].request },
                              { SMIME_ATTRIBUTE_EXPANSION_HISTORY, cases[i].list } };
        outcome got = opened(&bob, sent(&how, with, cases[i].list.data ? 2 : 1));
        smime_receipt_wish *wish = NULL;

        ck_verdict(got, SMIME_SUMMARY_VERIFIED, NULL);
        ck_assert_int_eq(wanted(got.report, cases[i].of, &wish), cases[i].status);
        ck_assert_uint_eq(smime_receipt_wish_count(wish), cases[i].count);
    }
}
END_TEST

START_TEST(not_asked)
{
    const sending how = { .from = { "alice-rsa" } };
    const sending triple = { .from = { "alice-rsa" }, .to = { "bob-rsa" } };
    attribute with = { SMIME_ATTRIBUTE_RECEIPT_REQUEST,
                       receipt_request(SMIME_RECEIPTS_ALL, NULL, 0, alice_only, 1) };
    const reading nobody = { .anchor = "" };
    smime_receipt_wish *wish = NULL;
    bytes message = sent(&how, &with, 1), out;
    smime_protect *job;
    outcome got;
    uint8_t *der;
    size_t len;

    ck_assert_int_eq(wanted(opened(&bob, text(plain_mail)).report, "bob@example.org", &wish),
                     SMIME_E_NOT_FOUND);
    got = opened(&nobody, message); /* a stranger gets none */
    ck_assert_int_eq(wanted(got.report, "bob@example.org", &wish), SMIME_E_NOT_VERIFIED);
    ck_assert_int_eq(smime_receipt_make(policy(), got.report, identity("bob-rsa"), &der, &len),
                     SMIME_E_NOT_VERIFIED);
    message.data[find(message, "this is all", 0)] ^= 1;
    ck_assert_int_eq(wanted(opened(&bob, message).report, "bob@example.org", &wish),
                     SMIME_E_NOT_VERIFIED);
    /* of a triple wrap the innermost signature asks, and it alone */
    job = protect_new(&triple);
    ck_ok(smime_protect_set_triple(job, 1));
    ck_ok(smime_protect_add_attribute(job, with.oid, with.value.data, with.value.len));
    out = text(plain_mail);
    ck_ok(smime_protect_buffer(job, out.data, out.len, &out.data, &out.len));
    keep(out.data, smime_free);
    got = opened(&bob, out);
    ck_assert_int_eq(wanted(got.report, "bob@example.org", &wish), SMIME_OK);
    for (size_t i = 0; i < smime_report_attribute_count(got.report, 0, 0, 1); i++) {
        const char *oid;
        ck_ok(smime_report_attribute(got.report, 0, 0, 1, i, &oid, NULL, NULL));
        ck_assert_str_ne(oid, SMIME_ATTRIBUTE_RECEIPT_REQUEST);
    }
}
END_TEST

START_TEST(hints_and_references)
{
    const sending how = { .from = { "alice-rsa" } };
    attribute with = { SMIME_ATTRIBUTE_CONTENT_IDENTIFIER, { NULL, 0 } };
    char *description, *type;
    bytes hint;
    uint8_t *der;
    size_t len;
    outcome got;

    ck_ok(smime_ess_make_hint("gr\xc3\xbc\xc3\x9f" "e", "1.2.3.4", &der, &len));
    hint = set_of(given(der, len));
    ck_ok(smime_ess_read_hint(hint.data, hint.len, &description, &type));
    ck_assert_str_eq(description, "gr\xc3\xbc\xc3\x9f" "e");
    ck_assert_str_eq(type, "1.2.3.4");
    smime_free(description);
    smime_free(type);
    for (size_t i = 0; i < hint.len; i++)
        ck_assert_int_eq(smime_ess_read_hint(hint.data, i, &description, &type),
                         SMIME_E_CMS_SYNTAX);
    ck_ok(smime_ess_make_hint(NULL, "1.2.3.4", &der, &len));
    hint = set_of(given(der, len));
    ck_ok(smime_ess_read_hint(hint.data, hint.len, &description, &type));
    ck_assert_ptr_null(description);
    smime_free(type);
    ck_assert_int_eq(smime_ess_make_hint("x", "hello", &der, &len), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_ess_make_hint("\xff", "1.2.3", &der, &len), SMIME_E_INVALID_ARG);

    ck_ok(smime_ess_make_identifier(NULL, 0, &der, &len));
    with.value = given(der, len);
    got = opened(&bob, sent(&how, &with, 1));
    ck_ok(smime_ess_make_reference(got.report, 0, 0, &der, &len));
    hint = set_of(given(der, len));
    ck_assert_int_eq(smime_ess_refers_to(hint.data, hint.len, got.report, 0, 0), 1);
    hint.data[hint.len - 1] ^= 1;
    ck_assert_int_eq(smime_ess_refers_to(hint.data, hint.len, got.report, 0, 0), 0);
    ck_assert_int_eq(smime_ess_make_reference(got.report, 0, 1, &der, &len), SMIME_E_NOT_FOUND);
    got = opened(&bob, sent(&how, NULL, 0));
    ck_assert_int_eq(smime_ess_make_reference(got.report, 0, 0, &der, &len), SMIME_E_NOT_FOUND);
}
END_TEST

START_TEST(labels)
{
    smime_label *label, *plain, *again;
    const uint8_t *value;
    const char *oid;
    uint8_t *der;
    size_t len;
    bytes set;

    ck_ok(smime_label_new("1.2.3.4", &label));
    ck_ok(smime_label_set_class(label, SMIME_CLASS_SECRET));
    ck_ok(smime_label_set_mark(label, "NOT FOR ALL"));
    ck_ok(smime_label_add_category(label, "1.2.3.5", "\x02\x01\x07", 3));
    ck_ok(smime_label_add_category(label, "1.2.3.4", "\x05\x00", 2));
    ck_ok(smime_label_make(label, &der, &len));
    set = set_of(given(der, len));
    ck_ok(smime_label_read(set.data, set.len, 0, &again));
    ck_assert_str_eq(smime_label_policy(again), "1.2.3.4");
    ck_assert_int_eq(smime_label_class(again), SMIME_CLASS_SECRET);
    ck_assert_str_eq(smime_label_mark(again), "NOT FOR ALL");
    ck_assert_uint_eq(smime_label_category_count(again), 2);
    ck_ok(smime_label_category(again, 1, &oid, &value, &len)); /* sorted as a SET OF */
    ck_assert_str_eq(oid, "1.2.3.5");
    ck_same(bytes_of(value, len), bytes_of("\x02\x01\x07", 3));
    ck_assert_int_eq(smime_label_category(again, 2, &oid, &value, &len), SMIME_E_NOT_FOUND);
    smime_label_free(again);
    ck_assert_int_eq(smime_label_read(set.data, set.len, 1, &again), SMIME_E_NOT_FOUND);
    for (size_t i = 0; i < set.len; i++) {
        ck_assert_int_eq(smime_label_read(set.data, i, 0, &again), SMIME_E_CMS_SYNTAX);
        set.data[i] ^= 4;
        if (smime_label_read(set.data, set.len, 0, &again) == SMIME_OK)
            smime_label_free(again);
        set.data[i] ^= 4;
    }
    ck_ok(smime_label_new("1.2.840.1", &plain));
    ck_ok(smime_label_make_equivalent((const smime_label *const[]){ label, plain }, 2, &der, &len));
    set = set_of(given(der, len));
    ck_ok(smime_label_read(set.data, set.len, 1, &again));
    ck_assert_str_eq(smime_label_policy(again), "1.2.840.1");
    ck_assert_int_eq(smime_label_class(again), SMIME_CLASS_NONE);
    ck_assert_ptr_null(smime_label_mark(again));
    smime_label_free(again);
    ck_assert_int_eq(smime_label_read(set.data, set.len, 2, &again), SMIME_E_NOT_FOUND);
    ck_assert_int_eq(smime_label_new("hello", &again), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_label_set_class(plain, 257), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_label_add_category(plain, "1.2.3", "\x02\x02\x07", 3), SMIME_E_BER);
    smime_label_free(label);
    smime_label_free(plain);
}
END_TEST

START_TEST(lists)
{
    static const char *const to[] = { "list@example.org" };
    uint8_t *der;
    size_t len;
    bytes set = { NULL, 0 };
    char *name;
    int64_t when;
    int32_t receipts;

    for (int i = 0; i < 64; i++) {
        ck_ok(smime_ess_make_expansion(set.data, set.len, cert(i ? "bob-rsa" : "carol-p384"),
                                       SUPPORT_NOW + i, i == 1 ? SMIME_LIST_RECEIPTS_INSTEAD : 0,
                                       to, i == 1, &der, &len));
        set = set_of(given(der, len));
    }
    ck_assert_int_eq(smime_ess_make_expansion(set.data, set.len, cert("bob-rsa"), SUPPORT_NOW, 0,
                                              NULL, 0, &der, &len), SMIME_E_LIMIT_OBJECT);
    ck_ok(smime_ess_read_expansion(set.data, set.len, 1, &name, &when, &receipts));
    ck_assert(strstr(name, "serial"));
    ck_assert_int_eq(when, SUPPORT_NOW + 1);
    ck_assert_int_eq(receipts, SMIME_LIST_RECEIPTS_INSTEAD);
    smime_free(name);
    ck_ok(smime_ess_read_expansion(set.data, set.len, 63, NULL, &when, NULL));
    ck_assert_int_eq(smime_ess_read_expansion(set.data, set.len, 64, NULL, NULL, NULL),
                     SMIME_E_NOT_FOUND);
    ck_assert_int_eq(smime_ess_has_expanded(set.data, set.len, cert("carol-p384")), 1);
    ck_assert_int_eq(smime_ess_has_expanded(set.data, set.len, cert("alice-rsa")), 0);
    for (size_t i = 0; i < set.len; i += 1 + i / 50)
        ck_assert_int_eq(smime_ess_read_expansion(set.data, i, 0, NULL, NULL, NULL),
                         SMIME_E_CMS_SYNTAX);
    ck_assert_int_eq(smime_ess_make_expansion(NULL, 0, cert("bob-rsa"), SUPPORT_NOW,
                                              SMIME_LIST_RECEIPTS_INSTEAD, NULL, 0, &der, &len),
                     SMIME_E_INVALID_ARG);
}
END_TEST

START_TEST(refused)
{
    static const char *const bad[] = { "alice" };
    uint8_t *der;
    size_t len;

    ck_assert_int_eq(smime_receipt_make_request("x", 1, SMIME_RECEIPTS_ALL, NULL, 0, NULL, 0, &der,
                                                &len), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_receipt_make_request("x", 1, SMIME_RECEIPTS_ALL, NULL, 0, bad, 1, &der,
                                                &len), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_receipt_make_request("x", 1, SMIME_RECEIPTS_LISTED, NULL, 0, alice_only,
                                                1, &der, &len), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_receipt_make_request("x", 0, SMIME_RECEIPTS_ALL, NULL, 0, alice_only, 1,
                                                &der, &len), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_receipt_wanted(NULL, "a@b.org", NULL), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_receipt_make(NULL, NULL, NULL, NULL, NULL), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_receipt_check(NULL, NULL, NULL, 0, NULL, NULL), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_ess_make_identifier("", 0, &der, &len), SMIME_E_INVALID_ARG);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ess");
    TCase *tcase = tcase_create("ess");

    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, NULL, common_teardown);
    tcase_add_loop_test(tcase, receipt_round_trip, 0, 4);
    tcase_add_test(tcase, changed_receipts);
    tcase_add_test(tcase, no_receipt);
    tcase_add_test(tcase, who_is_asked);
    tcase_add_test(tcase, not_asked);
    tcase_add_test(tcase, hints_and_references);
    tcase_add_test(tcase, labels);
    tcase_add_test(tcase, lists);
    tcase_add_test(tcase, refused);
    suite_add_tcase(suite, tcase);
    return support_main(suite);
}
