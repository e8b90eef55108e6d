/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Faults that were found in others' CMS code: each structure here did harm somewhere. The whole
 * list is tests/record.tsv, with the tests that stand in other files. What is to stay closed is
 * authenticated: CBC content under a wrong key looks well padded once in 256 times. */
#include "der_edit.h"
#include "mail.h"

#include <stdlib.h>
#include <string.h>

static const uint8_t shared[33] = "a key of thirty-two bytes, known";
static const char secret[] = "what nobody else may read, in more than one block";

/* --- a structure, made and taken apart --- */

static smime_cms_encoder *sealing(int32_t kind, const char *algorithm)
{
    smime_cms_encoder *job = NULL;

    ck_ok(smime_cms_encoder_new(policy(), kind, &job));
    keep(job, (void (*)(void *))smime_cms_encoder_free);
    if (algorithm)
        ck_ok(smime_cms_encoder_set_algorithm(job, algorithm));
    if (algorithm && strstr(algorithm, "ccm"))
        ck_ok(smime_cms_encoder_set_length(job, strlen(secret)));
    return job;
}

static element *sealed(smime_cms_encoder *job)
{
    bytes made;

    ck_ok(smime_cms_encoder_buffer(job, secret, strlen(secret), &made.data, &made.len));
    keep(made.data, smime_free);
    return der_read(made);
}

static element *sealed_for(int32_t kind, const char *name, uint32_t flags)
{
    smime_cms_encoder *job = sealing(kind, NULL);

    ck_ok(smime_cms_encoder_add_recipient(job, cert(name), flags));
    return sealed(job);
}

static element *with_password(int32_t kind)
{
    smime_cms_encoder *job = sealing(kind, NULL);

    ck_ok(smime_cms_encoder_add_password(job, "secret", 6, 1000));
    return sealed(job);
}

/* The places that the tests change, in EnvelopedData and AuthEnvelopedData without attributes. */
static element *recipient(element *info, int number)
{
    return AT(info, 1, 0, 1, number);
}
#define CONTENT_ALGORITHM 1, 0, 2, 1
#define CONTENT_MAC 1, 0, 3

/* --- and read --- */

typedef struct answer {
    smime_status status;
    int32_t summary;
    bytes content;
    smime_report *report;
    const char *text;
} answer;

static smime_cms_decoder *decoder(void)
{
    smime_cms_decoder *job = NULL;

    ck_ok(smime_cms_decoder_new(policy(), &job));
    keep(job, (void (*)(void *))smime_cms_decoder_free);
    ck_ok(smime_cms_decoder_add_identity(job, identity("bob-rsa")));
    ck_ok(smime_cms_decoder_add_identity(job, identity("bob-p256")));
    ck_ok(smime_cms_decoder_add_password(job, "secret", 6));
    ck_ok(smime_cms_decoder_add_shared_key(job, "id", 2, shared, 32));
    ck_ok(smime_cms_decoder_add_shared_key(job, "short", 5, shared, 16));
    ck_ok(smime_cms_decoder_use_store(job, store_of("root")));
    return job;
}

static answer answer_of(bytes der)
{
    smime_cms_decoder *job = decoder();
    answer got = { 0 };

    got.status = smime_cms_decoder_buffer(job, der.data, der.len, &got.content.data,
                                          &got.content.len);
    keep(got.content.data, smime_free);
    got.text = smime_cms_decoder_error_text(job);
    if (got.status == SMIME_OK) {
        ck_ok(smime_cms_decoder_report(job, &got.report));
        keep(got.report, (void (*)(void *))smime_report_unref);
        got.summary = smime_report_summary(got.report);
        got.text = smime_report_text(got.report);
    }
    return got;
}

static void ck_opened(const element *info)
{
    answer got = answer_of(der_write(info));

    ck_assert_msg(got.status == SMIME_OK && got.summary == SMIME_SUMMARY_CONFIDENTIAL, "%s",
                  got.text);
    ck_same(got.content, text(secret));
}

