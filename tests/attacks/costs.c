/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Class 14: small causes of much work. Where a limit is met there is no verdict, and no content. */
#include "attacks.h"

#include "notation.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#define AUTHORITY .ca = 1, .usage = GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN
#define PERSON                                                                                   \
    .subject = "CN=Alice", .usage = GNUTLS_KEY_DIGITAL_SIGNATURE,                                \
    .purpose = GNUTLS_KP_EMAIL_PROTECTION

static bytes times(bytes what, size_t count)
{
    bytes made = { take(what.len * count + 1), what.len * count };

    for (size_t i = 0; i < count; i++)
        memcpy(made.data + i * what.len, what.data, what.len);
    made.data[made.len] = 0;
    return made;
}

/* --- MIME --- */

static bytes deep(const attack *row)
{
    bytes made = text(ALICE);
    char level[100];

    for (int i = 0; i < row->number; i++) {
        snprintf(level, sizeof level,
                 "Content-Type: multipart/mixed; boundary=\"b%d-\"\r\n\r\n--b%d-\r\n", i, i);
        made = joined(made, text(level));
    }
    return made;
}

static bytes many_parts(const attack *row)
{
    bytes parts = times(text("--b\r\n\r\nx\r\n"), (size_t)row->number);

    return joined(joined(text(ALICE "Content-Type: multipart/mixed; boundary=b\r\n\r\n"), parts),
                  text("--b--\r\n"));
}

static bytes long_header(const attack *row)
{
    return joined(joined(text(ALICE "Subject: "), times(text(" x"), (size_t)row->number)),
                  text("\r\n\r\nx\r\n"));
}

static bytes many_fields(const attack *row)
{
    return joined(joined(text(ALICE), times(text("X: y\r\n"), (size_t)row->number)),
                  text("\r\nx\r\n"));
}

/* --- CMS --- */

static bytes many_layers(const attack *row)
{
    bytes message = signed_by("alice-p256", OPAQUE, plain_mail);
    sending how = { .from = { "alice-p256" }, .opaque = 1 };

    for (int i = 1; i < row->number; i++)
        message = protected(&how, mail_around(entity_of(message)));
    return message;
}

/* SignedData or EnvelopedData with the element at @p place as many times as @p row says. */
static bytes repeated_in(bytes cms, int place, const attack *row)
{
    element *info = der_read(cms), *data = AT(info, 1, 0);
    bytes inside = bytes_of("", 0), whole;

    if (place < 0)
        place = (int)data->count - 1;
    for (int i = 0; i < (int)data->count; i++) {
        element *child = data->child[i];
        bytes one = der_write(child);
        if (i == place)
            one = wrapped(child->tag, times(der_write(child->child[0]), (size_t)row->number));
        inside = joined(inside, one);
    }
    whole = wrapped(0x30, joined(der_write(AT(info, 0)), wrapped(0xa0, wrapped(0x30, inside))));
    return whole;
}

static bytes many_recipients(const attack *row)
{
    sending how = { .to = { "bob-p256" }, .cipher = SMIME_CIPHER_AES_256_GCM };
    bytes message = protected(&how, text(secret_mail));

    return with_cms(message, repeated_in(cms_of(message), 1, row));
}

static bytes many_signers(const attack *row)
{
    bytes message = signed_by("alice-p256", CLEAR, plain_mail);

    return with_cms(message, repeated_in(cms_of(message), -1, row));
}

/* Each has a serial number of its own: the same one twice counts once. */
static bytes many_certificates(const attack *row)
{
    bytes message = signed_by("alice-p256", CLEAR, plain_mail);
    bytes cms = repeated_in(cms_of(message), 3, row), der;
    size_t len, at = 0, place = 0;
    const uint8_t *own = smime_cert_der(cert("alice-p256"), &len);

    der = bytes_of(own, len);
    while (memcmp(der.data + place, "\xa0\3\2\1\2\2\4", 7)) /* the version, and then the serial */
        must(++place + 20 < len);
    for (int i = 0; at + len <= cms.len; at++)
        if (!memcmp(cms.data + at, der.data, len)) {
            if (i++) {
                cms.data[at + place + 8] = (uint8_t)(i >> 8 | 0x40);
                cms.data[at + place + 9] = (uint8_t)i;
            }
            at += len - 1;
        }
    return with_cms(message, cms);
}

