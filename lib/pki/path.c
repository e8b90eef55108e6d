/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The builder: depth first from the leaf to an anchor, with backtracking (RFC 4158). */
#include "pki/path.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct builder {
    smime__path_context *context;
    int32_t use;
    smime_cert *stack[SMIME__PATH_MAX]; /* borrowed */
    size_t depth;
    size_t longest; /* allowed */
    /* the failure that came furthest */
    smime__path_fault best;
    int best_rank;
    smime_cert *best_certs[SMIME__PATH_MAX];
    size_t best_count;
    int found;
} builder;

/* A failure that reached an anchor tells more than one that did not, a longer path more than a
 * shorter one. */
static void keep_failure(builder *b, const smime__path_fault *fault, int reached_anchor)
{
    int rank = (reached_anchor ? 1000 : 0) + (int)b->depth;

    if (b->best.reason && rank <= b->best_rank)
        return;
    b->best = *fault;
    b->best_rank = rank;
    b->best_count = b->depth;
    memcpy(b->best_certs, b->stack, b->depth * sizeof *b->stack);
}

/* The very certificate that is trusted. One with its name and key and other contents - addresses,
 * validity, constraints - can be made by whoever holds the key or, as nothing signs the top of a
 * path, by anyone: it must not stand for the anchor. Name and key find the anchor itself. */
static int is_anchor(const builder *b, const smime_cert *cert)
{
    for (size_t i = 0; i < b->context->anchors.count; i++)
        if (smime__cert_equal(b->context->anchors.certs[i], cert))
            return 1;
    return 0;
}

static int is_self_issued(const smime_cert *cert)
{
    return smime__view_equal(smime__buf_view(&cert->subject_canonical),
                             smime__buf_view(&cert->issuer_canonical));
}

/* CAs between certificate @p index and the leaf, self-issued ones not counted. */
static int cas_below(const builder *b, size_t index)
{
    int count = 0;

    for (size_t i = 1; i < index; i++)
        if (!is_self_issued(b->stack[i]))
            count++;
    return count;
}

/* The cheap checks of everything on the stack. The last one is an anchor when @p complete. */
static int check_stack(const builder *b, smime__path_fault *fault, int complete)
{
    memset(fault, 0, sizeof *fault);
    for (size_t i = 0; i < b->depth; i++) {
        int below = cas_below(b, i);
        /* a version 1 root has no extensions to say that it is a CA: trusting it did */
        if (complete && i == b->depth - 1 && b->stack[i]->version < 3)
            below = -1;
        if (!smime__path_check_cheap(b->context, b->stack[i], (int)i, below, b->use, fault))
            return 0;
    }
    return 1;
}

/* The stack ends at an anchor: signatures from the anchor's side. */
static smime_status try_complete(builder *b)
{
    smime__path_fault fault;
    smime_status status = SMIME_OK;

    if (check_stack(b, &fault, 1))
        for (size_t i = b->depth - 1; i > 0 && status == SMIME_OK && !fault.reason; i--)
            status = smime__path_check_signature(b->context, b->stack[i - 1], b->stack[i],
                                                 (int)i - 1, &fault);
    if (status == SMIME_OK && !fault.reason)
        b->found = 1;
    else if (status == SMIME_OK)
        keep_failure(b, &fault, 1);
    return status;
}

static int on_stack(const builder *b, const smime_cert *cert)
{
    for (size_t i = 0; i < b->depth; i++)
        if (smime__cert_same_subject_and_key(b->stack[i], cert))
            return 1;
    return 0;
}

/* Higher is tried first; candidates are ranked, never excluded. */
static int rank_candidate(const builder *b, const smime_cert *candidate, int anchor)
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

static int compare_candidates(const void *a, const void *b)
{
    const candidate *left = a, *right = b;

    if (left->rank != right->rank)
        return left->rank > right->rank ? -1 : 1;
    if (left->cert->not_before != right->cert->not_before)
        return left->cert->not_before > right->cert->not_before ? -1 : 1;
    return memcmp(left->cert->hash, right->cert->hash, sizeof left->cert->hash);
}

static smime_status collect(const builder *b, const smime__pool *pool, int anchors,
                            candidate **list, size_t *count, size_t *room)
{
    smime__view wanted = smime__buf_view(&b->stack[b->depth - 1]->issuer_canonical);

    for (size_t i = 0; pool && i < pool->count; i++) {
        smime_cert *cert = pool->certs[i];
        int known = 0;
        smime_status status;

        if (!smime__view_equal(smime__buf_view(&cert->subject_canonical), wanted) ||
            on_stack(b, cert))
            continue;
        for (size_t k = 0; k < *count && !known; k++)
            known = smime__cert_equal((*list)[k].cert, cert);
        if (known)
            continue;
        status = smime__grow((void **)list, *count, room, sizeof **list);
        if (status < 0)
            return status;
        (*list)[*count].cert = cert;
        (*list)[(*count)++].rank = rank_candidate(b, cert, anchors || is_anchor(b, cert));
    }
    return SMIME_OK;
}

static smime_status climb(builder *b);

static smime_status try_candidate(builder *b, smime_cert *cert)
{
    smime__path_fault fault;
    smime_status status = smime__budget_step(b->context->budget, b->context->error);

    if (status < 0)
        return status;
    b->stack[b->depth++] = cert;
    if (is_anchor(b, cert))
        status = try_complete(b);
    else if (check_stack(b, &fault, 0))
        status = climb(b);
    else
        keep_failure(b, &fault, 0);
    if (!b->found)
        b->depth--;
    return status;
}

