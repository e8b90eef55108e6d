/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "certs.h"

#include "notation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void need(int code, const char *what)
{
    if (code < 0) {
        fprintf(stderr, "test certificates: %s: %s\n", what, gnutls_strerror(code));
        exit(99);
    }
}

gnutls_x509_privkey_t certs_key(gnutls_pk_algorithm_t kind, unsigned bits)
{
    gnutls_x509_privkey_t key = NULL;

    need(gnutls_x509_privkey_init(&key), "key");
    need(gnutls_x509_privkey_generate(key, kind, bits, 0), "generate a key");
    return key;
}

gnutls_x509_privkey_t certs_key_copy(gnutls_x509_privkey_t key)
{
    gnutls_x509_privkey_t copy = NULL;

    need(gnutls_x509_privkey_init(&copy), "key");
    need(gnutls_x509_privkey_cpy(copy, key), "copy a key");
    return copy;
}

static void add_key_ids(gnutls_x509_crt_t crt, const certs_made *issuer)
{
    unsigned char id[64];
    size_t len = sizeof id;

    need(gnutls_x509_crt_get_key_id(crt, 0, id, &len), "key identifier");
    need(gnutls_x509_crt_set_subject_key_id(crt, id, len), "subjectKeyIdentifier");
    if (issuer) {
        len = sizeof id;
        need(gnutls_x509_crt_get_key_id(issuer->crt, 0, id, &len), "key identifier");
    }
    need(gnutls_x509_crt_set_authority_key_id(crt, id, len), "authorityKeyIdentifier");
}

static void add_extensions(gnutls_x509_crt_t crt, const certs_spec *spec)
{
    if (spec->ca)
        need(gnutls_x509_crt_set_basic_constraints(crt, spec->ca > 0, spec->path_length - 1),
             "basicConstraints");
    if (spec->usage)
        need(gnutls_x509_crt_set_key_usage(crt, spec->usage), "keyUsage");
    if (spec->purpose)
        need(gnutls_x509_crt_set_key_purpose_oid(crt, spec->purpose, 0), "extKeyUsage");
    if (spec->email)
        need(gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_RFC822NAME, spec->email,
                                                  (unsigned)strlen(spec->email),
                                                  GNUTLS_FSAN_SET),
             "subjectAltName");
    if (spec->extra)
        need(gnutls_x509_crt_set_extension_by_oid(crt, spec->extra, spec->extra_value,
                                                  spec->extra_len,
                                                  (unsigned)spec->extra_critical),
             "extension");
    for (size_t i = 0; i < sizeof spec->more / sizeof spec->more[0] && spec->more[i].oid; i++) {
        gnutls_datum_t value = notation(spec->more[i].value);
        need(gnutls_x509_crt_set_extension_by_oid(crt, spec->more[i].oid, value.data, value.size,
                                                  (unsigned)spec->more[i].critical),
             "extension");
    }
}

static void add_serial(gnutls_x509_crt_t crt, const char *hex)
{
    static uint32_t last = 0x01000000;
    gnutls_datum_t given = {NULL, 0};
    uint8_t number[4];

    last++;
    for (int i = 0; i < 4; i++)
        number[i] = (uint8_t)(last >> (24 - 8 * i));
    if (hex)
        given = notation(hex);
    need(gnutls_x509_crt_set_serial(crt, hex ? given.data : number,
                                    hex ? given.size : sizeof number),
         "serial");
}

