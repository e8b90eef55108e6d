/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What stands outside of a protected message, RFC 9788 3 and 5.2: decided once for each field. */
#ifndef SMIME_MAIL_PROTECT_HEADER_H
#define SMIME_MAIL_PROTECT_HEADER_H

#include "mime/scan.h"

#include <smime/protect.h>

typedef struct smime__outer_field {
    int dropped;  /* stands nowhere: Bcc */
    int32_t outer; /* SMIME_OUTER_* */
    smime__buf value; /* behind the colon, folded, without the last line end */
} smime__outer_field;

typedef struct smime__header_plan {
    /* settings */
    int32_t headers;
    int chosen, no_legacy;
    smime_headers_function decide;
    void *decide_data;
    void (*decide_destroy)(void *);
    smime_report **answered;
    size_t answered_count, answered_room;
    /* of this message */
    int inside; /* the fields stand inside too */
    smime__outer_field *fields; /* one for each field of the header */
    size_t count;
    smime__buf legacy; /* "Name: value" lines that old readers have to be shown, UTF-8 */
} smime__header_plan;

void smime__header_plan_clear(smime__header_plan *plan);
/* What stands outside in the place of a field of an answer; *ret_outer is SAME when it may stand as
 * it is. @p text is unfolded, @p value decoded too. *ret_leaks: it holds something confidential of a
 * message that is answered; without that it may still be better hidden. */
smime_status smime__answer_outer(const smime__header_plan *plan, smime__view name,
                                 smime__view text, const char *value, int32_t *ret_outer,
                                 smime__buf *ret_value, int *ret_leaks);

#endif
