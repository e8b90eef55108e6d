/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A reference count that any thread may touch. */
#ifndef SMIME_BASE_REFCOUNT_H
#define SMIME_BASE_REFCOUNT_H

#include <stdatomic.h>

typedef struct smime__refcount {
    atomic_uint count;
} smime__refcount;

static inline void smime__ref_init(smime__refcount *refs)
{
    atomic_init(&refs->count, 1);
}

static inline void smime__ref_up(smime__refcount *refs)
{
    atomic_fetch_add_explicit(&refs->count, 1, memory_order_relaxed);
}

/* 1 when nobody else holds a reference, and nobody can get one meanwhile. */
static inline int smime__ref_single(const smime__refcount *refs)
{
    return atomic_load_explicit(&refs->count, memory_order_acquire) == 1;
}

/* 1 when this was the last reference. */
static inline int smime__ref_down(smime__refcount *refs)
{
    return atomic_fetch_sub_explicit(&refs->count, 1, memory_order_acq_rel) == 1;
}

#endif
