/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Policies as data: algorithms and sizes for reading and writing, who has to sign, what a sender may be;
 * and what a sender chooses by what recipients can read. */
#include "forge.h"
#include "mail.h"

#include <stdlib.h>
#include <string.h>

enum { R = SMIME_POLICY_READING, W = SMIME_POLICY_WRITING };

static smime_policy *refusing(int32_t directions, const char *algorithm)
{
    smime_policy *made = policy();

    ck_ok(smime_policy_allow(made, directions, algorithm, 0));
    return made;
}

static char *described(const smime_policy *of)
{
    char *text = NULL;

    ck_ok(smime_policy_describe(of, &text));
    keep(text, smime_free);
    return text;
}

START_TEST(told)
{
    smime_policy *mine = policy(), *legacy, *strict;
    const char *text = described(NULL);

    ck_assert(strstr(text, "reading.digest.sha1 refused\n"));
    ck_assert(strstr(text, "reading.digest.sha256 allowed\n"));
    ck_assert(strstr(text, "writing.digest.sha224 refused\n"));
    ck_assert(strstr(text, "reading.cipher.3des-cbc refused\n"));
    ck_assert(strstr(text, "reading.key.rsa 2048\n"));
    ck_assert(strstr(text, "sender.match allowed\n"));
    ck_assert(strstr(text, "sender.mismatch refused\n"));
    ck_assert(strstr(text, "signer.required all\n"));
    ck_assert(strstr(text, "revocation use\n"));
    ck_assert(strstr(text, "limit.depth 100\n"));
    ck_assert_int_eq(smime_policy_new(SMIME_POLICY_LEGACY, &legacy), SMIME_OK);
    ck_assert(strstr(described(legacy), "reading.digest.sha1 allowed\n"));
    ck_assert(strstr(described(legacy), "writing.digest.sha1 refused\n"));
    ck_assert(strstr(described(legacy), "reading.key.rsa 1024\n"));
    smime_policy_unref(legacy);
    ck_assert_int_eq(smime_policy_new(SMIME_POLICY_STRICT, &strict), SMIME_OK);
    ck_assert(strstr(described(strict), "sender.other-case refused\n"));
    smime_policy_unref(strict);
    ck_ok(smime_policy_allow(mine, R | W, "sha256", 0));
    ck_ok(smime_policy_set_rsa_size(mine, W, 3072));
    ck_ok(smime_policy_require_signer(mine, "alice@example.org"));
    text = described(mine);
    ck_assert(strstr(text, "reading.digest.sha256 refused\n"));
    ck_assert(strstr(text, "writing.digest.sha256 refused\n"));
    ck_assert(strstr(text, "reading.key.rsa 2048\n"));
    ck_assert(strstr(text, "writing.key.rsa 3072\n"));
    ck_assert(strstr(text, "signer.required alice@example.org\n"));
    ck_assert_int_eq(smime_policy_allow(mine, R, "rot13", 1), SMIME_E_NOT_FOUND);
    ck_assert_int_eq(smime_policy_allow(mine, 4, "sha256", 1), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_policy_allow(mine, 0, "sha256", 1), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_policy_set_rsa_size(mine, R, 512), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_policy_allow_binding(mine, 0, 1), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_policy_allow_binding(mine, 7, 1), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_policy_require_signer(mine, "alice"), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime_policy_describe(mine, NULL), SMIME_E_INVALID_ARG);
}
END_TEST

/* A message, and what must be refused for it not to be read. */
static const struct {
    sending how;
    const char *refused;
    int32_t summary;
    const char *reason;
} readings[] = {
    { { .from = { "alice-rsa" } }, "sha256", SMIME_SUMMARY_INVALID, "weak-algorithm" },
    { { .from = { "alice-rsa" } }, "rsa-v1.5", SMIME_SUMMARY_INVALID, "weak-algorithm" },
    { { .from = { "alice-p256" } }, "ecdsa", SMIME_SUMMARY_INVALID, "weak-algorithm" },
    { { .to = { "bob-rsa" } }, "aes-256-cbc", SMIME_SUMMARY_INVALID, "weak-algorithm" },
    { { .to = { "bob-rsa" } }, "rsa-v1.5-encryption", SMIME_SUMMARY_LOCKED, "no-key" },
    { { .to = { "bob-rsa" }, .transport = SMIME_TRANSPORT_RSA_OAEP }, "rsa-oaep",
      SMIME_SUMMARY_LOCKED, "no-key" },
    { { .to = { "bob-p256" } }, "ecdh", SMIME_SUMMARY_LOCKED, "no-key" },
    { { .to = { "bob-p256" }, .cipher = SMIME_CIPHER_AES_128_GCM }, "aes-128-gcm",
      SMIME_SUMMARY_INVALID, "weak-algorithm" },
};

