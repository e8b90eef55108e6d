/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writes a mail: compose FROM TO SUBJECT TEXT [HTML PICTURE.png [ATTACHMENT]] >mail
 * The HTML shows the picture with <img src="cid:picture@example.org">. */
#include <smime/smime.h>

#include <stdio.h>
#include <string.h>

/* A whole file of up to 16 MiB, until the next call; NULL when that cannot be. */
static const char *load(const char *path, size_t *ret_len)
{
    static char data[16 << 20];
    FILE *file = fopen(path, "rb");
    int failed;

    if (!file) {
        perror(path);
        return NULL;
    }
    *ret_len = fread(data, 1, sizeof data, file);
    failed = ferror(file) || *ret_len == sizeof data;
    fclose(file);
    if (failed)
        fprintf(stderr, "compose: %s cannot be read, or is too large\n", path);
    return failed ? NULL : data;
}

static smime_status add_text(smime_composer *mail, const char *path)
{
    size_t len = 0;
    const char *text = load(path, &len);

    return text ? smime_composer_set_text(mail, text, len) : SMIME_E_IO;
}

static smime_status add_html(smime_composer *mail, const char *path)
{
    size_t len = 0;
    const char *html = load(path, &len);

    return html ? smime_composer_set_html(mail, html, len) : SMIME_E_IO;
}

static smime_status add_picture(smime_composer *mail, const char *path)
{
    size_t len = 0;
    const char *picture = load(path, &len);

    if (!picture)
        return SMIME_E_IO;
    return smime_composer_add_related(mail, "picture@example.org", "image/png", picture, len);
}

/* An attachment is read when the mail is written, so that it can have any size. */
static smime_status read_file(uint8_t *buffer, size_t size, size_t *ret_len, void *user_data)
{
    *ret_len = fread(buffer, 1, size, user_data);
    return ferror((FILE *)user_data) ? SMIME_E_IO : SMIME_OK;
}

static void close_file(void *user_data)
{
    fclose(user_data);
}

static smime_status attach(smime_composer *mail, const char *path)
{
    const char *slash = strrchr(path, '/');
    FILE *file = fopen(path, "rb");

    if (!file) {
        perror(path);
        return SMIME_E_IO;
    }
    return smime_composer_attach_function(mail, slash ? slash + 1 : path,
                                          "application/octet-stream", read_file, file, close_file);
}

static smime_status print(const uint8_t *data, size_t len, void *user_data)
{
    return fwrite(data, 1, len, user_data) == len ? SMIME_OK : SMIME_E_IO;
}

int main(int argc, char **argv)
{
    smime_composer *mail = NULL;
    smime_status status;

    if (argc != 5 && argc != 7 && argc != 8) {
        fprintf(stderr,
                "usage: compose FROM TO SUBJECT TEXT [HTML PICTURE.png [ATTACHMENT]] >mail\n");
        return 2;
    }
    status = smime_composer_new(NULL, SMIME_CARRY_7BIT, &mail);
    if (status == SMIME_OK)
        status = smime_composer_add_mailbox(mail, "From", NULL, argv[1]);
    if (status == SMIME_OK)
        status = smime_composer_add_mailbox(mail, "To", NULL, argv[2]);
    if (status == SMIME_OK)
        status = smime_composer_add_field(mail, "Subject", argv[3]);
    if (status == SMIME_OK)
        status = add_text(mail, argv[4]);
    if (status == SMIME_OK && argc > 5)
        status = add_html(mail, argv[5]);
    if (status == SMIME_OK && argc > 6)
        status = add_picture(mail, argv[6]);
    if (status == SMIME_OK && argc > 7)
        status = attach(mail, argv[7]);
    if (status == SMIME_OK)
        status = smime_composer_write(mail, print, stdout);
    if (status == SMIME_OK && fflush(stdout) != 0)
        status = SMIME_E_IO;
    if (status < 0)
        fprintf(stderr, "compose: %s: %s\n", smime_status_text(status),
                mail ? smime_composer_error_text(mail) : "");
    smime_composer_free(mail);
    return status < 0;
}
