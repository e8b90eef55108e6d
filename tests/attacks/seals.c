/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Class 7: ciphertext that was changed. Where the outcome would hang on the last byte of a random
 * block - CBC padding looks good once in 256 times - key and nonce are fixed, so that every run
 * makes the same bytes. */
#include "attacks.h"

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <string.h>

static const uint8_t key32[32] = "the attacker does not know this";
static const uint8_t iv16[16] = "fifteen and one";
static const uint8_t enveloped[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 3 };
static const uint8_t auth_enveloped[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 1, 23 };
static const uint8_t aes256_cbc[] = { 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 42 };

#define CONTENT 1, 0, 2
#define ALGORITHM CONTENT, 1
#define TAG 1, 0, 3

static const char sealed_text[] = "Content-Type: text/plain\r\n\r\n" SECRET "\r\n" SECRET "\r\n";

static element *ciphertext(element *info)
{
    element *data = AT(info, CONTENT, 2);

    return data->tag & 0x20 ? data->child[data->count - 1] : data;
}

static void set_ciphertext(element *info, bytes data)
{
    AT(info, CONTENT)->child[2] = der_new(0x80, data);
}

/* The content key becomes key32, wrapped anew for bob-rsa. */
static void set_key(element *info)
{
    gnutls_pubkey_t key;
    gnutls_datum_t out, in = { (unsigned char *)key32, 32 };
    certs_made bob = member("bob-rsa");
    element *recipient = AT(info, 1, 0, 1, 0);

    ck_assert_int_eq(gnutls_pubkey_init(&key), 0);
    ck_assert_int_eq(gnutls_pubkey_import_x509(key, bob.crt, 0), 0);
    ck_assert_int_eq(gnutls_pubkey_encrypt_data(key, 0, &in, &out), 0);
    recipient->child[recipient->count - 1]->content = bytes_of(out.data, out.size);
    gnutls_free(out.data);
    gnutls_pubkey_deinit(key);
}

/* What CBC does with key32: encrypts, or decrypts without a look at the padding. */
static bytes cbc(bytes data, const uint8_t *iv, int decrypt)
{
    gnutls_cipher_hd_t cipher;
    gnutls_datum_t key = { (unsigned char *)key32, 32 }, nonce = { (unsigned char *)iv, 16 };
    bytes made = { take(data.len + 16), data.len };
    size_t pad = 16 - data.len % 16;

    memcpy(made.data, data.data, data.len);
    if (!decrypt) {
        memset(made.data + made.len, (int)pad, pad);
        made.len += pad;
    }
    ck_assert_int_eq(gnutls_cipher_init(&cipher, GNUTLS_CIPHER_AES_256_CBC, &key, &nonce), 0);
    ck_assert_int_eq(decrypt ? gnutls_cipher_decrypt(cipher, made.data, made.len)
                             : gnutls_cipher_encrypt(cipher, made.data, made.len),
                     0);
    gnutls_cipher_deinit(cipher);
    return made;
}

static bytes gcm(bytes data, const uint8_t *nonce, uint8_t *ret_tag)
{
    gnutls_aead_cipher_hd_t cipher;
    gnutls_datum_t key = { (unsigned char *)key32, 32 };
    size_t len = data.len + 16;
    bytes made = { take(len), data.len };

    ck_assert_int_eq(gnutls_aead_cipher_init(&cipher, GNUTLS_CIPHER_AES_256_GCM, &key), 0);
    ck_assert_int_eq(gnutls_aead_cipher_encrypt(cipher, nonce, 12, NULL, 0, 16, data.data,
                                                data.len, made.data, &len),
                     0);
    memcpy(ret_tag, made.data + data.len, 16);
    gnutls_aead_cipher_deinit(cipher);
    return made;
}

static bytes for_bob_rsa(int32_t cipher)
{
    sending how = { .to = { "bob-rsa" }, .cipher = cipher, .transport = SMIME_TRANSPORT_RSA_V15 };

    return protected(&how, text(secret_mail));
}

/* A structure with key32 in CBC; *ret_message is what with_cms() takes. */
static element *fixed_cbc(bytes content, bytes *ret_message)
{
    element *info;

    *ret_message = for_bob_rsa(SMIME_CIPHER_AES_256_CBC);
    info = der_read(cms_of(*ret_message));
    set_key(info);
    AT(info, ALGORITHM, 1)->content = bytes_of(iv16, 16);
    set_ciphertext(info, cbc(content, iv16, 0));
    return info;
}

static element *fixed_gcm(bytes content, bytes *ret_message)
{
    uint8_t tag[16];
    element *info;

    *ret_message = for_bob_rsa(SMIME_CIPHER_AES_256_GCM);
    info = der_read(cms_of(*ret_message));
    set_key(info);
    AT(info, ALGORITHM, 1, 0)->content = bytes_of(iv16, 12);
    set_ciphertext(info, gcm(content, iv16, tag));
    AT(info, TAG)->content = bytes_of(tag, 16);
    return info;
}

