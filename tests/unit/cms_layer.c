/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whole layers written and read: SignedData, EnvelopedData, AuthEnvelopedData. */
#include "cms_support.h"

#include "cms/enveloped_data.h"
#include "cms/signed_data.h"

#define MOST 200000

static uint8_t content[MOST];
static smime_identity *alice, *bob;

static void setup(void)
{
    support_fill(content, sizeof content, 50);
    alice = identity_named("alice-rsa");
    bob = identity_named("bob-p256");
}

static void teardown(void)
{
    smime_identity_unref(alice);
    smime_identity_unref(bob);
}

static void enveloped(smime__buf *to, smime__cipher cipher, int with_attributes, size_t len,
                      size_t step)
{
    smime__recipient recipients[2] = {
        {.cert = bob->cert, .oaep_hash = SMIME__HASH_SHA256},
        {.cert = alice->cert, .transport = SMIME__TRANSPORT_V15, .oaep_hash = SMIME__HASH_SHA256}};
    smime__enveloped_spec spec = {.recipients = recipients, .count = 2, .cipher = cipher,
                                  .with_attributes = with_attributes};
    smime__stage *stage;
    capture sink;

    capture_init(&sink);
    ck_ok(smime__enveloped_data_new(&spec, &sink.stage, &stage));
    ck_ok(feed(stage, content, len, step));
    ck_assert_int_eq(sink.finished, 1);
    smime__stage_free(stage);
    *to = sink.bytes;
}

static void sealed(smime__buf *to, int detached, size_t len, size_t step)
{
    smime__signer signers[2] = {{.identity = alice, .hash = SMIME__HASH_SHA256, .pss = 1},
                                {.identity = bob, .hash = SMIME__HASH_SHA512}};
    smime__pool certs = {0};
    smime__signed_data_spec spec = {.signers = signers, .count = 2, .certs = &certs,
                                    .detached = detached, .signing_time = SUPPORT_NOW};
    smime__stage *stage;
    capture sink;

    ck_ok(smime__pool_add(&certs, alice->cert));
    ck_ok(smime__pool_add(&certs, bob->cert));
    capture_init(&sink);
    ck_ok(smime__signed_data_new(&spec, &sink.stage, &stage));
    ck_ok(feed(stage, content, len, step));
    ck_assert_int_eq(sink.finished, 1);
    smime__stage_free(stage);
    smime__pool_clear(&certs);
    *to = sink.bytes;
}

static const size_t lens[] = {0, 1, 15, 16, 65519, 65535, 65536, 65537, 150000};

START_TEST(enveloped_round_trip)
{
    static const smime__cipher ciphers[] = {SMIME__CIPHER_AES128_CBC, SMIME__CIPHER_AES256_CBC,
                                            SMIME__CIPHER_AES128_GCM, SMIME__CIPHER_AES256_GCM};
    size_t len = lens[_i];

    for (size_t c = 0; c < 4; c++)
        for (int attributes = 0; attributes < 2; attributes++) {
            smime_identity *who = attributes ? alice : bob;
            smime__buf der;
            reading r;

            enveloped(&der, ciphers[c], attributes, len, 7777);
            reading_run(&r, der.data, der.len, len > 100 ? 4001 : 1, &who, 1);
            ck_ok(r.status);
            ck_assert_ptr_null(r.result->failure);
            ck_assert_int_eq(r.result->kind, c < 2 ? SMIME__LAYER_ENVELOPED
                                                   : SMIME__LAYER_AUTH_ENVELOPED);
            ck_assert_int_eq(r.result->opened, 1);
            ck_assert_int_eq(r.result->locked, 0);
            ck_assert_int_eq(r.result->authenticated, c >= 2);
            ck_assert_int_eq(r.result->cipher, ciphers[c]);
            ck_assert_uint_eq(r.result->recipients.count, 2);
            ck_assert_int_eq(r.content_calls, 1);
            ck_assert_int_eq(smime__oid_find(smime__buf_view(&r.type)), SMIME__OID_DATA);
            ck_assert_uint_eq(r.out.len, len);
            if (len)
                ck_assert_mem_eq(r.out.data, content, len);
            reading_clear(&r);
            smime__buf_free(&der);
        }
}
END_TEST