START_TEST(reading_refused)
{
    bytes message = protected(&readings[_i].how, text(plain_mail));
    const reading good = { .keys = { "bob-rsa", "bob-p256" },
                           .policy = refusing(W, readings[_i].refused) };
    const reading bad = { .keys = { "bob-rsa", "bob-p256" },
                          .policy = refusing(R, readings[_i].refused) };

    ck_assert_int_ne(opened(&good, message).summary, readings[_i].summary);
    ck_verdict(opened(&bad, message), readings[_i].summary, readings[_i].reason);
    ck_assert_ptr_null(opened(&bad, message).content.data);
}
END_TEST

static smime_status made(const sending *how)
{
    smime_protect *job = protect_new(how);
    bytes message = text(plain_mail);
    uint8_t *data = NULL;
    size_t len = 0;
    smime_status status = smime_protect_buffer(job, message.data, message.len, &data, &len);

    smime_free(data);
    ck_assert(status == SMIME_OK || *smime_protect_error_text(job));
    return status;
}

START_TEST(writing_refused)
{
    sending how = { .from = { "alice-rsa" } };
    smime_cms_encoder *encoder;

    how.policy = refusing(W, "sha256");
    ck_assert_int_eq(made(&how), SMIME_E_POLICY);
    how.policy = refusing(R, "sha256");
    ck_assert_int_eq(made(&how), SMIME_OK);
    how = (sending){ .to = { "bob-rsa" }, .policy = refusing(W, "rsa-v1.5-encryption") };
    ck_assert_int_eq(made(&how), SMIME_OK); /* by OAEP */
    ck_ok(smime_policy_allow(how.policy, W, "rsa-oaep", 0));
    ck_assert_int_eq(made(&how), SMIME_E_POLICY);
    how.policy = refusing(W, "aes-256-cbc");
    ck_assert_int_eq(made(&how), SMIME_OK); /* by GCM */
    ck_ok(smime_policy_allow(how.policy, W, "aes-256-gcm", 0));
    ck_assert_int_eq(made(&how), SMIME_E_POLICY);
    how.cipher = SMIME_CIPHER_AES_256_CBC;
    ck_assert_int_eq(made(&how), SMIME_E_POLICY);
    how.cipher = SMIME_CIPHER_AES_128_CBC;
    ck_assert_int_eq(made(&how), SMIME_OK);
    ck_ok(smime_cms_encoder_new(refusing(W, "aes-128-gcm"), SMIME_LAYER_AUTH_ENVELOPED, &encoder));
    ck_assert_int_eq(smime_cms_encoder_set_algorithm(encoder, "aes-128-gcm"), SMIME_E_POLICY);
    ck_assert_int_eq(smime_cms_encoder_set_algorithm(encoder, "aes-256-gcm"), SMIME_OK);
    smime_cms_encoder_free(encoder);
    ck_ok(smime_cms_encoder_new(refusing(W, "ecdh"), SMIME_LAYER_ENVELOPED, &encoder));
    ck_assert_int_eq(smime_cms_encoder_add_recipient(encoder, cert("bob-p256"), 0),
                     SMIME_E_POLICY);
    ck_assert_int_eq(smime_cms_encoder_add_recipient(encoder, cert("bob-rsa"), 0), SMIME_OK);
    smime_cms_encoder_free(encoder);
}
END_TEST

/* Keys that are long enough for others. */
START_TEST(key_sizes)
{
    const sending how = { .from = { "alice-rsa" } };
    bytes message = protected(&how, text(plain_mail));
    smime_policy *longer = policy();
    const reading by = { .policy = longer };
    smime_protect *job;

    ck_ok(smime_policy_set_rsa_size(longer, R | W, 4096));
    ck_verdict(opened(&by, message), SMIME_SUMMARY_INVALID, NULL);
    ck_ok(smime_protect_new(longer, &job));
    ck_assert_int_eq(smime_protect_sign(job, identity("alice-rsa")), SMIME_E_CERT_UNSUITABLE);
    smime_protect_free(job);
}
END_TEST

