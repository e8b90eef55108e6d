/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* smime_cms_encoder and smime_cms_decoder: every kind there and back, in every form and any chunks. */
#include "mail.h"

#include <stdlib.h>
#include <string.h>

#define BIG 200003

static const uint8_t kek[33] = "a key of thirty-two bytes, known";

typedef struct structure {
    int32_t kind;
    const char *algorithm, *type, *signers[3];
    int32_t digest;
    uint32_t flags;
    const char *recipients[2];
    uint32_t recipient_flags;
    const char *password;
    int shared, key, detached, derived;
    int32_t summary;
} structure;

static const structure structures[] = {
    { SMIME_LAYER_DATA, .summary = SMIME_SUMMARY_UNPROTECTED },
    { SMIME_LAYER_DIGESTED, .summary = SMIME_SUMMARY_UNPROTECTED },
    { SMIME_LAYER_DIGESTED, "sha512", "1.2.3.4", .summary = SMIME_SUMMARY_UNPROTECTED },
    { SMIME_LAYER_COMPRESSED, .summary = SMIME_SUMMARY_UNPROTECTED },
    { SMIME_LAYER_SIGNED, .signers = { "alice-rsa" }, .summary = SMIME_SUMMARY_VERIFIED },
    { SMIME_LAYER_SIGNED, .signers = { "alice-p256", "bob-rsa" }, .summary = SMIME_SUMMARY_VERIFIED },
    { SMIME_LAYER_SIGNED, .signers = { "alice-p256" }, .flags = SMIME_SIGNER_KEY_ID,
      .summary = SMIME_SUMMARY_VERIFIED },
    { SMIME_LAYER_SIGNED, .signers = { "alice-rsa", "alice-p256" },
      .flags = SMIME_SIGNER_NO_ATTRIBUTES, .digest = SMIME_DIGEST_SHA384,
      .summary = SMIME_SUMMARY_VERIFIED },
    { SMIME_LAYER_SIGNED, .signers = { "alice-rsa" }, .type = "1.2.840.113549.1.9.16.1.4",
      .flags = SMIME_SIGNER_PSS | SMIME_SIGNER_NO_CAPABILITIES, .digest = SMIME_DIGEST_SHA512,
      .summary = SMIME_SUMMARY_VERIFIED },
    { SMIME_LAYER_SIGNED, .signers = { "alice-p256" }, .detached = 1,
      .summary = SMIME_SUMMARY_VERIFIED },
    { SMIME_LAYER_ENVELOPED, .recipients = { "bob-rsa" }, .summary = SMIME_SUMMARY_CONFIDENTIAL },
    { SMIME_LAYER_ENVELOPED, "aes-192-cbc", .recipients = { "alice-rsa", "bob-p256" },
      .recipient_flags = SMIME_RECIPIENT_KEY_ID | SMIME_RECIPIENT_OAEP, .type = "1.2.3",
      .summary = SMIME_SUMMARY_CONFIDENTIAL },
    { SMIME_LAYER_ENVELOPED, "aes-128-cbc", .password = "secret",
      .summary = SMIME_SUMMARY_CONFIDENTIAL },
    { SMIME_LAYER_ENVELOPED, .shared = 32, .summary = SMIME_SUMMARY_CONFIDENTIAL },
    { SMIME_LAYER_AUTH_ENVELOPED, .password = "\xc3\xa4", .recipients = { "alice-rsa" },
      .summary = SMIME_SUMMARY_CONFIDENTIAL },
    { SMIME_LAYER_AUTH_ENVELOPED, "aes-192-gcm", .shared = 16, .type = "1.2.3",
      .summary = SMIME_SUMMARY_CONFIDENTIAL },
    { SMIME_LAYER_AUTH_ENVELOPED, "aes-128-ccm", .recipients = { "bob-p256" },
      .summary = SMIME_SUMMARY_CONFIDENTIAL },
    { SMIME_LAYER_AUTH_ENVELOPED, "aes-256-ccm", .recipients = { "bob-rsa" }, .type = "1.2.3",
      .summary = SMIME_SUMMARY_CONFIDENTIAL },
    { SMIME_LAYER_AUTH_ENVELOPED, "chacha20-poly1305", .recipients = { "bob-rsa" },
      .summary = SMIME_SUMMARY_CONFIDENTIAL },
    { SMIME_LAYER_ENCRYPTED, .key = 32, .summary = SMIME_SUMMARY_CONFIDENTIAL },
    { SMIME_LAYER_ENCRYPTED, "aes-128-cbc", .key = 16, .type = "1.2.3",
      .summary = SMIME_SUMMARY_CONFIDENTIAL },
    { SMIME_LAYER_AUTHENTICATED, .recipients = { "bob-rsa" }, .summary = SMIME_SUMMARY_UNPROTECTED },
    { SMIME_LAYER_AUTHENTICATED, "hmac-sha512", "1.2.3", .recipients = { "bob-p256" }, .shared = 24,
      .summary = SMIME_SUMMARY_UNPROTECTED },
    { SMIME_LAYER_AUTHENTICATED, "hmac-sha384", .password = "secret",
      .summary = SMIME_SUMMARY_UNPROTECTED },
    { SMIME_LAYER_SIGNED, .signers = { "alice-p256", "bob-rsa" }, .digest = SMIME_DIGEST_SHA3_256,
      .summary = SMIME_SUMMARY_VERIFIED },
    { SMIME_LAYER_SIGNED, .signers = { "alice-rsa" }, .digest = SMIME_DIGEST_SHA3_512,
      .flags = SMIME_SIGNER_NO_ATTRIBUTES, .summary = SMIME_SUMMARY_VERIFIED },
    { SMIME_LAYER_SIGNED, .signers = { "alice-p256" }, .digest = SMIME_DIGEST_SHAKE256,
      .summary = SMIME_SUMMARY_VERIFIED },
    { SMIME_LAYER_SIGNED, .signers = { "alice-p256" }, .digest = SMIME_DIGEST_SHAKE256,
      .flags = SMIME_SIGNER_NO_ATTRIBUTES, .summary = SMIME_SUMMARY_VERIFIED },
    { SMIME_LAYER_SIGNED, .signers = { "dave-ed448", "dave-ed25519" },
      .summary = SMIME_SUMMARY_VERIFIED },
    { SMIME_LAYER_DIGESTED, "sha3-384", .summary = SMIME_SUMMARY_UNPROTECTED },
    { SMIME_LAYER_DIGESTED, "shake256", .summary = SMIME_SUMMARY_UNPROTECTED },
    { SMIME_LAYER_ENVELOPED, .recipients = { "bob-x448" }, .summary = SMIME_SUMMARY_CONFIDENTIAL },
    { SMIME_LAYER_ENVELOPED, .recipients = { "alice-rsa", "bob-rsa" },
      .recipient_flags = SMIME_RECIPIENT_KEM | SMIME_RECIPIENT_KEY_ID,
      .summary = SMIME_SUMMARY_CONFIDENTIAL },
    { SMIME_LAYER_AUTH_ENVELOPED, "aes-128-gcm", .recipients = { "bob-rsa" },
      .recipient_flags = SMIME_RECIPIENT_KEM, .derived = 1, .summary = SMIME_SUMMARY_CONFIDENTIAL },
    { SMIME_LAYER_ENVELOPED, .recipients = { "bob-p256" }, .derived = 1,
      .summary = SMIME_SUMMARY_CONFIDENTIAL },
    { SMIME_LAYER_ENCRYPTED, .key = 32, .derived = 1, .summary = SMIME_SUMMARY_CONFIDENTIAL },
    { SMIME_LAYER_AUTHENTICATED, .recipients = { "bob-rsa" }, .recipient_flags = SMIME_RECIPIENT_KEM,
      .summary = SMIME_SUMMARY_UNPROTECTED },
};
#define KINDS ((int)(sizeof structures / sizeof structures[0]))

