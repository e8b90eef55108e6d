/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Class 8: questions put to whoever has the key. All is authenticated (AES-256-GCM) but where a row
 * says otherwise: under a wrong key CBC padding looks good once in 256 times. */
#include "attacks.h"

#include <gnutls/abstract.h>
#include <string.h>

static element *recipients_of(element *info)
{
    return AT(info, 1, 0, 1);
}

static element *wrapped_key(element *recipient)
{
    element *last = recipient;

    while (last->tag & 0x20)
        last = last->child[last->count - 1];
    ck_assert_int_eq(last->tag, 0x04);
    return last;
}

static bytes sealed_to(const char *one, const char *two, int32_t transport)
{
    sending how = { .to = { one, two }, .cipher = SMIME_CIPHER_AES_256_GCM,
                    .transport = transport ? transport : SMIME_TRANSPORT_RSA_V15 };

    return protected(&how, text(secret_mail));
}

enum { FLIPPED, SHORTER, LONGER, EMPTY, ZERO, ONE, LARGE };

static void spoil(element *key, int how)
{
    bytes *value = &key->content;

    switch (how) {
    case FLIPPED:
        value->data[value->len / 2] ^= 1;
        break;
    case SHORTER:
        value->len -= 8;
        break;
    case LONGER:
        *value = joined(*value, text("12345678"));
        break;
    case EMPTY:
        value->len = 0;
        break;
    default: /* numbers that RSA maps to themselves, or that it does not take */
        memset(value->data, how == LARGE ? 0xff : 0, value->len);
        value->data[value->len - 1] = how == ONE ? 1 : value->data[0];
    }
}

/* The wrapped key of the one recipient, @p text, is another one. */
static bytes key_spoiled(const attack *row)
{
    int oaep = row->number & 0x100;
    bytes message = sealed_to(row->text, NULL, oaep ? SMIME_TRANSPORT_RSA_OAEP : 0);
    element *info = der_read(cms_of(message));

    spoil(wrapped_key(AT(recipients_of(info), 0)), row->number & 0xff);
    return with_cms(message, der_write(info));
}

/* Two RecipientInfos for one key of Bob's, one of them spoiled. */
static bytes one_of_two_spoiled(const attack *row)
{
    bytes message = sealed_to("bob-rsa", NULL, 0);
    element *info = der_read(cms_of(message)), *set = recipients_of(info);
    element *bad = der_read(der_write(set->child[0]));

    spoil(wrapped_key(bad), FLIPPED);
    der_insert(set, row->number ? 1 : 0, bad);
    return with_cms(message, der_write(info));
}

/* Bob's is good; that of another person or of another key of his is not. */
static bytes other_spoiled(const attack *row)
{
    bytes message = sealed_to("bob-rsa", row->text, 0);
    element *info = der_read(cms_of(message)), *set = recipients_of(info);

    for (size_t i = 0; i < set->count; i++)
        if (set->child[i]->tag == 0xa1) /* a key agreement, and so not bob-rsa */
            spoil(wrapped_key(set->child[i]), FLIPPED);
    if (row->number) { /* in front */
        element *first = set->child[0];
        set->child[0] = set->child[1];
        set->child[1] = first;
    }
    return with_cms(message, der_write(info));
}

/* A content key of @p number bytes, well padded for RSA: the cipher wants 32. */
static bytes key_of_length(const attack *row)
{
    static const uint8_t bytes_of_key[64] = "a content key of another length than the cipher has";
    bytes message = sealed_to("bob-rsa", NULL, 0);
    element *info = der_read(cms_of(message));
    gnutls_datum_t in = { (unsigned char *)bytes_of_key, (unsigned)row->number }, out;
    gnutls_pubkey_t key;
    certs_made bob = member("bob-rsa");

    ck_assert_int_eq(gnutls_pubkey_init(&key), 0);
    ck_assert_int_eq(gnutls_pubkey_import_x509(key, bob.crt, 0), 0);
    ck_assert_int_eq(gnutls_pubkey_encrypt_data(key, 0, &in, &out), 0);
    wrapped_key(AT(recipients_of(info), 0))->content = bytes_of(out.data, out.size);
    gnutls_free(out.data);
    gnutls_pubkey_deinit(key);
    return with_cms(message, der_write(info));
}

/* Wrapped by v1.5, and called OAEP with parameters that are none. */
static bytes oaep_malformed(const attack *row)
{
    static const uint8_t oaep[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 7 };
    bytes message = sealed_to("bob-rsa", NULL, 0);
    element *info = der_read(cms_of(message)), *algorithm = AT(recipients_of(info), 0, 2);

    AT(algorithm, 0)->content = bytes_of(oaep, sizeof oaep);
    algorithm->count = 1;
    if (row->number)
        der_insert(algorithm, 1, der_read(bytes_of("\x30\2\xa0\0", 4)));
    return with_cms(message, der_write(info));
}

/* The originator's point, @p number bytes of it, is not on the curve. */
static bytes point_off_curve(const attack *row)
{
    bytes message = sealed_to("bob-p256", NULL, 0);
    element *info = der_read(cms_of(message));
    bytes *point = &AT(recipients_of(info), 0, 1, 0, 1)->content;

    if (row->number)
        point->len = (size_t)row->number;
    else
        point->data[point->len - 1] ^= 1;
    return with_cms(message, der_write(info));
}

