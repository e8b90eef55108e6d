/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* EnvelopedData made by hand around a content key that is known, so that each message can be bad
 * in one way only; all of them have one size. */
#include "timing.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROOM 65536
#define RSA_SIZE 256
#define CEK_SIZE 32
#define OTHER_SIZE 24 /* of the key of another length */
#define BLOCK 16

#define FIELDS                                                                                   \
    "From: Alice <" BENCH_SENDER ">\r\nTo: Bob <bob@example.org>\r\n"                            \
    "Subject: A message to measure with\r\nMessage-ID: <1@example.org>\r\nMIME-Version: 1.0\r\n" \
    "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\n"        \
    "Content-Transfer-Encoding: base64\r\n\r\n"

static const uint8_t oid_enveloped[] = { 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 3 };
static const uint8_t oid_data[] = { 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1 };
static const uint8_t alg_rsa[] = {
    0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0
};
static const uint8_t alg_oaep[] = { 0x30, 13,   6, 9, 0x2a, 0x86, 0x48, 0x86,
                                    0xf7, 0x0d, 1, 1, 7,    0x30, 0 }; /* SHA-1, by default */
static const uint8_t oid_aes256_cbc[] = { 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 0x2a };
static const uint8_t alg_ec[] = { 0x30, 9, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1 };
static const uint8_t oid_ecdh_sha256[] = { 6, 6, 0x2b, 0x81, 4, 1, 0x0b, 1 };
static const uint8_t alg_wrap[] = { 0x30, 11, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 0x2d };
/* ECC-CMS-SharedInfo for a key of 256 bits */
static const uint8_t shared_info[] = { 0x30, 21, 0x30, 11,   6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3,
                                       4,    1,  0x2d, 0xa2, 6, 4, 4,    0,    0,    1, 0 };

/* DER under construction; too much sets bad. */
typedef struct writer {
    uint8_t data[ROOM];
    size_t len;
    int bad;
} writer;

typedef struct making {
    int kind;
    const bench_person *person;
    uint8_t cek[CEK_SIZE];
    writer out;
} making;

static void add(writer *to, const void *data, size_t len)
{
    if (len > ROOM - to->len) {
        to->bad = 1;
        return;
    }
    memcpy(to->data + to->len, data, len);
    to->len += len;
}

/* Puts a tag and a length before everything since @p from. */
static void wrap(writer *to, size_t from, uint8_t tag)
{
    size_t len = to->len - from;
    uint8_t head[4] = { tag, (uint8_t)len };
    size_t size = 2;

    if (len > 255) {
        head[1] = 0x82;
        head[2] = (uint8_t)(len >> 8);
        head[3] = (uint8_t)len;
        size = 4;
    } else if (len > 127) {
        head[1] = 0x81;
        head[2] = (uint8_t)len;
        size = 3;
    }
    add(to, head, size); /* makes room */
    if (to->bad)
        return;
    memmove(to->data + from + size, to->data + from, len);
    memcpy(to->data + from, head, size);
}

static void add_value(writer *to, uint8_t tag, const void *data, size_t len)
{
    size_t from = to->len;

    add(to, data, len);
    wrap(to, from, tag);
}

static void add_issuer_and_serial(writer *to, X509 *cert)
{
    unsigned char *name = NULL, *serial = NULL;
    int name_len = i2d_X509_NAME(X509_get_issuer_name(cert), &name);
    int serial_len = i2d_ASN1_INTEGER(X509_get0_serialNumber(cert), &serial);
    size_t from = to->len;

    if (name_len > 0 && serial_len > 0) {
        add(to, name, (size_t)name_len);
        add(to, serial, (size_t)serial_len);
        wrap(to, from, 0x30);
    } else {
        to->bad = 1;
    }
    OPENSSL_free(name);
    OPENSSL_free(serial);
}

