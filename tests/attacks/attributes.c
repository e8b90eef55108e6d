/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Class 9: the attributes of a signer. What is changed here is signed again by Alice's own key, so
 * that the signature over the attributes is good and only the fault itself is left to be seen. */
#include "attacks.h"

#include <string.h>

/* PKCS#9 arcs, and what is done to the attribute. */
enum { TYPE = 3, DIGEST = 4, TIME = 5, PROTECTION = 52 };
enum { REMOVE, REPEAT, TWO_VALUES, NO_VALUE, RETYPE, LOOSE, OTHER };
#define CASE(arc, change) ((arc) << 8 | (change))

static void move_out(element *signer, element *attribute)
{
    element *set = signed_attributes(signer), *loose = der_new(0xa1, bytes_of("", 0));

    for (size_t i = 0; i < set->count; i++)
        if (set->child[i] == attribute)
            der_remove(set, i);
    der_insert(loose, 0, attribute);
    der_insert(signer, signer->count, loose);
}

static void change_attribute(element *signer, int arc, int change)
{
    element *set = signed_attributes(signer), *attribute = attribute_of(signer, arc);
    element *values = AT(attribute, 1), *copy = der_read(der_write(attribute));
    element *value = AT(copy, 1, 0);

    while (value->tag & 0x20)
        value = AT(value, 0);
    if (change == OTHER || change == REPEAT || change == TWO_VALUES) /* a time ends with Z */
        value->content.data[value->content.len - (arc == TIME ? 2 : 1)] ^= 1;
    switch (change) {
    case REMOVE:
    case LOOSE:
        move_out(signer, attribute);
        if (change == REMOVE)
            signer->count--;
        break;
    case REPEAT:
        der_insert(set, set->count, copy);
        break;
    case TWO_VALUES:
        der_insert(values, values->count, AT(copy, 1, 0));
        break;
    case NO_VALUE:
        values->count = 0;
        break;
    case RETYPE:
        AT(values, 0)->tag = arc == DIGEST ? 0x0c : 0x04;
        break;
    default:
        *attribute = *copy;
    }
}

static bytes attribute_changed(const attack *row)
{
    bytes message = signed_by("alice-p256", CLEAR, plain_mail);
    element *info = der_read(cms_of(message)), *signer = AT(signers_of(info), 0);

    change_attribute(signer, row->number >> 8, row->number & 0xff);
    sign_again(signer, "alice-p256");
    return with_cms(message, der_write(info));
}

/* The same without the key: the signature does not fit any more. */
static bytes attribute_stripped(const attack *row)
{
    bytes message = signed_by("alice-p256", CLEAR, plain_mail);
    element *info = der_read(cms_of(message)), *signer = AT(signers_of(info), 0);

    change_attribute(signer, row->number >> 8, row->number & 0xff);
    return with_cms(message, der_write(info));
}

static bytes no_attributes(const attack *row)
{
    smime_cms_encoder *job = encoder(SMIME_LAYER_SIGNED);
    element *info;

    ck_ok(smime_cms_encoder_add_signer(job, identity("alice-p256"), 0,
                                       SMIME_SIGNER_NO_ATTRIBUTES, NULL));
    info = der_read(encoded(job, entity_of(crlf(plain_mail))));
    if (row->number)
        AT(encap_of(info), 0)->content = bytes_of("\x2a\3\4", 3);
    return opaque_message("signed-data", der_write(info));
}

/* What Alice's key signed once as attributes, shown as content that she signed without any. */
static bytes attributes_as_content(const attack *row)
{
    element *info = der_read(cms_of(signed_by("alice-p256", CLEAR, plain_mail)));
    element *signer = AT(signers_of(info), 0), *set = signed_attributes(signer);
    bytes content;

    (void)row;
    set->tag = 0x31;
    content = der_write(set);
    for (size_t i = 0; i < signer->count; i++)
        if (signer->child[i] == set)
            der_remove(signer, i);
    der_insert(encap_of(info), 1, der_new(0xa0, bytes_of("", 0)));
    der_insert(AT(encap_of(info), 1), 0, der_new(0x04, content));
    return opaque_message("signed-data", der_write(info));
}

/* The content is said to be of a type that nobody signed. */
static bytes other_content_type(const attack *row)
{
    bytes message = signed_by("alice-p256", OPAQUE, plain_mail);
    element *info = der_read(cms_of(message));

    (void)row;
    AT(encap_of(info), 0)->content = bytes_of("\x2a\3\4", 3);
    return with_cms(message, der_write(info));
}

/* The last arc of the digest's identifier: 1 SHA-256, 2 SHA-384, 3 SHA-512. */
static bytes digest_renamed(const attack *row)
{
    bytes message = signed_by("alice-p256", CLEAR, plain_mail);
    element *info = der_read(cms_of(message)), *signer = AT(signers_of(info), 0);
    bytes oid = AT(signer, 2, 0)->content;

    ck_assert_int_eq(AT(signer, 2)->tag, 0x30);
    oid.data[oid.len - 1] = (uint8_t)row->number;
    return with_cms(message, der_write(info));
}

