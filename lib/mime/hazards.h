/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a relay may change in a body. */
#ifndef SMIME_MIME_HAZARDS_H
#define SMIME_MIME_HAZARDS_H

#include "base/buf.h"

typedef struct smime__hazards {
    uint32_t found;   /* SMIME_HAZARD_* */
    size_t column;    /* bytes on the current line */
    uint8_t start[5]; /* of the current line */
    uint8_t last;     /* the byte before, on this line */
} smime__hazards;

#define SMIME__LINE_MAX_BYTES 998 /* RFC 5322 2.1.1 */

void smime__hazards_add(smime__hazards *hazards, const uint8_t *data, size_t len);
/* The end of the body ends its last line. */
void smime__hazards_end(smime__hazards *hazards);
int smime__has_8bit(smime__view bytes);

#endif
