/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pki/store.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct smime_store {
    smime__refcount refs;
    pthread_mutex_t lock;
    smime__pool anchors;
    smime__pool others;
};

static int pool_has(const smime__pool *pool, const smime_cert *cert)
{
    for (size_t i = 0; i < pool->count; i++)
        if (smime__cert_equal(pool->certs[i], cert))
            return 1;
    return 0;
}

smime_status smime__pool_add(smime__pool *pool, smime_cert *cert)
{
    smime_status status;

    if (pool_has(pool, cert))
        return SMIME_OK;
    status = smime__grow((void **)&pool->certs, pool->count, &pool->room, sizeof *pool->certs);
    if (status == SMIME_OK)
        pool->certs[pool->count++] = smime_cert_ref(cert);
    return status;
}

void smime__pool_clear(smime__pool *pool)
{
    for (size_t i = 0; i < pool->count; i++)
        smime_cert_unref(pool->certs[i]);
    free(pool->certs);
    memset(pool, 0, sizeof *pool);
}

static smime_status copy_pool(smime__pool *to, const smime__pool *from)
{
    to->certs = calloc(from->count ? from->count : 1, sizeof *to->certs);
    if (!to->certs)
        return SMIME_E_NOMEM;
    to->room = from->count;
    for (size_t i = 0; i < from->count; i++)
        to->certs[to->count++] = smime_cert_ref(from->certs[i]);
    return SMIME_OK;
}

smime_status smime__store_snapshot(smime_store *store, smime__pool *anchors, smime__pool *others)
{
    smime_status status;

    memset(anchors, 0, sizeof *anchors);
    memset(others, 0, sizeof *others);
    if (!store)
        return SMIME_OK;
    pthread_mutex_lock(&store->lock);
    status = copy_pool(anchors, &store->anchors);
    if (status == SMIME_OK)
        status = copy_pool(others, &store->others);
    pthread_mutex_unlock(&store->lock);
    if (status < 0)
        smime__pool_clear(anchors);
    return status;
}

smime_status smime_store_new(smime_store **ret_store)
{
    smime_store *store;

    if (!ret_store)
        return SMIME_E_INVALID_ARG;
    store = calloc(1, sizeof *store);
    if (!store)
        return SMIME_E_NOMEM;
    if (pthread_mutex_init(&store->lock, NULL) != 0) {
        free(store);
        return SMIME_E_NOMEM;
    }
    smime__ref_init(&store->refs);
    *ret_store = store;
    return SMIME_OK;
}

smime_store *smime_store_ref(smime_store *store)
{
    if (store)
        smime__ref_up(&store->refs);
    return store;
}

void smime_store_unref(smime_store *store)
{
    if (!store || !smime__ref_down(&store->refs))
        return;
    smime__pool_clear(&store->anchors);
    smime__pool_clear(&store->others);
    pthread_mutex_destroy(&store->lock);
    free(store);
}

static smime_status add(smime_store *store, smime__pool *pool, smime_cert *cert)
{
    smime_status status;

    pthread_mutex_lock(&store->lock);
    status = smime__pool_add(pool, cert);
    pthread_mutex_unlock(&store->lock);
    return status;
}

smime_status smime_store_add_anchor(smime_store *store, smime_cert *cert)
{
    return store && cert ? add(store, &store->anchors, cert) : SMIME_E_INVALID_ARG;
}

smime_status smime_store_add_cert(smime_store *store, smime_cert *cert)
{
    return store && cert ? add(store, &store->others, cert) : SMIME_E_INVALID_ARG;
}

size_t smime_store_count(const smime_store *store)
{
    smime_store *locked = (smime_store *)(uintptr_t)store;
    size_t count;

    if (!store)
        return 0;
    pthread_mutex_lock(&locked->lock);
    count = store->anchors.count;
    for (size_t i = 0; i < store->others.count; i++)
        count += !pool_has(&store->anchors, store->others.certs[i]);
    pthread_mutex_unlock(&locked->lock);
    return count;
}
