/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One job of OpenSSL's CMS functions in a process of its own, for `peak`. */
#include "bench.h"
#include "peak.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

/* What openssl.c is told by the benchmark. */
bench_settings bench_settings_now;
bench_people bench_people_now;

const bench_person *bench_person_of(const bench_job *job)
{
    return &bench_people_now.persons[job->key];
}

static BIO *open_pem(const char *folder, const char *name)
{
    int fd = peak_open(folder, name);

    return fd < 0 ? NULL : BIO_new_fd(fd, BIO_CLOSE);
}

static int load(const char *folder)
{
    bench_people *people = &bench_people_now;
    bench_person *alice = &people->persons[BENCH_RSA];
    BIO *bio = open_pem(folder, "alice.pem");
    BIO *root = open_pem(folder, "root.pem");

    if (bio && root) {
        alice->cert = PEM_read_bio_X509(bio, NULL, NULL, NULL);
        alice->key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
        people->root = PEM_read_bio_X509(root, NULL, NULL, NULL);
    }
    BIO_free(bio);
    BIO_free(root);
    people->x509_store = X509_STORE_new();
    return alice->cert && alice->key && people->root && people->x509_store &&
           X509_STORE_add_cert(people->x509_store, people->root) &&
           X509_STORE_set_purpose(people->x509_store, X509_PURPOSE_SMIME_SIGN);
}

static int work(const peak_job *what, int in)
{
    bench_job job = { .name = what->name };
    bench_input input = { .fd = in };

    job.content = strcmp(what->file, "text.eml") != 0 ? BENCH_ATTACHMENT : BENCH_TEXT;
    job.cipher = what->gcm ? SMIME_CIPHER_AES_256_GCM : SMIME_CIPHER_AES_256_CBC;
    if (what->held)
        return PEAK_NOT_DONE;
    switch (what->work) {
    case PEAK_NOTHING:
        return 0;
    case PEAK_SIGN:
        return bench_openssl_sign(&job, &input) != 0;
    case PEAK_ENCRYPT:
        return bench_openssl_encrypt(&job, &input) != 0;
    case PEAK_VERIFY:
        return bench_openssl_verify(&job, &input) != 0;
    case PEAK_DECRYPT:
        return bench_openssl_decrypt(&job, &input) != 0;
    default:
        return PEAK_NOT_DONE;
    }
}

int main(int argc, char **argv)
{
    int in;
    const peak_job *job = peak_begin(argc, argv, &in);
    int result = 2;

    if (job && !load(argv[2]))
        fprintf(stderr, "keys and certificates cannot be read\n");
    else if (job)
        result = work(job, in);
    EVP_PKEY_free(bench_people_now.persons[BENCH_RSA].key);
    X509_free(bench_people_now.persons[BENCH_RSA].cert);
    X509_free(bench_people_now.root);
    X509_STORE_free(bench_people_now.x509_store);
    return result;
}