/* Many signed attributes, each of a type of its own, with a signature that fits. */
static bytes many_signed_attributes(const attack *row)
{
    smime_cms_encoder *job = NULL;
    smime_policy *many = policy_with(SMIME_LIMIT_ATTRIBUTES, 1000);
    char type[40];

    ck_ok(smime_cms_encoder_new(many, SMIME_LAYER_SIGNED, &job));
    keep(job, (void (*)(void *))smime_cms_encoder_free);
    ck_ok(smime_cms_encoder_add_signer(job, identity("alice-p256"), 0, 0, NULL));
    for (int i = 0; i < row->number; i++) {
        snprintf(type, sizeof type, "1.2.3.%d", i);
        ck_ok(smime_cms_encoder_add_attribute(job, 0, 1, type, "\5", 2));
    }
    return opaque_message("signed-data", encoded(job, entity_of(crlf(plain_mail))));
}

/* One set of unsigned attributes, all of one type. */
static bytes many_attributes(const attack *row)
{
    bytes message = signed_by("alice-p256", CLEAR, plain_mail);
    element *info = der_read(cms_of(message)), *signer = AT(signers_of(info), 0), *data;
    bytes one = bytes_of("\x30\x8\6\2\x2a\3\x31\2\5\0", 10), inside = bytes_of("", 0), infos;

    for (size_t i = 0; i < signer->count; i++)
        inside = joined(inside, der_write(signer->child[i]));
    inside = joined(inside, wrapped(0xa1, times(one, (size_t)row->number)));
    infos = wrapped(0x31, wrapped(0x30, inside));
    data = AT(info, 1, 0);
    inside = bytes_of("", 0);
    for (size_t i = 0; i + 1 < data->count; i++)
        inside = joined(inside, der_write(data->child[i]));
    inside = wrapped(0xa0, wrapped(0x30, joined(inside, infos)));
    return with_cms(message, wrapped(0x30, joined(der_write(AT(info, 0)), inside)));
}

/* One key agreement with many RecipientEncryptedKeys. */
static bytes many_keys(const attack *row)
{
    sending how = { .to = { "carol-p384" }, .cipher = SMIME_CIPHER_AES_256_GCM };
    bytes message = protected(&how, text(secret_mail)), inside = bytes_of("", 0);
    element *info = der_read(cms_of(message)), *data = AT(info, 1, 0);
    element *recipient = AT(data, 1, 0), *keys = recipient->child[recipient->count - 1];

    for (size_t i = 0; i + 1 < recipient->count; i++)
        inside = joined(inside, der_write(recipient->child[i]));
    inside = joined(inside, wrapped(0x30, times(der_write(keys->child[0]), (size_t)row->number)));
    inside = wrapped(0x31, wrapped(0xa1, inside));
    inside = joined(der_write(data->child[0]), inside);
    for (size_t i = 2; i < data->count; i++)
        inside = joined(inside, der_write(data->child[i]));
    inside = wrapped(0xa0, wrapped(0x30, inside));
    return with_cms(message, wrapped(0x30, joined(der_write(AT(info, 0)), inside)));
}

/* One signature with many countersignatures, each of which is to be checked. */
static bytes many_countersignatures(const attack *row)
{
    bytes message = signed_by("alice-p256", CLEAR, plain_mail), cms = cms_of(message), made;
    smime_cms_editor *editor = NULL;
    element *info, *loose;

    ck_ok(smime_cms_editor_new(policy(), &editor));
    keep(editor, (void (*)(void *))smime_cms_editor_free);
    ck_ok(smime_cms_editor_countersign(editor, 0, identity("bob-p256"), 0, 0));
    ck_ok(smime_cms_editor_buffer(editor, cms.data, cms.len, &made.data, &made.len));
    keep(made.data, smime_free);
    info = der_read(made);
    loose = AT(signers_of(info), 0);
    loose = loose->child[loose->count - 1];
    ck_assert_int_eq(loose->tag, 0xa1);
    for (int i = 1; i < row->number; i++) /* a set holds 32 here, and so does each attribute */
        der_insert(i % 16 ? AT(loose, i / 16, 1) : loose, i % 16 ? 0 : loose->count,
                   i % 16 ? AT(loose, 0, 1, 0) : der_read(der_write(AT(loose, 0))));
    return with_cms(message, der_write(info));
}

