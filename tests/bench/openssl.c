/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The side of OpenSSL's CMS functions, as a program for mail uses them: streaming where it can. */
#include "bench.h"

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <stdio.h>
#include <unistd.h>

static int complain(const char *what, const char *call)
{
    fprintf(stderr, "openssl: %s: %s\n", what, call);
    ERR_print_errors_fp(stderr);
    return -1;
}

/* The same kind of input that libsmime gets: a file, or memory as it stands. */
static BIO *open_input(const bench_job *what, const bench_input *input)
{
    FILE *file;
    int fd;

    if (what->size == BENCH_SMALL || bench_settings_now.memory)
        return BIO_new_mem_buf(input->data, (int)input->len);
    lseek(input->fd, 0, SEEK_SET);
    fd = dup(input->fd);
    file = fd < 0 ? NULL : fdopen(fd, "rb");
    return file ? BIO_new_fp(file, BIO_CLOSE) : NULL;
}

static BIO *open_output(const bench_job *what, int out)
{
    FILE *file;
    int fd;

    if (out < 0)
        return what->size == BENCH_SMALL ? BIO_new(BIO_s_mem()) : BIO_new_file("/dev/null", "wb");
    fd = dup(out);
    file = fd < 0 ? NULL : fdopen(fd, "wb");
    return file ? BIO_new_fp(file, BIO_CLOSE) : NULL;
}

static int write_message(CMS_ContentInfo *cms, BIO *in, BIO *out, unsigned flags)
{
    return BIO_puts(out, "From: Alice <" BENCH_SENDER ">\r\nTo: bob@example.org\r\n") > 0 &&
           SMIME_write_CMS(out, cms, in, (int)flags) > 0 && BIO_flush(out) > 0;
}

static int sign_to(const bench_job *what, const bench_input *input, int out_fd)
{
    const bench_person *who = bench_person_of(what);
    unsigned flags = CMS_DETACHED | CMS_STREAM | CMS_NOSMIMECAP;
    BIO *in = open_input(what, input);
    BIO *out = open_output(what, out_fd);
    CMS_ContentInfo *cms = NULL;
    int result = 0;

    if (what->content == BENCH_ATTACHMENT)
        flags |= CMS_BINARY; /* the line ends are right already, and need no second look */
    if (in && out)
        cms = CMS_sign(who->cert, who->key, NULL, in, flags);
    if (!cms || !write_message(cms, in, out, flags))
        result = complain(what->name, "CMS_sign");
    CMS_ContentInfo_free(cms);
    BIO_free(in);
    BIO_free(out);
    return result;
}

static int encrypt_to(const bench_job *what, const bench_input *input, int out_fd)
{
    const bench_person *who = bench_person_of(what);
    unsigned flags = CMS_STREAM | CMS_BINARY;
    const EVP_CIPHER *cipher =
        what->cipher == SMIME_CIPHER_AES_256_GCM ? EVP_aes_256_gcm() : EVP_aes_256_cbc();
    STACK_OF(X509) *certs = sk_X509_new_null();
    BIO *in = open_input(what, input);
    BIO *out = open_output(what, out_fd);
    CMS_ContentInfo *cms = NULL;
    int result = 0;

    if (in && out && certs && sk_X509_push(certs, who->cert))
        cms = CMS_encrypt(certs, in, cipher, flags);
    if (!cms || !write_message(cms, in, out, flags))
        result = complain(what->name, "CMS_encrypt");
    CMS_ContentInfo_free(cms);
    sk_X509_free(certs);
    BIO_free(in);
    BIO_free(out);
    return result;
}

int bench_openssl_sign(const bench_job *job, const bench_input *input)
{
    return sign_to(job, input, -1);
}

int bench_openssl_encrypt(const bench_job *job, const bench_input *input)
{
    return encrypt_to(job, input, -1);
}

int bench_openssl_prepare(const bench_job *job, const bench_input *input, int out)
{
    return job->state == BENCH_SIGNED ? sign_to(job, input, out) : encrypt_to(job, input, out);
}

int bench_openssl_verify(const bench_job *what, const bench_input *input)
{
    BIO *in = open_input(what, input);
    BIO *out = open_output(what, -1);
    BIO *content = NULL;
    CMS_ContentInfo *cms = NULL;
    int result = 0;

    if (in && out)
        cms = SMIME_read_CMS(in, &content);
    if (!cms || CMS_verify(cms, NULL, bench_people_now.x509_store, content, out, 0) != 1)
        result = complain(what->name, "CMS_verify");
    CMS_ContentInfo_free(cms);
    BIO_free(content);
    BIO_free(in);
    BIO_free(out);
    return result;
}

int bench_openssl_decrypt(const bench_job *what, const bench_input *input)
{
    const bench_person *who = bench_person_of(what);
    BIO *in = open_input(what, input);
    BIO *out = open_output(what, -1);
    CMS_ContentInfo *cms = NULL;
    int result = 0;

    if (in && out)
        cms = SMIME_read_CMS(in, NULL);
    if (!cms || CMS_decrypt(cms, who->key, who->cert, NULL, out, 0) != 1)
        result = complain(what->name, "CMS_decrypt");
    CMS_ContentInfo_free(cms);
    BIO_free(in);
    BIO_free(out);
    return result;
}
