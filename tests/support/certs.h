/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Certificates made to order with GnuTLS, independent of the library's own code. */
#ifndef SMIME_TESTS_CERTS_H
#define SMIME_TESTS_CERTS_H

#include <gnutls/pkcs12.h>
#include <gnutls/x509.h>
#include <stdint.h>

/* Validity where a specification leaves it at 0: 2020-01-01 to 2049-01-01. Fixed, so that the
 * tests mean the same on every day. */
#define CERTS_FROM INT64_C(1577836800)
#define CERTS_UNTIL INT64_C(2493072000)

/* An extension of any kind. */
typedef struct certs_extension {
    const char *oid; /* NULL: none */
    const char *value; /* notation of what stands in the OCTET STRING, see notation.h */
    int critical;
} certs_extension;

typedef struct certs_spec {
    const char *subject; /* RFC 4514; "": empty */
    const char *email;   /* rfc822Name; NULL: no subjectAltName */
    int ca;              /* 1: with basicConstraints; -1: cA FALSE in words */
    int path_length;     /* of a CA; 0 stands for none, 1 for pathlen 0, 2 for pathlen 1 ... */
    unsigned usage;      /* GNUTLS_KEY_*; 0: no extension */
    const char *purpose; /* extended key usage; NULL: no extension */
    int64_t from, until;
    gnutls_digest_algorithm_t hash; /* 0: SHA-256 */
    const char *extra;   /* dotted identifier of one extension more */
    const char *extra_value;
    size_t extra_len;
    int extra_critical;
    int no_key_ids; /* without subjectKeyIdentifier and authorityKeyIdentifier */
    int version;    /* 0: 3 */
    certs_extension more[6];
    const char *serial; /* hexadecimal content of the INTEGER; NULL: the next one */
} certs_spec;

typedef struct certs_made {
    gnutls_x509_crt_t crt;
    gnutls_x509_privkey_t key;
} certs_made;

/* A failure of GnuTLS ends the program with a sentence: there is nothing to test without. */
gnutls_x509_privkey_t certs_key(gnutls_pk_algorithm_t kind, unsigned bits);
gnutls_x509_privkey_t certs_key_copy(gnutls_x509_privkey_t key);
/* @p key goes into the certificate and into the result; @p issuer NULL: self-signed. */
certs_made certs_make(const certs_spec *spec, gnutls_x509_privkey_t key,
                      const certs_made *issuer);
/* To be freed with gnutls_free(). */
gnutls_datum_t certs_der(const certs_made *made);
gnutls_datum_t certs_pkcs8(gnutls_x509_privkey_t key, const char *password, unsigned flags);
gnutls_datum_t certs_pkcs12(const certs_made *made, const certs_made *above,
                            const char *password, unsigned flags);
void certs_free(certs_made *made); /* the key too */

#endif