certs_made certs_make(const certs_spec *spec, gnutls_x509_privkey_t key,
                      const certs_made *issuer)
{
    certs_made made = {NULL, key};
    const char *error = NULL;

    need(gnutls_x509_crt_init(&made.crt), "certificate");
    need(gnutls_x509_crt_set_version(made.crt, spec->version ? (unsigned)spec->version : 3),
         "version");
    add_serial(made.crt, spec->serial);
    need(gnutls_x509_crt_set_activation_time(made.crt,
                                             (time_t)(spec->from ? spec->from : CERTS_FROM)),
         "notBefore");
    need(gnutls_x509_crt_set_expiration_time(
             made.crt, (time_t)(spec->until ? spec->until : CERTS_UNTIL)),
         "notAfter");
    if (*spec->subject)
        need(gnutls_x509_crt_set_dn(made.crt, spec->subject, &error), "subject");
    need(gnutls_x509_crt_set_key(made.crt, key), "public key");
    add_extensions(made.crt, spec);
    if (!spec->no_key_ids && (!spec->version || spec->version == 3))
        add_key_ids(made.crt, issuer);
    need(gnutls_x509_crt_sign2(made.crt, issuer ? issuer->crt : made.crt,
                               issuer ? issuer->key : key,
                               spec->hash ? spec->hash : GNUTLS_DIG_SHA256, 0),
         "sign");
    return made;
}

gnutls_datum_t certs_der(const certs_made *made)
{
    gnutls_datum_t der = {NULL, 0};

    need(gnutls_x509_crt_export2(made->crt, GNUTLS_X509_FMT_DER, &der), "export");
    return der;
}

gnutls_datum_t certs_pkcs8(gnutls_x509_privkey_t key, const char *password, unsigned flags)
{
    gnutls_datum_t der = {NULL, 0};

    if (!password)
        flags = GNUTLS_PKCS_PLAIN;
    need(gnutls_x509_privkey_export2_pkcs8(key, GNUTLS_X509_FMT_DER, password, flags, &der),
         "PKCS#8");
    return der;
}

static void add_cert_bag(gnutls_pkcs12_t p12, const certs_made *made, const gnutls_datum_t *id,
                         const char *password, unsigned flags)
{
    gnutls_pkcs12_bag_t bag = NULL;
    int index;

    need(gnutls_pkcs12_bag_init(&bag), "bag");
    index = gnutls_pkcs12_bag_set_crt(bag, made->crt);
    need(index, "bag");
    need(gnutls_pkcs12_bag_set_key_id(bag, (unsigned)index, id), "bag");
    need(gnutls_pkcs12_bag_encrypt(bag, password, flags), "bag");
    need(gnutls_pkcs12_set_bag(p12, bag), "bag");
    gnutls_pkcs12_bag_deinit(bag);
}

gnutls_datum_t certs_pkcs12(const certs_made *made, const certs_made *above,
                            const char *password, unsigned flags)
{
    gnutls_pkcs12_t p12 = NULL;
    gnutls_pkcs12_bag_t bag = NULL;
    gnutls_datum_t der = {NULL, 0}, key, id = {(unsigned char *)"\x01", 1},
                   id_above = {(unsigned char *)"\x02", 1};
    int index;

    need(gnutls_pkcs12_init(&p12), "PKCS#12");
    add_cert_bag(p12, made, &id, password, flags);
    if (above)
        add_cert_bag(p12, above, &id_above, password, flags);
    key = certs_pkcs8(made->key, password, flags);
    need(gnutls_pkcs12_bag_init(&bag), "bag");
    index = gnutls_pkcs12_bag_set_data(bag, GNUTLS_BAG_PKCS8_ENCRYPTED_KEY, &key);
    need(index, "bag");
    need(gnutls_pkcs12_bag_set_key_id(bag, (unsigned)index, &id), "bag");
    need(gnutls_pkcs12_set_bag(p12, bag), "bag");
    gnutls_pkcs12_bag_deinit(bag);
    gnutls_free(key.data);
    need(gnutls_pkcs12_generate_mac2(p12, GNUTLS_MAC_SHA256, password), "MAC");
    need(gnutls_pkcs12_export2(p12, GNUTLS_X509_FMT_DER, &der), "export");
    gnutls_pkcs12_deinit(p12);
    return der;
}

void certs_free(certs_made *made)
{
    gnutls_x509_crt_deinit(made->crt);
    gnutls_x509_privkey_deinit(made->key);
    memset(made, 0, sizeof *made);
}
