/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Header fields on their way out: encoded words (RFC 2047), quoting, parameters (RFC 2231), and
 * lines that are folded before they get longer than 78 columns (RFC 5322 2.1.1). */
#ifndef SMIME_MIME_FOLD_H
#define SMIME_MIME_FOLD_H

#include "base/buf.h"

typedef struct smime__fold {
    smime__buf *to;
    const char *line_end; /* "\r\n" or "\n" */
    size_t column;
    size_t start; /* where the line cannot be folded yet: the name of the field, or nothing */
    int utf8; /* UTF-8 stands as it is (RFC 6532) */
} smime__fold;

/* 1 for what may be written into a field: UTF-8 without control characters. */
int smime__fold_may_write(smime__view text);
/* 1 for the name of a field: RFC 5322 2.2. */
int smime__fold_is_name(const char *name);

/* "Name:", at the start of a line. */
smime_status smime__fold_begin(smime__fold *fold, const char *name);
/* Its end. */
smime_status smime__fold_end(smime__fold *fold);

/* As it is, with @p blanks before it, in front of which the line may be folded. */
smime_status smime__fold_token(smime__fold *fold, smime__view blanks, smime__view token);
/* As it is, right behind what stands there. */
smime_status smime__fold_join(smime__fold *fold, const char *text);
/* As it is, folded at its blanks. */
smime_status smime__fold_raw(smime__fold *fold, smime__view text);
/* Text for people: plain words as they are, others encoded. */
smime_status smime__fold_text(smime__fold *fold, smime__view text);
/* The name of a person: bare, quoted or encoded. */
smime_status smime__fold_phrase(smime__fold *fold, smime__view name);
/* "; name=value", quoted or as RFC 2231 has it. */
smime_status smime__fold_parameter(smime__fold *fold, const char *name, smime__view value);
/* A mailbox. SMIME_E_INVALID_ARG when @p address is none, or one that needs UTF-8 and may not. */
smime_status smime__fold_mailbox(smime__fold *fold, smime__view name, smime__view address);

#endif