static int rsa(EVP_PKEY *key, int padding, const uint8_t *data, size_t len, uint8_t *to)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
    size_t size = RSA_SIZE;
    int good = ctx && EVP_PKEY_encrypt_init(ctx) > 0 &&
               EVP_PKEY_CTX_set_rsa_padding(ctx, padding) > 0 &&
               EVP_PKEY_encrypt(ctx, to, &size, data, len) > 0 && size == RSA_SIZE;

    EVP_PKEY_CTX_free(ctx);
    return good;
}

/* A block that is neither v1.5 nor OAEP. Its first byte is @p first; 0 and 1 are below the modulus
 * whatever that is. */
static int rsa_of_nothing(EVP_PKEY *key, uint8_t first, uint8_t *to)
{
    uint8_t block[RSA_SIZE];

    if (RAND_bytes(block, sizeof block) <= 0)
        return 0;
    block[0] = first;
    block[1] = 1; /* 2 would be v1.5 */
    return rsa(key, RSA_NO_PADDING, block, sizeof block, to);
}

static int is_oaep(int kind)
{
    return kind == TIMING_OAEP || kind == TIMING_OAEP_OTHER_KEY;
}

/* The key that is sent: the right one, or one of another length, or one of the same. */
static size_t key_to_send(const making *job, uint8_t *to)
{
    int is_other = job->kind == TIMING_OTHER_KEY || job->kind == TIMING_OAEP_OTHER_KEY;

    memcpy(to, job->cek, CEK_SIZE);
    if (is_other && RAND_bytes(to, CEK_SIZE) <= 0)
        return 0;
    return job->kind == TIMING_LENGTH ? OTHER_SIZE : CEK_SIZE;
}

static int add_ktri(making *job)
{
    writer *to = &job->out;
    size_t from = to->len;
    uint8_t key[CEK_SIZE], encrypted[RSA_SIZE];
    size_t len = key_to_send(job, key);
    int good = len > 0;

    if (job->kind == TIMING_UNWRAP || job->kind == TIMING_OAEP)
        good = rsa_of_nothing(job->person->key, job->kind == TIMING_OAEP, encrypted);
    else
        good = good && rsa(job->person->key,
                           is_oaep(job->kind) ? RSA_PKCS1_OAEP_PADDING : RSA_PKCS1_PADDING, key,
                           len, encrypted);
    add_value(to, 2, "\0", 1);
    add_issuer_and_serial(to, job->person->cert);
    add(to, is_oaep(job->kind) ? alg_oaep : alg_rsa, sizeof alg_rsa);
    add_value(to, 4, encrypted, sizeof encrypted);
    wrap(to, from, 0x30);
    return good;
}

static int derive_kek(EVP_PKEY *own, EVP_PKEY *peer, uint8_t *kek)
{
    EVP_PKEY_CTX *agree = EVP_PKEY_CTX_new(own, NULL);
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, "X963KDF", NULL);
    EVP_KDF_CTX *derive = EVP_KDF_CTX_new(kdf);
    uint8_t secret[32];
    size_t len = sizeof secret;
    OSSL_PARAM with[4];
    int good = agree && derive && EVP_PKEY_derive_init(agree) > 0 &&
               EVP_PKEY_derive_set_peer(agree, peer) > 0 &&
               EVP_PKEY_derive(agree, secret, &len) > 0;

    with[0] = OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char[]){ "SHA256" }, 0);
    with[1] = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, secret, len);
    with[2] = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, (void *)(uintptr_t)shared_info,
                                                sizeof shared_info);
    with[3] = OSSL_PARAM_construct_end();
    good = good && EVP_KDF_derive(derive, kek, 32, with) > 0;
    EVP_PKEY_CTX_free(agree);
    EVP_KDF_CTX_free(derive);
    EVP_KDF_free(kdf);
    return good;
}

