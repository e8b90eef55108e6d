/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Signs a mail: sign IDENTITY.p12 PASSWORD <mail >signed-mail */
#include <smime/smime.h>

#include <stdio.h>

/* A whole small file; NULL when it cannot be read. */
static unsigned char *load(const char *path, size_t *ret_len)
{
    static unsigned char data[1 << 20];
    FILE *file = fopen(path, "rb");

    if (!file)
        return NULL;
    *ret_len = fread(data, 1, sizeof data, file);
    fclose(file);
    return data;
}

int main(int argc, char **argv)
{
    smime_bag *bag = NULL;
    smime_protect *job = NULL;
    const unsigned char *data;
    smime_status status;
    size_t len;

    if (argc != 3 || !(data = load(argv[1], &len))) {
        fprintf(stderr, "usage: sign IDENTITY.p12 PASSWORD <mail >signed-mail\n");
        return 2;
    }
    status = smime_bag_new(NULL, &bag);
    if (status == SMIME_OK)
        status = smime_bag_add_password(bag, argv[2]);
    if (status == SMIME_OK)
        status = smime_bag_add(bag, data, len);
    if (status == SMIME_OK)
        status = smime_protect_new(NULL, &job);
    if (status == SMIME_OK)
        status = smime_protect_sign(job, smime_bag_identity(bag, 0));
    if (status == SMIME_OK)
        status = smime_protect_fd(job, 0, 1);
    if (status < 0)
        fprintf(stderr, "sign: %s\n",
                job ? smime_protect_error_text(job) : smime_bag_error_text(bag));
    smime_protect_free(job);
    smime_bag_free(bag);
    return status < 0;
}
