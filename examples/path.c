/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Asks whether a certificate is good for mail from an address:
 * path ANCHOR.pem CERT.pem ADDRESS [INTERMEDIATE.pem...] */
#include <smime/smime.h>

#include <stdio.h>

static smime_cert *load(const char *path)
{
    static unsigned char data[1 << 20];
    FILE *file = fopen(path, "rb");
    smime_cert *cert = NULL;
    size_t len;

    if (!file)
        return NULL;
    len = fread(data, 1, sizeof data, file);
    fclose(file);
    return smime_cert_new(data, len, &cert) == SMIME_OK ? cert : NULL;
}

int main(int argc, char **argv)
{
    smime_store *store = NULL;
    smime_path *path = NULL;
    smime_cert *cert, *other;
    smime_status status;
    int valid;

    if (argc < 4) {
        fprintf(stderr, "usage: path ANCHOR.pem CERT.pem ADDRESS [INTERMEDIATE.pem...]\n");
        return 2;
    }
    status = smime_store_new(&store);
    for (int i = 1; i < argc && status == SMIME_OK; i++) {
        if (i == 2 || i == 3)
            continue;
        other = load(argv[i]);
        status = i == 1 ? smime_store_add_anchor(store, other) : smime_store_add_cert(store, other);
        smime_cert_unref(other);
    }
    cert = load(argv[2]);
    if (status == SMIME_OK)
        status = smime_path_check(store, NULL, cert, SMIME_USE_SIGN, argv[3], &path);
    valid = smime_path_valid(path);
    printf("%s\n", status < 0 ? smime_status_text(status) : smime_path_text(path));
    for (size_t i = 0; i < smime_path_count(path); i++)
        printf("  %s\n", smime_cert_subject(smime_path_cert(path, i)));
    smime_path_unref(path);
    smime_cert_unref(cert);
    smime_store_unref(store);
    return !valid;
}
