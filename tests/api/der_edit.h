/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CMS objects taken apart, changed and put together again: a tree of elements, BER in, DER out.
 * Independent of the library's own readers and writers. */
#ifndef SMIME_TESTS_API_DER_EDIT_H
#define SMIME_TESTS_API_DER_EDIT_H

#include "common.h"

typedef struct element {
    uint8_t tag; /* of one byte; 0x20: constructed */
    bytes content; /* of a primitive one */
    struct element *child[32];
    size_t count;
} element;

element *der_read(bytes der);
bytes der_write(const element *root);
/* The element at a path of child indices ended by -1; the test fails when there is none. */
element *der_at(element *root, const int *path);
#define AT(root, ...) der_at(root, (const int[]){ __VA_ARGS__, -1 })
void der_remove(element *parent, size_t index);
void der_insert(element *parent, size_t index, element *child);
element *der_new(uint8_t tag, bytes content);

/* The CMS in the base64 of a message: of its only body, or of the last part of a
 * multipart/signed. */
bytes cms_of(bytes message);
/* The same message with another CMS in it. */
bytes with_cms(bytes message, bytes cms);
bytes base64(bytes data); /* in lines, CRLF */
/* An application/pkcs7-mime entity around a CMS. */
bytes pkcs7_mime(const char *header, const char *smime_type, bytes cms);

#endif
