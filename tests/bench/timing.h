/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether the time of opening tells why a message cannot be opened. */
#ifndef SMIME_BENCH_TIMING_H
#define SMIME_BENCH_TIMING_H

#include "bench.h"

enum {
    TIMING_GOOD,
    TIMING_UNWRAP,    /* PKCS #1 v1.5 that is no padding; for P-256, a key wrap that is none */
    TIMING_LENGTH,    /* well padded, but 24 bytes where AES-256 wants 32 */
    TIMING_OTHER_KEY, /* well padded, 32 bytes, but not the key of this content: what one query of
                         Bleichenbacher's that hits looks like */
    TIMING_CBC,       /* the right key, and padding of the content that is none */
    TIMING_MIME,      /* decrypts, but the multipart inside has no parts */
    TIMING_SIGNATURE, /* decrypts, but the signature inside does not fit */
    TIMING_OAEP,      /* OAEP that is none: another first byte than 0, as Manger asks */
    TIMING_OAEP_OTHER_KEY,
    TIMING_KINDS
};

typedef struct timing_message {
    uint8_t *data;
    size_t len;
} timing_message;

/* timing_messages.c; 0 on success. A signed message with its header fields removed is @p inner. */
int timing_inner_make(timing_message *inner);
int timing_message_make(int kind, int key, const timing_message *inner, timing_message *message);

/* timing_figures.c: sorts the times of each kind, and prints what they say. A kind without a name
 * is not there. */
typedef struct timing_series {
    const char *names[TIMING_KINDS];
    char told[TIMING_KINDS][40]; /* the first reason of the report */
    double *times[TIMING_KINDS]; /* in microseconds */
    size_t count;
} timing_series;

void timing_print(timing_series *series);

#endif