static bytes control(const attack *row)
{
    bytes message;
    element *info = row->number ? fixed_gcm(text(sealed_text), &message)
                                : fixed_cbc(text(sealed_text), &message);

    return with_cms(message, der_write(info));
}

static void flip(bytes to, const char *was, const char *becomes)
{
    for (size_t i = 0; i < 16; i++)
        to.data[i] ^= (uint8_t)(was[i] ^ becomes[i]);
}

/* EFAIL: the first block is known, so any block can be made of it by way of the IV. */
static bytes iv_gadget(const attack *row)
{
    bytes message;
    element *info = fixed_cbc(text(sealed_text), &message);

    (void)row;
    flip(AT(info, ALGORITHM, 1)->content, "Content-Type: te", "Content-Type: TE");
    return with_cms(message, der_write(info));
}

/* EFAIL: blocks of the attacker's with garbage between them, and then what there was. */
static bytes block_gadget(const attack *row)
{
    static const char markup[] = "Content-Type: text/html\r\n\r\n<pre>"; /* two blocks */
    bytes message, old, made, first;
    element *info;

    if (row->text) { /* signed inside: the gadget destroys what says so */
        bytes inner = entity_of(signed_by("alice-p256", CLEAR, secret_mail));
        info = fixed_cbc(inner, &message);
    } else {
        info = fixed_cbc(text(sealed_text), &message);
    }
    old = ciphertext(info)->content;
    first = part_of(old, 0, 16);
    made = bytes_of("", 0);
    for (size_t i = 0; i < 2; i++) {
        bytes block = bytes_of(iv16, 16);
        flip(block, row->text ? row->text : "Content-Type: te", markup + 16 * i);
        made = joined(joined(made, block), first);
    }
    AT(info, ALGORITHM, 1)->content = part_of(made, 0, 16);
    set_ciphertext(info, joined(part_of(made, 16, made.len), old));
    return with_cms(message, der_write(info));
}

/* A block in the middle of what Alice signed. */
static bytes signed_block_changed(const attack *row)
{
    bytes inner = entity_of(signed_by("alice-p256", CLEAR, secret_mail)), message;
    element *info = fixed_cbc(inner, &message);
    size_t at = find(inner, SECRET, 0) / 16 * 16;

    (void)row;
    ciphertext(info)->content.data[at - 16 + 15] ^= 1;
    return with_cms(message, der_write(info));
}

enum { CUT_BLOCK, CUT_BYTE, CUT_ALL, CUT_TO_IV };

static bytes cut(const attack *row)
{
    int authenticated = row->text != NULL;
    bytes message;
    element *info = authenticated ? fixed_gcm(text(sealed_text), &message)
                                  : fixed_cbc(text(sealed_text), &message);
    bytes *data = &ciphertext(info)->content;

    data->len = row->number == CUT_BLOCK ? data->len - 16
                : row->number == CUT_BYTE ? data->len - 1
                : row->number == CUT_ALL  ? 0
                                          : 16;
    return with_cms(message, der_write(info));
}

/* The message itself ends early, within the base64. */
static bytes message_cut(const attack *row)
{
    bytes message = sealed_for_bob(NULL, row->number);

    return part_of(message, 0, message.len - 81);
}

/* EFAIL's successor: the blocks of GCM under the name of CBC. With @p number the attacker has found
 * an IV that makes the padding look good. */
static bytes downgraded(const attack *row)
{
    bytes message, data, plain, iv = bytes_of(iv16, 16);
    element *info = fixed_gcm(text(sealed_text), &message);

    AT(info, 0)->content = bytes_of(enveloped, sizeof enveloped);
    der_remove(AT(info, 1, 0), 3);
    data = part_of(ciphertext(info)->content, 0, 16);
    plain = cbc(data, iv16, 1);
    iv.data[15] ^= (uint8_t)(plain.data[15] ^ (row->number ? 1 : 0x77));
    AT(info, ALGORITHM, 0)->content = bytes_of(aes256_cbc, sizeof aes256_cbc);
    AT(info, ALGORITHM)->child[1] = der_new(0x04, iv);
    set_ciphertext(info, data);
    return with_cms(message, der_write(info));
}

/* The cipher of one structure under the name of the other. */
static bytes misplaced(const attack *row)
{
    bytes message = for_bob_rsa(row->number ? SMIME_CIPHER_AES_256_GCM : SMIME_CIPHER_AES_256_CBC);
    element *info = der_read(cms_of(message));

    if (row->number) {
        AT(info, 0)->content = bytes_of(enveloped, sizeof enveloped);
        der_remove(AT(info, 1, 0), 3);
    } else {
        AT(info, 0)->content = bytes_of(auth_enveloped, sizeof auth_enveloped);
        der_insert(AT(info, 1, 0), 3, der_new(0x04, bytes_of("0123456789abcdef", 16)));
    }
    return with_cms(message, der_write(info));
}