static smime_status climb(builder *b)
{
    candidate *list = NULL;
    size_t count = 0, room = 0;
    smime__path_fault fault = { NULL, 0, "" };
    smime_status status = SMIME_OK;

    if (b->depth >= b->longest) {
        smime__path_blame(&fault, "path-too-long", (int)b->depth - 1, b->stack[b->depth - 1],
                          "the path is longer than the limit");
        keep_failure(b, &fault, 0);
        return SMIME_OK;
    }
    status = collect(b, &b->context->anchors, 1, &list, &count, &room);
    if (status == SMIME_OK)
        status = collect(b, &b->context->others, 0, &list, &count, &room);
    if (status == SMIME_OK)
        status = collect(b, b->context->bag, 0, &list, &count, &room);
    if (count)
        qsort(list, count, sizeof *list, compare_candidates);
    for (size_t i = 0; i < count && status == SMIME_OK && !b->found; i++)
        status = try_candidate(b, list[i].cert);
    if (status == SMIME_OK && !b->found && !count) {
        smime__path_blame(&fault, "no-anchor", (int)b->depth - 1, b->stack[b->depth - 1],
                          "no trusted issuer was found");
        keep_failure(b, &fault, 0);
    }
    free(list);
    return status;
}

static smime_status check_email(builder *b, const char *email)
{
    smime__path_fault fault = { NULL, 0, "" };

    if (!email || !b->found)
        return SMIME_OK;
    if (!b->stack[0]->email_count)
        smime__path_blame(&fault, "no-address", 0, b->stack[0],
                          "the certificate names no e-mail address");
    else if (!smime_cert_is_for(b->stack[0], email) ||
             (smime_cert_is_for(b->stack[0], email) == 2 &&
              b->context->settings->preset == SMIME_POLICY_STRICT))
        smime__path_blame(&fault, "address-mismatch", 0, b->stack[0],
                          "the certificate is not for that address");
    if (fault.reason) {
        keep_failure(b, &fault, 1);
        b->found = 0;
    }
    return SMIME_OK;
}

static smime_status make_answer(const builder *b, uint64_t steps, uint64_t signatures,
                                smime_path **ret_path)
{
    smime_path *path = calloc(1, sizeof *path);
    smime_cert *const *certs = b->found ? b->stack : b->best_certs;
    smime_status status = SMIME_OK;

    if (!path)
        return SMIME_E_NOMEM;
    smime__ref_init(&path->refs);
    path->steps = steps;
    path->signatures = signatures;
    path->count = b->found ? b->depth : b->best_count;
    for (size_t i = 0; i < path->count; i++)
        path->certs[i] = smime_cert_ref(certs[i]);
    if (b->found) {
        path->status = SMIME_PATH_VALID;
        path->reason = "valid";
        path->fault = -1;
        snprintf(path->text, sizeof path->text, "the certificate is trusted through %.200s",
                 path->certs[path->count - 1]->subject_text);
        status = smime__path_policies(path->certs, path->count, &path->policies,
                                      &path->policy_count);
    } else {
        path->status = strcmp(b->best.reason, "no-anchor") ? SMIME_PATH_INVALID
                                                           : SMIME_PATH_INDETERMINATE;
        path->reason = b->best.reason;
        path->fault = b->best.index;
        memcpy(path->text, b->best.text, sizeof b->best.text);
    }
    if (status == SMIME_OK)
        *ret_path = path;
    else
        smime_path_unref(path);
    return status;
}

smime_status smime__path_find(smime__path_context *context, smime_cert *cert, int32_t use,
                              const char *email, smime_path **ret_path)
{
    uint64_t steps = context->budget->steps, signatures = context->budget->signatures;
    uint64_t longest = context->budget->limits.value[SMIME_LIMIT_PATH_LENGTH];
    builder b;
    smime_status status;

    memset(&b, 0, sizeof b);
    b.context = context;
    b.use = use;
    b.longest = longest < SMIME__PATH_MAX ? (size_t)longest : SMIME__PATH_MAX;
    if (!b.longest)
        return smime__limit_check(&context->budget->limits, SMIME_LIMIT_PATH_LENGTH, 1,
                                  context->error);
    status = try_candidate(&b, cert);
    if (status == SMIME_OK)
        status = check_email(&b, email);
    if (status == SMIME_OK)
        status = make_answer(&b, context->budget->steps - steps,
                             context->budget->signatures - signatures, ret_path);
    return status;
}

smime_status smime__path_context_init(smime__path_context *context, smime_store *store,
                                      const smime__settings *settings, smime__budget *budget,
                                      smime__error *error)
{
    memset(context, 0, sizeof *context);
    context->settings = settings;
    context->budget = budget;
    context->error = error;
    return smime__store_snapshot(store, &context->anchors, &context->others);
}

void smime__path_context_clear(smime__path_context *context)
{
    smime__pool_clear(&context->anchors);
    smime__pool_clear(&context->others);
    free(context->remembered);
    memset(context, 0, sizeof *context);
}

smime_status smime_path_check(smime_store *store, const smime_policy *policy, smime_cert *cert,
                              int32_t use, const char *email, smime_path **ret_path)
{
    smime__settings settings;
    smime__budget budget = { 0 };
    smime__path_context context;
    smime_status status;

    if (!cert || !ret_path || use & ~(SMIME_USE_SIGN | SMIME_USE_ENCRYPT))
        return SMIME_E_INVALID_ARG;
    status = smime__settings_snapshot(&settings, policy);
    if (status < 0)
        return status;
    budget.limits = settings.limits;
    status = smime__path_context_init(&context, store, &settings, &budget, NULL);
    if (status == SMIME_OK) {
        status = smime__path_find(&context, cert, use, email, ret_path);
        smime__path_context_clear(&context);
    }
    smime__settings_clear(&settings);
    return status;
}