/* Content in segments of one byte each. */
static bytes many_segments(const attack *row)
{
    element *info = der_read(forged("alice-p256", crlf("Content-Type: text/plain\n\nx\n"), 1));
    bytes content = AT(encap_of(info), 1, 0)->content, segments = bytes_of("", 0), inside;
    element *data = AT(info, 1, 0);

    for (size_t i = 0; i < content.len; i++)
        segments = joined(segments, joined(times(bytes_of("\4\0", 2), (size_t)row->number),
                                           wrapped(0x04, part_of(content, i, i + 1))));
    segments = wrapped(0xa0, wrapped(0x24, segments));
    segments = wrapped(0x30, joined(der_write(AT(encap_of(info), 0)), segments));
    inside = joined(joined(der_write(data->child[0]), der_write(data->child[1])), segments);
    for (size_t i = 3; i < data->count; i++)
        inside = joined(inside, der_write(data->child[i]));
    inside = wrapped(0xa0, wrapped(0x30, inside));
    return opaque_message("signed-data", wrapped(0x30, joined(der_write(AT(info, 0)), inside)));
}

/* An element that says it is four gibibytes long. */
static bytes huge_length(const attack *row)
{
    static const uint8_t long_element[] = { 0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 6, 9, 0x2a, 0x86 };

    return opaque_message(row->text, bytes_of(long_element, sizeof long_element));
}

static bytes nested_ber(const attack *row)
{
    return opaque_message(row->text, times(bytes_of("\x30\x80", 2), (size_t)row->number));
}

/* @p number kibibytes of zeros; compressed twice where @p text says so. */
static bytes bomb(const attack *row)
{
    smime_cms_encoder *job = NULL, *inner = NULL;
    smime_status status = smime_cms_encoder_new(policy(), SMIME_LAYER_COMPRESSED, &job);
    bytes zeros = { take((size_t)row->number << 10), (size_t)row->number << 10 };

    if (status == SMIME_E_UNSUPPORTED)
        return (bytes){ NULL, 0 };
    ck_ok(status);
    keep(job, (void (*)(void *))smime_cms_encoder_free);
    memset(zeros.data, '\n', zeros.len);
    if (row->text) {
        ck_ok(smime_cms_encoder_new(policy(), SMIME_LAYER_COMPRESSED, &inner));
        ck_ok(smime_cms_encoder_nest(job, inner));
    }
    return opaque_message("compressed-data", encoded(job, zeros));
}

/* --- certificates --- */

static bytes by_signer(const certs_made *signer, certs_made *const *above, size_t count)
{
    smime_cms_encoder *job = encoder(SMIME_LAYER_SIGNED);

    ck_ok(smime_cms_encoder_add_signer(job, identity_of(signer), 0, 0, NULL));
    for (size_t i = 0; i < count; i++)
        ck_ok(smime_cms_encoder_add_cert(job, cert_of(above[i])));
    return opaque_message("signed-data", encoded(job, entity_of(crlf(plain_mail))));
}

/* CAs of one name, each with a key of its own: the paths through them are many. */
static bytes mesh(const attack *row)
{
    certs_made made[20], *above[20], alice;

    for (int i = 0; i < row->number; i++) {
        made[i] = issued(&(certs_spec){ .subject = "CN=Mesh", AUTHORITY, .no_key_ids = 1 }, NULL);
        above[i] = &made[i];
    }
    alice = issued(&(certs_spec){ PERSON, .email = "alice@example.org", .no_key_ids = 1 },
                   &made[0]);
    return by_signer(&alice, above, (size_t)row->number);
}

