/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The benchmark: the same jobs by libsmime's public interface and by a peer, in turns. */
#ifndef SMIME_BENCH_H
#define SMIME_BENCH_H

#include <smime/smime.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <gnutls/abstract.h>

#define BENCH_SENDER "alice@example.org"

enum {
    BENCH_RSA,
    BENCH_P256,
    BENCH_ED25519,
    BENCH_KEYS
};

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
    EVP_PKEY *root_key;
    X509 *root;
    char *root_pem;
    size_t root_pem_len;
    bench_person persons[BENCH_KEYS];
    X509_STORE *x509_store;
    smime_store *store;
} bench_people;

/* Bytes in an unnamed memory file: to be read as a file, or where they stand. */
typedef struct bench_input {
    int fd;
    const uint8_t *data;
    size_t len;
    size_t *starts; /* of each mail in a mailbox, and the end of the last one */
    size_t mails;
} bench_input;

#define BENCH_SMALL_BYTES 10240
#define BENCH_MAILBOX_BYTES 98000000

enum {
    BENCH_LARGE,
    BENCH_SMALL
};
enum {
    BENCH_TEXT,
    BENCH_ATTACHMENT,
    BENCH_MAILBOX,
    BENCH_PARTS /* as many leaves as the size says, not bytes */
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
    int key;            /* whose: BENCH_RSA ... */
    int decoded;        /* every leaf is decoded while parsing */
    long mallocs;       /* how many are wanted at most for one message; 0: no matter */
    bench_function ours;
    bench_function theirs;
};

typedef struct bench_settings {
    size_t size;  /* of a large message */
    size_t small; /* messages in a row */
    int rounds;
    int memory;         /* large inputs come from memory, not from a file */
    int made_by_peer;   /* who signed or encrypted what is opened */
    int processor;      /* count the processor's time, not the clock's: on a busy machine */
    int alone;          /* no peer: for a profiler */
    int growth;         /* how cost grows, instead of the jobs */
    int timing;         /* whether time tells failures apart, instead of the jobs */
    const char *folder; /* only make what the program `peak` needs, there */
    const char *name;   /* only this job */
} bench_settings;

extern bench_settings bench_settings_now;
extern bench_people bench_people_now;

/* people.c; 0 on success */
int bench_people_make(bench_people *people);
void bench_people_free(bench_people *people);
/* One more with a certificate under the root of @p people. Takes @p key, also when it fails. */
int bench_person_make(bench_person *person, const bench_people *people, const char *name,
                      long serial, EVP_PKEY *key);
void bench_person_free(bench_person *person);
const bench_person *bench_person_of(const bench_job *job);

/* content.c */
int bench_input_new(bench_input *input); /* empty, to be written through fd */
int bench_input_map(bench_input *input); /* after writing */
void bench_input_free(bench_input *input);
int bench_content_make(int content, size_t size, bench_input *input);
/* Whole lines, as many as there is room for; how many bytes. */
size_t bench_fill_text(char *to, size_t room, uint32_t *state);
size_t bench_fill_base64(char *to, size_t room, uint32_t *state);
uint32_t bench_random(uint32_t *state);

/* mailbox.c: many mails one behind the other, into a file; notes where each begins */
int bench_mailbox_write(bench_input *input, size_t size);

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

/* gmime.c */
int bench_gmime_parse(const bench_job *job, const bench_input *input);
int bench_gmime_decode(const bench_job *job, const bench_input *input);

/* bare.c: the primitive alone, which no message can beat */
int bench_bare_sha256(const bench_job *job, const bench_input *input);
int bench_bare_encrypt(const bench_job *job, const bench_input *input);
int bench_bare_sign(const bench_job *job, const bench_input *input);
int bench_bare_rsa_decrypt(const bench_job *job, const bench_input *input);
int bench_bare_openssl_ed25519(const bench_job *job, const bench_input *input);

/* allocations.c: how often memory was asked for since the last call; -1 when it is not known */
long bench_allocations(void);

/* growth.c: what twice as much costs; 0 on success */
int bench_growth(void);

/* timing.c: whether time tells why a message cannot be opened; 0 on success */
int bench_timing(void);

/* options.c: 0 to go on, else the exit status plus one */
int bench_options_read(int argc, char **argv);

/* table.c: times of one side, in seconds for a large message and per message for small ones */
#define BENCH_ROUNDS_MAX 1000

typedef struct bench_side {
    double times[BENCH_ROUNDS_MAX];
    long allocations; /* of one message */
} bench_side;

double bench_now(void);
double bench_median(const double *sorted, int count);
void bench_sort(double *times, int count);
void bench_print_head(void);
void bench_print_row(const bench_job *job, size_t len, const bench_side *ours,
                     const bench_side *theirs);

/* prepare.c: what the program `peak` needs, into a folder */
int bench_prepare(const char *folder);

#endif
