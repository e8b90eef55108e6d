/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Structures that say more than anybody signed or authenticated, and mistakes of programs that would
 * make one. */
#include "der_edit.h"
#include "mail.h"

#include <stdlib.h>
#include <string.h>

static const uint8_t shared[33] = "a key of thirty-two bytes, known";
static const char secret[] = "the content";

static smime_cms_encoder *encoder(int32_t kind)
{
    smime_cms_encoder *job = NULL;

    ck_ok(smime_cms_encoder_new(policy(), kind, &job));
    keep(job, (void (*)(void *))smime_cms_encoder_free);
    return job;
}

static bytes made_by(smime_cms_encoder *job, bytes content)
{
    bytes made;

    ck_ok(smime_cms_encoder_buffer(job, content.data, content.len, &made.data, &made.len));
    keep(made.data, smime_free);
    return made;
}

static bytes signed_by(const char *name, uint32_t flags, const char *type)
{
    smime_cms_encoder *job = encoder(SMIME_LAYER_SIGNED);

    if (type)
        ck_ok(smime_cms_encoder_set_content_type(job, type));
    ck_ok(smime_cms_encoder_add_signer(job, identity_with_chain(name), 0, flags, NULL));
    return made_by(job, text(secret));
}

static smime_cms_decoder *decoder(void)
{
    smime_cms_decoder *job = NULL;

    ck_ok(smime_cms_decoder_new(policy(), &job));
    keep(job, (void (*)(void *))smime_cms_decoder_free);
    ck_ok(smime_cms_decoder_add_shared_key(job, "id", 2, shared, 32));
    ck_ok(smime_cms_decoder_use_store(job, store_of("root")));
    return job;
}

/* Fails, or not; the content, when any was given. */
static smime_status read_by(smime_cms_decoder *job, bytes cms, bytes *ret_content)
{
    smime_status status = smime_cms_decoder_buffer(job, cms.data, cms.len, &ret_content->data,
                                                   &ret_content->len);

    if (status < 0)
        *ret_content = (bytes){ NULL, 0 };
    keep(ret_content->data, smime_free);
    return status;
}

static smime_report *report_of(smime_cms_decoder *job)
{
    smime_report *report = NULL;

    ck_ok(smime_cms_decoder_report(job, &report));
    keep(report, (void (*)(void *))smime_report_unref);
    return report;
}

static smime_report *report_on(bytes cms)
{
    smime_cms_decoder *job = decoder();
    bytes content;

    ck_ok(read_by(job, cms, &content));
    return report_of(job);
}

static void ck_closed(const element *info)
{
    smime_cms_decoder *job = decoder();
    bytes content;
    smime_status status = read_by(job, der_write(info), &content);

    ck_assert(content.len == 0);
    if (status == SMIME_OK) {
        ck_assert_int_eq(smime_report_summary(report_of(job)), SMIME_SUMMARY_INVALID);
        ck_assert_int_eq(smime_report_layer_authenticated(report_of(job), 0) &&
                             smime_report_layer_opened(report_of(job), 0), 0);
    } else {
        ck_assert_str_ne(smime_cms_decoder_error_text(job), "done");
    }
}

/* The MAC over attributes is a MAC over their encoding: shown as content it must not count. */
START_TEST(attributes_shown_as_authenticated_content)
{
    smime_cms_encoder *job = encoder(SMIME_LAYER_AUTHENTICATED);
    element *info, *data, *set = NULL;

    ck_ok(smime_cms_encoder_add_shared_key(job, "id", 2, shared, 32));
    info = der_read(made_by(job, text(secret)));
    ck_ok(read_by(decoder(), der_write(info), &(bytes){ NULL, 0 }));
    data = AT(info, 1, 0);
    for (size_t i = data->count; i-- > 0;) {
        if (data->child[i]->tag == 0xa2) {
            set = data->child[i];
            der_remove(data, i);
        } else if (data->child[i]->tag == 0xa1) {
            der_remove(data, i);
        }
    }
    ck_assert_ptr_nonnull(set);
    ck_closed(info);
    set->tag = 0x31;
    for (size_t i = 0; i < data->count; i++)
        if (data->child[i]->tag == 0x30 && data->child[i]->count == 2 &&
            data->child[i]->child[1]->tag == 0xa0) {
            AT(data->child[i], 1, 0)->content = der_write(set);
            ck_closed(info);
            AT(data->child[i], 0)->content = bytes_of("\x2a\3\4", 3);
            ck_closed(info);
            return;
        }
    ck_abort_msg("no content");
}
END_TEST