/* Not a byte comes out, whether the structure is no CMS or its content does not open. */
static answer ck_refused(const element *info)
{
    answer got = answer_of(der_write(info));

    must(got.content.data == NULL || got.content.len == 0);
    if (got.status == SMIME_OK && got.summary != SMIME_SUMMARY_INVALID &&
        got.summary != SMIME_SUMMARY_LOCKED)
        ck_abort_msg("summary %d: %s", got.summary, got.text);
    return got;
}

/* The first bytes of @p from, or all and zeros. */
static bytes of_length(bytes from, size_t len)
{
    bytes made = { take(len + 1), len };

    for (size_t i = 0; i < len; i++)
        made.data[i] = i < from.len ? from.data[i] : 0;
    return made;
}

/* --- recipients --- */

START_TEST(wrapped_key_of_any_length_for_a_password)
{
    element *info = with_password(SMIME_LAYER_AUTH_ENVELOPED), *wrapped = AT(recipient(info, 0), 3);
    bytes good = wrapped->content;

    ck_opened(info);
    for (size_t len = 0; len < 200; len++) {
        if (len == good.len)
            continue;
        wrapped->content = of_length(good, len);
        ck_refused(info);
    }
}
END_TEST

static const struct { const char *name; uint32_t flags; int parameters; } keys[] = {
    { "bob-p256", 0, 1 }, { "bob-rsa", SMIME_RECIPIENT_OAEP, 0 },
};

/* The algorithm of a key agreement stands behind the originator, that of RSA behind the rid. */
static element *key_algorithm(element *info)
{
    return AT(recipient(info, 0), 2);
}

START_TEST(parameters_of_the_key_absent)
{
    element *info = sealed_for(SMIME_LAYER_AUTH_ENVELOPED, keys[_i].name, keys[_i].flags);
    element *algorithm = key_algorithm(info);

    ck_opened(info);
    ck_assert_uint_eq(algorithm->count, 2);
    der_remove(algorithm, 1);
    ck_refused(info);
    der_insert(algorithm, 1, der_new(0x05, bytes_of("", 0)));
    ck_refused(info);
}
END_TEST

START_TEST(originator_without_a_key)
{
    element *info = sealed_for(SMIME_LAYER_AUTH_ENVELOPED, "bob-p256", 0);
    element *originator = AT(recipient(info, 0), 1), *key = AT(originator, 0, 1);
    bytes good = key->content;

    for (size_t len = 0; len < good.len; len++) {
        key->content = part_of(good, 0, len);
        ck_refused(info);
    }
    der_remove(AT(originator, 0), 1);
    ck_refused(info);
    originator->count = 0;
    ck_refused(info);
}
END_TEST

/* RSAES-OAEP-params of every wrong shape; the key inside was wrapped with v1.5. */
START_TEST(malformed_oaep_is_not_v15)
{
    static const uint8_t oaep[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 7 };
    static const struct { const char *der; size_t len; } shapes[] = {
        { "\5\0", 2 }, { "\4\0", 2 }, { "\2\1\1", 3 }, { "\x31\0", 2 }, { "\x30\2\xa0\0", 4 },
        { "\x30\4\xa3\2\5\0", 6 }, { "\x30\6\xa0\4\x30\2\6\0", 8 }, { "\x30\4\xa9\2\5\0", 6 },
        { "\x30\4\xa1\2\5\0", 6 }, { "\x30\4\xa2\2\5\0", 6 }, { "\x30\2\5\0", 4 }, { "\x30\0", 2 },
    };
    element *info = sealed_for(SMIME_LAYER_AUTH_ENVELOPED, "bob-rsa", 0);
    element *algorithm = key_algorithm(info);

    ck_opened(info);
    AT(algorithm, 0)->content = bytes_of(oaep, sizeof oaep);
    algorithm->count = 1;
    ck_refused(info);
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        algorithm->count = 1;
        der_insert(algorithm, 1, der_read(bytes_of(shapes[i].der, shapes[i].len)));
        ck_refused(info);
    }
}
END_TEST

