/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One job of libsmime in a process of its own, for `peak`. */
#include "peak.h"

#include <smime/smime.h>

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define CHUNK 65536

static smime_status load(smime_bag *bag, const char *folder, const char *name)
{
    char data[16384];
    int fd = peak_open(folder, name);
    ssize_t len = fd < 0 ? -1 : read(fd, data, sizeof data);

    if (fd >= 0)
        close(fd);
    return len <= 0 ? SMIME_E_IO : smime_bag_add(bag, data, (size_t)len);
}

static smime_status protect(const peak_job *what, smime_identity *identity, int in, int out)
{
    smime_protect *job = NULL;
    smime_status status = smime_protect_new(NULL, &job);

    if (status == SMIME_OK && what->work == PEAK_SIGN)
        status = smime_protect_sign(job, identity);
    if (status == SMIME_OK && what->work == PEAK_ENCRYPT)
        status = smime_protect_encrypt_to(job, smime_identity_cert(identity));
    if (status == SMIME_OK && what->work == PEAK_ENCRYPT)
        status = smime_protect_set_cipher(job, what->gcm ? SMIME_CIPHER_AES_256_GCM
                                                         : SMIME_CIPHER_AES_256_CBC);
    if (status == SMIME_OK)
        status = smime_protect_fd(job, in, out);
    smime_protect_free(job);
    return status;
}

static smime_status open_message(const peak_job *what, smime_bag *bag, int in, int out)
{
    smime_store *store = NULL;
    smime_report *report = NULL;
    smime_open *job = NULL;
    smime_status status = smime_open_new(NULL, &job);
    int32_t summary = SMIME_SUMMARY_UNDECIDED;

    if (status == SMIME_OK)
        status = smime_store_new(&store);
    if (status == SMIME_OK)
        status = smime_store_add_anchor(store, smime_bag_cert(bag, 1));
    if (status == SMIME_OK)
        status = smime_open_use_store(job, store);
    if (status == SMIME_OK)
        status = smime_open_add_identity(job, smime_bag_identity(bag, 0));
    if (status == SMIME_OK)
        status =
            smime_open_set_release(job, what->held ? SMIME_RELEASE_GOOD : SMIME_RELEASE_AT_ONCE);
    if (status == SMIME_OK)
        status = smime_open_fd(job, in, out);
    if (status == SMIME_OK)
        status = smime_open_report(job, &report);
    if (status == SMIME_OK)
        summary = smime_report_summary(report);
    if (status == SMIME_OK && summary != SMIME_SUMMARY_VERIFIED &&
        summary != SMIME_SUMMARY_CONFIDENTIAL)
        status = SMIME_E_CALLBACK;
    smime_report_unref(report);
    smime_open_free(job);
    smime_store_unref(store);
    return status;
}

static smime_status parse(int in)
{
    static uint8_t block[CHUNK];
    smime_parser *parser = NULL;
    smime_status status = smime_parser_new(NULL, &parser);
    size_t taken;
    ssize_t got;

    while (status == SMIME_OK && (got = read(in, block, sizeof block)) > 0)
        status = smime_parser_write(parser, block, (size_t)got, &taken);
    if (status == SMIME_OK)
        status = smime_parser_finish(parser);
    smime_parser_free(parser);
    return status;
}

static int work(const peak_job *what, const char *folder, int in)
{
    smime_bag *bag = NULL;
    int out = open("/dev/null", O_WRONLY | O_CLOEXEC);
    smime_status status = out < 0 ? SMIME_E_IO : smime_bag_new(NULL, &bag);

    if (status == SMIME_OK)
        status = load(bag, folder, "alice.pem");
    if (status == SMIME_OK)
        status = load(bag, folder, "root.pem");
    if (status == SMIME_OK && (what->work == PEAK_VERIFY || what->work == PEAK_DECRYPT))
        status = open_message(what, bag, in, out);
    else if (status == SMIME_OK && what->work == PEAK_PARSE)
        status = parse(in);
    else if (status == SMIME_OK && what->work != PEAK_NOTHING)
        status = protect(what, smime_bag_identity(bag, 0), in, out);
    smime_bag_free(bag);
    if (status < 0)
        fprintf(stderr, "%s: %s\n", what->name, smime_status_name(status));
    return status < 0;
}

int main(int argc, char **argv)
{
    int in;
    const peak_job *job = peak_begin(argc, argv, &in);

    return job ? work(job, argv[2], in) : 2;
}
