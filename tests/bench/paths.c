/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Certificate paths: cold, remembered, among strangers, with a revocation list of a million
 * entries and under many policies, beside the bare signature checks and OpenSSL's
 * X509_verify_cert, in turns.
 *
 *     paths [ROUNDS]
 */
#include "pathmake.h"

#include <smime/smime.h>

#include <gnutls/abstract.h>
#include <openssl/x509_vfy.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROUNDS_MAX 101

static pathmake_chain chain; /* of the job under way */
static smime_cert *certs[PATHMAKE_CERTS];
static smime_cert *strangers[PATHMAKE_STRANGERS];
static gnutls_pubkey_t keys[PATHMAKE_CERTS];
static smime_store *store, *crowded;
static smime_policy *policy;
static X509_STORE *trusted;
static STACK_OF(X509) *untrusted, *crowd;

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int compare(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;

    return (left > right) - (left < right);
}

/* The functions that are timed; 1 on success. */
typedef int (*action)(void);

static int check(smime_store *with)
{
    smime_path *path = NULL;
    int good = smime_path_check(with, policy, certs[chain.count - 1], 0, NULL, &path) == SMIME_OK &&
               smime_path_valid(path);

    if (!good)
        fprintf(stderr, "libsmime: %s\n", smime_path_text(path));
    smime_path_unref(path);
    return good;
}

/* Adding what is there already makes a store forget what it remembers. */
static int cold(void)
{
    return smime_store_add_anchor(store, certs[0]) == SMIME_OK && check(store);
}

static int remembered(void)
{
    return check(store);
}

static int among_strangers(void)
{
    return smime_store_add_anchor(crowded, certs[0]) == SMIME_OK && check(crowded);
}

static int bare_signatures(void)
{
    for (size_t i = 1; i < chain.count; i++) {
        size_t len, signature_len;
        const uint8_t *tbs = smime_cert_field(certs[i], SMIME_FIELD_TBS, &len);
        const uint8_t *signature = smime_cert_field(certs[i], SMIME_FIELD_SIGNATURE,
                                                    &signature_len);
        gnutls_datum_t data = { (unsigned char *)(uintptr_t)tbs, (unsigned)len };
        gnutls_datum_t value = { (unsigned char *)(uintptr_t)signature, (unsigned)signature_len };

        if (gnutls_pubkey_verify_data2(keys[i - 1],
                                       chain.rsa ? GNUTLS_SIGN_RSA_SHA256
                                                 : GNUTLS_SIGN_ECDSA_SHA256,
                                       0, &data, &value) < 0)
            return 0;
    }
    return 1;
}

static int openssl_with(STACK_OF(X509) *others)
{
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    int good = context && X509_STORE_CTX_init(context, trusted, chain.certs[chain.count - 1],
                                              others) &&
               X509_verify_cert(context) == 1;

    if (!good && context)
        fprintf(stderr, "OpenSSL: %s\n",
                X509_verify_cert_error_string(X509_STORE_CTX_get_error(context)));
    X509_STORE_CTX_free(context);
    return good;
}

static int openssl_alone(void)
{
    return openssl_with(untrusted);
}

static int openssl_among_strangers(void)
{
    return openssl_with(crowd);
}

/* Median seconds of one call, the two sides in turns; 0 when one failed. */
static int measure(action ours, action theirs, int rounds, int calls, double *ret_ours,
                   double *ret_theirs)
{
    double times[2][ROUNDS_MAX];

    for (int round = -1; round < rounds; round++)
        for (int side = 0; side < 2; side++) {
            action run = side ? theirs : ours;
            double begun = now();
            for (int i = 0; i < calls; i++)
                if (run && !run())
                    return 0;
            if (round >= 0)
                times[side][round] = (now() - begun) / calls;
        }
    for (int side = 0; side < 2; side++)
        qsort(times[side], (size_t)rounds, sizeof times[side][0], compare);
    *ret_ours = times[0][rounds / 2];
    *ret_theirs = times[1][rounds / 2];
    return 1;
}

static int row(const char *name, action ours, const char *peer, action theirs, int rounds,
               int calls, const char *target)
{
    double own, other;

    if (!measure(ours, theirs, rounds, calls, &own, &other)) {
        printf("%-34s failed\n", name);
        return 0;
    }
    printf("%-34s %10.2f us", name, own * 1e6);
    if (theirs)
        printf("   %-14s %10.2f us   x %5.2f", peer, other * 1e6, own / other);
    else
        printf("   %-14s %10s      %7s", "", "", "");
    printf("   wanted: %s\n", target);
    fflush(stdout);
    return 1;
}

static void forget(void)
{
    for (size_t i = 0; i < PATHMAKE_CERTS; i++) {
        smime_cert_unref(certs[i]);
        if (keys[i])
            gnutls_pubkey_deinit(keys[i]);
    }
    for (size_t i = 0; i < PATHMAKE_STRANGERS; i++)
        smime_cert_unref(strangers[i]);
    memset(certs, 0, sizeof certs);
    memset(keys, 0, sizeof keys);
    memset(strangers, 0, sizeof strangers);
    smime_store_unref(store);
    smime_store_unref(crowded);
    X509_STORE_free(trusted);
    sk_X509_free(untrusted);
    sk_X509_free(crowd);
    store = crowded = NULL;
    trusted = NULL;
    untrusted = crowd = NULL;
    pathmake_free(&chain);
}