START_TEST(without_a_key_nothing_comes_out)
{
    smime_identity *carol = identity_named("carol-p384");
    smime__buf der;
    reading r;

    enveloped(&der, SMIME__CIPHER_AES256_GCM, 0, 1000, 0);
    reading_run(&r, der.data, der.len, 0, &carol, 1);
    ck_ok(r.status);
    ck_assert_int_eq(r.result->locked, 1);
    ck_assert_int_eq(r.result->opened, 0);
    ck_assert_uint_eq(r.out.len, 0);
    ck_assert_uint_eq(r.result->recipients.count, 2);
    reading_clear(&r);
    reading_run(&r, der.data, der.len, 0, NULL, 0);
    ck_assert_int_eq(r.result->locked, 1);
    reading_clear(&r);
    smime__buf_free(&der);
    smime_identity_unref(carol);
}
END_TEST

/* Nothing decrypted leaves before the tag was right: no single change lets a byte out. */
START_TEST(authenticated_content_is_all_or_nothing)
{
    smime__buf der;

    enveloped(&der, SMIME__CIPHER_AES128_GCM, 1, 300, 0);
    for (size_t i = 0; i < der.len; i++) {
        reading r;

        der.data[i] ^= 0x01;
        reading_run(&r, der.data, der.len, 0, &bob, 1);
        ck_assert(r.status == SMIME_OK || r.status < 0);
        if (r.out.len) { /* the other recipient's part may change without harm */
            ck_assert_int_eq(r.result->opened, 1);
            ck_assert(smime__view_equal(smime__buf_view(&r.out), smime__view_of(content, 300)));
        } else {
            ck_assert_int_eq(r.result->opened, 0);
        }
        reading_clear(&r);
        der.data[i] ^= 0x01;
    }
    smime__buf_free(&der);
}
END_TEST

START_TEST(cut_off_layers_are_malformed)
{
    smime__buf der;

    for (int kind = 0; kind < 3; kind++) {
        if (kind < 2)
            enveloped(&der, kind ? SMIME__CIPHER_AES128_GCM : SMIME__CIPHER_AES128_CBC, 0, 300,
                      0);
        else
            sealed(&der, 0, 300, 0);
        for (size_t len = 0; len < der.len; len += len < 40 || len + 40 > der.len ? 1 : 13) {
            reading r;

            reading_run(&r, der.data, len, 0, &bob, 1);
            ck_assert_ptr_nonnull(r.result->failure);
            ck_assert_int_eq(r.result->opened, 0);
            ck_assert_int_lt(r.result->failure_status, 0);
            if (kind == 1)
                ck_assert_uint_eq(r.out.len, 0);
            ck_assert_ptr_null(r.result->signers); /* nobody was judged */
            reading_clear(&r);
        }
        smime__buf_free(&der);
    }
}
END_TEST

START_TEST(signed_round_trip)
{
    size_t len = lens[_i];
    smime__buf der;
    reading r;

    sealed(&der, 0, len, 5003);
    reading_run(&r, der.data, der.len, len > 100 ? 4001 : 1, NULL, 0);
    ck_ok(r.status);
    ck_assert_ptr_null(r.result->failure);
    ck_assert_int_eq(r.result->kind, SMIME__LAYER_SIGNED);
    ck_assert_int_eq(r.result->has_content, 1);
    ck_assert_uint_eq(r.result->content_length, len);
    ck_assert_uint_eq(r.result->signer_count, 2);
    for (size_t i = 0; i < 2; i++) {
        ck_assert_msg(r.result->signers[i].verdict == SMIME__SIGNER_GOOD, "%s: %s",
                      r.result->signers[i].reason, r.result->signers[i].text);
        ck_assert_int_eq(r.result->signers[i].time, SUPPORT_NOW);
    }
    ck_assert(!smime__cert_equal(r.result->signers[0].cert, r.result->signers[1].cert));
    ck_assert_uint_eq(r.bag.count, 2);
    ck_assert_uint_eq(r.out.len, len);
    if (len)
        ck_assert_mem_eq(r.out.data, content, len);
    reading_clear(&r);
    smime__buf_free(&der);
}
END_TEST

