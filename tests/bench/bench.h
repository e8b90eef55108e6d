/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The benchmark: the same jobs by libsmime's public interface and by a peer, in turns. */
#ifndef SMIME_BENCH_H
#define SMIME_BENCH_H

#include <smime/smime.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <gnutls/abstract.h>

#define BENCH_SENDER "alice@example.org"

/* One correspondent, as every library wants to see it. */
typedef struct bench_person {
    EVP_PKEY *key;
    X509 *cert;
    char *pem; /* certificate and key */
    size_t pem_len;
    smime_bag *bag;
    smime_identity *identity; /* borrowed from the bag */
    gnutls_privkey_t gnutls;
} bench_person;

typedef struct bench_people {
    X509 *root;
    char *root_pem;
    size_t root_pem_len;
    bench_person rsa;
    bench_person p256;
    X509_STORE *x509_store;
    smime_store *store;
} bench_people;

/* Bytes in an unnamed memory file: to be read as a file, or where they stand. */
typedef struct bench_input {
    int fd;
    const uint8_t *data;
    size_t len;
} bench_input;

enum {
    BENCH_LARGE,
    BENCH_SMALL
};
enum {
    BENCH_TEXT,
    BENCH_ATTACHMENT,
    BENCH_MAILBOX
};
enum {
    BENCH_PLAIN,
    BENCH_SIGNED,
    BENCH_ENCRYPTED
};

typedef struct bench_job bench_job;

/* One run over an input; 0 on success. */
typedef int (*bench_function)(const bench_job *job, const bench_input *input);

struct bench_job {
    const char *name;
    const char *peer;   /* name of the other side; NULL when there is none */
    const char *target; /* the ratio that is wanted, or a dash */
    int size;           /* BENCH_LARGE or BENCH_SMALL */
    int content;        /* BENCH_TEXT ... */
    int state;          /* what the input is: BENCH_PLAIN ... */
    int32_t cipher;     /* SMIME_CIPHER_*, where one is used */
    int32_t release;    /* SMIME_RELEASE_*, where a message is opened */
    int p256;           /* whose key: P-256, else RSA */
    bench_function ours;
    bench_function theirs;
};

typedef struct bench_settings {
    size_t size;  /* of a large message */
    size_t small; /* messages in a row */
    int rounds;
    int memory;       /* large inputs come from memory, not from a file */
    int made_by_peer; /* who signed or encrypted what is opened */
    int processor;    /* count the processor's time, not the clock's: on a busy machine */
    int alone;        /* no peer: for a profiler */
    const char *name; /* only this job */
} bench_settings;

extern bench_settings bench_settings_now;
extern bench_people bench_people_now;

/* people.c; 0 on success */
int bench_people_make(bench_people *people);
void bench_people_free(bench_people *people);
const bench_person *bench_person_of(const bench_job *job);

/* content.c */
int bench_input_new(bench_input *input); /* empty, to be written through fd */
int bench_input_map(bench_input *input); /* after writing */
void bench_input_free(bench_input *input);
int bench_content_make(int content, size_t size, bench_input *input);

/* jobs.c */
const bench_job *bench_job_at(size_t index);
int bench_job_input(const bench_job *job, size_t size, bench_input *input);

/* ours.c */
int bench_ours_sign(const bench_job *job, const bench_input *input);
int bench_ours_encrypt(const bench_job *job, const bench_input *input);
int bench_ours_open(const bench_job *job, const bench_input *input);
int bench_ours_parse(const bench_job *job, const bench_input *input);
int bench_ours_prepare(const bench_job *job, const bench_input *input, int out);

/* openssl.c */
int bench_openssl_sign(const bench_job *job, const bench_input *input);
int bench_openssl_encrypt(const bench_job *job, const bench_input *input);
int bench_openssl_verify(const bench_job *job, const bench_input *input);
int bench_openssl_decrypt(const bench_job *job, const bench_input *input);
int bench_openssl_prepare(const bench_job *job, const bench_input *input, int out);

/* bare.c: the primitive alone, which no message can beat */
int bench_bare_sha256(const bench_job *job, const bench_input *input);
int bench_bare_encrypt(const bench_job *job, const bench_input *input);
int bench_bare_rsa_sign(const bench_job *job, const bench_input *input);
int bench_bare_rsa_decrypt(const bench_job *job, const bench_input *input);

/* allocations.c: how often memory was asked for since the last call; -1 when it is not known */
long bench_allocations(void);

/* prepare.c: what the program `peak` needs, into a folder */
int bench_prepare(const char *folder);

#endif