/* SignedData announces SHA-512, its signer uses SHA-256. */
static bytes digest_not_announced(const attack *row)
{
    bytes message = signed_by("alice-p256", row->number, plain_mail);
    element *info = der_read(cms_of(message));
    bytes oid = AT(info, 1, 0, 1, 0, 0)->content;

    oid.data[oid.len - 1] = 3;
    return with_cms(message, der_write(info));
}

/* RFC 6211: Alice declares the algorithms; the attribute names another digest than the signer. */
static bytes protection_of_other_digest(const attack *row)
{
    bytes message = signed_by("alice-p256", CLEAR, plain_mail), oid;
    element *info = der_read(cms_of(message)), *signer = AT(signers_of(info), 0);
    element *value = AT(attribute_of(signer, PROTECTION), 1, 0);

    oid = AT(value, row->number, 0)->content;
    oid.data[oid.len - 1] ^= 1;
    sign_again(signer, "alice-p256");
    return with_cms(message, der_write(info));
}

/* RFC 5035: the certificate that was meant is another one with the same key. */
static bytes other_certificate_meant(const attack *row)
{
    static const uint8_t type[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 2, 47 };
    bytes message = signed_by("alice-p256", CLEAR, plain_mail);
    element *info = der_read(cms_of(message)), *signer = AT(signers_of(info), 0);
    element *set = signed_attributes(signer), *value = NULL;

    for (size_t i = 0; i < set->count; i++)
        if (same(AT(set->child[i], 0)->content, bytes_of(type, sizeof type)))
            value = AT(set->child[i], 1, 0);
    ck_assert_ptr_nonnull(value);
    while (value->tag & 0x20)
        value = AT(value, 0);
    ck_assert_int_eq(value->tag, 0x04);
    value->content.data[0] ^= 1;
    if (row->number)
        sign_again(signer, "alice-p256");
    return with_cms(message, der_write(info));
}

const attack attack_attributes[] = {
    { "digest-missing", attribute_changed, NULL, CASE(DIGEST, REMOVE) },
    { "digest-doubled", attribute_changed, NULL, CASE(DIGEST, REPEAT) },
    { "digest-of-two-values", attribute_changed, NULL, CASE(DIGEST, TWO_VALUES) },
    { "digest-of-no-value", attribute_changed, NULL, CASE(DIGEST, NO_VALUE) },
    { "digest-of-other-type", attribute_changed, NULL, CASE(DIGEST, RETYPE) },
    { "digest-among-unsigned", attribute_changed, NULL, CASE(DIGEST, LOOSE) },
    { "digest-of-other-content", attribute_changed, NULL, CASE(DIGEST, OTHER) },
    { "content-type-missing", attribute_changed, NULL, CASE(TYPE, REMOVE) },
    { "content-type-doubled", attribute_changed, NULL, CASE(TYPE, REPEAT) },
    { "content-type-of-two-values", attribute_changed, NULL, CASE(TYPE, TWO_VALUES) },
    { "content-type-of-no-value", attribute_changed, NULL, CASE(TYPE, NO_VALUE) },
    { "content-type-of-other-type", attribute_changed, NULL, CASE(TYPE, RETYPE) },
    { "content-type-among-unsigned", attribute_changed, NULL, CASE(TYPE, LOOSE) },
    { "content-type-other", attribute_changed, NULL, CASE(TYPE, OTHER) },
    { "content-type-renamed", other_content_type, NULL, 0 },
    { "signing-time-missing", attribute_changed, NULL, CASE(TIME, REMOVE) },
    { "signing-time-doubled", attribute_changed, NULL, CASE(TIME, REPEAT) },
    { "signing-time-of-two-values", attribute_changed, NULL, CASE(TIME, TWO_VALUES) },
    { "signing-time-of-no-value", attribute_changed, NULL, CASE(TIME, NO_VALUE) },
    { "signing-time-of-other-type", attribute_changed, NULL, CASE(TIME, RETYPE) },
    { "signing-time-among-unsigned", attribute_changed, NULL, CASE(TIME, LOOSE) },
    { "protection-doubled", attribute_changed, NULL, CASE(PROTECTION, REPEAT) },
    { "protection-among-unsigned", attribute_changed, NULL, CASE(PROTECTION, LOOSE) },
    { "attribute-stripped", attribute_stripped, NULL, CASE(TIME, REMOVE) },
    { "attribute-changed", attribute_stripped, NULL, CASE(TIME, OTHER) },
    { "attributes-none", no_attributes, NULL, 0 },
    { "attributes-none-of-other-type", no_attributes, NULL, 1 },
    { "attributes-as-content", attributes_as_content, NULL, 0 },
    { "digest-renamed-sha384", digest_renamed, NULL, 2 },
    { "digest-renamed-sha512", digest_renamed, NULL, 3 },
    { "digest-not-announced", digest_not_announced, NULL, CLEAR },
    { "digest-not-announced-opaque", digest_not_announced, NULL, OPAQUE },
    { "protection-of-other-digest", protection_of_other_digest, NULL, 0 },
    { "protection-of-other-signature", protection_of_other_digest, NULL, 1 },
    { "certificate-meant-other", other_certificate_meant, NULL, 1 },
    { "certificate-meant-changed", other_certificate_meant, NULL, 0 },
    { NULL, NULL, NULL, 0 },
};