/* One pass of a cipher; the size of what comes out, 0 on failure. Padding is the caller's. */
static size_t encrypt(const char *name, const uint8_t *key, const uint8_t *iv, const uint8_t *data,
                      size_t len, uint8_t *to)
{
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, name, NULL);
    int part = 0, rest = 0;

    if (ctx)
        EVP_CIPHER_CTX_set_flags(ctx, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
    if (!ctx || !cipher || EVP_EncryptInit_ex2(ctx, cipher, key, iv, NULL) <= 0 ||
        EVP_CIPHER_CTX_set_padding(ctx, 0) <= 0 ||
        EVP_EncryptUpdate(ctx, to, &part, data, (int)len) <= 0 ||
        EVP_EncryptFinal_ex(ctx, to + part, &rest) <= 0)
        part = rest = 0;
    EVP_CIPHER_CTX_free(ctx);
    EVP_CIPHER_free(cipher);
    return (size_t)part + (size_t)rest;
}

static void add_originator(writer *to, EVP_PKEY *own)
{
    size_t from = to->len, bits;
    unsigned char *point = NULL;
    size_t len = EVP_PKEY_get1_encoded_public_key(own, &point);

    add(to, alg_ec, sizeof alg_ec);
    bits = to->len;
    add(to, "\0", 1);
    if (len)
        add(to, point, len);
    wrap(to, bits, 3);
    wrap(to, from, 0xa1);
    wrap(to, from, 0xa0);
    OPENSSL_free(point);
}

static int add_kari(making *job)
{
    writer *to = &job->out;
    size_t from = to->len, inner;
    EVP_PKEY *own = EVP_EC_gen("P-256");
    uint8_t kek[32], key[CEK_SIZE], wrapped[CEK_SIZE + 8];
    size_t len = key_to_send(job, key);

    len = own && len && derive_kek(own, job->person->key, kek)
              ? encrypt("AES-256-WRAP", kek, NULL, key, len, wrapped)
              : 0;
    if (job->kind == TIMING_UNWRAP)
        wrapped[0] ^= 1;
    add_value(to, 2, "\3", 1);
    add_originator(to, own);
    inner = to->len;
    add(to, oid_ecdh_sha256, sizeof oid_ecdh_sha256);
    add(to, alg_wrap, sizeof alg_wrap);
    wrap(to, inner, 0x30);
    inner = to->len;
    add_issuer_and_serial(to, job->person->cert);
    add_value(to, 4, wrapped, len);
    wrap(to, inner, 0x30);
    wrap(to, inner, 0x30);
    wrap(to, from, 0xa1);
    EVP_PKEY_free(own);
    return len > 0;
}

static uint8_t *find(const timing_message *in, const char *text)
{
    for (size_t i = 0; i + strlen(text) <= in->len; i++)
        if (!memcmp(in->data + i, text, strlen(text)))
            return in->data + i + strlen(text);
    return NULL;
}

/* Changes the plain content where the kind asks for it; @p padded has room for a block more. */
static int pad_content(int kind, const timing_message *inner, uint8_t *padded)
{
    timing_message copy = { padded, inner->len };
    uint8_t pad = (uint8_t)(BLOCK - inner->len % BLOCK);
    uint8_t *at = NULL;

    memcpy(padded, inner->data, inner->len);
    memset(padded + inner->len, pad, pad);
    if (kind == TIMING_MIME) /* the delimiter is another than the parts have */
        at = find(&copy, "boundary=\"");
    else if (kind == TIMING_SIGNATURE) /* a letter of the text */
        at = find(&copy, "us-ascii");
    if (kind == TIMING_SIGNATURE && at)
        at = find(&copy, "\r\n\r\n") ? at + 200 : NULL;
    if ((kind == TIMING_MIME || kind == TIMING_SIGNATURE) && !at)
        return 0;
    if (at)
        *at = *at == 'x' ? 'y' : 'x';
    if (kind == TIMING_CBC)
        padded[inner->len + pad - 1] = 0xa5;
    return 1;
}

