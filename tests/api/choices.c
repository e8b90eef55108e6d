/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rules of sending: which certificates go along, which are refused, and what is chosen. */
#include "der_edit.h"

#include <string.h>

START_TEST(chain_without_root)
{
    sending how = { .identity = identity_with_chain("alice-p256") };
    bytes sealed = protected(&how, text(plain_mail));
    element *certs = AT(der_read(cms_of(sealed)), 1, 0, 3);
    static const char *const expected[] = { "alice-p256", "intermediate" };
    smime_store *store;
    smime_open *job;
    smime_report *report;

    ck_assert_int_eq(certs->tag, 0xa0);
    ck_assert_uint_eq(certs->count, 2);
    for (size_t i = 0; i < 2; i++) {
        size_t len, found = 0;
        const uint8_t *der = smime_cert_der(cert(expected[i]), &len);
        for (size_t k = 0; k < 2; k++)
            found += (size_t)same(der_write(certs->child[k]), bytes_of(der, len));
        ck_assert_msg(found == 1, "%s", expected[i]);
    }
    /* so a reader who knows the root alone can verify it */
    ck_assert_int_eq(smime_store_new(&store), SMIME_OK);
    ck_assert_int_eq(smime_store_add_anchor(store, cert("root")), SMIME_OK);
    ck_assert_int_eq(smime_open_new(policy(), &job), SMIME_OK);
    ck_assert_int_eq(smime_open_use_store(job, store), SMIME_OK);
    smime_store_unref(store);
    ck_assert_int_eq(smime_open_buffer(job, sealed.data, sealed.len, NULL, NULL), SMIME_OK);
    ck_assert_int_eq(smime_open_report(job, &report), SMIME_OK);
    ck_assert_int_eq(smime_report_summary(report), SMIME_SUMMARY_VERIFIED);
    smime_report_unref(report);
    smime_open_free(job);
}
END_TEST

static size_t recipients_of(const sending *how)
{
    reading by = { .keys = { "bob-p256" } };
    outcome got = opened(&by, protected(how, text(plain_mail)));

    return smime_report_recipient_count(got.report, 0);
}

START_TEST(encrypted_to_self)
{
    sending how = { .from = { "alice-p256" }, .to = { "bob-p256" } };
    reading as_alice = { .keys = { "alice-p256" } };

    ck_assert_uint_eq(recipients_of(&how), 2);
    ck_verdict(opened(&as_alice, protected(&how, text(plain_mail))),
               SMIME_SUMMARY_CONFIDENTIAL_VERIFIED, NULL);
    how.no_self = 1;
    ck_assert_uint_eq(recipients_of(&how), 1);
    ck_verdict(opened(&as_alice, protected(&how, text(plain_mail))), SMIME_SUMMARY_LOCKED, NULL);
    /* no certificate of alice's that is for encryption, unless she names one */
    how = (sending){ .from = { "no-encrypt" }, .to = { "bob-p256" }, .self = "alice-rsa" };
    ck_assert_uint_eq(recipients_of(&how), 2);
    how = (sending){ .from = { "no-encrypt" }, .to = { "bob-p256" }, .no_self = 1 };
    ck_assert_uint_eq(recipients_of(&how), 1);
    how = (sending){ .to = { "bob-p256" } }; /* nobody is known to be the sender */
    ck_assert_uint_eq(recipients_of(&how), 1);
    how = (sending){ .from = { "alice-p256" }, .to = { "bob-p256", "alice-p256", "bob-p256" } };
    ck_assert_uint_eq(recipients_of(&how), 2); /* each once */
}
END_TEST

static unsigned sunk;

static smime_status sink(const uint8_t *data, size_t len, void *user_data)
{
    (void)data;
    (void)user_data;
    sunk += (unsigned)len;
    return SMIME_OK;
}

