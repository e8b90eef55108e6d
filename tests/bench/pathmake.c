/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pathmake.h"

#include <openssl/ec.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int add_extension(X509 *cert, X509 *issuer, int nid, const char *value)
{
    X509_EXTENSION *extension;
    X509V3_CTX context;
    int good;

    X509V3_set_ctx(&context, issuer, cert, NULL, NULL, 0);
    extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    good = extension && X509_add_ext(cert, extension, -1);
    X509_EXTENSION_free(extension);
    return good;
}

/* Tag and length as DER has them; without @p to only how many bytes that takes. */
static size_t put_head(uint8_t *to, uint8_t tag, size_t len)
{
    size_t bytes = len < 128 ? 0 : 1;

    while (bytes && len >> (8 * bytes))
        bytes++;
    for (size_t i = 0; to && i < bytes; i++)
        to[2 + i] = (uint8_t)(len >> (8 * (bytes - 1 - i)));
    if (to) {
        to[0] = tag;
        to[1] = (uint8_t)(bytes ? 0x80 | bytes : len);
    }
    return 2 + bytes;
}

/* Policies 1.2.3.1 and so on; or each of them mapped to all. */
static int add_policies(X509 *cert, size_t policies, int map)
{
    static const uint8_t one[] = { 0x30, 0x05, 0x06, 0x03, 0x2a, 0x03, 0 };
    static const uint8_t two[] = { 0x30, 0x0a, 0x06, 0x03, 0x2a, 0x03, 0,
                                   0x06, 0x03, 0x2a, 0x03, 0 };
    size_t count = map ? policies * policies : policies, each = map ? sizeof two : sizeof one;
    size_t start = put_head(NULL, 0x30, count * each);
    uint8_t *der = malloc(start + count * each);
    ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
    X509_EXTENSION *extension = NULL;
    int good = der && value;

    if (good)
        put_head(der, 0x30, count * each);
    for (size_t i = 0; i < count && good; i++) {
        uint8_t *at = der + start + i * each;
        memcpy(at, map ? two : one, each);
        at[6] = (uint8_t)(1 + (map ? i / policies : i));
        if (map)
            at[11] = (uint8_t)(1 + i % policies);
    }
    good = good && ASN1_OCTET_STRING_set(value, der, (int)(start + count * each));
    if (good)
        extension = X509_EXTENSION_create_by_NID(
            NULL, map ? NID_policy_mappings : NID_certificate_policies, 0, value);
    good = extension && X509_add_ext(cert, extension, -1);
    X509_EXTENSION_free(extension);
    ASN1_OCTET_STRING_free(value);
    free(der);
    return good;
}

static X509 *make_cert(const char *name, long serial, EVP_PKEY *key, X509 *issuer,
                       EVP_PKEY *issuer_key, int ca, size_t policies)
{
    X509 *cert = X509_new(), *above = issuer ? issuer : cert;
    int good = cert && X509_set_version(cert, 2) &&
               ASN1_INTEGER_set(X509_get_serialNumber(cert), serial) &&
               X509_gmtime_adj(X509_getm_notBefore(cert), -86400L) &&
               X509_gmtime_adj(X509_getm_notAfter(cert), 86400L * 30) &&
               X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN", MBSTRING_UTF8,
                                          (const unsigned char *)name, -1, -1, 0) &&
               X509_set_issuer_name(cert, X509_get_subject_name(above)) &&
               X509_set_pubkey(cert, key) &&
               add_extension(cert, above, NID_subject_key_identifier, "hash") &&
               add_extension(cert, above, NID_authority_key_identifier, "keyid:always") &&
               add_extension(cert, above, NID_basic_constraints,
                             ca ? "critical,CA:TRUE" : "critical,CA:FALSE") &&
               add_extension(cert, above, NID_key_usage,
                             ca ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature");

    if (policies && issuer)
        good = good && add_policies(cert, policies, 0) &&
               (!ca || add_policies(cert, policies, 1));
    if (!good || !X509_sign(cert, issuer_key, EVP_sha256())) {
        X509_free(cert);
        return NULL;
    }
    return cert;
}

