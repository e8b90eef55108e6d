/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Passwords and keys from files: a command line can be seen by everybody. */
#define _GNU_SOURCE /* explicit_bzero */
#include "tool.h"

#include <stdlib.h>
#include <string.h>

void wipe_secret(secret *gone)
{
    explicit_bzero(gone, sizeof *gone);
}

/* The first line of a file; what else it holds is wiped. */
static int read_line(const char *path, char *to, size_t size, failure *f)
{
    unsigned char *data = NULL;
    size_t len, used;

    if (read_file(path, &data, &len, f) != EXIT_GOOD)
        return f->code;
    for (used = 0; used < len && data[used] != '\n' && data[used] != '\r'; used++)
        ;
    if (used < size) {
        memcpy(to, data, used);
        to[used] = 0;
    }
    explicit_bzero(data, len);
    free(data);
    return used < size ? EXIT_GOOD
                       : fail(f, EXIT_SYNTAX, "file-malformed", "%.200s: the line is too long",
                              path);
}

int read_passphrase(const char *path, secret *ret_secret, failure *f)
{
    memset(ret_secret, 0, sizeof *ret_secret);
    if (read_line(path, (char *)ret_secret->key, sizeof ret_secret->key, f) != EXIT_GOOD)
        return f->code;
    ret_secret->len = strlen((char *)ret_secret->key);
    return EXIT_GOOD;
}

static int digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* Digits up to @p end; -1 when that is no hexadecimal number of whole bytes that fits. */
static int read_digits(const char *at, char end, unsigned char *to, size_t size)
{
    int len = 0;

    for (; *at && *at != end; at += 2, len++) {
        if (digit(at[0]) < 0 || digit(at[1]) < 0 || (size_t)len == size)
            return -1;
        to[len] = (unsigned char)(digit(at[0]) << 4 | digit(at[1]));
    }
    return *at == end ? len : -1;
}

int read_key(const char *path, int with_id, secret *ret_secret, failure *f)
{
    char line[512];
    const char *key = line;
    int id_len = 0, len;

    memset(ret_secret, 0, sizeof *ret_secret);
    if (read_line(path, line, sizeof line, f) != EXIT_GOOD)
        return f->code;
    if (with_id && strchr(line, ':')) {
        id_len = read_digits(line, ':', ret_secret->id, sizeof ret_secret->id);
        key = strchr(line, ':') + 1;
    }
    len = read_digits(key, 0, ret_secret->key, sizeof ret_secret->key);
    explicit_bzero(line, sizeof line);
    if (id_len < 0 || len <= 0)
        return fail(f, EXIT_SYNTAX, "file-malformed", "%.200s: not a key in hexadecimal digits",
                    path);
    ret_secret->id_len = (size_t)id_len;
    ret_secret->len = (size_t)len;
    return EXIT_GOOD;
}
