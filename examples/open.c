/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Opens a mail: open ANCHOR.pem [IDENTITY.p12 PASSWORD] <mail >content
 * The verdict goes to standard error; content comes out only when it is not INVALID or LOCKED. */
#include <smime/smime.h>

#include <stdio.h>

static smime_status load(smime_bag *bag, const char *path)
{
    static unsigned char data[1 << 20];
    FILE *file = fopen(path, "rb");
    size_t len;

    if (!file)
        return SMIME_E_IO;
    len = fread(data, 1, sizeof data, file);
    fclose(file);
    return smime_bag_add(bag, data, len);
}

static smime_status trust(smime_open *job, const char *path)
{
    smime_bag *bag = NULL;
    smime_store *store = NULL;
    smime_status status = smime_bag_new(NULL, &bag);

    if (status == SMIME_OK)
        status = load(bag, path);
    if (status == SMIME_OK)
        status = smime_store_new(&store);
    for (size_t i = 0; status == SMIME_OK && i < smime_bag_cert_count(bag); i++)
        status = smime_store_add_anchor(store, smime_bag_cert(bag, i));
    if (status == SMIME_OK)
        status = smime_open_use_store(job, store); /* the job keeps a reference */
    smime_store_unref(store);
    smime_bag_free(bag);
    return status;
}

static smime_status add_key(smime_open *job, const char *path, const char *password)
{
    smime_bag *bag = NULL;
    smime_status status = smime_bag_new(NULL, &bag);

    if (status == SMIME_OK)
        status = smime_bag_add_password(bag, password);
    if (status == SMIME_OK)
        status = load(bag, path);
    for (size_t i = 0; status == SMIME_OK && i < smime_bag_identity_count(bag); i++)
        status = smime_open_add_identity(job, smime_bag_identity(bag, i));
    smime_bag_free(bag);
    return status;
}

int main(int argc, char **argv)
{
    smime_open *job = NULL;
    smime_report *report = NULL;
    smime_status status;

    if (argc != 2 && argc != 4) {
        fprintf(stderr, "usage: open ANCHOR.pem [IDENTITY.p12 PASSWORD] <mail >content\n");
        return 2;
    }
    status = smime_open_new(NULL, &job);
    if (status == SMIME_OK)
        status = trust(job, argv[1]);
    if (status == SMIME_OK && argc == 4)
        status = add_key(job, argv[2], argv[3]);
    if (status == SMIME_OK)
        status = smime_open_fd(job, 0, 1);
    if (job && smime_open_report(job, &report) == SMIME_OK)
        fprintf(stderr, "%s\n", smime_report_text(report));
    else
        fprintf(stderr, "open: %s\n", smime_status_text(status));
    status = status < 0 || smime_report_summary(report) == SMIME_SUMMARY_INVALID ||
             smime_report_summary(report) == SMIME_SUMMARY_LOCKED;
    smime_report_unref(report);
    smime_open_free(job);
    return (int)status;
}
