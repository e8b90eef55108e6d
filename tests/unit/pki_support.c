/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pki_support.h"

smime_cert *cert_of(const certs_made *made)
{
    gnutls_datum_t der = certs_der(made);
    smime_cert *cert = NULL;

    ck_ok(smime__cert_parse(smime__view_of(der.data, der.size), &cert));
    gnutls_free(der.data);
    return cert;
}

smime_cert *cert_named(const char *name)
{
    char file[100];
    size_t len;
    uint8_t *pem;
    smime_cert *cert = NULL;

    snprintf(file, sizeof file, "%s.pem", name);
    pem = support_pki(file, &len);
    ck_ok(smime_cert_new(pem, len, &cert));
    free(pem);
    return cert;
}

gnutls_x509_privkey_t key_p256(void)
{
    return certs_key(GNUTLS_PK_EC, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1));
}
