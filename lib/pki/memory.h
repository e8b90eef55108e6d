/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a store remembers: signatures that were good, and paths that were valid. Bounded, safe for
 * threads, and empty after any change of the store.
 */
#ifndef SMIME_PKI_MEMORY_H
#define SMIME_PKI_MEMORY_H

#include "base/settings.h"

#include <smime/path.h>

typedef struct smime__memory smime__memory;
typedef struct smime__path_facts smime__path_facts;

/* What a valid path was found for. */
typedef struct smime__memory_key {
    uint8_t cert[32]; /* hash of the certificate asked about */
    int32_t use, revocation;
    uint32_t path_flags, least_rsa;
    uint64_t allowed; /* algorithms */
    int64_t tolerance;
    uint64_t longest;
    uint64_t generation; /* of the store */
} smime__memory_key;

smime_status smime__memory_new(smime__memory **ret_memory);
void smime__memory_free(smime__memory *memory);

/* The signature on what has the first hash, with the key of the certificate that has the second.
 * Any function takes NULL for @p memory. */
int smime__memory_has_signature(smime__memory *memory, const uint8_t *what, const uint8_t *issuer,
                                uint64_t generation);
void smime__memory_keep_signature(smime__memory *memory, const uint8_t *what,
                                  const uint8_t *issuer, uint64_t generation);

/* A reference, or NULL. */
smime__path_facts *smime__memory_find_path(smime__memory *memory, const smime__memory_key *key,
                                           int64_t when);
/* Takes a reference; the facts hold from the first second to the last. */
void smime__memory_keep_path(smime__memory *memory, const smime__memory_key *key, int64_t first,
                             int64_t last, smime__path_facts *facts);

#endif
