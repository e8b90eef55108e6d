/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether a certificate of a path was revoked: RFC 5280 6.3 and RFC 6960. */
#ifndef SMIME_PKI_REVOCATION_H
#define SMIME_PKI_REVOCATION_H

#include "pki/pool.h"

typedef struct smime__revocation {
    int32_t state;  /* SMIME_REVOKED_* */
    int32_t source; /* SMIME_SOURCE_* */
    const char *text; /* one sentence, constant */
    int64_t this_update, next_update;
    int has_next;
    int64_t revoked_at;
    int32_t reason;
} smime__revocation;

struct smime__builder;
struct smime__revocation_work;

/* The state of certificate @p index of b's stack, whose paths and signatures are proved already.
 * A fault of the evidence is a state; only limits and memory are a status. */
smime_status smime__revocation_check(struct smime__builder *b, size_t index,
                                     smime__revocation *ret);
void smime__revocation_work_free(struct smime__revocation_work *work);

#endif
