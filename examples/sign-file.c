/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A detached signature of a file, made and checked:
 *
 *     sign-file sign KEY-AND-CERT FILE >FILE.p7s
 *     sign-file verify ANCHOR FILE FILE.p7s
 */
#include <smime/smime.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static smime_status read_bag(const char *path, smime_bag **ret_bag)
{
    static unsigned char data[1 << 20];
    FILE *file = fopen(path, "rb");
    smime_status status;
    size_t len;

    if (!file) {
        fprintf(stderr, "sign-file: %s cannot be read\n", path);
        return SMIME_E_IO;
    }
    len = fread(data, 1, sizeof data, file);
    fclose(file);
    status = smime_bag_new(NULL, ret_bag);
    if (status == SMIME_OK)
        status = smime_bag_add(*ret_bag, data, len);
    if (status < 0)
        fprintf(stderr, "sign-file: %s: %s\n", path, smime_status_text(status));
    return status;
}

static smime_status sign(const smime_bag *bag, int file)
{
    smime_cms_encoder *job = NULL;
    smime_status status = smime_cms_encoder_new(NULL, SMIME_LAYER_SIGNED, &job);

    if (status == SMIME_OK)
        status = smime_cms_encoder_set_detached(job, 1);
    if (status == SMIME_OK)
        status = smime_cms_encoder_add_signer(job, smime_bag_identity(bag, 0), 0,
                                              SMIME_SIGNER_NO_CAPABILITIES, NULL);
    if (status == SMIME_OK)
        status = smime_cms_encoder_fd(job, file, STDOUT_FILENO);
    if (status < 0)
        fprintf(stderr, "sign-file: %s\n",
                smime_bag_identity(bag, 0) ? smime_cms_encoder_error_text(job)
                                           : "there is no key with its certificate");
    smime_cms_encoder_free(job);
    return status;
}

/* Good when the signature fits the file and its signer is vouched for; who that is, is printed. */
static int verify(const smime_bag *anchors, int file, int signature)
{
    smime_cms_decoder *job = NULL;
    smime_report *report = NULL;
    smime_store *store = NULL;
    smime_status status = smime_store_new(&store);
    int good = 0;

    for (size_t i = 0; status == SMIME_OK && i < smime_bag_cert_count(anchors); i++)
        status = smime_store_add_anchor(store, smime_bag_cert(anchors, i));
    if (status == SMIME_OK)
        status = smime_cms_decoder_new(NULL, &job);
    if (status == SMIME_OK)
        status = smime_cms_decoder_use_store(job, store);
    if (status == SMIME_OK)
        status = smime_cms_decoder_set_use(job, SMIME_USE_ANY);
    if (status == SMIME_OK)
        status = smime_cms_decoder_content_fd(job, file);
    if (status == SMIME_OK)
        status = smime_cms_decoder_fd(job, signature, -1);
    if (job && smime_cms_decoder_report(job, &report) == SMIME_OK) {
        puts(smime_report_text(report));
        good = smime_report_summary(report) == SMIME_SUMMARY_VERIFIED;
    } else {
        fprintf(stderr, "sign-file: %s\n", smime_status_text(status));
    }
    smime_report_unref(report);
    smime_cms_decoder_free(job);
    smime_store_unref(store);
    return good;
}

int main(int argc, char **argv)
{
    int signing = argc == 4 && !strcmp(argv[1], "sign");
    int checking = argc == 5 && !strcmp(argv[1], "verify");
    smime_bag *bag = NULL;
    int file, signature = -1, good = 0;

    if (!signing && !checking) {
        fprintf(stderr, "usage: sign-file sign KEY-AND-CERT FILE\n"
                        "       sign-file verify ANCHOR FILE SIGNATURE\n");
        return 2;
    }
    file = open(argv[3], O_RDONLY);
    if (checking)
        signature = open(argv[4], O_RDONLY);
    if (file < 0 || (checking && signature < 0))
        fprintf(stderr, "sign-file: a file cannot be read\n");
    else if (read_bag(argv[2], &bag) == SMIME_OK)
        good = signing ? sign(bag, file) == SMIME_OK : verify(bag, file, signature);
    smime_bag_free(bag);
    return !good;
}
