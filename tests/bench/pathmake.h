/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Chains of certificates and revocation lists, made with OpenSSL. */
#ifndef SMIME_BENCH_PATHMAKE_H
#define SMIME_BENCH_PATHMAKE_H

#include <smime/cert.h>

#include <openssl/x509.h>

#define PATHMAKE_CERTS 16
#define PATHMAKE_STRANGERS 200

typedef struct pathmake_chain {
    X509 *certs[PATHMAKE_CERTS]; /* from the root to the leaf */
    size_t count;
    int rsa;
    X509 *strangers[PATHMAKE_STRANGERS]; /* of other names */
    EVP_PKEY *keys[PATHMAKE_CERTS];
} pathmake_chain;

/* 1 on success. @p policies in each certificate, each mapped to all of them. */
int pathmake_chain_new(pathmake_chain *chain, int rsa, size_t count, size_t policies);
void pathmake_free(pathmake_chain *chain);
smime_cert *pathmake_read(X509 *cert);

/* A list in DER whose signature is none: it is only read. */
typedef struct pathmake_list {
    uint8_t *data;
    size_t len;
} pathmake_list;

int pathmake_list_new(pathmake_list *list, size_t entries, int sorted);
void pathmake_list_free(pathmake_list *list);

#endif