/* Whatever stands in the wrapped key, one answer, and the next recipient of the same key does not
 * tell either whether this one was well padded. */
START_TEST(bad_padding_is_not_told)
{
    element *info = sealed_for(SMIME_LAYER_AUTH_ENVELOPED, "bob-rsa", 0);
    element *wrapped = AT(recipient(info, 0), 3), *second;
    bytes good = wrapped->content;
    smime_cms_encoder *other = sealing(SMIME_LAYER_AUTH_ENVELOPED, "aes-128-gcm");
    answer first, next;

    wrapped->content = bytes_of(good.data, good.len);
    wrapped->content.data[good.len - 1] ^= 1;
    first = ck_refused(info);
    /* well padded, and a key of another length */
    ck_ok(smime_cms_encoder_add_recipient(other, cert("bob-rsa"), 0));
    wrapped->content = AT(recipient(sealed(other), 0), 3)->content;
    next = ck_refused(info);
    ck_assert_int_eq(next.status, first.status);
    ck_assert_str_eq(next.text, first.text);
    ck_assert_int_eq(has_reason(first.report, "decryption-failed"), 1);
    ck_assert_int_eq(has_reason(next.report, "decryption-failed"), 1);
    /* before and behind a good one for the same key */
    second = der_read(der_write(recipient(info, 0)));
    AT(second, 3)->content = good;
    der_insert(AT(info, 1, 0, 1), 1, second);
    next = ck_refused(info);
    ck_assert_int_eq(next.status, first.status);
    ck_assert_str_eq(next.text, first.text);
    AT(second, 3)->content = wrapped->content;
    wrapped->content = good;
    ck_opened(info);
}
END_TEST

/* A content key of a length that the content cannot use opens nothing, in either place: the first
 * recipient that a key at hand is for is the one that counts. */
START_TEST(key_of_another_length_does_not_win)
{
    smime_cms_encoder *job = sealing(SMIME_LAYER_AUTH_ENVELOPED, "aes-128-gcm");
    element *info, *wrong, *set;

    ck_ok(smime_cms_encoder_add_shared_key(job, "short", 5, shared, 16));
    wrong = recipient(sealed(job), 0);
    job = sealing(SMIME_LAYER_AUTH_ENVELOPED, "aes-256-gcm");
    ck_ok(smime_cms_encoder_add_shared_key(job, "id", 2, shared, 32));
    info = sealed(job);
    set = AT(info, 1, 0, 1);
    der_insert(set, 1, wrong);
    ck_opened(info);
    set->child[1] = set->child[0];
    set->child[0] = wrong;
    ck_refused(info);
    der_remove(set, 1);
    ck_refused(info);
}
END_TEST

/* --- content --- */

static const char *const authenticated[] = { "aes-256-gcm", "aes-128-ccm", "chacha20-poly1305" };

static element *authenticated_by(const char *algorithm)
{
    smime_cms_encoder *job = sealing(SMIME_LAYER_AUTH_ENVELOPED, algorithm);

    ck_ok(smime_cms_encoder_add_shared_key(job, "id", 2, shared, 32));
    return sealed(job);
}

/* The nonce of GCM and CCM stands in a sequence, that of ChaCha20-Poly1305 by itself. */
static element *nonce_of(element *info)
{
    element *params = AT(info, CONTENT_ALGORITHM, 1);

    return params->tag == 0x30 ? AT(params, 0) : params;
}

START_TEST(nonce_of_any_length)
{
    static const size_t lengths[] = { 0, 1, 6, 7, 8, 11, 13, 14, 16, 17, 64, 255, 4096, 100000 };
    element *info = authenticated_by(authenticated[_i]), *nonce = nonce_of(info);
    bytes good = nonce->content;

    ck_opened(info);
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++)
        if (lengths[i] != good.len) {
            nonce->content = of_length(good, lengths[i]);
            ck_refused(info);
        }
}
END_TEST

