/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Limits, and the budget that everything done for one message shares. */
#ifndef SMIME_BASE_LIMITS_H
#define SMIME_BASE_LIMITS_H

#include "base/error.h"

#include <smime/policy.h>

#define SMIME__LIMIT_END 23

typedef struct smime__limits {
    uint64_t value[SMIME__LIMIT_END]; /* indexed by SMIME_LIMIT_* */
} smime__limits;

void smime__limits_default(smime__limits *limits);
const char *smime__limit_name(int32_t limit); /* "depth" */

/* SMIME_OK while @p amount is within the limit, else the limit's own status with a sentence. */
smime_status smime__limit_check(const smime__limits *limits, int32_t limit, uint64_t amount,
                                smime__error *error);

/* What one message may still cost. */
typedef struct smime__budget {
    smime__limits limits;
    uint64_t signatures; /* used so far */
    uint64_t steps;
    uint64_t names;
    uint64_t iterations; /* of key derivation */
    uint64_t inflated;   /* bytes that the outermost decompression took in */
    int inflating;       /* decompressions begun */
} smime__budget;

smime_status smime__budget_signature(smime__budget *budget, smime__error *error);
smime_status smime__budget_name(smime__budget *budget, smime__error *error);
smime_status smime__budget_iterations(smime__budget *budget, uint64_t count, smime__error *error);
smime_status smime__budget_step(smime__budget *budget, smime__error *error);

#endif
