/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Saves every attachment of a mail: attachments MAIL DIRECTORY */
#define _POSIX_C_SOURCE 200809L
#include <smime/smime.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A whole file of less than 1 GiB; NULL when it cannot be read. */
static char *load(const char *path, size_t *ret_len)
{
    FILE *file = fopen(path, "rb");
    char *data = NULL;
    long size = -1;

    if (file && fseek(file, 0, SEEK_END) == 0)
        size = ftell(file);
    if (size >= 0 && size < 1L << 30)
        data = malloc((size_t)size + 1);
    if (data && fseek(file, 0, SEEK_SET) == 0)
        *ret_len = fread(data, 1, (size_t)size, file);
    if (!data || ferror(file)) {
        fprintf(stderr, "attachments: %s cannot be read\n", path);
        free(data);
        data = NULL;
    }
    if (file)
        fclose(file);
    return data;
}

/* A new file: NAME, or else 1-NAME, 2-NAME and so on. O_EXCL also refuses symbolic links. */
static int create(int directory, const char *name, char *path, size_t size)
{
    int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, fd;

    snprintf(path, size, "%s", name);
    fd = openat(directory, path, flags, 0600);
    for (int i = 1; fd < 0 && errno == EEXIST && i < 1000; i++) {
        snprintf(path, size, "%d-%s", i, name);
        fd = openat(directory, path, flags, 0600);
    }
    return fd;
}

static smime_status save(const smime_parser *parser, const smime_entity *entity, int directory)
{
    char *name = NULL, path[512] = "";
    uint8_t *data = NULL;
    FILE *file = NULL;
    size_t len = 0;
    smime_status status = smime_entity_safe_filename(entity, &name);
    int fd = -1, done = 0;

    if (status == SMIME_OK)
        status = smime_parser_body(parser, entity, SMIME_PART_DECODED, &data, &len);
    if (status == SMIME_OK && (fd = create(directory, name, path, sizeof path)) >= 0) {
        file = fdopen(fd, "wb");
        done = file && fwrite(data, 1, len, file) == len;
        done = (file ? fclose(file) : close(fd)) == 0 && done;
        if (!done)
            unlinkat(directory, path, 0);
    }
    if (done)
        printf("%s %s\n", smime_entity_path(entity), path);
    else if (status == SMIME_OK) {
        perror(path);
        status = SMIME_E_IO;
    }
    smime_free(data);
    smime_free(name);
    return status;
}

/* Attachments are what says so or has a name. A mail in the mail is saved as it is. */
static smime_status walk(const smime_parser *parser, const smime_entity *entity, int directory)
{
    const char *disposition = smime_entity_disposition(entity);
    size_t children = smime_entity_child_count(entity);
    int attached = disposition && strcmp(disposition, "attachment") == 0;
    int wanted = attached || smime_entity_filename(entity);
    smime_status status = SMIME_OK;

    if (wanted && (!children || strncmp(smime_entity_type(entity), "message/", 8) == 0))
        return save(parser, entity, directory);
    for (size_t i = 0; status == SMIME_OK && i < children; i++)
        status = walk(parser, smime_entity_child(entity, i), directory);
    return status;
}

int main(int argc, char **argv)
{
    int directory = argc == 3 ? open(argv[2], O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    smime_parser *parser = NULL;
    smime_status status;
    size_t len = 0;
    char *mail = directory >= 0 ? load(argv[1], &len) : NULL;

    if (!mail) {
        fprintf(stderr, "usage: attachments MAIL DIRECTORY\n");
        return 2;
    }
    status = smime_parser_new(NULL, &parser);
    if (status == SMIME_OK)
        status = smime_parser_buffer(parser, mail, len);
    if (status == SMIME_OK)
        status = walk(parser, smime_parser_root(parser), directory);
    if (status < 0)
        fprintf(stderr, "attachments: %s\n", smime_status_text(status));
    smime_parser_free(parser); /* before the bytes that it points into */
    free(mail);
    close(directory);
    return status < 0;
}