static void encoder_free(void *job)
{
    smime_cms_encoder_free(job);
}

static void decoder_free(void *job)
{
    smime_cms_decoder_free(job);
}

static void add_signers(smime_cms_encoder *job, const structure *how)
{
    size_t number;

    for (size_t i = 0; i < 3 && how->signers[i]; i++) {
        ck_ok(smime_cms_encoder_add_signer(job, identity_with_chain(how->signers[i]), how->digest,
                                           how->flags, &number));
        ck_assert_uint_eq(number, i);
    }
    if (how->detached)
        ck_ok(smime_cms_encoder_set_detached(job, 1));
}

static smime_cms_encoder *encoder(const structure *how, size_t len)
{
    smime_cms_encoder *job = NULL;

    ck_ok(smime_cms_encoder_new(policy(), how->kind, &job));
    keep(job, encoder_free);
    if (how->algorithm)
        ck_ok(smime_cms_encoder_set_algorithm(job, how->algorithm));
    if (how->type)
        ck_ok(smime_cms_encoder_set_content_type(job, how->type));
    add_signers(job, how);
    for (size_t i = 0; i < 2 && how->recipients[i]; i++)
        ck_ok(smime_cms_encoder_add_recipient(job, cert(how->recipients[i]),
                                              how->recipient_flags));
    if (how->password)
        ck_ok(smime_cms_encoder_add_password(job, how->password, strlen(how->password), 1000));
    if (how->shared)
        ck_ok(smime_cms_encoder_add_shared_key(job, "id", 2, kek, (size_t)how->shared));
    if (how->key)
        ck_ok(smime_cms_encoder_set_content_key(job, kek, (size_t)how->key));
    if (how->derived)
        ck_ok(smime_cms_encoder_set_derived(job, 1));
    if (how->algorithm && strstr(how->algorithm, "ccm"))
        ck_ok(smime_cms_encoder_set_length(job, len));
    return job;
}

