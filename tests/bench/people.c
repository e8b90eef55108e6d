/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A root and two correspondents, made anew for each run: nothing here can expire. */
#include "bench.h"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
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

static int add_extensions(X509 *cert, X509 *issuer, int is_root)
{
    int good = add_extension(cert, issuer, NID_subject_key_identifier, "hash") &&
               add_extension(cert, issuer, NID_authority_key_identifier, "keyid:always");

    if (is_root)
        return good && add_extension(cert, issuer, NID_basic_constraints, "critical,CA:TRUE") &&
               add_extension(cert, issuer, NID_key_usage, "critical,keyCertSign,cRLSign");
    return good && add_extension(cert, issuer, NID_basic_constraints, "critical,CA:FALSE") &&
           add_extension(cert, issuer, NID_key_usage,
                         "critical,digitalSignature,keyEncipherment,keyAgreement") &&
           add_extension(cert, issuer, NID_ext_key_usage, "emailProtection") &&
           add_extension(cert, issuer, NID_subject_alt_name, "email:" BENCH_SENDER);
}

/* @p issuer is NULL for the root. */
static X509 *make_cert(const char *name, long serial, EVP_PKEY *key, X509 *issuer,
                       EVP_PKEY *issuer_key)
{
    X509 *cert = X509_new();
    X509 *above = issuer ? issuer : cert;
    int good;

    if (!cert)
        return NULL;
    good = X509_set_version(cert, 2) && ASN1_INTEGER_set(X509_get_serialNumber(cert), serial) &&
           X509_gmtime_adj(X509_getm_notBefore(cert), -86400L) &&
           X509_gmtime_adj(X509_getm_notAfter(cert), 86400L * 30) &&
           X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN", MBSTRING_UTF8,
                                      (const unsigned char *)name, -1, -1, 0) &&
           X509_set_issuer_name(cert, X509_get_subject_name(above)) && X509_set_pubkey(cert, key) &&
           add_extensions(cert, above, !issuer) && X509_sign(cert, issuer_key, EVP_sha256());
    if (!good) {
        X509_free(cert);
        return NULL;
    }
    return cert;
}

static char *to_pem(X509 *cert, EVP_PKEY *key, size_t *ret_len)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *data, *copy = NULL;
    long len;

    if (bio && PEM_write_bio_X509(bio, cert) &&
        (!key || PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL))) {
        len = BIO_get_mem_data(bio, &data);
        copy = malloc((size_t)len);
        if (copy)
            memcpy(copy, data, (size_t)len);
        *ret_len = (size_t)len;
    }
    BIO_free(bio);
    return copy;
}

static int import_gnutls(bench_person *person)
{
    gnutls_datum_t datum = { (unsigned char *)person->pem, (unsigned)person->pem_len };

    return gnutls_privkey_init(&person->gnutls) >= 0 &&
           gnutls_privkey_import_x509_raw(person->gnutls, &datum, GNUTLS_X509_FMT_PEM, NULL, 0) >=
               0;
}

int bench_person_make(bench_person *person, const bench_people *people, const char *name,
                      long serial, EVP_PKEY *key)
{
    memset(person, 0, sizeof *person);
    person->key = key;
    if (!key)
        return -1;
    person->cert = make_cert(name, serial, key, people->root, people->root_key);
    person->pem = person->cert ? to_pem(person->cert, key, &person->pem_len) : NULL;
    if (!person->pem || smime_bag_new(NULL, &person->bag) < 0 ||
        smime_bag_add(person->bag, person->pem, person->pem_len) < 0)
        return -1;
    person->identity = smime_bag_identity(person->bag, 0);
    return person->identity && import_gnutls(person) ? 0 : -1;
}

static int make_stores(bench_people *people)
{
    smime_cert *anchor = NULL;
    int good;

    people->root_pem = to_pem(people->root, NULL, &people->root_pem_len);
    people->x509_store = X509_STORE_new();
    good = people->root_pem && people->x509_store &&
           X509_STORE_add_cert(people->x509_store, people->root) &&
           X509_STORE_set_purpose(people->x509_store, X509_PURPOSE_SMIME_SIGN) &&
           smime_cert_new(people->root_pem, people->root_pem_len, &anchor) == SMIME_OK &&
           smime_store_new(&people->store) == SMIME_OK &&
           smime_store_add_anchor(people->store, anchor) == SMIME_OK;
    smime_cert_unref(anchor);
    return good ? 0 : -1;
}

int bench_people_make(bench_people *people)
{
    bench_person *persons = people->persons;

    memset(people, 0, sizeof *people);
    people->root_key = EVP_RSA_gen(2048);
    if (people->root_key)
        people->root = make_cert("Bench Root", 1, people->root_key, NULL, people->root_key);
    if (!people->root ||
        bench_person_make(&persons[BENCH_RSA], people, "Alice RSA", 2, EVP_RSA_gen(2048)) < 0 ||
        bench_person_make(&persons[BENCH_P256], people, "Alice EC", 3, EVP_EC_gen("P-256")) < 0 ||
        bench_person_make(&persons[BENCH_ED25519], people, "Alice Ed", 4,
                          EVP_PKEY_Q_keygen(NULL, NULL, "ED25519")) < 0)
        return -1;
    return make_stores(people);
}

void bench_person_free(bench_person *person)
{
    EVP_PKEY_free(person->key);
    X509_free(person->cert);
    free(person->pem);
    smime_bag_free(person->bag);
    if (person->gnutls)
        gnutls_privkey_deinit(person->gnutls);
}

void bench_people_free(bench_people *people)
{
    for (int i = 0; i < BENCH_KEYS; i++)
        bench_person_free(&people->persons[i]);
    EVP_PKEY_free(people->root_key);
    X509_free(people->root);
    free(people->root_pem);
    X509_STORE_free(people->x509_store);
    smime_store_unref(people->store);
}

const bench_person *bench_person_of(const bench_job *job)
{
    return &bench_people_now.persons[job->key];
}