/* Refused before a byte leaves: nothing is sent in clear because encryption cannot be had. */
START_TEST(nobody_to_be_self)
{
    sending how = { .from = { "no-encrypt" }, .to = { "bob-p256" } };
    smime_protect *job = protect_new(&how);
    size_t taken = 7;
    uint8_t *data = NULL;

    sunk = 0;
    ck_assert_int_eq(smime_protect_set_sink(job, sink, NULL, NULL, NULL), SMIME_OK);
    ck_assert_int_eq(smime_protect_write(job, plain_mail, strlen(plain_mail), &taken),
                     SMIME_E_NO_SELF);
    ck_assert_uint_eq(taken, 7);
    ck_assert_int_eq(smime_protect_finish(job), SMIME_E_NO_SELF);
    ck_assert_uint_eq(sunk, 0);
    ck_assert_str_ne(smime_protect_error_text(job), "");
    job = protect_new(&how);
    ck_assert_int_eq(smime_protect_buffer(job, plain_mail, strlen(plain_mail), &data, &taken),
                     SMIME_E_NO_SELF);
    ck_assert_ptr_null(data);
}
END_TEST

typedef struct unfit {
    const char *name;
    int sign, encrypt; /* 1: refused */
} unfit;

static const unfit unfits[] = {
    { "expired", 1, 1 }, { "future", 1, 1 },     { "no-mail", 1, 1 },
    { "no-sign", 1, 0 }, { "no-encrypt", 0, 1 }, { "dave-ed25519", 0, 1 },
    { "weak", 1, 1 },    { "alice-p256", 0, 0 }, { "alice-rsa", 0, 0 },
};

START_TEST(unsuitable_certificates)
{
    const unfit *u = &unfits[_i];
    smime_protect *job;
    smime_status status;
    uint8_t *data = NULL;
    size_t len;
    const char *why = NULL;

    ck_assert_int_eq(smime_protect_new(policy(), &job), SMIME_OK);
    status = smime_protect_sign(job, identity(u->name));
    ck_assert_int_eq(status, u->sign ? SMIME_E_CERT_UNSUITABLE : SMIME_OK);
    /* what is too weak can be used, and will be refused by readers: so it is no more made */
    ck_assert_int_eq(smime_identity_usable(identity(u->name), SMIME_USE_SIGN, SUPPORT_NOW, &why),
                     !u->sign || !strcmp(u->name, "weak"));
    ck_assert_int_eq(why != NULL, u->sign && strcmp(u->name, "weak") != 0);
    if (status < 0) { /* nothing was set */
        ck_assert_str_ne(smime_protect_error_text(job), "");
        ck_assert_int_eq(smime_protect_buffer(job, plain_mail, strlen(plain_mail), &data, &len),
                         SMIME_E_NO_WORK);
    }
    smime_protect_free(job);
    ck_assert_int_eq(smime_protect_new(policy(), &job), SMIME_OK);
    for (int self = 0; self < 2; self++) {
        status = self ? smime_protect_encrypt_to_self(job, cert(u->name))
                      : smime_protect_encrypt_to(job, cert(u->name));
        ck_assert_msg(u->encrypt ? status == SMIME_E_CERT_UNSUITABLE ||
                                       status == SMIME_E_UNSUPPORTED
                                 : status == SMIME_OK,
                      "%s: %s", u->name, smime_status_name(status));
    }
    if (u->encrypt)
        ck_assert_int_eq(smime_protect_finish(job), SMIME_E_NO_WORK);
    smime_protect_free(job);
}
END_TEST

START_TEST(notes_of_choices)
{
    sending how = { .to = { "bob-rsa" } };
    smime_protect *job = protect_new(&how);
    uint8_t *data;
    size_t len;

    ck_assert_int_eq(smime_protect_buffer(job, plain_mail, strlen(plain_mail), &data, &len),
                     SMIME_OK);
    smime_free(data);
    ck_assert_uint_eq(smime_protect_note_count(job), 2); /* the cipher, and RSA v1.5 */
    how.cipher = SMIME_CIPHER_AES_256_GCM;
    how.transport = SMIME_TRANSPORT_RSA_OAEP;
    job = protect_new(&how);
    ck_assert_int_eq(smime_protect_buffer(job, plain_mail, strlen(plain_mail), &data, &len),
                     SMIME_OK);
    smime_free(data);
    ck_assert_uint_eq(smime_protect_note_count(job), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("choices");
    TCase *tests = tcase_create("choices");

    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, NULL, common_teardown);
    tcase_add_test(tests, chain_without_root);
    tcase_add_test(tests, encrypted_to_self);
    tcase_add_test(tests, nobody_to_be_self);
    tcase_add_loop_test(tests, unsuitable_certificates, 0,
                        (int)(sizeof unfits / sizeof unfits[0]));
    tcase_add_test(tests, notes_of_choices);
    suite_add_tcase(suite, tests);
    return support_main(suite);
}
