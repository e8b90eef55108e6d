/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pki/pool.h"

#include <stdlib.h>
#include <string.h>

#define INDEX_FROM 16 /* certificates; below, looking at all of them is faster */

static size_t hash_bucket(const smime__pool *pool, const smime_cert *cert)
{
    uint32_t hash;

    memcpy(&hash, cert->hash, sizeof hash);
    return hash & (pool->buckets - 1);
}

static size_t subject_bucket(const smime__pool *pool, uint32_t subject_hash)
{
    return subject_hash & (pool->buckets - 1);
}

static void link_cert(smime__pool *pool, size_t index)
{
    const smime_cert *cert = pool->certs[index];
    size_t by_hash = hash_bucket(pool, cert);
    size_t by_subject = subject_bucket(pool, cert->subject_hash);

    pool->next_hash[index] = pool->by_hash[by_hash];
    pool->by_hash[by_hash] = (uint32_t)index + 1;
    pool->next_subject[index] = pool->by_subject[by_subject];
    pool->by_subject[by_subject] = (uint32_t)index + 1;
}

static void drop_index(smime__pool *pool)
{
    free(pool->by_subject);
    free(pool->by_hash);
    free(pool->next_subject);
    free(pool->next_hash);
    pool->by_subject = pool->by_hash = pool->next_subject = pool->next_hash = NULL;
    pool->buckets = 0;
}

/* Makes the index anew with as many buckets as certificates have room. */
static smime_status build_index(smime__pool *pool)
{
    size_t buckets = INDEX_FROM;

    while (buckets < pool->room)
        buckets *= 2;
    drop_index(pool);
    pool->by_subject = calloc(buckets, sizeof *pool->by_subject);
    pool->by_hash = calloc(buckets, sizeof *pool->by_hash);
    pool->next_subject = calloc(pool->room, sizeof *pool->next_subject);
    pool->next_hash = calloc(pool->room, sizeof *pool->next_hash);
    if (!pool->by_subject || !pool->by_hash || !pool->next_subject || !pool->next_hash) {
        drop_index(pool);
        return SMIME_E_NOMEM;
    }
    pool->buckets = buckets;
    for (size_t i = 0; i < pool->count; i++)
        link_cert(pool, i);
    return SMIME_OK;
}

int smime__pool_has(const smime__pool *pool, const smime_cert *cert)
{
    if (!pool->buckets) {
        for (size_t i = 0; i < pool->count; i++)
            if (smime__cert_equal(pool->certs[i], cert))
                return 1;
        return 0;
    }
    for (uint32_t i = pool->by_hash[hash_bucket(pool, cert)]; i; i = pool->next_hash[i - 1])
        if (smime__cert_equal(pool->certs[i - 1], cert))
            return 1;
    return 0;
}

smime_status smime__pool_add(smime__pool *pool, smime_cert *cert)
{
    size_t room = pool->room;
    smime_status status;

    if (smime__pool_has(pool, cert))
        return SMIME_OK;
    if (pool->count >= UINT32_MAX - 1)
        return SMIME_E_NOMEM;
    status = smime__grow((void **)&pool->certs, pool->count, &pool->room, sizeof *pool->certs);
    if (status == SMIME_OK && pool->count >= INDEX_FROM &&
        (!pool->buckets || room != pool->room))
        status = build_index(pool);
    if (status < 0)
        return status;
    pool->certs[pool->count] = smime_cert_ref(cert);
    if (pool->buckets)
        link_cert(pool, pool->count);
    pool->count++;
    return SMIME_OK;
}

smime_cert *smime__pool_find(const smime__pool *pool, const smime__buf *subject_canonical,
                             size_t *at)
{
    smime__view wanted = smime__buf_view(subject_canonical);
    size_t i = *at;

    if (!pool->buckets) {
        while (i < pool->count) {
            smime_cert *cert = pool->certs[i++];
            if (smime__view_equal(smime__buf_view(&cert->subject_canonical), wanted)) {
                *at = i;
                return cert;
            }
        }
        *at = i;
        return NULL;
    }
    i = i ? pool->next_subject[i - 1]
          : pool->by_subject[subject_bucket(pool, smime__name_hash(wanted))];
    for (; i; i = pool->next_subject[i - 1])
        if (smime__view_equal(smime__buf_view(&pool->certs[i - 1]->subject_canonical), wanted)) {
            *at = i;
            return pool->certs[i - 1];
        }
    return NULL;
}

smime_status smime__pool_copy(smime__pool *to, const smime__pool *from)
{
    smime_status status = SMIME_OK;

    for (size_t i = 0; i < from->count && status == SMIME_OK; i++)
        status = smime__pool_add(to, from->certs[i]);
    return status;
}

void smime__pool_clear(smime__pool *pool)
{
    for (size_t i = 0; i < pool->count; i++)
        smime_cert_unref(pool->certs[i]);
    free(pool->certs);
    drop_index(pool);
    memset(pool, 0, sizeof *pool);
}

/* The newest comes first: it decides. */
smime_status smime__evidence_add_crl(smime__evidence *evidence, smime_crl *crl)
{
    size_t at = 0;
    smime_status status;

    for (size_t i = 0; i < evidence->crl_count; i++)
        if (!memcmp(evidence->crls[i]->hash, crl->hash, sizeof crl->hash))
            return SMIME_OK;
    status = smime__grow((void **)&evidence->crls, evidence->crl_count, &evidence->crl_room,
                         sizeof *evidence->crls);
    if (status < 0)
        return status;
    while (at < evidence->crl_count && smime__crl_compare_age(evidence->crls[at], crl) >= 0)
        at++;
    memmove(evidence->crls + at + 1, evidence->crls + at,
            (evidence->crl_count - at) * sizeof *evidence->crls);
    evidence->crls[at] = smime_crl_ref(crl);
    evidence->crl_count++;
    return SMIME_OK;
}

smime_status smime__evidence_add_ocsp(smime__evidence *evidence, smime_ocsp *ocsp)
{
    smime_status status;

    for (size_t i = 0; i < evidence->ocsp_count; i++)
        if (!memcmp(evidence->ocsps[i]->hash, ocsp->hash, sizeof ocsp->hash))
            return SMIME_OK;
    status = smime__grow((void **)&evidence->ocsps, evidence->ocsp_count, &evidence->ocsp_room,
                         sizeof *evidence->ocsps);
    if (status == SMIME_OK)
        evidence->ocsps[evidence->ocsp_count++] = smime_ocsp_ref(ocsp);
    return status;
}

smime_status smime__evidence_copy(smime__evidence *to, const smime__evidence *from)
{
    smime_status status = SMIME_OK;

    for (size_t i = 0; i < from->crl_count && status == SMIME_OK; i++)
        status = smime__evidence_add_crl(to, from->crls[i]);
    for (size_t i = 0; i < from->ocsp_count && status == SMIME_OK; i++)
        status = smime__evidence_add_ocsp(to, from->ocsps[i]);
    return status;
}

void smime__evidence_clear(smime__evidence *evidence)
{
    for (size_t i = 0; i < evidence->crl_count; i++)
        smime_crl_unref(evidence->crls[i]);
    for (size_t i = 0; i < evidence->ocsp_count; i++)
        smime_ocsp_unref(evidence->ocsps[i]);
    free(evidence->crls);
    free(evidence->ocsps);
    memset(evidence, 0, sizeof *evidence);
}