static int add_content(making *job, const timing_message *inner)
{
    writer *to = &job->out;
    size_t padded_len = (inner->len / BLOCK + 1) * BLOCK, from = to->len, algorithm;
    uint8_t *padded = malloc(padded_len), *ciphertext = malloc(padded_len), iv[BLOCK];
    int good = padded && ciphertext && RAND_bytes(iv, sizeof iv) > 0 &&
               pad_content(job->kind, inner, padded) &&
               encrypt("AES-256-CBC", job->cek, iv, padded, padded_len, ciphertext) == padded_len;

    add(to, oid_data, sizeof oid_data);
    algorithm = to->len;
    add(to, oid_aes256_cbc, sizeof oid_aes256_cbc);
    add_value(to, 4, iv, sizeof iv);
    wrap(to, algorithm, 0x30);
    if (good)
        add_value(to, 0x80, ciphertext, padded_len);
    wrap(to, from, 0x30);
    free(padded);
    free(ciphertext);
    return good;
}

static int to_mail(const writer *from, timing_message *message)
{
    size_t head = strlen(FIELDS);
    uint8_t *at;

    message->data = malloc(head + from->len / 57 * 78 + 80);
    if (!message->data)
        return 0;
    memcpy(message->data, FIELDS, head);
    at = message->data + head;
    for (size_t done = 0; done < from->len; done += 57) {
        size_t part = from->len - done < 57 ? from->len - done : 57;
        at += EVP_EncodeBlock(at, from->data + done, (int)part);
        *at++ = '\r';
        *at++ = '\n';
    }
    message->len = (size_t)(at - message->data);
    return 1;
}

int timing_message_make(int kind, int key, const timing_message *inner, timing_message *message)
{
    making *job = calloc(1, sizeof *job);
    writer *to = job ? &job->out : NULL;
    size_t enveloped, recipients;
    int good;

    if (!job || RAND_bytes(job->cek, sizeof job->cek) <= 0) {
        free(job);
        return -1;
    }
    job->kind = kind;
    job->person = &bench_people_now.persons[key];
    add(to, oid_enveloped, sizeof oid_enveloped);
    enveloped = to->len;
    add_value(to, 2, key == BENCH_RSA ? "\0" : "\2", 1);
    recipients = to->len;
    good = key == BENCH_RSA ? add_ktri(job) : add_kari(job);
    wrap(to, recipients, 0x31);
    good = good && add_content(job, inner);
    wrap(to, enveloped, 0x30);
    wrap(to, enveloped, 0xa0);
    wrap(to, 0, 0x30);
    good = good && !to->bad && to_mail(to, message);
    if (!good)
        ERR_print_errors_fp(stderr);
    free(job);
    return good ? 0 : -1;
}

/* What encryption takes in: a message signed with the RSA key, from its Content-Type on. */
int timing_inner_make(timing_message *inner)
{
    smime_protect *job = NULL;
    bench_input plain;
    timing_message whole = { NULL, 0 };
    const uint8_t *from = NULL;
    smime_status status;

    if (bench_content_make(BENCH_TEXT, BENCH_SMALL_BYTES, &plain) != 0)
        return -1;
    status = smime_protect_new(NULL, &job);
    if (status == SMIME_OK)
        status = smime_protect_sign(job, bench_people_now.persons[BENCH_RSA].identity);
    if (status == SMIME_OK)
        status = smime_protect_buffer(job, plain.data, plain.len, &whole.data, &whole.len);
    smime_protect_free(job);
    bench_input_free(&plain);
    if (status == SMIME_OK)
        from = find(&whole, "\r\nContent-Type:");
    if (from) {
        from -= strlen("Content-Type:");
        inner->len = whole.len - (size_t)(from - whole.data);
        inner->data = malloc(inner->len);
        if (inner->data)
            memcpy(inner->data, from, inner->len);
    }
    smime_free(whole.data);
    return from && inner->data ? 0 : -1;
}
