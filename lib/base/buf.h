/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A growing run of bytes with a limit, and a borrowed view. */
#ifndef SMIME_BASE_BUF_H
#define SMIME_BASE_BUF_H

#include <smime/status.h>

typedef struct smime__view {
    const uint8_t *data;
    size_t len;
} smime__view;

typedef struct smime__buf {
    uint8_t *data; /* NULL while nothing was ever stored */
    size_t len;
    size_t size;
    int secret; /* wiped when it moves and when it goes */
} smime__buf;

/* Room for @p more bytes; SMIME_E_NOMEM, and then nothing changed. */
smime_status smime__buf_reserve(smime__buf *buf, size_t more);
smime_status smime__buf_add(smime__buf *buf, const void *data, size_t len);
smime_status smime__buf_add_byte(smime__buf *buf, uint8_t byte);
smime_status smime__buf_add_text(smime__buf *buf, const char *text);
smime_status smime__buf_add_view(smime__buf *buf, smime__view view);
smime_status smime__buf_format(smime__buf *buf, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Removes @p count bytes at the front. */
void smime__buf_drop_front(smime__buf *buf, size_t count);
void smime__buf_clear(smime__buf *buf); /* keeps the memory */
void smime__buf_free(smime__buf *buf);
/* A NUL behind the last byte, not counted; NULL when memory is out. */
const char *smime__buf_text(smime__buf *buf);
smime__view smime__buf_view(const smime__buf *buf);

smime__view smime__view_of(const void *data, size_t len);
smime__view smime__view_text(const char *text);
int smime__view_equal(smime__view a, smime__view b);
int smime__view_is(smime__view view, const char *text); /* ASCII case ignored */
/* A copy on the heap with a NUL behind it; NULL when memory is out. */
char *smime__view_dup(smime__view view);
uint8_t *smime__dup(const void *data, size_t len);

/* Grows an array of elements: *array has *count of *room elements; room for one more after it. */
smime_status smime__grow(void **array, size_t count, size_t *room, size_t element);

#endif