/* A tag of so many bytes; with @p text the parameters say the same length. */
static bytes tag_of(const attack *row)
{
    bytes message;
    element *info = fixed_gcm(text(sealed_text), &message), *parameters = AT(info, ALGORITHM, 1);
    uint8_t length = (uint8_t)row->number;

    AT(info, TAG)->content.len = length;
    while (row->text && parameters->count > 1)
        der_remove(parameters, 1);
    if (row->text && length != 12) /* which is the default */
        der_insert(parameters, 1, der_new(0x02, bytes_of(&length, 1)));
    return with_cms(message, der_write(info));
}

enum { IN_TAG, IN_NONCE, IN_CONTENT, NO_TAG, ATTRIBUTES };

/* A nonce of so many bytes. */
static bytes nonce_of(const attack *row)
{
    bytes message;
    element *info = fixed_gcm(text(sealed_text), &message);
    element *nonce = AT(info, ALGORITHM, 1, 0);
    bytes longer = { take((size_t)row->number + 1), (size_t)row->number };

    memset(longer.data, 0, longer.len + 1);
    memcpy(longer.data, iv16, longer.len < 12 ? longer.len : 12);
    nonce->content = longer;
    return with_cms(message, der_write(info));
}

/* The cipher is called by a name that nobody knows. */
static bytes cipher_unknown(const attack *row)
{
    bytes message;
    element *info = row->number ? fixed_gcm(text(sealed_text), &message)
                                : fixed_cbc(text(sealed_text), &message);

    AT(info, ALGORITHM, 0)->content = bytes_of("\x2a\3\4", 3);
    return with_cms(message, der_write(info));
}

static bytes gcm_changed(const attack *row)
{
    bytes message;
    element *info = fixed_gcm(text(sealed_text), &message), *attributes;

    switch (row->number) {
    case IN_TAG:
        AT(info, TAG)->content.data[0] ^= 0x80;
        break;
    case IN_NONCE:
        AT(info, ALGORITHM, 1, 0)->content.data[0] ^= 1;
        break;
    case IN_CONTENT:
        ciphertext(info)->content.data[3] ^= 1;
        break;
    case NO_TAG:
        der_remove(AT(info, 1, 0), 3);
        break;
    default:
        attributes = der_new(0xa1, bytes_of("", 0));
        der_insert(attributes, 0, der_read(bytes_of("\x30\x8\6\2\x2a\3\x31\2\5\0", 10)));
        der_insert(AT(info, 1, 0), 3, attributes);
    }
    return with_cms(message, der_write(info));
}

const attack attack_seals[] = {
    { "fixed-key-cbc", control, NULL, 0 },
    { "fixed-key-gcm", control, NULL, 1 },
    { "cbc-iv-gadget", iv_gadget, NULL, 0 },
    { "cbc-block-gadget", block_gadget, NULL, 0 },
    { "cbc-gadget-before-signed", block_gadget, "Content-Type: mu", 0 },
    { "cbc-block-in-signed", signed_block_changed, NULL, 0 },
    { "cbc-cut-block", cut, NULL, CUT_BLOCK },
    { "cbc-cut-byte", cut, NULL, CUT_BYTE },
    { "cbc-cut-all", cut, NULL, CUT_ALL },
    { "cbc-cut-to-one-block", cut, NULL, CUT_TO_IV },
    { "gcm-cut-block", cut, "gcm", CUT_BLOCK },
    { "gcm-cut-byte", cut, "gcm", CUT_BYTE },
    { "gcm-cut-all", cut, "gcm", CUT_ALL },
    { "cbc-message-cut", message_cut, NULL, SMIME_CIPHER_AES_256_CBC },
    { "gcm-message-cut", message_cut, NULL, SMIME_CIPHER_AES_256_GCM },
    { "gcm-as-cbc", downgraded, NULL, 0 },
    { "gcm-as-cbc-good-padding", downgraded, NULL, 1 },
    { "gcm-in-enveloped", misplaced, NULL, 1 },
    { "cbc-in-auth-enveloped", misplaced, NULL, 0 },
    { "tag-empty", tag_of, NULL, 0 },
    { "tag-of-4", tag_of, NULL, 4 },
    { "tag-of-4-declared", tag_of, "", 4 },
    { "tag-of-8-declared", tag_of, "", 8 },
    { "tag-of-11-declared", tag_of, "", 11 },
    { "tag-of-12", tag_of, NULL, 12 },
    { "tag-of-12-declared", tag_of, "", 12 },
    { "tag-changed", gcm_changed, NULL, IN_TAG },
    { "tag-gone", gcm_changed, NULL, NO_TAG },
    { "nonce-changed", gcm_changed, NULL, IN_NONCE },
    { "nonce-empty", nonce_of, NULL, 0 },
    { "nonce-of-100000", nonce_of, NULL, 100000 },
    { "cipher-unknown", cipher_unknown, NULL, 0 },
    { "cipher-unknown-auth", cipher_unknown, NULL, 1 },
    { "gcm-content-changed", gcm_changed, NULL, IN_CONTENT },
    { "gcm-attributes-added", gcm_changed, NULL, ATTRIBUTES },
    { NULL, NULL, NULL, 0 },
};