/* A cipher without authentication where an authenticated one has to be, and the reverse. */
START_TEST(cipher_of_the_other_kind)
{
    static const uint8_t authEnveloped[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 1, 23 };
    element *info = authenticated_by("aes-256-gcm"), *open = with_password(SMIME_LAYER_ENVELOPED);
    bytes mac = AT(info, CONTENT_MAC)->content;

    *AT(info, CONTENT_ALGORITHM) = *AT(open, CONTENT_ALGORITHM);
    ck_refused(info);
    info = authenticated_by("aes-256-gcm");
    *AT(open, CONTENT_ALGORITHM) = *AT(info, CONTENT_ALGORITHM);
    ck_refused(open);
    open = with_password(SMIME_LAYER_ENVELOPED); /* unchanged but for its name and a mac */
    AT(open, 0)->content = bytes_of(authEnveloped, sizeof authEnveloped);
    AT(open, 1, 0, 0)->content = bytes_of("", 1);
    der_insert(AT(open, 1, 0), 3, der_new(0x04, mac));
    ck_refused(open);
}
END_TEST

/* The mac's length and the one in the parameters, apart and together. */
START_TEST(tag_of_any_length)
{
    element *info = authenticated_by(authenticated[_i]), *mac = AT(info, CONTENT_MAC);
    element *params = AT(info, CONTENT_ALGORITHM, 1);
    bytes good = mac->content;

    ck_opened(info);
    for (size_t len = 0; len < 40; len++) {
        if (len != good.len) {
            mac->content = of_length(good, len);
            ck_refused(info);
        }
        if (params->tag != 0x30)
            continue;
        if (params->count == 2)
            der_remove(params, 1);
        der_insert(params, 1, der_new(0x02, bytes_of((uint8_t[]){ (uint8_t)len }, 1)));
        if (len < 12 || len > 16) /* a cut tag of 12 to 16 is as long as the parameters say */
            ck_refused(info);
        if (len != good.len) {
            mac->content = good;
            ck_refused(info);
        }
    }
}
END_TEST

START_TEST(attributes_are_bound)
{
    static const int32_t kinds[] = { SMIME_LAYER_AUTH_ENVELOPED, SMIME_LAYER_AUTHENTICATED };
    smime_cms_encoder *job = sealing(kinds[_i], NULL);
    element *info, *data, *attributes = NULL;

    ck_ok(smime_cms_encoder_add_recipient(job, cert("bob-rsa"), 0));
    ck_ok(smime_cms_encoder_set_content_type(job, "1.2.3"));
    info = sealed(job);
    data = AT(info, 1, 0);
    for (size_t i = 0; i < data->count; i++)
        if (data->child[i]->tag == (_i ? 0xa2 : 0xa1))
            attributes = data->child[i];
    ck_assert_ptr_nonnull(attributes);
    ck_assert_int_eq(answer_of(der_write(info)).status, SMIME_OK);
    der_insert(attributes, attributes->count,
               der_read(bytes_of("\x30\x8\6\2\x2a\3\x31\2\5\0", 10)));
    ck_refused(info);
    der_remove(attributes, attributes->count - 1);
    der_remove(attributes, 0);
    ck_refused(info);
}
END_TEST

/* --- lengths and costs that a message names --- */

