/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Encrypts a mail to everyone named: encrypt CERT.pem... <mail >encrypted-mail */
#include <smime/smime.h>

#include <stdio.h>

static smime_status add_recipient(smime_protect *job, const char *path)
{
    static unsigned char data[1 << 20];
    FILE *file = fopen(path, "rb");
    smime_cert *cert = NULL;
    smime_status status;
    size_t len;

    if (!file) {
        fprintf(stderr, "encrypt: %s cannot be read\n", path);
        return SMIME_E_IO;
    }
    len = fread(data, 1, sizeof data, file);
    fclose(file);
    status = smime_cert_new(data, len, &cert);
    if (status < 0)
        fprintf(stderr, "encrypt: %s: %s\n", path, smime_status_text(status));
    if (status == SMIME_OK) {
        status = smime_protect_encrypt_to(job, cert);
        if (status < 0)
            fprintf(stderr, "encrypt: %s\n", smime_protect_error_text(job));
    }
    smime_cert_unref(cert);
    return status;
}

int main(int argc, char **argv)
{
    smime_protect *job = NULL;
    smime_status status;

    if (argc < 2) {
        fprintf(stderr, "usage: encrypt CERT.pem... <mail >encrypted-mail\n");
        return 2;
    }
    status = smime_protect_new(NULL, &job);
    for (int i = 1; i < argc && status == SMIME_OK; i++)
        status = add_recipient(job, argv[i]);
    if (status == SMIME_OK) {
        status = smime_protect_fd(job, 0, 1);
        if (status < 0)
            fprintf(stderr, "encrypt: %s\n", smime_protect_error_text(job));
    }
    for (size_t i = 0; status == SMIME_OK && i < smime_protect_note_count(job); i++)
        fprintf(stderr, "note: %s\n", smime_protect_note(job, i));
    smime_protect_free(job);
    return status < 0;
}