static int read_keys(size_t i)
{
    size_t len;
    const uint8_t *spki = smime_cert_field(certs[i], SMIME_FIELD_PUBLIC_KEY, &len);
    gnutls_datum_t datum = { (unsigned char *)(uintptr_t)spki, (unsigned)len };

    return gnutls_pubkey_init(&keys[i]) >= 0 &&
           gnutls_pubkey_import(keys[i], &datum, GNUTLS_X509_FMT_DER) >= 0;
}

/* The same certificates for both sides. */
static int prepare(void)
{
    int good = smime_store_new(&store) == SMIME_OK && smime_store_new(&crowded) == SMIME_OK;

    trusted = X509_STORE_new();
    untrusted = sk_X509_new_null();
    crowd = sk_X509_new_null();
    good = good && trusted && untrusted && crowd;
    for (size_t i = 0; i < chain.count && good; i++) {
        good = (certs[i] = pathmake_read(chain.certs[i])) != NULL && read_keys(i);
        if (i == 0)
            good = good && smime_store_add_anchor(store, certs[0]) == SMIME_OK &&
                   smime_store_add_anchor(crowded, certs[0]) == SMIME_OK &&
                   X509_STORE_add_cert(trusted, chain.certs[0]);
        else if (i + 1 < chain.count)
            good = good && smime_store_add_cert(store, certs[i]) == SMIME_OK &&
                   smime_store_add_cert(crowded, certs[i]) == SMIME_OK &&
                   sk_X509_push(untrusted, chain.certs[i]) && sk_X509_push(crowd, chain.certs[i]);
    }
    for (size_t i = 0; i < PATHMAKE_STRANGERS && good; i++)
        good = (strangers[i] = pathmake_read(chain.strangers[i])) != NULL &&
               smime_store_add_cert(crowded, strangers[i]) == SMIME_OK &&
               sk_X509_push(crowd, chain.strangers[i]);
    return good;
}

static int run_chain(int rsa, int rounds)
{
    int good = pathmake_chain_new(&chain, rsa, 3, 0) && prepare();

    printf("%s, 3 certificates\n", rsa ? "RSA-2048" : "P-256");
    good = good &&
           row("  cold, against its signatures", cold, "GnuTLS alone", bare_signatures, rounds, 200,
               "under 1.3") &&
           row("  cold, against OpenSSL", cold, "OpenSSL", openssl_alone, rounds, 200, "-") &&
           row("  remembered", remembered, "OpenSSL", openssl_alone, rounds, 2000,
               "under 5 us") &&
           row("  200 strangers, against none", among_strangers, "without", cold, rounds, 200,
               "under 2") &&
           row("  200 strangers, against OpenSSL", among_strangers, "OpenSSL",
               openssl_among_strangers, rounds, 200, "-");
    forget();
    return good;
}

static int run_policies(int rounds)
{
    int good = pathmake_chain_new(&chain, 0, 12, 16) && prepare();

    printf("policies: 12 certificates, 16 policies mapped 16 to 16 in each\n");
    good = good && row("  cold", cold, "GnuTLS alone", bare_signatures, rounds, 5,
                       "under 5000 us");
    forget();
    return good;
}

static pathmake_list list;
static smime_crl *crl;

static int read_list(void)
{
    smime_crl_unref(crl);
    crl = NULL;
    return smime_crl_new(NULL, list.data, list.len, &crl) == SMIME_OK;
}

static int look_up(void)
{
    return smime_crl_lists(crl, certs[0], NULL, NULL) == 0;
}

static int openssl_read_list(void)
{
    const unsigned char *at = list.data;
    X509_CRL *read = d2i_X509_CRL(NULL, &at, (long)list.len);
    X509_REVOKED *entry = NULL;
    ASN1_INTEGER *serial = ASN1_INTEGER_new();
    int good = read && serial && ASN1_INTEGER_set(serial, 1) &&
               X509_CRL_get0_by_serial(read, &entry, serial) >= 0; /* sorts */

    ASN1_INTEGER_free(serial);
    X509_CRL_free(read);
    return good;
}

static int run_list(size_t entries, int sorted, int rounds)
{
    char name[64];
    int good = pathmake_chain_new(&chain, 0, 1, 0) && prepare() &&
               pathmake_list_new(&list, entries, sorted);

    snprintf(name, sizeof name, "  read and index %zu entries", entries);
    printf("revocation list, %s\n", sorted ? "in order" : "in no order");
    good = good && row(name, read_list, "OpenSSL", openssl_read_list, rounds, 1, "once") &&
           row("  look up", look_up, "", NULL, rounds, 1000, "logarithmic");
    pathmake_list_free(&list);
    smime_crl_unref(crl);
    crl = NULL;
    forget();
    return good;
}

int main(int argc, char **argv)
{
    int rounds = argc > 1 ? atoi(argv[1]) : 11, good;

    if (rounds < 1 || rounds > ROUNDS_MAX) {
        fprintf(stderr, "usage: paths [ROUNDS]\n");
        return 2;
    }
    good = smime_policy_new(SMIME_POLICY_DEFAULT, &policy) == SMIME_OK && run_chain(1, rounds) &&
           run_chain(0, rounds) && run_policies(rounds) && run_list(1000000, 1, 3) &&
           run_list(1000000, 0, 3) && run_list(10000, 0, 3);
    smime_policy_unref(policy);
    return !good;
}