START_TEST(changed_signed_content_is_no_longer_good)
{
    smime__buf der;
    uint8_t *at;
    reading r;

    sealed(&der, 0, 300, 0);
    at = NULL;
    for (size_t i = 0; i + 300 <= der.len && !at; i++)
        if (!memcmp(der.data + i, content, 300))
            at = der.data + i;
    ck_assert_ptr_nonnull(at);
    at[150] ^= 1;
    reading_run(&r, der.data, der.len, 0, NULL, 0);
    ck_assert_uint_eq(r.result->signer_count, 2);
    for (size_t i = 0; i < 2; i++) {
        ck_assert_int_eq(r.result->signers[i].verdict, SMIME__SIGNER_BAD);
        ck_assert_str_eq(r.result->signers[i].reason, "content-changed");
    }
    reading_clear(&r);
    smime__buf_free(&der);
}
END_TEST

START_TEST(detached_signature_holds_no_content)
{
    smime__buf one, two;
    reading r;

    sealed(&one, 1, 100000, 0);
    sealed(&two, 1, 100000, 999);
    ck_assert_uint_lt(one.len, 10000);
    reading_run(&r, one.data, one.len, 0, NULL, 0);
    ck_assert_int_eq(r.result->has_content, 0);
    ck_assert_uint_eq(r.out.len, 0);
    for (size_t i = 0; i < r.result->signer_count; i++) /* nothing was hashed */
        ck_assert_int_ne(r.result->signers[i].verdict, SMIME__SIGNER_GOOD);
    reading_clear(&r);
    smime__buf_free(&one);
    smime__buf_free(&two);
}
END_TEST

START_TEST(bytes_behind_are_counted)
{
    smime__buf der;
    reading r;

    sealed(&der, 0, 10, 0);
    ck_ok(smime__buf_add_text(&der, "more"));
    reading_run(&r, der.data, der.len, 3, NULL, 0);
    ck_ok(r.status);
    ck_assert_uint_eq(r.result->trailing, 4);
    reading_clear(&r);
    smime__buf_free(&der);
}
END_TEST

START_TEST(other_content_types_are_named)
{
    static const struct { const char *hex; int kind; } rows[] = {
        {"300f 060b 2a864886f70d0109100109 a000", SMIME__LAYER_COMPRESSED},
        {"300d 0609 2a864886f70d010705 a000", SMIME__LAYER_DIGESTED},
        {"300d 0609 2a864886f70d010706 a000", SMIME__LAYER_ENCRYPTED},
        {"300f 060b 2a864886f70d0109100102 a000", SMIME__LAYER_AUTHENTICATED},
        {"3007 0603 2a0304 a000", SMIME__LAYER_UNKNOWN},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t len;
        uint8_t *bytes = support_unhex(rows[i].hex, &len);
        reading r;

        reading_run(&r, bytes, len, 0, NULL, 0);
        ck_ok(r.status);
        ck_assert_int_eq(r.result->kind, rows[i].kind);
        ck_assert_ptr_nonnull(r.result->failure);
        ck_assert_int_eq(r.content_calls, 0);
        reading_clear(&r);
        free(bytes);
    }
}
END_TEST

/* For every chunk size the answer is the same. */
START_TEST(cuts_do_not_matter)
{
    smime__buf der;

    for (int kind = 0; kind < 2; kind++) {
        if (kind)
            sealed(&der, 0, 100, 0);
        else
            enveloped(&der, SMIME__CIPHER_AES256_GCM, 1, 100, 0);
        for (size_t step = 1; step < der.len; step += step < 20 ? 1 : 97) {
            reading r;

            reading_run(&r, der.data, der.len, step, &bob, 1);
            ck_ok(r.status);
            ck_assert_ptr_null(r.result->failure);
            ck_assert(smime__view_equal(smime__buf_view(&r.out), smime__view_of(content, 100)));
            reading_clear(&r);
        }
        smime__buf_free(&der);
    }
}
END_TEST

void add_cms_layer(Suite *suite)
{
    TCase *tc = tcase_create("layer");

    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, setup, teardown);
    add_rows(tc, enveloped_round_trip, lens);
    tcase_add_test(tc, without_a_key_nothing_comes_out);
    tcase_add_test(tc, authenticated_content_is_all_or_nothing);
    tcase_add_test(tc, cut_off_layers_are_malformed);
    add_rows(tc, signed_round_trip, lens);
    tcase_add_test(tc, changed_signed_content_is_no_longer_good);
    tcase_add_test(tc, detached_signature_holds_no_content);
    tcase_add_test(tc, bytes_behind_are_counted);
    tcase_add_test(tc, other_content_types_are_named);
    tcase_add_test(tc, cuts_do_not_matter);
    suite_add_tcase(suite, tc);
}