START_TEST(senders)
{
    const sending by_bob = { .from = { "bob-rsa" } };
    bytes message = protected(&by_bob, text(plain_mail)); /* From alice */
    smime_policy *robots = policy();
    const reading by = { .policy = robots };
    outcome got = opened(&by, message);

    ck_verdict(got, SMIME_SUMMARY_INVALID, "from-mismatch");
    ck_ok(smime_policy_allow_binding(robots, SMIME_BINDING_MISMATCH, 1));
    got = opened(&by, message);
    ck_verdict(got, SMIME_SUMMARY_VERIFIED, NULL);
    ck_assert(!strstr(smime_report_text(got.report), "who is the sender"));
    ck_ok(smime_policy_allow_binding(robots, SMIME_BINDING_MISMATCH, 0));
    ck_verdict(opened(&by, message), SMIME_SUMMARY_INVALID, "from-mismatch");
}
END_TEST

/* Two who sign, of whom one's signature is worth nothing. */
START_TEST(required)
{
    const sending alone = { .from = { "alice-rsa" } };
    const sending with_expired = { .from = { "alice-rsa", "mallory" } };
    const sending with_bob = { .from = { "alice-rsa", "bob-rsa" } };
    smime_policy *alice = policy(), *bob = policy();
    const reading by = { .policy = policy() }, wants_alice = { .policy = alice },
                  wants_bob = { .policy = bob };
    bytes mixed = protected(&with_expired, text(plain_mail));

    ck_ok(smime_policy_require_signer(alice, "alice@example.org"));
    ck_ok(smime_policy_require_signer(bob, "bob@example.org"));
    ck_verdict(opened(&by, mixed), SMIME_SUMMARY_INVALID, NULL);
    ck_verdict(opened(&wants_alice, mixed), SMIME_SUMMARY_VERIFIED, NULL);
    ck_verdict(opened(&wants_bob, mixed), SMIME_SUMMARY_INVALID, "required-signer-missing");
    ck_verdict(opened(&wants_bob, protected(&alone, text(plain_mail))), SMIME_SUMMARY_INVALID,
               "required-signer-missing");
    ck_verdict(opened(&wants_bob, protected(&with_bob, text(plain_mail))), SMIME_SUMMARY_VERIFIED,
               NULL);
    /* bob has to sign, and the sender too */
    ck_verdict(opened(&wants_bob, protected(&(sending){ .from = { "bob-rsa" } },
                                            text(plain_mail))),
               SMIME_SUMMARY_INVALID, "from-mismatch");
    /* what is not signed at all is no better for it */
    ck_verdict(opened(&wants_alice, text(plain_mail)), SMIME_SUMMARY_UNPROTECTED, "not-signed");
}
END_TEST

static const uint8_t reads_gcm[] = { 0x30, 0x0d, 0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48,
                                     0x01, 0x65, 0x03, 0x04, 0x01, 0x2e };
static const uint8_t reads_oaep[] = { 0x30, 0x0d, 0x30, 0x0b, 0x06, 0x09, 0x2a, 0x86, 0x48,
                                      0x86, 0xf7, 0x0d, 0x01, 0x01, 0x07 };

static outcome sent(smime_protect *job, const char **ret_note)
{
    const reading by = { .keys = { "bob-rsa", "bob-p256" } };
    bytes message = text(plain_mail), out;

    ck_ok(smime_protect_buffer(job, message.data, message.len, &out.data, &out.len));
    keep(out.data, smime_free);
    *ret_note = smime_protect_note(job, 0);
    ck_assert_ptr_nonnull(*ret_note);
    return opened(&by, out);
}

