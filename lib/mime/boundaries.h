/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The boundaries of the multiparts that are open, found by their text however many there are. */
#ifndef SMIME_MIME_BOUNDARIES_H
#define SMIME_MIME_BOUNDARIES_H

#include <smime/status.h>

#include <stddef.h>

typedef struct smime__boundary {
    struct smime__boundary *next;
    const char *text; /* the caller's, until it is taken out; NULL when it is not in */
} smime__boundary;

typedef struct smime__boundaries {
    smime__boundary **buckets;
    size_t room; /* a power of two, or 0 */
    size_t count;
} smime__boundaries;

/* 1 when one of that text is in. */
int smime__boundaries_has(const smime__boundaries *boundaries, const char *text);
smime_status smime__boundaries_add(smime__boundaries *boundaries, smime__boundary *boundary,
                                   const char *text);
/* Does nothing when it is not in. */
void smime__boundaries_remove(smime__boundaries *boundaries, smime__boundary *boundary);
void smime__boundaries_free(smime__boundaries *boundaries);

#endif
