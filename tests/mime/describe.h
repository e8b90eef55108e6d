/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the library reads in a mail, as one line of JSON, through the public interface alone. */
#ifndef SMIME_TESTS_MIME_DESCRIBE_H
#define SMIME_TESTS_MIME_DESCRIBE_H

#include <smime/smime.h>

typedef struct text {
    char *data; /* NUL-terminated once something was added */
    size_t len;
    size_t room;
} text;

void text_add(text *to, const void *data, size_t len);
void text_format(text *to, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_string(text *to, const char *string); /* as JSON; bytes over 127 as they are */
void text_hex(text *to, const void *data, size_t len);
void text_clear(text *to);

enum {
    DESCRIBE_DATA = 1, /* the decoded bytes of each leaf, in hexadecimal */
    DESCRIBE_FROM = 2  /* the one address of From, as smime_open tells it */
};

/* The mail is given in pieces of @p chunk bytes. */
void describe(text *to, const uint8_t *mail, size_t len, size_t chunk, int what);

/* A parser that was given the whole mail, for smime_parser_free(). *ret_status is the first that is
 * not SMIME_OK. @p path may be NULL; what it selects is appended to @p to. */
smime_parser *parsed(const uint8_t *mail, size_t len, size_t chunk, const char *path, int32_t form,
                     text *to, smime_status *ret_status);

#endif
