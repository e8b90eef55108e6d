/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Deviations from the standards, as data. */
#ifndef SMIME_MIME_DEFECT_H
#define SMIME_MIME_DEFECT_H

#include "base/buf.h"

#include <smime/mime.h>

typedef struct smime__defect {
    const char *code; /* stable; a constant string */
    int32_t kind;     /* SMIME_DEFECT_* */
    uint64_t offset;
    const char *text; /* one sentence; a constant string */
} smime__defect;

typedef struct smime__defects {
    smime__defect *list;
    size_t count;
    size_t room;
    int structural; /* one of them is, also when the list was full */
} smime__defects;

/* Defects that are kept; more are counted no further. */
#define SMIME__DEFECTS_MAX 1000

/* @p code is one of the codes in defect.c's table, which gives class and sentence. */
smime_status smime__defect_add(smime__defects *defects, const char *code, uint64_t offset);
void smime__defects_free(smime__defects *defects);

#endif
