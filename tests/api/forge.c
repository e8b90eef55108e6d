/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "forge.h"

#include <gnutls/abstract.h>
#include <gnutls/pkcs7.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void load(const char *name, const char *suffix, gnutls_datum_t *ret)
{
    char file[100];
    size_t len;

    snprintf(file, sizeof file, "%s%s", name, suffix);
    ret->data = support_pki(file, &len);
    ret->size = (unsigned)len;
}

bytes forged(const char *signer, bytes content, int embed)
{
    gnutls_pkcs7_t pkcs7;
    gnutls_x509_crt_t crt;
    gnutls_privkey_t key;
    gnutls_datum_t file, data = { content.data, (unsigned)content.len }, out;
    unsigned flags = GNUTLS_PKCS7_INCLUDE_TIME | GNUTLS_PKCS7_INCLUDE_CERT |
                     (embed ? GNUTLS_PKCS7_EMBED_DATA : 0);
    bytes made;

    ck_assert_int_eq(gnutls_pkcs7_init(&pkcs7), 0);
    ck_assert_int_eq(gnutls_x509_crt_init(&crt), 0);
    ck_assert_int_eq(gnutls_privkey_init(&key), 0);
    load(signer, ".pem", &file);
    ck_assert_int_eq(gnutls_x509_crt_import(crt, &file, GNUTLS_X509_FMT_PEM), 0);
    free(file.data);
    load(signer, ".key", &file);
    ck_assert_int_eq(gnutls_privkey_import_x509_raw(key, &file, GNUTLS_X509_FMT_PEM, NULL, 0), 0);
    free(file.data);
    ck_assert_int_eq(gnutls_pkcs7_sign(pkcs7, crt, key, &data, NULL, NULL, GNUTLS_DIG_SHA256,
                                       flags),
                     0);
    ck_assert_int_eq(gnutls_pkcs7_export2(pkcs7, GNUTLS_X509_FMT_DER, &out), 0);
    made = bytes_of(out.data, out.size);
    gnutls_free(out.data);
    gnutls_pkcs7_deinit(pkcs7);
    gnutls_x509_crt_deinit(crt);
    gnutls_privkey_deinit(key);
    return made;
}

bytes clear_message(bytes content, bytes cms)
{
    bytes made = text(ALICE "Content-Type: multipart/signed; micalg=sha-256;\r\n"
                            " protocol=\"application/pkcs7-signature\"; boundary=\"~~\"\r\n"
                            "\r\n"
                            "--~~\r\n");

    made = joined(joined(made, content), text("\r\n--~~\r\n"
                                              "Content-Type: application/pkcs7-signature\r\n"
                                              "Content-Transfer-Encoding: base64\r\n"
                                              "Content-Disposition: attachment;"
                                              " filename=\"smime.p7s\"\r\n"
                                              "\r\n"));
    return joined(joined(made, base64(cms)), text("\r\n--~~--\r\n"));
}

bytes opaque_message(const char *smime_type, bytes cms)
{
    return pkcs7_mime(ALICE, smime_type, cms);
}
