/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Certificate policies: the graph of RFC 9618 in place of the tree of RFC 5280 6.1. */
#ifndef SMIME_PKI_POLICIES_H
#define SMIME_PKI_POLICIES_H

#include "pki/cert.h"

/* 1 when the value of the extension is well formed. */
int smime__policies_check(smime__view value);
int smime__policy_mappings_check(smime__view value);

/* The inputs of RFC 5280 6.1.1 (c), (e), (f), (g). */
typedef struct smime__policy_inputs {
    const smime__view *initial; /* contents of identifiers, none of them anyPolicy */
    size_t initial_count;       /* 0: anyPolicy */
    int explicit_policy, inhibit_mapping, inhibit_any;
} smime__policy_inputs;

typedef struct smime__policy_result {
    const char *why; /* NULL, or why the policies do not hold, for people */
    size_t at;       /* the certificate where that was seen */
    char **list;     /* the user-constrained policy set, dotted and sorted by its bytes */
    size_t count;
} smime__policy_result;

/* @p certs: the leaf first, the anchor last. Members of ret are the caller's, also when the
 * policies do not hold. The cost is linear in the policies and mappings of all certificates, but
 * for sorting. */
smime_status smime__policies_evaluate(smime_cert *const *certs, size_t count,
                                      const smime__policy_inputs *inputs,
                                      smime__policy_result *ret);
void smime__policy_result_clear(smime__policy_result *result);

#endif
