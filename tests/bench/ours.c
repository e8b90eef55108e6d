/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The side of libsmime. */
#include "bench.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define CHUNK 65536

static int complain(const char *what, const char *text)
{
    fprintf(stderr, "libsmime: %s: %s\n", what, text);
    return -1;
}

static smime_status drop(const uint8_t *data, size_t len, void *user_data)
{
    (void)data;
    *(size_t *)user_data += len;
    return SMIME_OK;
}

static int null_fd(void)
{
    static int fd = -1;

    if (fd < 0)
        fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
    return fd;
}

static smime_status push_protect(smime_protect *job, const bench_input *input)
{
    size_t out = 0, taken = 0;
    smime_status status = smime_protect_set_sink(job, drop, NULL, &out, NULL);

    for (size_t at = 0; at < input->len && status == SMIME_OK; at += taken) {
        size_t part = input->len - at < CHUNK ? input->len - at : CHUNK;
        status = smime_protect_write(job, input->data + at, part, &taken);
    }
    return status == SMIME_OK ? smime_protect_finish(job) : status;
}

/* A small message from memory to memory, a large one to @p out, or nowhere. */
static int run_protect(smime_protect *job, const bench_job *what, const bench_input *input, int out)
{
    uint8_t *data = NULL;
    size_t len = 0;
    smime_status status;
    int result = 0;

    if (what->size == BENCH_SMALL) {
        status = smime_protect_buffer(job, input->data, input->len, &data, &len);
        smime_free(data);
    } else if (out < 0 && bench_settings_now.memory) {
        status = push_protect(job, input);
    } else {
        lseek(input->fd, 0, SEEK_SET);
        status = smime_protect_fd(job, input->fd, out < 0 ? null_fd() : out);
    }
    if (status < 0)
        result = complain(what->name, smime_protect_error_text(job));
    smime_protect_free(job);
    return result;
}

static int sign_to(const bench_job *what, const bench_input *input, int out)
{
    smime_protect *job = NULL;
    smime_status status = smime_protect_new(NULL, &job);

    if (status == SMIME_OK)
        status = smime_protect_sign(job, bench_person_of(what)->identity);
    if (status == SMIME_OK)
        return run_protect(job, what, input, out);
    smime_protect_free(job);
    return complain(what->name, smime_status_name(status));
}

static int encrypt_to(const bench_job *what, const bench_input *input, int out)
{
    smime_protect *job = NULL;
    smime_status status = smime_protect_new(NULL, &job);

    if (status == SMIME_OK)
        status = smime_protect_set_cipher(job, what->cipher);
    if (status == SMIME_OK)
        status = smime_protect_set_transport(job, SMIME_TRANSPORT_RSA_V15, 0);
    if (status == SMIME_OK)
        status =
            smime_protect_encrypt_to(job, smime_identity_cert(bench_person_of(what)->identity));
    if (status == SMIME_OK)
        return run_protect(job, what, input, out);
    smime_protect_free(job);
    return complain(what->name, smime_status_name(status));
}

int bench_ours_sign(const bench_job *job, const bench_input *input)
{
    return sign_to(job, input, -1);
}

int bench_ours_encrypt(const bench_job *job, const bench_input *input)
{
    return encrypt_to(job, input, -1);
}

int bench_ours_prepare(const bench_job *job, const bench_input *input, int out)
{
    return job->state == BENCH_SIGNED ? sign_to(job, input, out) : encrypt_to(job, input, out);
}

static smime_status push_open(smime_open *job, const bench_input *input)
{
    size_t out = 0, taken = 0;
    smime_status status = smime_open_set_sink(job, drop, NULL, &out, NULL);

    for (size_t at = 0; at < input->len && status == SMIME_OK; at += taken) {
        size_t part = input->len - at < CHUNK ? input->len - at : CHUNK;
        status = smime_open_write(job, input->data + at, part, &taken);
    }
    return status == SMIME_OK ? smime_open_finish(job) : status;
}

static int run_open(smime_open *job, const bench_job *what, const bench_input *input)
{
    uint8_t *data = NULL;
    size_t len = 0;
    smime_status status;

    if (what->size == BENCH_SMALL) {
        status = smime_open_buffer(job, input->data, input->len, &data, &len);
        smime_free(data);
    } else if (bench_settings_now.memory) {
        status = push_open(job, input);
    } else {
        lseek(input->fd, 0, SEEK_SET);
        status = smime_open_fd(job, input->fd, null_fd());
    }
    return status < 0 ? complain(what->name, smime_open_error_text(job)) : 0;
}

/* A run counts only when the answer is the right one. */
static int check_report(smime_open *job, const bench_job *what)
{
    smime_report *report = NULL;
    int32_t wanted =
        what->state == BENCH_SIGNED ? SMIME_SUMMARY_VERIFIED : SMIME_SUMMARY_CONFIDENTIAL;
    int result = 0;

    if (smime_open_report(job, &report) < 0)
        return complain(what->name, "no report");
    if (smime_report_summary(report) != wanted)
        result = complain(what->name, smime_report_text(report));
    smime_report_unref(report);
    return result;
}

int bench_ours_open(const bench_job *what, const bench_input *input)
{
    smime_open *job = NULL;
    smime_status status = smime_open_new(NULL, &job);
    int result = 0;

    if (status == SMIME_OK)
        status = smime_open_set_release(job, what->release);
    if (status == SMIME_OK && what->state == BENCH_SIGNED)
        status = smime_open_use_store(job, bench_people_now.store);
    if (status == SMIME_OK && what->state == BENCH_ENCRYPTED)
        status = smime_open_add_identity(job, bench_person_of(what)->identity);
    if (status < 0)
        result = complain(what->name, smime_status_name(status));
    if (result == 0)
        result = run_open(job, what, input);
    if (result == 0)
        result = check_report(job, what);
    smime_open_free(job);
    return result;
}

static int parse_mail(const bench_job *what, const uint8_t *data, size_t len)
{
    smime_parser *parser = NULL;
    smime_status status = smime_parser_new(NULL, &parser);
    int result = 0;

    /* GMime decodes no body that nobody asks for */
    if (status == SMIME_OK && !what->decoded)
        status = smime_parser_set_shallow(parser, 1);
    if (status == SMIME_OK)
        status = smime_parser_buffer(parser, data, len);
    if (status < 0)
        result = complain(what->name, smime_parser_error_text(parser));
    else if (!smime_entity_child_count(smime_parser_root(parser)))
        result = complain(what->name, "no parts were found");
    smime_parser_free(parser);
    return result;
}

int bench_ours_parse(const bench_job *what, const bench_input *input)
{
    int result = 0;

    if (!input->mails)
        return parse_mail(what, input->data, input->len);
    for (size_t i = 0; i < input->mails && result == 0; i++)
        result = parse_mail(what, input->data + input->starts[i],
                            input->starts[i + 1] - input->starts[i]);
    return result;
}
