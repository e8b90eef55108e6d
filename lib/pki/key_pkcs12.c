/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PKCS#12, RFC 7292, through GnuTLS, and the scan that comes before it. */
#include "pki/identity.h"

#include <gnutls/pkcs12.h>
#include <gnutls/x509.h>
#include <stdlib.h>
#include <string.h>

#define SCAN_DEPTH 24

/* A salt (OCTET STRING) directly followed by an INTEGER is the shape of every iteration count in
 * PKCS#5 and PKCS#12: PBKDF2-params, PBEParameter, pkcs-12PbeParams, MacData. */
static smime_status scan_elements(smime__der der, int depth, const smime__limits *limits,
                                  smime__error *error)
{
    int after_salt = 0;

    if (depth > SCAN_DEPTH)
        return smime__fail(error, SMIME_E_LIMIT_DEPTH, "a key file nests too deep");
    while (!smime__der_done(&der)) {
        smime__view content;
        uint8_t tag;
        smime_status status = SMIME_OK;

        if (!smime__der_next(&der, &tag, &content, NULL))
            return SMIME_OK; /* BER or no structure: what reads it will say so */
        if (tag == SMIME__INTEGER && after_salt) {
            uint64_t count = content.len > 8 || (content.len && content.data[0] & 0x80)
                                 ? UINT64_MAX
                                 : 0;
            for (size_t i = 0; i < content.len && count != UINT64_MAX; i++)
                count = count << 8 | content.data[i];
            status = smime__limit_check(limits, SMIME_LIMIT_ITERATIONS, count, error);
        }
        after_salt = tag == SMIME__OCTET_STRING;
        /* an OCTET STRING may hold the next layer */
        if (status == SMIME_OK &&
            (tag & 0x20 || (tag == SMIME__OCTET_STRING && content.len > 32 &&
                            content.data[0] == SMIME__SEQUENCE)))
            status = scan_elements(smime__der_cursor(content), depth + 1, limits, error);
        if (status < 0)
            return status;
    }
    return SMIME_OK;
}

#define SCHEME_MAX 20 /* bytes of the identifier of an encryption scheme */

/* The head of an element with that tag, in BER as free as it may be; what follows it is left in *data. */
static int skip_head(smime__view *data, uint8_t tag, size_t *ret_len)
{
    size_t more;

    if (data->len < 2 || data->data[0] != tag)
        return 0;
    *ret_len = data->data[1];
    more = *ret_len > 0x80 ? *ret_len & 0x7f : 0;
    if (data->len < 2 + more)
        return 0;
    *data = smime__view_of(data->data + 2 + more, data->len - 2 - more);
    return 1;
}

/* EncryptedPrivateKeyInfo begins with the identifier of its scheme. Without one, or with one that is
 * longer than its buffer, GnuTLS 3.7 ends the program (an assertion in gnutls_pkcs8_info). */
static int names_scheme(smime__view data)
{
    size_t len;

    return skip_head(&data, SMIME__SEQUENCE, &len) && skip_head(&data, SMIME__SEQUENCE, &len) &&
           skip_head(&data, SMIME__OBJECT_ID, &len) && len && len <= SCHEME_MAX;
}

/* What GnuTLS itself would read as the count: it takes BER that the scan above may not follow. */
static smime_status check_key_count(smime__view data, const smime__limits *limits,
                                    smime__error *error)
{
    gnutls_datum_t datum = { (unsigned char *)(uintptr_t)data.data, (unsigned)data.len };
    char *oid = NULL; /* as in check_mac */
    unsigned schema, cipher, count = 0;

    if (!names_scheme(data)) /* then nothing can decrypt it */
        return SMIME_OK;
    gnutls_pkcs8_info(&datum, GNUTLS_X509_FMT_DER, &schema, &cipher, NULL, NULL, &count, &oid);
    gnutls_free(oid);
    return smime__limit_check(limits, SMIME_LIMIT_ITERATIONS, count, error);
}

smime_status smime__pkcs_scan(smime__view data, const smime__limits *limits, smime__error *error)
{
    smime__buf der = { 0 };
    smime_status status = smime__limit_check(limits, SMIME_LIMIT_OBJECT_BYTES, data.len, error);

    if (status == SMIME_OK && smime__ber_to_der(data, &der) == SMIME_OK)
        status = scan_elements(smime__der_cursor(smime__buf_view(&der)), 0, limits, error);
    smime__buf_free(&der);
    return status == SMIME_OK ? check_key_count(data, limits, error) : status;
}

void smime__found_clear(smime__found *bag)
{
    for (size_t i = 0; i < bag->cert_count; i++)
        smime_cert_unref(bag->certs[i]);
    for (size_t i = 0; i < bag->key_count; i++)
        smime__privkey_free(bag->keys[i]);
    free(bag->certs);
    free(bag->keys);
    smime__evidence_clear(&bag->evidence);
    memset(bag, 0, sizeof *bag);
}

smime_status smime__found_add_cert(smime__found *bag, smime__view der)
{
    smime_cert *cert = NULL;
    smime_status status = smime__cert_parse(der, &cert);

    if (status == SMIME_OK)
        status = smime__grow((void **)&bag->certs, bag->cert_count, &bag->cert_room,
                             sizeof *bag->certs);
    if (status == SMIME_OK)
        bag->certs[bag->cert_count++] = cert;
    else
        smime_cert_unref(cert);
    return status;
}

