/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the fuzz targets share: chunks cut at random, a record of events, and claims. */
#ifndef SMIME_FUZZ_H
#define SMIME_FUZZ_H

#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A claim about the library, which holds for every input. */
#define CLAIM(condition)                                                              \
    do {                                                                              \
        if (!(condition)) {                                                           \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition); \
            abort();                                                                  \
        }                                                                             \
    } while (0)

static inline uint64_t fuzz_hash(uint64_t hash, const void *data, size_t len)
{
    const uint8_t *bytes = data;

    for (size_t i = 0; i < len; i++)
        hash = (hash ^ bytes[i]) * 0x100000001b3u; /* FNV-1a */
    return hash;
}

#define FUZZ_HASH_START 0xcbf29ce484222325u

/* Random numbers that depend on the input alone, so that every run can be repeated. */
static inline uint64_t fuzz_random(uint64_t *state)
{
    *state += 0x9e3779b97f4a7c15u; /* splitmix64 */
    uint64_t z = *state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* The length of the next chunk: often a few bytes, sometimes none, sometimes many. */
static inline size_t fuzz_chunk(uint64_t *state, size_t left)
{
    static const size_t most[] = { 1, 2, 3, 5, 17, 80, 700, 70000 };
    uint64_t random = fuzz_random(state);
    size_t len = (size_t)((random >> 8) % (most[random & 7] + 1));

    return len < left ? len : left;
}

/* Events as text; runs of bytes count as one, however they were cut. */
typedef struct fuzz_record {
    smime__buf text;
    uint64_t run_hash;
    uint64_t run_len;
    const void *run_of;
} fuzz_record;

static inline void fuzz_end_run(fuzz_record *record)
{
    if (record->run_len)
        CLAIM(smime__buf_format(&record->text, "bytes %llu %016llx\n",
                                (unsigned long long)record->run_len,
                                (unsigned long long)record->run_hash) == SMIME_OK);
    record->run_len = 0;
    record->run_of = NULL;
}

static inline void fuzz_add_run(fuzz_record *record, const void *of, const uint8_t *data,
                                size_t len)
{
    if (record->run_of != of)
        fuzz_end_run(record);
    if (!record->run_len)
        record->run_hash = FUZZ_HASH_START;
    record->run_of = of;
    record->run_hash = fuzz_hash(record->run_hash, data, len);
    record->run_len += len;
}

static inline void fuzz_compare(const fuzz_record *a, const fuzz_record *b)
{
    smime__view one = smime__buf_view(&a->text), other = smime__buf_view(&b->text);

    if (smime__view_equal(one, other))
        return;
    fprintf(stderr, "the events depend on the chunks; in one piece:\n%.*s\nin chunks:\n%.*s\n", (int)one.len,
            (const char *)one.data, (int)other.len, (const char *)other.data);
    abort();
}

#endif
