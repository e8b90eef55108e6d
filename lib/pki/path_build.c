/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The builder: depth first from the leaf to an anchor, with backtracking (RFC 4158). */
#include "pki/path_build.h"

#include <stdlib.h>
#include <string.h>

static void note_attempt(smime__builder *b, const smime__path_fault *fault)
{
    smime_cert *last = b->stack[b->depth - 1];

    if (b->tried_count == SMIME__TRIED_MAX)
        return;
    b->tried[b->tried_count].fault = *fault;
    b->tried[b->tried_count].length = b->depth;
    b->tried[b->tried_count++].last = last;
}

/* A failure of a path that is signed up to an anchor tells more than one that only leads there -
 * names can be put into a certificate by anybody - and that more than one that does not; then a
 * longer path more than a shorter one. */
void smime__builder_keep_failure(smime__builder *b, const smime__path_fault *fault, int reached)
{
    int rank = 1000 * reached + (int)b->depth;

    note_attempt(b, fault);
    if (b->best.reason && rank <= b->best_rank)
        return;
    b->best = *fault;
    b->best_rank = rank;
    b->best_count = b->depth;
    memcpy(b->best_certs, b->stack, b->depth * sizeof *b->stack);
    memcpy(b->best_states, b->states, b->depth * sizeof *b->states);
}

/* The very certificate that is trusted. One with its name and key and other contents - addresses,
 * validity, constraints - can be made by whoever holds the key or, as nothing signs the top of a
 * path, by anyone: it must not stand for the anchor. Name and key find the anchor itself. */
static int is_anchor(const smime__builder *b, const smime_cert *cert)
{
    if (b->only_anchor)
        return smime__cert_equal(b->only_anchor, cert);
    return smime__pool_has(&b->context->shelf->anchors, cert);
}

/* The stack ends at an anchor. */
static smime_status try_complete(smime__builder *b)
{
    smime__path_fault fault;
    smime_status status = SMIME_OK;

    memset(b->states, 0, b->depth * sizeof *b->states);
    b->is_signed = 0;
    if (smime__path_check_stack(b, 1, &fault))
        status = smime__path_validate(b, &fault);
    if (status == SMIME_OK && !fault.reason)
        b->found = 1;
    else if (status == SMIME_OK)
        smime__builder_keep_failure(b, &fault,
                                    b->is_signed ? SMIME__REACHED_SIGNED : SMIME__REACHED_ANCHOR);
    return status;
}

/* RFC 4158 2.4.2: no certificate with the name and key of one that is on the path already. */
static int on_stack(const smime__builder *b, const smime_cert *cert)
{
    for (size_t i = 0; i < b->depth; i++)
        if (smime__cert_same_subject_and_key(b->stack[i], cert))
            return 1;
    return 0;
}

/* Higher is tried first; candidates are ranked, never excluded. */
static int rank_candidate(const smime__builder *b, const smime_cert *candidate, int anchor)
{
    const smime_cert *below = b->stack[b->depth - 1];
    int64_t when = b->context->settings->time;
    int rank = anchor ? 100 : 0;

    if (below->authority_key_id.len && candidate->subject_key_id.len)
        rank += smime__view_equal(below->authority_key_id, candidate->subject_key_id) ? 20 : -20;
    if (when >= candidate->not_before && when <= candidate->not_after)
        rank += 10;
    return rank;
}

typedef struct candidate {
    smime_cert *cert;
    int rank;
} candidate;

typedef struct candidates {
    candidate *list;
    size_t count, room;
} candidates;

static int compare_candidates(const void *a, const void *b)
{
    const candidate *left = a, *right = b;

    if (left->rank != right->rank)
        return left->rank > right->rank ? -1 : 1;
    if (left->cert->not_before != right->cert->not_before)
        return left->cert->not_before > right->cert->not_before ? -1 : 1;
    return memcmp(left->cert->hash, right->cert->hash, sizeof left->cert->hash);
}

static int is_known(const candidates *found, const smime_cert *cert)
{
    for (size_t i = 0; i < found->count; i++)
        if (smime__cert_equal(found->list[i].cert, cert))
            return 1;
    return 0;
}

static smime_status collect(const smime__builder *b, const smime__pool *pool, candidates *found)
{
    const smime__buf *wanted = &b->stack[b->depth - 1]->issuer_canonical;
    smime_status status = SMIME_OK;
    smime_cert *cert;
    size_t at = 0;

    while (pool && status == SMIME_OK && (cert = smime__pool_find(pool, wanted, &at))) {
        if (on_stack(b, cert) || is_known(found, cert))
            continue;
        status = smime__grow((void **)&found->list, found->count, &found->room,
                             sizeof *found->list);
        if (status < 0)
            break;
        found->list[found->count].cert = cert;
        found->list[found->count++].rank = rank_candidate(b, cert, is_anchor(b, cert));
    }
    return status;
}

static smime_status climb(smime__builder *b);

static smime_status try_candidate(smime__builder *b, smime_cert *cert)
{
    smime__path_fault fault;
    smime_status status = smime__budget_step(b->context->budget, b->context->error);

    if (status < 0)
        return status;
    b->stack[b->depth++] = cert;
    if (is_anchor(b, cert))
        status = try_complete(b);
    else if (smime__path_check_stack(b, 0, &fault))
        status = climb(b);
    else
        smime__builder_keep_failure(b, &fault, SMIME__REACHED_NOTHING);
    if (!b->found)
        b->depth--;
    return status;
}

static smime_status climb(smime__builder *b)
{
    candidates found = { NULL, 0, 0 };
    smime__path_fault fault = { NULL, 0, "" };
    smime_status status;

    if (b->depth >= b->longest) {
        smime__path_blame(&fault, "path-too-long", (int)b->depth - 1, b->stack[b->depth - 1],
                          "the path is longer than the limit");
        smime__builder_keep_failure(b, &fault, SMIME__REACHED_NOTHING);
        return SMIME_OK;
    }
    status = collect(b, &b->context->shelf->anchors, &found);
    if (status == SMIME_OK)
        status = collect(b, &b->context->shelf->others, &found);
    if (status == SMIME_OK)
        status = collect(b, b->context->bag, &found);
    if (found.count)
        qsort(found.list, found.count, sizeof *found.list, compare_candidates);
    for (size_t i = 0; i < found.count && status == SMIME_OK && !b->found; i++)
        status = try_candidate(b, found.list[i].cert);
    if (status == SMIME_OK && !b->found && !found.count) {
        smime__path_blame(&fault, "no-anchor", (int)b->depth - 1, b->stack[b->depth - 1],
                          "no trusted issuer was found");
        smime__builder_keep_failure(b, &fault, SMIME__REACHED_NOTHING);
    }
    free(found.list);
    return status;
}

smime_status smime__builder_run(smime__builder *b, smime_cert *cert)
{
    const smime__limits *limits = &b->context->budget->limits;
    uint64_t longest = limits->value[SMIME_LIMIT_PATH_LENGTH];

    b->longest = longest < SMIME__PATH_MAX ? (size_t)longest : SMIME__PATH_MAX;
    if (!b->longest)
        return smime__limit_check(limits, SMIME_LIMIT_PATH_LENGTH, 1, b->context->error);
    return try_candidate(b, cert);
}

void smime__builder_clear(smime__builder *b)
{
    smime__policy_result_clear(&b->policies);
}
