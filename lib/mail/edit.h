/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The job behind smime_editor, and header fields that are changed. */
#ifndef SMIME_MAIL_EDIT_H
#define SMIME_MAIL_EDIT_H

#include "mail/hold.h"
#include "mime/reencode.h"
#include "mime/transport.h"

#include <smime/edit.h>

enum { SMIME__EDIT_SET, SMIME__EDIT_ADD, SMIME__EDIT_REMOVE };

typedef struct smime__edit {
    int kind;
    int form; /* SMIME_FIELD_* */
    int done; /* a SET has found its field */
    char *name;
    char *value;
} smime__edit;

typedef struct smime__edits {
    smime__edit *list;
    size_t count, room;
} smime__edits;

/* One more; a SET or REMOVE takes the place of an earlier one of that name. */
smime_status smime__edits_put(smime__edits *edits, int kind, const char *name, const char *value,
                              int form);
void smime__edits_free(smime__edits *edits);
/* Writes the header with @p edits done; what they do not name as it is. @p utf8: values need no
 * encoding. */
smime_status smime__edits_write(smime__edits *edits, const smime__header *header, int utf8,
                                smime__stage *to);
/* 1 when lines of the header end with a LF alone. */
int smime__header_has_lf(const smime__header *header);

struct smime_editor {
    smime__job job;
    smime__edits edits;
    int32_t carry;        /* SMIME_CARRY_*, or -1: bodies are left as they are */
    smime__stage head;    /* feeds the scout and the hold, when there are any, else the scanner */
    smime__scout *scout;
    smime__hold hold;     /* of what the scout has not decided */
    smime__stage reader;  /* behind it: feeds the scanner */
    smime__scan *scan;
    size_t leaf;          /* index of the next leaf, as the scout counts */
    smime__reencoder reencoder;
    int lf;               /* of the line ends of the message */
};

#endif