/* Somebody's ordinary signature does not become a countersignature of whatever its attributes are. */
START_TEST(attributes_shown_as_a_signature)
{
    element *info = der_read(signed_by("alice-p256", SMIME_SIGNER_NO_CAPABILITIES, NULL));
    element *data = AT(info, 1, 0), *signer = AT(data, (int)data->count - 1, 0);
    element *counter = der_read(der_write(signer)), *attribute, *values, *loose, *set = NULL;

    for (size_t i = 0; i < counter->count; i++)
        if (counter->child[i]->tag == 0xa0) {
            set = counter->child[i];
            der_remove(counter, i);
        }
    ck_assert_ptr_nonnull(set);
    set->tag = 0x31;
    signer->child[signer->count - 1]->content = der_write(set);
    attribute = der_new(0x30, bytes_of("", 0));
    values = der_new(0x31, bytes_of("", 0));
    loose = der_new(0xa1, bytes_of("", 0));
    der_insert(attribute, 0, der_new(0x06, bytes_of("\x2a\x86\x48\x86\xf7\x0d\1\x09\6", 9)));
    der_insert(attribute, 1, values);
    der_insert(values, 0, counter);
    der_insert(loose, 0, attribute);
    der_insert(signer, signer->count, loose);
    for (size_t i = 0; i < 2; i++) {
        smime_report *report = report_on(der_write(info));
        ck_assert_uint_eq(smime_report_signer_count(report, 0), 2);
        ck_assert_int_eq(smime_report_signer_counter_of(report, 0, 1), 0);
        ck_assert_int_ne(smime_report_signer_status(report, 0, 1), SMIME_SIGNER_GOOD);
        ck_assert_int_eq(has_reason(report, "countersignature-bad"), 1);
    }
}
END_TEST

/* One ContentInfo, two SEQUENCEs in its [0], or two [0]: other readers see something else. */
START_TEST(content_info_of_two_parts)
{
    for (int how = 0; how < 3; how++) {
        element *info = der_read(signed_by("alice-p256", 0, NULL)), *inside = AT(info, 1);
        element *rest = der_new(0x30, bytes_of("", 0)), *data = AT(inside, 0);
        smime_cms_editor *editor = NULL;
        bytes out, bad;

        while (data->count > 3) {
            der_insert(rest, 0, data->child[data->count - 1]);
            der_remove(data, data->count - 1);
        }
        if (how == 0) {
            der_insert(inside, 1, rest);
        } else if (how == 1) {
            element *second = der_new(0xa0, bytes_of("", 0));
            der_insert(second, 0, rest);
            der_insert(info, 2, second);
        } else {
            der_insert(info, 1, AT(info, 0));
        }
        bad = der_write(info);
        ck_assert_int_eq(read_by(decoder(), bad, &out), SMIME_E_CMS_SYNTAX);
        ck_ok(smime_cms_editor_new(policy(), &editor));
        ck_assert_int_eq(smime_cms_editor_buffer(editor, bad.data, bad.len, &out.data, &out.len),
                         SMIME_E_CMS_SYNTAX);
        smime_cms_editor_free(editor);
    }
}
END_TEST

static smime_cms_editor *editor(void)
{
    smime_cms_editor *job = NULL;

    ck_ok(smime_cms_editor_new(policy(), &job));
    keep(job, (void (*)(void *))smime_cms_editor_free);
    return job;
}

static smime_status edited_by(smime_cms_editor *job, bytes cms, bytes *ret_made)
{
    smime_status status = smime_cms_editor_buffer(job, cms.data, cms.len, &ret_made->data,
                                                  &ret_made->len);

    if (status < 0)
        ck_assert_str_ne(smime_cms_editor_error_text(job), "done");
    else
        keep(ret_made->data, smime_free);
    return status;
}

