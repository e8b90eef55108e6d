/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pki/memory.h"

#include "pki/path.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Each entry has one place, found by a hash; a newer one takes it over. The hashes are SHA-256 of
 * certificates that passed, so nobody fills the table without work. */
#define SIGNATURES 1024
#define PATHS 512

typedef struct known_signature {
    int used;
    uint8_t what[32], issuer[32];
} known_signature;

typedef struct known_path {
    smime__memory_key key;
    int64_t first, last;
    smime__path_facts *facts; /* NULL: a free place */
} known_path;

struct smime__memory {
    pthread_mutex_t lock;
    uint64_t generation; /* of all that is remembered */
    known_signature *signatures;
    known_path *paths;
};

smime_status smime__memory_new(smime__memory **ret_memory)
{
    smime__memory *memory = calloc(1, sizeof *memory);

    if (!memory)
        return SMIME_E_NOMEM;
    memory->signatures = calloc(SIGNATURES, sizeof *memory->signatures);
    memory->paths = calloc(PATHS, sizeof *memory->paths);
    if (!memory->signatures || !memory->paths || pthread_mutex_init(&memory->lock, NULL) != 0) {
        free(memory->signatures);
        free(memory->paths);
        free(memory);
        return SMIME_E_NOMEM;
    }
    *ret_memory = memory;
    return SMIME_OK;
}

static void forget(smime__memory *memory)
{
    for (size_t i = 0; i < PATHS; i++) {
        smime__path_facts_unref(memory->paths[i].facts);
        memory->paths[i].facts = NULL;
    }
    memset(memory->signatures, 0, SIGNATURES * sizeof *memory->signatures);
}

void smime__memory_free(smime__memory *memory)
{
    if (!memory)
        return;
    forget(memory);
    pthread_mutex_destroy(&memory->lock);
    free(memory->signatures);
    free(memory->paths);
    free(memory);
}

/* Locks; 1 when what is remembered is of this generation. An older asker finds nothing and keeps
 * nothing, a newer one begins anew. */
static int enter(smime__memory *memory, uint64_t generation)
{
    pthread_mutex_lock(&memory->lock);
    if (generation > memory->generation) {
        forget(memory);
        memory->generation = generation;
    }
    return generation == memory->generation;
}

static size_t place(const uint8_t *a, const uint8_t *b, uint32_t salt, size_t places)
{
    uint32_t left, right = 0;

    memcpy(&left, a, sizeof left);
    if (b)
        memcpy(&right, b, sizeof right);
    return (left ^ (right * 31 + salt)) % places;
}

int smime__memory_has_signature(smime__memory *memory, const uint8_t *what, const uint8_t *issuer,
                                uint64_t generation)
{
    const known_signature *at;
    int known;

    if (!memory)
        return 0;
    known = enter(memory, generation);
    at = &memory->signatures[place(what, issuer, 0, SIGNATURES)];
    known = known && at->used && !memcmp(at->what, what, sizeof at->what) &&
            !memcmp(at->issuer, issuer, sizeof at->issuer);
    pthread_mutex_unlock(&memory->lock);
    return known;
}

void smime__memory_keep_signature(smime__memory *memory, const uint8_t *what,
                                  const uint8_t *issuer, uint64_t generation)
{
    if (!memory)
        return;
    if (enter(memory, generation)) {
        known_signature *at = &memory->signatures[place(what, issuer, 0, SIGNATURES)];
        at->used = 1;
        memcpy(at->what, what, sizeof at->what);
        memcpy(at->issuer, issuer, sizeof at->issuer);
    }
    pthread_mutex_unlock(&memory->lock);
}

static int same_key(const smime__memory_key *a, const smime__memory_key *b)
{
    return !memcmp(a->cert, b->cert, sizeof a->cert) && a->use == b->use &&
           a->allowed == b->allowed && a->least_rsa == b->least_rsa && a->revocation == b->revocation &&
           a->path_flags == b->path_flags && a->tolerance == b->tolerance &&
           a->longest == b->longest;
}

static known_path *path_place(smime__memory *memory, const smime__memory_key *key)
{
    return &memory->paths[place(key->cert, NULL, (uint32_t)key->use, PATHS)];
}

smime__path_facts *smime__memory_find_path(smime__memory *memory, const smime__memory_key *key,
                                           int64_t when)
{
    smime__path_facts *found = NULL;

    if (!memory)
        return NULL;
    if (enter(memory, key->generation)) {
        known_path *at = path_place(memory, key);
        if (at->facts && same_key(&at->key, key) && when >= at->first && when <= at->last)
            found = smime__path_facts_ref(at->facts);
    }
    pthread_mutex_unlock(&memory->lock);
    return found;
}

void smime__memory_keep_path(smime__memory *memory, const smime__memory_key *key, int64_t first,
                             int64_t last, smime__path_facts *facts)
{
    if (!memory)
        return;
    if (enter(memory, key->generation)) {
        known_path *at = path_place(memory, key);
        smime__path_facts_unref(at->facts);
        at->key = *key;
        at->first = first;
        at->last = last;
        at->facts = smime__path_facts_ref(facts);
    }
    pthread_mutex_unlock(&memory->lock);
}