static bytes not_for_bob(const attack *row)
{
    sending how = { .to = { row->text }, .cipher = row->number };

    return protected(&how, text(secret_mail));
}

/* --- passwords --- */

static element *with_password(void)
{
    smime_cms_encoder *job = encoder(SMIME_LAYER_AUTH_ENVELOPED);

    ck_ok(smime_cms_encoder_add_password(job, PASSWORD, strlen(PASSWORD), 1000));
    return der_read(encoded(job, entity_of(crlf(secret_mail))));
}

static bytes password_message(const element *info)
{
    return opaque_message("authEnveloped-data", der_write(info));
}

static bytes by_password(const attack *row)
{
    (void)row;
    return password_message(with_password());
}

/* RFC 3211 wraps whole blocks, at least two: a length of @p number is read beyond its end. */
static bytes password_length(const attack *row)
{
    element *info = with_password(), *key = wrapped_key(AT(recipients_of(info), 0));
    bytes longer = { take(300), (size_t)row->number };

    memset(longer.data, 0x41, 300);
    memcpy(longer.data, key->content.data,
           longer.len < key->content.len ? longer.len : key->content.len);
    key->content = longer;
    return password_message(info);
}

static bytes password_spoiled(const attack *row)
{
    element *info = with_password();

    spoil(wrapped_key(AT(recipients_of(info), 0)), row->number);
    return password_message(info);
}

/* @p text is the INTEGER of iterations, @p number its length. */
static bytes iterations(const attack *row)
{
    element *info = with_password(), *count = AT(recipients_of(info), 0, 0 + 1, 1, 1);

    ck_assert_int_eq(count->tag, 0x02);
    count->content = bytes_of(row->text, (size_t)row->number);
    return password_message(info);
}

/* Twenty recipients of a bearable cost each. */
static bytes iterations_together(const attack *row)
{
    element *info = with_password(), *set = recipients_of(info), *one = set->child[0];

    (void)row;
    AT(one, 1, 1, 1)->content = bytes_of("\x0f\x42\x40", 3);
    for (int i = 0; i < 20; i++)
        der_insert(set, 0, one);
    return password_message(info);
}

const attack attack_recipients[] = {
    { "rsa-key-flipped", key_spoiled, "bob-rsa", FLIPPED },
    { "rsa-key-shorter", key_spoiled, "bob-rsa", SHORTER },
    { "rsa-key-longer", key_spoiled, "bob-rsa", LONGER },
    { "rsa-key-empty", key_spoiled, "bob-rsa", EMPTY },
    { "rsa-key-zero", key_spoiled, "bob-rsa", ZERO },
    { "rsa-key-one", key_spoiled, "bob-rsa", ONE },
    { "rsa-key-beyond-modulus", key_spoiled, "bob-rsa", LARGE },
    { "oaep-key-flipped", key_spoiled, "bob-rsa", 0x100 | FLIPPED },
    { "oaep-key-empty", key_spoiled, "bob-rsa", 0x100 | EMPTY },
    { "oaep-without-parameters", oaep_malformed, NULL, 0 },
    { "oaep-parameters-malformed", oaep_malformed, NULL, 1 },
    { "ecdh-key-flipped", key_spoiled, "bob-p256", FLIPPED },
    { "ecdh-key-shorter", key_spoiled, "bob-p256", SHORTER },
    { "ecdh-key-empty", key_spoiled, "bob-p256", EMPTY },
    { "ecdh-point-off-curve", point_off_curve, NULL, 0 },
    { "ecdh-point-short", point_off_curve, NULL, 10 },
    { "recipient-bad-before-good", one_of_two_spoiled, NULL, 0 },
    { "recipient-bad-behind-good", one_of_two_spoiled, NULL, 1 },
    { "recipient-of-other-bad", other_spoiled, "carol-p384", 0 },
    { "recipient-of-other-bad-first", other_spoiled, "carol-p384", 1 },
    { "recipient-not-bob", not_for_bob, "carol-p384", SMIME_CIPHER_AES_256_GCM },
    { "recipient-not-bob-cbc", not_for_bob, "alice-rsa", SMIME_CIPHER_AES_256_CBC },
    { "key-of-1", key_of_length, NULL, 1 },
    { "key-of-16", key_of_length, NULL, 16 },
    { "key-of-31", key_of_length, NULL, 31 },
    { "key-of-33", key_of_length, NULL, 33 },
    { "key-of-64", key_of_length, NULL, 64 },
    { "password-good", by_password, NULL, 0 },
    { "password-key-empty", password_length, NULL, 0 },
    { "password-key-of-1", password_length, NULL, 1 },
    { "password-key-of-16", password_length, NULL, 16 },
    { "password-key-of-33", password_length, NULL, 33 },
    { "password-key-of-272", password_length, NULL, 272 },
    { "password-key-flipped", password_spoiled, NULL, FLIPPED },
    { "iterations-none", iterations, "\0", 1 },
    { "iterations-negative", iterations, "\xff", 1 },
    { "iterations-2000001", iterations, "\x1e\x84\x81", 3 },
    { "iterations-2-to-31", iterations, "\x7f\xff\xff\xff", 4 },
    { "iterations-2-to-63", iterations, "\x7f\xff\xff\xff\xff\xff\xff\xff", 8 },
    { "iterations-together", iterations_together, NULL, 0 },
    { NULL, NULL, NULL, 0 },
};
