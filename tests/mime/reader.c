/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* This library as a reader for differential.py: mails on standard input, each behind its length as
 * four bytes, and a line of JSON for each on standard output. */
#include "describe.h"

#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    unsigned char head[4];

    while (fread(head, 1, 4, stdin) == 4) {
        size_t len = (size_t)head[0] << 24 | (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];
        uint8_t *mail = malloc(len + 1);
        text line = { 0 };

        if (!mail || fread(mail, 1, len, stdin) != len)
            abort();
        describe(&line, mail, len, len, DESCRIBE_DATA | DESCRIBE_FROM);
        puts(line.data);
        text_clear(&line);
        free(mail);
    }
    return 0;
}