/* Written in chunks of @p chunk bytes, read as it comes. */
static bytes encoded(smime_cms_encoder *job, bytes content, size_t chunk)
{
    bytes made = { NULL, 0 };

    ck_ok(smime_cms_encoder_set_sink(job, gather, NULL, &made, NULL));
    for (size_t at = 0; at < content.len; at += chunk) {
        size_t part = content.len - at < chunk ? content.len - at : chunk, taken;
        ck_ok(smime_cms_encoder_write(job, content.data + at, part, &taken));
        ck_assert_uint_eq(taken, part);
    }
    ck_ok(smime_cms_encoder_finish(job));
    keep(made.data, free);
    return made;
}

static smime_cms_decoder *decoder(void)
{
    static const char *const names[] = { "bob-rsa", "bob-p256", "bob-x448" };
    smime_cms_decoder *job = NULL;

    ck_ok(smime_cms_decoder_new(policy(), &job));
    keep(job, decoder_free);
    for (size_t i = 0; i < 3; i++)
        ck_ok(smime_cms_decoder_add_identity(job, identity(names[i])));
    ck_ok(smime_cms_decoder_add_password(job, "wrong", 5));
    ck_ok(smime_cms_decoder_add_password(job, "secret", 6));
    ck_ok(smime_cms_decoder_add_password(job, "\xc3\xa4", 2));
    for (size_t len = 16; len <= 32; len += 8) {
        ck_ok(smime_cms_decoder_add_shared_key(job, "id", 2, kek, len));
        ck_ok(smime_cms_decoder_add_content_key(job, kek, len));
    }
    ck_ok(smime_cms_decoder_use_store(job, store_of("root")));
    return job;
}

static smime_report *report_of(smime_cms_decoder *job)
{
    smime_report *report = NULL;

    ck_ok(smime_cms_decoder_report(job, &report));
    keep(report, (void (*)(void *))smime_report_unref);
    return report;
}

/* In one piece, or in chunks. */
static smime_report *decoded(smime_cms_decoder *job, bytes from, size_t chunk, bytes *ret_content)
{
    smime_status status = SMIME_OK;

    *ret_content = (bytes){ NULL, 0 };
    if (!chunk) {
        status = smime_cms_decoder_buffer(job, from.data, from.len, &ret_content->data,
                                          &ret_content->len);
        keep(ret_content->data, smime_free);
    } else {
        ck_ok(smime_cms_decoder_set_sink(job, gather, NULL, ret_content, NULL));
        for (size_t at = 0; at < from.len && status == SMIME_OK; at += chunk) {
            size_t taken;
            status = smime_cms_decoder_write(job, from.data + at,
                                             from.len - at < chunk ? from.len - at : chunk, &taken);
        }
        if (status == SMIME_OK)
            status = smime_cms_decoder_finish(job);
        keep(ret_content->data, free);
    }
    ck_assert_msg(status == SMIME_OK, "%s: %s", smime_status_name(status),
                  smime_cms_decoder_error_text(job));
    return report_of(job);
}

static void check(const structure *how, bytes content, size_t chunk, int32_t form)
{
    smime_cms_encoder *job = encoder(how, content.len);
    smime_cms_decoder *reader = decoder();
    smime_report *report;
    bytes made, back;

    ck_ok(smime_cms_encoder_set_form(job, form));
    made = encoded(job, content, chunk ? chunk : content.len + 1);
    if (form == SMIME_FORM_PEM)
        ck_assert(!memcmp(made.data, "-----BEGIN CMS-----\n", 20));
    if (how->detached)
        ck_ok(smime_cms_decoder_content(reader, content.data, content.len));
    report = decoded(reader, made, chunk, &back);
    ck_assert_msg(smime_report_summary(report) == how->summary, "summary %d: %s",
                  smime_report_summary(report), smime_report_text(report));
    ck_assert_uint_eq(smime_report_layer_count(report), 1);
    ck_assert_int_eq(smime_report_layer_kind(report, 0), how->kind);
    if (how->algorithm)
        ck_assert_str_eq(smime_report_layer_algorithm(report, 0), how->algorithm);
    ck_assert_str_eq(smime_report_layer_content_type(report, 0),
                     how->type ? how->type : "1.2.840.113549.1.7.1");
    for (size_t i = 0; i < smime_report_reason_count(report); i++)
        ck_assert_str_ne(smime_report_reason_code(report, i), "version-odd");
    if (how->detached)
        ck_assert_uint_eq(back.len, 0);
    else
        ck_same(back, content);
}