START_TEST(editor_makes_nothing_that_is_refused)
{
    bytes plain = signed_by("alice-p256", 0, NULL), other = signed_by("alice-p256", 0, "1.2.3");
    bytes made;
    smime_cms_editor *job = editor();
    smime_policy *few = policy();
    smime_report *report;

    /* who countersigns is carried */
    ck_ok(smime_cms_editor_countersign(job, 0, identity_with_chain("carol-p384"), 0, 0));
    ck_ok(edited_by(job, plain, &made));
    report = report_on(made);
    ck_assert_int_eq(smime_report_signer_status(report, 0, 1), SMIME_SIGNER_GOOD);
    ck_assert_int_eq(has_reason(report, "countersignature-bad"), 0);
    /* content of another type is not signed bare */
    job = editor();
    ck_ok(smime_cms_editor_add_signer(job, identity("bob-rsa"), 0, SMIME_SIGNER_NO_ATTRIBUTES));
    ck_assert_int_eq(edited_by(job, other, &made), SMIME_E_INVALID_ARG);
    /* content that is given is not what the structure holds */
    job = editor();
    ck_ok(smime_cms_editor_add_signer(job, identity("bob-rsa"), 0, 0));
    ck_ok(smime_cms_editor_content(job, "something else", 14));
    ck_assert_int_eq(edited_by(job, plain, &made), SMIME_E_STATE);
    /* nothing is lost behind it */
    ck_assert_int_eq(edited_by(editor(), joined(plain, text("behind")), &made),
                     SMIME_E_CMS_SYNTAX);
    /* as many signers as may be read */
    ck_ok(smime_policy_set_limit(few, SMIME_LIMIT_SIGNERS, 1));
    ck_ok(smime_cms_editor_new(few, &job));
    keep(job, (void (*)(void *))smime_cms_editor_free);
    ck_ok(smime_cms_editor_add_signer(job, identity("bob-rsa"), 0, 0));
    ck_assert_int_eq(edited_by(job, plain, &made), SMIME_E_LIMIT_SIGNERS);
}
END_TEST

START_TEST(encoder_makes_nothing_that_is_refused)
{
    smime_cms_encoder *job = encoder(SMIME_LAYER_SIGNED);
    uint8_t digest[32] = { 0 };
    bytes made;

    /* content beside certificates alone */
    ck_ok(smime_cms_encoder_add_cert(job, cert("alice-rsa")));
    ck_assert_int_eq(smime_cms_encoder_buffer(job, secret, 5, &made.data, &made.len),
                     SMIME_E_NO_WORK);
    /* a digest, and the place for content after all */
    job = encoder(SMIME_LAYER_SIGNED);
    ck_ok(smime_cms_encoder_set_detached(job, 1));
    ck_ok(smime_cms_encoder_set_digest(job, SMIME_DIGEST_SHA256, digest, sizeof digest));
    ck_assert_int_eq(smime_cms_encoder_set_detached(job, 0), SMIME_E_INVALID_ARG);
    /* more work than a reader does */
    job = encoder(SMIME_LAYER_ENVELOPED);
    for (int i = 0; i < 3; i++)
        ck_ok(smime_cms_encoder_add_password(job, "word", 4, 0));
    ck_assert_int_eq(smime_cms_encoder_add_password(job, "word", 4, 0), SMIME_E_LIMIT_ITERATIONS);
    /* CCM around something else says why not */
    job = encoder(SMIME_LAYER_AUTH_ENVELOPED);
    ck_ok(smime_cms_encoder_set_algorithm(job, "aes-128-ccm"));
    ck_ok(smime_cms_encoder_add_shared_key(job, "id", 2, shared, 32));
    ck_ok(smime_cms_encoder_set_length(job, 5));
    {
        smime_cms_encoder *inner = NULL;
        ck_ok(smime_cms_encoder_new(policy(), SMIME_LAYER_DIGESTED, &inner));
        ck_ok(smime_cms_encoder_nest(job, inner));
    }
    ck_assert_int_eq(smime_cms_encoder_buffer(job, secret, 5, &made.data, &made.len),
                     SMIME_E_INVALID_ARG);
    ck_assert_ptr_nonnull(strstr(smime_cms_encoder_error_text(job), "inside"));
}
END_TEST

static const struct { const char *name; int32_t digest; } detached[] = {
    { "dave-ed448", 0 }, { "dave-ed25519", 0 }, { "alice-rsa", SMIME_DIGEST_SHA3_256 },
    { "alice-p256", SMIME_DIGEST_SHA3_384 }, { "alice-p256", SMIME_DIGEST_SHAKE256 },
    { "alice-rsa", SMIME_DIGEST_SHA3_512 },
};

START_TEST(detached_with_every_digest)
{
    smime_cms_encoder *job = encoder(SMIME_LAYER_SIGNED);
    smime_cms_decoder *reader = decoder();
    bytes made, content;

    ck_ok(smime_cms_encoder_set_detached(job, 1));
    ck_ok(smime_cms_encoder_add_signer(job, identity_with_chain(detached[_i].name),
                                       detached[_i].digest, 0, NULL));
    made = made_by(job, text(secret));
    ck_ok(smime_cms_decoder_content(reader, secret, strlen(secret)));
    ck_ok(read_by(reader, made, &content));
    ck_assert_int_eq(smime_report_summary(report_of(reader)), SMIME_SUMMARY_VERIFIED);
}
END_TEST

