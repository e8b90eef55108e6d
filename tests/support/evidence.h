/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Revocation lists and OCSP responses made to order, RFC 5280 5 and RFC 6960: DER from notation.h,
 * signed with GnuTLS, independent of the library. Certificates are named by their place in an
 * array, so that a table can name them; place 0 is nobody.
 */
#ifndef SMIME_TESTS_EVIDENCE_H
#define SMIME_TESTS_EVIDENCE_H

#include "certs.h"
#include "notation.h"

#include <stddef.h>

#define EVIDENCE_DAY INT64_C(86400)
#define EVIDENCE_NONE INT64_C(-1) /* a time that is left out */

typedef struct evidence_entry {
    int of;             /* whose serial number */
    const char *serial; /* in place of that: content of the INTEGER, notation */
    int64_t when;       /* 0: ten days before SUPPORT_NOW */
    int reason;         /* a reasonCode; 0: no extension */
    int issuer;         /* with a certificateIssuer; 0: without */
    const char *more;   /* notation of extensions */
} evidence_entry;

typedef struct evidence_crl {
    int signer;
    int issuer;                       /* whose subject; 0: the signer's */
    int64_t this_update, next_update; /* 0: one day before and after SUPPORT_NOW */
    int number, base;                 /* 0: without */
    const char *scope;                /* value of a critical issuingDistributionPoint */
    const char *more;                 /* notation of extensions */
    int no_key_id;                    /* without authorityKeyIdentifier */
    int bare;                         /* version 1: no extension of the list at all */
    int forged;                       /* the signature is wrong */
    gnutls_digest_algorithm_t hash;   /* 0: SHA-256 */
    evidence_entry entry[5];          /* up to the first without of and serial */
} evidence_crl;

typedef struct evidence_single {
    int of, issuer;                   /* issuer 0: whoever signs the response */
    int hash;                         /* of the CertID: 0 SHA-1, 1 SHA-256, 2 one that is unknown */
    int state;                        /* 0 good, 1 revoked, 2 unknown */
    int reason;                       /* -1: without */
    int64_t this_update, next_update; /* 0: one day before and after SUPPORT_NOW */
    int64_t when;                     /* of the revocation; 0: ten days before */
    const char *more;                 /* notation of singleExtensions */
} evidence_single;

typedef struct evidence_ocsp {
    int signer;
    int by_key;              /* responderID byKey */
    int named;               /* whose name or key it is; 0: the signer's */
    int64_t produced_at;     /* 0: one day before SUPPORT_NOW */
    int with[3];             /* certificates in it */
    const char *more;        /* notation of responseExtensions */
    int forged;
    int answer;              /* responseStatus; anything but 0 has no content */
    evidence_single single[4]; /* up to the first without of */
    const evidence_single *many; /* in place of those */
    size_t many_count;
    size_t repeat; /* the certificate with[0] so many times */
} evidence_ocsp;

/* Results live until notation_clear(). */
gnutls_datum_t evidence_crl_der(const certs_made *certs, const evidence_crl *spec);
gnutls_datum_t evidence_ocsp_der(const certs_made *certs, const evidence_ocsp *spec);
/* Whole Name, content of the serial number, and CertID, of a certificate. */
gnutls_datum_t evidence_subject(const certs_made *cert);
gnutls_datum_t evidence_serial(const certs_made *cert);
gnutls_datum_t evidence_cert_id(const certs_made *cert, const certs_made *issuer, int hash);

#endif