START_TEST(there_and_back)
{
    static const size_t lengths[] = { 0, 1, 100, 65536, BIG };

    for (size_t i = 0; i < (fast() ? 3 : sizeof lengths / sizeof lengths[0]); i++) {
        size_t since = mark();
        check(&structures[_i], all_bytes(lengths[i]), 0, SMIME_FORM_BINARY);
        check(&structures[_i], all_bytes(lengths[i]), 997, SMIME_FORM_PEM);
        give_back(since);
    }
    check(&structures[_i], all_bytes(300), 1, SMIME_FORM_BINARY);
    check(&structures[_i], all_bytes(300), 1, SMIME_FORM_PEM);
}
END_TEST

/* Every byte of the structure matters: nothing changed is VERIFIED or opened as what it was. */
START_TEST(damage_is_found)
{
    const structure *how = &structures[_i];
    bytes content = all_bytes(64);
    bytes made = encoded(encoder(how, content.len), content, 64);

    for (size_t at = 0; at < made.len; at += fast() ? 97 : how->password ? 41 : 7) {
        size_t since = mark();
        smime_cms_decoder *reader = decoder();
        bytes bad = bytes_of(made.data, made.len), back = { NULL, 0 };
        smime_status status;

        bad.data[at] ^= 0x10;
        if (how->detached)
            ck_ok(smime_cms_decoder_content(reader, content.data, content.len));
        status = smime_cms_decoder_buffer(reader, bad.data, bad.len, &back.data, &back.len);
        keep(back.data, smime_free);
        if (status == SMIME_OK && smime_report_layer_authenticated(report_of(reader), 0))
            must(!back.data || same(back, content));
        if (status == SMIME_OK && how->summary == SMIME_SUMMARY_VERIFIED && !how->detached)
            must(smime_report_summary(report_of(reader)) != SMIME_SUMMARY_VERIFIED ||
                 same(back, content));
        give_back(since);
    }
    for (size_t len = 0; len < made.len; len += fast() ? 89 : how->password ? 31 : 3) {
        size_t since = mark();
        smime_cms_decoder *reader = decoder();
        bytes back;

        if (how->detached)
            ck_ok(smime_cms_decoder_content(reader, content.data, content.len));
        must(smime_cms_decoder_buffer(reader, made.data, len, &back.data, &back.len) < 0);
        give_back(since);
    }
}
END_TEST

/* The outermost first: compressed in signed in encrypted, and so on. */
START_TEST(nested_in_any_order)
{
    static const int orders[][4] = { { 4, 10, 3, -1 }, { 10, 4, 3, -1 }, { 14, 4, -1, -1 },
                                     { 18, 4, 1, 3 }, { 21, 19, 13, -1 }, { 3, 15, 22, 5 } };
    bytes content = all_bytes(BIG), back;

    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        size_t since = mark(), layers = 0;
        smime_cms_encoder *outer = NULL;
        smime_report *report;
        bytes made;

        for (size_t k = 4; k--;) {
            smime_cms_encoder *job;
            structure how;
            if (orders[i][k] < 0)
                continue;
            how = structures[orders[i][k]];
            how.type = NULL;
            ck_ok(smime_cms_encoder_new(policy(), how.kind, &job));
            add_signers(job, &how);
            for (size_t r = 0; r < 2 && how.recipients[r]; r++)
                ck_ok(smime_cms_encoder_add_recipient(job, cert(how.recipients[r]), 0));
            if (how.password)
                ck_ok(smime_cms_encoder_add_password(job, how.password, strlen(how.password), 10));
            if (how.shared)
                ck_ok(smime_cms_encoder_add_shared_key(job, "id", 2, kek, (size_t)how.shared));
            if (how.key)
                ck_ok(smime_cms_encoder_set_content_key(job, kek, 32));
            if (outer)
                ck_ok(smime_cms_encoder_nest(job, outer));
            outer = job;
            layers++;
        }
        keep(outer, encoder_free);
        made = encoded(outer, content, 4096);
        report = decoded(decoder(), made, 0, &back);
        ck_assert_uint_eq(smime_report_layer_count(report), layers);
        for (size_t k = 0; k < layers; k++)
            ck_assert_int_eq(smime_report_layer_kind(report, k), structures[orders[i][k]].kind);
        ck_same(back, content);
        give_back(since);
    }
}
END_TEST

static smime_status made_of(smime_cms_encoder *job)
{
    uint8_t *data;
    size_t len;
    smime_status status = smime_cms_encoder_buffer(job, "x", 1, &data, &len);

    if (status == SMIME_OK)
        smime_free(data);
    return status;
}