/* Every element in turn says it is very long: nothing is set aside for what does not come. */
START_TEST(length_that_does_not_come)
{
    static const uint8_t lengths[][9] = {
        { 0x84, 0x7f, 0xff, 0xff, 0xff }, { 0x84, 0xff, 0xff, 0xff, 0xff },
        { 0x88, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
        { 0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
    };
    bytes der = der_write(sealed_for(SMIME_LAYER_AUTH_ENVELOPED, "bob-rsa", 0));
    size_t size = _i < 2 ? 5 : 9;

    for (size_t at = 1; at < der.len; at++) {
        size_t since = mark();
        bytes bad = joined(joined(part_of(der, 0, at), bytes_of(lengths[_i], size)),
                           part_of(der, at + 1, der.len));
        answer got = answer_of(bad);

        must(got.content.data == NULL || got.content.len == 0 || same(got.content, text(secret)));
        must(got.status != SMIME_E_NOMEM);
        give_back(since);
    }
}
END_TEST

START_TEST(iterations_are_bounded)
{
    static const struct { const char *number; size_t len; } many[] = {
        { "\0", 1 }, { "\xff", 1 }, { "\x1e\x84\x81", 3 }, { "\x7f\xff\xff\xff", 4 },
        { "\0\xff\xff\xff\xff", 5 }, { "\x7f\xff\xff\xff\xff\xff\xff\xff", 8 },
    };
    element *info = with_password(SMIME_LAYER_AUTH_ENVELOPED);
    element *iterations = AT(recipient(info, 0), 1, 1, 1);

    ck_assert_int_eq(iterations->tag, 0x02);
    ck_opened(info);
    for (size_t i = 0; i < sizeof many / sizeof many[0]; i++) {
        iterations->content = bytes_of(many[i].number, many[i].len);
        ck_refused(info);
    }
}
END_TEST

/* Thousands of passwords of a bearable cost each: their sum is bounded too. */
START_TEST(iterations_are_bounded_together)
{
    element *info = with_password(SMIME_LAYER_AUTH_ENVELOPED);
    element *set = AT(info, 1, 0, 1), *one = set->child[0];
    element *iterations = AT(one, 1, 1, 1);

    iterations->content = bytes_of("\x0f\x42\x40", 3); /* a million */
    for (size_t i = 0; i < 20; i++)
        der_insert(set, 0, one);
    ck_assert_int_eq(ck_refused(info).status, SMIME_E_LIMIT_ITERATIONS);
}
END_TEST

/* --- jobs --- */

/* A signature that fails at every place, and a job that is let go there. */
START_TEST(job_let_go_at_every_byte)
{
    smime_cms_encoder *job = sealing(SMIME_LAYER_SIGNED, NULL);
    size_t number;
    bytes der;

    ck_ok(smime_cms_encoder_add_signer(job, identity("alice-p256"), 0, 0, &number));
    ck_ok(smime_cms_encoder_set_detached(job, _i));
    der = der_write(sealed(job));
    for (size_t at = 0; at <= der.len; at++) {
        size_t since = mark(), taken;
        smime_cms_decoder *reader = decoder();
        bytes out = { NULL, 0 };

        ck_ok(smime_cms_decoder_set_sink(reader, gather, NULL, &out, NULL));
        must(smime_cms_decoder_write(reader, der.data, at, &taken) <= SMIME_OK);
        if (at % 2)
            must(smime_cms_decoder_finish(reader) < 0 || at == der.len);
        keep(out.data, free);
        give_back(since);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("record");
    TCase *tests = tcase_create("record");

    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, NULL, common_teardown);
    tcase_add_test(tests, wrapped_key_of_any_length_for_a_password);
    add_rows(tests, parameters_of_the_key_absent, keys);
    tcase_add_test(tests, originator_without_a_key);
    tcase_add_test(tests, malformed_oaep_is_not_v15);
    tcase_add_test(tests, bad_padding_is_not_told);
    tcase_add_test(tests, key_of_another_length_does_not_win);
    add_rows(tests, nonce_of_any_length, authenticated);
    tcase_add_test(tests, cipher_of_the_other_kind);
    add_rows(tests, tag_of_any_length, authenticated);
    tcase_add_loop_test(tests, attributes_are_bound, 0, 2);
    tcase_add_loop_test(tests, length_that_does_not_come, 0, 4);
    tcase_add_test(tests, iterations_are_bounded);
    tcase_add_test(tests, iterations_are_bounded_together);
    tcase_add_loop_test(tests, job_let_go_at_every_byte, 0, 2);
    suite_add_tcase(suite, tests);
    return support_main(suite);
}