START_TEST(capabilities)
{
    const sending to_rsa = { .to = { "bob-rsa" } }, to_both = { .to = { "bob-rsa", "bob-p256" } };
    smime_protect *job = protect_new(&to_rsa);
    smime_known *known;
    const char *note;
    outcome got = sent(job, &note);

    ck_assert_str_eq(smime_report_layer_algorithm(got.report, 0), "aes-256-cbc");
    ck_assert(strstr(note, "bob@example.org is not known to read AES-256-GCM"));
    ck_assert(strstr(smime_protect_note(job, 1), "bob@example.org is not known to read OAEP"));
    /* by the caller's word */
    job = protect_new(&to_rsa);
    ck_ok(smime_protect_set_capabilities(job, cert("bob-rsa"), reads_gcm, sizeof reads_gcm));
    ck_ok(smime_protect_set_capabilities(job, cert("bob-rsa"), reads_oaep, sizeof reads_oaep));
    got = sent(job, &note);
    ck_assert_str_eq(smime_report_layer_algorithm(got.report, 0), "aes-256-gcm");
    ck_assert_str_eq(smime_report_recipient_algorithm(got.report, 0, 0), "rsa-oaep");
    ck_assert(strstr(note, "AES-256-GCM: every recipient is known to read it"));
    /* all have to */
    job = protect_new(&to_both);
    ck_ok(smime_protect_set_capabilities(job, cert("bob-rsa"), reads_gcm, sizeof reads_gcm));
    got = sent(job, &note);
    ck_assert_str_eq(smime_report_layer_algorithm(got.report, 0), "aes-256-cbc");
    /* remembered */
    ck_ok(smime_known_new(&known));
    ck_ok(smime_known_set_encryption(known, "bob@example.org", NULL, reads_gcm, sizeof reads_gcm));
    job = protect_new(&to_both);
    ck_ok(smime_protect_use_known(job, known));
    smime_known_unref(known);
    got = sent(job, &note);
    ck_assert_str_eq(smime_report_layer_algorithm(got.report, 0), "aes-256-gcm");
    job = protect_new(&to_rsa);
    ck_assert_int_eq(smime_protect_set_capabilities(job, cert("bob-rsa"), "x", 1), SMIME_E_BER);
    ck_assert_int_eq(smime_protect_set_capabilities(job, NULL, reads_gcm, sizeof reads_gcm),
                     SMIME_E_INVALID_ARG);
}
END_TEST

START_TEST(triple_wrap)
{
    for (int opaque = 0; opaque < 2; opaque++) {
        const sending how = { .from = { "alice-rsa" }, .to = { "bob-rsa" }, .opaque = opaque,
                              .headers = DEFAULT_HEADERS };
        const reading by = { .keys = { "bob-rsa" } };
        smime_protect *job = protect_new(&how);
        bytes message = text(plain_mail), out;
        outcome got;

        ck_ok(smime_protect_set_triple(job, 1));
        ck_ok(smime_protect_buffer(job, message.data, message.len, &out.data, &out.len));
        keep(out.data, smime_free);
        got = opened(&by, out);
        ck_verdict(got, SMIME_SUMMARY_CONFIDENTIAL_VERIFIED, NULL);
        ck_assert_uint_eq(smime_report_layer_count(got.report), 3);
        ck_assert_int_eq(smime_report_layer_kind(got.report, 0), SMIME_LAYER_SIGNED);
        ck_assert_int_eq(smime_report_layer_encrypts(got.report, 1), 1);
        ck_assert_int_eq(smime_report_layer_kind(got.report, 2), SMIME_LAYER_SIGNED);
        ck_assert(holds(got.content, "this is all."));
    }
    {
        smime_protect *job = protect_new(&(sending){ .from = { "alice-rsa" } });
        bytes message = text(plain_mail), out;
        ck_ok(smime_protect_set_triple(job, 1));
        ck_assert_int_eq(smime_protect_buffer(job, message.data, message.len, &out.data, &out.len),
                         SMIME_E_NO_WORK);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("rules_of_policy");
    TCase *tcase = tcase_create("rules_of_policy");

    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, NULL, common_teardown);
    tcase_add_test(tcase, told);
    add_rows(tcase, reading_refused, readings);
    tcase_add_test(tcase, writing_refused);
    tcase_add_test(tcase, key_sizes);
    tcase_add_test(tcase, senders);
    tcase_add_test(tcase, required);
    tcase_add_test(tcase, capabilities);
    tcase_add_test(tcase, triple_wrap);
    suite_add_tcase(suite, tcase);
    return support_main(suite);
}