int pathmake_chain_new(pathmake_chain *chain, int rsa, size_t count, size_t policies)
{
    char name[32];
    int good = 1;

    memset(chain, 0, sizeof *chain);
    chain->rsa = rsa;
    for (size_t i = 0; i < count && good; i++) {
        X509 *issuer = i ? chain->certs[i - 1] : NULL;
        chain->keys[i] = rsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256");
        snprintf(name, sizeof name, "Certificate %zu", i);
        chain->certs[i] = make_cert(name, (long)i + 1, chain->keys[i], issuer,
                                    chain->keys[i ? i - 1 : 0], i + 1 < count || count == 1,
                                    policies);
        good = chain->certs[i] != NULL;
        chain->count++;
    }
    for (size_t i = 0; i < PATHMAKE_STRANGERS && good; i++) {
        snprintf(name, sizeof name, "Stranger %zu", i);
        chain->strangers[i] = make_cert(name, (long)i + 1000, chain->keys[0], NULL,
                                        chain->keys[0], 1, 0);
        good = chain->strangers[i] != NULL;
    }
    return good;
}

void pathmake_free(pathmake_chain *chain)
{
    for (size_t i = 0; i < chain->count; i++) {
        X509_free(chain->certs[i]);
        EVP_PKEY_free(chain->keys[i]);
    }
    for (size_t i = 0; i < PATHMAKE_STRANGERS; i++)
        X509_free(chain->strangers[i]);
}

smime_cert *pathmake_read(X509 *cert)
{
    unsigned char *der = NULL;
    int len = i2d_X509(cert, &der);
    smime_cert *read = NULL;

    if (len <= 0 || smime_cert_new(der, (size_t)len, &read) != SMIME_OK)
        read = NULL;
    OPENSSL_free(der);
    return read;
}

#define ENTRY 27 /* SEQUENCE { INTEGER of 8 bytes, UTCTime } */

static uint8_t *put_entry(uint8_t *to, uint64_t serial)
{
    static const uint8_t before[] = { 0x30, ENTRY - 2, 0x02, 0x08 };
    static const char time[] = "\x17\x0d" "260101000000Z";

    memcpy(to, before, sizeof before);
    for (int i = 0; i < 8; i++)
        to[4 + i] = (uint8_t)(serial >> (56 - 8 * i));
    memcpy(to + 12, time, 15);
    return to + ENTRY;
}

int pathmake_list_new(pathmake_list *list, size_t entries, int sorted)
{
    static const uint8_t algorithm[] = { 0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48,
                                         0xce, 0x3d, 0x04, 0x03, 0x02 };
    static const char names[] = "\x30\x0d\x31\x0b\x30\x09\x06\x03\x55\x04\x03\x0c\x02" "CA"
                                "\x17\x0d" "260101000000Z" "\x17\x0d" "270101000000Z";
    size_t body = entries * ENTRY;
    size_t tbs = 3 + sizeof algorithm + sizeof names - 1 + put_head(NULL, 0, body) + body;
    size_t all = put_head(NULL, 0, tbs) + tbs + sizeof algorithm + 4;
    uint64_t state = 1;
    uint8_t *at;

    list->len = put_head(NULL, 0, all) + all;
    list->data = at = malloc(list->len);
    if (!at)
        return 0;
    at += put_head(at, 0x30, all);
    at += put_head(at, 0x30, tbs);
    memcpy(at, "\x02\x01\x01", 3);
    memcpy(at + 3, algorithm, sizeof algorithm);
    memcpy(at + 3 + sizeof algorithm, names, sizeof names - 1);
    at += 3 + sizeof algorithm + sizeof names - 1;
    at += put_head(at, 0x30, body);
    for (size_t i = 0; i < entries; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        at = put_entry(at, sorted ? (uint64_t)1 << 60 | i : (state >> 2) | (uint64_t)1 << 61);
    }
    memcpy(at, algorithm, sizeof algorithm);
    memcpy(at + sizeof algorithm, "\x03\x02\x00\x00", 4);
    return 1;
}

void pathmake_list_free(pathmake_list *list)
{
    free(list->data);
    list->data = NULL;
}