static smime_cms_encoder *empty(int32_t kind)
{
    smime_cms_encoder *job = NULL;

    ck_ok(smime_cms_encoder_new(policy(), kind, &job));
    keep(job, encoder_free);
    return job;
}

START_TEST(what_an_encoder_refuses)
{
    static const int32_t lacking[] = { SMIME_LAYER_SIGNED, SMIME_LAYER_ENVELOPED,
                                       SMIME_LAYER_AUTH_ENVELOPED, SMIME_LAYER_ENCRYPTED,
                                       SMIME_LAYER_AUTHENTICATED };
    smime_cms_encoder *job = NULL, *inner;
    size_t taken;

    for (int32_t kind = -1; kind < 12; kind++)
        if (kind < SMIME_LAYER_SIGNED || kind > SMIME_LAYER_DATA)
            ck_assert_int_eq(smime_cms_encoder_new(NULL, kind, &job), SMIME_E_INVALID_ARG);
    for (size_t i = 0; i < sizeof lacking / sizeof lacking[0]; i++) {
        job = empty(lacking[i]);
        ck_assert_int_eq(made_of(job), SMIME_E_NO_WORK);
        ck_assert_str_ne(smime_cms_encoder_error_text(job), "");
    }
    job = empty(SMIME_LAYER_ENCRYPTED);
    ck_ok(smime_cms_encoder_set_content_key(job, kek, 16));
    ck_assert_int_eq(made_of(job), SMIME_E_INVALID_ARG);
    /* CCM pushed without a length; another length than was declared */
    job = encoder(&structures[13], 0);
    ck_assert_int_eq(smime_cms_encoder_set_algorithm(job, "aes-256-gcm"), SMIME_E_INVALID_ARG);
    job = encoder(&structures[15], 0);
    ck_ok(smime_cms_encoder_set_algorithm(job, "aes-256-ccm"));
    ck_assert_int_eq(smime_cms_encoder_write(job, "x", 1, &taken), SMIME_E_INVALID_ARG);
    job = encoder(&structures[16], 2);
    ck_assert_int_eq(smime_cms_encoder_write(job, "xyz", 3, &taken), SMIME_E_INVALID_ARG);
    job = encoder(&structures[16], 2);
    ck_ok(smime_cms_encoder_write(job, "x", 1, &taken));
    ck_assert_int_eq(smime_cms_encoder_finish(job), SMIME_E_INVALID_ARG);
    /* settings of other kinds, and too late */
    job = empty(SMIME_LAYER_DIGESTED);
    ck_assert_int_eq(smime_cms_encoder_set_detached(job, 1), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_cms_encoder_add_recipient(job, cert("bob-rsa"), 0), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_cms_encoder_set_algorithm(job, "sha1"), SMIME_E_INVALID_ARG);
    ck_ok(smime_cms_encoder_write(job, "x", 1, &taken));
    ck_assert_int_eq(smime_cms_encoder_set_algorithm(job, "sha256"), SMIME_E_STATE);
    job = empty(SMIME_LAYER_AUTHENTICATED);
    ck_assert_int_eq(smime_cms_encoder_set_algorithm(job, "sha256"), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_cms_encoder_add_password(job, "x", 1, 3000000),
                     SMIME_E_LIMIT_ITERATIONS);
    ck_assert_int_eq(smime_cms_encoder_add_shared_key(job, "x", 1, kek, 15), SMIME_E_INVALID_ARG);
    /* one that belongs to another */
    job = empty(SMIME_LAYER_COMPRESSED);
    ck_ok(smime_cms_encoder_new(policy(), SMIME_LAYER_SIGNED, &inner));
    ck_assert_int_eq(smime_cms_encoder_nest(job, job), SMIME_E_INVALID_ARG);
    ck_ok(smime_cms_encoder_nest(job, inner));
    ck_assert_int_eq(smime_cms_encoder_write(inner, "x", 1, &taken), SMIME_E_STATE);
    ck_assert_int_eq(smime_cms_encoder_nest(empty(SMIME_LAYER_DIGESTED), inner), SMIME_E_STATE);
    ck_assert_int_eq(made_of(job), SMIME_E_NO_WORK); /* nobody signs inside */
}
END_TEST

/* ASN.1: OBJECT IDENTIFIER 1.2.3, a value as good as any. */
static const uint8_t value[] = { 6, 2, 0x2a, 3 };

