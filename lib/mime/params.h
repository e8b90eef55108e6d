/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A value with parameters: Content-Type (RFC 2045 5.1), Content-Disposition (RFC 2183), with
 * the continuations and charsets of RFC 2231. */
#ifndef SMIME_MIME_PARAMS_H
#define SMIME_MIME_PARAMS_H

#include "base/buf.h"

typedef struct smime__param {
    char *name;  /* lower case, without RFC 2231 marks */
    char *value; /* UTF-8, in the memory of the name */
    int decoded; /* its charset was given: no encoded words in it */
    int hidden;  /* a segment, or the plain form beside an extended one: not found by its name */
} smime__param;

typedef struct smime__params {
    char *value; /* lower case: "text/plain", "attachment"; "" when it cannot be read */
    smime__param *list;
    size_t count;
    size_t room;
    int junk;      /* something stands between the value and the first parameter */
    int bad;       /* the value or a parameter does not keep to the grammar */
    int comments;  /* comments were skipped */
    int duplicate; /* a parameter stood twice; the first one counts */
} smime__params;

/* @p text is unfolded. */
smime_status smime__params_parse(smime__params *params, smime__view text);
/* One more, whose name becomes lower case. */
smime_status smime__param_add(smime__params *params, smime__view name, smime__view value);
/* Adds @p raw, a field as it stands, without its parameters of this name, in whatever form and case. */
smime_status smime__params_drop(smime__buf *to, smime__view raw, const char *name);
void smime__params_free(smime__params *params);
const smime__param *smime__params_find(const smime__params *params, const char *name); /* or NULL */
const char *smime__params_get(const smime__params *params, const char *name); /* or NULL */

#endif
