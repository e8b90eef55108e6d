/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finding a message by its name, and what the files that make them share. */
#include "attacks.h"

#include <gnutls/abstract.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char secret_mail[] = "From: Alice <alice@example.org>\n"
                           "To: bob@example.org\n"
                           "Subject: A test\n"
                           "Date: Mon, 01 Jun 2026 00:00:00 +0000\n"
                           "MIME-Version: 1.0\n"
                           "Content-Type: text/plain\n"
                           "\n" SECRET "\n";

static const attack *const tables[] = {
    attack_signatures, attack_attributes, attack_signers,    attack_places,
    attack_senders,    attack_seals,      attack_recipients, attack_evidence,
    attack_structures, attack_headers,    attack_costs,      attack_inputs,
};

const attack *attack_at(size_t place)
{
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++)
        for (const attack *row = tables[i]; row->name; row++)
            if (place-- == 0)
                return row;
    return NULL;
}

const attack *attack_find(const char *name)
{
    const attack *row;

    for (size_t place = 0; (row = attack_at(place)); place++)
        if (!strcmp(row->name, name))
            return row;
    return NULL;
}

bytes attack_make(const char *name)
{
    const attack *row = attack_find(name);

    ck_assert_msg(row != NULL, "there is no message \"%s\"", name);
    return row->make(row);
}

bytes signed_by(const char *signer, int opaque, const char *mail)
{
    sending how = { .from = { signer }, .opaque = opaque };

    return protected(&how, text(mail));
}

bytes sealed_for_bob(const char *signer, int32_t cipher)
{
    sending how = { .from = { signer }, .to = { "bob-p256" }, .no_self = signer != NULL };

    how.cipher = cipher ? cipher : SMIME_CIPHER_AES_256_GCM;
    return protected(&how, text(secret_mail));
}

bytes entity_of(bytes message)
{
    return part_of(message, find(message, "Content-Type:", 0), message.len);
}

bytes mail_around(bytes entity)
{
    return joined(text(ALICE "Date: Mon, 01 Jun 2026 00:00:00 +0000\r\n"), entity);
}

bytes wrapped(uint8_t tag, bytes data)
{
    bytes made = der_write(der_new(tag & 0x1f, data));

    made.data[0] = tag;
    return made;
}

element *encap_of(element *info)
{
    return AT(info, 1, 0, 2);
}

element *signers_of(element *info)
{
    element *data = AT(info, 1, 0);

    return data->child[data->count - 1];
}

element *signed_attributes(element *signer)
{
    for (size_t i = 0; i < signer->count; i++)
        if (signer->child[i]->tag == 0xa0)
            return signer->child[i];
    ck_abort_msg("a signer without attributes");
}

element *attribute_of(element *signer, int arc)
{
    element *set = signed_attributes(signer);

    for (size_t i = 0; i < set->count; i++) {
        bytes oid = AT(set->child[i], 0)->content;
        if (oid.len == 9 && oid.data[7] == 9 && oid.data[8] == arc)
            return set->child[i];
    }
    ck_abort_msg("no attribute %d", arc);
}

static gnutls_privkey_t key_of(const char *name)
{
    certs_made made = member(name);
    gnutls_privkey_t key;

    ck_assert_int_eq(gnutls_privkey_init(&key), 0);
    ck_assert_int_eq(gnutls_privkey_import_x509(key, made.key, GNUTLS_PRIVKEY_IMPORT_COPY), 0);
    return key;
}

/* RFC 5652 5.4: what is signed is the SET OF, and not the [0] that stands in the structure. */
void sign_again(element *signer, const char *name)
{
    element *set = signed_attributes(signer);
    gnutls_privkey_t key = key_of(name);
    gnutls_datum_t data, signature;
    bytes der = der_write(set);

    der.data[0] = 0x31;
    data = (gnutls_datum_t){ der.data, (unsigned)der.len };
    ck_assert_int_eq(gnutls_privkey_sign_data(key, GNUTLS_DIG_SHA256, 0, &data, &signature), 0);
    for (size_t i = 0; i < signer->count; i++)
        if (signer->child[i]->tag == 0x04)
            signer->child[i]->content = bytes_of(signature.data, signature.size);
    gnutls_free(signature.data);
    gnutls_privkey_deinit(key);
}

static void drop_made(void *what)
{
    certs_free(what);
    free(what);
}

static certs_made kept_made(certs_made made)
{
    certs_made *copy = malloc(sizeof *copy);

    ck_assert_ptr_nonnull(copy);
    *copy = made;
    keep(copy, drop_made);
    return made;
}

certs_made member(const char *name)
{
    certs_made made = { NULL, NULL };
    char file[100];
    gnutls_datum_t pem;
    size_t len;

    ck_assert_int_eq(gnutls_x509_crt_init(&made.crt), 0);
    ck_assert_int_eq(gnutls_x509_privkey_init(&made.key), 0);
    snprintf(file, sizeof file, "%s.pem", name);
    pem.data = support_pki(file, &len);
    pem.size = (unsigned)len;
    ck_assert_int_eq(gnutls_x509_crt_import(made.crt, &pem, GNUTLS_X509_FMT_PEM), 0);
    free(pem.data);
    snprintf(file, sizeof file, "%s.key", name);
    pem.data = support_pki(file, &len);
    pem.size = (unsigned)len;
    ck_assert_int_eq(gnutls_x509_privkey_import2(made.key, &pem, GNUTLS_X509_FMT_PEM, NULL, 0), 0);
    free(pem.data);
    return kept_made(made);
}

certs_made issued(const certs_spec *spec, const certs_made *issuer)
{
    unsigned curve = GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1);

    return kept_made(certs_make(spec, certs_key(GNUTLS_PK_EC, curve), issuer));
}

smime_cert *cert_of(const certs_made *made)
{
    gnutls_datum_t der = certs_der(made);
    smime_cert *cert;

    ck_ok(smime_cert_new(der.data, der.size, &cert));
    gnutls_free(der.data);
    keep(cert, (void (*)(void *))smime_cert_unref);
    return cert;
}

smime_identity *identity_of(const certs_made *made)
{
    gnutls_datum_t der = certs_pkcs8(made->key, NULL, 0);
    smime_identity *identity;

    ck_ok(smime_identity_new(cert_of(made), der.data, der.size, NULL, &identity));
    gnutls_free(der.data);
    keep(identity, (void (*)(void *))smime_identity_unref);
    return identity;
}

smime_cms_encoder *encoder(int32_t kind)
{
    smime_cms_encoder *job = NULL;

    ck_ok(smime_cms_encoder_new(policy(), kind, &job));
    keep(job, (void (*)(void *))smime_cms_encoder_free);
    return job;
}

bytes encoded(smime_cms_encoder *job, bytes content)
{
    bytes made;
    smime_status status = smime_cms_encoder_buffer(job, content.data, content.len, &made.data,
                                                   &made.len);

    ck_assert_msg(status == SMIME_OK, "%s: %s", smime_status_name(status),
                  smime_cms_encoder_error_text(job));
    keep(made.data, smime_free);
    return made;
}