START_TEST(attributes_of_the_callers)
{
    static const char *const own[] = { "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4",
                                       "1.2.840.113549.1.9.5" };
    smime_cms_encoder *job = encoder(&structures[5], 0);
    bytes made, back;
    smime_report *report;

    for (size_t i = 0; i < 3; i++)
        ck_assert_int_eq(smime_cms_encoder_add_attribute(job, 0, 1, own[i], value, 4),
                         SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_cms_encoder_add_attribute(job, 0, 1, "1.2.3.9", value, 3), SMIME_E_BER);
    ck_assert_int_eq(smime_cms_encoder_add_attribute(job, 2, 1, "1.2.3.9", value, 4),
                     SMIME_E_INVALID_ARG);
    ck_ok(smime_cms_encoder_add_attribute(job, 0, 1, "1.2.3.9", value, 4));
    ck_ok(smime_cms_encoder_add_attribute(job, 1, 0, "1.2.3.10", value, 4));
    made = encoded(job, text("x"), 1);
    report = decoded(decoder(), made, 0, &back);
    ck_assert_int_eq(smime_report_summary(report), SMIME_SUMMARY_VERIFIED);
    for (int is_signed = 0; is_signed < 2; is_signed++) {
        int seen = 0;
        for (size_t s = 0; s < 2; s++)
            for (size_t i = 0; i < smime_report_attribute_count(report, 0, s, is_signed); i++) {
                const char *oid;
                const uint8_t *der;
                size_t len;
                ck_ok(smime_report_attribute(report, 0, s, is_signed, i, &oid, &der, &len));
                if (!strcmp(oid, is_signed ? "1.2.3.9" : "1.2.3.10")) {
                    seen++;
                    ck_assert_uint_eq(len, sizeof value + 2);
                    ck_assert_mem_eq(der + 2, value, sizeof value);
                }
            }
        ck_assert_int_eq(seen, 1);
    }
    ck_assert_int_eq(smime_report_attribute(report, 0, 0, 1, 99, NULL, NULL, NULL),
                     SMIME_E_NOT_FOUND);
}
END_TEST

/* A detached signature does not go with other content, nor without any. */
START_TEST(detached_content)
{
    bytes content = all_bytes(5000), back;
    bytes made = encoded(encoder(&structures[9], 0), content, 100);
    smime_cms_decoder *job = decoder();

    ck_assert_int_eq(smime_report_summary(decoded(job, made, 0, &back)), SMIME_SUMMARY_INVALID);
    job = decoder();
    ck_ok(smime_cms_decoder_content(job, content.data, content.len - 1));
    ck_assert_int_eq(smime_report_summary(decoded(job, made, 0, &back)), SMIME_SUMMARY_INVALID);
    job = decoder();
    ck_ok(smime_cms_decoder_content(job, content.data, 1000));
    ck_ok(smime_cms_decoder_content(job, content.data + 1000, content.len - 1000));
    ck_assert_int_eq(smime_report_summary(decoded(job, made, 7, &back)), SMIME_SUMMARY_VERIFIED);
    ck_assert_int_eq(smime_cms_decoder_content(job, content.data, 1), SMIME_E_STATE);
    /* content inside and content beside: hashed one thing, shown another */
    made = encoded(encoder(&structures[4], 0), content, 100);
    job = decoder();
    ck_ok(smime_cms_decoder_content(job, content.data, content.len));
    ck_assert_int_eq(smime_report_summary(decoded(job, made, 0, &back)), SMIME_SUMMARY_INVALID);
    ck_assert_uint_eq(back.len, 0);
}
END_TEST

/* A mebibyte of zeros and more in a kilobyte. */
START_TEST(compression_bomb)
{
    bytes zeros = { take(32 << 20), 32 << 20 }, back;
    smime_policy *limits = policy_with(SMIME_LIMIT_RATIO, 2000);
    smime_cms_decoder *job = NULL;
    bytes made;

    memset(zeros.data, 0, zeros.len);
    made = encoded(empty(SMIME_LAYER_COMPRESSED), zeros, 1 << 20);
    ck_assert_uint_lt(made.len, 100000);
    job = decoder();
    ck_assert_int_eq(smime_cms_decoder_buffer(job, made.data, made.len, &back.data, &back.len),
                     SMIME_E_LIMIT_RATIO);
    ck_ok(smime_cms_decoder_new(limits, &job));
    keep(job, decoder_free);
    (void)decoded(job, made, 0, &back);
    ck_assert_uint_eq(back.len, zeros.len);
}
END_TEST

static void editor_free(void *job)
{
    smime_cms_editor_free(job);
}

static smime_cms_editor *editor(void)
{
    smime_cms_editor *job = NULL;

    ck_ok(smime_cms_editor_new(policy(), &job));
    keep(job, editor_free);
    return job;
}