/* Names times constraints. */
static bytes constraints(const attack *row)
{
    certs_spec ca = { .subject = "CN=Constrained", AUTHORITY };
    certs_spec leaf = { PERSON };
    certs_made root = member("root"), middle, alice;
    size_t count = (size_t)row->number;
    char *subtrees = take(count * 60 + 100), *names = take(count * 60 + 100), *at;

    at = subtrees + sprintf(subtrees, "30(a1(");
    for (size_t i = 0; i < count; i++)
        at += sprintf(at, "30(81('x%zu.example.com'))", i);
    sprintf(at, "))");
    at = names + sprintf(names, "30(81('alice@example.org')");
    for (size_t i = 0; i < count; i++)
        at += sprintf(at, "81('a@y%zu.example.net')", i);
    sprintf(at, ")");
    ca.more[0] = (certs_extension){ "2.5.29.30", subtrees, 1 };
    leaf.more[0] = (certs_extension){ "2.5.29.17", names, 0 };
    middle = issued(&ca, &root);
    alice = issued(&leaf, &middle);
    notation_clear();
    return by_signer(&alice, (certs_made *[]){ &middle }, 1);
}

/* A chain in which every policy is mapped to every policy. */
static bytes policies(const attack *row)
{
    size_t count = (size_t)row->number;
    char *listed = take(count * 40 + 100), *mapped = take(count * count * 60 + 100), *at;
    certs_made made[8], *above[8], root = member("root"), alice;
    certs_spec ca = { .subject = "CN=Policies", AUTHORITY };
    certs_spec leaf = { PERSON, .email = "alice@example.org" };

    at = listed + sprintf(listed, "30(");
    for (size_t i = 0; i < count; i++)
        at += sprintf(at, "30(@1.2.3.%zu)", i);
    sprintf(at, ")");
    at = mapped + sprintf(mapped, "30(");
    for (size_t i = 0; i < count * count; i++)
        at += sprintf(at, "30(@1.2.3.%zu @1.2.3.%zu)", i / count, i % count);
    sprintf(at, ")");
    ca.more[0] = leaf.more[0] = (certs_extension){ "2.5.29.32", listed, 0 };
    ca.more[1] = (certs_extension){ "2.5.29.33", mapped, 0 };
    for (int i = 0; i < 8; i++) {
        made[i] = issued(&ca, i ? &made[i - 1] : &root);
        above[i] = &made[i];
    }
    alice = issued(&leaf, &made[7]);
    notation_clear();
    return by_signer(&alice, above, 8);
}

const attack attack_costs[] = {
    { "depth-of-200", deep, NULL, 200 },
    { "depth-of-50", deep, NULL, 50 },
    { "parts-10001", many_parts, NULL, 10001 },
    { "parts-5000", many_parts, NULL, 5000 },
    { "header-of-1-mib", long_header, NULL, 600000 },
    { "header-fields-5000", many_fields, NULL, 5000 },
    { "layers-9", many_layers, NULL, 9 },
    { "layers-8", many_layers, NULL, 8 },
    { "recipients-4097", many_recipients, NULL, 4097 },
    { "recipients-1000", many_recipients, NULL, 1000 },
    { "recipient-keys-5000", many_keys, NULL, 5000 },
    { "recipient-keys-1000", many_keys, NULL, 1000 },
    { "countersignatures-150", many_countersignatures, NULL, 150 },
    { "countersignatures-15", many_countersignatures, NULL, 15 },
    { "segments-of-nothing", many_segments, NULL, 3000 },
    { "signers-65", many_signers, NULL, 65 },
    { "signers-64", many_signers, NULL, 64 },
    { "certificates-513", many_certificates, NULL, 513 },
    { "attributes-65", many_signed_attributes, NULL, 65 },
    { "attributes-50", many_signed_attributes, NULL, 50 },
    { "attributes-unsigned-65", many_attributes, NULL, 65 },
    { "length-of-4-gib", huge_length, "signed-data", 0 },
    { "length-of-4-gib-enveloped", huge_length, "enveloped-data", 0 },
    { "ber-without-end", nested_ber, "signed-data", 50000 },
    { "compressed-32-mib", bomb, NULL, 32 << 10 },
    { "compressed-twice", bomb, "twice", 32 << 10 },
    { "compressed-900-kib", bomb, NULL, 900 },
    { "certificates-in-mesh", mesh, NULL, 12 },
    { "name-constraints-600", constraints, NULL, 600 },
    { "name-constraints-100", constraints, NULL, 100 },
    { "policies-mapped-all-to-all", policies, NULL, 24 },
    { NULL, NULL, NULL, 0 },
};