/* The sentence keeps nobody back. */
START_TEST(several_signers_are_told)
{
    sending how = { .from = { "alice-p256", "bob-rsa" } };
    reading by = { .anchor = "root" };
    smime_cms_encoder *job = encoder(SMIME_LAYER_SIGNED);
    const char *sentence;

    ck_ok(smime_cms_encoder_add_signer(job, identity_with_chain("alice-p256"), 0, 0, NULL));
    ck_ok(smime_cms_encoder_add_signer(job, identity_with_chain("bob-rsa"), 0, 0, NULL));
    ck_ok(smime_cms_encoder_add_signer(job, identity_with_chain("carol-p384"), 0, 0, NULL));
    sentence = smime_report_text(report_on(made_by(job, text(secret))));
    ck_assert_msg(strstr(sentence, " and by 2 more. Not changed."), "%s", sentence);
    sentence = smime_report_text(opened(&by, protected(&how, text(plain_mail))).report);
    ck_assert_msg(strstr(sentence, ", who is the sender, and by 1 more. Not"), "%s", sentence);
}
END_TEST

START_TEST(every_failure_has_a_sentence)
{
    static const char *const inputs[] = { "hello world", "0", "-----BEGIN CMS-----\n", "" };

    for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++) {
        smime_cms_decoder *job = decoder();
        bytes content;

        ck_assert_int_lt(read_by(job, text(inputs[i]), &content), 0);
        ck_assert_str_ne(smime_cms_decoder_error_text(job), "done");
    }
}
END_TEST

static smime_status unpacked(smime_policy *limits, bytes cms, size_t chunk)
{
    smime_cms_decoder *job = NULL;
    smime_status status = SMIME_OK;
    bytes out = { NULL, 0 };

    ck_ok(smime_cms_decoder_new(limits, &job));
    keep(job, (void (*)(void *))smime_cms_decoder_free);
    ck_ok(smime_cms_decoder_set_sink(job, gather, NULL, &out, NULL));
    for (size_t at = 0; at < cms.len && status == SMIME_OK; at += chunk) {
        size_t taken;
        status = smime_cms_decoder_write(job, cms.data + at,
                                         cms.len - at < chunk ? cms.len - at : chunk, &taken);
    }
    if (status == SMIME_OK)
        status = smime_cms_decoder_finish(job);
    keep(out.data, free);
    return status;
}

/* The limit counts from the outside, and not by the chunks. */
START_TEST(ratio_of_compression)
{
    smime_policy *limits = policy_with(SMIME_LIMIT_RATIO, 2000);
    smime_cms_encoder *inner = NULL, *outer = encoder(SMIME_LAYER_COMPRESSED);
    bytes zeros = { take(16 << 20), 16 << 20 }, bomb, mixed;

    memset(zeros.data, 0, zeros.len);
    bomb = made_by(encoder(SMIME_LAYER_COMPRESSED), zeros);
    ck_ok(unpacked(limits, bomb, bomb.len));
    ck_ok(smime_cms_encoder_new(policy(), SMIME_LAYER_COMPRESSED, &inner));
    ck_ok(smime_cms_encoder_nest(outer, inner));
    bomb = made_by(outer, zeros);
    ck_assert_uint_lt(bomb.len, 4000);
    ck_assert_int_eq(unpacked(limits, bomb, bomb.len), SMIME_E_LIMIT_RATIO);
    ck_assert_int_eq(unpacked(limits, bomb, 1), SMIME_E_LIMIT_RATIO);
    mixed = all_bytes(2100000);
    memset(mixed.data, 0, 2000000);
    for (size_t i = 2000000, random = 1; i < mixed.len; i++) {
        random = random * 1103515245 + 12345;
        mixed.data[i] = (uint8_t)(random >> 16);
    }
    mixed = made_by(encoder(SMIME_LAYER_COMPRESSED), mixed);
    for (size_t chunk = 1; chunk < 2 * mixed.len; chunk = chunk * 9 + 3)
        ck_assert_int_eq(unpacked(policy(), mixed, chunk), SMIME_E_LIMIT_RATIO);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cms_faults");
    TCase *tests = tcase_create("cms_faults");

    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, NULL, common_teardown);
    tcase_add_test(tests, attributes_shown_as_authenticated_content);
    tcase_add_test(tests, attributes_shown_as_a_signature);
    tcase_add_test(tests, content_info_of_two_parts);
    tcase_add_test(tests, editor_makes_nothing_that_is_refused);
    tcase_add_test(tests, encoder_makes_nothing_that_is_refused);
    add_rows(tests, detached_with_every_digest, detached);
    tcase_add_test(tests, several_signers_are_told);
    tcase_add_test(tests, every_failure_has_a_sentence);
    tcase_add_test(tests, ratio_of_compression);
    suite_add_tcase(suite, tests);
    return support_main(suite);
}