static bytes amended(smime_cms_editor *job, bytes from, size_t chunk)
{
    bytes made = { NULL, 0 };

    ck_ok(smime_cms_editor_set_sink(job, gather, NULL, &made, NULL));
    for (size_t at = 0; at < from.len; at += chunk) {
        size_t taken;
        ck_ok(smime_cms_editor_write(job, from.data + at,
                                     from.len - at < chunk ? from.len - at : chunk, &taken));
    }
    ck_ok(smime_cms_editor_finish(job));
    keep(made.data, free);
    return made;
}

/* One more signer, in any form of the structure, and the content stays what it was. */
START_TEST(one_more_signer)
{
    static const size_t lengths[] = { 0, 10, BIG };
    const structure *how = &structures[_i];

    for (size_t i = 0; i < 6; i++) {
        bytes content = all_bytes(lengths[i / 2]), back;
        smime_cms_encoder *job = encoder(how, content.len);
        smime_cms_editor *more = editor();
        smime_cms_decoder *reader = decoder();
        smime_report *report;
        size_t before = 0;
        bytes made;

        while (before < 3 && how->signers[before])
            before++;
        if (i % 2)
            ck_ok(smime_cms_encoder_set_form(job, SMIME_FORM_PEM));
        made = encoded(job, content, 5000);
        ck_ok(smime_cms_editor_add_signer(more, identity_with_chain("carol-p384"), 0,
                                          i % 2 ? SMIME_SIGNER_KEY_ID : 0));
        ck_ok(smime_cms_editor_add_cert(more, cert("bob-p256")));
        if (how->detached) {
            ck_ok(smime_cms_editor_content(more, content.data, content.len));
            ck_ok(smime_cms_decoder_content(reader, content.data, content.len));
            ck_assert_int_eq(smime_cms_editor_add_signer(more, identity("bob-rsa"), 0, 0),
                             SMIME_E_STATE);
        }
        made = amended(more, made, content.len < 100 ? 1 : 7777);
        report = decoded(reader, made, 0, &back);
        ck_assert_msg(smime_report_summary(report) == SMIME_SUMMARY_VERIFIED, "%s",
                      smime_report_text(report));
        ck_assert_uint_eq(smime_report_signer_count(report, 0), before + 1);
        if (!how->detached)
            ck_same(back, content);
        for (size_t k = 0; k < smime_report_reason_count(report); k++)
            ck_assert_str_ne(smime_report_reason_code(report, k), "version-odd");
    }
}
END_TEST

static const uint8_t stamp[] = { 4, 3, 'n', 'o', 'w' };

START_TEST(countersigned)
{
    bytes made = encoded(encoder(&structures[5], 0), text("hello"), 5), back, twice;
    smime_cms_editor *job = editor();
    smime_report *report;
    size_t at;

    ck_ok(smime_cms_editor_countersign(job, 1, identity_with_chain("dave-ed448"), 0, 0));
    ck_ok(smime_cms_editor_countersign(job, 1, identity("carol-p521"), 0, SMIME_SIGNER_KEY_ID));
    ck_ok(smime_cms_editor_add_attribute(job, 0, "1.2.3.4", stamp, sizeof stamp));
    twice = amended(job, made, 100);
    report = decoded(decoder(), twice, 0, &back);
    ck_assert_int_eq(smime_report_summary(report), SMIME_SUMMARY_VERIFIED);
    ck_assert_uint_eq(smime_report_signer_count(report, 0), 4);
    for (size_t i = 0; i < 4; i++) {
        int32_t of = smime_report_signer_counter_of(report, 0, i);
        if (i < 2)
            ck_assert_int_eq(of, -1);
        else
            ck_assert(of == 0 || of == 1); /* the SET is sorted */
        if (i >= 2 && smime_report_signer_cert(report, 0, i))
            ck_assert_int_eq(smime_report_signer_status(report, 0, i), SMIME_SIGNER_GOOD);
    }
    ck_assert_int_eq(smime_report_signer_counter_of(report, 0, 9), -1);
    /* a countersignature that is damaged is told and takes nothing away */
    at = twice.len - 3;
    while (at > made.len)
        if (twice.data[--at] != made.data[made.len - 1]) {
            bytes bad = bytes_of(twice.data, twice.len);
            bad.data[at] ^= 1;
            report = decoded(decoder(), bad, 0, &back);
            ck_assert_int_ne(smime_report_summary(report), SMIME_SUMMARY_UNDECIDED);
            break;
        }
}
END_TEST

