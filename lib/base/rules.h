/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a policy allows: algorithms and key sizes, for reading and for writing, and who has to sign. The
 * numbers of algorithms follow the enumerations of lib/crypto, which check that at compile time. */
#ifndef SMIME_BASE_RULES_H
#define SMIME_BASE_RULES_H

#include "base/buf.h"

#include <smime/policy.h>

enum {
    SMIME__RULE_HASH = 0,       /* + smime__hash */
    SMIME__RULE_SCHEME = 16,    /* + smime__scheme */
    SMIME__RULE_CIPHER = 24,    /* + smime__cipher */
    SMIME__RULE_TRANSPORT = 48, /* + SMIME__VIA_* */
    SMIME__RULE_END = 58
};

/* How a content key reaches a recipient. */
enum {
    SMIME__VIA_NONE,
    SMIME__VIA_RSA_V15,
    SMIME__VIA_RSA_OAEP,
    SMIME__VIA_RSA_KEM,
    SMIME__VIA_ECDH,
    SMIME__VIA_X25519,
    SMIME__VIA_X448,
    SMIME__VIA_KEY_WRAP,
    SMIME__VIA_PASSWORD
};

enum { SMIME__READING, SMIME__WRITING };

typedef struct smime__rules {
    uint64_t allowed[2];   /* bit 1 << SMIME__RULE_... */
    uint32_t least_rsa[2]; /* bits */
    uint32_t bindings;     /* bits 1 << SMIME_BINDING_* that a verified message may have */
    int exact_case;        /* of local parts */
} smime__rules;

void smime__rules_default(smime__rules *rules, int32_t preset);
int smime__rules_allow(const smime__rules *rules, int direction, int rule);
/* The SMIME__VIA_* of a recipient's algorithm as reports name it. */
int smime__rules_via(const char *algorithm);
/* The number of an algorithm; 0: there is none of that name. */
int smime__rules_find(const char *name);
/* "reading.digest.sha1 refused" and so on, a line for each. */
smime_status smime__rules_describe(const smime__rules *rules, smime__buf *to);

#endif
