/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of the command line program share. A client of the public API only. */
#ifndef SMIME_TOOL_H
#define SMIME_TOOL_H

#include <smime/smime.h>

enum {
    EXIT_GOOD = 0,
    EXIT_REFUSED = 1,
    EXIT_USAGE = 2,
    EXIT_SYNTAX = 3,
    EXIT_LIMIT = 4,
    EXIT_IO = 5
};

#define REPEAT_MAX 256

/* Everything that any of the commands can be told. */
typedef struct options {
    const char *command;
    const char *identities[REPEAT_MAX];
    size_t identity_count;
    const char *recipients[REPEAT_MAX];
    size_t recipient_count;
    const char *trust[REPEAT_MAX];
    size_t trust_count;
    const char *untrusted[REPEAT_MAX];
    size_t untrusted_count;
    const char *crls[REPEAT_MAX];
    size_t crl_count;
    const char *ocsps[REPEAT_MAX];
    size_t ocsp_count;
    const char *policy_oids[REPEAT_MAX];
    size_t policy_oid_count;
    const char *password_file, *digest, *cipher, *transport, *oaep_digest, *headers;
    const char *passphrases[REPEAT_MAX];
    size_t passphrase_count;
    const char *shared_keys[REPEAT_MAX];
    size_t shared_key_count;
    const char *content_keys[REPEAT_MAX];
    size_t content_key_count;
    const char *type, *content, *content_type, *algorithm, *iteration_text;
    int detached, key_id, no_attributes, pem, oaep;
    unsigned long iterations; /* of --iterations */
    const char *revocation, *at, *policy, *out, *use, *email, *part;
    const char *expected[REPEAT_MAX];
    size_t expected_count;
    const char *known, *isolate, *check, *oaep_mask, *oaep_label, *kdf_digest, *ukm;
    int cofactor;
    const char *receipt_to[REPEAT_MAX];
    size_t receipt_to_count;
    const char *receipt_from[REPEAT_MAX];
    size_t receipt_from_count;
    int opaque, no_self, pss, unverified, json, legacy, decode, text, learn, explain, no_legacy, shown, triple;
    const char *bcc[REPEAT_MAX];
    size_t bcc_count;
    int lint, explicit_policy, inhibit_mapping, inhibit_any;
    const char *operand; /* NULL: standard input */
} options;

/* EXIT_GOOD, or EXIT_USAGE with a sentence on standard error. */
int options_parse(options *o, int argc, char **argv);

int command_protect(const options *o); /* sign, encrypt, protect */
int command_open(const options *o);    /* open, verify, decrypt */
int command_path(const options *o);
int command_parse(const options *o);
int command_choose(const options *o);
int command_policy(const options *o);
int command_receipt(const options *o);
int command_encode(const options *o);
int command_decode(const options *o);

/* The exit code that a status asks for. */
int exit_of(smime_status status);
/* One sentence on standard error: "smime: ..."; returns @p code. */
int complain(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A failure before there was any answer, kept so that --json can tell it too. Of several the one
 * that decides the exit code is kept, so all files are looked at before giving up. */
typedef struct failure {
    int code; /* exit code; 0: none */
    const char *reason;
    char text[400];
} failure;

/* Returns the code that counts so far. */
int fail(failure *f, int code, const char *reason, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* A secret from a file, to be wiped. */
typedef struct secret {
    unsigned char id[64], key[256];
    size_t id_len, len;
} secret;

/* The first line, as it is. */
int read_passphrase(const char *path, secret *ret_secret, failure *f);
/* "KEY" in hexadecimal digits, or with an identifier before it "ID:KEY". */
int read_key(const char *path, int with_id, secret *ret_secret, failure *f);
void wipe_secret(secret *gone);

/* A whole small file. */
int read_file(const char *path, unsigned char **ret_data, size_t *ret_len, failure *f);
int make_policy(const options *o, smime_policy **ret_policy, failure *f);
int make_store(const options *o, const smime_policy *policy, smime_store **ret_store, failure *f);
/* A bag with the passwords in it. */
int make_bag(const options *o, const smime_policy *policy, smime_bag **ret_bag, failure *f);
int bag_add_file(smime_bag *bag, const char *path, failure *f);
/* The operand, or standard input: a descriptor. */
int open_input(const options *o, int *ret_fd, failure *f);

/* 1 when all of it is written. */
int write_all(int fd, const unsigned char *data, size_t len);
/* What --known names; NULL without it. */
int known_load(const options *o, smime_known **ret_known, failure *f);
int known_save(const options *o, const smime_known *known, failure *f);
/* The answer for people, on standard error. */
void tell_report(const smime_report *report, int explain);

/* Output to --out, written beside it and renamed, or to standard output. */
typedef struct output {
    char *target; /* NULL: standard output, or a device that is written to as it is */
    char *beside;
    int fd;
    int nameless; /* the file has no name yet */
} output;

int output_open(output *out, const char *target, failure *f);
int output_keep(output *out, failure *f);
void output_drop(output *out);

/* What open and decode do alike: SMIME_RELEASE_*; the exit code by everything that applies, content
 * being kept or dropped by it; the answer for people and programs. */
int32_t open_release(const options *o);
/* Gives a job keys, anchors and what is expected. */
int open_set_up(const options *o, smime_policy *policy, smime_open *job, smime_known *known,
                failure *f);
int open_conclude(const options *o, smime_status status, const smime_report *report, output *out,
                  failure *f);
int open_answer(const options *o, int code, const smime_report *report, const failure *f);

#endif
