/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Classes 10 and 12: the time that a signer claims, and certificates that a message brings. */
#include "attacks.h"

#include <string.h>

#define IN_2020 INT64_C(1590969600)
#define IN_2046 INT64_C(2400000000)
#define PERSON                                                                                   \
    .subject = "CN=Alice", .email = "alice@example.org",                                         \
    .usage = GNUTLS_KEY_DIGITAL_SIGNATURE | GNUTLS_KEY_KEY_AGREEMENT,                            \
    .purpose = GNUTLS_KP_EMAIL_PROTECTION
#define AUTHORITY .ca = 1, .usage = GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN

/* --- 10 --- */

/* Signed by the clock that @p number is, so that signingTime says so. */
static bytes signed_at(const attack *row)
{
    sending how = { .from = { row->text }, .policy = policy() };

    ck_ok(smime_policy_set_time(how.policy, row->number ? IN_2046 : IN_2020));
    return changed(protected(&how, text(plain_mail)), "Mon, 01 Jun 2026",
                   row->number ? "Sun, 19 Jan 2046" : "Mon, 01 Jun 2020");
}

/* The claim is of today, or there is none. */
static bytes expired_claims(const attack *row)
{
    bytes content = crlf("Content-Type: text/plain\n\nHello Bob.\n");
    element *info = der_read(forged("expired", content, 0)), *signer = AT(signers_of(info), 0);
    element *set = signed_attributes(signer), *time = attribute_of(signer, 5);

    for (size_t i = 0; row->number && i < set->count; i++)
        if (set->child[i] == time)
            der_remove(set, i);
    if (!row->number)
        AT(time, 1)->child[0] = der_new(0x17, text("260601000000Z"));
    sign_again(signer, "expired");
    return clear_message(content, der_write(info));
}

/* --- 12 --- */

/* Content signed by @p signer, with these certificates in the message. */
static bytes bringing(const certs_made *signer, const certs_made *const *above)
{
    smime_cms_encoder *job = encoder(SMIME_LAYER_SIGNED);

    ck_ok(smime_cms_encoder_add_signer(job, identity_of(signer), 0, 0, NULL));
    for (; *above; above++)
        ck_ok(smime_cms_encoder_add_cert(job, cert_of(*above)));
    return opaque_message("signed-data", encoded(job, entity_of(crlf(plain_mail))));
}

/* Mallory's own root comes with the message. */
static bytes root_brought(const attack *row)
{
    certs_made mallory = member("mallory"), root = member("other-root");

    (void)row;
    return bringing(&mallory, (const certs_made *[]){ &root, NULL });
}

static bytes self_signed(const attack *row)
{
    certs_made alice = issued(&(certs_spec){ PERSON, .ca = row->number }, NULL);

    return bringing(&alice, (const certs_made *[]){ NULL });
}

/* A root with the name of the one that Bob trusts, and another key. */
static bytes root_imitated(const attack *row)
{
    certs_made root = issued(&(certs_spec){ .subject = "CN=Test Root,O=libsmime", AUTHORITY },
                             NULL);
    certs_made alice = issued(&(certs_spec){ PERSON }, &root);

    (void)row;
    return bringing(&alice, (const certs_made *[]){ &root, NULL });
}

/* The same for the intermediate: it says that the root issued it. */
static bytes intermediate_imitated(const attack *row)
{
    certs_made root = issued(&(certs_spec){ .subject = "CN=Test Root,O=libsmime", AUTHORITY },
                             NULL);
    certs_made middle = issued(&(certs_spec){ .subject = "CN=Test Intermediate,O=libsmime",
                                              AUTHORITY },
                               &root);
    certs_made alice = issued(&(certs_spec){ PERSON }, &middle);

    (void)row;
    return bringing(&alice, (const certs_made *[]){ &middle, &root, NULL });
}

/* Bob has a certificate for his mail, and issues one for Alice with it. */
static bytes issued_by_a_person(const attack *row)
{
    certs_made bob = member("bob-p256"), alice = issued(&(certs_spec){ PERSON }, &bob);

    (void)row;
    return bringing(&alice, (const certs_made *[]){ &bob, NULL });
}

/* The intermediate may issue to people, and not to CAs. */
static bytes issued_too_deep(const attack *row)
{
    certs_made middle = member("intermediate");
    certs_made deeper = issued(&(certs_spec){ .subject = "CN=Too Deep", AUTHORITY }, &middle);
    certs_made alice = issued(&(certs_spec){ PERSON }, &deeper);

    (void)row;
    return bringing(&alice, (const certs_made *[]){ &deeper, NULL });
}

/* One byte of a good certificate, its address, is another one. */
static bytes certificate_changed(const attack *row)
{
    bytes message = signed_by("bob-p256", CLEAR, plain_mail), cms = cms_of(message);
    size_t at = find(cms, "bob@example.org", 0);

    (void)row;
    ck_assert_uint_ne(at, SIZE_MAX);
    memcpy(cms.data + at, "tom@example.org", 15);
    return changed(with_cms(message, cms), "alice@example.org", "tom@example.org");
}

static bytes unsuitable(const attack *row)
{
    bytes content = crlf("Content-Type: text/plain\n\nHello Bob.\n");

    return clear_message(content, forged(row->text, content, 0));
}

const attack attack_signers[] = {
    { "expired-signed-in-time", signed_at, "expired", 0 },
    { "expired-claims-today", expired_claims, NULL, 0 },
    { "expired-claims-no-time", expired_claims, NULL, 1 },
    { "future-signed-in-time", signed_at, "future", 1 },
    { "good-claims-2020", signed_at, "alice-p256", 0 },
    { "stranger", unsuitable, "mallory", 0 },
    { "root-in-message", root_brought, NULL, 0 },
    { "self-signed", self_signed, NULL, 0 },
    { "self-signed-as-ca", self_signed, NULL, 1 },
    { "root-imitated", root_imitated, NULL, 0 },
    { "intermediate-imitated", intermediate_imitated, NULL, 0 },
    { "issued-by-a-person", issued_by_a_person, NULL, 0 },
    { "issued-too-deep", issued_too_deep, NULL, 0 },
    { "certificate-changed", certificate_changed, NULL, 0 },
    { "key-not-for-signing", unsuitable, "no-sign", 0 },
    { "key-not-for-mail", unsuitable, "no-mail", 0 },
    { "key-too-short", unsuitable, "weak", 0 },
    { NULL, NULL, NULL, 0 },
};