smime_status smime__found_add_key(smime__found *bag, smime__privkey *key)
{
    smime_status status = smime__grow((void **)&bag->keys, bag->key_count, &bag->key_room,
                                      sizeof *bag->keys);
    if (status == SMIME_OK)
        bag->keys[bag->key_count++] = key;
    return status;
}

/* What a PKCS#12 is opened with; its encrypted parts hold counts of their own, which no scan of
 * the file can see. */
typedef struct opener {
    const char *password;
    const smime__limits *limits;
    smime__error *error;
} opener;

static smime_status add_key(smime__found *ret, const gnutls_datum_t *data, const char *password,
                            const opener *with)
{
    smime__view view = smime__view_of(data->data, data->size);
    smime__privkey *key = NULL;
    smime_status status = smime__pkcs_scan(view, with->limits, with->error);

    if (status == SMIME_OK)
        status = smime__privkey_new(view, password, &key);
    if (status == SMIME_OK)
        status = smime__found_add_key(ret, key);
    if (status < 0)
        smime__privkey_free(key);
    return status;
}

static smime_status open_bag(gnutls_pkcs12_bag_t bag, const opener *with)
{
    char *oid = NULL; /* as in check_mac */
    unsigned schema, cipher, count = 0;
    smime_status status;

    if (gnutls_pkcs12_bag_get_type(bag, 0) != GNUTLS_BAG_ENCRYPTED)
        return SMIME_OK;
    gnutls_pkcs12_bag_enc_info(bag, &schema, &cipher, NULL, NULL, &count, &oid);
    gnutls_free(oid);
    status = smime__limit_check(with->limits, SMIME_LIMIT_ITERATIONS, count, with->error);
    if (status == SMIME_OK && gnutls_pkcs12_bag_decrypt(bag, with->password) < 0)
        status = SMIME_E_PASSWORD;
    return status;
}

static smime_status read_bag(gnutls_pkcs12_bag_t bag, const opener *with, smime__found *ret)
{
    int count;
    smime_status status = open_bag(bag, with);

    if (status < 0)
        return status;
    count = gnutls_pkcs12_bag_get_count(bag);
    for (int i = 0; i < count && status == SMIME_OK; i++) {
        gnutls_datum_t data;
        int type = gnutls_pkcs12_bag_get_type(bag, (unsigned)i);

        if (gnutls_pkcs12_bag_get_data(bag, (unsigned)i, &data) < 0)
            continue;
        if (type == GNUTLS_BAG_CERTIFICATE)
            status = smime__found_add_cert(ret, smime__view_of(data.data, data.size));
        else if (type == GNUTLS_BAG_PKCS8_KEY)
            status = add_key(ret, &data, NULL, with);
        else if (type == GNUTLS_BAG_PKCS8_ENCRYPTED_KEY)
            status = add_key(ret, &data, with->password, with);
    }
    return status;
}

static smime_status check_mac(gnutls_pkcs12_t p12, const opener *with)
{
    unsigned mac, count = 0;
    char *oid = NULL; /* asked for because GnuTLS 3.7 loses it otherwise when the hash is unknown */
    smime_status status;

    gnutls_pkcs12_mac_info(p12, &mac, NULL, NULL, &count, &oid);
    gnutls_free(oid);
    status = smime__limit_check(with->limits, SMIME_LIMIT_ITERATIONS, count, with->error);
    if (status == SMIME_OK && gnutls_pkcs12_verify_mac(p12, with->password) < 0)
        status = SMIME_E_PASSWORD;
    return status;
}

smime_status smime__pkcs12_read(smime__view der, const char *password,
                                const smime__limits *limits, smime__error *error,
                                smime__found *ret)
{
    const opener with = { password, limits, error };
    gnutls_datum_t datum = { (unsigned char *)(uintptr_t)der.data, (unsigned)der.len };
    gnutls_pkcs12_t p12 = NULL;
    smime_status status = SMIME_E_NOMEM;

    memset(ret, 0, sizeof *ret);
    if (gnutls_pkcs12_init(&p12) < 0)
        return SMIME_E_NOMEM;
    status = gnutls_pkcs12_import(p12, &datum, GNUTLS_X509_FMT_DER, 0) < 0 ? SMIME_E_KEY_SYNTAX
                                                                          : SMIME_OK;
    if (status == SMIME_OK)
        status = check_mac(p12, &with);
    for (int i = 0; status == SMIME_OK; i++) {
        gnutls_pkcs12_bag_t bag = NULL;

        if (gnutls_pkcs12_bag_init(&bag) < 0) {
            status = SMIME_E_NOMEM;
            break;
        }
        if (gnutls_pkcs12_get_bag(p12, i, bag) < 0) {
            gnutls_pkcs12_bag_deinit(bag);
            break;
        }
        status = read_bag(bag, &with, ret);
        gnutls_pkcs12_bag_deinit(bag);
    }
    gnutls_pkcs12_deinit(p12);
    if (status < 0)
        smime__found_clear(ret);
    return status;
}