START_TEST(what_an_editor_refuses)
{
    bytes made = encoded(encoder(&structures[4], 0), all_bytes(300), 300), out;
    bytes other = encoded(encoder(&structures[10], 0), all_bytes(300), 300);
    bytes detached = encoded(encoder(&structures[9], 0), all_bytes(300), 300);
    smime_cms_editor *job = editor();

    ck_assert_int_eq(smime_cms_editor_buffer(job, other.data, other.len, &out.data, &out.len),
                     SMIME_E_CMS_SYNTAX);
    job = editor();
    ck_ok(smime_cms_editor_countersign(job, 1, identity("bob-rsa"), 0, 0));
    ck_assert_int_eq(smime_cms_editor_buffer(job, made.data, made.len, &out.data, &out.len),
                     SMIME_E_NOT_FOUND);
    ck_assert_str_ne(smime_cms_editor_error_text(job), "");
    job = editor();
    ck_ok(smime_cms_editor_add_signer(job, identity("bob-rsa"), 0, 0));
    ck_assert_int_eq(smime_cms_editor_buffer(job, detached.data, detached.len, &out.data, &out.len),
                     SMIME_E_STATE);
    ck_assert_int_eq(smime_cms_editor_countersign(editor(), 0, identity("bob-rsa"), 0,
                                                  SMIME_SIGNER_NO_ATTRIBUTES), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_cms_editor_add_attribute(editor(), 0, "1.2.840.113549.1.9.3", stamp,
                                                    sizeof stamp), SMIME_E_INVALID_ARG);
    for (size_t len = 0; len < made.len; len++) {
        size_t since = mark();
        must(smime_cms_editor_buffer(editor(), made.data, len, &out.data, &out.len) < 0);
        give_back(since);
    }
    /* nothing added: the same structure */
    ck_ok(smime_cms_editor_buffer(editor(), made.data, made.len, &out.data, &out.len));
    keep(out.data, smime_free);
    ck_same(out, made);
}
END_TEST

/* The content was hashed elsewhere. */
START_TEST(digest_of_the_callers)
{
    static const uint8_t sha256_abc[32] = {
        0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23,
        0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad
    };
    smime_cms_encoder *job = empty(SMIME_LAYER_SIGNED);
    smime_cms_decoder *reader = decoder();
    bytes made, back;
    size_t taken;

    ck_ok(smime_cms_encoder_add_signer(job, identity_with_chain("alice-p256"), 0, 0, NULL));
    ck_assert_int_eq(smime_cms_encoder_set_digest(job, SMIME_DIGEST_SHA256, sha256_abc, 32),
                     SMIME_E_INVALID_ARG); /* not detached */
    ck_ok(smime_cms_encoder_set_detached(job, 1));
    ck_assert_int_eq(smime_cms_encoder_set_digest(job, SMIME_DIGEST_SHA256, sha256_abc, 31),
                     SMIME_E_INVALID_ARG);
    ck_ok(smime_cms_encoder_set_digest(job, SMIME_DIGEST_SHA256, sha256_abc, 32));
    made = encoded(job, text(""), 1);
    ck_ok(smime_cms_decoder_content(reader, "abc", 3));
    ck_assert_int_eq(smime_report_summary(decoded(reader, made, 0, &back)), SMIME_SUMMARY_VERIFIED);
    job = empty(SMIME_LAYER_SIGNED);
    ck_ok(smime_cms_encoder_add_signer(job, identity("carol-p384"), 0, 0, NULL));
    ck_ok(smime_cms_encoder_set_detached(job, 1));
    ck_ok(smime_cms_encoder_set_digest(job, SMIME_DIGEST_SHA256, sha256_abc, 32));
    ck_assert_int_eq(smime_cms_encoder_finish(job), SMIME_E_INVALID_ARG);
    job = empty(SMIME_LAYER_SIGNED);
    ck_ok(smime_cms_encoder_add_signer(job, identity("alice-p256"), 0, 0, NULL));
    ck_ok(smime_cms_encoder_set_detached(job, 1));
    ck_ok(smime_cms_encoder_set_digest(job, SMIME_DIGEST_SHA256, sha256_abc, 32));
    ck_assert_int_eq(smime_cms_encoder_write(job, "abc", 3, &taken), SMIME_E_INVALID_ARG);
}
END_TEST

int main(void)
{
    Suite *made = suite_create("cms");
    TCase *tc = tcase_create("cms");

    tcase_set_timeout(tc, 120);
    tcase_add_checked_fixture(tc, NULL, common_teardown);
    tcase_add_loop_test(tc, there_and_back, 0, KINDS);
    tcase_add_loop_test(tc, damage_is_found, 0, KINDS);
    tcase_add_test(tc, nested_in_any_order);
    tcase_add_test(tc, what_an_encoder_refuses);
    tcase_add_test(tc, attributes_of_the_callers);
    tcase_add_test(tc, detached_content);
    tcase_add_test(tc, compression_bomb);
    tcase_add_loop_test(tc, one_more_signer, 4, 10);
    tcase_add_test(tc, countersigned);
    tcase_add_test(tc, what_an_editor_refuses);
    tcase_add_test(tc, digest_of_the_callers);
    suite_add_tcase(made, tc);
    return support_main(made);
}
